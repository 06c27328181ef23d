//! The registry of codecs and error handlers.
//!
//! CPython 3.11: `Python/codecs.c`.

use super::codec_handlers;
use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyCell, Value};
use crate::protocol::{attr, call};
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;
use std::collections::HashMap;

/// The registry of an interpreter.
#[derive(Default)]
pub struct Registry {
    search_path: PyCell<Vec<Value>>,
    cache: PyCell<HashMap<String, Value>>,
    errors: PyCell<HashMap<String, Value>>,
    imported: Cell<bool>,
}

/// Lower case, and every run of other characters than letters, digits and dots an underscore.
pub fn normalize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(char::from(byte.to_ascii_lowercase()));
        } else {
            gap = true;
        }
    }
    out
}

/// `codecs.register`
pub fn register(vm: &Vm, function: &Value) -> PyResult<()> {
    if !call::is_callable(vm, function) {
        return Err(vm.type_error("argument must be callable"));
    }
    let state = vm.state.get::<Registry>();
    state
        .search_path
        .with_mut(|path| path.push(function.clone()));
    Ok(())
}

/// `codecs.unregister`
pub fn unregister(vm: &Vm, function: &Value) {
    let state = vm.state.get::<Registry>();
    let removed = state.search_path.with_mut(|path| {
        let place = path.iter().position(|known| known.is(function))?;
        Some(path.remove(place))
    });
    if removed.is_some() {
        drop(state.cache.take());
    }
}

/// Imports `encodings` once: it registers the search function of the standard library.
fn ensure_imported(vm: &Vm, state: &Registry) -> PyResult<()> {
    if state.imported.replace(true) {
        return Ok(());
    }
    let name = vm.intern_str("encodings").into_value();
    let import = vm.hooks.import_name.get();
    let result = import(vm, &name, &Value::None, &Value::None, &Value::None, 0);
    if result.is_err() {
        state.imported.set(false);
    }
    result.map(drop)
}

/// `codecs.lookup`: the tuple of encoder, decoder, stream reader, stream writer.
pub fn lookup(vm: &Vm, encoding: &str) -> PyResult<Value> {
    let state = vm.state.get::<Registry>();
    let name = normalize(encoding);
    if let Some(known) = state.cache.with(|cache| cache.get(&name).cloned()) {
        return Ok(known);
    }
    ensure_imported(vm, &state)?;
    let path = state.search_path.with(Vec::clone);
    if path.is_empty() {
        return Err(vm.lookup_error("no codec search functions registered: can't find encoding"));
    }
    let key = vm.new_str(&name);
    for function in path {
        let found = call::call1(vm, &function, &key)?;
        if found.is_none() {
            continue;
        }
        if found
            .downcast_ref::<PyTuple>()
            .is_none_or(|tuple| tuple.len() != 4)
        {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        let old = state
            .cache
            .with_mut(|cache| cache.insert(name.clone(), found.clone()));
        drop(old);
        return Ok(found);
    }
    Err(vm.lookup_error(format!("unknown encoding: {encoding}")))
}

fn item(codec: &Value, index: usize) -> Option<Value> {
    codec
        .downcast_ref::<PyTuple>()?
        .as_slice()
        .get(index)
        .cloned()
}

/// The encoder (0) or decoder (1) of a codec.
pub fn function(vm: &Vm, encoding: &str, index: usize) -> PyResult<Value> {
    Ok(item(&lookup(vm, encoding)?, index).unwrap_or(Value::None))
}

/// As `function`, for text encodings only; `alternative` names what works with the others.
fn text_function(vm: &Vm, encoding: &str, index: usize, alternative: &str) -> PyResult<Value> {
    let codec = text_codec(vm, encoding, alternative)?;
    Ok(item(&codec, index).unwrap_or(Value::None))
}

/// A codec that is one of text encodings; `alternative` names what works with the others.
pub fn text_codec(vm: &Vm, encoding: &str, alternative: &str) -> PyResult<Value> {
    let codec = lookup(vm, encoding)?;
    if !codec.is_exact(vm, &vm.types.tuple)
        && let Some(flag) = attr::get_opt(vm, &codec, &vm.intern_str("_is_text_encoding"))?
        && !crate::protocol::truth::is_true(vm, &flag)?
    {
        return Err(vm.lookup_error(format!(
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        )));
    }
    Ok(codec)
}

/// Calls an encoder or decoder and gives the first item of the pair it returns.
pub fn run(
    vm: &Vm,
    function: &Value,
    object: &Value,
    errors: Option<&str>,
    encoding: &str,
    is_encoder: bool,
) -> PyResult<Value> {
    let result = match errors {
        Some(errors) => call::call_args(vm, function, &[object.clone(), vm.new_str(errors)]),
        None => call::call1(vm, function, object),
    };
    let operation = if is_encoder { "encoding" } else { "decoding" };
    let result = result.map_err(|error| with_codec_name(vm, error, operation, encoding))?;
    match result
        .downcast_ref::<PyTuple>()
        .map(|tuple| tuple.as_slice())
    {
        Some([first, _]) => Ok(first.clone()),
        _ => Err(vm.type_error(if is_encoder {
            "encoder must return a tuple (object, integer)"
        } else {
            "decoder must return a tuple (object,integer)"
        })),
    }
}

/// Says in the exception which codec failed, where the exception is of a plain kind (`_PyErr_TrySetFromCause`).
#[cold]
fn with_codec_name(vm: &Vm, error: PyErr, operation: &str, encoding: &str) -> PyErr {
    let exception = error.to_value();
    let class = exception.class(vm);
    let base = vm.exception_class(ExcKind::BaseException);
    let plain = class.slots.init.get().map(|f| f as usize)
        == base.slots.init.get().map(|f| f as usize)
        && class.slots.new.get().map(|f| f as usize) == base.slots.new.get().map(|f| f as usize);
    let args = error.exception().args.with(|args| args.clone());
    let text = match args.as_slice() {
        [] => None,
        [one] => match one.downcast_ref::<PyStr>() {
            Some(text) => Some(text.to_string_lossy().into_owned()),
            None => return error,
        },
        _ => return error,
    };
    if !plain {
        return error;
    }
    let message = format!(
        "{operation} with '{encoding}' codec failed ({}: {})",
        class.tp_name(),
        text.unwrap_or_default()
    );
    let fresh = crate::types::exceptions::raise::instantiate(vm, class, &[vm.new_str(&message)]);
    let fields = fresh.exception();
    fields.cause.set(Some(exception.clone()));
    fields.context.set(Some(exception.clone()));
    fields.suppress_context.set(true);
    fresh.clone()
}

/// `string.encode` by a registered codec.
pub fn encode_text(
    vm: &Vm,
    string: &Value,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Value> {
    let function = text_function(vm, encoding, 0, "codecs.encode()")?;
    run(vm, &function, string, errors, encoding, true)
}

/// `bytes.decode` by a registered codec.
pub fn decode_text(
    vm: &Vm,
    bytes: &Value,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Value> {
    let function = text_function(vm, encoding, 1, "codecs.decode()")?;
    run(vm, &function, bytes, errors, encoding, false)
}

/// `codecs.register_error`
pub fn register_error(vm: &Vm, name: &str, handler: &Value) -> PyResult<()> {
    if !call::is_callable(vm, handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    let state = vm.state.get::<Registry>();
    let old = state
        .errors
        .with_mut(|errors| errors.insert(name.to_string(), handler.clone()));
    drop(old);
    Ok(())
}

/// `codecs.lookup_error`
pub fn lookup_error(vm: &Vm, name: &str) -> PyResult<Value> {
    let state = vm.state.get::<Registry>();
    if let Some(handler) = state.errors.with(|errors| errors.get(name).cloned()) {
        return Ok(handler);
    }
    if let Some(handler) = codec_handlers::make(vm, name) {
        register_error(vm, name, &handler)?;
        return Ok(handler);
    }
    Err(vm.lookup_error(format!("unknown error handler name '{name}'")))
}
