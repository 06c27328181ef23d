//! Subscription: `object[key]`, its assignment and deletion.
//!
//! CPython 3.11: `PyObject_GetItem` and its kin in `Objects/abstract.c`.

use super::{call, number, sequence, special};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyType, Value, type_flag};
use std::cell::Cell;

/// What `type[x]` gives. Set by `types/generic_alias`.
#[derive(Default)]
pub struct GenericAliasHook {
    /// `(vm, origin, arguments)`
    pub make: Cell<Option<fn(&Vm, &Value, &Value) -> PyResult<Value>>>,
}

#[cold]
#[inline(never)]
fn refused(vm: &Vm, object: &Value, what: &str) -> PyErr {
    vm.type_error(format!("'{}' object {what}", object.class(vm).tp_name()))
}

#[cold]
#[inline(never)]
fn bad_sequence_index(vm: &Vm, key: &Value) -> PyErr {
    vm.type_error(format!(
        "sequence index must be integer, not '{}'",
        key.class(vm).tp_name()
    ))
}

/// `object[key]`
#[inline]
pub fn get_item(vm: &Vm, object: &Value, key: &Value) -> PyResult<Value> {
    let slots = &object.class(vm).slots;
    if let Some(subscript) = slots.mp_subscript.get() {
        return subscript(vm, object, key);
    }
    if slots.sq_item.get().is_some() {
        if !number::is_index(vm, key) {
            return Err(bad_sequence_index(vm, key));
        }
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        return sequence::get_item(vm, object, index);
    }
    if let Some(class) = object.downcast_ref::<PyType>() {
        return class_getitem(vm, object, &class.tp_name(), key);
    }
    Err(refused(vm, object, "is not subscriptable"))
}

fn class_getitem(vm: &Vm, class: &Value, name: &str, key: &Value) -> PyResult<Value> {
    if class.is(&vm.types.type_.as_value())
        && let Some(make) = vm.state.get::<GenericAliasHook>().make.get()
    {
        return make(vm, class, key);
    }
    match special::getattr_opt(vm, class, &vm.names.__class_getitem__)? {
        Some(method) if !method.is_none() => call::call1(vm, &method, key),
        _ => Err(vm.type_error(format!("type '{name}' is not subscriptable"))),
    }
}

/// `object[key] = value`
#[inline]
pub fn set_item(vm: &Vm, object: &Value, key: &Value, value: Value) -> PyResult<()> {
    let slots = &object.class(vm).slots;
    if let Some(assign) = slots.mp_ass_subscript.get() {
        return assign(vm, object, key, Some(value));
    }
    if slots.sq_ass_item.get().is_some() {
        if !number::is_index(vm, key) {
            return Err(bad_sequence_index(vm, key));
        }
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        return sequence::set_item(vm, object, index, value);
    }
    Err(refused(vm, object, "does not support item assignment"))
}

/// `del object[key]`
#[inline]
pub fn del_item(vm: &Vm, object: &Value, key: &Value) -> PyResult<()> {
    let slots = &object.class(vm).slots;
    if let Some(assign) = slots.mp_ass_subscript.get() {
        return assign(vm, object, key, None);
    }
    if slots.sq_ass_item.get().is_some() {
        if !number::is_index(vm, key) {
            return Err(bad_sequence_index(vm, key));
        }
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        return sequence::del_item(vm, object, index);
    }
    // CPython words it otherwise when it gets as far as asking a sequence.
    let is_sequence = object.class(vm).has_flag(type_flag::HEAPTYPE)
        || slots.sq_item.get().is_some()
        || slots.sq_length.get().is_some();
    Err(if is_sequence && number::is_index(vm, key) {
        refused(vm, object, "doesn't support item deletion")
    } else {
        refused(vm, object, "does not support item deletion")
    })
}

/// Whether the object can be subscripted (`PyMapping_Check`).
pub fn is_mapping(vm: &Vm, value: &Value) -> bool {
    value.class(vm).slots.mp_subscript.get().is_some()
}
