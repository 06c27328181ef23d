//! Native types: from the static definition to the type object.
//!
//! CPython 3.11: `PyType_Ready` in `Objects/typeobject.c`.

use super::inherit::{inherit_from, set_attribute_flags};
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_bare_type;
use crate::object::{
    Args, Binding, MethodDef, NativeFn, Py, PyRef, PyType, Slots, TypeDef, Value, type_flag,
};
use crate::types::tuple::value::PyTuple;

/// `type_flag` bits of a native type: its own and what it inherits.
pub fn native_flags(def: &'static TypeDef) -> u32 {
    let mut flags = def.flags;
    let mut base = def.base;
    while let Some(next) = base {
        flags |= next().flags & type_flag::INHERITED;
        base = next().base;
    }
    if flags & (type_flag::HAS_DICT | type_flag::HAS_WEAKREF) != 0 {
        flags |= type_flag::MANAGED;
    }
    if flags & type_flag::MANAGED != 0 {
        flags |= type_flag::GC;
    }
    flags
}

/// The payload of a native type's type object.
pub fn native_payload(vm: *const Vm, def: &'static TypeDef) -> PyType {
    let payload = PyType::blank(vm, def, Some(def));
    payload.flags.set(native_flags(def));
    payload
}

/// The bare type object (`hooks.make_native_type`).
pub fn make(vm: &Vm, def: &'static TypeDef) -> PyRef<PyType> {
    new_bare_type(&vm.heap, &vm.types.type_, native_payload(vm, def))
}

/// Completes a type object (`hooks.ready_native_type`). Its namespace waits (`namespace.rs`): most types of an interpreter are never asked for
/// an attribute by name.
pub fn ready(vm: &Vm, def: &'static TypeDef) {
    let ty = vm.native_type(def);
    if ty.mro_ref().is_some() {
        return;
    }
    let base = def.base.map(|base| {
        ready(vm, base());
        vm.native_type(base())
    });
    set_identity(vm, ty, def, base);
    fill_own_slots(&ty.slots, def);
    set_new(vm, ty, base);
    if let Some(base) = base {
        inherit_from(&ty.slots, &base.slots);
    }
    set_attribute_flags(vm, ty);
    if let Some(base) = base {
        base.add_subclass(ty);
    }
}

/// Fills the slots that a native type implements itself.
pub fn fill_own_slots(slots: &Slots, def: &'static TypeDef) {
    for table in def.tables {
        (table.fill_slots)(slots);
    }
}

fn set_identity(vm: &Vm, ty: &Py<PyType>, def: &'static TypeDef, base: Option<&Py<PyType>>) {
    let name = vm.intern_str(def.name.rsplit('.').next().unwrap_or(def.name));
    ty.name.set(Some(name.clone()));
    ty.qualname.set(Some(name));
    ty.set_flag(type_flag::UNFILLED, true);
    let of_base = base.and_then(|base| base.mro_ref());
    let of_base = of_base.as_ref().map_or(&[][..], |mro| mro.as_slice());
    let mut mro = Vec::with_capacity(of_base.len() + 1);
    mro.push(ty.to_value());
    mro.extend_from_slice(of_base);
    ty.base.set(base.map(Py::to_ref));
    let bases = base.iter().map(|base| base.to_value()).collect();
    ty.bases.set(Some(PyTuple::new(vm, bases)));
    ty.mro.set(Some(PyTuple::new(vm, mro)));
}

/// `__new__`: types below `object` that bring none of their own cannot be called.
fn set_new(vm: &Vm, ty: &Py<PyType>, base: Option<&Py<PyType>>) {
    let slots = &ty.slots;
    if slots.new.get().is_none() && base.is_some_and(|base| base.is(&vm.types.object)) {
        ty.set_flag(type_flag::DISALLOW_INSTANTIATION, true);
    }
    if ty.has_flag(type_flag::DISALLOW_INSTANTIATION) {
        slots.new.set(None);
    } else if slots.new.get().is_none()
        && let Some(base) = base
    {
        slots.new.set(base.slots.new.get());
    }
}

/// `__new__` of native types: a function bound to the type, checking what it is asked to make.
pub static NEW: MethodDef = MethodDef {
    name: "__new__",
    doc: Some("Create and return a new object.  See help(type) for accurate signature."),
    text_signature: Some("($type, *args, **kwargs)"),
    binding: Binding::Instance,
    function: NativeFn::FastKw(call_new),
};

fn call_new(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(ty) = self_.downcast_ref::<PyType>() else {
        return Err(vm.system_error("__new__() called with non-type 'self'"));
    };
    let Some(first) = args.positional().first() else {
        return Err(vm.type_error(format!("{}.__new__(): not enough arguments", ty.tp_name())));
    };
    let Some(subtype) = first.downcast_ref::<PyType>() else {
        return Err(vm.type_error(format!(
            "{}.__new__(X): X is not a type object ({})",
            ty.tp_name(),
            first.class(vm).tp_name()
        )));
    };
    if !subtype.is_subtype(ty) {
        return Err(vm.type_error(format!(
            "{0}.__new__({1}): {1} is not a subtype of {0}",
            ty.tp_name(),
            subtype.tp_name()
        )));
    }
    // The nearest base that is not written in Python must be made by this very function: no object.__new__(dict).
    let mut native = Some(subtype.to_ref());
    while let Some(ty) = &native
        && ty.slots.new.get().is_some_and(|new| {
            std::ptr::fn_addr_eq(new, super::slots::new as crate::object::slots::NewFn)
        })
    {
        native = ty.base.get();
    }
    let Some(new) = ty.slots.new.get() else {
        return Err(vm.type_error(format!("cannot create '{}' instances", ty.tp_name())));
    };
    if let Some(native) = native
        && !native
            .slots
            .new
            .get()
            .is_some_and(|own| std::ptr::fn_addr_eq(own, new))
    {
        return Err(vm.type_error(format!(
            "{}.__new__({}) is not safe, use {}.__new__()",
            ty.tp_name(),
            subtype.tp_name(),
            native.tp_name()
        )));
    }
    new(
        vm,
        subtype,
        Args::new(&args.all_values()[1..], args.kwnames()),
    )
}
