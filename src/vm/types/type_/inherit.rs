//! Taking slots over from bases.
//!
//! CPython 3.11: `inherit_slots`, `inherit_special` in `Objects/typeobject.c`.

use crate::context::Vm;
use crate::object::{Py, PyType, Slots, type_flag};

/// Takes every slot a class does not have from its bases, in the order of the MRO. `__new__` is the caller's business.
pub fn inherit_slots(vm: &Vm, ty: &Py<PyType>) {
    let slots = &ty.slots;
    let (richcompare, hash) = (slots.richcompare.get(), slots.hash.get());
    let own_comparison = ty
        .in_namespace(|dict| {
            dict.get_str(&vm.names.__eq__).is_some() || dict.get_str(&vm.names.__hash__).is_some()
        })
        .unwrap_or(false);
    if let Some(mro) = ty.mro_ref() {
        for base in mro.as_slice().iter().skip(1) {
            if let Some(base) = base.downcast_ref::<PyType>() {
                inherit_from(slots, &base.slots);
            }
        }
    }
    if own_comparison {
        slots.richcompare.set(richcompare);
        slots.hash.set(hash);
    }
}

/// Takes the slots that are missing from those of a base, which has what it inherits itself. Comparison and hash go together: who has one of
/// them inherits neither.
pub fn inherit_from(slots: &Slots, base: &Slots) {
    let new = slots.new.get();
    let (richcompare, hash) = (slots.richcompare.get(), slots.hash.get());
    slots.fill_empty_from(base);
    if richcompare.is_some() || hash.is_some() {
        slots.richcompare.set(richcompare);
        slots.hash.set(hash);
    }
    slots.new.set(new);
}

/// Notes whether attribute access is object's own, which caches ask.
pub fn set_attribute_flags(vm: &Vm, ty: &Py<PyType>) {
    let object = &vm.types.object.slots;
    let own_get = match (ty.slots.getattro.get(), object.getattro.get()) {
        (Some(own), Some(generic)) => std::ptr::fn_addr_eq(own, generic),
        _ => false,
    };
    let own_set = match (ty.slots.setattro.get(), object.setattro.get()) {
        (Some(own), Some(generic)) => std::ptr::fn_addr_eq(own, generic),
        _ => false,
    };
    ty.set_flag(type_flag::GENERIC_GETATTR, own_get);
    ty.set_flag(type_flag::GENERIC_SETATTR, own_set);
}
