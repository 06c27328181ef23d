//! Iteration.
//!
//! An `iternext` slot says the end with `None`. A StopIteration that comes out of one (a generator's, which may carry a value) ends the
//! iteration as well; only `next()` and `yield from` look at it.
//!
//! CPython 3.11: `PyObject_GetIter`, `PyIter_Next`, `PyObject_LengthHint`, `PySequence_List`.

use super::{convert_int, sequence, special};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::types::list::value::PyList;
use crate::types::seqiter::value::PySeqIter;
use crate::types::tuple::value::PyTuple;
use std::ops::ControlFlow;

/// The most a length hint is trusted for when memory is reserved.
const RESERVE_MAX: usize = 1 << 16;

/// `iter(object)`
#[inline]
pub fn get_iter(vm: &Vm, object: &Value) -> PyResult<Value> {
    let Some(iter) = object.class(vm).slots.iter.get() else {
        return sequence_iter(vm, object);
    };
    let iterator = iter(vm, object)?;
    check_iterator(vm, &iterator)?;
    Ok(iterator)
}

/// Whether what an `__iter__` gave is an iterator; the error when not.
#[inline]
pub fn check_iterator(vm: &Vm, iterator: &Value) -> PyResult<()> {
    if is_iterator(vm, iterator) {
        Ok(())
    } else {
        Err(not_iterator(vm, iterator))
    }
}

#[cold]
#[inline(never)]
fn not_iterator(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!(
        "iter() returned non-iterator of type '{}'",
        value.class(vm).tp_name()
    ))
}

fn sequence_iter(vm: &Vm, object: &Value) -> PyResult<Value> {
    if sequence::is_sequence(vm, object) {
        Ok(PySeqIter::new(vm, object.clone()).into_value())
    } else {
        Err(not_iterable(vm, object))
    }
}

#[cold]
#[inline(never)]
fn not_iterable(vm: &Vm, object: &Value) -> PyErr {
    vm.type_error(format!(
        "'{}' object is not iterable",
        object.class(vm).tp_name()
    ))
}

/// Whether the object has `__next__`.
#[inline]
pub fn is_iterator(vm: &Vm, object: &Value) -> bool {
    object.class(vm).slots.iternext.get().is_some()
}

/// The next item; `None` at the end.
#[inline]
pub fn next(vm: &Vm, iterator: &Value) -> PyResult<Option<Value>> {
    vm.check_limits_in_native_loop()?;
    match next_or_stop(vm, iterator) {
        Err(error) if error.is(vm, ExcKind::StopIteration) => Ok(None),
        result => result,
    }
}

/// The next item; at the end `None`, or StopIteration when it carries a value.
#[inline]
pub fn next_or_stop(vm: &Vm, iterator: &Value) -> PyResult<Option<Value>> {
    // Iterators over iterators nest as deep as a program likes.
    vm.check_native_stack(" in an iterator")?;
    match iterator.class(vm).slots.iternext.get() {
        Some(iternext) => iternext(vm, iterator),
        None => Err(vm.type_error(format!(
            "'{}' object is not an iterator",
            iterator.class(vm).tp_name()
        ))),
    }
}

/// Calls `f` with what an iterator still gives, until `f` breaks.
pub fn drain_until<B>(
    vm: &Vm,
    iterator: &Value,
    mut f: impl FnMut(Value) -> PyResult<ControlFlow<B>>,
) -> PyResult<Option<B>> {
    while let Some(item) = next(vm, iterator)? {
        if let ControlFlow::Break(result) = f(item)? {
            return Ok(Some(result));
        }
    }
    Ok(None)
}

/// Calls `f` with all that an iterator still gives.
pub fn drain(vm: &Vm, iterator: &Value, mut f: impl FnMut(Value) -> PyResult<()>) -> PyResult<()> {
    while let Some(item) = next(vm, iterator)? {
        f(item)?;
    }
    Ok(())
}

/// Calls `f` with each item of an iterable, until `f` breaks.
pub fn iterate_until<B>(
    vm: &Vm,
    iterable: &Value,
    mut f: impl FnMut(Value) -> PyResult<ControlFlow<B>>,
) -> PyResult<Option<B>> {
    if let Some(list) = iterable.downcast_exact::<PyList>(vm) {
        let mut index = 0;
        while let Some(item) = list.get(index) {
            index += 1;
            if let ControlFlow::Break(result) = f(item)? {
                return Ok(Some(result));
            }
        }
        return Ok(None);
    }
    if let Some(tuple) = iterable.downcast_exact::<PyTuple>(vm) {
        for item in tuple.as_slice() {
            if let ControlFlow::Break(result) = f(item.clone())? {
                return Ok(Some(result));
            }
        }
        return Ok(None);
    }
    let iterator = get_iter(vm, iterable)?;
    drain_until(vm, &iterator, f)
}

/// Calls `f` with each item of an iterable.
pub fn iterate(
    vm: &Vm,
    iterable: &Value,
    mut f: impl FnMut(Value) -> PyResult<()>,
) -> PyResult<()> {
    iterate_until::<()>(vm, iterable, |item| {
        f(item)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(())
}

/// The items of an exact list or tuple.
#[inline]
pub fn exact_items(vm: &Vm, object: &Value) -> Option<Vec<Value>> {
    if let Some(list) = object.downcast_exact::<PyList>(vm) {
        return Some(list.to_vec());
    }
    object
        .downcast_exact::<PyTuple>(vm)
        .map(|tuple| tuple.as_slice().to_vec())
}

/// All items of an iterable.
pub fn to_vec(vm: &Vm, iterable: &Value) -> PyResult<Vec<Value>> {
    if let Some(items) = exact_items(vm, iterable) {
        return Ok(items);
    }
    let iterator = get_iter(vm, iterable)?;
    let hint = length_hint(vm, iterable, 8)?;
    let mut items = Vec::with_capacity(hint.min(RESERVE_MAX));
    while let Some(item) = next(vm, &iterator)? {
        items.push(item);
    }
    Ok(items)
}

/// `operator.length_hint(object, default)`
pub fn length_hint(vm: &Vm, object: &Value, default: usize) -> PyResult<usize> {
    if sequence::has_len(vm, object) {
        match sequence::len(vm, object) {
            Err(error) if error.is(vm, ExcKind::TypeError) => {}
            result => return result,
        }
    }
    let hint = match special::call(vm, object, &vm.names.__length_hint__, &[]) {
        Ok(Some(hint)) if !hint.is_not_implemented() => hint,
        Ok(_) => return Ok(default),
        Err(error) if error.is(vm, ExcKind::TypeError) => return Ok(default),
        Err(error) => return Err(error),
    };
    if hint.as_int().is_none() {
        return Err(vm.type_error(format!(
            "__length_hint__ must be an integer, not {}",
            hint.class(vm).tp_name()
        )));
    }
    match usize::try_from(convert_int::to_isize(vm, &hint)?) {
        Ok(hint) => Ok(hint),
        Err(_) => Err(vm.value_error("__length_hint__() should return >= 0")),
    }
}
