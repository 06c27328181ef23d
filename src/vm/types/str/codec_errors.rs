//! Error handlers of codecs: the built-in ones, and the call of registered ones.
//!
//! CPython 3.11: `PyCodec_*Errors` in `Python/codecs.c`, `unicode_decode_call_errorhandler_writer` and
//! `unicode_encode_call_errorhandler` in `Objects/unicodeobject.c`.

use super::codec_registry as registry;
use super::value::PyStr;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{attr, call, convert_int};
use crate::types::bytes::value::PyBytes;
use crate::types::tuple::value::PyTuple;
use base::text::{CodecError, TextBuilder};
use base::unicode::names;
use std::borrow::Cow;

/// An error handler.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Python's")]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    Other(String),
}

impl Handler {
    /// The handler of a name; none is `strict`.
    pub fn of(name: Option<&str>) -> Handler {
        match name {
            None | Some("strict") => Handler::Strict,
            Some("ignore") => Handler::Ignore,
            Some("replace") => Handler::Replace,
            Some("backslashreplace") => Handler::BackslashReplace,
            Some("xmlcharrefreplace") => Handler::XmlCharRefReplace,
            Some("namereplace") => Handler::NameReplace,
            Some("surrogateescape") => Handler::SurrogateEscape,
            Some("surrogatepass") => Handler::SurrogatePass,
            Some(other) => Handler::Other(other.to_string()),
        }
    }
}

/// What stands in for what could not be encoded.
pub enum Replacement {
    /// Text, to be encoded.
    Text(PyRef<PyStr>),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// `\xHH`, `\uHHHH` or `\UHHHHHHHH`.
pub fn push_backslash(c: u32, out: &mut String) {
    out.push_str(&match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    });
}

/// The replacement of a built-in handler that gives text for each character; `None` for the other handlers.
pub fn text_for(handler: &Handler, chars: impl Iterator<Item = u32>) -> Option<String> {
    let mut text = String::new();
    for c in chars {
        match handler {
            Handler::Ignore => {}
            Handler::Replace => text.push('?'),
            Handler::BackslashReplace => push_backslash(c, &mut text),
            Handler::XmlCharRefReplace => text.push_str(&format!("&#{c};")),
            Handler::NameReplace => match names::name(c) {
                Some(name) => text.push_str(&format!("\\N{{{name}}}")),
                None => push_backslash(c, &mut text),
            },
            _ => return None,
        }
    }
    Some(text)
}

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// The bytes that stand for surrogates in an encoding, for `surrogatepass`.
pub fn passed_surrogates(encoding: &str, chars: impl Iterator<Item = u32>) -> Option<Vec<u8>> {
    let unit = StandardEncoding::of(encoding)?;
    let mut out = Vec::new();
    for c in chars {
        if !is_surrogate(c) {
            return None;
        }
        match unit {
            StandardEncoding::Utf8 => out.extend([
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
            StandardEncoding::Utf16(big) => out.extend(if big {
                (c as u16).to_be_bytes()
            } else {
                (c as u16).to_le_bytes()
            }),
            StandardEncoding::Utf32(big) => out.extend(if big {
                c.to_be_bytes()
            } else {
                c.to_le_bytes()
            }),
        }
    }
    Some(out)
}

/// The surrogate at the start of the bytes, and its length, for `surrogatepass`.
pub fn passed_bytes(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (c, len) = match (StandardEncoding::of(encoding)?, bytes) {
        (StandardEncoding::Utf8, &[a, b, c, ..])
            if a & 0xf0 == 0xe0 && b & 0xc0 == 0x80 && c & 0xc0 == 0x80 =>
        {
            let c = u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
            (c, 3)
        }
        (StandardEncoding::Utf16(big), &[a, b, ..]) => {
            let pair = [a, b];
            let unit = if big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            };
            (unit.into(), 2)
        }
        (StandardEncoding::Utf32(big), &[a, b, c, d, ..]) => {
            let four = [a, b, c, d];
            (
                if big {
                    u32::from_be_bytes(four)
                } else {
                    u32::from_le_bytes(four)
                },
                4,
            )
        }
        _ => return None,
    };
    is_surrogate(c).then_some((c, len))
}

/// The encodings `surrogatepass` knows; true is big-endian.
#[derive(Clone, Copy)]
enum StandardEncoding {
    Utf8,
    Utf16(bool),
    Utf32(bool),
}

impl StandardEncoding {
    fn of(name: &str) -> Option<StandardEncoding> {
        let lower = name.to_ascii_lowercase().replace('_', "-");
        let rest = lower.strip_prefix("utf")?;
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        Some(match rest {
            "8" => StandardEncoding::Utf8,
            "16" | "16-le" | "16le" => StandardEncoding::Utf16(false),
            "16-be" | "16be" => StandardEncoding::Utf16(true),
            "32" | "32-le" | "32le" => StandardEncoding::Utf32(false),
            "32-be" | "32be" => StandardEncoding::Utf32(true),
            _ => return None,
        })
    }
}

/// The prefix of lone surrogates that stand for bytes.
pub fn escaped_bytes(chars: impl Iterator<Item = u32>) -> Vec<u8> {
    chars
        .take_while(|c| (0xdc80..=0xdcff).contains(c))
        .map(|c| (c - 0xdc00) as u8)
        .collect()
}

/// Asks the handler about characters that cannot be encoded: the replacement and the next position.
pub fn on_encode(
    vm: &Vm,
    handler: &Handler,
    encoding: &str,
    string: &Py<PyStr>,
    error: CodecError,
) -> PyResult<(Replacement, usize)> {
    let text = string.text().slice(error.start, error.end);
    let raise = |start| {
        vm.unicode_encode_error(encoding, &string.as_value(), start, error.end, error.reason)
    };
    match handler {
        Handler::Strict => Err(raise(error.start)),
        Handler::SurrogateEscape => {
            let bytes = escaped_bytes(text.chars());
            if bytes.is_empty() {
                return Err(raise(error.start));
            }
            let next = error.start + bytes.len();
            Ok((Replacement::Bytes(bytes), next))
        }
        Handler::SurrogatePass => match passed_surrogates(encoding, text.chars()) {
            Some(bytes) => Ok((Replacement::Bytes(bytes), error.end)),
            None => Err(raise(error.start)),
        },
        Handler::Other(name) => {
            let handler = registry::lookup_error(vm, name)?;
            call_encode_handler(vm, &handler, raise(error.start), string.len())
        }
        _ => {
            let text = text_for(handler, text.chars()).unwrap_or_default();
            Ok((Replacement::Text(PyStr::new(vm, &text)), error.end))
        }
    }
}

/// A position that a handler gave, counted from the end when negative.
fn position(vm: &Vm, value: &Value, len: usize) -> PyResult<usize> {
    let given = convert_int::to_isize(vm, value)?;
    let at = if given < 0 {
        given.saturating_add(len as isize)
    } else {
        given
    };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(vm.index_error(format!("position {at} from error handler out of bounds"))),
    }
}

fn call_encode_handler(
    vm: &Vm,
    handler: &Value,
    error: PyErr,
    len: usize,
) -> PyResult<(Replacement, usize)> {
    let refused = || vm.type_error("encoding error handler must return (str/bytes, int) tuple");
    let result = call::call1(vm, handler, &error.to_value())?;
    let Some([replacement, next]) = result.downcast_ref::<PyTuple>().map(|pair| pair.as_slice())
    else {
        return Err(refused());
    };
    if next.as_int().is_none() {
        return Err(refused());
    }
    let replacement = if let Some(text) = replacement.downcast_ref::<PyStr>() {
        Replacement::Text(text.to_ref())
    } else if let Some(bytes) = replacement.downcast_ref::<PyBytes>() {
        Replacement::Bytes(bytes.as_slice().to_vec())
    } else {
        return Err(refused());
    };
    Ok((replacement, position(vm, next, len)?))
}

/// Asks the handler about bytes that cannot be decoded; gives the position to go on at. The handler may exchange the input.
pub fn on_decode(
    vm: &Vm,
    handler: &Handler,
    encoding: &str,
    input: &mut Cow<'_, [u8]>,
    error: CodecError,
    out: &mut TextBuilder,
) -> PyResult<usize> {
    let bad = input.get(error.start..error.end).unwrap_or(&[]);
    let raise = || {
        let object = PyBytes::new(vm, input).into_value();
        vm.unicode_decode_error(encoding, &object, error.start, error.end, error.reason)
    };
    match handler {
        Handler::Ignore => {}
        Handler::Replace => out.push(0xfffd),
        Handler::BackslashReplace => {
            for &byte in bad {
                let mut text = String::new();
                push_backslash(byte.into(), &mut text);
                out.push_utf8(&text);
            }
        }
        Handler::SurrogateEscape => {
            let count = bad.iter().take(4).take_while(|&&byte| byte >= 0x80).count();
            if count == 0 {
                return Err(raise());
            }
            bad[..count]
                .iter()
                .for_each(|&byte| out.push(0xdc00 + u32::from(byte)));
            return Ok(error.start + count);
        }
        Handler::SurrogatePass => {
            let rest = input.get(error.start..).unwrap_or(&[]);
            let Some((c, len)) = passed_bytes(encoding, rest) else {
                return Err(raise());
            };
            out.push(c);
            return Ok(error.start + len);
        }
        Handler::Other(name) => {
            let handler = registry::lookup_error(vm, name)?;
            return call_decode_handler(vm, &handler, &raise(), input, out);
        }
        Handler::NameReplace | Handler::XmlCharRefReplace => {
            let exception = raise().to_value();
            return Err(wrong_exception(vm, &exception));
        }
        Handler::Strict => return Err(raise()),
    }
    Ok(error.end)
}

/// The TypeError of handlers for exceptions they know nothing about.
#[cold]
pub fn wrong_exception(vm: &Vm, exception: &Value) -> PyErr {
    vm.type_error(format!(
        "don't know how to handle {} in error callback",
        exception.class(vm).tp_name()
    ))
}

fn call_decode_handler(
    vm: &Vm,
    handler: &Value,
    error: &PyErr,
    input: &mut Cow<'_, [u8]>,
    out: &mut TextBuilder,
) -> PyResult<usize> {
    let refused = || vm.type_error("decoding error handler must return (str, int) tuple");
    let exception = error.to_value();
    let result = call::call1(vm, handler, &exception)?;
    let Some([replacement, next]) = result.downcast_ref::<PyTuple>().map(|pair| pair.as_slice())
    else {
        return Err(refused());
    };
    let Some(replacement) = replacement
        .downcast_ref::<PyStr>()
        .filter(|_| next.as_int().is_some())
    else {
        return Err(refused());
    };
    let object = attr::get(vm, &exception, &vm.intern_str("object"))?;
    let Some(bytes) = object.downcast_ref::<PyBytes>() else {
        return Err(vm.type_error("exception attribute object must be bytes"));
    };
    if bytes.as_slice() != &input[..] {
        *input = Cow::Owned(bytes.as_slice().to_vec());
    }
    let next = position(vm, next, input.len())?;
    out.push_text(replacement.text());
    Ok(next)
}
