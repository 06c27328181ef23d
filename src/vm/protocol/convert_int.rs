//! Ints as native numbers, with the errors of CPython's `PyLong_As*` family.
//!
//! CPython 3.11: `Objects/longobject.c`.

use super::number::index_any;
use super::warn::warn;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::types::int::value::IntRef;
use num_traits::ToPrimitive;

/// Complains about what `__index__` or `__int__` returned: an error for no int, a warning for an instance of a subclass.
pub(super) fn returned_non_int(vm: &Vm, method: &str, result: &Value) -> PyResult<()> {
    let class = result.class(vm).tp_name();
    if result.as_int().is_none() {
        return Err(vm.type_error(format!("{method} returned non-int (type {class})")));
    }
    warn(
        vm,
        ExcKind::DeprecationWarning,
        &format!(
            "{method} returned non-int (type {class}).  The ability to return an instance of a strict subclass of int is deprecated, and \
             may be removed in a future version of Python."
        ),
        1,
    )
}

/// An int's value as an index, or the nearest one.
pub(super) fn fit_index(number: &Value) -> Result<isize, isize> {
    match number.as_int() {
        Some(IntRef::Small(n)) => Ok(n as isize),
        Some(IntRef::Big(n)) => n.to_isize().ok_or(if n.sign() == num_bigint::Sign::Minus {
            isize::MIN
        } else {
            isize::MAX
        }),
        None => Ok(0),
    }
}

/// An int's value as a float, OverflowError when it is too large (`PyLong_AsDouble`).
pub fn int_to_f64(vm: &Vm, number: &Value) -> PyResult<f64> {
    match number.as_int() {
        Some(IntRef::Small(n)) => Ok(n as f64),
        Some(IntRef::Big(n)) => match n.to_f64() {
            Some(f) if f.is_finite() => Ok(f),
            _ => Err(vm.overflow_error("int too large to convert to float")),
        },
        None => Err(vm.type_error("an integer is required")),
    }
}

#[cold]
#[inline(never)]
fn too_large(vm: &Vm, target: &str) -> PyErr {
    vm.overflow_error(format!("Python int too large to convert to {target}"))
}

/// By `__index__` (`PyLong_AsLong`).
pub fn to_i64(vm: &Vm, value: &Value) -> PyResult<i64> {
    if let Some(n) = value.as_small_int() {
        return Ok(n);
    }
    let number = index_any(vm, value)?;
    match number.as_int().and_then(IntRef::to_i64) {
        Some(n) => Ok(n),
        None => Err(too_large(vm, "C long")),
    }
}

/// By `__index__` (`_PyLong_AsInt`).
pub fn to_i32(vm: &Vm, value: &Value) -> PyResult<i32> {
    match i32::try_from(to_i64(vm, value)?) {
        Ok(n) => Ok(n),
        Err(_) => Err(too_large(vm, "C int")),
    }
}

/// By `__index__` (`PyLong_AsSsize_t` as argument parsers use it).
pub fn to_isize(vm: &Vm, value: &Value) -> PyResult<isize> {
    if let Some(n) = value.as_small_int() {
        return Ok(n as isize);
    }
    let number = index_any(vm, value)?;
    match fit_index(&number) {
        Ok(n) => Ok(n),
        Err(_) => Err(too_large(vm, "C ssize_t")),
    }
}

/// An int as an unsigned word (`PyLong_AsUnsignedLong`).
pub fn to_u64(vm: &Vm, value: &Value) -> PyResult<u64> {
    match value.as_int() {
        None => Err(vm.type_error("an integer is required")),
        Some(n) if n.is_negative() => {
            Err(vm.overflow_error("can't convert negative value to unsigned int"))
        }
        Some(IntRef::Small(n)) => Ok(n as u64),
        Some(IntRef::Big(n)) => n.to_u64().ok_or_else(|| too_large(vm, "C unsigned long")),
    }
}

/// An int as a size (`PyLong_AsSize_t`).
pub fn to_usize(vm: &Vm, value: &Value) -> PyResult<usize> {
    match value.as_int() {
        None => Err(vm.type_error("an integer is required")),
        Some(n) if n.is_negative() => {
            Err(vm.overflow_error("can't convert negative value to size_t"))
        }
        Some(IntRef::Small(n)) => Ok(n as usize),
        Some(IntRef::Big(n)) => n.to_usize().ok_or_else(|| too_large(vm, "C size_t")),
    }
}
