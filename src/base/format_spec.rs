//! The format mini-language of `format()`, `str.format` and f-strings:
//! `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! Here is the parser with CPython's checks in CPython's order; [`number`] lays out numbers, [`format_str`] pads text. An
//! empty specification means `str(value)` and is the caller's business.
//!
//! CPython 3.11: Python/formatter_unicode.c.

pub mod markup;
pub mod number;

pub use number::{IntValue, Locale, format_complex, format_float, format_int};

use crate::text::{Text, TextBuilder, TextRef};
use crate::unicode;

/// The exception a failed format operation raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatErrorKind {
    Value,
    Overflow,
    Memory,
}

/// A failed format operation: which exception with which text (none for MemoryError).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    pub kind: FormatErrorKind,
    pub message: Text,
}

impl FormatError {
    #[cold]
    pub(crate) fn value(message: &str) -> FormatError {
        FormatError {
            kind: FormatErrorKind::Value,
            message: Text::from(message),
        }
    }

    #[cold]
    pub(crate) fn overflow(message: &str) -> FormatError {
        FormatError {
            kind: FormatErrorKind::Overflow,
            message: Text::from(message),
        }
    }

    #[cold]
    pub(crate) fn memory() -> FormatError {
        FormatError {
            kind: FormatErrorKind::Memory,
            message: Text::from(""),
        }
    }

    /// The presentation type is not one of the object's.
    #[cold]
    pub fn unknown_type(code: u32, type_name: &str) -> FormatError {
        let code = show_code(code);
        FormatError::value(&format!(
            "Unknown format code '{code}' for object of type '{type_name}'"
        ))
    }
}

/// A type character in a message; those outside printable ASCII in hexadecimal.
fn show_code(code: u32) -> String {
    match char::from_u32(code) {
        Some(c) if code > 32 && code < 128 => c.to_string(),
        _ => format!("\\x{code:x}"),
    }
}

/// How digits before the point are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    None,
    /// `,` every three digits.
    Comma,
    /// `_` every three digits.
    Underscore,
    /// `_` every four digits: binary, octal, hexadecimal.
    UnderscoreFour,
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The fill character; `0` after the zero flag.
    pub fill: u32,
    /// One of `<`, `>`, `=`, `^`.
    pub align: u8,
    /// `+`, `-` or a space; 0 if not given.
    pub sign: u8,
    /// `z`
    pub no_neg_0: bool,
    /// `#`
    pub alternate: bool,
    pub width: Option<usize>,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    /// The presentation type; the default of the object's type if not given, which may be 0.
    pub code: u32,
}

fn is_align(c: u32) -> bool {
    matches!(u8::try_from(c), Ok(b'<' | b'>' | b'=' | b'^'))
}

/// Position in a specification.
struct Cursor<'a> {
    text: TextRef<'a>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        let at = self.at + ahead;
        if at < self.text.len() {
            Some(self.text.char_at(at))
        } else {
            None
        }
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek(0) == Some(wanted.into());
        self.at += usize::from(found);
        found
    }

    /// Decimal digits of any script; `None` if there is none.
    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek(0).and_then(unicode::decimal) {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|v| v.checked_add(digit.into()));
            match next {
                Some(next) if isize::try_from(next).is_ok() => value = Some(next),
                _ => {
                    return Err(FormatError::value(
                        "Too many decimal digits in format string",
                    ));
                }
            }
            self.at += 1;
        }
        Ok(value)
    }
}

/// Parse a specification for an object whose type is called `type_name`, with the type's default presentation (0 for none)
/// and alignment.
pub fn parse(
    text: TextRef<'_>,
    type_name: &str,
    default_code: u32,
    default_align: u8,
) -> Result<FormatSpec, FormatError> {
    let mut spec = FormatSpec {
        fill: b' '.into(),
        align: default_align,
        sign: 0,
        no_neg_0: false,
        alternate: false,
        width: None,
        grouping: Grouping::None,
        precision: None,
        code: default_code,
    };
    let mut cursor = Cursor { text, at: 0 };
    let (mut has_fill, mut has_align) = (false, false);
    match (cursor.peek(0), cursor.peek(1)) {
        (Some(fill), Some(align)) if is_align(align) => {
            (spec.fill, spec.align) = (fill, align as u8);
            (has_fill, has_align) = (true, true);
            cursor.at = 2;
        }
        (Some(align), _) if is_align(align) => {
            spec.align = align as u8;
            has_align = true;
            cursor.at = 1;
        }
        _ => {}
    }
    if let Some(sign) = cursor.peek(0).filter(|&c| [0x20, 0x2b, 0x2d].contains(&c)) {
        spec.sign = sign as u8;
        cursor.at += 1;
    }
    spec.no_neg_0 = cursor.eat(b'z');
    spec.alternate = cursor.eat(b'#');
    if !has_fill && cursor.eat(b'0') {
        spec.fill = b'0'.into();
        if !has_align && default_align == b'>' {
            spec.align = b'=';
        }
    }
    spec.width = cursor.integer()?;
    parse_grouping(&mut cursor, &mut spec)?;
    if cursor.eat(b'.') {
        spec.precision = cursor.integer()?;
        if spec.precision.is_none() {
            return Err(FormatError::value("Format specifier missing precision"));
        }
    }
    if text.len() - cursor.at > 1 {
        return Err(invalid_spec(text, type_name));
    }
    if let Some(code) = cursor.peek(0) {
        spec.code = code;
    }
    check_grouping(&mut spec)?;
    Ok(spec)
}

fn parse_grouping(cursor: &mut Cursor<'_>, spec: &mut FormatSpec) -> Result<(), FormatError> {
    if cursor.eat(b',') {
        spec.grouping = Grouping::Comma;
    }
    let both = "Cannot specify both ',' and '_'.";
    if cursor.eat(b'_') {
        if spec.grouping != Grouping::None {
            return Err(FormatError::value(both));
        }
        spec.grouping = Grouping::Underscore;
    }
    if spec.grouping == Grouping::Underscore && cursor.peek(0) == Some(b','.into()) {
        return Err(FormatError::value(both));
    }
    Ok(())
}

#[cold]
fn invalid_spec(text: TextRef<'_>, type_name: &str) -> FormatError {
    let mut message = TextBuilder::new();
    message.push_utf8("Invalid format specifier '");
    message.push_text(text);
    message.push_utf8("' for object of type '");
    message.push_utf8(type_name);
    message.push_utf8("'");
    FormatError {
        kind: FormatErrorKind::Value,
        message: message.finish(),
    }
}

/// Grouping goes with decimal presentations; underscores also with binary, octal and hexadecimal, by four.
fn check_grouping(spec: &mut FormatSpec) -> Result<(), FormatError> {
    let separator = match spec.grouping {
        Grouping::None => return Ok(()),
        Grouping::Comma => ',',
        Grouping::Underscore | Grouping::UnderscoreFour => '_',
    };
    match u8::try_from(spec.code) {
        Ok(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => Ok(()),
        Ok(b'b' | b'o' | b'x' | b'X') if separator == '_' => {
            spec.grouping = Grouping::UnderscoreFour;
            Ok(())
        }
        _ => {
            let code = show_code(spec.code);
            Err(FormatError::value(&format!(
                "Cannot specify '{separator}' with '{code}'."
            )))
        }
    }
}

/// Fill characters left and right of `length` characters.
pub(crate) fn padding(length: usize, spec: &FormatSpec) -> (usize, usize) {
    let free = spec.width.unwrap_or(0).saturating_sub(length);
    match spec.align {
        b'>' => (free, 0),
        b'^' => (free / 2, free - free / 2),
        _ => (0, free),
    }
}

/// `format(str, spec)` for a specification that is not empty.
pub fn format_str(
    value: TextRef<'_>,
    spec: TextRef<'_>,
    type_name: &str,
) -> Result<Text, FormatError> {
    let spec = parse(spec, type_name, b's'.into(), b'<')?;
    if spec.code != u32::from(b's') {
        return Err(FormatError::unknown_type(spec.code, type_name));
    }
    let refused = match spec {
        FormatSpec { sign: b' ', .. } => "Space not allowed in string format specifier",
        FormatSpec {
            sign: b'+' | b'-', ..
        } => "Sign not allowed in string format specifier",
        FormatSpec { no_neg_0: true, .. } => {
            "Negative zero coercion (z) not allowed in string format specifier"
        }
        FormatSpec {
            alternate: true, ..
        } => "Alternate form (#) not allowed in string format specifier",
        FormatSpec { align: b'=', .. } => "'=' alignment not allowed in string format specifier",
        _ => "",
    };
    if !refused.is_empty() {
        return Err(FormatError::value(refused));
    }
    let length = spec
        .precision
        .map_or(value.len(), |precision| precision.min(value.len()));
    let (left, right) = padding(length, &spec);
    let mut out = TextBuilder::new();
    if !out.try_reserve(left.saturating_add(length).saturating_add(right)) {
        return Err(FormatError::memory());
    }
    out.push_repeated(spec.fill, left);
    out.push_text(value.slice(0, length));
    out.push_repeated(spec.fill, right);
    Ok(out.finish())
}

#[cfg(test)]
mod tests;
