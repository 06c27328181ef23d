//! `getset_descriptor`: an attribute computed by native code.
//!
//! CPython 3.11: `getset_get`, `getset_set` in `Objects/descrobject.c`.

use super::{check_instance, getters, optional_str, qualname};
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{GetSetDef, Py, PyRef, PyType, Table, Value, type_flag};
use crate::types::descriptor::member::{MemberKind, PyMember};
use crate::types::object_::PyBaseObject;

/// Payload of `getset_descriptor`.
pub struct PyGetSet {
    /// The static definition.
    pub def: &'static GetSetDef,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyGetSet, "getset_descriptor", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyGetSet, |this, visit| visit(&this.class.as_value()))),
    clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: getters! { PyGetSet:
        "__objclass__" member true => |_vm, this| Ok(this.class.to_value());
        "__name__" member true => |vm, this| Ok(vm.intern_str(this.def.name).into_value());
        "__doc__" => |vm, this| Ok(optional_str(vm, this.def.doc));
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.class, this.def.name));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.descr_get.set(Some(descr_get));
        slots.descr_set.set(Some(descr_set));
        slots.repr.set(Some(repr));
    },
};

impl PyGetSet {
    /// The descriptor for a definition: `member_descriptor` for those marked so.
    pub fn make(vm: &Vm, def: &'static GetSetDef, class: &Py<PyType>) -> Value {
        let class = class.to_ref();
        if def.member {
            let payload = PyMember {
                name: vm.intern_str(def.name),
                class,
                kind: MemberKind::Native(def),
            };
            return PyRef::new(vm, payload).into_value();
        }
        PyRef::new(vm, PyGetSet { def, class }).into_value()
    }
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyGetSet>() else {
        return Err(vm.type_error("a getset descriptor was expected"));
    };
    Ok(vm.new_str(&format!(
        "<attribute '{}' of '{}' objects>",
        this.def.name,
        this.class.tp_name()
    )))
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let (Some(this), Some(instance)) = (self_.downcast_ref::<PyGetSet>(), instance) else {
        return Ok(self_.clone());
    };
    check_instance(vm, this.def.name, &this.class, instance)?;
    match this.def.get {
        Some(get) => get(vm, instance),
        None => Err(vm.attribute_error(format!(
            "attribute '{}' of '{}' objects is not readable",
            this.def.name,
            this.class.tp_name()
        ))),
    }
}

fn descr_set(vm: &Vm, self_: &Value, instance: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(this) = self_.downcast_ref::<PyGetSet>() else {
        return Err(vm.type_error("a getset descriptor was expected"));
    };
    check_instance(vm, this.def.name, &this.class, instance)?;
    match this.def.set {
        Some(set) => set(vm, instance, value),
        None => {
            let (name, class) = (this.def.name, this.class.tp_name());
            let is_property = (this.class.def).is_some_and(|def| def.python_module().is_some());
            Err(vm.attribute_error(if is_property {
                format!("property '{name}' of '{class}' object has no setter")
            } else {
                format!("attribute '{name}' of '{class}' objects is not writable")
            }))
        }
    }
}
