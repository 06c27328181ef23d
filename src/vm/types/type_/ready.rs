//! Native types: from the static definition to the type object.
//!
//! CPython 3.11: `PyType_Ready` in `Objects/typeobject.c`.

use super::inherit::{inherit_slots, set_attribute_flags};
use super::slotdefs::SLOTDEFS;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_bare_type;
use crate::object::{
    Args, Binding, GetSetDef, MethodDef, NativeFn, Py, PyRef, PyType, TypeDef, Value, type_flag,
};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::descriptor::getset::PyGetSet;
use crate::types::descriptor::method::{PyClassMethodDescriptor, PyMethodDescriptor};
use crate::types::descriptor::staticmethod::PyStaticMethod;
use crate::types::descriptor::wrapper::PyWrapperDescriptor;
use crate::types::dict::value::PyDict;
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

/// Completes a type object (`hooks.ready_native_type`).
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
    for table in def.tables {
        (table.fill_slots)(&ty.slots);
    }
    set_new(vm, ty, base);
    fill_dict(vm, ty, def, base);
    if base.is_some() {
        inherit_slots(vm, ty);
    }
    if ty.slots.hash.get().is_none() {
        let dict = ty.dict_ref();
        if dict.get_str(&vm.names.__hash__).is_none() {
            dict.set_str(vm, &vm.names.__hash__, Value::None);
        }
    }
    set_attribute_flags(vm, ty);
    if let Some(base) = base {
        base.add_subclass(ty);
    }
}

fn set_identity(vm: &Vm, ty: &Py<PyType>, def: &'static TypeDef, base: Option<&Py<PyType>>) {
    let name = def.name.rsplit('.').next().unwrap_or(def.name);
    ty.name.set(Some(vm.intern_str(name)));
    ty.qualname.set(Some(vm.intern_str(name)));
    ty.dict.set(Some(PyDict::new(vm)));
    let mut mro = vec![ty.to_value()];
    let mut bases = Vec::new();
    if let Some(base) = base {
        ty.base.set(Some(base.to_ref()));
        bases.push(base.to_value());
        if let Some(of_base) = base.mro_ref() {
            mro.extend(of_base.as_slice().iter().cloned());
        }
    }
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
    } else if slots.new.get().is_some() {
        let function = PyBuiltinFunction::new(vm, &NEW, ty.to_value(), None);
        ty.dict_ref()
            .set_str(vm, &vm.names.__new__, function.into_value());
    } else if let Some(base) = base {
        slots.new.set(base.slots.new.get());
    }
}

fn fill_dict(vm: &Vm, ty: &Py<PyType>, def: &'static TypeDef, base: Option<&Py<PyType>>) {
    let dict = ty.dict_ref();
    for row in SLOTDEFS {
        if !row.wraps || !(row.is_set)(&ty.slots) {
            continue;
        }
        let name = vm.intern_str(row.wrapper.name);
        if dict.get_str(&name).is_none() {
            let payload = PyWrapperDescriptor {
                wrapper: &row.wrapper,
                class: ty.to_ref(),
            };
            dict.set_str(vm, &name, PyRef::new(vm, payload).into_value());
        }
    }
    for method in def.tables.iter().flat_map(|table| table.methods) {
        dict.set_str(
            vm,
            &vm.intern_str(method.name),
            method_value(vm, ty, method),
        );
    }
    for getset in def.tables.iter().flat_map(|table| table.getsets) {
        let value = PyGetSet::make(vm, getset, ty);
        dict.set_str(vm, &vm.intern_str(getset.name), value);
    }
    for constant in def.tables.iter().flat_map(|table| table.consts) {
        let name = vm.intern_str(constant.name);
        dict.set_str(vm, &name, (constant.value)(vm));
    }
    let brings_dict = ty.has_flag(type_flag::HAS_DICT)
        && !base.is_some_and(|base| base.has_flag(type_flag::HAS_DICT));
    if brings_dict && dict.get_str(&vm.names.__dict__).is_none() {
        let value = PyGetSet::make(vm, &super::new::DICT_GETSET, ty);
        dict.set_str(vm, &vm.names.__dict__, value);
    }
    if dict.get_str(&vm.names.__doc__).is_none() {
        let doc = def.doc.map_or(Value::None, |doc| vm.new_str(doc));
        dict.set_str(vm, &vm.names.__doc__, doc);
    }
}

/// What stands in a type's namespace for a native method.
pub fn method_value(vm: &Vm, ty: &Py<PyType>, def: &'static MethodDef) -> Value {
    let class = ty.to_ref();
    match def.binding {
        Binding::Instance => PyRef::new(vm, PyMethodDescriptor { def, class }).into_value(),
        Binding::Class => PyRef::new(vm, PyClassMethodDescriptor { def, class }).into_value(),
        Binding::Static => {
            let function = PyBuiltinFunction::new(vm, def, class.into_value(), None);
            PyStaticMethod::new(vm, function.into_value()).into_value()
        }
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

/// The getset of a native type or class, for other parts that add some.
pub fn add_getset(vm: &Vm, ty: &Py<PyType>, def: &'static GetSetDef) {
    let value = PyGetSet::make(vm, def, ty);
    ty.dict_ref().set_str(vm, &vm.intern_str(def.name), value);
}
