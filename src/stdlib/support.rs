//! What several modules share: exception classes that belong to a module.

use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, PyRef, PyType, Value};
use vm::protocol::call;
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
