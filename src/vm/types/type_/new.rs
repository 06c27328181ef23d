//! Making classes.
//!
//! CPython 3.11: `type_new` and its parts in `Objects/typeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::{GetSetDef, Value, instance};
use crate::types::dict::value::PyDict;

/// `__dict__` of instances.
pub static DICT_GETSET: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: Some("dictionary for instance variables (if defined)"),
    get: Some(get_dict),
    set: Some(set_dict),
    member: false,
};

fn get_dict(vm: &Vm, self_: &Value) -> PyResult<Value> {
    match self_
        .as_object()
        .filter(|object| object.managed().is_some())
    {
        Some(object) => Ok(instance::make_dict(vm, object).into_value()),
        None => Err(vm.attribute_error("This object has no __dict__")),
    }
}

fn set_dict(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(object) = self_
        .as_object()
        .filter(|object| object.managed().is_some())
    else {
        return Err(vm.attribute_error("This object has no __dict__"));
    };
    let Some(value) = value else {
        instance::set_dict(object, PyDict::new(vm));
        return Ok(());
    };
    match value.downcast::<PyDict>() {
        Ok(dict) => {
            instance::set_dict(object, dict);
            Ok(())
        }
        Err(other) => Err(vm.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            other.class(vm).tp_name()
        ))),
    }
}
