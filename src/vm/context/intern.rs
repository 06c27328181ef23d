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

/// Interned strings by hash, open addressing.
#[derive(Default)]
pub struct InternTable {
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    slots: Vec<*const Py<PyStr>>,
    used: usize,
    filled: usize,
}

const TOMBSTONE: *const Py<PyStr> = std::ptr::dangling();

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
        self.inner.borrow_mut().insert(&string);
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
        let hash = vm.hash_secret.hash_bytes(text);
        if let Some(known) = self.find_ascii(hash, text) {
            return known;
        }
        let string = PyStr::from_ascii(vm, text);
        string.set_hash(hash);
        string.object().set_flag(flag::INTERNED, true);
        self.inner.borrow_mut().insert(&string);
        string
    }

    fn find_ascii(&self, hash: i64, text: &[u8]) -> Option<PyRef<PyStr>> {
        let inner = self.inner.borrow();
        let mut slot = inner.first_slot(hash)?;
        loop {
            let pointer = inner.slots[slot];
            if pointer.is_null() {
                return None;
            }
            if pointer != TOMBSTONE {
                // SAFETY: strings take themselves out before they die.
                let known = unsafe { &*pointer };
                if known.hash() == hash && known.is_ascii() && known.raw_bytes() == text {
                    return Some(known.to_ref());
                }
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }

    /// The interned string equal to `string`, if there is one.
    pub fn find(&self, string: &Py<PyStr>) -> Option<PyRef<PyStr>> {
        let inner = self.inner.borrow();
        let hash = string.hash();
        let mut slot = inner.first_slot(hash)?;
        loop {
            let pointer = inner.slots[slot];
            if pointer.is_null() {
                return None;
            }
            if pointer != TOMBSTONE {
                // SAFETY: strings take themselves out before they die.
                let known = unsafe { &*pointer };
                if known.hash() == hash && known.equals(string) {
                    return Some(known.to_ref());
                }
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }

    /// Takes a dying string out.
    pub fn forget(&self, string: &Py<PyStr>) {
        let mut inner = self.inner.borrow_mut();
        let Some(mut slot) = inner.first_slot(string.hash()) else {
            return;
        };
        while !inner.slots[slot].is_null() {
            if std::ptr::eq(inner.slots[slot], string) {
                inner.slots[slot] = TOMBSTONE;
                inner.used -= 1;
                return;
            }
            slot = (slot + 1) & (inner.slots.len() - 1);
        }
    }
}

impl Inner {
    fn first_slot(&self, hash: i64) -> Option<usize> {
        if self.slots.is_empty() {
            None
        } else {
            Some(hash as usize & (self.slots.len() - 1))
        }
    }

    fn insert(&mut self, string: &Py<PyStr>) {
        if (self.filled + 1) * 2 > self.slots.len() {
            let size = ((self.used + 1) * 4).next_power_of_two().max(1024);
            let old = std::mem::replace(&mut self.slots, vec![std::ptr::null(); size]);
            self.filled = self.used;
            for pointer in old.into_iter().filter(|p| !p.is_null() && *p != TOMBSTONE) {
                // SAFETY: strings in the table are alive.
                self.place(unsafe { &*pointer });
            }
        }
        self.place(string);
        self.used += 1;
        self.filled += 1;
    }

    fn place(&mut self, string: &Py<PyStr>) {
        let mut slot = string.hash() as usize & (self.slots.len() - 1);
        while !self.slots[slot].is_null() {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = string;
    }
}
