//! `str % values`.
//!
//! CPython 3.11: `PyUnicode_Format` in `Objects/unicodeobject.c`.

use super::percent_number::{self as shared, Arguments, Spec};
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{number, repr};
use base::text::{TextBuilder, find};
use base::with_units;

/// `format % values`
pub fn format(vm: &Vm, format: &Py<PyStr>, values: &Value) -> PyResult<PyRef<PyStr>> {
    let mut args = Arguments::new(vm, values, |value| value.downcast_ref::<PyStr>().is_some());
    let mut reader = shared::reader(format);
    let text = format.text();
    let mut out = TextBuilder::with_capacity(format.len() + 16);
    let mut ascii = Vec::new();
    loop {
        let from = reader.at;
        let rest = text.slice(from, text.len());
        let Some(run) = with_units!(rest, |units| find::find_char(units, b'%'.into())) else {
            out.push_text(rest);
            break;
        };
        out.push_text(text.slice(from, from + run));
        reader.at = from + run + 1;
        if reader.at < text.len() && text.char_at(reader.at) == u32::from(b'%') {
            out.push(b'%'.into());
            reader.at += 1;
            continue;
        }
        let spec = reader.spec(vm, &mut args, |key| shared::str_key(vm, key))?;
        let code = u8::try_from(spec.code).unwrap_or(0);
        let value = args.next(vm)?;
        ascii.clear();
        match code {
            b's' => push_text(vm, &*repr::str(vm, &value)?, &spec, true, &mut out)?,
            b'r' => push_text(vm, &*repr::repr(vm, &value)?, &spec, true, &mut out)?,
            b'a' => push_text(vm, &*repr::ascii(vm, &value)?, &spec, true, &mut out)?,
            b'c' => {
                let c = PyStr::from_char(vm, character(vm, &value)?);
                push_text(vm, &c, &spec, false, &mut out)?;
            }
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
                shared::integer(vm, &value, &spec, &mut ascii)?;
                out.push_latin1(&ascii);
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                shared::float(vm, &value, &spec, false, &mut ascii)?;
                out.push_latin1(&ascii);
            }
            _ => return Err(shared::unsupported(vm, spec.code, reader.at - 1)),
        }
    }
    if args.is_unused() {
        return Err(vm.type_error("not all arguments converted during string formatting"));
    }
    Ok(PyStr::from_text(vm, &out.finish()))
}

fn push_text(
    vm: &Vm,
    text: &Py<PyStr>,
    spec: &Spec,
    cut: bool,
    out: &mut TextBuilder,
) -> PyResult<()> {
    let len = match spec.precision {
        Some(precision) if cut => precision.min(text.len()),
        _ => text.len(),
    };
    let (left, right) = shared::padding(vm, spec, len)?;
    out.push_repeated(32, left);
    out.push_text(text.text().slice(0, len));
    out.push_repeated(32, right);
    Ok(())
}

#[cold]
fn not_char(vm: &Vm) -> PyErr {
    vm.type_error("%c requires int or char")
}

fn character(vm: &Vm, value: &Value) -> PyResult<u32> {
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return match text.char_at(0) {
            Some(c) if text.len() == 1 => Ok(c),
            _ => Err(not_char(vm)),
        };
    }
    let number = match number::index_any(vm, value) {
        Err(error) if error.is(vm, ExcKind::TypeError) => return Err(not_char(vm)),
        result => result?,
    };
    match number.as_int().and_then(|n| n.to_i64()) {
        Some(c @ 0..=0x10_ffff) => Ok(c as u32),
        _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
    }
}
