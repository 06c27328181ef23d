//! The charmap codec: characters and bytes through a mapping that Python gives.
//!
//! CPython 3.11: `PyUnicode_DecodeCharmap`, `_PyUnicode_EncodeCharmap`, `PyUnicode_BuildEncodingMap`.

use super::codec_errors::{self as errors, Handler, Replacement};
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::mapping;
use crate::types::bytes::value::PyBytes;
use crate::types::dict::value::PyDict;
use base::text::{CodecError, TextBuilder};
use derive::{pymethods, pytype};
use std::borrow::Cow;
use std::collections::HashMap;

const UNDEFINED: &str = "character maps to <undefined>";

/// Payload of `EncodingMap`: what `charmap_build` gives.
#[pytype(name = "EncodingMap", flags(DISALLOW_INSTANTIATION), tables(TABLE))]
pub struct PyEncodingMap {
    bytes: HashMap<u32, u8>,
}

#[pymethods]
impl PyEncodingMap {
    /// Return the size (in bytes) of this object.
    #[pymethod]
    fn size(&self) -> usize {
        48 + self.bytes.len() * 2
    }
}

/// `codecs.charmap_build`
pub fn build(vm: &Vm, map: &Py<PyStr>) -> PyResult<Value> {
    let chars: Vec<u32> = map.chars().take(256).collect();
    let simple = chars.first() == Some(&0) && chars.iter().skip(1).all(|&c| c != 0 && c <= 0xffff);
    if !simple {
        let dict = PyDict::new(vm);
        for (byte, &c) in chars.iter().enumerate() {
            dict.set(vm, vm.new_int(c.into()), vm.new_usize(byte))?;
        }
        return Ok(dict.into_value());
    }
    let pairs = chars.iter().zip(0..=255).filter(|&(&c, _)| c != 0xfffe);
    let bytes = pairs.map(|(&c, byte)| (c, byte)).collect();
    Ok(PyRef::new(vm, PyEncodingMap { bytes }).into_value())
}

/// What the mapping says of a byte, appended; false when it says nothing.
fn decode_byte(vm: &Vm, table: &Value, byte: u8, out: &mut TextBuilder) -> PyResult<bool> {
    if let Some(text) = table.downcast_exact::<PyStr>(vm) {
        return Ok(match text.char_at(byte.into()) {
            Some(c) if c != 0xfffe => {
                out.push(c);
                true
            }
            _ => false,
        });
    }
    let found = match mapping::get_item(vm, table, &vm.new_int(byte.into())) {
        Err(error) if error.is(vm, ExcKind::LookupError) => return Ok(false),
        result => result?,
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(n) = found.as_int() {
        return match n.to_i64() {
            Some(0xfffe) => Ok(false),
            Some(n @ 0..=0x10_ffff) => {
                out.push(n as u32);
                Ok(true)
            }
            _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
        };
    }
    match found.downcast_ref::<PyStr>() {
        Some(text) if text.len() == 1 && text.char_at(0) == Some(0xfffe) => Ok(false),
        Some(text) => {
            out.push_text(text.text());
            Ok(true)
        }
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

/// Decodes through a mapping.
pub fn decode(vm: &Vm, input: &[u8], handler: &Handler, table: &Value) -> PyResult<PyRef<PyStr>> {
    let mut input = Cow::Borrowed(input);
    let mut out = TextBuilder::with_capacity(input.len());
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        if decode_byte(vm, table, byte, &mut out)? {
            at += 1;
            continue;
        }
        let error = CodecError {
            start: at,
            end: at + 1,
            reason: UNDEFINED,
        };
        at = errors::on_decode(vm, handler, "charmap", &mut input, error, &mut out)?;
    }
    Ok(PyStr::from_text(vm, &out.finish()))
}

/// What the mapping says of a character, appended; false when it says nothing.
fn encode_char(vm: &Vm, table: &Value, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    if let Some(map) = table.downcast_ref::<PyEncodingMap>() {
        let byte = map.bytes.get(&c);
        out.extend(byte);
        return Ok(byte.is_some());
    }
    let found = match mapping::get_item(vm, table, &vm.new_int(c.into())) {
        Err(error) if error.is(vm, ExcKind::LookupError) => return Ok(false),
        result => result?,
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(n) = found.as_int() {
        return match n.to_i64() {
            Some(n @ 0..=255) => {
                out.push(n as u8);
                Ok(true)
            }
            _ => Err(vm.type_error("character mapping must be in range(256)")),
        };
    }
    match found.downcast_ref::<PyBytes>() {
        Some(bytes) => {
            out.extend_from_slice(bytes.as_slice());
            Ok(true)
        }
        None => Err(vm.type_error(format!(
            "character mapping must return integer, bytes or None, not {}",
            found.class(vm).tp_name()
        ))),
    }
}

#[cold]
fn undefined(vm: &Vm, string: &Py<PyStr>, start: usize, end: usize) -> PyErr {
    vm.unicode_encode_error("charmap", &string.as_value(), start, end, UNDEFINED)
}

/// Encodes through a mapping.
pub fn encode(vm: &Vm, string: &Py<PyStr>, handler: &Handler, table: &Value) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(string.len());
    let mut at = 0;
    while let Some(c) = string.char_at(at) {
        if encode_char(vm, table, c, &mut out)? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut scratch = Vec::new();
        while let Some(c) = string.char_at(end) {
            if encode_char(vm, table, c, &mut scratch)? {
                break;
            }
            end += 1;
        }
        let error = CodecError {
            start: at,
            end,
            reason: UNDEFINED,
        };
        let (replacement, next) = errors::on_encode(vm, handler, "charmap", string, error)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(text) => {
                for c in text.chars() {
                    if !encode_char(vm, table, c, &mut out)? {
                        return Err(undefined(vm, string, at, end));
                    }
                }
            }
        }
        at = next;
    }
    Ok(out)
}
