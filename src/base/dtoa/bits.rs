//! The binary parts of a double: taking it apart, and putting a rounded one together.
//!
//! Everything that must round correctly (hexadecimal text, big integers, true division, `ldexp`) reduces its problem to a
//! 64-bit leading part, a sticky bit for what was cut off, and an exponent, and leaves the rounding to [`compose`].

/// Sign, integer mantissa and exponent with `value = ±mantissa * 2^exponent`; `None` for infinities and NaN.
pub fn decompose(value: f64) -> Option<(bool, u64, i32)> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if field == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, field - 1075)
    };
    Some((value.is_sign_negative(), mantissa, exponent))
}

/// The double nearest to `(mantissa + epsilon) * 2^exponent`, ties to even, where epsilon is a positive quantity below one
/// exactly if `sticky`. A mantissa with fewer than 54 leading bits must not be sticky. `None` on overflow.
pub fn compose(negative: bool, mantissa: u64, sticky: bool, exponent: i64) -> Option<f64> {
    let sign = u64::from(negative) << 63;
    if mantissa == 0 {
        return Some(f64::from_bits(sign));
    }
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift;
    let top = exponent.saturating_add(63 - i64::from(shift));
    if top > 1023 {
        return None;
    }
    let keep = if top >= -1022 {
        53
    } else {
        53 - (-1022i64).saturating_sub(top)
    };
    if keep < 0 {
        return Some(f64::from_bits(sign));
    }
    let drop = 64 - keep as u32;
    let wide = u128::from(mantissa);
    let mut kept = (wide >> drop) as u64;
    let rest = wide & ((1u128 << drop) - 1);
    let half = 1u128 << (drop - 1);
    if rest > half || (rest == half && (sticky || kept & 1 == 1)) {
        kept += 1;
    }
    // Adding (not or-ing) the mantissa lets a carry out of it raise the exponent field by one.
    let field = if top >= -1022 { (top + 1022) as u64 } else { 0 };
    let magnitude = (field << 52) + kept;
    if magnitude >= 0x7ff << 52 {
        None
    } else {
        Some(f64::from_bits(sign | magnitude))
    }
}

/// `math.ldexp`: `value * 2^exponent` rounded once; `None` on overflow.
pub fn ldexp(value: f64, exponent: i64) -> Option<f64> {
    match decompose(value) {
        None => Some(value),
        Some((negative, mantissa, own)) => compose(
            negative,
            mantissa,
            false,
            exponent.saturating_add(i64::from(own)),
        ),
    }
}

/// `math.frexp`: `value = m * 2^e` with `0.5 <= |m| < 1`; zero, infinities and NaN give themselves and 0.
pub fn frexp(value: f64) -> (f64, i32) {
    match decompose(value) {
        None | Some((_, 0, _)) => (value, 0),
        Some((negative, mantissa, exponent)) => {
            let width = 64 - mantissa.leading_zeros() as i32;
            let normal = mantissa << (53 - width);
            let magnitude = f64::from_bits((1022 << 52) | (normal & ((1 << 52) - 1)));
            (
                if negative { -magnitude } else { magnitude },
                exponent + width,
            )
        }
    }
}
