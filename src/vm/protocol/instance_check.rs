//! `isinstance` and `issubclass`.
//!
//! CPython 3.11: `PyObject_IsInstance`, `PyObject_IsSubclass`, `abstract_issubclass` in `Objects/abstract.c`.

use super::{attr, lookup, truth};
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use crate::types::union::PyUnion;

/// `isinstance(object, class)`
pub fn isinstance(vm: &Vm, object: &Value, class: &Value) -> PyResult<bool> {
    if object.class(vm).as_value().is(class) {
        return Ok(true);
    }
    if class.class(vm).is(&vm.types.type_) {
        return real_isinstance(vm, object, class);
    }
    let name = &vm.names.__instancecheck__;
    match by_tuple_or_hook(vm, object, class, name, isinstance)? {
        Some(answer) => Ok(answer),
        None => real_isinstance(vm, object, class),
    }
}

/// `issubclass(derived, class)`
pub fn issubclass(vm: &Vm, derived: &Value, class: &Value) -> PyResult<bool> {
    if class.class(vm).is(&vm.types.type_) {
        return Ok(derived.is(class) || real_issubclass(vm, derived, class)?);
    }
    let name = &vm.names.__subclasscheck__;
    match by_tuple_or_hook(vm, derived, class, name, issubclass)? {
        Some(answer) => Ok(answer),
        None => real_issubclass(vm, derived, class),
    }
}

type Check = fn(&Vm, &Value, &Value) -> PyResult<bool>;

/// Tuples of classes, and classes whose type has a say; `None` when neither applies.
fn by_tuple_or_hook(
    vm: &Vm,
    object: &Value,
    class: &Value,
    hook: &Py<PyStr>,
    again: Check,
) -> PyResult<Option<bool>> {
    let what = if hook.is(&*vm.names.__instancecheck__) {
        " in __instancecheck__"
    } else {
        " in __subclasscheck__"
    };
    let union = class.downcast_ref::<PyUnion>();
    let classes = match union {
        Some(union) => Some(&*union.args),
        None => class.downcast_ref::<PyTuple>(),
    };
    if let Some(classes) = classes {
        let _guard = vm.enter_recursive(what)?;
        for class in classes.as_slice() {
            if again(vm, object, class)? {
                return Ok(Some(true));
            }
        }
        return Ok(Some(false));
    }
    let Some(checker) = lookup::lookup_special(vm, class, hook)? else {
        return Ok(None);
    };
    let _guard = vm.enter_recursive(what)?;
    let answer = checker.call(vm, class, std::slice::from_ref(object))?;
    truth::is_true(vm, &answer).map(Some)
}

/// `type.__instancecheck__`: by the object's type, then by its `__class__`.
pub fn real_isinstance(vm: &Vm, object: &Value, class: &Value) -> PyResult<bool> {
    let Some(ty) = class.downcast_ref::<PyType>() else {
        check_class(
            vm,
            class,
            "isinstance() arg 2 must be a type, a tuple of types, or a union",
        )?;
        return match attr::get_opt(vm, object, &vm.names.__class__)? {
            Some(of_object) => abstract_issubclass(vm, &of_object, class),
            None => Ok(false),
        };
    };
    if object.class(vm).is_subtype(ty) {
        return Ok(true);
    }
    let Some(claimed) = attr::get_opt(vm, object, &vm.names.__class__)? else {
        return Ok(false);
    };
    Ok(match claimed.downcast_ref::<PyType>() {
        Some(claimed) => !claimed.is(object.class(vm)) && claimed.is_subtype(ty),
        None => false,
    })
}

/// `type.__subclasscheck__`: by the MRO, or by `__bases__` when one of them is no type.
pub fn real_issubclass(vm: &Vm, derived: &Value, class: &Value) -> PyResult<bool> {
    if let (Some(derived), Some(class)) = (
        derived.downcast_ref::<PyType>(),
        class.downcast_ref::<PyType>(),
    ) {
        return Ok(derived.is_subtype(class));
    }
    check_class(vm, derived, "issubclass() arg 1 must be a class")?;
    check_class(
        vm,
        class,
        "issubclass() arg 2 must be a class, a tuple of classes, or a union",
    )?;
    abstract_issubclass(vm, derived, class)
}

/// `__bases__`, when that is a tuple.
fn abstract_bases(vm: &Vm, class: &Value) -> PyResult<Option<PyRef<PyTuple>>> {
    let bases = attr::get_opt(vm, class, &vm.names.__bases__)?;
    Ok(bases.and_then(|bases| bases.downcast::<PyTuple>().ok()))
}

fn check_class(vm: &Vm, class: &Value, message: &str) -> PyResult<()> {
    match abstract_bases(vm, class)? {
        Some(_) => Ok(()),
        None => Err(vm.type_error(message)),
    }
}

/// Most bases in a chain that are looked at.
const CHAIN_MAX: usize = 100_000;

fn abstract_issubclass(vm: &Vm, derived: &Value, class: &Value) -> PyResult<bool> {
    let _guard = vm.enter_recursive(" in __issubclass__")?;
    let mut derived = derived.clone();
    // One base after the other needs no recursion, but a program may lie about its bases.
    for _ in 0..CHAIN_MAX {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = abstract_bases(vm, &derived)? else {
            return Ok(false);
        };
        match bases.as_slice() {
            [] => return Ok(false),
            [only] => derived = only.clone(),
            several => {
                for base in several {
                    if abstract_issubclass(vm, base, class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
    Err(vm.recursion_exceeded(" in __issubclass__"))
}
