//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`.
//!
//! CPython 3.11: `Modules/_io/bufferedio.c`.

use super::base::{check_readable, check_seekable, check_writable};
use super::bases::PyBufferedIOBase;
use super::buffered::PyBuffered;
use super::method;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Payload, Py, PyType, Value, alloc};
use derive::{Traverse, pymethods, pytype};

/// Create a new buffered reader using the given readable raw IO object.
#[pytype(
    name = "_io.BufferedReader",
    base = PyBufferedIOBase,
    layout_base = PyBuffered,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    tables(super::buffered::COMMON, super::buffered_read::READ, READER)
)]
#[derive(Traverse)]
pub struct PyBufferedReader {
    core: PyBuffered,
}

/// A buffer for a writeable sequential RawIO object.
///
/// The constructor creates a BufferedWriter for the given writeable raw
/// stream. If the buffer_size is not given, it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedWriter",
    base = PyBufferedIOBase,
    layout_base = PyBuffered,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    tables(super::buffered::COMMON, super::buffered_write::WRITE, WRITER)
)]
#[derive(Traverse)]
pub struct PyBufferedWriter {
    core: PyBuffered,
}

/// A buffered interface to random access streams.
///
/// The constructor creates a reader and writer for a seekable stream,
/// raw, given in the first argument. If the buffer_size is omitted it
/// defaults to DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedRandom",
    base = PyBufferedIOBase,
    layout_base = PyBuffered,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    tables(super::buffered::COMMON, super::buffered_read::READ, super::buffered_write::WRITE, RANDOM)
)]
#[derive(Traverse)]
pub struct PyBufferedRandom {
    core: PyBuffered,
}

fn core_of(value: &Value) -> Option<&Py<PyBuffered>> {
    value.downcast_ref::<PyBuffered>()
}

fn start(
    vm: &Vm,
    this: &Value,
    raw: &Value,
    size: isize,
    own: &Py<PyType>,
    abilities: (bool, bool),
) -> PyResult<()> {
    let Some(core) = core_of(this) else {
        return Err(vm.type_error("a buffered stream is expected"));
    };
    core.begin_init();
    if abilities == (true, true) {
        check_seekable(vm, raw)?;
    }
    if abilities.0 {
        check_readable(vm, raw)?;
    }
    if abilities.1 {
        check_writable(vm, raw)?;
    }
    PyBuffered::finish_init(core, vm, raw, size, own, abilities)
}

/// Whether a stream is exactly one of these classes.
pub fn is_exact(vm: &Vm, stream: &Value) -> bool {
    exact(vm, stream).is_some()
}

/// The storage of a stream that is exactly one of these classes.
pub fn exact<'a>(vm: &Vm, stream: &'a Value) -> Option<&'a Py<PyBuffered>> {
    let class = stream.class(vm);
    let own = class.is(PyBufferedReader::class(vm))
        || class.is(PyBufferedWriter::class(vm))
        || class.is(PyBufferedRandom::class(vm));
    if own { core_of(stream) } else { None }
}

#[pymethods(table = READER)]
impl PyBufferedReader {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let core = PyBuffered::fresh();
        alloc::new_object(cls, PyBufferedReader { core }).into_value()
    }

    #[pyslot(sig = "BufferedReader(raw, buffer_size=8192)")]
    fn init(zelf: &Py<Self>, vm: &Vm, raw: &Value, buffer_size: isize) -> PyResult<()> {
        let own = Self::class(vm);
        start(vm, &zelf.as_value(), raw, buffer_size, own, (true, false))
    }

    #[pymethod(sig = "flush($self, /)", no_text_signature)]
    fn flush(&self, vm: &Vm) -> PyResult<Value> {
        self.core.check_ok(vm)?;
        method(vm, &self.core.raw(vm)?, "flush", &[])
    }
}

#[pymethods(table = WRITER)]
impl PyBufferedWriter {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let core = PyBuffered::fresh();
        alloc::new_object(cls, PyBufferedWriter { core }).into_value()
    }

    #[pyslot(sig = "BufferedWriter(raw, buffer_size=8192)")]
    fn init(zelf: &Py<Self>, vm: &Vm, raw: &Value, buffer_size: isize) -> PyResult<()> {
        let own = Self::class(vm);
        start(vm, &zelf.as_value(), raw, buffer_size, own, (false, true))
    }
}

#[pymethods(table = RANDOM)]
impl PyBufferedRandom {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let core = PyBuffered::fresh();
        alloc::new_object(cls, PyBufferedRandom { core }).into_value()
    }

    #[pyslot(sig = "BufferedRandom(raw, buffer_size=8192)")]
    fn init(zelf: &Py<Self>, vm: &Vm, raw: &Value, buffer_size: isize) -> PyResult<()> {
        let own = Self::class(vm);
        start(vm, &zelf.as_value(), raw, buffer_size, own, (true, true))
    }
}
