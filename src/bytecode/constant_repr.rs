//! `repr` of constants, for disassembly and dumps.
//!
//! It is what Python shows, with two differences that make texts comparable: a code object's address is left out, and the items of a
//! frozenset, which Python shows in an order that depends on the process, are sorted by their `repr`.
//!
//! CPython 3.11: `unicode_repr`, `code_repr`, `complex_repr`, and the `repr` of the other types in `Objects/`.

use crate::code::CodeObject;
use crate::constant::{Constant, StrObj};
use base::dtoa::{self, FormatFlags, double_to_string};
use base::text::quote::{repr_bytes, repr_text};

/// Deeper tuples are abbreviated, to spare the native stack.
const DEPTH_MAX: usize = 200;

/// The text of a string; surrogates are replaced.
pub fn display_str(text: &StrObj) -> String {
    String::from_utf8_lossy(text.as_bytes()).into_owned()
}

/// `repr` of a constant.
pub fn repr(constant: &Constant) -> String {
    let mut out = String::new();
    push_repr(&mut out, constant, 0);
    out
}

/// `repr` of a code object, with `0x...` for its address.
pub fn repr_code(code: &CodeObject) -> String {
    let line = match code.firstlineno {
        0 => -1,
        line => line,
    };
    format!(
        "<code object {} at 0x..., file \"{}\", line {line}>",
        display_str(&code.name),
        display_str(&code.filename),
    )
}

fn push_repr(out: &mut String, constant: &Constant, depth: usize) {
    match constant {
        Constant::None => out.push_str("None"),
        Constant::Bool(value) => out.push_str(if *value { "True" } else { "False" }),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::StopIteration => out.push_str("<class 'StopIteration'>"),
        Constant::Int(value) => out.push_str(&value.to_string()),
        Constant::Float(value) => out.push_str(&dtoa::repr(**value)),
        Constant::Complex(value) => push_complex(out, value.0, value.1),
        Constant::Str(value) => {
            let text = repr_text(&chars(value.as_bytes()));
            out.extend(
                text.as_ref()
                    .chars()
                    .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)),
            );
        }
        Constant::Bytes(value) => out.push_str(&String::from_utf8_lossy(&repr_bytes(value))),
        Constant::Code(value) => out.push_str(&repr_code(value)),
        Constant::Tuple(_) | Constant::FrozenSet(_) if depth >= DEPTH_MAX => out.push_str("(...)"),
        Constant::Tuple(items) => {
            out.push('(');
            push_items(out, items, depth);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Constant::FrozenSet(items) => {
            let mut texts: Vec<String> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    push_repr(&mut text, item, depth + 1);
                    text
                })
                .collect();
            texts.sort();
            out.push_str("frozenset({");
            out.push_str(&texts.join(", "));
            out.push_str("})");
        }
    }
}

fn push_items(out: &mut String, items: &[Constant], depth: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        push_repr(out, item, depth + 1);
    }
}

fn push_complex(out: &mut String, real: f64, imag: f64) {
    let imag_text = double_to_string(imag, b'r', 0, FormatFlags::default());
    if real == 0.0 && real.is_sign_positive() {
        out.push_str(&imag_text);
        out.push('j');
        return;
    }
    let sign = if imag_text.starts_with('-') { "" } else { "+" };
    let real = double_to_string(real, b'r', 0, FormatFlags::default());
    out.push_str(&format!("({real}{sign}{imag_text}j)"));
}

/// The characters of generalised UTF-8; a surrogate is a character of its own.
fn chars(text: &[u8]) -> Vec<u32> {
    let mut chars = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let valid_len = match std::str::from_utf8(rest) {
            Ok(_) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let (valid, invalid) = rest.split_at(valid_len);
        chars.extend(String::from_utf8_lossy(valid).chars().map(u32::from));
        rest = match *invalid {
            [] => return chars,
            [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
                chars.push(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f));
                &invalid[3..]
            }
            _ => {
                chars.push(u32::from(char::REPLACEMENT_CHARACTER));
                &invalid[1..]
            }
        };
    }
}
