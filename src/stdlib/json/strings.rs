//! Strings of JSON: reading and writing them.
//!
//! CPython 3.11: `scanstring_unicode`, `ascii_escape_unicode`, `escape_unicode` in `Modules/_json.c`.

use super::decode_error;
use base::text::{TextBuilder, Unit};
use base::with_units;
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyRef};
use vm::types::str::value::PyStr;

/// Which characters are written as escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Those that must be.
    Needed,
    /// All that are not ASCII, too.
    Ascii,
}

/// Reads a string behind its opening quote: the string and where it ends.
pub fn scan(
    vm: &Vm,
    document: &Py<PyStr>,
    start: usize,
    strict: bool,
) -> PyResult<(PyRef<PyStr>, usize)> {
    with_units!(document.text(), |units| scan_units(
        vm, document, units, start, strict
    ))
}

fn scan_units<U: Unit>(
    vm: &Vm,
    document: &Py<PyStr>,
    units: &[U],
    start: usize,
    strict: bool,
) -> PyResult<(PyRef<PyStr>, usize)> {
    let begin = start.saturating_sub(1);
    let mut builder: Option<TextBuilder> = None;
    let mut at = start;
    loop {
        let rest = units.get(at..).unwrap_or_default();
        let stop = rest.iter().position(|unit| {
            let c = unit.to_char();
            c == 0x22 || c == 0x5c || (c <= 0x1f && strict)
        });
        let Some(stop) = stop else {
            let message = "Unterminated string starting at";
            return Err(decode_error(vm, message, document, begin));
        };
        let plain = &rest[..stop];
        let c = rest[stop].to_char();
        if c == 0x22 {
            let end = at + stop;
            let text = match &mut builder {
                None => PyStr::substring(vm, document, at, end),
                Some(builder) => {
                    builder.push_text(U::as_text(plain));
                    PyStr::from_text_ref(vm, builder.as_ref())
                }
            };
            return Ok((text, end + 1));
        }
        if c != 0x5c {
            let message = "Invalid control character at";
            return Err(decode_error(vm, message, document, at + stop));
        }
        let builder = builder.get_or_insert_with(TextBuilder::new);
        builder.push_text(U::as_text(plain));
        let (c, next) = escape(vm, document, units, at + stop + 1, begin)?;
        builder.push(c);
        at = next;
    }
}

/// The character of an escape sequence, and where it ends; `at` is behind the backslash.
fn escape<U: Unit>(
    vm: &Vm,
    document: &Py<PyStr>,
    units: &[U],
    at: usize,
    begin: usize,
) -> PyResult<(u32, usize)> {
    let Some(letter) = units.get(at) else {
        let message = "Unterminated string starting at";
        return Err(decode_error(vm, message, document, begin));
    };
    let letter = char::from_u32(letter.to_char()).unwrap_or('\0');
    let simple = match letter {
        '"' | '\\' | '/' => letter,
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(vm, document, units, at + 1),
        _ => return Err(decode_error(vm, "Invalid \\escape", document, at - 1)),
    };
    Ok((simple.into(), at + 1))
}

fn unicode_escape<U: Unit>(
    vm: &Vm,
    document: &Py<PyStr>,
    units: &[U],
    at: usize,
) -> PyResult<(u32, usize)> {
    let invalid = |at: usize| decode_error(vm, "Invalid \\uXXXX escape", document, at);
    // There must be at least the closing quote behind it.
    if at + 4 >= units.len() {
        return Err(invalid(at - 1));
    }
    let Some(first) = hex4(units, at) else {
        return Err(invalid(at - 1));
    };
    let end = at + 4;
    let is_pair = (0xd800..0xdc00).contains(&first)
        && end + 6 < units.len()
        && units[end].to_char() == 0x5c
        && units[end + 1].to_char() == 0x75;
    if !is_pair {
        return Ok((first, end));
    }
    let Some(second) = hex4(units, end + 2) else {
        return Err(invalid(end + 1));
    };
    if (0xdc00..0xe000).contains(&second) {
        let joined = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Ok((joined, end + 6));
    }
    Ok((first, end))
}

fn hex4<U: Unit>(units: &[U], at: usize) -> Option<u32> {
    let mut value = 0;
    for unit in units.get(at..at + 4)? {
        value = value << 4 | char::from_u32(unit.to_char())?.to_digit(16)?;
    }
    Some(value)
}

/// Writes a string with its quotes.
pub fn encode(
    vm: &Vm,
    text: &Py<PyStr>,
    escapes: Escapes,
    out: &mut TextBuilder,
) -> PyResult<()> {
    vm.try_reserve(out.len().saturating_add(text.len()))?;
    out.push(0x22);
    with_units!(text.text(), |units| encode_units(units, escapes, out));
    out.push(0x22);
    Ok(())
}

fn encode_units<U: Unit>(units: &[U], escapes: Escapes, out: &mut TextBuilder) {
    let is_special = |c: u32| {
        c < 0x20 || c == 0x22 || c == 0x5c || (escapes == Escapes::Ascii && c > 0x7e)
    };
    let mut rest = units;
    while let Some(stop) = rest.iter().position(|unit| is_special(unit.to_char())) {
        out.push_text(U::as_text(&rest[..stop]));
        push_escape(rest[stop].to_char(), out);
        rest = &rest[stop + 1..];
    }
    out.push_text(U::as_text(rest));
}

fn push_escape(c: u32, out: &mut TextBuilder) {
    let short = match c {
        0x22 => "\\\"",
        0x5c => "\\\\",
        0x08 => "\\b",
        0x0c => "\\f",
        0x0a => "\\n",
        0x0d => "\\r",
        0x09 => "\\t",
        0x1_0000.. => {
            let c = c - 0x1_0000;
            let pair = [0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff)];
            out.push_utf8(&format!("\\u{:04x}\\u{:04x}", pair[0], pair[1]));
            return;
        }
        c => {
            out.push_utf8(&format!("\\u{c:04x}"));
            return;
        }
    };
    out.push_utf8(short);
}
