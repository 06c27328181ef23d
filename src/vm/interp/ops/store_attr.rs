//! FAMILY `STORE_ATTR`; `DELETE_ATTR`. Guards as in `load_attr.rs`.
//!
//! CPython 3.11: `STORE_ATTR*` in `Python/ceval.c`, `_Py_Specialize_StoreAttr`.

use crate::context::Vm;
use crate::interp::adaptive;
use crate::interp::attr_cache::{self, AttrKind};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::instance;
use crate::protocol::attr;
use crate::raise;
use crate::slow_handler;
use bytecode::Opcode;

const CACHE: usize = 4;
const VERSION: usize = 1;
const INDEX: usize = 3;

#[inline(always)]
pub fn store_attr(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.peek(2).clone();
    raise!(attr::set(vm, r.peek(1), r.name(oparg as usize), value));
    r.drop_many(2);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn store_attr_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    store_attr(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let name = r.name(oparg as usize);
    let (form, version, index) = match attr_cache::find(vm, r.peek(1), name, true) {
        Some(AttrKind::InstanceValue { version, index }) => {
            (Opcode::STORE_ATTR_INSTANCE_VALUE, version, index)
        }
        Some(AttrKind::Slot { version, index }) => (Opcode::STORE_ATTR_SLOT, version, index),
        Some(AttrKind::WithHint { version, index }) => {
            (Opcode::STORE_ATTR_WITH_HINT, version, index)
        }
        Some(AttrKind::Module { .. }) | None => return adaptive::back_off(r),
    };
    r.set_cache_u32(VERSION, version);
    r.set_unit(INDEX as isize, index);
    adaptive::specialise_to(r, form);
}

#[inline(always)]
pub fn store_attr_instance_value(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let index = r.unit(INDEX) as usize;
    let fits = match r.peek(1).as_object() {
        Some(object) if object.class().version.get() == r.cache_u32(VERSION) => {
            // SAFETY: the version belongs to a type with HAS_DICT, so its objects are managed.
            let values = unsafe { object.managed_unchecked() }.attrs.values();
            values.is_some_and(|values| {
                index < values.len() || (index == values.len() && values.has_room())
            })
        }
        _ => false,
    };
    if !fits {
        adaptive::miss(r, Opcode::STORE_ATTR_ADAPTIVE);
        return store_attr(vm, r, oparg);
    }
    let owner = r.pop();
    let value = r.pop();
    r.jump(CACHE);
    if let Some(values) = owner
        .as_object()
        // SAFETY: as above; nothing ran since.
        .and_then(|object| unsafe { object.managed_unchecked() }.attrs.values())
    {
        match values.replace(index, value) {
            Ok(old) => drop(old),
            Err(value) => drop(values.push(value)),
        }
    }
    Next::Continue
}

#[inline(always)]
pub fn store_attr_with_hint(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(VERSION)
        // SAFETY: as above.
        && let Some(dict) = unsafe { object.managed_unchecked() }.attrs.dict()
    {
        let value = r.peek(2).clone();
        if let Ok(old) =
            dict.replace_at_if_key(r.unit(INDEX) as usize, r.name(oparg as usize), value)
        {
            r.jump(CACHE);
            r.drop_many(2);
            drop(old);
            return Next::Continue;
        }
    }
    adaptive::miss(r, Opcode::STORE_ATTR_ADAPTIVE);
    store_attr(vm, r, oparg)
}

#[inline(always)]
pub fn store_attr_slot(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(VERSION)
    {
        let value = r.peek(2).clone();
        let old = instance::replace_slot(object, r.unit(INDEX) as usize, value);
        r.jump(CACHE);
        r.drop_many(2);
        drop(old);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::STORE_ATTR_ADAPTIVE);
    store_attr(vm, r, oparg)
}

#[inline(never)]
fn delete_attr_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let owner = r.pop();
    raise!(attr::delete(vm, &owner, r.name(oparg as usize)));
    Next::Continue
}
slow_handler!(delete_attr, delete_attr_slow);
