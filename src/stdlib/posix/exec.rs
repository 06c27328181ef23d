//! Arguments and environments of programs that are started: checked before anything is started.
//!
//! CPython 3.11: `parse_arglist`, `parse_envlist` in `Modules/posixmodule.c`.

use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::call::call_method;
use vm::protocol::fs::path_bytes;
use vm::protocol::{iter, mapping};
use vm::types::list::value::PyList;
use vm::types::tuple::value::PyTuple;

/// The arguments of a program, of which there is at least one, and the first is not empty. `what` begins the messages.
pub fn arguments(vm: &Vm, what: &str, list: &Value) -> PyResult<Vec<Vec<u8>>> {
    let items = if let Some(list) = list.downcast_ref::<PyList>() {
        list.to_vec()
    } else if let Some(tuple) = list.downcast_ref::<PyTuple>() {
        tuple.as_slice().to_vec()
    } else {
        return Err(vm.type_error(format!("{what} must be a tuple or list")));
    };
    if items.is_empty() {
        return Err(vm.value_error(format!("{what} must not be empty")));
    }
    let arguments: PyResult<Vec<_>> = items.iter().map(|item| path_bytes(vm, item)).collect();
    let arguments = arguments?;
    if arguments.first().is_some_and(Vec::is_empty) {
        return Err(vm.value_error(format!("{what} first element cannot be empty")));
    }
    Ok(arguments)
}

/// The lines `NAME=value` of an environment, which must be a mapping. `function` begins the message.
pub fn environment(vm: &Vm, function: &str, env: &Value) -> PyResult<Vec<Vec<u8>>> {
    if !mapping::is_mapping(vm, env) {
        let message = format!("{function}: environment must be a mapping object");
        return Err(vm.type_error(message));
    }
    let keys = iter::to_vec(vm, &call_method(vm, env, &vm.names.keys, &[])?)?;
    let values = iter::to_vec(vm, &call_method(vm, env, &vm.intern_str("values"), &[])?)?;
    let mut lines = Vec::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        let Some(value) = values.get(place) else {
            return Err(vm.index_error("list index out of range"));
        };
        let (name, value) = (path_bytes(vm, key)?, path_bytes(vm, value)?);
        // A name may begin with the sign.
        if name.get(1..).is_none_or(|rest| rest.contains(&b'=')) {
            return Err(vm.value_error("illegal environment variable name"));
        }
        lines.push([name, value].join(&b'='));
    }
    Ok(lines)
}
