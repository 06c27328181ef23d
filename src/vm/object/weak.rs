//! Weak references: the list an object keeps of those that point at it, and clearing them.
//!
//! CPython 3.11: `Objects/weakrefobject.c`.

use super::def::Args;
use super::header::Object;
use super::refs::Py;
use super::value::Value;
use crate::context::Vm;
use std::cell::{Cell, RefCell};

/// Payload of `weakref.ref` and the proxies. What Python sees of it is in `types/weakref.rs`.
#[repr(C)]
pub struct PyWeakRef {
    /// The object, null when it is gone.
    pub(super) referent: Cell<*const Object>,
    /// Called with the reference when the object dies.
    pub callback: RefCell<Option<Value>>,
    /// Hash of the referent, once it was asked for; -1 before.
    pub hash: Cell<i64>,
    rank: Cell<Rank>,
}

/// The weak references to one object, the last first: raw pointers, because they do not keep the references alive.
#[derive(Default)]
#[expect(
    clippy::box_collection,
    reason = "the head has room for one word, and most objects have no weak reference"
)]
pub struct WeakList(Cell<Option<Box<Vec<*const Py<PyWeakRef>>>>>);

impl PyWeakRef {
    /// A reference to nothing; `attach` points it at an object.
    pub fn dead() -> PyWeakRef {
        PyWeakRef {
            referent: Cell::new(std::ptr::null()),
            callback: RefCell::new(None),
            hash: Cell::new(-1),
            rank: Cell::new(Rank::Other),
        }
    }

    /// The object, while it lives.
    pub fn get(&self) -> Option<Value> {
        // SAFETY: the referent clears the pointer before it dies.
        let object = unsafe { self.referent.get().as_ref() }?;
        // One without references waits to be dropped.
        (object.refcount() > 0).then(|| object.as_value().clone())
    }
}

/// Drops the payload of a weak reference, which leaves its referent's list first.
///
/// # Safety
/// The object must have this payload and must not be used any more.
pub unsafe fn drop_weakref(object: *mut Object) {
    // SAFETY: the caller vouches for the object; it is still complete.
    detach(unsafe { (*object).cast::<PyWeakRef>() });
    // SAFETY: passed on.
    unsafe { super::def::drop_payload::<PyWeakRef>(object) };
}

/// Visits what a weak reference keeps alive: its callback.
///
/// # Safety
/// The object must have this payload.
pub unsafe fn traverse_weakref(object: *const Object, visit: &mut super::def::Visitor<'_>) {
    // SAFETY: the caller vouches for the object.
    let reference = unsafe { (*object).cast::<PyWeakRef>() };
    if let Ok(callback) = reference.callback.try_borrow() {
        callback.iter().for_each(visit);
    }
}

/// Where a weak reference stands among those to its object: the shared reference first, then the shared proxy, then all others, newest
/// first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// With a callback, or of a subclass.
    Other,
    /// The proxy without callback.
    Proxy,
    /// The reference without callback.
    Reference,
}

/// Points a fresh weak reference at an object; false when the object's type has no room for weak references.
pub fn attach(reference: &Py<PyWeakRef>, object: &Object, rank: Rank) -> bool {
    let Some(managed) = object.managed() else {
        return false;
    };
    reference.referent.set(object);
    reference.rank.set(rank);
    managed.weakrefs.with(|list| {
        let list = list.get_or_insert_default();
        // SAFETY: references take themselves out of the list before they die.
        let later = list
            .iter()
            .rev()
            .take_while(|known| unsafe { &***known }.rank.get() > rank)
            .count();
        list.insert(list.len() - later, reference);
    });
    true
}

/// Takes a weak reference out of its referent's list.
pub fn detach(reference: &Py<PyWeakRef>) {
    // SAFETY: the referent clears the pointer before it dies.
    if let Some(object) = unsafe { reference.referent.replace(std::ptr::null()).as_ref() }
        && let Some(managed) = object.managed()
    {
        managed.weakrefs.with(|list| {
            if let Some(list) = list {
                list.retain(|r| !std::ptr::eq(*r, reference));
            }
        });
    }
}

/// The live weak references to an object, in CPython's order.
pub fn references(object: &Object) -> Vec<Value> {
    let Some(managed) = object.managed() else {
        return Vec::new();
    };
    managed.weakrefs.with(|list| {
        // SAFETY: references take themselves out of the list before they die.
        list.iter()
            .flat_map(|list| list.iter().rev())
            .map(|r| unsafe { &**r })
            .filter(|r| r.object().refcount() > 0)
            .map(Py::to_value)
            .collect()
    })
}

/// Clears every weak reference to an object and calls the callbacks, newest reference first as CPython does.
pub fn clear_all(vm: &Vm, object: &Object) {
    for (reference, callback) in clear_without_calling(object) {
        call_back(vm, &reference, &callback);
    }
}

/// Clears every weak reference to an object and gives what would have to be called.
pub fn clear_without_calling(object: &Object) -> Vec<(Value, Value)> {
    let Some(managed) = object.managed() else {
        return Vec::new();
    };
    let Some(list) = managed.weakrefs.0.take() else {
        return Vec::new();
    };
    let mut calls = Vec::new();
    for reference in list.iter().rev() {
        // SAFETY: references take themselves out of the list before they die, so each pointer is live.
        let reference = unsafe { &**reference };
        reference.referent.set(std::ptr::null());
        let callback = reference.callback.borrow_mut().take();
        if let Some(callback) = callback {
            if reference.object().refcount() > 0 {
                calls.push((reference.to_value(), callback));
            }
        }
    }
    calls
}

/// Calls a weak reference's callback; what it raises is reported as unraisable.
pub fn call_back(vm: &Vm, reference: &Value, callback: &Value) {
    let result = match callback.class(vm).slots.call.get() {
        Some(call) => call(
            vm,
            callback,
            Args::positional_only(std::slice::from_ref(reference)),
        ),
        None => return,
    };
    if let Err(error) = result {
        (vm.hooks.unraisable.get())(vm, error, callback);
    }
}

impl WeakList {
    fn with<R>(&self, f: impl FnOnce(&mut Option<Box<Vec<*const Py<PyWeakRef>>>>) -> R) -> R {
        let mut list = self.0.take();
        let result = f(&mut list);
        self.0.set(list);
        result
    }

    pub(super) fn is_empty(&self) -> bool {
        self.with(|list| list.as_ref().is_none_or(|list| list.is_empty()))
    }
}
