//! Rich comparison.
//!
//! CPython 3.11: `do_richcompare`, `PyObject_RichCompareBool` in `Objects/object.c`.

use super::truth;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{CompareOp, Value};
use crate::types::str::value::PyStr;

/// What a RecursionError in a comparison says.
pub const RECURSION: &str = " in comparison";

/// `a op b`.
#[inline]
pub fn rich(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
        return Ok(Value::bool(op.holds(x.cmp(&y))));
    }
    let _guard = vm.enter_recursive(RECURSION)?;
    dispatch(vm, a, b, op)
}

fn dispatch(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (left, right) = (a.class(vm), b.class(vm));
    let mut reflected_tried = false;
    if !left.is(right)
        && right.is_subtype(left)
        && let Some(compare) = right.slots.richcompare.get()
    {
        reflected_tried = true;
        let result = compare(vm, b, a, op.swapped())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(compare) = left.slots.richcompare.get() {
        let result = compare(vm, a, b, op)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if !reflected_tried && let Some(compare) = right.slots.richcompare.get() {
        let result = compare(vm, b, a, op.swapped())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    by_identity(vm, a, b, op)
}

/// What is left of `a op b` when the method of `a` was called and gave `NotImplemented`. The class of `b` is that of `a`, or native.
pub fn rich_rest(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    if let Some(compare) = b.class(vm).slots.richcompare.get() {
        let result = compare(vm, b, a, op.swapped())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    by_identity(vm, a, b, op)
}

/// What comparisons give that neither operand knows.
fn by_identity(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    match op {
        CompareOp::Eq => Ok(Value::bool(a.is(b))),
        CompareOp::Ne => Ok(Value::bool(!a.is(b))),
        _ => Err(unsupported(vm, a, b, op)),
    }
}

#[cold]
#[inline(never)]
fn unsupported(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyErr {
    vm.type_error(format!(
        "'{}' not supported between instances of '{}' and '{}'",
        op.symbol(),
        a.class(vm).tp_name(),
        b.class(vm).tp_name()
    ))
}

/// `a op b` as a truth value; identity decides `==` and `!=` first.
#[inline]
pub fn rich_bool(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<bool> {
    if a.is(b) {
        match op {
            CompareOp::Eq => return Ok(true),
            CompareOp::Ne => return Ok(false),
            _ => {}
        }
    }
    let result = rich(vm, a, b, op)?;
    truth::is_true(vm, &result)
}

/// `a is b or a == b`, what containers ask.
#[inline]
pub fn eq(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    if Value::both_small_int(a, b) {
        return Ok(a.is(b));
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyStr>(vm), b.downcast_exact::<PyStr>(vm)) {
        return Ok(a.equals(b));
    }
    rich_bool(vm, a, b, CompareOp::Eq)
}

/// `a < b` as a truth value.
#[inline]
pub fn lt(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    rich_bool(vm, a, b, CompareOp::Lt)
}
