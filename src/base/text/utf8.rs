//! UTF-8, strict as the codec is, and generalised (a lone surrogate as three bytes) as `marshal` and `surrogatepass` need.
//!
//! The standard library validates; only the place where it stops is classified here, with CPython's extent and reason.
//!
//! CPython 3.11: Objects/stringlib/codecs.h (`utf8_decode`, `utf8_encoder`), `unicode_decode_utf8` in unicodeobject.c.

use super::{CodecError, TextBuilder, Unit};

/// Decode from byte `at` on. Gives how many bytes were read in all: everything if `is_final`, else all but an incomplete
/// sequence at the end.
pub fn decode(
    input: &[u8],
    at: usize,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    decode_with(input, at, is_final, false, out)
}

/// As [`decode`], but lone surrogates in three bytes are accepted.
pub fn decode_generalized(
    input: &[u8],
    at: usize,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    decode_with(input, at, is_final, true, out)
}

fn decode_with(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    surrogates: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    loop {
        let rest = &input[at..];
        if rest.is_ascii() {
            out.push_latin1(rest);
            return Ok(input.len());
        }
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            // The prefix was just checked.
            Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or(""),
        };
        push_valid(valid, out);
        at += valid.len();
        if at == input.len() {
            return Ok(at);
        }
        match classify(&input[at..]) {
            Stop::Incomplete if is_final => {
                return Err(CodecError {
                    start: at,
                    end: input.len(),
                    reason: "unexpected end of data",
                });
            }
            Stop::Incomplete => return Ok(at),
            Stop::Start => {
                return Err(CodecError {
                    start: at,
                    end: at + 1,
                    reason: "invalid start byte",
                });
            }
            Stop::Continuation(length) => {
                let tail = &input[at..];
                let is_surrogate = |n: usize| {
                    tail.len() >= n && tail[0] == 0xed && (0xa0..0xc0).contains(&tail[1])
                };
                if surrogates && is_surrogate(3) && (0x80..0xc0).contains(&tail[2]) {
                    out.push(0xd000 | u32::from(tail[1] & 0x3f) << 6 | u32::from(tail[2] & 0x3f));
                    at += 3;
                    continue;
                }
                if !is_final && tail.len() == 2 && is_surrogate(2) {
                    return Ok(at);
                }
                let reason = "invalid continuation byte";
                return Err(CodecError {
                    start: at,
                    end: at + length,
                    reason,
                });
            }
        }
    }
}

/// Why valid UTF-8 ends.
enum Stop {
    Incomplete,
    Start,
    /// A continuation byte is wrong; so many bytes before it are to blame.
    Continuation(usize),
}

fn classify(tail: &[u8]) -> Stop {
    let first = tail[0];
    let (length, low, high) = match first {
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        _ => return Stop::Start,
    };
    for i in 1..length {
        let (low, high) = if i == 1 { (low, high) } else { (0x80, 0xbf) };
        match tail.get(i) {
            None => return Stop::Incomplete,
            Some(byte) if !(low..=high).contains(byte) => return Stop::Continuation(i),
            Some(_) => {}
        }
    }
    Stop::Start
}

fn push_valid(text: &str, out: &mut TextBuilder) {
    let bytes = text.as_bytes();
    let ascii = bytes.iter().position(|&b| b >= 0x80).unwrap_or(bytes.len());
    out.push_latin1(&bytes[..ascii]);
    let Some(rest) = text.get(ascii..).filter(|rest| !rest.is_empty()) else {
        return;
    };
    // The largest lead byte tells the width before anything is written.
    match rest.bytes().max().unwrap_or(0) {
        0xf0.. => out.extend_chars(0x10ffff, rest.chars()),
        0xc4..=0xef => out.extend_chars(0xffff, rest.chars()),
        _ => out.extend_chars(0xff, rest.chars()),
    }
}

/// Encode from character `at` on; stops at a run of surrogates.
pub fn encode<U: Unit>(units: &[U], at: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match encode_until(units, at, false, out) {
        None => Ok(()),
        Some(start) => {
            let run = units[start..]
                .iter()
                .take_while(|u| is_surrogate(u.to_char()))
                .count();
            Err(CodecError {
                start,
                end: start + run,
                reason: "surrogates not allowed",
            })
        }
    }
}

/// Encode everything, surrogates in three bytes each.
pub fn encode_generalized<U: Unit>(units: &[U], out: &mut Vec<u8>) {
    encode_until(units, 0, true, out);
}

#[inline]
pub(super) fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

fn encode_until<U: Unit>(
    units: &[U],
    at: usize,
    surrogates: bool,
    out: &mut Vec<u8>,
) -> Option<usize> {
    if let Some(bytes) = U::as_bytes(&units[at..]) {
        if bytes.is_ascii() {
            out.extend_from_slice(bytes);
            return None;
        }
    }
    out.reserve(units.len() - at);
    for (i, unit) in units[at..].iter().enumerate() {
        let c = unit.to_char();
        if c < 0x80 {
            out.push(c as u8);
        } else if c < 0x800 {
            out.extend_from_slice(&[(c >> 6) as u8 | 0xc0, continuation(c)]);
        } else if c < 0x10000 {
            if is_surrogate(c) && !surrogates {
                return Some(at + i);
            }
            out.extend_from_slice(&[
                (c >> 12) as u8 | 0xe0,
                continuation(c >> 6),
                continuation(c),
            ]);
        } else {
            let lead = (c >> 18) as u8 | 0xf0;
            out.extend_from_slice(&[
                lead,
                continuation(c >> 12),
                continuation(c >> 6),
                continuation(c),
            ]);
        }
    }
    None
}

#[inline]
fn continuation(c: u32) -> u8 {
    (c & 0x3f) as u8 | 0x80
}
