//! Python-visible slots of `dict`.
//!
//! CPython 3.11: `Objects/dictobject.c`.

use super::iter::PyDictKeyIter;
use super::update::{Merge, equal, merge, update, update_from_args};
use super::value::PyDict;
use crate::context::{PyResult, Vm};
use crate::object::{CompareOp, Table, Value};
use crate::protocol::{repr, special};
use crate::types::native::{join_pieces, this};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(|_, class, _| {
            Ok(PyDict::with_class(class).into_value())
        }));
        slots.init.set(Some(|vm, value, args| {
            update_from_args(vm, this::<PyDict>(vm, value)?, "dict", args)
        }));
        slots.repr.set(Some(dict_repr));
        slots.richcompare.set(Some(richcompare));
        slots.iter.set(Some(|vm, value| {
            Ok(PyDictKeyIter::new(vm, value.clone()).into_value())
        }));
        slots
            .mp_length
            .set(Some(|vm, value| Ok(this::<PyDict>(vm, value)?.len())));
        slots.mp_subscript.set(Some(subscript));
        slots.mp_ass_subscript.set(Some(assign_subscript));
        slots.sq_contains.set(Some(contains));
        slots.or.set(Some(or));
        slots.inplace_or.set(Some(|vm, value, other| {
            update(vm, this::<PyDict>(vm, value)?, other)?;
            Ok(value.clone())
        }));
    },
};

fn dict_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    let Some(_guard) = repr::enter(vm, value) else {
        return Ok(vm.new_str("{...}"));
    };
    let mut pieces = Vec::with_capacity(dict.len() * 2);
    let mut position = 0;
    while let Some((key, value)) = dict.next_item(&mut position) {
        // May run Python.
        pieces.push(repr::repr(vm, &key)?);
        pieces.push(repr::repr(vm, &value)?);
    }
    join_pieces(vm, "{", &pieces, &[": ", ", "], "}")
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PyDict>(), b.downcast_ref::<PyDict>()) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(vm, left, right)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(vm, left, right)?)),
        _ => Ok(Value::NotImplemented),
    }
}

/// `dict[key]`, asking a subclass's `__missing__`.
pub(super) fn subscript(vm: &Vm, value: &Value, key: &Value) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    if let Some(found) = dict.get(vm, key)? {
        return Ok(found);
    }
    if !value.is_exact(vm, &vm.types.dict)
        && let Some(found) =
            special::call(vm, value, &vm.names.__missing__, std::slice::from_ref(key))?
    {
        return Ok(found);
    }
    Err(vm.key_error(key))
}

fn assign_subscript(vm: &Vm, value: &Value, key: &Value, item: Option<Value>) -> PyResult<()> {
    let dict = this::<PyDict>(vm, value)?;
    match item {
        Some(item) => dict.set(vm, key.clone(), item),
        None => match dict.pop(vm, key)? {
            Some(_) => Ok(()),
            None => Err(vm.key_error(key)),
        },
    }
}

pub(super) fn contains(vm: &Vm, value: &Value, key: &Value) -> PyResult<bool> {
    this::<PyDict>(vm, value)?.contains(vm, key)
}

fn or(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let (Some(_), Some(_)) = (a.downcast_ref::<PyDict>(), b.downcast_ref::<PyDict>()) else {
        return Ok(Value::NotImplemented);
    };
    let result = PyDict::new(vm);
    merge(vm, &result, a, Merge::Override)?;
    update(vm, &result, b)?;
    Ok(result.into_value())
}
