//! Attributes of any object: reading, setting, deleting, and finding methods without binding them.
//!
//! `generic_getattr` and `generic_setattr` are what `object` puts into its slots; everything else dispatches through slots.
//!
//! CPython 3.11: `PyObject_GetAttr`, `_PyObject_GenericGetAttrWithDict`, `_PyObject_GetMethod` in `Objects/object.c`.

use super::lookup::type_lookup;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value, instance, type_flag};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::{module, type_};

/// `object.name`
#[inline]
pub fn get(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Value> {
    match object.class(vm).slots.getattro.get() {
        Some(getattro) => match getattro(vm, object, &name.as_value()) {
            Err(error) => Err(with_place(vm, object, name, error)),
            found => found,
        },
        None => Err(missing(vm, object, name)),
    }
}

/// Tells an AttributeError that does not know it yet what was looked for where (`set_attribute_error_context`).
#[cold]
#[inline(never)]
fn with_place(vm: &Vm, object: &Value, name: &Py<PyStr>, error: PyErr) -> PyErr {
    if error.is(vm, ExcKind::AttributeError) {
        error.note_attribute(object, name);
    }
    error
}

/// `object.name`, where asking for an attribute by an arbitrary value is refused as `getattr` does.
pub fn get_by_value(vm: &Vm, object: &Value, name: &Value) -> PyResult<Value> {
    get(vm, object, name_of(vm, name)?)
}

/// `object.name`, `None` when that raises AttributeError. Does not make the exception where it can be avoided.
pub fn get_opt(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let class = object.class(vm);
    let found = if class.has_flag(type_flag::GENERIC_GETATTR) {
        generic_getattr_opt(vm, object, name)
    } else if class.is(&vm.types.module) {
        module::getattr_opt(vm, object, name)
    } else if class.is(&vm.types.type_)
        && let Some(ty) = object.downcast_ref::<PyType>()
    {
        type_::access::getattr_opt(vm, ty, name)
    } else {
        get(vm, object, name).map(Some)
    };
    match found {
        Err(error) if error.is(vm, ExcKind::AttributeError) => Ok(None),
        found => found,
    }
}

/// `hasattr(object, name)`
pub fn has(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<bool> {
    get_opt(vm, object, name).map(|found| found.is_some())
}

/// `object.name = value`
pub fn set(vm: &Vm, object: &Value, name: &Py<PyStr>, value: Value) -> PyResult<()> {
    set_or_delete(vm, object, name, Some(value))
}

/// `del object.name`
pub fn delete(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<()> {
    set_or_delete(vm, object, name, None)
}

/// `object.name = value`, or `del object.name` without value.
pub fn set_or_delete(
    vm: &Vm,
    object: &Value,
    name: &Py<PyStr>,
    value: Option<Value>,
) -> PyResult<()> {
    let class = object.class(vm);
    let Some(setattro) = class.slots.setattro.get() else {
        let what = if value.is_some() { "assign to" } else { "del" };
        return Err(vm.type_error(format!(
            "'{}' object has no attributes ({what} .{})",
            class.tp_name(),
            name.to_string_lossy()
        )));
    };
    if name.is_interned() {
        return setattro(vm, object, &name.as_value(), value);
    }
    let name = vm.intern(name.to_ref());
    setattro(vm, object, &name.as_value(), value)
}

/// The name an attribute is asked for by.
pub fn name_of<'a>(vm: &Vm, name: &'a Value) -> PyResult<&'a Py<PyStr>> {
    name.downcast_ref().ok_or_else(|| {
        vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).tp_name()
        ))
    })
}

/// `AttributeError` with the usual text.
#[cold]
#[inline(never)]
pub fn missing(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyErr {
    let text = format!(
        "'{}' object has no attribute '{}'",
        object.class(vm).tp_name(),
        name.to_string_lossy()
    );
    vm.attribute_error_for(text, object, name)
}

/// The interned form of a name, without interning one that nobody interned: such a name is in no instance's row.
#[inline(always)]
fn known_name(vm: &Vm, name: &Py<PyStr>) -> PyRef<PyStr> {
    if name.is_interned() {
        return name.to_ref();
    }
    vm.interned.find(name).unwrap_or_else(|| name.to_ref())
}

/// `object.__getattribute__`
pub fn generic_getattr(vm: &Vm, object: &Value, name: &Value) -> PyResult<Value> {
    let name = name_of(vm, name)?;
    match generic_getattr_opt(vm, object, name)? {
        Some(value) => Ok(value),
        None => Err(missing(vm, object, name)),
    }
}

/// As `generic_getattr`; `None` when there is no such attribute.
pub fn generic_getattr_opt(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let name = &known_name(vm, name);
    let class = object.class(vm);
    let found = type_lookup(vm, class, name);
    let get = found
        .as_ref()
        .and_then(|found| found.class(vm).slots.descr_get.get());
    if let (Some(found), Some(get)) = (&found, get)
        && found.class(vm).slots.descr_set.get().is_some()
    {
        return get(vm, found, Some(object), Some(&class.as_value())).map(Some);
    }
    if class.has_flag(type_flag::HAS_DICT)
        && let Some(value) = object
            .as_object()
            .and_then(|object| instance::get_own(object, name))
    {
        return Ok(Some(value));
    }
    match (found, get) {
        (Some(found), Some(get)) => {
            get(vm, &found, Some(object), Some(&class.as_value())).map(Some)
        }
        (found, _) => Ok(found),
    }
}

/// As `generic_getattr_opt` for an object whose own attributes are in `dict`.
pub fn generic_getattr_in(
    vm: &Vm,
    object: &Value,
    name: &Py<PyStr>,
    dict: &Py<PyDict>,
) -> PyResult<Option<Value>> {
    let class = object.class(vm);
    let found = type_lookup(vm, class, name);
    let get = found
        .as_ref()
        .and_then(|found| found.class(vm).slots.descr_get.get());
    let is_data = found
        .as_ref()
        .is_some_and(|found| found.class(vm).slots.descr_set.get().is_some());
    if !(is_data && get.is_some())
        && let Some(value) = dict.get_str(name)
    {
        return Ok(Some(value));
    }
    match (found, get) {
        (Some(found), Some(get)) => {
            get(vm, &found, Some(object), Some(&class.as_value())).map(Some)
        }
        (found, _) => Ok(found),
    }
}

/// As `generic_setattr` for an object whose own attributes are in `dict`.
pub fn generic_setattr_in(
    vm: &Vm,
    object: &Value,
    name: &Py<PyStr>,
    value: Option<Value>,
    dict: &Py<PyDict>,
) -> PyResult<()> {
    let found = type_lookup(vm, object.class(vm), name);
    if let Some(found) = &found
        && let Some(set) = found.class(vm).slots.descr_set.get()
    {
        return set(vm, found, object, value);
    }
    match value {
        Some(value) => {
            dict.set_str(vm, name, value);
            Ok(())
        }
        None if dict.delete_str(name) => Ok(()),
        None => Err(missing(vm, object, name)),
    }
}

/// `object.__setattr__` and `object.__delattr__`
pub fn generic_setattr(
    vm: &Vm,
    object: &Value,
    name: &Value,
    value: Option<Value>,
) -> PyResult<()> {
    let name = name_of(vm, name)?;
    let class = object.class(vm);
    let found = type_lookup(vm, class, name);
    if let Some(found) = &found
        && let Some(set) = found.class(vm).slots.descr_set.get()
    {
        return set(vm, found, object, value);
    }
    let Some(heap_object) = object
        .as_object()
        .filter(|_| class.has_flag(type_flag::HAS_DICT))
    else {
        let (class, name) = (class.tp_name(), name.to_string_lossy());
        return Err(vm.attribute_error(match found {
            None => format!("'{class}' object has no attribute '{name}'"),
            Some(_) => format!("'{class}' object attribute '{name}' is read-only"),
        }));
    };
    let name = vm.intern(name.to_ref());
    match value {
        Some(value) => {
            instance::set_own(vm, heap_object, &name, value);
            Ok(())
        }
        None if instance::delete_own(vm, heap_object, &name) => Ok(()),
        None => Err(vm.attribute_error(format!(
            "'{}' object has no attribute '{}'",
            class.tp_name(),
            name.to_string_lossy()
        ))),
    }
}

/// A method as `LOAD_METHOD` wants it: with `true`, a callable that the object must be passed to first; with `false`, the attribute.
#[inline]
pub fn get_method(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<(Value, bool)> {
    let class = object.class(vm);
    if !class.has_flag(type_flag::GENERIC_GETATTR) {
        return get(vm, object, name).map(|value| (value, false));
    }
    let found = type_lookup(vm, class, name);
    let mut getter = None;
    let mut is_method = false;
    if let Some(found) = &found {
        let kind = found.class(vm);
        if kind.has_flag(type_flag::METHOD_DESCRIPTOR) {
            is_method = true;
        } else {
            getter = kind.slots.descr_get.get();
            if let Some(get) = getter
                && kind.slots.descr_set.get().is_some()
            {
                return get(vm, found, Some(object), Some(&class.as_value()))
                    .map(|value| (value, false));
            }
        }
    }
    if class.has_flag(type_flag::HAS_DICT)
        && let Some(heap_object) = object.as_object()
        && let Some(value) = instance::get_own(heap_object, &known_name(vm, name))
    {
        return Ok((value, false));
    }
    match (found, getter) {
        (Some(found), _) if is_method => Ok((found, true)),
        (Some(found), Some(get)) => {
            get(vm, &found, Some(object), Some(&class.as_value())).map(|value| (value, false))
        }
        (Some(found), None) => Ok((found, false)),
        (None, _) => Err(missing(vm, object, name)),
    }
}

/// `object.name(*args)`
pub fn call_method(vm: &Vm, object: &Value, name: &Py<PyStr>, args: &[Value]) -> PyResult<Value> {
    use super::lookup::Special;
    match get_method(vm, object, name)? {
        (method, true) => Special::Unbound(method).call(vm, object, args),
        (method, false) => Special::Bound(method).call(vm, object, args),
    }
}
