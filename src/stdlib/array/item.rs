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

/// The error for a number that does not fit. `wide` is the number where it fits 128 bits; it passes through wider C types first.
#[cold]
fn out_of_range(vm: &Vm, code: u8, wide: Option<i128>, negative: bool) -> PyErr {
    let fits =
        |bits: u32| wide.is_some_and(|n| n >= -(1i128 << (bits - 1)) && n < 1i128 << (bits - 1));
    let name = match code {
        b'q' | b'Q' if code == b'Q' && negative => {
            return vm.overflow_error("can't convert negative int to unsigned");
        }
        b'q' | b'Q' => return vm.overflow_error("int too big to convert"),
        b'I' | b'L' if negative => {
            return vm.overflow_error("can't convert negative value to unsigned int");
        }
        b'I' if wide.is_some_and(|n| n < 1i128 << 64) => "unsigned int",
        b'I' | b'L' => {
            return vm.overflow_error("Python int too large to convert to C unsigned long");
        }
        _ if !fits(64) => return vm.overflow_error("Python int too large to convert to C long"),
        b'b' if fits(16) => "signed char",
        b'B' => "unsigned byte integer",
        b'b' | b'h' => "signed short integer",
        b'H' if fits(32) => "unsigned short",
        _ => "signed integer",
    };
    let relation = if negative {
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
            return c
                .map(|c| c.to_le_bytes().to_vec())
                .ok_or_else(|| vm.type_error("array item must be unicode character"));
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
        return Err(out_of_range(vm, code, None, negative));
    };
    let bits = 8 * size as u32;
    let (min, max) = if code.is_ascii_lowercase() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    if n < min || n > max {
        return Err(out_of_range(vm, code, Some(n), negative));
    }
    Ok(n.to_le_bytes()[..size].to_vec())
}

/// The number of the machine format of a type code, in pickles.
pub fn machine_format(code: u8) -> i32 {
    match code {
        b'B' => 0,
        b'b' => 1,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'L' | b'Q' => 10,
        b'l' | b'q' => 12,
        b'f' => 14,
        b'd' => 16,
        _ => 20,
    }
}
