//! What a handler tells the loop.

use crate::context::PyErr;
use crate::object::Value;

/// The outcome of one instruction.
pub enum Next {
    /// Go on with the instruction the registers point at; calls and returns inside the loop are this too.
    Continue,
    /// An exception was raised.
    Raise(PyErr),
    /// The next instruction belongs to this one, which holds upper bits of its operand.
    Extend,
    /// As `Continue`, but a trace or profile function wants to hear of it (`trace.rs`).
    Trace,
    /// As `Trace`, behind the frame's RESUME.
    TraceCall,
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

/// A handler whose work is done out of line, on a copy of the registers. Only copies may be seen by functions that are not inlined: a
/// pointer to the loop's own registers that got out would keep them in memory, and every instruction would wait for them.
#[macro_export]
macro_rules! slow_handler {
    ($name:ident, $slow:ident) => {
        #[doc = concat!("`", stringify!($slow), "` on a copy of the registers.")]
        #[inline(always)]
        pub fn $name(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
            r.out_of_line(move |r| $slow(vm, r, oparg))
        }
    };
}
