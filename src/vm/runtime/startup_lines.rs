//! The modules that CPython has imported before anything else, for those who watch: `-v` and `-X importtime`.
//!
//! An interpreter needs few of them and imports the others when they are asked for. With these options it imports them all at the start,
//! as CPython does, so that their lines are there.
//!
//! CPython 3.11: `init_importlib`, `init_importlib_external` in `Python/pylifecycle.c`, `_install_external_importers` in
//! `Lib/importlib/_bootstrap.py`, `init_zipimport` in `Python/import.c`.

use super::locale::Locale;
use crate::context::{PyResult, Vm};
use crate::import::importtime::measured;
use crate::import::{builtin, import_name, util};
use crate::object::Value;
use crate::types::module;
use crate::types::str::codec_registry::normalize;
use std::cell::RefCell;

/// Modules that live until the very end, in the order of their deaths.
#[derive(Default)]
pub struct Kept(pub RefCell<Vec<Value>>);

/// Names of the modules that live that long: the interpreter of CPython holds them. The first dies before `sys` is emptied.
const KEPT: [&str; 16] = [
    "_weakref",
    "_thread",
    "posix",
    "_frozen_importlib_external",
    "_imp",
    "_io",
    "marshal",
    "time",
    "_warnings",
    "_frozen_importlib",
    "codecs",
    "sys",
    "encodings.aliases",
    "encodings.utf_8",
    "_codecs",
    "builtins",
];

/// Whether somebody watches.
pub fn are_wanted(vm: &Vm) -> bool {
    util::is_verbose(vm, 1) || util::config(vm).import_time.get()
}

/// Before the import system is there.
pub fn begin(vm: &Vm) {
    if util::is_verbose(vm, 1) {
        module::tell_deaths(vm);
    }
}

/// Once modules can be imported, before signals and streams.
pub fn import_first(vm: &Vm, locale: &Locale) -> PyResult<()> {
    if !are_wanted(vm) {
        return Ok(());
    }
    let modules = util::modules(vm)?;
    let external = vm.intern_str("_frozen_importlib_external").into_value();
    let module = modules.pop(vm, &external)?;
    util::verbose(vm, 1, || String::from("import _frozen_importlib # frozen"));
    let level = util::config(vm).verbose.replace(0);
    builtin::load(vm, "_imp")?;
    util::config(vm).verbose.set(level);
    util::verbose(vm, 1, || String::from("import _imp # builtin"));
    for name in ["_thread", "_warnings", "_weakref"] {
        builtin::load(vm, name)?;
    }
    measured(vm, &external, || {
        for name in ["_io", "marshal", "posix"] {
            import(vm, name)?;
        }
        if let Some(module) = module {
            modules.set(vm, external.clone(), module)?;
        }
        util::verbose(vm, 1, || {
            String::from(
                "import '_frozen_importlib_external' # <class '_frozen_importlib.FrozenImporter'>",
            )
        });
        Ok(Value::None)
    })?;
    util::verbose(vm, 1, || String::from("installing zipimport hook"));
    let _ = import(vm, "zipimport");
    util::verbose(vm, 1, || String::from("installed zipimport hook"));
    // A library without these is in trouble later, not here.
    let encoding = normalize(&locale.codeset).replace('-', "_");
    let _ = import(vm, "encodings");
    let _ = import(vm, &format!("encodings.{encoding}"));
    Ok(())
}

fn import(vm: &Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern_str(name).into_value();
    import_name::import_name(vm, &name, &Value::None, &Value::None, &Value::None, 0)
}

/// Between signals and streams.
pub fn import_rest(vm: &Vm) {
    if !are_wanted(vm) {
        return;
    }
    let _ = import(vm, "io");
    let Ok(modules) = util::modules(vm) else {
        return;
    };
    let kept = vm.state.get::<Kept>();
    for name in KEPT {
        kept.0
            .borrow_mut()
            .extend(modules.get_str(&vm.intern_str(name)));
    }
}
