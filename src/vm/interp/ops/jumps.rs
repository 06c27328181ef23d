//! Jumps, RESUME, and the checks that come with going backward.
//!
//! CPython 3.11: `JUMP_*`, `POP_JUMP_*`, `RESUME` in `Python/ceval.c`.

use crate::context::eval_breaker::TRACE;
use crate::context::{PyResult, Vm};
use crate::interp::breaker;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::truth;
use crate::raise;
use crate::types::twin::Twins;
use bytecode::opcode::Opcode;

#[inline(always)]
pub fn jump_forward(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.jump(oparg as usize);
    Next::Continue
}

#[inline(always)]
pub fn jump_backward(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.jump_back(oparg as usize);
    check_breaker(vm, r)
}

#[inline(always)]
pub fn jump_backward_quick(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    jump_backward(vm, r, oparg)
}

#[inline(always)]
pub fn jump_backward_no_interrupt(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    // No signal or other thread gets a turn here, but the limits hold: code that no compiler wrote may loop on this instruction alone.
    raise!(vm.check_limits_in_native_loop());
    r.jump_back(oparg as usize);
    Next::Continue
}

#[inline(always)]
pub fn resume(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.frame_mut().complete = true;
    if oparg >= 2 {
        return Next::Continue;
    }
    match check_breaker(vm, r) {
        Next::Trace => Next::TraceCall,
        next => next,
    }
}

#[inline(always)]
pub fn resume_quick(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    resume(vm, r, oparg)
}

/// What the function's native twin gives is returned at once, if it gives something.
#[inline(always)]
pub fn resume_twin(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    match resume(vm, r, oparg) {
        Next::Continue => {}
        next => return next,
    }
    r.out_of_line(|r| {
        if let Some((value, units)) = twin_result(vm, r) {
            r.push(value);
            r.jump(units);
        }
    });
    Next::Continue
}

/// The twin's result, and how far it is to the instruction that returns it: the last one.
fn twin_result(vm: &Vm, r: &mut Regs) -> Option<(Value, usize)> {
    r.save();
    let code = r.code();
    let twin = Twins::of(vm, code)?;
    let end = code.code.as_slice();
    let returns = end.get(end.len().checked_sub(2)?) == Some(&(Opcode::RETURN_VALUE as u8));
    let arguments: Vec<Value> = (0..code.argcount as usize)
        .map(|index| r.local(index).clone())
        .collect();
    if !returns || code.stacksize == 0 {
        return None;
    }
    let value = (twin.run)(vm, r.globals(), &arguments)?;
    Some((value, (end.len() / 2).checked_sub(2)?))
}

/// Deals with what the eval breaker asks for.
#[inline(always)]
pub fn check_breaker(vm: &Vm, r: &mut Regs) -> Next {
    if vm.breaker.is_set() {
        r.save();
        raise!(breaker::handle(vm, r.thread()));
        if vm.breaker.bits() & TRACE != 0 {
            return Next::Trace;
        }
    }
    Next::Continue
}

/// `bool(value)`, with the work for objects out of line.
#[inline(always)]
pub fn truth_of(vm: &Vm, value: &Value) -> PyResult<bool> {
    if value.is_true() {
        Ok(true)
    } else if value.is_false() || value.is_none() {
        Ok(false)
    } else if let Some(n) = value.as_small_int() {
        Ok(n != 0)
    } else {
        Ok(truth_of_object(vm, value)?.is_true())
    }
}

/// Gives a `Value` because that is returned in registers.
#[inline(never)]
fn truth_of_object(vm: &Vm, value: &Value) -> PyResult<Value> {
    truth::is_true(vm, value).map(Value::bool)
}

/// Pops the top and gives its truth.
#[inline(always)]
fn pop_truth(vm: &Vm, r: &mut Regs) -> PyResult<bool> {
    let truth = truth_of(vm, r.peek(1))?;
    drop(r.pop());
    Ok(truth)
}

macro_rules! pop_jump {
    ($name:ident, $direction:ident, |$vm:ident, $r:ident| $condition:expr) => {
        #[inline(always)]
        pub fn $name($vm: &Vm, $r: &mut Regs, oparg: u32) -> Next {
            if $condition {
                pop_jump!(@$direction $vm, $r, oparg)
            } else {
                Next::Continue
            }
        }
    };
    (@forward $vm:ident, $r:ident, $oparg:ident) => {{
        let _ = $vm;
        $r.jump($oparg as usize);
        Next::Continue
    }};
    (@backward $vm:ident, $r:ident, $oparg:ident) => {{
        $r.jump_back($oparg as usize);
        check_breaker($vm, $r)
    }};
}

pop_jump!(pop_jump_forward_if_false, forward, |vm, r| !raise!(
    pop_truth(vm, r)
));
pop_jump!(pop_jump_forward_if_true, forward, |vm, r| raise!(
    pop_truth(vm, r)
));
pop_jump!(pop_jump_forward_if_none, forward, |vm, r| r.pop().is_none());
pop_jump!(pop_jump_forward_if_not_none, forward, |vm, r| !r
    .pop()
    .is_none());
pop_jump!(pop_jump_backward_if_false, backward, |vm, r| !raise!(
    pop_truth(vm, r)
));
pop_jump!(pop_jump_backward_if_true, backward, |vm, r| raise!(
    pop_truth(vm, r)
));
pop_jump!(pop_jump_backward_if_none, backward, |vm, r| r
    .pop()
    .is_none());
pop_jump!(pop_jump_backward_if_not_none, backward, |vm, r| !r
    .pop()
    .is_none());

#[inline(always)]
pub fn jump_if_false_or_pop(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if raise!(truth_of(vm, r.peek(1))) {
        drop(r.pop());
    } else {
        r.jump(oparg as usize);
    }
    Next::Continue
}

#[inline(always)]
pub fn jump_if_true_or_pop(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if raise!(truth_of(vm, r.peek(1))) {
        r.jump(oparg as usize);
    } else {
        drop(r.pop());
    }
    Next::Continue
}
