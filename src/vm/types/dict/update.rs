//! Filling dicts from mappings and from pairs: `dict()`, `update`, `|=`, `**`.
//!
//! CPython 3.11: `dict_merge`, `PyDict_MergeFromSeq2`, `dict_update_common` in `Objects/dictobject.c`.

use super::value::PyDict;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, Value};
use crate::protocol::{call, iter, mapping, sequence, special};
use crate::types::native::arity;

/// What becomes of keys that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The new value stays.
    Override,
    /// The old value stays.
    Keep,
    /// KeyError.
    Refuse,
}

/// `dict(*args, **kwargs)` and `dict.update`. May run Python.
pub fn update_from_args(vm: &Vm, dict: &Py<PyDict>, name: &str, args: Args<'_>) -> PyResult<()> {
    let given = args.positional();
    arity(vm, name, given.len(), 0, 1)?;
    if let Some(source) = given.first() {
        update(vm, dict, source)?;
    }
    for (key, value) in args.keywords() {
        dict.set(vm, key.clone(), value.clone())?;
    }
    Ok(())
}

/// `dict.update(source)` for a mapping or an iterable of pairs. May run Python.
pub fn update(vm: &Vm, dict: &Py<PyDict>, source: &Value) -> PyResult<()> {
    if source.is_exact(vm, &vm.types.dict)
        || special::getattr_opt(vm, source, &vm.names.keys)?.is_some()
    {
        merge(vm, dict, source, Merge::Override)
    } else {
        update_from_pairs(vm, dict, source)
    }
}

/// Whether the value is a dict that iterates as dicts do, so that its table may be read directly.
fn plain_dict<'a>(vm: &Vm, value: &'a Value) -> Option<&'a Py<PyDict>> {
    if let Some(dict) = value.downcast_exact::<PyDict>(vm) {
        return Some(dict);
    }
    let dict = value.downcast_ref::<PyDict>()?;
    let same = match (
        value.class(vm).slots.iter.get(),
        vm.types.dict.slots.iter.get(),
    ) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    same.then_some(dict)
}

/// Adds the items of a mapping. May run Python.
pub fn merge(vm: &Vm, dict: &Py<PyDict>, source: &Value, how: Merge) -> PyResult<()> {
    if let Some(other) = plain_dict(vm, source) {
        return merge_dict(vm, dict, other, how);
    }
    let keys = call::call_method(vm, source, &vm.names.keys, &[])?;
    iter::iterate(vm, &keys, |key| {
        if how != Merge::Override && dict.contains(vm, &key)? {
            return match how {
                Merge::Refuse => Err(vm.key_error(&key)),
                _ => Ok(()),
            };
        }
        let value = mapping::get_item(vm, source, &key)?;
        dict.set(vm, key, value)
    })
}

fn merge_dict(vm: &Vm, dict: &Py<PyDict>, other: &Py<PyDict>, how: Merge) -> PyResult<()> {
    if other.is(dict) || other.len() == 0 {
        return Ok(());
    }
    if dict.len() == 0 {
        vm.try_reserve(other.table_bytes())?;
        dict.extend_fresh(vm, other);
        return Ok(());
    }
    let entries = other.entry_count();
    let mut position = 0;
    while let Some((key, value, hash)) = other.next_item_hash(&mut position) {
        if how != Merge::Override && dict.index_of(vm, &key, hash)?.is_some() {
            if how == Merge::Refuse {
                return Err(vm.key_error(&key));
            }
        } else {
            dict.set_with_hash(vm, key, hash, value)?;
        }
        if other.entry_count() != entries {
            return Err(vm.runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

#[cold]
fn not_a_pair(vm: &Vm, error: PyErr, index: usize) -> PyErr {
    if error.is(vm, ExcKind::TypeError) {
        vm.type_error(format!(
            "cannot convert dictionary update sequence element #{index} to a sequence"
        ))
    } else {
        error
    }
}

/// Adds the pairs an iterable gives. May run Python.
pub fn update_from_pairs(vm: &Vm, dict: &Py<PyDict>, pairs: &Value) -> PyResult<()> {
    let mut index = 0;
    iter::iterate(vm, pairs, |pair| {
        let items = sequence::fast(vm, &pair, "").map_err(|error| not_a_pair(vm, error, index))?;
        let len = items.len();
        let Ok([key, value]) = <[Value; 2]>::try_from(items) else {
            return Err(vm.value_error(format!(
                "dictionary update sequence element #{index} has length {len}; 2 is required"
            )));
        };
        index += 1;
        dict.set(vm, key, value)
    })
}

/// Whether two dicts have equal items. May run Python.
pub fn equal(vm: &Vm, a: &PyDict, b: &PyDict) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, value, hash)) = a.next_item_hash(&mut position) {
        let Some(other) = b.get_with_hash(vm, &key, hash)? else {
            return Ok(false);
        };
        if !crate::protocol::compare::eq(vm, &value, &other)? {
            return Ok(false);
        }
    }
    Ok(true)
}
