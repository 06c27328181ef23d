//! What an object that exports its memory hands out (PEP 3118).
//!
//! A `Buffer` keeps its exporter alive and tells it when it is released, so that a bytearray cannot move under a memoryview. The bytes are
//! reached through closures over the exporter rather than raw pointers.
//!
//! CPython 3.11: `Include/cpython/object.h` (`Py_buffer`), `Objects/abstract.c`.

use super::value::Value;

/// How a consumer wants the buffer (`PyBUF_*`).
#[expect(missing_docs, reason = "the names are CPython's")]
pub mod request {
    pub const SIMPLE: u32 = 0;
    pub const WRITABLE: u32 = 1;
    pub const FORMAT: u32 = 4;
    pub const ND: u32 = 8;
    pub const STRIDES: u32 = 16 | ND;
    pub const C_CONTIGUOUS: u32 = 32 | STRIDES;
    pub const FULL: u32 = 256 | STRIDES | WRITABLE | FORMAT;
    pub const FULL_RO: u32 = 256 | STRIDES | FORMAT;
}

/// Access to an exporter's bytes.
pub trait Exporter {
    /// Calls `f` with the whole memory. `f` must not run Python code.
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8]));
    /// Calls `f` with the whole memory, writable. `f` must not run Python code.
    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8]));
    /// One export fewer.
    fn release(&self, owner: &Value);
}

/// An exported buffer.
pub struct Buffer {
    /// The exporting object.
    pub owner: Value,
    /// How to reach its bytes.
    pub exporter: &'static dyn Exporter,
    /// Offset of the first item in the exporter's memory.
    pub offset: isize,
    /// Total size in bytes.
    pub len: usize,
    /// Bytes of an item.
    pub itemsize: usize,
    /// `struct` format of an item.
    pub format: std::rc::Rc<str>,
    /// Whether writing is refused.
    pub readonly: bool,
    /// Items in each dimension.
    pub shape: Vec<usize>,
    /// Bytes between items of each dimension.
    pub strides: Vec<isize>,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.exporter.release(&self.owner);
    }
}
