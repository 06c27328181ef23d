//! `repr` of constants, for annotations as strings and for messages.
//!
//! CPython 3.11: `Objects/unicodeobject.c`, `Objects/bytesobject.c`, `PyOS_double_to_string`.

use bytecode::Constant;
use std::fmt::Write;

/// One code point of generalised UTF-8, and how many bytes it takes; a broken byte stands for itself.
pub fn next_code_point(text: &[u8]) -> Option<(u32, usize)> {
    let first = *text.first()?;
    let (len, bits) = match first {
        0xc0..=0xdf => (2, u32::from(first & 0x1f)),
        0xe0..=0xef => (3, u32::from(first & 0x0f)),
        0xf0..=0xff => (4, u32::from(first & 0x07)),
        _ => return Some((u32::from(first), 1)),
    };
    let Some(rest) = text.get(1..len) else {
        return Some((u32::from(first), 1));
    };
    let code = rest
        .iter()
        .fold(bits, |code, byte| code << 6 | u32::from(byte & 0x3f));
    Some((code, len))
}

/// The code points of generalised UTF-8.
pub fn code_points(mut text: &[u8]) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let (code, len) = next_code_point(text)?;
        text = &text[len..];
        Some(code)
    })
}

fn quote_for(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

/// `repr` of a str.
pub fn repr_str(text: &[u8]) -> String {
    let quote = quote_for(text.contains(&b'\''), text.contains(&b'"'));
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for code in code_points(text) {
        let c = char::from_u32(code);
        let written = match (code, c) {
            (0x5c, _) => write!(out, "\\\\"),
            (0x0a, _) => write!(out, "\\n"),
            (0x0d, _) => write!(out, "\\r"),
            (0x09, _) => write!(out, "\\t"),
            (_, Some(c)) if c == quote => write!(out, "\\{c}"),
            (0x20..=0x7e, Some(c)) => write!(out, "{c}"),
            (_, Some(c)) if code >= 0x80 && base::unicode::is_printable(code) => write!(out, "{c}"),
            (0..=0xff, _) => write!(out, "\\x{code:02x}"),
            (0..=0xffff, _) => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
        // Writing into a String cannot fail.
        debug_assert!(written.is_ok());
    }
    out.push(quote);
    out
}

/// `repr` of bytes.
pub fn repr_bytes(bytes: &[u8]) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if char::from(byte) == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7e => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

/// `repr` of a float.
pub fn repr_float(value: f64) -> String {
    base::dtoa::repr(value)
}

/// One part of a complex number: `repr` without `.0`.
fn complex_part(value: f64) -> String {
    let text = repr_float(value);
    match text.strip_suffix(".0") {
        Some(stripped) => stripped.to_owned(),
        None => text,
    }
}

/// `repr` of a complex.
pub fn repr_complex(real: f64, imag: f64) -> String {
    let imag_text = complex_part(imag);
    if real == 0.0 && !real.is_sign_negative() {
        return format!("{imag_text}j");
    }
    let sign = if imag_text.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imag_text}j)", complex_part(real))
}

fn join(items: &[Constant]) -> String {
    let items: Vec<String> = items.iter().map(repr_constant).collect();
    items.join(", ")
}

/// `repr` of a constant.
pub fn repr_constant(constant: &Constant) -> String {
    match constant {
        Constant::None => "None".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::StopIteration => "<class 'StopIteration'>".to_owned(),
        Constant::Int(i) => i.to_string(),
        Constant::Float(f) => repr_float(**f),
        Constant::Complex(z) => repr_complex(z.0, z.1),
        Constant::Str(s) => repr_str(s.as_bytes()),
        Constant::Bytes(b) => repr_bytes(b),
        Constant::Tuple(items) => stacker::maybe_grow(64 * 1024, 1024 * 1024, || match &**items {
            [one] => format!("({},)", repr_constant(one)),
            items => format!("({})", join(items)),
        }),
        Constant::FrozenSet(items) if items.is_empty() => "frozenset()".to_owned(),
        Constant::FrozenSet(items) => format!("frozenset({{{}}})", join(items)),
        Constant::Code(code) => format!(
            "<code object {}>",
            String::from_utf8_lossy(code.name.as_bytes())
        ),
    }
}
