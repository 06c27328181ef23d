//! What happens when the eval breaker is set.
//!
//! CPython 3.11: `eval_frame_handle_pending` in `Python/ceval.c`.

use crate::context::eval_breaker as bit;
use crate::context::{PyResult, Thread, Vm};

/// Deals with every reason that is set.
#[cold]
#[inline(never)]
pub fn handle(vm: &Vm, thread: &Thread) -> PyResult<()> {
    let bits = vm.breaker.bits();
    if bits & bit::SIGNALS != 0 {
        vm.breaker.clear(bit::SIGNALS);
        if thread.is_main.get() {
            (vm.hooks.handle_signals.get())(vm)?;
        } else {
            vm.threads.signals_wait.set(true);
        }
    }
    if bits & bit::PENDING != 0 {
        vm.breaker.clear(bit::PENDING);
        (vm.hooks.pending_calls.get())(vm)?;
    }
    if bits & bit::GIL != 0 {
        vm.breaker.clear(bit::GIL);
        vm.switch_threads();
    }
    if bits & bit::ASYNC_EXC != 0 {
        vm.breaker.clear(bit::ASYNC_EXC);
        if let Some(error) = thread.async_exception.take() {
            return Err(error);
        }
    }
    if bits & bit::GC != 0 {
        vm.breaker.clear(bit::GC);
        (vm.hooks.collect_due.get())(vm);
    }
    if bits & bit::LIMITS != 0 {
        vm.check_limits()?;
    }
    Ok(())
}
