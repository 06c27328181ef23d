//! `bytes % values`.
//!
//! CPython 3.11: `_PyBytes_FormatEx` in `Objects/bytesobject.c`.

use super::shared::bytes_of;
use super::value::PyBytes;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::protocol::lookup::call_special_opt;
use crate::protocol::{buffer, number, repr};
use crate::types::bytearray::value::PyByteArray;
use crate::types::str::percent_number::{self as shared, Arguments, Reader, Spec};
use crate::types::str::value::PyStr;
use base::text::TextRef;
use std::borrow::Cow;

/// `format % values`
pub fn format(vm: &Vm, format: &[u8], values: &Value) -> PyResult<Vec<u8>> {
    let is_text = |value: &Value| {
        value.downcast_ref::<PyBytes>().is_some()
            || value.downcast_ref::<PyByteArray>().is_some()
            || value.downcast_ref::<PyStr>().is_some()
    };
    let mut args = Arguments::new(vm, values, is_text);
    let mut reader = Reader {
        text: TextRef::Latin1(format),
        at: 0,
        is_bytes: true,
    };
    let mut out = Vec::with_capacity(format.len() + 16);
    loop {
        let rest = &format[reader.at..];
        let Some(run) = memchr::memchr(b'%', rest) else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(&rest[..run]);
        reader.at += run + 1;
        if format.get(reader.at) == Some(&b'%') {
            out.push(b'%');
            reader.at += 1;
            continue;
        }
        let key = |text: TextRef<'_>| match text {
            TextRef::Latin1(bytes) => PyBytes::new(vm, bytes).into_value(),
            _ => Value::None,
        };
        let spec = reader.spec(vm, &mut args, key)?;
        let code = u8::try_from(spec.code).unwrap_or(0);
        let value = args.next(vm)?;
        match code {
            b'r' | b'a' => {
                let text = repr::ascii(vm, &value)?;
                push(vm, text.raw_bytes(), &spec, true, &mut out)?;
            }
            b's' | b'b' => push(vm, &as_bytes(vm, &value)?, &spec, true, &mut out)?,
            b'c' => push(vm, &[byte(vm, &value)?], &spec, false, &mut out)?,
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
                shared::integer(vm, &value, &spec, &mut out)?
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                shared::float(vm, &value, &spec, true, &mut out)?
            }
            _ => return Err(shared::unsupported(vm, spec.code, reader.at - 1)),
        }
    }
    if args.is_unused() {
        return Err(vm.type_error("not all arguments converted during bytes formatting"));
    }
    Ok(out)
}

fn push(vm: &Vm, bytes: &[u8], spec: &Spec, cut: bool, out: &mut Vec<u8>) -> PyResult<()> {
    let len = match spec.precision {
        Some(precision) if cut => precision.min(bytes.len()),
        _ => bytes.len(),
    };
    let (left, right) = shared::padding(vm, spec, len)?;
    out.resize(out.len() + left, b' ');
    out.extend_from_slice(&bytes[..len]);
    out.resize(out.len() + right, b' ');
    Ok(())
}

fn as_bytes<'a>(vm: &Vm, value: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    if value.downcast_exact::<PyBytes>(vm).is_some() {
        return bytes_of(vm, value);
    }
    if let Some(result) = call_special_opt(vm, value, &vm.names.__bytes__, &[])? {
        return match result.downcast_ref::<PyBytes>() {
            Some(bytes) => Ok(Cow::Owned(bytes.as_slice().to_vec())),
            None => Err(vm.type_error(format!(
                "__bytes__ returned non-bytes (type {})",
                result.class(vm).tp_name()
            ))),
        };
    }
    if buffer::check(vm, value) {
        return bytes_of(vm, value);
    }
    Err(vm.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        value.class(vm).tp_name()
    )))
}

#[cold]
fn not_byte(vm: &Vm) -> PyErr {
    vm.type_error("%c requires an integer in range(256) or a single byte")
}

fn byte(vm: &Vm, value: &Value) -> PyResult<u8> {
    let single = |bytes: &[u8]| {
        if let [byte] = bytes {
            Some(*byte)
        } else {
            None
        }
    };
    if let Some(bytes) = value.downcast_ref::<PyBytes>() {
        return single(bytes.as_slice()).ok_or_else(|| not_byte(vm));
    }
    if let Some(bytes) = value.downcast_ref::<PyByteArray>() {
        return bytes.with(single).ok_or_else(|| not_byte(vm));
    }
    match number::to_index_clipped(vm, value) {
        Ok(n) => u8::try_from(n).map_err(|_| vm.overflow_error("%c arg not in range(256)")),
        Err(error) if error.is(vm, ExcKind::TypeError) => Err(not_byte(vm)),
        Err(error) => Err(error),
    }
}
