//! `coroutine_wrapper`: what `coroutine.__await__()` gives.
//!
//! CPython 3.11: `PyCoroWrapper` in `Objects/genobject.c`.

use crate::context::{PyResult, Vm};
use crate::interp::resume;
use crate::native_type;
use crate::object::{
    Binding, MethodDef, NativeFn, Object, PyRef, SendResult, Table, Value, Visitor, type_flag,
};
use crate::types::generator_methods::{generator_of, thrown_error, value_or_stop};
use crate::types::object_::PyBaseObject;

/// Payload: the coroutine.
pub struct PyCoroutineWrapper {
    coroutine: Value,
}

native_type!(PyCoroutineWrapper, "coroutine_wrapper", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: Some("A wrapper object implementing __await__ for coroutines."), signature: None,
    traverse: Some(traverse), clear: None, tables: [TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    visit(&unsafe { (*object).cast::<PyCoroutineWrapper>() }.coroutine);
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        MethodDef {
            name: "send",
            doc: Some(
                "send(arg) -> send 'arg' into coroutine,\nreturn next yielded value or raise StopIteration.",
            ),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::O(send),
        },
        MethodDef {
            name: "throw",
            doc: Some(
                "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next yielded value or raise\nStopIteration.",
            ),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::Fast(throw),
        },
        MethodDef {
            name: "close",
            doc: Some("close() -> raise GeneratorExit inside coroutine."),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::NoArgs(close),
        },
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(|_, wrapper| Ok(wrapper.clone())));
        slots.iternext.set(Some(iternext));
    },
};

/// Wraps a coroutine.
pub fn wrap(vm: &Vm, coroutine: &Value) -> Value {
    PyRef::new(
        vm,
        PyCoroutineWrapper {
            coroutine: coroutine.clone(),
        },
    )
    .into_value()
}

fn coroutine(vm: &Vm, value: &Value) -> PyResult<Value> {
    match value.downcast_ref::<PyCoroutineWrapper>() {
        Some(wrapper) => Ok(wrapper.coroutine.clone()),
        None => Err(vm.type_error("a coroutine_wrapper was expected")),
    }
}

fn iternext(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    match generator_of(vm, &coroutine(vm, value)?)?.resume(vm, Value::None)? {
        SendResult::Yield(value) => Ok(Some(value)),
        SendResult::Return(value) => {
            drop(vm.thread().stop_value.replace(value));
            Ok(None)
        }
    }
}

fn send(vm: &Vm, value: &Value, sent: &Value) -> PyResult<Value> {
    let result = generator_of(vm, &coroutine(vm, value)?)?.resume(vm, sent.clone())?;
    value_or_stop(vm, result)
}

fn throw(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let coroutine = coroutine(vm, value)?;
    let error = thrown_error(vm, args)?;
    let result = resume::throw(vm, generator_of(vm, &coroutine)?, error)?;
    value_or_stop(vm, result)
}

fn close(vm: &Vm, value: &Value) -> PyResult<Value> {
    resume::close(vm, generator_of(vm, &coroutine(vm, value)?)?)?;
    Ok(Value::None)
}
