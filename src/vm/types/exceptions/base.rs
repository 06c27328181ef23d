//! `BaseException`'s methods, and `KeyError`, which differs by its `str` alone.
//!
//! CPython 3.11: `Objects/exceptions.c`.

use super::member::{no_keywords, payload, read};
use super::value::{
    ExceptionPayload, PyAttributeError, PyBaseException, PyExceptionGroup, PyImportError,
    PyNameError, PyOSError, PyStopIteration, PySyntaxError, PySystemExit, PyUnicodeError,
};
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{
    Args, Binding, GetSetDef, MethodDef, NativeFn, Object, Py, PyRef, PyType, Table, Value,
    instance,
};
use crate::protocol::text::concat;
use crate::protocol::{iter, repr, special, truth};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::traceback::PyTraceback;
use crate::types::tuple::value::PyTuple;

/// What `BaseException` does.
pub static TABLE: Table = Table {
    methods: &[
        MethodDef {
            name: "__reduce__",
            doc: None,
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::NoArgs(reduce),
        },
        MethodDef {
            name: "__setstate__",
            doc: None,
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::O(setstate),
        },
        MethodDef {
            name: "with_traceback",
            doc: Some(
                "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self.",
            ),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::O(with_traceback),
        },
        MethodDef {
            name: "add_note",
            doc: Some("Exception.add_note(note) --\n    add a note to the exception"),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::O(add_note),
        },
    ],
    getsets: &[
        GetSetDef {
            name: "__suppress_context__",
            doc: None,
            get: Some(|vm, this| {
                Ok(Value::bool(
                    payload::<PyBaseException>(vm, this)?.suppress_context.get(),
                ))
            }),
            set: Some(set_suppress_context),
            member: true,
        },
        GetSetDef {
            name: "args",
            doc: None,
            get: Some(|vm, this| {
                Ok(payload::<PyBaseException>(vm, this)?
                    .args
                    .get()
                    .into_value())
            }),
            set: Some(set_args),
            member: false,
        },
        GetSetDef {
            name: "__traceback__",
            doc: None,
            get: Some(|vm, this| Ok(read(&payload::<PyBaseException>(vm, this)?.traceback))),
            set: Some(set_traceback),
            member: false,
        },
        GetSetDef {
            name: "__context__",
            doc: Some("exception context"),
            get: Some(|vm, this| Ok(read(&payload::<PyBaseException>(vm, this)?.context))),
            set: Some(set_context),
            member: false,
        },
        GetSetDef {
            name: "__cause__",
            doc: Some("exception cause"),
            get: Some(|vm, this| Ok(read(&payload::<PyBaseException>(vm, this)?.cause))),
            set: Some(set_cause),
            member: false,
        },
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.repr.set(Some(repr_slot));
        slots.str.set(Some(str_slot));
    },
};

/// What `KeyError` does.
pub static KEY_ERROR: Table = Table {
    fill_slots: |slots| {
        slots.init.set(Some(init));
        slots.str.set(Some(key_error_str));
    },
    ..Table::EMPTY
};

/// What classes without anything of their own do: CPython gives each of them `__init__` and `__new__`.
pub static SIMPLE: Table = Table {
    fill_slots: |slots| {
        slots.init.set(Some(init));
        slots.new.set(Some(new));
    },
    ..Table::EMPTY
};

/// An instance of an exception class with the payload its layout asks for and these arguments, not initialised further.
pub fn allocate(class: &Py<PyType>, args: PyRef<PyTuple>) -> Value {
    fn make<T: ExceptionPayload>(class: &Py<PyType>, args: &PyRef<PyTuple>) -> Option<Value> {
        class.has_layout(T::def()).then(|| {
            let payload = T::from_base(PyBaseException::new(args.clone()));
            new_object(class, payload).into_value()
        })
    }
    if class.layout.get().payload_size != size_of::<PyBaseException>() {
        let special = make::<PyStopIteration>(class, &args)
            .or_else(|| make::<PyAttributeError>(class, &args))
            .or_else(|| make::<PyOSError>(class, &args))
            .or_else(|| make::<PyImportError>(class, &args))
            .or_else(|| make::<PyNameError>(class, &args))
            .or_else(|| make::<PySyntaxError>(class, &args))
            .or_else(|| make::<PyUnicodeError>(class, &args))
            .or_else(|| make::<PyExceptionGroup>(class, &args))
            .or_else(|| make::<PySystemExit>(class, &args));
        if let Some(exception) = special {
            return exception;
        }
    }
    new_object(class, PyBaseException::new(args)).into_value()
}

/// `BaseException.__new__`: keeps the arguments.
pub fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    Ok(allocate(class, PyTuple::from_slice(vm, args.positional())))
}

/// `BaseException.__init__`
pub fn init(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    no_keywords(vm, &this.class(vm).tp_name(), args)?;
    set_args_tuple(vm, this, args)
}

/// Stores the positional arguments, whatever keywords there are.
pub fn set_args_tuple(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    payload::<PyBaseException>(vm, this)?
        .args
        .set(PyTuple::from_slice(vm, args.positional()));
    Ok(())
}

/// `str()` of most exceptions.
pub fn str_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let args = payload::<PyBaseException>(vm, this)?.args.get();
    match args.as_slice() {
        [] => Ok(vm.empty_str().into_value()),
        [only] => repr::str(vm, only).map(PyRef::into_value),
        _ => repr::str(vm, &args.as_value()).map(PyRef::into_value),
    }
}

fn key_error_str(vm: &Vm, this: &Value) -> PyResult<Value> {
    let args = payload::<PyBaseException>(vm, this)?.args.get();
    match args.as_slice() {
        [only] => repr::repr(vm, only).map(PyRef::into_value),
        _ => str_slot(vm, this),
    }
}

fn repr_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let args = payload::<PyBaseException>(vm, this)?.args.get();
    let full = this.class(vm).tp_name();
    let name = full.rsplit('.').next().unwrap_or(&full);
    let text = match args.as_slice() {
        [only] => concat(
            vm,
            &[
                name.into(),
                "(".into(),
                (&repr::repr(vm, only)?).into(),
                ")".into(),
            ],
        ),
        _ => concat(
            vm,
            &[name.into(), (&repr::repr(vm, &args.as_value())?).into()],
        ),
    };
    Ok(text.into_value())
}

/// The instance's attribute dict, when it has any attribute.
pub fn instance_dict(vm: &Vm, object: &Object) -> Option<PyRef<PyDict>> {
    let attrs = &object.managed()?.attrs;
    let has_any = match attrs.dict() {
        Some(dict) => dict.len() != 0,
        None => attrs.values().is_some_and(|values| values.len() != 0),
    };
    has_any.then(|| instance::make_dict(vm, object))
}

/// `(type, args)`, with the attribute dict when there is one.
pub fn reduce_with(vm: &Vm, this: &Value, args: Value) -> Value {
    let mut parts = vec![this.class(vm).to_value(), args];
    if let Some(dict) = this.as_object().and_then(|this| instance_dict(vm, this)) {
        parts.push(dict.into_value());
    }
    vm.new_tuple(parts)
}

fn reduce(vm: &Vm, this: &Value) -> PyResult<Value> {
    let args = payload::<PyBaseException>(vm, this)?.args.get();
    Ok(reduce_with(vm, this, args.into_value()))
}

fn setstate(vm: &Vm, this: &Value, state: &Value) -> PyResult<Value> {
    if state.is_none() {
        return Ok(Value::None);
    }
    let Some(state) = state.downcast_ref::<PyDict>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    for (name, value) in state.items() {
        set_attribute(vm, this, &name, value)?;
    }
    Ok(Value::None)
}

/// `this.name = value`
fn set_attribute(vm: &Vm, this: &Value, name: &Value, value: Value) -> PyResult<()> {
    let Some(text) = name.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).tp_name()
        )));
    };
    match this.class(vm).slots.setattro.get() {
        Some(setattro) => {
            let name = vm.intern(text.to_ref());
            setattro(vm, this, &name.as_value(), Some(value))
        }
        None => Err(vm.attribute_error("attributes cannot be set")),
    }
}

fn with_traceback(vm: &Vm, this: &Value, traceback: &Value) -> PyResult<Value> {
    set_traceback(vm, this, Some(traceback.clone()))?;
    Ok(this.clone())
}

fn add_note(vm: &Vm, this: &Value, note: &Value) -> PyResult<Value> {
    if note.downcast_ref::<PyStr>().is_none() {
        return Err(vm.type_error(format!(
            "note must be a str, not '{}'",
            note.class(vm).tp_name()
        )));
    }
    let name = &vm.names.__notes__;
    let notes = match special::getattr_opt(vm, this, name)? {
        Some(notes) => notes,
        None => {
            let notes = vm.new_list(Vec::new());
            set_attribute(vm, this, &name.as_value(), notes.clone())?;
            notes
        }
    };
    match notes.downcast_ref::<PyList>() {
        Some(notes) => {
            notes.push(note.clone());
            Ok(Value::None)
        }
        None => Err(vm.type_error("Cannot add note: __notes__ is not a list")),
    }
}

/// Copies `__notes__` to another exception when they are a sequence.
pub fn copy_notes(vm: &Vm, from: &Value, to: &Value) -> PyResult<()> {
    let name = &vm.names.__notes__;
    if let Some(notes) = special::getattr_opt(vm, from, name)?
        && crate::protocol::sequence::is_sequence(vm, &notes)
    {
        let copy = vm.new_list(iter::to_vec(vm, &notes)?);
        set_attribute(vm, to, &name.as_value(), copy)?;
    }
    Ok(())
}

fn set_suppress_context(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    match value {
        Some(value) if value.is_bool() => {
            let flag = truth::is_true(vm, &value)?;
            payload::<PyBaseException>(vm, this)?
                .suppress_context
                .set(flag);
            Ok(())
        }
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

fn set_args(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(vm.type_error("args may not be deleted"));
    };
    let args = PyTuple::new(vm, iter::to_vec(vm, &value)?);
    payload::<PyBaseException>(vm, this)?.args.set(args);
    Ok(())
}

fn set_traceback(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    };
    if !value.is_none() && value.downcast_ref::<PyTraceback>().is_none() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    payload::<PyBaseException>(vm, this)?
        .traceback
        .set(value.non_none());
    Ok(())
}

fn link_value(vm: &Vm, what: &str, value: Option<Value>) -> PyResult<Option<Value>> {
    let Some(value) = value else {
        return Err(vm.type_error(format!("__{what}__ may not be deleted")));
    };
    if !value.is_none() && value.downcast_ref::<PyBaseException>().is_none() {
        return Err(vm.type_error(format!(
            "exception {what} must be None or derive from BaseException"
        )));
    }
    Ok(value.non_none())
}

fn set_context(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    let value = link_value(vm, "context", value)?;
    payload::<PyBaseException>(vm, this)?.context.set(value);
    Ok(())
}

fn set_cause(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    let value = link_value(vm, "cause", value)?;
    payload::<PyBaseException>(vm, this)?.set_cause(value);
    Ok(())
}

impl PyBaseException {
    /// Sets `__cause__`, which hides the context.
    pub fn set_cause(&self, cause: Option<Value>) {
        self.suppress_context.set(true);
        self.cause.set(cause);
    }
}
