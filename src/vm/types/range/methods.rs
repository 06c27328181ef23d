//! What ranges do.
//!
//! CPython 3.11: `Objects/rangeobject.c`.

use super::iter::{PyLongRangeIter, PyRangeIter};
use super::value::{PyRange, big};
use crate::context::{PyResult, Vm};
use crate::object::{Args, CompareOp, Payload, Py, PyType, Table, Value};
use crate::protocol::{number, repr, sequence};
use crate::types::native::{arity, join_pieces, member, no_args, no_keywords, one, this, unsigned};
use crate::types::slice::methods::long_indices;
use crate::types::slice::value::PySlice;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__reversed__",
            "Return a reverse iterator.",
            reversed,
        )),
        unsigned(no_args("__reduce__", "", reduce)),
        unsigned(one(
            "count",
            "",
            "rangeobject.count(value) -> integer -- return number of occurrences of value",
            count,
        )),
        unsigned(one(
            "index",
            "",
            "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
            index,
        )),
    ],
    getsets: &[
        member("start", None, |vm, value| {
            Ok(this::<PyRange>(vm, value)?.start.clone())
        }),
        member("stop", None, |vm, value| {
            Ok(this::<PyRange>(vm, value)?.stop.clone())
        }),
        member("step", None, |vm, value| {
            Ok(this::<PyRange>(vm, value)?.step.clone())
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(range_repr));
        slots.hash.set(Some(range_hash));
        slots.richcompare.set(Some(richcompare));
        slots.iter.set(Some(range_iter));
        slots.bool.set(Some(|vm, value| {
            Ok(this::<PyRange>(vm, value)?.length.as_small_int() != Some(0))
        }));
        slots
            .sq_length
            .set(Some(|vm, value| this::<PyRange>(vm, value)?.len(vm)));
        slots
            .mp_length
            .set(Some(|vm, value| this::<PyRange>(vm, value)?.len(vm)));
        slots.sq_item.set(Some(|vm, value, index| {
            item(vm, this::<PyRange>(vm, value)?, &vm.new_int(index as i64))
        }));
        slots.sq_contains.set(Some(contains));
        slots.mp_subscript.set(Some(subscript));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if class.is(PyRange::class(vm)) {
        no_keywords(vm, "range", &args)?;
    }
    let given = args.positional();
    arity(vm, "range", given.len(), 1, 3)?;
    if let [stop] = given {
        let stop = number::index(vm, stop)?;
        return Ok(PyRange::new(vm, vm.new_int(0), stop, vm.new_int(1)).into_value());
    }
    let start = number::index(vm, &given[0])?;
    let stop = number::index(vm, &given[1])?;
    let step = match given.get(2) {
        Some(step) => number::index(vm, step)?,
        None => vm.new_int(1),
    };
    if step.as_small_int() == Some(0) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(PyRange::new(vm, start, stop, step).into_value())
}

fn range_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let range = this::<PyRange>(vm, value)?;
    let mut pieces = vec![repr::repr(vm, &range.start)?, repr::repr(vm, &range.stop)?];
    if range.step.as_small_int() != Some(1) {
        pieces.push(repr::repr(vm, &range.step)?);
    }
    join_pieces(vm, "range(", &pieces, &[", "], ")")
}

fn range_hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let range = this::<PyRange>(vm, value)?;
    let (start, step) = match range.length.as_small_int() {
        Some(0) => (Value::None, Value::None),
        Some(1) => (range.start.clone(), Value::None),
        _ => (range.start.clone(), range.step.clone()),
    };
    let key = vm.new_tuple(vec![range.length.clone(), start, step]);
    vm.hash(&key)
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PyRange>(), b.downcast_ref::<PyRange>())
    else {
        return Ok(Value::NotImplemented);
    };
    let _ = vm;
    let equal = || {
        let len = big(&left.length);
        len == big(&right.length)
            && (len.is_zero()
                || big(&left.start) == big(&right.start)
                    && (len == BigInt::from(1) || big(&left.step) == big(&right.step)))
    };
    Ok(match op {
        CompareOp::Eq => Value::bool(equal()),
        CompareOp::Ne => Value::bool(!equal()),
        _ => Value::NotImplemented,
    })
}

fn range_iter(vm: &Vm, value: &Value) -> PyResult<Value> {
    let range = this::<PyRange>(vm, value)?;
    Ok(match range.small {
        Some(small) => PyRangeIter::new(vm, small.start, small.step, small.len).into_value(),
        None => PyLongRangeIter::new(vm, big(&range.start), big(&range.step), big(&range.length))
            .into_value(),
    })
}

fn reversed(vm: &Vm, value: &Value) -> PyResult<Value> {
    let range = this::<PyRange>(vm, value)?;
    if let Some(small) = range.small
        && let Some(step) = small.step.checked_neg()
        && small.start.checked_add(step).is_some()
    {
        let last = small.start + (small.len - 1).max(-1) * small.step;
        return Ok(PyRangeIter::new(vm, last, step, small.len).into_value());
    }
    let (start, step, len) = (big(&range.start), big(&range.step), big(&range.length));
    let last = start + (&len - 1_u8) * &step;
    Ok(PyLongRangeIter::new(vm, last, -step, len).into_value())
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let range = this::<PyRange>(vm, value)?;
    let args = vec![range.start.clone(), range.stop.clone(), range.step.clone()];
    Ok(vm.new_tuple(vec![PyRange::class(vm).to_value(), vm.new_tuple(args)]))
}

fn is_plain_int(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, &vm.types.int) || value.is_bool()
}

fn contains(vm: &Vm, value: &Value, number: &Value) -> PyResult<bool> {
    if is_plain_int(vm, number) {
        return Ok(this::<PyRange>(vm, value)?.index_of(vm, number).is_some());
    }
    sequence::contains_by_iteration(vm, value, number)
}

fn count(vm: &Vm, value: &Value, number: &Value) -> PyResult<Value> {
    if is_plain_int(vm, number) {
        let found = this::<PyRange>(vm, value)?.index_of(vm, number).is_some();
        return Ok(vm.new_int(i64::from(found)));
    }
    Ok(vm.new_usize(sequence::count(vm, value, number)?))
}

fn index(vm: &Vm, value: &Value, number: &Value) -> PyResult<Value> {
    if !is_plain_int(vm, number) {
        return Ok(vm.new_usize(sequence::index_of(vm, value, number)?));
    }
    match this::<PyRange>(vm, value)?.index_of(vm, number) {
        Some(index) => Ok(index),
        None => Err(vm.value_error(format!("{} is not in range", repr::repr_text(vm, number)?))),
    }
}

/// The item at an index that counts from the end when negative.
fn item(vm: &Vm, range: &PyRange, index: &Value) -> PyResult<Value> {
    if let (Some(small), Some(index)) = (range.small, index.as_small_int()) {
        let index = if index < 0 { index + small.len } else { index };
        if (0..small.len).contains(&index) {
            return Ok(vm.new_int(small.start + index * small.step));
        }
    } else {
        let len = big(&range.length);
        let mut index = big(index);
        if index.is_negative() {
            index += &len;
        }
        if !index.is_negative() && index < len {
            return Ok(range.compute(vm, &index));
        }
    }
    Err(vm.index_error("range object index out of range"))
}

fn subscript(vm: &Vm, value: &Value, key: &Value) -> PyResult<Value> {
    let range = this::<PyRange>(vm, value)?;
    if number::is_index(vm, key) {
        return item(vm, range, &number::index(vm, key)?);
    }
    let Some(slice) = key.downcast_ref::<PySlice>() else {
        return Err(vm.type_error(format!(
            "range indices must be integers or slices, not {}",
            key.class(vm).tp_name()
        )));
    };
    let (start, stop, step) = long_indices(vm, slice, &big(&range.length))?;
    Ok(PyRange::new(
        vm,
        range.compute(vm, &start),
        range.compute(vm, &stop),
        vm.new_bigint(step * big(&range.step)),
    )
    .into_value())
}
