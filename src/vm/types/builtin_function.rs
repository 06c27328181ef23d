//! `builtin_function_or_method`: a native function, bound to a module, an instance or a class.
//!
//! CPython 3.11: `Objects/methodobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, MethodDef, NativeFn, Object, PyRef, Table, Value, Visitor, type_flag};
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
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| slots.call.set(Some(call)),
};

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
