//! `binascii`: bytes as text in hexadecimal, base 64, uuencoding and quoted-printable, and checksums.
//!
//! CPython 3.11: `Modules/binascii.c`.

mod quoted;

pub use module::DEF;

use crate::support;
use derive::pymodule;
use std::cell::RefCell;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, PyType, Value};
use vm::protocol::buffer;
use vm::types::bytes::convert;
use vm::types::bytes::value::PyBytes;
use vm::types::str::value::PyStr;

#[derive(Default)]
struct Classes {
    error: RefCell<Option<PyRef<PyType>>>,
    incomplete: RefCell<Option<PyRef<PyType>>>,
}

fn class_of(
    vm: &Vm,
    place: &RefCell<Option<PyRef<PyType>>>,
    name: &str,
    base: ExcKind,
) -> PyResult<PyRef<PyType>> {
    if let Some(class) = &*place.borrow() {
        return Ok(class.clone());
    }
    let class = support::exception_class(vm, "binascii", name, base)?;
    *place.borrow_mut() = Some(class.clone());
    Ok(class)
}

fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
    class_of(
        vm,
        &vm.state.get::<Classes>().error,
        "Error",
        ExcKind::ValueError,
    )
}

/// `binascii.Error`
#[cold]
fn error(vm: &Vm, message: &str) -> PyErr {
    match error_class(vm) {
        Ok(class) => support::raise(vm, &class, message),
        Err(error) => error,
    }
}

/// The bytes of an ASCII str or a buffer.
fn ascii_bytes(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    if !buffer::check(vm, value) {
        return Err(vm.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{}'",
            value.class(vm).tp_name()
        )));
    }
    buffer::to_vec(vm, value)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn decode_base64(vm: &Vm, data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    if strict && data.first() == Some(&b'=') {
        return Err(error(vm, "Leading padding not allowed"));
    }
    let mut out = Vec::with_capacity(data.len() / 4 * 3);
    let (mut position, mut left, mut pads) = (0, 0u32, 0);
    let mut done = false;
    for (index, &byte) in data.iter().enumerate() {
        if byte == b'=' {
            if position >= 2 {
                pads += 1;
                if position + pads >= 4 {
                    if strict && index + 1 < data.len() {
                        return Err(error(vm, "Excess data after padding"));
                    }
                    done = true;
                    break;
                }
            }
            continue;
        }
        let Some(value) = sextet(byte) else {
            if strict {
                return Err(error(vm, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && pads > 0 {
            return Err(error(vm, "Discontinuous padding not allowed"));
        }
        pads = 0;
        match position {
            0 => left = value,
            1 => {
                out.push((left << 2 | value >> 4) as u8);
                left = value & 15;
            }
            2 => {
                out.push((left << 4 | value >> 2) as u8);
                left = value & 3;
            }
            _ => {
                out.push((left << 6 | value) as u8);
                left = 0;
            }
        }
        position = (position + 1) % 4;
    }
    if done || position == 0 {
        return Ok(out);
    }
    if position == 1 {
        let count = out.len() / 3 * 4 + 1;
        return Err(error(
            vm,
            &format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            ),
        ));
    }
    Err(error(vm, "Incorrect padding"))
}

fn encode_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            out.push(if index <= chunk.len() {
                BASE64[(word >> (18 - 6 * index) & 63) as usize]
            } else {
                b'='
            });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

fn decode_hex(vm: &Vm, data: &[u8]) -> PyResult<Vec<u8>> {
    if data.len() % 2 != 0 {
        return Err(error(vm, "Odd-length string"));
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut out = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2) {
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            _ => return Err(error(vm, "Non-hexadecimal digit found")),
        }
    }
    Ok(out)
}

fn decode_uu(vm: &Vm, data: &[u8]) -> PyResult<Vec<u8>> {
    let mut rest = data.iter().copied();
    let first = rest.next().unwrap_or(0);
    let len = usize::from(first.wrapping_sub(b' ') & 63);
    let (mut out, mut left, mut bits) = (Vec::with_capacity(len), 0u32, 0);
    let mut after = data.len().min(1);
    while out.len() < len {
        let byte = data.get(after).copied().unwrap_or(0);
        after += 1;
        let value = match byte {
            b'\n' | b'\r' | 0 => 0,
            b' '..=96 => u32::from(byte - b' ') & 63,
            _ => return Err(error(vm, "Illegal char")),
        };
        left = left << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((left >> bits) as u8);
            left &= (1 << bits) - 1;
        }
    }
    let garbage = data.get(after..).unwrap_or(&[]);
    if garbage
        .iter()
        .any(|byte| !matches!(byte, b' ' | b'`' | b'\n' | b'\r'))
    {
        return Err(error(vm, "Trailing garbage"));
    }
    Ok(out)
}

fn encode_uu(data: &[u8], backtick: bool) -> Vec<u8> {
    let shown = |value: u32| match value {
        0 if backtick => b'`',
        value => value as u8 + b' ',
    };
    let mut out = vec![shown(data.len() as u32)];
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend((0..4).map(|index| shown(word >> (18 - 6 * index) & 63)));
    }
    out.push(b'\n');
    out
}

const fn crc32_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut word = index as u32;
        let mut bit = 0;
        while bit < 8 {
            word = if word & 1 != 0 {
                word >> 1 ^ 0xedb8_8320
            } else {
                word >> 1
            };
            bit += 1;
        }
        table[index] = word;
        index += 1;
    }
    table
}

static CRC32: [u32; 256] = crc32_table();

fn crc32_of(data: &[u8], start: u32) -> u32 {
    !data.iter().fold(!start, |crc, &byte| {
        CRC32[((crc ^ u32::from(byte)) & 255) as usize] ^ crc >> 8
    })
}

fn crc_hqx_of(data: &[u8], start: u32) -> u32 {
    data.iter().fold(start & 0xffff, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 8, |crc, _| {
            let shifted = crc << 1 & 0xffff;
            if crc & 0x8000 != 0 {
                shifted ^ 0x1021
            } else {
                shifted
            }
        })
    })
}

/// The low 32 bits of an int.
fn low_word(vm: &Vm, value: &Value) -> PyResult<u32> {
    let index = vm::protocol::number::index(vm, value)?;
    let mask = num_bigint::BigInt::from(u32::MAX);
    let word = index.as_int().map(|n| n.to_bigint() & mask);
    Ok(word.and_then(|word| u32::try_from(&word).ok()).unwrap_or(0))
}

/// Conversion between binary data and ASCII
#[pymodule(name = "binascii")]
mod module {
    use super::*;

    #[pyattr(name = "Error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    #[pyattr(name = "Incomplete")]
    fn incomplete_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        class_of(
            vm,
            &vm.state.get::<Classes>().incomplete,
            "Incomplete",
            ExcKind::Exception,
        )
    }

    /// Decode a line of base64 data.
    #[pyfunction(sig = "a2b_base64($module, data, /, *, strict_mode=False)")]
    fn a2b_base64(vm: &Vm, data: &Value, strict_mode: bool) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &decode_base64(vm, &ascii_bytes(vm, data)?, strict_mode)?,
        ))
    }

    /// Base64-code line of data.
    #[pyfunction(sig = "b2a_base64($module, data, /, *, newline=True)")]
    fn b2a_base64(vm: &Vm, data: &Value, newline: bool) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &encode_base64(&buffer::to_vec(vm, data)?, newline),
        ))
    }

    /// Decode a line of uuencoded data.
    #[pyfunction(sig = "a2b_uu($module, data, /)")]
    fn a2b_uu(vm: &Vm, data: &Value) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(vm, &decode_uu(vm, &ascii_bytes(vm, data)?)?))
    }

    /// Uuencode line of data.
    #[pyfunction(sig = "b2a_uu($module, data, /, *, backtick=False)")]
    fn b2a_uu(vm: &Vm, data: &Value, backtick: bool) -> PyResult<PyRef<PyBytes>> {
        let data = buffer::to_vec(vm, data)?;
        if data.len() > 45 {
            return Err(error(vm, "At most 45 bytes at once"));
        }
        Ok(PyBytes::new(vm, &encode_uu(&data, backtick)))
    }

    /// Binary data of hexadecimal representation.
    #[pyfunction(sig = "a2b_hex($module, hexstr, /)")]
    fn a2b_hex(vm: &Vm, hexstr: &Value) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &decode_hex(vm, &ascii_bytes(vm, hexstr)?)?,
        ))
    }

    /// Binary data of hexadecimal representation.
    #[pyfunction(sig = "unhexlify($module, hexstr, /)")]
    fn unhexlify(vm: &Vm, hexstr: &Value) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &decode_hex(vm, &ascii_bytes(vm, hexstr)?)?,
        ))
    }

    /// Hexadecimal representation of binary data.
    #[pyfunction(
        sig = "b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
        no_text_signature
    )]
    fn b2a_hex(
        vm: &Vm,
        data: &Value,
        sep: Option<&Value>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyBytes>> {
        let text = convert::hex(vm, &buffer::to_vec(vm, data)?, sep, bytes_per_sep)?;
        Ok(PyBytes::new(vm, text.raw_bytes()))
    }

    /// Hexadecimal representation of binary data.
    #[pyfunction(
        sig = "hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
        no_text_signature
    )]
    fn hexlify(
        vm: &Vm,
        data: &Value,
        sep: Option<&Value>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyBytes>> {
        b2a_hex(vm, data, sep, bytes_per_sep)
    }

    /// Compute CRC-32 incrementally.
    #[pyfunction(sig = "crc32($module, data, crc=0, /)")]
    fn crc32(vm: &Vm, data: &Value, crc: Option<&Value>) -> PyResult<u32> {
        let start = crc.map_or(Ok(0), |crc| low_word(vm, crc))?;
        Ok(crc32_of(&buffer::to_vec(vm, data)?, start))
    }

    /// Compute CRC-CCITT incrementally.
    #[pyfunction(sig = "crc_hqx($module, data, crc, /)")]
    fn crc_hqx(vm: &Vm, data: &Value, crc: &Value) -> PyResult<u32> {
        let start = low_word(vm, crc)?;
        Ok(crc_hqx_of(&buffer::to_vec(vm, data)?, start))
    }

    /// Decode a string of qp-encoded data.
    #[pyfunction(sig = "a2b_qp($module, /, data, header=False)")]
    fn a2b_qp(vm: &Vm, data: &Value, header: bool) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &quoted::decode(&ascii_bytes(vm, data)?, header),
        ))
    }

    /// Encode a string using quoted-printable encoding.
    #[pyfunction(sig = "b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        vm: &Vm,
        data: &Value,
        quotetabs: bool,
        istext: bool,
        header: bool,
    ) -> PyResult<PyRef<PyBytes>> {
        let data = buffer::to_vec(vm, data)?;
        vm.try_reserve(data.len().saturating_mul(4))?;
        Ok(PyBytes::new(
            vm,
            &quoted::encode(&data, quotetabs, istext, header),
        ))
    }
}
