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

/// Native stack kept free for what runs without asking.
const STACK_RESERVE: usize = 256 << 10;

/// The lowest address the calling thread's native stack may reach; 0 when that is unknown. Goes into `Thread::stack_limit`.
pub fn native_stack_limit() -> usize {
    match stacker::remaining_stack() {
        Some(remaining) => stack_address()
            .saturating_sub(remaining)
            .saturating_add(STACK_RESERVE.min(remaining / 2)),
        None => 0,
    }
}

/// About where the native stack is. Reads the register where that is possible: a local variable whose address is taken costs more, and
/// keeps the function from ending in a jump.
#[inline(always)]
pub(crate) fn stack_address() -> usize {
    let place: usize;
    // SAFETY: copies a register.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) place, options(nomem, nostack, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!("mov {}, sp", out(reg) place, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let marker = 0_u8;
        place = std::hint::black_box(std::ptr::from_ref(&marker)).addr();
    }
    place
}

impl Vm {
    /// Enters one level of recursion. `what` completes the message of the RecursionError, like `" in comparison"`.
    #[inline(always)]
    pub fn enter_recursive(&self, what: &'static str) -> PyResult<RecursionGuard<'_>> {
        let thread = self.thread();
        let remaining = thread.recursion_remaining.get();
        if remaining <= 0 || !self.has_native_stack() {
            self.check_depth(thread, what)?;
        }
        thread.recursion_remaining.set(remaining - 1);
        Ok(RecursionGuard(thread))
    }

    /// While a RecursionError is being dealt with, 50 more levels are allowed.
    #[cold]
    fn check_depth(&self, thread: &Thread, what: &str) -> PyResult<()> {
        if thread.recursion_headroom.get() > 0
            && thread.recursion_remaining.get() > -50
            && self.has_native_stack()
        {
            return Ok(());
        }
        Err(self.recursion_exceeded(what))
    }

    /// Whether the native stack has room for another level of native calls.
    #[inline(always)]
    pub fn has_native_stack(&self) -> bool {
        stack_address() > self.thread().stack_limit.get()
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
        let headroom = &self.thread().recursion_headroom;
        headroom.set(headroom.get() + 1);
        let error = self.recursion_error(format!("maximum recursion depth exceeded{what}"));
        headroom.set(headroom.get() - 1);
        error
    }
}
