//! The `unicode_escape` and `raw_unicode_escape` codecs.
//!
//! CPython 3.11: `_PyUnicode_DecodeUnicodeEscapeInternal`, `PyUnicode_AsUnicodeEscapeString`,
//! `_PyUnicode_DecodeRawUnicodeEscapeStateful`, `PyUnicode_AsRawUnicodeEscapeString` in Objects/unicodeobject.c.

use super::{CodecError, TextBuilder, Unit};
use crate::unicode::names;

/// Result of reading one escape, with the position after it.
enum Escape {
    Char(u32, usize),
    Nothing(usize),
    /// Not an escape: the backslash and the next byte stand for themselves.
    Unknown(usize),
    /// The input ends within the escape.
    Incomplete(usize, &'static str),
    Error(usize, &'static str),
}

/// Decode from byte `at` on. `first_invalid` is set to the position after the backslash of the first escape that deserves a
/// DeprecationWarning, if it is `None` so far.
pub fn decode_unicode_escape(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    first_invalid: &mut Option<usize>,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    while at < input.len() {
        let run = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + run]);
        at += run;
        if at == input.len() {
            break;
        }
        let start = at;
        match read_escape(input, at + 1, first_invalid) {
            Escape::Char(c, next) => {
                out.push(c);
                at = next;
            }
            Escape::Nothing(next) => at = next,
            Escape::Unknown(next) => {
                first_invalid.get_or_insert(at + 1);
                out.push_latin1(&input[at..next]);
                at = next;
            }
            Escape::Incomplete(..) if !is_final => return Ok(start),
            Escape::Incomplete(end, reason) | Escape::Error(end, reason) => {
                return Err(CodecError { start, end, reason });
            }
        }
    }
    Ok(at)
}

/// The escape whose letter is at `at`.
fn read_escape(input: &[u8], at: usize, first_invalid: &mut Option<usize>) -> Escape {
    let Some(&letter) = input.get(at) else {
        return Escape::Incomplete(at, "\\ at end of string");
    };
    let next = at + 1;
    let simple = |c: u8| Escape::Char(c.into(), next);
    match letter {
        b'\n' => Escape::Nothing(next),
        b'\\' | b'\'' | b'"' => simple(letter),
        b'b' => simple(8),
        b'f' => simple(12),
        b't' => simple(b'\t'),
        b'n' => simple(b'\n'),
        b'r' => simple(b'\r'),
        b'v' => simple(11),
        b'a' => simple(7),
        b'0'..=b'7' => {
            let digits = input[at..]
                .iter()
                .take(3)
                .take_while(|b| matches!(b, b'0'..=b'7'));
            let (count, c) = digits.fold((0, 0), |(n, c), b| (n + 1, c * 8 + u32::from(b - b'0')));
            if c > 0o377 {
                first_invalid.get_or_insert(at);
            }
            Escape::Char(c, at + count)
        }
        b'x' => read_hex(
            input,
            next,
            2,
            "truncated \\xXX escape",
            "illegal Unicode character",
        ),
        b'u' => read_hex(
            input,
            next,
            4,
            "truncated \\uXXXX escape",
            "illegal Unicode character",
        ),
        b'U' => read_hex(
            input,
            next,
            8,
            "truncated \\UXXXXXXXX escape",
            "illegal Unicode character",
        ),
        b'N' => read_name(input, next),
        _ => Escape::Unknown(next),
    }
}

fn read_hex(
    input: &[u8],
    from: usize,
    count: usize,
    truncated: &'static str,
    too_large: &'static str,
) -> Escape {
    let mut c = 0u32;
    for i in from..from + count {
        let Some(&byte) = input.get(i) else {
            return Escape::Incomplete(i, truncated);
        };
        let Some(digit) = char::from(byte).to_digit(16) else {
            return Escape::Error(i, truncated);
        };
        c = c << 4 | digit;
    }
    if c > 0x10ffff {
        Escape::Error(from + count, too_large)
    } else {
        Escape::Char(c, from + count)
    }
}

fn read_name(input: &[u8], from: usize) -> Escape {
    let malformed = "malformed \\N character escape";
    match input.get(from) {
        None => return Escape::Incomplete(from, malformed),
        Some(b'{') => {}
        Some(_) => return Escape::Error(from, malformed),
    }
    let start = from + 1;
    let Some(length) = memchr::memchr(b'}', &input[start..]) else {
        return Escape::Incomplete(input.len(), malformed);
    };
    if length == 0 {
        return Escape::Error(start, malformed);
    }
    let end = start + length + 1;
    match std::str::from_utf8(&input[start..start + length])
        .ok()
        .and_then(names::lookup)
    {
        Some(c) => Escape::Char(c, end),
        None => Escape::Error(end, "unknown Unicode character name"),
    }
}

/// Decode from byte `at` on; only `\u` and `\U` are escapes.
pub fn decode_raw_unicode_escape(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    while at < input.len() {
        let run = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + run]);
        at += run;
        let escape = match input.get(at + 1) {
            None if at == input.len() => break,
            None if is_final => Escape::Char(b'\\'.into(), at + 1),
            None => Escape::Incomplete(at + 1, ""),
            Some(b'u') => read_hex(input, at + 2, 4, "truncated \\uXXXX escape", ""),
            Some(b'U') => {
                let too_large = "\\Uxxxxxxxx out of range";
                read_hex(input, at + 2, 8, "truncated \\UXXXXXXXX escape", too_large)
            }
            Some(_) => Escape::Unknown(at + 2),
        };
        match escape {
            Escape::Char(c, next) => {
                out.push(c);
                at = next;
            }
            Escape::Unknown(next) | Escape::Nothing(next) => {
                out.push_latin1(&input[at..next]);
                at = next;
            }
            Escape::Incomplete(..) if !is_final => return Ok(at),
            Escape::Incomplete(end, reason) | Escape::Error(end, reason) => {
                return Err(CodecError {
                    start: at,
                    end,
                    reason,
                });
            }
        }
    }
    Ok(at)
}

/// `PyUnicode_AsUnicodeEscapeString`.
pub fn encode_unicode_escape<U: Unit>(units: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        match unit.to_char() {
            0x5c => out.extend_from_slice(b"\\\\"),
            c @ 0x20..=0x7e => out.push(c as u8),
            9 => out.extend_from_slice(b"\\t"),
            10 => out.extend_from_slice(b"\\n"),
            13 => out.extend_from_slice(b"\\r"),
            c => push_hex_escape(c, &mut out),
        }
    }
    out
}

/// `PyUnicode_AsRawUnicodeEscapeString`.
pub fn encode_raw_unicode_escape<U: Unit>(units: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        match unit.to_char() {
            c @ 0..=0xff => out.push(c as u8),
            c => push_hex_escape(c, &mut out),
        }
    }
    out
}

/// The character as `\xHH`, `\uHHHH` or `\UHHHHHHHH`, the shortest that can express it.
pub(super) fn push_hex_escape(c: u32, out: &mut Vec<u8>) {
    let (letter, digits) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend_from_slice(&[b'\\', letter]);
    out.extend(
        (0..digits)
            .rev()
            .map(|i| b"0123456789abcdef"[(c >> (4 * i) & 15) as usize]),
    );
}
