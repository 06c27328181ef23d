//! Special methods and optional attributes of objects, by their short names; `lookup.rs` and `attr.rs` do the work.
//!
//! CPython 3.11: `_PyType_Lookup`, `_PyObject_LookupSpecial`, `_PyObject_LookupAttr`.

use super::{attr, lookup as special_lookup};
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyType, Value};
use crate::types::str::value::PyStr;

/// The attribute of a type, found along its MRO, unbound.
#[inline]
pub fn type_lookup(ty: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    special_lookup::type_lookup(ty.vm(), ty, name)
}

/// A special method of an object, bound: found on its type only.
pub fn lookup(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    match special_lookup::lookup_special(vm, object, name)? {
        Some(method) => method.bind(vm, object).map(Some),
        None => Ok(None),
    }
}

/// Calls a special method of an object, if its type has it.
#[inline]
pub fn call(vm: &Vm, object: &Value, name: &Py<PyStr>, args: &[Value]) -> PyResult<Option<Value>> {
    special_lookup::call_special_opt(vm, object, name, args)
}

/// An attribute, `None` when asking for it raises AttributeError.
#[inline]
pub fn getattr_opt(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    attr::get_opt(vm, object, name)
}
