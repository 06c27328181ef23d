//! Small helpers of the import system: attributes by text, `sys`, texts, verbose lines.

use super::frames::Place;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{attr, call, repr};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use std::cell::{Cell, RefCell};

/// What the command line or the embedder says about imports.
pub struct ImportConfig {
    /// `-v` count.
    pub verbose: Cell<i32>,
    /// `-O` level.
    pub optimize: Cell<i32>,
    /// `-X importtime`
    pub import_time: Cell<bool>,
    /// `-X pyc_freshness=strict`: a source changed within the clock's granularity of its pyc is not trusted.
    pub strict_freshness: Cell<bool>,
    /// `-X pyc_repair`: an unreadable body is compiled again.
    pub repair: Cell<bool>,
    /// `-X pyc_verify`: a pyc must be what its source compiles to.
    pub verify: Cell<bool>,
    /// `-X no_debug_ranges`
    pub no_debug_ranges: Cell<bool>,
    /// `--check-hash-based-pycs`: `default`, `always` or `never` (`_imp.check_hash_based_pycs`).
    pub check_hash_based_pycs: RefCell<String>,
    /// `-X frozen_modules=on` or `off`; `None` when it was not given.
    pub frozen_modules: Cell<Option<bool>>,
    /// The directory of the standard library; `None` for the one in the binary.
    pub stdlib_dir: RefCell<Option<Vec<u8>>>,
}

impl Default for ImportConfig {
    fn default() -> ImportConfig {
        ImportConfig {
            verbose: Cell::new(0),
            optimize: Cell::new(0),
            import_time: Cell::new(false),
            strict_freshness: Cell::new(false),
            repair: Cell::new(false),
            verify: Cell::new(false),
            no_debug_ranges: Cell::new(false),
            check_hash_based_pycs: RefCell::new(String::from("default")),
            frozen_modules: Cell::new(None),
            stdlib_dir: RefCell::new(None),
        }
    }
}

/// The import configuration of an interpreter.
pub fn config(vm: &Vm) -> std::rc::Rc<ImportConfig> {
    vm.state.get::<ImportConfig>()
}

/// `object.name`
pub fn get(vm: &Vm, object: &Value, name: &'static str) -> PyResult<Value> {
    attr::get(vm, object, &vm.intern_static(name))
}

/// `getattr(object, name, None)` in Rust's sense.
pub fn get_opt(vm: &Vm, object: &Value, name: &'static str) -> PyResult<Option<Value>> {
    attr::get_opt(vm, object, &vm.intern_static(name))
}

/// `object.name = value`
pub fn set(vm: &Vm, object: &Value, name: &'static str, value: Value) -> PyResult<()> {
    attr::set(vm, object, &vm.intern_static(name), value)
}

/// `object.name(*args)`
pub fn call_method(vm: &Vm, object: &Value, name: &'static str, args: &[Value]) -> PyResult<Value> {
    call::call_method(vm, object, &vm.intern_static(name), args)
}

/// `sys.name`, if set.
pub fn sys_get(vm: &Vm, name: &'static str) -> Option<Value> {
    vm.sys_dict.get()?.get_str(&vm.intern_static(name))
}

/// What `sys.name` raises when it is not there.
pub fn sys_lacks(vm: &Vm, name: &'static str) -> PyErr {
    let sys = module_get(vm, &vm.new_str("sys")).ok().flatten();
    let message = format!("module 'sys' has no attribute '{name}'");
    vm.attribute_error_for(
        message,
        &sys.unwrap_or(Value::None),
        &vm.intern_static(name),
    )
}

/// `sys.modules`
pub fn modules(vm: &Vm) -> PyResult<PyRef<PyDict>> {
    vm.modules
        .get()
        .ok_or_else(|| vm.runtime_error("unable to get sys.modules"))
}

/// `sys.modules.get(name)`
pub fn module_get(vm: &Vm, name: &Value) -> PyResult<Option<Value>> {
    modules(vm)?.get(vm, name)
}

/// Whether the value is true.
pub fn truth(vm: &Vm, value: &Value) -> PyResult<bool> {
    crate::protocol::truth::is_true(vm, value)
}

/// A str as Rust text (lone surrogates replaced), for messages.
pub fn text(value: &Value) -> String {
    value
        .downcast_ref::<PyStr>()
        .map(|text| text.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The str behind a value, or a TypeError.
pub fn as_str<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStr>> {
    value.downcast_ref::<PyStr>().ok_or_else(|| {
        vm.type_error(format!(
            "expected str instance, {} found",
            value.class(vm).tp_name()
        ))
    })
}

/// `ImportError(message, name=name, path=path)`
pub fn import_error(vm: &Vm, message: String, name: Option<&Value>, path: Option<&Value>) -> PyErr {
    vm.import_error_for(ExcKind::ImportError, message, name.cloned(), path.cloned())
}

/// `ModuleNotFoundError(message, name=name)`
pub fn not_found(vm: &Vm, message: String, name: &Value) -> PyErr {
    vm.import_error_for(
        ExcKind::ModuleNotFoundError,
        message,
        Some(name.clone()),
        None,
    )
}

/// `repr(value)` for messages; what cannot be shown is left out.
pub fn shown(vm: &Vm, value: &Value) -> String {
    repr::repr_text(vm, value).unwrap_or_else(|_| String::from("?"))
}

/// Whether `-v` lines of this level are wanted.
pub fn is_verbose(vm: &Vm, level: i32) -> bool {
    config(vm).verbose.get() >= level
}

/// A `-v` line (`_verbose_message`); lines that start with neither `#` nor `import ` get a `# `.
pub fn verbose(vm: &Vm, level: i32, message: impl FnOnce() -> String) {
    if !is_verbose(vm, level) {
        return;
    }
    let message = message();
    let line = if message.starts_with('#') || message.starts_with("import ") {
        format!("{message}\n")
    } else {
        format!("# {message}\n")
    };
    match sys_get(vm, "stderr") {
        // `print(…, file=None)` goes there.
        Some(stream) if stream.is_none() => {
            if let Some(stream) = sys_get(vm, "stdout").filter(|stream| !stream.is_none()) {
                // Nobody can be told that telling failed.
                let _ = call_method(vm, &stream, "write", &[vm.new_str(&line)]);
            }
        }
        _ => write_stderr(vm, &line),
    }
}

/// Writes to `sys.stderr`, or to the process's where there is none or it fails (`PySys_FormatStderr`).
pub fn write_stderr(vm: &Vm, line: &str) {
    let stream = sys_get(vm, "stderr").filter(|stream| !stream.is_none());
    let written =
        stream.is_some_and(|stream| call_method(vm, &stream, "write", &[vm.new_str(line)]).is_ok());
    if !written {
        // Nobody can be told that telling failed.
        let _ = vm.host().write(2, line.as_bytes());
    }
}

/// A warning that comes from importlib itself, whose module it is issued for (`_warnings.warn(message, category)` there).
#[cold]
pub fn warn_here(vm: &Vm, place: &Place, category: ExcKind, message: &str) -> PyResult<()> {
    let warnings = super::import_name::import_module(vm, "_warnings")?;
    let home = module_get(vm, &vm.new_str(place.module()))?.unwrap_or(Value::None);
    let name = get_opt(vm, &home, "__name__")?.unwrap_or(Value::None);
    let registry = match get_opt(vm, &home, "__warningregistry__")? {
        Some(registry) => registry,
        None => {
            let registry = PyDict::new(vm).into_value();
            set(vm, &home, "__warningregistry__", registry.clone())?;
            registry
        }
    };
    let args = [
        vm.new_str(message),
        vm.exception_class(category).into_value(),
        vm.new_str(place.file),
        vm.new_int(place.line.into()),
        name,
        registry,
    ];
    call_method(vm, &warnings, "warn_explicit", &args).map(drop)
}

/// Splits at the last dot: parent and tail.
pub fn rpartition(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) => (&name[..dot], &name[dot + 1..]),
        None => ("", name),
    }
}
