//! The text a pattern is applied to: a str, or the bytes of a buffer.
//!
//! CPython 3.11: `getstring`, `getslice` in `Modules/_sre/sre.c`.

use base::text::TextRef;
use std::rc::Rc;
use vm::context::{PyResult, Vm};
use vm::object::{Traverse, Value, Visitor};
use vm::protocol::buffer;
use vm::types::bytes::value::PyBytes;
use vm::types::str::value::PyStr;

/// A text, kept alive.
#[derive(Clone)]
pub struct Subject {
    /// The object.
    pub value: Value,
    /// A copy of the bytes of a buffer that is no bytes object.
    copy: Option<Rc<[u8]>>,
}

impl Traverse for Subject {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.value);
    }
}

impl Subject {
    /// The text of an object.
    pub fn of(vm: &Vm, value: &Value) -> PyResult<Subject> {
        let is_plain =
            value.downcast_ref::<PyStr>().is_some() || value.downcast_ref::<PyBytes>().is_some();
        let copy = if is_plain {
            None
        } else if buffer::check(vm, value) {
            Some(buffer::to_vec(vm, value)?.into())
        } else {
            return Err(vm.type_error(format!(
                "expected string or bytes-like object, got '{}'",
                value.class(vm).tp_name()
            )));
        };
        Ok(Subject {
            value: value.clone(),
            copy,
        })
    }

    /// Whether it is bytes.
    pub fn is_bytes(&self) -> bool {
        self.value.downcast_ref::<PyStr>().is_none()
    }

    /// The characters.
    pub fn text(&self) -> TextRef<'_> {
        if let Some(string) = self.value.downcast_ref::<PyStr>() {
            return string.text();
        }
        match (&self.copy, self.value.downcast_ref::<PyBytes>()) {
            (Some(copy), _) => TextRef::Latin1(copy),
            (None, Some(bytes)) => TextRef::Latin1(bytes.as_slice()),
            (None, None) => TextRef::Latin1(&[]),
        }
    }

    /// A part of it as an object.
    pub fn slice(&self, vm: &Vm, start: usize, end: usize) -> Value {
        let end = end.max(start);
        if let Some(string) = self.value.downcast_ref::<PyStr>() {
            return PyStr::substring(vm, string, start, end).into_value();
        }
        match self.text() {
            TextRef::Latin1(bytes) => {
                if start == 0
                    && end == bytes.len()
                    && self.value.downcast_exact::<PyBytes>(vm).is_some()
                {
                    return self.value.clone();
                }
                PyBytes::new(vm, &bytes[start..end]).into_value()
            }
            _ => Value::None,
        }
    }
}
