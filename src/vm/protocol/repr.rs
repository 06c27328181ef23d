//! `repr`, `str`, `ascii`, `format`.
//!
//! CPython 3.11: `PyObject_Repr`, `PyObject_Str`, `PyObject_ASCII`, `PyObject_Format`.

use super::special;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::{PyRef, Value};
use crate::types::str::value::PyStr;

/// `repr(value)`.
pub fn repr(vm: &Vm, value: &Value) -> PyResult<PyRef<PyStr>> {
    if value.is_null() {
        return Ok(vm.intern_str("<NULL>"));
    }
    let Some(slot) = value.class(vm).slots.repr.get() else {
        return Ok(PyStr::new(
            vm,
            &format!(
                "<{} object at {}>",
                value.class(vm).tp_name(),
                address(value)
            ),
        ));
    };
    let _guard = vm.enter_recursive(" while getting the repr of an object")?;
    slot(vm, value)?
        .downcast::<PyStr>()
        .map_err(|result| returned_non_string(vm, "__repr__", &result))
}

/// `str(value)`.
pub fn str(vm: &Vm, value: &Value) -> PyResult<PyRef<PyStr>> {
    if let Some(string) = value.downcast_exact::<PyStr>(vm) {
        return Ok(string.to_ref());
    }
    if let Some(n) = value.as_small_int() {
        return Ok(PyStr::from_int(vm, n));
    }
    let Some(slot) = value.class(vm).slots.str.get() else {
        return repr(vm, value);
    };
    let _guard = vm.enter_recursive(" while getting the str of an object")?;
    slot(vm, value)?
        .downcast::<PyStr>()
        .map_err(|result| returned_non_string(vm, "__str__", &result))
}

#[cold]
#[inline(never)]
fn returned_non_string(vm: &Vm, method: &str, result: &Value) -> PyErr {
    vm.type_error(format!(
        "{method} returned non-string (type {})",
        result.class(vm).tp_name()
    ))
}

/// `ascii(value)`.
pub fn ascii(vm: &Vm, value: &Value) -> PyResult<PyRef<PyStr>> {
    let text = repr(vm, value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            0..=0x7f => escaped.push(char::from(c as u8)),
            0x80..=0xff => escaped.push_str(&format!("\\x{c:02x}")),
            0x100..=0xffff => escaped.push_str(&format!("\\u{c:04x}")),
            _ => escaped.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(PyStr::new(vm, &escaped))
}

/// `repr(value)` as Rust text, lone surrogates replaced; for messages.
pub fn repr_text(vm: &Vm, value: &Value) -> PyResult<String> {
    Ok(repr(vm, value)?.to_string_lossy().into_owned())
}

/// `str(value)` as Rust text, lone surrogates replaced; for messages.
pub fn str_text(vm: &Vm, value: &Value) -> PyResult<String> {
    Ok(str(vm, value)?.to_string_lossy().into_owned())
}

/// `format(value, spec)`; `spec` must be a str.
pub fn format(vm: &Vm, value: &Value, spec: Option<&Value>) -> PyResult<PyRef<PyStr>> {
    let empty = match spec {
        None => true,
        Some(spec) => match spec.downcast_ref::<PyStr>() {
            Some(spec) => spec.len() == 0,
            None => {
                return Err(vm.system_error(format!(
                    "Format specifier must be a string, not {}",
                    spec.class(vm).tp_name()
                )));
            }
        },
    };
    if empty {
        if let Some(string) = value.downcast_exact::<PyStr>(vm) {
            return Ok(string.to_ref());
        }
        if value.is_exact(vm, &vm.types.int) {
            return str(vm, value);
        }
    }
    let spec = match spec {
        Some(spec) => spec.clone(),
        None => vm.empty_str().into_value(),
    };
    let Some(result) = special::call(vm, value, &vm.names.__format__, &[spec])? else {
        return Err(vm.type_error(format!(
            "Type {} doesn't define __format__",
            value.class(vm).tp_name()
        )));
    };
    result.downcast::<PyStr>().map_err(|result| {
        vm.type_error(format!(
            "__format__ must return a str, not {}",
            result.class(vm).tp_name()
        ))
    })
}

/// The object's address as `%p` prints it.
pub fn address(value: &Value) -> String {
    format!("{:#x}", value.bits())
}

/// An object whose repr is being made; dropping it says that it is done.
pub struct ReprGuard<'a> {
    thread: &'a Thread,
    bits: u64,
}

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        self.thread.repr_stack.with_mut(|stack| {
            if let Some(place) = stack.iter().rposition(|&bits| bits == self.bits) {
                stack.remove(place);
            }
        });
    }
}

/// Notes that the repr of a container is being made; `None` when it already is, so that the container contains itself
/// (`Py_ReprEnter`).
pub fn enter<'a>(vm: &'a Vm, value: &Value) -> Option<ReprGuard<'a>> {
    let (thread, bits) = (vm.thread(), value.bits());
    let fresh = thread.repr_stack.with_mut(|stack| {
        let fresh = !stack.contains(&bits);
        if fresh {
            stack.push(bits);
        }
        fresh
    });
    fresh.then_some(ReprGuard { thread, bits })
}
