//! Items of buffers by their native format character, as `memoryview` reads and writes them.
//!
//! CPython 3.11: `unpack_single`, `pack_single` in `Objects/memoryobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::protocol::{number, truth};
use crate::types::bytes::value::PyBytes;
use crate::types::int::value::IntRef;
use num_traits::ToPrimitive;

/// The native format character of a format string, an `@` in front allowed.
pub fn native_code(format: &str) -> Option<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [code] if size_of_code(*code).is_some() => Some(*code),
        _ => None,
    }
}

/// Bytes of an item.
pub fn size_of_code(code: u8) -> Option<usize> {
    Some(match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

fn bits(item: &[u8]) -> u64 {
    let mut word = [0; 8];
    let len = item.len().min(8);
    word[..len].copy_from_slice(&item[..len]);
    u64::from_le_bytes(word)
}

/// A half-precision float as a double.
pub fn half_to_f64(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f64::from(half & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => sign * f64::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// A double as the nearest half-precision float, ties to even; `None` when it is too large.
pub fn f64_to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if magnitude < 2f64.powi(-25) {
        return Some(sign);
    }
    // Units in the last place of the result: below the normal range the exponent stays.
    let exponent = base::dtoa::bits::frexp(magnitude).1.max(-13);
    let scaled = magnitude / 2f64.powi(exponent - 11);
    let rounded = scaled.round_ties_even() as u32;
    let (rounded, exponent) = if rounded == 2048 {
        (1024, exponent + 1)
    } else {
        (rounded, exponent)
    };
    if exponent > 16 {
        return None;
    }
    if rounded < 1024 {
        return Some(sign | rounded as u16);
    }
    Some(sign | ((exponent + 14) as u16) << 10 | (rounded as u16 & 0x3ff))
}

/// The value of an item, which has the size of its code.
pub fn unpack(vm: &Vm, code: u8, item: &[u8]) -> Value {
    let word = bits(item);
    match code {
        b'B' | b'H' | b'I' => vm.new_int(word as i64),
        b'b' => vm.new_int((word as i8).into()),
        b'h' => vm.new_int((word as i16).into()),
        b'i' => vm.new_int((word as i32).into()),
        b'l' | b'q' | b'n' => vm.new_int(word as i64),
        b'L' | b'Q' | b'N' | b'P' => match i64::try_from(word) {
            Ok(n) => vm.new_int(n),
            Err(_) => vm.new_bigint(word.into()),
        },
        b'f' => vm.new_float(f32::from_bits(word as u32).into()),
        b'd' => vm.new_float(f64::from_bits(word)),
        b'e' => vm.new_float(half_to_f64(word as u16)),
        b'?' => Value::bool(word != 0),
        _ => PyBytes::new(vm, item).into_value(),
    }
}

#[cold]
fn bad_type(vm: &Vm, format: &str) -> PyErr {
    vm.type_error(format!("memoryview: invalid type for format '{format}'"))
}

#[cold]
fn bad_value(vm: &Vm, format: &str) -> PyErr {
    vm.value_error(format!("memoryview: invalid value for format '{format}'"))
}

/// The bytes of a value as an item of a format, whose native code is given.
pub fn pack(vm: &Vm, format: &str, code: u8, value: &Value) -> PyResult<Vec<u8>> {
    let size = size_of_code(code).unwrap_or(1);
    let word =
        match code {
            b'c' => {
                let Some(bytes) = value.downcast_ref::<PyBytes>() else {
                    return Err(bad_type(vm, format));
                };
                let [byte] = bytes.as_slice() else {
                    return Err(bad_value(vm, format));
                };
                u64::from(*byte)
            }
            b'?' => u64::from(truth::is_true(vm, value)?),
            b'f' | b'd' | b'e' => {
                let float = number::to_f64(vm, value).map_err(|error| {
                    if error.is(vm, ExcKind::TypeError) {
                        bad_type(vm, format)
                    } else {
                        error
                    }
                })?;
                match code {
                    b'd' => float.to_bits(),
                    b'f' => u64::from((float as f32).to_bits()),
                    _ => u64::from(f64_to_half(float).ok_or_else(|| {
                        vm.overflow_error("float too large to pack with e format")
                    })?),
                }
            }
            _ => integer(vm, format, code, size, value)?,
        };
    Ok(word.to_le_bytes()[..size].to_vec())
}

fn integer(vm: &Vm, format: &str, code: u8, size: usize, value: &Value) -> PyResult<u64> {
    let index = number::index(vm, value).map_err(|error| {
        if error.is(vm, ExcKind::TypeError) {
            bad_type(vm, format)
        } else {
            error
        }
    })?;
    let out_of_range = || bad_value(vm, format);
    let shift = 64 - 8 * size as u32;
    if matches!(code, b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P') {
        let n = match index.as_int() {
            Some(IntRef::Small(n)) => u64::try_from(n).ok(),
            Some(IntRef::Big(n)) => n.to_u64(),
            None => None,
        };
        return match n {
            Some(n) if n <= u64::MAX >> shift => Ok(n),
            _ => Err(out_of_range()),
        };
    }
    match index.as_int().and_then(IntRef::to_i64) {
        Some(n) if (n << shift) >> shift == n => Ok(n as u64),
        _ => Err(out_of_range()),
    }
}
