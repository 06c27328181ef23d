//! Methods of `BytesIO`.
//!
//! CPython 3.11: `Modules/_io/bytesio.c`.

use super::base::buffer_of::Writable;
use super::bytesio::{PyBytesIO, PyBytesIOBuffer};
use super::size_of as size_arg;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, alloc, instance};
use crate::protocol::{buffer, iter, number};
use crate::types::bytes::value::PyBytes;
use crate::types::dict::value::PyDict;
use crate::types::memoryview::PyMemoryView;
use crate::types::tuple::value::PyTuple;
use derive::pymethods;

impl PyBytesIO {
    fn written(&self, vm: &Vm, data: &Value) -> PyResult<usize> {
        self.check_open(vm)?;
        self.check_exports(vm)?;
        if let Some(bytes) = data.downcast_ref::<PyBytes>() {
            self.write(vm, bytes.as_slice())?;
            return Ok(bytes.len());
        }
        let bytes = buffer::to_vec(vm, data)?;
        self.check_open(vm)?;
        self.write(vm, &bytes)?;
        Ok(bytes.len())
    }

    fn taken(&self, vm: &Vm, size: isize) -> Value {
        self.take(size, |bytes| vm.new_bytes(bytes))
    }

    fn line(&self, vm: &Vm, size: isize) -> Value {
        self.taken(vm, self.line_len(size))
    }
}

#[pymethods]
impl PyBytesIO {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        alloc::new_object(cls, PyBytesIO::empty()).into_value()
    }

    #[pyslot(sig = "BytesIO(initial_bytes=b'')")]
    fn init(&self, vm: &Vm, initial_bytes: Option<&Value>) -> PyResult<()> {
        self.check_exports(vm)?;
        self.reset(Vec::new());
        if let Some(initial) = initial_bytes
            && !initial.is_none()
        {
            let bytes = buffer::to_vec(vm, initial)?;
            self.reset(bytes);
        }
        Ok(())
    }

    /// Returns True if the IO object can be read.
    #[pymethod(sig = "readable($self, /)")]
    fn readable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[pymethod(sig = "writable($self, /)")]
    fn writable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    #[pymethod(sig = "seekable($self, /)")]
    fn seekable(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm).map(|()| true)
    }

    /// Does nothing.
    #[pymethod(sig = "flush($self, /)")]
    fn flush(&self, vm: &Vm) -> PyResult<()> {
        self.check_open(vm)
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[pymethod(sig = "getbuffer($self, /)")]
    fn getbuffer(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_open(vm)?;
        let owner = PyBytesIOBuffer::of(vm, zelf).into_value();
        Ok(PyMemoryView::of(vm, &owner)?.into_value())
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[pymethod(sig = "getvalue($self, /)")]
    fn getvalue(&self, vm: &Vm) -> PyResult<Value> {
        self.check_open(vm)?;
        Ok(self.with(|bytes| vm.new_bytes(bytes)))
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[pymethod(sig = "isatty($self, /)")]
    fn isatty(&self, vm: &Vm) -> PyResult<bool> {
        self.check_open(vm).map(|()| false)
    }

    /// Current file position, an integer.
    #[pymethod(sig = "tell($self, /)")]
    fn tell(&self, vm: &Vm) -> PyResult<usize> {
        self.check_open(vm)?;
        Ok(self.position.get())
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(&self, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        let size = size_arg(vm, size, -1)?;
        self.check_open(vm)?;
        Ok(self.taken(vm, size))
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[pymethod(sig = "read1($self, size=-1, /)")]
    fn read1(&self, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        self.read(vm, size)
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[pymethod(sig = "readline($self, size=-1, /)")]
    fn readline(&self, vm: &Vm, size: Option<&Value>) -> PyResult<Value> {
        let size = size_arg(vm, size, -1)?;
        self.check_open(vm)?;
        Ok(self.line(vm, size))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[pymethod(sig = "readlines($self, size=None, /)")]
    fn readlines(&self, vm: &Vm, size: &Value) -> PyResult<Value> {
        self.check_open(vm)?;
        let limit = if number::is_index(vm, size) {
            number::to_index_isize(vm, size, ExcKind::OverflowError)?
        } else if size.is_none() {
            0
        } else {
            return Err(vm.type_error(format!(
                "integer argument expected, got '{}'",
                size.class(vm).tp_name()
            )));
        };
        let (mut lines, mut total) = (Vec::new(), 0_isize);
        loop {
            let len = self.line_len(-1);
            if len == 0 {
                break;
            }
            lines.push(self.taken(vm, len));
            total = total.saturating_add(len);
            if limit > 0 && total >= limit {
                break;
            }
        }
        Ok(vm.new_list(lines))
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[pymethod(sig = "readinto($self, buffer, /)")]
    fn readinto(&self, vm: &Vm, buffer: &Value) -> PyResult<usize> {
        let place = Writable::of(vm, "readinto", buffer)?;
        self.check_open(vm)?;
        let bytes = self.take(place.len() as isize, <[u8]>::to_vec);
        place.fill(0, &bytes);
        Ok(bytes.len())
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[pymethod(sig = "truncate($self, size=None, /)")]
    fn truncate(&self, vm: &Vm, size: Option<&Value>) -> PyResult<isize> {
        let size = size_arg(vm, size, self.position.get() as isize)?;
        self.check_open(vm)?;
        self.check_exports(vm)?;
        if size < 0 {
            return Err(vm.value_error(format!("negative size value {size}")));
        }
        self.cut(size as usize);
        Ok(size)
    }

    #[pyslot]
    fn iter(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_open(vm)?;
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        self.check_open(vm)?;
        Ok(match self.line_len(-1) {
            0 => None,
            len => Some(self.taken(vm, len)),
        })
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[pymethod(sig = "seek($self, pos, whence=0, /)")]
    fn seek(&self, vm: &Vm, pos: isize, whence: i32) -> PyResult<usize> {
        self.check_open(vm)?;
        if pos < 0 && whence == 0 {
            return Err(vm.value_error(format!("negative seek value {pos}")));
        }
        let from = match whence {
            0 => 0,
            1 => self.position.get() as isize,
            2 => self.with(<[u8]>::len) as isize,
            _ => {
                return Err(
                    vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let Some(target) = from.checked_add(pos) else {
            return Err(vm.overflow_error("new position too large"));
        };
        self.position.set(target.max(0) as usize);
        Ok(self.position.get())
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[pymethod(sig = "write($self, b, /)", name = "write")]
    fn write_object(&self, vm: &Vm, b: &Value) -> PyResult<usize> {
        self.written(vm, b)
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects. This is equivalent to calling write() for
    /// each element.
    #[pymethod(sig = "writelines($self, lines, /)")]
    fn writelines(&self, vm: &Vm, lines: &Value) -> PyResult<()> {
        self.check_open(vm)?;
        let lines = iter::get_iter(vm, lines)?;
        while let Some(line) = iter::next(vm, &lines)? {
            self.written(vm, &line)?;
        }
        Ok(())
    }

    /// Disable all I/O operations.
    #[pymethod(sig = "close($self, /)", name = "close")]
    fn close_stream(&self, vm: &Vm) -> PyResult<()> {
        self.check_exports(vm)?;
        self.close();
        Ok(())
    }

    /// True if the file is closed.
    #[pygetset]
    fn closed(&self) -> bool {
        self.is_closed()
    }

    #[pymethod(sig = "__getstate__($self, /)", no_text_signature)]
    fn __getstate__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let value = zelf.getvalue(vm)?;
        let dict = attributes_of(vm, &zelf.as_value());
        Ok(vm.new_tuple(vec![value, vm.new_usize(zelf.position.get()), dict]))
    }

    #[pymethod(sig = "__setstate__($self, state, /)", no_text_signature)]
    fn __setstate__(zelf: &Py<Self>, vm: &Vm, state: &Value) -> PyResult<()> {
        let Some(parts) = state
            .downcast_ref::<PyTuple>()
            .filter(|parts| parts.len() >= 3)
        else {
            return Err(vm.type_error(format!(
                "{}.__setstate__ argument should be 3-tuple, got {}",
                zelf.as_value().class(vm).tp_name(),
                state.class(vm).tp_name()
            )));
        };
        zelf.check_exports(vm)?;
        let parts = parts.as_slice();
        zelf.check_open(vm)?;
        zelf.reset(Vec::new());
        zelf.written(vm, &parts[0])?;
        let Some(position) = parts[1].as_int() else {
            return Err(vm.type_error(format!(
                "second item of state must be an integer, not {}",
                parts[1].class(vm).tp_name()
            )));
        };
        match position.to_i64() {
            Some(position) if position < 0 => {
                return Err(vm.value_error("position value cannot be negative"));
            }
            Some(position) => zelf.position.set(position as usize),
            None => {
                return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
            }
        }
        restore_attributes(vm, &zelf.as_value(), &parts[2], "third")
    }

    #[pymethod(sig = "__sizeof__($self, /)", no_text_signature)]
    fn __sizeof__(&self) -> usize {
        64 + std::mem::size_of::<PyBytesIO>() + self.capacity()
    }
}

/// A copy of an instance's attributes, None when it has none.
pub fn attributes_of(vm: &Vm, stream: &Value) -> Value {
    match stream.as_object() {
        Some(object) => {
            let dict = instance::make_dict(vm, object);
            if dict.len() == 0 {
                return Value::None;
            }
            dict.copy(vm).into_value()
        }
        None => Value::None,
    }
}

/// Sets an instance's attributes from what `__getstate__` gave.
pub fn restore_attributes(vm: &Vm, stream: &Value, dict: &Value, which: &str) -> PyResult<()> {
    if dict.is_none() {
        return Ok(());
    }
    let Some(dict) = dict.downcast_ref::<PyDict>() else {
        return Err(vm.type_error(format!(
            "{which} item of state should be a dict, got a {}",
            dict.class(vm).tp_name()
        )));
    };
    if let Some(object) = stream.as_object() {
        let own = instance::make_dict(vm, object);
        for (name, value) in dict.items() {
            own.set(vm, name, value)?;
        }
    }
    Ok(())
}
