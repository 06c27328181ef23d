//! `staticmethod`.
//!
//! CPython 3.11: `sm_*` in `Objects/funcobject.c`.

use super::classmethod::{copy_function_attributes, is_abstract, single_argument};
use super::getters;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Object, Py, PyCell, PyRef, PyType, Table, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of `staticmethod`.
pub struct PyStaticMethod {
    /// `__func__`; None until `__init__` ran.
    pub function: PyCell<Value>,
}

native_type!(PyStaticMethod, "staticmethod", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::IMMUTABLE,
    doc: Some("staticmethod(function) -> method\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin."),
    signature: None, traverse: Some(traverse), clear: Some(clear), tables: [TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    unsafe { (*object).cast::<PyStaticMethod>() }
        .function
        .with(visit);
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(this) = value.downcast_ref::<PyStaticMethod>() {
        this.function.set(Value::None);
    }
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: getters! { PyStaticMethod:
        "__func__" member true => |_vm, this| Ok(this.function.get());
        "__wrapped__" member true => |_vm, this| Ok(this.function.get());
        "__isabstractmethod__" => |vm, this| is_abstract(vm, &this.function.get()).map(Value::bool);
    },
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.descr_get.set(Some(|vm, self_, _, _| {
            Ok(staticmethod(vm, self_)?.function.get())
        }));
        slots.call.set(Some(|vm, self_, args| {
            let function = staticmethod(vm, self_)?.function.get();
            crate::protocol::lookup::Special::Bound(function).call_args(vm, self_, args)
        }));
        slots.repr.set(Some(|vm, self_| {
            super::classmethod::repr(vm, "staticmethod", &staticmethod(vm, self_)?.function.get())
        }));
    },
};

impl PyStaticMethod {
    /// `staticmethod(function)`, without the copied attributes.
    pub fn new(vm: &Vm, function: Value) -> PyRef<PyStaticMethod> {
        let function = PyCell::new(function);
        PyRef::new(vm, PyStaticMethod { function })
    }
}

fn staticmethod<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStaticMethod>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("a staticmethod was expected"))
}

fn new(_vm: &Vm, class: &Py<PyType>, _args: Args<'_>) -> PyResult<Value> {
    let function = PyCell::new(Value::None);
    Ok(new_object(class, PyStaticMethod { function }).into_value())
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let function = single_argument(vm, "staticmethod", args)?;
    staticmethod(vm, self_)?.function.set(function.clone());
    copy_function_attributes(vm, self_, function)
}
