//! The table of interned strings.
//!
//! The table does not own its strings: an interned string that dies takes itself out (`types/str/value.rs`), so names made at run time do
//! not pile up.
//!
//! CPython 3.11: `PyUnicode_InternInPlace`.

use super::Vm;
use crate::object::header::flag;
use crate::object::{Py, PyRef};
use crate::types::str::value::PyStr;
use std::cell::RefCell;

/// Interned strings for texts of the program itself, found by where the text is. Two texts that want one place take turns in it.
pub struct StaticNames(RefCell<Vec<Option<(&'static str, PyRef<PyStr>)>>>);

const STATIC_NAMES: usize = 256;

impl Default for StaticNames {
    fn default() -> StaticNames {
        StaticNames(RefCell::new(vec![None; STATIC_NAMES]))
    }
}

impl StaticNames {
    /// The interned string of a text.
    pub fn get(&self, vm: &Vm, text: &'static str) -> PyRef<PyStr> {
        let address = text.as_ptr().addr();
        let place = (address ^ (address >> 8)) & (STATIC_NAMES - 1);
        let mut names = self.0.borrow_mut();
        match &names[place] {
            Some((known, name)) if std::ptr::eq(*known, text) => name.clone(),
            _ => {
                let name = vm.interned.intern_text(vm, text);
                names[place] = Some((text, name.clone()));
                name
            }
        }
    }
}

/// Interned strings by hash, open addressing.
#[derive(Default)]
pub struct InternTable {
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    hasher: ahash::RandomState,
    /// As plain numbers, of which the system gives zeros for nothing.
    slots: Vec<u64>,
    used: usize,
    filled: usize,
}

/// The address of a string, with the upper bits of the table's hash of its text above it: looks go by strings of another hash without
/// touching them, and a name that is known is found without the hash that Python sees, which costs more.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Slot(u64);

const EMPTY: Slot = Slot(0);
/// No string is at this address.
const TOMBSTONE: Slot = Slot(1);
/// Bits of an address.
const ADDRESS_BITS: u32 = 48;
/// Slots of the first table: starting an interpreter makes some two thousand names.
const SLOTS_MIN: usize = 4096;

impl Slot {
    fn new(hash: u64, string: &Py<PyStr>) -> Slot {
        let address = std::ptr::from_ref(string).expose_provenance() as u64;
        debug_assert_eq!(address >> ADDRESS_BITS, 0);
        Slot(Slot::upper(hash) | address)
    }

    fn upper(hash: u64) -> u64 {
        hash >> ADDRESS_BITS << ADDRESS_BITS
    }

    /// Whether it may be a string with this hash.
    fn may_have(self, hash: u64) -> bool {
        self != TOMBSTONE && self.0 ^ Slot::upper(hash) < 1 << ADDRESS_BITS
    }

    fn string(self) -> *const Py<PyStr> {
        let address = self.0 & ((1 << ADDRESS_BITS) - 1);
        std::ptr::with_exposed_provenance(address as usize)
    }
}

impl InternTable {
    /// The interned string equal to `string`.
    pub fn intern(&self, vm: &Vm, string: PyRef<PyStr>) -> PyRef<PyStr> {
        if string.is_interned() {
            return string;
        }
        let string = if string.is_exact(vm) {
            string
        } else {
            PyStr::with_class(&vm.types.str, &string)
        };
        if let Some(known) = self.find(&string) {
            return known;
        }
        string.object().set_flag(flag::INTERNED, true);
        let mut inner = self.inner.borrow_mut();
        let hash = inner.hash(string.raw_bytes());
        inner.insert(&string, hash);
        string
    }

    /// The interned string of Rust text; makes a string only when there is none.
    pub fn intern_text(&self, vm: &Vm, text: &str) -> PyRef<PyStr> {
        if text.len() < 2 || !text.is_ascii() {
            return self.intern(vm, PyStr::new(vm, text));
        }
        self.intern_ascii(vm, text.as_bytes())
    }

    /// The interned string of at least two bytes of ASCII.
    pub fn intern_ascii(&self, vm: &Vm, text: &[u8]) -> PyRef<PyStr> {
        let hash = self.inner.borrow().hash(text);
        if let Some(known) = self.find_ascii(text, hash) {
            return known;
        }
        let string = PyStr::from_ascii(vm, text);
        string.object().set_flag(flag::INTERNED, true);
        self.inner.borrow_mut().insert(&string, hash);
        string
    }

    fn find_ascii(&self, text: &[u8], hash: u64) -> Option<PyRef<PyStr>> {
        let inner = self.inner.borrow();
        let mut slot = inner.first_slot(hash)?;
        loop {
            let entry = Slot(inner.slots[slot]);
            if entry == EMPTY {
                return None;
            }
            if entry.may_have(hash) {
                // SAFETY: strings take themselves out before they die.
                let known = unsafe { &*entry.string() };
                if known.is_ascii() && known.raw_bytes() == text {
                    return Some(known.to_ref());
                }
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }

    /// The interned string equal to `string`, if there is one.
    pub fn find(&self, string: &Py<PyStr>) -> Option<PyRef<PyStr>> {
        let inner = self.inner.borrow();
        let hash = inner.hash(string.raw_bytes());
        let mut slot = inner.first_slot(hash)?;
        loop {
            let entry = Slot(inner.slots[slot]);
            if entry == EMPTY {
                return None;
            }
            if entry.may_have(hash) {
                // SAFETY: strings take themselves out before they die.
                let known = unsafe { &*entry.string() };
                if known.equals(string) {
                    return Some(known.to_ref());
                }
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }

    /// Takes a dying string out.
    pub fn forget(&self, string: &Py<PyStr>) {
        let mut inner = self.inner.borrow_mut();
        let hash = inner.hash(string.raw_bytes());
        let Some(mut slot) = inner.first_slot(hash) else {
            return;
        };
        let wanted = Slot::new(hash, string).0;
        while inner.slots[slot] != EMPTY.0 {
            if inner.slots[slot] == wanted {
                inner.slots[slot] = TOMBSTONE.0;
                inner.used -= 1;
                return;
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }
}

impl Inner {
    fn hash(&self, text: &[u8]) -> u64 {
        self.hasher.hash_one(text)
    }

    fn first_slot(&self, hash: u64) -> Option<usize> {
        if self.slots.is_empty() {
            None
        } else {
            Some(hash as usize & (self.slots.len() - 1))
        }
    }

    fn insert(&mut self, string: &Py<PyStr>, hash: u64) {
        // Sparse enough for short walks, dense enough to stay in the processor's caches.
        if (self.filled + 1) * 4 > self.slots.len() * 3 {
            let size = ((self.used + 1) * 2).next_power_of_two().max(SLOTS_MIN);
            let old = std::mem::replace(&mut self.slots, vec![EMPTY.0; size]);
            self.filled = self.used;
            for slot in old.into_iter().map(Slot) {
                if slot != EMPTY && slot != TOMBSTONE {
                    // SAFETY: strings take themselves out before they die.
                    let text = unsafe { &*slot.string() }.raw_bytes();
                    self.place(slot, self.hash(text));
                }
            }
        }
        self.place(Slot::new(hash, string), hash);
        self.used += 1;
        self.filled += 1;
    }

    fn place(&mut self, entry: Slot, hash: u64) {
        let mut slot = hash as usize & (self.slots.len() - 1);
        while self.slots[slot] != EMPTY.0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = entry.0;
    }
}
