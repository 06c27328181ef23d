//! Guards against recursion without end: Python's own limit, and the room left on the native stack.
//!
//! CPython 3.11: `_Py_EnterRecursiveCall` in `Python/ceval.c`. The native check has no counterpart there.

use super::{PyErr, PyResult, Thread, Vm};

/// One level of recursion; leaving is dropping.
pub struct RecursionGuard<'a>(&'a Thread);

impl Drop for RecursionGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        let remaining = &self.0.recursion_remaining;
        remaining.set(remaining.get() + 1);
    }
}

impl Vm {
    /// Enters one level of recursion. `what` completes the message of the RecursionError, like `" in comparison"`.
    #[inline(always)]
    pub fn enter_recursive(&self, what: &'static str) -> PyResult<RecursionGuard<'_>> {
        let thread = self.thread();
        let remaining = thread.recursion_remaining.get();
        if remaining <= 0 || !self.has_native_stack() {
            return Err(self.recursion_exceeded(what));
        }
        thread.recursion_remaining.set(remaining - 1);
        Ok(RecursionGuard(thread))
    }

    /// Whether the native stack has room for another level of native calls.
    #[inline(always)]
    pub fn has_native_stack(&self) -> bool {
        let marker = 0_u8;
        std::ptr::from_ref(&marker).addr() > self.thread().stack_limit.get()
    }

    /// As `enter_recursive`, for calls that do not count as a level of Python's recursion but need native stack.
    #[inline(always)]
    pub fn check_native_stack(&self, what: &'static str) -> PyResult<()> {
        if self.has_native_stack() {
            Ok(())
        } else {
            Err(self.recursion_exceeded(what))
        }
    }

    /// The RecursionError.
    #[cold]
    #[inline(never)]
    pub fn recursion_exceeded(&self, what: &str) -> PyErr {
        self.recursion_error(format!("maximum recursion depth exceeded{what}"))
    }
}
