//! UTF-16 and UTF-32 in both byte orders.
//!
//! CPython 3.11: Objects/stringlib/codecs.h (`utf16_decode`, `utf16_encode`, `utf32_encode`), `PyUnicode_DecodeUTF16Stateful`
//! and `PyUnicode_DecodeUTF32Stateful` in unicodeobject.c.

use super::utf8::is_surrogate;
use super::{CodecError, TextBuilder, Unit};

/// Order of the bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    Little,
    Big,
}

/// The byte order that a mark at the start of UTF-16 says.
pub fn bom_16(input: &[u8]) -> Option<Endian> {
    match input {
        [0xff, 0xfe, ..] => Some(Endian::Little),
        [0xfe, 0xff, ..] => Some(Endian::Big),
        _ => None,
    }
}

/// The byte order that a mark at the start of UTF-32 says.
pub fn bom_32(input: &[u8]) -> Option<Endian> {
    match input {
        [0xff, 0xfe, 0, 0, ..] => Some(Endian::Little),
        [0, 0, 0xfe, 0xff, ..] => Some(Endian::Big),
        _ => None,
    }
}

fn unit_16(input: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let pair = [*input.get(at)?, *input.get(at + 1)?];
    Some(u32::from(match endian {
        Endian::Little => u16::from_le_bytes(pair),
        Endian::Big => u16::from_be_bytes(pair),
    }))
}

/// Decode UTF-16 from byte `at` on, without looking for a mark. Gives how many bytes were read in all.
pub fn decode_16(
    input: &[u8],
    mut at: usize,
    endian: Endian,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    while let Some(c) = unit_16(input, at, endian) {
        if !is_surrogate(c) {
            out.push(c);
            at += 2;
            continue;
        }
        if c >= 0xdc00 {
            return Err(CodecError {
                start: at,
                end: at + 2,
                reason: "illegal encoding",
            });
        }
        match unit_16(input, at + 2, endian) {
            None if !is_final => return Ok(at),
            None => {
                let reason = "unexpected end of data";
                return Err(CodecError {
                    start: at,
                    end: input.len(),
                    reason,
                });
            }
            Some(low @ 0xdc00..=0xdfff) => {
                out.push(0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff)));
                at += 4;
            }
            Some(_) => {
                return Err(CodecError {
                    start: at,
                    end: at + 2,
                    reason: "illegal UTF-16 surrogate",
                });
            }
        }
    }
    if at < input.len() && is_final {
        return Err(CodecError {
            start: at,
            end: input.len(),
            reason: "truncated data",
        });
    }
    Ok(at)
}

/// Decode UTF-32 from byte `at` on, without looking for a mark. Gives how many bytes were read in all.
pub fn decode_32(
    input: &[u8],
    mut at: usize,
    endian: Endian,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    while let Some(&[a, b, c, d]) = input
        .get(at..at + 4)
        .and_then(|s| <&[u8; 4]>::try_from(s).ok())
    {
        let c = match endian {
            Endian::Little => u32::from_le_bytes([a, b, c, d]),
            Endian::Big => u32::from_be_bytes([a, b, c, d]),
        };
        let error = |reason| {
            Err(CodecError {
                start: at,
                end: at + 4,
                reason,
            })
        };
        if is_surrogate(c) {
            return error("code point in surrogate code point range(0xd800, 0xe000)");
        }
        if c > 0x10ffff {
            return error("code point not in range(0x110000)");
        }
        out.push(c);
        at += 4;
    }
    if at < input.len() && is_final {
        return Err(CodecError {
            start: at,
            end: input.len(),
            reason: "truncated data",
        });
    }
    Ok(at)
}

fn push_16(unit: u32, endian: Endian, out: &mut Vec<u8>) {
    let unit = unit as u16;
    out.extend_from_slice(&match endian {
        Endian::Little => unit.to_le_bytes(),
        Endian::Big => unit.to_be_bytes(),
    });
}

fn push_32(c: u32, endian: Endian, out: &mut Vec<u8>) {
    out.extend_from_slice(&match endian {
        Endian::Little => c.to_le_bytes(),
        Endian::Big => c.to_be_bytes(),
    });
}

fn surrogate_error(at: usize) -> CodecError {
    CodecError {
        start: at,
        end: at + 1,
        reason: "surrogates not allowed",
    }
}

/// Encode as UTF-16 from character `at` on, without a mark; stops at a lone surrogate unless `surrogates` are let through.
pub fn encode_16<U: Unit>(
    units: &[U],
    at: usize,
    endian: Endian,
    surrogates: bool,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    out.reserve(2 * (units.len() - at));
    for (i, unit) in units[at..].iter().enumerate() {
        let c = unit.to_char();
        if c >= 0x10000 {
            let offset = c - 0x10000;
            push_16(0xd800 | offset >> 10, endian, out);
            push_16(0xdc00 | (offset & 0x3ff), endian, out);
        } else if is_surrogate(c) && !surrogates {
            return Err(surrogate_error(at + i));
        } else {
            push_16(c, endian, out);
        }
    }
    Ok(())
}

/// Encode as UTF-32 from character `at` on, without a mark; stops at a lone surrogate unless `surrogates` are let through.
pub fn encode_32<U: Unit>(
    units: &[U],
    at: usize,
    endian: Endian,
    surrogates: bool,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    out.reserve(4 * (units.len() - at));
    for (i, unit) in units[at..].iter().enumerate() {
        let c = unit.to_char();
        if is_surrogate(c) && !surrogates {
            return Err(surrogate_error(at + i));
        }
        push_32(c, endian, out);
    }
    Ok(())
}
