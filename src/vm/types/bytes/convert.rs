//! Making bytes of other objects, and hexadecimal text of bytes.
//!
//! CPython 3.11: `bytes_new_impl`, `PyBytes_FromObject`, `_PyBytes_FromHex` in `Objects/bytesobject.c`, `Python/pystrhex.c`.

use super::shared::byte_value;
use super::value::PyBytes;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::lookup::call_special_opt;
use crate::protocol::{buffer, iter, number, sequence};
use crate::types::list::value::PyList;
use crate::types::str::codec;
use crate::types::str::value::PyStr;
use derive::pymethods;

/// The bytes that `bytes(source, encoding, errors)` has.
pub fn construct(
    vm: &Vm,
    source: Option<&Value>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Source> {
    let Some(source) = source else {
        return match (encoding, errors) {
            (None, None) => Ok(Source::Bytes(Vec::new())),
            (Some(_), _) => Err(vm.type_error("encoding without a string argument")),
            (None, Some(_)) => Err(vm.type_error("errors without a string argument")),
        };
    };
    if let Some(encoding) = encoding {
        let Some(string) = source.downcast_ref::<PyStr>() else {
            return Err(vm.type_error("encoding without a string argument"));
        };
        return codec::encode(vm, string, Some(encoding), errors).map(Source::Object);
    }
    let is_str = source.downcast_ref::<PyStr>().is_some();
    if errors.is_some() {
        return Err(vm.type_error(if is_str {
            "string argument without an encoding"
        } else {
            "errors without a string argument"
        }));
    }
    if let Some(result) = call_special_opt(vm, source, &vm.names.__bytes__, &[])? {
        return result
            .downcast::<PyBytes>()
            .map(Source::Object)
            .map_err(|result| {
                vm.type_error(format!(
                    "__bytes__ returned non-bytes (type {})",
                    result.class(vm).tp_name()
                ))
            });
    }
    if is_str {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if let Some(count) = zero_count(vm, source)? {
        return Ok(Source::Bytes(vec![0; count]));
    }
    from_object(vm, source).map(Source::Bytes)
}

/// What a constructor made: bytes, or an object that may be used as it is.
pub enum Source {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A bytes object.
    Object(PyRef<PyBytes>),
}

/// The number of zero bytes asked for, when the source is an integer.
pub fn zero_count(vm: &Vm, source: &Value) -> PyResult<Option<usize>> {
    if !number::is_index(vm, source) {
        return Ok(None);
    }
    match number::to_index_isize(vm, source, ExcKind::OverflowError) {
        Err(error) if error.is(vm, ExcKind::TypeError) => Ok(None),
        Err(error) => Err(error),
        Ok(count) => match usize::try_from(count) {
            Ok(count) => {
                vm.try_reserve(count)?;
                Ok(Some(count))
            }
            Err(_) => Err(vm.value_error("negative count")),
        },
    }
}

#[cold]
fn cannot_convert(vm: &Vm, source: &Value) -> PyErr {
    vm.type_error(format!(
        "cannot convert '{}' object to bytes",
        source.class(vm).tp_name()
    ))
}

/// `PyBytes_FromObject`: a buffer's bytes, or an iterable's numbers.
pub fn from_object(vm: &Vm, source: &Value) -> PyResult<Vec<u8>> {
    if buffer::check(vm, source) {
        return buffer::to_vec(vm, source);
    }
    if source.downcast_ref::<PyStr>().is_some() {
        return Err(cannot_convert(vm, source));
    }
    numbers(vm, source, "bytes")
        .map_err(|error| error.unwrap_or_else(|| cannot_convert(vm, source)))
}

/// The numbers of an iterable as bytes; `Err(None)` when it cannot be iterated.
pub fn numbers(vm: &Vm, source: &Value, what: &str) -> Result<Vec<u8>, Option<PyErr>> {
    let value = |item: &Value| match item.as_small_int() {
        Some(n @ 0..=255) => Ok(n as u8),
        _ if what == "bytes" => {
            let n = number::to_index_clipped(vm, item)?;
            u8::try_from(n).map_err(|_| vm.value_error("bytes must be in range(0, 256)"))
        }
        _ => byte_value(vm, item),
    };
    let mut out = Vec::new();
    if let Some(list) = source.downcast_exact::<PyList>(vm) {
        let mut index = 0;
        while let Some(item) = list.get(index) {
            out.push(value(&item)?);
            index += 1;
        }
        return Ok(out);
    }
    let iterator = match iter::get_iter(vm, source) {
        Err(error) if error.is(vm, ExcKind::TypeError) => return Err(None),
        result => result?,
    };
    iter::drain(vm, &iterator, |item| {
        out.push(value(&item)?);
        Ok(())
    })?;
    Ok(out)
}

/// The separator of `hex`.
fn hex_separator(vm: &Vm, sep: &Value) -> PyResult<u8> {
    if sequence::len(vm, sep)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let c = if let Some(text) = sep.downcast_ref::<PyStr>() {
        if text.len() != 1 {
            return Err(vm.value_error("sep must be length 1."));
        }
        text.char_at(0).unwrap_or(0)
    } else if let Some(bytes) = sep.downcast_ref::<PyBytes>() {
        let [byte] = bytes.as_slice() else {
            return Err(vm.value_error("sep must be length 1."));
        };
        u32::from(*byte)
    } else {
        return Err(vm.type_error("sep must be str or bytes."));
    };
    match u8::try_from(c) {
        Ok(byte) if byte < 128 => Ok(byte),
        _ => Err(vm.value_error("sep must be ASCII.")),
    }
}

/// `bytes.hex(sep, bytes_per_sep)`
pub fn hex(vm: &Vm, bytes: &[u8], sep: Option<&Value>, group: i32) -> PyResult<PyRef<PyStr>> {
    let sep = sep.map(|sep| hex_separator(vm, sep)).transpose()?;
    vm.try_reserve(bytes.len().saturating_mul(3))?;
    let size = group.unsigned_abs() as usize;
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for (index, byte) in bytes.iter().enumerate() {
        if let Some(sep) = sep
            && size != 0
            && index != 0
        {
            let place = if group > 0 {
                bytes.len() - index
            } else {
                index
            };
            if place % size == 0 {
                out.push(sep);
            }
        }
        out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
        out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
    }
    Ok(PyStr::from_ascii(vm, &out))
}

/// The bytes that hexadecimal text says.
pub fn from_hex(vm: &Vm, string: &Py<PyStr>) -> PyResult<Vec<u8>> {
    let wrong = |at: usize| {
        vm.value_error(format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    };
    let Some(text) = string.as_ascii() else {
        let at = string.chars().position(|c| c >= 0x80).unwrap_or(0);
        return Err(wrong(at));
    };
    let text = text.as_bytes();
    let digit = |at: usize| text.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b' ' | 9..=13) {
            at += 1;
            continue;
        }
        let high = digit(at).ok_or_else(|| wrong(at))?;
        let low = digit(at + 1).ok_or_else(|| wrong(at + 1))?;
        out.push((high << 4 | low) as u8);
        at += 2;
    }
    Ok(out)
}

#[pymethods(table = BYTES)]
impl PyBytes {
    #[pymethod]
    fn __getnewargs__(vm: &Vm, zelf: &Py<PyBytes>) -> Value {
        vm.new_tuple(vec![PyBytes::new(vm, zelf.as_slice()).into_value()])
    }

    /// Convert this value to exact type bytes.
    #[pymethod(sig = "__bytes__($self, /)")]
    fn __bytes__(vm: &Vm, zelf: &Py<PyBytes>) -> Value {
        if zelf.is_exact(vm) {
            zelf.to_value()
        } else {
            PyBytes::new(vm, zelf.as_slice()).into_value()
        }
    }

    /// Return the size of the object in memory, in bytes.
    #[pymethod(sig = "__sizeof__($self, /)")]
    fn __sizeof__(zelf: &Py<PyBytes>) -> usize {
        33 + zelf.len()
    }
}
