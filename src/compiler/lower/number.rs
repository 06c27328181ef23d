//! The values of number literals.
//!
//! CPython 3.11: `parsenumber` in `Parser/pegen.c`, `PyLong_FromString`, `PyOS_string_to_double`.

use bytecode::Constant;
use num_bigint::BigInt;
use num_traits::Num;
use std::borrow::Cow;
use std::rc::Rc;

/// An int literal with more digits than the limit: how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDigits(pub usize);

/// The value of the literal `text`, which the lexer has checked. An int has at most `digits_max` digits, unless that is 0.
pub fn number_value(text: &str, digits_max: usize) -> Result<Constant, TooManyDigits> {
    let text: Cow<'_, str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    let bytes = text.as_bytes();
    let radix = match bytes {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    if radix != 10 {
        return Ok(int(&text[2..], radix));
    }
    if let Some(imaginary) = text.strip_suffix(['j', 'J']) {
        return Ok(Constant::Complex(Rc::new((0.0, float(imaginary)))));
    }
    if bytes.iter().all(u8::is_ascii_digit) {
        if digits_max != 0 && bytes.len() > digits_max {
            // Zeros in front do not count for CPython when all of them are zeros.
            if bytes.iter().all(|&byte| byte == b'0') {
                return Ok(int("0", 10));
            }
            return Err(TooManyDigits(bytes.len()));
        }
        return Ok(int(&text, 10));
    }
    Ok(Constant::Float(Rc::new(float(&text))))
}

fn int(digits: &str, radix: u32) -> Constant {
    let value = match u64::from_str_radix(digits, radix) {
        Ok(small) => BigInt::from(small),
        Err(_) => BigInt::from_str_radix(digits, radix).unwrap_or_default(),
    };
    Constant::Int(Rc::new(value))
}

fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
