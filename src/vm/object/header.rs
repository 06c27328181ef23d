//! What stands in front of every heap object's payload.
//!
//! ```text
//!            -32            -16                 0            8           16
//!  | attrs  weakrefs | gc.prev  gc.next | refs+flags |  type  | payload … | __slots__ … | inline values …
//!  `- MANAGED types  `- GC types        `- `&Object` points here
//! ```
//!
//! Instance attributes and the list of weak references stand at fixed negative offsets, so that subclasses of variable-sized types (int,
//! str, tuple) need no search for them. The reference count is the low 40 bits of one word, the object's flags the high 24: one increment
//! serves both, and 2^40 references would need eight terabytes.
//!
//! CPython 3.11: `Include/object.h`, `Include/internal/pycore_gc.h`, "managed dicts" in `Objects/dictobject.c`.

use super::instance::Attrs;
use super::payload::Payload;
use super::refs::Py;
use super::typeobj::PyType;
use super::value::ValueRef;
use super::weak::WeakList;
use std::cell::Cell;

const COUNT_BITS: u32 = 40;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

/// Flag bits of an object.
pub mod flag {
    /// `__del__` has run (PEP 442: at most once).
    pub const FINALIZED: u64 = 1 << 40;
    /// The object is linked into a generation of the collector.
    pub const TRACKED: u64 = 1 << 41;
    /// The collector found the object unreachable in the running collection.
    pub const COLLECTING: u64 = 1 << 42;
    /// Generation the object is in: two bits.
    pub const GENERATION_SHIFT: u32 = 43;
    /// Mask of the generation bits.
    pub const GENERATION: u64 = 3 << GENERATION_SHIFT;
    /// The inline values area stands behind the object and belongs to it.
    pub const INLINE_VALUES: u64 = 1 << 45;
    /// Bits 56 and up: the size class the object's block came from (object/alloc.rs).
    pub const CLASS_SHIFT: u32 = 56;
    /// The string is interned.
    pub const INTERNED: u64 = 1 << 46;
    /// The heap counts the object among those whose death somebody notices.
    pub const NOTICED: u64 = 1 << 47;
}

/// The head of every heap object.
#[repr(C)]
pub struct Object {
    refs: Cell<u64>,
    ty: Cell<*const Py<PyType>>,
}

const _: () = assert!(size_of::<Object>() == 16);

/// The links of the collector's lists, in front of the head of tracked types.
#[repr(C)]
pub struct GcHead {
    /// Previous object of the generation's ring.
    pub prev: Cell<*const GcHead>,
    /// Next object of the generation's ring.
    pub next: Cell<*const GcHead>,
}

/// What stands in front of the collector's links for types with `MANAGED`.
#[repr(C)]
pub struct ManagedHead {
    /// Instance attributes.
    pub attrs: Attrs,
    /// Weak references to the object.
    pub weakrefs: WeakList,
}

const _: () = assert!(size_of::<GcHead>() == 16 && size_of::<ManagedHead>() == 16);

impl Object {
    pub(super) fn new(ty: *const Py<PyType>) -> Object {
        Object {
            refs: Cell::new(1),
            ty: Cell::new(ty),
        }
    }

    /// The head of an object in a block of that size class.
    #[inline(always)]
    pub(super) fn new_in_class(ty: *const Py<PyType>, class: usize) -> Object {
        Object {
            refs: Cell::new(1 | (class as u64) << flag::CLASS_SHIFT),
            ty: Cell::new(ty),
        }
    }

    /// Number of references.
    #[inline(always)]
    pub fn refcount(&self) -> u64 {
        self.refs.get() & COUNT_MASK
    }

    #[inline(always)]
    pub(super) fn incref(&self) {
        self.refs.set(self.refs.get() + 1);
    }

    /// Counts down; true when that was the last reference.
    #[inline(always)]
    pub(super) fn decref(&self) -> bool {
        let refs = self.refs.get() - 1;
        self.refs.set(refs);
        refs & COUNT_MASK == 0
    }

    #[inline(always)]
    pub(super) fn raw_word(&self) -> u64 {
        self.refs.get()
    }

    /// Whether all bits of the flag are set.
    #[inline(always)]
    pub fn has_flag(&self, flag: u64) -> bool {
        self.refs.get() & flag == flag
    }

    /// Sets or clears flag bits.
    #[inline(always)]
    pub fn set_flag(&self, flag: u64, on: bool) {
        debug_assert!(flag & COUNT_MASK == 0);
        let refs = self.refs.get();
        self.refs.set(if on { refs | flag } else { refs & !flag });
    }

    /// What the running collection left of the reference count; stands in the place of the previous link.
    #[inline(always)]
    pub fn gc_refs(&self) -> usize {
        self.gc_head().map_or(0, |links| links.prev.get() as usize)
    }

    /// Sets what `gc_refs` gives; the links must be made whole again before anything is linked or unlinked.
    #[inline(always)]
    pub fn set_gc_refs(&self, refs: usize) {
        if let Some(links) = self.gc_head() {
            links.prev.set(refs as *const GcHead);
        }
    }

    /// The generation the collector keeps the object in.
    pub fn generation(&self) -> usize {
        ((self.refs.get() & flag::GENERATION) >> flag::GENERATION_SHIFT) as usize
    }

    /// Notes the generation.
    pub fn set_generation(&self, generation: usize) {
        let refs = self.refs.get() & !flag::GENERATION;
        self.refs
            .set(refs | (generation as u64) << flag::GENERATION_SHIFT);
    }

    /// The object's type.
    #[inline(always)]
    pub fn class(&self) -> &Py<PyType> {
        // SAFETY: an object keeps its type alive, and the pointer is only replaced by `set_class`.
        unsafe { &*self.ty.get() }
    }

    pub(super) fn class_ptr(&self) -> &Cell<*const Py<PyType>> {
        &self.ty
    }

    /// The payload, when the object's type has payload `T` or one that begins with it.
    #[inline(always)]
    pub fn downcast_ref<T: Payload>(&self) -> Option<&Py<T>> {
        if self.class().has_layout(T::def()) {
            // SAFETY: the layout chain of the type names T.
            Some(unsafe { self.cast::<T>() })
        } else {
            None
        }
    }

    /// The object as one with payload `T`.
    ///
    /// # Safety
    /// The object's type must have `T` in its layout chain.
    #[inline(always)]
    pub unsafe fn cast<T: Payload>(&self) -> &Py<T> {
        // SAFETY: Py<T> begins with Object; the caller vouches for the payload.
        unsafe { &*std::ptr::from_ref(self).cast::<Py<T>>() }
    }

    /// The object as a value that does not own a reference.
    #[inline(always)]
    pub fn as_value(&self) -> ValueRef<'_> {
        ValueRef::new(self)
    }

    /// Instance attributes and weak references, for types that have them.
    #[inline(always)]
    pub fn managed(&self) -> Option<&ManagedHead> {
        if self.class().is_managed() {
            // SAFETY: objects of managed types are allocated with both heads in front.
            Some(unsafe {
                &*std::ptr::from_ref(self)
                    .cast::<u8>()
                    .sub(32)
                    .cast::<ManagedHead>()
            })
        } else {
            None
        }
    }

    /// As `managed`, for callers that know the type.
    ///
    /// # Safety
    /// The object's type must be managed.
    #[inline(always)]
    pub unsafe fn managed_unchecked(&self) -> &ManagedHead {
        // SAFETY: see `managed`; the caller vouches for the type.
        unsafe {
            &*std::ptr::from_ref(self)
                .cast::<u8>()
                .sub(32)
                .cast::<ManagedHead>()
        }
    }

    /// The collector's links, for types it looks at.
    #[inline(always)]
    pub fn gc_head(&self) -> Option<&GcHead> {
        if self.class().is_gc() {
            // SAFETY: objects of collected types are allocated with the links in front.
            Some(unsafe {
                &*std::ptr::from_ref(self)
                    .cast::<u8>()
                    .sub(16)
                    .cast::<GcHead>()
            })
        } else {
            None
        }
    }
}

impl GcHead {
    /// The object behind the links.
    ///
    /// # Safety
    /// `self` must stand in front of an object, not be the head of a ring.
    pub unsafe fn object(&self) -> &Object {
        // SAFETY: the head stands 16 bytes in front of its object.
        unsafe {
            &*std::ptr::from_ref(self)
                .cast::<u8>()
                .add(16)
                .cast::<Object>()
        }
    }
}
