//! `x[a:b]` and `x[a:b] = y` without a slice object.
//!
//! `BUILD_SLICE` looks at the instruction that follows; when that is an adaptive subscription of an exact list, str or tuple, and the bounds
//! are in-place ints or None, both are done at once. CPython 3.12 has `BINARY_SLICE` and `STORE_SLICE` for the same reason.
//!
//! CPython 3.11: `BUILD_SLICE`, `BINARY_SUBSCR`, `STORE_SUBSCR` in `Python/ceval.c`.

use super::{binary_subscr, store_subscr};
use crate::context::eval_breaker::TRACE;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::raise;
use crate::types::list::value::{PyList, drop_from_the_end};
use crate::types::slice::value::{PySlice, Span, adjust};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::Opcode;

#[inline(always)]
pub fn build_slice(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.out_of_line(move |r| build_slice_slow(vm, r, oparg))
}

#[inline(never)]
fn build_slice_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let following = r.unit(0) as u8;
    if following == Opcode::BINARY_SUBSCR_ADAPTIVE as u8 && may_join(vm) {
        if let Some(value) = selected(vm, r, oparg as usize) {
            r.fetch();
            let value = raise!(value);
            r.drop_many(oparg as usize);
            r.set_top(value);
            r.jump(binary_subscr::CACHE);
            return Next::Continue;
        }
    } else if following == Opcode::STORE_SUBSCR_ADAPTIVE as u8
        && oparg == 2
        && may_join(vm)
        && let Some(done) = assigned(vm, r)
    {
        r.fetch();
        raise!(done);
        r.drop_many(4);
        r.jump(store_subscr::CACHE);
        return Next::Continue;
    }
    let step = if oparg == 3 { r.pop() } else { Value::None };
    let stop = r.pop();
    let start = r.pop();
    r.push(PySlice::new(vm, start, stop, step).into_value());
    Next::Continue
}

/// A trace function may want to see both instructions.
fn may_join(vm: &Vm) -> bool {
    vm.breaker.bits_relaxed() & TRACE == 0
}

/// A bound that needs no conversion.
fn bound(value: &Value, missing: isize) -> Option<isize> {
    if value.is_none() {
        Some(missing)
    } else {
        value.as_small_int().map(|n| n as isize)
    }
}

/// The items that the bounds on the stack select from a sequence of that length.
fn span(r: &Regs, parts: usize, len: usize) -> Option<Span> {
    let step = if parts == 3 { bound(r.peek(1), 1)? } else { 1 };
    if step == 0 {
        return None;
    }
    let (first, last) = if step < 0 {
        (isize::MAX, isize::MIN)
    } else {
        (0, isize::MAX)
    };
    let start = bound(r.peek(parts), first)?;
    let stop = bound(r.peek(parts - 1), last)?;
    Some(adjust(start, stop, step, len))
}

fn selected(vm: &Vm, r: &Regs, parts: usize) -> Option<PyResult<Value>> {
    let container = r.peek(parts + 1);
    if let Some(list) = container.downcast_exact::<PyList>(vm) {
        let span = span(r, parts, list.len())?;
        return Some(list_items(vm, list, span));
    }
    if let Some(string) = container.downcast_exact::<PyStr>(vm) {
        let span = span(r, parts, string.len())?;
        if span.step != 1 {
            return None;
        }
        let start = span.start as usize;
        let part = match span.count {
            0 => vm.empty_str(),
            count => PyStr::substring(vm, string, start, start + count),
        };
        return Some(Ok(part.into_value()));
    }
    if let Some(tuple) = container.downcast_exact::<PyTuple>(vm) {
        let span = span(r, parts, tuple.len())?;
        if span.step != 1 || span.count == tuple.len() {
            return None;
        }
        let start = span.start as usize;
        let part = tuple.as_slice().get(start..start + span.count)?;
        return Some(Ok(PyTuple::from_slice(vm, part).into_value()));
    }
    None
}

fn list_items(vm: &Vm, list: &Py<PyList>, span: Span) -> PyResult<Value> {
    vm.try_reserve(span.count * size_of::<Value>())?;
    let items: Vec<Value> = list.with(|items| {
        let start = span.start as usize;
        match span.step {
            1 => items
                .get(start..start + span.count)
                .map_or_else(Vec::new, <[Value]>::to_vec),
            -1 if span.count > 0 => items
                .get(start + 1 - span.count..=start)
                .map_or_else(Vec::new, |items| items.iter().rev().cloned().collect()),
            _ => span
                .indices()
                .filter_map(|index| items.get(index).cloned())
                .collect(),
        }
    });
    Ok(vm.new_list(items))
}

/// `list[start:stop] = list`; the stack is value, container, start, stop.
fn assigned(vm: &Vm, r: &Regs) -> Option<PyResult<()>> {
    let list = r.peek(3).downcast_exact::<PyList>(vm)?;
    let value = r.peek(4).downcast_exact::<PyList>(vm)?;
    let span = span(r, 2, list.len())?;
    let (start, stop) = (span.start as usize, span.stop.max(span.start) as usize);
    // A list nobody else holds gives its items away.
    let mut items = if value.object().refcount() == 1 {
        value.take()
    } else {
        value.to_vec()
    };
    if items.len() != stop - start {
        return Some(list.splice(vm, start, stop, items));
    }
    list.with_mut(|places| {
        if let Some(places) = places.get_mut(start..stop) {
            places.swap_with_slice(&mut items);
        }
    });
    drop_from_the_end(items);
    Some(Ok(()))
}
