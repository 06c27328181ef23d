//! `method_descriptor` and `classmethod_descriptor`: native methods in a type's namespace.
//!
//! CPython 3.11: `method_get`, `classmethod_get`, `method_vectorcall_*` in `Objects/descrobject.c`.

use super::{getters, optional_str, qualname, reduce_by_getattr};
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Args, Binding, MethodDef, NativeFn, Py, PyRef, PyType, Table, Value, type_flag,
};
use crate::types::builtin_function::{PyBuiltinFunction, invoke};
use crate::types::object_::PyBaseObject;

/// Payload of `method_descriptor`.
pub struct PyMethodDescriptor {
    /// The static definition.
    pub def: &'static MethodDef,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyMethodDescriptor, "method_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::METHOD_DESCRIPTOR | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

/// Payload of `classmethod_descriptor`.
pub struct PyClassMethodDescriptor {
    /// The static definition.
    pub def: &'static MethodDef,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyClassMethodDescriptor, "classmethod_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [CLASS_TABLE]);

/// What `method_descriptor` does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(
            |vm, self_| match self_.downcast_ref::<PyMethodDescriptor>() {
                Some(this) => reduce_by_getattr(vm, this.class.to_value(), this.def.name),
                None => Err(vm.type_error("a method descriptor was expected")),
            },
        ),
    }],
    getsets: getters! { PyMethodDescriptor:
        "__objclass__" member true => |_vm, this| Ok(this.class.to_value());
        "__name__" member true => |vm, this| Ok(vm.intern_str(this.def.name).into_value());
        "__doc__" => |vm, this| Ok(optional_str(vm, this.def.doc));
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.class, this.def.name));
        "__text_signature__" => |vm, this| Ok(optional_str(vm, this.def.text_signature));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(call));
        slots.descr_get.set(Some(descr_get));
        slots.repr.set(Some(|vm, self_| {
            let this = self_.downcast_ref::<PyMethodDescriptor>();
            this.map_or(Ok(Value::None), |this| repr(vm, this.def, &this.class))
        }));
    },
};

/// What `classmethod_descriptor` does.
pub static CLASS_TABLE: Table = Table {
    methods: &[],
    getsets: getters! { PyClassMethodDescriptor:
        "__objclass__" member true => |_vm, this| Ok(this.class.to_value());
        "__name__" member true => |vm, this| Ok(vm.intern_str(this.def.name).into_value());
        "__doc__" => |vm, this| Ok(optional_str(vm, this.def.doc));
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.class, this.def.name));
        "__text_signature__" => |vm, this| Ok(optional_str(vm, this.def.text_signature));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(class_call));
        slots.descr_get.set(Some(class_descr_get));
        slots.repr.set(Some(|vm, self_| {
            let this = self_.downcast_ref::<PyClassMethodDescriptor>();
            this.map_or(Ok(Value::None), |this| repr(vm, this.def, &this.class))
        }));
    },
};

fn repr(vm: &Vm, def: &MethodDef, class: &Py<PyType>) -> PyResult<Value> {
    Ok(vm.new_str(&format!(
        "<method '{}' of '{}' objects>",
        def.name,
        class.tp_name()
    )))
}

/// Refuses instances of other classes, unless the methods are open.
fn check_instance(vm: &Vm, this: &PyMethodDescriptor, instance: &Value) -> PyResult<()> {
    if this.class.has_flag(type_flag::OPEN_METHODS) {
        return Ok(());
    }
    super::check_instance(vm, this.def.name, &this.class, instance)
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let (Some(this), Some(instance)) = (self_.downcast_ref::<PyMethodDescriptor>(), instance)
    else {
        return Ok(self_.clone());
    };
    check_instance(vm, this, instance)?;
    Ok(PyBuiltinFunction::new(vm, this.def, instance.clone(), None).into_value())
}

fn call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyMethodDescriptor>() else {
        return Err(vm.type_error("a method descriptor was expected"));
    };
    let Some(instance) = args.positional().first() else {
        return Err(vm.type_error(format!(
            "unbound method {}.{}() needs an argument",
            this.class.tp_name(),
            this.def.name
        )));
    };
    check_instance(vm, this, instance)?;
    let rest = Args::new(&args.all_values()[1..], args.kwnames());
    invoke(vm, this.def, instance, rest)
}

/// The native method bound to a class, which must derive from the one it was made for.
fn bind_class(vm: &Vm, this: &PyClassMethodDescriptor, class: &Value) -> PyResult<Value> {
    let name = this.def.name;
    let Some(ty) = class.downcast_ref::<PyType>() else {
        return Err(vm.type_error(format!(
            "descriptor '{name}' for type '{}' needs a type, not a '{}' as arg 2",
            this.class.tp_name(),
            class.class(vm).tp_name()
        )));
    };
    if !ty.is_subtype(&this.class) {
        return Err(vm.type_error(format!(
            "descriptor '{name}' requires a subtype of '{}' but received '{}'",
            this.class.tp_name(),
            ty.tp_name()
        )));
    }
    Ok(PyBuiltinFunction::new(vm, this.def, class.clone(), None).into_value())
}

fn class_descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    owner: Option<&Value>,
) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyClassMethodDescriptor>() else {
        return Ok(self_.clone());
    };
    match (owner, instance) {
        (Some(owner), _) => bind_class(vm, this, owner),
        (None, Some(instance)) => bind_class(vm, this, &instance.class(vm).as_value()),
        (None, None) => Err(vm.type_error(format!(
            "descriptor '{}' for type '{}' needs either an object or a type",
            this.def.name,
            this.class.tp_name()
        ))),
    }
}

fn class_call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyClassMethodDescriptor>() else {
        return Err(vm.type_error("a class method descriptor was expected"));
    };
    let Some(class) = args.positional().first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            this.def.name,
            this.class.tp_name()
        )));
    };
    let _bound = bind_class(vm, this, class)?;
    let rest = Args::new(&args.all_values()[1..], args.kwnames());
    invoke(vm, this.def, class, rest)
}
