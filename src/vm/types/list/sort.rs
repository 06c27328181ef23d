//! `list.sort`.
//!
//! The list is empty while it is being sorted: the items are out in a vector of their own, so whatever a comparison does to the list cannot
//! touch them, and that it did something shows afterwards. What is sorted are keys with the place of their item. When all keys are in-place
//! ints, floats or exact strings no Python code can see the comparisons, and they are compared natively.
//!
//! CPython 3.11: `list_sort_impl` in `Objects/listobject.c`.

use super::value::PyList;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, Value};
use crate::protocol::{call, compare, truth};
use crate::types::native::{keyword_text, this};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use base::timsort;
use std::cmp::Ordering;

/// The method.
pub(super) fn sort(vm: &Vm, value: &Value, args: Args<'_>) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    if !args.positional().is_empty() {
        return Err(vm.type_error("sort() takes no positional arguments"));
    }
    let (mut key, mut reverse) = (None, false);
    for (name, value) in args.keywords() {
        match keyword_text(name).as_str() {
            "key" => key = value.clone().non_none(),
            "reverse" => reverse = crate::protocol::convert_int::to_i32(vm, value)? != 0,
            other => {
                return Err(vm.type_error(format!(
                    "'{other}' is an invalid keyword argument for sort()"
                )));
            }
        }
    }
    sort_list(vm, list, key.as_ref(), reverse)?;
    Ok(Value::None)
}

/// Sorts a list by keys. May run Python.
pub fn sort_list(vm: &Vm, list: &Py<PyList>, key: Option<&Value>, reverse: bool) -> PyResult<()> {
    let mut items = list.take();
    let result = sort_items(vm, &mut items, key, reverse);
    let modified = list.capacity() != 0;
    // Whatever was put in meanwhile goes; it may run Python when it dies.
    let strangers = list.replace_all(items);
    drop(strangers);
    result?;
    if modified {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(())
}

/// Sorts values by keys; after an error they are in some order. May run Python.
pub fn sort_items(
    vm: &Vm,
    items: &mut Vec<Value>,
    key: Option<&Value>,
    reverse: bool,
) -> PyResult<()> {
    match key {
        None => {
            let sorted = order_of(vm, items, reverse);
            permute(items, &sorted.0);
            sorted.1
        }
        Some(key) => {
            let mut keys = Vec::with_capacity(items.len());
            for item in items.iter() {
                // May run Python; the items are out of its reach.
                keys.push(call::call1(vm, key, item)?);
            }
            let sorted = order_of(vm, &keys, reverse);
            permute(items, &sorted.0);
            sorted.1
        }
    }
}

/// Puts `items[order[0]]` first, and so on.
fn permute(items: &mut Vec<Value>, order: &[usize]) {
    let mut sorted = Vec::with_capacity(items.len());
    for &place in order {
        sorted.push(std::mem::replace(&mut items[place], Value::NULL));
    }
    *items = sorted;
}

/// The places of the keys in sorted order, and what a comparison raised.
fn order_of(vm: &Vm, keys: &[Value], reverse: bool) -> (Vec<usize>, PyResult<()>) {
    if let Some(ints) = all(keys, Value::as_small_int) {
        return native(ints, reverse, |a, b| a < b);
    }
    if keys
        .first()
        .is_some_and(|key| key.is_exact(vm, &vm.types.float))
        && let Some(floats) = all(keys, |key| {
            key.is_exact(vm, &vm.types.float).then(|| key.as_float())?
        })
    {
        return native(floats, reverse, |a, b| a < b);
    }
    if let Some(texts) = all(keys, |key| key.downcast_exact::<PyStr>(vm)) {
        return native(texts, reverse, |a, b| compare_text(a, b).is_lt());
    }
    let mut pairs: Vec<(&Value, usize)> = keys.iter().zip(0..).collect();
    let sort = if reverse {
        timsort::sort_reversed
    } else {
        timsort::sort
    };
    let result = sort(&mut pairs, |a: &(&Value, usize), b: &(&Value, usize)| {
        less(vm, a.0, b.0)
    });
    (pairs.into_iter().map(|(_, place)| place).collect(), result)
}

/// How deep in tuples `quick_order` looks.
const QUICK_DEPTH: u32 = 4;

/// The order of ints and floats in place, of strings, and of tuples of them, where no Python code can see the comparison. `None` for others.
fn quick_order(vm: &Vm, a: &Value, b: &Value, depth: u32) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.as_small_int(), b.as_small_int()) {
        return Some(a.cmp(&b));
    }
    if let (Some(a), Some(b)) = (a.as_small_float(), b.as_small_float()) {
        // Floats in place are never NaN.
        return a.partial_cmp(&b);
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyStr>(vm), b.downcast_exact::<PyStr>(vm)) {
        return Some(compare_text(a, b));
    }
    let (a, b) = (
        a.downcast_exact::<PyTuple>(vm)?,
        b.downcast_exact::<PyTuple>(vm)?,
    );
    if depth == 0 {
        return None;
    }
    for (a, b) in a.as_slice().iter().zip(b.as_slice()) {
        match quick_order(vm, a, b, depth - 1)? {
            Ordering::Equal => {}
            unequal => return Some(unequal),
        }
    }
    Some(a.len().cmp(&b.len()))
}

fn less(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    if let Some(order) = quick_order(vm, a, b, QUICK_DEPTH) {
        return Ok(order.is_lt());
    }
    let result = compare::rich(vm, a, b, crate::object::CompareOp::Lt)?;
    truth::is_true(vm, &result)
}

fn all<'a, T>(
    keys: &'a [Value],
    convert: impl Fn(&'a Value) -> Option<T>,
) -> Option<Vec<(T, usize)>> {
    convert(keys.first()?)?;
    let mut pairs = Vec::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        pairs.push((convert(key)?, place));
    }
    Some(pairs)
}

fn native<T: Copy>(
    mut pairs: Vec<(T, usize)>,
    reverse: bool,
    less: impl Fn(T, T) -> bool,
) -> (Vec<usize>, PyResult<()>) {
    let less =
        |a: &(T, usize), b: &(T, usize)| Ok::<bool, std::convert::Infallible>(less(a.0, b.0));
    let Ok(()) = if reverse {
        timsort::sort_reversed(&mut pairs, less)
    } else {
        timsort::sort(&mut pairs, less)
    };
    (pairs.into_iter().map(|(_, place)| place).collect(), Ok(()))
}

/// The order of two strings by code points.
pub fn compare_text(a: &Py<PyStr>, b: &Py<PyStr>) -> Ordering {
    if a.width() == 1 && b.width() == 1 {
        a.raw_bytes().cmp(b.raw_bytes())
    } else {
        a.chars().cmp(b.chars())
    }
}
