//! What several modules share: exception classes that belong to a module, descriptors.

use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, PyRef, PyType, Value};
use vm::protocol::convert_int::to_i32;
use vm::protocol::{attr, call};
use vm::types::dict::value::PyDict;
use vm::types::exceptions::raise::instantiate;

/// A class derived from a builtin exception.
pub fn exception_class(
    vm: &Vm,
    module: &str,
    name: &str,
    base: ExcKind,
) -> PyResult<PyRef<PyType>> {
    derived_class(vm, module, name, vm.exception_class(base).into_value())
}

/// A class derived from another.
pub fn derived_class(vm: &Vm, module: &str, name: &str, base: Value) -> PyResult<PyRef<PyType>> {
    let namespace = PyDict::new(vm);
    namespace.set_str(vm, &vm.names.__module__, vm.intern_str(module).into_value());
    let args = [
        vm.intern_str(name).into_value(),
        vm.new_tuple(vec![base]),
        namespace.into_value(),
    ];
    let class: Value = call::call_args(vm, &vm.types.type_.as_value(), &args)?;
    class
        .downcast()
        .map_err(|_| vm.type_error("a class was expected"))
}

/// An exception of a class with a message.
#[cold]
pub fn raise(vm: &Vm, class: &Py<PyType>, message: &str) -> PyErr {
    instantiate(vm, class, &[vm.new_str(message)])
}

/// The descriptor of an object: an int, or what its `fileno()` says.
pub fn descriptor(vm: &Vm, value: &Value) -> PyResult<i32> {
    let fd = if value.as_int().is_some() {
        to_i32(vm, value)?
    } else {
        let Some(fileno) = attr::get_opt(vm, value, &vm.intern_str("fileno"))? else {
            let text = "argument must be an int, or have a fileno() method.";
            return Err(vm.type_error(text));
        };
        let fd = call::call0(vm, &fileno)?;
        if fd.as_int().is_none() {
            return Err(vm.type_error("fileno() returned a non-integer"));
        }
        to_i32(vm, &fd)?
    };
    if fd < 0 {
        return Err(vm.value_error(format!(
            "file descriptor cannot be a negative integer ({fd})"
        )));
    }
    Ok(fd)
}
