//! Layout of numbers: sign, prefix, padding, grouped digits, point and rest.
//!
//! ```text
//! <left padding> <sign> <prefix> <inner padding> <grouped digits> <point> <rest> <right padding>
//! ```
//!
//! CPython 3.11: `calc_number_widths`, `fill_number`, `format_long_internal`, `format_float_internal`,
//! `format_complex_internal` in Python/formatter_unicode.c; `_PyUnicode_InsertThousandsGrouping` in Objects/unicodeobject.c.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::{FormatError, FormatSpec, Grouping, padding, parse};
use crate::bigint;
use crate::dtoa::{FormatFlags, double_to_string};
use crate::text::{Text, TextBuilder, TextRef};

/// What the type `n` needs of `localeconv()`.
#[derive(Clone, Copy, Debug)]
pub struct Locale<'a> {
    pub decimal_point: &'a str,
    pub thousands_sep: &'a str,
    /// Sizes of groups from the right; the last repeats, 127 ends grouping.
    pub grouping: &'a [u8],
}

impl Locale<'static> {
    /// The locale `C`, also that of all types but `n`.
    pub const C: Locale<'static> = Locale {
        decimal_point: ".",
        thousands_sep: "",
        grouping: &[],
    };
}

impl Grouping {
    fn locale(self) -> Locale<'static> {
        let (thousands_sep, grouping): (&str, &[u8]) = match self {
            Grouping::None => return Locale::C,
            Grouping::Comma => (",", &[3]),
            Grouping::Underscore => ("_", &[3]),
            Grouping::UnderscoreFour => ("_", &[4]),
        };
        Locale {
            decimal_point: ".",
            thousands_sep,
            grouping,
        }
    }
}

/// An integer to format.
#[derive(Clone, Copy, Debug)]
pub enum IntValue<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl IntValue<'_> {
    fn to_f64(self) -> Option<f64> {
        match self {
            IntValue::Small(value) => Some(value as f64),
            IntValue::Big(value) => bigint::to_f64(value),
        }
    }

    fn to_char(self) -> Result<u32, FormatError> {
        let value = match self {
            IntValue::Small(value) => Some(value),
            IntValue::Big(value) => value.to_i64(),
        };
        let too_large = "Python int too large to convert to C long";
        let value = value.ok_or_else(|| FormatError::overflow(too_large))?;
        match u32::try_from(value) {
            Ok(c) if c <= 0x10ffff => Ok(c),
            _ => Err(FormatError::overflow("%c arg not in range(0x110000)")),
        }
    }

    fn to_text(self, base: u32, digits_max: usize) -> Result<String, FormatError> {
        match self {
            IntValue::Small(value) if base == 10 => Ok(value.to_string()),
            IntValue::Small(value) => Ok(bigint::text::to_text(&value.into(), base)),
            IntValue::Big(value) if base != 10 => Ok(bigint::text::to_text(value, base)),
            IntValue::Big(value) => bigint::text::to_decimal(value, digits_max).ok_or_else(|| {
                FormatError::value(&format!(
                    "Exceeds the limit ({digits_max} digits) for integer string conversion; \
                     use sys.set_int_max_str_digits() to increase the limit"
                ))
            }),
        }
    }
}

/// The parts of one number, ready to be laid out.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    /// ASCII digits before the point.
    digits: &'a str,
    has_point: bool,
    /// What follows the point, or an exponent, or all of `inf` and `nan`, or the character of type `c`.
    rest: TextRef<'a>,
}

impl<'a> Parts<'a> {
    /// Take the text of a float apart.
    fn of_float(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let end = text
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let (has_point, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        Parts {
            negative,
            prefix: "",
            digits,
            has_point,
            rest: TextRef::Latin1(rest.as_bytes()),
        }
    }
}

/// The sign to write, if any.
fn sign_of(negative: bool, sign: u8) -> Option<u8> {
    match sign {
        _ if negative => Some(b'-'),
        b'+' | b' ' => Some(sign),
        _ => None,
    }
}

/// The digits with separators, and zeros on the left up to `min_width` characters.
fn group_digits(digits: &str, min_width: usize, locale: Locale<'_>) -> String {
    let separator: Vec<char> = locale.thousands_sep.chars().rev().collect();
    let mut sizes = locale.grouping.iter();
    let mut size = 0;
    let mut left = digits.bytes().rev();
    let mut remaining = digits.len();
    let mut width = min_width;
    // Written from the right and turned round at the end.
    let mut out: Vec<char> = Vec::with_capacity(digits.len().max(min_width) * 4 / 3 + 1);
    loop {
        // Once the sizes run out the last one repeats; none at all, or 127, means one last group of everything.
        match sizes.next() {
            Some(&127) => size = 0,
            Some(&next) if next != 0 => size = usize::from(next),
            _ => {}
        }
        let everything = remaining.max(width).max(1);
        let length = if size == 0 {
            everything
        } else {
            everything.min(size)
        };
        let taken = remaining.min(length);
        if !out.is_empty() {
            out.extend_from_slice(&separator);
        }
        out.extend(left.by_ref().take(taken).map(char::from));
        out.extend(std::iter::repeat_n('0', length - taken));
        remaining -= taken;
        width = width.saturating_sub(length);
        if (remaining == 0 && width == 0) || size == 0 {
            return out.into_iter().rev().collect();
        }
        width = width.saturating_sub(separator.len());
    }
}

/// Lay one number out.
fn lay_out(
    parts: &Parts<'_>,
    spec: &FormatSpec,
    locale: Locale<'_>,
    upper: bool,
    out: &mut TextBuilder,
) -> Result<(), FormatError> {
    let sign = sign_of(parts.negative, spec.sign);
    let point = if parts.has_point {
        locale.decimal_point
    } else {
        ""
    };
    let others =
        usize::from(sign.is_some()) + parts.prefix.len() + point.chars().count() + parts.rest.len();
    let width = spec.width.unwrap_or(0);
    if !out.try_reserve(width.saturating_add(others)) {
        return Err(FormatError::memory());
    }
    let zero_fill = spec.fill == u32::from(b'0') && spec.align == b'=';
    let min_width = if zero_fill {
        width.saturating_sub(others)
    } else {
        0
    };
    let grouped = if parts.digits.is_empty() {
        String::new()
    } else if locale.grouping.is_empty() && min_width <= parts.digits.len() {
        parts.digits.to_owned()
    } else {
        group_digits(parts.digits, min_width, locale)
    };
    let length = others + grouped.chars().count();
    let (left, inner, right) = match spec.align {
        b'=' => (0, width.saturating_sub(length), 0),
        _ => {
            let (left, right) = padding(length, spec);
            (left, 0, right)
        }
    };
    out.push_repeated(spec.fill, left);
    if let Some(sign) = sign {
        out.push(sign.into());
    }
    if upper {
        out.push_utf8(&parts.prefix.to_ascii_uppercase());
    } else {
        out.push_utf8(parts.prefix);
    }
    out.push_repeated(spec.fill, inner);
    if upper {
        out.push_utf8(&grouped.to_ascii_uppercase());
    } else {
        out.push_utf8(&grouped);
    }
    out.push_utf8(point);
    out.push_text(parts.rest);
    out.push_repeated(spec.fill, right);
    Ok(())
}

fn is_float_code(code: u32) -> bool {
    matches!(
        u8::try_from(code),
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%')
    )
}

/// `format(int, spec)` for a specification that is not empty; `digits_max` is `sys.get_int_max_str_digits()`.
pub fn format_int(
    value: IntValue<'_>,
    spec: TextRef<'_>,
    type_name: &str,
    locale: Locale<'_>,
    digits_max: usize,
) -> Result<Text, FormatError> {
    let spec = parse(spec, type_name, b'd'.into(), b'>')?;
    if is_float_code(spec.code) {
        let too_large = "int too large to convert to float";
        let float = value
            .to_f64()
            .ok_or_else(|| FormatError::overflow(too_large))?;
        return format_float_spec(float, &spec, locale);
    }
    match u8::try_from(spec.code) {
        Ok(b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n') => {}
        _ => return Err(FormatError::unknown_type(spec.code, type_name)),
    }
    if spec.precision.is_some() {
        return Err(FormatError::value(
            "Precision not allowed in integer format specifier",
        ));
    }
    if spec.no_neg_0 {
        let message = "Negative zero coercion (z) not allowed in integer format specifier";
        return Err(FormatError::value(message));
    }
    let code = spec.code as u8;
    let mut out = TextBuilder::new();
    if code == b'c' {
        let character = [checked_char(value, &spec)?];
        let rest = TextRef::Ucs4(&character);
        let parts = Parts {
            negative: false,
            prefix: "",
            digits: "",
            has_point: false,
            rest,
        };
        lay_out(&parts, &spec, spec.grouping.locale(), false, &mut out)?;
        return Ok(out.finish());
    }
    let (base, prefix) = match code {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' | b'X' => (16, "0x"),
        _ => (10, ""),
    };
    let text = value.to_text(base, digits_max)?;
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let parts = Parts {
        negative: digits.len() < text.len(),
        prefix: if spec.alternate { prefix } else { "" },
        digits,
        has_point: false,
        rest: TextRef::Latin1(&[]),
    };
    let locale = if code == b'n' {
        locale
    } else {
        spec.grouping.locale()
    };
    lay_out(&parts, &spec, locale, code == b'X', &mut out)?;
    Ok(out.finish())
}

fn checked_char(value: IntValue<'_>, spec: &FormatSpec) -> Result<u32, FormatError> {
    if spec.sign != 0 {
        return Err(FormatError::value(
            "Sign not allowed with integer format specifier 'c'",
        ));
    }
    if spec.alternate {
        let message = "Alternate form (#) not allowed with integer format specifier 'c'";
        return Err(FormatError::value(message));
    }
    value.to_char()
}

/// `format(float, spec)` for a specification that is not empty.
pub fn format_float(
    value: f64,
    spec: TextRef<'_>,
    type_name: &str,
    locale: Locale<'_>,
) -> Result<Text, FormatError> {
    let spec = parse(spec, type_name, 0, b'>')?;
    if spec.code != 0 && spec.code != u32::from(b'n') && !is_float_code(spec.code) {
        return Err(FormatError::unknown_type(spec.code, type_name));
    }
    format_float_spec(value, &spec, locale)
}

/// The arguments for `double_to_string` that a specification means, the `%` aside.
fn float_code(spec: &FormatSpec, add_dot_0: bool) -> Result<(u8, usize, FormatFlags), FormatError> {
    if spec
        .precision
        .is_some_and(|precision| i32::try_from(precision).is_err())
    {
        return Err(FormatError::value("precision too big"));
    }
    let (code, default_precision) = match spec.code as u8 {
        0 => (b'r', 0),
        b'n' => (b'g', 6),
        b'%' => (b'f', 6),
        code => (code, 6),
    };
    let code = if code == b'r' && spec.precision.is_some() {
        b'g'
    } else {
        code
    };
    let flags = FormatFlags {
        sign: false,
        add_dot_0: spec.code == 0 && add_dot_0,
        alt: spec.alternate,
        no_neg_0: spec.no_neg_0,
    };
    Ok((code, spec.precision.unwrap_or(default_precision), flags))
}

fn format_float_spec(
    value: f64,
    spec: &FormatSpec,
    locale: Locale<'_>,
) -> Result<Text, FormatError> {
    let (code, precision, flags) = float_code(spec, true)?;
    let is_percent = spec.code == u32::from(b'%');
    let value = if is_percent { value * 100.0 } else { value };
    let mut text = double_to_string(value, code, precision, flags);
    if is_percent {
        text.push('%');
    }
    let locale = if spec.code == u32::from(b'n') {
        locale
    } else {
        spec.grouping.locale()
    };
    let mut out = TextBuilder::new();
    lay_out(&Parts::of_float(&text), spec, locale, false, &mut out)?;
    Ok(out.finish())
}

/// `format(complex, spec)` for a specification that is not empty.
pub fn format_complex(
    real: f64,
    imag: f64,
    spec: TextRef<'_>,
    type_name: &str,
    locale: Locale<'_>,
) -> Result<Text, FormatError> {
    let spec = parse(spec, type_name, 0, b'>')?;
    let percent = spec.code == u32::from(b'%');
    if percent || (spec.code != 0 && spec.code != u32::from(b'n') && !is_float_code(spec.code)) {
        return Err(FormatError::unknown_type(spec.code, type_name));
    }
    let (code, precision, flags) = float_code(&spec, false)?;
    if spec.fill == u32::from(b'0') {
        let message = "Zero padding is not allowed in complex format specifier";
        return Err(FormatError::value(message));
    }
    if spec.align == b'=' {
        let message = "'=' alignment flag is not allowed in complex format specifier";
        return Err(FormatError::value(message));
    }
    // Without a type the result looks like str(): a positive zero real part is left out, else there are parentheses.
    let is_plain = spec.code == 0;
    let skip_real = is_plain && real == 0.0 && real.is_sign_positive();
    let parens = is_plain && !skip_real;
    let locale = if spec.code == u32::from(b'n') {
        locale
    } else {
        spec.grouping.locale()
    };
    let bare = FormatSpec {
        fill: 0,
        align: b'<',
        width: None,
        ..spec
    };
    let mut inner = TextBuilder::new();
    if parens {
        inner.push(b'('.into());
    }
    if !skip_real {
        let text = double_to_string(real, code, precision, flags);
        lay_out(&Parts::of_float(&text), &bare, locale, false, &mut inner)?;
    }
    let text = double_to_string(imag, code, precision, flags);
    let signed = FormatSpec {
        sign: if skip_real { bare.sign } else { b'+' },
        ..bare
    };
    lay_out(&Parts::of_float(&text), &signed, locale, false, &mut inner)?;
    inner.push(b'j'.into());
    if parens {
        inner.push(b')'.into());
    }
    let (left, right) = padding(inner.len(), &spec);
    let mut out = TextBuilder::new();
    if !out.try_reserve(left.saturating_add(inner.len()).saturating_add(right)) {
        return Err(FormatError::memory());
    }
    out.push_repeated(spec.fill, left);
    out.push_text(inner.as_ref());
    out.push_repeated(spec.fill, right);
    Ok(out.finish())
}
