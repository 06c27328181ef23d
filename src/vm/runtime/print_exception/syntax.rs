//! The place of a SyntaxError: file, line, the line's text with carets.
//!
//! CPython 3.11: `parse_syntax_error`, `print_error_text` in `Python/pythonrun.c`.

use super::out::Out;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::{attr, convert_int, repr};
use crate::types::str::value::PyStr;

/// What a SyntaxError says about its place.
pub struct Place {
    /// `msg`
    pub message: Value,
    filename: Value,
    lineno: i64,
    offset: i64,
    end_lineno: i64,
    end_offset: i64,
    text: Option<Value>,
}

impl Place {
    /// Reads the attributes of an exception.
    pub fn of(vm: &Vm, error: &Value) -> PyResult<Place> {
        let get = |name: &str| attr::get(vm, error, &vm.intern_str(name));
        let number = |value: Value| convert_int::to_isize(vm, &value).map(|n| n as i64);
        let or_missing = |value: Value| {
            if value.is_none() {
                Ok(-1)
            } else {
                number(value)
            }
        };
        let message = get("msg")?;
        let filename = get("filename")?;
        let lineno = number(get("lineno")?)?;
        let offset = or_missing(get("offset")?)?;
        let is_plain = error
            .class(vm)
            .is(&vm.exception_class(ExcKind::SyntaxError));
        let (mut end_lineno, mut end_offset) = (lineno, -1);
        if is_plain {
            if let Some(value) = get("end_lineno").ok().and_then(Value::non_none) {
                end_lineno = number(value)?;
            }
            if let Some(value) = get("end_offset").ok().and_then(Value::non_none) {
                end_offset = number(value)?;
            }
        }
        let text = get("text")?.non_none();
        Ok(Place {
            message,
            filename,
            lineno,
            offset,
            end_lineno,
            end_offset,
            text,
        })
    }

    /// Adds the place; the margin of its first line is there already.
    pub fn print(&self, vm: &Vm, out: &mut Out) {
        out.text("  File \"");
        match repr::str(vm, &self.filename) {
            Ok(_) if self.filename.is_none() => out.text("<string>"),
            Ok(name) => out.string(&name),
            Err(_) => out.text("<unknown>"),
        }
        out.text(&format!("\", line {}\n", self.lineno));
        let text = self
            .text
            .as_ref()
            .and_then(|text| text.downcast_ref::<PyStr>())
            .and_then(|text| text.to_str().map(|text| text.into_owned()));
        let Some(text) = text else { return };
        let size = text.len() as i64;
        let mut end_offset = self.end_offset;
        if self.end_lineno > self.lineno {
            end_offset = size;
        }
        if end_offset > size + 1 {
            end_offset = size + 1;
        }
        print_text(out, self.offset, end_offset, &text);
    }
}

/// The line and the carets; offsets count bytes of the text from 1.
fn print_text(out: &mut Out, offset: i64, end_offset: i64, text: &str) {
    let carets = if end_offset > 0 && end_offset > offset {
        end_offset - offset
    } else {
        1
    };
    let stripped = text.trim_start_matches([' ', '\t', '\x0c']);
    let mut offset = offset - 1 - (text.len() - stripped.len()) as i64;
    let mut text = stripped;
    let without_newline = |text: &str| text.strip_suffix('\n').unwrap_or(text).len() as i64;
    offset = offset.min(without_newline(text));
    while let Some(newline) = text.find('\n') {
        if newline as i64 >= offset {
            break;
        }
        text = &text[newline + 1..];
        offset -= newline as i64 + 1;
    }
    out.text("    ");
    out.text(text);
    if !text.ends_with('\n') {
        out.text("\n");
    }
    if offset < 0 {
        return;
    }
    out.text("    ");
    out.indent(offset as usize);
    out.text(&"^".repeat(carets as usize));
    out.text("\n");
}
