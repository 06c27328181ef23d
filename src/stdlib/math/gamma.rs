//! The Gamma function and its logarithm: Lanczos' approximation with g = 6.024680040776729583740234375 and 13 terms, and the
//! reflection formula for negative arguments.
//!
//! CPython 3.11: `m_tgamma`, `m_lgamma` in `Modules/mathmodule.c`; the coefficients are Boost's.

#![expect(
    clippy::excessive_precision,
    reason = "the coefficients as they are published"
)]

use std::f64::consts::PI;

const G: f64 = 6.024680040776729583740234375;
const G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];
/// Gamma of 1 to 23, exact.
const INTEGERS: [f64; 23] = [
    1.0,
    1.0,
    2.0,
    6.0,
    24.0,
    120.0,
    720.0,
    5040.0,
    40320.0,
    362880.0,
    3628800.0,
    39916800.0,
    479001600.0,
    6227020800.0,
    87178291200.0,
    1307674368000.0,
    20922789888000.0,
    355687428096000.0,
    6402373705728000.0,
    121645100408832000.0,
    2432902008176640000.0,
    51090942171709440000.0,
    1124000727777607680000.0,
];
const LOG_PI: f64 = 1.144729885849400174143427351353058711647;

/// sin(pi x), accurate for all finite x.
fn sinpi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let value = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1.0f64.copysign(x) * value
}

fn lanczos_sum(x: f64) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    if x < 5.0 {
        for index in (0..13).rev() {
            numerator = numerator * x + NUMERATOR[index];
            denominator = denominator * x + DENOMINATOR[index];
        }
    } else {
        for index in 0..13 {
            numerator = numerator / x + NUMERATOR[index];
            denominator = denominator / x + DENOMINATOR[index];
        }
    }
    numerator / denominator
}

/// Gamma; `None` at its poles and at minus infinity.
pub fn gamma(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY {
            None
        } else {
            Some(x)
        };
    }
    if x == 0.0 {
        return None;
    }
    if x == x.floor() {
        if x < 0.0 {
            return None;
        }
        if x <= 23.0 {
            return Some(INTEGERS[x as usize - 1]);
        }
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Some(1.0 / x);
    }
    if magnitude > 200.0 {
        return Some(if x < 0.0 {
            0.0 / sinpi(x)
        } else {
            f64::INFINITY
        });
    }
    let y = magnitude + G_MINUS_HALF;
    let correction = if magnitude > G_MINUS_HALF {
        let q = y - magnitude;
        q - G_MINUS_HALF
    } else {
        let q = y - G_MINUS_HALF;
        q - magnitude
    };
    let z = correction * G / y;
    let mut result;
    if x < 0.0 {
        result = -PI / sinpi(magnitude) / magnitude * y.exp() / lanczos_sum(magnitude);
        result -= z * result;
        if magnitude < 140.0 {
            result /= y.powf(magnitude - 0.5);
        } else {
            let root = y.powf(magnitude / 2.0 - 0.25);
            result /= root;
            result /= root;
        }
    } else {
        result = lanczos_sum(magnitude) / y.exp();
        result += z * result;
        if magnitude < 140.0 {
            result *= y.powf(magnitude - 0.5);
        } else {
            let root = y.powf(magnitude / 2.0 - 0.25);
            result *= root;
            result *= root;
        }
    }
    Some(result)
}

/// The logarithm of the absolute value of Gamma; `None` at its poles.
pub fn lgamma(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return Some(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { None } else { Some(0.0) };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Some(-magnitude.ln());
    }
    let mut result = lanczos_sum(magnitude).ln() - G;
    result += (magnitude - 0.5) * ((magnitude + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        result = LOG_PI - sinpi(magnitude).abs().ln() - magnitude.ln() - result;
    }
    Some(result)
}
