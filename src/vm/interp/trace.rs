//! `sys.settrace` and `sys.setprofile`: the second instance of the loop, which tells them what happens.
//!
//! While one of them is set, a bit of the eval breaker is set too; loops look at it when they are entered, at calls and at backward jumps,
//! and go on in the loop here. Handlers know nothing of it. The loop here runs the plain forms of instructions, one at a time.
//!
//! CPython 3.11: `DO_TRACING`, `maybe_call_line_trace`, `call_trace`, `call_exc_trace` in `Python/ceval.c`, `trace_trampoline` and
//! `profile_trampoline` in `Python/sysmodule.c`.

use super::frame::Frame;
use super::frame_ownership;
use super::stack::Regs;
use super::unwind;
use crate::context::eval_breaker::TRACE;
use crate::context::thread::TraceEvent;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::Value;
use crate::protocol::call;
use crate::protocol::lookup::type_lookup;
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::frame_methods::{locals_of_frame, locals_to_frame};
use crate::types::frame_object::PyFrameObject;
use crate::types::function::PyFunction;
use bytecode::Opcode;

/// Sets or clears the breaker's bit, after a trace or profile function was set.
pub fn update_breaker(vm: &Vm, thread: &Thread) {
    vm.breaker.set_if(TRACE, is_on(thread));
}

/// Whether a trace or profile function is set.
pub fn is_on(thread: &Thread) -> bool {
    thread.is_traced()
}

/// Calls the trace function, or the frame's own one for all events but `call`.
fn call_trace(
    vm: &Vm,
    thread: &Thread,
    frame: *mut Frame,
    event: &str,
    argument: &Value,
) -> PyResult<()> {
    let Some(global) = thread.trace.get().filter(|_| thread.tracing.get() == 0) else {
        return Ok(());
    };
    let value = frame_ownership::frame_object(vm, frame);
    let Some(object) = value.downcast_ref::<PyFrameObject>() else {
        return Ok(());
    };
    let callback = if event == "call" {
        global
    } else {
        match object.trace.get() {
            Some(own) => own,
            None => return Ok(()),
        }
    };
    let result = protected(vm, thread, frame, &value, &callback, event, argument);
    match result {
        Ok(result) => {
            if !result.is_none() {
                object.trace.set(Some(result));
            }
            Ok(())
        }
        Err(error) => {
            thread.trace.set(None);
            object.trace.set(None);
            update_breaker(vm, thread);
            Err(error)
        }
    }
}

/// Calls the profile function.
fn call_profile(
    vm: &Vm,
    thread: &Thread,
    frame: *mut Frame,
    event: &str,
    argument: &Value,
) -> PyResult<()> {
    let Some(callback) = thread.profile.get().filter(|_| thread.tracing.get() == 0) else {
        return Ok(());
    };
    let value = frame_ownership::frame_object(vm, frame);
    match protected(vm, thread, frame, &value, &callback, event, argument) {
        Ok(_) => Ok(()),
        Err(error) => {
            thread.profile.set(None);
            update_breaker(vm, thread);
            Err(error)
        }
    }
}

/// One call, with the variables of the frame brought up to date before and taken back afterwards; no other call is made meanwhile.
fn protected(
    vm: &Vm,
    thread: &Thread,
    frame: *mut Frame,
    object: &Value,
    callback: &Value,
    event: &str,
    argument: &Value,
) -> PyResult<Value> {
    let has_locals = || {
        object
            .downcast_ref::<PyFrameObject>()
            .is_some_and(|object| object.locals.with(Option::is_some))
    };
    if has_locals() {
        drop(locals_of_frame(vm, frame)?);
    }
    let kind = match event {
        "call" => TraceEvent::Call,
        "line" => TraceEvent::Line,
        _ => TraceEvent::Other,
    };
    let event = vm.intern_str(event).into_value();
    thread.tracing.set(thread.tracing.get() + 1);
    let outer_event = thread.tracing_event.replace(kind);
    let outer_frame = thread.tracing_frame.replace(frame.cast_const().cast());
    let result = call::call_args(vm, callback, &[object.clone(), event, argument.clone()]);
    if has_locals() {
        locals_to_frame(vm, frame);
    }
    thread.tracing_event.set(outer_event);
    thread.tracing_frame.set(outer_frame);
    thread.tracing.set(thread.tracing.get() - 1);
    result
}

/// An event for both functions.
fn both(vm: &Vm, r: &Regs, event: &str, argument: &Value) -> PyResult<()> {
    call_trace(vm, r.thread(), r.frame, event, argument)?;
    call_profile(vm, r.thread(), r.frame, event, argument)
}

/// A frame begins or goes on.
pub fn entered(vm: &Vm, r: &mut Regs) -> PyResult<()> {
    r.save();
    both(vm, r, "call", &Value::None)
}

/// What the traced loop knows of the instruction before.
pub struct Previous {
    frame: *mut Frame,
    lasti: i32,
}

impl Previous {
    /// Nothing ran yet.
    pub fn none() -> Previous {
        Previous {
            frame: std::ptr::null_mut(),
            lasti: -1,
        }
    }
}

/// Byte offset of the instruction that runs next.
fn next_offset(r: &Regs) -> i32 {
    // SAFETY: `ip` points into the array that begins at `code_start`.
    let units = unsafe { r.ip.offset_from(r.frame().code_start()) };
    units as i32 * 2
}

/// Where the frame's first traceable instruction stands: its first RESUME.
fn first_traceable(r: &Regs) -> i32 {
    let units = r.code().code.as_slice().chunks_exact(2);
    let first = units
        .into_iter()
        .position(|unit| unit[0] == Opcode::RESUME as u8);
    first.map_or(0, |unit| unit as i32 * 2)
}

/// The events before an instruction: `line`, `opcode`, `call`, `return`. Gives the plain form of the instruction.
pub fn before(vm: &Vm, r: &mut Regs, previous: &mut Previous) -> PyResult<()> {
    let offset = next_offset(r);
    let known = if previous.frame == r.frame {
        previous.lasti
    } else {
        r.frame().lasti()
    };
    *previous = Previous {
        frame: r.frame,
        lasti: offset,
    };
    if !is_on(r.thread()) || r.thread().tracing.get() != 0 {
        return Ok(());
    }
    let opcode = plain(r.unit(0) as u8);
    if opcode == Opcode::RESUME as u8 || !r.frame().complete {
        return Ok(());
    }
    let told = line_event(vm, r, offset, known);
    // The trace function may have jumped.
    previous.lasti = next_offset(r);
    told?;
    let opcode = plain(r.unit(0) as u8);
    if opcode == Opcode::RETURN_VALUE as u8 || opcode == Opcode::YIELD_VALUE as u8 {
        at(r, |r| {
            let value = r.peek(1).clone();
            both(vm, r, "return", &value)
        })?;
    }
    Ok(())
}

/// Runs `f` while the frame looks as if the next instruction ran.
fn at<R>(r: &mut Regs, f: impl FnOnce(&mut Regs) -> R) -> R {
    let ip = r.ip;
    // SAFETY: the next instruction is inside the code.
    r.ip = unsafe { ip.add(1) };
    r.save();
    r.ip = ip;
    f(r)
}

fn line_event(vm: &Vm, r: &mut Regs, offset: i32, before: i32) -> PyResult<()> {
    if r.thread().trace.with(Option::is_none) {
        return Ok(());
    }
    let value = frame_ownership::frame_object(vm, r.frame);
    let Some(object) = value.downcast_ref::<PyFrameObject>() else {
        return Ok(());
    };
    if object.trace.with(Option::is_none) {
        return Ok(());
    }
    let code = r.code().to_ref();
    let line = code.line_of(offset);
    if object.trace_lines.get()
        && let Some(line) = line
    {
        let last = if before <= first_traceable(r) {
            None
        } else {
            code.line_of(before)
        };
        let back = offset < before && plain(r.unit(0) as u8) != Opcode::SEND as u8;
        if last != Some(line) || back {
            let told = at(r, |r| {
                call_trace(vm, r.thread(), r.frame, "line", &Value::None)
            });
            r.load(r.frame);
            // SAFETY: the frame looks as if the next instruction ran.
            r.ip = unsafe { r.ip.sub(1) };
            told?;
        }
    }
    if object.trace_opcodes.get() {
        at(r, |r| {
            call_trace(vm, r.thread(), r.frame, "opcode", &Value::None)
        })?;
    }
    Ok(())
}

/// The plain form of an instruction.
pub fn plain(opcode: u8) -> u8 {
    Opcode::from_u8(opcode).map_or(opcode, |opcode| opcode.family() as u8)
}

/// The native function that a CALL instruction is about to call, for the profile function.
pub fn native_callee(r: &Regs, opcode: u8, oparg: u32) -> Option<Value> {
    if opcode != Opcode::CALL as u8
        || r.thread().profile.with(Option::is_none)
        || r.thread().tracing.get() != 0
    {
        return None;
    }
    let method = r.peek(oparg as usize + 2);
    let callee = if method.is_null() {
        r.peek(oparg as usize + 1)
    } else {
        method
    };
    callee
        .downcast_ref::<PyBuiltinFunction>()
        .map(|_| callee.clone())
}

/// Whether the instruction that is about to run asks an iterator that says its end by raising StopIteration.
pub fn may_catch_stop(vm: &Vm, r: &Regs, opcode: u8) -> bool {
    if !is_on(r.thread()) || r.thread().tracing.get() != 0 {
        return false;
    }
    if opcode == Opcode::SEND as u8 {
        return r.peek(2).class(vm).slots.send.get().is_none();
    }
    opcode == Opcode::FOR_ITER as u8
        && type_lookup(vm, r.peek(1).class(vm), &vm.names.__next__)
            .is_some_and(|next| next.downcast_exact::<PyFunction>(vm).is_some())
}

/// The event `exception` for the StopIteration that ended an iteration, where the instruction stands that jumped then.
pub fn stop_caught(vm: &Vm, r: &mut Regs, opcode: u8, jumped: usize) -> PyResult<()> {
    let value = if opcode == Opcode::SEND as u8 {
        r.peek(1).clone()
    } else {
        Value::None
    };
    let error = vm.stop_iteration(value);
    r.jump_back(jumped);
    r.save();
    let told = exception_event(vm, r, &error);
    r.jump(jumped);
    told
}

/// `c_call`, `c_return`, `c_exception` for the profile function.
pub fn native_event(vm: &Vm, r: &mut Regs, event: &str, callee: &Value) -> PyResult<()> {
    r.save();
    call_profile(vm, r.thread(), r.frame, event, callee)
}

/// As `unwind::unwind`, with the events `exception` and `return`.
pub fn unwind_traced(vm: &Vm, r: &mut Regs, error: PyErr) -> Result<(), PyErr> {
    let mut error = error;
    loop {
        let fresh = !r.frame().reraising;
        if unwind::enter_handler(vm, r, &mut error, |vm, r, error| {
            if fresh && r.frame().complete {
                exception_event(vm, r, error)
            } else {
                Ok(())
            }
        }) {
            return Ok(());
        }
        if r.frame().complete
            && let Err(other) = both(vm, r, "return", &Value::None)
        {
            error = other;
        }
        error = unwind::leave_frame(vm, r, error)?;
    }
}

fn exception_event(vm: &Vm, r: &mut Regs, error: &PyErr) -> PyResult<()> {
    let exception = error.exception();
    let class = exception.as_value().class(vm).to_value();
    let traceback = exception.traceback.get().unwrap_or(Value::None);
    let argument = vm.new_tuple(vec![class, error.to_value(), traceback]);
    call_trace(vm, r.thread(), r.frame, "exception", &argument)
}
