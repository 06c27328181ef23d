//! Reading through a buffer.
//!
//! CPython 3.11: `_bufferedreader_*`, `_buffered_readline` in `Modules/_io/bufferedio.c`.

use super::base::buffer_of::Writable;
use super::buffered::{PyBuffered, raw_can};
use super::fd::Moved;
use super::size_of;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::{attr, call};
use crate::types::bytes::value::PyBytes;
use derive::pymethods;

fn wants_bytes<'a>(vm: &Vm, value: &'a Value, method: &str) -> PyResult<&'a Py<PyBytes>> {
    value
        .downcast_ref::<PyBytes>()
        .ok_or_else(|| wrong_result(vm, method))
}

#[cold]
fn wrong_result(vm: &Vm, method: &str) -> PyErr {
    vm.type_error(format!("{method}() should return bytes"))
}

impl PyBuffered {
    fn forget_read(&self) {
        self.read_end.set(-1);
    }

    /// Reads once into the rest of the buffer.
    fn fill(&self, vm: &Vm) -> PyResult<Moved> {
        let start = if self.has_read() {
            self.read_end.get()
        } else {
            0
        };
        let (from, size) = (start.max(0) as usize, self.size.get().max(0) as usize);
        // The buffer is taken out while the call may run anything.
        let mut buffer = self.buffer.take();
        let got = match buffer.get_mut(from..size) {
            Some(place) => self.raw_read(vm, place),
            None => Ok(Moved::Bytes(0)),
        };
        if buffer.len() == size && self.buffer.with(Vec::is_empty) {
            self.buffer.set(buffer);
        }
        let got = got?;
        if let Moved::Bytes(count) = got
            && count > 0
        {
            self.read_end.set(start + count as i64);
            self.raw_pos.set(start + count as i64);
        }
        Ok(got)
    }

    /// Takes bytes that were read ahead, at most as many as there are.
    fn take_ahead(&self, vm: &Vm, len: i64) -> Value {
        let pos = self.pos.get();
        let bytes = self.with_part(pos, len, |bytes| vm.new_bytes(bytes));
        self.pos.set(pos + len);
        bytes
    }

    fn read_all(&self, vm: &Vm) -> PyResult<Value> {
        let ahead = self.readahead();
        let mut all = self.part(self.pos.get(), ahead);
        self.pos.set(self.pos.get() + ahead);
        self.prepare_to_read(vm)?;
        self.forget_read();
        let raw = self.raw(vm)?;
        if let Some(readall) = attr::get_opt(vm, &raw, &vm.names.readall)? {
            let rest = call::call0(vm, &readall)?;
            if rest.is_none() {
                return Ok(if ahead == 0 { rest } else { vm.new_bytes(&all) });
            }
            let bytes = wants_bytes(vm, &rest, "readall")?;
            if ahead == 0 {
                return Ok(rest);
            }
            all.extend_from_slice(bytes.as_slice());
            return Ok(vm.new_bytes(&all));
        }
        loop {
            let part = attr::call_method(vm, &raw, &vm.names.read, &[])?;
            if part.is_none() {
                return Ok(if all.is_empty() {
                    part
                } else {
                    vm.new_bytes(&all)
                });
            }
            let bytes = wants_bytes(vm, &part, "read")?;
            if bytes.len() == 0 {
                return Ok(if all.is_empty() {
                    part
                } else {
                    vm.new_bytes(&all)
                });
            }
            all.extend_from_slice(bytes.as_slice());
            if self.abs_pos.get() != -1 {
                self.abs_pos.set(self.abs_pos.get() + bytes.len() as i64);
            }
        }
    }

    /// Reads `size` bytes; more than one read of the raw stream may be needed.
    fn read_many(&self, vm: &Vm, size: i64) -> PyResult<Value> {
        let ahead = self.readahead();
        if size <= ahead {
            return Ok(self.take_ahead(vm, size));
        }
        vm.try_reserve(size as usize)?;
        let mut out = vec![0; size as usize];
        let mut done = 0_usize;
        if ahead > 0 {
            self.with_part(self.pos.get(), ahead, |bytes| {
                out[..bytes.len()].copy_from_slice(bytes);
                done = bytes.len();
            });
            self.pos.set(self.pos.get() + ahead);
        }
        self.prepare_to_read(vm)?;
        self.forget_read();
        let block = self.size.get().max(1) as usize;
        // Whole blocks go straight to where they are wanted.
        loop {
            let left = out.len() - done;
            let whole = left / block * block;
            if whole == 0 {
                break;
            }
            match self.raw_read(vm, &mut out[done..done + whole])? {
                Moved::WouldBlock if done == 0 => return Ok(Value::None),
                Moved::Bytes(0) | Moved::WouldBlock => return Ok(vm.new_bytes(&out[..done])),
                Moved::Bytes(count) => done += count,
            }
        }
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(0);
        // No read more than is needed, because it could wait for ever.
        while done < out.len() && self.read_end.get() < self.size.get() {
            match self.fill(vm)? {
                Moved::WouldBlock if done == 0 => return Ok(Value::None),
                Moved::Bytes(0) | Moved::WouldBlock => return Ok(vm.new_bytes(&out[..done])),
                Moved::Bytes(count) => {
                    let count = count.min(out.len() - done);
                    let pos = self.pos.get();
                    self.with_part(pos, count as i64, |bytes| {
                        out[done..done + bytes.len()].copy_from_slice(bytes);
                    });
                    done += count;
                    self.pos.set(pos + count as i64);
                }
            }
        }
        Ok(vm.new_bytes(&out[..done]))
    }

    /// `read(size)` where None or -1 reads everything.
    pub fn read_size(zelf: &Py<PyBuffered>, vm: &Vm, size: isize) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        if size < -1 {
            return Err(vm.value_error("read length must be non-negative or -1"));
        }
        zelf.check_closed(vm, "read of closed file")?;
        if size == -1 {
            let _guard = PyBuffered::enter(zelf, vm)?;
            return zelf.read_all(vm);
        }
        if size as i64 <= zelf.readahead() {
            return Ok(zelf.take_ahead(vm, size as i64));
        }
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.read_many(vm, size as i64)
    }

    /// `read1(size)`: at most one read of the raw stream.
    pub fn read_once(zelf: &Py<PyBuffered>, vm: &Vm, size: isize) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        let size = if size < 0 {
            zelf.size.get()
        } else {
            size as i64
        };
        zelf.check_closed(vm, "read of closed file")?;
        if size == 0 {
            return Ok(vm.new_bytes(b""));
        }
        let ahead = zelf.readahead();
        if ahead > 0 {
            return Ok(zelf.take_ahead(vm, ahead.min(size)));
        }
        vm.try_reserve(size as usize)?;
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.prepare_to_read(vm)?;
        zelf.forget_read();
        let mut out = vec![0; size as usize];
        match zelf.raw_read(vm, &mut out)? {
            Moved::Bytes(count) => Ok(vm.new_bytes(&out[..count])),
            Moved::WouldBlock => Ok(vm.new_bytes(b"")),
        }
    }

    fn read_into(zelf: &Py<PyBuffered>, vm: &Vm, place: &Value, once: bool) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        zelf.check_closed(vm, "readinto of closed file")?;
        let name = if once { "readinto1" } else { "readinto" };
        let place = Writable::of(vm, name, place)?;
        let len = place.len();
        let mut done = 0;
        let ahead = zelf.readahead();
        if ahead > 0 {
            let count = ahead.min(len as i64);
            let bytes = zelf.part(zelf.pos.get(), count);
            place.fill(0, &bytes);
            zelf.pos.set(zelf.pos.get() + count);
            done = bytes.len();
            if done == len {
                return Ok(vm.new_usize(done));
            }
        }
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.prepare_to_read(vm)?;
        zelf.forget_read();
        zelf.pos.set(0);
        while done < len {
            let left = len - done;
            let got = if left as i64 > zelf.size.get() {
                let mut bytes = vec![0; left];
                let got = zelf.raw_read(vm, &mut bytes)?;
                if let Moved::Bytes(count) = got {
                    place.fill(done, &bytes[..count]);
                }
                got
            } else if once && done > 0 {
                // Nothing more in this call: what there was is given.
                Moved::Bytes(0)
            } else {
                match zelf.fill(vm)? {
                    Moved::Bytes(count) if count > 0 => {
                        let count = count.min(left);
                        let bytes = zelf.part(zelf.pos.get(), count as i64);
                        place.fill(done, &bytes);
                        zelf.pos.set(zelf.pos.get() + count as i64);
                        done += count;
                        continue;
                    }
                    other => other,
                }
            };
            match got {
                Moved::WouldBlock if done == 0 => return Ok(Value::None),
                Moved::Bytes(0) | Moved::WouldBlock => break,
                Moved::Bytes(count) => done += count,
            }
            if once {
                break;
            }
        }
        Ok(vm.new_usize(done))
    }

    /// A line of at most `limit` bytes, unless that is negative.
    pub fn read_line(zelf: &Py<PyBuffered>, vm: &Vm, limit: isize) -> PyResult<Value> {
        zelf.check_closed(vm, "readline of closed file")?;
        let mut limit = limit as i64;
        let mut ahead = zelf.readahead();
        if limit >= 0 && ahead > limit {
            ahead = limit;
        }
        let pos = zelf.pos.get();
        let end = zelf.with_part(pos, ahead, |bytes| memchr::memchr(b'\n', bytes));
        if let Some(end) = end {
            return Ok(zelf.take_ahead(vm, end as i64 + 1));
        }
        if ahead == limit {
            return Ok(zelf.take_ahead(vm, ahead));
        }
        let _guard = PyBuffered::enter(zelf, vm)?;
        let mut line = Vec::new();
        if ahead > 0 {
            line = zelf.part(pos, ahead);
            zelf.pos.set(pos + ahead);
            if limit >= 0 {
                limit -= ahead;
            }
        }
        zelf.prepare_to_read(vm)?;
        loop {
            zelf.forget_read();
            let Moved::Bytes(count) = zelf.fill(vm)? else {
                break;
            };
            if count == 0 {
                break;
            }
            let mut count = count as i64;
            if limit >= 0 && count > limit {
                count = limit;
            }
            let end = zelf.with_part(0, count, |bytes| memchr::memchr(b'\n', bytes));
            let taken = end.map_or(count, |end| end as i64 + 1);
            zelf.with_part(0, taken, |bytes| line.extend_from_slice(bytes));
            zelf.pos.set(taken);
            if end.is_some() || count == limit {
                break;
            }
            if limit >= 0 {
                limit -= count;
            }
        }
        Ok(vm.new_bytes(&line))
    }
}

#[pymethods(table = READ)]
impl PyBuffered {
    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(zelf: &Py<Self>, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        let size = size_of(vm, size, -1)?;
        PyBuffered::read_size(zelf, vm, size)
    }

    #[pymethod(sig = "peek($self, size=0, /)")]
    fn peek(zelf: &Py<Self>, vm: &Vm, _size: isize) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        zelf.check_closed(vm, "peek of closed file")?;
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.prepare_to_read(vm)?;
        let ahead = zelf.readahead();
        if ahead > 0 {
            return Ok(zelf.with_part(zelf.pos.get(), ahead, |bytes| vm.new_bytes(bytes)));
        }
        zelf.forget_read();
        let got = zelf.fill(vm)?;
        zelf.pos.set(0);
        let Moved::Bytes(count) = got else {
            return Ok(vm.new_bytes(b""));
        };
        Ok(zelf.with_part(0, count as i64, |bytes| vm.new_bytes(bytes)))
    }

    #[pymethod(sig = "read1($self, size=-1, /)")]
    fn read1(zelf: &Py<Self>, vm: &Vm, size: isize) -> PyResult<Value> {
        PyBuffered::read_once(zelf, vm, size)
    }

    #[pymethod(sig = "readinto($self, buffer, /)")]
    fn readinto(zelf: &Py<Self>, vm: &Vm, buffer: &Value) -> PyResult<Value> {
        PyBuffered::read_into(zelf, vm, buffer, false)
    }

    #[pymethod(sig = "readinto1($self, buffer, /)")]
    fn readinto1(zelf: &Py<Self>, vm: &Vm, buffer: &Value) -> PyResult<Value> {
        PyBuffered::read_into(zelf, vm, buffer, true)
    }

    #[pymethod(sig = "readline($self, size=-1, /)")]
    fn readline(zelf: &Py<Self>, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        let size = size_of(vm, size, -1)?;
        PyBuffered::read_line(zelf, vm, size)
    }

    #[pymethod(sig = "readable($self, /)", no_text_signature)]
    fn readable(&self, vm: &Vm) -> PyResult<bool> {
        raw_can(vm, self, "readable")
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        zelf.check_ok(vm)?;
        let this = zelf.as_value();
        let line = if super::buffered_types::is_exact(vm, &this) {
            PyBuffered::read_line(zelf, vm, -1)?
        } else {
            let line = attr::call_method(vm, &this, &vm.names.readline, &[])?;
            if line.downcast_ref::<PyBytes>().is_none() {
                return Err(vm.os_error_text(format!(
                    "readline() should have returned a bytes object, not '{}'",
                    line.class(vm).tp_name()
                )));
            }
            line
        };
        let empty = line
            .downcast_ref::<PyBytes>()
            .is_none_or(|line| line.len() == 0);
        Ok(if empty { None } else { Some(line) })
    }
}
