//! Ints from and to text, with the limit on decimal digits.
//!
//! CPython 3.11: `PyLong_FromString`, `PyLong_FromUnicodeObject`, `long_to_decimal_string`.

use super::value::{IntRef, MaxStrDigits};
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::repr;
use crate::types::str::value::PyStr;
use base::bigint::text::{ParseError, parse, to_decimal as big_to_decimal};
use std::borrow::Cow;

/// A string as number parsers see it: ASCII, with decimal digits and spaces of any script replaced, and `?` for the first character that is
/// neither (`_PyUnicode_TransformDecimalAndSpaceToASCII`).
pub fn ascii_number_text(text: &Py<PyStr>) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.raw_bytes());
    }
    Cow::Owned(base::unicode::decimal_and_space_to_ascii(text.chars()))
}

/// The text without the white space C knows around it.
pub fn trim(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|b| !is_space(b))
        .map_or(start, |i| i + 1);
    &text[start..end]
}

fn max_str_digits(vm: &Vm) -> usize {
    vm.state.get::<MaxStrDigits>().0.get()
}

/// `int(text, radix)`; `shown` gives the literal for the message.
fn from_ascii(
    vm: &Vm,
    text: &[u8],
    radix: u32,
    shown: impl FnOnce() -> PyResult<String>,
) -> PyResult<Value> {
    let text = trim(text);
    if radix == 10 && text.len() < 18 && !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        let n = text
            .iter()
            .fold(0_i64, |n, digit| n * 10 + i64::from(digit - b'0'));
        return Ok(vm.new_int(n));
    }
    let limit = max_str_digits(vm);
    match parse(text, radix, limit) {
        Ok(n) => Ok(vm.new_bigint(n)),
        Err(ParseError::Invalid) => {
            let shown: String = shown()?.chars().take(200).collect();
            Err(vm.value_error(format!(
                "invalid literal for int() with base {radix}: {shown}"
            )))
        }
        Err(ParseError::TooManyDigits(digits)) => Err(vm.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        ))),
    }
}

/// `int(text, radix)` of a str.
pub fn from_str(vm: &Vm, value: &Value, text: &Py<PyStr>, radix: u32) -> PyResult<Value> {
    from_ascii(vm, &ascii_number_text(text), radix, || {
        repr::repr_text(vm, value)
    })
}

/// `int(bytes, radix)` of something with bytes.
pub fn from_bytes(vm: &Vm, bytes: &[u8], radix: u32) -> PyResult<Value> {
    from_ascii(vm, bytes, radix, || Ok(bytes_repr(bytes)))
}

/// The repr of a bytes object.
fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut text = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            _ if char::from(byte) == quote => {
                text.push('\\');
                text.push(quote);
            }
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text.push(quote);
    text
}

/// The error of a number with too many decimal digits to write.
#[cold]
#[inline(never)]
pub fn too_many_digits(vm: &Vm, limit: usize) -> PyErr {
    vm.value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// Decimal digits of an int, as a str.
pub fn to_decimal(vm: &Vm, value: &Value) -> PyResult<PyRef<PyStr>> {
    match value.as_int() {
        Some(IntRef::Small(n)) => Ok(PyStr::from_int(vm, n)),
        Some(IntRef::Big(n)) => {
            let limit = max_str_digits(vm);
            match big_to_decimal(n, limit) {
                Some(text) => Ok(PyStr::from_ascii(vm, text.as_bytes())),
                None => Err(too_many_digits(vm, limit)),
            }
        }
        None => Err(super::arith::not_an_int(vm, value)),
    }
}

/// Digits in base 2, 8 or 16 with their prefix: `bin()`, `oct()`, `hex()`. The value must be an int.
pub fn to_prefixed(vm: &Vm, value: &Value, radix: u32) -> PyResult<PyRef<PyStr>> {
    let Some(number) = value.as_int() else {
        return Err(super::arith::not_an_int(vm, value));
    };
    let prefix = match radix {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    let digits = number.as_big().magnitude().to_str_radix(radix);
    let sign = if number.is_negative() { "-" } else { "" };
    Ok(PyStr::from_ascii(
        vm,
        format!("{sign}{prefix}{digits}").as_bytes(),
    ))
}
