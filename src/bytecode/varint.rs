//! The 6-bit variable-length integers of location tables and of exception tables.
//!
//! Both put six bits into a byte, mark "more follows" with bit 6, and leave bit 7 free to mark the start of an entry. They differ in order:
//! location tables write the least significant chunk first, exception tables the most significant one. Reading never fails and never runs
//! over the end: a table that stops inside a number gives what was read so far, since the tables of a code object are untrusted and only
//! decide what a traceback shows; the verifier judges exception tables separately.
//!
//! CPython 3.11: `write_varint` in `Include/internal/pycore_code.h`, `assemble_emit_exception_table_item` in `Python/compile.c`.

const CHUNK_MASK: u8 = 63;
const CONTINUATION_BIT: u8 = 64;

/// Appends `value`, least significant chunk first.
pub fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push(CONTINUATION_BIT | (value as u8 & CHUNK_MASK));
        value >>= 6;
    }
    out.push(value as u8);
}

/// Appends `value` with the sign in its lowest bit.
pub fn write_signed_varint(out: &mut Vec<u8>, value: i32) {
    let magnitude = value.unsigned_abs() << 1;
    write_varint(out, if value < 0 { magnitude | 1 } else { magnitude });
}

/// Reads a number written by `write_varint` from `bytes` at `*at`, and moves `*at` behind it.
pub fn read_varint(bytes: &[u8], at: &mut usize) -> u32 {
    let mut value = 0u32;
    let mut shift = 0;
    while let Some(&byte) = bytes.get(*at) {
        *at += 1;
        value |= u32::from(byte & CHUNK_MASK).checked_shl(shift).unwrap_or(0);
        shift += 6;
        if byte & CONTINUATION_BIT == 0 {
            break;
        }
    }
    value
}

/// Reads a number written by `write_signed_varint`.
pub fn read_signed_varint(bytes: &[u8], at: &mut usize) -> i32 {
    let value = read_varint(bytes, at);
    let magnitude = (value >> 1) as i32;
    if value & 1 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// Appends `value` (below 2^30), most significant chunk first; `first_bits` is or-ed into the first byte.
pub fn write_varint_big_endian(out: &mut Vec<u8>, value: u32, mut first_bits: u8) {
    debug_assert!(value < 1 << 30);
    for shift in [24, 18, 12, 6] {
        if value >= 1 << shift {
            out.push((value >> shift) as u8 & CHUNK_MASK | CONTINUATION_BIT | first_bits);
            first_bits = 0;
        }
    }
    out.push(value as u8 & CHUNK_MASK | first_bits);
}

/// Reads a number written by `write_varint_big_endian`; `None` when the bytes end inside it.
pub fn read_varint_big_endian(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = 0u32;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value << 6 | u32::from(byte & CHUNK_MASK);
        if byte & CONTINUATION_BIT == 0 {
            return Some(value);
        }
    }
}
