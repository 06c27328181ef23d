//! `Traverse`: showing the collector what a payload refers to.
//!
//! `#[derive(Traverse)]` visits each field; plain data visit nothing. A payload must show each reference it owns exactly once, and must not
//! show references it does not own, or the collector frees what is in use.
//!
//! CPython 3.11: `tp_traverse`.

use super::def::Visitor;
use super::header::Object;
use super::payload::Payload;
use super::pycell::PyCell;
use super::refs::PyRef;
use super::value::Value;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Something that may own references.
pub trait Traverse {
    /// Visits each reference it owns.
    fn traverse(&self, visit: &mut Visitor<'_>);
}

/// What `TypeDef::traverse` is for a payload with `Traverse`.
///
/// # Safety
/// The object must be alive and have payload `T`.
pub unsafe fn traverse_payload<T: Payload + Traverse>(
    object: *const Object,
    visit: &mut Visitor<'_>,
) {
    // SAFETY: the caller vouches for the object.
    unsafe { (*object).cast::<T>() }.payload().traverse(visit);
}

/// What `TypeDef::drop_payload` is for a payload without inline data.
///
/// # Safety
/// The object must have payload `T` and not be used any more.
pub unsafe fn drop_payload<T: Payload>(object: *mut Object) {
    // SAFETY: the caller vouches for the object; this happens once.
    unsafe {
        std::ptr::drop_in_place(std::ptr::from_ref((*object).cast::<T>().payload()).cast_mut())
    };
}

impl Traverse for Value {
    #[inline(always)]
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self);
    }
}

impl<T: Payload> Traverse for PyRef<T> {
    #[inline(always)]
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.as_value());
    }
}

impl<T: Traverse> Traverse for Option<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(content) = self {
            content.traverse(visit);
        }
    }
}

impl<T: Traverse, E: Traverse> Traverse for Result<T, E> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        match self {
            Ok(content) => content.traverse(visit),
            Err(content) => content.traverse(visit),
        }
    }
}

impl<T: Traverse + ?Sized> Traverse for Box<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        (**self).traverse(visit);
    }
}

impl<T: Traverse> Traverse for [T] {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|item| item.traverse(visit));
    }
}

impl<T: Traverse, const N: usize> Traverse for [T; N] {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|item| item.traverse(visit));
    }
}

impl<T: Traverse> Traverse for Vec<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|item| item.traverse(visit));
    }
}

impl<T: Traverse> Traverse for VecDeque<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|item| item.traverse(visit));
    }
}

impl<A: smallvec::Array<Item: Traverse>> Traverse for smallvec::SmallVec<A> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|item| item.traverse(visit));
    }
}

impl<K, V: Traverse, S> Traverse for HashMap<K, V, S> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.values().for_each(|value| value.traverse(visit));
    }
}

impl<K, V: Traverse> Traverse for BTreeMap<K, V> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.values().for_each(|value| value.traverse(visit));
    }
}

impl<T: Traverse> Traverse for PyCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.with(|content| content.traverse(visit));
    }
}

impl<T: Traverse> Traverse for RefCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        // A cell that is being written belongs to running code, which keeps what it holds alive.
        if let Ok(content) = self.try_borrow() {
            content.traverse(visit);
        }
    }
}

impl<T: Traverse> Traverse for OnceCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(content) = self.get() {
            content.traverse(visit);
        }
    }
}

/// What is `Copy` owns no reference.
impl<T: Copy> Traverse for Cell<T> {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl<T: ?Sized> Traverse for &'static T {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl<T: ?Sized> Traverse for std::marker::PhantomData<T> {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

macro_rules! tuples {
    ($( ($($name:ident)*) )*) => { $(
        impl<$($name: Traverse),*> Traverse for ($($name,)*) {
            #[expect(non_snake_case, reason = "type and variable share a name")]
            fn traverse(&self, visit: &mut Visitor<'_>) {
                let ($($name,)*) = self;
                $( $name.traverse(visit); )*
            }
        }
    )* };
}

tuples! { (A) (A B) (A B C) (A B C D) }

macro_rules! plain_data {
    ($($ty:ty)*) => { $(
        impl Traverse for $ty {
            #[inline(always)]
            fn traverse(&self, _visit: &mut Visitor<'_>) {}
        }
    )* };
}

plain_data! {
    () bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64
    String str std::rc::Rc<str> std::sync::Arc<str> std::ffi::CString std::ffi::OsString std::path::PathBuf
    num_bigint::BigInt num_bigint::BigUint std::time::Duration std::time::Instant std::fs::File std::os::fd::OwnedFd
}
