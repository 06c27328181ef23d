//! Iterators over ranges: in machine words, and for the rest.

use super::value::PyRange;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyCell, PyRef, Table, Value, type_flag};
use crate::protocol::{convert_int, number};
use crate::types::native::{builtin, no_args, one, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use std::cell::Cell;

/// Payload of `range_iterator`.
pub struct PyRangeIter {
    next: Cell<i64>,
    step: i64,
    left: Cell<i64>,
    len: i64,
}

/// Payload of `longrange_iterator`.
pub struct PyLongRangeIter {
    start: BigInt,
    step: BigInt,
    len: BigInt,
    index: PyCell<BigInt>,
}

native_type!(PyRangeIter, "range_iterator", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

native_type!(PyLongRangeIter, "longrange_iterator", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [LONG_TABLE]);

const HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
const REDUCE_DOC: &str = "Return state information for pickling.";
const SETSTATE_DOC: &str = "Set state information for unpickling.";

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args("__length_hint__", HINT_DOC, |vm, value| {
            Ok(vm.new_int(this::<PyRangeIter>(vm, value)?.left.get()))
        })),
        unsigned(no_args("__reduce__", REDUCE_DOC, reduce)),
        unsigned(one("__setstate__", "", SETSTATE_DOC, setstate)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(|vm, value| {
            let next = this::<PyRangeIter>(vm, value)?.next();
            Ok(next.map(|number| vm.new_int(number)))
        }));
    },
};

static LONG_TABLE: Table = Table {
    methods: &[
        unsigned(no_args("__length_hint__", HINT_DOC, |vm, value| {
            let iterator = this::<PyLongRangeIter>(vm, value)?;
            Ok(vm.new_bigint(&iterator.len - iterator.index.get()))
        })),
        unsigned(no_args("__reduce__", REDUCE_DOC, long_reduce)),
        unsigned(one("__setstate__", "", SETSTATE_DOC, long_setstate)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(long_next));
    },
};

impl PyRangeIter {
    /// An iterator over `len` numbers; all of them and the one behind the last must fit.
    pub fn new(vm: &Vm, start: i64, step: i64, len: i64) -> PyRef<PyRangeIter> {
        PyRef::new(
            vm,
            PyRangeIter {
                next: Cell::new(start),
                step,
                left: Cell::new(len),
                len,
            },
        )
    }

    /// The next number.
    #[inline(always)]
    pub fn next(&self) -> Option<i64> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        self.left.set(left - 1);
        let next = self.next.get();
        self.next.set(next.wrapping_add(self.step));
        Some(next)
    }
}

impl PyLongRangeIter {
    /// An iterator over `len` numbers.
    pub fn new(vm: &Vm, start: BigInt, step: BigInt, len: BigInt) -> PyRef<PyLongRangeIter> {
        PyRef::new(
            vm,
            PyLongRangeIter {
                start,
                step,
                len,
                index: PyCell::new(BigInt::zero()),
            },
        )
    }
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyRangeIter>(vm, value)?;
    let index = iterator.len - iterator.left.get();
    let start = iterator
        .next
        .get()
        .wrapping_sub(index.wrapping_mul(iterator.step));
    let stop = start.wrapping_add(iterator.len.wrapping_mul(iterator.step));
    let range = PyRange::from_words(vm, start, stop, iterator.step).into_value();
    Ok(vm.new_tuple(vec![
        builtin(vm, "iter"),
        vm.new_tuple(vec![range]),
        vm.new_int(index),
    ]))
}

fn setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let iterator = this::<PyRangeIter>(vm, value)?;
    let index = convert_int::to_i64(vm, state)?.clamp(0, iterator.len);
    let now = iterator.len - iterator.left.get();
    let moved = (index - now).wrapping_mul(iterator.step);
    iterator.next.set(iterator.next.get().wrapping_add(moved));
    iterator.left.set(iterator.len - index);
    Ok(Value::None)
}

fn long_next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let iterator = this::<PyLongRangeIter>(vm, value)?;
    let index = iterator.index.get();
    if index >= iterator.len {
        return Ok(None);
    }
    let number = &iterator.start + &index * &iterator.step;
    iterator.index.set(index + 1_u8);
    Ok(Some(vm.new_bigint(number)))
}

fn long_reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PyLongRangeIter>(vm, value)?;
    let stop = &iterator.start + &iterator.len * &iterator.step;
    let range = PyRange::new(
        vm,
        vm.new_bigint(iterator.start.clone()),
        vm.new_bigint(stop),
        vm.new_bigint(iterator.step.clone()),
    );
    Ok(vm.new_tuple(vec![
        builtin(vm, "iter"),
        vm.new_tuple(vec![range.into_value()]),
        vm.new_bigint(iterator.index.get()),
    ]))
}

fn long_setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let iterator = this::<PyLongRangeIter>(vm, value)?;
    let index = super::value::big(&number::index(vm, state)?);
    let index = if index.is_negative() {
        BigInt::zero()
    } else {
        index.min(iterator.len.clone())
    };
    iterator.index.set(index);
    Ok(Value::None)
}
