//! Python-visible methods of `set` and `frozenset`.
//!
//! CPython 3.11: `Objects/setobject.c`.

use super::ops;
use super::table::{PyAnySet, PyFrozenSet, PySet};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{MethodDef, Payload, Py, Table, Value};
use crate::protocol::call;
use crate::types::native::{CLASS_GETITEM, fast, no_args, one, this, unsigned};

const COPY: &str = "Return a shallow copy of a set.";
const DIFFERENCE: &str = "Return the difference of two or more sets as a new set.\n\n(i.e. all elements that are in this set but not the others.)";
const INTERSECTION: &str = "Return the intersection of two sets as a new set.\n\n(i.e. all elements that are in both sets.)";
const ISDISJOINT: &str = "Return True if two sets have a null intersection.";
const ISSUBSET: &str = "Report whether another set contains this set.";
const ISSUPERSET: &str = "Report whether this set contains another set.";
const SYMMETRIC_DIFFERENCE: &str = "Return the symmetric difference of two sets as a new set.\n\n(i.e. all elements that are in exactly one of the sets.)";
const UNION: &str =
    "Return the union of sets as a new set.\n\n(i.e. all elements that are in either set.)";

/// What both kinds have.
static COMMON: [MethodDef; 12] = [
    unsigned(one(
        "__contains__",
        "",
        "x.__contains__(y) <==> y in x.",
        |vm, value, key| Ok(Value::bool(contains(vm, value, key)?)),
    )),
    unsigned(fast("difference", "", DIFFERENCE, ops::difference_multi)),
    unsigned(fast(
        "intersection",
        "",
        INTERSECTION,
        ops::intersection_multi,
    )),
    unsigned(one("isdisjoint", "", ISDISJOINT, |vm, value, other| {
        Ok(Value::bool(ops::is_disjoint(vm, value, other)?))
    })),
    unsigned(one("issubset", "", ISSUBSET, |vm, value, other| {
        Ok(Value::bool(ops::is_subset(vm, value, other)?))
    })),
    unsigned(one("issuperset", "", ISSUPERSET, |vm, value, other| {
        Ok(Value::bool(ops::is_superset(vm, value, other)?))
    })),
    unsigned(no_args(
        "__reduce__",
        "Return state information for pickling.",
        reduce,
    )),
    unsigned(no_args(
        "__sizeof__",
        "S.__sizeof__() -> size of S in memory, in bytes",
        sizeof,
    )),
    unsigned(one(
        "symmetric_difference",
        "",
        SYMMETRIC_DIFFERENCE,
        ops::symmetric_difference,
    )),
    unsigned(fast("union", "", UNION, ops::union)),
    CLASS_GETITEM,
    unsigned(no_args("copy", COPY, copy)),
];

/// What this file gives `set`, the common methods aside.
pub static SET_TABLE: Table = Table {
    methods: &[
        unsigned(one(
            "add",
            "",
            "Add an element to a set.\n\nThis has no effect if the element is already present.",
            |vm, value, key| {
                this::<PySet>(vm, value)?.add(vm, key.clone())?;
                Ok(Value::None)
            },
        )),
        unsigned(no_args(
            "clear",
            "Remove all elements from this set.",
            |vm, value| {
                this::<PySet>(vm, value)?.clear(vm);
                Ok(Value::None)
            },
        )),
        unsigned(one(
            "discard",
            "",
            "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
            |vm, value, key| {
                take_out(vm, value, key)?;
                Ok(Value::None)
            },
        )),
        unsigned(fast(
            "difference_update",
            "",
            "Remove all elements of another set from this set.",
            |vm, value, others| {
                for other in others {
                    ops::difference_update(vm, value, other)?;
                }
                Ok(Value::None)
            },
        )),
        unsigned(fast(
            "intersection_update",
            "",
            "Update a set with the intersection of itself and another.",
            |vm, value, others| {
                intersection_update(vm, value, others)?;
                Ok(Value::None)
            },
        )),
        unsigned(no_args(
            "pop",
            "Remove and return an arbitrary set element.\nRaises KeyError if the set is empty.",
            |vm, value| {
                this::<PySet>(vm, value)?.pop().ok_or_else(|| {
                    vm.new_exception(ExcKind::KeyError, vm.new_str("pop from an empty set"))
                })
            },
        )),
        unsigned(one(
            "remove",
            "",
            "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
            |vm, value, key| {
                if take_out(vm, value, key)? {
                    Ok(Value::None)
                } else {
                    Err(vm.key_error(key))
                }
            },
        )),
        unsigned(one(
            "symmetric_difference_update",
            "",
            "Update a set with the symmetric difference of itself and another.",
            |vm, value, other| {
                ops::symmetric_difference_update(vm, value, other)?;
                Ok(Value::None)
            },
        )),
        unsigned(fast(
            "update",
            "",
            "Update a set with the union of itself and others.",
            |vm, value, others| {
                let set = this::<PySet>(vm, value)?;
                for other in others {
                    ops::update(vm, set, other)?;
                }
                Ok(Value::None)
            },
        )),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

/// Methods that both kinds have.
pub static COMMON_TABLE: Table = Table {
    methods: &COMMON,
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

/// `set &= *others`
pub(super) fn intersection_update(vm: &Vm, value: &Value, others: &[Value]) -> PyResult<()> {
    let common = ops::intersection_multi(vm, value, others)?;
    let set = this::<PyAnySet>(vm, value)?;
    if let Some(common) = ops::any_set(&common) {
        set.swap(common);
    }
    Ok(())
}

fn copy(vm: &Vm, value: &Value) -> PyResult<Value> {
    this::<PyAnySet>(vm, value)?;
    if value.is_exact(vm, PyFrozenSet::class(vm)) {
        return Ok(value.clone());
    }
    ops::copy(vm, value)
}

/// A frozenset equal to a key that is a set, which cannot be hashed itself.
fn frozen_key(vm: &Vm, key: &Value, error: crate::context::PyErr) -> PyResult<Value> {
    match key.downcast_ref::<PySet>() {
        Some(key) if error.is(vm, ExcKind::TypeError) => {
            let frozen = PyFrozenSet::new(vm);
            frozen.merge(vm, key)?;
            Ok(frozen.into_value())
        }
        _ => Err(error),
    }
}

/// `key in set`
pub(super) fn contains(vm: &Vm, value: &Value, key: &Value) -> PyResult<bool> {
    let set: &Py<PyAnySet> = this(vm, value)?;
    match set.contains(vm, key) {
        Ok(found) => Ok(found),
        Err(error) => set.contains(vm, &frozen_key(vm, key, error)?),
    }
}

fn take_out(vm: &Vm, value: &Value, key: &Value) -> PyResult<bool> {
    let set = this::<PySet>(vm, value)?;
    match set.discard(vm, key) {
        Ok(found) => Ok(found),
        Err(error) => set.discard(vm, &frozen_key(vm, key, error)?),
    }
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let items = this::<PyAnySet>(vm, value)?.items();
    let args = vm.new_tuple(vec![vm.new_list(items)]);
    let state = call::call_method(vm, value, &vm.names.__getstate__, &[])?;
    Ok(vm.new_tuple(vec![value.class(vm).to_value(), args, state]))
}

fn sizeof(vm: &Vm, value: &Value) -> PyResult<Value> {
    let slots = this::<PyAnySet>(vm, value)?.slots();
    Ok(vm.new_usize(if slots > 8 { 200 + slots * 16 } else { 200 }))
}
