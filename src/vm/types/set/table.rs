//! Storage of sets: an open-addressed table probed and grown exactly as CPython does.
//!
//! The order in which a set gives its items is the order of its table, and programs print sets: so equal hashes must lead to equal tables.
//! That is why this follows `setobject.c` step by step: eight slots at first, nine linear probes before the perturbed jump, growth by four
//! (by two above 50,000 items) when three fifths are filled, deletion by dummies, and reuse of the last dummy seen.
//!
//! Comparing keys can run Python code that changes the very set; lookups notice by the table's generation and the key in the slot and start
//! over.
//!
//! CPython 3.11: `Objects/setobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::{
    Object, Payload, Py, PyCell, PyRef, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag,
};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use std::cell::Cell;

const MINSIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const DUMMY_HASH: i64 = -1;

/// What `set` and `frozenset` share. No object has this type itself.
#[repr(C)]
pub struct PyAnySet {
    table: PyCell<Table>,
    /// Changes whenever another row of slots is put in place.
    generation: Cell<u32>,
    /// `hash(frozenset)` once it was asked for; -1 before.
    pub hash: Cell<i64>,
}

/// Payload of `set`.
#[repr(C)]
pub struct PySet(PyAnySet);

/// Payload of `frozenset`.
#[repr(C)]
pub struct PyFrozenSet(PyAnySet);

#[derive(Clone)]
struct Entry {
    hash: i64,
    /// `NULL` when unused (hash 0) or deleted (hash -1).
    key: Value,
}

const UNUSED: Entry = Entry {
    hash: 0,
    key: Value::NULL,
};

impl Entry {
    fn is_unused(&self) -> bool {
        self.hash == 0 && self.key.is_null()
    }
}

#[derive(Default)]
struct Table {
    /// Empty until the first item comes: a table of `MINSIZE` unused slots.
    entries: Box<[Entry]>,
    fill: usize,
    used: usize,
    finger: usize,
}

/// What looking for a slot found without running Python code.
enum Found {
    /// The key.
    Key(usize),
    /// The end of the probe sequence.
    Unused(usize),
    /// A key with the same hash, to be compared by Python code; looking goes on from the probe.
    Compare(usize, Value),
}

/// The slots to look at for a hash.
struct Probe {
    base: usize,
    perturb: usize,
    /// Linear probes still to do in this group, and the next slot.
    left: usize,
    slot: usize,
    freeslot: Option<usize>,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        let base = hash as usize & mask;
        Probe {
            base,
            perturb: hash as usize,
            left: Self::group(base, mask),
            slot: base,
            freeslot: None,
        }
    }

    #[inline(always)]
    fn group(base: usize, mask: usize) -> usize {
        if base + LINEAR_PROBES <= mask {
            LINEAR_PROBES
        } else {
            0
        }
    }

    #[inline(always)]
    fn advance(&mut self, mask: usize) {
        if self.left > 0 {
            self.left -= 1;
            self.slot += 1;
        } else {
            self.perturb >>= PERTURB_SHIFT;
            self.base = self
                .base
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(self.perturb)
                & mask;
            self.left = Self::group(self.base, mask);
            self.slot = self.base;
        }
    }
}

const FLAGS: u32 = type_flag::BASETYPE
    | type_flag::GC
    | type_flag::MANAGED
    | type_flag::HAS_WEAKREF
    | type_flag::MATCH_SELF
    | type_flag::IMMUTABLE;

static ANY_DEF: TypeDef = TypeDef {
    name: "anyset",
    doc: None,
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyBaseObject::def),
    flags: FLAGS,
    payload_size: size_of::<PyAnySet>(),
    drop_payload,
    traverse: Some(traverse),
    clear: None,
    tables: &[],
    index: TypeIndex::new(),
};

static SET_DEF: TypeDef = TypeDef {
    name: "set",
    doc: Some(
        "set() -> new empty set object\nset(iterable) -> new set object\n\nBuild an unordered collection of unique elements.",
    ),
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyAnySet::def),
    flags: FLAGS,
    payload_size: size_of::<PySet>(),
    drop_payload,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[
        &super::methods::COMMON_TABLE,
        &super::methods::SET_TABLE,
        &super::slots::SET_TABLE,
    ],
    index: TypeIndex::new(),
};

static FROZENSET_DEF: TypeDef = TypeDef {
    name: "frozenset",
    doc: Some(
        "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nBuild an immutable unordered collection of unique elements.",
    ),
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyAnySet::def),
    flags: FLAGS,
    payload_size: size_of::<PyFrozenSet>(),
    drop_payload,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[
        &super::methods::COMMON_TABLE,
        &super::slots::FROZENSET_TABLE,
    ],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyAnySet {
    fn def() -> &'static TypeDef {
        &ANY_DEF
    }
}

// SAFETY: the definition describes this payload, which begins with PyAnySet.
unsafe impl Payload for PySet {
    fn def() -> &'static TypeDef {
        &SET_DEF
    }
}

// SAFETY: the definition describes this payload, which begins with PyAnySet.
unsafe impl Payload for PyFrozenSet {
    fn def() -> &'static TypeDef {
        &FROZENSET_DEF
    }
}

unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: called once for a set that nobody uses any more; both payloads are a PyAnySet and nothing else.
    unsafe {
        let set = (*object).cast::<PyAnySet>();
        let table = set.table.take();
        set.object().class().vm().heap.discharge(table.bytes());
        drop(table);
        std::ptr::drop_in_place(std::ptr::from_ref(set.payload()).cast_mut());
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live sets; visitors do not change sets.
    unsafe { (*object).cast::<PyAnySet>() }.table.with(|table| {
        table
            .entries
            .iter()
            .filter(|entry| !entry.key.is_null())
            .for_each(|entry| visit(&entry.key));
    });
}

fn clear(vm: &Vm, value: &Value) {
    if let Some(set) = value.downcast_ref::<PyAnySet>() {
        set.clear(vm);
    }
}

impl Table {
    #[inline(always)]
    fn mask(&self) -> usize {
        self.entries.len().max(MINSIZE) - 1
    }

    fn bytes(&self) -> usize {
        self.entries.len() * size_of::<Entry>()
    }

    /// Looks on from a probe, noting the last dummy seen.
    #[inline(always)]
    fn find(
        &self,
        key: &Value,
        name: Option<&Py<PyStr>>,
        hash: i64,
        vm: &Vm,
        probe: &mut Probe,
    ) -> Found {
        let mask = self.mask();
        if self.entries.is_empty() {
            return Found::Unused(probe.slot);
        }
        loop {
            let slot = probe.slot;
            let entry = &self.entries[slot];
            if entry.hash == hash {
                if entry.is_unused() {
                    return Found::Unused(slot);
                }
                if entry.key.is(key) {
                    return Found::Key(slot);
                }
                match (name, entry.key.downcast_exact::<PyStr>(vm)) {
                    (Some(name), Some(other)) if other.equals(name) => return Found::Key(slot),
                    (Some(_), Some(_)) => {}
                    _ => return Found::Compare(slot, entry.key.clone()),
                }
            } else if entry.is_unused() {
                return Found::Unused(slot);
            } else if entry.hash == DUMMY_HASH {
                probe.freeslot = Some(slot);
            }
            probe.advance(mask);
        }
    }

    /// Inserts a key that is not in the table, which has no dummies and room.
    fn insert_clean(entries: &mut [Entry], key: Value, hash: i64) {
        let mask = entries.len() - 1;
        let mut probe = Probe::new(hash, mask);
        while !entries[probe.slot].key.is_null() {
            probe.advance(mask);
        }
        entries[probe.slot] = Entry { hash, key };
    }

    /// Slots of the smallest table above `minused` items, when the memory for it can be had.
    fn size_for(vm: &Vm, minused: usize) -> PyResult<usize> {
        let mut size = MINSIZE;
        while size <= minused {
            size <<= 1;
        }
        if size >= 1 << 12 {
            vm.try_reserve(size.saturating_mul(size_of::<Entry>()))?;
        }
        Ok(size)
    }

    /// Rebuilds the table with another size.
    fn resize(&mut self, vm: &Vm, size: usize) {
        let before = self.bytes();
        let mut entries = vec![UNUSED; size].into_boxed_slice();
        for entry in &mut self.entries {
            if !entry.key.is_null() {
                let key = std::mem::replace(&mut entry.key, Value::NULL);
                Self::insert_clean(&mut entries, key, entry.hash);
            }
        }
        self.entries = entries;
        self.fill = self.used;
        vm.heap.charge(self.bytes().wrapping_sub(before));
    }

    /// Makes room for a first item.
    fn materialise(&mut self, vm: &Vm) {
        if self.entries.is_empty() {
            self.entries = vec![UNUSED; MINSIZE].into_boxed_slice();
            vm.heap.charge(self.bytes());
        }
    }
}

impl PyAnySet {
    fn empty() -> PyAnySet {
        PyAnySet {
            table: PyCell::new(Table::default()),
            generation: Cell::new(0),
            hash: Cell::new(-1),
        }
    }

    fn rebuilt(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.with(|table| table.used)
    }

    /// Slots of the table (for `__sizeof__`).
    pub fn slots(&self) -> usize {
        self.table.with(|table| table.mask() + 1)
    }

    /// Looks for a key. May run Python.
    fn lookup(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Result<usize, Probe>> {
        let name = key.downcast_exact::<PyStr>(vm);
        'restart: loop {
            let mut probe = self.table.with(|table| Probe::new(hash, table.mask()));
            loop {
                match self
                    .table
                    .with(|table| table.find(key, name, hash, vm, &mut probe))
                {
                    Found::Key(slot) => return Ok(Ok(slot)),
                    Found::Unused(slot) => {
                        probe.slot = slot;
                        return Ok(Err(probe));
                    }
                    Found::Compare(slot, other) => {
                        let generation = self.generation.get();
                        // May run Python.
                        let equal = (vm.hooks.eq.get())(vm, &other, key)?;
                        let same = generation == self.generation.get()
                            && self.table.with(|table| {
                                table
                                    .entries
                                    .get(slot)
                                    .is_some_and(|entry| entry.key.is(&other))
                            });
                        if !same {
                            continue 'restart;
                        }
                        if equal {
                            return Ok(Ok(slot));
                        }
                        let mask = self.table.with(Table::mask);
                        probe.advance(mask);
                    }
                }
            }
        }
    }

    /// Whether a key is in the set. May run Python.
    #[inline]
    pub fn contains_hash(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
        Ok(self.lookup(vm, key, hash)?.is_ok())
    }

    /// As `contains_hash`, asking for the hash.
    #[inline]
    pub fn contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash(key)?;
        self.contains_hash(vm, key, hash)
    }

    /// Adds a key; whether it was new. May run Python.
    pub fn add_hash(&self, vm: &Vm, key: Value, hash: i64) -> PyResult<bool> {
        let probe = match self.lookup(vm, &key, hash)? {
            Ok(_) => return Ok(false),
            Err(probe) => probe,
        };
        let (fills, used) = self.table.with(|table| {
            let fills = probe.freeslot.is_none() && (table.fill + 1) * 5 >= table.mask() * 3;
            (fills, table.used + 1)
        });
        let size = if fills {
            Some(Table::size_for(
                vm,
                used * if used > 50000 { 2 } else { 4 },
            )?)
        } else {
            None
        };
        self.table.with_mut(|table| {
            table.materialise(vm);
            table.used += 1;
            match probe.freeslot {
                Some(slot) => table.entries[slot] = Entry { hash, key },
                None => {
                    table.entries[probe.slot] = Entry { hash, key };
                    table.fill += 1;
                }
            }
            if let Some(size) = size {
                table.resize(vm, size);
            }
        });
        if size.is_some() {
            self.rebuilt();
        }
        Ok(true)
    }

    /// As `add_hash`, asking for the hash.
    #[inline]
    pub fn add(&self, vm: &Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash(&key)?;
        self.add_hash(vm, key, hash)
    }

    /// Takes a key out; whether it was there. May run Python.
    pub fn discard_hash(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
        let Ok(slot) = self.lookup(vm, key, hash)? else {
            return Ok(false);
        };
        let old = self.table.with_mut(|table| {
            table.used -= 1;
            let entry = &mut table.entries[slot];
            entry.hash = DUMMY_HASH;
            std::mem::replace(&mut entry.key, Value::NULL)
        });
        drop(old);
        Ok(true)
    }

    /// As `discard_hash`, asking for the hash.
    pub fn discard(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash(key)?;
        self.discard_hash(vm, key, hash)
    }

    /// Takes an arbitrary item out: the next one from where the last `pop` stopped.
    pub fn pop(&self) -> Option<Value> {
        self.table.with_mut(|table| {
            if table.used == 0 {
                return None;
            }
            let mask = table.mask();
            let mut slot = table.finger & mask;
            while table.entries[slot].key.is_null() {
                slot = if slot >= mask { 0 } else { slot + 1 };
            }
            table.used -= 1;
            table.finger = slot + 1;
            let entry = &mut table.entries[slot];
            entry.hash = DUMMY_HASH;
            Some(std::mem::replace(&mut entry.key, Value::NULL))
        })
    }

    /// Removes everything.
    pub fn clear(&self, vm: &Vm) {
        let mut table = self.table.with_mut(|table| {
            let finger = table.finger;
            std::mem::replace(
                table,
                Table {
                    finger,
                    ..Table::default()
                },
            )
        });
        self.rebuilt();
        self.hash.set(-1);
        vm.heap.discharge(table.bytes());
        table.used = 0;
        drop(table);
    }

    /// The item at the first used slot from `position` on, and the slot behind it. Python code may run between calls.
    #[inline]
    pub fn next(&self, position: &mut usize) -> Option<(Value, i64)> {
        self.table.with(|table| {
            while let Some(entry) = table.entries.get(*position) {
                *position += 1;
                if !entry.key.is_null() {
                    return Some((entry.key.clone(), entry.hash));
                }
            }
            *position = table.entries.len().max(MINSIZE) + 1;
            None
        })
    }

    /// All items with their hashes, in order.
    pub fn entries(&self) -> Vec<(Value, i64)> {
        self.table.with(|table| {
            let used = table.entries.iter().filter(|entry| !entry.key.is_null());
            used.map(|entry| (entry.key.clone(), entry.hash)).collect()
        })
    }

    /// All items, in order.
    pub fn items(&self) -> Vec<Value> {
        self.table.with(|table| {
            let used = table.entries.iter().filter(|entry| !entry.key.is_null());
            used.map(|entry| entry.key.clone()).collect()
        })
    }

    /// Rebuilds the table at once when `count` more items would fill it, as CPython does before a merge.
    pub fn reserve(&self, vm: &Vm, count: usize) -> PyResult<()> {
        let (fills, minused) = self.table.with(|table| {
            let fills = (table.fill + count) * 5 >= table.mask() * 3;
            (fills, (table.used + count) * 2)
        });
        if fills {
            let size = Table::size_for(vm, minused)?;
            self.table.with_mut(|table| table.resize(vm, size));
            self.rebuilt();
        }
        Ok(())
    }

    /// Rebuilds the table when more than a quarter of its slots are dummies.
    pub fn purge(&self, vm: &Vm) -> PyResult<()> {
        let (sparse, used) = self
            .table
            .with(|table| (table.fill - table.used > table.mask() / 4, table.used));
        if sparse {
            let size = Table::size_for(vm, used * if used > 50000 { 2 } else { 4 })?;
            self.table.with_mut(|table| table.resize(vm, size));
            self.rebuilt();
        }
        Ok(())
    }

    /// Adds all items of another set (`set_merge`). May run Python.
    pub fn merge(&self, vm: &Vm, other: &PyAnySet) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.len() == 0 {
            return Ok(());
        }
        self.reserve(vm, other.len())?;
        if self.table.with(|table| table.fill == 0) {
            self.table.with_mut(|table| {
                table.materialise(vm);
                other.table.with(|source| {
                    if source.fill == source.used && source.entries.len() == table.entries.len() {
                        table.entries.clone_from_slice(&source.entries);
                    } else {
                        for entry in source.entries.iter().filter(|entry| !entry.key.is_null()) {
                            Table::insert_clean(&mut table.entries, entry.key.clone(), entry.hash);
                        }
                    }
                    table.fill = source.used;
                    table.used = source.used;
                });
            });
            self.rebuilt();
            return Ok(());
        }
        let mut position = 0;
        while let Some((key, hash)) = other.next(&mut position) {
            self.add_hash(vm, key, hash)?;
        }
        Ok(())
    }

    /// Exchanges the contents of two sets (`set_swap_bodies`).
    pub fn swap(&self, other: &PyAnySet) {
        let (mine, theirs) = (self.table.take(), other.table.take());
        let finger = mine.finger;
        let their_finger = theirs.finger;
        self.table.set(Table { finger, ..theirs });
        other.table.set(Table {
            finger: their_finger,
            ..mine
        });
        self.hash.set(-1);
        other.hash.set(-1);
        self.rebuilt();
        other.rebuilt();
    }

    /// Whether the hashes of both are known and differ, which makes the sets different.
    pub fn hashes_differ(&self, other: &PyAnySet) -> bool {
        self.hash.get() != -1 && other.hash.get() != -1 && self.hash.get() != other.hash.get()
    }
}

impl std::ops::Deref for PySet {
    type Target = PyAnySet;
    fn deref(&self) -> &PyAnySet {
        &self.0
    }
}

impl std::ops::Deref for PyFrozenSet {
    type Target = PyAnySet;
    fn deref(&self) -> &PyAnySet {
        &self.0
    }
}

impl PySet {
    /// An empty set.
    pub fn new(vm: &Vm) -> PyRef<PySet> {
        Self::with_class(Self::class(vm))
    }

    /// An empty instance of `set` or a subclass.
    pub fn with_class(class: &Py<PyType>) -> PyRef<PySet> {
        crate::object::alloc::new_object(class, PySet(PyAnySet::empty()))
    }

    /// A set of these values. May run Python.
    pub fn from_values(vm: &Vm, values: impl IntoIterator<Item = Value>) -> PyResult<PyRef<PySet>> {
        let set = Self::new(vm);
        for value in values {
            set.add(vm, value)?;
        }
        Ok(set)
    }
}

impl PyFrozenSet {
    /// An empty frozenset.
    pub fn new(vm: &Vm) -> PyRef<PyFrozenSet> {
        Self::with_class(Self::class(vm))
    }

    /// An empty instance of `frozenset` or a subclass.
    pub fn with_class(class: &Py<PyType>) -> PyRef<PyFrozenSet> {
        crate::object::alloc::new_object(class, PyFrozenSet(PyAnySet::empty()))
    }

    /// A frozenset of these values. May run Python.
    pub fn from_values(
        vm: &Vm,
        values: impl IntoIterator<Item = Value>,
    ) -> PyResult<PyRef<PyFrozenSet>> {
        let set = Self::new(vm);
        for value in values {
            set.add(vm, value)?;
        }
        Ok(set)
    }
}
