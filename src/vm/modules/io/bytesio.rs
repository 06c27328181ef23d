//! Storage of `BytesIO`, and the memory it exports.
//!
//! CPython 3.11: `Modules/_io/bytesio.c`.

use super::bases::PyBufferedIOBase;
use crate::context::{PyResult, Vm};
use crate::object::buffer::{Buffer, Exporter};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::types::bytes::slots::plain_buffer;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

/// Buffered I/O implementation using an in-memory bytes buffer.
#[pytype(
    name = "_io.BytesIO",
    base = PyBufferedIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(initial_bytes=b'')",
    tables(super::bytesio_methods::TABLE)
)]
#[derive(Traverse)]
pub struct PyBytesIO {
    #[pytraverse(skip)]
    base: PyBufferedIOBase,
    #[pytraverse(skip)]
    bytes: PyCell<Vec<u8>>,
    /// Where the next byte is read or written; may be behind the end.
    pub position: Cell<usize>,
    exports: Cell<usize>,
    closed: Cell<bool>,
}

impl PyBytesIO {
    /// An empty stream.
    pub fn empty() -> PyBytesIO {
        PyBytesIO {
            base: PyBufferedIOBase::default(),
            bytes: PyCell::new(Vec::new()),
            position: Cell::new(0),
            exports: Cell::new(0),
            closed: Cell::new(false),
        }
    }

    /// The bytes, for short work that cannot run Python code.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        self.bytes.with(|bytes| f(bytes))
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// ValueError when it was closed.
    #[inline]
    pub fn check_open(&self, vm: &Vm) -> PyResult<()> {
        if self.closed.get() {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    /// BufferError while there are exports.
    pub fn check_exports(&self, vm: &Vm) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Replaces everything.
    pub fn reset(&self, bytes: Vec<u8>) {
        self.bytes.set(bytes);
        self.position.set(0);
        self.closed.set(false);
    }

    /// Closes it.
    pub fn close(&self) {
        self.closed.set(true);
        self.bytes.set(Vec::new());
    }

    /// Takes up to `size` bytes (all when negative) from the position on, and calls `f` with them.
    pub fn take<R>(&self, size: isize, f: impl FnOnce(&[u8]) -> R) -> R {
        self.bytes.with(|bytes| {
            let start = self.position.get().min(bytes.len());
            let rest = bytes.len() - start;
            let count = if size < 0 {
                rest
            } else {
                rest.min(size as usize)
            };
            if count > 0 {
                self.position.set(start + count);
            }
            f(&bytes[start..start + count])
        })
    }

    /// Length of the next line, limited to `size` unless that is negative.
    pub fn line_len(&self, size: isize) -> isize {
        self.bytes.with(|bytes| {
            let start = self.position.get().min(bytes.len());
            let mut rest = &bytes[start..];
            if size >= 0 {
                rest = &rest[..rest.len().min(size as usize)];
            }
            memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1) as isize
        })
    }

    /// Writes at the position.
    pub fn write(&self, vm: &Vm, more: &[u8]) -> PyResult<()> {
        if more.is_empty() {
            return Ok(());
        }
        let position = self.position.get();
        let Some(end) = position
            .checked_add(more.len())
            .filter(|end| *end < isize::MAX as usize)
        else {
            return Err(vm.overflow_error("new buffer size too large"));
        };
        if end > self.bytes.with(Vec::len) {
            self.check_exports(vm)?;
            vm.try_reserve(end - self.bytes.with(Vec::len))?;
        }
        self.bytes.with_mut(|bytes| {
            if position == bytes.len() {
                bytes.extend_from_slice(more);
                return;
            }
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[position..end].copy_from_slice(more);
        });
        self.position.set(end);
        Ok(())
    }

    /// Cuts everything from `size` on.
    pub fn cut(&self, size: usize) {
        self.bytes.with_mut(|bytes| bytes.truncate(size));
    }

    /// Room, for `__sizeof__`.
    pub fn capacity(&self) -> usize {
        self.bytes.with(Vec::capacity)
    }
}

/// What `BytesIO.getbuffer` hands out.
#[pytype(
    name = "_io._BytesIOBuffer",
    flags(GC, DISALLOW_INSTANTIATION),
    doc = "",
    tables(VIEW)
)]
#[derive(Traverse)]
pub struct PyBytesIOBuffer {
    source: PyRef<PyBytesIO>,
}

impl PyBytesIOBuffer {
    /// A view's owner.
    pub fn of(vm: &Vm, source: &Py<PyBytesIO>) -> PyRef<PyBytesIOBuffer> {
        let payload = PyBytesIOBuffer {
            source: source.to_ref(),
        };
        PyRef::new(vm, payload)
    }
}

#[pymethods(table = VIEW)]
impl PyBytesIOBuffer {
    #[pyslot]
    fn getbuffer(zelf: &Py<Self>, _flags: u32) -> Buffer {
        let source = &zelf.source;
        source.exports.set(source.exports.get() + 1);
        let len = source.with(<[u8]>::len);
        plain_buffer(zelf.to_value(), &EXPORTER, len, false)
    }
}

struct BytesIOExporter;

static EXPORTER: BytesIOExporter = BytesIOExporter;

impl Exporter for BytesIOExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(view) = owner.downcast_ref::<PyBytesIOBuffer>() {
            view.source.bytes.with(|bytes| f(bytes));
        }
    }

    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        if let Some(view) = owner.downcast_ref::<PyBytesIOBuffer>() {
            view.source.bytes.with_mut(|bytes| f(bytes));
        }
    }

    fn release(&self, owner: &Value) {
        if let Some(view) = owner.downcast_ref::<PyBytesIOBuffer>() {
            let exports = &view.source.exports;
            exports.set(exports.get().saturating_sub(1));
        }
    }
}
