//! `repr` and `ascii` of text, and `repr` of bytes: which quote, what is escaped.
//!
//! CPython 3.11: `unicode_repr` in Objects/unicodeobject.c, `PyBytes_Repr` in Objects/bytesobject.c.

use super::escape::push_hex_escape;
use super::find::find_char;
use super::{Text, TextBuilder, Unit};
use crate::unicode;

/// Double quotes if the text contains single but no double ones, else single.
fn choose_quote<U: Unit>(units: &[U]) -> u8 {
    let has = |quote: u8| find_char(units, quote.into()).is_some();
    if has(b'\'') && !has(b'"') {
        b'"'
    } else {
        b'\''
    }
}

/// The escape of a character that is never shown as it is, if it has one of its own.
fn short_escape(c: u32, quote: u8) -> Option<[u8; 2]> {
    match c {
        9 => Some(*b"\\t"),
        10 => Some(*b"\\n"),
        13 => Some(*b"\\r"),
        0x5c => Some(*b"\\\\"),
        _ if c == u32::from(quote) => Some([b'\\', quote]),
        _ => None,
    }
}

/// `repr(str)`.
pub fn repr_text<U: Unit>(units: &[U]) -> Text {
    let quote = choose_quote(units);
    let mut out = TextBuilder::with_capacity(units.len() + 2);
    let mut escape = Vec::new();
    out.push(quote.into());
    for unit in units {
        let c = unit.to_char();
        if let Some(pair) = short_escape(c, quote) {
            out.push_latin1(&pair);
        } else if unicode::is_printable(c) {
            out.push(c);
        } else {
            escape.clear();
            push_hex_escape(c, &mut escape);
            out.push_latin1(&escape);
        }
    }
    out.push(quote.into());
    out.finish()
}

/// `ascii(str)`: as [`repr_text`], but everything outside ASCII escaped.
pub fn ascii_text<U: Unit>(units: &[U]) -> Vec<u8> {
    let quote = choose_quote(units);
    let mut out = Vec::with_capacity(units.len() + 2);
    out.push(quote);
    for unit in units {
        push_escaped(unit.to_char(), quote, &mut out);
    }
    out.push(quote);
    out
}

/// `repr(bytes)` with its prefix.
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 3);
    out.push(b'b');
    push_quoted_bytes(bytes, choose_quote(bytes), &mut out);
    out
}

/// The quoted part of `repr(bytes)`, with the given quote: `bytearray` always asks for the rule of [`quote_of_bytes`].
pub fn push_quoted_bytes(bytes: &[u8], quote: u8, out: &mut Vec<u8>) {
    out.push(quote);
    push_bytes(bytes, quote, out);
    out.push(quote);
}

/// Bytes as they stand between such quotes.
pub fn push_bytes(bytes: &[u8], quote: u8, out: &mut Vec<u8>) {
    bytes
        .iter()
        .for_each(|&byte| push_escaped(byte.into(), quote, out));
}

/// The quote that `repr` of these bytes uses.
pub fn quote_of_bytes(bytes: &[u8]) -> u8 {
    choose_quote(bytes)
}

fn push_escaped(c: u32, quote: u8, out: &mut Vec<u8>) {
    match short_escape(c, quote) {
        Some(pair) => out.extend_from_slice(&pair),
        None if (0x20..0x7f).contains(&c) => out.push(c as u8),
        None => push_hex_escape(c, out),
    }
}
