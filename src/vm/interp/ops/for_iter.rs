//! FAMILY `FOR_ITER` (pyrs's own forms; CPython 3.11 has none), `GET_ITER`.
//!
//! `FOR_ITER` has no inline cache in 3.11, so the forms carry no counter: the first iterator chooses the form, and a form that meets
//! another iterator turns into the general instruction for good.
//!
//! CPython 3.11: `FOR_ITER`, `GET_ITER` in `Python/ceval.c`.

use super::{special, unpack_sequence};
use crate::context::eval_breaker::TRACE;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::frame::Return;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::iter;
use crate::raise;
use crate::slow_handler;
use crate::types::generator::PyGenerator;
use crate::types::iterate;
use crate::types::list::iter::PyListIter;
use crate::types::range::iter::PyRangeIter;
use crate::types::tuple::iter::PyTupleIter;
use bytecode::Opcode;

#[inline(always)]
pub fn get_iter(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    if special::has_python_class(r.peek(1))
        && let Some(next) = r.out_of_line(move |r| special::iterator(vm, r, Return::Iter))
    {
        return next;
    }
    let iterator = raise!(iter::get_iter(vm, r.peek(1)));
    r.set_top(iterator);
    Next::Continue
}

#[inline(always)]
fn finish(r: &mut Regs, oparg: u32, value: Option<Value>) -> Next {
    match value {
        Some(value) => r.push(value),
        None => {
            drop(r.pop());
            r.jump(oparg as usize);
        }
    }
    Next::Continue
}

/// Whether the item is unpacked into two at once.
#[inline(always)]
fn wants_pair(r: &Regs) -> bool {
    let following = r.unit(0);
    following == Opcode::UNPACK_SEQUENCE_ADAPTIVE as u16 | 2 << 8
        || following == Opcode::UNPACK_SEQUENCE_TWO_TUPLE as u16 | 2 << 8
}

/// The general form.
#[inline(always)]
pub fn for_iter(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    // A trace function may want to see both instructions.
    let outcome = if wants_pair(r) && vm.breaker.bits_relaxed() & TRACE == 0 {
        pair_onto(vm, r.peek(1), r.sp())
    } else {
        one_onto(vm, r.peek(1), r.sp())
    };
    let outcome = raise!(outcome);
    if outcome.is(&ONE) {
        // SAFETY: one value was written, for which verified code has room.
        unsafe { r.written(1) };
    } else if outcome.is(&TWO) {
        // SAFETY: as above; unpacking takes the room of two.
        unsafe { r.written(2) };
        r.jump(1 + unpack_sequence::CACHE);
    } else {
        drop(r.pop());
        r.jump(oparg as usize);
    }
    Next::Continue
}

/// How many items were written. A `Value`, because results with one are returned in machine registers.
const ONE: Value = Value::False;
/// See `ONE`.
const TWO: Value = Value::True;
/// See `ONE`.
const END: Value = Value::None;

/// Writes the next item to `sp`, which is a word above the stack's top.
#[inline(never)]
fn one_onto(vm: &Vm, iterator: &Value, sp: *mut Value) -> PyResult<Value> {
    let item = match iterator.class(vm).slots.iternext.get() {
        Some(next) => next(vm, iterator)?,
        None => iter::next(vm, iterator)?,
    };
    Ok(match item {
        Some(item) => {
            // SAFETY: verified code has room for the item; frames called meanwhile stand behind this one's stack.
            unsafe { sp.write(item) };
            ONE
        }
        None => END,
    })
}

/// `for a, b in …`: writes both items to `sp`, the first one upmost, or else what `one_onto` does.
#[inline(never)]
fn pair_onto(vm: &Vm, iterator: &Value, sp: *mut Value) -> PyResult<Value> {
    let Some(pair) = iterate::next_pair(vm, iterator) else {
        return one_onto(vm, iterator, sp);
    };
    Ok(match pair? {
        Some((first, second)) => {
            // SAFETY: as in `one_onto`; the unpacking that follows needs the room.
            unsafe {
                sp.write(second);
                sp.add(1).write(first);
            }
            TWO
        }
        None => END,
    })
}

#[inline(always)]
fn become_form(r: &mut Regs, form: Opcode) {
    let unit = r.unit_before() & 0xff00 | form as u16;
    r.set_unit(-1, unit);
}

#[inline(never)]
fn for_iter_adaptive_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let iterator = r.peek(1);
    let form = if iterator.downcast_exact::<PyListIter>(vm).is_some() {
        Opcode::FOR_ITER_LIST
    } else if iterator.downcast_exact::<PyTupleIter>(vm).is_some() {
        Opcode::FOR_ITER_TUPLE
    } else if iterator.downcast_exact::<PyRangeIter>(vm).is_some() {
        Opcode::FOR_ITER_RANGE
    } else if iterator.downcast_exact::<PyGenerator>(vm).is_some() {
        Opcode::FOR_ITER_GENERATOR
    } else {
        Opcode::FOR_ITER
    };
    become_form(r, form);
    for_iter(vm, r, oparg)
}

macro_rules! iterator_form {
    ($name:ident, $payload:ty) => {
        #[inline(always)]
        pub fn $name(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
            if let Some(iterator) = r.peek(1).downcast_exact::<$payload>(vm) {
                let value = iterator.next();
                return finish(r, oparg, value);
            }
            become_form(r, Opcode::FOR_ITER);
            for_iter(vm, r, oparg)
        }
    };
}

iterator_form!(for_iter_list, PyListIter);
iterator_form!(for_iter_tuple, PyTupleIter);

#[inline(always)]
pub fn for_iter_range(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(iterator) = r.peek(1).downcast_exact::<PyRangeIter>(vm) {
        let value = iterator.next().map(|n| vm.new_int(n));
        return finish(r, oparg, value);
    }
    become_form(r, Opcode::FOR_ITER);
    for_iter(vm, r, oparg)
}

#[inline(always)]
pub fn for_iter_generator(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(generator) = r.peek(1).downcast_exact::<PyGenerator>(vm)
        && let Some(frame) = generator.start_resume(vm, Return::ForIter, oparg)
    {
        return super::generators::enter_generator(vm, r, frame, Value::None);
    }
    become_form(r, Opcode::FOR_ITER);
    for_iter(vm, r, oparg)
}

slow_handler!(for_iter_adaptive, for_iter_adaptive_slow);
