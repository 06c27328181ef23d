//! `_warnings`: issuing warnings, with the filters of the module `warnings` once that was imported.
//!
//! CPython 3.11: `Python/_warnings.c`.

pub mod explicit;
pub mod filters;

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::interp::frame::Frame;
use crate::interp::frame_ownership;
use crate::object::{PyRef, PyType, Value};
use crate::protocol::warn::WarnHook;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use explicit::Warning;

/// Sets the hook that lower layers warn through.
pub fn install(vm: &Vm) {
    vm.state
        .get::<WarnHook>()
        .issue
        .set(Some(|vm, category, message, stack_level| {
            let class = vm.exception_class(category).into_value();
            warn(vm, vm.new_str(message), class, stack_level as isize, None)
        }));
}

/// An attribute of the module `warnings`, if that was imported.
fn warnings_attribute(vm: &Vm, name: &str) -> PyResult<Option<Value>> {
    let Some(module) = vm
        .modules
        .get()
        .and_then(|modules| modules.get_str(&vm.names.warnings))
    else {
        return Ok(None);
    };
    if module.is_none() {
        return Ok(None);
    }
    crate::protocol::attr::get_opt(vm, &module, &vm.intern_str(name))
}

/// Whether a frame is of the import system, which warnings do not point at.
fn is_internal(frame: *mut Frame) -> bool {
    // SAFETY: callers give complete frames.
    let code = unsafe { &(*frame).code };
    let filename = code.filename.get();
    let name = filename.to_string_lossy();
    name.contains("importlib") && name.contains("_bootstrap")
}

fn next_external(frame: *mut Frame) -> *mut Frame {
    let mut frame = frame;
    loop {
        // SAFETY: the chain of running frames is complete and alive.
        frame = frame_ownership::previous_complete(unsafe { (*frame).previous });
        if frame.is_null() || !is_internal(frame) {
            return frame;
        }
    }
}

/// The frame a warning is about.
fn frame_at(vm: &Vm, stack_level: isize) -> *mut Frame {
    let mut frame = frame_ownership::current_frame(vm);
    let mut level = stack_level;
    let plain = level <= 0 || (!frame.is_null() && is_internal(frame));
    level -= 1;
    while level > 0 && !frame.is_null() {
        frame = if plain {
            // SAFETY: the chain of running frames is complete and alive.
            frame_ownership::previous_complete(unsafe { (*frame).previous })
        } else {
            next_external(frame)
        };
        level -= 1;
    }
    frame
}

/// `warnings.warn` with a category that is known to be one (`do_warn`).
pub fn warn(
    vm: &Vm,
    message: Value,
    category: Value,
    stack_level: isize,
    source: Option<Value>,
) -> PyResult<()> {
    let frame = frame_at(vm, stack_level);
    let (globals, filename, lineno): (PyRef<PyDict>, Value, i32) = if frame.is_null() {
        let Some(sys) = vm.sys_dict.get() else {
            return Ok(());
        };
        (sys, vm.new_str("sys"), 1)
    } else {
        // SAFETY: the frame is complete; its function keeps the globals alive.
        unsafe {
            let frame = &*frame;
            let line = frame.code.line_of(frame.lasti()).unwrap_or(0);
            (
                (*frame.globals).to_ref(),
                frame.code.filename.get().into_value(),
                line,
            )
        }
    };
    let registry = globals.get_or_insert(
        vm,
        vm.names.__warningregistry__.to_value(),
        PyDict::new(vm).into_value(),
    )?;
    let module = globals.get_str(&vm.names.__name__);
    let module = match module {
        Some(module) if module.is_none() || module.downcast_ref::<PyStr>().is_some() => module,
        _ => vm.new_str("<string>"),
    };
    explicit::issue(
        vm,
        Warning {
            message,
            category,
            filename,
            lineno,
            module: Some(module),
            registry: Some(registry),
            source_line: None,
            source,
        },
    )
}

/// The category of a warning: that of the message when it is a warning itself (`get_category`).
fn category_of(vm: &Vm, message: &Value, category: Option<&Value>) -> PyResult<Value> {
    let warning = vm.exception_class(ExcKind::Warning);
    if message.class(vm).is_subtype(&warning) {
        return Ok(message.class(vm).to_value());
    }
    match category.filter(|category| !category.is_none()) {
        None => Ok(vm.exception_class(ExcKind::UserWarning).into_value()),
        Some(category) => match category.downcast_ref::<PyType>() {
            Some(class) if class.is_subtype(&warning) => Ok(category.clone()),
            _ => Err(vm.type_error(format!(
                "category must be a Warning subclass, not '{}'",
                category.class(vm).tp_name()
            ))),
        },
    }
}

/// The module.
#[derive::pymodule(name = "_warnings")]
pub mod module {
    //! _warnings provides basic warning filtering support.
    //! It is a helper module to speed up interpreter start-up.
    use super::explicit::{self, Warning};
    use super::filters::WarningsState;
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, Value};
    use crate::protocol::convert_int;
    use crate::types::native;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[pyfunction(sig = "warn($module, /, message, category=None, stacklevel=1, source=None)")]
    fn warn(
        vm: &Vm,
        message: &Value,
        category: Option<&Value>,
        stacklevel: isize,
        source: Option<&Value>,
    ) -> PyResult<()> {
        let category = super::category_of(vm, message, category)?;
        super::warn(vm, message.clone(), category, stacklevel, source.cloned())
    }

    /// Low-level interface to warnings functionality.
    #[pyfunction]
    fn warn_explicit(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let names = [
            "message",
            "category",
            "filename",
            "lineno",
            "module",
            "registry",
            "module_globals",
            "source",
        ];
        let [
            message,
            category,
            filename,
            lineno,
            module,
            registry,
            globals,
            source,
        ] = native::bind(vm, "warn_explicit", &args, names, 8, 4)?;
        let none = Value::None;
        let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).cloned();
        let lineno = convert_int::to_i32(vm, lineno.unwrap_or(&none))?;
        let source_line = match given(globals) {
            Some(globals) => explicit::line_from_loader(vm, &globals, lineno)?,
            None => None,
        };
        explicit::issue(
            vm,
            Warning {
                message: message.unwrap_or(&none).clone(),
                category: category.unwrap_or(&none).clone(),
                filename: filename.unwrap_or(&none).clone(),
                lineno,
                module: given(module),
                registry: given(registry),
                source_line,
                source: given(source),
            },
        )
    }

    #[pyfunction(sig = "_filters_mutated()", no_text_signature)]
    fn _filters_mutated(vm: &Vm) {
        let state = vm.state.get::<WarningsState>();
        state.version.set(state.version.get() + 1);
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let state = vm.state.get::<WarningsState>();
        let set = |name: &str, value: Value| {
            crate::protocol::convert::set_module_attribute(vm, module, name, value)
        };
        set("filters", state.filters(vm))?;
        set("_onceregistry", state.once_registry(vm))?;
        set("_defaultaction", vm.intern_str("default").into_value())
    }
}
