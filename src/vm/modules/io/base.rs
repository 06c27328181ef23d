//! `_io._IOBase`: what all streams have.
//!
//! CPython 3.11: `Modules/_io/iobase.c`.

use super::{ask, is_closed, method, size_of, unsupported};
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, alloc};
use crate::protocol::{attr, buffer, call, iter, truth};
use crate::types::bytes::value::PyBytes;
use crate::types::object_::PyBaseObject;
use derive::{Traverse, pymethods, pytype};

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
///
/// The basic type used for binary data read from or written to a file is
/// bytes. Other bytes-like objects are accepted as method arguments too.
/// In some cases (such as readinto), a writable object is required. Text
/// I/O classes work with str data.
///
/// Note that calling any method (except additional calls to close(),
/// which are ignored) on a closed stream should raise a ValueError.
///
/// IOBase (and its subclasses) support the iterator protocol, meaning
/// that an IOBase object can be iterated over yielding the lines in a
/// stream.
///
/// IOBase also supports the :keyword:`with` statement. In this example,
/// fp is closed after the suite of the with statement is complete:
///
/// with open('spam.txt', 'r') as fp:
///     fp.write('Spam and eggs!')
#[pytype(
    name = "_io._IOBase",
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    tables(TABLE)
)]
#[derive(Traverse, Default)]
pub struct PyIOBase {}

/// `ValueError: I/O operation on closed file.`
#[cold]
pub fn closed_error(vm: &Vm) -> PyErr {
    vm.value_error("I/O operation on closed file.")
}

/// ValueError when `stream.closed` (`_PyIOBase_check_closed`).
pub fn check_closed(vm: &Vm, stream: &Value) -> PyResult<()> {
    if is_closed(vm, stream)? {
        return Err(closed_error(vm));
    }
    Ok(())
}

/// An instance of an abstract class. Those have no fields, so that the layout may be any other that has none.
pub fn new_abstract(vm: &Vm, cls: &Py<PyType>, name: &str) -> PyResult<Value> {
    if cls.layout.get().payload_size != 0 {
        return Err(vm.type_error(format!(
            "{name}.__new__({0}) is not safe, use {0}.__new__()",
            cls.tp_name()
        )));
    }
    Ok(alloc::new_object(cls, PyBaseObject).into_value())
}

fn check_ability(vm: &Vm, stream: &Value, ability: &str, message: &str) -> PyResult<()> {
    let answer = method(vm, stream, ability, &[])?;
    if answer.is_true() {
        return Ok(());
    }
    Err(unsupported(vm, message))
}

/// UnsupportedOperation unless `stream.readable()`.
pub fn check_readable(vm: &Vm, stream: &Value) -> PyResult<()> {
    check_ability(vm, stream, "readable", "File or stream is not readable.")
}

/// UnsupportedOperation unless `stream.writable()`.
pub fn check_writable(vm: &Vm, stream: &Value) -> PyResult<()> {
    check_ability(vm, stream, "writable", "File or stream is not writable.")
}

/// UnsupportedOperation unless `stream.seekable()`.
pub fn check_seekable(vm: &Vm, stream: &Value) -> PyResult<()> {
    check_ability(vm, stream, "seekable", "File or stream is not seekable.")
}

/// Whether `_IOBase.close` was called.
fn was_closed(vm: &Vm, stream: &Value) -> PyResult<bool> {
    attr::has(vm, stream, &vm.intern_str("__IOBase_closed"))
}

/// The finaliser of all streams: closes what is open (`iobase_finalize`).
pub fn finalize(vm: &Vm, stream: &Value) {
    let closed = attr::get_opt(vm, stream, &vm.names.closed)
        .ok()
        .flatten()
        .and_then(|closed| truth::is_true(vm, &closed).ok());
    if closed != Some(false) {
        return;
    }
    let _ = attr::set(vm, stream, &vm.intern_str("_finalizing"), Value::True);
    if let Err(error) = attr::call_method(vm, stream, &vm.names.close, &[])
        && vm.state.get::<super::IoState>().dev_mode.get()
    {
        (vm.hooks.unraisable.get())(vm, error, stream);
    }
}

/// One line of a stream with `read` and perhaps `peek`.
fn read_line(vm: &Vm, stream: &Value, limit: isize) -> PyResult<Value> {
    let peek = attr::get_opt(vm, stream, &vm.intern_str("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || (line.len() as isize) < limit {
        let mut count = 1;
        if let Some(peek) = &peek {
            let ahead = match call::call1(vm, peek, &vm.new_int(1)) {
                Err(error) if super::was_interrupted(vm, &error)? => continue,
                ahead => ahead?,
            };
            let Some(ahead) = ahead.downcast_ref::<PyBytes>() else {
                return Err(vm.os_error_text(format!(
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.class(vm).tp_name()
                )));
            };
            let mut seen = ahead.as_slice();
            if limit >= 0 {
                seen = &seen[..seen.len().min(limit as usize - line.len())];
            }
            if !seen.is_empty() {
                count = match seen.iter().position(|byte| *byte == b'\n') {
                    Some(end) => end + 1,
                    None => seen.len(),
                };
            }
        }
        let part = match attr::call_method(vm, stream, &vm.names.read, &[vm.new_usize(count)]) {
            Err(error) if super::was_interrupted(vm, &error)? => continue,
            part => part?,
        };
        let Some(part) = part.downcast_ref::<PyBytes>() else {
            return Err(vm.os_error_text(format!(
                "read() should have returned a bytes object, not '{}'",
                part.class(vm).tp_name()
            )));
        };
        if part.len() == 0 {
            break;
        }
        line.extend_from_slice(part.as_slice());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(vm.new_bytes(&line))
}

fn len_of(vm: &Vm, value: &Value) -> PyResult<usize> {
    crate::protocol::sequence::len(vm, value)
}

#[pymethods]
impl PyIOBase {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        new_abstract(vm, cls, "_io._IOBase")
    }

    #[pyslot]
    fn finalize(zelf: &Value, vm: &Vm) {
        finalize(vm, zelf);
    }

    /// Change the stream position to the given byte offset.
    ///
    ///   offset
    ///     The stream position, relative to 'whence'.
    ///   whence
    ///     The relative position to seek from.
    ///
    /// The offset is interpreted relative to the position indicated by whence.
    /// Values for whence are:
    ///
    /// * os.SEEK_SET or 0 -- start of stream (the default); offset should be zero or positive
    /// * os.SEEK_CUR or 1 -- current stream position; offset may be negative
    /// * os.SEEK_END or 2 -- end of stream; offset is usually negative
    ///
    /// Return the new absolute position.
    #[pymethod(sig = "seek($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(_zelf: &Value, vm: &Vm, _offset: &Value, _whence: Option<&Value>) -> PyResult<Value> {
        Err(unsupported(vm, "seek"))
    }

    /// Return current stream position.
    #[pymethod(sig = "tell($self, /)")]
    fn tell(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        attr::call_method(vm, zelf, &vm.names.seek, &[vm.new_int(0), vm.new_int(1)])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged.  Size defaults to the current IO
    /// position as reported by tell().  Returns the new size.
    #[pymethod]
    fn truncate(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[pymethod(sig = "flush($self, /)")]
    fn flush(zelf: &Value, vm: &Vm) -> PyResult<()> {
        if was_closed(vm, zelf)? {
            return Err(closed_error(vm));
        }
        Ok(())
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[pymethod(sig = "close($self, /)")]
    fn close(zelf: &Value, vm: &Vm) -> PyResult<()> {
        close(vm, zelf)
    }

    #[pygetset]
    fn closed(zelf: &Value, vm: &Vm) -> PyResult<bool> {
        was_closed(vm, zelf)
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[pymethod(sig = "seekable($self, /)")]
    fn seekable(_zelf: &Value) -> bool {
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[pymethod(sig = "readable($self, /)")]
    fn readable(_zelf: &Value) -> bool {
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[pymethod(sig = "writable($self, /)")]
    fn writable(_zelf: &Value) -> bool {
        false
    }

    #[pymethod(name = "_checkClosed")]
    fn check_closed(zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<()> {
        check_closed(vm, zelf)
    }

    #[pymethod(name = "_checkSeekable")]
    fn check_seekable(zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<bool> {
        check_seekable(vm, zelf).map(|()| true)
    }

    #[pymethod(name = "_checkReadable")]
    fn check_readable(zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<bool> {
        check_readable(vm, zelf).map(|()| true)
    }

    #[pymethod(name = "_checkWritable")]
    fn check_writable(zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<bool> {
        check_writable(vm, zelf).map(|()| true)
    }

    /// Returns underlying file descriptor if one exists.
    ///
    /// OSError is raised if the IO object does not use a file descriptor.
    #[pymethod(sig = "fileno($self, /)")]
    fn fileno(_zelf: &Value, vm: &Vm) -> PyResult<Value> {
        Err(unsupported(vm, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[pymethod(sig = "isatty($self, /)")]
    fn isatty(zelf: &Value, vm: &Vm) -> PyResult<bool> {
        check_closed(vm, zelf).map(|()| false)
    }

    #[pymethod(sig = "__enter__($self, /)", no_text_signature)]
    fn __enter__(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        check_closed(vm, zelf)?;
        Ok(zelf.clone())
    }

    #[pymethod]
    fn __exit__(zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        attr::call_method(vm, zelf, &vm.names.close, &[])
    }

    #[pyslot]
    fn iter(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        check_closed(vm, zelf)?;
        Ok(zelf.clone())
    }

    #[pyslot]
    fn iternext(zelf: &Value, vm: &Vm) -> PyResult<Option<Value>> {
        let line = attr::call_method(vm, zelf, &vm.names.readline, &[])?;
        let empty = len_of(vm, &line)? == 0;
        Ok(if empty { None } else { Some(line) })
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[pymethod(sig = "readline($self, size=-1, /)")]
    fn readline(zelf: &Value, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        read_line(vm, zelf, size_of(vm, size, -1)?)
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[pymethod(sig = "readlines($self, hint=-1, /)")]
    fn readlines(zelf: &Value, vm: &Vm, hint: Option<&Value>) -> PyResult<Value> {
        let hint = size_of(vm, hint, -1)?;
        let mut lines = Vec::new();
        let lines_of = iter::get_iter(vm, zelf)?;
        let mut length = 0_usize;
        while let Some(line) = iter::next(vm, &lines_of)? {
            let more = if hint > 0 { len_of(vm, &line)? } else { 0 };
            lines.push(line);
            length = length.saturating_add(more);
            if hint > 0 && length > hint as usize {
                break;
            }
        }
        Ok(vm.new_list(lines))
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[pymethod(sig = "writelines($self, lines, /)")]
    fn writelines(zelf: &Value, vm: &Vm, lines: &Value) -> PyResult<()> {
        check_closed(vm, zelf)?;
        let lines = iter::get_iter(vm, lines)?;
        while let Some(line) = iter::next(vm, &lines)? {
            let line = std::slice::from_ref(&line);
            super::uninterrupted(vm, || attr::call_method(vm, zelf, &vm.names.write, line))?;
        }
        Ok(())
    }
}

/// `_IOBase.close(stream)`
pub fn close(vm: &Vm, stream: &Value) -> PyResult<()> {
    if was_closed(vm, stream)? {
        return Ok(());
    }
    let flushed = attr::call_method(vm, stream, &vm.names.flush, &[]).map(drop);
    let noted = attr::set(vm, stream, &vm.intern_str("__IOBase_closed"), Value::True);
    super::both(flushed, noted)
}

/// Copies bytes into an object's memory from its start; ValueError when they do not fit.
pub fn copy_into(place: &buffer_of::Writable, bytes: &[u8]) {
    place.fill(0, bytes);
}

/// Memory of other objects that a stream writes to.
pub mod buffer_of {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::object::buffer::{Buffer, request};
    use crate::protocol::buffer;

    /// Writable contiguous memory (the format `w*`).
    pub struct Writable(Buffer);

    impl Writable {
        /// The memory of an argument.
        pub fn of(vm: &Vm, function: &str, value: &Value) -> PyResult<Writable> {
            let found = if buffer::check(vm, value) {
                buffer::get(vm, value, request::WRITABLE).ok()
            } else {
                None
            };
            match found {
                Some(found) if !found.readonly && found.is_c_contiguous() => Ok(Writable(found)),
                _ => Err(vm.type_error(format!(
                    "{function}() argument must be read-write bytes-like object, not {}",
                    if value.is_none() {
                        String::from("None")
                    } else {
                        value.class(vm).tp_name()
                    }
                ))),
            }
        }

        /// Number of bytes.
        pub fn len(&self) -> usize {
            self.0.len
        }

        /// Writes bytes at a place, as many as fit.
        pub fn fill(&self, at: usize, bytes: &[u8]) {
            let (offset, len) = (self.0.offset.max(0) as usize, self.0.len);
            self.0
                .exporter
                .with_bytes_mut(&self.0.owner, &mut |memory| {
                    let Some(window) = memory.get_mut(offset..offset + len) else {
                        return;
                    };
                    let Some(window) = window.get_mut(at..) else {
                        return;
                    };
                    let count = window.len().min(bytes.len());
                    window[..count].copy_from_slice(&bytes[..count]);
                });
        }
    }
}

/// A copy of the bytes of an argument; text and other things are refused.
pub fn bytes_argument(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    buffer::to_vec(vm, value)
}

/// Whether a stream says that it can do something.
pub fn can(vm: &Vm, stream: &Value, ability: &str) -> PyResult<bool> {
    ask(vm, stream, ability)
}
