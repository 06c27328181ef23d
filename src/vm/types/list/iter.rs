//! Iterators over lists, forward and backward.

use super::value::PyList;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyCell, PyRef, Table, Value, type_flag};
use crate::protocol::convert_int;
use crate::types::native::{builtin, no_args, one, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `list_iterator`.
pub struct PyListIter {
    /// The list, until it is exhausted.
    list: PyCell<Option<PyRef<PyList>>>,
    index: Cell<usize>,
}

/// Payload of `list_reverseiterator`.
pub struct PyListReverseIter {
    /// The list, until it is exhausted.
    list: PyCell<Option<PyRef<PyList>>>,
    /// The next index; -1 at the end.
    index: Cell<isize>,
}

native_type!(PyListIter, "list_iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyListIter, |this, visit| this.list.with(|list| list.iter().for_each(|list| visit(&list.as_value()))))),
    clear: None, tables: [TABLE]);

native_type!(PyListReverseIter, "list_reverseiterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyListReverseIter, |this, visit| this.list.with(|list| list.iter().for_each(|list| visit(&list.as_value()))))),
    clear: None, tables: [REVERSE_TABLE]);

const HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
const REDUCE_DOC: &str = "Return state information for pickling.";
const SETSTATE_DOC: &str = "Set state information for unpickling.";

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args("__length_hint__", HINT_DOC, length_hint)),
        unsigned(no_args("__reduce__", REDUCE_DOC, reduce)),
        unsigned(one("__setstate__", "", SETSTATE_DOC, setstate)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots
            .iternext
            .set(Some(|vm, value| Ok(this::<PyListIter>(vm, value)?.next())));
    },
};

static REVERSE_TABLE: Table = Table {
    methods: &[
        unsigned(no_args("__length_hint__", HINT_DOC, reverse_length_hint)),
        unsigned(no_args("__reduce__", REDUCE_DOC, reverse_reduce)),
        unsigned(one("__setstate__", "", SETSTATE_DOC, reverse_setstate)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(|vm, value| {
            Ok(this::<PyListReverseIter>(vm, value)?.next())
        }));
    },
};

fn len_of(list: &PyCell<Option<PyRef<PyList>>>) -> Option<usize> {
    list.with(|list| Some(list.as_ref()?.len()))
}

#[inline(always)]
fn item_of(list: &PyCell<Option<PyRef<PyList>>>, index: usize) -> Option<Value> {
    list.with(|list| list.as_ref()?.get(index))
}

impl PyListIter {
    /// An iterator from the first item of a list.
    #[inline]
    pub fn new(vm: &Vm, list: Value) -> PyRef<PyListIter> {
        PyRef::new(
            vm,
            PyListIter {
                list: PyCell::new(list.downcast::<PyList>().ok()),
                index: Cell::new(0),
            },
        )
    }

    /// The next item.
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        let index = self.index.get();
        let item = item_of(&self.list, index);
        if item.is_some() {
            self.index.set(index + 1);
        } else {
            drop(self.list.take());
        }
        item
    }
}

impl PyListReverseIter {
    /// An iterator from the last item of a list.
    pub fn new(vm: &Vm, list: Value) -> PyRef<PyListReverseIter> {
        let len = list.downcast_ref::<PyList>().map_or(0, |list| list.len());
        PyRef::new(
            vm,
            PyListReverseIter {
                list: PyCell::new(list.downcast::<PyList>().ok()),
                index: Cell::new(len as isize - 1),
            },
        )
    }

    fn next(&self) -> Option<Value> {
        let index = self.index.get();
        let item = usize::try_from(index)
            .ok()
            .and_then(|index| item_of(&self.list, index));
        if item.is_some() {
            self.index.set(index - 1);
        } else {
            self.index.set(-1);
            drop(self.list.take());
        }
        item
    }
}

fn length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyListIter>(vm, value)?;
    let left = len_of(&iterator.list).map_or(0, |len| len.saturating_sub(iterator.index.get()));
    Ok(vm.new_usize(left))
}

fn exhausted(vm: &Vm) -> Value {
    vm.new_tuple(vec![
        builtin(vm, "iter"),
        vm.new_tuple(vec![vm.new_list(Vec::new())]),
    ])
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyListIter>(vm, value)?;
    Ok(match iterator.list.get() {
        Some(list) => vm.new_tuple(vec![
            builtin(vm, "iter"),
            vm.new_tuple(vec![list.into_value()]),
            vm.new_usize(iterator.index.get()),
        ]),
        None => exhausted(vm),
    })
}

fn setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let iterator = this::<PyListIter>(vm, value)?;
    let index = usize::try_from(convert_int::to_isize(vm, state)?).unwrap_or(0);
    if let Some(len) = len_of(&iterator.list) {
        iterator.index.set(index.min(len));
    }
    Ok(Value::None)
}

fn reverse_length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyListReverseIter>(vm, value)?;
    let left = (iterator.index.get() + 1) as usize;
    let len = len_of(&iterator.list).unwrap_or(0);
    Ok(vm.new_usize(if len < left { 0 } else { left }))
}

fn reverse_reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyListReverseIter>(vm, value)?;
    Ok(match iterator.list.get() {
        Some(list) => vm.new_tuple(vec![
            builtin(vm, "reversed"),
            vm.new_tuple(vec![list.into_value()]),
            vm.new_int(iterator.index.get() as i64),
        ]),
        None => exhausted(vm),
    })
}

fn reverse_setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let iterator = this::<PyListReverseIter>(vm, value)?;
    let index = convert_int::to_isize(vm, state)?;
    if let Some(len) = len_of(&iterator.list) {
        iterator.index.set(index.clamp(-1, len as isize - 1));
    }
    Ok(Value::None)
}
