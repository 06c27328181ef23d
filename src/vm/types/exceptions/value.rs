//! Storage of exceptions.
//!
//! CPython 3.11: `PyBaseExceptionObject` and its kin in `Include/cpython/pyerrors.h`.

use super::table::defs;
use crate::context::Vm;
use crate::impl_payload;
use crate::object::{Payload, PyCell, PyRef, Value, Visitor};
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// A field of an exception; `None` reads as Python's `None`.
pub type Field = PyCell<Option<Value>>;

/// Payload of `BaseException`; classes with fields of their own begin with it.
#[repr(C)]
pub struct PyBaseException {
    /// `args`
    pub args: PyCell<PyRef<PyTuple>>,
    /// `__traceback__`
    pub traceback: Field,
    /// `__context__`
    pub context: Field,
    /// `__cause__`
    pub cause: Field,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
}

impl_payload!(PyBaseException, defs::BaseException);

impl PyBaseException {
    /// An exception with these arguments.
    pub fn new(args: PyRef<PyTuple>) -> PyBaseException {
        PyBaseException {
            args: PyCell::new(args),
            traceback: PyCell::new(None),
            context: PyCell::new(None),
            cause: PyCell::new(None),
            suppress_context: Cell::new(false),
        }
    }
}

/// What all payloads of exceptions have.
pub trait ExceptionPayload: Payload {
    /// A payload with empty fields.
    fn from_base(base: PyBaseException) -> Self;
    /// The part all exceptions share.
    fn base(&self) -> &PyBaseException;
    /// Calls `f` with each field of its own.
    fn fields(&self, f: &mut dyn FnMut(&Field));

    /// Visits what the exception refers to.
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let base = self.base();
        base.args.with(|args| visit(&args.as_value()));
        for field in [&base.traceback, &base.context, &base.cause] {
            field.with(|value| value.iter().for_each(&mut *visit));
        }
        self.fields(&mut |field| field.with(|value| value.iter().for_each(&mut *visit)));
    }

    /// Drops what could be part of a cycle.
    fn clear(&self, vm: &Vm) {
        let base = self.base();
        base.args.set(vm.empty_tuple());
        for field in [&base.traceback, &base.context, &base.cause] {
            field.set(None);
        }
        self.fields(&mut |field| field.set(None));
    }
}

impl ExceptionPayload for PyBaseException {
    fn from_base(base: PyBaseException) -> Self {
        base
    }
    fn base(&self) -> &PyBaseException {
        self
    }
    fn fields(&self, _f: &mut dyn FnMut(&Field)) {}
}

macro_rules! payloads {
    ($( $(#[doc = $doc:literal])* $name:ident as $kind:ident { $( $field:ident, )* } $( & { $( $plain:ident: $ty:ty = $default:expr, )* } )? )*) => {
        $(
            $(#[doc = $doc])*
            #[repr(C)]
            #[expect(missing_docs, reason = "the fields have the attributes' names")]
            pub struct $name {
                base: PyBaseException,
                $( pub $field: Field, )*
                $( $( pub $plain: Cell<$ty>, )* )?
            }

            impl_payload!($name, defs::$kind);

            impl ExceptionPayload for $name {
                fn from_base(base: PyBaseException) -> Self {
                    $name { base, $( $field: PyCell::new(None), )* $( $( $plain: Cell::new($default), )* )? }
                }
                fn base(&self) -> &PyBaseException {
                    &self.base
                }
                fn fields(&self, f: &mut dyn FnMut(&Field)) {
                    $( f(&self.$field); )*
                }
            }
        )*
    };
}

payloads! {
    /// Payload of `StopIteration`.
    PyStopIteration as StopIteration { value, }
    /// Payload of `SystemExit`.
    PySystemExit as SystemExit { code, }
    /// Payload of `ImportError`.
    PyImportError as ImportError { msg, name, path, }
    /// Payload of `NameError`.
    PyNameError as NameError { name, }
    /// Payload of `AttributeError`.
    PyAttributeError as AttributeError { name, obj, }
    /// Payload of `OSError`.
    PyOSError as OSError { errno, strerror, filename, filename2, } & { written: isize = -1, }
    /// Payload of `SyntaxError`.
    PySyntaxError as SyntaxError { msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line, }
    /// Payload of the three Unicode errors.
    PyUnicodeError as UnicodeEncodeError { encoding, object, reason, } & { start: isize = 0, end: isize = 0, }
    /// Payload of `BaseExceptionGroup`.
    PyExceptionGroup as BaseExceptionGroup { message, exceptions, }
}
