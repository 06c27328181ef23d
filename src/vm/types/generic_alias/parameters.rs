//! Type variables of generic aliases and unions, and their substitution.
//!
//! CPython 3.11: `_Py_make_parameters`, `_Py_subs_parameters` in `Objects/genericaliasobject.c`.

use super::PyGenericAlias;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value};
use crate::protocol::{attr, call, mapping, repr, truth};
use crate::types::tuple::value::PyTuple;

fn is_type(value: &Value) -> bool {
    value.downcast_ref::<PyType>().is_some()
}

fn push_once(list: &mut Vec<Value>, value: &Value) {
    if !list.iter().any(|known| known.is(value)) {
        list.push(value.clone());
    }
}

fn tuple_attr(vm: &Vm, value: &Value) -> PyResult<Option<PyRef<PyTuple>>> {
    let found = attr::get_opt(vm, value, &vm.names.__parameters__)?;
    Ok(found.and_then(|found| found.downcast::<PyTuple>().ok()))
}

/// The type variables among arguments, each once, in order. May run Python.
pub fn make(vm: &Vm, args: &Py<PyTuple>) -> PyResult<PyRef<PyTuple>> {
    let mut parameters = Vec::new();
    for arg in args.as_slice().iter().filter(|arg| !is_type(arg)) {
        if attr::get_opt(vm, arg, &vm.names.__typing_subst__)?.is_some() {
            push_once(&mut parameters, arg);
        } else if let Some(inner) = tuple_attr(vm, arg)? {
            for parameter in inner.as_slice() {
                push_once(&mut parameters, parameter);
            }
        }
    }
    Ok(PyTuple::new(vm, parameters))
}

fn position(parameters: &[Value], wanted: &Value) -> Option<usize> {
    parameters.iter().position(|parameter| parameter.is(wanted))
}

/// Substitutes inside an argument that has parameters of its own.
fn substitute_inside(
    vm: &Vm,
    object: &Value,
    parameters: &[Value],
    items: &[Value],
) -> PyResult<Value> {
    let Some(inner) = tuple_attr(vm, object)?.filter(|inner| inner.len() != 0) else {
        return Ok(object.clone());
    };
    let mut args = Vec::with_capacity(inner.len());
    for arg in inner.as_slice() {
        let Some(place) = position(parameters, arg) else {
            args.push(arg.clone());
            continue;
        };
        let item = &items[place];
        // A TypeVarTuple can be iterated and stands for many.
        match item.downcast_ref::<PyTuple>() {
            Some(many) if parameters[place].class(vm).slots.iter.get().is_some() => {
                args.extend_from_slice(many.as_slice());
            }
            _ => args.push(item.clone()),
        }
    }
    mapping::get_item(vm, object, &vm.new_tuple(args))
}

fn is_unpacked_typevartuple(vm: &Vm, arg: &Value) -> PyResult<bool> {
    let name = vm.intern_str("__typing_is_unpacked_typevartuple__");
    match attr::get_opt(vm, arg, &name)? {
        Some(answer) => truth::is_true(vm, &answer),
        None => Ok(false),
    }
}

fn unpacked_tuple_args(vm: &Vm, arg: &Value) -> PyResult<Option<PyRef<PyTuple>>> {
    if let Some(alias) = arg.downcast_ref::<PyGenericAlias>()
        && alias.starred
        && alias.origin.is(&vm.types.tuple.as_value())
    {
        return Ok(Some(alias.args.clone()));
    }
    let name = vm.intern_str("__typing_unpacked_tuple_args__");
    Ok(attr::get_opt(vm, arg, &name)?.and_then(|args| args.downcast::<PyTuple>().ok()))
}

/// Spreads `*tuple[...]` among the arguments of a subscription.
fn unpack_args(vm: &Vm, item: &Value) -> PyResult<Vec<Value>> {
    let items = match item.downcast_ref::<PyTuple>() {
        Some(tuple) => tuple.as_slice(),
        None => std::slice::from_ref(item),
    };
    let mut result = Vec::with_capacity(items.len());
    for item in items {
        if !is_type(item)
            && let Some(inner) = unpacked_tuple_args(vm, item)?
            && !inner
                .as_slice()
                .last()
                .is_some_and(|last| last.is(&Value::Ellipsis))
        {
            result.extend_from_slice(inner.as_slice());
        } else {
            result.push(item.clone());
        }
    }
    Ok(result)
}

/// The arguments of `object[item]` when `object` has `args` with these parameters. May run Python.
pub fn substitute(
    vm: &Vm,
    object: &Value,
    args: &Py<PyTuple>,
    parameters: &Py<PyTuple>,
    item: &Value,
) -> PyResult<Vec<Value>> {
    let parameters = parameters.as_slice();
    if parameters.is_empty() {
        return Err(vm.type_error(format!(
            "{} is not a generic class",
            repr::repr_text(vm, object)?
        )));
    }
    let mut item = vm.new_tuple(unpack_args(vm, item)?);
    for parameter in parameters {
        let prepare = attr::get_opt(vm, parameter, &vm.names.__typing_prepare_subst__)?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is_none()) {
            let packed = match item.downcast_ref::<PyTuple>() {
                Some(_) => item.clone(),
                None => vm.new_tuple(vec![item.clone()]),
            };
            item = call::call_args(vm, &prepare, &[object.clone(), packed])?;
        }
    }
    let items = match item.downcast_ref::<PyTuple>() {
        Some(tuple) => tuple.as_slice(),
        None => std::slice::from_ref(&item),
    };
    if items.len() != parameters.len() {
        return Err(vm.type_error(format!(
            "Too {} arguments for {}; actual {}, expected {}",
            if items.len() > parameters.len() {
                "many"
            } else {
                "few"
            },
            repr::repr_text(vm, object)?,
            items.len(),
            parameters.len()
        )));
    }
    let mut result = Vec::with_capacity(args.len());
    for arg in args.as_slice() {
        if is_type(arg) {
            result.push(arg.clone());
            continue;
        }
        let unpack = is_unpacked_typevartuple(vm, arg)?;
        let subst = attr::get_opt(vm, arg, &vm.names.__typing_subst__)?;
        let new = match (subst, position(parameters, arg)) {
            (Some(subst), Some(place)) => call::call1(vm, &subst, &items[place])?,
            _ => substitute_inside(vm, arg, parameters, items)?,
        };
        match new.downcast_ref::<PyTuple>() {
            Some(many) if unpack => result.extend_from_slice(many.as_slice()),
            _ => result.push(new),
        }
    }
    Ok(result)
}
