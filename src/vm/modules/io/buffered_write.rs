//! Writing through a buffer.
//!
//! CPython 3.11: `_bufferedwriter_*`, `_io_BufferedWriter_write_impl` in `Modules/_io/bufferedio.c`.

use super::buffered::{PyBuffered, raw_can};
use super::fd::Moved;
use crate::context::errors::ExcKind;
use crate::context::host::errno;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::buffer;
use crate::types::bytes::value::PyBytes;
use crate::types::exceptions::raise;
use derive::pymethods;

const NO_ROOM: &str = "write could not complete without blocking";

/// `BlockingIOError(EAGAIN, message, written)`
fn blocked(vm: &Vm, written: i64) -> PyErr {
    let class = vm.exception_class(ExcKind::BlockingIOError);
    let arguments = [
        vm.new_int(errno::EAGAIN.into()),
        vm.new_str(NO_ROOM),
        vm.new_int(written),
    ];
    raise::instantiate(vm, &class, &arguments)
}

impl PyBuffered {
    /// Writes what waits to be written.
    pub fn flush_writes(&self, vm: &Vm) -> PyResult<()> {
        if !self.has_written() || self.write_pos.get() == self.write_end.get() {
            self.forget_written();
            return Ok(());
        }
        let rewind = self.raw_offset() + (self.pos.get() - self.write_pos.get());
        if rewind != 0 {
            self.raw_seek(vm, -rewind, 1)?;
            self.raw_pos.set(self.raw_pos.get() - rewind);
        }
        while self.write_pos.get() < self.write_end.get() {
            let (from, to) = (self.write_pos.get(), self.write_end.get());
            let buffer = self.buffer.take();
            let bytes = buffer.get(from.max(0) as usize..to.max(0) as usize);
            let got = self.raw_write(vm, bytes.unwrap_or(&[]));
            if self.buffer.with(Vec::is_empty) {
                self.buffer.set(buffer);
            }
            match got? {
                Moved::WouldBlock => return Err(blocked(vm, 0)),
                Moved::Bytes(count) => {
                    self.write_pos.set(from + count as i64);
                    self.raw_pos.set(self.write_pos.get());
                    if self.write_pos.get() < to {
                        // A partial write may come of a signal.
                        (vm.hooks.handle_signals.get())(vm)?;
                    }
                }
            }
        }
        self.forget_written();
        Ok(())
    }

    fn forget_written(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }

    /// `write(bytes)`; the bytes must not be in the buffer.
    pub fn write_bytes(zelf: &Py<PyBuffered>, vm: &Vm, bytes: &[u8]) -> PyResult<usize> {
        zelf.check_ok(vm)?;
        let _guard = PyBuffered::enter(zelf, vm)?;
        // Only whoever has the lock knows whether it is closed.
        if zelf.is_closed(vm)? {
            return Err(vm.value_error("write to closed file"));
        }
        zelf.write_locked(vm, bytes)
    }

    fn write_locked(&self, vm: &Vm, bytes: &[u8]) -> PyResult<usize> {
        if !self.has_read() && !self.has_written() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let len = bytes.len() as i64;
        if len <= self.size.get() - self.pos.get() {
            let pos = self.pos.get();
            self.put(pos, bytes);
            if !self.has_written() || self.write_pos.get() > pos {
                self.write_pos.set(pos);
            }
            self.adjust(pos + len);
            if self.write_end.get() < self.pos.get() {
                self.write_end.set(self.pos.get());
            }
            return Ok(bytes.len());
        }
        if let Err(error) = self.flush_writes(vm) {
            return self.write_blocked(vm, bytes, error);
        }
        let offset = self.raw_offset();
        if offset != 0 {
            self.raw_seek(vm, -offset, 1)?;
            self.raw_pos.set(self.raw_pos.get() - offset);
        }
        let size = self.size.get();
        let mut done = 0_usize;
        while (bytes.len() - done) as i64 > size {
            match self.raw_write(vm, &bytes[done..])? {
                Moved::Bytes(count) => {
                    done += count;
                    (vm.hooks.handle_signals.get())(vm)?;
                }
                Moved::WouldBlock => {
                    // What fits into the buffer is kept.
                    let fits = (size.max(0) as usize).min(bytes.len() - done);
                    self.put(0, &bytes[done..done + fits]);
                    self.raw_pos.set(0);
                    self.adjust(size);
                    self.write_pos.set(0);
                    self.write_end.set(size);
                    return Err(blocked(vm, (done + fits) as i64));
                }
            }
        }
        if self.readable.get() {
            self.read_end.set(-1);
        }
        let rest = (bytes.len() - done) as i64;
        self.put(0, &bytes[done..]);
        self.write_pos.set(0);
        self.write_end.set(rest);
        self.adjust(rest);
        self.raw_pos.set(0);
        Ok(bytes.len())
    }

    /// The buffer could not be written because that would have waited: takes as much as there is room for.
    fn write_blocked(&self, vm: &Vm, bytes: &[u8], error: PyErr) -> PyResult<usize> {
        if !error.is(vm, ExcKind::BlockingIOError) {
            return Err(error);
        }
        if self.readable.get() {
            self.read_end.set(-1);
        }
        let (from, to) = (self.write_pos.get(), self.write_end.get());
        let waiting = self.part(from, to - from);
        self.put(0, &waiting);
        self.write_end.set(to - from);
        self.raw_pos.set(self.raw_pos.get() - from);
        self.pos.set(self.pos.get() - from);
        self.write_pos.set(0);
        let end = self.write_end.get();
        let room = (self.size.get() - end).max(0);
        let taken = room.min(bytes.len() as i64);
        self.put(end, &bytes[..taken as usize]);
        self.write_end.set(end + taken);
        self.pos.set(self.pos.get() + taken);
        if taken == bytes.len() as i64 {
            return Ok(bytes.len());
        }
        Err(super::chained(Some(error), blocked(vm, taken)))
    }

    /// Flushes as `flush()` of a stream that writes does.
    pub fn flush_stream(zelf: &Py<PyBuffered>, vm: &Vm) -> PyResult<()> {
        zelf.check_ok(vm)?;
        zelf.check_closed(vm, "flush of closed file")?;
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.flush_and_rewind(vm)
    }
}

#[pymethods(table = WRITE)]
impl PyBuffered {
    #[pymethod(sig = "write($self, buffer, /)")]
    fn write(zelf: &Py<Self>, vm: &Vm, buffer: &Value) -> PyResult<usize> {
        if let Some(bytes) = buffer.downcast_ref::<PyBytes>() {
            return PyBuffered::write_bytes(zelf, vm, bytes.as_slice());
        }
        let bytes = buffer::to_vec(vm, buffer)?;
        PyBuffered::write_bytes(zelf, vm, &bytes)
    }

    #[pymethod(sig = "flush($self, /)", no_text_signature)]
    fn flush(zelf: &Py<Self>, vm: &Vm) -> PyResult<()> {
        PyBuffered::flush_stream(zelf, vm)
    }

    #[pymethod(sig = "writable($self, /)", no_text_signature)]
    fn writable(&self, vm: &Vm) -> PyResult<bool> {
        raw_can(vm, self, "writable")
    }
}
