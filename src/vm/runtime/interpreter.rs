//! `Interpreter`: from nothing to a running interpreter, and its end.
//!
//! CPython 3.11: `Python/pylifecycle.c`.

use super::compile;
use crate::context::hash_secret::HashSecret;
use crate::context::{PyResult, Vm};
use crate::import::{self, Natives};
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
        vm.host.set(std::rc::Rc::new(crate::os_host::OsHost));
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
        let natives = Natives {
            find: native::find,
            create: native::create,
            execute: native::execute,
        };
        import::install(vm, natives)?;
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
