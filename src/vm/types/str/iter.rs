//! Iterators over strings: one type for ASCII strings, one for the others.
//!
//! CPython 3.11: `unicodeiterobject` in `Objects/unicodeobject.c`.

use super::value::PyStr;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::protocol::convert_int;
use crate::types::native::builtin;
use derive::{pymethods, pytype};
use std::cell::Cell;

/// Where an iterator stands.
pub struct State {
    string: PyCell<Option<PyRef<PyStr>>>,
    index: Cell<usize>,
}

impl State {
    fn new(string: PyRef<PyStr>) -> State {
        State {
            string: PyCell::new(Some(string)),
            index: Cell::new(0),
        }
    }

    fn next(&self, vm: &Vm) -> Option<Value> {
        let index = self.index.get();
        let c = self.string.with(|string| string.as_ref()?.char_at(index));
        match c {
            Some(c) => {
                self.index.set(index + 1);
                Some(PyStr::from_char(vm, c).into_value())
            }
            None => {
                drop(self.string.take());
                None
            }
        }
    }

    fn left(&self) -> usize {
        let len = self
            .string
            .with(|string| string.as_ref().map_or(0, |string| string.len()));
        len.saturating_sub(self.index.get())
    }

    fn reduce(&self, vm: &Vm) -> Value {
        let iter = builtin(vm, "iter");
        match self.string.get() {
            Some(string) => vm.new_tuple(vec![
                iter,
                vm.new_tuple(vec![string.into_value()]),
                vm.new_usize(self.index.get()),
            ]),
            None => vm.new_tuple(vec![iter, vm.new_tuple(vec![vm.empty_str().into_value()])]),
        }
    }

    fn setstate(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let index = usize::try_from(convert_int::to_isize(vm, state)?).unwrap_or(0);
        if let Some(len) = self
            .string
            .with(|string| string.as_ref().map(|string| string.len()))
        {
            self.index.set(index.min(len));
        }
        Ok(())
    }
}

/// Payload of `str_iterator`.
#[pytype(name = "str_iterator", flags(DISALLOW_INSTANTIATION), tables(TABLE))]
pub struct PyStrIter(State);

/// Payload of `str_ascii_iterator`.
#[pytype(
    name = "str_ascii_iterator",
    flags(DISALLOW_INSTANTIATION),
    tables(ASCII)
)]
pub struct PyAsciiIter(State);

/// `iter(string)`
pub fn iter(vm: &Vm, string: &Py<PyStr>) -> Value {
    let state = State::new(string.to_ref());
    if string.is_ascii() {
        PyRef::new(vm, PyAsciiIter(state)).into_value()
    } else {
        PyRef::new(vm, PyStrIter(state)).into_value()
    }
}

#[pymethods]
impl PyStrIter {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(vm: &Vm, zelf: &Py<PyStrIter>) -> Option<Value> {
        zelf.0.next(vm)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod]
    fn __length_hint__(&self) -> usize {
        self.0.left()
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(vm: &Vm, zelf: &Py<PyStrIter>) -> Value {
        zelf.0.reduce(vm)
    }

    /// Set state information for unpickling.
    #[pymethod]
    fn __setstate__(vm: &Vm, zelf: &Py<PyStrIter>, state: &Value) -> PyResult<()> {
        zelf.0.setstate(vm, state)
    }
}

#[pymethods(table = ASCII)]
impl PyAsciiIter {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(vm: &Vm, zelf: &Py<PyAsciiIter>) -> Option<Value> {
        zelf.0.next(vm)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod]
    fn __length_hint__(&self) -> usize {
        self.0.left()
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(vm: &Vm, zelf: &Py<PyAsciiIter>) -> Value {
        zelf.0.reduce(vm)
    }

    /// Set state information for unpickling.
    #[pymethod]
    fn __setstate__(vm: &Vm, zelf: &Py<PyAsciiIter>, state: &Value) -> PyResult<()> {
        zelf.0.setstate(vm, state)
    }
}
