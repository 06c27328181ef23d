//! What can go wrong in a run. Errors are plain data: they can be printed, sent to other threads, and outlive their interpreter.

use std::fmt;
use vm::context::limits::LimitKind;
use vm::context::{PyErr, Vm};
use vm::runtime::print_exception;

/// The result of everything that runs Python.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// An exception that the script did not catch, or a value of another type than asked for.
    Exception,
    /// The fuel ran out.
    Fuel,
    /// The memory limit was passed.
    Memory,
    /// The deadline passed.
    Deadline,
    /// The program asked to stop.
    Interrupted,
    /// Something in pyrs or in a host function failed.
    Internal,
}

impl From<LimitKind> for ErrorKind {
    fn from(kind: LimitKind) -> ErrorKind {
        match kind {
            LimitKind::Fuel => ErrorKind::Fuel,
            LimitKind::Memory => ErrorKind::Memory,
            LimitKind::Deadline => ErrorKind::Deadline,
            LimitKind::Interrupted => ErrorKind::Interrupted,
        }
    }
}

/// An error of a run. It prints as CPython prints the exception, traceback and carets included.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    type_name: String,
    message: String,
    text: String,
}

impl Error {
    /// An error of the program itself, for host functions: the script sees a `RuntimeError` with this message.
    pub fn msg(message: impl Into<String>) -> Error {
        Error {
            type_name: String::from("RuntimeError"),
            ..Error::new(ErrorKind::Exception, message.into())
        }
    }

    pub(super) fn new(kind: ErrorKind, message: String) -> Error {
        Error {
            kind,
            type_name: String::new(),
            text: message.clone(),
            message,
        }
    }

    pub(super) fn type_error(message: String) -> Error {
        Error {
            type_name: String::from("TypeError"),
            ..Error::new(ErrorKind::Exception, message)
        }
    }

    /// What an exception says, with its traceback.
    pub(super) fn from_exception(vm: &Vm, error: &PyErr) -> Error {
        if let Some(kind) = vm.limits.hit() {
            let message = match kind {
                LimitKind::Fuel => "the fuel ran out",
                LimitKind::Memory => "the memory limit was passed",
                LimitKind::Deadline => "the deadline passed",
                LimitKind::Interrupted => "interrupted",
            };
            return Error::new(kind.into(), message.to_owned());
        }
        let exception = error.to_value();
        let message = vm::protocol::repr::str(vm, &exception);
        let message = message.map_or_else(
            |_| String::from("<exception str() failed>"),
            |text| text.to_string_lossy().into_owned(),
        );
        let text = print_exception::render(vm, &exception);
        Error {
            kind: ErrorKind::Exception,
            type_name: exception.class(vm).name_str(),
            message,
            text: text.to_string_lossy().trim_end().to_owned(),
        }
    }

    /// Why the run ended.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The exception's class, like `ValueError`; empty when it was none.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// `str(exception)`
    pub fn message(&self) -> &str {
        &self.message
    }

    /// As an exception of the script.
    pub(super) fn raise(&self, vm: &Vm) -> PyErr {
        match self.type_name.as_str() {
            "TypeError" => vm.type_error(self.message.clone()),
            "ValueError" => vm.value_error(self.message.clone()),
            _ => vm.runtime_error(self.message.clone()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
