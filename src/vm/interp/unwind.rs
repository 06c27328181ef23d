//! From a raised exception to its handler, or out of the frame.
//!
//! CPython 3.11: the `error:` and `exception_unwind:` labels of `Python/ceval.c`, `PyTraceBack_Here`, PEP 626's exception table.

use super::frame::{self, Owner, Return};
use super::ops::special;
use super::stack::Regs;
use super::{frame_ownership, resume};
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::types::exceptions::raise;
use crate::types::traceback;

/// Notes that the exception to be raised comes back, so this frame adds no traceback entry.
pub fn note_reraise(r: &mut Regs) {
    r.save();
    r.frame_mut().reraising = true;
}

/// Makes the frame look as if the instruction at a byte offset ran (RERAISE with a saved lasti). The handler is still looked for where
/// RERAISE stands.
pub fn restore_lasti(r: &mut Regs, lasti: i64) {
    let start = r.frame().code_start();
    let units = usize::try_from(lasti / 2).unwrap_or(0) + 1;
    if units <= r.code().code.len() / 2 {
        // SAFETY: just checked to lie within the code.
        r.frame_mut().ip = unsafe { start.add(units) };
    }
}

/// Finds the handler, leaving frames of this loop on the way; the error comes back when the entry frame has none.
#[cold]
#[inline(never)]
pub fn unwind(vm: &Vm, r: &mut Regs, error: PyErr) -> Result<(), PyErr> {
    let mut error = error;
    loop {
        if enter_handler(vm, r, &mut error, |_, _, _| Ok(())) {
            return Ok(());
        }
        error = leave_frame(vm, r, error)?;
    }
}

/// Adds the running frame to the traceback and goes to its handler, if it has one. `event` may look at the error before, and replace it
/// by one of its own.
pub(super) fn enter_handler(
    vm: &Vm,
    r: &mut Regs,
    error: &mut PyErr,
    event: impl FnOnce(&Vm, &mut Regs, &PyErr) -> PyResult<()>,
) -> bool {
    let raised = error.exception();
    let fresh = raised.traceback.with(Option::is_none);
    if fresh && !r.frame().reraising && raised.context.with(Option::is_none) {
        raise::chain_context(vm, error);
    }
    r.take_kwnames();
    if r.frame().reraising {
        r.frame_mut().reraising = false;
    } else {
        r.save();
        if r.frame().complete || r.frame().owner == Owner::Generator {
            add_traceback(vm, r, error);
        }
    }
    if let Err(other) = event(vm, r, error) {
        *error = other;
    }
    if vm.limits.is_hit() {
        return false;
    }
    // SAFETY: ip is behind the instruction that raised, in the same array as the start.
    let unit = unsafe { r.ip.offset_from(r.frame().code_start()) } - 1;
    let handler = bytecode::exception_table::find_handler(
        r.code().exceptiontable.as_slice(),
        unit.max(0) as u32,
    );
    let Some(handler) = handler.filter(|_| unit >= 0 && !r.code().is_refused()) else {
        return false;
    };
    r.cut_to(handler.depth as usize);
    if handler.lasti {
        let lasti = r.frame().lasti();
        r.push(Value::small_int_unchecked(lasti.into()));
    }
    r.push(error.to_value());
    // SAFETY: handlers of verified code are instruction starts.
    r.ip = unsafe { r.frame().code_start().add(handler.target as usize) };
    true
}

fn add_traceback(vm: &Vm, r: &mut Regs, error: &PyErr) {
    let frame = frame_ownership::frame_object(vm, r.frame);
    traceback::here(vm, error, frame, r.frame().lasti(), -1);
}

/// Leaves the running frame with an exception. `Ok` goes on unwinding in the caller's frame, `Err` leaves the loop.
pub(super) fn leave_frame(vm: &Vm, r: &mut Regs, error: PyErr) -> Result<PyErr, PyErr> {
    let finished = r.frame;
    let (owner, on_return) = (r.frame().owner, r.frame().on_return);
    let error = if owner == Owner::Generator {
        resume::convert_stop(vm, finished, error)
    } else {
        error
    };
    // The place of the error stays what `f_lasti` shows, also where RERAISE restored an earlier one.
    let place = r.frame().ip;
    r.cut_to(0);
    r.save();
    r.frame_mut().ip = place;
    let previous = r.frame().previous;
    r.thread().frame.set(previous.cast_const().cast());
    // SAFETY: the frame is complete, and the last of the data stack or a generator's own.
    unsafe {
        match owner {
            Owner::Generator => resume::finish(r.thread(), finished),
            _ => frame::pop_frame(r.thread(), finished),
        }
    }
    frame::leave_call(r.thread());
    if matches!(on_return, Return::Compare | Return::Init) {
        special::leave_level(r);
    }
    if on_return == Return::Exit {
        return Err(error);
    }
    r.load(previous);
    Ok(error)
}
