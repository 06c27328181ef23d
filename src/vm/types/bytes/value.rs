//! Storage of bytes objects: inline behind the object, the hash computed once.
//!
//! CPython 3.11: `Objects/bytesobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::alloc::new_var_object;
use crate::object::buffer::Exporter;
use crate::object::{Object, Payload, Py, PyRef, PyType, TypeDef, TypeIndex, Value, type_flag};
use crate::types::object_::PyBaseObject;
use std::cell::{Cell, RefCell};

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
    base: Some(PyBaseObject::def),
    layout_base: Some(PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::VARSIZE
        | type_flag::MATCH_SELF
        | type_flag::BYTES_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyBytes>(),
    drop_payload,
    traverse: None,
    clear: None,
    tables: &[
        &super::slots::TABLE,
        &super::shared::BYTES,
        &super::shared::BYTES_SPLIT,
        &super::shared::BYTES_CASE,
        &super::convert::BYTES,
    ],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyBytes {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn drop_payload(_object: *mut Object) {}

/// `b''` and the 256 objects of one byte, made on first use.
#[derive(Default)]
struct Small {
    empty: RefCell<Option<PyRef<PyBytes>>>,
    single: RefCell<Vec<Option<PyRef<PyBytes>>>>,
}

impl Py<PyBytes> {
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes were written right behind the payload when the object was made.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast(), self.len) }
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The hash, computed once. Never -1.
    #[inline]
    pub fn hash_bytes(&self) -> i64 {
        if self.hash.get() == -1 {
            let vm = self.object().class().vm();
            self.hash.set(vm.hash_secret.hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }

    /// Whether this is a `bytes` and not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(&self, vm: &Vm) -> bool {
        std::ptr::eq(self.object().class(), PyBytes::class(vm))
    }
}

impl PyBytes {
    /// A bytes object.
    pub fn new(vm: &Vm, bytes: &[u8]) -> PyRef<PyBytes> {
        match bytes {
            [] => small(vm, None),
            [byte] => small(vm, Some(*byte)),
            _ => Self::with_class(PyBytes::class(vm), bytes),
        }
    }

    /// A bytes object of its own: one byte does not become the object that all such bytes usually are.
    pub fn fresh(vm: &Vm, bytes: &[u8]) -> PyRef<PyBytes> {
        match bytes {
            [] => small(vm, None),
            _ => Self::with_class(PyBytes::class(vm), bytes),
        }
    }

    /// An instance of `bytes` or a subclass.
    pub fn with_class(class: &Py<PyType>, bytes: &[u8]) -> PyRef<PyBytes> {
        let payload = PyBytes {
            hash: Cell::new(-1),
            len: bytes.len(),
        };
        new_var_object(class, payload, bytes.len(), |place| {
            // SAFETY: the inline data have room for all bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        })
    }

    /// The bytes of all parts.
    pub fn concat(vm: &Vm, parts: &[&[u8]]) -> PyResult<PyRef<PyBytes>> {
        let len = parts
            .iter()
            .fold(0_usize, |len, part| len.saturating_add(part.len()));
        if len < 2 {
            return Ok(Self::new(vm, &parts.concat()));
        }
        if len > isize::MAX as usize / 2 {
            return Err(vm.no_memory());
        }
        vm.try_reserve(len)?;
        Ok(Self::build(vm, len, |mut place| {
            for part in parts {
                let (here, rest) = std::mem::take(&mut place).split_at_mut(part.len());
                here.copy_from_slice(part);
                place = rest;
            }
        }))
    }

    /// A bytes object whose bytes are written by `fill` into zeroed memory.
    pub fn build(vm: &Vm, len: usize, fill: impl FnOnce(&mut [u8])) -> PyRef<PyBytes> {
        Self::build_with_class(PyBytes::class(vm), len, fill)
    }

    /// An instance of `bytes` or a subclass whose bytes `init` writes over zeros.
    pub fn build_with_class(
        class: &Py<PyType>,
        len: usize,
        init: impl FnOnce(&mut [u8]),
    ) -> PyRef<PyBytes> {
        let payload = PyBytes {
            hash: Cell::new(-1),
            len,
        };
        new_var_object(class, payload, len, |place| {
            // SAFETY: `len` bytes were asked for; they are set before a slice of them is made.
            let bytes = unsafe {
                place.write_bytes(0, len);
                std::slice::from_raw_parts_mut(place, len)
            };
            init(bytes);
        })
    }
}

impl Vm {
    /// A bytes object, as a value.
    pub fn new_bytes(&self, bytes: &[u8]) -> Value {
        PyBytes::new(self, bytes).into_value()
    }
}

fn small(vm: &Vm, byte: Option<u8>) -> PyRef<PyBytes> {
    let state = vm.state.get::<Small>();
    let Some(byte) = byte else {
        let mut empty = state.empty.borrow_mut();
        return empty
            .get_or_insert_with(|| PyBytes::with_class(PyBytes::class(vm), &[]))
            .clone();
    };
    let class = PyBytes::class(vm);
    let mut single = state.single.borrow_mut();
    if single.is_empty() {
        single.resize(256, None);
    }
    single[usize::from(byte)]
        .get_or_insert_with(|| PyBytes::with_class(class, &[byte]))
        .clone()
}

/// Gives out the memory of bytes objects.
pub struct BytesExporter;

/// The exporter of all bytes objects.
pub static BYTES_EXPORTER: BytesExporter = BytesExporter;

impl Exporter for BytesExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(bytes) = owner.downcast_ref::<PyBytes>() {
            f(bytes.as_slice());
        }
    }

    fn with_bytes_mut(&self, _owner: &Value, _f: &mut dyn FnMut(&mut [u8])) {}

    fn release(&self, _owner: &Value) {}
}
