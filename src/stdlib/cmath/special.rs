//! Results of complex functions where a part is infinite or not a number (C99, annex G), as tables.
//!
//! Rows are the real part, columns the imaginary one, each of -inf, negative, -0, 0, positive, inf, nan. A cell has a letter for each part
//! of the result; `..` is left to the function, `EE` is a domain error.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
use vm::types::complex::value::PyComplex;

pub type Table = [&'static str; 7];

/// What a table says of an argument.
pub enum Special {
    /// An ordinary argument.
    No,
    /// The result.
    Is(PyComplex),
    /// The function is not defined there.
    Undefined,
}

fn class(x: f64) -> usize {
    match () {
        () if x.is_nan() => 6,
        () if x == f64::NEG_INFINITY => 0,
        () if x == f64::INFINITY => 5,
        () if x == 0.0 => 2 + usize::from(x.is_sign_positive()),
        () if x < 0.0 => 1,
        () => 4,
    }
}

fn part(letter: u8) -> f64 {
    let value = match letter.to_ascii_lowercase() {
        b'i' => f64::INFINITY,
        b'0' => return 0.0,
        b'z' => return -0.0,
        b'1' => return 1.0,
        b'm' => return -1.0,
        b'p' => PI,
        b'h' => FRAC_PI_2,
        b'q' => FRAC_PI_4,
        b't' => 3.0 * FRAC_PI_4,
        _ => return f64::NAN,
    };
    if letter.is_ascii_uppercase() { -value } else { value }
}

/// Looks an argument up.
pub fn look_up(table: &Table, real: f64, imag: f64) -> Special {
    if real.is_finite() && imag.is_finite() {
        return Special::No;
    }
    let place = class(imag) * 3;
    match table[class(real)].as_bytes().get(place..place + 2) {
        Some(b"EE") => Special::Undefined,
        Some([a, b]) if *a != b'.' => Special::Is(PyComplex {
            real: part(*a),
            imag: part(*b),
        }),
        _ => Special::No,
    }
}

pub const ACOS: Table = [
    "ti pi pi pI pI tI Ni",
    "hi .. .. .. .. hI NN",
    "hi .. .. .. .. hI hN",
    "hi .. .. .. .. hI hN",
    "hi .. .. .. .. hI NN",
    "qi 0i 0i 0I 0I qI Ni",
    "Ni NN NN NN NN NI NN",
];
pub const ACOSH: Table = [
    "iT iP iP ip ip it iN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iQ iz iz i0 i0 iq iN",
    "iN NN NN NN NN iN NN",
];
pub const ASINH: Table = [
    "IQ Iz Iz I0 I0 Iq IN",
    "IH .. .. .. .. Ih NN",
    "IH .. .. .. .. Ih NN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iQ iz iz i0 i0 iq iN",
    "iN NN Nz N0 NN iN NN",
];
pub const ATANH: Table = [
    "zH zH zH zh zh zh zN",
    "zH .. .. .. .. zh NN",
    "zH .. .. .. .. zh zN",
    "0H .. .. .. .. 0h 0N",
    "0H .. .. .. .. 0h NN",
    "0H 0H 0H 0h 0h 0h 0N",
    "0H NN NN NN NN 0h NN",
];
pub const COSH: Table = [
    "EE .. i0 iz .. EE iN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE N0",
    "EE .. .. .. .. EE N0",
    "EE .. .. .. .. EE NN",
    "EE .. iz i0 .. EE iN",
    "NN NN N0 N0 NN NN NN",
];
pub const EXP: Table = [
    "00 .. 0z 00 .. 00 00",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "EE .. iz i0 .. EE iN",
    "NN NN Nz N0 NN NN NN",
];
pub const LOG: Table = [
    "iT iP iP ip ip it iN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iH .. .. .. .. ih NN",
    "iQ iz iz i0 i0 iq iN",
    "iN NN NN NN NN iN NN",
];
pub const SINH: Table = [
    "EE .. Iz I0 .. EE iN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE 0N",
    "EE .. .. .. .. EE 0N",
    "EE .. .. .. .. EE NN",
    "EE .. iz i0 .. EE iN",
    "NN NN Nz N0 NN NN NN",
];
pub const SQRT: Table = [
    "iI 0I 0I 0i 0i ii Ni",
    "iI .. .. .. .. ii NN",
    "iI .. .. .. .. ii NN",
    "iI .. .. .. .. ii NN",
    "iI .. .. .. .. ii NN",
    "iI iz iz i0 i0 ii iN",
    "iI NN NN NN NN ii NN",
];
pub const TANH: Table = [
    "m0 .. mz m0 .. m0 m0",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "EE .. .. .. .. EE NN",
    "10 .. 1z 10 .. 10 10",
    "NN NN Nz N0 NN NN NN",
];
pub const RECT: Table = [
    "EE .. I0 Iz .. EE iN",
    "EE .. .. .. .. EE NN",
    "00 .. .. .. .. 00 00",
    "00 .. .. .. .. 00 00",
    "EE .. .. .. .. EE NN",
    "EE .. iz i0 .. EE iN",
    "NN NN N0 N0 NN NN NN",
];
