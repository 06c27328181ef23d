//! Attributes of Python functions.
//!
//! CPython 3.11: `func_getsetlist`, `func_memberlist` in `Objects/funcobject.c`.

use super::PyFunction;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{GetSetDef, Py, PyCell, PyRef, Table, Value};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::native::{member, this};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

type Setter = fn(&Vm, &Value, Option<Value>) -> PyResult<()>;

const fn both(
    name: &'static str,
    get: fn(&Vm, &Value) -> PyResult<Value>,
    set: Setter,
    member: bool,
) -> GetSetDef {
    GetSetDef {
        name,
        doc: None,
        get: Some(get),
        set: Some(set),
        member,
    }
}

/// The attributes.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[
        member("__closure__", None, |vm, self_| {
            let closure = function(vm, self_)?.closure.clone();
            Ok(closure.map_or(Value::None, |closure| closure.into_value()))
        }),
        both(
            "__doc__",
            |vm, self_| Ok(function(vm, self_)?.docstring(vm)),
            |vm, self_, value| {
                function(vm, self_)?.doc.set(value.unwrap_or(Value::None));
                Ok(())
            },
            true,
        ),
        member("__globals__", None, |vm, self_| {
            Ok(function(vm, self_)?.globals.to_value())
        }),
        both(
            "__module__",
            |vm, self_| Ok(function(vm, self_)?.module.get()),
            |vm, self_, value| {
                function(vm, self_)?
                    .module
                    .set(value.unwrap_or(Value::None));
                Ok(())
            },
            true,
        ),
        member("__builtins__", None, |vm, self_| {
            Ok(function(vm, self_)?.builtins.to_value())
        }),
        both(
            "__code__",
            |vm, self_| Ok(function(vm, self_)?.code.get().into_value()),
            set_code,
            false,
        ),
        both(
            "__defaults__",
            |vm, self_| {
                let defaults = function(vm, self_)?.defaults.get();
                Ok(defaults.map_or(Value::None, |defaults| defaults.into_value()))
            },
            set_defaults,
            false,
        ),
        both(
            "__kwdefaults__",
            |vm, self_| {
                let defaults = function(vm, self_)?.kwdefaults.get();
                Ok(defaults.map_or(Value::None, |defaults| defaults.into_value()))
            },
            set_kwdefaults,
            false,
        ),
        both("__annotations__", get_annotations, set_annotations, false),
        both(
            "__name__",
            |vm, self_| Ok(function(vm, self_)?.name.get().into_value()),
            |vm, self_, value| set_name(vm, &function(vm, self_)?.name, "__name__", value),
            false,
        ),
        both(
            "__qualname__",
            |vm, self_| Ok(function(vm, self_)?.qualname.get().into_value()),
            |vm, self_, value| set_name(vm, &function(vm, self_)?.qualname, "__qualname__", value),
            false,
        ),
    ],
    consts: &[],
    fill_slots: |_| {},
};

fn function<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyFunction>> {
    this(vm, value)
}

fn must_be(vm: &Vm, name: &str, what: &str) -> PyErr {
    vm.type_error(format!("{name} must be set to a {what} object"))
}

fn set_code(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let this = function(vm, self_)?;
    let code = value
        .and_then(|value| value.downcast::<PyCode>().ok())
        .ok_or_else(|| must_be(vm, "__code__", "code"))?;
    let closure = this.closure.as_ref().map_or(0, |closure| closure.len());
    if code.nfreevars as usize != closure {
        return Err(vm.value_error(format!(
            "{}() requires a code object with {closure} free vars, not {}",
            this.name.get().to_string_lossy(),
            code.nfreevars
        )));
    }
    this.version.set(0);
    // The docstring stays that of the first code object.
    this.docstring(vm);
    this.code.set(code);
    Ok(())
}

fn set_defaults(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let this = function(vm, self_)?;
    let defaults = match value.and_then(Value::non_none) {
        None => None,
        Some(value) => Some(
            value
                .downcast::<PyTuple>()
                .map_err(|_| must_be(vm, "__defaults__", "tuple"))?,
        ),
    };
    this.version.set(0);
    this.defaults.set(defaults);
    Ok(())
}

/// A dict, or nothing for None and deletion.
fn optional_dict(vm: &Vm, name: &str, value: Option<Value>) -> PyResult<Option<PyRef<PyDict>>> {
    match value.and_then(Value::non_none) {
        None => Ok(None),
        Some(value) => match value.downcast::<PyDict>() {
            Ok(dict) => Ok(Some(dict)),
            Err(_) => Err(must_be(vm, name, "dict")),
        },
    }
}

fn set_kwdefaults(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let this = function(vm, self_)?;
    let defaults = optional_dict(vm, "__kwdefaults__", value)?;
    this.version.set(0);
    this.kwdefaults.set(defaults);
    Ok(())
}

fn get_annotations(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let this = function(vm, self_)?;
    let known = this.annotations.get();
    if let Some(dict) = known
        .as_ref()
        .filter(|v| v.downcast_ref::<PyDict>().is_some())
    {
        return Ok(dict.clone());
    }
    // Until it is asked for, the dict is a tuple of names and values.
    let dict = PyDict::new(vm);
    if let Some(pairs) = known.as_ref().and_then(|v| v.downcast_ref::<PyTuple>()) {
        for pair in pairs.as_slice().chunks_exact(2) {
            dict.set(vm, pair[0].clone(), pair[1].clone())?;
        }
    }
    this.annotations.set(Some(dict.to_value()));
    Ok(dict.into_value())
}

fn set_annotations(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let dict = optional_dict(vm, "__annotations__", value)?;
    let this = function(vm, self_)?;
    this.annotations.set(dict.map(PyRef::into_value));
    Ok(())
}

fn set_name(
    vm: &Vm,
    field: &PyCell<PyRef<PyStr>>,
    name: &str,
    value: Option<Value>,
) -> PyResult<()> {
    let text = value
        .and_then(|value| value.downcast::<PyStr>().ok())
        .ok_or_else(|| must_be(vm, name, "string"))?;
    field.set(text);
    Ok(())
}
