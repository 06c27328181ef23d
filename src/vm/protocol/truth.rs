//! Truth values.
//!
//! CPython 3.11: `PyObject_IsTrue`.

use crate::context::{PyResult, Vm};
use crate::object::Value;

/// `bool(value)`.
#[inline(always)]
pub fn is_true(vm: &Vm, value: &Value) -> PyResult<bool> {
    if value.is_true() {
        Ok(true)
    } else if value.is_false() || value.is_none() {
        Ok(false)
    } else if let Some(n) = value.as_small_int() {
        Ok(n != 0)
    } else {
        by_slots(vm, value)
    }
}

fn by_slots(vm: &Vm, value: &Value) -> PyResult<bool> {
    let slots = &value.class(vm).slots;
    if let Some(bool) = slots.bool.get() {
        bool(vm, value)
    } else if let Some(length) = slots.mp_length.get().or(slots.sq_length.get()) {
        Ok(length(vm, value)? != 0)
    } else {
        Ok(true)
    }
}
