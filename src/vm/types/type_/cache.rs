//! Telling caches that a type changed.
//!
//! A type that has a version has bases that have one, so a change stops at types without.
//!
//! CPython 3.11: `PyType_Modified` in `Objects/typeobject.c`.

use crate::object::{Py, PyType};

/// Takes the version of a type and of everything that derives from it away.
pub fn modified(ty: &Py<PyType>) {
    let mut waiting = vec![ty.to_ref()];
    while let Some(ty) = waiting.pop() {
        if ty.version.get() != 0 {
            ty.version.set(0);
            waiting.extend(ty.live_subclasses());
        }
    }
}
