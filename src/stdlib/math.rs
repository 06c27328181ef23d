//! `math`.
//!
//! CPython 3.11: `Modules/mathmodule.c`.

pub(crate) mod constants;
mod gamma;
mod integers;
mod sums;

use derive::pymodule;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};

pub use math_module::DEF;

/// `math domain error`
fn domain(vm: &Vm) -> PyErr {
    vm.value_error("math domain error")
}

/// `math range error`
fn range(vm: &Vm) -> PyErr {
    vm.overflow_error("math range error")
}

/// The result of a function of one argument, with CPython's rules for NaN and infinity that come out of finite arguments: `overflows` says
/// whether an infinity means overflow or a pole.
fn checked(vm: &Vm, x: f64, y: f64, overflows: bool) -> PyResult<f64> {
    if y.is_nan() && !x.is_nan() {
        return Err(domain(vm));
    }
    if y.is_infinite() && x.is_finite() {
        return Err(if overflows { range(vm) } else { domain(vm) });
    }
    Ok(y)
}

/// As `checked` for two arguments.
fn checked2(vm: &Vm, x: f64, y: f64, result: f64) -> PyResult<f64> {
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(vm));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range(vm));
    }
    Ok(result)
}

/// Whether an error may be replaced by a second attempt with big numbers.
fn is_overflow(vm: &Vm, error: &PyErr) -> bool {
    error.is(vm, ExcKind::OverflowError)
}

/// This module provides access to the mathematical functions
/// defined by the C standard.
#[pymodule(
    name = "math",
    parts(
        super::constants::constants_part,
        super::integers::integers_part,
        super::sums::sums_part
    )
)]
mod math_module {
    use super::{checked, checked2, domain, gamma, is_overflow, range};
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::{lookup, number};
    use vm::types::int::value::IntRef;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[pyfunction(sig = "acos($module, x, /)")]
    fn acos(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.acos(), false)
    }

    /// Return the inverse hyperbolic cosine of x.
    #[pyfunction(sig = "acosh($module, x, /)")]
    fn acosh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, libm::acosh(x), false)
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction(sig = "asin($module, x, /)")]
    fn asin(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.asin(), false)
    }

    /// Return the inverse hyperbolic sine of x.
    #[pyfunction(sig = "asinh($module, x, /)")]
    fn asinh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, libm::asinh(x), false)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction(sig = "atan($module, x, /)")]
    fn atan(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.atan(), false)
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[pyfunction(sig = "atan2($module, y, x, /)")]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[pyfunction(sig = "atanh($module, x, /)")]
    fn atanh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, libm::atanh(x), false)
    }

    /// Return the cube root of x.
    #[pyfunction(sig = "cbrt($module, x, /)")]
    fn cbrt(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cbrt(), false)
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[pyfunction(sig = "copysign($module, x, y, /)")]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[pyfunction(sig = "cos($module, x, /)")]
    fn cos(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cos(), false)
    }

    /// Return the hyperbolic cosine of x.
    #[pyfunction(sig = "cosh($module, x, /)")]
    fn cosh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cosh(), true)
    }

    /// Convert angle x from radians to degrees.
    #[pyfunction(sig = "degrees($module, x, /)")]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Error function at x.
    #[pyfunction(sig = "erf($module, x, /)")]
    fn erf(x: f64) -> f64 {
        libm::erf(x)
    }

    /// Complementary error function at x.
    #[pyfunction(sig = "erfc($module, x, /)")]
    fn erfc(x: f64) -> f64 {
        libm::erfc(x)
    }

    /// Return e raised to the power of x.
    #[pyfunction(sig = "exp($module, x, /)")]
    fn exp(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp(), true)
    }

    /// Return 2 raised to the power of x.
    #[pyfunction(sig = "exp2($module, x, /)")]
    fn exp2(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp2(), true)
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[pyfunction(sig = "expm1($module, x, /)")]
    fn expm1(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp_m1(), true)
    }

    /// Return the absolute value of the float x.
    #[pyfunction(sig = "fabs($module, x, /)")]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[pyfunction(sig = "fmod($module, x, y, /)")]
    fn fmod(vm: &Vm, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        checked2(vm, x, y, x % y)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[pyfunction(sig = "frexp($module, x, /)")]
    fn frexp(vm: &Vm, x: f64) -> Value {
        let (mantissa, exponent) = if x == 0.0 || !x.is_finite() {
            (x, 0)
        } else {
            libm::frexp(x)
        };
        vm.new_tuple(vec![
            vm.new_float(mantissa),
            vm.new_int(i64::from(exponent)),
        ])
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[pyfunction(sig = "ldexp($module, x, i, /)")]
    fn ldexp(vm: &Vm, x: f64, i: &Value) -> PyResult<f64> {
        let Some(exponent) = i.as_int() else {
            return Err(vm.type_error("Expected an int as second argument to ldexp."));
        };
        let exponent = match exponent {
            IntRef::Small(n) => n.clamp(-5000, 5000) as i32,
            IntRef::Big(n) => match n.sign() {
                num_bigint::Sign::Minus => -5000,
                _ => 5000,
            },
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let result = libm::ldexp(x, exponent);
        if result.is_infinite() {
            Err(range(vm))
        } else {
            Ok(result)
        }
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[pyfunction(sig = "modf($module, x, /)")]
    fn modf(vm: &Vm, x: f64) -> Value {
        let (fraction, whole) = if x.is_infinite() {
            (0.0f64.copysign(x), x)
        } else if x.is_nan() {
            (x, x)
        } else {
            ((x - x.trunc()).copysign(x), x.trunc())
        };
        vm.new_tuple(vec![vm.new_float(fraction), vm.new_float(whole)])
    }

    /// Gamma function at x.
    #[pyfunction(sig = "gamma($module, x, /)")]
    fn gamma(vm: &Vm, x: f64) -> PyResult<f64> {
        match gamma::gamma(x) {
            Some(result) => checked(vm, x, result, true),
            None => Err(domain(vm)),
        }
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[pyfunction(sig = "lgamma($module, x, /)")]
    fn lgamma(vm: &Vm, x: f64) -> PyResult<f64> {
        match gamma::lgamma(x) {
            Some(result) => checked(vm, x, result, true),
            None => Err(domain(vm)),
        }
    }

    /// Determine whether two floating point numbers are close in value.
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
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[pyfunction(sig = "isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &Vm, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs()
            || difference <= (rel_tol * a).abs()
            || difference <= abs_tol)
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[pyfunction(sig = "isfinite($module, x, /)")]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[pyfunction(sig = "isinf($module, x, /)")]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[pyfunction(sig = "isnan($module, x, /)")]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// The logarithm of a number, of an int of any size too.
    fn log_of(vm: &Vm, x: &Value, log: fn(f64) -> f64, log_of_two: f64) -> PyResult<f64> {
        let Some(int) = x.as_int() else {
            let x = number::to_f64(vm, x)?;
            return if x > 0.0 || x.is_nan() {
                Ok(log(x))
            } else {
                Err(domain(vm))
            };
        };
        if int.is_negative() || int.to_i64() == Some(0) {
            return Err(domain(vm));
        }
        match number::to_f64(vm, x) {
            Ok(x) => Ok(log(x)),
            Err(error) if is_overflow(vm, &error) => {
                let (mantissa, exponent) = base::bigint::frexp(&int.to_bigint());
                Ok(log(mantissa) + exponent as f64 * log_of_two)
            }
            Err(error) => Err(error),
        }
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base not specified, returns the natural logarithm (base e) of x.
    #[pyfunction(sig = "log($module, x, base=None, /)", no_text_signature)]
    fn log(vm: &Vm, x: &Value, base: Option<&Value>) -> PyResult<f64> {
        let numerator = log_of(vm, x, f64::ln, std::f64::consts::LN_2)?;
        let Some(base) = base else {
            return Ok(numerator);
        };
        let denominator = log_of(vm, base, f64::ln, std::f64::consts::LN_2)?;
        if denominator == 0.0 {
            return Err(vm.zero_division_error("float division by zero"));
        }
        Ok(numerator / denominator)
    }

    /// Return the base 10 logarithm of x.
    #[pyfunction(sig = "log10($module, x, /)")]
    fn log10(vm: &Vm, x: &Value) -> PyResult<f64> {
        log_of(vm, x, f64::log10, std::f64::consts::LOG10_2)
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[pyfunction(sig = "log1p($module, x, /)")]
    fn log1p(vm: &Vm, x: f64) -> PyResult<f64> {
        if x == 0.0 {
            return Ok(x);
        }
        checked(vm, x, x.ln_1p(), false)
    }

    /// Return the base 2 logarithm of x.
    #[pyfunction(sig = "log2($module, x, /)")]
    fn log2(vm: &Vm, x: &Value) -> PyResult<f64> {
        log_of(vm, x, f64::log2, 1.0)
    }

    /// Return the next floating-point value after x towards y.
    #[pyfunction(sig = "nextafter($module, x, y, /)")]
    fn nextafter(x: f64, y: f64) -> f64 {
        if x.is_nan() || y.is_nan() {
            x + y
        } else if x == y {
            y
        } else if y > x {
            x.next_up()
        } else {
            x.next_down()
        }
    }

    /// Return x**y (x to the power of y).
    #[pyfunction(sig = "pow($module, x, y, /)")]
    fn pow(vm: &Vm, x: f64, y: f64) -> PyResult<f64> {
        let result = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if result.is_nan() || (result.is_infinite() && x == 0.0) {
                return Err(domain(vm));
            }
            if result.is_infinite() {
                return Err(range(vm));
            }
        }
        Ok(result)
    }

    /// Convert angle x from degrees to radians.
    #[pyfunction(sig = "radians($module, x, /)")]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[pyfunction(sig = "remainder($module, x, y, /)")]
    fn remainder(vm: &Vm, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        checked2(vm, x, y, libm::remainder(x, y))
    }

    /// Return the sine of x (measured in radians).
    #[pyfunction(sig = "sin($module, x, /)")]
    fn sin(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sin(), false)
    }

    /// Return the hyperbolic sine of x.
    #[pyfunction(sig = "sinh($module, x, /)")]
    fn sinh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sinh(), true)
    }

    /// Return the square root of x.
    #[pyfunction(sig = "sqrt($module, x, /)")]
    fn sqrt(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sqrt(), false)
    }

    /// Return the tangent of x (measured in radians).
    #[pyfunction(sig = "tan($module, x, /)")]
    fn tan(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.tan(), false)
    }

    /// Return the hyperbolic tangent of x.
    #[pyfunction(sig = "tanh($module, x, /)")]
    fn tanh(vm: &Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.tanh(), false)
    }

    /// Return the value of the least significant bit of the float x.
    #[pyfunction(sig = "ulp($module, x, /)")]
    fn ulp(x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        let x = x.abs();
        if x.is_infinite() {
            return x;
        }
        let next = x.next_up();
        if next.is_infinite() {
            x - x.next_down()
        } else {
            next - x
        }
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[pyfunction(sig = "ceil($module, x, /)")]
    fn ceil(vm: &Vm, x: &Value) -> PyResult<Value> {
        round_with(vm, x, "__ceil__", f64::ceil)
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[pyfunction(sig = "floor($module, x, /)")]
    fn floor(vm: &Vm, x: &Value) -> PyResult<Value> {
        round_with(vm, x, "__floor__", f64::floor)
    }

    fn round_with(vm: &Vm, x: &Value, method: &str, round: fn(f64) -> f64) -> PyResult<Value> {
        if let Some(x) = x.as_small_float() {
            return float_to_int(vm, round(x));
        }
        if x.is_small_int() {
            return Ok(x.clone());
        }
        if let Some(result) = lookup::call_special_opt(vm, x, &vm.intern_str(method), &[])? {
            return Ok(result);
        }
        float_to_int(vm, round(number::to_f64(vm, x)?))
    }

    fn float_to_int(vm: &Vm, x: f64) -> PyResult<Value> {
        match base::bigint::from_f64(x) {
            Some(int) => Ok(vm.new_bigint(int)),
            None if x.is_nan() => Err(vm.value_error("cannot convert float NaN to integer")),
            None => Err(vm.overflow_error("cannot convert float infinity to integer")),
        }
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[pyfunction(sig = "trunc($module, x, /)")]
    fn trunc(vm: &Vm, x: &Value) -> PyResult<Value> {
        if let Some(x) = x.as_small_float() {
            return float_to_int(vm, x.trunc());
        }
        match lookup::call_special_opt(vm, x, &vm.intern_str("__trunc__"), &[])? {
            Some(result) => Ok(result),
            None => {
                let class = x.class(vm).tp_name();
                Err(vm.type_error(format!("type {class} doesn't define __trunc__ method")))
            }
        }
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[pyfunction(sig = "prod($module, iterable, /, *, start=1)")]
    fn prod(vm: &Vm, iterable: &Value, start: Option<&Value>) -> PyResult<Value> {
        let mut product = start.cloned().unwrap_or(Value::small_int_unchecked(1));
        vm::protocol::iter::iterate(vm, iterable, |item| {
            product = number::multiply(vm, &product, &item)?;
            Ok(())
        })?;
        Ok(product)
    }
}
