//! Issuing warnings from lower layers.
//!
//! The warnings machinery is a module far above; until it has registered itself, warnings are dropped, as CPython drops those that come
//! before it is ready.
//!
//! CPython 3.11: `PyErr_WarnEx`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::types::dict::value::PyDict;
use std::cell::Cell;

/// `(vm, category, message, stack level)`
pub type WarnFn = fn(&Vm, ExcKind, &str, usize) -> PyResult<()>;

/// Who issues warnings. Set by `modules/_warnings`.
#[derive(Default)]
pub struct WarnHook {
    /// The function.
    pub issue: Cell<Option<WarnFn>>,
    /// The interpreter ends, so nothing is imported any more.
    pub ending: Cell<bool>,
}

/// Issues a warning of a builtin category; an error when the filters turn it into one.
#[cold]
#[inline(never)]
pub fn warn(vm: &Vm, category: ExcKind, message: &str, stack_level: usize) -> PyResult<()> {
    match vm.state.get::<WarnHook>().issue.get() {
        Some(issue) => issue(vm, category, message, stack_level),
        None => Ok(()),
    }
}

/// Imports `warnings`, where that can be done without harm.
pub fn import_warnings(vm: &Vm) {
    let is_there = |modules: &PyDict| modules.get_str(&vm.names.warnings).is_some();
    // In the end of an interpreter `sys.modules` is taken apart; an import would bring back what was closed.
    if vm.modules.get().is_none_or(|modules| is_there(&modules))
        || vm.state.get::<WarnHook>().ending.get()
    {
        return;
    }
    let name = vm.names.warnings.to_value();
    let none = Value::None;
    // Without it the warning is shown plainly.
    let _ = (vm.hooks.import_name.get())(vm, &name, &none, &none, &none, 0);
}

/// How often `-b` was given.
#[derive(Default)]
pub struct BytesWarnings(pub Cell<i32>);

/// Warns of bytes that are taken for text, where `-b` asks for it.
pub fn bytes_warning(vm: &Vm, message: &str) -> PyResult<()> {
    if vm.state.get::<BytesWarnings>().0.get() > 0 {
        warn(vm, ExcKind::BytesWarning, message, 1)?;
    }
    Ok(())
}
