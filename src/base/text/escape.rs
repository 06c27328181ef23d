//! The `unicode_escape` and `raw_unicode_escape` codecs, and the escapes of bytes literals.
//!
//! CPython 3.11: `_PyUnicode_DecodeUnicodeEscapeInternal`, `PyUnicode_AsUnicodeEscapeString`,
//! `_PyUnicode_DecodeRawUnicodeEscapeStateful`, `PyUnicode_AsRawUnicodeEscapeString` in Objects/unicodeobject.c.
//! `_PyBytes_DecodeEscape` in Objects/bytesobject.c.

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

/// What [`decode_bytes_escape`] does with a `\x` that is not followed by two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexErrors {
    Strict,
    /// Put a question mark.
    Replace,
    Ignore,
}

/// Why [`decode_bytes_escape`] failed; both are ValueErrors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// Trailing \ in string
    Trailing,
    /// invalid \x escape at position …
    InvalidHex(usize),
}

/// `_PyBytes_DecodeEscape`: the escapes of a bytes literal. `first_invalid` is as in [`decode_unicode_escape`].
pub fn decode_bytes_escape(
    input: &[u8],
    errors: HexErrors,
    first_invalid: &mut Option<usize>,
) -> Result<Vec<u8>, BytesEscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let run = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.extend_from_slice(&input[at..at + run]);
        at += run;
        if at == input.len() {
            break;
        }
        at += 1;
        match input.get(at) {
            None => return Err(BytesEscapeError::Trailing),
            Some(b'x') => {
                let digit = |i: usize| char::from(*input.get(i)?).to_digit(16);
                if let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) {
                    out.push((high << 4 | low) as u8);
                    at += 3;
                    continue;
                }
                match errors {
                    HexErrors::Strict => return Err(BytesEscapeError::InvalidHex(at - 1)),
                    HexErrors::Replace => out.push(b'?'),
                    HexErrors::Ignore => {}
                }
                at += 1 + usize::from(digit(at + 1).is_some());
            }
            // These are escapes of text only.
            Some(b'u' | b'U' | b'N') => {
                first_invalid.get_or_insert(at);
                out.push(b'\\');
            }
            Some(_) => match read_escape(input, at, first_invalid) {
                Escape::Char(c, next) => {
                    out.push(c as u8);
                    at = next;
                }
                Escape::Nothing(next) => at = next,
                _ => {
                    first_invalid.get_or_insert(at);
                    out.push(b'\\');
                }
            },
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_escapes_recorded_from_cpython() {
        #[rustfmt::skip]
        let cases: &[(&[u8], Option<&[u8]>, &[u8], &[u8], Option<usize>)] = &[
            (b"abc\xff", Some(b"abc\xff"), b"abc\xff", b"abc\xff", None),
            (b"\x5cn\x5ct\x5c\x5c\x5c'\x5c\x22\x5ca\x5cb\x5cf\x5cv\x5cr\x5c\x0az", Some(b"\x0a\x09\x5c'\x22\x07\x08\x0c\x0b\x0dz"), b"\x0a\x09\x5c'\x22\x07\x08\x0c\x0b\x0dz", b"\x0a\x09\x5c'\x22\x07\x08\x0c\x0b\x0dz", None),
            (b"\x5cx41\x5cxfF", Some(b"A\xff"), b"A\xff", b"A\xff", None),
            (b"\x5cx4g", None, b"?g", b"g", None),
            (b"\x5cx", None, b"?", b"", None),
            (b"\x5cxg1\x5cx4", None, b"?g1?", b"g1", None),
            (b"\x5c101\x5c18\x5c0", Some(b"A\x018\x00"), b"A\x018\x00", b"A\x018\x00", None),
            (b"\x5c777x", Some(b"\xffx"), b"\xffx", b"\xffx", Some(1)),
            (b"\x5cq\x5cw", Some(b"\x5cq\x5cw"), b"\x5cq\x5cw", b"\x5cq\x5cw", Some(1)),
            (b"\x5cu20ac\x5cN{X}", Some(b"\x5cu20ac\x5cN{X}"), b"\x5cu20ac\x5cN{X}", b"\x5cu20ac\x5cN{X}", Some(1)),
            (b"a\x5cx4\x5cx41", None, b"a?A", b"aA", None),
        ];
        for &(input, strict, replace, ignore, invalid) in cases {
            let mut first_invalid = None;
            let got = decode_bytes_escape(input, HexErrors::Strict, &mut first_invalid).ok();
            assert_eq!(got.as_deref(), strict, "{input:?}");
            let got = decode_bytes_escape(input, HexErrors::Replace, &mut None);
            assert_eq!(got.as_deref(), Ok(replace), "{input:?}");
            let got = decode_bytes_escape(input, HexErrors::Ignore, &mut None);
            assert_eq!(got.as_deref(), Ok(ignore), "{input:?}");
            if strict.is_some() {
                assert_eq!(first_invalid, invalid, "{input:?}");
            }
        }
        let error = |input: &[u8]| decode_bytes_escape(input, HexErrors::Strict, &mut None);
        assert_eq!(error(b"ab\\"), Err(BytesEscapeError::Trailing));
        assert_eq!(error(b"ab\\x4"), Err(BytesEscapeError::InvalidHex(2)));
    }
}
