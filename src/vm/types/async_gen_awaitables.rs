//! What `asend`, `__anext__`, `athrow` and `aclose` of async generators give: awaitables that drive the generator.
//!
//! CPython 3.11: `PyAsyncGenASend`, `PyAsyncGenAThrow` in `Objects/genobject.c`.

use super::async_generator::{PyAsyncGenWrappedValue, PyAsyncGenerator};
use super::generator::PyGenerator;
use super::generator_methods::thrown_error;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::resume;
use crate::native_type;
use crate::object::{
    Binding, MethodDef, NativeFn, Object, Py, PyCell, PyRef, SendResult, Table, Value, Visitor,
    type_flag,
};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Init,
    Iterating,
    Closed,
}

/// Payload of `async_generator_asend`.
pub struct PyAsyncGenASend {
    generator: PyRef<PyAsyncGenerator>,
    sent: PyCell<Value>,
    state: Cell<State>,
}

/// Payload of `async_generator_athrow`; without arguments it is `aclose`.
pub struct PyAsyncGenAThrow {
    generator: PyRef<PyAsyncGenerator>,
    args: Option<Vec<Value>>,
    state: Cell<State>,
}

native_type!(PyAsyncGenASend, "async_generator_asend", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse_asend), clear: None, tables: [ASEND]);

native_type!(PyAsyncGenAThrow, "async_generator_athrow", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse_athrow), clear: None, tables: [ATHROW]);

unsafe fn traverse_asend(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    let this = unsafe { (*object).cast::<PyAsyncGenASend>() };
    visit(&this.generator.as_value());
    this.sent.with(visit);
}

unsafe fn traverse_athrow(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    let this = unsafe { (*object).cast::<PyAsyncGenAThrow>() };
    visit(&this.generator.as_value());
    this.args.iter().flatten().for_each(visit);
}

const fn method(name: &'static str, doc: &'static str, function: NativeFn) -> MethodDef {
    MethodDef {
        name,
        doc: Some(doc),
        text_signature: None,
        binding: Binding::Instance,
        function,
    }
}

const SEND_DOC: &str =
    "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.";
const THROW_DOC: &str = "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.";
const CLOSE_DOC: &str = "close() -> raise GeneratorExit inside generator.";

/// What `async_generator_asend` does.
pub static ASEND: Table = Table {
    methods: &[
        method("send", SEND_DOC, NativeFn::O(asend_send)),
        method("throw", THROW_DOC, NativeFn::Fast(asend_throw)),
        method("close", CLOSE_DOC, NativeFn::NoArgs(asend_close)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(|_, this| Ok(this.clone())));
        slots.am_await.set(Some(|_, this| Ok(this.clone())));
        slots.iternext.set(Some(|vm, this| {
            next_of(vm, asend_send(vm, this, &Value::None))
        }));
    },
};

/// What `async_generator_athrow` does.
pub static ATHROW: Table = Table {
    methods: &[
        method("send", SEND_DOC, NativeFn::O(athrow_send)),
        method("throw", THROW_DOC, NativeFn::Fast(athrow_throw)),
        method("close", CLOSE_DOC, NativeFn::NoArgs(athrow_close)),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(|_, this| Ok(this.clone())));
        slots.am_await.set(Some(|_, this| Ok(this.clone())));
        slots.iternext.set(Some(|vm, this| {
            next_of(vm, athrow_send(vm, this, &Value::None))
        }));
    },
};

/// `__next__` through `send`: StopIteration becomes the end with its value.
fn next_of(vm: &Vm, result: PyResult<Value>) -> PyResult<Option<Value>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match resume::stop_iteration_value(vm, &error) {
            Some(value) => {
                vm.thread().stop_value.set(value);
                Ok(None)
            }
            None => Err(error),
        },
    }
}

/// `asend(value)`, or `__anext__` for None.
pub fn asend(vm: &Vm, generator: &Py<PyAsyncGenerator>, sent: Value) -> Value {
    let payload = PyAsyncGenASend {
        generator: generator.to_ref(),
        sent: PyCell::new(sent),
        state: Cell::new(State::Init),
    };
    PyRef::new(vm, payload).into_value()
}

/// `athrow(…)`, or `aclose()` without arguments.
pub fn athrow(vm: &Vm, generator: &Py<PyAsyncGenerator>, args: Option<Vec<Value>>) -> Value {
    PyRef::new(
        vm,
        PyAsyncGenAThrow {
            generator: generator.to_ref(),
            args,
            state: Cell::new(State::Init),
        },
    )
    .into_value()
}

fn asend_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyAsyncGenASend>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("an async_generator_asend was expected"))
}

fn athrow_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyAsyncGenAThrow>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("an async_generator_athrow was expected"))
}

fn inner<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyGenerator>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("an async generator was expected"))
}

/// What the generator gave, as the awaitable gives it on (`async_gen_unwrap_value`): a wrapped value was yielded and ends the await.
fn unwrap(
    vm: &Vm,
    generator: &Py<PyAsyncGenerator>,
    result: PyResult<SendResult>,
) -> PyResult<Value> {
    match result {
        Ok(SendResult::Yield(value)) => match value.downcast_ref::<PyAsyncGenWrappedValue>() {
            Some(wrapped) => {
                generator.running_async.set(false);
                Err(vm.stop_iteration_of(wrapped.value.clone()))
            }
            None => Ok(value),
        },
        Ok(SendResult::Return(_)) => {
            generator.closed.set(true);
            generator.running_async.set(false);
            Err(vm.new_exception(ExcKind::StopAsyncIteration, Value::NULL))
        }
        Err(error) => {
            if error.is(vm, ExcKind::StopAsyncIteration) || error.is(vm, ExcKind::GeneratorExit) {
                generator.closed.set(true);
            }
            generator.running_async.set(false);
            Err(error)
        }
    }
}

fn asend_send(vm: &Vm, this: &Value, value: &Value) -> PyResult<Value> {
    let this = asend_of(vm, this)?;
    let generator = &this.generator;
    let mut sent = value.clone();
    match this.state.get() {
        State::Closed => {
            return Err(vm.runtime_error("cannot reuse already awaited __anext__()/asend()"));
        }
        State::Init => {
            if generator.running_async.get() {
                return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
            }
            if value.is_none() {
                sent = this.sent.get();
            }
            this.state.set(State::Iterating);
        }
        State::Iterating => {}
    }
    generator.running_async.set(true);
    let object = generator.to_value();
    let result = inner(vm, &object)?.resume(vm, sent);
    let result = unwrap(vm, generator, result);
    if result.is_err() {
        this.state.set(State::Closed);
    }
    result
}

fn asend_throw(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<Value> {
    let this = asend_of(vm, this)?;
    if this.state.get() == State::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited __anext__()/asend()"));
    }
    let object = this.generator.to_value();
    let error = thrown_error(vm, args)?;
    let result = resume::throw(vm, inner(vm, &object)?, error);
    let result = unwrap(vm, &this.generator, result);
    if result.is_err() {
        this.state.set(State::Closed);
    }
    result
}

fn asend_close(vm: &Vm, this: &Value) -> PyResult<Value> {
    asend_of(vm, this)?.state.set(State::Closed);
    Ok(Value::None)
}

fn ignored_exit(vm: &Vm) -> PyErr {
    vm.runtime_error("async generator ignored GeneratorExit")
}

fn athrow_send(vm: &Vm, this: &Value, value: &Value) -> PyResult<Value> {
    let this = athrow_of(vm, this)?;
    let generator = &this.generator;
    let object = generator.to_value();
    let inner = inner(vm, &object)?;
    if this.state.get() == State::Closed
        || inner.frame.get().is_null() && this.state.get() != State::Init
    {
        return Err(vm.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    let is_close = this.args.is_none();
    if this.state.get() == State::Init {
        if inner.frame.get().is_null() {
            this.state.set(State::Closed);
            return Err(vm.stop_iteration(Value::None));
        }
        if generator.running_async.get() {
            this.state.set(State::Closed);
            let what = if is_close { "aclose" } else { "athrow" };
            return Err(vm.runtime_error(format!(
                "{what}(): asynchronous generator is already running"
            )));
        }
        if generator.closed.get() {
            this.state.set(State::Closed);
            return Err(vm.new_exception(ExcKind::StopAsyncIteration, Value::NULL));
        }
        if !value.is_none() {
            return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        this.state.set(State::Iterating);
        generator.running_async.set(true);
        let error = match &this.args {
            None => {
                generator.closed.set(true);
                vm.new_exception(ExcKind::GeneratorExit, Value::NULL)
            }
            Some(args) => thrown_error(vm, args)?,
        };
        let result = resume::throw(vm, inner, error);
        return settle(vm, this, is_close, result);
    }
    let result = inner.resume(vm, value.clone());
    settle(vm, this, is_close, result)
}

/// The outcome of a step of `athrow` or `aclose`.
fn settle(
    vm: &Vm,
    this: &Py<PyAsyncGenAThrow>,
    is_close: bool,
    result: PyResult<SendResult>,
) -> PyResult<Value> {
    let generator = &this.generator;
    if !is_close {
        let result = unwrap(vm, generator, result);
        if result.is_err() {
            this.state.set(State::Closed);
        }
        return result;
    }
    match result {
        Ok(SendResult::Yield(value))
            if value.downcast_ref::<PyAsyncGenWrappedValue>().is_some() =>
        {
            generator.running_async.set(false);
            this.state.set(State::Closed);
            Err(ignored_exit(vm))
        }
        Ok(SendResult::Yield(value)) => Ok(value),
        Ok(SendResult::Return(_)) => {
            generator.running_async.set(false);
            this.state.set(State::Closed);
            Err(vm.stop_iteration(Value::None))
        }
        Err(error) => {
            generator.running_async.set(false);
            this.state.set(State::Closed);
            let ended =
                error.is(vm, ExcKind::StopAsyncIteration) || error.is(vm, ExcKind::GeneratorExit);
            Err(if ended {
                vm.stop_iteration(Value::None)
            } else {
                error
            })
        }
    }
}

fn athrow_throw(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<Value> {
    let this = athrow_of(vm, this)?;
    if this.state.get() == State::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    let object = this.generator.to_value();
    let error = thrown_error(vm, args)?;
    let result = resume::throw(vm, inner(vm, &object)?, error);
    settle(vm, this, this.args.is_none(), result)
}

fn athrow_close(vm: &Vm, this: &Value) -> PyResult<Value> {
    athrow_of(vm, this)?.state.set(State::Closed);
    Ok(Value::None)
}

impl Vm {
    /// `StopIteration(value)`, with the value as the only argument whatever it is (`_PyGen_SetStopIterationValue`).
    pub fn stop_iteration_of(&self, value: Value) -> PyErr {
        let is_plain = !value.is_none()
            && value
                .downcast_ref::<crate::types::tuple::value::PyTuple>()
                .is_none();
        if is_plain {
            return self.stop_iteration(value);
        }
        let class = self.exception_class(ExcKind::StopIteration);
        crate::types::exceptions::raise::instantiate(self, &class, &[value])
    }
}
