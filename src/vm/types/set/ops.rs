//! The algebra of sets, with CPython's choice of which operand is walked: programs see it in the order of results and of comparisons.
//!
//! CPython 3.11: `Objects/setobject.c`.

use super::table::{PyAnySet, PyFrozenSet, PySet};
use crate::context::{PyResult, Vm};
use crate::object::{Payload, Py, PyRef, PyType, Value};
use crate::protocol::iter;
use crate::types::dict::value::PyDict;
use std::ops::ControlFlow;

/// The set behind a value, when it is one of either kind.
#[inline]
pub fn any_set(value: &Value) -> Option<&Py<PyAnySet>> {
    value.downcast_ref::<PyAnySet>()
}

/// Whether the value is exactly a `set` or a `frozenset`.
pub fn is_exact_set(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PySet::class(vm)) || value.is_exact(vm, PyFrozenSet::class(vm))
}

/// An empty set of a class that derives from `set` or `frozenset`.
pub fn empty_of(vm: &Vm, class: &Py<PyType>) -> Value {
    if class.is_subtype(PySet::class(vm)) {
        PySet::with_class(class).into_value()
    } else {
        PyFrozenSet::with_class(class).into_value()
    }
}

/// An empty set of the builtin class that a value's class derives from (`make_new_set_basetype`).
fn empty_base(vm: &Vm, value: &Value) -> Value {
    if value.class(vm).is_subtype(PySet::class(vm)) {
        PySet::new(vm).into_value()
    } else {
        PyFrozenSet::new(vm).into_value()
    }
}

fn inner(value: &Value) -> &PyAnySet {
    match any_set(value) {
        Some(set) => set,
        None => unreachable!("callers made or checked the set"),
    }
}

/// A new `set` of an iterable's items. May run Python.
pub fn new_set(vm: &Vm, iterable: &Value) -> PyResult<PyRef<PySet>> {
    let set = PySet::new(vm);
    update(vm, &set, iterable)?;
    Ok(set)
}

/// Adds all items of an iterable. May run Python.
pub fn update(vm: &Vm, set: &PyAnySet, iterable: &Value) -> PyResult<()> {
    if let Some(other) = any_set(iterable) {
        return set.merge(vm, other);
    }
    if let Some(dict) = iterable.downcast_exact::<PyDict>(vm) {
        set.reserve(vm, dict.len())?;
        let mut position = 0;
        while let Some((key, _, hash)) = dict.next_item_hash(&mut position) {
            set.add_hash(vm, key, hash)?;
        }
        return Ok(());
    }
    iter::iterate(vm, iterable, |item| set.add(vm, item).map(drop))
}

/// A copy as `set` or `frozenset`.
pub fn copy(vm: &Vm, value: &Value) -> PyResult<Value> {
    let result = empty_base(vm, value);
    inner(&result).merge(vm, inner(value))?;
    Ok(result)
}

/// `set.union(*others)`
pub fn union(vm: &Vm, value: &Value, others: &[Value]) -> PyResult<Value> {
    let result = copy(vm, value)?;
    for other in others.iter().filter(|other| !other.is(value)) {
        update(vm, inner(&result), other)?;
    }
    Ok(result)
}

/// `set.intersection(other)`
pub fn intersection(vm: &Vm, value: &Value, other: &Value) -> PyResult<Value> {
    if value.is(other) {
        return copy(vm, value);
    }
    let result_value = empty_base(vm, value);
    let (result, mut set) = (inner(&result_value), inner(value));
    if let Some(other) = any_set(other) {
        let mut walked: &PyAnySet = other;
        if walked.len() > set.len() {
            std::mem::swap(&mut walked, &mut set);
        }
        let mut position = 0;
        while let Some((key, hash)) = walked.next(&mut position) {
            // May run Python.
            if set.contains_hash(vm, &key, hash)? {
                result.add_hash(vm, key, hash)?;
            }
        }
        return Ok(result_value);
    }
    iter::iterate_until(vm, other, |key| {
        let hash = vm.hash(&key)?;
        if set.contains_hash(vm, &key, hash)? {
            result.add_hash(vm, key, hash)?;
            if result.len() >= set.len() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(result_value)
}

/// `set.intersection(*others)`
pub fn intersection_multi(vm: &Vm, value: &Value, others: &[Value]) -> PyResult<Value> {
    let Some((first, rest)) = others.split_first() else {
        return copy(vm, value);
    };
    let mut result = intersection(vm, value, first)?;
    for other in rest {
        result = intersection(vm, &result, other)?;
    }
    Ok(result)
}

/// `set.difference_update(other)`
pub fn difference_update(vm: &Vm, value: &Value, other: &Value) -> PyResult<()> {
    let set = inner(value);
    if value.is(other) {
        set.clear(vm);
        return Ok(());
    }
    if let Some(others) = any_set(other) {
        // Of a much larger set only what both have is walked.
        let common = if others.len() >> 3 > set.len() {
            Some(intersection(vm, value, other)?)
        } else {
            None
        };
        let walked: &PyAnySet = common.as_ref().map_or(others, inner);
        let mut position = 0;
        while let Some((key, hash)) = walked.next(&mut position) {
            set.discard_hash(vm, &key, hash)?;
        }
    } else {
        iter::iterate(vm, other, |key| set.discard(vm, &key).map(drop))?;
    }
    set.purge(vm)
}

/// `set.difference(other)`
pub fn difference(vm: &Vm, value: &Value, other: &Value) -> PyResult<Value> {
    let set = inner(value);
    let others = any_set(other);
    let dict = other.downcast_exact::<PyDict>(vm);
    let other_len = match (others, dict) {
        (Some(set), _) => Some(set.len()),
        (_, Some(dict)) => Some(dict.len()),
        _ => None,
    };
    if other_len.is_none_or(|len| set.len() >> 2 > len) {
        let result = copy(vm, value)?;
        difference_update(vm, &result, other)?;
        return Ok(result);
    }
    let result_value = empty_base(vm, value);
    let result = inner(&result_value);
    let mut position = 0;
    while let Some((key, hash)) = set.next(&mut position) {
        // May run Python.
        let found = match (others, dict) {
            (Some(others), _) => others.contains_hash(vm, &key, hash)?,
            (_, Some(dict)) => dict.index_of(vm, &key, hash)?.is_some(),
            _ => false,
        };
        if !found {
            result.add_hash(vm, key, hash)?;
        }
    }
    Ok(result_value)
}

/// `set.difference(*others)`
pub fn difference_multi(vm: &Vm, value: &Value, others: &[Value]) -> PyResult<Value> {
    let Some((first, rest)) = others.split_first() else {
        return copy(vm, value);
    };
    let result = difference(vm, value, first)?;
    for other in rest {
        difference_update(vm, &result, other)?;
    }
    Ok(result)
}

/// `set.symmetric_difference_update(other)`
pub fn symmetric_difference_update(vm: &Vm, value: &Value, other: &Value) -> PyResult<()> {
    let set = inner(value);
    if value.is(other) {
        set.clear(vm);
        return Ok(());
    }
    let toggle = |key: Value, hash: i64| -> PyResult<()> {
        if !set.discard_hash(vm, &key, hash)? {
            set.add_hash(vm, key, hash)?;
        }
        Ok(())
    };
    let mut position = 0;
    if let Some(dict) = other.downcast_exact::<PyDict>(vm) {
        while let Some((key, _, hash)) = dict.next_item_hash(&mut position) {
            toggle(key, hash)?;
        }
        return Ok(());
    }
    let made = match any_set(other) {
        Some(_) => other.clone(),
        None => {
            let made = empty_base(vm, value);
            update(vm, inner(&made), other)?;
            made
        }
    };
    while let Some((key, hash)) = inner(&made).next(&mut position) {
        toggle(key, hash)?;
    }
    Ok(())
}

/// `set.symmetric_difference(other)`
pub fn symmetric_difference(vm: &Vm, value: &Value, other: &Value) -> PyResult<Value> {
    let result = empty_base(vm, value);
    update(vm, inner(&result), other)?;
    symmetric_difference_update(vm, &result, value)?;
    Ok(result)
}

/// `set.isdisjoint(other)`
pub fn is_disjoint(vm: &Vm, value: &Value, other: &Value) -> PyResult<bool> {
    let mut set = inner(value);
    if value.is(other) {
        return Ok(set.len() == 0);
    }
    if is_exact_set(vm, other) {
        let mut walked = inner(other);
        if walked.len() > set.len() {
            std::mem::swap(&mut walked, &mut set);
        }
        let mut position = 0;
        while let Some((key, hash)) = walked.next(&mut position) {
            if set.contains_hash(vm, &key, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let found = iter::iterate_until(vm, other, |key| {
        Ok(if set.contains(vm, &key)? {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(found.is_none())
}

/// `set.issubset(other)`
pub fn is_subset(vm: &Vm, value: &Value, other: &Value) -> PyResult<bool> {
    let set = inner(value);
    let Some(others) = any_set(other) else {
        let common = intersection(vm, value, other)?;
        return Ok(inner(&common).len() == set.len());
    };
    if set.len() > others.len() {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, hash)) = set.next(&mut position) {
        if !others.contains_hash(vm, &key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `set.issuperset(other)`
pub fn is_superset(vm: &Vm, value: &Value, other: &Value) -> PyResult<bool> {
    if any_set(other).is_some() {
        return is_subset(vm, other, value);
    }
    let set = inner(value);
    let missing = iter::iterate_until(vm, other, |key| {
        Ok(if set.contains(vm, &key)? {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?;
    Ok(missing.is_none())
}

/// Whether two sets are equal.
pub fn equal(vm: &Vm, value: &Value, other: &Value) -> PyResult<bool> {
    let (a, b) = (inner(value), inner(other));
    if a.len() != b.len() || a.hashes_differ(b) {
        return Ok(false);
    }
    is_subset(vm, value, other)
}
