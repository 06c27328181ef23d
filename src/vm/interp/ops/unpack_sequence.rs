//! FAMILY `UNPACK_SEQUENCE`; `UNPACK_EX`.
//!
//! CPython 3.11: `UNPACK_SEQUENCE*`, `unpack_iterable` in `Python/ceval.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::iter;
use crate::raise;
use crate::slow_handler;
use crate::types::list::value::PyList;
use crate::types::tuple::value::PyTuple;
use bytecode::Opcode;

/// Inline cache of `UNPACK_SEQUENCE`.
pub const CACHE: usize = 1;

#[inline(never)]
fn unpack_sequence_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let count = oparg as usize;
    let sequence = r.pop();
    if let Some(tuple) = sequence.downcast_exact::<PyTuple>(vm)
        && tuple.len() == count
    {
        for value in tuple.as_slice().iter().rev() {
            r.push(value.clone());
        }
    } else {
        for value in raise!(unpack(vm, &sequence, count, None)).into_iter().rev() {
            r.push(value);
        }
    }
    r.jump(CACHE);
    Next::Continue
}

/// Exactly `before` values, or with a starred target `before`, a list of the rest, and `after`.
#[inline(never)]
fn unpack(vm: &Vm, value: &Value, before: usize, after: Option<usize>) -> PyResult<Vec<Value>> {
    let iterator = match iter::get_iter(vm, value) {
        Ok(iterator) => iterator,
        Err(error) => {
            let slots = &value.class(vm).slots;
            if error.is(vm, ExcKind::TypeError)
                && slots.iter.get().is_none()
                && slots.sq_item.get().is_none()
                && slots.mp_subscript.get().is_none()
            {
                return Err(vm.type_error(format!(
                    "cannot unpack non-iterable {} object",
                    value.class(vm).tp_name()
                )));
            }
            return Err(error);
        }
    };
    let mut values = Vec::with_capacity(before.min(64));
    for got in 0..before {
        match iter::next(vm, &iterator)? {
            Some(item) => values.push(item),
            None if after.is_none() => {
                return Err(vm.value_error(format!(
                    "not enough values to unpack (expected {before}, got {got})"
                )));
            }
            None => {
                let wanted = before + after.unwrap_or(0);
                return Err(vm.value_error(format!(
                    "not enough values to unpack (expected at least {wanted}, got {got})"
                )));
            }
        }
    }
    let Some(after) = after else {
        return match iter::next(vm, &iterator)? {
            None => Ok(values),
            Some(_) => {
                Err(vm.value_error(format!("too many values to unpack (expected {before})")))
            }
        };
    };
    let mut rest = iter::to_vec(vm, &iterator)?;
    if rest.len() < after {
        let (wanted, got) = (before + after, before + rest.len());
        return Err(vm.value_error(format!(
            "not enough values to unpack (expected at least {wanted}, got {got})"
        )));
    }
    let tail = rest.split_off(rest.len() - after);
    values.push(vm.new_list(rest));
    values.extend(tail);
    Ok(values)
}

#[inline(always)]
pub fn unpack_sequence_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    unpack_sequence(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let sequence = r.peek(1);
    if let Some(tuple) = sequence.downcast_exact::<PyTuple>(vm)
        && tuple.len() == oparg as usize
    {
        let form = if oparg == 2 {
            Opcode::UNPACK_SEQUENCE_TWO_TUPLE
        } else {
            Opcode::UNPACK_SEQUENCE_TUPLE
        };
        return adaptive::specialise_to(r, form);
    }
    if sequence
        .downcast_exact::<PyList>(vm)
        .is_some_and(|list| list.len() == oparg as usize)
    {
        return adaptive::specialise_to(r, Opcode::UNPACK_SEQUENCE_LIST);
    }
    adaptive::back_off(r);
}

#[inline(always)]
fn missed(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    adaptive::miss(r, Opcode::UNPACK_SEQUENCE_ADAPTIVE);
    unpack_sequence(vm, r, oparg)
}

#[inline(always)]
pub fn unpack_sequence_two_tuple(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(tuple) = r.peek(1).downcast_exact::<PyTuple>(vm)
        && let [first, second] = tuple.as_slice()
    {
        let (first, second) = (first.clone(), second.clone());
        r.set_top(second);
        r.push(first);
        r.jump(CACHE);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn unpack_sequence_tuple(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    unpack_sequence(vm, r, oparg)
}

#[inline(always)]
pub fn unpack_sequence_list(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let items = r
        .peek(1)
        .downcast_exact::<PyList>(vm)
        .filter(|list| list.len() == oparg as usize)
        .map(|list| list.to_vec());
    if let Some(items) = items {
        drop(r.pop());
        for value in items.into_iter().rev() {
            r.push(value);
        }
        r.jump(CACHE);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn unpack_ex(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.out_of_line(move |r| unpack_ex_slow(vm, r, oparg))
}

/// `first, *rest, last = sequence` for tuples and lists with enough items.
fn unpack_items(vm: &Vm, r: &mut Regs, items: &[Value], before: usize, after: usize) -> bool {
    let Some(end) = items.len().checked_sub(after).filter(|end| *end >= before) else {
        return false;
    };
    for value in items[end..].iter().rev() {
        r.push(value.clone());
    }
    r.push(vm.new_list(items[before..end].to_vec()));
    for value in items[..before].iter().rev() {
        r.push(value.clone());
    }
    true
}

#[inline(never)]
fn unpack_ex_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let (before, after) = ((oparg & 0xff) as usize, (oparg >> 8) as usize);
    let sequence = r.pop();
    if let Some(tuple) = sequence.downcast_exact::<PyTuple>(vm) {
        if unpack_items(vm, r, tuple.as_slice(), before, after) {
            return Next::Continue;
        }
    } else if let Some(list) = sequence.downcast_exact::<PyList>(vm) {
        let items = list.to_vec();
        if unpack_items(vm, r, &items, before, after) {
            return Next::Continue;
        }
    }
    let values = raise!(unpack(vm, &sequence, before, Some(after)));
    for value in values.into_iter().rev() {
        r.push(value);
    }
    Next::Continue
}
slow_handler!(unpack_sequence, unpack_sequence_slow);
