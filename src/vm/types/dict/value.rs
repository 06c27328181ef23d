//! Storage of dicts: a compact table that keeps insertion order.
//!
//! Entries stand in a row in the order of insertion; in front of them, in the same block of memory, stands an open-addressed index table,
//! probed as CPython probes it, that holds their places in one, two, four or eight bytes each. Deleted entries leave a hole until the next
//! resize. `keys_version` changes whenever a key comes or goes, not when a value is replaced: with it the interpreter caches the places of
//! globals and builtins.
//!
//! Comparing keys can run Python code that changes the very dict; lookups notice by the table's generation and the key in the entry and
//! start over.
//!
//! CPython 3.11: `Objects/dictobject.c`, PEP 412, PEP 509.

use super::table::{Entry, Table};
use crate::context::{PyResult, Vm, eval_breaker};
use crate::object::{
    Object, Payload, Py, PyCell, PyRef, PyType, Traverse, TypeDef, TypeIndex, Value, Visitor,
    type_flag,
};
use crate::types::str::value::PyStr;
use std::cell::Cell;

/// Payload of `dict`.
#[repr(C)]
pub struct PyDict {
    table: PyCell<Table>,
    keys_version: Cell<u32>,
    mutations: Cell<u32>,
    generation: Cell<u32>,
}

static DEF: TypeDef = TypeDef {
    name: "dict",
    doc: Some(
        "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\n\
         dict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\n\
         dict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    ),
    text_signature: None,
    base: Some(crate::types::object_::PyBaseObject::def),
    layout_base: Some(crate::types::object_::PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::GC
        | type_flag::MAPPING
        | type_flag::MATCH_SELF
        | type_flag::DICT_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyDict>(),
    drop_payload: drop_payload::<PyDict>,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[&super::methods::TABLE, &super::slots::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyDict {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// Drops a payload that is a dict or begins with one.
///
/// # Safety
/// As `TypeDef::drop_payload`; the object's payload must be `T`.
pub unsafe fn drop_payload<T: Payload>(object: *mut Object) {
    // SAFETY: called once for an object with this payload that nobody uses any more.
    unsafe {
        if let Some(dict) = (*object).downcast_ref::<PyDict>() {
            let table = dict.table.take();
            dict.object().class().vm().heap.discharge(table.bytes());
            drop(table);
        }
        let payload = (*object).cast::<T>().payload();
        std::ptr::drop_in_place(std::ptr::from_ref(payload).cast_mut());
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live dicts; visitors do not change dicts.
    unsafe { (*object).cast::<PyDict>() }
        .payload()
        .traverse(visit);
}

impl Traverse for PyDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.table.with(|table| {
            for entry in table.entries() {
                if !entry.key.is_null() {
                    visit(&entry.key);
                    visit(&entry.value);
                }
            }
        });
    }
}

/// Empties a dict, for the collector.
pub fn clear(vm: &Vm, value: &Value) {
    if let Some(dict) = value.downcast_ref::<PyDict>() {
        dict.clear(vm);
    }
}

impl PyDict {
    /// An empty dict.
    #[inline]
    pub fn new(vm: &Vm) -> PyRef<PyDict> {
        Self::with_class(&vm.types.dict)
    }

    /// An empty instance of `dict` or a subclass.
    #[inline]
    pub fn with_class(class: &Py<PyType>) -> PyRef<PyDict> {
        crate::object::alloc::new_object(class, PyDict::empty())
    }

    /// An empty payload.
    pub fn empty() -> PyDict {
        PyDict {
            table: PyCell::new(Table::default()),
            keys_version: Cell::new(0),
            mutations: Cell::new(0),
            generation: Cell::new(0),
        }
    }

    #[inline(always)]
    fn keys_changed(&self) {
        self.keys_version.set(0);
        self.mutations.set(self.mutations.get().wrapping_add(1));
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.with(Table::used)
    }

    /// Number that changes with every key that comes or goes; never 0. Numbers run out after 2^32 changes: `None` then.
    pub fn keys_version(&self, vm: &Vm) -> Option<u32> {
        if self.keys_version.get() == 0 {
            self.keys_version.set(vm.next_keys_version()?);
        }
        Some(self.keys_version.get())
    }

    /// The number, 0 when none is assigned; for the guards of caches.
    #[inline(always)]
    pub fn current_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// Changes with every change of the dict's keys; iterators compare it.
    #[inline(always)]
    pub fn mutations(&self) -> u32 {
        self.mutations.get()
    }

    /// Looks up a str key without running Python code.
    #[inline]
    pub fn get_str(&self, key: &Py<PyStr>) -> Option<Value> {
        let hash = key.hash();
        self.table.with(|table| {
            table
                .find_str(key, hash)
                .map(|(_, index)| table.entries()[index].value.clone())
        })
    }

    /// Place of a str key among the entries, for caches.
    pub fn index_of_str(&self, key: &Py<PyStr>) -> Option<usize> {
        let hash = key.hash();
        self.table
            .with(|table| table.find_str(key, hash).map(|(_, index)| index))
    }

    /// The value at a cached place. The caller has checked `current_keys_version`.
    #[inline(always)]
    pub fn value_at(&self, index: usize) -> Option<Value> {
        self.table
            .with(|table| table.entries().get(index).map(|entry| entry.value.clone()))
    }

    /// The value at a place, when its key is this very object; for caches that have only a hint.
    #[inline(always)]
    pub fn value_at_if_key(&self, index: usize, key: &Py<PyStr>) -> Option<Value> {
        let bits = std::ptr::from_ref(key) as u64;
        self.table.with(|table| {
            table
                .entries()
                .get(index)
                .filter(|entry| entry.key.bits() == bits)
                .map(|entry| entry.value.clone())
        })
    }

    /// Replaces the value at a place, when its key is this very object; gives the value back otherwise.
    #[inline(always)]
    pub fn replace_at_if_key(
        &self,
        index: usize,
        key: &Py<PyStr>,
        value: Value,
    ) -> Result<Value, Value> {
        let bits = std::ptr::from_ref(key) as u64;
        self.table
            .with_mut(|table| match table.entries_mut().get_mut(index) {
                Some(entry) if entry.key.bits() == bits => {
                    Ok(std::mem::replace(&mut entry.value, value))
                }
                _ => Err(value),
            })
    }

    /// Stores under a str key without running Python code.
    #[inline]
    pub fn set_str(&self, vm: &Vm, key: &Py<PyStr>, value: Value) {
        let hash = key.hash();
        let old = self
            .table
            .with_mut(|table| match table.find_str(key, hash) {
                Some((_, index)) => Some(std::mem::replace(
                    &mut table.entries_mut()[index].value,
                    value,
                )),
                None => {
                    if table.is_full() {
                        table.grow(vm);
                        self.generation.set(self.generation.get().wrapping_add(1));
                    }
                    table.append(hash, key.to_value(), value);
                    None
                }
            });
        if old.is_none() {
            self.keys_changed();
        }
    }

    /// Deletes a str key without running Python code; whether it was there.
    pub fn delete_str(&self, key: &Py<PyStr>) -> bool {
        self.pop_str(key).is_some()
    }

    /// Takes the value of a str key out, without running Python code.
    pub fn pop_str(&self, key: &Py<PyStr>) -> Option<Value> {
        let hash = key.hash();
        let removed = self.table.with_mut(|table| {
            table
                .find_str(key, hash)
                .map(|(slot, index)| table.remove(slot, index))
        });
        removed.map(|(_, value)| {
            self.keys_changed();
            value
        })
    }

    /// Place of any key. Comparing may run Python code.
    #[inline]
    pub fn index_of(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        if let Some(name) = key.downcast_exact::<PyStr>(vm) {
            // Only a key that is neither an exact str nor absent needs the slow way.
            let found = self
                .table
                .with(|table| table.find_exact_str(vm, name, hash));
            if let Some(found) = found {
                return Ok(found);
            }
        } else if key.is_small_int()
            && let Some(found) = self.table.with(|table| table.find_small_int(key, hash))
        {
            return Ok(found);
        }
        self.index_of_any(vm, key, hash)
    }

    fn index_of_any(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        'restart: loop {
            let mut probe = self.table.with(|table| table.probe(hash));
            loop {
                let found = self
                    .table
                    .with(|table| table.find_candidate(vm, key, hash, &mut probe));
                let (index, other) = match found {
                    None => return Ok(None),
                    Some((index, None)) => return Ok(Some(index)),
                    Some((index, Some(other))) => (index, other),
                };
                let generation = self.generation.get();
                // May run Python.
                let equal = (vm.hooks.eq.get())(vm, &other, key)?;
                let same = generation == self.generation.get()
                    && self.table.with(|table| {
                        table
                            .entries()
                            .get(index)
                            .is_some_and(|entry| entry.key.is(&other))
                    });
                if !same {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(index));
                }
                probe.advance();
            }
        }
    }

    /// Looks a key up. May run Python.
    #[inline]
    pub fn get(&self, vm: &Vm, key: &Value) -> PyResult<Option<Value>> {
        let hash = vm.hash(key)?;
        self.get_with_hash(vm, key, hash)
    }

    /// As `get`, with the hash known.
    pub fn get_with_hash(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(self
            .index_of(vm, key, hash)?
            .and_then(|index| self.value_at(index)))
    }

    /// Whether a key is there. May run Python.
    pub fn contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash(key)?;
        Ok(self.index_of(vm, key, hash)?.is_some())
    }

    /// Stores a value. May run Python.
    pub fn set(&self, vm: &Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = vm.hash(&key)?;
        self.set_with_hash(vm, key, hash, value)
    }

    /// As `set`, with the hash known.
    pub fn set_with_hash(&self, vm: &Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        match self.index_of(vm, &key, hash)? {
            Some(index) => {
                drop(self.table.with_mut(|table| {
                    std::mem::replace(&mut table.entries_mut()[index].value, value)
                }))
            }
            None => self.append(vm, hash, key, value)?,
        }
        Ok(())
    }

    /// Adds a key that is not there.
    fn append(&self, vm: &Vm, hash: i64, key: Value, value: Value) -> PyResult<()> {
        if self.table.with(Table::is_full) {
            vm.try_reserve(self.table.with(Table::grown_bytes))?;
            self.table.with_mut(|table| table.grow(vm));
            self.generation.set(self.generation.get().wrapping_add(1));
            if vm.heap.is_over_limit() {
                vm.breaker.request(eval_breaker::MEMORY);
            }
        }
        self.table.with_mut(|table| table.append(hash, key, value));
        self.keys_changed();
        Ok(())
    }

    /// The value of a key, which is stored first when it is missing (`dict.setdefault`). May run Python.
    pub fn get_or_insert(&self, vm: &Vm, key: Value, default: Value) -> PyResult<Value> {
        let hash = vm.hash(&key)?;
        if let Some(found) = self.get_with_hash(vm, &key, hash)? {
            return Ok(found);
        }
        self.append(vm, hash, key, default.clone())?;
        Ok(default)
    }

    /// Takes the value of a key out. May run Python.
    pub fn pop(&self, vm: &Vm, key: &Value) -> PyResult<Option<Value>> {
        let hash = vm.hash(key)?;
        self.pop_with_hash(vm, key, hash)
    }

    /// As `pop`, with the hash known.
    pub fn pop_with_hash(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<Value>> {
        let Some(index) = self.index_of(vm, key, hash)? else {
            return Ok(None);
        };
        Ok(self.remove_at(index).map(|(_, value)| value))
    }

    /// Takes the item at a place out.
    pub fn remove_at(&self, index: usize) -> Option<(Value, Value)> {
        let item = self.table.with_mut(|table| {
            let hash = table
                .entries()
                .get(index)
                .filter(|entry| !entry.key.is_null())?
                .hash;
            let slot = table.slot_of(hash, index)?;
            Some(table.remove(slot, index))
        });
        if item.is_some() {
            self.keys_changed();
        }
        item
    }

    /// Takes the first item out.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let index = self.table.with(|table| {
            let entries = &table.entries()[table.first()..];
            let place = entries.iter().position(|entry| !entry.key.is_null())?;
            Some(table.first() + place)
        })?;
        self.remove_at(index)
    }

    /// Moves the item at a place, whose key has this hash, to the end, or to the front, which rebuilds the table.
    pub fn move_item(&self, vm: &Vm, index: usize, hash: i64, to_end: bool) -> PyResult<()> {
        if to_end && index + 1 == self.entry_count() {
            return Ok(());
        }
        let Some((key, value)) = self.remove_at(index) else {
            return Ok(());
        };
        if to_end {
            return self.append(vm, hash, key, value);
        }
        let mut items = Vec::with_capacity(self.len() + 1);
        items.push((key, value, hash));
        let mut position = 0;
        while let Some(item) = self.next_item_hash(&mut position) {
            items.push(item);
        }
        self.clear(vm);
        self.reserve(vm, items.len())?;
        for (key, value, hash) in items {
            self.append(vm, hash, key, value)?;
        }
        Ok(())
    }

    /// Takes the last item out.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let index = self.table.with(|table| {
            table
                .entries()
                .iter()
                .rposition(|entry| !entry.key.is_null())
        })?;
        let item = self.remove_at(index);
        self.table.with_mut(Table::drop_holes_at_end);
        item
    }

    /// Makes room for this many items in all, when the dict is empty.
    pub fn reserve(&self, vm: &Vm, count: usize) -> PyResult<()> {
        let bytes = count.saturating_mul(2 * size_of::<Entry>());
        if bytes > 1 << 16 {
            vm.try_reserve(bytes)?;
        }
        self.table.with_mut(|table| {
            if table.entries().is_empty() && count > 0 {
                table.reserve(vm, count);
            }
        });
        self.generation.set(self.generation.get().wrapping_add(1));
        Ok(())
    }

    /// Entries in the table, the holes included.
    #[inline(always)]
    pub fn entry_count(&self) -> usize {
        self.table.with(|table| table.entries().len())
    }

    /// Removes everything.
    pub fn clear(&self, vm: &Vm) {
        let table = self.table.take();
        vm.heap.discharge(table.bytes());
        self.generation.set(self.generation.get().wrapping_add(1));
        self.keys_changed();
        drop(table);
    }

    /// The item at the first used place from `position` on, and the place behind it. Python code may run between calls.
    #[inline]
    pub fn next_item(&self, position: &mut usize) -> Option<(Value, Value)> {
        self.table.with(|table| {
            *position = (*position).max(table.first());
            while let Some(entry) = table.entries().get(*position) {
                *position += 1;
                if !entry.key.is_null() {
                    return Some((entry.key.clone(), entry.value.clone()));
                }
            }
            None
        })
    }

    /// As `next_item`, with the hash.
    pub fn next_item_hash(&self, position: &mut usize) -> Option<(Value, Value, i64)> {
        self.table.with(|table| {
            *position = (*position).max(table.first());
            while let Some(entry) = table.entries().get(*position) {
                *position += 1;
                if !entry.key.is_null() {
                    return Some((entry.key.clone(), entry.value.clone(), entry.hash));
                }
            }
            None
        })
    }

    /// The item at the last used place before `position`, going backward.
    pub fn previous_item(&self, position: &mut usize) -> Option<(Value, Value)> {
        self.table.with(|table| {
            *position = (*position).min(table.entries().len());
            while *position > 0 {
                *position -= 1;
                let entry = &table.entries()[*position];
                if !entry.key.is_null() {
                    return Some((entry.key.clone(), entry.value.clone()));
                }
            }
            None
        })
    }

    /// All items, in order.
    pub fn items(&self) -> Vec<(Value, Value)> {
        self.table.with(|table| {
            let used = table.entries().iter().filter(|entry| !entry.key.is_null());
            used.map(|entry| (entry.key.clone(), entry.value.clone()))
                .collect()
        })
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<Value> {
        self.table.with(|table| {
            table
                .entries()
                .iter()
                .filter(|entry| !entry.key.is_null())
                .map(|entry| entry.key.clone())
                .collect()
        })
    }

    /// All values, in order.
    pub fn values(&self) -> Vec<Value> {
        self.table.with(|table| {
            table
                .entries()
                .iter()
                .filter(|entry| !entry.key.is_null())
                .map(|entry| entry.value.clone())
                .collect()
        })
    }

    /// A copy as an exact dict.
    pub fn copy(&self, vm: &Vm) -> PyRef<PyDict> {
        let copy = PyDict::new(vm);
        copy.extend_fresh(vm, self);
        copy
    }

    /// Takes over all items of `other` into this dict, which must be empty.
    pub fn extend_fresh(&self, vm: &Vm, other: &PyDict) {
        let table = other.table.with(|table| table.compact_clone(vm));
        let old = self.table.replace(table);
        vm.heap.discharge(old.bytes());
        self.generation.set(self.generation.get().wrapping_add(1));
        self.keys_changed();
        drop(old);
    }

    /// The key at the first used place from `position` on, and the place behind it.
    #[inline]
    pub fn next_key(&self, position: &mut usize) -> Option<Value> {
        self.next_with(position, |entry| entry.key.clone())
    }

    /// The value at the first used place from `position` on, and the place behind it.
    #[inline]
    pub fn next_value(&self, position: &mut usize) -> Option<Value> {
        self.next_with(position, |entry| entry.value.clone())
    }

    #[inline(always)]
    fn next_with<R>(&self, position: &mut usize, f: impl FnOnce(&Entry) -> R) -> Option<R> {
        self.table.with(|table| {
            *position = (*position).max(table.first());
            while let Some(entry) = table.entries().get(*position) {
                *position += 1;
                if !entry.key.is_null() {
                    return Some(f(entry));
                }
            }
            None
        })
    }

    /// Whether every key is an exact str (the table CPython then uses is smaller, which `__sizeof__` shows).
    pub fn has_only_str_keys(&self, vm: &Vm) -> bool {
        self.table.with(|table| {
            table
                .entries()
                .iter()
                .all(|entry| entry.key.is_null() || entry.key.is_exact(vm, &vm.types.str))
        })
    }

    /// Slots of the index table; 1 when nothing was ever stored.
    pub fn slots(&self) -> usize {
        self.table.with(Table::slots)
    }

    /// Bytes the table takes (`__sizeof__`).
    pub fn table_bytes(&self) -> usize {
        self.table.with(Table::bytes)
    }
}
