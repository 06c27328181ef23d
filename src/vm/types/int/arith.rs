//! Arithmetic of ints: machine words while they last, big numbers beyond.
//!
//! Slots get operands of any type and pass the operation on (`NotImplemented`) when one is no int.

use super::value::IntRef;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{CompareOp, PyRef, Value};
use crate::types::float;
use base::bigint;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// Both operands, when both are ints.
#[inline(always)]
fn pair<'a>(a: &'a Value, b: &'a Value) -> Option<(IntRef<'a>, IntRef<'a>)> {
    Some((a.as_int()?, b.as_int()?))
}

macro_rules! ring_operations {
    ($( $name:ident $checked:ident $op:tt; )*) => {
        $(
            #[doc = concat!("`a ", stringify!($op), " b`")]
            pub fn $name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
                Ok(match pair(a, b) {
                    None => Value::NotImplemented,
                    Some((IntRef::Small(x), IntRef::Small(y))) => match x.$checked(y) {
                        Some(n) => vm.new_int(n),
                        None => vm.new_bigint(IntRef::Small(x).to_bigint() $op y),
                    },
                    Some((IntRef::Big(x), IntRef::Small(y))) => vm.new_bigint(x $op y),
                    Some((IntRef::Small(x), IntRef::Big(y))) => vm.new_bigint(x $op y),
                    Some((IntRef::Big(x), IntRef::Big(y))) => vm.new_bigint(x $op y),
                })
            }
        )*
    };
}

ring_operations! {
    add checked_add +;
    subtract checked_sub -;
    multiply checked_mul *;
}

macro_rules! bit_operations {
    ($( $name:ident $op:tt; )*) => {
        $(
            #[doc = concat!("`a ", stringify!($op), " b`")]
            pub fn $name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
                Ok(match pair(a, b) {
                    None => Value::NotImplemented,
                    Some((IntRef::Small(x), IntRef::Small(y))) => vm.new_int(x $op y),
                    Some((x, y)) => vm.new_bigint(&*x.as_big() $op &*y.as_big()),
                })
            }
        )*
    };
}

bit_operations! {
    and &;
    or |;
    xor ^;
}

#[cold]
#[inline(never)]
fn division_by_zero(vm: &Vm) -> PyErr {
    vm.zero_division_error("integer division or modulo by zero")
}

/// `a // b`
pub fn floor_divide(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match pair(a, b) {
        None => Ok(Value::NotImplemented),
        Some((_, IntRef::Small(0))) => Err(division_by_zero(vm)),
        Some((IntRef::Small(x), IntRef::Small(y))) if y != -1 => {
            Ok(vm.new_int(Integer::div_floor(&x, &y)))
        }
        Some((x, y)) => match bigint::floor_div(&x.as_big(), &y.as_big()) {
            Some(quotient) => Ok(vm.new_bigint(quotient)),
            None => Err(division_by_zero(vm)),
        },
    }
}

/// `a % b`
pub fn remainder(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = match pair(a, b) {
        None => return Ok(Value::NotImplemented),
        Some((_, IntRef::Small(0))) => None,
        Some((IntRef::Small(_), IntRef::Small(-1))) => Some(vm.new_int(0)),
        Some((IntRef::Small(x), IntRef::Small(y))) => Some(vm.new_int(x.mod_floor(&y))),
        Some((x, y)) => bigint::floor_mod(&x.as_big(), &y.as_big()).map(|rest| vm.new_bigint(rest)),
    };
    result.ok_or_else(|| vm.zero_division_error("integer modulo by zero"))
}

/// `divmod(a, b)`
pub fn divmod(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let parts = match pair(a, b) {
        None => return Ok(Value::NotImplemented),
        Some((_, IntRef::Small(0))) => return Err(division_by_zero(vm)),
        Some((IntRef::Small(x), IntRef::Small(y))) if y != -1 => {
            let (quotient, rest) = x.div_mod_floor(&y);
            vec![vm.new_int(quotient), vm.new_int(rest)]
        }
        Some((x, y)) => match bigint::div_mod(&x.as_big(), &y.as_big()) {
            Some((quotient, rest)) => vec![vm.new_bigint(quotient), vm.new_bigint(rest)],
            None => return Err(division_by_zero(vm)),
        },
    };
    Ok(vm.new_tuple(parts))
}

/// `a / b`
pub fn true_divide(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let quotient = match pair(a, b) {
        None => return Ok(Value::NotImplemented),
        Some((IntRef::Small(x), IntRef::Small(y))) => bigint::true_div_i64(x, y),
        Some((x, y)) => bigint::true_div(&x.as_big(), &y.as_big()),
    };
    match quotient {
        Ok(quotient) => Ok(vm.new_float(quotient)),
        Err(error @ bigint::TrueDivError::Zero) => Err(vm.zero_division_error(error.message())),
        Err(error) => Err(vm.overflow_error(error.message())),
    }
}

/// `a ** b`, or `pow(a, b, modulus)`
pub fn power(vm: &Vm, a: &Value, b: &Value, modulus: &Value) -> PyResult<Value> {
    let Some((x, y)) = pair(a, b) else {
        return Ok(Value::NotImplemented);
    };
    if modulus.is_none() {
        if y.is_negative() {
            return float::arith::power(vm, a, b, modulus);
        }
        return plain_power(vm, x, y);
    }
    let Some(modulus) = modulus.as_int() else {
        return Ok(Value::NotImplemented);
    };
    match bigint::modpow(&x.as_big(), &y.as_big(), &modulus.as_big()) {
        Ok(result) => Ok(vm.new_bigint(result)),
        Err(error) => Err(vm.value_error(error.message())),
    }
}

fn plain_power(vm: &Vm, x: IntRef<'_>, y: IntRef<'_>) -> PyResult<Value> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y)
        && let Ok(exponent) = u32::try_from(y)
        && let Some(power) = x.checked_pow(exponent)
    {
        return Ok(vm.new_int(power));
    }
    let (x, y) = (x.as_big(), y.as_big());
    if x.bits() > 1 {
        let bits = y
            .to_u64()
            .and_then(|exponent| (x.bits() - 1).checked_mul(exponent));
        reserve_bits(vm, bits)?;
    }
    bigint::pow(&x, &y)
        .map(|power| vm.new_bigint(power))
        .map_err(|_| vm.no_memory())
}

/// Asks whether a number of so many bits can be had.
fn reserve_bits(vm: &Vm, bits: Option<u64>) -> PyResult<()> {
    match bits.and_then(|bits| usize::try_from(bits / 8).ok()) {
        Some(bytes) => vm.try_reserve(bytes),
        None => Err(vm.no_memory()),
    }
}

#[cold]
#[inline(never)]
fn negative_shift(vm: &Vm) -> PyErr {
    vm.value_error("negative shift count")
}

/// `a << b`
pub fn lshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let Some((x, y)) = pair(a, b) else {
        return Ok(Value::NotImplemented);
    };
    if y.is_negative() {
        return Err(negative_shift(vm));
    }
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
        if x == 0 {
            return Ok(vm.new_int(0));
        }
        if y < 62 && (x << y) >> y == x {
            return Ok(vm.new_int(x << y));
        }
    }
    let x = x.as_big();
    if x.is_zero() {
        return Ok(vm.new_int(0));
    }
    let y = y.as_big();
    let Some(count) = y.to_u64() else {
        return Err(vm.overflow_error("too many digits in integer"));
    };
    reserve_bits(vm, x.bits().checked_add(count))?;
    bigint::shift_left(&x, &y)
        .map(|n| vm.new_bigint(n))
        .map_err(|_| vm.no_memory())
}

/// `a >> b`
pub fn rshift(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let Some((x, y)) = pair(a, b) else {
        return Ok(Value::NotImplemented);
    };
    if y.is_negative() {
        return Err(negative_shift(vm));
    }
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
        return Ok(vm.new_int(x >> y.min(63)));
    }
    Ok(vm.new_bigint(bigint::shift_right(&x.as_big(), &y.as_big())))
}

macro_rules! unary_operations {
    ($( $(#[doc = $doc:literal])* $name:ident |$n:ident| $small:expr, |$big:ident| $large:expr; )*) => {
        $(
            $(#[doc = $doc])*
            pub fn $name(vm: &Vm, value: &Value) -> PyResult<Value> {
                match value.as_int() {
                    Some(IntRef::Small($n)) => match $small {
                        Some(result) => Ok(vm.new_int(result)),
                        None => {
                            let $big = &IntRef::Small($n).to_bigint();
                            Ok(vm.new_bigint($large))
                        }
                    },
                    Some(IntRef::Big($big)) => Ok(vm.new_bigint($large)),
                    None => Err(not_an_int(vm, value)),
                }
            }
        )*
    };
}

unary_operations! {
    /// `-value`
    negative |n| n.checked_neg(), |big| -big;
    /// `+value`: an int of the exact type.
    positive |n| Some(n), |big| big.clone();
    /// `abs(value)`
    absolute |n| n.checked_abs(), |big| big.magnitude().clone().into();
    /// `~value`
    invert |n| Some(!n), |big| !big;
}

/// The error of a slot called with something else.
#[cold]
#[inline(never)]
pub fn not_an_int(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!(
        "an integer is required (got type {})",
        value.class(vm).tp_name()
    ))
}

/// `bool(value)`
pub fn is_true(_vm: &Vm, value: &Value) -> PyResult<bool> {
    Ok(match value.as_int() {
        Some(IntRef::Small(n)) => n != 0,
        Some(IntRef::Big(n)) => !n.is_zero(),
        None => true,
    })
}

/// `float(value)`
pub fn to_float(vm: &Vm, value: &Value) -> PyResult<Value> {
    crate::protocol::convert_int::int_to_f64(vm, value).map(|f| vm.new_float(f))
}

/// `hash(value)`
pub fn hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    match value.as_int() {
        Some(IntRef::Small(n)) => Ok(base::hash::hash_i64(n)),
        Some(IntRef::Big(n)) => Ok(base::hash::hash_bigint(n)),
        None => Err(not_an_int(vm, value)),
    }
}

/// Comparison.
pub fn richcompare(_vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    Ok(match pair(a, b) {
        None => Value::NotImplemented,
        Some((IntRef::Small(x), IntRef::Small(y))) => Value::bool(op.holds(x.cmp(&y))),
        Some((x, y)) => Value::bool(op.holds(x.as_big().cmp(&y.as_big()))),
    })
}

/// `repr(value)`
pub fn repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    super::parse::to_decimal(vm, value).map(PyRef::into_value)
}
