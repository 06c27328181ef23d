//! The namespaces of native types: what Python sees of their tables.
//!
//! A namespace is made when it is first looked into. An interpreter that runs a small program has some two hundred native types and looks
//! into a third of them; making all namespaces was a sixth of what starting cost.
//!
//! What goes into a namespace is a matter of the static tables alone, so it does not matter when it is made: slots that were inherited, or
//! changed since, are not asked.
//!
//! CPython 3.11: `type_add_methods`, `type_add_members`, `type_add_getset`, `add_operators` in `Objects/typeobject.c`.

use super::ready::{NEW, fill_own_slots};
use super::slotdefs::{SLOTDEFS, SlotDef};
use super::update::has_slot_of_name;
use crate::context::Vm;
use crate::object::{
    Binding, MethodDef, Py, PyRef, PyType, Slots, Table, TypeDef, Value, type_flag,
};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::descriptor::getset::PyGetSet;
use crate::types::descriptor::method::{PyClassMethodDescriptor, PyMethodDescriptor};
use crate::types::descriptor::staticmethod::PyStaticMethod;
use crate::types::descriptor::wrapper::PyWrapperDescriptor;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use smallvec::SmallVec;

/// Whether the namespace of a native type that has not been made may have a name (`hooks.native_type_may_have`). Many are looked into for
/// names that hardly any type has, `__set_name__` for each value of a class.
pub fn may_have(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> bool {
    let Some(def) = ty.def.filter(|_| name.is_interned()) else {
        return true;
    };
    if !name.is_ascii() {
        return false;
    }
    let text = name.raw_bytes();
    let is = |other: &str| other.as_bytes() == text;
    def.tables.iter().any(|table| {
        table.methods.iter().any(|method| is(method.name))
            || table.getsets.iter().any(|getset| is(getset.name))
            || table.consts.iter().any(|constant| is(constant.name))
    }) || ["__new__", "__doc__", "__dict__", "__hash__"]
        .into_iter()
        .any(is)
        || (is("__module__") || is("__weakref__")) && def.python_module().is_some()
        || has_slot_of_name(vm, ty, name)
        || crate::types::structseq::is_count(text)
}

/// Makes the namespace of a native type (`hooks.fill_native_type`).
pub fn fill(vm: &Vm, ty: &Py<PyType>) {
    let Some(def) = ty.def else {
        return;
    };
    let dict = PyDict::new(vm);
    // From now on it can be looked into: what follows finds what stands there already.
    ty.set_flag(type_flag::UNFILLED, false);
    ty.set_namespace(Some(dict.clone()));
    let own = Slots::default();
    fill_own_slots(&own, def);
    let wrapped: SmallVec<[&'static SlotDef; 48]> = SLOTDEFS
        .iter()
        .filter(|row| row.wraps && (row.is_set)(&own))
        .collect();
    // The rest is `__new__` and `__doc__`. When there is no memory, what follows says so.
    let _ = dict.reserve(vm, wrapped.len() + rows_len(def) + 2);
    if own.new.get().is_some() && !ty.has_flag(type_flag::DISALLOW_INSTANTIATION) {
        let function = PyBuiltinFunction::new(vm, &NEW, ty.to_value(), None);
        dict.set_str(vm, &vm.names.__new__, function.into_value());
    }
    add_wrappers(vm, ty, &dict, &wrapped);
    add_tables(vm, ty, &dict, def);
    let brings_dict = ty.has_flag(type_flag::HAS_DICT)
        && !ty.base.with(|base| {
            base.as_ref()
                .is_some_and(|base| base.has_flag(type_flag::HAS_DICT))
        });
    if brings_dict && dict.get_str(&vm.names.__dict__).is_none() {
        let value = PyGetSet::make(vm, &super::new::DICT_GETSET, ty);
        dict.set_str(vm, &vm.names.__dict__, value);
    }
    if dict.get_str(&vm.names.__doc__).is_none() {
        let doc = def.doc.map_or(Value::None, |doc| vm.new_str(doc));
        dict.set_str(vm, &vm.names.__doc__, doc);
    }
    if let Some(module) = def.python_module() {
        if dict.get_str(&vm.names.__module__).is_none() {
            let module = vm.intern_static(module).into_value();
            dict.set_str(vm, &vm.names.__module__, module);
        }
        if brings_dict {
            let value = PyGetSet::make(vm, &super::new::WEAKREF_GETSET, ty);
            dict.set_str(vm, &vm.names.__weakref__, value);
        }
    }
    // Equality without hash: the instances cannot be hashed.
    let unhashable = own.richcompare.get().is_some() && ty.slots.hash.get().is_none();
    if unhashable && dict.get_str(&vm.names.__hash__).is_none() {
        dict.set_str(vm, &vm.names.__hash__, Value::None);
    }
    crate::types::structseq::complete(vm, ty, &dict);
}

/// How much the tables bring.
fn rows_len(def: &TypeDef) -> usize {
    let rows = |table: &&Table| table.methods.len() + table.getsets.len() + table.consts.len();
    def.tables.iter().map(rows).sum()
}

/// The dunders of the slots that the type implements itself.
fn add_wrappers(vm: &Vm, ty: &Py<PyType>, dict: &Py<PyDict>, rows: &[&'static SlotDef]) {
    for row in rows {
        let name = vm.intern_str(row.wrapper.name);
        if dict.get_str(&name).is_none() {
            let payload = PyWrapperDescriptor {
                wrapper: &row.wrapper,
                class: ty.to_ref(),
            };
            dict.set_str(vm, &name, PyRef::new(vm, payload).into_value());
        }
    }
}

fn add_tables(vm: &Vm, ty: &Py<PyType>, dict: &Py<PyDict>, def: &'static TypeDef) {
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
