//! The table behind a dict: index slots and entries in one block of memory.
//!
//! ```text
//!  indices                entries
//!  | slot 0 | slot 1 | …  | hash key value | hash key value | …
//!  `- 2^log2 places of 1, 2, 4 or 8 bytes  `- room for two thirds as many
//! ```
//!
//! A slot holds the place of an entry, or `EMPTY`, or `DUMMY` where an entry was deleted. Slots that hold a place always point at one of
//! the `len` entries written so far; everything unchecked below rests on that. Nothing here runs Python code: what must be compared by
//! Python is handed out as a candidate.
//!
//! CPython 3.11: `PyDictKeysObject` in `Include/internal/pycore_dict.h`.

use crate::context::Vm;
use crate::object::{Py, Value};
use crate::types::str::value::PyStr;
use std::alloc::Layout;
use std::ptr::NonNull;

const LOG2_MIN: u32 = 3;
const PERTURB_SHIFT: u32 = 5;
const EMPTY: i64 = -1;
const DUMMY: i64 = -2;

/// One item.
#[repr(C)]
pub struct Entry {
    /// Hash of the key.
    pub hash: i64,
    /// `Value::NULL` when deleted.
    pub key: Value,
    /// The value.
    pub value: Value,
}

/// The one slot of a table that was never written to.
static NOTHING: [i8; 8] = [-1; 8];

/// Index slots and entries.
pub struct Table {
    indices: NonNull<u8>,
    entries: NonNull<Entry>,
    len: usize,
    used: usize,
    /// Items that may still be appended before the table is rebuilt. Taking items out gives no room back: their slots stay `DUMMY`, and a
    /// table without an `EMPTY` one would be searched for ever.
    room: usize,
    /// No item stands before this place.
    first: usize,
    log2: u32,
}

/// The slots to look at for a hash, in CPython's order.
pub struct Probe {
    slot: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe {
            slot: hash as usize & mask,
            perturb: hash as usize,
            mask,
        }
    }

    /// Goes to the next slot.
    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.slot = (self
            .slot
            .wrapping_mul(5)
            .wrapping_add(self.perturb)
            .wrapping_add(1))
            & self.mask;
    }
}

/// The integers a slot may be.
trait Index: Copy {
    fn place(self) -> i64;
    fn from_place(place: i64) -> Self;
}

macro_rules! index {
    ($($int:ty),*) => {
        $(impl Index for $int {
            #[inline(always)]
            fn place(self) -> i64 {
                i64::from(self)
            }
            #[inline(always)]
            fn from_place(place: i64) -> $int {
                place as $int
            }
        })*
    };
}
index!(i8, i16, i32, i64);

/// Calls a generic method with the integer type of the table's slots.
macro_rules! by_width {
    ($table:expr, $method:ident($($argument:expr),*)) => {
        match $table.log2 {
            0..8 => $table.$method::<i8>($($argument),*),
            8..16 => $table.$method::<i16>($($argument),*),
            16..32 => $table.$method::<i32>($($argument),*),
            _ => $table.$method::<i64>($($argument),*),
        }
    };
}

impl Default for Table {
    fn default() -> Table {
        Table {
            indices: NonNull::from(&NOTHING).cast(),
            entries: NonNull::dangling(),
            len: 0,
            used: 0,
            room: 0,
            first: 0,
            log2: 0,
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if self.log2 == 0 {
            return;
        }
        let (layout, _) = Self::layout(self.log2);
        // SAFETY: the first `len` entries are initialised; the block was allocated with this layout.
        unsafe {
            std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(
                self.entries.as_ptr(),
                self.len,
            ));
            std::alloc::dealloc(self.indices.as_ptr(), layout);
        }
    }
}

impl Table {
    const fn width(log2: u32) -> usize {
        match log2 {
            0..8 => 1,
            8..16 => 2,
            16..32 => 4,
            _ => 8,
        }
    }

    const fn usable(log2: u32) -> usize {
        (1usize << log2) * 2 / 3
    }

    /// The layout of the block and the offset of the entries in it.
    fn layout(log2: u32) -> (Layout, usize) {
        let indices = Self::width(log2) << log2;
        let size = indices + Self::usable(log2) * size_of::<Entry>();
        let layout = Layout::from_size_align(size, align_of::<Entry>())
            .expect("sizes are checked before a table grows");
        (layout, indices)
    }

    fn with_log2(vm: &Vm, log2: u32) -> Table {
        let (layout, offset) = Self::layout(log2);
        // SAFETY: the layout is not of size zero; the index area lies at its beginning, and bytes of 0xff are EMPTY at every width.
        unsafe {
            let Some(block) = NonNull::new(std::alloc::alloc(layout)) else {
                std::alloc::handle_alloc_error(layout)
            };
            block.as_ptr().write_bytes(0xff, offset);
            vm.heap.charge(layout.size());
            Table {
                indices: block,
                entries: block.add(offset).cast(),
                len: 0,
                used: 0,
                room: Self::usable(log2),
                first: 0,
                log2,
            }
        }
    }

    fn log2_for(slots: usize) -> u32 {
        slots
            .max(1 << LOG2_MIN)
            .checked_next_power_of_two()
            .map_or(usize::BITS - 8, usize::trailing_zeros)
    }

    /// Bytes of memory outside the object.
    pub fn bytes(&self) -> usize {
        if self.log2 == 0 {
            0
        } else {
            Self::layout(self.log2).0.size()
        }
    }

    /// Number of items.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used
    }

    /// Number of index slots.
    pub fn slots(&self) -> usize {
        1 << self.log2
    }

    /// The entries, holes included.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: the first `len` entries are initialised.
        unsafe { std::slice::from_raw_parts(self.entries.as_ptr(), self.len) }
    }

    /// The entries, holes included, to exchange values. Keys must stay.
    #[inline(always)]
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        // SAFETY: the first `len` entries are initialised.
        unsafe { std::slice::from_raw_parts_mut(self.entries.as_ptr(), self.len) }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        (1 << self.log2) - 1
    }

    /// # Safety
    /// `slot` must be below the number of slots and `I` the table's integer type.
    #[inline(always)]
    unsafe fn slot<I: Index>(&self, slot: usize) -> i64 {
        // SAFETY: the caller vouches for both.
        unsafe { self.indices.cast::<I>().add(slot).read() }.place()
    }

    /// # Safety
    /// `place` must be what a slot of this table holds, and not negative.
    #[inline(always)]
    unsafe fn entry(&self, place: i64) -> &Entry {
        // SAFETY: slots point at initialised entries.
        unsafe { self.entries.add(place as usize).as_ref() }
    }

    /// Slot and place of a str key, by identity or text. Keys that are no strings are taken to be different.
    ///
    /// Most looks end at the first slot: those need no more than a few registers, and the rest is a function of its own.
    pub fn find_str(&self, key: &Py<PyStr>, hash: i64) -> Option<(usize, usize)> {
        let slot = hash as usize & self.mask();
        let place = by_width!(self, place_at(slot));
        if place >= 0 {
            // SAFETY: read from a slot.
            let entry = unsafe { self.entry(place) };
            if entry.key.bits() == std::ptr::from_ref(key) as u64 {
                return Some((slot, place as usize));
            }
        } else if place == EMPTY {
            return None;
        }
        self.search_str(key, hash)
    }

    /// What a slot holds. Bits above the mask do not count.
    #[inline(always)]
    fn place_at<I: Index>(&self, slot: usize) -> i64 {
        // SAFETY: below the mask; `by_width` chose the type.
        unsafe { self.slot::<I>(slot & self.mask()) }
    }

    #[inline(never)]
    fn search_str(&self, key: &Py<PyStr>, hash: i64) -> Option<(usize, usize)> {
        by_width!(self, find_str_in(key, hash))
    }

    #[inline(always)]
    fn find_str_in<I: Index>(&self, key: &Py<PyStr>, hash: i64) -> Option<(usize, usize)> {
        let bits = std::ptr::from_ref(key) as u64;
        let mut probe = Probe::new(hash, self.mask());
        loop {
            // SAFETY: probes stay below the mask; `by_width` chose the type.
            let place = unsafe { self.slot::<I>(probe.slot) };
            if place >= 0 {
                // SAFETY: read from a slot.
                let entry = unsafe { self.entry(place) };
                if entry.key.bits() == bits
                    || entry.hash == hash
                        && entry
                            .key
                            .downcast_ref::<PyStr>()
                            .is_some_and(|other| other.equals(key))
                {
                    return Some((probe.slot, place as usize));
                }
            } else if place == EMPTY {
                return None;
            }
            probe.advance();
        }
    }

    /// Place of an exact str key; `None` when a key with the same hash that is no exact str must be compared by Python code.
    #[inline]
    pub fn find_exact_str(&self, vm: &Vm, key: &Py<PyStr>, hash: i64) -> Option<Option<usize>> {
        by_width!(self, find_exact_str_in(vm, key, hash))
    }

    #[inline(always)]
    fn find_exact_str_in<I: Index>(
        &self,
        vm: &Vm,
        key: &Py<PyStr>,
        hash: i64,
    ) -> Option<Option<usize>> {
        let bits = std::ptr::from_ref(key) as u64;
        let mut probe = Probe::new(hash, self.mask());
        loop {
            // SAFETY: probes stay below the mask; `by_width` chose the type.
            let place = unsafe { self.slot::<I>(probe.slot) };
            if place >= 0 {
                // SAFETY: read from a slot.
                let entry = unsafe { self.entry(place) };
                if entry.key.bits() == bits {
                    return Some(Some(place as usize));
                }
                if entry.hash == hash {
                    let other = entry.key.downcast_exact::<PyStr>(vm)?;
                    if other.equals(key) {
                        return Some(Some(place as usize));
                    }
                }
            } else if place == EMPTY {
                return Some(None);
            }
            probe.advance();
        }
    }

    /// Place of an int in place; `None` when a key with the same hash that is no such int must be compared.
    #[inline]
    pub fn find_small_int(&self, key: &Value, hash: i64) -> Option<Option<usize>> {
        by_width!(self, find_small_int_in(key, hash))
    }

    #[inline(always)]
    fn find_small_int_in<I: Index>(&self, key: &Value, hash: i64) -> Option<Option<usize>> {
        let mut probe = Probe::new(hash, self.mask());
        loop {
            // SAFETY: probes stay below the mask; `by_width` chose the type.
            let place = unsafe { self.slot::<I>(probe.slot) };
            if place >= 0 {
                // SAFETY: read from a slot.
                let entry = unsafe { self.entry(place) };
                if entry.key.is(key) {
                    return Some(Some(place as usize));
                }
                // -1 and -2 share their hash.
                if entry.hash == hash && !entry.key.is_small_int() {
                    return None;
                }
            } else if place == EMPTY {
                return Some(None);
            }
            probe.advance();
        }
    }

    /// The first slot to look at for a hash.
    pub fn probe(&self, hash: i64) -> Probe {
        Probe::new(hash, self.mask())
    }

    /// Looks on from a probe: the place of the key, or with the other key when Python code must compare them. `None` at the end.
    #[inline]
    pub fn find_candidate(
        &self,
        vm: &Vm,
        key: &Value,
        hash: i64,
        probe: &mut Probe,
    ) -> Option<(usize, Option<Value>)> {
        by_width!(self, find_candidate_in(vm, key, hash, probe))
    }

    #[inline(always)]
    fn find_candidate_in<I: Index>(
        &self,
        vm: &Vm,
        key: &Value,
        hash: i64,
        probe: &mut Probe,
    ) -> Option<(usize, Option<Value>)> {
        if probe.mask != self.mask() {
            return None;
        }
        loop {
            // SAFETY: the probe's mask is the table's; `by_width` chose the type.
            let place = unsafe { self.slot::<I>(probe.slot) };
            if place >= 0 {
                // SAFETY: read from a slot.
                let entry = unsafe { self.entry(place) };
                if entry.key.is(key) {
                    return Some((place as usize, None));
                }
                if entry.hash == hash && !Value::both_small_int(&entry.key, key) {
                    let texts = (
                        entry.key.downcast_exact::<PyStr>(vm),
                        key.downcast_exact::<PyStr>(vm),
                    );
                    match texts {
                        (Some(other), Some(name)) => {
                            if other.equals(name) {
                                return Some((place as usize, None));
                            }
                        }
                        _ => return Some((place as usize, Some(entry.key.clone()))),
                    }
                }
            } else if place == EMPTY {
                return None;
            }
            probe.advance();
        }
    }

    /// The slot that points at an entry.
    pub fn slot_of(&self, hash: i64, index: usize) -> Option<usize> {
        by_width!(self, slot_of_in(hash, index))
    }

    fn slot_of_in<I: Index>(&self, hash: i64, index: usize) -> Option<usize> {
        let mut probe = Probe::new(hash, self.mask());
        loop {
            // SAFETY: probes stay below the mask; `by_width` chose the type.
            match unsafe { self.slot::<I>(probe.slot) } {
                EMPTY => return None,
                place if place == index as i64 => return Some(probe.slot),
                _ => probe.advance(),
            }
        }
    }

    /// Whether the next item needs a larger table.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.room == 0
    }

    /// Appends an entry whose key is not in the table, which must not be full.
    #[inline]
    pub fn append(&mut self, hash: i64, key: Value, value: Value) {
        assert!(!self.is_full(), "the table was grown before");
        by_width!(self, point_at(hash, self.len));
        // SAFETY: there is room behind the entries written so far.
        unsafe {
            self.entries.add(self.len).write(Entry { hash, key, value });
        }
        self.len += 1;
        self.used += 1;
        self.room -= 1;
    }

    /// Points the first free slot for a hash at an entry.
    #[inline(always)]
    fn point_at<I: Index>(&mut self, hash: i64, index: usize) {
        let mut probe = Probe::new(hash, self.mask());
        // SAFETY: probes stay below the mask; `by_width` chose the type; a table that is not full has free slots.
        unsafe {
            while self.slot::<I>(probe.slot) >= 0 {
                probe.advance();
            }
            self.indices
                .cast::<I>()
                .add(probe.slot)
                .write(I::from_place(index as i64));
        }
    }

    fn write_slot<I: Index>(&mut self, slot: usize, place: i64) {
        assert!(slot <= self.mask());
        // SAFETY: just checked; `by_width` chose the type.
        unsafe {
            self.indices
                .cast::<I>()
                .add(slot)
                .write(I::from_place(place))
        };
    }

    /// Slots of the table that `grow` makes: three times as many as items (CPython's `GROWTH_RATE`).
    fn grown_log2(&self) -> u32 {
        Self::log2_for(self.used.saturating_mul(3))
    }

    /// Bytes of the table that `grow` makes.
    pub fn grown_bytes(&self) -> usize {
        Self::layout(self.grown_log2()).0.size()
    }

    /// Rebuilds without holes and with room for more items.
    pub fn grow(&mut self, vm: &Vm) {
        self.rebuild(vm, self.grown_log2());
    }

    /// Makes an empty table large enough for this many items.
    pub fn reserve(&mut self, vm: &Vm, count: usize) {
        let slots = count.saturating_mul(3).div_ceil(2);
        if self.len == 0 && Self::usable(self.log2) < count {
            self.rebuild(vm, Self::log2_for(slots));
        }
    }

    fn rebuild(&mut self, vm: &Vm, log2: u32) {
        let mut fresh = Table::with_log2(vm, log2);
        let old = std::mem::take(self);
        vm.heap.discharge(old.bytes());
        let entries = old.entries.as_ptr();
        assert!(old.used <= fresh.room, "the new table has room for all");
        // SAFETY: each used entry is moved once into the new table, which has room for all of them; the old table then forgets them,
        // holes have nothing to drop.
        unsafe {
            if old.used == old.len {
                fresh
                    .entries
                    .as_ptr()
                    .copy_from_nonoverlapping(entries, old.len);
            } else {
                let mut place = fresh.entries.as_ptr();
                for index in 0..old.len {
                    let entry = entries.add(index);
                    if !(*entry).key.is_null() {
                        place.copy_from_nonoverlapping(entry, 1);
                        place = place.add(1);
                    }
                }
            }
        }
        fresh.len = old.used;
        fresh.used = old.used;
        fresh.room -= old.used;
        by_width!(fresh, point_at_all());
        let mut old = old;
        old.len = 0;
        *self = fresh;
    }

    /// Points empty slots at all entries.
    fn point_at_all<I: Index>(&mut self) {
        for index in 0..self.len {
            let hash = self.entries()[index].hash;
            self.point_at::<I>(hash, index);
        }
    }

    /// Takes an entry out and leaves a hole.
    pub fn remove(&mut self, slot: usize, index: usize) -> (Value, Value) {
        by_width!(self, write_slot(slot, DUMMY));
        self.used -= 1;
        if index == self.first {
            let rest = &self.entries()[index + 1..];
            let holes = rest.iter().take_while(|entry| entry.key.is_null());
            self.first = index + 1 + holes.count();
        }
        let entry = &mut self.entries_mut()[index];
        let key = std::mem::replace(&mut entry.key, Value::NULL);
        let value = std::mem::replace(&mut entry.value, Value::NULL);
        (key, value)
    }

    /// Forgets the holes at the end, which keeps taking the last item out quick; no slot points at a hole.
    pub fn drop_holes_at_end(&mut self) {
        while self
            .entries()
            .last()
            .is_some_and(|entry| entry.key.is_null())
        {
            self.len -= 1;
        }
        self.first = self.first.min(self.len);
    }

    /// No item stands before this place.
    #[inline(always)]
    pub fn first(&self) -> usize {
        self.first
    }

    /// A table with clones of the items, without holes.
    pub fn compact_clone(&self, vm: &Vm) -> Table {
        if self.used == 0 {
            return Table::default();
        }
        if self.used == self.len {
            let mut copy = Table::with_log2(vm, self.log2);
            let (_, offset) = Self::layout(self.log2);
            // SAFETY: both blocks have the same layout; cloned entries take the same places.
            unsafe {
                std::ptr::copy_nonoverlapping(self.indices.as_ptr(), copy.indices.as_ptr(), offset);
                for (index, entry) in self.entries().iter().enumerate() {
                    copy.entries.add(index).write(Entry {
                        hash: entry.hash,
                        key: entry.key.clone(),
                        value: entry.value.clone(),
                    });
                }
            }
            copy.len = self.len;
            copy.used = self.used;
            copy.room = self.room;
            return copy;
        }
        let mut copy = Table::with_log2(vm, Self::log2_for((self.used * 3).div_ceil(2)));
        for entry in self.entries().iter().filter(|entry| !entry.key.is_null()) {
            copy.append(entry.hash, entry.key.clone(), entry.value.clone());
        }
        copy
    }
}
