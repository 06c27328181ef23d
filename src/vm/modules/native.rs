//! Native modules by name, and making them.
//!
//! An interpreter knows the modules it was given (`register`); a module object is made from its definition in two steps, as in CPython's
//! multi-phase initialisation: `create` makes it with its functions and types, `execute` runs the rest.
//!
//! CPython 3.11: `PyModule_FromDefAndSpec`, `PyModule_ExecDef` in `Objects/moduleobject.c`, `PyImport_Inittab`.

use crate::context::{PyResult, Vm};
use crate::object::{ModuleDef, PyRef, Value};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::module::PyModule;
use std::cell::RefCell;

/// The native modules of an interpreter.
#[derive(Default)]
struct NativeModules {
    defs: RefCell<Vec<&'static ModuleDef>>,
}

/// Makes modules known; a later definition hides an earlier one of the same name.
pub fn register(vm: &Vm, defs: &[&'static ModuleDef]) {
    let known = vm.state.get::<NativeModules>();
    let mut known = known.defs.borrow_mut();
    for def in defs {
        match known.iter_mut().find(|other| other.name == def.name) {
            Some(other) => *other = def,
            None => known.push(def),
        }
    }
}

/// The definition of a native module.
pub fn find(vm: &Vm, name: &str) -> Option<&'static ModuleDef> {
    let known = vm.state.get::<NativeModules>();
    let known = known.defs.borrow();
    known.iter().find(|def| def.name == name).copied()
}

/// Names of all native modules, sorted (`sys.builtin_module_names`).
pub fn names(vm: &Vm) -> Vec<&'static str> {
    let known = vm.state.get::<NativeModules>();
    let mut names: Vec<_> = known.defs.borrow().iter().map(|def| def.name).collect();
    names.sort_unstable();
    names
}

/// A module with its functions and types, not executed yet.
pub fn create(vm: &Vm, def: &'static ModuleDef) -> PyRef<PyModule> {
    let module = PyModule::new(vm, Some(def));
    let name = vm.intern_str(def.name);
    let dict = module.dict(vm);
    // Constants follow, often as many. When there is no memory, what follows says so.
    let _ = dict.reserve(vm, 5 + 2 * (def.functions.len() + def.types.len()));
    let doc = def.doc.map_or(Value::None, |doc| vm.new_str(doc));
    module.set_initial(vm, name.to_value(), doc);
    if def.needs_os && !vm.host().has_os() {
        return module;
    }
    for function in def.functions {
        let object = PyBuiltinFunction::new(vm, function, module.to_value(), Some(name.to_value()));
        dict.set_str(vm, &vm.intern_str(function.name), object.into_value());
    }
    for ty in def.types {
        let def = ty();
        let name = def.name.rsplit('.').next().unwrap_or(def.name);
        dict.set_str(vm, &vm.intern_str(name), vm.native_type(def).to_value());
    }
    module
}

/// Runs the second step, if the module is a native one.
pub fn execute(vm: &Vm, module: &Value) -> PyResult<()> {
    match module
        .downcast_ref::<PyModule>()
        .and_then(|module| module.def)
    {
        Some(def) => (def.exec)(vm, module),
        None => Ok(()),
    }
}

/// A native module by name, complete; `None` when there is none. Not entered into `sys.modules`.
pub fn load(vm: &Vm, name: &str) -> PyResult<Option<Value>> {
    let Some(def) = find(vm, name) else {
        return Ok(None);
    };
    let module = create(vm, def).into_value();
    execute(vm, &module)?;
    Ok(Some(module))
}
