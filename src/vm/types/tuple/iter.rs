//! Iterators over tuples.

use super::value::PyTuple;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Payload, PyCell, PyRef, Table, Value, type_flag};
use crate::protocol::convert_int;
use crate::types::native::{builtin, no_args, one, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `tuple_iterator`.
pub struct PyTupleIter {
    /// The tuple, until it is exhausted.
    tuple: PyCell<Option<PyRef<PyTuple>>>,
    index: Cell<usize>,
}

native_type!(PyTupleIter, "tuple_iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyTupleIter, |this, visit| this.tuple.with(|tuple| tuple.iter().for_each(|tuple| visit(&tuple.as_value()))))),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__length_hint__",
            "Private method returning an estimate of len(list(it)).",
            length_hint,
        )),
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
        unsigned(one(
            "__setstate__",
            "",
            "Set state information for unpickling.",
            setstate,
        )),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(next));
    },
};

impl PyTupleIter {
    /// An iterator from the first item of a tuple.
    #[inline]
    pub fn new(vm: &Vm, tuple: Value) -> PyRef<PyTupleIter> {
        debug_assert!(tuple.downcast_ref::<PyTuple>().is_some());
        PyRef::new(
            vm,
            PyTupleIter {
                tuple: PyCell::new(tuple.downcast::<PyTuple>().ok()),
                index: Cell::new(0),
            },
        )
    }

    /// The next item.
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        let index = self.index.get();
        let item = self
            .tuple
            .with(|tuple| tuple.as_ref()?.as_slice().get(index).cloned());
        if item.is_some() {
            self.index.set(index + 1);
        } else {
            drop(self.tuple.take());
        }
        item
    }
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    Ok(this::<PyTupleIter>(vm, value)?.next())
}

fn len(iterator: &PyTupleIter) -> Option<usize> {
    iterator.tuple.with(|tuple| Some(tuple.as_ref()?.len()))
}

fn length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyTupleIter>(vm, value)?;
    let left = len(iterator).map_or(0, |len| len.saturating_sub(iterator.index.get()));
    Ok(vm.new_usize(left))
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyTupleIter>(vm, value)?;
    let iter = builtin(vm, "iter");
    Ok(match iterator.tuple.get() {
        Some(tuple) => vm.new_tuple(vec![
            iter,
            vm.new_tuple(vec![tuple.into_value()]),
            vm.new_usize(iterator.index.get()),
        ]),
        None => vm.new_tuple(vec![
            iter,
            vm.new_tuple(vec![vm.empty_tuple().into_value()]),
        ]),
    })
}

fn setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let iterator = this::<PyTupleIter>(vm, value)?;
    let index = usize::try_from(convert_int::to_isize(vm, state)?).unwrap_or(0);
    if let Some(len) = len(iterator) {
        iterator.index.set(index.min(len));
    }
    Ok(Value::None)
}

/// Whether a type is that of tuple iterators.
pub fn is_tuple_iter(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PyTupleIter::class(vm))
}
