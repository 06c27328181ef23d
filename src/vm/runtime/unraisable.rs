//! Exceptions that cannot be raised: in finalizers, callbacks, at exit.
//!
//! CPython 3.11: `_PyErr_WriteUnraisableMsg`, `write_unraisable_exc_file` in `Python/errors.c`.

use super::print_exception::{self, out::Out, trace};
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::frame_ownership;
use crate::modules::builtins::print;
use crate::modules::sys;
use crate::object::{PyType, Value};
use crate::protocol::{attr, call, repr};
use crate::types::exceptions::value::PyBaseException;
use crate::types::str::value::PyStr;

crate::structseq! {
    /// What `sys.unraisablehook` is given.
    pub static UNRAISABLE_HOOK_ARGS: "UnraisableHookArgs", doc: "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.", visible: 5,
    flags: 0,
    fields: [
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Exception traceback"),
        ("err_msg", "Error message"),
        ("object", "Object causing the exception"),
    ]
}

/// Installs `hooks.unraisable`.
pub fn install(vm: &Vm) {
    vm.hooks.unraisable.set(write_unraisable);
    vm.hooks
        .unraisable_with_message
        .set(|vm, error, message, object| write_with_message(vm, error, Some(message), object));
}

/// Reports an exception raised in `object`, which may be NULL.
pub fn write_unraisable(vm: &Vm, error: PyErr, object: &Value) {
    write_with_message(vm, error, None, object);
}

/// As `write_unraisable`, with a message in the place of "Exception ignored in".
pub fn write_with_message(vm: &Vm, error: PyErr, message: Option<&str>, object: &Value) {
    let object = if object.is_null() {
        Value::None
    } else {
        object.clone()
    };
    let exception = error.to_value();
    if error.exception().traceback.with(Option::is_none) {
        // Raised by native code: the place is that of the running frame.
        if let Some((frame, lasti)) = frame_ownership::current_place(vm) {
            crate::types::traceback::here(vm, &error, frame, lasti, -1);
        }
    }
    let traceback = error.exception().traceback.get().unwrap_or(Value::None);
    let message = message.map_or(Value::None, |message| vm.new_str(message));
    let parts = Parts {
        class: exception.class(vm).to_value(),
        exception,
        traceback,
        message,
        object,
    };
    let hook = sys::get(vm, "unraisablehook");
    let own = sys::get(vm, "__unraisablehook__");
    match hook {
        Some(hook) if !hook.is_none() && !own.is_some_and(|own| own.is(&hook)) => {
            let arguments = parts.to_hook_args(vm);
            if let Err(second) = call::call_args(vm, &hook, &[arguments]) {
                let message = vm.new_str("Exception ignored in sys.unraisablehook");
                let exception = second.to_value();
                let traceback = second.exception().traceback.get().unwrap_or(Value::None);
                let second = Parts {
                    class: exception.class(vm).to_value(),
                    exception,
                    traceback,
                    message,
                    object: hook,
                };
                second.write(vm);
            }
        }
        _ => parts.write(vm),
    }
}

/// What `sys.unraisablehook` is given.
struct Parts {
    class: Value,
    exception: Value,
    traceback: Value,
    message: Value,
    object: Value,
}

/// `sys.unraisablehook` as the interpreter has it.
pub fn write_from_hook(vm: &Vm, arguments: &Value) -> PyResult<()> {
    let get = |name: &str| attr::get(vm, arguments, &vm.intern_str(name));
    let parts = Parts {
        class: get("exc_type")?,
        exception: get("exc_value")?,
        traceback: get("exc_traceback")?,
        message: get("err_msg")?,
        object: get("object")?,
    };
    parts.write(vm);
    Ok(())
}

impl Parts {
    fn to_hook_args(&self, vm: &Vm) -> Value {
        let values = vec![
            self.class.clone(),
            self.exception.clone(),
            self.traceback.clone(),
            self.message.clone(),
            self.object.clone(),
        ];
        UNRAISABLE_HOOK_ARGS.new_value(vm, values)
    }

    fn write(&self, vm: &Vm) {
        let Some(stderr) = print::sys_stream(vm, "stderr") else {
            return;
        };
        let mut out = Out::default();
        self.render(vm, &mut out);
        let text = out.finish(vm).into_value();
        let _ = print::write_to(vm, &stderr, &text);
        let _ = print::flush(vm, &stderr);
    }

    fn render(&self, vm: &Vm, out: &mut Out) {
        let has_message = !self.message.is_none();
        if !self.object.is_none() {
            if has_message {
                out.value(&self.message);
                out.text(": ");
            } else {
                out.text("Exception ignored in: ");
            }
            match repr::repr(vm, &self.object) {
                Ok(text) => out.string(&text),
                Err(_) => out.text("<object repr() failed>"),
            }
            out.text("\n");
        } else if has_message {
            out.value(&self.message);
            out.text(":\n");
        }
        if !self.traceback.is_none() {
            out.text("Traceback (most recent call last):\n");
            trace::print(vm, out, &self.traceback, 0, "");
        }
        self.render_exception(vm, out);
    }

    fn render_exception(&self, vm: &Vm, out: &mut Out) {
        if self.class.downcast_ref::<PyType>().is_none() {
            return;
        }
        let module = attr::get(vm, &self.class, &vm.names.__module__);
        match module
            .as_ref()
            .ok()
            .and_then(|module| module.downcast_ref::<PyStr>())
        {
            None => out.text("<unknown>"),
            Some(module) if module.equals_str("builtins") || module.equals_str("__main__") => {}
            Some(module) => {
                out.string(module);
                out.text(".");
            }
        }
        match attr::get(vm, &self.class, &vm.names.__qualname__) {
            Ok(name) if name.downcast_ref::<PyStr>().is_some() => out.value(&name),
            _ => out.text("<unknown>"),
        }
        if self.exception.downcast_ref::<PyBaseException>().is_some() {
            out.text(": ");
            match repr::str(vm, &self.exception) {
                Ok(text) => out.string(&text),
                Err(_) => out.text("<exception str() failed>"),
            }
        }
        out.text("\n");
    }
}

/// Shows an exception on standard error without any hook, for the interpreter's own troubles.
pub fn show(vm: &Vm, error: &PyErr) {
    print_exception::display(vm, &error.to_value());
}
