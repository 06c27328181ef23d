//! Looking up special methods: on the type, bound to the instance.
//!
//! CPython 3.11: `_PyType_Lookup`, `_PyObject_LookupSpecial`, `_PyObject_LookupAttr`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyType, Value};
use crate::types::str::value::PyStr;

/// The attribute of a type, found along its MRO, unbound.
#[inline]
pub fn type_lookup(ty: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    super::lookup::type_lookup(ty.vm(), ty, name)
}

/// A special method of an object, bound: found on its type only.
pub fn lookup(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let class = object.class(vm);
    let Some(found) = type_lookup(class, name) else {
        return Ok(None);
    };
    match found.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, &found, Some(object), Some(&class.as_value())).map(Some),
        None => Ok(Some(found)),
    }
}

/// Calls a special method of an object, if its type has it.
pub fn call(vm: &Vm, object: &Value, name: &Py<PyStr>, args: &[Value]) -> PyResult<Option<Value>> {
    let class = object.class(vm);
    let Some(found) = type_lookup(class, name) else {
        return Ok(None);
    };
    let kind = found.class(vm);
    if kind.has_flag(crate::object::type_flag::METHOD_DESCRIPTOR) {
        return super::call::call_prepended(
            vm,
            &found,
            object,
            crate::object::Args::positional_only(args),
        )
        .map(Some);
    }
    let bound = match kind.slots.descr_get.get() {
        Some(get) => get(vm, &found, Some(object), Some(&class.as_value()))?,
        None => found,
    };
    super::call::call_args(vm, &bound, args).map(Some)
}

/// An attribute, `None` when asking for it raises AttributeError.
pub fn getattr_opt(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let Some(getattro) = object.class(vm).slots.getattro.get() else {
        return Ok(None);
    };
    match getattro(vm, object, &name.as_value()) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(vm, ExcKind::AttributeError) => Ok(None),
        Err(error) => Err(error),
    }
}
