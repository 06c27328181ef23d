//! `float.hex` and `float.fromhex`.
//!
//! CPython 3.11: Objects/floatobject.c (`float_hex`, `float_fromhex`).

use super::{bits, parse};

/// Why [`from_hex`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// ValueError: invalid hexadecimal floating-point string
    Invalid,
    /// OverflowError: hexadecimal value too large to represent as a float
    TooLarge,
}

impl HexError {
    /// CPython's message.
    pub fn message(self) -> &'static str {
        match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
        }
    }
}

/// `float.hex(value)`.
pub fn to_hex(value: f64) -> String {
    let Some((negative, mantissa, _)) = bits::decompose(value) else {
        return super::repr(value);
    };
    let sign = if negative { "-" } else { "" };
    if mantissa == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let field = (value.to_bits() >> 52 & 0x7ff) as i32;
    let exponent = if field == 0 { -1022 } else { field - 1023 };
    format!(
        "{sign}0x{}.{:013x}p{exponent:+}",
        mantissa >> 52,
        mantissa & ((1 << 52) - 1)
    )
}

/// `float.fromhex(text)`; surrounding ASCII whitespace is allowed.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let text = trim_c_space(text);
    if let Some((value, used)) = parse::inf_or_nan(text) {
        return if used == text.len() {
            Ok(value)
        } else {
            Err(HexError::Invalid)
        };
    }
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let rest = match rest {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        rest => rest,
    };
    let whole_end = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let whole = &rest[..whole_end];
    let mut rest = &rest[whole_end..];
    let mut fraction: &[u8] = &[];
    if let [b'.', after @ ..] = rest {
        let end = after.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        fraction = &after[..end];
        rest = &after[end..];
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(HexError::Invalid);
    }
    let exponent = parse_exponent(rest).ok_or(HexError::Invalid)?;

    let mut mantissa = 0u64;
    let mut sticky = false;
    let mut dropped_digits = 0i64;
    for &byte in whole.iter().chain(fraction) {
        let digit = char::from(byte).to_digit(16).unwrap_or(0);
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
        } else {
            sticky |= digit != 0;
            dropped_digits += 1;
        }
    }
    let scale = 4 * (dropped_digits - fraction.len() as i64);
    bits::compose(negative, mantissa, sticky, exponent.saturating_add(scale))
        .ok_or(HexError::TooLarge)
}

/// `p` with an optional sign and digits, or nothing; saturates far outside the range of doubles.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let digits = match text {
        [] => return Some(0),
        [b'p' | b'P', rest @ ..] => rest,
        _ => return None,
    };
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let magnitude = digits
        .iter()
        .fold(0i64, |acc, &b| {
            acc.saturating_mul(10).saturating_add(i64::from(b - b'0'))
        })
        .min(i64::MAX / 2);
    Some(if negative { -magnitude } else { magnitude })
}

fn trim_c_space(mut text: &[u8]) -> &[u8] {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    while let [first, rest @ ..] = text
        && is_space(first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(last)
    {
        text = rest;
    }
    text
}
