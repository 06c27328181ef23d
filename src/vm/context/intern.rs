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

/// Hashes stand apart from the strings: most looks at the table need not touch more than these, and they are few enough to stay in the
/// processor's caches. They are the table's own, so that a name that is known is found without the hash that Python sees, which costs more.
#[derive(Default)]
struct Inner {
    hasher: ahash::RandomState,
    /// `VACANT` where there never was a string.
    hashes: Vec<u32>,
    strings: Vec<*const Py<PyStr>>,
    used: usize,
    filled: usize,
}

const VACANT: u32 = 0;
/// Where a string was. The system gives such, too, as zeros for nothing.
const GONE: *const Py<PyStr> = std::ptr::null();
/// Places of the first table: starting an interpreter makes some two thousand names.
const PLACES_MIN: usize = 4096;

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
        let hash = self.inner.borrow().hash(string.raw_bytes());
        self.add(&string, hash);
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
        let inner = self.inner.borrow();
        let hash = inner.hash(text);
        let known = inner.find(hash, |known| known.is_ascii() && known.raw_bytes() == text);
        drop(inner);
        if let Some(known) = known {
            return known;
        }
        let string = PyStr::from_ascii(vm, text);
        self.add(&string, hash);
        string
    }

    /// The interned string equal to `string`, if there is one.
    pub fn find(&self, string: &Py<PyStr>) -> Option<PyRef<PyStr>> {
        let inner = self.inner.borrow();
        let hash = inner.hash(string.raw_bytes());
        inner.find(hash, |known| known.equals(string))
    }

    fn add(&self, string: &Py<PyStr>, hash: u32) {
        string.object().set_flag(flag::INTERNED, true);
        self.inner.borrow_mut().insert(string, hash);
    }

    /// Takes a dying string out.
    pub fn forget(&self, string: &Py<PyStr>) {
        let mut inner = self.inner.borrow_mut();
        let hash = inner.hash(string.raw_bytes());
        let place = inner.place(hash, |known| std::ptr::eq(known, string));
        if let Some(place) = place.and_then(|place| inner.strings.get_mut(place)) {
            *place = GONE;
            inner.used -= 1;
        }
    }
}

impl Inner {
    fn hash(&self, text: &[u8]) -> u32 {
        (self.hasher.hash_one(text) as u32).max(VACANT + 1)
    }

    #[inline(always)]
    fn find(&self, hash: u32, is_it: impl Fn(&Py<PyStr>) -> bool) -> Option<PyRef<PyStr>> {
        // SAFETY: strings take themselves out before they die.
        let place = self.place(hash, |known| is_it(unsafe { &*known }))?;
        // SAFETY: as above.
        Some(unsafe { &*self.strings[place] }.to_ref())
    }

    /// Where a string of that hash is.
    #[inline(always)]
    fn place(&self, hash: u32, is_it: impl Fn(*const Py<PyStr>) -> bool) -> Option<usize> {
        let mask = self.hashes.len().checked_sub(1)?;
        let mut place = hash as usize & mask;
        loop {
            let there = self.hashes[place];
            if there == hash {
                let known = self.strings[place];
                if known != GONE && is_it(known) {
                    return Some(place);
                }
            } else if there == VACANT {
                return None;
            }
            place = (place + 1) & mask;
        }
    }

    fn insert(&mut self, string: &Py<PyStr>, hash: u32) {
        if (self.filled + 1) * 4 > self.hashes.len() * 3 {
            self.grow();
        }
        self.put(string, hash);
        self.used += 1;
        self.filled += 1;
    }

    /// Makes room: sparse enough for short walks, dense enough to stay in the processor's caches.
    #[cold]
    fn grow(&mut self) {
        let size = ((self.used + 1) * 2).next_power_of_two().max(PLACES_MIN);
        let hashes = std::mem::replace(&mut self.hashes, vec![VACANT; size]);
        let strings = std::mem::replace(&mut self.strings, vec![GONE; size]);
        self.filled = self.used;
        for (hash, string) in hashes.into_iter().zip(strings) {
            if string != GONE {
                self.put(string, hash);
            }
        }
    }

    fn put(&mut self, string: *const Py<PyStr>, hash: u32) {
        let mask = self.hashes.len() - 1;
        let mut place = hash as usize & mask;
        while self.hashes[place] != VACANT {
            place = (place + 1) & mask;
        }
        self.hashes[place] = hash;
        self.strings[place] = string;
    }
}
