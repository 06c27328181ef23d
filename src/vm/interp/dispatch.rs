//! The loop.
//!
//! Optimised builds go from handler to handler (`threaded.rs`). Others have one `match` over the opcode, expanded from `for_each_opcode!`:
//! each arm is the handler of that name from `ops`. The loop of trace functions is such a `match` in every build.

use super::control::Next;
use super::frame::Frame;
use super::stack::Regs;
use super::trace::{self, Previous};
use super::{ops, threaded, unwind};
use crate::context::eval_breaker::TRACE;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::Value;
use bytecode::Opcode;

macro_rules! define_step {
    ($( $(#[doc = $doc:literal])* $name:ident = $number:literal { arg: $arg:ident, effect: |$oparg:ident, $jump:ident| ($effect:expr), cache: $cache:literal, family: $family:ident }, )*) => {
        pastey::paste! {
            /// Runs one instruction.
            #[inline(always)]
            fn step(vm: &Vm, r: &mut Regs, opcode: u8, oparg: u32) -> Next {
                match opcode {
                    $( $number => ops::[<$name:lower>](vm, r, oparg), )*
                    _ => unknown(vm, r, opcode),
                }
            }
        }
    };
}
bytecode::for_each_opcode!(define_step);

#[cold]
#[inline(never)]
pub(super) fn unknown(vm: &Vm, r: &Regs, opcode: u8) -> Next {
    if let Some(reason) = r.code().refusal() {
        return Next::Raise(vm.value_error(format!("bad marshal data ({reason})")));
    }
    Next::Raise(vm.system_error(format!("unknown opcode {opcode}")))
}

/// Runs `frame`, which is linked and current, until it returns, yields or raises. With `raised`, that exception is raised in it first.
#[inline]
pub fn run(vm: &Vm, thread: &Thread, frame: *mut Frame, raised: Option<PyErr>) -> PyResult<Value> {
    if raised.is_some() || vm.breaker.bits() & TRACE != 0 {
        return run_special(vm, thread, frame, raised);
    }
    run_current(vm, thread)
}

/// Runs the thread's current frame.
#[inline(always)]
fn run_current(vm: &Vm, thread: &Thread) -> PyResult<Value> {
    if cfg!(threaded) {
        return threaded::run(vm, thread);
    }
    match run_matching(vm, thread) {
        Next::Exit(value) => Ok(value),
        Next::Raise(error) => Err(error),
        next => go_on_traced(vm, thread, matches!(next, Next::TraceCall)),
    }
}

/// `run` with a trace function, or an exception to be raised.
#[inline(never)]
fn run_special(
    vm: &Vm,
    thread: &Thread,
    frame: *mut Frame,
    raised: Option<PyErr>,
) -> PyResult<Value> {
    let mut r = Regs::new(thread, frame);
    if vm.breaker.bits() & TRACE != 0 {
        return run_traced(vm, &mut r, raised, false);
    }
    if let Some(error) = raised {
        unwind::unwind(vm, &mut r, error)?;
        r.save();
    }
    run_current(vm, thread)
}

/// A trace function was set while the thread's current frame ran. `entered` says that the frame's RESUME ran just before.
pub(super) fn go_on_traced(vm: &Vm, thread: &Thread, entered: bool) -> PyResult<Value> {
    let mut r = Regs::new(thread, thread.frame.get().cast_mut().cast());
    run_traced(vm, &mut r, None, entered)
}

/// The loop as one `match`, until the entry frame is left or a trace function is set.
fn run_matching(vm: &Vm, thread: &Thread) -> Next {
    let r = &mut Regs::new(thread, thread.frame.get().cast_mut().cast());
    'next: loop {
        let unit = r.fetch();
        let mut opcode = unit as u8;
        let mut oparg = u32::from(unit >> 8);
        loop {
            match step(vm, r, opcode, oparg) {
                Next::Continue => continue 'next,
                Next::Raise(error) => {
                    if let Err(error) = r.out_of_line(move |r| unwind::unwind(vm, r, error)) {
                        return Next::Raise(error);
                    }
                    continue 'next;
                }
                Next::Extend => {
                    let unit = r.fetch();
                    opcode = unit as u8;
                    oparg = oparg << 8 | u32::from(unit >> 8);
                }
                next @ (Next::Trace | Next::TraceCall) => {
                    r.save();
                    return next;
                }
                next @ Next::Exit(_) => return next,
            }
        }
    }
}

/// The same loop while a trace or profile function is set. `entered` says that the frame's RESUME ran already.
#[inline(never)]
fn run_traced(vm: &Vm, r: &mut Regs, raised: Option<PyErr>, entered: bool) -> PyResult<Value> {
    let mut previous = Previous::none();
    if entered || raised.is_some() {
        let told = trace::entered(vm, r);
        if let Some(error) = told.err().or(raised) {
            trace::unwind_traced(vm, r, error)?;
        }
    }
    'next: loop {
        let told = trace::before(vm, r, &mut previous);
        let unit = r.fetch();
        if let Err(error) = told {
            trace::unwind_traced(vm, r, error)?;
            continue 'next;
        }
        let mut opcode = trace::plain(unit as u8);
        let mut oparg = u32::from(unit >> 8);
        loop {
            let callee = trace::native_callee(r, opcode, oparg);
            if let Some(callee) = &callee
                && let Err(error) = trace::native_event(vm, r, "c_call", callee)
            {
                trace::unwind_traced(vm, r, error)?;
                continue 'next;
            }
            let may_stop = trace::may_catch_stop(vm, r, opcode);
            let end = r.ip.wrapping_add(oparg as usize);
            let error = match step(vm, r, opcode, oparg) {
                Next::Continue | Next::Trace if may_stop && r.ip == end => {
                    match trace::stop_caught(vm, r, opcode, oparg as usize) {
                        Ok(()) => continue 'next,
                        Err(error) => error,
                    }
                }
                Next::Continue | Next::Trace | Next::TraceCall => {
                    let told = match &callee {
                        Some(callee) => trace::native_event(vm, r, "c_return", callee),
                        None if opcode == Opcode::RESUME as u8 => trace::entered(vm, r),
                        None => continue 'next,
                    };
                    match told {
                        Ok(()) => continue 'next,
                        Err(error) => error,
                    }
                }
                Next::Raise(error) => match &callee {
                    Some(callee) => trace::native_event(vm, r, "c_exception", callee)
                        .err()
                        .unwrap_or(error),
                    None => error,
                },
                Next::Exit(value) => return Ok(value),
                Next::Extend => {
                    let unit = r.fetch();
                    opcode = trace::plain(unit as u8);
                    oparg = oparg << 8 | u32::from(unit >> 8);
                    continue;
                }
            };
            trace::unwind_traced(vm, r, error)?;
            continue 'next;
        }
    }
}
