//! `_io`: streams. This file has what its parts share, and the module's functions; the classes are in the files beside it.
//!
//! Everything that reaches a file goes through the interpreter's `Host`. The classes call each other as CPython's do, through attributes
//! that a program may have replaced, except where both sides are exactly the native classes: then the call is direct.
//!
//! CPython 3.11: `Modules/_io/_iomodule.c`.

pub mod base;
pub mod bases;
pub mod buffered;
pub mod buffered_read;
pub mod buffered_types;
pub mod buffered_write;
pub mod bytesio;
pub mod bytesio_methods;
pub mod codec;
pub mod fd;
pub mod fileio;
pub mod newline;
pub mod open;
pub mod rwpair;
pub mod stringio;
pub mod stringio_store;
pub mod text;
pub mod text_attributes;
pub mod text_init;
pub mod text_read;
pub mod text_seek;
pub mod text_write;

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyCell, Value};
use crate::protocol::{attr, truth};
use crate::types::exceptions::raise;
use crate::types::str::value::PyStr;
use std::cell::Cell;

/// `io.DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_SIZE: usize = 8192;

/// What the streams of an interpreter share.
#[derive(Default)]
pub struct IoState {
    unsupported: PyCell<Option<Value>>,
    /// Whether a missing encoding is warned about (`-X warn_default_encoding`).
    pub warn_default_encoding: Cell<bool>,
    /// Whether the locale's encoding is ignored (`-X utf8`).
    pub utf8_mode: Cell<bool>,
    /// Whether errors of closing in a finaliser are shown, and names of error handlers checked (`-X dev`).
    pub dev_mode: Cell<bool>,
    /// The name of the locale's encoding, where it is not UTF-8.
    pub locale_encoding: std::cell::RefCell<Option<String>>,
}

/// `io.UnsupportedOperation`
pub fn unsupported_class(vm: &Vm) -> PyResult<Value> {
    let state = vm.state.get::<IoState>();
    if let Some(class) = state.unsupported.get() {
        return Ok(class);
    }
    let bases = vm.new_tuple(vec![
        vm.exception_class(ExcKind::OSError).into_value(),
        vm.exception_class(ExcKind::ValueError).into_value(),
    ]);
    let dict = crate::types::dict::value::PyDict::new(vm);
    dict.set_str(vm, &vm.names.__module__, vm.new_str("io"));
    let arguments = [vm.new_str("UnsupportedOperation"), bases, dict.into_value()];
    let class = crate::protocol::call::call_args(vm, &vm.types.type_.to_value(), &arguments)?;
    state.unsupported.set(Some(class.clone()));
    Ok(class)
}

/// `io.UnsupportedOperation(message)`
#[cold]
pub fn unsupported(vm: &Vm, message: &str) -> PyErr {
    match unsupported_class(vm) {
        Ok(class) => match class.downcast_ref::<crate::object::PyType>() {
            Some(class) => raise::instantiate(vm, class, &[vm.new_str(message)]),
            None => vm.os_error_text(message),
        },
        Err(error) => error,
    }
}

/// `object.name(*args)`
pub fn method(vm: &Vm, object: &Value, name: &str, args: &[Value]) -> PyResult<Value> {
    attr::call_method(vm, object, &vm.intern_str(name), args)
}

/// `bool(object.name())`
pub fn ask(vm: &Vm, object: &Value, name: &str) -> PyResult<bool> {
    truth::is_true(vm, &method(vm, object, name, &[])?)
}

/// Whether `object.closed` is true.
pub fn is_closed(vm: &Vm, object: &Value) -> PyResult<bool> {
    truth::is_true(vm, &attr::get(vm, object, &vm.names.closed)?)
}

/// The second of two errors, with the first as its context.
pub fn chained(first: Option<PyErr>, second: PyErr) -> PyErr {
    if let Some(first) = first {
        raise::set_context(second.exception(), first.exception());
    }
    second
}

/// What two steps gave that both had to be made: the error of the second hides that of the first.
pub fn both<T>(first: PyResult<()>, second: PyResult<T>) -> PyResult<T> {
    match (first, second) {
        (first, Err(second)) => Err(chained(first.err(), second)),
        (Err(first), Ok(_)) => Err(first),
        (Ok(()), Ok(value)) => Ok(value),
    }
}

/// Whether the error is an interrupted system call; the handlers of signals have then run (`_PyIO_trap_eintr`).
pub fn was_interrupted(vm: &Vm, error: &PyErr) -> PyResult<bool> {
    if !error.is(vm, ExcKind::InterruptedError) && !error.is(vm, ExcKind::OSError) {
        return Ok(false);
    }
    let value = error.to_value();
    let errno = value
        .downcast_ref::<crate::types::exceptions::value::PyOSError>()
        .and_then(|error| error.errno.get())
        .and_then(|errno| errno.as_small_int());
    if errno != Some(i64::from(libc::EINTR)) {
        return Ok(false);
    }
    (vm.hooks.handle_signals.get())(vm)?;
    Ok(true)
}

/// Calls again as long as the call is interrupted.
pub fn uninterrupted(vm: &Vm, mut call: impl FnMut() -> PyResult<Value>) -> PyResult<Value> {
    loop {
        match call() {
            Err(error) if was_interrupted(vm, &error)? => {}
            result => return result,
        }
    }
}

/// A file offset from an object (`PyNumber_AsOff_t` with `ValueError`).
pub fn offset_of(vm: &Vm, value: &Value) -> PyResult<i64> {
    crate::protocol::number::to_index_isize(vm, value, ExcKind::ValueError).map(|n| n as i64)
}

/// A size argument: None counts as -1 (`_Py_convert_optional_to_ssize_t`).
pub fn size_of(vm: &Vm, value: Option<&Value>, default: isize) -> PyResult<isize> {
    match value {
        None => Ok(default),
        Some(value) if value.is_none() => Ok(default),
        Some(value) if !crate::protocol::number::is_index(vm, value) => {
            Err(vm.type_error(format!(
                "argument should be integer or None, not '{}'",
                value.class(vm).tp_name()
            )))
        }
        Some(value) => crate::protocol::number::to_index_isize(vm, value, ExcKind::OverflowError),
    }
}

/// Whether an instance has an attribute of its own that would hide a method.
pub fn is_hidden(object: &Value, name: &crate::object::Py<PyStr>) -> bool {
    object
        .as_object()
        .is_some_and(|object| crate::object::instance::get_own(object, name).is_some())
}

/// The repr of a stream's name, guarded against streams that name themselves.
pub fn repr_of_name(vm: &Vm, stream: &Value, name: &Value) -> PyResult<String> {
    let Some(_guard) = crate::protocol::repr::enter(vm, stream) else {
        return Err(vm.runtime_error(format!(
            "reentrant call inside {}.__repr__",
            full_name(vm, stream)
        )));
    };
    crate::protocol::repr::repr_text(vm, name)
}

/// `tp_name` with its module.
pub fn full_name(vm: &Vm, stream: &Value) -> String {
    stream.class(vm).tp_name()
}

/// `object.name`, where an attribute that cannot be had counts as none.
pub fn name_of(vm: &Vm, object: &Value) -> PyResult<Option<Value>> {
    match attr::get_opt(vm, object, &vm.names.name) {
        Ok(name) => Ok(name),
        Err(error) if error.is(vm, ExcKind::ValueError) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The module.
#[derive::pymodule(
    name = "_io",
    doc = "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is defined in this module.\n\nAt the top of the I/O hierarchy is the abstract base class IOBase. It\ndefines the basic interface to a stream. Note, however, that there is no\nseparation between reading and writing to streams; implementations are\nallowed to raise an OSError if they do not support a given operation.\n\nExtending IOBase is RawIOBase which deals simply with the reading and\nwriting of raw bytes to a stream. FileIO subclasses RawIOBase to provide\nan interface to OS files.\n\nBufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its\nsubclasses, BufferedWriter, BufferedReader, and BufferedRWPair buffer\nstreams that are readable, writable, and both respectively.\nBufferedRandom provides a buffered interface to random access\nstreams. BytesIO is a simple stream of in-memory bytes.\n\nAnother IOBase subclass, TextIOBase, deals with the encoding and decoding\nof streams into text. TextIOWrapper, which extends it, is a buffered text\ninterface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO\nis an in-memory stream for text.\n\nArgument names are not part of the specification, and only the arguments\nof open() are intended to be used as keyword arguments.\n\ndata:\n\nDEFAULT_BUFFER_SIZE\n   An int containing the default buffer size used by the module's buffered\n   I/O classes. open() uses the file's blksize (as obtained by os.stat) if\n   possible.\n    ",
    types(
        super::base::PyIOBase,
        super::bases::PyRawIOBase,
        super::bases::PyBufferedIOBase,
        super::bases::PyTextIOBase,
        super::fileio::PyFileIO,
        super::bytesio::PyBytesIO,
        super::stringio::PyStringIO,
        super::buffered_types::PyBufferedReader,
        super::buffered_types::PyBufferedWriter,
        super::buffered_types::PyBufferedRandom,
        super::rwpair::PyBufferedRWPair,
        super::text::PyTextIOWrapper,
        super::newline::PyIncrementalNewlineDecoder
    ),
    parts(super::open::part)
)]
pub mod module {
    use crate::context::errors::ExcKind;
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::protocol::convert::set_module_attribute;
    use crate::types::builtin_function::PyBuiltinFunction;

    /// `io.DEFAULT_BUFFER_SIZE`
    #[pyattr]
    const DEFAULT_BUFFER_SIZE: usize = super::DEFAULT_BUFFER_SIZE;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        // Seen from Python the functions belong to `io`.
        for function in super::open::part::FUNCTIONS {
            let name = Some(vm.new_str("io"));
            let function_value =
                PyBuiltinFunction::new(vm, function, module.clone(), name).into_value();
            set_module_attribute(vm, module, function.name, function_value)?;
        }
        let class = super::unsupported_class(vm)?;
        set_module_attribute(vm, module, "UnsupportedOperation", class)?;
        let blocking = vm.exception_class(ExcKind::BlockingIOError);
        set_module_attribute(vm, module, "BlockingIOError", blocking.into_value())
    }
}
