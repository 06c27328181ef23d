//! Python-visible slots of `set` and `frozenset`.
//!
//! CPython 3.11: `Objects/setobject.c`.

use super::iter::PySetIter;
use super::methods::{contains, intersection_update};
use super::ops::{self, any_set};
use super::table::{PyAnySet, PyFrozenSet, PySet};
use crate::context::{PyResult, Vm};
use crate::object::{Args, CompareOp, Payload, Py, PyType, Slots, Table, Value};
use crate::protocol::repr;
use crate::types::native::{arity, join_pieces, keeps_init, no_keywords, this};
use base::hash::FrozensetHasher;

/// What this file gives `set`.
pub static SET_TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        common(slots);
        slots.new.set(Some(
            |_, class, _| Ok(PySet::with_class(class).into_value()),
        ));
        slots.init.set(Some(set_init));
        slots.inplace_subtract.set(Some(|vm, value, other| {
            in_place(value, other, || ops::difference_update(vm, value, other))
        }));
        slots.inplace_and.set(Some(|vm, value, other| {
            in_place(value, other, || {
                intersection_update(vm, value, std::slice::from_ref(other))
            })
        }));
        slots.inplace_xor.set(Some(|vm, value, other| {
            in_place(value, other, || {
                ops::symmetric_difference_update(vm, value, other)
            })
        }));
        slots.inplace_or.set(Some(|vm, value, other| {
            in_place(value, other, || {
                ops::update(vm, this::<PyAnySet>(vm, value)?, other)
            })
        }));
    },
};

/// What this file gives `frozenset`.
pub static FROZENSET_TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        common(slots);
        slots.new.set(Some(frozenset_new));
        slots.hash.set(Some(frozenset_hash));
    },
};

fn common(slots: &Slots) {
    slots.repr.set(Some(set_repr));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(|vm, value| {
        Ok(PySetIter::new(vm, value.clone()).into_value())
    }));
    slots
        .sq_length
        .set(Some(|vm, value| Ok(this::<PyAnySet>(vm, value)?.len())));
    slots.sq_contains.set(Some(contains));
    slots
        .subtract
        .set(Some(|vm, a, b| of_sets(a, b, || ops::difference(vm, a, b))));
    slots.and.set(Some(|vm, a, b| {
        of_sets(a, b, || ops::intersection(vm, a, b))
    }));
    slots.xor.set(Some(|vm, a, b| {
        of_sets(a, b, || ops::symmetric_difference(vm, a, b))
    }));
    slots.or.set(Some(|vm, a, b| {
        of_sets(a, b, || ops::union(vm, a, std::slice::from_ref(b)))
    }));
}

fn of_sets(a: &Value, b: &Value, f: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
    if any_set(a).is_some() && any_set(b).is_some() {
        f()
    } else {
        Ok(Value::NotImplemented)
    }
}

fn in_place(value: &Value, other: &Value, f: impl FnOnce() -> PyResult<()>) -> PyResult<Value> {
    if any_set(other).is_none() {
        return Ok(Value::NotImplemented);
    }
    f()?;
    Ok(value.clone())
}

fn set_init(vm: &Vm, value: &Value, args: Args<'_>) -> PyResult<()> {
    let set = this::<PySet>(vm, value)?;
    let class = value.class(vm);
    no_keywords(vm, "set", &args)?;
    let given = args.positional();
    arity(vm, &class.tp_name(), given.len(), 0, 1)?;
    if set.len() != 0 {
        set.clear(vm);
    }
    match given.first() {
        Some(iterable) => ops::update(vm, set, iterable),
        None => Ok(()),
    }
}

fn frozenset_new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let own = PyFrozenSet::class(vm);
    if keeps_init(class, own) {
        no_keywords(vm, "frozenset", &args)?;
    }
    let given = args.positional();
    arity(vm, &class.tp_name(), given.len(), 0, 1)?;
    let set = match given.first() {
        Some(iterable) if class.is(own) && iterable.is_exact(vm, own) => {
            return Ok(iterable.clone());
        }
        Some(iterable) => {
            let set = PyFrozenSet::with_class(class);
            ops::update(vm, &set, iterable)?;
            set
        }
        None => PyFrozenSet::with_class(class),
    };
    Ok(set.into_value())
}

fn set_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let set = this::<PyAnySet>(vm, value)?;
    let name = value.class(vm).tp_name();
    let Some(_guard) = repr::enter(vm, value) else {
        return Ok(vm.new_str(&format!("{name}(...)")));
    };
    if set.len() == 0 {
        return Ok(vm.new_str(&format!("{name}()")));
    }
    let mut pieces = Vec::with_capacity(set.len());
    for item in set.items() {
        pieces.push(repr::repr(vm, &item)?);
    }
    if value.is_exact(vm, PySet::class(vm)) {
        join_pieces(vm, "{", &pieces, &[", "], "}")
    } else {
        join_pieces(vm, &format!("{name}({{"), &pieces, &[", "], "})")
    }
}

fn frozenset_hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let set = this::<PyAnySet>(vm, value)?;
    if set.hash.get() == -1 {
        let mut hasher = FrozensetHasher::new();
        for (_, hash) in set.entries() {
            hasher.add(hash);
        }
        set.hash.set(hasher.finish());
    }
    Ok(set.hash.get())
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (any_set(a), any_set(b)) else {
        return Ok(Value::NotImplemented);
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => ops::equal(vm, a, b)?,
        CompareOp::Ne => !ops::equal(vm, a, b)?,
        CompareOp::Le => ops::is_subset(vm, a, b)?,
        CompareOp::Ge => ops::is_superset(vm, a, b)?,
        CompareOp::Lt => left.len() < right.len() && ops::is_subset(vm, a, b)?,
        CompareOp::Gt => left.len() > right.len() && ops::is_superset(vm, a, b)?,
    }))
}
