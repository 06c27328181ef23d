//! Paths of files given by programs: str, bytes, or objects with `__fspath__`.
//!
//! CPython 3.11: `PyUnicode_FSDecoder`, `PyOS_FSPath`, `PyUnicode_DecodeFSDefault`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::special;
use crate::types::bytes::value::PyBytes;
use crate::types::str::value::PyStr;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// The str of a path: surrogate escapes for bytes that are not UTF-8.
pub fn fs_text(vm: &Vm, path: &Value) -> PyResult<Value> {
    if path.downcast_ref::<PyStr>().is_some() {
        return Ok(path.clone());
    }
    if path.class(vm).slots.getbuffer.get().is_some() {
        if path.downcast_ref::<PyBytes>().is_none() {
            let message = format!(
                "path should be string, bytes, or os.PathLike, not {}",
                path.class(vm).tp_name()
            );
            crate::protocol::warn::warn(vm, ExcKind::DeprecationWarning, &message, 1)?;
        }
        let bytes = crate::protocol::buffer::to_vec(vm, path)?;
        return Ok(decode(vm, &bytes).into_value());
    }
    match special::call(vm, path, &vm.names.__fspath__, &[])? {
        Some(text) if text.downcast_ref::<PyStr>().is_some() => Ok(text),
        Some(other) if other.class(vm).slots.getbuffer.get().is_some() => {
            let bytes = crate::protocol::buffer::to_vec(vm, &other)?;
            Ok(decode(vm, &bytes).into_value())
        }
        Some(other) => Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.class(vm).tp_name(),
            other.class(vm).tp_name()
        ))),
        None => Err(vm.type_error(format!(
            "expected str, bytes or os.PathLike object, not {}",
            path.class(vm).tp_name()
        ))),
    }
}

/// Bytes of the operating system as a str (UTF-8 with surrogateescape).
pub fn decode(vm: &Vm, bytes: &[u8]) -> PyRef<PyStr> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return PyStr::new(vm, text);
    }
    let mut chars: Vec<u32> = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chars.extend(chunk.valid().chars().map(u32::from));
        chars.extend(chunk.invalid().iter().map(|byte| 0xdc00 + u32::from(*byte)));
    }
    PyStr::from_chars(vm, &chars)
}

/// As `decode`, for Rust's own form.
pub fn from_os(vm: &Vm, text: &OsStr) -> PyRef<PyStr> {
    decode(vm, text.as_bytes())
}

/// A str as bytes of the operating system; lone surrogates of `surrogateescape` become their bytes, others are replaced.
pub fn encode(text: &Py<PyStr>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..=0xdcff).contains(&c) => bytes.push((c - 0xdc00) as u8),
            None => bytes.push(b'?'),
        }
    }
    bytes
}

/// As `encode`, for Rust's own form.
pub fn to_os(text: &Py<PyStr>) -> OsString {
    OsString::from_vec(encode(text))
}
