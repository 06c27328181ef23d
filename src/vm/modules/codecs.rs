//! `_codecs`: the registry of codecs and the built-in codecs as functions.
//!
//! CPython 3.11: `Modules/_codecsmodule.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::buffer;
use crate::types::bytes::value::PyBytes;
use crate::types::str::charmap;
use crate::types::str::codec::{self, Codec};
use crate::types::str::codec_errors::Handler;
use crate::types::str::codec_registry as registry;
use crate::types::str::value::PyStr;
use base::text::escape::{self, BytesEscapeError, HexErrors};
use base::text::utf16::{self, Endian};
use derive::pymodule;
use std::borrow::Cow;

fn encoded(
    vm: &Vm,
    codec: Codec,
    string: &Py<PyStr>,
    errors: Option<Cow<'_, str>>,
) -> PyResult<Value> {
    let handler = Handler::of(errors.as_deref());
    let bytes = codec::encode_with(vm, codec, string, &handler)?;
    Ok(pair(
        vm,
        PyBytes::new(vm, &bytes).into_value(),
        string.len(),
    ))
}

fn decoded(
    vm: &Vm,
    codec: Codec,
    input: &[u8],
    errors: Option<Cow<'_, str>>,
    is_final: bool,
) -> PyResult<Value> {
    let handler = Handler::of(errors.as_deref());
    let (text, read) = codec::decode_with(vm, codec, input, &handler, is_final)?;
    Ok(pair(vm, text.into_value(), read))
}

fn pair(vm: &Vm, first: Value, count: usize) -> Value {
    vm.new_tuple(vec![first, vm.new_usize(count)])
}

/// Bytes, or a str's UTF-8.
fn bytes_or_text(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    match value.downcast_ref::<PyStr>() {
        Some(text) => Ok(codec::to_utf8(vm, text)?.into_owned()),
        None => buffer::to_vec(vm, value),
    }
}

/// The byte order of an argument.
fn endian_of(byteorder: i32) -> Option<Endian> {
    match byteorder {
        0 => None,
        n if n < 0 => Some(Endian::Little),
        _ => Some(Endian::Big),
    }
}

/// `(text, bytes read, byte order)` of input that may begin with a byte-order mark.
fn decoded_ex(
    vm: &Vm,
    input: &[u8],
    errors: Option<Cow<'_, str>>,
    order: (i32, Option<Endian>),
    make: fn(Option<Endian>) -> Codec,
    is_final: bool,
) -> PyResult<Value> {
    let (given, mark) = order;
    let handler = Handler::of(errors.as_deref());
    let (text, read) = codec::decode_with(vm, make(endian_of(given)), input, &handler, is_final)?;
    let order = match (given, mark) {
        (0, Some(Endian::Little)) => -1,
        (0, Some(Endian::Big)) => 1,
        _ => given,
    };
    Ok(vm.new_tuple(vec![
        text.into_value(),
        vm.new_usize(read),
        vm.new_int(order.into()),
    ]))
}

#[pymodule]
mod standard {
    use super::*;

    #[pyfunction(sig = "utf_8_encode($module, str, errors=None, /)")]
    fn utf_8_encode(vm: &Vm, string: &Py<PyStr>, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        encoded(vm, Codec::Utf8, string, errors)
    }

    #[pyfunction(sig = "utf_8_decode($module, data, errors=None, final=False, /)")]
    fn utf_8_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf8,
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_7_encode($module, str, errors=None, /)")]
    fn utf_7_encode(vm: &Vm, string: &Py<PyStr>, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        encoded(vm, Codec::Utf7, string, errors)
    }

    #[pyfunction(sig = "utf_7_decode($module, data, errors=None, final=False, /)")]
    fn utf_7_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf7,
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_16_le_encode($module, str, errors=None, /)")]
    fn utf_16_le_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf16(Some(Endian::Little)), string, errors)
    }

    #[pyfunction(sig = "utf_16_le_decode($module, data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf16(Some(Endian::Little)),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_16_be_encode($module, str, errors=None, /)")]
    fn utf_16_be_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf16(Some(Endian::Big)), string, errors)
    }

    #[pyfunction(sig = "utf_16_be_decode($module, data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf16(Some(Endian::Big)),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_32_le_encode($module, str, errors=None, /)")]
    fn utf_32_le_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf32(Some(Endian::Little)), string, errors)
    }

    #[pyfunction(sig = "utf_32_le_decode($module, data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf32(Some(Endian::Little)),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_32_be_encode($module, str, errors=None, /)")]
    fn utf_32_be_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf32(Some(Endian::Big)), string, errors)
    }

    #[pyfunction(sig = "utf_32_be_decode($module, data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf32(Some(Endian::Big)),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "ascii_encode($module, str, errors=None, /)")]
    fn ascii_encode(vm: &Vm, string: &Py<PyStr>, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        encoded(vm, Codec::Ascii, string, errors)
    }

    #[pyfunction(sig = "ascii_decode($module, data, errors=None, /)")]
    fn ascii_decode(vm: &Vm, data: &Value, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        decoded(vm, Codec::Ascii, &buffer::to_vec(vm, data)?, errors, true)
    }

    #[pyfunction(sig = "latin_1_encode($module, str, errors=None, /)")]
    fn latin_1_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Latin1, string, errors)
    }

    #[pyfunction(sig = "latin_1_decode($module, data, errors=None, /)")]
    fn latin_1_decode(vm: &Vm, data: &Value, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        decoded(vm, Codec::Latin1, &buffer::to_vec(vm, data)?, errors, true)
    }

    #[pyfunction(sig = "unicode_escape_encode($module, str, errors=None, /)")]
    fn unicode_escape_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::UnicodeEscape, string, errors)
    }

    #[pyfunction(sig = "unicode_escape_decode($module, data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::UnicodeEscape,
            &bytes_or_text(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "raw_unicode_escape_encode($module, str, errors=None, /)")]
    fn raw_unicode_escape_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        encoded(vm, Codec::RawUnicodeEscape, string, errors)
    }

    #[pyfunction(sig = "raw_unicode_escape_decode($module, data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::RawUnicodeEscape,
            &bytes_or_text(vm, data)?,
            errors,
            is_final,
        )
    }
}

#[pymodule]
mod with_mark {
    use super::*;

    #[pyfunction(sig = "utf_16_encode($module, str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf16(endian_of(byteorder)), string, errors)
    }

    #[pyfunction(sig = "utf_16_decode($module, data, errors=None, final=False, /)")]
    fn utf_16_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf16(None),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
        is_final: bool,
    ) -> PyResult<Value> {
        let input = buffer::to_vec(vm, data)?;
        let order = (byteorder, utf16::bom_16(&input));
        decoded_ex(vm, &input, errors, order, Codec::Utf16, is_final)
    }

    #[pyfunction(sig = "utf_32_encode($module, str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
    ) -> PyResult<Value> {
        encoded(vm, Codec::Utf32(endian_of(byteorder)), string, errors)
    }

    #[pyfunction(sig = "utf_32_decode($module, data, errors=None, final=False, /)")]
    fn utf_32_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        is_final: bool,
    ) -> PyResult<Value> {
        decoded(
            vm,
            Codec::Utf32(None),
            &buffer::to_vec(vm, data)?,
            errors,
            is_final,
        )
    }

    #[pyfunction(sig = "utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        byteorder: i32,
        is_final: bool,
    ) -> PyResult<Value> {
        let input = buffer::to_vec(vm, data)?;
        let order = (byteorder, utf16::bom_32(&input));
        decoded_ex(vm, &input, errors, order, Codec::Utf32, is_final)
    }
}

/// Codec registry and built-in codecs.
#[pymodule(name = "_codecs", parts(super::standard, super::with_mark))]
pub mod module {
    use super::*;

    /// Register a codec search function.
    #[pyfunction(sig = "register($module, search_function, /)")]
    fn register(vm: &Vm, search_function: &Value) -> PyResult<()> {
        registry::register(vm, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    #[pyfunction(sig = "unregister($module, search_function, /)")]
    fn unregister(vm: &Vm, search_function: &Value) {
        registry::unregister(vm, search_function);
    }

    /// Look a codec up in the registry.
    #[pyfunction(sig = "lookup($module, encoding, /)")]
    fn lookup(vm: &Vm, encoding: Cow<'_, str>) -> PyResult<Value> {
        registry::lookup(vm, &encoding)
    }

    /// Encode an object using the codec registered for encoding.
    #[pyfunction(sig = "encode($module, /, obj, encoding='utf-8', errors='strict')")]
    fn encode(
        vm: &Vm,
        obj: &Value,
        encoding: Option<Cow<'_, str>>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        let encoding = encoding.as_deref().unwrap_or("utf-8");
        let function = registry::function(vm, encoding, 0)?;
        registry::run(vm, &function, obj, errors.as_deref(), encoding, true)
    }

    /// Decode an object using the codec registered for encoding.
    #[pyfunction(sig = "decode($module, /, obj, encoding='utf-8', errors='strict')")]
    fn decode(
        vm: &Vm,
        obj: &Value,
        encoding: Option<Cow<'_, str>>,
        errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        let encoding = encoding.as_deref().unwrap_or("utf-8");
        let function = registry::function(vm, encoding, 1)?;
        registry::run(vm, &function, obj, errors.as_deref(), encoding, false)
    }

    /// Register an error handler under a name.
    #[pyfunction(sig = "register_error($module, errors, handler, /)")]
    fn register_error(vm: &Vm, errors: Cow<'_, str>, handler: &Value) -> PyResult<()> {
        registry::register_error(vm, &errors, handler)
    }

    /// Return the error handler of a name.
    #[pyfunction(sig = "lookup_error($module, name, /)")]
    fn lookup_error(vm: &Vm, name: Cow<'_, str>) -> PyResult<Value> {
        registry::lookup_error(vm, &name)
    }

    #[pyfunction(sig = "escape_encode($module, data, errors=None, /)")]
    fn escape_encode(
        vm: &Vm,
        data: &Py<PyBytes>,
        _errors: Option<Cow<'_, str>>,
    ) -> PyResult<Value> {
        vm.try_reserve(data.len().saturating_mul(4))?;
        let mut quoted = Vec::new();
        base::text::quote::push_quoted_bytes(data.as_slice(), b'\'', &mut quoted);
        let inner = quoted.get(1..quoted.len() - 1).unwrap_or(&[]);
        Ok(pair(vm, PyBytes::new(vm, inner).into_value(), data.len()))
    }

    #[pyfunction(sig = "escape_decode($module, data, errors=None, /)")]
    fn escape_decode(vm: &Vm, data: &Value, errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        let input = bytes_or_text(vm, data)?;
        let mode = match errors.as_deref() {
            Some("replace") => HexErrors::Replace,
            Some("ignore") => HexErrors::Ignore,
            _ => HexErrors::Strict,
        };
        let unknown = !matches!(
            errors.as_deref(),
            None | Some("strict" | "replace" | "ignore")
        );
        match escape::decode_bytes_escape(&input, mode, &mut None) {
            Ok(bytes) => Ok(pair(vm, PyBytes::new(vm, &bytes).into_value(), input.len())),
            Err(BytesEscapeError::Trailing) => Err(vm.value_error("Trailing \\ in string")),
            Err(BytesEscapeError::InvalidHex(_)) if unknown => Err(vm.value_error(format!(
                "decoding error; unknown error handling code: {}",
                errors.as_deref().unwrap_or_default()
            ))),
            Err(BytesEscapeError::InvalidHex(at)) => {
                Err(vm.value_error(format!("invalid \\x escape at position {at}")))
            }
        }
    }

    #[pyfunction(sig = "readbuffer_encode($module, data, errors=None, /)")]
    fn readbuffer_encode(vm: &Vm, data: &Value, _errors: Option<Cow<'_, str>>) -> PyResult<Value> {
        let bytes = bytes_or_text(vm, data)?;
        Ok(pair(vm, PyBytes::new(vm, &bytes).into_value(), bytes.len()))
    }

    #[pyfunction(sig = "charmap_encode($module, str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        vm: &Vm,
        string: &Py<PyStr>,
        errors: Option<Cow<'_, str>>,
        mapping: &Value,
    ) -> PyResult<Value> {
        if mapping.is_none() {
            return encoded(vm, Codec::Latin1, string, errors);
        }
        let bytes = charmap::encode(vm, string, &Handler::of(errors.as_deref()), mapping)?;
        Ok(pair(
            vm,
            PyBytes::new(vm, &bytes).into_value(),
            string.len(),
        ))
    }

    #[pyfunction(sig = "charmap_decode($module, data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        vm: &Vm,
        data: &Value,
        errors: Option<Cow<'_, str>>,
        mapping: &Value,
    ) -> PyResult<Value> {
        let input = buffer::to_vec(vm, data)?;
        if mapping.is_none() {
            return decoded(vm, Codec::Latin1, &input, errors, true);
        }
        let text: PyRef<PyStr> =
            charmap::decode(vm, &input, &Handler::of(errors.as_deref()), mapping)?;
        Ok(pair(vm, text.into_value(), input.len()))
    }

    #[pyfunction(sig = "charmap_build($module, map, /)")]
    fn charmap_build(vm: &Vm, map: &Py<PyStr>) -> PyResult<Value> {
        charmap::build(vm, map)
    }
}
