//! Arithmetic of complex numbers, in the order of operations CPython has, so that results agree to the last bit.

use super::value::PyComplex;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{CompareOp, Value};
use crate::types::float;

const ONE: PyComplex = PyComplex {
    real: 1.0,
    imag: 0.0,
};

/// An operand as a complex number: `None` when it is no number.
fn operand(vm: &Vm, value: &Value) -> PyResult<Option<PyComplex>> {
    if let Some(complex) = value.as_complex() {
        return Ok(Some(complex));
    }
    Ok(float::arith::operand(vm, value)?.map(|real| PyComplex { real, imag: 0.0 }))
}

fn binary(
    vm: &Vm,
    a: &Value,
    b: &Value,
    operation: impl FnOnce(PyComplex, PyComplex) -> PyComplex,
) -> PyResult<Value> {
    match (operand(vm, a)?, operand(vm, b)?) {
        (Some(a), Some(b)) => {
            let result = operation(a, b);
            Ok(vm.new_complex(result.real, result.imag))
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// `a + b`
pub fn add(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary(vm, a, b, |a, b| PyComplex {
        real: a.real + b.real,
        imag: a.imag + b.imag,
    })
}

/// `a - b`
pub fn subtract(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary(vm, a, b, |a, b| PyComplex {
        real: a.real - b.real,
        imag: a.imag - b.imag,
    })
}

fn product(a: PyComplex, b: PyComplex) -> PyComplex {
    PyComplex {
        real: a.real * b.real - a.imag * b.imag,
        imag: a.real * b.imag + a.imag * b.real,
    }
}

/// `a * b`
pub fn multiply(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary(vm, a, b, product)
}

/// The quotient (Smith's algorithm); `None` for division by zero.
fn quotient(a: PyComplex, b: PyComplex) -> Option<PyComplex> {
    if b.real.abs() >= b.imag.abs() {
        if b.real == 0.0 {
            return None;
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        Some(PyComplex {
            real: (a.real + a.imag * ratio) / denominator,
            imag: (a.imag - a.real * ratio) / denominator,
        })
    } else if b.imag.abs() >= b.real.abs() {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        Some(PyComplex {
            real: (a.real * ratio + a.imag) / denominator,
            imag: (a.imag * ratio - a.real) / denominator,
        })
    } else {
        Some(PyComplex {
            real: f64::NAN,
            imag: f64::NAN,
        })
    }
}

/// `a / b`
pub fn true_divide(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let (Some(a), Some(b)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(Value::NotImplemented);
    };
    match quotient(a, b) {
        Some(result) => Ok(vm.new_complex(result.real, result.imag)),
        None => Err(vm.zero_division_error("complex division by zero")),
    }
}

fn small_power(x: PyComplex, n: u32) -> PyComplex {
    let (mut result, mut square, mut mask) = (ONE, x, 1_u32);
    while n >= mask {
        if n & mask != 0 {
            result = product(result, square);
        }
        mask <<= 1;
        square = product(square, square);
    }
    result
}

/// `a ** b` by polar coordinates; `None` where C has a domain error, above all for zero to a negative or complex power.
fn polar_power(a: PyComplex, b: PyComplex) -> Option<PyComplex> {
    if b.real == 0.0 && b.imag == 0.0 {
        return Some(ONE);
    }
    if a.real == 0.0 && a.imag == 0.0 {
        let zero = PyComplex {
            real: 0.0,
            imag: 0.0,
        };
        return (b.imag == 0.0 && b.real >= 0.0).then_some(zero);
    }
    let length = a.real.hypot(a.imag);
    let mut power = length.powf(b.real);
    let angle = a.imag.atan2(a.real);
    let mut phase = angle * b.real;
    if b.imag != 0.0 {
        power /= (angle * b.imag).exp();
        phase += b.imag * length.ln();
    }
    if phase.is_infinite() {
        // A domain error of C's cos() and sin().
        return None;
    }
    Some(PyComplex {
        real: power * phase.cos(),
        imag: power * phase.sin(),
    })
}

/// `a ** b`
pub fn power(vm: &Vm, a: &Value, b: &Value, modulus: &Value) -> PyResult<Value> {
    let (Some(a), Some(b)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(Value::NotImplemented);
    };
    if !modulus.is_none() {
        return Err(vm.value_error("complex modulo"));
    }
    let small = b.imag == 0.0 && b.real == b.real.floor() && b.real.abs() <= 100.0;
    let result = if small && b.real > 0.0 {
        Some(small_power(a, b.real as u32))
    } else if small {
        quotient(ONE, small_power(a, -b.real as u32))
    } else {
        polar_power(a, b)
    };
    match result {
        None => Err(vm.zero_division_error("0.0 to a negative or complex power")),
        Some(result) if result.real.is_infinite() || result.imag.is_infinite() => {
            Err(vm.overflow_error("complex exponentiation"))
        }
        Some(result) => Ok(vm.new_complex(result.real, result.imag)),
    }
}

/// The complex number behind `self`.
pub fn this(vm: &Vm, value: &Value) -> PyResult<PyComplex> {
    value.as_complex().ok_or_else(|| not_complex(vm, value))
}

#[cold]
#[inline(never)]
fn not_complex(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!(
        "must be complex, not {}",
        value.class(vm).tp_name()
    ))
}

/// `-value`
pub fn negative(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    Ok(vm.new_complex(-this.real, -this.imag))
}

/// `+value`: a complex number of the exact type.
pub fn positive(vm: &Vm, value: &Value) -> PyResult<Value> {
    if value.downcast_exact::<PyComplex>(vm).is_some() {
        return Ok(value.clone());
    }
    let this = this(vm, value)?;
    Ok(vm.new_complex(this.real, this.imag))
}

/// `abs(value)`
pub fn absolute(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    let result = this.real.hypot(this.imag);
    if result.is_infinite() && this.real.is_finite() && this.imag.is_finite() {
        return Err(vm.overflow_error("absolute value too large"));
    }
    Ok(vm.new_float(result))
}

/// `bool(value)`
pub fn is_true(vm: &Vm, value: &Value) -> PyResult<bool> {
    let this = this(vm, value)?;
    Ok(this.real != 0.0 || this.imag != 0.0)
}

/// `hash(value)`
pub fn hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let this = this(vm, value)?;
    let part = |part| {
        base::hash::hash_f64(part)
            .unwrap_or_else(|| base::hash::hash_pointer(value.bits() as usize))
    };
    Ok(base::hash::combine_complex(
        part(this.real),
        part(this.imag),
    ))
}

/// Equality; complex numbers have no order.
pub fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let Some(x) = a.as_complex() else {
        return Ok(Value::NotImplemented);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NotImplemented);
    }
    let equal = if let Some(y) = b.as_complex() {
        x.real == y.real && x.imag == y.imag
    } else if let Some(y) = b.as_float() {
        x.real == y && x.imag == 0.0
    } else if b.as_int().is_some() {
        x.imag == 0.0
            && float::arith::richcompare(vm, &vm.new_float(x.real), b, CompareOp::Eq)?.is_true()
    } else {
        return Ok(Value::NotImplemented);
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
