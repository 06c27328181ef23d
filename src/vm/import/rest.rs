//! The rest of importlib's two bootstrap modules: names that programs and tests look for and the interpreter itself does not need.
//!
//! They are written in Python (`rest.py`) and run when one of them is first asked for, by the `__getattr__` of the two modules.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap.py`, `Lib/importlib/_bootstrap_external.py`.

use super::util::{self, text};
use super::{import_name, loaders};
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Value};
use crate::protocol::mapping;
use crate::types::dict::value::PyDict;
use std::cell::RefCell;

const SOURCE: &str = include_str!("rest.py");

/// What `rest.py` defined.
#[derive(Default)]
struct Rest(RefCell<Option<PyRef<PyDict>>>);

/// Names that are other modules.
const MODULES: [(&str, &str); 8] = [
    ("_imp", "_imp"),
    ("_io", "_io"),
    ("_os", "posix"),
    ("_thread", "_thread"),
    ("_warnings", "_warnings"),
    ("_weakref", "_weakref"),
    ("marshal", "marshal"),
    ("posix", "posix"),
];

/// An attribute that the module does not have yet.
pub fn attribute(vm: &Vm, module: &str, name: &Value) -> PyResult<Value> {
    let wanted = text(name);
    let missing = || {
        let shown = module.strip_prefix("_frozen_").unwrap_or(module);
        vm.attribute_error(format!("module '{shown}' has no attribute '{wanted}'"))
    };
    // What is asked of every module should not cost anything.
    if wanted.starts_with("__") || !wanted.starts_with('_') {
        return Err(missing());
    }
    let home = util::module_get(vm, &vm.new_str(module))?.unwrap_or(Value::None);
    let value = if wanted == "_NamespaceLoader" {
        util::get(vm, &home, "NamespaceLoader")?
    } else if let Some((_, target)) = MODULES.iter().find(|(known, _)| *known == wanted) {
        import_name::import_module(vm, target)?
    } else {
        let names = names(vm)?;
        match names.get(vm, name)? {
            Some(value) => value,
            None => return Err(missing()),
        }
    };
    crate::protocol::attr::set(vm, &home, &vm.intern_str(&wanted), value.clone())?;
    Ok(value)
}

fn names(vm: &Vm) -> PyResult<PyRef<PyDict>> {
    let rest = vm.state.get::<Rest>();
    if let Some(known) = rest.0.borrow().clone() {
        return Ok(known);
    }
    let dict = PyDict::new(vm);
    let path = vm.new_str("<frozen importlib._bootstrap>");
    mapping::set_item(
        vm,
        &dict.as_value(),
        &vm.new_str("__name__"),
        vm.new_str("_frozen_importlib"),
    )?;
    let (code, _) = loaders::compile_source(vm, SOURCE.as_bytes(), &path)?;
    loaders::exec_in_namespace(vm, code, dict.clone())?;
    rest.0.replace(Some(dict.clone()));
    Ok(dict)
}
