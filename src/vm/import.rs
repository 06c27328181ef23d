//! Layer 6: the import system, native, with importlib's names.
//!
//! `install` makes `_frozen_importlib` and `_frozen_importlib_external`, on which the package `importlib` stands unchanged, and fills
//! `sys.meta_path`, `sys.path_hooks` and `sys.path_importer_cache`, all of which stay live: programs may replace, patch and subclass what
//! they find there.
//!
//! CPython 3.11: `Python/import.c`, `Lib/importlib/_bootstrap.py`, `Lib/importlib/_bootstrap_external.py`.

pub mod ahead;
pub mod bootstrap;
pub mod builtin;
pub mod embedded;
pub mod external;
pub mod external_module;
pub mod finders;
pub mod frames;
pub mod frozen;
pub mod import_name;
pub mod importtime;
pub mod live_code;
pub mod loaders;
pub mod lock;
pub mod opinion;
pub mod pyc;
pub mod recent;
pub mod rest;
pub mod slow_source;
pub mod spec;
pub mod unmarshal;
pub mod unmarshal_file;
pub mod util;
pub mod written_code;
pub mod zip_hook;

use crate::context::{PyResult, Vm};
use crate::object::{ModuleDef, Payload, PyRef, Value};
use crate::types::dict::value::PyDict;
use crate::types::module::PyModule;
use std::cell::Cell;

/// How native modules are found and made; the layer above knows them.
#[derive(Clone, Copy)]
pub struct Natives {
    /// The definition of a native module.
    pub find: fn(&Vm, &str) -> Option<&'static ModuleDef>,
    /// A module with its functions and types, not executed yet.
    pub create: fn(&Vm, &'static ModuleDef) -> PyRef<PyModule>,
    /// Runs the second step.
    pub execute: fn(&Vm, &Value) -> PyResult<()>,
}

/// The natives of an interpreter.
#[derive(Default)]
pub struct NativesCell {
    /// Set by `install`.
    pub natives: Cell<Option<Natives>>,
}

/// The natives given to `install`.
pub fn natives(vm: &Vm) -> PyResult<Natives> {
    vm.state
        .get::<NativesCell>()
        .natives
        .get()
        .ok_or_else(|| vm.import_error("the import system is not installed"))
}

/// Sets up imports in an interpreter that has `sys` and `builtins` (`init_importlib`, `init_importlib_external`).
pub fn install(vm: &Vm, natives: Natives) -> PyResult<()> {
    vm.state.get::<NativesCell>().natives.set(Some(natives));
    vm.hooks.import_name.set(import_name::import_name);
    loaders::set_bases(vm)?;
    let modules = util::modules(vm)?;
    let frozen = frozen::FrozenImporter::class(vm).to_value();
    for def in [&bootstrap::module::DEF, &external_module::module::DEF] {
        let module = (natives.create)(vm, def).into_value();
        (natives.execute)(vm, &module)?;
        let name = vm.intern_str(def.name);
        let spec = spec::new_spec(
            vm,
            &name.as_value(),
            &frozen,
            &vm.new_str("frozen"),
            Value::None,
        )?;
        spec::init_module_attrs(vm, &spec, &module, true)?;
        modules.set_str(vm, &name, module);
    }
    let builtin = builtin::BuiltinImporter::class(vm).to_value();
    for name in ["sys", "builtins"] {
        let key = vm.intern_str(name);
        if let Some(module) = modules.get_str(&key) {
            let origin = vm.new_str("built-in");
            let spec = spec::new_spec(vm, &key.as_value(), &builtin, &origin, Value::None)?;
            spec::init_module_attrs(vm, &spec, &module, true)?;
        }
    }
    link(vm)?;
    let path = finders::PathFinder::class(vm).to_value();
    sys_set(vm, "meta_path", vm.new_list(vec![builtin, frozen, path]));
    let details: Vec<Value> = bootstrap_details(vm);
    let class = finders::FileFinder::class(vm).to_value();
    let files = util::call_method(vm, &class, "path_hook", &details)?;
    let embedded = PyRef::new(vm, embedded::EmbeddedHook).into_value();
    let zip = PyRef::new(vm, zip_hook::ZipHook).into_value();
    sys_set(vm, "path_hooks", vm.new_list(vec![zip, embedded, files]));
    sys_set(vm, "path_importer_cache", PyDict::new(vm).into_value());
    Ok(())
}

/// Pairs of loader and suffixes, as `FileFinder` takes them.
pub fn bootstrap_details(vm: &Vm) -> Vec<Value> {
    let text = |suffixes: &[&str]| {
        let suffixes = suffixes.iter().map(|suffix| vm.new_str(suffix)).collect();
        vm.new_list(suffixes)
    };
    let pair = |class: Value, suffixes: &[&str]| vm.new_tuple(vec![class, text(suffixes)]);
    vec![
        pair(
            loaders::ExtensionFileLoader::class(vm).to_value(),
            external::EXTENSION_SUFFIXES,
        ),
        pair(loaders::SourceFileLoader::class(vm).to_value(), &[".py"]),
        pair(
            loaders::SourcelessFileLoader::class(vm).to_value(),
            &[".pyc"],
        ),
    ]
}

/// Sets what the two modules have of each other and of `sys`.
fn link(vm: &Vm) -> PyResult<()> {
    let modules = util::modules(vm)?;
    let module = |name: &str| modules.get_str(&vm.intern_str(name)).unwrap_or(Value::None);
    let (inner, outer) = (
        module("_frozen_importlib"),
        module("_frozen_importlib_external"),
    );
    util::set(vm, &inner, "_bootstrap_external", outer.clone())?;
    util::set(vm, &inner, "sys", module("sys"))?;
    util::set(vm, &outer, "_bootstrap", inner)?;
    util::set(vm, &outer, "sys", module("sys"))
}

fn sys_set(vm: &Vm, name: &str, value: Value) {
    if let Some(sys) = vm.sys_dict.get() {
        sys.set_str(vm, &vm.intern_str(name), value);
    }
}
