//! What Python's `int` needs over `num_bigint`: floor division, exact conversions to and from floats, bytes and shifts with
//! Python's rules. Text is in [`text`].
//!
//! Functions that can fail for reasons a program controls return an error value; sizes that cannot be held give
//! [`TooLarge`], for which the caller raises MemoryError or OverflowError.
//!
//! CPython 3.11: Objects/longobject.c.

pub mod text;

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::dtoa::bits;

/// The result would not fit into memory (or not into any address space).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// More bits than this are refused: 2^36 bits are 8 GiB.
const BITS_MAX: u64 = 1 << 36;

/// `left // right`; `None` for division by zero.
pub fn floor_div(left: &BigInt, right: &BigInt) -> Option<BigInt> {
    if right.is_zero() {
        None
    } else {
        Some(left.div_floor(right))
    }
}

/// `left % right`; `None` for division by zero.
pub fn floor_mod(left: &BigInt, right: &BigInt) -> Option<BigInt> {
    if right.is_zero() {
        None
    } else {
        Some(left.mod_floor(right))
    }
}

/// `divmod(left, right)`; `None` for division by zero.
pub fn div_mod(left: &BigInt, right: &BigInt) -> Option<(BigInt, BigInt)> {
    if right.is_zero() {
        None
    } else {
        Some(left.div_mod_floor(right))
    }
}

/// `base ** exponent` for a non-negative exponent.
pub fn pow(base: &BigInt, exponent: &BigInt) -> Result<BigInt, TooLarge> {
    if exponent.is_zero() || base.is_one() {
        return Ok(BigInt::one());
    }
    if base.is_zero() {
        return Ok(BigInt::zero());
    }
    if base.magnitude().is_one() {
        return Ok(if exponent.is_even() {
            BigInt::one()
        } else {
            base.clone()
        });
    }
    let exponent = exponent.to_u32().ok_or(TooLarge)?;
    let bits = (base.bits() - 1)
        .max(1)
        .checked_mul(exponent.into())
        .ok_or(TooLarge)?;
    if bits > BITS_MAX {
        return Err(TooLarge);
    }
    // Powers of two are common in Python code and need no multiplication.
    let zeros = base.trailing_zeros().unwrap_or(0);
    let odd = base >> zeros;
    let power = if odd.magnitude().is_one() {
        if exponent % 2 == 0 {
            BigInt::one()
        } else {
            odd
        }
    } else {
        odd.pow(exponent)
    };
    Ok(power << (zeros * u64::from(exponent)))
}

/// Why [`modpow`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModPowError {
    /// ValueError: pow() 3rd argument cannot be 0
    ZeroModulus,
    /// ValueError: base is not invertible for the given modulus
    NotInvertible,
}

impl ModPowError {
    /// CPython's message.
    pub fn message(self) -> &'static str {
        match self {
            ModPowError::ZeroModulus => "pow() 3rd argument cannot be 0",
            ModPowError::NotInvertible => "base is not invertible for the given modulus",
        }
    }
}

/// `pow(base, exponent, modulus)`; the result has the sign of the modulus.
pub fn modpow(base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> Result<BigInt, ModPowError> {
    if modulus.is_zero() {
        return Err(ModPowError::ZeroModulus);
    }
    let positive = modulus.abs();
    let result = if exponent.is_negative() {
        let inverse = mod_inverse(base, &positive).ok_or(ModPowError::NotInvertible)?;
        inverse.modpow(&-exponent, &positive)
    } else {
        base.modpow(exponent, &positive)
    };
    let result = result.mod_floor(&positive);
    Ok(if modulus.is_negative() && !result.is_zero() {
        result + modulus
    } else {
        result
    })
}

/// The inverse of `value` modulo a positive `modulus`.
fn mod_inverse(value: &BigInt, modulus: &BigInt) -> Option<BigInt> {
    let extended = value.mod_floor(modulus).extended_gcd(modulus);
    if extended.gcd.is_one() {
        Some(extended.x.mod_floor(modulus))
    } else {
        None
    }
}

/// `value << count` for a non-negative count.
pub fn shift_left(value: &BigInt, count: &BigInt) -> Result<BigInt, TooLarge> {
    if value.is_zero() {
        return Ok(BigInt::zero());
    }
    let count = count.to_u64().ok_or(TooLarge)?;
    if count > BITS_MAX {
        return Err(TooLarge);
    }
    Ok(value << count)
}

/// `value >> count` for a non-negative count; rounds down.
pub fn shift_right(value: &BigInt, count: &BigInt) -> BigInt {
    match count.to_u64() {
        Some(count) if count < value.bits() => value >> count,
        _ if value.is_negative() => BigInt::from(-1),
        _ => BigInt::zero(),
    }
}

/// `int.bit_length`.
pub fn bit_length(value: &BigInt) -> u64 {
    value.bits()
}

/// `int.bit_count`: ones in the absolute value.
pub fn bit_count(value: &BigInt) -> u64 {
    value
        .iter_u64_digits()
        .map(|digit| u64::from(digit.count_ones()))
        .sum()
}

/// `math.isqrt`; `None` for negative values.
pub fn isqrt(value: &BigInt) -> Option<BigInt> {
    if value.is_negative() {
        None
    } else {
        Some(value.sqrt())
    }
}

/// `math.gcd` of two numbers. Lehmer's algorithm; `num_bigint` halves and subtracts, which is much slower.
pub fn gcd(left: &BigInt, right: &BigInt) -> BigInt {
    let (mut a, mut b) = (left.magnitude().clone(), right.magnitude().clone());
    if a < b {
        std::mem::swap(&mut a, &mut b);
    }
    while b.bits() > 64 {
        let (next_a, next_b) = lehmer_step(&a, &b);
        (a, b) = (next_a, next_b);
    }
    if b.is_zero() {
        return a.into();
    }
    let small = b.to_u64().unwrap_or(0);
    let rest = (a % small).to_u64().unwrap_or(0);
    BigInt::from(small.gcd(&rest))
}

/// Several steps of Euclid's algorithm at once, for `a >= b > 2^64`: the leading bits decide quotients as long as every
/// number with these leading bits would give the same (Knuth, The Art of Computer Programming, 4.5.2, algorithm L).
fn lehmer_step(a: &BigUint, b: &BigUint) -> (BigUint, BigUint) {
    let shift = a.bits() - 62;
    let mut x = (a >> shift).to_i64().unwrap_or(0);
    let mut y = (b >> shift).to_i64().unwrap_or(0);
    // The pair so far is (m[0] a + m[1] b, m[2] a + m[3] b).
    let mut m = [1i64, 0, 0, 1];
    while y + m[2] != 0 && y + m[3] != 0 {
        let q = (x + m[0]) / (y + m[2]);
        if q != (x + m[1]) / (y + m[3]) {
            break;
        }
        m = [m[2], m[3], m[0] - q * m[2], m[1] - q * m[3]];
        (x, y) = (y, x - q * y);
    }
    if m[1] == 0 {
        return (b.clone(), a % b);
    }
    // In each row one factor is negative or zero and the result is not negative.
    let row = |of_a: i64, of_b: i64| {
        let (left, right) = (a * of_a.unsigned_abs(), b * of_b.unsigned_abs());
        if of_a < 0 || of_b > 0 {
            right - left
        } else {
            left - right
        }
    };
    (row(m[0], m[1]), row(m[2], m[3]))
}

/// The nearest double, ties to even; `None` if too large.
pub fn to_f64(value: &BigInt) -> Option<f64> {
    let (top, sticky, shift) = leading_bits(value.magnitude());
    bits::compose(value.is_negative(), top, sticky, shift as i64)
}

/// The leading 64 bits, whether any lower bit is set, and how many lower bits there are.
fn leading_bits(magnitude: &BigUint) -> (u64, bool, u64) {
    let shift = magnitude.bits().saturating_sub(64);
    if shift == 0 {
        return (magnitude.to_u64().unwrap_or(0), false, 0);
    }
    let top = (magnitude >> shift).to_u64().unwrap_or(u64::MAX);
    let sticky = magnitude
        .trailing_zeros()
        .is_some_and(|zeros| zeros < shift);
    (top, sticky, shift)
}

/// `math.frexp`-like parts for `math.log`: a double in [0.5, 1) and an exponent with `value = m * 2^e`, of a positive value.
pub fn frexp(value: &BigInt) -> (f64, u64) {
    let (top, sticky, shift) = leading_bits(value.magnitude());
    let mantissa = bits::compose(value.is_negative(), top, sticky, 0).unwrap_or(0.0);
    let (mantissa, exponent) = bits::frexp(mantissa);
    (mantissa, shift + u64::from(exponent.unsigned_abs()))
}

/// `int(value)`: truncated; `None` for infinities and NaN.
pub fn from_f64(value: f64) -> Option<BigInt> {
    let (negative, mantissa, exponent) = bits::decompose(value)?;
    let magnitude = if exponent >= 0 {
        BigInt::from(mantissa) << exponent
    } else if exponent > -64 {
        BigInt::from(mantissa >> -exponent)
    } else {
        BigInt::zero()
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Why [`true_div`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrueDivError {
    /// ZeroDivisionError: division by zero
    Zero,
    /// OverflowError: integer division result too large for a float
    Overflow,
}

impl TrueDivError {
    /// CPython's message.
    pub fn message(self) -> &'static str {
        match self {
            TrueDivError::Zero => "division by zero",
            TrueDivError::Overflow => "integer division result too large for a float",
        }
    }
}

/// `left / right`, correctly rounded.
pub fn true_div(left: &BigInt, right: &BigInt) -> Result<f64, TrueDivError> {
    if right.is_zero() {
        return Err(TrueDivError::Zero);
    }
    let negative = left.is_negative() != right.is_negative();
    if left.is_zero() {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    let (a, b) = (left.magnitude(), right.magnitude());
    // Shift so that the quotient has 63 or 64 bits.
    let shift = 63 + b.bits() as i64 - a.bits() as i64;
    let (quotient, remainder) = if shift >= 0 {
        (a << shift as u64).div_rem(b)
    } else {
        a.div_rem(&(b << shift.unsigned_abs()))
    };
    let top = quotient.to_u64().unwrap_or(u64::MAX);
    bits::compose(negative, top, !remainder.is_zero(), -shift).ok_or(TrueDivError::Overflow)
}

/// [`true_div`] for small numbers.
pub fn true_div_i64(left: i64, right: i64) -> Result<f64, TrueDivError> {
    const EXACT: u64 = 1 << 53;
    if right == 0 {
        Err(TrueDivError::Zero)
    } else if left.unsigned_abs() <= EXACT && right.unsigned_abs() <= EXACT {
        // Python's zero has no sign, but -0.0 must come out of 0 / -1.
        Ok(left as f64 / right as f64)
    } else {
        true_div(&left.into(), &right.into())
    }
}

/// Exact order of an integer and a float; `None` for a NaN.
pub fn cmp_f64(value: &BigInt, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    let Some(floor) = from_f64(float.floor()) else {
        return Some(if float > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    };
    let fraction = if float.fract() == 0.0 {
        Ordering::Equal
    } else {
        Ordering::Less
    };
    Some(value.cmp(&floor).then(fraction))
}

/// [`cmp_f64`] for small numbers.
pub fn cmp_i64_f64(value: i64, float: f64) -> Option<Ordering> {
    if value.unsigned_abs() <= 1 << 53 {
        return (value as f64).partial_cmp(&float);
    }
    if float.is_nan() {
        return None;
    }
    // Saturates beyond any i64, infinities included.
    let floor = float.floor() as i128;
    let fraction = if float.floor() == float {
        Ordering::Equal
    } else {
        Ordering::Less
    };
    Some(i128::from(value).cmp(&floor).then(fraction))
}

/// Order of the bytes of [`to_bytes`] and [`from_bytes`].
pub use crate::text::utf16::Endian as ByteOrder;

/// Why [`to_bytes`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToBytesError {
    /// OverflowError: can't convert negative int to unsigned
    Negative,
    /// OverflowError: int too big to convert
    TooBig,
}

impl ToBytesError {
    /// CPython's message.
    pub fn message(self) -> &'static str {
        match self {
            ToBytesError::Negative => "can't convert negative int to unsigned",
            ToBytesError::TooBig => "int too big to convert",
        }
    }
}

/// `int.to_bytes`.
pub fn to_bytes(
    value: &BigInt,
    length: usize,
    order: ByteOrder,
    signed: bool,
) -> Result<Vec<u8>, ToBytesError> {
    if value.is_negative() && !signed {
        return Err(ToBytesError::Negative);
    }
    // CPython lets -1 through in no bytes at all.
    let is_free = value.is_zero() || (length == 0 && (-value).is_one());
    let mut bytes = if is_free {
        Vec::new()
    } else if signed {
        value.to_signed_bytes_le()
    } else {
        value.magnitude().to_bytes_le()
    };
    if bytes.len() > length {
        return Err(ToBytesError::TooBig);
    }
    bytes.resize(length, if value.is_negative() { 0xff } else { 0 });
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes`.
pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> BigInt {
    match (order, signed) {
        (ByteOrder::Little, true) => BigInt::from_signed_bytes_le(bytes),
        (ByteOrder::Big, true) => BigInt::from_signed_bytes_be(bytes),
        (ByteOrder::Little, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
        (ByteOrder::Big, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
    }
}

/// `round(value, ndigits)` for a negative `ndigits` given as `power = -ndigits`: to a multiple of `10 ** power`, ties to
/// the even multiple.
pub fn round_to_power_of_ten(value: &BigInt, power: u32) -> BigInt {
    // More digits than the value has: everything rounds to zero.
    if u64::from(power) > value.bits() / 3 + 2 {
        return BigInt::zero();
    }
    let unit = BigInt::from(10).pow(power);
    let (quotient, remainder) = value.div_mod_floor(&unit);
    let twice: BigInt = &remainder << 1;
    let up = twice > unit || (twice == unit && quotient.is_odd());
    let base = value - remainder;
    if up { base + unit } else { base }
}

#[cfg(test)]
mod tests;
