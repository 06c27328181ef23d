//! `_contextvars`: context variables (PEP 567).
//!
//! A context's variables are a flat vector; copying a context copies it. Programs have a handful of variables, so that a scan finds one
//! sooner than a hash would.
//!
//! CPython 3.11: `Python/context.c`, `Python/hamt.c`.

use derive::{Traverse, pymethods, pymodule, pytype};
use std::cell::Cell;
use vm::context::errors::ExcKind;
use vm::context::{PyResult, Vm};
use vm::object::{Args, CompareOp, Py, PyCell, PyRef, PyType, Value, alloc};
use vm::protocol::{call, compare, repr};
use vm::types::native::{arity, bind, no_keywords};
use vm::types::str::value::PyStr;

pub use contextvars_module::DEF;

/// A mapping of context variables to their values.
#[pytype(name = "Context", flags(GC), tables(CONTEXT))]
#[derive(Traverse)]
pub struct PyContext {
    items: PyCell<Vec<(Value, Value)>>,
    previous: PyCell<Option<Value>>,
    #[pytraverse(skip)]
    entered: Cell<bool>,
}

/// A variable whose value depends on the context.
#[pytype(name = "ContextVar", flags(GC), tables(VARIABLE))]
#[derive(Traverse)]
pub struct PyContextVar {
    name: Value,
    default: Option<Value>,
}

/// What `ContextVar.set` gives, to undo it.
#[pytype(name = "Token", flags(GC), tables(TOKEN))]
#[derive(Traverse)]
pub struct PyToken {
    context: Value,
    variable: Value,
    old: Option<Value>,
    #[pytraverse(skip)]
    used: Cell<bool>,
}

/// `Token.MISSING`
#[pytype(name = "Token.MISSING", flags(DISALLOW_INSTANTIATION), doc = "", tables(MISSING))]
#[derive(Traverse)]
pub struct PyMissing {}

#[pymethods(table = MISSING)]
impl PyMissing {
    #[pyslot]
    fn repr(&self, vm: &Vm) -> Value {
        vm.new_str("<Token.MISSING>")
    }
}

/// `Token.MISSING` of this interpreter.
#[derive(Default)]
struct Shared {
    missing: PyCell<Option<Value>>,
}

fn missing(vm: &Vm) -> Value {
    let shared = vm.state.get::<Shared>();
    shared.missing.get().unwrap_or_else(|| {
        let made = PyRef::new(vm, PyMissing {}).into_value();
        shared.missing.set(Some(made.clone()));
        made
    })
}

impl PyContext {
    fn fresh(items: Vec<(Value, Value)>) -> PyContext {
        PyContext {
            items: PyCell::new(items),
            previous: PyCell::new(None),
            entered: Cell::new(false),
        }
    }

    fn find(&self, variable: &Value) -> Option<Value> {
        self.items.with(|items| {
            let found = items.iter().find(|(key, _)| key.is(variable));
            found.map(|(_, value)| value.clone())
        })
    }

    /// Sets or removes a variable; the old value.
    fn replace(&self, variable: &Value, value: Option<Value>) -> Option<Value> {
        self.items.with_mut(|items| {
            let place = items.iter().position(|(key, _)| key.is(variable));
            match (place, value) {
                (Some(place), Some(value)) => Some(std::mem::replace(&mut items[place].1, value)),
                (Some(place), None) => Some(items.remove(place).1),
                (None, Some(value)) => {
                    items.push((variable.clone(), value));
                    None
                }
                (None, None) => None,
            }
        })
    }

    fn values_of(&self, pick: impl Fn(&(Value, Value)) -> Value) -> Vec<Value> {
        self.items.with(|items| items.iter().map(pick).collect())
    }

    fn key<'a>(vm: &Vm, key: &'a Value) -> PyResult<&'a Value> {
        if key.downcast_ref::<PyContextVar>().is_some() {
            return Ok(key);
        }
        let shown = repr::repr(vm, key)?;
        Err(vm.type_error(format!(
            "a ContextVar key was expected, got {}",
            shown.to_string_lossy()
        )))
    }
}

/// The context of the running thread.
fn current(vm: &Vm) -> Value {
    let slot = &vm.thread().context;
    slot.get().unwrap_or_else(|| {
        let context = PyRef::new(vm, PyContext::fresh(Vec::new())).into_value();
        slot.set(Some(context.clone()));
        context
    })
}

#[pymethods(table = CONTEXT)]
impl PyContext {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        if !args.positional().is_empty() || args.kw_len() != 0 {
            return Err(vm.type_error("Context() does not accept any arguments"));
        }
        Ok(alloc::new_object(cls, PyContext::fresh(Vec::new())).into_value())
    }

    #[pyslot]
    fn richcompare(&self, vm: &Vm, other: &Py<Self>, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let items = self.items.get();
        let mut same = items.len() == other.items.with(Vec::len);
        for (variable, value) in &items {
            same = same
                && match other.find(variable) {
                    Some(found) => compare::eq(vm, value, &found)?,
                    None => false,
                };
        }
        Ok(Value::bool(same == (op == CompareOp::Eq)))
    }

    /// Call a function in this context.
    #[pymethod]
    fn run(zelf: &Py<Self>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let Some(function) = args.positional().first() else {
            return Err(vm.type_error("run() missing 1 required positional argument"));
        };
        if zelf.entered.get() {
            let shown = repr::repr(vm, &zelf.as_value())?;
            return Err(vm.runtime_error(format!(
                "cannot enter context: {} is already entered",
                shown.to_string_lossy()
            )));
        }
        zelf.entered.set(true);
        let outer = vm.thread().context.replace(Some(zelf.to_value()));
        let result = call::call(vm, function, Args::new(&args.all_values()[1..], args.kwnames()));
        vm.thread().context.set(outer);
        zelf.entered.set(false);
        result
    }

    /// Return a shallow copy of the context object.
    #[pymethod(sig = "copy($self, /)")]
    fn copy(&self, vm: &Vm) -> Value {
        let items = self.items.with(Clone::clone);
        PyRef::new(vm, PyContext::fresh(items)).into_value()
    }

    /// Return the value for `key` if `key` has the value in the context object.
    #[pymethod(sig = "get($self, key, default=None, /)")]
    fn get(&self, vm: &Vm, key: &Value, default: &Value) -> PyResult<Value> {
        Ok(self.find(Self::key(vm, key)?).unwrap_or_else(|| default.clone()))
    }

    /// Return a list of all variables in the context object.
    #[pymethod(sig = "keys($self, /)")]
    fn keys(&self, vm: &Vm) -> Value {
        vm.new_list(self.values_of(|(key, _)| key.clone()))
    }

    /// Return a list of all variables' values in the context object.
    #[pymethod(sig = "values($self, /)")]
    fn values(&self, vm: &Vm) -> Value {
        vm.new_list(self.values_of(|(_, value)| value.clone()))
    }

    /// Return all variables and their values in the context object.
    #[pymethod(sig = "items($self, /)")]
    fn items(&self, vm: &Vm) -> Value {
        let items = self.items.with(Clone::clone);
        let pair = |(key, value)| vm.new_tuple(vec![key, value]);
        vm.new_list(items.into_iter().map(pair).collect())
    }

    #[pyslot]
    fn iter(&self, vm: &Vm) -> PyResult<Value> {
        vm::protocol::iter::get_iter(vm, &self.keys(vm))
    }

    #[pyslot]
    fn mp_length(&self) -> usize {
        self.items.with(Vec::len)
    }

    #[pyslot]
    fn mp_subscript(&self, vm: &Vm, key: &Value) -> PyResult<Value> {
        self.find(Self::key(vm, key)?).ok_or_else(|| vm.key_error(key))
    }

    #[pyslot]
    fn sq_contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        Ok(self.find(Self::key(vm, key)?).is_some())
    }
}

#[pymethods(table = VARIABLE)]
impl PyContextVar {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [name, default] = bind(vm, "ContextVar", &args, ["", "default"], 1, 1)?;
        let Some(name) = name.filter(|name| name.downcast_ref::<PyStr>().is_some()) else {
            return Err(vm.type_error("context variable name must be a str"));
        };
        let payload = PyContextVar {
            name: name.clone(),
            default: default.cloned(),
        };
        Ok(alloc::new_object(cls, payload).into_value())
    }

    /// Return a value for the context variable for the current context.
    #[pymethod(sig = "get($self, default=<unrepresentable>, /)")]
    fn get(zelf: &Py<Self>, vm: &Vm, default: Option<&Value>) -> PyResult<Value> {
        let context = current(vm);
        let found = context
            .downcast_ref::<PyContext>()
            .and_then(|context| context.find(&zelf.as_value()));
        found
            .or_else(|| default.cloned())
            .or_else(|| zelf.default.clone())
            .ok_or_else(|| vm.new_exception(ExcKind::LookupError, zelf.to_value()))
    }

    /// Call to set a new value for the context variable in the current context.
    #[pymethod(sig = "set($self, value, /)")]
    fn set(zelf: &Py<Self>, vm: &Vm, value: &Value) -> Value {
        let context = current(vm);
        let old = context
            .downcast_ref::<PyContext>()
            .and_then(|context| context.replace(&zelf.as_value(), Some(value.clone())));
        let payload = PyToken {
            context,
            variable: zelf.to_value(),
            old,
            used: Cell::new(false),
        };
        PyRef::new(vm, payload).into_value()
    }

    /// Reset the context variable.
    #[pymethod(sig = "reset($self, token, /)")]
    fn reset(zelf: &Py<Self>, vm: &Vm, token: &Value) -> PyResult<()> {
        let Some(known) = token.downcast_ref::<PyToken>() else {
            return Err(vm.type_error(format!(
                "expected an instance of Token, got {}",
                repr::repr(vm, token)?.to_string_lossy()
            )));
        };
        let shown = |vm: &Vm| repr::repr(vm, token).map(|text| text.to_string_lossy().into_owned());
        if known.used.get() {
            return Err(vm.runtime_error(format!("{} has already been used once", shown(vm)?)));
        }
        if !known.variable.is(&zelf.as_value()) {
            return Err(vm.value_error(format!(
                "{} was created by a different ContextVar",
                shown(vm)?
            )));
        }
        let context = current(vm);
        if !known.context.is(&context) {
            return Err(vm.value_error(format!(
                "{} was created in a different Context",
                shown(vm)?
            )));
        }
        known.used.set(true);
        if let Some(context) = context.downcast_ref::<PyContext>() {
            drop(context.replace(&zelf.as_value(), known.old.clone()));
        }
        Ok(())
    }

    #[pygetset]
    fn name(&self) -> Value {
        self.name.clone()
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str("<ContextVar ...>"));
        };
        let name = repr::repr(vm, &zelf.name)?;
        let default = match &zelf.default {
            Some(default) => format!(" default={}", repr::repr(vm, default)?.to_string_lossy()),
            None => String::new(),
        };
        let address = zelf.as_value().bits();
        let name = name.to_string_lossy();
        Ok(vm.new_str(&format!("<ContextVar name={name}{default} at {address:#x}>")))
    }

    /// Variables are generic in the type of their values.
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        let alias = vm::types::generic_alias::PyGenericAlias::of(vm, cls.to_value(), item.clone())?;
        Ok(alias.into_value())
    }
}

#[pymethods(table = TOKEN)]
impl PyToken {
    #[pyslot]
    fn new(_cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "Token", &args)?;
        arity(vm, "Token", args.positional().len(), 0, usize::MAX)?;
        Err(vm.runtime_error("Tokens can only be created by ContextVars"))
    }

    #[pyconst]
    #[expect(non_snake_case, reason = "Python's name")]
    fn MISSING(vm: &Vm) -> Value {
        missing(vm)
    }

    #[pygetset]
    fn var(&self) -> Value {
        self.variable.clone()
    }

    #[pygetset]
    fn old_value(&self, vm: &Vm) -> Value {
        self.old.clone().unwrap_or_else(|| missing(vm))
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let used = if zelf.used.get() { " used" } else { "" };
        let variable = repr::repr(vm, &zelf.variable)?;
        let address = zelf.as_value().bits();
        let variable = variable.to_string_lossy();
        Ok(vm.new_str(&format!("<Token{used} var={variable} at {address:#x}>")))
    }

    /// Tokens are generic in the type of their values.
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        let alias = vm::types::generic_alias::PyGenericAlias::of(vm, cls.to_value(), item.clone())?;
        Ok(alias.into_value())
    }
}

/// Context Variables
#[pymodule(
    name = "_contextvars",
    types(super::PyContext, super::PyContextVar, super::PyToken)
)]
mod contextvars_module {
    use super::{PyContext, current};
    use vm::context::Vm;
    use vm::object::{PyRef, Value};

    /// A copy of the current context.
    #[pyfunction(sig = "copy_context($module, /)", no_text_signature)]
    fn copy_context(vm: &Vm) -> Value {
        let context = current(vm);
        let items = context
            .downcast_ref::<PyContext>()
            .map_or_else(Vec::new, |context| context.items.with(Clone::clone));
        PyRef::new(vm, PyContext::fresh(items)).into_value()
    }
}
