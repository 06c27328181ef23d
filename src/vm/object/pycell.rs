//! `PyCell`: interior mutability for payloads.
//!
//! Everything in an interpreter belongs to one lock, so payloads are changed through `&self`. A `PyCell` gives short access through a
//! closure, without a run-time borrow count in release builds. The rule that makes it sound is rule 22 of the project: **no closure given
//! to a `PyCell` may run Python code, drop a `Value` that could be the last reference, or touch the same cell again.** Take values out
//! (`replace`, `take`), leave the closure, then drop or call. Debug builds count borrows and panic on a violation, so every test checks
//! the rule; cells that are not on a hot path should be `Cell` or `RefCell`.

#[cfg(debug_assertions)]
use std::cell::Cell;
use std::cell::UnsafeCell;

/// A cell for short, non-reentrant access; see the head of this file.
#[derive(Default)]
pub struct PyCell<T> {
    inner: UnsafeCell<T>,
    #[cfg(debug_assertions)]
    busy: Cell<i32>,
}

impl<T> PyCell<T> {
    /// A cell with this content.
    pub const fn new(content: T) -> PyCell<T> {
        PyCell {
            inner: UnsafeCell::new(content),
            #[cfg(debug_assertions)]
            busy: Cell::new(0),
        }
    }

    /// Reads.
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        #[cfg(debug_assertions)]
        let _guard = Guard::enter(&self.busy, 1);
        // SAFETY: the rule at the head of this file: no writer is active, because writers do not call out.
        f(unsafe { &*self.inner.get() })
    }

    /// Writes.
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(debug_assertions)]
        let _guard = Guard::enter(&self.busy, -1);
        // SAFETY: the rule at the head of this file: nobody else is inside the cell, because closures do not call out.
        f(unsafe { &mut *self.inner.get() })
    }

    /// Puts a new content in and gives the old one out, so that it is dropped outside the cell.
    #[inline(always)]
    pub fn replace(&self, content: T) -> T {
        self.with_mut(|old| std::mem::replace(old, content))
    }

    /// Stores a new content; the old one is dropped after the cell is consistent again.
    #[inline(always)]
    pub fn set(&self, content: T) {
        drop(self.replace(content));
    }

    /// A clone of the content; cloning must not call out.
    #[inline(always)]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Takes the content out and leaves the default.
    #[inline(always)]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.replace(T::default())
    }

    /// The content as a raw pointer, for the few callers that measure.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.inner.get()
    }
}

#[cfg(debug_assertions)]
struct Guard<'a>(&'a Cell<i32>, i32);

#[cfg(debug_assertions)]
impl<'a> Guard<'a> {
    fn enter(busy: &'a Cell<i32>, change: i32) -> Guard<'a> {
        let now = busy.get();
        assert!(
            if change > 0 { now >= 0 } else { now == 0 },
            "a PyCell was entered again while in use"
        );
        busy.set(now + change);
        Guard(busy, change)
    }
}

#[cfg(debug_assertions)]
impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - self.1);
    }
}
