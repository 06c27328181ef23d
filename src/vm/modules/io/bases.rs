//! `_io._RawIOBase`, `_io._BufferedIOBase`, `_io._TextIOBase`: the abstract classes between `_IOBase` and the streams.
//!
//! CPython 3.11: `Modules/_io/iobase.c`, the beginnings of `bufferedio.c` and `textio.c`.

use super::base::{PyIOBase, buffer_of::Writable, new_abstract};
use super::{DEFAULT_BUFFER_SIZE, method, size_of, unsupported};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyType, Value};
use crate::protocol::{attr, number};
use crate::types::bytearray::value::PyByteArray;
use crate::types::bytes::value::PyBytes;
use derive::{Traverse, pymethods, pytype};

/// Base class for raw binary I/O.
#[pytype(name = "_io._RawIOBase", base = PyIOBase, flags(BASETYPE, HAS_DICT, HAS_WEAKREF), tables(RAW))]
#[derive(Traverse, Default)]
pub struct PyRawIOBase {
    #[pytraverse(skip)]
    base: PyIOBase,
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
///
/// A typical implementation should not inherit from a RawIOBase
/// implementation, but wrap one.
///
#[pytype(name = "_io._BufferedIOBase", base = PyIOBase, flags(BASETYPE, HAS_DICT, HAS_WEAKREF), tables(BUFFERED))]
#[derive(Traverse, Default)]
pub struct PyBufferedIOBase {
    #[pytraverse(skip)]
    base: PyIOBase,
}

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
///
#[pytype(name = "_io._TextIOBase", base = PyIOBase, flags(BASETYPE, HAS_DICT, HAS_WEAKREF), tables(TEXT))]
#[derive(Traverse, Default)]
pub struct PyTextIOBase {
    #[pytraverse(skip)]
    base: PyIOBase,
}

#[pymethods(table = RAW)]
impl PyRawIOBase {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        new_abstract(vm, cls, "_io._RawIOBase")
    }

    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(zelf: &Value, vm: &Vm, size: isize) -> PyResult<Value> {
        if size < 0 {
            return attr::call_method(vm, zelf, &vm.names.readall, &[]);
        }
        vm.try_reserve(size as usize)?;
        let place = PyByteArray::new(vm, vec![0; size as usize]);
        let got = attr::call_method(vm, zelf, &vm.names.readinto, &[place.to_value()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = number::to_index_isize(vm, &got, ExcKind::ValueError)?;
        let len = place.len() as isize;
        let end = if got < 0 {
            (len + got).max(0)
        } else {
            got.min(len)
        };
        Ok(place.with(|bytes| vm.new_bytes(&bytes[..end as usize])))
    }

    /// Read until EOF, using multiple read() call.
    #[pymethod(sig = "readall($self, /)")]
    fn readall(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let mut all = Vec::new();
        let mut any = false;
        loop {
            let size = vm.new_usize(DEFAULT_BUFFER_SIZE);
            let part = super::uninterrupted(vm, || {
                attr::call_method(vm, zelf, &vm.names.read, std::slice::from_ref(&size))
            })?;
            if part.is_none() {
                if !any {
                    return Ok(part);
                }
                break;
            }
            let Some(part) = part.downcast_ref::<PyBytes>() else {
                return Err(vm.type_error("read() should return bytes"));
            };
            if part.len() == 0 {
                break;
            }
            any = true;
            all.extend_from_slice(part.as_slice());
        }
        Ok(vm.new_bytes(&all))
    }

    #[pymethod]
    fn readinto(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(vm.not_implemented_error_bare())
    }

    #[pymethod]
    fn write(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(vm.not_implemented_error_bare())
    }
}

impl Vm {
    /// `NotImplementedError()`
    #[cold]
    fn not_implemented_error_bare(&self) -> crate::context::PyErr {
        self.new_exception(ExcKind::NotImplementedError, Value::NULL)
    }
}

fn read_into(vm: &Vm, stream: &Value, place: &Value, name: &str) -> PyResult<usize> {
    let function = if name == "read1" {
        "readinto1"
    } else {
        "readinto"
    };
    let place = Writable::of(vm, function, place)?;
    let got = method(vm, stream, name, &[vm.new_usize(place.len())])?;
    let Some(got) = got.downcast_ref::<PyBytes>() else {
        return Err(vm.type_error("read() should return bytes"));
    };
    if got.len() > place.len() {
        return Err(vm.value_error(format!(
            "read() returned too much data: {} bytes requested, {} returned",
            place.len(),
            got.len()
        )));
    }
    place.fill(0, got.as_slice());
    Ok(got.len())
}

#[pymethods(table = BUFFERED)]
impl PyBufferedIOBase {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        new_abstract(vm, cls, "_io._BufferedIOBase")
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    #[pymethod(sig = "detach($self, /)")]
    fn detach(_zelf: &Value, vm: &Vm) -> PyResult<Value> {
        Err(unsupported(vm, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// If the argument is positive, and the underlying raw stream is
    /// not 'interactive', multiple raw reads may be issued to satisfy
    /// the byte count (unless EOF is reached first).
    /// However, for interactive raw streams (as well as sockets and pipes),
    /// at most one raw read will be issued, and a short result does not
    /// imply that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    ///
    /// Return None if the underlying raw stream was open in non-blocking
    /// mode and no data is available at the moment.
    #[pymethod]
    fn read(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "read"))
    }

    /// Read and return up to n bytes, with at most one read() call
    /// to the underlying raw stream. A short result does not imply
    /// that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    #[pymethod]
    fn read1(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "read1"))
    }

    #[pymethod(sig = "readinto($self, buffer, /)")]
    fn readinto(zelf: &Value, vm: &Vm, buffer: &Value) -> PyResult<usize> {
        read_into(vm, zelf, buffer, "read")
    }

    #[pymethod(sig = "readinto1($self, buffer, /)")]
    fn readinto1(zelf: &Value, vm: &Vm, buffer: &Value) -> PyResult<usize> {
        read_into(vm, zelf, buffer, "read1")
    }

    /// Write the given buffer to the IO stream.
    ///
    /// Return the number of bytes written, which is always the length of b
    /// in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[pymethod]
    fn write(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "write"))
    }
}

#[pymethods(table = TEXT)]
impl PyTextIOBase {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        new_abstract(vm, cls, "_io._TextIOBase")
    }

    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in an
    /// unusable state.
    #[pymethod]
    fn detach(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "detach"))
    }

    /// Read at most n characters from stream.
    ///
    /// Read from underlying buffer until we have n characters or we hit EOF.
    /// If n is negative or omitted, read until EOF.
    #[pymethod]
    fn read(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "read"))
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[pymethod]
    fn readline(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "readline"))
    }

    /// Write string to stream.
    /// Returns the number of characters written (which is always equal to
    /// the length of the string).
    #[pymethod]
    fn write(_zelf: &Value, vm: &Vm, _args: Args<'_>) -> PyResult<Value> {
        Err(unsupported(vm, "write"))
    }

    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[pygetset]
    fn encoding(_zelf: &Value) -> Value {
        Value::None
    }

    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[pygetset]
    fn newlines(_zelf: &Value) -> Value {
        Value::None
    }

    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[pygetset]
    fn errors(_zelf: &Value) -> Value {
        Value::None
    }
}

/// A size argument.
pub fn size_argument(vm: &Vm, value: Option<&Value>) -> PyResult<isize> {
    size_of(vm, value, -1)
}
