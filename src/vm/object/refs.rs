//! The four kinds of reference.
//!
//! |            | any type            | payload `T`   |
//! |------------|---------------------|---------------|
//! | owned      | `Value`             | `PyRef<T>`    |
//! | borrowed   | `&Value`, `&Object` | `&Py<T>`      |
//!
//! `Clone` counts up and `Drop` counts down; nobody else touches counts but `object/` and the interpreter's stack. A parameter is borrowed
//! unless the function keeps the value; a function that consumes takes the owned form, which says in the signature what CPython's prose
//! calls "steals a reference".

use super::alloc;
use super::header::Object;
use super::payload::Payload;
use super::value::{Value, ValueRef};
use crate::context::Vm;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// A heap object with payload `T`.
#[repr(C)]
pub struct Py<T> {
    head: Object,
    payload: T,
}

/// An owned reference to a `Py<T>`.
#[repr(transparent)]
pub struct PyRef<T: Payload>(NonNull<Py<T>>, PhantomData<Py<T>>);

impl<T> Py<T> {
    /// An object outside the heap, as a model for the first one.
    pub(super) fn detached(head: Object, payload: T) -> Py<T> {
        Py { head, payload }
    }

    /// The payload of such an object.
    pub(super) fn into_payload(self) -> T {
        self.payload
    }

    /// The head of the object.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        &self.head
    }

    /// The payload.
    #[inline(always)]
    pub fn payload(&self) -> &T {
        &self.payload
    }

    /// The object as a value that does not own a reference.
    #[inline(always)]
    pub fn as_value(&self) -> ValueRef<'_> {
        ValueRef::new(&self.head)
    }

    /// A new reference as a value.
    #[inline(always)]
    pub fn to_value(&self) -> Value {
        self.as_value().clone()
    }

    /// `a is b`.
    #[inline(always)]
    pub fn is<U>(&self, other: &Py<U>) -> bool {
        std::ptr::addr_eq(self, other)
    }
}

impl<T: Payload> Py<T> {
    /// A new owned reference.
    #[inline(always)]
    pub fn to_ref(&self) -> PyRef<T> {
        self.head.incref();
        PyRef(NonNull::from(self), PhantomData)
    }
}

impl<T> Deref for Py<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.payload
    }
}

impl<T: Payload> PyRef<T> {
    /// Takes over one reference.
    ///
    /// # Safety
    /// The pointer must be a live object with payload `T`, one of whose references the caller gives up.
    #[inline(always)]
    pub unsafe fn from_raw(pointer: NonNull<Py<T>>) -> PyRef<T> {
        PyRef(pointer, PhantomData)
    }

    /// Gives up ownership without counting down.
    #[inline(always)]
    pub fn into_raw(self) -> NonNull<Py<T>> {
        ManuallyDrop::new(self).0
    }

    /// A new object of `T`'s own type.
    #[inline]
    pub fn new(vm: &Vm, payload: T) -> PyRef<T> {
        alloc::new_object(T::class(vm), payload)
    }

    /// The same reference as a value.
    #[inline(always)]
    pub fn into_value(self) -> Value {
        // SAFETY: ownership of the reference moves into the word.
        unsafe { Value::from_bits(self.into_raw().as_ptr() as u64) }
    }
}

impl<T: Payload> Deref for PyRef<T> {
    type Target = Py<T>;
    #[inline(always)]
    fn deref(&self) -> &Py<T> {
        // SAFETY: the reference keeps the object alive.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Payload> Clone for PyRef<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        self.to_ref()
    }
}

impl<T: Payload> Drop for PyRef<T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.head.decref() {
            // SAFETY: the last reference is gone.
            unsafe { alloc::dealloc(self.0.cast()) };
        }
    }
}

impl<T: Payload> From<PyRef<T>> for Value {
    #[inline(always)]
    fn from(reference: PyRef<T>) -> Value {
        reference.into_value()
    }
}

impl<T: Payload> std::fmt::Debug for PyRef<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "<{} object at {:p}>",
            self.object().class().name_str(),
            self.0
        )
    }
}
