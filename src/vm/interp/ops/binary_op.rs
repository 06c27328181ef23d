//! FAMILY `BINARY_OP`.
//!
//! Forms for ints in place, floats in place and strings. The general form still takes the in-place numbers first, so operators without a
//! form of their own do not pay for dispatch through slots.
//!
//! CPython 3.11: `BINARY_OP*` in `Python/ceval.c`, `_Py_Specialize_BinaryOp`.

use super::special;
use crate::context::{PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::number;
use crate::raise;
use crate::types::str::value::PyStr;
use bytecode::Opcode;

/// Inline cache of `BINARY_OP`.
pub const CACHE: usize = 1;

const NB_ADD: u32 = 0;
const NB_AND: u32 = 1;
const NB_FLOOR_DIVIDE: u32 = 2;
const NB_LSHIFT: u32 = 3;
const NB_MULTIPLY: u32 = 5;
const NB_REMAINDER: u32 = 6;
const NB_OR: u32 = 7;
const NB_RSHIFT: u32 = 9;
const NB_SUBTRACT: u32 = 10;
const NB_TRUE_DIVIDE: u32 = 11;
const NB_XOR: u32 = 12;
/// The first in-place operator; they follow in the order of the others.
pub const NB_INPLACE: u32 = 13;

#[inline(always)]
pub fn binary_op(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if special::has_python_class(r.peek(2)) {
        return r.out_of_line(move |r| special::binary(vm, r, oparg));
    }
    let value = raise!(general(vm, r.peek(2), r.peek(1), oparg));
    drop(r.pop());
    r.set_top(value);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
fn general(vm: &Vm, a: &Value, b: &Value, oparg: u32) -> PyResult<Value> {
    if Value::both_small_int(a, b)
        && let Some(value) = small_ints(vm, a, b, oparg)
    {
        return Ok(value);
    }
    if let Some((x, y)) = two_floats(a, b)
        && let Some(value) = floats(vm, x, y, oparg)
    {
        return Ok(value);
    }
    number::binary_op(vm, oparg, a, b)
}

/// Both operands as floats, when one is a float in place, and the other one too or an int that is exact as a float.
#[inline(always)]
fn two_floats(a: &Value, b: &Value) -> Option<(f64, f64)> {
    match (a.as_small_float(), b.as_small_float()) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, exact(b)?)),
        (None, Some(y)) => Some((exact(a)?, y)),
        (None, None) => None,
    }
}

#[inline(always)]
fn exact(value: &Value) -> Option<f64> {
    let n = value.as_small_int()?;
    if n.unsigned_abs() <= 1 << 53 {
        Some(n as f64)
    } else {
        None
    }
}

#[inline]
fn floats(vm: &Vm, x: f64, y: f64, oparg: u32) -> Option<Value> {
    let operator = if oparg >= NB_INPLACE {
        oparg - NB_INPLACE
    } else {
        oparg
    };
    Some(match operator {
        NB_ADD => vm.new_float(x + y),
        NB_SUBTRACT => vm.new_float(x - y),
        NB_MULTIPLY => vm.new_float(x * y),
        NB_TRUE_DIVIDE if y != 0.0 => vm.new_float(x / y),
        _ => return None,
    })
}

#[inline]
fn small_ints(vm: &Vm, a: &Value, b: &Value, oparg: u32) -> Option<Value> {
    let (x, y) = (a.as_small_int()?, b.as_small_int()?);
    let operator = if oparg >= NB_INPLACE {
        oparg - NB_INPLACE
    } else {
        oparg
    };
    Some(match operator {
        NB_ADD => vm.new_int(x + y),
        NB_SUBTRACT => vm.new_int(x - y),
        NB_MULTIPLY => vm.new_int(x.checked_mul(y)?),
        NB_AND => Value::small_int_unchecked(x & y),
        NB_OR => Value::small_int_unchecked(x | y),
        NB_XOR => Value::small_int_unchecked(x ^ y),
        NB_FLOOR_DIVIDE if y != 0 => vm.new_int(floor_div(x, y)),
        NB_REMAINDER if y != 0 => Value::small_int_unchecked(floor_mod(x, y)),
        NB_RSHIFT if y >= 0 => Value::small_int_unchecked(x >> y.min(63)),
        NB_LSHIFT if (0..60).contains(&y) && (x << y) >> y == x => vm.new_int(x << y),
        NB_TRUE_DIVIDE if y != 0 && x.unsigned_abs() < 1 << 53 && y.unsigned_abs() < 1 << 53 => {
            vm.new_float(x as f64 / y as f64)
        }
        _ => return None,
    })
}

#[inline(always)]
fn floor_div(x: i64, y: i64) -> i64 {
    let quotient = x / y;
    if x % y != 0 && (x < 0) != (y < 0) {
        quotient - 1
    } else {
        quotient
    }
}

#[inline(always)]
fn floor_mod(x: i64, y: i64) -> i64 {
    if (x | y) as u64 <= u32::MAX.into() {
        // A shorter division is a quicker one.
        return (x as u32 % y as u32).into();
    }
    let remainder = x % y;
    if remainder != 0 && (remainder < 0) != (y < 0) {
        remainder + y
    } else {
        remainder
    }
}

#[inline(always)]
pub fn binary_op_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    binary_op(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let (a, b) = (r.peek(2), r.peek(1));
    let form = if Value::both_small_int(a, b) {
        match oparg {
            NB_ADD | 13 => Opcode::BINARY_OP_ADD_INT,
            NB_SUBTRACT | 23 => Opcode::BINARY_OP_SUBTRACT_INT,
            NB_MULTIPLY | 18 => Opcode::BINARY_OP_MULTIPLY_INT,
            NB_REMAINDER | 19 => Opcode::BINARY_OP_REMAINDER_INT,
            8 | 21 | 4 | 17 => return adaptive::back_off(r),
            _ => Opcode::BINARY_OP_INT,
        }
    } else if a.is_small_float() && b.is_small_float() {
        match oparg {
            NB_ADD | 13 => Opcode::BINARY_OP_ADD_FLOAT,
            NB_SUBTRACT | 23 => Opcode::BINARY_OP_SUBTRACT_FLOAT,
            NB_MULTIPLY | 18 => Opcode::BINARY_OP_MULTIPLY_FLOAT,
            NB_TRUE_DIVIDE | 24 => Opcode::BINARY_OP_FLOAT,
            _ => return adaptive::back_off(r),
        }
    } else if two_floats(a, b).is_some() {
        match oparg % NB_INPLACE {
            NB_ADD | NB_SUBTRACT | NB_MULTIPLY | NB_TRUE_DIVIDE => Opcode::BINARY_OP_FLOAT,
            _ => return adaptive::back_off(r),
        }
    } else if a.downcast_exact::<PyStr>(vm).is_some()
        && b.downcast_exact::<PyStr>(vm).is_some()
        && matches!(oparg, NB_ADD | 13)
    {
        let next = r.unit(CACHE);
        let same_local =
            next as u8 == Opcode::STORE_FAST as u8 && r.local((next >> 8) as usize).is(a);
        if same_local {
            Opcode::BINARY_OP_INPLACE_ADD_UNICODE
        } else {
            Opcode::BINARY_OP_ADD_UNICODE
        }
    } else {
        return adaptive::back_off(r);
    };
    adaptive::specialise_to(r, form);
}

macro_rules! int_form {
    ($name:ident, $operation:ident) => {
        #[inline(always)]
        pub fn $name(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
            let (a, b) = (r.peek(2), r.peek(1));
            if Value::both_small_int(a, b) {
                if let Some(value) = Value::$operation(a, b) {
                    r.replace_two_in_place(value);
                    r.jump(CACHE);
                    return Next::Continue;
                }
            } else {
                adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
            }
            binary_op(vm, r, oparg)
        }
    };
}

int_form!(binary_op_add_int, small_add);
int_form!(binary_op_subtract_int, small_sub);
int_form!(binary_op_multiply_int, small_mul);

#[inline(always)]
pub fn binary_op_remainder_int(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let (a, b) = (r.peek(2), r.peek(1));
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
        if y != 0 {
            // No remainder is larger than its divisor.
            r.replace_two_in_place(Value::small_int_unchecked(floor_mod(x, y)));
            r.jump(CACHE);
            return Next::Continue;
        }
    } else {
        adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
    }
    binary_op(vm, r, oparg)
}

/// The operators without a form of their own.
#[inline(always)]
pub fn binary_op_int(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let (a, b) = (r.peek(2), r.peek(1));
    if Value::both_small_int(a, b) {
        if let Some(value) = small_ints(vm, a, b, oparg) {
            r.replace_two_in_place(value);
            r.jump(CACHE);
            return Next::Continue;
        }
    } else {
        adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
    }
    binary_op(vm, r, oparg)
}

/// Division, and operators of which one operand is an int.
#[inline(always)]
pub fn binary_op_float(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some((x, y)) = two_floats(r.peek(2), r.peek(1)) {
        if let Some(value) = floats(vm, x, y, oparg) {
            r.replace_two_in_place(value);
            r.jump(CACHE);
            return Next::Continue;
        }
    } else {
        adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
    }
    binary_op(vm, r, oparg)
}

macro_rules! float_form {
    ($name:ident, $operator:tt) => {
        #[inline(always)]
        pub fn $name(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
            if let (Some(x), Some(y)) = (r.peek(2).as_small_float(), r.peek(1).as_small_float()) {
                let value = vm.new_float(x $operator y);
                r.replace_two_in_place(value);
                r.jump(CACHE);
                return Next::Continue;
            }
            adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
            binary_op(vm, r, oparg)
        }
    };
}

float_form!(binary_op_add_float, +);
float_form!(binary_op_subtract_float, -);
float_form!(binary_op_multiply_float, *);

#[inline(always)]
pub fn binary_op_add_unicode(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let (Some(a), Some(b)) = (
        r.peek(2).downcast_exact::<PyStr>(vm),
        r.peek(1).downcast_exact::<PyStr>(vm),
    ) {
        let value = raise!(PyStr::concat_checked(vm, a, b)).into_value();
        drop(r.pop());
        r.set_top(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
    binary_op(vm, r, oparg)
}

/// `s += t` with `s` a local that the next instruction stores to: the local gives up its reference first, so that the string can grow in
/// place when nobody else holds it.
#[inline(always)]
pub fn binary_op_inplace_add_unicode(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let store = r.unit(CACHE);
    let local = (store >> 8) as usize;
    let fits = store as u8 == Opcode::STORE_FAST as u8
        && r.local(local).is(r.peek(2))
        && r.peek(2).downcast_exact::<PyStr>(vm).is_some()
        && r.peek(1).downcast_exact::<PyStr>(vm).is_some();
    if !fits {
        adaptive::miss(r, Opcode::BINARY_OP_ADAPTIVE);
        return binary_op(vm, r, oparg);
    }
    let right = r.pop();
    let left = r.pop();
    drop(r.replace_local(local, Value::NULL));
    let (Ok(left), Ok(right)) = (left.downcast::<PyStr>(), right.downcast::<PyStr>()) else {
        return Next::Raise(vm.system_error("operands changed their type"));
    };
    let sum = raise!(PyStr::append(vm, left, &right));
    drop(r.replace_local(local, sum.into_value()));
    r.jump(CACHE + 1);
    Next::Continue
}
