//! UTF-7 (RFC 2152): cautious in encoding, liberal in decoding.
//!
//! CPython 3.11: `PyUnicode_DecodeUTF7Stateful` and `_PyUnicode_EncodeUTF7` in Objects/unicodeobject.c.

use super::utf8::is_surrogate;
use super::{CodecError, TextBuilder, Unit};

fn from_base64(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A base-64 section being read.
#[derive(Default)]
struct Shift {
    bits: u32,
    buffer: u32,
    surrogate: u32,
}

impl Shift {
    fn feed(&mut self, value: u32, out: &mut TextBuilder) {
        self.buffer = self.buffer << 6 | value;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits & 0xffff;
        self.buffer &= (1 << self.bits) - 1;
        if self.surrogate != 0 {
            let high = std::mem::take(&mut self.surrogate);
            if (0xdc00..0xe000).contains(&unit) {
                out.push(0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
                return;
            }
            out.push(high);
        }
        if is_surrogate(unit) && unit < 0xdc00 {
            self.surrogate = unit;
        } else {
            out.push(unit);
        }
    }
}

/// Decode from byte `at` on. Gives how many bytes were read in all; an unfinished base-64 section is left for the next call
/// unless `is_final`.
pub fn decode(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    out: &mut TextBuilder,
) -> Result<usize, CodecError> {
    let mut shift: Option<Shift> = None;
    let (mut start, mut shift_out_start) = (at, out.len());
    while let Some(&byte) = input.get(at) {
        if let Some(state) = &mut shift {
            if let Some(value) = from_base64(byte) {
                state.feed(value, out);
                at += 1;
                continue;
            }
            if state.bits >= 6 {
                let reason = "partial character in shift sequence";
                return Err(CodecError {
                    start,
                    end: at + 1,
                    reason,
                });
            }
            if state.bits > 0 && state.buffer != 0 {
                let reason = "non-zero padding bits in shift sequence";
                return Err(CodecError {
                    start,
                    end: at + 1,
                    reason,
                });
            }
            if state.surrogate != 0 && byte < 0x80 {
                out.push(state.surrogate);
            }
            shift = None;
            at += usize::from(byte == b'-');
        } else if byte == b'+' {
            start = at;
            match input.get(at + 1) {
                Some(b'-') => {
                    out.push(b'+'.into());
                    at += 2;
                }
                Some(&next) if from_base64(next).is_none() => {
                    return Err(CodecError {
                        start,
                        end: at + 2,
                        reason: "ill-formed sequence",
                    });
                }
                _ => {
                    shift_out_start = out.len();
                    shift = Some(Shift::default());
                    at += 1;
                }
            }
        } else if byte < 0x80 {
            out.push(byte.into());
            at += 1;
        } else {
            return Err(CodecError {
                start: at,
                end: at + 1,
                reason: "unexpected special character",
            });
        }
    }
    match shift {
        Some(_) if !is_final => {
            out.truncate(shift_out_start);
            Ok(start)
        }
        Some(s) if s.surrogate != 0 || s.bits >= 6 || (s.bits > 0 && s.buffer != 0) => {
            Err(CodecError {
                start,
                end: input.len(),
                reason: "unterminated shift sequence",
            })
        }
        _ => Ok(at),
    }
}

/// Whether the encoder writes the character as itself (sets D and O of the RFC, and white space).
fn is_direct(c: u32) -> bool {
    match u8::try_from(c) {
        Ok(b'\t' | b'\n' | b'\r' | b' ') => true,
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(byte) => byte.is_ascii_graphic(),
        Err(_) => false,
    }
}

/// Encode everything; UTF-7 can express any text.
pub fn encode<U: Unit>(units: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len() + units.len() / 4);
    let (mut in_shift, mut bits, mut buffer) = (false, 0u32, 0u64);
    for unit in units {
        let c = unit.to_char();
        if is_direct(c) {
            if in_shift {
                if bits > 0 {
                    out.push(BASE64[(buffer << (6 - bits) & 63) as usize]);
                    (bits, buffer) = (0, 0);
                }
                in_shift = false;
                let byte = c as u8;
                if from_base64(byte).is_some() || byte == b'-' {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            continue;
        }
        if !in_shift {
            out.push(b'+');
            if c == u32::from(b'+') {
                out.push(b'-');
                continue;
            }
            in_shift = true;
        }
        let offset = c.wrapping_sub(0x10000);
        let pair = [0xd800 | offset >> 10, 0xdc00 | (offset & 0x3ff)];
        let units = if c >= 0x10000 {
            &pair[..]
        } else {
            std::slice::from_ref(&c)
        };
        for &unit in units {
            buffer = buffer << 16 | u64::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(BASE64[(buffer >> bits & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits) & 63) as usize]);
    }
    if in_shift {
        out.push(b'-');
    }
    out
}
