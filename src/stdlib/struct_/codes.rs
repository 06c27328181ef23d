//! Format strings, and single values.
//!
//! CPython 3.11: `native_table`, `bigendian_table`, `lilendian_table`, `prepare_s` in `Modules/_struct.c`.

use super::error;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::protocol::{number, truth};
use vm::types::buffer_format::{f64_to_half, half_to_f64};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;

/// A run of values, or a string.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The code.
    pub code: u8,
    /// Where it begins.
    pub offset: usize,
    /// Bytes of one value; of all of a string.
    pub size: usize,
    /// Number of values.
    pub count: usize,
}

/// A parsed format.
#[derive(Debug)]
pub struct Format {
    /// Most significant byte first.
    pub big: bool,
    /// Sizes and checks of the machine's own types.
    pub native: bool,
    /// The items, pad bytes left out.
    pub items: Vec<Item>,
    /// Size of all.
    pub size: usize,
    /// Number of values.
    pub count: usize,
}

fn size_and_align(code: u8, native: bool) -> Option<(usize, usize)> {
    let size = match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' if !native => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    };
    Some((size, if native { size } else { 1 }))
}

/// Parses a format.
pub fn parse(vm: &Vm, text: &[u8]) -> PyResult<Format> {
    let (order, rest) = match text.split_first() {
        Some((order @ (b'@' | b'=' | b'<' | b'>' | b'!'), rest)) => (*order, rest),
        _ => (b'@', text),
    };
    let native = order == b'@';
    let mut format = Format {
        big: matches!(order, b'>' | b'!'),
        native,
        items: Vec::new(),
        size: 0,
        count: 0,
    };
    let too_long = || error(vm, "total struct size too long");
    let mut rest = rest.iter();
    while let Some(&c) = rest.next() {
        let mut code = c;
        if matches!(code, b' ' | 9..=13) {
            continue;
        }
        let mut count = 1usize;
        if code.is_ascii_digit() {
            count = 0;
            while code.is_ascii_digit() {
                count = count
                    .checked_mul(10)
                    .and_then(|n| n.checked_add(usize::from(code - b'0')))
                    .filter(|n| *n <= isize::MAX as usize)
                    .ok_or_else(|| error(vm, "overflow in item count"))?;
                match rest.next() {
                    Some(&next) => code = next,
                    None => return Err(error(vm, "repeat count given without format specifier")),
                }
            }
        }
        let Some((size, align)) = size_and_align(code, native) else {
            return Err(error(vm, "bad char in struct format"));
        };
        format.size = format.size.div_ceil(align) * align;
        let total = size.checked_mul(count).ok_or_else(too_long)?;
        let item = Item {
            code,
            offset: format.size,
            size: if matches!(code, b's' | b'p') {
                count
            } else {
                size
            },
            count: if matches!(code, b's' | b'p') {
                1
            } else {
                count
            },
        };
        format.size = format
            .size
            .checked_add(total)
            .filter(|size| *size <= isize::MAX as usize)
            .ok_or_else(too_long)?;
        if code != b'x' && item.count > 0 {
            format.count += item.count;
            format.items.push(item);
        }
    }
    Ok(format)
}

fn word(bytes: &[u8], big: bool) -> u64 {
    let fold = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
    if big {
        bytes.iter().fold(0, fold)
    } else {
        bytes.iter().rev().fold(0, fold)
    }
}

/// The value of bytes.
pub fn unpack(vm: &Vm, item: Item, bytes: &[u8], big: bool) -> Value {
    match item.code {
        b's' | b'c' => return PyBytes::new(vm, bytes).into_value(),
        b'p' => {
            let len = bytes
                .first()
                .map_or(0, |len| usize::from(*len))
                .min(bytes.len().saturating_sub(1));
            return PyBytes::new(vm, bytes.get(1..=len).unwrap_or(&[])).into_value();
        }
        _ => {}
    }
    let word = word(bytes, big);
    let shift = 64 - 8 * bytes.len().clamp(1, 8) as u32;
    match item.code {
        b'?' => Value::bool(word != 0),
        b'e' => vm.new_float(half_to_f64(word as u16)),
        b'f' => vm.new_float(f32::from_bits(word as u32).into()),
        b'd' => vm.new_float(f64::from_bits(word)),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => vm.new_int((word << shift) as i64 >> shift),
        _ => match i64::try_from(word) {
            Ok(n) => vm.new_int(n),
            Err(_) => vm.new_bigint(word.into()),
        },
    }
}

fn put(place: &mut [u8], word: u64, big: bool) {
    let len = place.len();
    if big {
        place.copy_from_slice(&word.to_be_bytes()[8 - len..]);
    } else {
        place.copy_from_slice(&word.to_le_bytes()[..len]);
    }
}

/// A value as the bytes of a string.
fn string_bytes(vm: &Vm, code: u8, value: &Value) -> PyResult<Vec<u8>> {
    if let Some(bytes) = value.downcast_ref::<PyBytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match value.downcast_ref::<PyByteArray>() {
        Some(bytes) => Ok(bytes.to_vec()),
        None => {
            let code = char::from(code);
            Err(error(
                vm,
                &format!("argument for '{code}' must be a bytes object"),
            ))
        }
    }
}

/// Writes a value.
pub fn pack(
    vm: &Vm,
    item: Item,
    value: &Value,
    native: bool,
    place: &mut [u8],
    big: bool,
) -> PyResult<()> {
    match item.code {
        b's' => {
            let bytes = string_bytes(vm, b's', value)?;
            let len = bytes.len().min(place.len());
            place[..len].copy_from_slice(&bytes[..len]);
        }
        b'p' => {
            let bytes = string_bytes(vm, b'p', value)?;
            let len = bytes.len().min(place.len().saturating_sub(1));
            if let Some((first, rest)) = place.split_first_mut() {
                *first = len.min(255) as u8;
                rest[..len].copy_from_slice(&bytes[..len]);
            }
        }
        b'c' => match value
            .downcast_ref::<PyBytes>()
            .map(|bytes| bytes.as_slice())
        {
            Some([byte]) => place[0] = *byte,
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        b'?' => place[0] = u8::from(truth::is_true(vm, value)?),
        b'e' | b'f' | b'd' => put(place, float_word(vm, item.code, value, native)?, big),
        _ => put(place, integer_word(vm, item, value, big)?, big),
    }
    Ok(())
}

fn float_word(vm: &Vm, code: u8, value: &Value, native: bool) -> PyResult<u64> {
    let float =
        number::to_f64(vm, value).map_err(|_| error(vm, "required argument is not a float"))?;
    let too_large = |code: char| {
        if value.as_int().is_some() {
            return error(vm, "int too large to convert");
        }
        vm.overflow_error(format!("float too large to pack with {code} format"))
    };
    Ok(match code {
        b'd' => float.to_bits(),
        b'f' => {
            let single = float as f32;
            if single.is_infinite() && float.is_finite() && !native {
                return Err(too_large('f'));
            }
            single.to_bits().into()
        }
        _ => f64_to_half(float).ok_or_else(|| too_large('e'))?.into(),
    })
}

#[cold]
fn range_error(vm: &Vm, code: u8, size: usize, signed: bool, big: bool) -> PyErr {
    let bits = 8 * size as u32;
    let (min, max) = if signed {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    let message = match code {
        b'b' => format!("byte format requires {min} <= number <= {max}"),
        b'B' => format!("ubyte format requires {min} <= number <= {max}"),
        b'h' if !big => format!("short format requires {min} <= number <= {max}"),
        b'H' if !big => format!("ushort format requires {min} <= number <= {max}"),
        _ => format!(
            "'{}' format requires {min} <= number <= {max}",
            char::from(code)
        ),
    };
    error(vm, &message)
}

fn integer_word(vm: &Vm, item: Item, value: &Value, big: bool) -> PyResult<u64> {
    let index = if value.as_int().is_some() {
        value.clone()
    } else if number::is_index(vm, value) {
        number::index(vm, value)?
    } else {
        return Err(error(vm, "required argument is not an integer"));
    };
    let n: BigInt = match index.as_int() {
        Some(n) => n.to_bigint(),
        None => return Err(error(vm, "required argument is not an integer")),
    };
    if item.code == b'P' {
        // Pointers wrap around.
        return match n.to_u64().or_else(|| n.to_i64().map(|n| n as u64)) {
            Some(word) => Ok(word),
            None => Err(error(vm, "int too large to convert")),
        };
    }
    let signed = matches!(item.code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
    let bits = 8 * item.size as u64;
    let fits = if signed {
        n.to_i64()
            .is_some_and(|n| bits == 64 || (n >= -(1 << (bits - 1)) && n < 1 << (bits - 1)))
    } else {
        n.to_u64().is_some_and(|n| bits == 64 || n < 1 << bits)
    };
    if !fits {
        // The C types the value goes through first.
        let passes = if matches!(item.code, b'I' | b'L' | b'Q' | b'N') || big && item.code == b'H' {
            n.to_u64().is_some()
        } else {
            n.to_i64().is_some()
        };
        if !passes {
            return Err(error(vm, "argument out of range"));
        }
        return Err(range_error(vm, item.code, item.size, signed, big));
    }
    Ok(n.to_i64()
        .map(|n| n as u64)
        .or_else(|| n.to_u64())
        .unwrap_or(0))
}
