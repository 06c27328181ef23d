//! Making and raising exceptions from native code.
//!
//! An exception gets its `__context__` when it is raised: native code raises by making a `PyErr` here, `raise` statements through
//! `raise_value`. Whoever only passes an error on must not come through here again.
//!
//! CPython 3.11: `_PyErr_SetObject` in `Python/errors.c`, `do_raise` in `Python/ceval.c`.

use super::base;
use super::value::{
    PyAttributeError, PyBaseException, PyImportError, PyNameError, PyStopIteration,
};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyRef, PyType, Value, type_flag};
use crate::protocol::{call, repr};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// `hooks.new_exception`: an exception of a builtin class with one argument, or none for `NULL`.
pub fn new_exception(vm: &Vm, kind: ExcKind, argument: Value) -> PyErr {
    let args = match argument.non_null() {
        Some(argument) => vec![argument],
        None => Vec::new(),
    };
    instantiate(vm, &vm.exception_class(kind), &args)
}

/// An exception of this class with these arguments, raised. When making it fails, that error.
pub fn instantiate(vm: &Vm, class: &Py<PyType>, args: &[Value]) -> PyErr {
    let error = match make(vm, class, args) {
        Ok(exception) => PyErr::new(exception),
        Err(error) => return error,
    };
    chain_context(vm, &error);
    error
}

fn make(vm: &Vm, class: &Py<PyType>, args: &[Value]) -> PyResult<PyRef<PyBaseException>> {
    let simple =
        class.def.is_some() && class.layout.get().payload_size == size_of::<PyBaseException>();
    let exception = if simple {
        base::allocate(class, PyTuple::from_slice(vm, args))
    } else {
        let args = Args::positional_only(args);
        let exception = match class.slots.new.get() {
            Some(new) => new(vm, class, args)?,
            None => base::new(vm, class, args)?,
        };
        if let Some(init) = exception.class(vm).slots.init.get() {
            init(vm, &exception, args)?;
        }
        exception
    };
    exception
        .downcast::<PyBaseException>()
        .map_err(|_| vm.type_error("exceptions must derive from BaseException"))
}

/// Sets `__context__` of an exception being raised to the one being handled, without making a cycle.
pub fn chain_context(vm: &Vm, error: &PyErr) {
    if vm.thread.get().is_null() {
        return;
    }
    let Some(handled) = vm.thread().current_exception() else {
        return;
    };
    set_context(error.exception(), handled.exception());
}

/// Sets `__context__` of `exception` to `context`, cutting `exception` out of the chain behind it.
pub fn set_context(exception: &Py<PyBaseException>, context: &Py<PyBaseException>) {
    if exception.is(context) {
        return;
    }
    let mut place = context.to_ref();
    let mut slow = context.to_ref();
    let mut step = false;
    while let Some(next) = context_of(&place) {
        if next.is(exception) {
            place.context.set(None);
            break;
        }
        place = next;
        // A chain that runs in a circle without `exception` in it was made by assignment; following it would not end.
        if place.is(&*slow) {
            break;
        }
        if step && let Some(next) = context_of(&slow) {
            slow = next;
        }
        step = !step;
    }
    exception.context.set(Some(context.to_value()));
}

fn context_of(exception: &Py<PyBaseException>) -> Option<PyRef<PyBaseException>> {
    exception.context.get()?.downcast::<PyBaseException>().ok()
}

/// Whether the value is a class that derives from BaseException.
pub fn is_exception_class(value: &Value) -> bool {
    value
        .downcast_ref::<PyType>()
        .is_some_and(|class| class.has_flag(type_flag::EXCEPTION_SUBCLASS))
}

/// The instance for what a program gave to `raise` or `from`: an instance, or a class that is called. `None` for anything else.
fn instance_of(vm: &Vm, value: &Value) -> PyResult<Option<PyRef<PyBaseException>>> {
    if is_exception_class(value) {
        let made = call::call0(vm, value)?;
        return match made.downcast::<PyBaseException>() {
            Ok(exception) => Ok(Some(exception)),
            Err(made) => Err(vm.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                repr::repr_text(vm, value)?,
                repr::repr_text(vm, &made.class(vm).as_value())?
            ))),
        };
    }
    Ok(value.downcast_ref::<PyBaseException>().map(Py::to_ref))
}

/// `raise value [from cause]`: the error to raise.
pub fn raise_value(vm: &Vm, value: &Value, cause: Option<&Value>) -> PyErr {
    let result = (|| {
        let Some(exception) = instance_of(vm, value)? else {
            return Err(vm.type_error("exceptions must derive from BaseException"));
        };
        if let Some(cause) = cause {
            let cause = match instance_of(vm, cause)? {
                Some(cause) => Some(cause.into_value()),
                None if cause.is_none() => None,
                None => {
                    return Err(vm.type_error("exception causes must derive from BaseException"));
                }
            };
            exception.set_cause(cause);
        }
        Ok(PyErr::new(exception))
    })();
    match result {
        Ok(error) => {
            chain_context(vm, &error);
            error
        }
        Err(error) => error,
    }
}

/// The error that a value is: an instance as it is, or one made from a class and arguments (`generator.throw`, `PyErr_SetObject`).
pub fn normalize(vm: &Vm, class: &Value, value: &Value) -> PyResult<PyErr> {
    if let Some(exception) = class.downcast_ref::<PyBaseException>() {
        return Ok(PyErr::new(exception.to_ref()));
    }
    if let Some(exception) = value.downcast_ref::<PyBaseException>()
        && let Some(class) = class.downcast_ref::<PyType>()
        && exception.object().class().is_subtype(class)
    {
        return Ok(PyErr::new(exception.to_ref()));
    }
    let made = if value.is_none() || value.is_null() {
        call::call0(vm, class)?
    } else if let Some(args) = value.downcast_ref::<PyTuple>() {
        call::call_args(vm, class, args.as_slice())?
    } else {
        call::call1(vm, class, value)?
    };
    match made.downcast::<PyBaseException>() {
        Ok(exception) => Ok(PyErr::new(exception)),
        Err(made) => Err(vm.type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            repr::repr_text(vm, class)?,
            repr::repr_text(vm, &made.class(vm).as_value())?
        ))),
    }
}

impl PyErr {
    /// Tells an AttributeError that does not know it yet what was looked for where.
    pub fn note_attribute(&self, object: &Value, name: &Py<PyStr>) {
        let exception = self.to_value();
        if let Some(fields) = exception.downcast_ref::<PyAttributeError>()
            && fields.name.with(Option::is_none)
            && fields.obj.with(Option::is_none)
        {
            fields.name.set(Some(name.to_value()));
            fields.obj.set(Some(object.clone()));
        }
    }

    /// The value a StopIteration carries.
    pub fn stop_value(&self) -> Option<Value> {
        let exception = self.exception().as_value().clone();
        let stop = exception.downcast_ref::<PyStopIteration>()?;
        Some(stop.value.get().unwrap_or(Value::None))
    }
}

impl Vm {
    /// `AttributeError(message, name=name, obj=object)`
    #[cold]
    #[inline(never)]
    pub fn attribute_error_for(&self, message: String, object: &Value, name: &Py<PyStr>) -> PyErr {
        let error = self.attribute_error(message);
        let exception = error.to_value();
        if let Some(fields) = exception.downcast_ref::<PyAttributeError>() {
            fields.name.set(Some(name.to_value()));
            fields.obj.set(Some(object.clone()));
        }
        error
    }

    /// `NameError(message, name=name)`, or `UnboundLocalError`.
    #[cold]
    #[inline(never)]
    pub fn name_error_for(&self, kind: ExcKind, message: String, name: &Py<PyStr>) -> PyErr {
        let error = self.new_exception(kind, self.new_str(&message));
        let exception = error.to_value();
        if let Some(fields) = exception.downcast_ref::<PyNameError>() {
            fields.name.set(Some(name.to_value()));
        }
        error
    }

    /// `ImportError(message, name=name, path=path)`, or `ModuleNotFoundError`.
    #[cold]
    #[inline(never)]
    pub fn import_error_for(
        &self,
        kind: ExcKind,
        message: String,
        name: Option<Value>,
        path: Option<Value>,
    ) -> PyErr {
        let error = self.new_exception(kind, self.new_str(&message));
        let exception = error.to_value();
        if let Some(fields) = exception.downcast_ref::<PyImportError>() {
            fields.name.set(name);
            fields.path.set(path);
        }
        error
    }
}
