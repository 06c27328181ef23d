//! FAMILY `LOAD_ATTR`.
//!
//! What makes each guard sufficient: a type's version changes whenever the type or a base gets, loses or replaces an attribute, so as long
//! as it stands, the class has no data descriptor of that name and uses object's own attribute lookup.
//!
//! CPython 3.11: `LOAD_ATTR*` in `Python/ceval.c`, `_Py_Specialize_LoadAttr`.

use crate::context::{PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::attr_cache::{self, AttrKind};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value, instance};
use crate::protocol::attr;
use crate::raise;
use crate::types::module::PyModule;
use crate::types::str::value::PyStr;
use bytecode::Opcode;

const CACHE: usize = 4;
const VERSION: usize = 1;
const INDEX: usize = 3;

#[inline(always)]
pub fn load_attr(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = raise!(get(vm, r.peek(1), r.name(oparg as usize)));
    r.set_top(value);
    r.jump(CACHE);
    Next::Continue
}

#[inline(never)]
fn get(vm: &Vm, owner: &Value, name: &Py<PyStr>) -> PyResult<Value> {
    attr::get(vm, owner, name)
}

#[inline(always)]
pub fn load_attr_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    load_attr(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let name = r.name(oparg as usize);
    let (form, version, index) = match attr_cache::find(vm, r.peek(1), name, false) {
        Some(AttrKind::InstanceValue { version, index }) => {
            (Opcode::LOAD_ATTR_INSTANCE_VALUE, version, index)
        }
        Some(AttrKind::Slot { version, index }) => (Opcode::LOAD_ATTR_SLOT, version, index),
        Some(AttrKind::WithHint { version, index }) => {
            (Opcode::LOAD_ATTR_WITH_HINT, version, index)
        }
        Some(AttrKind::Module { version, index }) => (Opcode::LOAD_ATTR_MODULE, version, index),
        None => return adaptive::back_off(r),
    };
    r.set_cache_u32(VERSION, version);
    r.set_unit(INDEX as isize, index);
    adaptive::specialise_to(r, form);
}

#[inline(always)]
pub fn load_attr_instance_value(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(VERSION)
        // SAFETY: the version belongs to a type with HAS_DICT, so its objects are managed.
        && let Some(values) = unsafe { object.managed_unchecked() }.attrs.values()
        && let Some(value) = values.get(r.unit(INDEX) as usize)
    {
        let value = value.clone();
        r.set_top(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::LOAD_ATTR_ADAPTIVE);
    load_attr(vm, r, oparg)
}

#[inline(always)]
pub fn load_attr_with_hint(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(VERSION)
        // SAFETY: as above.
        && let Some(dict) = unsafe { object.managed_unchecked() }.attrs.dict()
        && let Some(value) = dict.value_at_if_key(r.unit(INDEX) as usize, r.name(oparg as usize))
    {
        r.set_top(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::LOAD_ATTR_ADAPTIVE);
    load_attr(vm, r, oparg)
}

#[inline(always)]
pub fn load_attr_slot(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(VERSION)
        && let Some(value) = instance::get_slot(object, r.unit(INDEX) as usize)
    {
        r.set_top(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::LOAD_ATTR_ADAPTIVE);
    load_attr(vm, r, oparg)
}

#[inline(always)]
pub fn load_attr_module(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(module) = r.peek(1).downcast_exact::<PyModule>(vm)
        // SAFETY: modules are managed.
        && let Some(dict) = unsafe { module.object().managed_unchecked() }.attrs.dict()
        && dict.current_keys_version() == r.cache_u32(VERSION)
        && let Some(value) = dict.value_at(r.unit(INDEX) as usize)
    {
        r.set_top(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    adaptive::miss(r, Opcode::LOAD_ATTR_ADAPTIVE);
    load_attr(vm, r, oparg)
}
