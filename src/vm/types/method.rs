//! `method`: a callable with its first argument.
//!
//! CPython 3.11: `Objects/classobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, CompareOp, Object, Py, PyRef, PyType, Table, Value, Visitor, type_flag};
use crate::protocol::{attr, call, compare, lookup, repr};
use crate::types::native::{arity, builtin, getter, member, no_args, no_keywords, this};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// Payload of bound methods.
pub struct PyMethod {
    /// `__func__`
    pub function: Value,
    /// `__self__`
    pub self_: Value,
}

native_type!(PyMethod, "method", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a bound instance method object."), signature: Some("(function, instance, /)"),
    traverse: Some(traverse), clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[no_args("__reduce__", "Helper for pickle.", |vm, self_| {
        let this = this::<PyMethod>(vm, self_)?;
        let name = attr::get(vm, &this.function, &vm.names.__name__)?;
        let args = PyTuple::pair(vm, this.self_.clone(), name).into_value();
        Ok(PyTuple::pair(vm, builtin(vm, "getattr"), args).into_value())
    })],
    getsets: &[
        member(
            "__func__",
            Some("the function (or other callable) implementing a method"),
            |vm, self_| Ok(this::<PyMethod>(vm, self_)?.function.clone()),
        ),
        member(
            "__self__",
            Some("the instance to which a method is bound"),
            |vm, self_| Ok(this::<PyMethod>(vm, self_)?.self_.clone()),
        ),
        getter("__doc__", None, |vm, self_| {
            attr::get(
                vm,
                &this::<PyMethod>(vm, self_)?.function,
                &vm.names.__doc__,
            )
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.call.set(Some(call_slot));
        slots.getattro.set(Some(getattro));
        slots.repr.set(Some(repr_slot));
        slots.hash.set(Some(hash));
        slots.richcompare.set(Some(richcompare));
    },
};

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live methods.
    let method = unsafe { (*object).cast::<PyMethod>() };
    visit(&method.function);
    visit(&method.self_);
}

impl PyMethod {
    /// Binds a callable.
    #[inline]
    pub fn new(vm: &Vm, function: Value, self_: Value) -> PyRef<PyMethod> {
        PyRef::new(vm, PyMethod { function, self_ })
    }
}

fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    no_keywords(vm, "method", &args)?;
    let values = args.positional();
    arity(vm, "method", values.len(), 2, 2)?;
    if !call::is_callable(vm, &values[0]) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if values[1].is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(PyMethod::new(vm, values[0].clone(), values[1].clone()).into_value())
}

fn call_slot(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let this = this::<PyMethod>(vm, self_)?;
    call::call_prepended(vm, &this.function, &this.self_, args)
}

/// Attributes of the type, then those of the function.
fn getattro(vm: &Vm, self_: &Value, name: &Value) -> PyResult<Value> {
    let this = this::<PyMethod>(vm, self_)?;
    let name = attr::name_of(vm, name)?;
    let class = self_.class(vm);
    let Some(found) = lookup::type_lookup(vm, class, name) else {
        return attr::get(vm, &this.function, name);
    };
    match found.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, &found, Some(self_), Some(&class.as_value())),
        None => Ok(found),
    }
}

fn repr_slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let this = this::<PyMethod>(vm, self_)?;
    let mut name = attr::get_opt(vm, &this.function, &vm.names.__qualname__)?;
    if name.is_none() {
        name = attr::get_opt(vm, &this.function, &vm.names.__name__)?;
    }
    let name = name
        .as_ref()
        .and_then(|name| name.downcast_ref::<PyStr>())
        .map_or_else(
            || "?".to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
    let self_text = repr::repr_text(vm, &this.self_)?;
    Ok(vm.new_str(&format!("<bound method {name} of {self_text}>")))
}

fn hash(vm: &Vm, self_: &Value) -> PyResult<i64> {
    let this = this::<PyMethod>(vm, self_)?;
    let hash = base::hash::hash_pointer(this.self_.bits() as usize) ^ vm.hash(&this.function)?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (this, Some(that)) = (
        this::<PyMethod>(vm, self_)?,
        other.downcast_ref::<PyMethod>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    let wanted = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => return Ok(Value::NotImplemented),
    };
    let equal = compare::eq(vm, &this.function, &that.function)? && this.self_.is(&that.self_);
    Ok(Value::bool(equal == wanted))
}
