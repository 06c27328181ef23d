//! Storage of `bytes`: the bytes stand inline behind the object.
//!
//! CPython 3.11: `Objects/bytesobject.c`.

use crate::context::Vm;
use crate::object::alloc::new_var_object;
use crate::object::def::drop_payload;
use crate::object::{Payload, Py, PyRef, PyType, TypeDef, TypeIndex, Value, type_flag};
use std::cell::Cell;

/// Payload of `bytes`; the bytes follow.
#[repr(C)]
pub struct PyBytes {
    hash: Cell<i64>,
    len: usize,
}

static DEF: TypeDef = TypeDef {
    name: "bytes",
    doc: Some(
        "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n\
         bytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\n\
         Construct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n\
         \x20 - any object implementing the buffer API.\n  - an integer",
    ),
    text_signature: None,
    base: Some(crate::types::object_::PyBaseObject::def),
    layout_base: Some(crate::types::object_::PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::VARSIZE
        | type_flag::MATCH_SELF
        | type_flag::BYTES_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyBytes>(),
    drop_payload: drop_payload::<PyBytes>,
    traverse: None,
    clear: None,
    tables: &[&super::methods::TABLE, &super::slots::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyBytes {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Py<PyBytes> {
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes were written right behind the payload when the object was made.
        unsafe {
            std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<u8>(), self.len)
        }
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The hash, computed once. Never -1.
    pub fn hash_bytes(&self) -> i64 {
        if self.hash.get() == -1 {
            let secret = &self.object().class().vm().hash_secret;
            self.hash.set(secret.hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

impl PyBytes {
    /// A bytes object with a copy of these bytes.
    pub fn new(vm: &Vm, bytes: &[u8]) -> PyRef<PyBytes> {
        Self::with_class(Self::class(vm), bytes)
    }

    /// The same as an instance of a subclass.
    pub fn with_class(class: &Py<PyType>, bytes: &[u8]) -> PyRef<PyBytes> {
        let payload = PyBytes {
            hash: Cell::new(-1),
            len: bytes.len(),
        };
        new_var_object(class, payload, bytes.len(), |place| {
            // SAFETY: the inline data have room for the bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        })
    }

    /// A bytes object whose bytes are written by `fill` into zeroed memory.
    pub fn build(vm: &Vm, len: usize, fill: impl FnOnce(&mut [u8])) -> PyRef<PyBytes> {
        let payload = PyBytes {
            hash: Cell::new(-1),
            len,
        };
        new_var_object(Self::class(vm), payload, len, |place| {
            // SAFETY: the inline data have room for `len` bytes, which are initialised before the slice is made.
            unsafe {
                place.write_bytes(0, len);
                fill(std::slice::from_raw_parts_mut(place, len));
            }
        })
    }
}

impl Vm {
    /// A bytes object, as a value.
    pub fn new_bytes(&self, bytes: &[u8]) -> Value {
        PyBytes::new(self, bytes).into_value()
    }
}
