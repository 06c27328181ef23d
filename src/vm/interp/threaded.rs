//! The loop without a loop: each handler ends by calling the handler of the next instruction.
//!
//! Such a call is in tail position and LLVM makes a jump of it, so no native stack is used. The registers are the arguments, six words that
//! stay in machine registers from handler to handler, and each handler is a function of its own whose registers are allotted for itself.
//! One big `match` has neither: LLVM keeps what all arms share in memory (measured: twice the time).
//!
//! A call is no jump when the function before it has given away the address of a local variable. Hence `Regs::out_of_line`,
//! and `slow_handler!` for whole instructions. Should the optimiser miss one all the same, backward jumps and calls notice that the native
//! stack grows, and start afresh. `build.rs` chooses this loop only where the optimiser runs.
//!
//! CPython 3.14 has the same as "tail-calling interpreter".

use super::control::Next;
use super::frame::Frame;
use super::stack::Regs;
use super::{dispatch, ops, unwind};
use crate::context::recursion::stack_address;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::Value;
use bytecode::Opcode;

type Handler = fn(&Vm, *const u16, *mut Value, *mut Frame, &Thread, u32) -> Status;

/// What a handler returns when it does not go on to the next one. One word, which tail calls need.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Status {
    /// Go on where the saved frame stands.
    Again,
    /// The entry frame was left with `Thread::left_value`.
    Left,
    /// The entry frame was left with `Thread::left_error`.
    Failed,
    /// `Next::Trace`
    Trace,
    /// `Next::TraceCall`
    TraceCall,
}

/// Native stack that handlers may use before the loop starts afresh.
const STACK_MAX: usize = 64 << 10;

/// Handlers that look at the native stack: no code runs for long without one of them.
const WATCHING: &[Opcode] = &[
    Opcode::RESUME,
    Opcode::RESUME_QUICK,
    Opcode::RESUME_TWIN,
    Opcode::JUMP_BACKWARD,
    Opcode::JUMP_BACKWARD_QUICK,
    Opcode::JUMP_BACKWARD_NO_INTERRUPT,
    Opcode::POP_JUMP_BACKWARD_IF_FALSE,
    Opcode::POP_JUMP_BACKWARD_IF_TRUE,
    Opcode::POP_JUMP_BACKWARD_IF_NONE,
    Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE,
    Opcode::COMPARE_OP_INT_JUMP,
    Opcode::COMPARE_OP_FLOAT_JUMP,
    Opcode::COMPARE_OP_STR_JUMP,
];

const fn contains(opcodes: &[Opcode], number: u8) -> bool {
    let mut index = 0;
    while index < opcodes.len() {
        if opcodes[index] as u8 == number {
            return true;
        }
        index += 1;
    }
    false
}

/// Runs the thread's current frame, until the entry frame is left or a trace function is set.
#[inline(always)]
pub fn run(vm: &Vm, thread: &Thread) -> PyResult<Value> {
    let floor = stack_address().saturating_sub(STACK_MAX);
    let outer = thread.loop_floor.replace(floor);
    let status = loop {
        let r = Regs::new(thread, thread.frame.get().cast_mut().cast());
        let status = next_instruction(vm, thread, r);
        if status != Status::Again {
            break status;
        }
    };
    thread.loop_floor.set(outer);
    if status == Status::Left {
        return Ok(thread.left_value.replace(Value::NULL));
    }
    without_value(vm, thread, status)
}

/// The loop was left with an exception, or goes on in the loop of trace functions.
#[cold]
#[inline(never)]
fn without_value(vm: &Vm, thread: &Thread, status: Status) -> PyResult<Value> {
    if status == Status::Failed {
        let error = thread.left_error.take();
        return Err(error.unwrap_or_else(|| vm.system_error("the loop was left without a result")));
    }
    dispatch::go_on_traced(vm, thread, status == Status::TraceCall)
}

#[inline(always)]
fn next_instruction(vm: &Vm, thread: &Thread, mut r: Regs) -> Status {
    let unit = r.fetch();
    HANDLERS[usize::from(unit as u8)](vm, r.ip, r.sp(), r.frame, thread, u32::from(unit >> 8))
}

/// What comes after an instruction.
#[inline(always)]
fn follow<const NUMBER: u8>(
    vm: &Vm,
    thread: &Thread,
    mut r: Regs,
    oparg: u32,
    next: Next,
) -> Status {
    match next {
        Next::Continue => {
            // Nothing to drop may be left, or the call below is none in tail position.
            std::mem::forget(next);
            let watches = const { contains(WATCHING, NUMBER) };
            if watches && stack_address() < thread.loop_floor.get() {
                r.save();
                return Status::Again;
            }
            next_instruction(vm, thread, r)
        }
        Next::Extend => {
            std::mem::forget(next);
            let unit = r.fetch();
            let oparg = oparg << 8 | u32::from(unit >> 8);
            HANDLERS[usize::from(unit as u8)](vm, r.ip, r.sp(), r.frame, thread, oparg)
        }
        Next::Raise(error) => raised(vm, r.ip, r.sp(), r.frame, thread, error),
        Next::Trace => {
            r.save();
            Status::Trace
        }
        Next::TraceCall => {
            r.save();
            Status::TraceCall
        }
        Next::Exit(value) => {
            std::mem::forget(thread.left_value.replace(value));
            Status::Left
        }
    }
}

/// Goes to the exception's handler, or out of the entry frame.
#[cold]
#[inline(never)]
fn raised(
    vm: &Vm,
    ip: *const u16,
    sp: *mut Value,
    frame: *mut Frame,
    thread: &Thread,
    error: PyErr,
) -> Status {
    let mut r = Regs::from_words(ip, sp, frame, thread);
    match unwind::unwind(vm, &mut r, error) {
        Ok(()) => {
            r.save();
            Status::Again
        }
        Err(error) => {
            thread.left_error.set(Some(error));
            Status::Failed
        }
    }
}

fn unknown(
    vm: &Vm,
    ip: *const u16,
    sp: *mut Value,
    frame: *mut Frame,
    thread: &Thread,
    _oparg: u32,
) -> Status {
    let r = Regs::from_words(ip, sp, frame, thread);
    let next = dispatch::unknown(vm, &r, r.unit_before() as u8);
    follow::<255>(vm, thread, r, 0, next)
}

macro_rules! define_handlers {
    ($( $(#[doc = $doc:literal])* $name:ident = $number:literal { arg: $arg:ident, effect: |$oparg:ident, $jump:ident| ($effect:expr), cache: $cache:literal, family: $family:ident }, )*) => {
        pastey::paste! {
            mod handlers {
                #![expect(non_snake_case, reason = "named after the opcodes")]
                use super::*;
                $(
                    pub fn [<$name:lower>](vm: &Vm, ip: *const u16, sp: *mut Value, frame: *mut Frame, thread: &Thread, oparg: u32) -> Status {
                        let mut r = Regs::from_words(ip, sp, frame, thread);
                        let next = ops::[<$name:lower>](vm, &mut r, oparg);
                        follow::<$number>(vm, thread, r, oparg, next)
                    }
                )*
            }

            /// The handler of each opcode.
            static HANDLERS: [Handler; 256] = {
                let mut handlers: [Handler; 256] = [unknown; 256];
                $( handlers[$number] = handlers::[<$name:lower>]; )*
                handlers
            };
        }
    };
}
bytecode::for_each_opcode!(define_handlers);
