//! Integers from and to text in bases 2 to 36.
//!
//! Reading collects machine words for short texts and divides and conquers for long ones, which costs as much as a few
//! multiplications; `num_bigint` alone is quadratic there. Writing is left to `num_bigint`, which is subquadratic.
//!
//! CPython 3.11: `PyLong_FromString`, `long_to_decimal_string_internal`, `long_format_binary` in Objects/longobject.c.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;

/// Why [`parse`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// ValueError: invalid literal for int() with base …
    Invalid,
    /// ValueError: Exceeds the limit (… digits) for integer string conversion: value has … digits; …
    TooManyDigits(usize),
}

/// Texts of up to this many digits are never refused (`_PY_LONG_MAX_STR_DIGITS_THRESHOLD`).
pub const DIGITS_THRESHOLD: usize = 640;

/// `int(text, base)` without surrounding whitespace; base 0 takes it from the prefix. `digits_max` is
/// `sys.get_int_max_str_digits()`, 0 for no limit; bases that are powers of two have none.
pub fn parse(text: &[u8], base: u32, digits_max: usize) -> Result<BigInt, ParseError> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let prefix_base = match rest {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut must_be_zero = false;
    let (base, digits) = match base {
        0 if prefix_base != 0 => (prefix_base, after_prefix(rest)),
        0 => {
            // An octal number of old, unless it is zero.
            must_be_zero = rest.first() == Some(&b'0');
            (10, rest)
        }
        _ if base == prefix_base => (base, after_prefix(rest)),
        _ => (base, rest),
    };
    let values = digit_values(digits, base).ok_or(ParseError::Invalid)?;
    if digits_max > 0 && values.len() > DIGITS_THRESHOLD.max(digits_max) && !base.is_power_of_two()
    {
        return Err(ParseError::TooManyDigits(values.len()));
    }
    let magnitude = from_digits(&values, base);
    if must_be_zero && !magnitude.is_zero() {
        return Err(ParseError::Invalid);
    }
    Ok(BigInt::from_biguint(
        if negative { Sign::Minus } else { Sign::Plus },
        magnitude,
    ))
}

/// The digits after `0x` and the like; one underscore may stand between.
fn after_prefix(text: &[u8]) -> &[u8] {
    match &text[2..] {
        [b'_', rest @ ..] => rest,
        rest => rest,
    }
}

/// Values of the digits, most significant first; `None` if there is none, or a misplaced underscore or a wrong character.
fn digit_values(text: &[u8], base: u32) -> Option<Vec<u8>> {
    let mut values = Vec::with_capacity(text.len());
    let mut after_digit = false;
    for &byte in text {
        if byte == b'_' {
            if !after_digit {
                return None;
            }
            after_digit = false;
        } else {
            values.push(char::from(byte).to_digit(base)? as u8);
            after_digit = true;
        }
    }
    if after_digit { Some(values) } else { None }
}

/// How many digits of a base a 64-bit word holds, and the power of the base.
fn chunk_of(base: u32) -> (usize, u64) {
    let (mut count, mut power) = (0, 1u64);
    while let Some(next) = power.checked_mul(base.into()) {
        power = next;
        count += 1;
    }
    (count, power)
}

/// The number with these digits, most significant first.
pub fn from_digits(values: &[u8], base: u32) -> BigUint {
    if base.is_power_of_two() {
        return BigUint::from_radix_be(values, base).unwrap_or_default();
    }
    let (chunk, power) = chunk_of(base);
    let first = values.len() % chunk;
    let (head, tail) = values.split_at(first);
    let word = |digits: &[u8]| {
        digits
            .iter()
            .fold(0u64, |acc, &digit| acc * u64::from(base) + u64::from(digit))
    };
    let mut words = Vec::with_capacity(values.len() / chunk + 1);
    if !head.is_empty() {
        words.push(word(head));
    }
    words.extend(tail.chunks_exact(chunk).map(word));
    if words.len() == 1 {
        return BigUint::from(words[0]);
    }
    // powers[i] = power ^ (LEAF * 2^i), as far as needed.
    let mut powers: Vec<BigUint> = Vec::new();
    let mut covered = LEAF;
    while covered < words.len() {
        powers.push(match powers.last() {
            None => BigUint::from(power).pow(LEAF as u32),
            Some(last) => last * last,
        });
        covered *= 2;
    }
    combine(&words, power, &powers)
}

/// Words that are combined one by one.
const LEAF: usize = 64;

/// The number with these digits to the base `power`, most significant first.
fn combine(words: &[u64], power: u64, powers: &[BigUint]) -> BigUint {
    if words.len() <= LEAF {
        return combine_leaf(words, power);
    }
    let mut level = 0;
    while LEAF << (level + 1) < words.len() {
        level += 1;
    }
    let (high, low) = words.split_at(words.len() - (LEAF << level));
    combine(high, power, powers) * &powers[level] + combine(low, power, powers)
}

fn combine_leaf(words: &[u64], power: u64) -> BigUint {
    let mut digits: Vec<u64> = Vec::with_capacity(words.len());
    for &word in words {
        let mut carry = word;
        for digit in &mut digits {
            let product = u128::from(*digit) * u128::from(power) + u128::from(carry);
            *digit = product as u64;
            carry = (product >> 64) as u64;
        }
        if carry != 0 {
            digits.push(carry);
        }
    }
    BigUint::new(
        digits
            .iter()
            .flat_map(|&digit| [digit as u32, (digit >> 32) as u32])
            .collect(),
    )
}

/// Digits in lower case with a sign; `base` from 2 to 36.
pub fn to_text(value: &BigInt, base: u32) -> String {
    value.to_str_radix(base)
}

/// `str(value)`; `None` if it has more digits than `digits_max`, which is `sys.get_int_max_str_digits()`, 0 for no limit.
pub fn to_decimal(value: &BigInt, digits_max: usize) -> Option<String> {
    // 3.33 bits are more than a decimal digit holds, so this many bits surely have too many digits.
    if digits_max > 0 && value.bits() / 10 > digits_max as u64 / 3 + 10 {
        return None;
    }
    let text = value.to_str_radix(10);
    let digits = text.len() - usize::from(value.sign() == Sign::Minus);
    if digits_max > 0 && digits > digits_max.max(DIGITS_THRESHOLD) {
        None
    } else {
        Some(text)
    }
}
