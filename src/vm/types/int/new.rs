//! `int(...)`.
//!
//! CPython 3.11: `long_new_impl`, `PyNumber_Long`.

use super::parse;
use super::value::PyInt;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, type_flag};
use crate::protocol::{buffer, number};
use crate::types::native;
use crate::types::str::value::PyStr;

/// `int.__new__`
pub fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let value = if args.kw_len() == 0 && args.positional().len() == 1 {
        from_object(vm, &args.positional()[0])?
    } else {
        match native::bind(vm, "int", &args, ["", "base"], 2, 0)? {
            [None, None] => vm.new_int(0),
            [None, Some(_)] => return Err(vm.type_error("int() missing string argument")),
            [Some(value), None] => from_object(vm, value)?,
            [Some(text), Some(radix)] => with_radix(vm, text, radix)?,
        }
    };
    if class.is(&vm.types.int) {
        return Ok(value);
    }
    Ok(with_class(vm, class, &value))
}

/// An instance of a subclass of int with the value of an int.
pub fn with_class(vm: &Vm, class: &Py<PyType>, value: &Value) -> Value {
    match value.as_int() {
        Some(number) if !class.is(&vm.types.int) => {
            PyInt::with_class(class, number.to_bigint()).into_value()
        }
        _ => value.clone(),
    }
}

/// `int(value)`: an int of the exact type.
pub fn from_object(vm: &Vm, value: &Value) -> PyResult<Value> {
    if let Some(number) = number::int_from_number(vm, value)? {
        return Ok(number);
    }
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return parse::from_str(vm, value, text, 10);
    }
    if buffer::check(vm, value) {
        return parse::from_bytes(vm, &buffer::to_vec(vm, value)?, 10);
    }
    Err(vm.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        value.class(vm).tp_name()
    )))
}

/// Whether the value is a bytes or bytearray object.
fn is_bytes_object(vm: &Vm, value: &Value) -> bool {
    let class = value.class(vm);
    class.has_flag(type_flag::BYTES_SUBCLASS) || class.layout.get().name == "bytearray"
}

fn with_radix(vm: &Vm, text: &Value, radix: &Value) -> PyResult<Value> {
    let radix = number::to_index_clipped(vm, radix)?;
    if radix != 0 && !(2..=36).contains(&radix) {
        return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let radix = radix as u32;
    if let Some(string) = text.downcast_ref::<PyStr>() {
        parse::from_str(vm, text, string, radix)
    } else if is_bytes_object(vm, text) {
        parse::from_bytes(vm, &buffer::to_vec(vm, text)?, radix)
    } else {
        Err(vm.type_error("int() can't convert non-string with explicit base"))
    }
}
