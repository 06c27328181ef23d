//! f-strings.

use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::repr;
use crate::raise;
use crate::types::str::value::PyStr;
use std::fmt::Write;

#[inline(always)]
pub fn format_value(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let has_spec = oparg & 4 != 0;
    if !has_spec && oparg != 2 && oparg != 3 && r.peek(1).downcast_exact::<PyStr>(vm).is_some() {
        return Next::Continue;
    }
    let formatted = if has_spec {
        let formatted = raise!(formatted(vm, r.peek(2), Some(r.peek(1)), oparg & 3));
        drop(r.pop());
        formatted
    } else {
        raise!(formatted(vm, r.peek(1), None, oparg & 3))
    };
    r.set_top(formatted);
    Next::Continue
}

#[inline(never)]
fn formatted(vm: &Vm, value: &Value, spec: Option<&Value>, conversion: u32) -> PyResult<Value> {
    let converted;
    let value = match conversion {
        0 => value,
        1 => {
            converted = repr::str(vm, value)?.into_value();
            &converted
        }
        2 => {
            converted = repr::repr(vm, value)?.into_value();
            &converted
        }
        _ => {
            converted = repr::ascii(vm, value)?.into_value();
            &converted
        }
    };
    match spec {
        None if value.downcast_exact::<PyStr>(vm).is_some() => Ok(value.clone()),
        None if value.is_small_int() => Ok(repr::str(vm, value)?.into_value()),
        spec => match spec.and_then(|spec| plain_format(vm, value, spec)) {
            Some(text) => Ok(text),
            None => Ok(repr::format(vm, value, spec)?.into_value()),
        },
    }
}

/// The commonest specs, `[<>^][0][width][.precision][df]`, of ints and floats in place, without going through
/// `__format__`.
fn plain_format(vm: &Vm, value: &Value, spec: &Value) -> Option<Value> {
    let spec = spec.downcast_exact::<PyStr>(vm)?.as_ascii()?.as_bytes();
    let (align, rest) = match spec {
        [align @ (b'<' | b'>' | b'^'), rest @ ..] => (Some(*align), rest),
        rest => (None, rest),
    };
    let (zero, rest) = match rest {
        [b'0', rest @ ..] if align.is_none() => (true, rest),
        rest => (false, rest),
    };
    let (width, rest) = leading_number(rest)?;
    let (precision, rest) = match rest {
        [b'.', rest @ ..] => {
            let (precision, after) = leading_number(rest)?;
            (Some(precision?), after)
        }
        rest => (None, rest),
    };
    let mut text = ArrayText::default();
    match (rest, precision) {
        ([] | [b'd'], None) => {
            write!(text, "{}", value.as_small_int()?).ok()?;
        }
        ([b'f'], Some(precision)) => {
            write!(
                text,
                "{:.precision$}",
                value.as_small_float().filter(|f| f.abs() < 1e30)?
            )
            .ok()?;
        }
        _ => return None,
    }
    let text = &text.bytes[..text.len];
    let padding = width.unwrap_or(0).saturating_sub(text.len());
    if padding == 0 {
        return Some(PyStr::from_ascii(vm, text).into_value());
    }
    let mut padded = [b' '; 128];
    let padded = padded.get_mut(..text.len() + padding)?;
    let start = match align {
        Some(b'<') => 0,
        Some(b'^') => padding / 2,
        _ => padding,
    };
    if zero {
        padded.fill(b'0');
        let sign = usize::from(text.first() == Some(&b'-'));
        padded[padding + sign..].copy_from_slice(&text[sign..]);
        padded[..sign].copy_from_slice(&text[..sign]);
    } else {
        padded[start..start + text.len()].copy_from_slice(text);
    }
    Some(PyStr::from_ascii(vm, padded).into_value())
}

/// A number of up to two digits, if there is one, and what follows; `None` when it is longer.
fn leading_number(bytes: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    match digits {
        0 => Some((None, bytes)),
        1 | 2 => {
            let number = bytes[..digits]
                .iter()
                .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
            Some((Some(number), &bytes[digits..]))
        }
        _ => None,
    }
}

/// Text on the native stack.
struct ArrayText {
    bytes: [u8; 64],
    len: usize,
}

impl Default for ArrayText {
    fn default() -> ArrayText {
        ArrayText {
            bytes: [0; 64],
            len: 0,
        }
    }
}

impl Write for ArrayText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let target = self
            .bytes
            .get_mut(self.len..self.len + text.len())
            .ok_or(std::fmt::Error)?;
        target.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}
