//! Operators on constants, with Python's results; None where Python raises or where the result would be too large.
//!
//! CPython 3.11: `fold_binop`, `safe_multiply`, `safe_power`, … in `Python/ast_opt.c`; `Objects/longobject.c`, `Objects/floatobject.c`,
//! `Objects/complexobject.c`.

use super::super::repr::{code_points, next_code_point};
use crate::ast::{Constant, Operator, UnaryOp};
use bytecode::StrObj;
use num_bigint::BigInt;
use num_traits::{FromPrimitive, Pow, Signed, ToPrimitive, Zero};
use std::rc::Rc;

const MAX_INT_SIZE: u64 = 128;
const MAX_COLLECTION_SIZE: usize = 256;
const MAX_STR_SIZE: usize = 4096;
const MAX_TOTAL_ITEMS: i64 = 1024;

fn int(value: BigInt) -> Constant {
    Constant::Int(Rc::new(value))
}

fn float(value: f64) -> Constant {
    Constant::Float(Rc::new(value))
}

fn complex(real: f64, imag: f64) -> Constant {
    Constant::Complex(Rc::new((real, imag)))
}

/// The truth value of a constant.
pub fn is_true(constant: &Constant) -> bool {
    match constant {
        Constant::None => false,
        Constant::Bool(b) => *b,
        Constant::Ellipsis | Constant::StopIteration | Constant::Code(_) => true,
        Constant::Int(i) => !i.is_zero(),
        Constant::Float(f) => **f != 0.0,
        Constant::Complex(z) => z.0 != 0.0 || z.1 != 0.0,
        Constant::Str(s) => !s.as_bytes().is_empty(),
        Constant::Bytes(b) => !b.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// A number, as arithmetic sees it.
enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

fn number(constant: &Constant) -> Option<Number> {
    Some(match constant {
        Constant::Bool(b) => Number::Int(BigInt::from(u8::from(*b))),
        Constant::Int(i) => Number::Int((**i).clone()),
        Constant::Float(f) => Number::Float(**f),
        Constant::Complex(z) => Number::Complex(z.0, z.1),
        _ => return None,
    })
}

fn as_int(constant: &Constant) -> Option<BigInt> {
    match number(constant)? {
        Number::Int(i) => Some(i),
        _ => None,
    }
}

/// The float nearest to an int, ties to even; None when it overflows.
fn int_to_float(value: &BigInt) -> Option<f64> {
    let f = round_to_f64(value);
    f.is_finite().then_some(f)
}

fn round_to_f64(value: &BigInt) -> f64 {
    let bits = value.bits();
    if bits <= 64 {
        // Two steps only when the first is exact.
        return match (value.to_i128(), value.is_negative()) {
            (Some(i), _) => i as f64,
            (None, true) => f64::NEG_INFINITY,
            (None, false) => f64::INFINITY,
        };
    }
    if bits > 1024 {
        return if value.is_negative() {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    // Keep 64 bits and note whether anything was cut off.
    let shift = bits - 64;
    let magnitude = value.magnitude();
    let mut top = (magnitude >> shift).to_u64().unwrap_or(u64::MAX);
    if magnitude
        .trailing_zeros()
        .is_some_and(|zeros| zeros < shift)
    {
        top |= 1;
    }
    let f = (top as f64) * 2f64.powi(shift as i32);
    if value.is_negative() { -f } else { f }
}

/// Whether `==` holds between constants, for sets and duplicate keys.
pub fn python_equal(a: &Constant, b: &Constant) -> bool {
    if let (Some(x), Some(y)) = (number(a), number(b)) {
        return match (x, y) {
            (Number::Int(x), Number::Int(y)) => x == y,
            (Number::Int(i), Number::Float(f)) | (Number::Float(f), Number::Int(i)) => {
                int_equals_float(&i, f)
            }
            (Number::Float(x), Number::Float(y)) => same_object(a, b) || x == y,
            (Number::Complex(r, m), Number::Complex(s, n)) => {
                same_object(a, b) || (r == s && m == n)
            }
            (Number::Complex(r, m), Number::Float(f))
            | (Number::Float(f), Number::Complex(r, m)) => r == f && m == 0.0,
            (Number::Complex(r, m), Number::Int(i)) | (Number::Int(i), Number::Complex(r, m)) => {
                m == 0.0 && int_equals_float(&i, r)
            }
        };
    }
    match (a, b) {
        (Constant::None, Constant::None) | (Constant::Ellipsis, Constant::Ellipsis) => true,
        (Constant::Str(a), Constant::Str(b)) => a.as_bytes() == b.as_bytes(),
        (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            a.len() == b.len()
                && stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    a.iter().zip(b.iter()).all(|(x, y)| python_equal(x, y))
                })
        }
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| python_equal(x, y)))
        }
        _ => false,
    }
}

fn same_object(a: &Constant, b: &Constant) -> bool {
    match (a, b) {
        (Constant::Float(a), Constant::Float(b)) => Rc::ptr_eq(a, b),
        (Constant::Complex(a), Constant::Complex(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

fn int_equals_float(i: &BigInt, f: f64) -> bool {
    f.is_finite() && f.fract() == 0.0 && BigInt::from_f64(f).as_ref() == Some(i)
}

/// What a constant hashes as: equal constants share it, so that sets need not compare every pair.
#[derive(PartialEq, Eq, Hash)]
enum Bucket {
    Number(u64),
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    Other(usize),
}

fn bucket(constant: &Constant) -> Bucket {
    match constant {
        Constant::Str(s) => Bucket::Text(s.as_bytes().to_vec()),
        Constant::Bytes(b) => Bucket::Bytes(b.to_vec()),
        Constant::Tuple(items) => Bucket::Other(items.len()),
        other => Bucket::Number(match number(other) {
            // -0.0 equals 0
            Some(Number::Int(i)) => (round_to_f64(&i) + 0.0).to_bits(),
            Some(Number::Float(f) | Number::Complex(f, _)) => (f + 0.0).to_bits(),
            None => u64::MAX,
        }),
    }
}

/// A frozenset: of equal items the first stays.
pub fn frozenset(items: Vec<Constant>) -> Constant {
    let mut buckets: foldhash::HashMap<Bucket, Vec<usize>> = foldhash::HashMap::default();
    let mut kept: Vec<Constant> = Vec::with_capacity(items.len());
    for item in items {
        let same = buckets.entry(bucket(&item)).or_default();
        if !same.iter().any(|&at| python_equal(&kept[at], &item)) {
            same.push(kept.len());
            kept.push(item);
        }
    }
    Constant::FrozenSet(kept.into())
}

/// `-x`, `+x`, `~x`, `not x`.
pub fn unary(op: UnaryOp, value: &Constant) -> Option<Constant> {
    if op == UnaryOp::Not {
        return Some(Constant::Bool(!is_true(value)));
    }
    Some(match (op, number(value)?) {
        (UnaryOp::Invert, Number::Int(i)) => int(-i - 1),
        (UnaryOp::Invert, _) => return None,
        (UnaryOp::USub, Number::Int(i)) => int(-i),
        (UnaryOp::USub, Number::Float(f)) => float(-f),
        (UnaryOp::USub, Number::Complex(r, i)) => complex(-r, -i),
        (_, Number::Int(i)) => int(i),
        (_, Number::Float(f)) => float(f),
        (_, Number::Complex(r, i)) => complex(r, i),
    })
}

/// A binary operator.
pub fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    match op {
        Operator::Add => sequence_add(left, right).or_else(|| arithmetic(op, left, right)),
        Operator::Mult => multiply(left, right),
        Operator::Sub | Operator::Div | Operator::FloorDiv | Operator::Mod => {
            arithmetic(op, left, right)
        }
        Operator::Pow => power(left, right),
        Operator::LShift => {
            let (a, b) = (as_int(left)?, as_int(right)?);
            if b.is_negative() {
                return None;
            }
            if a.is_zero() || b.is_zero() {
                return Some(int(a));
            }
            let shift = b.to_u64()?;
            if shift > MAX_INT_SIZE || a.bits() > MAX_INT_SIZE - shift {
                return None;
            }
            Some(int(a << shift))
        }
        Operator::RShift => {
            let (a, b) = (as_int(left)?, as_int(right)?);
            if b.is_negative() {
                return None;
            }
            Some(int(match b.to_u64() {
                Some(shift) => a >> shift,
                None if a.is_negative() => BigInt::from(-1),
                None => BigInt::zero(),
            }))
        }
        Operator::BitOr | Operator::BitXor | Operator::BitAnd => bitwise(op, left, right),
        Operator::MatMult => None,
    }
}

fn bitwise(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Constant::FrozenSet(a), Constant::FrozenSet(b)) = (left, right) {
        let inside = |item: &Constant, set: &[Constant]| set.iter().any(|x| python_equal(x, item));
        let only_b = b.iter().filter(|item| !inside(item, a));
        return Some(frozenset(match op {
            Operator::BitOr => a.iter().chain(only_b).cloned().collect(),
            Operator::BitAnd => a.iter().filter(|i| inside(i, b)).cloned().collect(),
            _ => a
                .iter()
                .filter(|i| !inside(i, b))
                .chain(only_b)
                .cloned()
                .collect(),
        }));
    }
    let (a, b) = (as_int(left)?, as_int(right)?);
    let result = match op {
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        _ => a & b,
    };
    Some(match (left, right) {
        (Constant::Bool(_), Constant::Bool(_)) => Constant::Bool(!result.is_zero()),
        _ => int(result),
    })
}

fn sequence_add(left: &Constant, right: &Constant) -> Option<Constant> {
    Some(match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            Constant::Str(StrObj::new([a.as_bytes(), b.as_bytes()].concat()))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => {
            Constant::Bytes(Rc::new([&***a, &***b].concat().into_boxed_slice()))
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            Constant::Tuple(a.iter().chain(b.iter()).cloned().collect())
        }
        _ => return None,
    })
}

fn arithmetic(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Operator::Sub, Constant::FrozenSet(a), Constant::FrozenSet(b)) = (op, left, right) {
        let rest = a.iter().filter(|i| !b.iter().any(|x| python_equal(x, i)));
        return Some(frozenset(rest.cloned().collect()));
    }
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => int_arithmetic(op, a, b),
        (a @ Number::Complex(..), b) | (a, b @ Number::Complex(..)) => {
            complex_arithmetic(op, to_complex(&a)?, to_complex(&b)?)
        }
        (a, b) => float_arithmetic(op, to_float(&a)?, to_float(&b)?).map(float),
    }
}

fn to_float(number: &Number) -> Option<f64> {
    match number {
        Number::Int(i) => int_to_float(i),
        Number::Float(f) => Some(*f),
        Number::Complex(..) => None,
    }
}

fn to_complex(number: &Number) -> Option<(f64, f64)> {
    match number {
        Number::Complex(r, i) => Some((*r, *i)),
        other => Some((to_float(other)?, 0.0)),
    }
}

fn int_arithmetic(op: Operator, a: BigInt, b: BigInt) -> Option<Constant> {
    Some(match op {
        Operator::Add => int(a + b),
        Operator::Sub => int(a - b),
        Operator::Mult => int(a * b),
        _ if b.is_zero() => return None,
        Operator::Div => float(true_divide(&a, &b)?),
        Operator::FloorDiv => int(floor_divmod(&a, &b).0),
        Operator::Mod => int(floor_divmod(&a, &b).1),
        _ => return None,
    })
}

/// Quotient and remainder, the remainder with the sign of the divisor.
fn floor_divmod(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, remainder) = (a / b, a % b);
    if !remainder.is_zero() && remainder.is_negative() != b.is_negative() {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

/// The correctly rounded quotient of two ints.
fn true_divide(a: &BigInt, b: &BigInt) -> Option<f64> {
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.magnitude(), b.magnitude());
    // A quotient of at least 64 bits, the last of them sticky.
    let shift = 66 + b.bits() as i64 - a.bits() as i64;
    let (n, d) = if shift >= 0 {
        (a << shift, b.clone())
    } else {
        (a.clone(), b << -shift)
    };
    let mut quotient = &n / &d;
    if !(&n % &d).is_zero() {
        quotient |= num_bigint::BigUint::from(1u8);
    }
    let mut exponent = -shift;
    // Below the normal range fewer bits count: cut them here, once, so that rounding happens once.
    let bits = quotient.bits() as i64;
    let lowest = -1074;
    let drop = (lowest - exponent).max(bits - 64).max(0);
    if drop > 2 {
        let cut = drop - 2;
        let sticky = quotient
            .trailing_zeros()
            .is_some_and(|zeros| (zeros as i64) < cut);
        quotient >>= cut;
        if sticky {
            quotient |= num_bigint::BigUint::from(1u8);
        }
        exponent += cut;
    }
    let value = scale(round_quotient(&quotient, exponent), exponent);
    if value.is_infinite() {
        return None;
    }
    Some(if negative { -value } else { value })
}

/// Rounds a quotient to 53 bits, or to what is left above the smallest exponent.
fn round_quotient(quotient: &num_bigint::BigUint, exponent: i64) -> f64 {
    let bits = quotient.bits() as i64;
    let keep_above = (bits - 53).max(-1074 - exponent).max(0);
    if keep_above == 0 {
        return quotient.to_u64().map_or(0.0, |q| q as f64);
    }
    let kept = quotient >> keep_above;
    let half = num_bigint::BigUint::from(1u8) << (keep_above - 1);
    let rest = quotient - (&kept << keep_above);
    let mut kept = kept.to_u64().unwrap_or(0);
    if rest > half || (rest == half && kept & 1 == 1) {
        kept += 1;
    }
    kept as f64 * 2f64.powi(keep_above as i32)
}

/// `value * 2**exponent`, exactly when it can be.
fn scale(value: f64, exponent: i64) -> f64 {
    let mut value = value;
    let mut exponent = exponent;
    while exponent > 1000 {
        value *= 2f64.powi(1000);
        exponent -= 1000;
        if value.is_infinite() {
            return value;
        }
    }
    while exponent < -1000 {
        value *= 2f64.powi(-1000);
        exponent += 1000;
        if value == 0.0 {
            return value;
        }
    }
    value * 2f64.powi(exponent as i32)
}

fn float_arithmetic(op: Operator, a: f64, b: f64) -> Option<f64> {
    Some(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        _ if b == 0.0 => return None,
        Operator::Div => a / b,
        Operator::FloorDiv => float_divmod(a, b).0,
        Operator::Mod => float_divmod(a, b).1,
        _ => return None,
    })
}

fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 {
        if (b < 0.0) != (remainder < 0.0) {
            remainder += b;
            quotient -= 1.0;
        }
    } else {
        remainder = 0f64.copysign(b);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0f64.copysign(a / b)
    };
    (floor, remainder)
}

fn complex_arithmetic(op: Operator, a: (f64, f64), b: (f64, f64)) -> Option<Constant> {
    let (r, i) = match op {
        Operator::Add => (a.0 + b.0, a.1 + b.1),
        Operator::Sub => (a.0 - b.0, a.1 - b.1),
        Operator::Mult => (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0),
        Operator::Div => complex_divide(a, b)?,
        _ => return None,
    };
    Some(complex(r, i))
}

fn complex_divide(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    let (abs_real, abs_imag) = (b.0.abs(), b.1.abs());
    if abs_real >= abs_imag {
        if abs_real == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        Some((
            (a.0 + a.1 * ratio) / denominator,
            (a.1 - a.0 * ratio) / denominator,
        ))
    } else if abs_imag >= abs_real {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        Some((
            (a.0 * ratio + a.1) / denominator,
            (a.1 * ratio - a.0) / denominator,
        ))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// How many items are left of `limit` when this constant is counted.
fn check_complexity(constant: &Constant, mut limit: i64) -> i64 {
    if let Constant::Tuple(items) | Constant::FrozenSet(items) = constant {
        limit -= items.len() as i64;
        for item in items.iter() {
            if limit < 0 {
                break;
            }
            limit = stacker::maybe_grow(64 * 1024, 1024 * 1024, || check_complexity(item, limit));
        }
    }
    limit
}

fn multiply(left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
        if !a.is_zero() && !b.is_zero() && a.bits() + b.bits() > MAX_INT_SIZE {
            return None;
        }
        return Some(int(a * b));
    }
    match (as_int(left), as_int(right)) {
        (Some(n), None) => repeat(&n, right).or_else(|| arithmetic(Operator::Mult, left, right)),
        (None, Some(n)) => repeat(&n, left).or_else(|| arithmetic(Operator::Mult, left, right)),
        _ => arithmetic(Operator::Mult, left, right),
    }
}

fn repeat(n: &BigInt, sequence: &Constant) -> Option<Constant> {
    let (size, max) = match sequence {
        Constant::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        Constant::Str(s) => (code_points(s.as_bytes()).count(), MAX_STR_SIZE),
        Constant::Bytes(b) => (b.len(), MAX_STR_SIZE),
        _ => return None,
    };
    let mut times = 0;
    if size > 0 {
        times = n.to_usize().filter(|&n| n <= max / size)?;
        if matches!(sequence, Constant::Tuple(_))
            && times > 0
            && check_complexity(sequence, MAX_TOTAL_ITEMS / times as i64) < 0
        {
            return None;
        }
    } else if n.to_isize().is_none() {
        // "cannot fit 'int' into an index-sized integer"
        return None;
    }
    Some(match sequence {
        Constant::Tuple(items) => {
            let all = std::iter::repeat_n(items.iter(), times).flatten();
            Constant::Tuple(all.cloned().collect())
        }
        Constant::Str(s) => Constant::Str(StrObj::new(s.as_bytes().repeat(times))),
        Constant::Bytes(b) => Constant::Bytes(Rc::new(b.repeat(times).into_boxed_slice())),
        _ => return None,
    })
}

fn power(left: &Constant, right: &Constant) -> Option<Constant> {
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => int_power(a, b),
        (a @ Number::Complex(..), b) | (a, b @ Number::Complex(..)) => {
            complex_power(to_complex(&a)?, to_complex(&b)?)
        }
        (a, b) => float_power(to_float(&a)?, to_float(&b)?),
    }
}

fn int_power(a: BigInt, b: BigInt) -> Option<Constant> {
    if b.is_negative() {
        return float_power(int_to_float(&a)?, int_to_float(&b)?);
    }
    if a.is_zero() || b.is_zero() {
        return Some(int(BigInt::from(u8::from(b.is_zero()))));
    }
    let exponent = b.to_u64()?;
    if a.bits() > MAX_INT_SIZE / exponent {
        return None;
    }
    Some(int(a.pow(exponent)))
}

fn float_power(a: f64, b: f64) -> Option<Constant> {
    if b == 0.0 {
        return Some(float(1.0));
    }
    if a.is_nan() || (b.is_nan() && a != 1.0) {
        return Some(float(if a.is_nan() { a } else { b }));
    }
    if a == 1.0 {
        return Some(float(1.0));
    }
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return None;
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        // A negative number to a fraction is complex.
        return complex_power((a, 0.0), (b, 0.0));
    }
    let result = a.powf(b);
    (result.is_finite() || a.is_infinite() || b.is_infinite()).then(|| float(result))
}

fn complex_power(a: (f64, f64), b: (f64, f64)) -> Option<Constant> {
    // Small whole exponents are multiplied out.
    if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let n = b.0 as i32;
        let mut mask = 1;
        let mut product = (1.0, 0.0);
        let mut square = a;
        while mask > 0 && n.abs() >= mask {
            if n.abs() & mask != 0 {
                product = complex_product(product, square);
            }
            mask <<= 1;
            square = complex_product(square, square);
        }
        let (r, i) = if n >= 0 {
            product
        } else {
            complex_divide((1.0, 0.0), product)?
        };
        return unless_infinite(r, i);
    }
    if b == (0.0, 0.0) {
        return Some(complex(1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        let undefined = b.1 != 0.0 || b.0 < 0.0;
        return (!undefined).then(|| complex(0.0, 0.0));
    }
    let modulus = a.0.hypot(a.1);
    let mut length = modulus.powf(b.0);
    let angle = a.1.atan2(a.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length /= (angle * b.1).exp();
        phase += b.1 * modulus.ln();
    }
    if phase.is_infinite() {
        // A domain error of cos and sin.
        return None;
    }
    unless_infinite(length * phase.cos(), length * phase.sin())
}

/// A complex number, unless a part overflowed; NaN is let through.
fn unless_infinite(real: f64, imag: f64) -> Option<Constant> {
    (!real.is_infinite() && !imag.is_infinite()).then(|| complex(real, imag))
}

fn complex_product(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// `value[index]` of constants.
pub fn get_item(value: &Constant, index: &Constant) -> Option<Constant> {
    let index = as_int(index)?.to_i64()?;
    let at = |len: usize| {
        let index = if index < 0 { index + len as i64 } else { index };
        usize::try_from(index).ok().filter(|&index| index < len)
    };
    match value {
        Constant::Tuple(items) => Some(items[at(items.len())?].clone()),
        Constant::Bytes(bytes) => Some(int(BigInt::from(bytes[at(bytes.len())?]))),
        Constant::Str(s) => {
            let text = s.as_bytes();
            let index = at(code_points(text).count())?;
            let mut rest = text;
            for _ in 0..index {
                rest = &rest[next_code_point(rest)?.1..];
            }
            let len = next_code_point(rest)?.1;
            Some(Constant::Str(StrObj::new(&rest[..len])))
        }
        _ => None,
    }
}
