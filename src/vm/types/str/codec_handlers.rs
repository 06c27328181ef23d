//! The built-in error handlers as functions that Python can call: `codecs.lookup_error('ignore')`.
//!
//! CPython 3.11: `PyCodec_*Errors` in `Python/codecs.c`.

use super::codec_errors::{self as errors, Handler};
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Binding, MethodDef, NativeFn, Value};
use crate::protocol::buffer;
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::bytes::value::PyBytes;
use crate::types::exceptions::unicode::clipped_range;
use crate::types::exceptions::value::PyBaseException;
use base::text::TextBuilder;

macro_rules! handlers {
    ($( $function:ident $name:literal $python:literal $doc:literal $handler:ident; )*) => {
        $(
            fn $function(vm: &Vm, _module: &Value, exception: &Value) -> PyResult<Value> {
                handle(vm, &Handler::$handler, exception)
            }
        )*

        static DEFS: &[(&str, MethodDef)] = &[$(
            ($name, MethodDef {
                name: $python,
                doc: Some($doc),
                text_signature: None,
                binding: Binding::Static,
                function: NativeFn::O($function),
            }),
        )*];
    };
}

handlers! {
    strict "strict" "strict_errors" "Raises the exception it is given." Strict;
    ignore "ignore" "ignore_errors" "Leaves out what cannot be converted." Ignore;
    replace "replace" "replace_errors" "Puts a replacement character for what cannot be converted." Replace;
    xml "xmlcharrefreplace" "xmlcharrefreplace_errors" "Puts XML character references for what cannot be encoded." XmlCharRefReplace;
    backslash "backslashreplace" "backslashreplace_errors" "Puts backslash escapes for what cannot be converted." BackslashReplace;
    name "namereplace" "namereplace_errors" "Puts named escapes for what cannot be encoded." NameReplace;
    surrogate_pass "surrogatepass" "surrogatepass" "Lets surrogates through." SurrogatePass;
    surrogate_escape "surrogateescape" "surrogateescape" "Turns bytes into surrogates and back." SurrogateEscape;
}

/// The function of a built-in handler.
pub fn make(vm: &Vm, name: &str) -> Option<Value> {
    let (_, def) = DEFS.iter().find(|(known, _)| *known == name)?;
    Some(PyBuiltinFunction::new(vm, def, Value::NULL, None).into_value())
}

fn is_a(vm: &Vm, exception: &Value, kind: ExcKind) -> bool {
    exception.class(vm).is_subtype(&vm.exception_class(kind))
}

/// The exception, raised.
fn raise(vm: &Vm, exception: &Value) -> PyErr {
    match exception.clone().downcast::<PyBaseException>() {
        Ok(exception) => PyErr::new(exception),
        Err(_) => vm.type_error("codec must pass exception instance"),
    }
}

fn handle(vm: &Vm, handler: &Handler, exception: &Value) -> PyResult<Value> {
    if *handler == Handler::Strict {
        return Err(raise(vm, exception));
    }
    if is_a(vm, exception, ExcKind::UnicodeEncodeError) {
        return on_text(vm, handler, exception, true);
    }
    if is_a(vm, exception, ExcKind::UnicodeDecodeError) {
        return on_bytes(vm, handler, exception);
    }
    if is_a(vm, exception, ExcKind::UnicodeTranslateError) {
        return on_text(vm, handler, exception, false);
    }
    Err(errors::wrong_exception(vm, exception))
}

fn pair(vm: &Vm, replacement: Value, next: usize) -> Value {
    vm.new_tuple(vec![replacement, vm.new_usize(next)])
}

/// The object and the encoding's name of a Unicode error, and where it happened.
fn parts(vm: &Vm, exception: &Value) -> PyResult<(Value, String, usize, usize)> {
    let (error, start, end) = clipped_range(vm, exception)?;
    let object = error.object.get().unwrap_or(Value::None);
    let encoding = error.encoding.get();
    let encoding = encoding
        .as_ref()
        .and_then(|encoding| encoding.downcast_ref::<PyStr>())
        .map(|encoding| encoding.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok((object, encoding, start, end.max(start)))
}

fn on_text(vm: &Vm, handler: &Handler, exception: &Value, encoding_error: bool) -> PyResult<Value> {
    let (object, encoding, start, end) = parts(vm, exception)?;
    let Some(string) = object.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("object attribute must be unicode"));
    };
    let end = end.min(string.len());
    let chars = || string.text().slice(start.min(end), end).chars();
    let replacement = match handler {
        Handler::SurrogateEscape if encoding_error => {
            let bytes = errors::escaped_bytes(chars());
            if bytes.len() != chars().len() {
                return Err(raise(vm, exception));
            }
            PyBytes::new(vm, &bytes).into_value()
        }
        Handler::SurrogatePass if encoding_error => {
            match errors::passed_surrogates(&encoding, chars()) {
                Some(bytes) => PyBytes::new(vm, &bytes).into_value(),
                None => return Err(raise(vm, exception)),
            }
        }
        Handler::Replace if !encoding_error => {
            PyStr::from_chars(vm, &vec![0xfffd; chars().len()]).into_value()
        }
        Handler::Ignore | Handler::BackslashReplace => text(vm, handler, chars()),
        _ if encoding_error => text(vm, handler, chars()),
        _ => return Err(errors::wrong_exception(vm, exception)),
    };
    Ok(pair(vm, replacement, end))
}

fn text(vm: &Vm, handler: &Handler, chars: impl Iterator<Item = u32>) -> Value {
    vm.new_str(&errors::text_for(handler, chars).unwrap_or_default())
}

fn on_bytes(vm: &Vm, handler: &Handler, exception: &Value) -> PyResult<Value> {
    let (object, encoding, start, end) = parts(vm, exception)?;
    let input = buffer::to_vec(vm, &object)?;
    let bad = input.get(start..end).unwrap_or(&[]);
    let mut out = TextBuilder::new();
    let mut next = end;
    match handler {
        Handler::Ignore => {}
        Handler::Replace => out.push(0xfffd),
        Handler::BackslashReplace => {
            for &byte in bad {
                let mut escape = String::new();
                errors::push_backslash(byte.into(), &mut escape);
                out.push_utf8(&escape);
            }
        }
        Handler::SurrogateEscape => {
            let count = bad.iter().take(4).take_while(|&&byte| byte >= 0x80).count();
            if count == 0 {
                return Err(raise(vm, exception));
            }
            bad[..count]
                .iter()
                .for_each(|&byte| out.push(0xdc00 + u32::from(byte)));
            next = start + count;
        }
        Handler::SurrogatePass => {
            let rest = input.get(start..).unwrap_or(&[]);
            let Some((c, len)) = errors::passed_bytes(&encoding, rest) else {
                return Err(raise(vm, exception));
            };
            out.push(c);
            next = start + len;
        }
        _ => return Err(errors::wrong_exception(vm, exception)),
    }
    Ok(pair(
        vm,
        PyStr::from_text(vm, &out.finish()).into_value(),
        next,
    ))
}
