//! Storage of bytearrays: a vector with a start that moves, so that deleting from the front is cheap, and a count of exports, while there
//! are any of which the size must not change.
//!
//! CPython 3.11: `Objects/bytearrayobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::buffer::Exporter;
use crate::object::{Payload, Py, PyCell, PyRef, PyType, Value, alloc, type_flag};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `bytearray`.
#[derive(Default)]
pub struct PyByteArray {
    storage: PyCell<Storage>,
    exports: Cell<usize>,
}

#[derive(Default)]
struct Storage {
    bytes: Vec<u8>,
    start: usize,
}

native_type!(PyByteArray, "bytearray", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::MATCH_SELF | type_flag::IMMUTABLE,
    doc: Some("bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n\
        bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n\
        bytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n\
        \x20 - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer"),
    signature: None, traverse: None, clear: None,
    tables: [super::slots::TABLE, super::methods::TABLE, crate::types::bytes::shared::BYTEARRAY, crate::types::bytes::shared::BYTEARRAY_SPLIT, crate::types::bytes::shared::BYTEARRAY_CASE]);

impl PyByteArray {
    /// A bytearray.
    pub fn new(vm: &Vm, bytes: Vec<u8>) -> PyRef<PyByteArray> {
        Self::with_class(PyByteArray::class(vm), bytes)
    }

    /// An instance of `bytearray` or a subclass.
    pub fn with_class(class: &Py<PyType>, bytes: Vec<u8>) -> PyRef<PyByteArray> {
        alloc::new_object(
            class,
            PyByteArray {
                storage: PyCell::new(Storage { bytes, start: 0 }),
                exports: Cell::new(0),
            },
        )
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.storage
            .with(|storage| storage.bytes.len() - storage.start)
    }

    /// Room for bytes, as `__alloc__` gives it.
    pub fn capacity(&self) -> usize {
        self.storage.with(|storage| storage.bytes.capacity())
    }

    /// The bytes, for short work that cannot run Python code (see `PyCell`).
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        self.storage
            .with(|storage| f(&storage.bytes[storage.start..]))
    }

    /// The bytes, writable, their number unchanged.
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        self.storage
            .with_mut(|storage| f(&mut storage.bytes[storage.start..]))
    }

    /// A copy of the bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }

    /// BufferError while there are exports.
    #[inline(always)]
    pub fn check_resizable(&self, vm: &Vm) -> PyResult<()> {
        if self.exports.get() == 0 {
            Ok(())
        } else {
            Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"))
        }
    }

    /// The bytes as a vector that may change its length; BufferError while there are exports.
    pub fn resize_with<R>(&self, vm: &Vm, f: impl FnOnce(&mut Vec<u8>) -> R) -> PyResult<R> {
        self.check_resizable(vm)?;
        Ok(self.storage.with_mut(|storage| {
            if storage.start > 0 {
                storage.bytes.drain(..storage.start);
                storage.start = 0;
            }
            f(&mut storage.bytes)
        }))
    }

    /// Appends bytes; MemoryError when they cannot be had.
    pub fn extend(&self, vm: &Vm, more: &[u8]) -> PyResult<()> {
        if more.is_empty() {
            return Ok(());
        }
        vm.try_reserve(more.len())?;
        self.check_resizable(vm)?;
        self.storage
            .with_mut(|storage| storage.bytes.extend_from_slice(more));
        Ok(())
    }

    /// Deletes bytes from the front; BufferError while there are exports.
    pub fn delete_front(&self, vm: &Vm, count: usize) -> PyResult<()> {
        self.check_resizable(vm)?;
        self.storage.with_mut(|storage| {
            storage.start = (storage.start + count).min(storage.bytes.len());
            if storage.start > storage.bytes.len() / 2 {
                storage.bytes.drain(..storage.start);
                storage.start = 0;
            }
        });
        Ok(())
    }

    /// One export more.
    pub fn export(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    /// One export fewer.
    pub fn release(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }
}

/// Gives out the memory of bytearrays.
pub struct ByteArrayExporter;

/// The exporter of all bytearrays.
pub static BYTEARRAY_EXPORTER: ByteArrayExporter = ByteArrayExporter;

impl Exporter for ByteArrayExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(bytes) = owner.downcast_ref::<PyByteArray>() {
            bytes.with(f);
        }
    }

    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        if let Some(bytes) = owner.downcast_ref::<PyByteArray>() {
            bytes.with_mut(f);
        }
    }

    fn release(&self, owner: &Value) {
        if let Some(bytes) = owner.downcast_ref::<PyByteArray>() {
            bytes.release();
        }
    }
}
