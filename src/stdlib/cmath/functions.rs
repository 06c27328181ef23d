//! The complex functions themselves, after W. Kahan, "Branch cuts for complex elementary functions".
//!
//! Arguments near the ends of the range are scaled, so that no intermediate value overflows or underflows.

use super::special::{self, Special, Table};
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};
use vm::types::complex::value::PyComplex;

/// Why there is no result.
pub enum Failure {
    /// The function is not defined there.
    Domain,
    /// The result is too large.
    Range,
}

pub type Outcome = Result<PyComplex, Failure>;

const LARGE: f64 = f64::MAX / 4.0;
const TINY: f64 = f64::MIN_POSITIVE;
/// 2**53 and 2**-27: what makes subnormal numbers normal, and undoes it for their roots.
const SCALE_UP: f64 = 9_007_199_254_740_992.0;
const SCALE_DOWN: f64 = 1.0 / 134_217_728.0;

pub fn complex(real: f64, imag: f64) -> PyComplex {
    PyComplex { real, imag }
}

fn log_large() -> f64 {
    LARGE.ln()
}

/// The table's result, or that of `ordinary`.
fn with_table(table: &Table, z: PyComplex, ordinary: impl FnOnce() -> Outcome) -> Outcome {
    match special::look_up(table, z.real, z.imag) {
        Special::No => ordinary(),
        Special::Is(result) => Ok(result),
        Special::Undefined => Err(Failure::Domain),
    }
}

fn finite(z: PyComplex) -> Outcome {
    match z.real.is_infinite() || z.imag.is_infinite() {
        true => Err(Failure::Range),
        false => Ok(z),
    }
}

fn is_large(z: PyComplex) -> bool {
    z.real.abs() > LARGE || z.imag.abs() > LARGE
}

/// The logarithm of the absolute value of a large number.
fn log_of_large(z: PyComplex) -> f64 {
    (z.real / 2.0).hypot(z.imag / 2.0).ln()
}

/// i times z.
fn turned(z: PyComplex) -> PyComplex {
    complex(-z.imag, z.real)
}

/// -i times z.
fn turned_back(z: PyComplex) -> PyComplex {
    complex(z.imag, -z.real)
}

fn finite_sqrt(z: PyComplex) -> PyComplex {
    if z.real == 0.0 && z.imag == 0.0 {
        return complex(0.0, z.imag);
    }
    let (ax, ay) = (z.real.abs(), z.imag.abs());
    let root = if ax < TINY && ay < TINY {
        let ax = ax * SCALE_UP;
        (ax + ax.hypot(ay * SCALE_UP)).sqrt() * SCALE_DOWN
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let other = ay / (2.0 * root);
    if z.real >= 0.0 {
        complex(root, other.copysign(z.imag))
    } else {
        complex(other, root.copysign(z.imag))
    }
}

pub fn sqrt(z: PyComplex) -> Outcome {
    with_table(&special::SQRT, z, || Ok(finite_sqrt(z)))
}

pub fn acos(z: PyComplex) -> Outcome {
    with_table(&special::ACOS, z, || {
        if is_large(z) {
            let size = log_of_large(z) + LN_2 * 2.0;
            let real = z.imag.abs().atan2(z.real);
            return Ok(complex(real, size.copysign(-z.imag)));
        }
        let a = finite_sqrt(complex(1.0 - z.real, -z.imag));
        let b = finite_sqrt(complex(1.0 + z.real, z.imag));
        let imag = libm::asinh(b.real * a.imag - b.imag * a.real);
        Ok(complex(2.0 * a.real.atan2(b.real), imag))
    })
}

pub fn acosh(z: PyComplex) -> Outcome {
    with_table(&special::ACOSH, z, || {
        if is_large(z) {
            let real = log_of_large(z) + LN_2 * 2.0;
            return Ok(complex(real, z.imag.atan2(z.real)));
        }
        let a = finite_sqrt(complex(z.real - 1.0, z.imag));
        let b = finite_sqrt(complex(z.real + 1.0, z.imag));
        let real = libm::asinh(a.real * b.real + a.imag * b.imag);
        Ok(complex(real, 2.0 * a.imag.atan2(b.real)))
    })
}

pub fn asin(z: PyComplex) -> Outcome {
    asinh(turned(z)).map(turned_back)
}

pub fn asinh(z: PyComplex) -> Outcome {
    with_table(&special::ASINH, z, || {
        if is_large(z) {
            let real = (log_of_large(z) + LN_2 * 2.0).copysign(z.real);
            return Ok(complex(real, z.imag.atan2(z.real.abs())));
        }
        let a = finite_sqrt(complex(1.0 + z.imag, -z.real));
        let b = finite_sqrt(complex(1.0 - z.imag, z.real));
        let real = libm::asinh(a.real * b.imag - b.real * a.imag);
        let imag = z.imag.atan2(a.real * b.real - a.imag * b.imag);
        Ok(complex(real, imag))
    })
}

pub fn atan(z: PyComplex) -> Outcome {
    atanh(turned(z)).map(turned_back)
}

pub fn atanh(z: PyComplex) -> Outcome {
    with_table(&special::ATANH, z, || {
        if z.real.is_sign_negative() {
            let mirrored = atanh(complex(-z.real, -z.imag))?;
            return Ok(complex(-mirrored.real, -mirrored.imag));
        }
        let ay = z.imag.abs();
        if z.real > LARGE.sqrt() || ay > LARGE.sqrt() {
            let size = (z.real / 2.0).hypot(z.imag / 2.0);
            let imag = -FRAC_PI_2.copysign(-z.imag);
            return Ok(complex(z.real / 4.0 / size / size, imag));
        }
        if z.real == 1.0 && ay < TINY.sqrt() {
            if ay == 0.0 {
                return Err(Failure::Domain);
            }
            let real = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
            return Ok(complex(real, (2f64.atan2(-ay) / 2.0).copysign(z.imag)));
        }
        let less = 1.0 - z.real;
        let real = (4.0 * z.real / (less * less + ay * ay)).ln_1p() / 4.0;
        let imag = -(-2.0 * z.imag).atan2(less * (1.0 + z.real) - ay * ay) / 2.0;
        Ok(complex(real, imag))
    })
}

/// A number of size `size` in the direction `angle`, for infinite and zero sizes.
fn directed(size: f64, angle: f64) -> PyComplex {
    complex(size.copysign(angle.cos()), size.copysign(angle.sin()))
}

pub fn cos(z: PyComplex) -> Outcome {
    cosh(turned(z))
}

pub fn cosh(z: PyComplex) -> Outcome {
    with_table(&special::COSH, z, || {
        if z.real.is_infinite() {
            let end = directed(f64::INFINITY, z.imag);
            return Ok(complex(end.real, end.imag * 1f64.copysign(z.real)));
        }
        let (cos, sin) = (z.imag.cos(), z.imag.sin());
        if z.real.abs() > log_large() {
            let less = z.real - 1f64.copysign(z.real);
            return finite(complex(cos * less.cosh() * E, sin * less.sinh() * E));
        }
        finite(complex(cos * z.real.cosh(), sin * z.real.sinh()))
    })
}

pub fn exp(z: PyComplex) -> Outcome {
    with_table(&special::EXP, z, || {
        if z.real.is_infinite() {
            return Ok(directed(if z.real > 0.0 { z.real } else { 0.0 }, z.imag));
        }
        let (cos, sin) = (z.imag.cos(), z.imag.sin());
        if z.real > log_large() {
            let size = (z.real - 1.0).exp();
            return finite(complex(size * cos * E, size * sin * E));
        }
        let size = z.real.exp();
        finite(complex(size * cos, size * sin))
    })
}

pub fn log(z: PyComplex) -> Outcome {
    with_table(&special::LOG, z, || {
        let (ax, ay) = (z.real.abs(), z.imag.abs());
        let real = if is_large(z) {
            log_of_large(z) + LN_2
        } else if ax < TINY && ay < TINY {
            if ax == 0.0 && ay == 0.0 {
                return Err(Failure::Domain);
            }
            (ax * SCALE_UP).hypot(ay * SCALE_UP).ln() - 53.0 * LN_2
        } else {
            let size = ax.hypot(ay);
            if (0.71..=1.73).contains(&size) {
                let (more, less) = (ax.max(ay), ax.min(ay));
                ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
            } else {
                size.ln()
            }
        };
        Ok(complex(real, z.imag.atan2(z.real)))
    })
}

pub fn log10(z: PyComplex) -> Outcome {
    let natural = log(z)?;
    Ok(complex(natural.real / LN_10, natural.imag / LN_10))
}

pub fn sin(z: PyComplex) -> Outcome {
    sinh(turned(z)).map(turned_back)
}

pub fn sinh(z: PyComplex) -> Outcome {
    with_table(&special::SINH, z, || {
        if z.real.is_infinite() {
            let end = directed(f64::INFINITY, z.imag);
            return Ok(complex(end.real * 1f64.copysign(z.real), end.imag));
        }
        let (cos, sin) = (z.imag.cos(), z.imag.sin());
        if z.real.abs() > log_large() {
            let less = z.real - 1f64.copysign(z.real);
            return finite(complex(cos * less.sinh() * E, sin * less.cosh() * E));
        }
        finite(complex(cos * z.real.sinh(), sin * z.real.cosh()))
    })
}

pub fn tan(z: PyComplex) -> Outcome {
    tanh(turned(z)).map(turned_back)
}

pub fn tanh(z: PyComplex) -> Outcome {
    with_table(&special::TANH, z, || {
        let one = 1f64.copysign(z.real);
        if z.real.is_infinite() {
            let sign = 2.0 * z.imag.sin() * z.imag.cos();
            return Ok(complex(one, 0f64.copysign(sign)));
        }
        if z.real.abs() > log_large() {
            let imag = 4.0 * z.imag.sin() * z.imag.cos() * (-2.0 * z.real.abs()).exp();
            return Ok(complex(one, imag));
        }
        let (tx, ty) = (z.real.tanh(), z.imag.tan());
        let cx = 1.0 / z.real.cosh();
        let product = tx * ty;
        let denominator = 1.0 + product * product;
        let real = tx * (1.0 + ty * ty) / denominator;
        Ok(complex(real, ((ty / denominator) * cx) * cx))
    })
}

/// The angle of a number.
pub fn phase(z: PyComplex) -> f64 {
    z.imag.atan2(z.real)
}

/// The absolute value.
pub fn size(z: PyComplex) -> Result<f64, Failure> {
    let size = z.real.hypot(z.imag);
    match size.is_infinite() && z.real.is_finite() && z.imag.is_finite() {
        true => Err(Failure::Range),
        false => Ok(size),
    }
}

/// The number with an absolute value and an angle.
pub fn rect(r: f64, phi: f64) -> Outcome {
    with_table(&special::RECT, complex(r, phi), || {
        if r.is_infinite() {
            let end = directed(f64::INFINITY, phi);
            let sign = 1f64.copysign(r);
            return Ok(complex(end.real * sign, end.imag * sign));
        }
        if phi == 0.0 {
            return Ok(complex(r, r * phi));
        }
        Ok(complex(r * phi.cos(), r * phi.sin()))
    })
}

/// The difference of two numbers has at most this size, or the tolerances allow more (both finite).
pub fn is_close(a: PyComplex, b: PyComplex, relative: f64, absolute: f64) -> bool {
    let difference = (a.real - b.real).hypot(a.imag - b.imag);
    let size = |z: PyComplex| z.real.hypot(z.imag);
    difference <= relative * size(b) || difference <= relative * size(a) || difference <= absolute
}

