//! `builtin_function_or_method`: a native function, bound to a module, an instance or a class.
//!
//! CPython 3.11: `Objects/methodobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Args, CompareOp, MethodDef, NativeFn, Object, PyRef, PyType, Table, Value, Visitor, type_flag,
};
use crate::types::descriptor::optional_str;
use crate::types::native::{getter, member, no_args, this, unsigned};
use crate::types::object_::PyBaseObject;

/// Payload of native functions.
pub struct PyBuiltinFunction {
    /// The static definition.
    pub def: &'static MethodDef,
    /// What it is bound to: `__self__`. The module, for functions of modules.
    pub self_: Value,
    /// `__module__`: the module's name, when there is one.
    pub module: Option<Value>,
}

native_type!(PyBuiltinFunction, "builtin_function_or_method", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse), clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[unsigned(no_args("__reduce__", "", reduce))],
    getsets: &[
        getter("__doc__", None, |vm, self_| {
            Ok(optional_str(
                vm,
                this::<PyBuiltinFunction>(vm, self_)?.def.doc,
            ))
        }),
        getter("__name__", None, |vm, self_| {
            let def = this::<PyBuiltinFunction>(vm, self_)?.def;
            Ok(vm.intern_str(def.name).into_value())
        }),
        getter("__qualname__", None, get_qualname),
        getter("__self__", None, |vm, self_| {
            let value = this::<PyBuiltinFunction>(vm, self_)?.self_.clone();
            Ok(value.non_null().unwrap_or(Value::None))
        }),
        getter("__text_signature__", None, |vm, self_| {
            let def = this::<PyBuiltinFunction>(vm, self_)?.def;
            Ok(optional_str(vm, def.text_signature))
        }),
        member("__module__", None, |vm, self_| {
            let module = this::<PyBuiltinFunction>(vm, self_)?.module.clone();
            Ok(module.unwrap_or(Value::None))
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(call));
        slots.repr.set(Some(repr));
        slots.hash.set(Some(hash));
        slots.richcompare.set(Some(richcompare));
    },
};

/// Whether the function belongs to a module, or to nothing.
fn is_of_module(vm: &Vm, function: &PyBuiltinFunction) -> bool {
    let self_ = &function.self_;
    self_.is_null() || self_.is_none() || self_.class(vm).is_subtype(&vm.types.module)
}

fn get_qualname(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let function = this::<PyBuiltinFunction>(vm, self_)?;
    let name = function.def.name;
    if is_of_module(vm, function) {
        return Ok(vm.intern_str(name).into_value());
    }
    let class = match function.self_.downcast_ref::<PyType>() {
        Some(class) => class,
        None => function.self_.class(vm),
    };
    Ok(crate::types::descriptor::qualname(vm, class, name))
}

fn reduce(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let function = this::<PyBuiltinFunction>(vm, self_)?;
    if is_of_module(vm, function) {
        return Ok(vm.new_str(function.def.name));
    }
    crate::types::descriptor::reduce_by_getattr(vm, function.self_.clone(), function.def.name)
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let function = this::<PyBuiltinFunction>(vm, self_)?;
    let name = function.def.name;
    if is_of_module(vm, function) {
        return Ok(vm.new_str(&format!("<built-in function {name}>")));
    }
    Ok(vm.new_str(&format!(
        "<built-in method {name} of {} object at {}>",
        function.self_.class(vm).tp_name(),
        crate::protocol::repr::address(&function.self_)
    )))
}

fn hash(vm: &Vm, self_: &Value) -> PyResult<i64> {
    let function = this::<PyBuiltinFunction>(vm, self_)?;
    let hash = base::hash::hash_pointer(function.self_.bits() as usize)
        ^ base::hash::hash_pointer(std::ptr::from_ref(function.def) as usize);
    Ok(if hash == -1 { -2 } else { hash })
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (a, Some(b)) = (
        this::<PyBuiltinFunction>(vm, self_)?,
        other.downcast_ref::<PyBuiltinFunction>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    let equal = a.self_.is(&b.self_) && std::ptr::eq(a.def, b.def);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::NotImplemented,
    })
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    let function = unsafe { (*object).cast::<PyBuiltinFunction>() };
    visit(&function.self_);
}

impl PyBuiltinFunction {
    /// A function bound to `self_`.
    pub fn new(
        vm: &Vm,
        def: &'static MethodDef,
        self_: Value,
        module: Option<Value>,
    ) -> PyRef<PyBuiltinFunction> {
        PyRef::new(vm, PyBuiltinFunction { def, self_, module })
    }
}

fn call(vm: &Vm, callable: &Value, args: Args<'_>) -> PyResult<Value> {
    match callable.downcast_ref::<PyBuiltinFunction>() {
        Some(function) => invoke(vm, function.def, &function.self_, args),
        None => Err(vm.type_error("a builtin function was expected")),
    }
}

/// Calls a native function with CPython's errors for a wrong number of arguments.
pub fn invoke(vm: &Vm, def: &'static MethodDef, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    match def.function {
        NativeFn::FastKw(function) => function(vm, self_, args),
        _ if args.kw_len() != 0 => Err(no_keywords(vm, def, self_)),
        NativeFn::Fast(function) => function(vm, self_, args.positional()),
        NativeFn::NoArgs(function) if args.is_empty() => function(vm, self_),
        NativeFn::O(function) if args.all_values().len() == 1 => {
            function(vm, self_, &args.all_values()[0])
        }
        NativeFn::NoArgs(_) => Err(wrong_count(
            vm,
            def,
            self_,
            "takes no arguments",
            args.all_values().len(),
        )),
        NativeFn::O(_) => Err(wrong_count(
            vm,
            def,
            self_,
            "takes exactly one argument",
            args.all_values().len(),
        )),
    }
}

/// `list.append` for a method, `len` for a function of a module (`_PyObject_FunctionStr`).
pub fn display_name(vm: &Vm, def: &'static MethodDef, self_: &Value) -> String {
    let class = self_.class(vm);
    if self_.is_null() || class.is(&vm.types.module) {
        return def.name.to_string();
    }
    match self_.downcast_ref::<crate::object::PyType>() {
        Some(ty) => format!("{}.{}", ty.tp_name(), def.name),
        None => format!("{}.{}", class.tp_name(), def.name),
    }
}

#[cold]
fn no_keywords(vm: &Vm, def: &'static MethodDef, self_: &Value) -> crate::context::PyErr {
    vm.type_error(format!(
        "{}() takes no keyword arguments",
        display_name(vm, def, self_)
    ))
}

#[cold]
fn wrong_count(
    vm: &Vm,
    def: &'static MethodDef,
    self_: &Value,
    what: &str,
    given: usize,
) -> crate::context::PyErr {
    vm.type_error(format!(
        "{}() {what} ({given} given)",
        display_name(vm, def, self_)
    ))
}
