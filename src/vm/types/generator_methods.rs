//! What Python sees of generators and coroutines.
//!
//! CPython 3.11: `Objects/genobject.c`.

use crate::context::errors::ExcKind;
use crate::context::thread::Resume;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::resume;
use crate::object::{Binding, MethodDef, NativeFn, Py, SendResult, Table, Value};
use crate::protocol::{attr, call, warn};
use crate::types::exceptions::raise;
use crate::types::exceptions::value::PyBaseException;
use crate::types::generator::{GeneratorState, PyGenerator};
use crate::types::traceback::PyTraceback;

/// What `generator` does.
pub static GENERATOR: Table = Table {
    methods: METHODS,
    getsets: super::generator_getsets::GENERATOR,
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(|_, generator| Ok(generator.clone())));
        slots.iternext.set(Some(iternext));
        slots.send.set(Some(send_slot));
        slots.repr.set(Some(repr));
        slots.finalize.set(Some(finalize));
    },
};

/// What `coroutine` does.
pub static COROUTINE: Table = Table {
    methods: COROUTINE_METHODS,
    getsets: super::generator_getsets::COROUTINE,
    consts: &[],
    fill_slots: |slots| {
        slots.am_await.set(Some(|vm, coroutine| {
            Ok(super::coroutine_wrapper::wrap(vm, coroutine))
        }));
        slots.send.set(Some(send_slot));
        slots.repr.set(Some(repr));
        slots.finalize.set(Some(finalize));
    },
};

static METHODS: &[MethodDef] = &[
    MethodDef {
        name: "send",
        doc: Some(
            "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.",
        ),
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::O(send),
    },
    MethodDef {
        name: "throw",
        doc: Some(
            "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.",
        ),
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::Fast(throw),
    },
    MethodDef {
        name: "close",
        doc: Some("close() -> raise GeneratorExit inside generator."),
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(close),
    },
];

static COROUTINE_METHODS: &[MethodDef] = &[
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
            "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in coroutine, return next yielded value or raise\nStopIteration.",
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
];

/// The generator behind a value; only called for objects with that payload.
pub fn generator_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyGenerator>> {
    value
        .downcast_ref::<PyGenerator>()
        .ok_or_else(|| vm.type_error("a generator was expected"))
}

/// What `send` and `throw` give for a result of resuming: the value, or StopIteration.
pub fn value_or_stop(vm: &Vm, result: SendResult) -> PyResult<Value> {
    match result {
        SendResult::Yield(value) => Ok(value),
        SendResult::Return(value) => Err(vm.stop_iteration(value)),
    }
}

fn iternext(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    generator_of(vm, value)?.next(vm)
}

fn send_slot(vm: &Vm, value: &Value, sent: Value) -> PyResult<SendResult> {
    resume::resume_generator(vm, value, Resume::Send(sent))
}

fn send(vm: &Vm, value: &Value, sent: &Value) -> PyResult<Value> {
    let result = generator_of(vm, value)?.resume(vm, sent.clone())?;
    value_or_stop(vm, result)
}

fn throw(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    let generator = generator_of(vm, value)?;
    let error = thrown_error(vm, args)?;
    let result = resume::throw(vm, generator, error)?;
    value_or_stop(vm, result)
}

/// The exception that `throw(type, value, traceback)` asks for.
pub fn thrown_error(vm: &Vm, args: &[Value]) -> PyResult<PyErr> {
    match args {
        [] => Err(vm.type_error("throw expected at least 1 argument, got 0")),
        [_, _, _, _, ..] => Err(vm.type_error(format!(
            "throw expected at most 3 arguments, got {}",
            args.len()
        ))),
        [kind, rest @ ..] => {
            let value = rest.first().cloned().unwrap_or(Value::None);
            let traceback = rest.get(1).filter(|traceback| !traceback.is_none());
            thrown(vm, kind, &value, traceback)
        }
    }
}

fn thrown(vm: &Vm, kind: &Value, value: &Value, traceback: Option<&Value>) -> PyResult<PyErr> {
    if traceback.is_some_and(|traceback| traceback.downcast_ref::<PyTraceback>().is_none()) {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    if kind.downcast_ref::<PyBaseException>().is_some() {
        if !value.is_none() {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
    } else if !raise::is_exception_class(kind) {
        let class = kind.class(vm).tp_name();
        let message = "exceptions must be classes or instances deriving from BaseException, not";
        return Err(vm.type_error(format!("{message} {class}")));
    }
    // What the class raises when it is called is raised in the generator too.
    let error = raise::normalize(vm, kind, value).unwrap_or_else(|error| error);
    if let Some(traceback) = traceback {
        error.exception().traceback.set(Some(traceback.clone()));
    }
    Ok(error)
}

fn close(vm: &Vm, value: &Value) -> PyResult<Value> {
    resume::close(vm, generator_of(vm, value)?)?;
    Ok(Value::None)
}

/// `<generator object f at 0x…>`
pub fn repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let generator = generator_of(vm, value)?;
    let name = generator.qualname.get();
    let text = format!(
        "<{} object {} at {:#x}>",
        value.class(vm).name_str(),
        name.to_string_lossy(),
        value.bits()
    );
    Ok(vm.new_str(&text))
}

/// A generator that dies while suspended is closed; a coroutine that was never awaited warns.
pub fn finalize(vm: &Vm, value: &Value) {
    let Some(generator) = value.downcast_ref::<PyGenerator>() else {
        return;
    };
    match generator.state.get() {
        GeneratorState::Created if generator.is_coroutine() => {
            if let Err(error) = warn_never_awaited(vm, generator) {
                (vm.hooks.unraisable.get())(vm, error, value);
            }
        }
        GeneratorState::Suspended => {
            if let Err(error) = resume::close(vm, generator) {
                (vm.hooks.unraisable.get())(vm, error, value);
            }
        }
        _ => {}
    }
}

fn warn_never_awaited(vm: &Vm, generator: &Py<PyGenerator>) -> PyResult<()> {
    // The module `warnings` has a function that also says where the coroutine was made.
    warn::import_warnings(vm);
    let warnings = vm
        .modules
        .get()
        .and_then(|modules| modules.get_str(&vm.names.warnings));
    let function = match warnings.filter(|module| !module.is_none()) {
        Some(module) => attr::get_opt(vm, &module, &vm.intern_str("_warn_unawaited_coroutine"))?,
        None => None,
    };
    if let Some(function) = function {
        match call::call1(vm, &function, &generator.to_value()) {
            Ok(_) => return Ok(()),
            Err(error) => {
                let warned = error.is(vm, ExcKind::Warning);
                (vm.hooks.unraisable.get())(vm, error, &generator.to_value());
                if warned {
                    return Ok(());
                }
            }
        }
    }
    let name = generator.qualname.get();
    let message = format!("coroutine '{}' was never awaited", name.to_string_lossy());
    warn::warn(vm, ExcKind::RuntimeWarning, &message, 1)
}
