//! `float(...)`, and floats as ints.
//!
//! CPython 3.11: `float_new_impl`, `PyFloat_FromString`, `PyLong_FromDouble`.

use super::value::PyFloat;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyRef, PyType, Value};
use crate::protocol::text::concat;
use crate::protocol::{buffer, number, repr};
use crate::types::int::parse::{ascii_number_text, trim};
use crate::types::native::{arity, keeps_init, no_keywords};
use crate::types::str::value::PyStr;
use base::{bigint, dtoa};

/// `float.__new__`
pub fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if keeps_init(class, &vm.types.float) {
        no_keywords(vm, "float", &args)?;
    }
    arity(vm, "float", args.positional().len(), 0, 1)?;
    let value = match args.positional().first() {
        Some(value) => from_object(vm, value)?,
        None => vm.new_float(0.0),
    };
    if class.is(&vm.types.float) {
        return Ok(value);
    }
    let value = value.as_float().unwrap_or(0.0);
    Ok(new_object(class, PyFloat { value }).into_value())
}

/// `float(value)`: a float of the exact type.
pub fn from_object(vm: &Vm, value: &Value) -> PyResult<Value> {
    if let Some(text) = value.downcast_exact::<PyStr>(vm) {
        return from_ascii(vm, value, &ascii_number_text(text));
    }
    if let Some(float) = number::float_from_number(vm, value)? {
        return Ok(float);
    }
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return from_ascii(vm, value, &ascii_number_text(text));
    }
    if buffer::check(vm, value) {
        return from_ascii(vm, value, &buffer::to_vec(vm, value)?);
    }
    Err(vm.type_error(format!(
        "float() argument must be a string or a real number, not '{}'",
        value.class(vm).tp_name()
    )))
}

fn from_ascii(vm: &Vm, value: &Value, text: &[u8]) -> PyResult<Value> {
    match dtoa::parse_float(trim(text)) {
        Some(f) => Ok(vm.new_float(f)),
        None => {
            let shown = repr::repr(vm, value)?;
            let message = concat(
                vm,
                &[
                    "could not convert string to float: ".into(),
                    (&shown).into(),
                ],
            );
            Err(vm.new_exception(
                crate::context::errors::ExcKind::ValueError,
                PyRef::into_value(message),
            ))
        }
    }
}

/// The int of a float, cut off at the point.
pub fn to_int(vm: &Vm, value: f64) -> PyResult<Value> {
    const EXACT: f64 = (1_u64 << 60) as f64;
    if value.abs() < EXACT {
        return Ok(vm.new_int(value as i64));
    }
    match bigint::from_f64(value) {
        Some(n) => Ok(vm.new_bigint(n)),
        None if value.is_nan() => Err(vm.value_error("cannot convert float NaN to integer")),
        None => Err(vm.overflow_error("cannot convert float infinity to integer")),
    }
}

/// Zero to a negative power.
#[cold]
#[inline(never)]
pub fn zero_power(vm: &Vm) -> PyErr {
    vm.zero_division_error("0.0 cannot be raised to a negative power")
}
