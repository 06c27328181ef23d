//! `BufferedRWPair`: a reader and a writer that look like one stream.
//!
//! CPython 3.11: `bufferedrwpair_*` in `Modules/_io/bufferedio.c`.

use super::base::{check_readable, check_writable};
use super::bases::PyBufferedIOBase;
use super::buffered_types::{PyBufferedReader, PyBufferedWriter};
use super::{DEFAULT_BUFFER_SIZE, both, method};
use crate::context::{PyResult, Vm};
use crate::object::{Args, Payload, Py, PyCell, PyType, Value, alloc};
use crate::protocol::{attr, call};
use derive::{Traverse, pymethods, pytype};

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedRWPair",
    base = PyBufferedIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyBufferedRWPair {
    #[pytraverse(skip)]
    base: PyBufferedIOBase,
    reader: PyCell<Option<Value>>,
    writer: PyCell<Option<Value>>,
}

impl PyBufferedRWPair {
    fn reader(&self, vm: &Vm) -> PyResult<Value> {
        part(vm, &self.reader)
    }

    fn writer(&self, vm: &Vm) -> PyResult<Value> {
        part(vm, &self.writer)
    }
}

fn part(vm: &Vm, place: &PyCell<Option<Value>>) -> PyResult<Value> {
    place
        .get()
        .ok_or_else(|| vm.value_error("I/O operation on uninitialized object"))
}

fn forward(vm: &Vm, stream: &Value, name: &str, args: Args<'_>) -> PyResult<Value> {
    let function = attr::get(vm, stream, &vm.intern_str(name))?;
    call::call(vm, &function, args)
}

#[pymethods]
impl PyBufferedRWPair {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let payload = PyBufferedRWPair {
            base: PyBufferedIOBase::default(),
            reader: PyCell::new(None),
            writer: PyCell::new(None),
        };
        alloc::new_object(cls, payload).into_value()
    }

    #[pyslot(sig = "BufferedRWPair(reader, writer, buffer_size=8192, /)")]
    fn init(&self, vm: &Vm, reader: &Value, writer: &Value, buffer_size: isize) -> PyResult<()> {
        check_readable(vm, reader)?;
        check_writable(vm, writer)?;
        const { assert!(DEFAULT_BUFFER_SIZE == 8192) };
        let size = vm.new_int(buffer_size as i64);
        let class = PyBufferedReader::class(vm).to_value();
        let reader = call::call_args(vm, &class, &[reader.clone(), size.clone()])?;
        let class = PyBufferedWriter::class(vm).to_value();
        let writer = call::call_args(vm, &class, &[writer.clone(), size])?;
        self.reader.set(Some(reader));
        self.writer.set(Some(writer));
        Ok(())
    }

    #[pymethod]
    fn read(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.reader(vm)?, "read", args)
    }

    #[pymethod]
    fn peek(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.reader(vm)?, "peek", args)
    }

    #[pymethod]
    fn read1(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.reader(vm)?, "read1", args)
    }

    #[pymethod]
    fn readinto(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.reader(vm)?, "readinto", args)
    }

    #[pymethod]
    fn readinto1(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.reader(vm)?, "readinto1", args)
    }

    #[pymethod]
    fn write(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        forward(vm, &self.writer(vm)?, "write", args)
    }

    #[pymethod(sig = "flush($self, /)", no_text_signature)]
    fn flush(&self, vm: &Vm) -> PyResult<Value> {
        method(vm, &self.writer(vm)?, "flush", &[])
    }

    #[pymethod(sig = "readable($self, /)", no_text_signature)]
    fn readable(&self, vm: &Vm) -> PyResult<Value> {
        method(vm, &self.reader(vm)?, "readable", &[])
    }

    #[pymethod(sig = "writable($self, /)", no_text_signature)]
    fn writable(&self, vm: &Vm) -> PyResult<Value> {
        method(vm, &self.writer(vm)?, "writable", &[])
    }

    #[pymethod(sig = "close($self, /)", no_text_signature)]
    fn close(&self, vm: &Vm) -> PyResult<Value> {
        let first = self
            .writer(vm)
            .and_then(|writer| method(vm, &writer, "close", &[]))
            .map(drop);
        let second = self
            .reader(vm)
            .and_then(|reader| method(vm, &reader, "close", &[]));
        both(first, second)
    }

    #[pymethod(sig = "isatty($self, /)", no_text_signature)]
    fn isatty(&self, vm: &Vm) -> PyResult<Value> {
        let answer = method(vm, &self.writer(vm)?, "isatty", &[])?;
        if !answer.is_false() {
            return Ok(answer);
        }
        method(vm, &self.reader(vm)?, "isatty", &[])
    }

    #[pygetset]
    fn closed(&self, vm: &Vm) -> PyResult<Value> {
        attr::get(vm, &self.writer(vm)?, &vm.names.closed)
    }
}
