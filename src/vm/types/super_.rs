//! `super`: attributes looked up behind a class in the MRO of an instance or class.
//!
//! CPython 3.11: `superobject` in `Objects/typeobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyCell, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{attr, call};
use crate::types::native::{arity, member, no_keywords, this};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// Payload of `super`.
pub struct PySuper {
    /// `__thisclass__`: the class behind which the search begins.
    pub class: PyCell<Option<PyRef<PyType>>>,
    /// `__self__`
    pub object: PyCell<Option<Value>>,
    /// `__self_class__`: the class whose MRO is searched.
    pub start: PyCell<Option<PyRef<PyType>>>,
}

native_type!(PySuper, "super", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n"),
    signature: None,
    traverse: Some(crate::traverse_payload!(PySuper, |this, visit| {
        this.object.with(|object| object.iter().for_each(&mut *visit));
        for class in [&this.class, &this.start] {
            class.with(|class| class.iter().for_each(|class| visit(&class.as_value())));
        }
    })),
    clear: None, tables: [TABLE]);

fn class_value(class: &PyCell<Option<PyRef<PyType>>>) -> Value {
    class.get().map_or(Value::None, |class| class.into_value())
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[
        member(
            "__thisclass__",
            Some("the class invoking super()"),
            |vm, self_| Ok(class_value(&this::<PySuper>(vm, self_)?.class)),
        ),
        member(
            "__self__",
            Some("the instance invoking super(); may be None"),
            |vm, self_| {
                Ok(this::<PySuper>(vm, self_)?
                    .object
                    .get()
                    .unwrap_or(Value::None))
            },
        ),
        member(
            "__self_class__",
            Some("the type of the instance invoking super(); may be None"),
            |vm, self_| Ok(class_value(&this::<PySuper>(vm, self_)?.start)),
        ),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.repr.set(Some(repr));
        slots.getattro.set(Some(getattro));
        slots.descr_get.set(Some(descr_get));
    },
};

fn new(_vm: &Vm, class: &Py<PyType>, _args: Args<'_>) -> PyResult<Value> {
    let payload = PySuper {
        class: PyCell::new(None),
        object: PyCell::new(None),
        start: PyCell::new(None),
    };
    Ok(new_object(class, payload).into_value())
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    no_keywords(vm, "super", &args)?;
    let values = args.positional();
    arity(vm, "super()", values.len(), 0, 2)?;
    let (class, object) = match values {
        [] => (vm.hooks.super_arguments.get())(vm)?,
        [class] => (class.clone(), Value::None),
        [class, object, ..] => (class.clone(), object.clone()),
    };
    let class = class.downcast::<PyType>().map_err(|other| {
        vm.type_error(format!(
            "super() argument 1 must be a type, not {}",
            other.class(vm).tp_name()
        ))
    })?;
    let object = object.non_none();
    let start = match &object {
        Some(object) => Some(check(vm, &class, object)?),
        None => None,
    };
    let this = this::<PySuper>(vm, self_)?;
    this.class.set(Some(class));
    this.object.set(object);
    this.start.set(start);
    Ok(())
}

/// `super()` for the innermost Python frame, when `callable` is that class itself and nothing is unusual about it.
pub fn call_without_args(vm: &Vm, callable: &Value) -> PyResult<Option<Value>> {
    if !callable.is(&<PySuper as Payload>::class(vm).as_value()) {
        return Ok(None);
    }
    let _guard = vm.enter_recursive(call::RECURSION)?;
    let (class, object) = (vm.hooks.super_arguments.get())(vm)?;
    match class.downcast_ref::<PyType>() {
        Some(class) if !object.is_none() => Ok(Some(new_bound(vm, class, &object)?.into_value())),
        _ => Ok(None),
    }
}

/// What `super().name` is bound to and the object it is bound to, when it is a function for an instance: a call needs no bound method.
pub fn method_and_self(vm: &Vm, value: &Value, name: &Py<PyStr>) -> Option<(Value, Value)> {
    let this = value.downcast_exact::<PySuper>(vm)?;
    let (class, start, object) = (this.class.get()?, this.start.get()?, this.object.get()?);
    if object.is(&start.as_value()) || name.is(&*vm.names.__class__) {
        return None;
    }
    let found = lookup(&class, &start, name)?;
    let is_function = found.class(vm).has_flag(type_flag::METHOD_DESCRIPTOR);
    if is_function {
        Some((found, object))
    } else {
        None
    }
}

/// `super(class, object)` as the loop may ask for it: the attribute behind `class` for `object`.
pub fn new_bound(vm: &Vm, class: &Py<PyType>, object: &Value) -> PyResult<PyRef<PySuper>> {
    let start = check(vm, class, object)?;
    Ok(PyRef::new(
        vm,
        PySuper {
            class: PyCell::new(Some(class.to_ref())),
            object: PyCell::new(Some(object.clone())),
            start: PyCell::new(Some(start)),
        },
    ))
}

/// The class whose MRO is searched (`supercheck`): the object itself when it is a subclass, else its class.
pub fn check(vm: &Vm, class: &Py<PyType>, object: &Value) -> PyResult<PyRef<PyType>> {
    if let Some(ty) = object.downcast_ref::<PyType>()
        && ty.is_subtype(class)
    {
        return Ok(ty.to_ref());
    }
    let of_object = object.class(vm);
    if of_object.is_subtype(class) {
        return Ok(of_object.to_ref());
    }
    if let Some(claimed) = attr::get_opt(vm, object, &vm.names.__class__)?
        && let Some(claimed) = claimed.downcast_ref::<PyType>()
        && claimed.is_subtype(class)
    {
        return Ok(claimed.to_ref());
    }
    Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"))
}

/// What stands behind `class` in the MRO of `start` under a name, unbound.
pub fn lookup(class: &Py<PyType>, start: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    let mro = start.mro_ref()?;
    let mro = mro.as_slice();
    let place = mro.iter().position(|ty| ty.is(&class.as_value()))?;
    mro[place + 1..]
        .iter()
        .find_map(|ty| ty.downcast_ref::<PyType>()?.get_own(name))
}

fn getattro(vm: &Vm, self_: &Value, name: &Value) -> PyResult<Value> {
    let this = this::<PySuper>(vm, self_)?;
    let text = attr::name_of(vm, name)?;
    let (Some(class), Some(start)) = (this.class.get(), this.start.get()) else {
        return attr::generic_getattr(vm, self_, name);
    };
    // `__class__` is that of the super object itself.
    if text.equals(&vm.names.__class__) {
        return attr::generic_getattr(vm, self_, name);
    }
    let Some(found) = lookup(&class, &start, text) else {
        return attr::generic_getattr(vm, self_, name);
    };
    let Some(get) = found.class(vm).slots.descr_get.get() else {
        return Ok(found);
    };
    let object = this.object.get();
    let start = start.into_value();
    // A class stands for no instance.
    let instance = object.filter(|object| !object.is(&start));
    get(vm, &found, instance.as_ref(), Some(&start))
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let this = this::<PySuper>(vm, self_)?;
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(self_.clone());
    };
    if this.object.with(Option::is_some) {
        return Ok(self_.clone());
    }
    let Some(class) = this.class.get() else {
        return Ok(self_.clone());
    };
    if self_.downcast_exact::<PySuper>(vm).is_some() {
        return Ok(new_bound(vm, &class, instance)?.into_value());
    }
    let args = [class.into_value(), instance.clone()];
    call::call_args(vm, &self_.class(vm).as_value(), &args)
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let this = this::<PySuper>(vm, self_)?;
    let class = this
        .class
        .get()
        .map_or_else(|| "NULL".to_string(), |class| class.tp_name());
    Ok(vm.new_str(&match this.start.get() {
        Some(start) => format!("<super: <class '{class}'>, <{} object>>", start.tp_name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    }))
}
