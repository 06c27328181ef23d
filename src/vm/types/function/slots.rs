//! What Python functions do: calling, binding, `types.FunctionType(...)`.
//!
//! CPython 3.11: `func_descr_get`, `func_new_impl`, `func_repr` in `Objects/funcobject.c`.

use super::PyFunction;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyCell, PyRef, PyType, Table, Value};
use crate::protocol::repr::address;
use crate::types::cell::PyCellObject;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::method::PyMethod;
use crate::types::module::PyModule;
use crate::types::native::{bind, this};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// The slots.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(|vm, function, args| {
            (vm.hooks.call_function.get())(vm, function, args)
        }));
        slots.descr_get.set(Some(descr_get));
        slots.repr.set(Some(repr));
        slots.new.set(Some(new));
    },
};

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    match instance.filter(|instance| !instance.is_none()) {
        Some(instance) => Ok(PyMethod::new(vm, self_.clone(), instance.clone()).into_value()),
        None => Ok(self_.clone()),
    }
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let function = this::<PyFunction>(vm, self_)?;
    Ok(vm.new_str(&format!(
        "<function {} at {}>",
        function.qualname.get().to_string_lossy(),
        address(self_)
    )))
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None)`
fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let names = ["code", "globals", "name", "argdefs", "closure"];
    let [code, globals, name, defaults, closure] = bind(vm, "function", &args, names, 5, 2)?;
    let wrong = |name: &str, wanted: &str, value: Option<&Value>| {
        let class = value.unwrap_or(&Value::None).class(vm).tp_name();
        vm.type_error(format!(
            "function() argument '{name}' must be {wanted}, not {class}"
        ))
    };
    let code = code
        .and_then(|code| code.downcast_ref::<PyCode>())
        .ok_or_else(|| wrong("code", "code", code))?;
    let globals = globals
        .and_then(|globals| globals.downcast_ref::<PyDict>())
        .ok_or_else(|| wrong("globals", "dict", globals))?;
    let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).cloned();
    let name = match given(name).map(Value::downcast::<PyStr>) {
        None => None,
        Some(Ok(name)) => Some(name),
        Some(Err(_)) => return Err(vm.type_error("arg 3 (name) must be None or string")),
    };
    let defaults = match given(defaults).map(Value::downcast::<PyTuple>) {
        None => None,
        Some(Ok(defaults)) => Some(defaults),
        Some(Err(_)) => return Err(vm.type_error("arg 4 (defaults) must be None or tuple")),
    };
    let closure = read_closure(vm, code, given(closure))?;
    let builtins_in = |globals: &Py<PyDict>| {
        let value = globals.get_str(&vm.names.__builtins__)?;
        match value.downcast_ref::<PyModule>() {
            Some(module) => Some(module.dict(vm)),
            None => value.clone().downcast::<PyDict>().ok(),
        }
    };
    // Without builtins of its own, the function has those of the running code.
    let builtins = builtins_in(globals)
        .or_else(|| builtins_in(&*(vm.hooks.frame_globals.get())(vm)?))
        .or_else(|| vm.builtins.get());
    let doc = match code.consts.as_slice().first() {
        Some(first) if first.downcast_ref::<PyStr>().is_some() => first.clone(),
        _ => Value::None,
    };
    let payload = PyFunction {
        code: PyCell::new(code.to_ref()),
        globals: globals.to_ref(),
        builtins: builtins.unwrap_or_else(|| PyDict::new(vm)),
        qualname: PyCell::new(name.clone().unwrap_or_else(|| code.qualname.clone())),
        name: PyCell::new(name.unwrap_or_else(|| code.name.clone())),
        defaults: PyCell::new(defaults),
        kwdefaults: PyCell::new(None),
        closure,
        doc: PyCell::new(doc),
        module: PyCell::new(globals.get_str(&vm.names.__name__).unwrap_or(Value::None)),
        annotations: PyCell::new(None),
        version: 0.into(),
    };
    Ok(PyRef::new(vm, payload).into_value())
}

fn read_closure(
    vm: &Vm,
    code: &Py<PyCode>,
    closure: Option<Value>,
) -> PyResult<Option<PyRef<PyTuple>>> {
    let wanted = code.nfreevars as usize;
    let closure = match closure.map(Value::downcast::<PyTuple>) {
        None if wanted != 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => return Ok(None),
        Some(Ok(closure)) => closure,
        Some(Err(_)) if wanted != 0 => {
            return Err(vm.type_error("arg 5 (closure) must be tuple"));
        }
        Some(Err(_)) => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
    };
    if closure.len() != wanted {
        return Err(vm.value_error(format!(
            "{} requires closure of length {wanted}, not {}",
            code.name.to_string_lossy(),
            closure.len()
        )));
    }
    for cell in closure.as_slice() {
        if cell.downcast_ref::<PyCellObject>().is_none() {
            return Err(vm.type_error(format!(
                "arg 5 (closure) expected cell, found {}",
                cell.class(vm).tp_name()
            )));
        }
    }
    Ok(Some(closure).filter(|closure| closure.len() != 0))
}
