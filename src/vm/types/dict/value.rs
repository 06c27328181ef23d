//! Storage of dicts: a compact table that keeps insertion order.
//!
//! Entries stand in a row in the order of insertion; an open-addressed index table, probed as CPython probes it, holds their places in one,
//! two or four bytes each. Deleted entries leave a hole until the next resize. `keys_version` changes whenever a key comes or goes, not when
//! a value is replaced: with it the interpreter caches the places of globals and builtins.
//!
//! Comparing keys can run Python code that changes the very dict; lookups notice by `mutations` and start over.
//!
//! CPython 3.11: `Objects/dictobject.c`, PEP 412, PEP 509.

use crate::context::{PyResult, Vm};
use crate::object::{
    Object, Payload, Py, PyCell, PyRef, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag,
};
use crate::types::str::value::PyStr;
use std::cell::Cell;

const INDEX_MIN: usize = 8;
const PERTURB_SHIFT: u32 = 5;

/// Payload of `dict`.
#[repr(C)]
pub struct PyDict {
    table: PyCell<Table>,
    keys_version: Cell<u32>,
    mutations: Cell<u32>,
}

#[derive(Default)]
struct Table {
    indices: Indices,
    entries: Vec<Entry>,
    used: usize,
}

struct Entry {
    hash: i64,
    /// `Value::NULL` when deleted.
    key: Value,
    value: Value,
}

#[derive(Default)]
enum Indices {
    #[default]
    Empty,
    Small(Box<[u8]>),
    Medium(Box<[u16]>),
    Large(Box<[u32]>),
}

/// What an index slot holds.
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Empty,
    Deleted,
    Entry(usize),
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
    drop_payload,
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

unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: called once for a dict that nobody uses any more.
    unsafe {
        let dict = (*object).cast::<PyDict>();
        let table = dict.table.take();
        dict.object().class().vm().heap.discharge(table.bytes());
        drop(table);
        std::ptr::drop_in_place(std::ptr::from_ref(dict.payload()).cast_mut());
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live dicts; visitors do not change dicts.
    unsafe { (*object).cast::<PyDict>() }.table.with(|table| {
        for entry in &table.entries {
            if !entry.key.is_null() {
                visit(&entry.key);
                visit(&entry.value);
            }
        }
    });
}

fn clear(vm: &Vm, value: &Value) {
    if let Some(dict) = value.downcast_ref::<PyDict>() {
        dict.clear(vm);
    }
}

impl Indices {
    fn with_size(size: usize) -> Indices {
        match size {
            0..=128 => Indices::Small(vec![u8::MAX; size].into_boxed_slice()),
            129..=32768 => Indices::Medium(vec![u16::MAX; size].into_boxed_slice()),
            _ => Indices::Large(vec![u32::MAX; size].into_boxed_slice()),
        }
    }

    #[inline(always)]
    fn size(&self) -> usize {
        match self {
            Indices::Empty => 0,
            Indices::Small(slots) => slots.len(),
            Indices::Medium(slots) => slots.len(),
            Indices::Large(slots) => slots.len(),
        }
    }

    #[inline(always)]
    fn get(&self, slot: usize) -> Slot {
        let (entry, max) = match self {
            Indices::Empty => return Slot::Empty,
            Indices::Small(slots) => (slots[slot] as usize, u8::MAX as usize),
            Indices::Medium(slots) => (slots[slot] as usize, u16::MAX as usize),
            Indices::Large(slots) => (slots[slot] as usize, u32::MAX as usize),
        };
        if entry == max {
            Slot::Empty
        } else if entry == max - 1 {
            Slot::Deleted
        } else {
            Slot::Entry(entry)
        }
    }

    #[inline(always)]
    fn set(&mut self, slot: usize, entry: usize) {
        match self {
            Indices::Empty => {}
            Indices::Small(slots) => slots[slot] = entry as u8,
            Indices::Medium(slots) => slots[slot] = entry as u16,
            Indices::Large(slots) => slots[slot] = entry as u32,
        }
    }

    fn delete(&mut self, slot: usize) {
        self.set(slot, usize::MAX - 1);
    }
}

/// The slots to look at for a hash, in CPython's order.
struct Probe {
    slot: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, size: usize) -> Probe {
        let mask = size.wrapping_sub(1);
        Probe {
            slot: hash as usize & mask,
            perturb: hash as usize,
            mask,
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.slot = (self
            .slot
            .wrapping_mul(5)
            .wrapping_add(self.perturb)
            .wrapping_add(1))
            & self.mask;
    }
}

impl Table {
    fn usable(size: usize) -> usize {
        size * 2 / 3
    }

    fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.indices.size()
    }

    /// The place of a str key, by identity or text. Keys that are not exact strings are taken to be different.
    #[inline]
    fn find_str(&self, key: &Py<PyStr>, hash: i64) -> Option<(usize, usize)> {
        let size = self.indices.size();
        if size == 0 {
            return None;
        }
        let bits = std::ptr::from_ref(key) as u64;
        let mut probe = Probe::new(hash, size);
        loop {
            match self.indices.get(probe.slot) {
                Slot::Empty => return None,
                Slot::Deleted => {}
                Slot::Entry(index) => {
                    let entry = &self.entries[index];
                    if entry.key.bits() == bits {
                        return Some((probe.slot, index));
                    }
                    if entry.hash == hash
                        && let Some(other) = entry.key.downcast_ref::<PyStr>()
                        && other.equals(key)
                    {
                        return Some((probe.slot, index));
                    }
                }
            }
            probe.advance();
        }
    }

    /// The slot that points at an entry.
    fn slot_of(&self, hash: i64, index: usize) -> Option<usize> {
        let mut probe = Probe::new(hash, self.indices.size());
        loop {
            match self.indices.get(probe.slot) {
                Slot::Empty => return None,
                Slot::Entry(found) if found == index => return Some(probe.slot),
                _ => probe.advance(),
            }
        }
    }

    fn free_slot(&self, hash: i64) -> usize {
        let mut probe = Probe::new(hash, self.indices.size());
        while let Slot::Entry(_) | Slot::Deleted = self.indices.get(probe.slot) {
            probe.advance();
        }
        probe.slot
    }

    /// Appends an entry whose key is not in the table.
    #[inline]
    fn append(&mut self, vm: &Vm, hash: i64, key: Value, value: Value) {
        if self.entries.len() >= Self::usable(self.indices.size()) {
            self.resize(vm);
        }
        let slot = self.free_slot(hash);
        self.indices.set(slot, self.entries.len());
        self.entries.push(Entry { hash, key, value });
        self.used += 1;
    }

    /// Rebuilds with room for three times as many entries as are used (CPython's `GROWTH_RATE`), without holes.
    fn resize(&mut self, vm: &Vm) {
        let before = self.bytes();
        let mut size = INDEX_MIN;
        while size <= self.used * 3 {
            size <<= 1;
        }
        self.entries.retain(|entry| !entry.key.is_null());
        self.entries
            .reserve_exact(Self::usable(size) - self.entries.len());
        self.indices = Indices::with_size(size);
        for index in 0..self.entries.len() {
            let slot = self.free_slot(self.entries[index].hash);
            self.indices.set(slot, index);
        }
        vm.heap.charge(self.bytes().wrapping_sub(before));
    }

    fn remove(&mut self, slot: usize, index: usize) -> (Value, Value) {
        self.indices.delete(slot);
        self.used -= 1;
        let entry = &mut self.entries[index];
        let key = std::mem::replace(&mut entry.key, Value::NULL);
        let value = std::mem::replace(&mut entry.value, Value::NULL);
        while self.entries.last().is_some_and(|entry| entry.key.is_null()) {
            // No index slot points at a hole, so holes at the end can go at once.
            self.entries.pop();
        }
        (key, value)
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
        self.table.with(|table| table.used)
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
                .map(|(_, index)| table.entries[index].value.clone())
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
            .with(|table| table.entries.get(index).map(|entry| entry.value.clone()))
    }

    /// The value at a place, when its key is this very object; for caches that have only a hint.
    #[inline(always)]
    pub fn value_at_if_key(&self, index: usize, key: &Py<PyStr>) -> Option<Value> {
        let bits = std::ptr::from_ref(key) as u64;
        self.table.with(|table| {
            table
                .entries
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
            .with_mut(|table| match table.entries.get_mut(index) {
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
                Some((_, index)) => Some(std::mem::replace(&mut table.entries[index].value, value)),
                None => {
                    table.append(vm, hash, key.to_value(), value);
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
    pub fn index_of(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        let name = key.downcast_exact::<PyStr>(vm);
        'restart: loop {
            let seen = self.mutations.get();
            let size = self.table.with(|table| table.indices.size());
            if size == 0 {
                return Ok(None);
            }
            let mut probe = Probe::new(hash, size);
            loop {
                let candidate = self
                    .table
                    .with(|table| match table.indices.get(probe.slot) {
                        Slot::Empty => Err(()),
                        Slot::Deleted => Ok(None),
                        Slot::Entry(index) => {
                            let entry = &table.entries[index];
                            if entry.key.is(key) {
                                Ok(Some((index, None)))
                            } else if entry.hash != hash {
                                Ok(None)
                            } else if let (Some(name), Some(other)) =
                                (name, entry.key.downcast_exact::<PyStr>(vm))
                            {
                                Ok(name.equals(other).then_some((index, None)))
                            } else {
                                Ok(Some((index, Some(entry.key.clone()))))
                            }
                        }
                    });
                match candidate {
                    Err(()) => return Ok(None),
                    Ok(None) => {}
                    Ok(Some((index, None))) => return Ok(Some(index)),
                    Ok(Some((index, Some(other)))) => {
                        // May run Python.
                        let equal = (vm.hooks.eq.get())(vm, &other, key)?;
                        if self.mutations.get() != seen {
                            continue 'restart;
                        }
                        if equal {
                            return Ok(Some(index));
                        }
                    }
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
            Some(index) => drop(
                self.table
                    .with_mut(|table| std::mem::replace(&mut table.entries[index].value, value)),
            ),
            None => {
                self.table
                    .with_mut(|table| table.append(vm, hash, key, value));
                self.keys_changed();
            }
        }
        Ok(())
    }

    /// The value of a key, which is stored first when it is missing (`dict.setdefault`). May run Python.
    pub fn get_or_insert(&self, vm: &Vm, key: Value, default: Value) -> PyResult<Value> {
        let hash = vm.hash(&key)?;
        if let Some(found) = self.get_with_hash(vm, &key, hash)? {
            return Ok(found);
        }
        self.table
            .with_mut(|table| table.append(vm, hash, key, default.clone()));
        self.keys_changed();
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
                .entries
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

    /// Takes the last item out.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let index = self
            .table
            .with(|table| table.entries.iter().rposition(|entry| !entry.key.is_null()))?;
        self.remove_at(index)
    }

    /// Removes everything.
    pub fn clear(&self, vm: &Vm) {
        let table = self.table.take();
        vm.heap.discharge(table.bytes());
        self.keys_changed();
        drop(table);
    }

    /// The item at the first used place from `position` on, and the place behind it. Python code may run between calls.
    #[inline]
    pub fn next_item(&self, position: &mut usize) -> Option<(Value, Value)> {
        self.table.with(|table| {
            while let Some(entry) = table.entries.get(*position) {
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
            while let Some(entry) = table.entries.get(*position) {
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
            *position = (*position).min(table.entries.len());
            while *position > 0 {
                *position -= 1;
                let entry = &table.entries[*position];
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
            let used = table.entries.iter().filter(|entry| !entry.key.is_null());
            used.map(|entry| (entry.key.clone(), entry.value.clone()))
                .collect()
        })
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<Value> {
        self.table.with(|table| {
            table
                .entries
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
                .entries
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
        let entries: Vec<(i64, Value, Value)> = other.table.with(|table| {
            let used = table.entries.iter().filter(|entry| !entry.key.is_null());
            used.map(|entry| (entry.hash, entry.key.clone(), entry.value.clone()))
                .collect()
        });
        self.table.with_mut(|table| {
            entries
                .into_iter()
                .for_each(|(hash, key, value)| table.append(vm, hash, key, value))
        });
        self.keys_changed();
    }

    /// Bytes the table takes (`__sizeof__`).
    pub fn table_bytes(&self) -> usize {
        self.table.with(Table::bytes)
    }
}
