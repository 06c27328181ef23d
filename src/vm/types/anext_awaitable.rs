//! `anext_awaitable`: what `anext(iterator, default)` gives.
//!
//! CPython 3.11: `anextawaitableobject` in `Objects/iterobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::resume;
use crate::native_type;
use crate::object::{Binding, MethodDef, NativeFn, PyRef, Table, Value, type_flag};
use crate::protocol::call;
use crate::types::native::{self_iter, this};
use crate::types::object_::PyBaseObject;

/// Payload: what `__anext__` gave, and what stands in for an end.
pub struct PyAnextAwaitable {
    wrapped: Value,
    default: Value,
}

native_type!(PyAnextAwaitable, "anext_awaitable", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(crate::traverse_payload!(PyAnextAwaitable, |this, visit| {
        visit(&this.wrapped);
        visit(&this.default);
    })),
    clear: None, tables: [TABLE]);

const fn method(name: &'static str, doc: &'static str, function: NativeFn) -> MethodDef {
    MethodDef {
        name,
        doc: Some(doc),
        text_signature: None,
        binding: Binding::Instance,
        function,
    }
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        method(
            "send",
            "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration.",
            NativeFn::Fast(send),
        ),
        method(
            "throw",
            "throw(value)\nthrow(typ[,val[,tb]])\n\nraise exception in the wrapped iterator, return next yielded value\nor raise StopIteration.",
            NativeFn::Fast(throw),
        ),
        method(
            "close",
            "close() -> raise GeneratorExit inside generator.",
            NativeFn::NoArgs(close),
        ),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.am_await.set(Some(self_iter));
        slots.iternext.set(Some(iternext));
    },
};

/// Wraps what `__anext__` gave.
pub fn wrap(vm: &Vm, wrapped: Value, default: Value) -> Value {
    PyRef::new(vm, PyAnextAwaitable { wrapped, default }).into_value()
}

/// The iterator that drives the wrapped awaitable; a coroutine has to be asked for its own.
fn driver(vm: &Vm, this: &PyAnextAwaitable) -> PyResult<Value> {
    let awaitable = resume::awaitable_iter(vm, &this.wrapped)?;
    let class = awaitable.class(vm);
    if class.slots.iternext.get().is_some() {
        return Ok(awaitable);
    }
    let Some(am_await) = class.slots.am_await.get() else {
        return Ok(awaitable);
    };
    let iterator = am_await(vm, &awaitable)?;
    if iterator.class(vm).slots.iternext.get().is_none() {
        return Err(vm.type_error("__await__ returned a non-iterable"));
    }
    Ok(iterator)
}

fn is_end(vm: &Vm, error: &PyErr) -> bool {
    error.is(vm, ExcKind::StopAsyncIteration)
}

fn iternext(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let this = this::<PyAnextAwaitable>(vm, value)?;
    let driver = driver(vm, this)?;
    let Some(next) = driver.class(vm).slots.iternext.get() else {
        return Err(vm.type_error("__await__ returned a non-iterable"));
    };
    match next(vm, &driver) {
        Err(error) if is_end(vm, &error) => {
            drop(vm.thread().stop_value.replace(this.default.clone()));
            Ok(None)
        }
        result => result,
    }
}

fn proxy(vm: &Vm, value: &Value, name: &str, args: &[Value]) -> PyResult<Value> {
    let this = this::<PyAnextAwaitable>(vm, value)?;
    let driver = driver(vm, this)?;
    match call::call_method(vm, &driver, &vm.intern_str(name), args) {
        Err(error) if is_end(vm, &error) => Err(vm.stop_iteration_of(this.default.clone())),
        result => result,
    }
}

fn send(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    proxy(vm, value, "send", args)
}

fn throw(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    proxy(vm, value, "throw", args)
}

fn close(vm: &Vm, value: &Value) -> PyResult<Value> {
    proxy(vm, value, "close", &[])
}
