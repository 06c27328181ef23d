//! Sequences: length, items by native index, concatenation, repetition, containment.
//!
//! CPython 3.11: `Objects/abstract.c` ("Operations on sequences").

use super::{compare, iter, number};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::slots::RepeatFn;
use crate::object::{Value, type_flag};
use crate::types::slice::value::PySlice;
use std::ops::ControlFlow;

#[cold]
#[inline(never)]
fn refused(vm: &Vm, object: &Value, what: &str) -> PyErr {
    vm.type_error(format!("'{}' object {what}", object.class(vm).tp_name()))
}

#[cold]
#[inline(never)]
fn not_a_sequence(vm: &Vm, object: &Value) -> PyErr {
    vm.type_error(format!("{} is not a sequence", object.class(vm).tp_name()))
}

/// `len(object)`
#[inline]
pub fn len(vm: &Vm, object: &Value) -> PyResult<usize> {
    let slots = &object.class(vm).slots;
    match slots.sq_length.get().or(slots.mp_length.get()) {
        Some(length) => length(vm, object),
        None => Err(vm.type_error(format!(
            "object of type '{}' has no len()",
            object.class(vm).tp_name()
        ))),
    }
}

/// Whether the object has `__len__`.
pub fn has_len(vm: &Vm, object: &Value) -> bool {
    let slots = &object.class(vm).slots;
    slots.sq_length.get().is_some() || slots.mp_length.get().is_some()
}

/// Whether the object has items by index, and is no dict (`PySequence_Check`).
pub fn is_sequence(vm: &Vm, object: &Value) -> bool {
    let class = object.class(vm);
    !class.has_flag(type_flag::DICT_SUBCLASS) && class.slots.sq_item.get().is_some()
}

/// A negative index counted from the end.
fn adjust(vm: &Vm, object: &Value, index: isize) -> PyResult<isize> {
    if index < 0
        && let Some(length) = object.class(vm).slots.sq_length.get()
    {
        let length = isize::try_from(length(vm, object)?).unwrap_or(isize::MAX);
        return Ok(index.saturating_add(length));
    }
    Ok(index)
}

/// `object[index]`
pub fn get_item(vm: &Vm, object: &Value, index: isize) -> PyResult<Value> {
    let slots = &object.class(vm).slots;
    if let Some(item) = slots.sq_item.get() {
        return item(vm, object, adjust(vm, object, index)?);
    }
    if slots.mp_subscript.get().is_some() {
        return Err(not_a_sequence(vm, object));
    }
    Err(refused(vm, object, "does not support indexing"))
}

/// `object[index] = value`
pub fn set_item(vm: &Vm, object: &Value, index: isize, value: Value) -> PyResult<()> {
    let slots = &object.class(vm).slots;
    if let Some(assign) = slots.sq_ass_item.get() {
        return assign(vm, object, adjust(vm, object, index)?, Some(value));
    }
    if slots.mp_ass_subscript.get().is_some() {
        return Err(not_a_sequence(vm, object));
    }
    Err(refused(vm, object, "does not support item assignment"))
}

/// `del object[index]`
pub fn del_item(vm: &Vm, object: &Value, index: isize) -> PyResult<()> {
    let slots = &object.class(vm).slots;
    if let Some(assign) = slots.sq_ass_item.get() {
        return assign(vm, object, adjust(vm, object, index)?, None);
    }
    if slots.mp_ass_subscript.get().is_some() {
        return Err(not_a_sequence(vm, object));
    }
    Err(refused(vm, object, "doesn't support item deletion"))
}

fn slice_of(vm: &Vm, start: isize, stop: isize) -> Value {
    let index = |index: isize| vm.new_int(index as i64);
    PySlice::new(vm, index(start), index(stop), Value::None).into_value()
}

/// `object[start:stop]` (`PySequence_GetSlice`)
pub fn get_slice(vm: &Vm, object: &Value, start: isize, stop: isize) -> PyResult<Value> {
    match object.class(vm).slots.mp_subscript.get() {
        Some(subscript) => subscript(vm, object, &slice_of(vm, start, stop)),
        None => Err(refused(vm, object, "is unsliceable")),
    }
}

/// `object[start:stop] = value`
pub fn set_slice(vm: &Vm, object: &Value, start: isize, stop: isize, value: Value) -> PyResult<()> {
    match object.class(vm).slots.mp_ass_subscript.get() {
        Some(assign) => assign(vm, object, &slice_of(vm, start, stop), Some(value)),
        None => Err(refused(vm, object, "doesn't support slice assignment")),
    }
}

/// `del object[start:stop]`
pub fn del_slice(vm: &Vm, object: &Value, start: isize, stop: isize) -> PyResult<()> {
    match object.class(vm).slots.mp_ass_subscript.get() {
        Some(assign) => assign(vm, object, &slice_of(vm, start, stop), None),
        None => Err(refused(vm, object, "doesn't support slice deletion")),
    }
}

/// `operator.concat(a, b)`
pub fn concat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    if let Some(concat) = a.class(vm).slots.sq_concat.get() {
        return concat(vm, a, b);
    }
    if is_sequence(vm, a) && is_sequence(vm, b) {
        let result = number::add_slots(vm, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    Err(refused(vm, a, "can't be concatenated"))
}

/// `operator.iconcat(a, b)`
pub fn inplace_concat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let slots = &a.class(vm).slots;
    if let Some(concat) = slots.sq_inplace_concat.get().or(slots.sq_concat.get()) {
        return concat(vm, a, b);
    }
    if is_sequence(vm, a) && is_sequence(vm, b) {
        let result = number::inplace_add_slots(vm, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    Err(refused(vm, a, "can't be concatenated"))
}

/// A sequence repeated.
pub fn repeat(vm: &Vm, object: &Value, count: isize) -> PyResult<Value> {
    let slot = object.class(vm).slots.sq_repeat.get();
    repeat_with(vm, object, count, slot, number::multiply_slots)
}

/// A sequence repeated in place.
pub fn inplace_repeat(vm: &Vm, object: &Value, count: isize) -> PyResult<Value> {
    let slots = &object.class(vm).slots;
    let slot = slots.sq_inplace_repeat.get().or(slots.sq_repeat.get());
    repeat_with(vm, object, count, slot, number::inplace_multiply_slots)
}

fn repeat_with(
    vm: &Vm,
    object: &Value,
    count: isize,
    slot: Option<RepeatFn>,
    multiply: fn(&Vm, &Value, &Value) -> PyResult<Value>,
) -> PyResult<Value> {
    if let Some(slot) = slot {
        return slot(vm, object, count);
    }
    if is_sequence(vm, object) {
        let result = multiply(vm, object, &vm.new_int(count as i64))?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    Err(refused(vm, object, "can't be repeated"))
}

/// `item in object`
#[inline]
pub fn contains(vm: &Vm, object: &Value, item: &Value) -> PyResult<bool> {
    match object.class(vm).slots.sq_contains.get() {
        Some(contains) => contains(vm, object, item),
        None => contains_by_iteration(vm, object, item),
    }
}

/// The iterator of a search, with its own message for objects that have none.
fn search_iter(vm: &Vm, object: &Value) -> PyResult<Value> {
    iter::get_iter(vm, object).map_err(|error| {
        if error.is(vm, ExcKind::TypeError) {
            vm.type_error(format!(
                "argument of type '{}' is not iterable",
                object.class(vm).tp_name()
            ))
        } else {
            error
        }
    })
}

/// `item in object` by comparing with each item.
pub fn contains_by_iteration(vm: &Vm, object: &Value, item: &Value) -> PyResult<bool> {
    let iterator = search_iter(vm, object)?;
    let found = iter::drain_until(vm, &iterator, |candidate| {
        Ok(if compare::eq(vm, &candidate, item)? {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(found.is_some())
}

/// `operator.countOf(object, item)`
pub fn count(vm: &Vm, object: &Value, item: &Value) -> PyResult<usize> {
    let iterator = search_iter(vm, object)?;
    let mut count = 0;
    iter::drain(vm, &iterator, |candidate| {
        count += usize::from(compare::eq(vm, &candidate, item)?);
        Ok(())
    })?;
    Ok(count)
}

/// `operator.indexOf(object, item)`
pub fn index_of(vm: &Vm, object: &Value, item: &Value) -> PyResult<usize> {
    let iterator = search_iter(vm, object)?;
    let mut index = 0;
    let found = iter::drain_until(vm, &iterator, |candidate| {
        if compare::eq(vm, &candidate, item)? {
            return Ok(ControlFlow::Break(index));
        }
        index += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    found.ok_or_else(|| vm.value_error("sequence.index(x): x not in sequence"))
}

/// The items of an iterable in a vector; `message` is the TypeError for what cannot be iterated (`PySequence_Fast`).
pub fn fast(vm: &Vm, object: &Value, message: &str) -> PyResult<Vec<Value>> {
    if let Some(items) = iter::exact_items(vm, object) {
        return Ok(items);
    }
    let iterator = iter::get_iter(vm, object).map_err(|error| {
        if error.is(vm, ExcKind::TypeError) {
            vm.type_error(message)
        } else {
            error
        }
    })?;
    iter::to_vec(vm, &iterator)
}
