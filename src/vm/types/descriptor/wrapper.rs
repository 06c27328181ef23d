//! `wrapper_descriptor`: a slot of a native type as a dunder method; `method-wrapper`: such a method bound to an instance.
//!
//! CPython 3.11: `wrapperdescr_*`, `wrapper_*` in `Objects/descrobject.c`.

use super::{check_instance, getters, optional_str, qualname, reduce_by_getattr};
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Args, Binding, CompareOp, MethodDef, NativeFn, Object, Py, PyRef, PyType, Table, Value,
    Visitor, type_flag,
};
use crate::types::object_::PyBaseObject;

/// How a slot looks as a method.
pub struct SlotWrapper {
    /// The dunder.
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// `__text_signature__`
    pub text_signature: Option<&'static str>,
    /// Calls the slot of the given class (the class that owns the descriptor) on an instance.
    pub call: fn(&Vm, &PyType, &Value, Args<'_>) -> PyResult<Value>,
}

/// Payload of `wrapper_descriptor`.
pub struct PyWrapperDescriptor {
    /// The slot.
    pub wrapper: &'static SlotWrapper,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyWrapperDescriptor, "wrapper_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::METHOD_DESCRIPTOR | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

/// Payload of `method-wrapper`.
pub struct PyMethodWrapper {
    /// The descriptor.
    pub descriptor: PyRef<PyWrapperDescriptor>,
    /// `__self__`
    pub self_: Value,
}

native_type!(PyMethodWrapper, "method-wrapper", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse), clear: None, tables: [BOUND_TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live method wrappers.
    visit(&unsafe { (*object).cast::<PyMethodWrapper>() }.self_);
}

/// What `wrapper_descriptor` does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(
            |vm, self_| match self_.downcast_ref::<PyWrapperDescriptor>() {
                Some(this) => reduce_by_getattr(vm, this.class.to_value(), this.wrapper.name),
                None => Err(vm.type_error("a slot wrapper was expected")),
            },
        ),
    }],
    getsets: getters! { PyWrapperDescriptor:
        "__objclass__" member true => |_vm, this| Ok(this.class.to_value());
        "__name__" member true => |vm, this| Ok(vm.intern_str(this.wrapper.name).into_value());
        "__doc__" => |vm, this| Ok(vm.new_str(this.wrapper.doc));
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.class, this.wrapper.name));
        "__text_signature__" => |vm, this| Ok(optional_str(vm, this.wrapper.text_signature));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(call));
        slots.descr_get.set(Some(descr_get));
        slots.repr.set(Some(repr));
    },
};

/// What `method-wrapper` does.
pub static BOUND_TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(|vm, self_| match self_.downcast_ref::<PyMethodWrapper>() {
            Some(this) => reduce_by_getattr(vm, this.self_.clone(), this.descriptor.wrapper.name),
            None => Err(vm.type_error("a method wrapper was expected")),
        }),
    }],
    getsets: getters! { PyMethodWrapper:
        "__self__" member true => |_vm, this| Ok(this.self_.clone());
        "__objclass__" => |_vm, this| Ok(this.descriptor.class.to_value());
        "__name__" => |vm, this| Ok(vm.intern_str(this.descriptor.wrapper.name).into_value());
        "__qualname__" => |vm, this| Ok(qualname(vm, &this.descriptor.class, this.descriptor.wrapper.name));
        "__doc__" => |vm, this| Ok(vm.new_str(this.descriptor.wrapper.doc));
        "__text_signature__" => |vm, this| Ok(optional_str(vm, this.descriptor.wrapper.text_signature));
    },
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(bound_call));
        slots.repr.set(Some(bound_repr));
        slots.hash.set(Some(bound_hash));
        slots.richcompare.set(Some(bound_compare));
    },
};

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyWrapperDescriptor>() else {
        return Err(vm.type_error("a slot wrapper was expected"));
    };
    Ok(vm.new_str(&format!(
        "<slot wrapper '{}' of '{}' objects>",
        this.wrapper.name,
        this.class.tp_name()
    )))
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let (Some(this), Some(instance)) = (self_.downcast_ref::<PyWrapperDescriptor>(), instance)
    else {
        return Ok(self_.clone());
    };
    check_instance(vm, this.wrapper.name, &this.class, instance)?;
    let bound = PyMethodWrapper {
        descriptor: this.to_ref(),
        self_: instance.clone(),
    };
    Ok(PyRef::new(vm, bound).into_value())
}

impl PyWrapperDescriptor {
    /// Whether the arguments may have keywords: those of `__init__` and `__call__` may.
    fn takes_keywords(&self) -> bool {
        matches!(self.wrapper.name, "__init__" | "__call__")
    }

    fn run(&self, vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
        if args.kw_len() != 0 && !self.takes_keywords() {
            return Err(vm.type_error(format!(
                "wrapper {}() takes no keyword arguments",
                self.wrapper.name
            )));
        }
        (self.wrapper.call)(vm, &self.class, self_, args)
    }
}

fn call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(this) = self_.downcast_ref::<PyWrapperDescriptor>() else {
        return Err(vm.type_error("a slot wrapper was expected"));
    };
    let Some(instance) = args.positional().first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            this.wrapper.name,
            this.class.tp_name()
        )));
    };
    if !instance.class(vm).is_subtype(&this.class) {
        return Err(vm.type_error(format!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            this.wrapper.name,
            this.class.tp_name(),
            instance.class(vm).tp_name()
        )));
    }
    let rest = Args::new(&args.all_values()[1..], args.kwnames());
    this.run(vm, instance, rest)
}

fn bound<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyMethodWrapper>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("a method wrapper was expected"))
}

fn bound_call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let this = bound(vm, self_)?;
    this.descriptor.run(vm, &this.self_, args)
}

fn bound_repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let this = bound(vm, self_)?;
    Ok(vm.new_str(&format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        this.descriptor.wrapper.name,
        this.self_.class(vm).tp_name(),
        this.self_.bits()
    )))
}

fn bound_hash(vm: &Vm, self_: &Value) -> PyResult<i64> {
    let this = bound(vm, self_)?;
    let hash = base::hash::hash_pointer(this.self_.bits() as usize)
        ^ base::hash::hash_pointer(std::ptr::from_ref(&*this.descriptor) as usize);
    Ok(if hash == -1 { -2 } else { hash })
}

fn bound_compare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (this, Some(that)) = (bound(vm, self_)?, other.downcast_ref::<PyMethodWrapper>()) else {
        return Ok(Value::NotImplemented);
    };
    let equal = this.descriptor.is(&*that.descriptor) && this.self_.is(&that.self_);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::NotImplemented,
    })
}
