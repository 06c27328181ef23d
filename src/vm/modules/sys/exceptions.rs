//! The exception being handled, `exit`, and the hooks for exceptions and expressions.
//!
//! CPython 3.11: `Python/sysmodule.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Value};
use crate::protocol::{attr, call, repr, warn};
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

/// The hook `$PYTHONBREAKPOINT` names, or None for `0`; the name when it cannot be imported.
fn breakpoint_hook(vm: &Vm) -> PyResult<Result<Value, String>> {
    let flags = vm
        .sys_dict
        .get()
        .and_then(|sys| sys.get_str(&vm.intern_str("flags")));
    let ignored = match flags {
        Some(flags) => {
            let bit = attr::get(vm, &flags, &vm.intern_str("ignore_environment"))?;
            crate::protocol::truth::is_true(vm, &bit)?
        }
        None => false,
    };
    let environ = if ignored {
        Vec::new()
    } else {
        vm.host().environ()
    };
    let named = environ
        .into_iter()
        .find(|(name, _)| name == b"PYTHONBREAKPOINT")
        .map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| "pdb.set_trace".to_string());
    if named == "0" {
        return Ok(Ok(Value::None));
    }
    let (module, name) = match named.rsplit_once('.') {
        None => ("builtins", named.as_str()),
        Some(("", _)) => return Ok(Err(named)),
        Some(parts) => parts,
    };
    let module = match crate::import::import_name::import_module(vm, module) {
        Ok(module) => module,
        Err(error) if error.is(vm, ExcKind::ImportError) => return Ok(Err(named)),
        Err(error) => return Err(error),
    };
    Ok(match attr::get_opt(vm, &module, &vm.intern_str(name))? {
        Some(hook) => Ok(hook),
        None => Err(named),
    })
}

/// `sys.breakpointhook(*args, **kws)`
fn breakpointhook(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
    match breakpoint_hook(vm)? {
        Ok(hook) if hook.is_none() => Ok(Value::None),
        Ok(hook) => call::call(vm, &hook, args),
        Err(named) => {
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{named}\"");
            warn::warn(vm, ExcKind::RuntimeWarning, &text, 0)?;
            Ok(Value::None)
        }
    }
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::errors::ExcKind;
    use crate::context::{PyErr, PyResult, Vm};
    use crate::object::{Args, Value};
    use crate::types::exceptions::value::PyBaseException;

    /// breakpointhook(*args, **kws)
    ///
    /// This hook function is called by built-in breakpoint().
    #[pyfunction(name = "breakpointhook")]
    fn breakpointhook_(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        super::breakpointhook(vm, args)
    }

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
        let class = vm.exception_class(ExcKind::SystemExit).to_value();
        let status = status.map_or(Value::NULL, Value::clone);
        Err(crate::types::exceptions::raise::normalize(
            vm, &class, &status,
        )?)
    }

    /// Handle an exception that cannot be raised.
    #[pyfunction(sig = "unraisablehook($module, unraisable, /)")]
    fn unraisablehook(vm: &Vm, unraisable: &Value) -> PyResult<()> {
        crate::runtime::unraisable::write_from_hook(vm, unraisable)
    }
}
