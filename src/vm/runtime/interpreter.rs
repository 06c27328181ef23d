//! `Interpreter`: from nothing to a running interpreter, and its end.
//!
//! CPython 3.11: `Python/pylifecycle.c`.

use super::compile;
use crate::context::hash_secret::HashSecret;
use crate::context::{PyResult, Vm};
use crate::modules::{self, native, sys};
use crate::object::{ModuleDef, PyRef, Value};
use crate::types::boot::{self, Booted};
use crate::types::dict::value::PyDict;
use crate::types::module::PyModule;
use std::cell::Cell;
use std::ops::Deref;

/// Where in its life an interpreter is.
#[derive(Default)]
pub struct Phase {
    /// The end has begun (`sys.is_finalizing()`).
    pub finalizing: Cell<bool>,
}

/// One interpreter with its builtin modules.
pub struct Interpreter {
    booted: Booted,
}

impl Deref for Interpreter {
    type Target = Vm;
    fn deref(&self) -> &Vm {
        &self.booted
    }
}

impl Interpreter {
    /// An interpreter for the calling thread, with `extra` native modules.
    pub fn new(extra: &[&'static ModuleDef]) -> PyResult<Interpreter> {
        let booted = boot::boot_with_thread(HashSecret::new(0, 0));
        let vm: &Vm = &booted;
        crate::interp::eval::install(vm);
        crate::gc::install(vm);
        crate::types::generic_alias::install(vm);
        compile::install(vm);
        super::unraisable::install(vm);
        vm.hooks.import_name.set(import_native);
        native::register(vm, modules::MODULES);
        native::register(vm, extra);
        vm.modules.set(Some(PyDict::new(vm)));
        make_module(vm, &sys::module::DEF, |dict| vm.sys_dict.set(Some(dict)))?;
        make_module(vm, &modules::builtins::module::DEF, |dict| {
            vm.builtins.set(Some(dict))
        })?;
        sys::set(
            vm,
            "modules",
            vm.modules.get().map_or(Value::None, PyRef::into_value),
        );
        add_streams(vm);
        Ok(Interpreter { booted })
    }
}

/// Makes one of the two modules that everything needs.
fn make_module(vm: &Vm, def: &'static ModuleDef, keep: impl FnOnce(PyRef<PyDict>)) -> PyResult<()> {
    let module: PyRef<PyModule> = native::create(vm, def);
    keep(module.dict(vm));
    let module = module.into_value();
    native::execute(vm, &module)?;
    if let Some(modules) = vm.modules.get() {
        modules.set_str(vm, &vm.intern_str(def.name), module);
    }
    Ok(())
}

fn add_streams(vm: &Vm) {
    for (fd, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        let stream = sys::stream::PyStdStream::new(vm, fd as i32).into_value();
        sys::set(vm, name, stream.clone());
        sys::set(vm, &format!("__{name}__"), stream);
    }
}

/// `import` while there is no import system: native modules only.
fn import_native(
    vm: &Vm,
    name: &Value,
    _globals: &Value,
    _locals: &Value,
    _fromlist: &Value,
    _level: i32,
) -> PyResult<Value> {
    let Some(text) = name.downcast_ref::<crate::types::str::value::PyStr>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    let Some(modules) = vm.modules.get() else {
        return Err(vm.runtime_error("unable to get sys.modules"));
    };
    if let Some(known) = modules.get_str(text) {
        return Ok(known);
    }
    match native::load(vm, &text.to_string_lossy())? {
        Some(module) => {
            modules.set_str(vm, text, module.clone());
            Ok(module)
        }
        None => {
            let message = format!("No module named '{}'", text.to_string_lossy());
            Err(vm.new_exception(
                crate::context::errors::ExcKind::ModuleNotFoundError,
                vm.new_str(&message),
            ))
        }
    }
}
