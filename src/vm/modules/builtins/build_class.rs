//! `__build_class__`: what a class statement calls.
//!
//! CPython 3.11: `builtin___build_class__`, `update_bases` in `Python/bltinmodule.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::interp::eval;
use crate::object::{Args, PyRef, PyType, Value};
use crate::protocol::{attr, call};
use crate::types::cell::PyCellObject;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::native;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// The bases with `__mro_entries__` of those that are no classes asked; `None` when nothing changes.
fn resolve_bases(vm: &Vm, bases: &PyRef<PyTuple>) -> PyResult<Option<Vec<Value>>> {
    let mut resolved: Option<Vec<Value>> = None;
    for (index, base) in bases.as_slice().iter().enumerate() {
        let entries = if base.downcast_ref::<PyType>().is_some() {
            None
        } else {
            attr::get_opt(vm, base, &vm.names.__mro_entries__)?
        };
        let Some(entries) = entries else {
            if let Some(resolved) = &mut resolved {
                resolved.push(base.clone());
            }
            continue;
        };
        let entries = call::call1(vm, &entries, &bases.as_value())?;
        let Some(entries) = entries.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        resolved
            .get_or_insert_with(|| bases.as_slice()[..index].to_vec())
            .extend_from_slice(entries.as_slice());
    }
    Ok(resolved)
}

/// The metaclass: the one given, or the type of the first base, and then the most derived of the bases' types.
fn find_metaclass(vm: &Vm, given: Option<Value>, bases: &[Value]) -> PyResult<Value> {
    let start = match given {
        Some(given) => given,
        None => match bases.first() {
            Some(base) => base.class(vm).to_value(),
            None => vm.types.type_.to_value(),
        },
    };
    let Some(mut winner) = start.downcast_ref::<PyType>().map(|ty| ty.to_ref()) else {
        return Ok(start);
    };
    for base in bases {
        let class = base.class(vm);
        if winner.is_subtype(class) {
            continue;
        }
        if class.is_subtype(&winner) {
            winner = class.to_ref();
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner.into_value())
}

/// The namespace the body runs in.
fn prepare(
    vm: &Vm,
    metaclass: &Value,
    name: &Value,
    bases: &PyRef<PyTuple>,
    keywords: Option<&PyRef<PyDict>>,
) -> PyResult<Value> {
    let Some(prepare) = attr::get_opt(vm, metaclass, &vm.names.__prepare__)? else {
        return Ok(PyDict::new(vm).into_value());
    };
    let arguments = [name.clone(), bases.to_value()];
    let namespace = call::call_dict(
        vm,
        &prepare,
        &arguments,
        keywords.map(|keywords| &**keywords),
    )?;
    let is_mapping = namespace.downcast_ref::<PyDict>().is_some()
        || crate::protocol::mapping::is_mapping(vm, &namespace);
    if is_mapping {
        return Ok(namespace);
    }
    let who = match metaclass.downcast_ref::<PyType>() {
        Some(metaclass) => metaclass.name_str(),
        None => String::from("<metaclass>"),
    };
    Err(vm.type_error(format!(
        "{who}.__prepare__() must return a mapping, not {}",
        namespace.class(vm).tp_name()
    )))
}

/// Checks that `type.__new__` got the cell that the body made, and set it.
fn check_class_cell(vm: &Vm, class: &Value, cell: &Value, name: &Value) -> PyResult<()> {
    let Some(cell) = cell.downcast_ref::<PyCellObject>() else {
        return Ok(());
    };
    if class.downcast_ref::<PyType>().is_none() {
        return Ok(());
    }
    let found = cell.content.get();
    if found.is(class) {
        return Ok(());
    }
    let name = crate::protocol::repr::repr_text(vm, name)?;
    let error: PyErr = if found.is_null() {
        vm.runtime_error(format!(
            "__class__ not set defining {name} as {}. Was __classcell__ propagated to type.__new__?",
            crate::protocol::repr::repr_text(vm, class)?
        ))
    } else {
        vm.type_error(format!(
            "__class__ set to {} defining {name} as {}",
            crate::protocol::repr::repr_text(vm, &found)?,
            crate::protocol::repr::repr_text(vm, class)?
        ))
    };
    Err(error)
}

fn build_class(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
    let [body, name, bases @ ..] = args.positional() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    let Some(function) = body.downcast_exact::<PyFunction>(vm) else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if name.downcast_ref::<PyStr>().is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let original = PyTuple::from_slice(vm, bases);
    let resolved = resolve_bases(vm, &original)?;
    let changed = resolved.is_some();
    let bases = resolved.map_or_else(|| original.clone(), |bases| PyTuple::new(vm, bases));
    let (mut given, mut keywords) = (None, None::<PyRef<PyDict>>);
    for (key, value) in args.keywords() {
        if native::keyword_text(key) == "metaclass" {
            given = Some(value.clone());
        } else if let Some(key) = key.downcast_ref::<PyStr>() {
            keywords
                .get_or_insert_with(|| PyDict::new(vm))
                .set_str(vm, key, value.clone());
        }
    }
    let metaclass = find_metaclass(vm, given, bases.as_slice())?;
    let namespace = prepare(vm, &metaclass, name, &bases, keywords.as_ref())?;
    let cell = eval::eval_class_body(vm, function, &namespace)?;
    if changed {
        crate::protocol::mapping::set_item(
            vm,
            &namespace,
            &vm.names.__orig_bases__.as_value(),
            original.into_value(),
        )?;
    }
    let arguments = [name.clone(), bases.into_value(), namespace];
    let class = call::call_dict(vm, &metaclass, &arguments, keywords.as_deref())?;
    check_class_cell(vm, &class, &cell, name)?;
    Ok(class)
}

/// This function.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, Value};

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// What the class statement calls.
    #[pyfunction]
    fn __build_class__(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        super::build_class(vm, args)
    }
}
