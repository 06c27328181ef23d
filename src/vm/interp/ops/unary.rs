//! Unary operators.

use crate::context::Vm;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::number;
use crate::raise;
use crate::slow_handler;

#[inline(never)]
fn unary_positive_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = raise!(number::positive(vm, r.peek(1)));
    r.set_top(value);
    Next::Continue
}

#[inline(always)]
pub fn unary_negative(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = match r.peek(1).as_small_float() {
        Some(f) => vm.new_float(-f),
        None => match r.peek(1).as_small_int() {
            Some(n) => vm.new_int(-n),
            None => raise!(number::negative(vm, r.peek(1))),
        },
    };
    r.set_top(value);
    Next::Continue
}

#[inline(always)]
pub fn unary_not(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let truth = raise!(super::jumps::truth_of(vm, r.peek(1)));
    r.set_top(Value::bool(!truth));
    Next::Continue
}

#[inline(never)]
fn unary_invert_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = raise!(number::invert(vm, r.peek(1)));
    r.set_top(value);
    Next::Continue
}
slow_handler!(unary_positive, unary_positive_slow);
slow_handler!(unary_invert, unary_invert_slow);
