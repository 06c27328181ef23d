//! The filters: what to do with a warning.
//!
//! CPython 3.11: `get_filter`, `init_filters` in `Python/_warnings.c`.

use super::warnings_attribute;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::{attr, call, compare, convert_int, instance_check, truth};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::{Cell, RefCell};

/// State of the module.
#[derive(Default)]
pub struct WarningsState {
    filters: RefCell<Option<Value>>,
    once_registry: RefCell<Option<Value>>,
    /// Counts changes of the filters, which make registries stale.
    pub version: Cell<i64>,
}

impl WarningsState {
    /// The list of filters, with those of a new interpreter at first.
    pub fn filters(&self, vm: &Vm) -> Value {
        if let Some(known) = &*self.filters.borrow() {
            return known.clone();
        }
        let row = |action: &str, category: ExcKind, module: Option<&str>| {
            let module = module.map_or(Value::None, |module| vm.new_str(module));
            let category = vm.exception_class(category).into_value();
            let action = vm.intern_str(action).into_value();
            vm.new_tuple(vec![action, Value::None, category, module, vm.new_int(0)])
        };
        let list = vm.new_list(vec![
            row("default", ExcKind::DeprecationWarning, Some("__main__")),
            row("ignore", ExcKind::DeprecationWarning, None),
            row("ignore", ExcKind::PendingDeprecationWarning, None),
            row("ignore", ExcKind::ImportWarning, None),
            row("ignore", ExcKind::ResourceWarning, None),
        ]);
        self.filters.replace(Some(list.clone()));
        list
    }

    /// The registry of the action `once`.
    pub fn once_registry(&self, vm: &Vm) -> Value {
        if let Some(known) = &*self.once_registry.borrow() {
            return known.clone();
        }
        let dict = PyDict::new(vm).into_value();
        self.once_registry.replace(Some(dict.clone()));
        dict
    }
}

/// The once registry in use.
pub fn current_once_registry(vm: &Vm) -> PyResult<Value> {
    match warnings_attribute(vm, "onceregistry")? {
        Some(registry) if registry.downcast_ref::<PyDict>().is_some() => Ok(registry),
        Some(other) => Err(vm.type_error(format!(
            "_warnings.onceregistry must be a dict, not '{}'",
            other.class(vm).tp_name()
        ))),
        None => Ok(vm.state.get::<WarningsState>().once_registry(vm)),
    }
}

/// Whether a filter's pattern takes a text: None takes all, a str only itself, others are asked through `match`.
fn matches(vm: &Vm, pattern: &Value, text: &Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.downcast_exact::<PyStr>(vm).is_some() {
        return compare::eq(vm, pattern, text);
    }
    let result = call::call_method(
        vm,
        pattern,
        &vm.intern_str("match"),
        std::slice::from_ref(text),
    )?;
    truth::is_true(vm, &result)
}

/// The action for a warning, and the filter that says so.
pub fn action_for(
    vm: &Vm,
    category: &Value,
    text: &Value,
    lineno: i32,
    module: &Value,
) -> PyResult<(Value, Value)> {
    let filters = match warnings_attribute(vm, "filters")? {
        Some(filters) => filters,
        None => vm.state.get::<WarningsState>().filters(vm),
    };
    let Some(list) = filters.downcast_ref::<PyList>() else {
        return Err(vm.value_error("_warnings.filters must be a list"));
    };
    let mut index = 0;
    while let Some(item) = list.get(index) {
        let fields = item
            .downcast_exact::<PyTuple>(vm)
            .filter(|tuple| tuple.len() == 5);
        let Some([action, message, kind, place, line]) = fields.map(|tuple| tuple.as_slice())
        else {
            return Err(vm.value_error(format!("_warnings.filters item {index} isn't a 5-tuple")));
        };
        if action.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error(format!(
                "action must be a string, not '{}'",
                action.class(vm).tp_name()
            )));
        }
        if matches(vm, message, text)?
            && matches(vm, place, module)?
            && instance_check::issubclass(vm, category, kind)?
            && [0, lineno].contains(&convert_int::to_i32(vm, line)?)
        {
            return Ok((action.clone(), item.clone()));
        }
        index += 1;
    }
    let default = match warnings_attribute(vm, "defaultaction")? {
        Some(action) if action.downcast_ref::<PyStr>().is_some() => action,
        Some(other) => {
            return Err(vm.type_error(format!(
                "_warnings.defaultaction must be a string, not '{}'",
                other.class(vm).tp_name()
            )));
        }
        None => vm.intern_str("default").into_value(),
    };
    Ok((default, Value::None))
}

/// Whether a registry has a warning already; with `note`, enters it otherwise.
pub fn already_warned(vm: &Vm, registry: &Value, key: &Value, note: bool) -> PyResult<bool> {
    let Some(registry) = registry.downcast_ref::<PyDict>() else {
        return Err(vm.type_error("'registry' must be a dict or None"));
    };
    let name = vm.intern_str("version");
    let version = vm.state.get::<WarningsState>().version.get();
    let known = registry
        .get_str(&name)
        .and_then(|known| known.as_small_int());
    if known != Some(version) {
        registry.clear(vm);
        registry.set_str(vm, &name, vm.new_int(version));
    } else if let Some(seen) = registry.get(vm, key)?
        && truth::is_true(vm, &seen)?
    {
        return Ok(true);
    }
    if note {
        registry.set(vm, key.clone(), Value::True)?;
    }
    Ok(false)
}

/// An attribute as text, for warnings that are shown without the module `warnings`.
pub fn name_text(vm: &Vm, class: &Value) -> String {
    attr::get(vm, class, &vm.names.__name__)
        .ok()
        .and_then(|name| Some(name.downcast_ref::<PyStr>()?.to_string_lossy().into_owned()))
        .unwrap_or_default()
}
