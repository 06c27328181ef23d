//! `_string`: the markup of `str.format` for `string.Formatter`.
//!
//! CPython 3.11: `Objects/stringlib/unicode_format.h`, `Modules/_string` in `Objects/unicodeobject.c`.

pub use module::DEF;

use base::format_spec::FormatError;
use base::format_spec::markup::{self, Accessor, FirstName, MarkupIterator};
use derive::{Traverse, pymethods, pymodule, pytype};
use std::cell::Cell;
use std::ops::Range;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, PyCell, PyRef, Value};
use vm::types::str::format_method::format_error;
use vm::types::str::value::PyStr;

fn string_argument<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStr>> {
    value
        .downcast_ref::<PyStr>()
        .ok_or_else(|| vm.type_error(format!("expected str, got {}", value.class(vm).tp_name())))
}

fn part(vm: &Vm, string: &Py<PyStr>, range: &Range<usize>) -> Value {
    PyStr::substring(vm, string, range.start, range.end).into_value()
}

fn raise(vm: &Vm) -> impl Fn(FormatError) -> PyErr + '_ {
    |error| format_error(vm, error)
}

/// The pieces of a format string, one at a time.
#[derive(Traverse)]
#[pytype(
    name = "formatteriterator",
    flags(GC, DISALLOW_INSTANTIATION),
    tables(PIECES)
)]
struct PyPieces {
    pieces: PyCell<Vec<Value>>,
    #[pytraverse(skip)]
    next: Cell<usize>,
    /// What went wrong behind the pieces.
    #[pytraverse(skip)]
    error: PyCell<Option<PyErr>>,
}

#[pymethods(table = PIECES)]
impl PyPieces {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<PyPieces>) -> PyResult<Option<Value>> {
        let index = zelf.next.get();
        if let Some(piece) = zelf.pieces.with(|pieces| pieces.get(index).cloned()) {
            zelf.next.set(index + 1);
            return Ok(Some(piece));
        }
        match zelf.error.take() {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }
}

/// The parts of a field's name behind the first.
#[derive(Traverse)]
#[pytype(
    name = "fieldnameiterator",
    flags(GC, DISALLOW_INSTANTIATION),
    tables(NAMES)
)]
struct PyNames {
    parts: PyCell<Vec<Value>>,
    #[pytraverse(skip)]
    next: Cell<usize>,
    #[pytraverse(skip)]
    error: PyCell<Option<PyErr>>,
}

#[pymethods(table = NAMES)]
impl PyNames {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<PyNames>) -> PyResult<Option<Value>> {
        let index = zelf.next.get();
        if let Some(part) = zelf.parts.with(|parts| parts.get(index).cloned()) {
            zelf.next.set(index + 1);
            return Ok(Some(part));
        }
        match zelf.error.take() {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }
}

fn pieces(vm: &Vm, string: &Py<PyStr>) -> PyRef<PyPieces> {
    let mut iterator = MarkupIterator::new(string.text(), 0..string.len());
    let mut pieces = Vec::new();
    let error = loop {
        let piece = match iterator.next_piece() {
            Ok(Some(piece)) => piece,
            Ok(None) => break None,
            Err(error) => break Some(raise(vm)(error)),
        };
        let literal = part(vm, string, &piece.literal);
        let items = match piece.field {
            None => vec![literal, Value::None, Value::None, Value::None],
            Some(field) => {
                let conversion = match field.conversion {
                    0 => Value::None,
                    c => PyStr::from_char(vm, c).into_value(),
                };
                vec![
                    literal,
                    part(vm, string, &field.name),
                    part(vm, string, &field.spec),
                    conversion,
                ]
            }
        };
        pieces.push(vm.new_tuple(items));
    };
    let payload = PyPieces {
        pieces: PyCell::new(pieces),
        next: Cell::new(0),
        error: PyCell::new(error),
    };
    PyRef::new(vm, payload)
}

fn split_name(vm: &Vm, string: &Py<PyStr>) -> PyResult<Value> {
    let (first, mut rest) =
        markup::split_field_name(string.text(), 0..string.len()).map_err(raise(vm))?;
    let first = match first {
        FirstName::Empty => vm.empty_str().into_value(),
        FirstName::Index(index) => vm.new_usize(index),
        FirstName::Keyword(range) => part(vm, string, &range),
    };
    let mut parts = Vec::new();
    let error = loop {
        let (is_attribute, name) = match rest.next_part() {
            Ok(Some(Accessor::Attribute(range))) => (true, part(vm, string, &range)),
            Ok(Some(Accessor::Index(index))) => (false, vm.new_usize(index)),
            Ok(Some(Accessor::Key(range))) => (false, part(vm, string, &range)),
            Ok(None) => break None,
            Err(error) => break Some(raise(vm)(error)),
        };
        parts.push(vm.new_tuple(vec![Value::bool(is_attribute), name]));
    };
    let payload = PyNames {
        parts: PyCell::new(parts),
        next: Cell::new(0),
        error: PyCell::new(error),
    };
    Ok(vm.new_tuple(vec![first, PyRef::new(vm, payload).into_value()]))
}

/// string helper module
#[pymodule(name = "_string")]
mod module {
    use super::*;

    /// split the argument as a field name
    #[pyfunction(sig = "formatter_field_name_split(field_name, /)", no_text_signature)]
    fn formatter_field_name_split(vm: &Vm, field_name: &Value) -> PyResult<Value> {
        split_name(vm, string_argument(vm, field_name)?)
    }

    /// parse the argument as a format string
    #[pyfunction(sig = "formatter_parser(format_string, /)", no_text_signature)]
    fn formatter_parser(vm: &Vm, format_string: &Value) -> PyResult<Value> {
        Ok(pieces(vm, string_argument(vm, format_string)?).into_value())
    }
}
