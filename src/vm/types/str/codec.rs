//! Encoding and decoding text: the codecs that are built in, with error handlers, and the way to the registered ones.
//!
//! The algorithms are in `base::text` and stop at what they cannot convert; the loops here ask the error handler and go on.
//!
//! CPython 3.11: `PyUnicode_Decode`, `PyUnicode_AsEncodedString` and the codecs in `Objects/unicodeobject.c`.

use super::codec_errors::{self as errors, Handler, Replacement};
use super::codec_registry as registry;
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{buffer, warn};
use crate::types::bytearray::value::PyByteArray;
use crate::types::bytes::value::PyBytes;
use base::text::utf16::{self, Endian};
use base::text::{CodecError, TextBuilder, escape, narrow, utf7, utf8};
use base::with_units;
use std::borrow::Cow;

/// A built-in codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the encodings")]
pub enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Utf7,
    /// With a byte-order mark when there is no order.
    Utf16(Option<Endian>),
    /// With a byte-order mark when there is no order.
    Utf32(Option<Endian>),
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Codec {
    /// The built-in codec of an encoding's name, for the names that need no registry.
    pub fn of(name: &str) -> Option<Codec> {
        if name == "utf-8" || name == "utf8" {
            return Some(Codec::Utf8);
        }
        if !name.is_ascii() {
            return None;
        }
        Some(match &registry::normalize(name)[..] {
            "utf_8" | "utf8" => Codec::Utf8,
            "ascii" | "us_ascii" => Codec::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Codec::Latin1,
            "utf_16" | "utf16" => Codec::Utf16(None),
            "utf_16_le" => Codec::Utf16(Some(Endian::Little)),
            "utf_16_be" => Codec::Utf16(Some(Endian::Big)),
            "utf_32" | "utf32" => Codec::Utf32(None),
            "utf_32_le" => Codec::Utf32(Some(Endian::Little)),
            "utf_32_be" => Codec::Utf32(Some(Endian::Big)),
            _ => return None,
        })
    }

    /// The name in exceptions.
    fn name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Utf7 => "utf7",
            Codec::Utf16(None) => "utf-16",
            Codec::Utf16(Some(Endian::Little)) => "utf-16-le",
            Codec::Utf16(Some(Endian::Big)) => "utf-16-be",
            Codec::Utf32(None) => "utf-32",
            Codec::Utf32(Some(Endian::Little)) => "utf-32-le",
            Codec::Utf32(Some(Endian::Big)) => "utf-32-be",
            Codec::UnicodeEscape => "unicodeescape",
            Codec::RawUnicodeEscape => "rawunicodeescape",
        }
    }

    fn decode_step(
        self,
        input: &[u8],
        at: usize,
        is_final: bool,
        out: &mut TextBuilder,
    ) -> Result<usize, CodecError> {
        match self {
            Codec::Utf8 => utf8::decode(input, at, is_final, out),
            Codec::Ascii => narrow::decode_ascii(input, at, out).map(|()| input.len()),
            Codec::Latin1 => {
                out.push_latin1(&input[at..]);
                Ok(input.len())
            }
            Codec::Utf7 => utf7::decode(input, at, is_final, out),
            Codec::Utf16(endian) => {
                utf16::decode_16(input, at, endian.unwrap_or(Endian::Little), is_final, out)
            }
            Codec::Utf32(endian) => {
                utf16::decode_32(input, at, endian.unwrap_or(Endian::Little), is_final, out)
            }
            Codec::UnicodeEscape => {
                escape::decode_unicode_escape(input, at, is_final, &mut None, out)
            }
            Codec::RawUnicodeEscape => escape::decode_raw_unicode_escape(input, at, is_final, out),
        }
    }

    fn encode_step(
        self,
        string: &Py<PyStr>,
        at: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        with_units!(string.text(), |units| match self {
            Codec::Utf8 => utf8::encode(units, at, out),
            Codec::Ascii => narrow::encode_ascii(units, at, out),
            Codec::Latin1 => narrow::encode_latin1(units, at, out),
            Codec::Utf7 => {
                out.extend(utf7::encode(&units[at..]));
                Ok(())
            }
            Codec::Utf16(endian) =>
                utf16::encode_16(units, at, endian.unwrap_or(Endian::Little), false, out),
            Codec::Utf32(endian) =>
                utf16::encode_32(units, at, endian.unwrap_or(Endian::Little), false, out),
            Codec::UnicodeEscape => {
                out.extend(escape::encode_unicode_escape(&units[at..]));
                Ok(())
            }
            Codec::RawUnicodeEscape => {
                out.extend(escape::encode_raw_unicode_escape(&units[at..]));
                Ok(())
            }
        })
    }
}

/// Decodes with a built-in codec; gives the number of bytes read too.
pub fn decode_with(
    vm: &Vm,
    codec: Codec,
    input: &[u8],
    handler: &Handler,
    is_final: bool,
) -> PyResult<(PyRef<PyStr>, usize)> {
    match codec {
        Codec::Utf8 | Codec::Ascii if input.is_ascii() => {
            vm.try_reserve(input.len())?;
            return Ok((PyStr::from_ascii(vm, input), input.len()));
        }
        Codec::Latin1 => {
            vm.try_reserve(input.len())?;
            return Ok((PyStr::from_latin1(vm, input), input.len()));
        }
        _ => {}
    }
    let (codec, mut at) = without_mark(codec, input);
    vm.try_reserve(input.len().saturating_mul(2))?;
    let mut input = Cow::Borrowed(input);
    let mut out = TextBuilder::new();
    let read = loop {
        match codec.decode_step(&input, at, is_final, &mut out) {
            Ok(read) => break read,
            Err(error) => {
                at = errors::on_decode(vm, handler, codec.name(), &mut input, error, &mut out)?
            }
        }
    };
    Ok((PyStr::from_text(vm, &out.finish()), read))
}

/// The byte order that a mark at the start says, and where the text begins.
fn without_mark(codec: Codec, input: &[u8]) -> (Codec, usize) {
    match codec {
        Codec::Utf16(None) => match utf16::bom_16(input) {
            Some(endian) => (Codec::Utf16(Some(endian)), 2),
            None => (Codec::Utf16(Some(Endian::Little)), 0),
        },
        Codec::Utf32(None) => match utf16::bom_32(input) {
            Some(endian) => (Codec::Utf32(Some(endian)), 4),
            None => (Codec::Utf32(Some(Endian::Little)), 0),
        },
        _ => (codec, 0),
    }
}

/// Encodes with a built-in codec.
pub fn encode_with(
    vm: &Vm,
    codec: Codec,
    string: &Py<PyStr>,
    handler: &Handler,
) -> PyResult<Vec<u8>> {
    vm.try_reserve(
        string
            .len()
            .saturating_mul(if matches!(codec, Codec::Utf32(_)) {
                4
            } else {
                2
            }),
    )?;
    let mut out = Vec::new();
    match codec {
        Codec::Utf16(None) => out.extend([0xff, 0xfe]),
        Codec::Utf32(None) => out.extend([0xff, 0xfe, 0, 0]),
        _ => {}
    }
    let mut at = 0;
    while let Err(error) = codec.encode_step(string, at, &mut out) {
        let (replacement, next) = errors::on_encode(vm, handler, codec.name(), string, error)?;
        let fits = match &replacement {
            Replacement::Text(text) => push_replacement(codec, text, &mut out),
            Replacement::Bytes(bytes) => {
                let unit = match codec {
                    Codec::Utf16(_) => 2,
                    Codec::Utf32(_) => 4,
                    _ => 1,
                };
                out.extend_from_slice(bytes);
                bytes.len() % unit == 0
            }
        };
        if !fits {
            return Err(vm.unicode_encode_error(
                codec.name(),
                &string.as_value(),
                error.start,
                error.end,
                error.reason,
            ));
        }
        at = next;
    }
    Ok(out)
}

/// Encodes a replacement; false if the codec cannot.
fn push_replacement(codec: Codec, text: &Py<PyStr>, out: &mut Vec<u8>) -> bool {
    match codec {
        Codec::Latin1 if text.width() == 1 => {
            out.extend_from_slice(text.raw_bytes());
            true
        }
        _ => text.is_ascii() && codec.encode_step(text, 0, out).is_ok(),
    }
}

/// Development mode: names of encodings and error handlers are looked up also where nothing has to be converted.
#[derive(Default)]
pub struct ChecksNames(pub std::cell::Cell<bool>);

/// Looks up the names, in development mode (`unicode_check_encoding_errors`).
#[inline]
fn check_names(vm: &Vm, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if encoding.is_none() && errors.is_none() {
        return Ok(());
    }
    check_given_names(vm, encoding, errors)
}

fn check_given_names(vm: &Vm, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if !vm.state.get::<ChecksNames>().0.get() {
        return Ok(());
    }
    if let Some(encoding) = encoding {
        registry::lookup(vm, encoding)?;
    }
    if let Some(errors) = errors {
        registry::lookup_error(vm, errors)?;
    }
    Ok(())
}

/// Decodes bytes by an encoding's name; none is UTF-8.
pub fn decode(
    vm: &Vm,
    bytes: &[u8],
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyStr>> {
    check_names(vm, encoding, errors)?;
    match Codec::of(encoding.unwrap_or("utf-8")) {
        Some(codec) => Ok(decode_with(vm, codec, bytes, &Handler::of(errors), true)?.0),
        None => decode_registered(vm, &PyBytes::new(vm, bytes).into_value(), encoding, errors),
    }
}

/// Decodes an object that exports a buffer.
pub fn decode_object(
    vm: &Vm,
    object: &Value,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyStr>> {
    if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        return match Codec::of(encoding.unwrap_or("utf-8")) {
            Some(_) => decode(vm, bytes.as_slice(), encoding, errors),
            None => decode_registered(vm, object, encoding, errors),
        };
    }
    decode(vm, &buffer::to_vec(vm, object)?, encoding, errors)
}

#[cold]
fn wrong_result(vm: &Vm, encoding: &str, result: &Value, is_encoder: bool) -> PyErr {
    let (role, wanted, function) = if is_encoder {
        ("encoder", "bytes", "codecs.encode()")
    } else {
        ("decoder", "str", "codecs.decode()")
    };
    vm.type_error(format!(
        "'{encoding}' {role} returned '{}' instead of '{wanted}'; use {function} to {} to arbitrary types",
        result.class(vm).tp_name(),
        &role[..6]
    ))
}

fn decode_registered(
    vm: &Vm,
    bytes: &Value,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyStr>> {
    let encoding = encoding.unwrap_or("utf-8");
    let result = registry::decode_text(vm, bytes, encoding, errors)?;
    result
        .downcast::<PyStr>()
        .map_err(|result| wrong_result(vm, encoding, &result, false))
}

/// Encodes by an encoding's name; none is UTF-8.
pub fn encode(
    vm: &Vm,
    string: &Py<PyStr>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyBytes>> {
    check_names(vm, encoding, errors)?;
    let name = encoding.unwrap_or("utf-8");
    if let Some(codec) = Codec::of(name) {
        let same = matches!(codec, Codec::Utf8 | Codec::Ascii) && string.is_ascii()
            || codec == Codec::Latin1 && string.width() == 1;
        if same {
            return Ok(PyBytes::new(vm, string.raw_bytes()));
        }
        return Ok(PyBytes::new(
            vm,
            &encode_with(vm, codec, string, &Handler::of(errors))?,
        ));
    }
    let result = registry::encode_text(vm, &string.as_value(), name, errors)?;
    let result = match result.downcast::<PyBytes>() {
        Ok(bytes) => return Ok(bytes),
        Err(result) => result,
    };
    let Some(array) = result.downcast_ref::<PyByteArray>() else {
        return Err(wrong_result(vm, name, &result, true));
    };
    let message = format!(
        "encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
    );
    warn::warn(vm, ExcKind::RuntimeWarning, &message, 1)?;
    Ok(PyBytes::new(vm, &array.to_vec()))
}

/// UTF-8 of a string, strictly.
pub fn to_utf8<'a>(vm: &Vm, string: &'a Py<PyStr>) -> PyResult<Cow<'a, [u8]>> {
    if string.is_ascii() {
        return Ok(Cow::Borrowed(string.raw_bytes()));
    }
    encode_with(vm, Codec::Utf8, string, &Handler::Strict).map(Cow::Owned)
}

/// An argument that names an encoding or error handler, as C strings are taken.
pub fn name_argument<'a>(
    vm: &Vm,
    function: &str,
    argument: &str,
    value: Option<&'a Value>,
) -> PyResult<Option<Cow<'a, str>>> {
    let Some(value) = value else {
        return Ok(None);
    };
    let Some(string) = value.downcast_ref::<PyStr>() else {
        let given = if value.is_none() {
            "None".to_string()
        } else {
            value.class(vm).tp_name()
        };
        return Err(vm.type_error(format!(
            "{function}() argument '{argument}' must be str, not {given}"
        )));
    };
    let Some(text) = string.to_str() else {
        to_utf8(vm, string)?;
        return Ok(None);
    };
    if text.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(Some(text))
}
