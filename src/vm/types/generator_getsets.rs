//! Attributes of generators, coroutines and async generators (`gi_*`, `cr_*`, `ag_*`).

use crate::context::{PyResult, Vm};
use crate::object::{GetSetDef, Value};
use crate::types::generator::GeneratorState;
use crate::types::generator_methods::generator_of;
use crate::types::str::value::PyStr;

type Get = fn(&Vm, &Value) -> PyResult<Value>;
type Set = fn(&Vm, &Value, Option<Value>) -> PyResult<()>;

const fn row(
    name: &'static str,
    doc: Option<&'static str>,
    get: Get,
    set: Option<Set>,
) -> GetSetDef {
    GetSetDef {
        name,
        doc,
        get: Some(get),
        set,
        member: false,
    }
}

const fn name_row(doc: &'static str) -> GetSetDef {
    row("__name__", Some(doc), name, Some(set_name))
}

const fn qualname_row(doc: &'static str) -> GetSetDef {
    row("__qualname__", Some(doc), qualname, Some(set_qualname))
}

/// Of `generator`.
pub static GENERATOR: &[GetSetDef] = &[
    name_row("name of the generator"),
    qualname_row("qualified name of the generator"),
    row(
        "gi_yieldfrom",
        Some("object being iterated by yield from, or None"),
        yield_from,
        None,
    ),
    row("gi_running", None, running, None),
    row("gi_frame", None, frame, None),
    row("gi_suspended", None, suspended, None),
    row("gi_code", None, code, None),
];

/// Of `coroutine`.
pub static COROUTINE: &[GetSetDef] = &[
    name_row("name of the coroutine"),
    qualname_row("qualified name of the coroutine"),
    row(
        "cr_await",
        Some("object being awaited on, or None"),
        yield_from,
        None,
    ),
    row("cr_running", None, running, None),
    row("cr_frame", None, frame, None),
    row("cr_code", None, code, None),
    row("cr_suspended", None, suspended, None),
    row("cr_origin", None, origin, None),
];

/// Of `async_generator`, besides its own.
pub static ASYNC_GENERATOR: &[GetSetDef] = &[
    name_row("name of the async generator"),
    qualname_row("qualified name of the async generator"),
    row(
        "ag_await",
        Some("object being awaited on, or None"),
        yield_from,
        None,
    ),
    row("ag_frame", None, frame, None),
    row("ag_code", None, code, None),
    row("ag_suspended", None, suspended, None),
    row("ag_running", None, ag_running, None),
];

fn name(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(generator_of(vm, value)?.name.with(|name| name.to_value()))
}

fn set_name(vm: &Vm, value: &Value, new: Option<Value>) -> PyResult<()> {
    match new.map(Value::downcast::<PyStr>) {
        Some(Ok(name)) => {
            generator_of(vm, value)?.name.set(name);
            Ok(())
        }
        _ => Err(vm.type_error("__name__ must be set to a string object")),
    }
}

fn qualname(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(generator_of(vm, value)?
        .qualname
        .with(|name| name.to_value()))
}

fn set_qualname(vm: &Vm, value: &Value, new: Option<Value>) -> PyResult<()> {
    match new.map(Value::downcast::<PyStr>) {
        Some(Ok(name)) => {
            generator_of(vm, value)?.qualname.set(name);
            Ok(())
        }
        _ => Err(vm.type_error("__qualname__ must be set to a string object")),
    }
}

fn yield_from(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(generator_of(vm, value)?.yield_from().unwrap_or(Value::None))
}

fn running(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(Value::bool(
        generator_of(vm, value)?.state.get() == GeneratorState::Running,
    ))
}

fn suspended(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(Value::bool(
        generator_of(vm, value)?.state.get() == GeneratorState::Suspended,
    ))
}

fn frame(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = generator_of(vm, value)?.frame.get();
    if frame.is_null() {
        Ok(Value::None)
    } else {
        Ok(crate::interp::frame_ownership::frame_object(vm, frame))
    }
}

fn code(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(generator_of(vm, value)?.code.to_value())
}

fn origin(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(generator_of(vm, value)?.origin.get().unwrap_or(Value::None))
}

fn ag_running(_vm: &Vm, value: &Value) -> PyResult<Value> {
    let generator = value.downcast_ref::<crate::types::async_generator::PyAsyncGenerator>();
    Ok(Value::bool(
        generator.is_some_and(|generator| generator.running_async.get()),
    ))
}
