//! FAMILY `BINARY_SUBSCR`.
//!
//! CPython 3.11: `BINARY_SUBSCR*` in `Python/ceval.c`, `_Py_Specialize_BinarySubscr`.

use crate::context::Vm;
use crate::interp::adaptive;
use crate::interp::call_py;
use crate::interp::control::Next;
use crate::interp::frame::Return;
use crate::interp::stack::Regs;
use crate::object::Value;
use crate::protocol::{lookup, mapping};
use crate::raise;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::list::value::PyList;
use crate::types::tuple::value::PyTuple;
use bytecode::Opcode;

/// Inline cache of `BINARY_SUBSCR`.
pub const CACHE: usize = 4;
const TYPE_VERSION: usize = 1;

#[inline(always)]
pub fn binary_subscr(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = raise!(mapping::get_item(vm, r.peek(2), r.peek(1)));
    finish(r, value)
}

#[inline(always)]
fn finish(r: &mut Regs, value: Value) -> Next {
    drop(r.pop());
    r.set_top(value);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn binary_subscr_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r));
    }
    binary_subscr(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs) {
    let (container, key) = (r.peek(2), r.peek(1));
    let small = key.is_small_int();
    let form = if container.downcast_exact::<PyList>(vm).is_some() && small {
        Opcode::BINARY_SUBSCR_LIST_INT
    } else if container.downcast_exact::<PyTuple>(vm).is_some() && small {
        Opcode::BINARY_SUBSCR_TUPLE_INT
    } else if container.downcast_exact::<PyDict>(vm).is_some() {
        Opcode::BINARY_SUBSCR_DICT
    } else {
        let class = container.class(vm);
        let getitem = lookup::type_lookup(vm, class, &vm.names.__getitem__);
        let python = getitem.and_then(|found| found.downcast::<PyFunction>().ok());
        match (python, lookup::type_version(vm, class)) {
            (Some(function), Some(version))
                if function.code.get().is_simple() && function.code.get().argcount == 2 =>
            {
                r.set_cache_u32(TYPE_VERSION, version);
                Opcode::BINARY_SUBSCR_GETITEM
            }
            _ => return adaptive::back_off(r),
        }
    };
    adaptive::specialise_to(r, form);
}

#[inline(always)]
fn missed(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    adaptive::miss(r, Opcode::BINARY_SUBSCR_ADAPTIVE);
    binary_subscr(vm, r, oparg)
}

/// An index that may count from the end; out of range when that is.
#[inline(always)]
fn from_the_start(index: i64, len: usize) -> usize {
    if index < 0 {
        (index as usize).wrapping_add(len)
    } else {
        index as usize
    }
}

#[inline(always)]
pub fn binary_subscr_list_int(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(list) = r.peek(2).downcast_exact::<PyList>(vm)
        && let Some(index) = r.peek(1).as_small_int()
        && let Some(value) = list.get(from_the_start(index, list.len()))
    {
        return finish(r, value);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn binary_subscr_tuple_int(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(tuple) = r.peek(2).downcast_exact::<PyTuple>(vm)
        && let Some(index) = r.peek(1).as_small_int()
        && let Some(value) = tuple
            .as_slice()
            .get(from_the_start(index, tuple.as_slice().len()))
    {
        let value = value.clone();
        return finish(r, value);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn binary_subscr_dict(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(dict) = r.peek(2).downcast_exact::<PyDict>(vm) {
        return match raise!(dict.get(vm, r.peek(1))) {
            Some(value) => finish(r, value),
            None => Next::Raise(vm.key_error(r.peek(1))),
        };
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn binary_subscr_getitem(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let class = r.peek(2).class(vm);
    if class.version.get() == r.cache_u32(TYPE_VERSION)
        && let Some(Ok(function)) =
            lookup::type_lookup(vm, class, &vm.names.__getitem__).map(Value::downcast::<PyFunction>)
    {
        let frame = raise!(r.out_of_line(move |r| call_py::frame_from_stack(
            vm,
            r,
            function,
            2,
            None,
            Return::Push
        )));
        return super::call::enter(vm, r, frame, CACHE);
    }
    missed(vm, r, oparg)
}
