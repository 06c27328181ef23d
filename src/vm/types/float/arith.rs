//! Arithmetic of floats, with Python's sign rules for remainders and its errors where C has infinities.

use super::new::{to_int, zero_power};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{CompareOp, Value};
use crate::protocol::convert_int;
use crate::types::complex;
use crate::types::int::value::IntRef;
use base::bigint;
use std::cmp::Ordering;

/// An operand as a float: `None` when it is neither float nor int; OverflowError for an int too large.
#[inline(always)]
pub fn operand(vm: &Vm, value: &Value) -> PyResult<Option<f64>> {
    if let Some(f) = value.as_float() {
        return Ok(Some(f));
    }
    match value.as_int() {
        Some(IntRef::Small(n)) => Ok(Some(n as f64)),
        Some(IntRef::Big(_)) => convert_int::int_to_f64(vm, value).map(Some),
        None => Ok(None),
    }
}

macro_rules! simple_operations {
    ($( $name:ident $op:tt; )*) => {
        $(
            #[doc = concat!("`a ", stringify!($op), " b`")]
            pub fn $name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
                match (operand(vm, a)?, operand(vm, b)?) {
                    (Some(x), Some(y)) => Ok(vm.new_float(x $op y)),
                    _ => Ok(Value::NotImplemented),
                }
            }
        )*
    };
}

simple_operations! {
    add +;
    subtract -;
    multiply *;
}

/// `a / b`
pub fn true_divide(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match (operand(vm, a)?, operand(vm, b)?) {
        (Some(_), Some(0.0)) => Err(vm.zero_division_error("float division by zero")),
        (Some(x), Some(y)) => Ok(vm.new_float(x / y)),
        _ => Ok(Value::NotImplemented),
    }
}

/// `x % y` for `y` other than zero: the result has the sign of `y`.
pub fn float_mod(x: f64, y: f64) -> f64 {
    let rest = x % y;
    if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (y < 0.0) != (rest < 0.0) {
        rest + y
    } else {
        rest
    }
}

/// `divmod(x, y)` for `y` other than zero.
pub fn float_divmod(x: f64, y: f64) -> (f64, f64) {
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(y);
    } else if (y < 0.0) != (rest < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    let floored = if quotient == 0.0 {
        0.0_f64.copysign(x / y)
    } else {
        let floored = quotient.floor();
        if quotient - floored > 0.5 {
            floored + 1.0
        } else {
            floored
        }
    };
    (floored, rest)
}

/// `a % b`
pub fn remainder(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match (operand(vm, a)?, operand(vm, b)?) {
        (Some(_), Some(0.0)) => Err(vm.zero_division_error("float modulo")),
        (Some(x), Some(y)) => Ok(vm.new_float(float_mod(x, y))),
        _ => Ok(Value::NotImplemented),
    }
}

/// `a // b`
pub fn floor_divide(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match (operand(vm, a)?, operand(vm, b)?) {
        (Some(_), Some(0.0)) => Err(vm.zero_division_error("float floor division by zero")),
        (Some(x), Some(y)) => Ok(vm.new_float(float_divmod(x, y).0)),
        _ => Ok(Value::NotImplemented),
    }
}

/// `divmod(a, b)`
pub fn divmod(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match (operand(vm, a)?, operand(vm, b)?) {
        (Some(_), Some(0.0)) => Err(vm.zero_division_error("float divmod()")),
        (Some(x), Some(y)) => {
            let (quotient, rest) = float_divmod(x, y);
            Ok(vm.new_tuple(vec![vm.new_float(quotient), vm.new_float(rest)]))
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// What C's `errno` says after a range error.
#[cold]
#[inline(never)]
fn range_error(vm: &Vm) -> PyErr {
    let args = [
        vm.new_int(libc::ERANGE.into()),
        vm.new_str("Numerical result out of range"),
    ];
    let class = vm.exception_class(ExcKind::OverflowError);
    crate::types::exceptions::raise::instantiate(vm, &class, &args)
}

fn is_odd(x: f64) -> bool {
    (x.abs() % 2.0) == 1.0
}

/// `a ** b`
pub fn power(vm: &Vm, a: &Value, b: &Value, modulus: &Value) -> PyResult<Value> {
    if !modulus.is_none() {
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(Value::NotImplemented);
    };
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return complex::arith::power(vm, a, b, modulus);
    }
    real_power(vm, x, y).map(|f| vm.new_float(f))
}

/// `x ** y` where the result is real, with the special cases of C99 spelled out as CPython does.
fn real_power(vm: &Vm, x: f64, y: f64) -> PyResult<f64> {
    if y == 0.0 || x == 1.0 {
        return Ok(1.0);
    }
    if x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() { x } else { y });
    }
    if y.is_infinite() {
        let x = x.abs();
        return Ok(if x == 1.0 {
            1.0
        } else if (y > 0.0) == (x > 1.0) {
            y.abs()
        } else {
            0.0
        });
    }
    let odd = is_odd(y);
    if x.is_infinite() {
        return Ok(match (y > 0.0, odd) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0.0_f64.copysign(x),
            (false, false) => 0.0,
        });
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(zero_power(vm));
        }
        return Ok(if odd { x } else { 0.0 });
    }
    let negate = x < 0.0 && odd;
    let magnitude = x.abs();
    let power = if magnitude == 1.0 {
        1.0
    } else {
        magnitude.powf(y)
    };
    if power.is_infinite() {
        return Err(range_error(vm));
    }
    Ok(if negate { -power } else { power })
}

fn this(vm: &Vm, value: &Value) -> PyResult<f64> {
    value.as_float().ok_or_else(|| not_a_float(vm, value))
}

/// The error of a slot called with something else.
#[cold]
#[inline(never)]
pub fn not_a_float(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!("must be float, not {}", value.class(vm).tp_name()))
}

/// `-value`
pub fn negative(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(vm.new_float(-this(vm, value)?))
}

/// `+value`, `float(value)`: a float of the exact type.
pub fn positive(vm: &Vm, value: &Value) -> PyResult<Value> {
    if value.is_exact(vm, &vm.types.float) {
        return Ok(value.clone());
    }
    Ok(vm.new_float(this(vm, value)?))
}

/// `abs(value)`
pub fn absolute(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(vm.new_float(this(vm, value)?.abs()))
}

/// `bool(value)`
pub fn is_true(vm: &Vm, value: &Value) -> PyResult<bool> {
    Ok(this(vm, value)? != 0.0)
}

/// `int(value)`
pub fn truncate(vm: &Vm, value: &Value) -> PyResult<Value> {
    to_int(vm, this(vm, value)?)
}

/// `hash(value)`; a NaN hashes by identity.
pub fn hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    match base::hash::hash_f64(this(vm, value)?) {
        Some(hash) => Ok(hash),
        None => Ok(base::hash::hash_pointer(value.bits() as usize)),
    }
}

/// Comparison, exact for ints of any size.
pub fn richcompare(_vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let Some(x) = a.as_float() else {
        return Ok(Value::NotImplemented);
    };
    let ordering: Option<Ordering> = match b.as_float() {
        Some(y) => x.partial_cmp(&y),
        None => match b.as_int() {
            Some(IntRef::Small(n)) => bigint::cmp_i64_f64(n, x).map(Ordering::reverse),
            Some(IntRef::Big(n)) => bigint::cmp_f64(n, x).map(Ordering::reverse),
            None => return Ok(Value::NotImplemented),
        },
    };
    Ok(Value::bool(match ordering {
        Some(ordering) => op.holds(ordering),
        None => op == CompareOp::Ne,
    }))
}

/// `repr(value)`
pub fn repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(vm.new_str(&base::dtoa::repr(this(vm, value)?)))
}
