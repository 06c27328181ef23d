//! Calling objects.
//!
//! Everything goes through the `call` slot with arguments in vectorcall form: positional values, then one value for each keyword name.
//!
//! CPython 3.11: `Objects/call.c`.

use super::special;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, Value, type_flag};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use smallvec::SmallVec;

/// Argument values on the native stack while they are few.
pub type ArgVec = SmallVec<[Value; 8]>;

/// What a RecursionError in a call says.
pub const RECURSION: &str = " while calling a Python object";

/// `callable(...)`.
#[inline]
pub fn call(vm: &Vm, callable: &Value, args: Args<'_>) -> PyResult<Value> {
    let class = callable.class(vm);
    let Some(slot) = class.slots.call.get() else {
        return Err(not_callable(vm, callable));
    };
    if class.has_flag(type_flag::METHOD_DESCRIPTOR) || class.is(&vm.types.builtin_function) {
        // Functions count their own frames; native functions only need stack.
        vm.check_native_stack(RECURSION)?;
        return slot(vm, callable, args);
    }
    let _guard = vm.enter_recursive(RECURSION)?;
    slot(vm, callable, args)
}

#[cold]
#[inline(never)]
fn not_callable(vm: &Vm, callable: &Value) -> PyErr {
    vm.type_error(format!(
        "'{}' object is not callable",
        callable.class(vm).tp_name()
    ))
}

/// Whether the object can be called.
pub fn is_callable(vm: &Vm, value: &Value) -> bool {
    value.class(vm).slots.call.get().is_some()
}

/// `callable()`.
#[inline]
pub fn call0(vm: &Vm, callable: &Value) -> PyResult<Value> {
    call(vm, callable, Args::empty())
}

/// `callable(argument)`.
#[inline]
pub fn call1(vm: &Vm, callable: &Value, argument: &Value) -> PyResult<Value> {
    call(
        vm,
        callable,
        Args::positional_only(std::slice::from_ref(argument)),
    )
}

/// `callable(*args)`.
#[inline]
pub fn call_args(vm: &Vm, callable: &Value, args: &[Value]) -> PyResult<Value> {
    call(vm, callable, Args::positional_only(args))
}

/// `callable(first, *args, **kwargs)`, which is what calling a bound method does.
#[inline]
pub fn call_prepended(vm: &Vm, callable: &Value, first: &Value, args: Args<'_>) -> PyResult<Value> {
    let mut values = ArgVec::with_capacity(args.all_values().len() + 1);
    values.push(first.clone());
    values.extend(args.all_values().iter().cloned());
    call(vm, callable, Args::new(&values, args.kwnames()))
}

/// `callable(*args, **kwargs)` with the keywords in a dict whose keys are checked to be strings.
pub fn call_dict(
    vm: &Vm,
    callable: &Value,
    args: &[Value],
    kwargs: Option<&Py<PyDict>>,
) -> PyResult<Value> {
    let Some(kwargs) = kwargs.filter(|kwargs| kwargs.len() != 0) else {
        return call_args(vm, callable, args);
    };
    let mut values = ArgVec::with_capacity(args.len() + kwargs.len());
    values.extend(args.iter().cloned());
    let mut names = Vec::with_capacity(kwargs.len());
    let mut position = 0;
    while let Some((name, value)) = kwargs.next_item(&mut position) {
        if name.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        names.push(name);
        values.push(value);
    }
    let names = PyTuple::new(vm, names);
    call(vm, callable, Args::new(&values, Some(&names)))
}

/// `callable(*args, **keywords)` with keywords given as pairs.
pub fn call_keywords(
    vm: &Vm,
    callable: &Value,
    args: &[Value],
    keywords: &[(&Py<PyStr>, Value)],
) -> PyResult<Value> {
    let mut values: ArgVec = args.iter().cloned().collect();
    values.extend(keywords.iter().map(|(_, value)| value.clone()));
    let names = keywords.iter().map(|(name, _)| name.to_value()).collect();
    let names = PyTuple::new(vm, names);
    call(vm, callable, Args::new(&values, Some(&names)))
}

/// `object.name(*args)`.
pub fn call_method(vm: &Vm, object: &Value, name: &Py<PyStr>, args: &[Value]) -> PyResult<Value> {
    super::attr::call_method(vm, object, name, args)
}

/// `type(object).name(object, *args)`: a special method, TypeError-free form: `None` when the type has none.
pub fn call_special(
    vm: &Vm,
    object: &Value,
    name: &Py<PyStr>,
    args: &[Value],
) -> PyResult<Option<Value>> {
    special::call(vm, object, name, args)
}
