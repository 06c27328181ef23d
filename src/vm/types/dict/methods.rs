//! Python-visible methods of `dict`.
//!
//! CPython 3.11: `Objects/dictobject.c`.

use super::iter::PyDictReverseKeyIter;
use super::update::{Merge, merge, update_from_args};
use super::value::PyDict;
use super::views::{PyDictItems, PyDictKeys, PyDictValues};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Table, Value};
use crate::protocol::{call, iter, mapping};
use crate::types::native::{
    CLASS_GETITEM, arity, fast, keywords, no_args, of_class, one, this, unsigned,
};
use crate::types::set::ops::{any_set, is_exact_set};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        one(
            "__contains__",
            "($self, key, /)",
            "True if the dictionary has the specified key, else False.",
            |vm, value, key| Ok(Value::bool(super::slots::contains(vm, value, key)?)),
        ),
        unsigned(one(
            "__getitem__",
            "",
            "x.__getitem__(y) <==> x[y]",
            super::slots::subscript,
        )),
        unsigned(no_args(
            "__sizeof__",
            "D.__sizeof__() -> size of D in memory, in bytes",
            sizeof,
        )),
        fast(
            "get",
            "($self, key, default=None, /)",
            "Return the value for key if key is in the dictionary, else default.",
            get,
        ),
        fast(
            "setdefault",
            "($self, key, default=None, /)",
            "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
            setdefault,
        ),
        unsigned(fast(
            "pop",
            "",
            "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
            pop,
        )),
        no_args(
            "popitem",
            "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
            popitem,
        ),
        unsigned(no_args(
            "keys",
            "D.keys() -> a set-like object providing a view on D's keys",
            |vm, value| Ok(PyDictKeys::new(vm, value.clone()).into_value()),
        )),
        unsigned(no_args(
            "items",
            "D.items() -> a set-like object providing a view on D's items",
            |vm, value| Ok(PyDictItems::new(vm, value.clone()).into_value()),
        )),
        unsigned(no_args(
            "values",
            "D.values() -> an object providing a view on D's values",
            |vm, value| Ok(PyDictValues::new(vm, value.clone()).into_value()),
        )),
        unsigned(keywords(
            "update",
            "",
            "D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E: \
             D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed \
             by: for k in F:  D[k] = F[k]",
            |vm, value, args| {
                update_from_args(vm, this::<PyDict>(vm, value)?, "update", args)?;
                Ok(Value::None)
            },
        )),
        of_class(fast(
            "fromkeys",
            "($type, iterable, value=None, /)",
            "Create a new dictionary with keys from iterable and values set to value.",
            fromkeys,
        )),
        unsigned(no_args(
            "clear",
            "D.clear() -> None.  Remove all items from D.",
            |vm, value| {
                this::<PyDict>(vm, value)?.clear(vm);
                Ok(Value::None)
            },
        )),
        unsigned(no_args("copy", "D.copy() -> a shallow copy of D", copy)),
        no_args(
            "__reversed__",
            "Return a reverse iterator over the dict keys.",
            |vm, value| Ok(PyDictReverseKeyIter::new(vm, value.clone()).into_value()),
        ),
        CLASS_GETITEM,
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

fn sizeof(vm: &Vm, value: &Value) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    let slots = dict.slots();
    if slots == 1 {
        return Ok(vm.new_int(48));
    }
    let width = match slots {
        ..=0x80 => 1,
        0x81..=0x8000 => 2,
        _ => 4,
    };
    let entry = if dict.has_only_str_keys(vm) { 16 } else { 24 };
    Ok(vm.new_usize(48 + 32 + slots * width + slots * 2 / 3 * entry))
}

fn get(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    arity(vm, "get", args.len(), 1, 2)?;
    match dict.get(vm, &args[0])? {
        Some(found) => Ok(found),
        None => Ok(args.get(1).cloned().unwrap_or(Value::None)),
    }
}

fn setdefault(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    arity(vm, "setdefault", args.len(), 1, 2)?;
    let default = args.get(1).cloned().unwrap_or(Value::None);
    dict.get_or_insert(vm, args[0].clone(), default)
}

fn pop(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    arity(vm, "pop", args.len(), 1, 2)?;
    let found = if dict.len() == 0 {
        None
    } else {
        dict.pop(vm, &args[0])?
    };
    match (found, args.get(1)) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.key_error(&args[0])),
    }
}

fn popitem(vm: &Vm, value: &Value) -> PyResult<Value> {
    match this::<PyDict>(vm, value)?.pop_last() {
        Some((key, value)) => Ok(vm.new_tuple(vec![key, value])),
        None => Err(vm.new_exception(
            ExcKind::KeyError,
            vm.new_str("popitem(): dictionary is empty"),
        )),
    }
}

fn copy(vm: &Vm, value: &Value) -> PyResult<Value> {
    let dict = this::<PyDict>(vm, value)?;
    vm.try_reserve(dict.table_bytes())?;
    let copy = PyDict::new(vm);
    merge(vm, &copy, value, Merge::Override)?;
    Ok(copy.into_value())
}

fn fromkeys(vm: &Vm, class: &Value, args: &[Value]) -> PyResult<Value> {
    arity(vm, "fromkeys", args.len(), 1, 2)?;
    let default = args.get(1).cloned().unwrap_or(Value::None);
    let result = call::call0(vm, class)?;
    let Some(dict) = result.downcast_exact::<PyDict>(vm) else {
        iter::iterate(vm, &args[0], |key| {
            mapping::set_item(vm, &result, &key, default.clone())
        })?;
        return Ok(result);
    };
    if dict.len() == 0 {
        let mut position = 0;
        if let Some(source) = args[0].downcast_exact::<PyDict>(vm) {
            dict.reserve(vm, source.len())?;
            while let Some((key, _, hash)) = source.next_item_hash(&mut position) {
                dict.set_with_hash(vm, key, hash, default.clone())?;
            }
            return Ok(result);
        }
        if let Some(source) = any_set(&args[0]).filter(|_| is_exact_set(vm, &args[0])) {
            dict.reserve(vm, source.len())?;
            while let Some((key, hash)) = source.next(&mut position) {
                dict.set_with_hash(vm, key, hash, default.clone())?;
            }
            return Ok(result);
        }
    }
    iter::iterate(vm, &args[0], |key| dict.set(vm, key, default.clone()))?;
    Ok(result)
}
