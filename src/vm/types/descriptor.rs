//! Descriptors: what stands in namespaces of types for methods, slots and computed attributes.
//!
//! CPython 3.11: `Objects/descrobject.c`, `classmethod` and `staticmethod` in `Objects/funcobject.c`.

pub mod classmethod;
pub mod getset;
pub mod member;
pub mod method;
pub mod property;
pub mod staticmethod;
pub mod wrapper;

use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyType, Value};
use crate::types::tuple::value::PyTuple;

/// Refuses instances of other classes.
pub(crate) fn check_instance(
    vm: &Vm,
    name: &str,
    class: &Py<PyType>,
    instance: &Value,
) -> PyResult<()> {
    if instance.class(vm).is_subtype(class) {
        return Ok(());
    }
    Err(wrong_instance(vm, name, class, instance))
}

#[cold]
fn wrong_instance(vm: &Vm, name: &str, class: &Py<PyType>, instance: &Value) -> PyErr {
    vm.type_error(format!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        class.tp_name(),
        instance.class(vm).tp_name()
    ))
}

/// `__qualname__`: that of the class, a dot, the name.
pub(crate) fn qualname(vm: &Vm, class: &Py<PyType>, name: &str) -> Value {
    let of_class = class.qualname.get();
    let of_class = of_class
        .as_ref()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    vm.new_str(&format!("{of_class}.{name}"))
}

/// `getattr, (owner, name)`: how descriptors are pickled.
pub(crate) fn reduce_by_getattr(vm: &Vm, owner: Value, name: &str) -> PyResult<Value> {
    let getattr = vm
        .builtins
        .get()
        .and_then(|builtins| builtins.get_str(&vm.intern_str("getattr")))
        .ok_or_else(|| vm.attribute_error("getattr"))?;
    let args = PyTuple::pair(vm, owner, vm.new_str(name)).into_value();
    Ok(PyTuple::pair(vm, getattr, args).into_value())
}

/// A str, or None.
pub(crate) fn optional_str(vm: &Vm, text: Option<&str>) -> Value {
    text.map_or(Value::None, |text| vm.new_str(text))
}

/// Declares read-only getsets of a payload: `name => |vm, payload| value`.
macro_rules! getters {
    ($payload:ty: $( $name:literal $(member $member:literal)? => |$vm:ident, $this:ident| $value:expr; )*) => {
        &[ $( $crate::object::GetSetDef {
            name: $name,
            doc: None,
            get: Some(|$vm, value| match value.downcast_ref::<$payload>() {
                Some($this) => $value,
                None => Err($vm.type_error(concat!("attribute '", $name, "' of another type"))),
            }),
            set: None,
            member: getters!(@member $($member)?),
        }, )* ]
    };
    (@member $member:literal) => { $member };
    (@member) => { false };
}
pub(crate) use getters;
