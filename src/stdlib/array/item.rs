//! Items of arrays.
//!
//! CPython 3.11: `descriptors` in `Modules/arraymodule.c`.

use num_traits::ToPrimitive;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, Value};
use vm::protocol::number;
use vm::types::buffer_format;
use vm::types::int::value::IntRef;
use vm::types::str::value::PyStr;

/// Bytes of an item.
pub fn size(code: u8) -> usize {
    if code == b'u' {
        4
    } else {
        buffer_format::size_of_code(code).unwrap_or(1)
    }
}

/// The text of the bytes of a `u` array.
pub fn text(vm: &Vm, bytes: &[u8]) -> PyResult<PyRef<PyStr>> {
    let chars = bytes
        .chunks_exact(4)
        .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
    let chars: Vec<u32> = chars.collect();
    match chars.iter().find(|c| **c > 0x10_ffff) {
        Some(c) => Err(vm.value_error(format!(
            "character U+{c:x} is not in range [U+0000; U+10ffff]"
        ))),
        None => Ok(PyStr::from_chars(vm, &chars)),
    }
}

/// The value of an item.
pub fn unpack(vm: &Vm, code: u8, item: &[u8]) -> Value {
    match (code, item) {
        (b'u', &[a, b, c, d]) => {
            PyStr::from_char(vm, u32::from_le_bytes([a, b, c, d]).min(0x10_ffff)).into_value()
        }
        _ => buffer_format::unpack(vm, code, item),
    }
}

#[cold]
fn out_of_range(vm: &Vm, code: u8, too_small: bool) -> PyErr {
    let name = match code {
        b'b' => "signed char",
        b'B' => "unsigned byte integer",
        b'h' => "signed short integer",
        b'H' => "unsigned short",
        b'i' => "signed integer",
        b'I' => "unsigned int",
        b'L' | b'Q' if too_small => {
            return vm.overflow_error("can't convert negative value to unsigned int");
        }
        b'L' | b'Q' => {
            return vm.overflow_error("Python int too large to convert to C unsigned long");
        }
        _ => return vm.overflow_error("Python int too large to convert to C long"),
    };
    let relation = if too_small {
        "less than minimum"
    } else {
        "greater than maximum"
    };
    vm.overflow_error(format!("{name} is {relation}"))
}

/// The bytes of a value.
pub fn pack(vm: &Vm, code: u8, value: &Value) -> PyResult<Vec<u8>> {
    let size = size(code);
    match code {
        b'u' => {
            let c = value
                .downcast_ref::<PyStr>()
                .filter(|text| text.len() == 1)
                .and_then(|text| text.char_at(0));
            return c.map(|c| c.to_le_bytes().to_vec()).ok_or_else(|| {
                vm.type_error(
                    "array item must be a unicode character, not ".to_string()
                        + &value.class(vm).tp_name(),
                )
            });
        }
        b'f' => return Ok((number::to_f64(vm, value)? as f32).to_le_bytes().to_vec()),
        b'd' => return Ok(number::to_f64(vm, value)?.to_le_bytes().to_vec()),
        _ => {}
    }
    if value.as_float().is_some() {
        return Err(vm.type_error("'float' object cannot be interpreted as an integer"));
    }
    let index = number::index(vm, value)?;
    let wide: Option<i128> = match index.as_int() {
        Some(IntRef::Small(n)) => Some(n.into()),
        Some(IntRef::Big(n)) => n.to_i128(),
        None => None,
    };
    let negative = index.as_int().is_some_and(IntRef::is_negative);
    let Some(n) = wide else {
        return Err(out_of_range(vm, code, negative));
    };
    let bits = 8 * size as u32;
    let (min, max) = if code.is_ascii_lowercase() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    if n < min || n > max {
        return Err(out_of_range(vm, code, n < min));
    }
    Ok(n.to_le_bytes()[..size].to_vec())
}
