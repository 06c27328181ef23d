//! ASCII and latin-1: codecs of one byte per character.
//!
//! CPython 3.11: `PyUnicode_DecodeASCII`, `unicode_encode_ucs1` in Objects/unicodeobject.c.

use super::{CodecError, TextBuilder, Unit};

/// Decode ASCII from byte `at` on.
pub fn decode_ascii(input: &[u8], at: usize, out: &mut TextBuilder) -> Result<(), CodecError> {
    let rest = &input[at..];
    if rest.is_ascii() {
        out.push_latin1(rest);
        return Ok(());
    }
    let valid = rest.iter().position(|&b| b >= 0x80).unwrap_or(rest.len());
    out.push_latin1(&rest[..valid]);
    let start = at + valid;
    Err(CodecError {
        start,
        end: start + 1,
        reason: "ordinal not in range(128)",
    })
}

/// Encode as ASCII from character `at` on; stops at a run of characters that do not fit.
pub fn encode_ascii<U: Unit>(units: &[U], at: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_below(units, at, 0x80, "ordinal not in range(128)", out)
}

/// Encode as latin-1 from character `at` on; stops at a run of characters that do not fit.
pub fn encode_latin1<U: Unit>(units: &[U], at: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_below(units, at, 0x100, "ordinal not in range(256)", out)
}

fn encode_below<U: Unit>(
    units: &[U],
    at: usize,
    limit: u32,
    reason: &'static str,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let rest = &units[at..];
    let valid = match U::as_bytes(rest) {
        Some(bytes) if limit > 0xff || bytes.is_ascii() => {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        _ => rest
            .iter()
            .position(|u| u.to_char() >= limit)
            .unwrap_or(rest.len()),
    };
    out.extend(rest[..valid].iter().map(|u| u.to_char() as u8));
    if valid == rest.len() {
        return Ok(());
    }
    let run = rest[valid..]
        .iter()
        .take_while(|u| u.to_char() >= limit)
        .count();
    Err(CodecError {
        start: at + valid,
        end: at + valid + run,
        reason,
    })
}
