//! Floats from decimal text, with the grammar of `float()`.
//!
//! The caller has stripped whitespace and turned Unicode digits into ASCII. The grammar is checked here and the value
//! computed by the standard library, which rounds correctly for any length.
//!
//! CPython 3.11: Python/dtoa.c (`_Py_dg_strtod`), Python/pystrtod.c (`_Py_parse_inf_or_nan`,
//! `_Py_string_to_number_with_underscores`).

/// The value of the whole text, underscores between digits allowed; `None` if malformed.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let clean;
    let text = if text.contains(&b'_') {
        clean = remove_underscores(text)?;
        &clean
    } else {
        text
    };
    let (value, used) = parse_prefix(text)?;
    if used == text.len() {
        Some(value)
    } else {
        None
    }
}

/// The text without its underscores; `None` if one stands anywhere but between two digits.
pub fn remove_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut previous = 0u8;
    for &byte in text {
        if byte == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !byte.is_ascii_digit() {
                return None;
            }
            out.push(byte);
        }
        previous = byte;
    }
    if previous == b'_' { None } else { Some(out) }
}

/// `_PyOS_ascii_strtod`: the value of the longest float at the start of `text` and its length in bytes.
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let length = decimal_length(text);
    if length == 0 {
        return inf_or_nan(text);
    }
    // The bytes were checked to be ASCII digits, signs, a point and an `e`.
    let value = std::str::from_utf8(&text[..length])
        .ok()?
        .parse::<f64>()
        .ok()?;
    Some((value, length))
}

/// Length of the decimal float that `text` starts with, or 0.
fn decimal_length(text: &[u8]) -> usize {
    let digits_at = |from: usize| {
        text[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits_at(at);
    at += whole;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        fraction = digits_at(at + 1);
        at += 1 + fraction;
    }
    if whole == 0 && fraction == 0 {
        return 0;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = text
            .get(at + 1 + sign..)
            .map_or(0, |_| digits_at(at + 1 + sign));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

/// An optionally signed `inf`, `infinity` or `nan` in any case at the start of `text`.
pub fn inf_or_nan(text: &[u8]) -> Option<(f64, usize)> {
    let (negative, sign) = match text.first() {
        Some(b'-') => (true, 1),
        Some(b'+') => (false, 1),
        _ => (false, 0),
    };
    let word = &text[sign..];
    let starts =
        |name: &[u8]| word.len() >= name.len() && word[..name.len()].eq_ignore_ascii_case(name);
    let (magnitude, length) = if starts(b"infinity") {
        (f64::INFINITY, 8)
    } else if starts(b"inf") {
        (f64::INFINITY, 3)
    } else if starts(b"nan") {
        (f64::NAN, 3)
    } else {
        return None;
    };
    Some((if negative { -magnitude } else { magnitude }, sign + length))
}
