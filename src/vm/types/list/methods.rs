//! Python-visible methods of `list`.
//!
//! CPython 3.11: `Objects/listobject.c`.

use super::iter::PyListReverseIter;
use super::slots::extend;
use super::sort::sort;
use super::value::PyList;
use crate::context::{PyResult, Vm};
use crate::object::{Table, Value};
use crate::protocol::{compare, convert_int, repr};
use crate::types::native::{
    CLASS_GETITEM, arity, fast, keywords, no_args, one, search_bounds, this, unsigned,
};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(one(
            "__getitem__",
            "",
            "x.__getitem__(y) <==> x[y]",
            super::slots::subscript,
        )),
        no_args(
            "__reversed__",
            "Return a reverse iterator over the list.",
            reversed,
        ),
        no_args(
            "__sizeof__",
            "Return the size of the list in memory, in bytes.",
            sizeof,
        ),
        no_args("clear", "Remove all items from list.", clear),
        no_args("copy", "Return a shallow copy of the list.", copy),
        one(
            "append",
            "($self, object, /)",
            "Append object to the end of the list.",
            append,
        ),
        fast(
            "insert",
            "($self, index, object, /)",
            "Insert object before index.",
            insert,
        ),
        one(
            "extend",
            "($self, iterable, /)",
            "Extend list by appending elements from the iterable.",
            extend_method,
        ),
        fast(
            "pop",
            "($self, index=-1, /)",
            "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
            pop,
        ),
        one(
            "remove",
            "($self, value, /)",
            "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
            remove,
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
        no_args("reverse", "Reverse *IN PLACE*.", reverse),
        keywords(
            "sort",
            "($self, /, *, key=None, reverse=False)",
            "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. \
             the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort \
             them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.",
            sort,
        ),
        CLASS_GETITEM,
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

fn reversed(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(PyListReverseIter::new(vm, value.clone()).into_value())
}

fn sizeof(vm: &Vm, value: &Value) -> PyResult<Value> {
    let room = this::<PyList>(vm, value)?.capacity();
    Ok(vm.new_usize(40 + 8 * room))
}

fn clear(vm: &Vm, value: &Value) -> PyResult<Value> {
    super::value::drop_from_the_end(this::<PyList>(vm, value)?.take());
    Ok(Value::None)
}

fn copy(vm: &Vm, value: &Value) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    vm.try_reserve(list.len() * size_of::<Value>())?;
    Ok(vm.new_list(list.to_vec()))
}

fn append(vm: &Vm, value: &Value, item: &Value) -> PyResult<Value> {
    this::<PyList>(vm, value)?.push(item.clone());
    Ok(Value::None)
}

fn insert(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    arity(vm, "insert", args.len(), 2, 2)?;
    let index = convert_int::to_isize(vm, &args[0])?;
    list.insert(vm, index, args[1].clone())?;
    Ok(Value::None)
}

fn extend_method(vm: &Vm, value: &Value, iterable: &Value) -> PyResult<Value> {
    extend(vm, value, iterable)?;
    Ok(Value::None)
}

fn pop(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    arity(vm, "pop", args.len(), 0, 1)?;
    let index = match args.first() {
        None => -1,
        Some(index) => convert_int::to_isize(vm, index)?,
    };
    if index == -1
        && let Some(item) = list.pop_last()
    {
        return Ok(item);
    }
    let len = list.len();
    if len == 0 {
        return Err(vm.index_error("pop from empty list"));
    }
    let index = if index < 0 {
        index + len as isize
    } else {
        index
    };
    usize::try_from(index)
        .ok()
        .and_then(|index| list.remove(index))
        .ok_or_else(|| vm.index_error("pop index out of range"))
}

fn remove(vm: &Vm, value: &Value, wanted: &Value) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    let mut index = 0;
    while let Some(item) = list.get(index) {
        // May run Python.
        if compare::eq(vm, &item, wanted)? {
            drop(list.remove(index));
            return Ok(Value::None);
        }
        index += 1;
    }
    Err(vm.value_error("list.remove(x): x not in list"))
}

fn index(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    arity(vm, "index", args.len(), 1, 3)?;
    let (start, stop) = search_bounds(vm, args.get(1), args.get(2), list.len())?;
    let mut index = start;
    while index < stop
        && let Some(item) = list.get(index)
    {
        if compare::eq(vm, &item, &args[0])? {
            return Ok(vm.new_usize(index));
        }
        index += 1;
    }
    Err(vm.value_error(format!("{} is not in list", repr::repr_text(vm, &args[0])?)))
}

fn count(vm: &Vm, value: &Value, wanted: &Value) -> PyResult<Value> {
    let list = this::<PyList>(vm, value)?;
    let (mut index, mut count) = (0, 0);
    while let Some(item) = list.get(index) {
        count += usize::from(compare::eq(vm, &item, wanted)?);
        index += 1;
    }
    Ok(vm.new_usize(count))
}

fn reverse(vm: &Vm, value: &Value) -> PyResult<Value> {
    this::<PyList>(vm, value)?.with_mut(|items| items.reverse());
    Ok(Value::None)
}
