//! The builtin exception classes: one row each, with payload, base and doc.
//!
//! `X over Y` says which payload a class's objects have and which one that begins with; a class without fields of its own shares its base's
//! payload. `ExceptionGroup` has two bases and is therefore made as a class statement would (`group.rs`).
//!
//! CPython 3.11: the `SimpleExtendsException` family of macros in `Objects/exceptions.c`.

use super::value::{
    ExceptionPayload, PyAttributeError, PyBaseException, PyExceptionGroup, PyImportError,
    PyNameError, PyOSError, PyStopIteration, PySyntaxError, PySystemExit, PyUnicodeError,
};
use super::{base, group, import, name, os_error, stop, syntax, unicode};
use crate::context::Vm;
use crate::context::errors::ExcKind;
use crate::object::{Payload, Py, PyRef, PyType, Table, TypeDef, type_flag};
use crate::types::object_::PyBaseObject;
use crate::{traverse_payload, type_def};

const FLAGS: u32 = type_flag::BASETYPE
    | type_flag::GC
    | type_flag::MANAGED
    | type_flag::HAS_DICT
    | type_flag::EXCEPTION_SUBCLASS
    | type_flag::IMMUTABLE;

macro_rules! exception_table {
    ($( $kind:ident: $payload:ident over $layout:ident, base($base:expr), [$table:path], $doc:literal; )*) => {
        /// The definitions.
        #[expect(non_upper_case_globals, reason = "Python's names")]
        pub(super) mod defs {
            use super::*;
            $(
                pub static $kind: TypeDef = type_def!(
                    $payload,
                    stringify!($kind),
                    base: $base,
                    layout_base: <$layout as Payload>::def,
                    flags: FLAGS,
                    doc: Some($doc),
                    traverse: Some(traverse_payload!($payload, |this, visit| ExceptionPayload::traverse(this.payload(), visit))),
                    clear: Some(|vm, value| {
                        if let Some(exception) = value.downcast_ref::<$payload>() {
                            ExceptionPayload::clear(exception.payload(), vm);
                        }
                    }),
                    tables: {
                        const TABLES: &[&Table] = &[&$table];
                        TABLES
                    }
                );
            )*
        }

        /// The definition of a kind; `None` for `ExceptionGroup`.
        fn def(kind: ExcKind) -> Option<&'static TypeDef> {
            match kind {
                $( ExcKind::$kind => Some(&defs::$kind), )*
                ExcKind::ExceptionGroup => None,
            }
        }
    };
}

exception_table! {
    BaseException: PyBaseException over PyBaseObject, base(PyBaseObject::def), [base::TABLE], "Common base class for all exceptions";
    BaseExceptionGroup: PyExceptionGroup over PyBaseException, base(|| &defs::BaseException), [group::TABLE], "A combination of multiple unrelated exceptions.";
    GeneratorExit: PyBaseException over PyBaseException, base(|| &defs::BaseException), [base::SIMPLE], "Request that a generator exit.";
    KeyboardInterrupt: PyBaseException over PyBaseException, base(|| &defs::BaseException), [base::SIMPLE], "Program interrupted by user.";
    SystemExit: PySystemExit over PyBaseException, base(|| &defs::BaseException), [stop::SYSTEM_EXIT], "Request to exit from the interpreter.";
    Exception: PyBaseException over PyBaseException, base(|| &defs::BaseException), [base::SIMPLE], "Common base class for all non-exit exceptions.";
    ArithmeticError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Base class for arithmetic errors.";
    FloatingPointError: PyBaseException over PyBaseException, base(|| &defs::ArithmeticError), [base::SIMPLE], "Floating point operation failed.";
    OverflowError: PyBaseException over PyBaseException, base(|| &defs::ArithmeticError), [base::SIMPLE], "Result too large to be represented.";
    ZeroDivisionError: PyBaseException over PyBaseException, base(|| &defs::ArithmeticError), [base::SIMPLE], "Second argument to a division or modulo operation was zero.";
    AssertionError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Assertion failed.";
    AttributeError: PyAttributeError over PyBaseException, base(|| &defs::Exception), [name::ATTRIBUTE_ERROR], "Attribute not found.";
    BufferError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Buffer error.";
    EOFError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Read beyond end of file.";
    ImportError: PyImportError over PyBaseException, base(|| &defs::Exception), [import::TABLE], "Import can't find module, or can't find name in module.";
    ModuleNotFoundError: PyImportError over PyImportError, base(|| &defs::ImportError), [import::DERIVED], "Module not found.";
    LookupError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Base class for lookup errors.";
    IndexError: PyBaseException over PyBaseException, base(|| &defs::LookupError), [base::SIMPLE], "Sequence index out of range.";
    KeyError: PyBaseException over PyBaseException, base(|| &defs::LookupError), [base::KEY_ERROR], "Mapping key not found.";
    MemoryError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Out of memory.";
    NameError: PyNameError over PyBaseException, base(|| &defs::Exception), [name::NAME_ERROR], "Name not found globally.";
    UnboundLocalError: PyNameError over PyNameError, base(|| &defs::NameError), [name::DERIVED], "Local name referenced but not bound to a value.";
    OSError: PyOSError over PyBaseException, base(|| &defs::Exception), [os_error::TABLE], "Base class for I/O related errors.";
    BlockingIOError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "I/O operation would block.";
    ChildProcessError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Child process error.";
    ConnectionError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Connection error.";
    BrokenPipeError: PyOSError over PyOSError, base(|| &defs::ConnectionError), [os_error::DERIVED], "Broken pipe.";
    ConnectionAbortedError: PyOSError over PyOSError, base(|| &defs::ConnectionError), [os_error::DERIVED], "Connection aborted.";
    ConnectionRefusedError: PyOSError over PyOSError, base(|| &defs::ConnectionError), [os_error::DERIVED], "Connection refused.";
    ConnectionResetError: PyOSError over PyOSError, base(|| &defs::ConnectionError), [os_error::DERIVED], "Connection reset.";
    FileExistsError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "File already exists.";
    FileNotFoundError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "File not found.";
    InterruptedError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Interrupted by signal.";
    IsADirectoryError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Operation doesn't work on directories.";
    NotADirectoryError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Operation only works on directories.";
    PermissionError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Not enough permissions.";
    ProcessLookupError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Process not found.";
    TimeoutError: PyOSError over PyOSError, base(|| &defs::OSError), [os_error::DERIVED], "Timeout expired.";
    ReferenceError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Weak ref proxy used after referent went away.";
    RuntimeError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Unspecified run-time error.";
    NotImplementedError: PyBaseException over PyBaseException, base(|| &defs::RuntimeError), [base::SIMPLE], "Method or function hasn't been implemented yet.";
    RecursionError: PyBaseException over PyBaseException, base(|| &defs::RuntimeError), [base::SIMPLE], "Recursion limit exceeded.";
    StopAsyncIteration: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Signal the end from iterator.__anext__().";
    StopIteration: PyStopIteration over PyBaseException, base(|| &defs::Exception), [stop::STOP_ITERATION], "Signal the end from iterator.__next__().";
    SyntaxError: PySyntaxError over PyBaseException, base(|| &defs::Exception), [syntax::TABLE], "Invalid syntax.";
    IndentationError: PySyntaxError over PySyntaxError, base(|| &defs::SyntaxError), [syntax::DERIVED], "Improper indentation.";
    TabError: PySyntaxError over PySyntaxError, base(|| &defs::IndentationError), [syntax::DERIVED], "Improper mixture of spaces and tabs.";
    SystemError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TypeError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Inappropriate argument type.";
    ValueError: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Inappropriate argument value (of correct type).";
    UnicodeError: PyBaseException over PyBaseException, base(|| &defs::ValueError), [base::SIMPLE], "Unicode related error.";
    UnicodeDecodeError: PyUnicodeError over PyUnicodeError, base(|| &defs::UnicodeError), [unicode::DECODE], "Unicode decoding error.";
    UnicodeEncodeError: PyUnicodeError over PyBaseException, base(|| &defs::UnicodeError), [unicode::ENCODE], "Unicode encoding error.";
    UnicodeTranslateError: PyUnicodeError over PyUnicodeError, base(|| &defs::UnicodeError), [unicode::TRANSLATE], "Unicode translation error.";
    Warning: PyBaseException over PyBaseException, base(|| &defs::Exception), [base::SIMPLE], "Base class for warning categories.";
    BytesWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DeprecationWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about deprecated features.";
    EncodingWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about encodings.";
    FutureWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about features which will be deprecated\nin the future.";
    ResourceWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about resource usage.";
    RuntimeWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about dubious syntax.";
    UnicodeWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    UserWarning: PyBaseException over PyBaseException, base(|| &defs::Warning), [base::SIMPLE], "Base class for warnings generated by user code.";
}

/// The class of a kind.
pub fn class(vm: &Vm, kind: ExcKind) -> PyRef<PyType> {
    match def(kind) {
        Some(def) => vm.native_type(def).to_ref(),
        None => group::exception_group_class(vm),
    }
}

/// Whether a class is the one of a kind or derives from it.
#[inline]
pub fn is_kind(vm: &Vm, class: &Py<PyType>, kind: ExcKind) -> bool {
    match def(kind) {
        Some(def) => class.is_subtype(vm.native_type(def)),
        None => class.is_subtype(&group::exception_group_class(vm)),
    }
}
