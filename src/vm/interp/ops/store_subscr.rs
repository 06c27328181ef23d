//! FAMILY `STORE_SUBSCR`; `DELETE_SUBSCR`.
//!
//! CPython 3.11: `STORE_SUBSCR*` in `Python/ceval.c`, `_Py_Specialize_StoreSubscr`.

use super::special;
use crate::context::Vm;
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::protocol::mapping;
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use bytecode::Opcode;

/// Inline cache of `STORE_SUBSCR`.
pub const CACHE: usize = 1;

#[inline(always)]
pub fn store_subscr(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    if special::has_python_class(r.peek(2)) {
        return r.out_of_line(move |r| special::set_item(vm, r));
    }
    let value = r.peek(3).clone();
    raise!(mapping::set_item(vm, r.peek(2), r.peek(1), value));
    r.drop_many(3);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn store_subscr_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r));
    }
    store_subscr(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs) {
    let (container, key) = (r.peek(2), r.peek(1));
    if container.downcast_exact::<PyList>(vm).is_some()
        && key.as_small_int().is_some_and(|n| n >= 0)
    {
        adaptive::specialise_to(r, Opcode::STORE_SUBSCR_LIST_INT);
    } else if container.downcast_exact::<PyDict>(vm).is_some() {
        adaptive::specialise_to(r, Opcode::STORE_SUBSCR_DICT);
    } else {
        adaptive::back_off(r);
    }
}

#[inline(always)]
pub fn store_subscr_list_int(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(list) = r.peek(2).downcast_exact::<PyList>(vm)
        && let Some(index) = r.peek(1).as_small_int()
        && index >= 0
        && (index as usize) < list.len()
    {
        drop(r.pop());
        let container = r.pop();
        let value = r.pop();
        if let Some(list) = container.downcast_ref::<PyList>() {
            drop(list.replace(index as usize, value));
        }
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::STORE_SUBSCR_ADAPTIVE);
    store_subscr(vm, r, oparg)
}

#[inline(always)]
pub fn store_subscr_dict(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if r.peek(2).downcast_exact::<PyDict>(vm).is_some() {
        let key = r.pop();
        let container = r.pop();
        let value = r.pop();
        if let Some(dict) = container.downcast_ref::<PyDict>() {
            raise!(dict.set(vm, key, value));
        }
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::STORE_SUBSCR_ADAPTIVE);
    store_subscr(vm, r, oparg)
}

#[inline(never)]
fn delete_subscr_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let key = r.pop();
    let container = r.pop();
    raise!(mapping::del_item(vm, &container, &key));
    Next::Continue
}
slow_handler!(delete_subscr, delete_subscr_slow);
