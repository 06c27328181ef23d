//! The exception being handled, `exit`, and the hooks for exceptions and expressions.
//!
//! CPython 3.11: `Python/sysmodule.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::protocol::repr;
use crate::types::str::value::PyStr;

/// `sys.exc_info()`
pub fn exc_info(vm: &Vm) -> Value {
    info_of(vm, vm.thread().current_exception())
}

/// The three parts of an exception that is being handled.
pub fn info_of(vm: &Vm, handled: Option<PyErr>) -> Value {
    let items = match handled {
        None => vec![Value::None, Value::None, Value::None],
        Some(error) => {
            let exception = error.exception();
            let traceback = exception.traceback.get().unwrap_or(Value::None);
            vec![
                exception.object().class().to_value(),
                exception.to_value(),
                traceback,
            ]
        }
    };
    vm.new_tuple(items)
}

/// `sys.displayhook(value)`
pub fn display(vm: &Vm, value: &Value) -> PyResult<()> {
    let Some(builtins) = vm.builtins.get() else {
        return Err(vm.runtime_error("lost builtins module"));
    };
    if value.is_none() {
        return Ok(());
    }
    builtins.set_str(vm, &vm.names.underscore, Value::None);
    let Some(stdout) = crate::modules::builtins::print::sys_stream(vm, "stdout") else {
        return Err(vm.runtime_error("lost sys.stdout"));
    };
    let text: crate::object::PyRef<PyStr> = repr::repr(vm, value)?;
    crate::modules::builtins::print::write_to(vm, &stdout, &text.into_value())?;
    crate::modules::builtins::print::write_to(vm, &stdout, &vm.latin1_char(b'\n').into_value())?;
    builtins.set_str(vm, &vm.names.underscore, value.clone());
    Ok(())
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::errors::ExcKind;
    use crate::context::{PyErr, PyResult, Vm};
    use crate::object::Value;
    use crate::types::exceptions::value::PyBaseException;

    /// Print an object to sys.stdout and also save it in builtins._
    #[pyfunction(sig = "displayhook($module, object, /)")]
    fn displayhook(vm: &Vm, object: &Value) -> PyResult<()> {
        super::display(vm, object)
    }

    /// Return the current exception, or None.
    #[pyfunction(sig = "exception($module, /)")]
    fn exception(vm: &Vm) -> Value {
        vm.thread()
            .current_exception()
            .map_or(Value::None, PyErr::into_value)
    }

    /// Return current exception information: (type, value, traceback).
    #[pyfunction(sig = "exc_info($module, /)")]
    fn exc_info(vm: &Vm) -> Value {
        super::exc_info(vm)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[pyfunction(sig = "excepthook($module, exctype, value, traceback, /)")]
    fn excepthook(vm: &Vm, _exctype: &Value, value: &Value, traceback: &Value) -> PyResult<()> {
        if let Some(exception) = value.downcast_ref::<PyBaseException>()
            && !traceback.is_none()
            && exception.traceback.with(Option::is_none)
        {
            exception.traceback.set(Some(traceback.clone()));
        }
        crate::runtime::print_exception::display(vm, value);
        Ok(())
    }

    /// Exit the interpreter by raising SystemExit(status).
    #[pyfunction(sig = "exit($module, status=None, /)")]
    fn exit(vm: &Vm, status: Option<&Value>) -> PyResult<()> {
        Err(vm.new_exception(
            ExcKind::SystemExit,
            status.map_or(Value::NULL, Value::clone),
        ))
    }

    /// Handle an exception that cannot be raised.
    #[pyfunction(sig = "unraisablehook($module, unraisable, /)")]
    fn unraisablehook(vm: &Vm, unraisable: &Value) -> PyResult<()> {
        crate::runtime::unraisable::write_from_hook(vm, unraisable)
    }
}
