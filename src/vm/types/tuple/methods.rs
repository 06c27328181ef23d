//! Python-visible methods of `tuple`.
//!
//! CPython 3.11: `Objects/tupleobject.c`.

use super::value::PyTuple;
use crate::context::{PyResult, Vm};
use crate::object::{Table, Value};
use crate::protocol::compare;
use crate::types::native::{CLASS_GETITEM, arity, fast, no_args, one, search_bounds, this};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        no_args("__getnewargs__", "", getnewargs),
        no_args(
            "__sizeof__",
            "Size of object in memory, in bytes.",
            |vm, value| Ok(vm.new_usize(24 + 8 * this::<PyTuple>(vm, value)?.len())),
        ),
        fast(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
            index,
        ),
        one(
            "count",
            "($self, value, /)",
            "Return number of occurrences of value.",
            count,
        ),
        CLASS_GETITEM,
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

fn getnewargs(vm: &Vm, value: &Value) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    let copy = PyTuple::from_slice(vm, tuple.as_slice());
    Ok(PyTuple::from_slice(vm, &[copy.into_value()]).into_value())
}

fn index(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    arity(vm, "index", args.len(), 1, 3)?;
    let (start, stop) = search_bounds(vm, args.get(1), args.get(2), tuple.len())?;
    let items = tuple.as_slice();
    for (index, item) in items.iter().enumerate().take(stop).skip(start) {
        if compare::eq(vm, item, &args[0])? {
            return Ok(vm.new_usize(index));
        }
    }
    Err(vm.value_error("tuple.index(x): x not in tuple"))
}

fn count(vm: &Vm, value: &Value, wanted: &Value) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    let mut count = 0;
    for item in tuple.as_slice() {
        count += usize::from(compare::eq(vm, item, wanted)?);
    }
    Ok(vm.new_usize(count))
}
