//! Operators and conversions between numbers.
//!
//! One generic function does the dispatch of binary operators: the left operand's slot first, unless the right operand's class derives from
//! the left one's and has a slot of its own. The public functions are one line each.
//!
//! CPython 3.11: `Objects/abstract.c` ("Operations on numbers").

use super::convert_int::{fit_index, returned_non_int};
use super::special;
use super::warn::warn;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::slots::{BinaryFn, RepeatFn, TernaryFn};
use crate::object::{Slots, Value, type_flag};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::int::value::IntRef;
use std::ptr::fn_addr_eq;

#[inline(always)]
fn binary_op1(
    vm: &Vm,
    a: &Value,
    b: &Value,
    slot: impl Fn(&Slots) -> Option<BinaryFn>,
) -> PyResult<Value> {
    let (left, right) = (a.class(vm), b.class(vm));
    let left_slot = slot(&left.slots);
    let mut right_slot = None;
    if !left.is(right) {
        right_slot = slot(&right.slots);
        if let (Some(l), Some(r)) = (left_slot, right_slot)
            && fn_addr_eq(l, r)
        {
            right_slot = None;
        }
    }
    if let Some(l) = left_slot {
        if let Some(r) = right_slot
            && right.is_subtype(left)
        {
            let result = r(vm, a, b)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            right_slot = None;
        }
        let result = l(vm, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    match right_slot {
        Some(r) => r(vm, a, b),
        None => Ok(Value::NotImplemented),
    }
}

#[inline(always)]
fn binary_iop1(
    vm: &Vm,
    a: &Value,
    b: &Value,
    inplace: impl Fn(&Slots) -> Option<BinaryFn>,
    slot: impl Fn(&Slots) -> Option<BinaryFn>,
) -> PyResult<Value> {
    if let Some(inplace) = inplace(&a.class(vm).slots) {
        let result = inplace(vm, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    binary_op1(vm, a, b, slot)
}

#[cold]
#[inline(never)]
fn unsupported(vm: &Vm, a: &Value, b: &Value, symbol: &str) -> PyErr {
    let hint = match a.downcast_exact::<PyBuiltinFunction>(vm) {
        Some(function) if symbol == ">>" && function.def.name == "print" => {
            ". Did you mean \"print(<message>, file=<output_stream>)\"?"
        }
        _ => "",
    };
    vm.type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'{hint}",
        a.class(vm).tp_name(),
        b.class(vm).tp_name()
    ))
}

macro_rules! binary_operators {
    ($( $name:ident $symbol:literal, $inplace_name:ident $inplace_symbol:literal: $slot:ident $inplace_slot:ident; )*) => {
        $(
            #[doc = concat!("`a ", $symbol, " b`")]
            pub fn $name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
                let result = binary_op1(vm, a, b, |slots| slots.$slot.get())?;
                if result.is_not_implemented() {
                    return Err(unsupported(vm, a, b, $symbol));
                }
                Ok(result)
            }

            #[doc = concat!("`a ", $inplace_symbol, " b`: the new value of `a`")]
            pub fn $inplace_name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
                let result = binary_iop1(vm, a, b, |slots| slots.$inplace_slot.get(), |slots| slots.$slot.get())?;
                if result.is_not_implemented() {
                    return Err(unsupported(vm, a, b, $inplace_symbol));
                }
                Ok(result)
            }
        )*
    };
}

binary_operators! {
    or "|", inplace_or "|=": or inplace_or;
    xor "^", inplace_xor "^=": xor inplace_xor;
    and "&", inplace_and "&=": and inplace_and;
    lshift "<<", inplace_lshift "<<=": lshift inplace_lshift;
    rshift ">>", inplace_rshift ">>=": rshift inplace_rshift;
    subtract "-", inplace_subtract "-=": subtract inplace_subtract;
    matrix_multiply "@", inplace_matrix_multiply "@=": matrix_multiply inplace_matrix_multiply;
    floor_divide "//", inplace_floor_divide "//=": floor_divide inplace_floor_divide;
    true_divide "/", inplace_true_divide "/=": true_divide inplace_true_divide;
    remainder "%", inplace_remainder "%=": remainder inplace_remainder;
}

/// `divmod(a, b)`
pub fn divmod(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = binary_op1(vm, a, b, |slots| slots.divmod.get())?;
    if result.is_not_implemented() {
        return Err(unsupported(vm, a, b, "divmod()"));
    }
    Ok(result)
}

/// The `add` slots alone: `NotImplemented` when neither operand adds (`binary_op1`).
pub(super) fn add_slots(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary_op1(vm, a, b, |slots| slots.add.get())
}

/// The `multiply` slots alone.
pub(super) fn multiply_slots(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary_op1(vm, a, b, |slots| slots.multiply.get())
}

/// The `inplace_add` and `add` slots alone.
pub(super) fn inplace_add_slots(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary_iop1(
        vm,
        a,
        b,
        |slots| slots.inplace_add.get(),
        |slots| slots.add.get(),
    )
}

/// The `inplace_multiply` and `multiply` slots alone.
pub(super) fn inplace_multiply_slots(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    binary_iop1(
        vm,
        a,
        b,
        |slots| slots.inplace_multiply.get(),
        |slots| slots.multiply.get(),
    )
}

/// `a + b`
pub fn add(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = add_slots(vm, a, b)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    add_rest(vm, a, b)
}

fn add_rest(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    match a.class(vm).slots.sq_concat.get() {
        Some(concat) => concat(vm, a, b),
        None => Err(unsupported(vm, a, b, "+")),
    }
}

/// `a += b`: the new value of `a`
pub fn inplace_add(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = inplace_add_slots(vm, a, b)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    inplace_add_rest(vm, a, b)
}

fn inplace_add_rest(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let slots = &a.class(vm).slots;
    match slots.sq_inplace_concat.get().or(slots.sq_concat.get()) {
        Some(concat) => concat(vm, a, b),
        None => Err(unsupported(vm, a, b, "+=")),
    }
}

fn repeat(vm: &Vm, slot: RepeatFn, sequence: &Value, count: &Value) -> PyResult<Value> {
    if !is_index(vm, count) {
        return Err(vm.type_error(format!(
            "can't multiply sequence by non-int of type '{}'",
            count.class(vm).tp_name()
        )));
    }
    slot(
        vm,
        sequence,
        to_index_isize(vm, count, ExcKind::OverflowError)?,
    )
}

/// `a * b`
pub fn multiply(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = multiply_slots(vm, a, b)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    multiply_rest(vm, a, b)
}

fn multiply_rest(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    if let Some(slot) = a.class(vm).slots.sq_repeat.get() {
        repeat(vm, slot, a, b)
    } else if let Some(slot) = b.class(vm).slots.sq_repeat.get() {
        repeat(vm, slot, b, a)
    } else {
        Err(unsupported(vm, a, b, "*"))
    }
}

/// `a *= b`: the new value of `a`
pub fn inplace_multiply(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let result = inplace_multiply_slots(vm, a, b)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    inplace_multiply_rest(vm, a, b)
}

fn inplace_multiply_rest(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let class = a.class(vm);
    if let Some(slot) = class
        .slots
        .sq_inplace_repeat
        .get()
        .or(class.slots.sq_repeat.get())
    {
        return repeat(vm, slot, a, b);
    }
    // CPython asks the right operand only when the left one's type has no sequence slots at all, which a class statement's always has.
    match b.class(vm).slots.sq_repeat.get() {
        Some(slot) if !class.has_flag(type_flag::HEAPTYPE) => repeat(vm, slot, b, a),
        _ => Err(unsupported(vm, a, b, "*=")),
    }
}

/// `a ** b`, or `pow(a, b, modulus)`; the modulus is `None` when absent.
pub fn power(vm: &Vm, a: &Value, b: &Value, modulus: &Value) -> PyResult<Value> {
    ternary_op(vm, a, b, modulus, "** or pow()")
}

/// `a **= b`: the new value of `a`
pub fn inplace_power(vm: &Vm, a: &Value, b: &Value, modulus: &Value) -> PyResult<Value> {
    if let Some(slot) = a.class(vm).slots.inplace_power.get() {
        let result = slot(vm, a, b, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    ternary_op(vm, a, b, modulus, "**=")
}

fn ternary_op(vm: &Vm, a: &Value, b: &Value, c: &Value, symbol: &str) -> PyResult<Value> {
    let same = |x: Option<TernaryFn>, y: TernaryFn| x.is_some_and(|x| fn_addr_eq(x, y));
    let (left, right) = (a.class(vm), b.class(vm));
    let left_slot = left.slots.power.get();
    let right_slot = if left.is(right) {
        None
    } else {
        right.slots.power.get().filter(|&r| !same(left_slot, r))
    };
    let right_first = left_slot.is_some() && right_slot.is_some() && right.is_subtype(left);
    let order = if right_first {
        [right_slot, left_slot]
    } else {
        [left_slot, right_slot]
    };
    for slot in order.into_iter().flatten() {
        let result = slot(vm, a, b, c)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(slot) = c.class(vm).slots.power.get()
        && !same(left_slot, slot)
        && !same(right_slot, slot)
    {
        let result = slot(vm, a, b, c)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if c.is_none() {
        return Err(unsupported(vm, a, b, symbol));
    }
    Err(vm.type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}', '{}', '{}'",
        a.class(vm).tp_name(),
        b.class(vm).tp_name(),
        c.class(vm).tp_name()
    )))
}

/// What is left of an operator (but `**`) when the method of `a` was called, which is no in-place one, and gave `NotImplemented`. The class
/// of `b` is that of `a`, or native, or has no reflected method.
pub fn binary_op_rest(vm: &Vm, oparg: u32, a: &Value, b: &Value) -> PyResult<Value> {
    let (left, right) = (a.class(vm), b.class(vm));
    let slots = &right.slots;
    let slot = match oparg % 13 {
        0 => slots.add.get(),
        1 => slots.and.get(),
        2 => slots.floor_divide.get(),
        3 => slots.lshift.get(),
        4 => slots.matrix_multiply.get(),
        5 => slots.multiply.get(),
        6 => slots.remainder.get(),
        7 => slots.or.get(),
        9 => slots.rshift.get(),
        10 => slots.subtract.get(),
        11 => slots.true_divide.get(),
        12 => slots.xor.get(),
        _ => None,
    };
    // The slots of classes that class statements made only ask for the method.
    if let Some(slot) = slot
        && !left.is(right)
        && !right.has_flag(type_flag::HEAPTYPE)
    {
        let result = slot(vm, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    const SYMBOLS: [&str; 26] = [
        "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=",
        "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
    ];
    match oparg {
        0 => add_rest(vm, a, b),
        5 => multiply_rest(vm, a, b),
        13 => inplace_add_rest(vm, a, b),
        18 => inplace_multiply_rest(vm, a, b),
        _ => {
            let symbol = SYMBOLS.get(oparg as usize).copied().unwrap_or("?");
            Err(unsupported(vm, a, b, symbol))
        }
    }
}

/// The operator of a `BINARY_OP` instruction by its argument (`NB_ADD` … `NB_INPLACE_XOR`).
pub fn binary_op(vm: &Vm, oparg: u32, a: &Value, b: &Value) -> PyResult<Value> {
    match oparg {
        0 => add(vm, a, b),
        1 => and(vm, a, b),
        2 => floor_divide(vm, a, b),
        3 => lshift(vm, a, b),
        4 => matrix_multiply(vm, a, b),
        5 => multiply(vm, a, b),
        6 => remainder(vm, a, b),
        7 => or(vm, a, b),
        8 => power(vm, a, b, &Value::None),
        9 => rshift(vm, a, b),
        10 => subtract(vm, a, b),
        11 => true_divide(vm, a, b),
        12 => xor(vm, a, b),
        13 => inplace_add(vm, a, b),
        14 => inplace_and(vm, a, b),
        15 => inplace_floor_divide(vm, a, b),
        16 => inplace_lshift(vm, a, b),
        17 => inplace_matrix_multiply(vm, a, b),
        18 => inplace_multiply(vm, a, b),
        19 => inplace_remainder(vm, a, b),
        20 => inplace_or(vm, a, b),
        21 => inplace_power(vm, a, b, &Value::None),
        22 => inplace_rshift(vm, a, b),
        23 => inplace_subtract(vm, a, b),
        24 => inplace_true_divide(vm, a, b),
        25 => inplace_xor(vm, a, b),
        _ => Err(vm.system_error(format!("unknown binary operation {oparg}"))),
    }
}

macro_rules! unary_operators {
    ($( $name:ident $slot:ident $what:literal; )*) => {
        $(
            #[doc = concat!($what, " of a value")]
            pub fn $name(vm: &Vm, value: &Value) -> PyResult<Value> {
                match value.class(vm).slots.$slot.get() {
                    Some(slot) => slot(vm, value),
                    None => Err(vm.type_error(format!(
                        concat!("bad operand type for ", $what, ": '{}'"),
                        value.class(vm).tp_name()
                    ))),
                }
            }
        )*
    };
}

unary_operators! {
    negative negative "unary -";
    positive positive "unary +";
    invert invert "unary ~";
    absolute absolute "abs()";
}

/// Whether the object is an int or has `__index__`.
#[inline]
pub fn is_index(vm: &Vm, value: &Value) -> bool {
    value.is_small_int() || value.class(vm).slots.index.get().is_some()
}

/// Whether the object is a number: has `__index__`, `__int__` or `__float__` (`PyNumber_Check`, complex numbers aside).
pub fn is_number(vm: &Vm, value: &Value) -> bool {
    let slots = &value.class(vm).slots;
    slots.index.get().is_some() || slots.int.get().is_some() || slots.float.get().is_some()
}

/// An int for the object by `__index__`; may be an instance of a subclass of int (`_PyNumber_Index`).
pub fn index_any(vm: &Vm, value: &Value) -> PyResult<Value> {
    if value.as_int().is_some() {
        return Ok(value.clone());
    }
    let Some(slot) = value.class(vm).slots.index.get() else {
        return Err(vm.type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            value.class(vm).tp_name()
        )));
    };
    let result = slot(vm, value)?;
    if result.is_exact(vm, &vm.types.int) {
        return Ok(result);
    }
    returned_non_int(vm, "__index__", &result)?;
    Ok(result)
}

/// `operator.index(value)`: an int of the exact type (`PyNumber_Index`).
pub fn index(vm: &Vm, value: &Value) -> PyResult<Value> {
    let result = index_any(vm, value)?;
    Ok(exact_int(vm, result))
}

/// The number as an int of the exact type; the value must be an int or an instance of a subclass.
pub fn exact_int(vm: &Vm, value: Value) -> Value {
    if value.is_exact(vm, &vm.types.int) {
        return value;
    }
    match value.as_int() {
        Some(IntRef::Small(n)) => vm.new_int(n),
        Some(IntRef::Big(n)) => vm.new_bigint(n.clone()),
        None => value,
    }
}

/// The index as a native number; `error` is raised when it does not fit (`PyNumber_AsSsize_t`).
pub fn to_index_isize(vm: &Vm, value: &Value, error: ExcKind) -> PyResult<isize> {
    if let Some(n) = value.as_small_int() {
        return Ok(n as isize);
    }
    let number = index_any(vm, value)?;
    match fit_index(&number) {
        Ok(n) => Ok(n),
        Err(_) => Err(vm.new_exception(
            error,
            vm.new_str(&format!(
                "cannot fit '{}' into an index-sized integer",
                value.class(vm).tp_name()
            )),
        )),
    }
}

/// The index as a native number, clipped to what fits.
pub fn to_index_clipped(vm: &Vm, value: &Value) -> PyResult<isize> {
    if let Some(n) = value.as_small_int() {
        return Ok(n as isize);
    }
    let number = index_any(vm, value)?;
    Ok(fit_index(&number).unwrap_or_else(|clipped| clipped))
}

/// An int by `__int__`, `__index__` or `__trunc__`, or `None` for objects without any of them (strings, among others).
pub fn int_from_number(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    if value.is_exact(vm, &vm.types.int) {
        return Ok(Some(value.clone()));
    }
    let slots = &value.class(vm).slots;
    if let Some(slot) = slots.int.get() {
        let result = slot(vm, value)?;
        if result.is_exact(vm, &vm.types.int) {
            return Ok(Some(result));
        }
        returned_non_int(vm, "__int__", &result)?;
        return Ok(Some(exact_int(vm, result)));
    }
    if slots.index.get().is_some() {
        return index(vm, value).map(Some);
    }
    let Some(trunc) = special::lookup(vm, value, &vm.intern_str("__trunc__"))? else {
        return Ok(None);
    };
    warn(
        vm,
        ExcKind::DeprecationWarning,
        "The delegation of int() to __trunc__ is deprecated.",
        1,
    )?;
    let result = super::call::call0(vm, &trunc)?;
    if result.as_int().is_some() {
        return Ok(Some(exact_int(vm, result)));
    }
    if !is_index(vm, &result) {
        return Err(vm.type_error(format!(
            "__trunc__ returned non-Integral (type {})",
            result.class(vm).tp_name()
        )));
    }
    index(vm, &result).map(Some)
}

/// The number as a float: floats, `__float__`, `__index__` (`PyFloat_AsDouble`).
pub fn to_f64(vm: &Vm, value: &Value) -> PyResult<f64> {
    if let Some(f) = value.as_float() {
        return Ok(f);
    }
    let slots = &value.class(vm).slots;
    if let Some(slot) = slots.float.get() {
        let result = slot(vm, value)?;
        return float_result(vm, value, &result);
    }
    if slots.index.get().is_some() {
        let number = index_any(vm, value)?;
        return super::convert_int::int_to_f64(vm, &number);
    }
    Err(vm.type_error(format!(
        "must be real number, not {}",
        value.class(vm).tp_name()
    )))
}

/// A float by `__float__` or `__index__`, or `None` for objects without either (strings, among others).
pub fn float_from_number(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    if value.is_exact(vm, &vm.types.float) {
        return Ok(Some(value.clone()));
    }
    let slots = &value.class(vm).slots;
    if let Some(slot) = slots.float.get() {
        let result = slot(vm, value)?;
        if result.is_exact(vm, &vm.types.float) {
            return Ok(Some(result));
        }
        return float_result(vm, value, &result).map(|f| Some(vm.new_float(f)));
    }
    if slots.index.get().is_some() {
        let number = index_any(vm, value)?;
        return super::convert_int::int_to_f64(vm, &number).map(|f| Some(vm.new_float(f)));
    }
    Ok(value.as_float().map(|f| vm.new_float(f)))
}

/// Checks what a `__float__` returned.
fn float_result(vm: &Vm, value: &Value, result: &Value) -> PyResult<f64> {
    let Some(f) = result.as_float() else {
        return Err(vm.type_error(format!(
            "{}.__float__ returned non-float (type {})",
            value.class(vm).tp_name(),
            result.class(vm).tp_name()
        )));
    };
    if !result.is_exact(vm, &vm.types.float) {
        warn(
            vm,
            ExcKind::DeprecationWarning,
            &format!(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of float is deprecated, \
                 and may be removed in a future version of Python.",
                value.class(vm).tp_name(),
                result.class(vm).tp_name()
            ),
            1,
        )?;
    }
    Ok(f)
}
