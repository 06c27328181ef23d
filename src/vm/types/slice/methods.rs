//! What slices do.

use super::value::PySlice;
use crate::context::{PyResult, Vm};
use crate::object::{Args, CompareOp, Payload, Py, PyType, Table, Value};
use crate::protocol::{number, repr};
use crate::types::int::value::IntRef;
use crate::types::native::{
    arity, compare_sequences, member, no_args, no_keywords, one, this, unsigned,
};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(one(
            "indices",
            "",
            "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the \
             stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling \
             of normal slices.",
            indices,
        )),
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
    ],
    getsets: &[
        member("start", None, |vm, value| {
            Ok(this::<PySlice>(vm, value)?.start.clone())
        }),
        member("stop", None, |vm, value| {
            Ok(this::<PySlice>(vm, value)?.stop.clone())
        }),
        member("step", None, |vm, value| {
            Ok(this::<PySlice>(vm, value)?.step.clone())
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(slice_repr));
        slots.richcompare.set(Some(richcompare));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let _ = class;
    no_keywords(vm, "slice", &args)?;
    let given = args.positional();
    arity(vm, "slice", given.len(), 1, 3)?;
    let slice = match given {
        [stop] => PySlice::new(vm, Value::None, stop.clone(), Value::None),
        _ => PySlice::new(
            vm,
            given[0].clone(),
            given[1].clone(),
            given.get(2).cloned().unwrap_or(Value::None),
        ),
    };
    Ok(slice.into_value())
}

fn slice_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let slice = this::<PySlice>(vm, value)?;
    let pieces = [
        repr::repr(vm, &slice.start)?,
        repr::repr(vm, &slice.stop)?,
        repr::repr(vm, &slice.step)?,
    ];
    crate::types::native::join_pieces(vm, "slice(", &pieces, &[", "], ")")
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PySlice>(), b.downcast_ref::<PySlice>())
    else {
        return Ok(Value::NotImplemented);
    };
    if a.is(b) {
        return Ok(Value::bool(matches!(
            op,
            CompareOp::Eq | CompareOp::Le | CompareOp::Ge
        )));
    }
    compare_sequences(
        vm,
        op,
        || (3, 3),
        |index| match index {
            0 => Some((left.start.clone(), right.start.clone())),
            1 => Some((left.stop.clone(), right.stop.clone())),
            2 => Some((left.step.clone(), right.step.clone())),
            _ => None,
        },
    )
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let slice = this::<PySlice>(vm, value)?;
    let state = vm.new_tuple(vec![
        slice.start.clone(),
        slice.stop.clone(),
        slice.step.clone(),
    ]);
    Ok(vm.new_tuple(vec![PySlice::class(vm).to_value(), state]))
}

/// A bound of any size.
fn big_index(vm: &Vm, value: &Value) -> PyResult<BigInt> {
    if !number::is_index(vm, value) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    let number = number::index_any(vm, value)?;
    Ok(number.as_int().map_or_else(BigInt::zero, IntRef::to_bigint))
}

fn indices(vm: &Vm, value: &Value, len: &Value) -> PyResult<Value> {
    let slice = this::<PySlice>(vm, value)?;
    let len = number::index(vm, len)?;
    let len = len.as_int().map_or_else(BigInt::zero, IntRef::to_bigint);
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let (start, stop, step) = long_indices(vm, slice, &len)?;
    Ok(vm.new_tuple(vec![
        vm.new_bigint(start),
        vm.new_bigint(stop),
        vm.new_bigint(step),
    ]))
}

/// Start, stop and step for a length of any size (`_PySlice_GetLongIndices`).
pub fn long_indices(vm: &Vm, slice: &PySlice, len: &BigInt) -> PyResult<(BigInt, BigInt, BigInt)> {
    let step = if slice.step.is_none() {
        BigInt::one()
    } else {
        let step = big_index(vm, &slice.step)?;
        if step.is_zero() {
            return Err(vm.value_error("slice step cannot be zero"));
        }
        step
    };
    let negative = step.is_negative();
    let (lower, upper) = if negative {
        (BigInt::from(-1), len - 1)
    } else {
        (BigInt::zero(), len.clone())
    };
    let clip = |bound: &Value, default: &BigInt| -> PyResult<BigInt> {
        if bound.is_none() {
            return Ok(default.clone());
        }
        let bound = big_index(vm, bound)?;
        Ok(if bound.is_negative() {
            (bound + len).max(lower.clone())
        } else {
            bound.min(upper.clone())
        })
    };
    let (first, last) = if negative {
        (&upper, &lower)
    } else {
        (&lower, &upper)
    };
    let start = clip(&slice.start, first)?;
    let stop = clip(&slice.stop, last)?;
    Ok((start, stop, step))
}
