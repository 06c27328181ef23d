//! Moving values on the stack.

use crate::context::Vm;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;

#[inline(always)]
pub fn pop_top(_vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    drop(r.pop());
    Next::Continue
}

#[inline(always)]
pub fn push_null(_vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    r.push(Value::NULL);
    Next::Continue
}

#[inline(always)]
pub fn copy(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.peek(oparg as usize).clone();
    r.push(value);
    Next::Continue
}

#[inline(always)]
pub fn swap(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.swap(oparg as usize);
    Next::Continue
}

#[inline(always)]
pub fn nop(_vm: &Vm, _r: &mut Regs, _oparg: u32) -> Next {
    Next::Continue
}

/// Never executed: caches are skipped.
#[inline(always)]
pub fn cache(_vm: &Vm, _r: &mut Regs, _oparg: u32) -> Next {
    Next::Continue
}
