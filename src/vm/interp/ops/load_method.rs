//! FAMILY `LOAD_METHOD`: pushes a method and self, or NULL and a bound attribute.
//!
//! CPython 3.11: `LOAD_METHOD*` in `Python/ceval.c`, `_Py_Specialize_LoadMethod`.

use crate::context::Vm;
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, PyType, Value, type_flag};
use crate::protocol::{attr, lookup};
use crate::raise;
use crate::types::module::PyModule;
use crate::types::super_;
use bytecode::Opcode;
use std::mem::ManuallyDrop;
use std::ptr::fn_addr_eq;

/// Whether two classes look attributes up with the same function.
fn same_getattro(a: &Py<PyType>, b: &Py<PyType>) -> bool {
    match (a.slots.getattro.get(), b.slots.getattro.get()) {
        (Some(a), Some(b)) => fn_addr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

const CACHE: usize = 10;
const TYPE_VERSION: usize = 1;
const INDEX: usize = 3;
const KEYS_VERSION: usize = 4;
const DESCRIPTOR: usize = 6;

#[inline(always)]
pub fn load_method(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some((function, object)) = super_::method_and_self(vm, r.peek(1), r.name(oparg as usize))
    {
        r.set_top(function);
        r.push(object);
        r.jump(CACHE);
        return Next::Continue;
    }
    let (method, unbound) = raise!(attr::get_method(vm, r.peek(1), r.name(oparg as usize)));
    if unbound {
        let self_ = r.replace(1, method);
        r.push(self_);
    } else {
        r.set_top(Value::NULL);
        r.push(method);
    }
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn load_method_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    load_method(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let name = r.name(oparg as usize);
    let owner = r.peek(1).clone();
    if let Some(module) = owner.downcast_exact::<PyModule>(vm) {
        let dict = module.dict(vm);
        if let (Some(index), Some(version)) = (dict.index_of_str(name), dict.keys_version(vm))
            && let Ok(index) = u16::try_from(index)
        {
            r.set_cache_u32(KEYS_VERSION, version);
            r.set_unit(INDEX as isize, index);
            return adaptive::specialise_to(r, Opcode::LOAD_METHOD_MODULE);
        }
        return adaptive::back_off(r);
    }
    if let Some(class) = owner.downcast_ref::<PyType>() {
        return specialise_class(vm, r, class, name);
    }
    let class = owner.class(vm);
    if !class.has_flag(type_flag::GENERIC_GETATTR) {
        return adaptive::back_off(r);
    }
    let (Some(version), Some(descriptor)) = (
        lookup::type_version(vm, class),
        lookup::type_lookup(vm, class, name),
    ) else {
        return adaptive::back_off(r);
    };
    if !descriptor.class(vm).has_flag(type_flag::METHOD_DESCRIPTOR) {
        return adaptive::back_off(r);
    }
    let form = if !class.has_flag(type_flag::HAS_DICT) {
        Opcode::LOAD_METHOD_NO_DICT
    } else if owner
        .as_object()
        .and_then(|object| object.managed())
        .is_some_and(|managed| managed.attrs.dict().is_none())
        && class.keys.index_of(name).is_none()
    {
        r.set_unit(INDEX as isize, class.keys.len() as u16);
        Opcode::LOAD_METHOD_WITH_VALUES
    } else {
        Opcode::LOAD_METHOD_WITH_DICT
    };
    r.set_cache_u32(TYPE_VERSION, version);
    r.set_cache_u64(DESCRIPTOR, descriptor.bits());
    adaptive::specialise_to(r, form);
}

fn specialise_class(
    vm: &Vm,
    r: &mut Regs,
    class: &Py<PyType>,
    name: &Py<crate::types::str::value::PyStr>,
) {
    let meta = class.object().class();
    let plain = meta.is(&vm.types.type_)
        || (same_getattro(meta, &vm.types.type_) && lookup::type_lookup(vm, meta, name).is_none());
    if !plain || lookup::type_lookup(vm, &vm.types.type_, name).is_some() {
        return adaptive::back_off(r);
    }
    let (Some(version), Some(found)) = (
        lookup::type_version(vm, class),
        lookup::type_lookup(vm, class, name),
    ) else {
        return adaptive::back_off(r);
    };
    // Functions come out of a class as they are; other descriptors may not.
    if found
        .downcast_exact::<crate::types::function::PyFunction>(vm)
        .is_none()
        && found.class(vm).slots.descr_get.get().is_some()
    {
        return adaptive::back_off(r);
    }
    r.set_cache_u32(TYPE_VERSION, version);
    r.set_cache_u64(DESCRIPTOR, found.bits());
    adaptive::specialise_to(r, Opcode::LOAD_METHOD_CLASS);
}

/// The cached attribute: kept alive by the type as long as the type's version stands.
#[inline(always)]
fn cached(r: &Regs) -> Value {
    // SAFETY: the guard on the version was passed, so the type still holds the value whose word was cached; only a clone leaves.
    let borrowed = ManuallyDrop::new(unsafe { Value::from_bits(r.cache_u64(DESCRIPTOR)) });
    Value::clone(&borrowed)
}

#[inline(always)]
fn push_method(r: &mut Regs) -> Next {
    let method = cached(r);
    let self_ = r.replace(1, method);
    r.push(self_);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
fn missed(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    adaptive::miss(r, Opcode::LOAD_METHOD_ADAPTIVE);
    load_method(vm, r, oparg)
}

#[inline(always)]
pub fn load_method_no_dict(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if r.peek(1).class(vm).version.get() == r.cache_u32(TYPE_VERSION) {
        return push_method(r);
    }
    missed(vm, r, oparg)
}

/// The instance has a row, and no instance of the class ever had the name in its row: `keys` would have grown.
#[inline(always)]
pub fn load_method_with_values(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(TYPE_VERSION)
        // SAFETY: the version belongs to a type with HAS_DICT, so its objects are managed.
        && unsafe { object.managed_unchecked() }.attrs.dict().is_none()
        && (object.class().keys.len() == r.unit(INDEX) as usize || object.class().keys.index_of(r.name(oparg as usize)).is_none())
    {
        return push_method(r);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn load_method_with_dict(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(object) = r.peek(1).as_object()
        && object.class().version.get() == r.cache_u32(TYPE_VERSION)
        && crate::object::instance::get_own(object, r.name(oparg as usize)).is_none()
    {
        return push_method(r);
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn load_method_class(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(class) = r.peek(1).downcast_ref::<PyType>()
        && class.version.get() == r.cache_u32(TYPE_VERSION)
    {
        let found = cached(r);
        r.set_top(Value::NULL);
        r.push(found);
        r.jump(CACHE);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}

#[inline(always)]
pub fn load_method_module(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(module) = r.peek(1).downcast_exact::<PyModule>(vm)
        // SAFETY: modules are managed.
        && let Some(dict) = unsafe { module.object().managed_unchecked() }.attrs.dict()
        && dict.current_keys_version() == r.cache_u32(KEYS_VERSION)
        && let Some(value) = dict.value_at(r.unit(INDEX) as usize)
    {
        r.set_top(Value::NULL);
        r.push(value);
        r.jump(CACHE);
        return Next::Continue;
    }
    missed(vm, r, oparg)
}
