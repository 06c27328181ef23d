//! `cmath`.
//!
//! The formulas are in `functions.rs`, what they give for infinities and NaN in `special.rs`.
//!
//! CPython 3.11: `Modules/cmathmodule.c`.

mod functions;
mod special;

use functions::{Failure, Outcome};
use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::types::complex::{new::to_complex, value::PyComplex};

pub use cmath_module::DEF;

fn failed(vm: &Vm, failure: Failure) -> PyErr {
    match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    }
}

fn apply(vm: &Vm, z: &Value, function: fn(PyComplex) -> Outcome) -> PyResult<Value> {
    let result = function(to_complex(vm, z)?).map_err(|failure| failed(vm, failure))?;
    Ok(vm.new_complex(result.real, result.imag))
}

/// This module provides access to mathematical functions for complex
/// numbers.
#[derive::pymodule(name = "cmath", parts(crate::math::constants::constants_part))]
mod cmath_module {
    use super::{apply, failed, functions};
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::number;
    use vm::types::complex::new::to_complex;

    #[pyattr]
    fn infj(vm: &Vm) -> Value {
        vm.new_complex(0.0, f64::INFINITY)
    }

    #[pyattr]
    fn nanj(vm: &Vm) -> Value {
        vm.new_complex(0.0, f64::NAN)
    }

    /// Return the arc cosine of z.
    #[pyfunction(sig = "acos($module, z, /)")]
    fn acos(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::acos)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[pyfunction(sig = "acosh($module, z, /)")]
    fn acosh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::acosh)
    }

    /// Return the arc sine of z.
    #[pyfunction(sig = "asin($module, z, /)")]
    fn asin(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::asin)
    }

    /// Return the inverse hyperbolic sine of z.
    #[pyfunction(sig = "asinh($module, z, /)")]
    fn asinh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::asinh)
    }

    /// Return the arc tangent of z.
    #[pyfunction(sig = "atan($module, z, /)")]
    fn atan(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::atan)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[pyfunction(sig = "atanh($module, z, /)")]
    fn atanh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::atanh)
    }

    /// Return the cosine of z.
    #[pyfunction(sig = "cos($module, z, /)")]
    fn cos(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::cos)
    }

    /// Return the hyperbolic cosine of z.
    #[pyfunction(sig = "cosh($module, z, /)")]
    fn cosh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::cosh)
    }

    /// Return the exponential value e**z.
    #[pyfunction(sig = "exp($module, z, /)")]
    fn exp(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::exp)
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must be
    /// smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is
    /// not close to anything, even itself. inf and -inf are only close to themselves.
    #[pyfunction(sig = "isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &Vm, a: &Value, b: &Value, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        let (a, b) = (to_complex(vm, a)?, to_complex(vm, b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a.real == b.real && a.imag == b.imag {
            return Ok(true);
        }
        if [a.real, a.imag, b.real, b.imag].iter().any(|part| part.is_infinite()) {
            return Ok(false);
        }
        Ok(functions::is_close(a, b, rel_tol, abs_tol))
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[pyfunction(sig = "isfinite($module, z, /)")]
    fn isfinite(vm: &Vm, z: &Value) -> PyResult<bool> {
        let z = to_complex(vm, z)?;
        Ok(z.real.is_finite() && z.imag.is_finite())
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[pyfunction(sig = "isinf($module, z, /)")]
    fn isinf(vm: &Vm, z: &Value) -> PyResult<bool> {
        let z = to_complex(vm, z)?;
        Ok(z.real.is_infinite() || z.imag.is_infinite())
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[pyfunction(sig = "isnan($module, z, /)")]
    fn isnan(vm: &Vm, z: &Value) -> PyResult<bool> {
        let z = to_complex(vm, z)?;
        Ok(z.real.is_nan() || z.imag.is_nan())
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[pyfunction(sig = "log($module, z, base=<unrepresentable>, /)")]
    fn log(vm: &Vm, z: &Value, base: Option<&Value>) -> PyResult<Value> {
        let numerator = apply(vm, z, functions::log)?;
        let Some(base) = base else {
            return Ok(numerator);
        };
        let denominator = apply(vm, base, functions::log)?;
        match denominator.as_complex() {
            Some(zero) if zero.real == 0.0 && zero.imag == 0.0 => {
                Err(vm.value_error("math domain error"))
            }
            _ => number::true_divide(vm, &numerator, &denominator),
        }
    }

    /// Return the base-10 logarithm of z.
    #[pyfunction(sig = "log10($module, z, /)")]
    fn log10(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::log10)
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[pyfunction(sig = "phase($module, z, /)")]
    fn phase(vm: &Vm, z: &Value) -> PyResult<f64> {
        let z = to_complex(vm, z)?;
        let angle = functions::phase(z);
        // An angle too small for a float is an error, as the C library's `atan2` reports it.
        if angle == 0.0 && z.imag != 0.0 && z.real.is_finite() {
            return Err(failed(vm, functions::Failure::Range));
        }
        Ok(angle)
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[pyfunction(sig = "polar($module, z, /)")]
    fn polar(vm: &Vm, z: &Value) -> PyResult<Value> {
        let z = to_complex(vm, z)?;
        let size = functions::size(z).map_err(|failure| failed(vm, failure))?;
        let parts = vec![vm.new_float(size), vm.new_float(functions::phase(z))];
        Ok(vm.new_tuple(parts))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[pyfunction(sig = "rect($module, r, phi, /)")]
    fn rect(vm: &Vm, r: f64, phi: f64) -> PyResult<Value> {
        let z = functions::rect(r, phi).map_err(|failure| failed(vm, failure))?;
        Ok(vm.new_complex(z.real, z.imag))
    }

    /// Return the sine of z.
    #[pyfunction(sig = "sin($module, z, /)")]
    fn sin(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::sin)
    }

    /// Return the hyperbolic sine of z.
    #[pyfunction(sig = "sinh($module, z, /)")]
    fn sinh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::sinh)
    }

    /// Return the square root of z.
    #[pyfunction(sig = "sqrt($module, z, /)")]
    fn sqrt(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::sqrt)
    }

    /// Return the tangent of z.
    #[pyfunction(sig = "tan($module, z, /)")]
    fn tan(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::tan)
    }

    /// Return the hyperbolic tangent of z.
    #[pyfunction(sig = "tanh($module, z, /)")]
    fn tanh(vm: &Vm, z: &Value) -> PyResult<Value> {
        apply(vm, z, functions::tanh)
    }
}
