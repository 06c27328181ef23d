//! Python-visible slots of `list`.
//!
//! CPython 3.11: `Objects/listobject.c`.

use super::iter::PyListIter;
use super::value::PyList;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, CompareOp, Py, PyType, Table, Value};
use crate::protocol::{compare, iter, number, repr, sequence};
use crate::types::dict::value::PyDict;
use crate::types::native::{arity, join_pieces, keeps_new, no_keywords, repeated, this};
use crate::types::slice::value::{PySlice, Span};
use crate::types::tuple::value::PyTuple;

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.repr.set(Some(list_repr));
        slots.richcompare.set(Some(richcompare));
        slots.iter.set(Some(list_iter));
        slots.sq_length.set(Some(length));
        slots.mp_length.set(Some(length));
        slots.sq_concat.set(Some(concat));
        slots.sq_repeat.set(Some(repeat));
        slots.sq_item.set(Some(item));
        slots.sq_ass_item.set(Some(assign_item));
        slots.sq_contains.set(Some(contains));
        slots.sq_inplace_concat.set(Some(inplace_concat));
        slots.sq_inplace_repeat.set(Some(inplace_repeat));
        slots.mp_subscript.set(Some(subscript));
        slots.mp_ass_subscript.set(Some(assign_subscript));
    },
};

fn new(_vm: &Vm, class: &Py<PyType>, _args: Args<'_>) -> PyResult<Value> {
    Ok(PyList::with_class(class, Vec::new()).into_value())
}

fn init(vm: &Vm, value: &Value, args: Args<'_>) -> PyResult<()> {
    let list = this::<PyList>(vm, value)?;
    if args.kw_len() != 0 && keeps_new(value.class(vm), &vm.types.list) {
        no_keywords(vm, "list", &args)?;
    }
    let given = args.positional();
    arity(vm, "list", given.len(), 0, 1)?;
    if list.len() != 0 {
        drop(list.take());
    }
    match given.first() {
        Some(iterable) => extend(vm, value, iterable),
        None => Ok(()),
    }
}

/// `list.extend`. May run Python.
pub fn extend(vm: &Vm, value: &Value, iterable: &Value) -> PyResult<()> {
    let list = this::<PyList>(vm, value)?;
    if let Some(tuple) = iterable.downcast_exact::<PyTuple>(vm) {
        return list.extend_from_slice(vm, tuple.as_slice());
    }
    if let Some(other) = iterable
        .downcast_exact::<PyList>(vm)
        .or_else(|| iterable.is(value).then_some(list))
    {
        let items = other.to_vec();
        return list.append_vec(vm, items);
    }
    if let Some(dict) = iterable.downcast_exact::<PyDict>(vm) {
        return list.append_vec(vm, dict.keys());
    }
    let iterator = iter::get_iter(vm, iterable)?;
    let hint = iter::length_hint(vm, iterable, 8)?;
    // A hint that cannot be true is none.
    let believable = hint <= isize::MAX as usize - list.len();
    if believable && hint > list.capacity().saturating_sub(list.len()) {
        list.reserve(vm, hint)?;
    }
    while let Some(item) = iter::next(vm, &iterator)? {
        list.push(item);
    }
    list.shrink();
    Ok(())
}

fn list_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    if list.len() == 0 {
        return Ok(vm.new_str("[]"));
    }
    let Some(_guard) = repr::enter(vm, value) else {
        return Ok(vm.new_str("[...]"));
    };
    let mut pieces = Vec::with_capacity(list.len());
    while let Some(item) = list.get(pieces.len()) {
        // May run Python.
        pieces.push(repr::repr(vm, &item)?);
    }
    join_pieces(vm, "[", &pieces, &[", "], "]")
}

/// The first pair of items from `index` on that is not the same object twice.
fn unequal_pair(left: &PyList, right: &PyList, index: &mut usize) -> Option<(Value, Value)> {
    left.with(|left| {
        right.with(|right| {
            while let (Some(a), Some(b)) = (left.get(*index), right.get(*index)) {
                *index += 1;
                if !a.is(b) {
                    return Some((a.clone(), b.clone()));
                }
            }
            None
        })
    })
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PyList>(), b.downcast_ref::<PyList>()) else {
        return Ok(Value::NotImplemented);
    };
    if left.len() != right.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let Some((a, b)) = unequal_pair(left, right, &mut index) {
        // May run Python, which may have shortened the lists: then their lengths decide.
        if !compare::eq(vm, &a, &b)? && index <= left.len().min(right.len()) {
            return match op {
                CompareOp::Eq => Ok(Value::False),
                CompareOp::Ne => Ok(Value::True),
                _ => compare::rich(vm, &a, &b, op),
            };
        }
    }
    Ok(Value::bool(op.holds(left.len().cmp(&right.len()))))
}

fn list_iter(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(PyListIter::new(vm, value.clone()).into_value())
}

fn length(vm: &Vm, value: &Value) -> PyResult<usize> {
    Ok(this::<PyList>(vm, value)?.len())
}

fn concat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let left = this::<PyList>(vm, a)?;
    let Some(right) = b.downcast_ref::<PyList>() else {
        return Err(vm.type_error(format!(
            "can only concatenate list (not \"{}\") to list",
            b.class(vm).tp_name()
        )));
    };
    let len = left.len() + right.len();
    vm.try_reserve(len * size_of::<Value>())?;
    let mut items = Vec::with_capacity(len);
    left.with(|left| items.extend_from_slice(left));
    right.with(|right| items.extend_from_slice(right));
    Ok(vm.new_list(items))
}

fn repeat(vm: &Vm, value: &Value, count: isize) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    let items = list.to_vec();
    Ok(vm.new_list(repeated(vm, &items, count)?))
}

fn inplace_concat(vm: &Vm, value: &Value, other: &Value) -> PyResult<Value> {
    extend(vm, value, other)?;
    Ok(value.clone())
}

fn inplace_repeat(vm: &Vm, value: &Value, count: isize) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    if count < 1 {
        drop(list.take());
    } else if count > 1 && list.len() > 0 {
        let items = list.to_vec();
        let more = repeated(vm, &items, count - 1)?;
        list.append_vec(vm, more)?;
    }
    Ok(value.clone())
}

fn item(vm: &Vm, value: &Value, index: isize) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    usize::try_from(index)
        .ok()
        .and_then(|index| list.get(index))
        .ok_or_else(|| vm.index_error("list index out of range"))
}

fn assign_item(vm: &Vm, value: &Value, index: isize, item: Option<Value>) -> PyResult<()> {
    let list = this::<PyList>(vm, value)?;
    let out_of_range = || vm.index_error("list assignment index out of range");
    let index = usize::try_from(index).map_err(|_| out_of_range())?;
    let old = match item {
        Some(item) => list.replace(index, item).ok(),
        None => list.remove(index),
    };
    // The old item may run Python when it dies.
    old.map(drop).ok_or_else(out_of_range)
}

fn contains(vm: &Vm, value: &Value, wanted: &Value) -> PyResult<bool> {
    let list = this::<PyList>(vm, value)?;
    let mut index = 0;
    loop {
        // Runs of in-place ints need no comparison by Python.
        let item = list.with(|items| {
            while let Some(item) = items.get(index) {
                index += 1;
                if item.is(wanted) || !Value::both_small_int(item, wanted) {
                    return Some(item.clone());
                }
            }
            None
        });
        match item {
            None => return Ok(false),
            Some(item) => {
                if compare::eq(vm, &item, wanted)? {
                    return Ok(true);
                }
            }
        }
    }
}

#[cold]
fn bad_index(vm: &Vm, key: &Value) -> PyErr {
    vm.type_error(format!(
        "list indices must be integers or slices, not {}",
        key.class(vm).tp_name()
    ))
}

fn adjusted(list: &PyList, index: isize) -> isize {
    if index < 0 {
        index + list.len() as isize
    } else {
        index
    }
}

/// `list[key]`
pub(super) fn subscript(vm: &Vm, value: &Value, key: &Value) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    let Some(slice) = key.downcast_exact::<PySlice>(vm) else {
        if number::is_index(vm, key) {
            let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
            return item(vm, value, adjusted(list, index));
        }
        return Err(bad_index(vm, key));
    };
    let span = slice.span(vm, || list.len())?;
    vm.try_reserve(span.count * size_of::<Value>())?;
    let items = list.with(|items| {
        if span.step == 1 {
            let start = span.start as usize;
            items[start..start + span.count].to_vec()
        } else {
            span.indices().map(|index| items[index].clone()).collect()
        }
    });
    Ok(vm.new_list(items))
}

fn assign_subscript(vm: &Vm, value: &Value, key: &Value, item: Option<Value>) -> PyResult<()> {
    let list = this::<PyList>(vm, value)?;
    let Some(slice) = key.downcast_exact::<PySlice>(vm) else {
        if number::is_index(vm, key) {
            let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
            return assign_item(vm, value, adjusted(list, index), item);
        }
        return Err(bad_index(vm, key));
    };
    let span = slice.span(vm, || list.len())?;
    match item {
        None => delete_span(list, span),
        Some(item) if span.step == 1 => {
            // May run Python.
            let items = match item.downcast_exact::<PyList>(vm) {
                // Nobody else sees the list: its items move.
                Some(fresh) if item.refcount() == 1 => fresh.take(),
                _ => sequence::fast(vm, &item, "can only assign an iterable")?,
            };
            list.splice(
                vm,
                span.start as usize,
                span.stop.max(span.start) as usize,
                items,
            )?;
        }
        Some(item) => {
            let items = sequence::fast(vm, &item, "must assign iterable to extended slice")?;
            assign_extended(vm, list, span, items)?;
        }
    }
    Ok(())
}

fn delete_span(list: &Py<PyList>, span: Span) {
    if span.count == 0 {
        return;
    }
    let (first, step) = if span.step < 0 {
        let last = span.start + (span.count as isize - 1) * span.step;
        (last as usize, span.step.unsigned_abs())
    } else {
        (span.start as usize, span.step as usize)
    };
    let removed: Vec<Value> = list.with_mut(|items| {
        if step == 1 {
            return items.drain(first..first + span.count).collect();
        }
        let mut removed = Vec::with_capacity(span.count);
        let (mut kept, mut next) = (first, first);
        for index in first..items.len() {
            if index == next && removed.len() < span.count {
                removed.push(std::mem::replace(&mut items[index], Value::NULL));
                next += step;
            } else {
                items.swap(kept, index);
                kept += 1;
            }
        }
        items.truncate(kept);
        removed
    });
    list.shrink();
    drop(removed);
}

/// Reading the iterable may have changed the list: places that are gone are passed over.
fn assign_extended(vm: &Vm, list: &Py<PyList>, span: Span, items: Vec<Value>) -> PyResult<()> {
    if items.len() != span.count {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            span.count
        )));
    }
    let old: Vec<Value> = list.with_mut(|places| {
        span.indices()
            .zip(items)
            .filter_map(|(index, item)| {
                let place = places.get_mut(index)?;
                Some(std::mem::replace(place, item))
            })
            .collect()
    });
    drop(old);
    Ok(())
}
