//! `member_descriptor`: an attribute that is a field: of a native payload, or a place in the row of a class's `__slots__`.
//!
//! CPython 3.11: `member_get`, `member_set` in `Objects/descrobject.c`, `Python/structmember.c`.

use super::{check_instance, getters, optional_str, qualname, reduce_by_getattr};
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Binding, GetSetDef, MethodDef, NativeFn, Py, PyRef, PyType, Table, Value, instance, type_flag,
};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// Where the attribute is.
#[derive(Clone, Copy)]
pub enum MemberKind {
    /// In a native payload.
    Native(&'static GetSetDef),
    /// In the object's row of `__slots__` values.
    Slot(usize),
    /// A `__slots__` value of a variable-sized object: kept where attributes are, though the class has no `__dict__`.
    Hidden,
}

/// Payload of `member_descriptor`.
pub struct PyMember {
    /// `__name__`
    pub name: PyRef<PyStr>,
    /// `__objclass__`
    pub class: PyRef<PyType>,
    /// Where the attribute is.
    pub kind: MemberKind,
}

native_type!(PyMember, "member_descriptor", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyMember, |this, visit| visit(&this.class.as_value()))),
    clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(|vm, self_| {
            let this = member(vm, self_)?;
            reduce_by_getattr(vm, this.class.to_value(), &this.name.to_string_lossy())
        }),
    }],
    getsets: getters! { PyMember:
        "__objclass__" member true => |_vm, this| Ok(this.class.to_value());
        "__name__" member true => |_vm, this| Ok(this.name.to_value());
        "__doc__" => |vm, this| Ok(match this.kind {
            MemberKind::Native(def) => optional_str(vm, def.doc),
            MemberKind::Slot(_) | MemberKind::Hidden => Value::None,
        });
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.class, &this.name.to_string_lossy()));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.descr_get.set(Some(descr_get));
        slots.descr_set.set(Some(descr_set));
        slots.repr.set(Some(repr));
    },
};

fn member<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyMember>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("a member descriptor was expected"))
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let this = member(vm, self_)?;
    Ok(vm.new_str(&format!(
        "<member '{}' of '{}' objects>",
        this.name.to_string_lossy(),
        this.class.tp_name()
    )))
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let (this, Some(instance)) = (member(vm, self_)?, instance) else {
        return Ok(self_.clone());
    };
    check_instance(vm, &this.name.to_string_lossy(), &this.class, instance)?;
    match this.kind {
        MemberKind::Native(def) => match def.get {
            Some(get) => get(vm, instance),
            None => Err(vm.attribute_error("attribute is not readable")),
        },
        MemberKind::Slot(index) => instance
            .as_object()
            .and_then(|object| instance::get_slot(object, index))
            .ok_or_else(|| crate::protocol::attr::missing(vm, instance, &this.name)),
        MemberKind::Hidden => instance
            .as_object()
            .and_then(|object| instance::get_own(object, &this.name))
            .ok_or_else(|| crate::protocol::attr::missing(vm, instance, &this.name)),
    }
}

fn descr_set(vm: &Vm, self_: &Value, instance: &Value, value: Option<Value>) -> PyResult<()> {
    let this = member(vm, self_)?;
    check_instance(vm, &this.name.to_string_lossy(), &this.class, instance)?;
    match this.kind {
        MemberKind::Native(def) => match def.set {
            Some(set) => set(vm, instance, value),
            None => Err(vm.attribute_error("readonly attribute")),
        },
        MemberKind::Slot(index) => {
            let Some(object) = instance.as_object() else {
                return Ok(());
            };
            let deletes = value.is_none();
            let old = instance::replace_slot(object, index, value.unwrap_or(Value::NULL));
            if deletes && old.is_none() {
                return Err(vm.attribute_error(this.name.to_string_lossy()));
            }
            Ok(())
        }
        MemberKind::Hidden => {
            let Some(object) = instance.as_object() else {
                return Ok(());
            };
            match value {
                Some(value) => instance::set_own(vm, object, &this.name, value),
                None if instance::delete_own(vm, object, &this.name) => {}
                None => return Err(vm.attribute_error(this.name.to_string_lossy())),
            }
            Ok(())
        }
    }
}
