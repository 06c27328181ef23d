//! FAMILY `COMPARE_OP`; `IS_OP`, `CONTAINS_OP`.
//!
//! The specialised forms take the conditional jump that follows along.
//!
//! CPython 3.11: `COMPARE_OP*` in `Python/ceval.c`, `_Py_Specialize_CompareOp`.

use super::special;
use crate::context::{PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{CompareOp, Value};
use crate::protocol::{compare, sequence};
use crate::raise;
use crate::types::str::value::PyStr;
use bytecode::Opcode;

/// Inline cache of `COMPARE_OP`.
pub const CACHE: usize = 2;

/// For each operator three bits, lowest operator first: whether it holds for less, equal, greater.
const HOLDS: u32 = 0b001 | 0b011 << 3 | 0b010 << 6 | 0b101 << 9 | 0b100 << 12 | 0b110 << 15;

/// What the operator says of two ordered values, without a branch.
#[inline(always)]
fn ordered<T: PartialOrd>(a: T, b: T, oparg: u32) -> bool {
    let place = u32::from(a >= b) + u32::from(a > b);
    HOLDS.wrapping_shr(oparg * 3 + place) & 1 != 0
}

#[inline(always)]
pub fn compare_op(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let (a, b) = (r.peek(2), r.peek(1));
    let value = if Value::both_small_int(a, b) {
        Value::bool(ordered(a.bits() as i64, b.bits() as i64, oparg))
    } else if special::has_python_class(a) {
        return r.out_of_line(move |r| special::rich_compare(vm, r, oparg));
    } else {
        raise!(compare::rich(vm, a, b, CompareOp::from_oparg(oparg)))
    };
    drop(r.pop());
    r.set_top(value);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn compare_op_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    compare_op(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let jump = r.unit(CACHE) as u8;
    let is_jump = [
        Opcode::POP_JUMP_FORWARD_IF_FALSE,
        Opcode::POP_JUMP_FORWARD_IF_TRUE,
        Opcode::POP_JUMP_BACKWARD_IF_FALSE,
        Opcode::POP_JUMP_BACKWARD_IF_TRUE,
    ]
    .iter()
    .any(|op| *op as u8 == jump);
    let (a, b) = (r.peek(2), r.peek(1));
    if !is_jump {
        return adaptive::back_off(r);
    }
    let form = if Value::both_small_int(a, b) {
        Opcode::COMPARE_OP_INT_JUMP
    } else if a.is_small_float() && b.is_small_float() {
        Opcode::COMPARE_OP_FLOAT_JUMP
    } else if (oparg == 2 || oparg == 3)
        && a.downcast_exact::<PyStr>(vm).is_some()
        && b.downcast_exact::<PyStr>(vm).is_some()
    {
        Opcode::COMPARE_OP_STR_JUMP
    } else {
        return adaptive::back_off(r);
    };
    adaptive::specialise_to(r, form);
}

/// Takes the jump that stands behind the comparison's cache. The operands are gone from the stack.
#[inline(always)]
fn follow_jump(vm: &Vm, r: &mut Regs, truth: bool) -> Next {
    let jump = r.unit(CACHE);
    r.jump(CACHE + 1);
    let opcode = jump as u8;
    let wants = opcode == Opcode::POP_JUMP_FORWARD_IF_TRUE as u8
        || opcode == Opcode::POP_JUMP_BACKWARD_IF_TRUE as u8;
    if truth != wants {
        return Next::Continue;
    }
    let units = (jump >> 8) as usize;
    if opcode == Opcode::POP_JUMP_FORWARD_IF_TRUE as u8
        || opcode == Opcode::POP_JUMP_FORWARD_IF_FALSE as u8
    {
        r.jump(units);
        Next::Continue
    } else {
        r.jump_back(units);
        super::jumps::check_breaker(vm, r)
    }
}

#[inline(always)]
pub fn compare_op_int_jump(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let (a, b) = (r.peek(2), r.peek(1));
    if Value::both_small_int(a, b) {
        let truth = ordered(a.bits() as i64, b.bits() as i64, oparg);
        r.drop_two_in_place();
        return follow_jump(vm, r, truth);
    }
    adaptive::miss(r, Opcode::COMPARE_OP_ADAPTIVE);
    compare_op(vm, r, oparg)
}

#[inline(always)]
pub fn compare_op_float_jump(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let (Some(x), Some(y)) = (r.peek(2).as_small_float(), r.peek(1).as_small_float()) {
        // Floats in place are never NaN.
        let truth = ordered(x, y, oparg);
        r.drop_two_in_place();
        return follow_jump(vm, r, truth);
    }
    adaptive::miss(r, Opcode::COMPARE_OP_ADAPTIVE);
    compare_op(vm, r, oparg)
}

#[inline(always)]
pub fn compare_op_str_jump(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let (Some(a), Some(b)) = (
        r.peek(2).downcast_exact::<PyStr>(vm),
        r.peek(1).downcast_exact::<PyStr>(vm),
    ) {
        let truth = a.equals(b) == (oparg == CompareOp::Eq as u32);
        r.drop_many(2);
        return follow_jump(vm, r, truth);
    }
    adaptive::miss(r, Opcode::COMPARE_OP_ADAPTIVE);
    compare_op(vm, r, oparg)
}

#[inline(always)]
pub fn is_op(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let right = r.pop();
    let truth = r.peek(1).is(&right) != (oparg == 1);
    drop(right);
    r.set_top(Value::bool(truth));
    Next::Continue
}

#[inline(always)]
pub fn contains_op(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let found = raise!(contains(vm, r.peek(1), r.peek(2)));
    let truth = found.is_true() != (oparg == 1);
    drop(r.pop());
    r.set_top(Value::bool(truth));
    Next::Continue
}

/// Gives a `Value` because that is returned in registers.
#[inline(never)]
fn contains(vm: &Vm, container: &Value, item: &Value) -> PyResult<Value> {
    sequence::contains(vm, container, item).map(Value::bool)
}
