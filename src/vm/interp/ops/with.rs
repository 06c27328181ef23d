//! `with` and `async with`.

use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::protocol::{call, lookup};
use crate::raise;
use crate::slow_handler;
use crate::types::exceptions::value::PyBaseException;
use crate::types::str::value::PyStr;

fn special(
    vm: &Vm,
    manager: &Value,
    name: &Py<PyStr>,
    protocol: &str,
    missed: Option<&str>,
) -> PyResult<Value> {
    match lookup::lookup_special(vm, manager, name)? {
        Some(method) => method.bind(vm, manager),
        None => {
            let class = manager.class(vm).tp_name();
            let missed =
                missed.map_or_else(String::new, |missed| format!(" (missed {missed} method)"));
            Err(vm.type_error(format!(
                "'{class}' object does not support the {protocol} protocol{missed}"
            )))
        }
    }
}

#[inline(never)]
fn before_with_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let manager = r.pop();
    let enter = raise!(special(
        vm,
        &manager,
        &vm.names.__enter__,
        "context manager",
        None
    ));
    let exit = raise!(special(
        vm,
        &manager,
        &vm.names.__exit__,
        "context manager",
        Some("__exit__")
    ));
    drop(manager);
    r.push(exit);
    let value = raise!(call::call_args(vm, &enter, &[]));
    r.push(value);
    Next::Continue
}

#[inline(never)]
fn before_async_with_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let manager = r.pop();
    let enter = raise!(special(
        vm,
        &manager,
        &vm.names.__aenter__,
        "asynchronous context manager",
        None
    ));
    let exit = raise!(special(
        vm,
        &manager,
        &vm.names.__aexit__,
        "asynchronous context manager",
        Some("__aexit__")
    ));
    drop(manager);
    r.push(exit);
    let value = raise!(call::call_args(vm, &enter, &[]));
    r.push(value);
    Next::Continue
}

/// `… exit lasti previous exception` with the exception on top: calls `exit(type, value, traceback)`.
#[inline(never)]
fn with_except_start_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.peek(1).clone();
    let exit = r.peek(4).clone();
    let class = value.class(vm).to_value();
    let traceback = value
        .downcast_ref::<PyBaseException>()
        .and_then(|exception| exception.traceback.get())
        .unwrap_or(Value::None);
    let result = raise!(call::call_args(vm, &exit, &[class, value, traceback]));
    r.push(result);
    Next::Continue
}

slow_handler!(before_with, before_with_slow);
slow_handler!(before_async_with, before_async_with_slow);
slow_handler!(with_except_start, with_except_start_slow);
