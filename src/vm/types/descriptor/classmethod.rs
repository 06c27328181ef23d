//! `classmethod`.
//!
//! CPython 3.11: `cm_*`, `functools_wraps` in `Objects/funcobject.c`.

use super::getters;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Object, Py, PyCell, PyRef, PyType, Table, Value, Visitor, type_flag};
use crate::protocol::attr;
use crate::types::method::PyMethod;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// Payload of `classmethod`.
pub struct PyClassMethod {
    /// `__func__`; None until `__init__` ran.
    pub function: PyCell<Value>,
}

native_type!(PyClassMethod, "classmethod", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::IMMUTABLE,
    doc: Some("classmethod(function) -> method\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin."),
    signature: None, traverse: Some(traverse), clear: Some(clear), tables: [TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    unsafe { (*object).cast::<PyClassMethod>() }
        .function
        .with(visit);
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(this) = value.downcast_ref::<PyClassMethod>() {
        this.function.set(Value::None);
    }
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: getters! { PyClassMethod:
        "__func__" member true => |_vm, this| Ok(this.function.get());
        "__wrapped__" member true => |_vm, this| Ok(this.function.get());
        "__isabstractmethod__" => |vm, this| is_abstract(vm, &this.function.get()).map(Value::bool);
    },
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.descr_get.set(Some(descr_get));
        slots.repr.set(Some(|vm, self_| {
            repr(vm, "classmethod", &classmethod(vm, self_)?.function.get())
        }));
    },
};

impl PyClassMethod {
    /// `classmethod(function)`, without the copied attributes.
    pub fn new(vm: &Vm, function: Value) -> PyRef<PyClassMethod> {
        let function = PyCell::new(function);
        PyRef::new(vm, PyClassMethod { function })
    }
}

fn classmethod<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyClassMethod>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("a classmethod was expected"))
}

fn new(_vm: &Vm, class: &Py<PyType>, _args: Args<'_>) -> PyResult<Value> {
    let function = PyCell::new(Value::None);
    Ok(new_object(class, PyClassMethod { function }).into_value())
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let function = single_argument(vm, "classmethod", args)?;
    classmethod(vm, self_)?.function.set(function.clone());
    copy_function_attributes(vm, self_, function)
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    owner: Option<&Value>,
) -> PyResult<Value> {
    let function = classmethod(vm, self_)?.function.get();
    let owner = match (owner, instance) {
        (Some(owner), _) => owner.clone(),
        (None, Some(instance)) => instance.class(vm).to_value(),
        (None, None) => Value::None,
    };
    match function.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, &function, Some(&owner), Some(&owner)),
        None => Ok(PyMethod::new(vm, function, owner).into_value()),
    }
}

/// The only argument of a constructor that takes one.
pub(crate) fn single_argument<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<&'a Value> {
    if args.kw_len() != 0 {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.positional() {
        [only] => Ok(only),
        other => Err(vm.type_error(format!("{name} expected 1 argument, got {}", other.len()))),
    }
}

/// Copies what makes a wrapper look like the function it wraps.
pub(crate) fn copy_function_attributes(vm: &Vm, wrapper: &Value, wrapped: &Value) -> PyResult<()> {
    let names = &vm.names;
    for name in [
        &names.__module__,
        &names.__name__,
        &names.__qualname__,
        &names.__doc__,
        &names.__annotations__,
    ] {
        if let Some(value) = attr::get_opt(vm, wrapped, name)? {
            attr::set(vm, wrapper, name, value)?;
        }
    }
    Ok(())
}

/// Whether `__isabstractmethod__` is true.
pub(crate) fn is_abstract(vm: &Vm, function: &Value) -> PyResult<bool> {
    let value = attr::get_opt(vm, function, &vm.names.__isabstractmethod__)?;
    match value {
        Some(value) => crate::types::type_::truth(vm, &value),
        None => Ok(false),
    }
}

/// `<classmethod(<function f at 0x…>)>`
pub(crate) fn repr(vm: &Vm, kind: &str, function: &Value) -> PyResult<Value> {
    let inner = match function.class(vm).slots.repr.get() {
        Some(repr) => repr(vm, function)?,
        None => Value::None,
    };
    let inner = inner
        .downcast_ref::<PyStr>()
        .map_or_else(String::new, |text| text.to_string_lossy().into_owned());
    Ok(vm.new_str(&format!("<{kind}({inner})>")))
}
