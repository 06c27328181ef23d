//! The characters of a `StringIO`.
//!
//! Text that is only appended stays in the narrowest form; the first write into the middle makes it an array of code points.
//!
//! CPython 3.11: `STATE_ACCUMULATING` and `STATE_REALIZED` in `Modules/_io/stringio.c`.

use crate::context::Vm;
use crate::object::{Py, PyRef};
use crate::types::str::value::PyStr;
use base::text::{TextBuilder, TextRef};

/// The characters.
pub enum Store {
    /// Written from front to back.
    Appended(TextBuilder),
    /// Written anywhere.
    Array(Vec<u32>),
}

impl Default for Store {
    fn default() -> Store {
        Store::Appended(TextBuilder::new())
    }
}

impl Store {
    /// Number of characters.
    pub fn len(&self) -> usize {
        match self {
            Store::Appended(text) => text.len(),
            Store::Array(chars) => chars.len(),
        }
    }

    /// The text.
    pub fn as_ref(&self) -> TextRef<'_> {
        match self {
            Store::Appended(text) => text.as_ref(),
            Store::Array(chars) => TextRef::Ucs4(chars),
        }
    }

    /// Writes text at a place; a gap before it is filled with zeros.
    pub fn write(&mut self, at: usize, text: &Py<PyStr>) {
        if text.len() == 0 {
            return;
        }
        if let Store::Appended(all) = self
            && at >= all.len()
        {
            if at > all.len() {
                all.push_repeated(0, at - all.len());
            }
            all.push_text(text.text());
            return;
        }
        let mut chars: Vec<u32> = match std::mem::take(self) {
            Store::Appended(text) => text.as_ref().chars().collect(),
            Store::Array(chars) => chars,
        };
        let end = at + text.len();
        if chars.len() < end {
            chars.resize(end, 0);
        }
        for (place, c) in chars[at..end].iter_mut().zip(text.chars()) {
            *place = c;
        }
        *self = Store::Array(chars);
    }

    /// Cuts everything from `len` on.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Store::Appended(text) => {
                if len < text.len() {
                    text.truncate(len);
                }
            }
            Store::Array(chars) => chars.truncate(len),
        }
    }

    /// A part of it, which must be in range.
    pub fn part(&self, vm: &Vm, start: usize, end: usize) -> PyRef<PyStr> {
        PyStr::from_text_ref(vm, self.as_ref().slice(start, end))
    }
}
