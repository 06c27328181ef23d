//! File names between Python and the system: UTF-8 with undecodable bytes as lone surrogates (`surrogateescape`).
//!
//! CPython 3.11: `PyUnicode_FSConverter`, `PyUnicode_DecodeFSDefault`, `PyOS_FSPath`.

use super::lookup;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::types::bytes::value::PyBytes;
use crate::types::str::value::PyStr;

/// `os.fsdecode` of bytes from the system.
pub fn fs_decode(vm: &Vm, bytes: &[u8]) -> PyRef<PyStr> {
    match std::str::from_utf8(bytes) {
        Ok(text) => PyStr::new(vm, text),
        Err(_) => {
            let mut chars = Vec::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                chars.extend(chunk.valid().chars().map(u32::from));
                chars.extend(chunk.invalid().iter().map(|&byte| 0xdc00 + u32::from(byte)));
            }
            PyStr::from_chars(vm, &chars)
        }
    }
}

/// A name as bytes of the system; surrogates that stand for no byte become `?`-like sequences of generalised UTF-8.
pub fn fs_encode(text: &Py<PyStr>) -> Vec<u8> {
    if let Some(ascii) = text.as_ascii() {
        return ascii.as_bytes().to_vec();
    }
    let mut bytes = Vec::with_capacity(text.len() * 2);
    for c in text.chars() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..0xdd00).contains(&c) => bytes.push((c - 0xdc00) as u8),
            None => bytes.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    bytes
}

/// `os.fspath(path)`
pub fn fspath(vm: &Vm, path: &Value) -> PyResult<Value> {
    if path.downcast_ref::<PyStr>().is_some() || path.downcast_ref::<PyBytes>().is_some() {
        return Ok(path.clone());
    }
    let name = vm.intern_str("__fspath__");
    let Some(result) = lookup::call_special_opt(vm, path, &name, &[])? else {
        return Err(vm.type_error(format!(
            "expected str, bytes or os.PathLike object, not {}",
            path.class(vm).tp_name()
        )));
    };
    if result.downcast_ref::<PyStr>().is_some() || result.downcast_ref::<PyBytes>().is_some() {
        Ok(result)
    } else {
        Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.class(vm).tp_name(),
            result.class(vm).tp_name()
        )))
    }
}

/// A path argument as bytes of the system (`PyUnicode_FSConverter`).
pub fn path_bytes(vm: &Vm, path: &Value) -> PyResult<Vec<u8>> {
    let path = fspath(vm, path)?;
    let bytes = match path.downcast_ref::<PyStr>() {
        Some(text) => fs_encode(text),
        None => match path.downcast_ref::<PyBytes>() {
            Some(bytes) => bytes.as_slice().to_vec(),
            None => Vec::new(),
        },
    };
    if bytes.contains(&0) {
        return Err(vm.value_error("embedded null byte"));
    }
    Ok(bytes)
}
