//! What a handler tells the loop.

use crate::context::PyErr;
use crate::object::Value;

/// The outcome of one instruction.
pub enum Next {
    /// Go on with the instruction the registers point at; calls and returns inside the loop are this too.
    Continue,
    /// An exception was raised.
    Raise(PyErr),
    /// Leave the loop with a value: the entry frame returned or yielded.
    Exit(Value),
}

/// Unwraps a `PyResult` inside a handler.
#[macro_export]
macro_rules! raise {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return $crate::interp::control::Next::Raise(error),
        }
    };
}
