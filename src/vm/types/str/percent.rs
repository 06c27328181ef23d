//! `str % values`.
//!
//! CPython 3.11: `PyUnicode_Format` in `Objects/unicodeobject.c`.

use super::percent_number::{self as shared, Arguments, Spec};
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{number, repr};
use crate::types::tuple::value::PyTuple;
use base::text::{TextBuilder, find};
use base::with_units;

/// Bytes that `format_plain` makes at most.
const PLAIN_MAX: usize = 256;

/// The commonest case: an ASCII format, `%s` with a str and `%d` with an int in place, at most a width. `None` says that it is another one;
/// nothing has happened then.
fn format_plain(vm: &Vm, format: &Py<PyStr>, values: &Value) -> Option<PyRef<PyStr>> {
    let mut rest = format.as_ascii()?.as_bytes();
    let mut values = match values.downcast_ref::<PyTuple>() {
        Some(tuple) => tuple.as_slice(),
        None if values.is_small_int() || values.downcast_exact::<PyStr>(vm).is_some() => {
            std::slice::from_ref(values)
        }
        None => return None,
    }
    .iter();
    let mut out = [0; PLAIN_MAX];
    let mut len = 0;
    let mut push = |bytes: &[u8]| {
        let place = out.get_mut(len..len + bytes.len())?;
        place.copy_from_slice(bytes);
        len += bytes.len();
        Some(())
    };
    while let Some(run) = rest.iter().position(|byte| *byte == b'%') {
        push(&rest[..run])?;
        rest = &rest[run + 1..];
        if let [b'%', after @ ..] = rest {
            push(b"%")?;
            rest = after;
            continue;
        }
        let is_left = rest.first() == Some(&b'-');
        rest = &rest[usize::from(is_left)..];
        let fill = if !is_left && rest.first() == Some(&b'0') {
            b'0'
        } else {
            b' '
        };
        let mut width = 0;
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            width = width * 10 + usize::from(digit - b'0');
            if width > PLAIN_MAX {
                return None;
            }
            rest = after;
        }
        let (code, after) = rest.split_first()?;
        rest = after;
        let value = values.next()?;
        let mut digits = DecimalDigits::default();
        let (sign, text): (&[u8], &[u8]) = match code {
            b's' => match value.downcast_exact::<PyStr>(vm) {
                Some(text) => (b"", text.as_ascii()?.as_bytes()),
                None => digits.of(value.as_small_int()?),
            },
            b'd' => digits.of(value.as_small_int()?),
            _ => return None,
        };
        let padding = width.saturating_sub(sign.len() + text.len());
        if padding > 0 {
            if fill == b'0' && *code == b's' {
                return None;
            }
            let fill = &[fill; PLAIN_MAX][..padding];
            match (is_left, fill[0]) {
                (true, _) => [sign, text, fill],
                (false, b'0') => [sign, fill, text],
                (false, _) => [fill, sign, text],
            }
            .into_iter()
            .try_for_each(&mut push)?;
        } else {
            push(sign)?;
            push(text)?;
        }
    }
    push(rest)?;
    match values.next() {
        Some(_) => None,
        None => Some(PyStr::from_ascii(vm, &out[..len])),
    }
}

/// A number's sign and decimal digits.
#[derive(Default)]
struct DecimalDigits([u8; 20]);

impl DecimalDigits {
    fn of(&mut self, number: i64) -> (&[u8], &[u8]) {
        let mut left = number.unsigned_abs();
        let mut start = self.0.len();
        for place in self.0.iter_mut().rev() {
            *place = b'0' + (left % 10) as u8;
            left /= 10;
            start -= 1;
            if left == 0 {
                break;
            }
        }
        let sign: &[u8] = if number < 0 { b"-" } else { b"" };
        (sign, &self.0[start..])
    }
}

/// `format % values`
pub fn format(vm: &Vm, format: &Py<PyStr>, values: &Value) -> PyResult<PyRef<PyStr>> {
    if let Some(formatted) = format_plain(vm, format, values) {
        return Ok(formatted);
    }
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
