//! Text of floats: shortest and fixed-precision digits, and the layouts that `repr`, `str`, `format` and `%` share.
//!
//! Digits come from `ryu` (shortest round-trip) or from the standard library's exact formatter (any precision, ties to
//! even); both agree with the `dtoa` that CPython carries. Layout is CPython's own: when an exponent appears, how many
//! digits it has, where `.0` is added. Precision beyond what a double can hold is filled with zeros, so a huge precision
//! costs memory only.
//!
//! CPython 3.11: Python/pystrtod.c (`PyOS_double_to_string`, `format_float_short`), Objects/floatobject.c.

pub mod bits;
pub mod hex;
pub mod parse;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};

pub use hex::{HexError, from_hex, to_hex};
pub use parse::{parse_float, parse_prefix};

/// `Py_DTSF_*`: how [`double_to_string`] lays digits out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormatFlags {
    /// `Py_DTSF_SIGN`: a `+` before non-negative values (also before `inf` and `nan`).
    pub sign: bool,
    /// `Py_DTSF_ADD_DOT_0`: `.0` after an integral value without exponent.
    pub add_dot_0: bool,
    /// `Py_DTSF_ALT`: keep the point and trailing zeros (`#`).
    pub alt: bool,
    /// `Py_DTSF_NO_NEG_0`: a value that rounds to zero loses its minus sign (`z`).
    pub no_neg_0: bool,
}

/// The significant digits of a finite number without trailing zeros, and the place of the decimal point: the value is
/// `0.DIGITS * 10^decpt`. No digits means that the value rounded to nothing.
struct Digits {
    buffer: DigitBuffer,
    decpt: i64,
}

/// A double has at most 767 significant digits; shortest ones (17) stay on the stack.
enum DigitBuffer {
    Short([u8; 24], usize),
    Long(Vec<u8>),
}

impl DigitBuffer {
    fn as_slice(&self) -> &[u8] {
        match self {
            DigitBuffer::Short(buffer, length) => &buffer[..*length],
            DigitBuffer::Long(digits) => digits,
        }
    }
}

/// No double needs more digits than this after its first digit or after its point.
const PRECISION_MAX: usize = 1100;

/// `repr(value)`.
pub fn repr(value: f64) -> String {
    let flags = FormatFlags {
        add_dot_0: true,
        ..FormatFlags::default()
    };
    double_to_string(value, b'r', 0, flags)
}

/// `'%.{precision}f'` of `value`.
pub fn float_to_fixed(value: f64, precision: usize) -> String {
    double_to_string(value, b'f', precision, FormatFlags::default())
}

/// `'%.{precision}e'` of `value`.
pub fn float_to_exp(value: f64, precision: usize) -> String {
    double_to_string(value, b'e', precision, FormatFlags::default())
}

/// `'%.{precision}g'` of `value`.
pub fn float_to_general(value: f64, precision: usize) -> String {
    double_to_string(value, b'g', precision, FormatFlags::default())
}

/// `PyOS_double_to_string`: `code` is one of `e f g r` or an upper-case `E F G` for upper-case letters; for `r` (repr)
/// the precision is ignored.
pub fn double_to_string(value: f64, code: u8, precision: usize, flags: FormatFlags) -> String {
    let upper = code.is_ascii_uppercase();
    let mut out = String::with_capacity(24);
    if !value.is_finite() {
        if value == f64::NEG_INFINITY {
            out.push('-');
        } else if flags.sign {
            out.push('+');
        }
        out.push_str(match (value.is_nan(), upper) {
            (true, false) => "nan",
            (true, true) => "NAN",
            (false, false) => "inf",
            (false, true) => "INF",
        });
        return out;
    }
    let magnitude = value.abs();
    let (digits, precision) = match code.to_ascii_lowercase() {
        b'e' => (
            digits_significant(magnitude, precision.saturating_add(1)),
            precision.saturating_add(1),
        ),
        b'f' => (digits_after_point(magnitude, precision), precision),
        b'g' => (
            digits_significant(magnitude, precision.max(1)),
            precision.max(1),
        ),
        _ => (digits_shortest(magnitude), 17),
    };
    let mut negative = value.is_sign_negative();
    if flags.no_neg_0 && matches!(digits.buffer.as_slice(), [] | [b'0']) {
        negative = false;
    }
    if negative {
        out.push('-');
    } else if flags.sign {
        out.push('+');
    }
    lay_out(&mut out, &digits, code, precision, flags);
    out
}

/// The second half of `format_float_short`: choose exponent or not, pad with zeros, set the point.
fn lay_out(out: &mut String, digits: &Digits, code: u8, precision: usize, flags: FormatFlags) {
    let text = digits.buffer.as_slice();
    let length = text.len() as i64;
    let precision = i64::try_from(precision)
        .unwrap_or(i64::MAX / 2)
        .min(i64::MAX / 2);
    let mut decpt = digits.decpt;
    let mut end = length;
    let mut use_exp = false;
    match code.to_ascii_lowercase() {
        b'e' => {
            use_exp = true;
            end = precision;
        }
        b'f' => end = decpt + precision,
        b'g' => {
            use_exp = decpt <= -4 || decpt > precision - i64::from(flags.add_dot_0);
            if flags.alt {
                end = precision;
            }
        }
        _ => use_exp = decpt <= -4 || decpt > 16,
    }
    let exponent = decpt - 1;
    if use_exp {
        decpt = 1;
    }
    end = end.max(if !use_exp && flags.add_dot_0 {
        decpt + 1
    } else {
        decpt
    });

    if decpt <= 0 {
        out.push_str("0.");
        push_zeros(out, -decpt);
        push_ascii(out, text);
        push_zeros(out, end - length);
    } else if decpt <= length {
        push_ascii(out, &text[..decpt as usize]);
        out.push('.');
        push_ascii(out, &text[decpt as usize..]);
        push_zeros(out, end - length);
    } else {
        push_ascii(out, text);
        push_zeros(out, decpt - length);
        out.push('.');
        push_zeros(out, end - decpt);
    }
    if out.ends_with('.') && !flags.alt {
        out.pop();
    }
    if use_exp {
        push_exponent(out, exponent, code.is_ascii_uppercase());
    }
}

fn push_zeros(out: &mut String, count: i64) {
    out.extend(std::iter::repeat_n('0', count.max(0) as usize));
}

fn push_ascii(out: &mut String, digits: &[u8]) {
    out.extend(digits.iter().map(|&b| char::from(b)));
}

/// A sign and at least two digits, as C's `printf` does.
fn push_exponent(out: &mut String, exponent: i64, upper: bool) {
    out.push(if upper { 'E' } else { 'e' });
    out.push(if exponent < 0 { '-' } else { '+' });
    let magnitude = exponent.unsigned_abs();
    if magnitude < 10 {
        out.push('0');
    }
    out.push_str(&magnitude.to_string());
}

fn digits_shortest(magnitude: f64) -> Digits {
    if magnitude == 0.0 {
        return zero_digits();
    }
    let mut ryu_buffer = ryu::Buffer::new();
    let text = ryu_buffer.format_finite(magnitude).as_bytes();
    let mut buffer = [0u8; 24];
    let mut length = 0;
    let mut point = None;
    let mut exponent = 0i64;
    let mut leading_zeros = 0i64;
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'.' => point = Some(length as i64 + leading_zeros),
            b'e' => {
                exponent = parse_small(&text[i + 1..]);
                break;
            }
            b'0' if length == 0 => leading_zeros += 1,
            digit => {
                buffer[length] = digit;
                length += 1;
            }
        }
    }
    let decpt = point.unwrap_or(length as i64 + leading_zeros) - leading_zeros + exponent;
    while length > 1 && buffer[length - 1] == b'0' {
        length -= 1;
    }
    Digits {
        buffer: DigitBuffer::Short(buffer, length),
        decpt,
    }
}

/// Decimal text of an exponent, made by a formatter and therefore well formed.
fn parse_small(text: &[u8]) -> i64 {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let value = digits
        .iter()
        .fold(0i64, |acc, &b| acc * 10 + i64::from(b - b'0'));
    if negative { -value } else { value }
}

fn zero_digits() -> Digits {
    let mut buffer = [0u8; 24];
    buffer[0] = b'0';
    Digits {
        buffer: DigitBuffer::Short(buffer, 1),
        decpt: 1,
    }
}

/// `count` correctly rounded significant digits (dtoa's mode 2).
fn digits_significant(magnitude: f64, count: usize) -> Digits {
    if magnitude == 0.0 {
        return zero_digits();
    }
    let text = format!("{:.*e}", count.clamp(1, PRECISION_MAX) - 1, magnitude);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(|&b| b != b'.').collect();
    trim_trailing_zeros(&mut digits);
    Digits {
        buffer: DigitBuffer::Long(digits),
        decpt: parse_small(exponent.as_bytes()) + 1,
    }
}

/// Correctly rounded digits up to `count` places after the point (dtoa's mode 3).
fn digits_after_point(magnitude: f64, count: usize) -> Digits {
    if magnitude == 0.0 {
        return zero_digits();
    }
    let text = format!("{:.*}", count.min(PRECISION_MAX), magnitude);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let all = whole.bytes().chain(fraction.bytes());
    let leading = all.clone().take_while(|&b| b == b'0').count();
    let mut digits: Vec<u8> = all.skip(leading).collect();
    trim_trailing_zeros(&mut digits);
    let decpt = if digits.is_empty() {
        -(i64::try_from(count)
            .unwrap_or(i64::MAX / 2)
            .min(i64::MAX / 2))
    } else {
        whole.len() as i64 - leading as i64
    };
    Digits {
        buffer: DigitBuffer::Long(digits),
        decpt,
    }
}

fn trim_trailing_zeros(digits: &mut Vec<u8>) {
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
}

/// `float.as_integer_ratio`; `None` for infinities and NaN.
pub fn as_integer_ratio(value: f64) -> Option<(BigInt, BigInt)> {
    let (negative, mantissa, exponent) = bits::decompose(value)?;
    let mut numerator = BigInt::from(mantissa);
    let mut denominator = BigInt::one();
    if mantissa != 0 {
        let zeros = mantissa.trailing_zeros() as i32;
        numerator >>= zeros;
        let exponent = exponent + zeros;
        if exponent >= 0 {
            numerator <<= exponent;
        } else {
            denominator <<= -exponent;
        }
    }
    Some((if negative { -numerator } else { numerator }, denominator))
}

/// `round(value, ndigits)`: correctly rounded, ties to even. `None` when the result is too large for a double.
pub fn round_to(value: f64, ndigits: i64) -> Option<f64> {
    if !value.is_finite() || ndigits > 323 {
        return Some(value);
    }
    if ndigits < -308 {
        return Some(0.0f64.copysign(value));
    }
    let rounded = if ndigits >= 0 {
        format!("{:.*}", ndigits as usize, value.abs())
            .parse::<f64>()
            .ok()?
    } else {
        round_to_power_of_ten(value.abs(), -ndigits as u32)?
    };
    if rounded.is_infinite() {
        None
    } else {
        Some(rounded.copysign(value))
    }
}

fn round_to_power_of_ten(magnitude: f64, power: u32) -> Option<f64> {
    let (numerator, denominator) = as_integer_ratio(magnitude)?;
    let divisor = denominator * BigInt::from(10).pow(power);
    let (mut quotient, remainder) = numerator.div_rem(&divisor);
    let twice: BigInt = remainder << 1;
    if twice > divisor || (twice == divisor && quotient.is_odd()) {
        quotient += 1;
    }
    if quotient.is_zero() {
        return Some(0.0);
    }
    format!("{quotient}e{power}").parse::<f64>().ok()
}

#[cfg(test)]
#[expect(clippy::approx_constant, reason = "recorded values")]
mod tests;
