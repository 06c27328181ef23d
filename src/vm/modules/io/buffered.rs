//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` share: the buffer and its positions, the lock, the raw stream.
//!
//! Positions are CPython's: `pos` is the logical position in the buffer, `raw_pos` that of the raw stream (both counted from the buffer's
//! start), `read_end` the end of what was read (-1: nothing is valid), `write_pos..write_end` what waits to be written.
//!
//! CPython 3.11: `Modules/_io/bufferedio.c`.

use super::bases::PyBufferedIOBase;
use super::fd::Moved;
use super::fileio::PyFileIO;
use super::{ask, both, chained, is_closed, method, offset_of, unsupported};
use crate::context::errors::ExcKind;
use crate::context::waiting::WaitLock;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyCell, PyRef, PyType, Value};
use crate::protocol::{attr, number, repr};
use crate::types::bytearray::value::PyByteArray;
use crate::types::memoryview::PyMemoryView;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use std::time::Duration;

/// The storage of all buffered streams; not a type that Python sees.
#[pytype(
    name = "_io._Buffered",
    base = PyBufferedIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF, DISALLOW_INSTANTIATION),
    tables(COMMON)
)]
#[derive(Traverse)]
pub struct PyBuffered {
    #[pytraverse(skip)]
    base: PyBufferedIOBase,
    pub(super) raw: PyCell<Option<Value>>,
    ok: Cell<bool>,
    detached: Cell<bool>,
    pub(super) readable: Cell<bool>,
    pub(super) writable: Cell<bool>,
    finalizing: Cell<bool>,
    /// Both this and the raw stream are exactly the native classes.
    fast: Cell<bool>,
    #[pytraverse(skip)]
    pub(super) buffer: PyCell<Vec<u8>>,
    has_buffer: Cell<bool>,
    pub(super) size: Cell<i64>,
    pub(super) abs_pos: Cell<i64>,
    pub(super) pos: Cell<i64>,
    pub(super) raw_pos: Cell<i64>,
    pub(super) read_end: Cell<i64>,
    pub(super) write_pos: Cell<i64>,
    pub(super) write_end: Cell<i64>,
    /// Held by the thread inside.
    #[pytraverse(skip)]
    lock: WaitLock,
    /// That thread.
    owner: Cell<u64>,
}

/// While it lives, the buffer belongs to the running thread.
pub struct Guard<'a>(&'a PyBuffered);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.lock.release();
    }
}

impl PyBuffered {
    /// Not initialised yet.
    pub fn fresh() -> PyBuffered {
        PyBuffered {
            base: PyBufferedIOBase::default(),
            raw: PyCell::new(None),
            ok: Cell::new(false),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            fast: Cell::new(false),
            buffer: PyCell::new(Vec::new()),
            has_buffer: Cell::new(false),
            size: Cell::new(0),
            abs_pos: Cell::new(0),
            pos: Cell::new(0),
            raw_pos: Cell::new(0),
            read_end: Cell::new(-1),
            write_pos: Cell::new(0),
            write_end: Cell::new(-1),
            lock: WaitLock::default(),
            owner: Cell::new(0),
        }
    }

    /// Clears what `__init__` sets anew.
    pub fn begin_init(&self) {
        self.ok.set(false);
        self.detached.set(false);
    }

    /// The part of `__init__` that all three have.
    pub fn finish_init(
        zelf: &Py<PyBuffered>,
        vm: &Vm,
        raw: &Value,
        size: isize,
        own: &Py<PyType>,
        abilities: (bool, bool),
    ) -> PyResult<()> {
        if size <= 0 {
            return Err(vm.value_error("buffer size must be strictly positive"));
        }
        let this = zelf.as_value();
        vm.try_reserve(size as usize)?;
        zelf.readable.set(abilities.0);
        zelf.writable.set(abilities.1);
        zelf.raw.set(Some(raw.clone()));
        zelf.size.set(size as i64);
        zelf.buffer.set(vec![0; size as usize]);
        zelf.has_buffer.set(true);
        zelf.fast
            .set(this.is_exact(vm, own) && raw.downcast_exact::<PyFileIO>(vm).is_some());
        // Streams that cannot tell have no position.
        let _ = zelf.raw_tell(vm);
        zelf.read_end.set(-1);
        zelf.write_pos.set(0);
        zelf.write_end.set(-1);
        zelf.pos.set(0);
        zelf.ok.set(true);
        Ok(())
    }

    /// Takes the lock; RuntimeError when the running thread has it already.
    pub fn enter<'a>(zelf: &'a Py<PyBuffered>, vm: &Vm) -> PyResult<Guard<'a>> {
        let me = vm.thread().ident.get();
        if !zelf.lock.try_acquire() {
            if zelf.owner.get() == me {
                let shown = repr::repr_text(vm, &zelf.as_value())?;
                return Err(vm.runtime_error(format!("reentrant call inside {shown}")));
            }
            zelf.wait_for_lock(vm)?;
        }
        zelf.owner.set(me);
        Ok(Guard(zelf))
    }

    #[cold]
    fn wait_for_lock(&self, vm: &Vm) -> PyResult<()> {
        let owner = self.owner.get();
        let mut lives = false;
        vm.threads
            .each(|thread| lives |= thread.ident.get() == owner);
        if !lives {
            // This is the child of a fork that another thread of the parent was in the way of.
            self.lock.reset();
        }
        if !vm.threads.is_closed() {
            self.lock.acquire_uninterrupted(vm);
            return Ok(());
        }
        // At the end of the interpreter a daemon thread may never give it back.
        if self.lock.acquire(vm, Some(Duration::from_secs(1)))? {
            return Ok(());
        }
        Err(vm.runtime_error(
            "could not acquire lock at interpreter shutdown, possibly due to daemon threads",
        ))
    }

    /// ValueError before `__init__` and after `detach`.
    #[inline]
    pub fn check_ok(&self, vm: &Vm) -> PyResult<()> {
        if self.ok.get() {
            Ok(())
        } else {
            Err(self.not_ok(vm))
        }
    }

    #[cold]
    fn not_ok(&self, vm: &Vm) -> PyErr {
        vm.value_error(if self.detached.get() {
            "raw stream has been detached"
        } else {
            "I/O operation on uninitialized object"
        })
    }

    /// The raw stream.
    pub fn raw(&self, vm: &Vm) -> PyResult<Value> {
        self.raw.get().ok_or_else(|| self.not_ok(vm))
    }

    /// The raw stream when everything is native and unchanged.
    #[inline]
    fn native_raw(&self, vm: &Vm) -> Option<PyRef<PyFileIO>> {
        if !self.fast.get() {
            return None;
        }
        let raw = self.raw.get()?;
        // A program may have hidden methods of the raw stream by attributes of its own.
        let names = [
            &vm.names.readinto,
            &vm.names.write,
            &vm.names.seek,
            &vm.names.tell,
        ];
        if names.into_iter().any(|name| super::is_hidden(&raw, name)) {
            return None;
        }
        raw.downcast::<PyFileIO>().ok()
    }

    /// Whether the stream is closed.
    #[inline]
    pub fn is_closed(&self, vm: &Vm) -> PyResult<bool> {
        if !self.has_buffer.get() {
            return Ok(true);
        }
        let raw = self.raw(vm)?;
        match raw.downcast_exact::<PyFileIO>(vm) {
            Some(raw) if self.fast.get() => Ok(raw.is_closed()),
            _ => is_closed(vm, &raw),
        }
    }

    /// Whether the stream is closed, when both it and its raw stream are exactly the native classes.
    #[inline]
    pub fn is_closed_natively(&self) -> Option<bool> {
        if !self.fast.get() {
            return None;
        }
        self.raw.with(|raw| {
            let raw = raw.as_ref()?.downcast_ref::<PyFileIO>()?;
            Some(!self.has_buffer.get() || raw.is_closed())
        })
    }

    /// ValueError when the stream is closed and nothing read ahead is left.
    #[inline]
    pub fn check_closed(&self, vm: &Vm, message: &str) -> PyResult<()> {
        if self.is_closed(vm)? && self.readahead() == 0 {
            return Err(vm.value_error(message));
        }
        Ok(())
    }

    /// Whether what was read is valid.
    #[inline]
    pub fn has_read(&self) -> bool {
        self.readable.get() && self.read_end.get() != -1
    }

    /// Whether there is something to write.
    #[inline]
    pub fn has_written(&self) -> bool {
        self.writable.get() && self.write_end.get() != -1
    }

    /// Number of bytes read ahead.
    #[inline]
    pub fn readahead(&self) -> i64 {
        if self.has_read() {
            self.read_end.get() - self.pos.get()
        } else {
            0
        }
    }

    /// How far the raw stream is ahead.
    pub fn raw_offset(&self) -> i64 {
        if (self.has_read() || self.has_written()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }

    /// Moves the logical position.
    pub fn adjust(&self, pos: i64) {
        self.pos.set(pos);
        if self.has_read() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    /// A copy of a part of the buffer.
    pub fn part(&self, start: i64, len: i64) -> Vec<u8> {
        self.with_part(start, len, <[u8]>::to_vec)
    }

    /// Calls `f` with a part of the buffer.
    #[inline]
    pub fn with_part<R>(&self, start: i64, len: i64, f: impl FnOnce(&[u8]) -> R) -> R {
        let (start, len) = (start.max(0) as usize, len.max(0) as usize);
        self.buffer
            .with(|buffer| f(buffer.get(start..start.saturating_add(len)).unwrap_or(&[])))
    }

    /// Writes bytes into the buffer.
    pub fn put(&self, at: i64, bytes: &[u8]) {
        self.buffer.with_mut(|buffer| {
            let at = at.max(0) as usize;
            if let Some(place) = buffer.get_mut(at..at.saturating_add(bytes.len())) {
                place.copy_from_slice(bytes);
            }
        });
    }

    /// Reads from the raw stream into memory.
    pub fn raw_read(&self, vm: &Vm, place: &mut [u8]) -> PyResult<Moved> {
        let got = match self.native_raw(vm) {
            Some(raw) => raw.read_raw(vm, place)?,
            None => self.raw_read_python(vm, place)?,
        };
        if let Moved::Bytes(count) = got
            && count > 0
            && self.abs_pos.get() != -1
        {
            self.abs_pos.set(self.abs_pos.get() + count as i64);
        }
        Ok(got)
    }

    fn raw_read_python(&self, vm: &Vm, place: &mut [u8]) -> PyResult<Moved> {
        let raw = self.raw(vm)?;
        let array = PyByteArray::new(vm, vec![0; place.len()]);
        let view = PyMemoryView::of(vm, &array.as_value())?.into_value();
        let arguments = std::slice::from_ref(&view);
        let got = super::uninterrupted(vm, || {
            attr::call_method(vm, &raw, &vm.names.readinto, arguments)
        })?;
        if got.is_none() {
            return Ok(Moved::WouldBlock);
        }
        let len = place.len() as i64;
        let count = match number::to_index_isize(vm, &got, ExcKind::ValueError) {
            Ok(count) => count as i64,
            Err(cause) => {
                let error = vm.os_error_text("raw readinto() failed");
                error.exception().cause.set(Some(cause.to_value()));
                return Err(chained(Some(cause), error));
            }
        };
        if count < 0 || count > len {
            return Err(vm.os_error_text(format!(
                "raw readinto() returned invalid length {count} (should have been between 0 and {len})"
            )));
        }
        array.with(|bytes| {
            if let Some(bytes) = bytes.get(..count as usize) {
                place[..count as usize].copy_from_slice(bytes);
            }
        });
        Ok(Moved::Bytes(count as usize))
    }

    /// Writes to the raw stream.
    pub fn raw_write(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Moved> {
        let got = match self.native_raw(vm) {
            Some(raw) => raw.write_raw(vm, bytes)?,
            None => self.raw_write_python(vm, bytes)?,
        };
        if let Moved::Bytes(count) = got
            && count > 0
            && self.abs_pos.get() != -1
        {
            self.abs_pos.set(self.abs_pos.get() + count as i64);
        }
        Ok(got)
    }

    fn raw_write_python(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Moved> {
        let raw = self.raw(vm)?;
        let view = PyMemoryView::of(vm, &vm.new_bytes(bytes))?.into_value();
        let arguments = std::slice::from_ref(&view);
        let got = super::uninterrupted(vm, || {
            attr::call_method(vm, &raw, &vm.names.write, arguments)
        })?;
        if got.is_none() {
            return Ok(Moved::WouldBlock);
        }
        let count = number::to_index_isize(vm, &got, ExcKind::ValueError)?;
        let len = bytes.len();
        if count < 0 || count as usize > len {
            return Err(vm.os_error_text(format!(
                "raw write() returned invalid length {count} (should have been between 0 and {len})"
            )));
        }
        Ok(Moved::Bytes(count as usize))
    }

    /// The raw stream's position.
    pub fn raw_tell(&self, vm: &Vm) -> PyResult<i64> {
        self.abs_pos.set(-1);
        let position = match self.native_raw(vm) {
            Some(raw) => raw.seek_raw(vm, 0, 1)?,
            None => {
                let position = attr::call_method(vm, &self.raw(vm)?, &vm.names.tell, &[])?;
                offset_of(vm, &position)?
            }
        };
        self.known_position(vm, position)
    }

    /// Moves the raw stream.
    pub fn raw_seek(&self, vm: &Vm, target: i64, whence: i32) -> PyResult<i64> {
        self.abs_pos.set(-1);
        let position = match self.native_raw(vm) {
            Some(raw) => raw.seek_raw(vm, target, whence)?,
            None => {
                let arguments = [vm.new_int(target), vm.new_int(whence.into())];
                let position = attr::call_method(vm, &self.raw(vm)?, &vm.names.seek, &arguments)?;
                offset_of(vm, &position)?
            }
        };
        self.known_position(vm, position)
    }

    fn known_position(&self, vm: &Vm, position: i64) -> PyResult<i64> {
        if position < 0 {
            return Err(
                vm.os_error_text(format!("Raw stream returned invalid position {position}"))
            );
        }
        self.abs_pos.set(position);
        Ok(position)
    }

    /// Writes what waits, and brings the raw stream to the logical position.
    pub fn flush_and_rewind(&self, vm: &Vm) -> PyResult<()> {
        self.flush_writes(vm)?;
        if self.readable.get() {
            let moved = self.raw_seek(vm, -self.raw_offset(), 1);
            self.read_end.set(-1);
            moved?;
        }
        Ok(())
    }

    fn flush_before_reading(&self, vm: &Vm) -> PyResult<()> {
        if self.writable.get() {
            self.flush_and_rewind(vm)?;
        }
        Ok(())
    }

    /// What reading does first in a stream that can write too.
    pub fn prepare_to_read(&self, vm: &Vm) -> PyResult<()> {
        self.flush_before_reading(vm)
    }

    fn close_both(zelf: &Py<PyBuffered>, vm: &Vm) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        let guard = PyBuffered::enter(zelf, vm)?;
        if is_closed(vm, &zelf.raw(vm)?)? {
            return Ok(Value::None);
        }
        let this = zelf.to_value();
        if zelf.finalizing.get()
            && let Some(raw) = zelf.raw.get()
        {
            let _ = method(vm, &raw, "_dealloc_warn", std::slice::from_ref(&this));
        }
        // Flushing takes the lock again.
        drop(guard);
        let flushed = attr::call_method(vm, &this, &vm.names.flush, &[]).map(drop);
        let guard = PyBuffered::enter(zelf, vm)?;
        let closed = attr::call_method(vm, &zelf.raw(vm)?, &vm.names.close, &[]);
        zelf.has_buffer.set(false);
        zelf.buffer.set(Vec::new());
        zelf.read_end.set(0);
        zelf.pos.set(0);
        drop(guard);
        both(flushed, closed)
    }
}

#[pymethods(table = COMMON)]
impl PyBuffered {
    #[pymethod(sig = "detach($self, /)", no_text_signature)]
    fn detach(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        zelf.detached.set(true);
        zelf.ok.set(false);
        Ok(zelf.raw.replace(None).unwrap_or(Value::None))
    }

    #[pymethod(sig = "close($self, /)", no_text_signature)]
    fn close(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        PyBuffered::close_both(zelf, vm)
    }

    #[pymethod(sig = "seekable($self, /)", no_text_signature)]
    fn seekable(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        method(vm, &self.raw(vm)?, "seekable", &[])
    }

    #[pymethod(sig = "fileno($self, /)", no_text_signature)]
    fn fileno(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        method(vm, &self.raw(vm)?, "fileno", &[])
    }

    #[pymethod(sig = "isatty($self, /)", no_text_signature)]
    fn isatty(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        method(vm, &self.raw(vm)?, "isatty", &[])
    }

    #[pymethod(name = "_dealloc_warn")]
    fn dealloc_warn(&self, vm: &Vm, source: &Value) {
        if self.ok.get()
            && let Some(raw) = self.raw.get()
        {
            let _ = method(vm, &raw, "_dealloc_warn", std::slice::from_ref(source));
        }
    }

    #[pymethod(sig = "tell($self, /)", no_text_signature)]
    fn tell(&self, vm: &Vm) -> PyResult<i64> {
        self.check_ok(vm)?;
        let position = self.raw_tell(vm)?;
        Ok(position - self.raw_offset())
    }

    #[pymethod(sig = "seek($self, target, whence=0, /)")]
    fn seek(zelf: &Py<Self>, vm: &Vm, target: &Value, whence: i32) -> PyResult<i64> {
        zelf.check_ok(vm)?;
        if !(0..=4).contains(&whence) {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        zelf.check_closed(vm, "seek of closed file")?;
        super::base::check_seekable(vm, &zelf.raw(vm)?)?;
        let mut target = offset_of(vm, target)?;
        // A target inside what was read needs no system call.
        if whence <= 1 && zelf.readable.get() {
            let current = match zelf.abs_pos.get() {
                -1 => zelf.raw_tell(vm)?,
                known => known,
            };
            let ahead = zelf.readahead();
            if ahead > 0 {
                let offset = if whence == 0 {
                    target.wrapping_sub(current - zelf.raw_offset())
                } else {
                    target
                };
                if offset >= -zelf.pos.get() && offset <= ahead {
                    zelf.pos.set(zelf.pos.get() + offset);
                    return Ok(current - ahead + offset);
                }
            }
        }
        let _guard = PyBuffered::enter(zelf, vm)?;
        if zelf.writable.get() {
            zelf.flush_writes(vm)?;
        }
        if whence == 1 {
            target -= zelf.raw_offset();
        }
        let position = zelf.raw_seek(vm, target, whence)?;
        zelf.raw_pos.set(-1);
        if zelf.readable.get() {
            zelf.read_end.set(-1);
        }
        Ok(position)
    }

    #[pymethod(sig = "truncate($self, pos=None, /)")]
    fn truncate(zelf: &Py<Self>, vm: &Vm, pos: &Value) -> PyResult<Value> {
        zelf.check_ok(vm)?;
        zelf.check_closed(vm, "truncate of closed file")?;
        if !zelf.writable.get() {
            return Err(unsupported(vm, "truncate"));
        }
        let _guard = PyBuffered::enter(zelf, vm)?;
        zelf.flush_and_rewind(vm)?;
        let result = method(vm, &zelf.raw(vm)?, "truncate", std::slice::from_ref(pos))?;
        let _ = zelf.raw_tell(vm);
        Ok(result)
    }

    #[pygetset]
    fn closed(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        attr::get(vm, &self.raw(vm)?, &vm.names.closed)
    }

    #[pygetset]
    fn name(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        attr::get(vm, &self.raw(vm)?, &vm.names.name)
    }

    #[pygetset]
    fn mode(&self, vm: &Vm) -> PyResult<Value> {
        self.check_ok(vm)?;
        attr::get(vm, &self.raw(vm)?, &vm.names.mode)
    }

    #[pymember(name = "raw")]
    fn raw_member(&self) -> Value {
        self.raw.get().unwrap_or(Value::None)
    }

    #[pymember(name = "_finalizing")]
    fn finalizing(&self) -> bool {
        self.finalizing.get()
    }

    #[pymember(name = "_finalizing", setter)]
    fn set_finalizing(&self, value: Option<Value>) {
        self.finalizing
            .set(value.is_some_and(|value| value.is_true()));
    }

    #[pymethod(sig = "__sizeof__($self, /)", no_text_signature)]
    fn __sizeof__(&self) -> i64 {
        let own = 72 + size_of::<PyBuffered>() as i64;
        if self.has_buffer.get() {
            own + self.size.get()
        } else {
            own
        }
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let this = zelf.as_value();
        let class = super::full_name(vm, &this);
        Ok(vm.new_str(&match super::name_of(vm, &this)? {
            None => format!("<{class}>"),
            Some(name) => format!("<{class} name={}>", super::repr_of_name(vm, &this, &name)?),
        }))
    }
}

/// Whether a raw stream says it can do something.
pub fn raw_can(vm: &Vm, stream: &PyBuffered, ability: &str) -> PyResult<bool> {
    stream.check_ok(vm)?;
    ask(vm, &stream.raw(vm)?, ability)
}
