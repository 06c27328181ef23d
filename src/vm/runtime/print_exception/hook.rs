//! What happens to an exception that nobody caught.
//!
//! CPython 3.11: `_PyErr_PrintEx`, `_Py_HandleSystemExit` in `Python/pythonrun.c`.

use super::display;
use super::out::write_raw;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, Vm};
use crate::modules::builtins::print;
use crate::modules::sys;
use crate::object::Value;
use crate::protocol::{attr, call, repr};

/// The exit code a SystemExit asks for, its message printed; `None` for other exceptions.
pub fn system_exit_code(vm: &Vm, error: &PyErr) -> Option<i32> {
    if !error.is(vm, ExcKind::SystemExit) {
        return None;
    }
    let exception = error.to_value();
    let code = attr::get(vm, &exception, &vm.intern_str("code")).unwrap_or(exception);
    if code.is_none() {
        return Some(0);
    }
    if let Some(number) = code.as_int() {
        // As a C int; a number that does not fit a long is -1.
        return Some(number.to_i64().map_or(-1, |n| n as i32));
    }
    match print::sys_stream(vm, "stderr") {
        Some(stderr) => {
            if let Ok(text) = repr::str(vm, &code) {
                let _ = print::write_to(vm, &stderr, &text.into_value());
            }
            let _ = print::write_to(vm, &stderr, &vm.latin1_char(b'\n').into_value());
        }
        None => {
            let text = repr::str_text(vm, &code).unwrap_or_default();
            write_raw(format!("{text}\n").as_bytes());
        }
    }
    Some(1)
}

/// Calls `sys.excepthook` with an exception; gives the exit code when the hook raised SystemExit.
pub fn print_uncaught(vm: &Vm, error: &PyErr) -> Option<i32> {
    let exception = error.to_value();
    let class = exception.class(vm).to_value();
    let traceback = error.exception().traceback.get().unwrap_or(Value::None);
    sys::set(vm, "last_type", class.clone());
    sys::set(vm, "last_value", exception.clone());
    sys::set(vm, "last_traceback", traceback.clone());
    let Some(hook) = sys::get(vm, "excepthook") else {
        write_stderr(vm, "sys.excepthook is missing\n");
        display(vm, &exception);
        return None;
    };
    if let Err(second) = call::call_args(vm, &hook, &[class, exception.clone(), traceback]) {
        if let Some(code) = system_exit_code(vm, &second) {
            return Some(code);
        }
        write_stderr(vm, "Error in sys.excepthook:\n");
        display(vm, &second.into_value());
        write_stderr(vm, "\nOriginal exception was:\n");
        display(vm, &exception);
    }
    None
}

/// Writes to `sys.stderr`, or to the process's (`PySys_WriteStderr`).
pub fn write_stderr(vm: &Vm, text: &str) {
    let written = print::sys_stream(vm, "stderr")
        .map(|stderr| print::write_to(vm, &stderr, &vm.new_str(text)));
    if !matches!(written, Some(Ok(()))) {
        write_raw(text.as_bytes());
    }
}
