//! One warning: filtered, noted in its registry, shown.
//!
//! CPython 3.11: `warn_explicit`, `call_show_warning`, `show_warning` in `Python/_warnings.c`.

use super::filters::{action_for, already_warned, current_once_registry, name_text};
use super::warnings_attribute;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::protocol::warn::import_warnings;
use crate::protocol::{attr, call, repr};
use crate::runtime::print_exception::{hook, source};
use crate::types::dict::value::PyDict;
use crate::types::exceptions::raise;
use crate::types::str::value::PyStr;

/// A warning and where it is from.
pub struct Warning {
    /// A text or a warning instance.
    pub message: Value,
    /// Its class.
    pub category: Value,
    /// The file.
    pub filename: Value,
    /// The line.
    pub lineno: i32,
    /// The module's name; from the file's name when absent.
    pub module: Option<Value>,
    /// `__warningregistry__` of the module.
    pub registry: Option<Value>,
    /// The line's text, when it is known.
    pub source_line: Option<Value>,
    /// The object the warning is about.
    pub source: Option<Value>,
}

/// The name of a module by its file.
fn module_of(vm: &Vm, filename: &Value) -> Value {
    let Some(text) = filename.downcast_ref::<PyStr>() else {
        return vm.new_str("<unknown>");
    };
    if text.len() == 0 {
        return vm.new_str("<unknown>");
    }
    let text = text.to_string_lossy();
    vm.new_str(text.strip_suffix(".py").unwrap_or(&text))
}

/// Issues a warning.
pub fn issue(vm: &Vm, warning: Warning) -> PyResult<()> {
    let module = warning
        .module
        .clone()
        .unwrap_or_else(|| module_of(vm, &warning.filename));
    if module.is_none() {
        return Ok(());
    }
    let registry = warning
        .registry
        .clone()
        .filter(|registry| !registry.is_none());
    if let Some(registry) = &registry
        && registry.downcast_ref::<PyDict>().is_none()
    {
        return Err(vm.type_error("'registry' must be a dict or None"));
    }
    let base = vm.exception_class(ExcKind::Warning);
    let (text, category, message) = if warning.message.class(vm).is_subtype(&base) {
        let text = repr::str(vm, &warning.message)?.into_value();
        (
            text,
            warning.message.class(vm).to_value(),
            warning.message.clone(),
        )
    } else {
        let message = call::call1(vm, &warning.category, &warning.message)?;
        (warning.message.clone(), warning.category.clone(), message)
    };
    let line = vm.new_int(warning.lineno.into());
    let key = vm.new_tuple(vec![text.clone(), category.clone(), line.clone()]);
    if let Some(registry) = &registry
        && already_warned(vm, registry, &key, false)?
    {
        return Ok(());
    }
    let (action, item) = action_for(vm, &category, &text, warning.lineno, &module)?;
    let action_text = action
        .downcast_ref::<PyStr>()
        .map(|action| action.to_string_lossy().into_owned())
        .unwrap_or_default();
    match action_text.as_str() {
        "error" => return Err(raise_warning(vm, &message)),
        "ignore" => return Ok(()),
        _ => {}
    }
    if action_text != "always"
        && let Some(registry) = registry
            .as_ref()
            .and_then(|registry| registry.downcast_ref::<PyDict>())
    {
        registry.set(vm, key, Value::True)?;
    }
    let short_key = vm.new_tuple(vec![text.clone(), category.clone()]);
    let seen = match action_text.as_str() {
        "once" => {
            let registry = match registry {
                Some(registry) => registry,
                None => current_once_registry(vm)?,
            };
            already_warned(vm, &registry, &short_key, true)?
        }
        "module" => match &registry {
            Some(registry) => already_warned(vm, registry, &short_key, true)?,
            None => false,
        },
        "always" | "default" => false,
        _ => {
            let (action, item) = (repr::repr_text(vm, &action)?, repr::repr_text(vm, &item)?);
            return Err(vm.runtime_error(format!(
                "Unrecognized action ({action}) in warnings.filters:\n {item}"
            )));
        }
    };
    if seen {
        Ok(())
    } else {
        show(vm, &warning, message, &text, category, line)
    }
}

/// The error for a warning that the filters turn into one.
fn raise_warning(vm: &Vm, message: &Value) -> PyErr {
    raise::raise_value(vm, message, None)
}

/// Shows a warning: through `warnings._showwarnmsg`, or plainly when that module was never imported.
fn show(
    vm: &Vm,
    warning: &Warning,
    message: Value,
    text: &Value,
    category: Value,
    line: Value,
) -> PyResult<()> {
    // What the object is about, only that module tells.
    if warning
        .source
        .as_ref()
        .is_some_and(|source| !source.is_none())
    {
        import_warnings(vm);
    }
    let Some(function) = warnings_attribute(vm, "_showwarnmsg")? else {
        show_plainly(vm, warning, text, &category);
        return Ok(());
    };
    if !call::is_callable(vm, &function) {
        return Err(vm.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = warnings_attribute(vm, "WarningMessage")? else {
        return Err(vm.runtime_error("unable to get warnings.WarningMessage"));
    };
    let arguments = [
        message,
        category,
        warning.filename.clone(),
        line,
        Value::None,
        Value::None,
        warning.source.clone().unwrap_or(Value::None),
    ];
    let shown = call::call_args(vm, &class, &arguments)?;
    call::call1(vm, &function, &shown).map(drop)
}

/// `file:line: Category: text` and the source line.
fn show_plainly(vm: &Vm, warning: &Warning, text: &Value, category: &Value) {
    let filename = warning.filename.downcast_ref::<PyStr>();
    let file_text = filename
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let text = repr::str_text(vm, text).unwrap_or_default();
    let mut lines = format!(
        "{file_text}:{}: {}: {text}\n",
        warning.lineno,
        name_text(vm, category)
    );
    let source_line = match &warning.source_line {
        Some(line) => repr::str_text(vm, line).ok(),
        None => filename.and_then(|name| {
            source::forget(vm);
            source::line(vm, name, warning.lineno)
        }),
    };
    if let Some(line) = source_line {
        lines.push_str(&format!(
            "  {}\n",
            line.trim_start_matches([' ', '\t', '\x0c'])
                .trim_end_matches('\n')
        ));
    }
    hook::write_stderr(vm, &lines);
}

/// The line of a module's source that its loader gives.
pub fn line_from_loader(vm: &Vm, globals: &Value, lineno: i32) -> PyResult<Option<Value>> {
    let Some(globals) = globals.downcast_ref::<PyDict>() else {
        return Err(vm.type_error(format!(
            "module_globals must be a dict, not '{}'",
            globals.class(vm).tp_name()
        )));
    };
    let (loader, name) = (
        globals.get_str(&vm.names.__loader__),
        globals.get_str(&vm.names.__name__),
    );
    let (Some(loader), Some(name)) = (loader, name) else {
        return Ok(None);
    };
    let Some(get_source) = attr::get_opt(vm, &loader, &vm.intern_str("get_source"))? else {
        return Ok(None);
    };
    let source = call::call1(vm, &get_source, &name)?;
    let line = source.downcast_ref::<PyStr>().and_then(|source| {
        let text = source.to_string_lossy().into_owned();
        let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
        text.lines().nth(index).map(str::to_string)
    });
    Ok(line.map(|line| vm.new_str(&line)))
}
