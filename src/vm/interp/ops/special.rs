//! Operators of Python classes: the loop goes on in the method instead of having a slot start another loop.
//!
//! `a + b`, `a < b` and `a[b] = c` with `a` of a class whose method is a plain Python function get a frame like a call does. Only where
//! nothing else comes first: the right operand is of the same class, or of a native one that cannot derive from the left one's, or has no
//! reflected method. The operands stay on the stack until the method is done, because `NotImplemented` asks for the rest of the dispatch.
//!
//! CPython 3.11 does this for `BINARY_SUBSCR` alone; what the methods see is the same: `slot_nb_*`, `slot_tp_richcompare` in
//! `Objects/typeobject.c`.

use super::{binary_op, call, compare_op, store_subscr};
use crate::context::names::Names;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::frame::{self, Frame, Return};
use crate::interp::resume;
use crate::interp::stack::Regs;
use crate::object::{CompareOp, Py, PyRef, Value, type_flag};
use crate::protocol::{compare, iter, lookup, mapping, number};
use crate::raise;
use crate::types::function::PyFunction;
use crate::types::str::value::PyStr;

/// Whether the value's class was made by a class statement: only such classes have methods written in Python.
#[inline(always)]
pub fn has_python_class(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.class().has_flag(type_flag::HEAPTYPE))
}

/// The Python function that the value's class has under a dunder, when it takes that many positional parameters and nothing else.
#[inline]
fn method(vm: &Vm, value: &Value, name: &Py<PyStr>, parameters: u32) -> Option<PyRef<PyFunction>> {
    let found = lookup::type_lookup(vm, value.class(vm), name)?;
    let simple = found
        .downcast_exact::<PyFunction>(vm)?
        .code
        .with(|code| code.is_simple() && code.argcount == parameters);
    if simple {
        found.downcast::<PyFunction>().ok()
    } else {
        None
    }
}

/// Whether the right operand has no say before the left one's method.
#[inline]
fn left_goes_first(vm: &Vm, left: &Value, right: &Value) -> bool {
    let class = right.class(vm);
    class.is(left.class(vm)) || !class.has_flag(type_flag::HEAPTYPE)
}

/// The methods of a binary operator: in place, plain, reflected. None for `**`.
#[inline]
fn names_of(names: &Names, oparg: u32) -> Option<[&Py<PyStr>; 3]> {
    Some(match oparg % binary_op::NB_INPLACE {
        0 => [&names.__iadd__, &names.__add__, &names.__radd__],
        1 => [&names.__iand__, &names.__and__, &names.__rand__],
        2 => [
            &names.__ifloordiv__,
            &names.__floordiv__,
            &names.__rfloordiv__,
        ],
        3 => [&names.__ilshift__, &names.__lshift__, &names.__rlshift__],
        4 => [&names.__imatmul__, &names.__matmul__, &names.__rmatmul__],
        5 => [&names.__imul__, &names.__mul__, &names.__rmul__],
        6 => [&names.__imod__, &names.__mod__, &names.__rmod__],
        7 => [&names.__ior__, &names.__or__, &names.__ror__],
        9 => [&names.__irshift__, &names.__rshift__, &names.__rrshift__],
        10 => [&names.__isub__, &names.__sub__, &names.__rsub__],
        11 => [&names.__itruediv__, &names.__truediv__, &names.__rtruediv__],
        12 => [&names.__ixor__, &names.__xor__, &names.__rxor__],
        _ => return None,
    })
}

fn binary_method(vm: &Vm, left: &Value, right: &Value, oparg: u32) -> Option<PyRef<PyFunction>> {
    let [inplace, plain, reflected] = names_of(&vm.names, oparg)?;
    let is_first = left_goes_first(vm, left, right)
        || lookup::type_lookup(vm, right.class(vm), reflected).is_none();
    if !is_first
        || oparg >= binary_op::NB_INPLACE
            && lookup::type_lookup(vm, left.class(vm), inplace).is_some()
    {
        return None;
    }
    method(vm, left, plain, 2)
}

/// A frame for a method; localsplus is not initialised yet.
///
/// # Safety
/// As for `frame::push_frame`.
#[inline(always)]
unsafe fn push(
    vm: &Vm,
    r: &Regs,
    function: PyRef<PyFunction>,
    on_return: Return,
    oparg: u32,
) -> *mut Frame {
    // SAFETY: the caller fills localsplus.
    unsafe {
        let callee = frame::push_frame(vm, r.thread(), function, on_return);
        (*callee).return_jump = oparg;
        callee
    }
}

/// Goes on in a method of two parameters; the operands stay on the stack.
#[inline(always)]
fn enter_with_operands(
    vm: &Vm,
    r: &mut Regs,
    function: PyRef<PyFunction>,
    on_return: Return,
    oparg: u32,
) -> Next {
    // SAFETY: localsplus is filled right here: the operands, NULL behind.
    let callee = unsafe {
        let callee = push(vm, r, function, on_return, oparg);
        let locals = (*callee).locals();
        locals.write(r.peek(2).clone());
        locals.add(1).write(r.peek(1).clone());
        for index in 2..(*callee).stacktop as usize {
            locals.add(index).write(Value::NULL);
        }
        callee
    };
    // The instruction is not over: its cache is skipped when the method is done.
    call::enter(vm, r, callee, 0)
}

/// `BINARY_OP` with a left operand for which `has_python_class` holds.
#[inline(never)]
pub fn binary(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(function) = binary_method(vm, r.peek(2), r.peek(1), oparg) {
        raise!(frame::enter_call(vm, r.thread()));
        return enter_with_operands(vm, r, function, Return::Binary, oparg);
    }
    let value = raise!(number::binary_op(vm, oparg, r.peek(2), r.peek(1)));
    replace_operands(r, value, binary_op::CACHE)
}

#[inline(always)]
fn replace_operands(r: &mut Regs, value: Value, cache: usize) -> Next {
    drop(r.pop());
    r.set_top(value);
    r.jump(cache);
    Next::Continue
}

fn compare_method(vm: &Vm, left: &Value, right: &Value, oparg: u32) -> Option<PyRef<PyFunction>> {
    if !left_goes_first(vm, left, right) {
        return None;
    }
    let names = &vm.names;
    let name = match CompareOp::from_oparg(oparg) {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    method(vm, left, name, 2)
}

/// `COMPARE_OP` with a left operand for which `has_python_class` holds.
#[inline(never)]
pub fn rich_compare(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(function) = compare_method(vm, r.peek(2), r.peek(1), oparg) {
        // A comparison is a level of recursion itself, besides the method's; `leave_level` takes it back.
        std::mem::forget(raise!(vm.enter_recursive(compare::RECURSION)));
        if let Err(error) = frame::enter_call(vm, r.thread()) {
            leave_level(r);
            return Next::Raise(error);
        }
        return enter_with_operands(vm, r, function, Return::Compare, oparg);
    }
    let op = CompareOp::from_oparg(oparg);
    let value = raise!(compare::rich(vm, r.peek(2), r.peek(1), op));
    replace_operands(r, value, compare_op::CACHE)
}

/// The level of recursion that a comparison, or the call of a class, took besides that of the method's frame.
#[inline(always)]
pub fn leave_level(r: &Regs) {
    frame::leave_call(r.thread());
}

/// `STORE_SUBSCR` with a container for which `has_python_class` holds.
#[inline(never)]
pub fn set_item(vm: &Vm, r: &mut Regs) -> Next {
    if let Some(function) = method(vm, r.peek(2), &vm.names.__setitem__, 3) {
        raise!(frame::enter_call(vm, r.thread()));
        // SAFETY: localsplus is filled right here: container, key, value, NULL behind.
        let callee = unsafe {
            let callee = push(vm, r, function, Return::Discard, store_subscr::CACHE as u32);
            let locals = (*callee).locals();
            locals.add(1).write(r.pop());
            locals.write(r.pop());
            locals.add(2).write(r.pop());
            for index in 3..(*callee).stacktop as usize {
                locals.add(index).write(Value::NULL);
            }
            callee
        };
        return call::enter(vm, r, callee, 0);
    }
    let value = r.peek(3).clone();
    raise!(mapping::set_item(vm, r.peek(2), r.peek(1), value));
    r.drop_many(3);
    r.jump(store_subscr::CACHE);
    Next::Continue
}

/// `GET_ITER` and `GET_AWAITABLE` of a value for which `has_python_class` holds, when `__iter__` or `__await__` is a Python function.
#[inline(never)]
pub fn iterator(vm: &Vm, r: &mut Regs, on_return: Return) -> Option<Next> {
    let name = match on_return {
        Return::Iter => &vm.names.__iter__,
        _ => &vm.names.__await__,
    };
    let function = method(vm, r.peek(1), name, 1)?;
    if let Err(error) = frame::enter_call(vm, r.thread()) {
        return Some(Next::Raise(error));
    }
    // SAFETY: localsplus is filled right here: the operand, NULL behind.
    let callee = unsafe {
        let callee = push(vm, r, function, on_return, 0);
        let locals = (*callee).locals();
        locals.write(r.peek(1).clone());
        for index in 1..(*callee).stacktop as usize {
            locals.add(index).write(Value::NULL);
        }
        callee
    };
    Some(call::enter(vm, r, callee, 0))
}

/// A method's frame ended with `value`: ends the caller's instruction.
#[inline(always)]
pub fn method_done(vm: &Vm, r: &mut Regs, on_return: Return, oparg: u32, value: Value) -> Next {
    if value.is_not_implemented() && matches!(on_return, Return::Binary | Return::Compare) {
        return r.out_of_line(move |r| not_implemented(vm, r, on_return, oparg));
    }
    match on_return {
        Return::Binary => replace_operands(r, value, binary_op::CACHE),
        Return::Compare => {
            leave_level(r);
            replace_operands(r, value, compare_op::CACHE)
        }
        Return::Iter => {
            raise!(iter::check_iterator(vm, &value));
            r.set_top(value);
            Next::Continue
        }
        Return::Await => {
            raise!(resume::check_awaited(vm, &value));
            r.set_top(value);
            Next::Continue
        }
        _ => {
            drop(value);
            r.jump(oparg as usize);
            Next::Continue
        }
    }
}

/// The left operand's method does not know: the rest of the dispatch.
#[inline(never)]
fn not_implemented(vm: &Vm, r: &mut Regs, on_return: Return, oparg: u32) -> Next {
    let (left, right) = (r.peek(2), r.peek(1));
    if on_return == Return::Binary {
        let value = raise!(number::binary_op_rest(vm, oparg, left, right));
        return replace_operands(r, value, binary_op::CACHE);
    }
    let result: PyResult<Value> = compare::rich_rest(vm, left, right, CompareOp::from_oparg(oparg));
    leave_level(r);
    replace_operands(r, raise!(result), compare_op::CACHE)
}
