//! `FileIO`: a raw stream on a file descriptor.
//!
//! CPython 3.11: `Modules/_io/fileio.c`.

use super::base::buffer_of::Writable;
use super::bases::PyRawIOBase;
use super::fd::{self, Moved};
use super::{DEFAULT_BUFFER_SIZE, both, chained, size_of, unsupported};
use crate::context::errors::ExcKind;
use crate::context::host::errno;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, alloc};
use crate::protocol::{attr, buffer, call, convert_int, fs, number};
use crate::types::bytes::value::PyBytes;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

/// Reading a whole file asks for at least this much more than is there.
const SMALLCHUNK: usize = 8192;

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[pytype(
    name = "_io.FileIO",
    base = PyRawIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(file, mode='r', closefd=True, opener=None)",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyFileIO {
    #[pytraverse(skip)]
    base: PyRawIOBase,
    fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    /// Whether the file can seek, once that is known.
    seekable: Cell<Option<bool>>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    blksize: Cell<i64>,
}

/// What a mode string says.
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    flags: i32,
}

fn parse_mode(vm: &Vm, text: &str) -> PyResult<Mode> {
    let bad = || {
        vm.value_error(
            "Must have exactly one of create/read/write/append mode and at most one plus",
        )
    };
    let mut mode = Mode {
        created: false,
        readable: false,
        writable: false,
        appending: false,
        flags: 0,
    };
    let (mut chosen, mut plus) = (false, false);
    for c in text.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' if chosen => return Err(bad()),
            'x' => {
                mode.created = true;
                mode.writable = true;
                mode.flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => mode.readable = true,
            'w' => {
                mode.writable = true;
                mode.flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                mode.writable = true;
                mode.appending = true;
                mode.flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => continue,
            '+' => {
                if plus {
                    return Err(bad());
                }
                plus = true;
                continue;
            }
            _ => return Err(vm.value_error(format!("invalid mode: {text}"))),
        }
        chosen = true;
    }
    if !chosen {
        return Err(bad());
    }
    if plus {
        mode.readable = true;
        mode.writable = true;
    }
    mode.flags |= match (mode.readable, mode.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    mode.flags |= libc::O_CLOEXEC;
    Ok(mode)
}

/// An int argument that may be a file descriptor; what cannot be one is a name.
fn descriptor_of(vm: &Vm, file: &Value) -> PyResult<Option<i32>> {
    if !number::is_index(vm, file) {
        return Ok(None);
    }
    match convert_int::to_i32(vm, file) {
        Ok(fd) if fd < 0 => Err(vm.value_error("negative file descriptor")),
        Ok(fd) => Ok(Some(fd)),
        Err(_) => Ok(None),
    }
}

/// Opens by name, interrupted calls again.
fn open_path(vm: &Vm, file: &Value, path: &[u8], flags: i32) -> PyResult<i32> {
    loop {
        match vm.blocking(|host| host.open(path, flags, 0o666)) {
            Ok(fd) => return Ok(fd),
            Err(errno::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
            Err(error) => return Err(vm.os_error(error, Some(file))),
        }
    }
}

fn open_with(vm: &Vm, opener: &Value, file: &Value, flags: i32) -> PyResult<i32> {
    let fd = call::call_args(vm, opener, &[file.clone(), vm.new_int(flags.into())])?;
    if fd.as_int().is_none() {
        return Err(vm.type_error("expected integer from opener"));
    }
    match convert_int::to_i32(vm, &fd)? {
        fd if fd < 0 => Err(vm.value_error(format!("opener returned {fd}"))),
        fd => Ok(fd),
    }
}

impl PyFileIO {
    fn fresh() -> PyFileIO {
        PyFileIO {
            base: PyRawIOBase::default(),
            fd: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            seekable: Cell::new(None),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            blksize: Cell::new(0),
        }
    }

    /// Whether the file was closed, or never opened.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    fn closed_error(vm: &Vm) -> PyErr {
        vm.value_error("I/O operation on closed file")
    }

    fn check_open(&self, vm: &Vm) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => Err(Self::closed_error(vm)),
            fd => Ok(fd),
        }
    }

    fn check_readable(&self, vm: &Vm) -> PyResult<i32> {
        let fd = self.check_open(vm)?;
        if !self.readable.get() {
            return Err(unsupported(vm, "File not open for reading"));
        }
        Ok(fd)
    }

    fn check_writable(&self, vm: &Vm) -> PyResult<i32> {
        let fd = self.check_open(vm)?;
        if !self.writable.get() {
            return Err(unsupported(vm, "File not open for writing"));
        }
        Ok(fd)
    }

    /// Reads into memory; for buffers on exactly this class.
    pub fn read_raw(&self, vm: &Vm, place: &mut [u8]) -> PyResult<Moved> {
        let fd = self.check_readable(vm)?;
        fd::read(vm, fd, place)
    }

    /// Writes from memory; for buffers on exactly this class.
    pub fn write_raw(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Moved> {
        let fd = self.check_writable(vm)?;
        fd::write(vm, fd, bytes)
    }

    /// Moves; for buffers on exactly this class.
    pub fn seek_raw(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.check_open(vm)?;
        let result = vm.host().lseek(fd, offset, whence);
        if self.seekable.get().is_none() {
            self.seekable.set(Some(result.is_ok()));
        }
        result.map_err(|error| fd::failed(vm, error))
    }

    fn close_fd(&self, vm: &Vm) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        match vm.blocking(|host| host.close(fd)) {
            Ok(()) | Err(errno::EINTR) => Ok(()),
            Err(error) => Err(fd::failed(vm, error)),
        }
    }

    fn open(
        zelf: &Py<PyFileIO>,
        vm: &Vm,
        file: &Value,
        mode: &str,
        closefd: bool,
        opener: &Value,
    ) -> PyResult<()> {
        if zelf.fd.get() >= 0 {
            if zelf.closefd.get() {
                zelf.close_fd(vm)?;
            } else {
                zelf.fd.set(-1);
            }
        }
        let descriptor = descriptor_of(vm, file)?;
        let path = match descriptor {
            Some(_) => Vec::new(),
            None => fs::path_bytes(vm, file)?,
        };
        zelf.created.set(false);
        zelf.readable.set(false);
        zelf.writable.set(false);
        zelf.appending.set(false);
        zelf.seekable.set(None);
        zelf.closefd.set(closefd);
        let mode_text = mode;
        let mode = parse_mode(vm, mode)?;
        zelf.created.set(mode.created);
        zelf.readable.set(mode.readable);
        zelf.writable.set(mode.writable);
        zelf.appending.set(mode.appending);
        let event = [
            file.clone(),
            vm.new_str(mode_text),
            vm.new_int(mode.flags.into()),
        ];
        crate::modules::sys::audit(vm, "open", &event)?;
        let is_own = descriptor.is_none();
        let fd = match descriptor {
            Some(fd) => fd,
            None => {
                zelf.closefd.set(true);
                if !closefd {
                    return Err(vm.value_error("Cannot use closefd=False with file name"));
                }
                if opener.is_none() {
                    open_path(vm, file, &path, mode.flags)?
                } else {
                    open_with(vm, opener, file, mode.flags)?
                }
            }
        };
        zelf.fd.set(fd);
        let finished = Self::finish_opening(zelf, vm, file);
        let Err(error) = finished else {
            return Ok(());
        };
        if !is_own {
            zelf.fd.set(-1);
        }
        match zelf.close_fd(vm) {
            Ok(()) => Err(error),
            Err(second) => Err(chained(Some(error), second)),
        }
    }

    fn finish_opening(zelf: &Py<PyFileIO>, vm: &Vm, file: &Value) -> PyResult<()> {
        zelf.blksize.set(DEFAULT_BUFFER_SIZE as i64);
        match vm.host().fstat(zelf.fd.get()) {
            Err(errno::EBADF) => return Err(fd::failed(vm, errno::EBADF)),
            Err(_) => {}
            Ok(stat) if stat.is_dir() => return Err(vm.os_error(libc::EISDIR, Some(file))),
            Ok(stat) => {
                if stat.blksize > 1 {
                    zelf.blksize.set(stat.blksize);
                }
            }
        }
        attr::set(vm, &zelf.as_value(), &vm.names.name, file.clone())?;
        if zelf.appending.get() {
            // For consistent behaviour the position is the end; pipes cannot seek and need not.
            match vm.host().lseek(zelf.fd.get(), 0, libc::SEEK_END) {
                Ok(_) => zelf.seekable.set(Some(true)),
                Err(libc::ESPIPE) => zelf.seekable.set(Some(false)),
                Err(error) => return Err(fd::failed(vm, error)),
            }
        }
        Ok(())
    }

    fn mode_text(&self) -> &'static str {
        match (self.readable.get(), self.writable.get()) {
            (true, _) if self.created.get() => "xb+",
            (false, _) if self.created.get() => "xb",
            (true, _) if self.appending.get() => "ab+",
            (false, _) if self.appending.get() => "ab",
            (true, true) => "rb+",
            (true, false) => "rb",
            (false, _) => "wb",
        }
    }

    /// `ResourceWarning: unclosed file …` about `source`.
    fn warn_unclosed(zelf: &Py<PyFileIO>, vm: &Vm, source: &Value) {
        if zelf.fd.get() < 0 || !zelf.closefd.get() {
            return;
        }
        let shown = crate::protocol::repr::repr_text(vm, source).unwrap_or_default();
        let message = vm.new_str(&format!("unclosed file {shown}"));
        let category = vm.exception_class(ExcKind::ResourceWarning).into_value();
        let result = crate::modules::warnings::warn(vm, message, category, 1, Some(source.clone()));
        if let Err(error) = result
            && error.is(vm, ExcKind::Warning)
        {
            (vm.hooks.unraisable.get())(vm, error, &zelf.as_value());
        }
    }

    /// How much the rest of the file is expected to be, and where it would end.
    fn expected_rest(&self, vm: &Vm, fd: i32) -> usize {
        let host = vm.host();
        let position = host.lseek(fd, 0, libc::SEEK_CUR).ok();
        let size = host.fstat(fd).map_or(0, |stat| stat.size);
        match position {
            Some(position) if size > 0 && position >= 0 && size >= position => {
                usize::try_from(size - position)
                    .unwrap_or(0)
                    .saturating_add(1)
            }
            _ => SMALLCHUNK,
        }
    }

    /// Everything that is left; None when nothing could be read without waiting.
    pub fn read_rest(&self, vm: &Vm) -> PyResult<Option<Vec<u8>>> {
        let fd = self.check_open(vm)?;
        let expected = self.expected_rest(vm, fd);
        vm.try_reserve(expected)?;
        let mut all = vec![0; expected];
        let mut len = 0;
        loop {
            if len == all.len() {
                let more = if len > 65536 { len >> 3 } else { 256 + len };
                vm.try_reserve(len + more + SMALLCHUNK)?;
                all.resize(len + more + SMALLCHUNK, 0);
            }
            match fd::read(vm, fd, &mut all[len..])? {
                Moved::Bytes(0) => break,
                Moved::Bytes(count) => len += count,
                Moved::WouldBlock if len == 0 => return Ok(None),
                Moved::WouldBlock => break,
            }
        }
        all.truncate(len);
        Ok(Some(all))
    }
}

fn moved(vm: &Vm, moved: Moved) -> Value {
    match moved {
        Moved::Bytes(count) => vm.new_usize(count),
        Moved::WouldBlock => Value::None,
    }
}

#[pymethods]
impl PyFileIO {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        alloc::new_object(cls, PyFileIO::fresh()).into_value()
    }

    #[pyslot(sig = "FileIO(file, mode='r', closefd=True, opener=None)")]
    fn init(
        zelf: &Py<Self>,
        vm: &Vm,
        file: &Value,
        #[default(String::from("r"))] mode: String,
        closefd: bool,
        opener: &Value,
    ) -> PyResult<()> {
        Self::open(zelf, vm, file, &mode, closefd, opener)
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[pymethod(sig = "close($self, /)")]
    fn close(zelf: &Py<Self>, vm: &Vm) -> PyResult<()> {
        let flushed = super::base::close(vm, &zelf.as_value());
        if !zelf.closefd.get() {
            zelf.fd.set(-1);
            return flushed;
        }
        if zelf.finalizing.get() {
            Self::warn_unclosed(zelf, vm, &zelf.as_value());
        }
        both(flushed, zelf.close_fd(vm))
    }

    #[pymethod(name = "_dealloc_warn")]
    fn dealloc_warn(zelf: &Py<Self>, vm: &Vm, source: &Value) {
        Self::warn_unclosed(zelf, vm, source);
    }

    /// Return the underlying file descriptor (an integer).
    #[pymethod(sig = "fileno($self, /)")]
    fn fileno(&self, vm: &Vm) -> PyResult<i64> {
        self.check_open(vm).map(i64::from)
    }

    /// True if file was opened in a read mode.
    #[pymethod(sig = "readable($self, /)")]
    fn readable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm)?;
        Ok(self.readable.get())
    }

    /// True if file was opened in a write mode.
    #[pymethod(sig = "writable($self, /)")]
    fn writable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm)?;
        Ok(self.writable.get())
    }

    /// True if file supports random-access.
    #[pymethod(sig = "seekable($self, /)")]
    pub fn seekable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm)?;
        if let Some(known) = self.seekable.get() {
            return Ok(known);
        }
        Ok(self.seek_raw(vm, 0, libc::SEEK_CUR).is_ok())
    }

    /// Same as RawIOBase.readinto().
    #[pymethod(sig = "readinto($self, buffer, /)")]
    fn readinto(&self, vm: &Vm, buffer: &Value) -> PyResult<Value> {
        let fd = self.check_open(vm)?;
        if !self.readable.get() {
            return Err(unsupported(vm, "File not open for reading"));
        }
        let place = Writable::of(vm, "readinto", buffer)?;
        // The memory belongs to another object, which must not be locked up while the call waits.
        let mut bytes = vec![0; place.len()];
        let got = fd::read(vm, fd, &mut bytes)?;
        if let Moved::Bytes(count) = got {
            place.fill(0, &bytes[..count]);
        }
        Ok(moved(vm, got))
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// In non-blocking mode, returns as much as is immediately available,
    /// or None if no data is available.  Return an empty bytes object at EOF.
    #[pymethod(sig = "readall($self, /)")]
    fn readall(&self, vm: &Vm) -> PyResult<Value> {
        let all = self.read_rest(vm)?;
        Ok(all.map_or(Value::None, |all| vm.new_bytes(&all)))
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// Only makes one system call, so less data may be returned than requested.
    /// In non-blocking mode, returns None if no data is available.
    /// Return an empty bytes object at EOF.
    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(&self, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        let size = size_of(vm, size, -1)?;
        let fd = self.check_readable(vm)?;
        if size < 0 {
            return self.readall(vm);
        }
        let size = (size as usize).min(0x7fff_f000);
        vm.try_reserve(size)?;
        let mut bytes = vec![0; size];
        match fd::read(vm, fd, &mut bytes)? {
            Moved::Bytes(count) => Ok(PyBytes::new(vm, &bytes[..count]).into_value()),
            Moved::WouldBlock => Ok(Value::None),
        }
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    #[pymethod(sig = "write($self, b, /)")]
    fn write(&self, vm: &Vm, b: &Value) -> PyResult<Value> {
        if let Some(bytes) = b.downcast_ref::<PyBytes>() {
            return Ok(moved(vm, self.write_raw(vm, bytes.as_slice())?));
        }
        let bytes = buffer::to_vec(vm, b)?;
        Ok(moved(vm, self.write_raw(vm, &bytes)?))
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults to
    /// SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values
    /// are SEEK_CUR or 1 (move relative to current position, positive or negative),
    /// and SEEK_END or 2 (move relative to end of file, usually negative, although
    /// many platforms allow seeking beyond the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[pymethod(sig = "seek($self, pos, whence=0, /)")]
    fn seek(&self, vm: &Vm, pos: &Value, whence: i32) -> PyResult<i64> {
        self.check_open(vm)?;
        let pos = convert_int::to_i64(vm, pos)?;
        self.seek_raw(vm, pos, whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[pymethod(sig = "tell($self, /)")]
    fn tell(&self, vm: &Vm) -> PyResult<i64> {
        self.seek_raw(vm, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[pymethod(sig = "truncate($self, size=None, /)")]
    fn truncate(&self, vm: &Vm, size: &Value) -> PyResult<Value> {
        let fd = self.check_writable(vm)?;
        let size = if size.is_none() {
            vm.new_int(self.seek_raw(vm, 0, libc::SEEK_CUR)?)
        } else {
            size.clone()
        };
        let len = convert_int::to_i64(vm, &size)?;
        loop {
            match vm.host().ftruncate(fd, len) {
                Ok(()) => return Ok(size),
                Err(errno::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                Err(error) => return Err(fd::failed(vm, error)),
            }
        }
    }

    /// True if the file is connected to a TTY device.
    #[pymethod(sig = "isatty($self, /)")]
    pub fn isatty(&self, vm: &Vm) -> PyResult<bool> {
        let fd = self.check_open(vm)?;
        Ok(vm.host().isatty(fd))
    }

    /// True if the file is closed
    #[pygetset]
    fn closed(&self) -> bool {
        self.is_closed()
    }

    /// True if the file descriptor will be closed by close().
    #[pygetset]
    fn closefd(&self) -> bool {
        self.closefd.get()
    }

    /// String giving the file mode
    #[pygetset]
    fn mode(&self) -> &'static str {
        self.mode_text()
    }

    #[pymember(name = "_blksize")]
    pub fn blksize(&self) -> i64 {
        self.blksize.get()
    }

    #[pymember(name = "_blksize", setter)]
    fn set_blksize(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("can't delete numeric/char attribute"));
        };
        self.blksize.set(convert_int::to_i64(vm, &value)?);
        Ok(())
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

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        if zelf.is_closed() {
            return Ok(vm.new_str("<_io.FileIO [closed]>"));
        }
        let (mode, closefd) = (zelf.mode_text(), zelf.closefd.get());
        let closefd = if closefd { "True" } else { "False" };
        let this = zelf.as_value();
        let what = match super::name_of(vm, &this)? {
            Some(name) => format!("name={}", super::repr_of_name(vm, &this, &name)?),
            None => format!("fd={}", zelf.fd.get()),
        };
        Ok(vm.new_str(&format!(
            "<_io.FileIO {what} mode='{mode}' closefd={closefd}>"
        )))
    }
}
