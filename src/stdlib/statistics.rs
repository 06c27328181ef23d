//! `_statistics`: what `statistics` asks for often.
//!
//! CPython 3.11: `Modules/_statisticsmodule.c`.

use vm::context::{PyResult, Vm};

pub use statistics_module::DEF;

/// Numerator and denominator of a rational approximation, highest power first.
type Rational = [[f64; 8]; 2];

// Algorithm AS 241 (M. J. Wichura, Applied Statistics 37, 1988).
/// For |p - 1/2| <= 0.425.
const CENTRAL: Rational = [
    [
        2509.0809287301227,
        33430.57558358813,
        67265.7709270087,
        45921.95393154987,
        13731.69376550946,
        1971.5909503065513,
        133.14166789178438,
        3.3871328727963665,
    ],
    [
        5226.495278852854,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0,
    ],
];

/// For nearer to the ends.
const MIDDLE: Rational = [
    [
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
    ],
    [
        1.0507500716444169e-09,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0,
    ],
];

/// For the ends.
const TAIL: Rational = [
    [
        2.0103343992922881e-07,
        2.7115555687434876e-05,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103,
    ],
    [
        2.0442631033899397e-15,
        1.421511758316446e-07,
        1.8463183175100548e-05,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0,
    ],
];

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, term| sum * x + term)
}

/// The quantile `p` of a normal distribution, 0 < p < 1.
fn quantile(vm: &Vm, p: f64, mu: f64, sigma: f64) -> PyResult<f64> {
    if p <= 0.0 || p >= 1.0 || sigma <= 0.0 {
        return Err(vm.value_error("inv_cdf undefined for these parameters"));
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let x = polynomial(&CENTRAL[0], r) * q / polynomial(&CENTRAL[1], r);
        return Ok(mu + x * sigma);
    }
    let r = (-(if q <= 0.0 { p } else { 1.0 - p }).ln()).sqrt();
    let (table, r) = if r <= 5.0 { (&MIDDLE, r - 1.6) } else { (&TAIL, r - 5.0) };
    let x = polynomial(&table[0], r) / polynomial(&table[1], r);
    Ok(mu + if q < 0.0 { -x } else { x } * sigma)
}

/// Accelerators for the statistics module.
///
#[derive::pymodule(name = "_statistics")]
mod statistics_module {
    use vm::context::{PyResult, Vm};

    #[pyfunction(sig = "_normal_dist_inv_cdf($module, p, mu, sigma, /)")]
    fn _normal_dist_inv_cdf(vm: &Vm, p: f64, mu: f64, sigma: f64) -> PyResult<f64> {
        super::quantile(vm, p, mu, sigma)
    }
}
