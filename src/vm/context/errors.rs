//! Exceptions on the Rust side: `PyErr`, `PyResult`, and cold constructors by class.
//!
//! CPython 3.11: `Python/errors.c`.

use super::Vm;
use crate::object::{PyRef, PyType, Value};
use crate::types::exceptions::value::PyBaseException;

/// A raised exception: one pointer to the instance.
#[derive(Clone, Debug)]
pub struct PyErr(PyRef<PyBaseException>);

/// What anything that can raise returns.
pub type PyResult<T> = Result<T, PyErr>;

impl PyErr {
    /// An exception instance, raised.
    pub fn new(exception: PyRef<PyBaseException>) -> PyErr {
        PyErr(exception)
    }

    /// The instance.
    pub fn exception(&self) -> &PyRef<PyBaseException> {
        &self.0
    }

    /// The instance as a value.
    pub fn into_value(self) -> Value {
        self.0.into_value()
    }

    /// A new reference to the instance as a value.
    pub fn to_value(&self) -> Value {
        self.0.to_value()
    }

    /// Whether the instance is of this builtin class or a subclass.
    pub fn is(&self, vm: &Vm, kind: ExcKind) -> bool {
        crate::types::exceptions::table::is_kind(vm, self.0.object().class(), kind)
    }

    /// Whether the instance is of this class or a subclass.
    pub fn is_instance(&self, class: &crate::object::Py<PyType>) -> bool {
        self.0.object().class().is_subtype(class)
    }
}

macro_rules! exception_kinds {
    ($( $name:ident => $constructor:ident, )*) => {
        /// The builtin exception classes; the table with bases and docs is `types/exceptions/table.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the names are Python's")]
        pub enum ExcKind { $( $name, )* }

        impl ExcKind {
            /// All of them.
            pub const ALL: &'static [ExcKind] = &[ $( ExcKind::$name, )* ];

            /// Python's name.
            pub fn name(self) -> &'static str {
                match self { $( ExcKind::$name => stringify!($name), )* }
            }
        }

        impl Vm {
            $(
                #[doc = concat!("`", stringify!($name), "(message)`")]
                #[cold]
                #[inline(never)]
                pub fn $constructor(&self, message: impl Into<String>) -> PyErr {
                    self.new_exception_text(ExcKind::$name, message.into())
                }
            )*
        }
    };
}

exception_kinds! {
    BaseException => base_exception,
    BaseExceptionGroup => base_exception_group,
    GeneratorExit => generator_exit,
    KeyboardInterrupt => keyboard_interrupt,
    SystemExit => system_exit,
    Exception => exception,
    ArithmeticError => arithmetic_error,
    FloatingPointError => floating_point_error,
    OverflowError => overflow_error,
    ZeroDivisionError => zero_division_error,
    AssertionError => assertion_error,
    AttributeError => attribute_error,
    BufferError => buffer_error,
    EOFError => eof_error,
    ExceptionGroup => exception_group,
    ImportError => import_error,
    ModuleNotFoundError => module_not_found_error,
    LookupError => lookup_error,
    IndexError => index_error,
    KeyError => key_error_text,
    MemoryError => memory_error,
    NameError => name_error,
    UnboundLocalError => unbound_local_error,
    OSError => os_error_text,
    BlockingIOError => blocking_io_error,
    ChildProcessError => child_process_error,
    ConnectionError => connection_error,
    BrokenPipeError => broken_pipe_error,
    ConnectionAbortedError => connection_aborted_error,
    ConnectionRefusedError => connection_refused_error,
    ConnectionResetError => connection_reset_error,
    FileExistsError => file_exists_error,
    FileNotFoundError => file_not_found_error,
    InterruptedError => interrupted_error,
    IsADirectoryError => is_a_directory_error,
    NotADirectoryError => not_a_directory_error,
    PermissionError => permission_error,
    ProcessLookupError => process_lookup_error,
    TimeoutError => timeout_error,
    ReferenceError => reference_error,
    RuntimeError => runtime_error,
    NotImplementedError => not_implemented_error,
    RecursionError => recursion_error,
    StopAsyncIteration => stop_async_iteration,
    StopIteration => stop_iteration_text,
    SyntaxError => syntax_error,
    IndentationError => indentation_error,
    TabError => tab_error,
    SystemError => system_error,
    TypeError => type_error,
    ValueError => value_error,
    UnicodeError => unicode_error,
    UnicodeDecodeError => unicode_decode_error_text,
    UnicodeEncodeError => unicode_encode_error_text,
    UnicodeTranslateError => unicode_translate_error_text,
    Warning => warning,
    BytesWarning => bytes_warning,
    DeprecationWarning => deprecation_warning,
    EncodingWarning => encoding_warning,
    FutureWarning => future_warning,
    ImportWarning => import_warning,
    PendingDeprecationWarning => pending_deprecation_warning,
    ResourceWarning => resource_warning,
    RuntimeWarning => runtime_warning,
    SyntaxWarning => syntax_warning,
    UnicodeWarning => unicode_warning,
    UserWarning => user_warning,
}

impl Vm {
    /// A builtin exception with one argument, or none when `argument` is `NULL`.
    #[cold]
    #[inline(never)]
    pub fn new_exception(&self, kind: ExcKind, argument: Value) -> PyErr {
        (self.hooks.new_exception.get())(self, kind, argument)
    }

    #[cold]
    #[inline(never)]
    fn new_exception_text(&self, kind: ExcKind, message: String) -> PyErr {
        self.new_exception(kind, self.new_str(&message))
    }

    /// `KeyError(key)`
    #[cold]
    #[inline(never)]
    pub fn key_error(&self, key: &Value) -> PyErr {
        self.new_exception(ExcKind::KeyError, key.clone())
    }

    /// `StopIteration(value)`, without argument for `None`.
    #[cold]
    #[inline(never)]
    pub fn stop_iteration(&self, value: Value) -> PyErr {
        self.new_exception(
            ExcKind::StopIteration,
            if value.is_none() { Value::NULL } else { value },
        )
    }

    /// What an unfinished part raises, with its name.
    #[cold]
    #[inline(never)]
    pub fn unfinished(&self, what: &str) -> PyErr {
        self.not_implemented_error(format!("pyrs does not implement {what} yet"))
    }

    /// The class of a builtin exception.
    pub fn exception_class(&self, kind: ExcKind) -> PyRef<PyType> {
        crate::types::exceptions::table::class(self, kind)
    }
}
