//! State of higher layers and native modules, one value of each Rust type.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// Values by type.
#[derive(Default)]
pub struct StateMap {
    values: RefCell<HashMap<TypeId, Rc<dyn Any>, BuildHasherDefault<TypeHasher>>>,
}

/// Takes what a `TypeId` gives, which is a hash already.
#[derive(Default)]
struct TypeHasher(u64);

impl Hasher for TypeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
}

impl StateMap {
    /// The value of type `T`, made by default on first use.
    pub fn get<T: Any + Default>(&self) -> Rc<T> {
        self.get_or_init(T::default)
    }

    /// The value of type `T`, made by `init` on first use.
    pub fn get_or_init<T: Any>(&self, init: impl FnOnce() -> T) -> Rc<T> {
        if let Some(known) = self.find::<T>() {
            return known;
        }
        let fresh = Rc::new(init());
        self.values
            .borrow_mut()
            .insert(TypeId::of::<T>(), fresh.clone());
        fresh
    }

    /// The value of type `T`, if there is one.
    pub fn find<T: Any>(&self) -> Option<Rc<T>> {
        self.values
            .borrow()
            .get(&TypeId::of::<T>())
            .cloned()
            .and_then(|value| value.downcast::<T>().ok())
    }

    /// Drops everything, at the end of the interpreter while its heap still stands.
    pub fn clear(&self) {
        let values = std::mem::take(&mut *self.values.borrow_mut());
        drop(values);
    }
}
