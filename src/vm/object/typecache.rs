//! The method cache: what a lookup along a type's MRO found, by type version and name.
//!
//! An entry does not own what it found: a type with a version has not changed since the entry was made, so its namespaces still hold the
//! value. The name is owned, because another string could take its place in memory.
//!
//! CPython 3.11: `type_cache` in `Objects/typeobject.c`.

use super::pycell::PyCell;
use super::refs::{Py, PyRef};
use super::value::Value;
use crate::types::str::value::PyStr;
use std::mem::ManuallyDrop;

const SIZE: usize = 4096;

struct Entry {
    version: u32,
    name: PyRef<PyStr>,
    /// `None` when the lookup found nothing.
    found: Option<ManuallyDrop<Value>>,
}

/// The cache of one interpreter.
pub struct TypeCache {
    entries: PyCell<Vec<Option<Entry>>>,
}

impl Default for TypeCache {
    fn default() -> TypeCache {
        TypeCache {
            entries: PyCell::new((0..SIZE).map(|_| None).collect()),
        }
    }
}

#[inline(always)]
fn place(version: u32, name: &Py<PyStr>) -> usize {
    (version as usize ^ (std::ptr::from_ref(name) as usize >> 4)) % SIZE
}

impl TypeCache {
    /// What a lookup of an interned name gave when the type had this version, which it must still have.
    #[inline]
    pub fn get(&self, version: u32, name: &Py<PyStr>) -> Option<Option<Value>> {
        self.entries.with(|entries| {
            let entry = entries.get(place(version, name))?.as_ref()?;
            if entry.version == version && entry.name.is(name) {
                Some(entry.found.as_deref().cloned())
            } else {
                None
            }
        })
    }

    /// Notes what a lookup gave. `found` must be held by a namespace of the type or its bases.
    pub fn put(&self, version: u32, name: &Py<PyStr>, found: Option<&Value>) {
        let entry = Entry {
            version,
            name: name.to_ref(),
            // SAFETY: the copy is never dropped, and only read while the type has its version, during which a namespace owns the value.
            found: found.map(|value| ManuallyDrop::new(unsafe { Value::from_bits(value.bits()) })),
        };
        let old = self.entries.with_mut(|entries| {
            entries
                .get_mut(place(version, name))
                .map(|slot| slot.replace(entry))
        });
        drop(old);
    }

    /// Forgets everything (`sys._clear_type_cache`).
    pub fn clear(&self) {
        let old = self
            .entries
            .with_mut(|entries| entries.iter_mut().map(Option::take).collect::<Vec<_>>());
        drop(old);
    }
}
