//! The method resolution order: C3, or what the metaclass's `mro()` gives.
//!
//! CPython 3.11: `pmerge`, `mro_implementation`, `mro_invoke` in `Objects/typeobject.c`.

use super::bases::solid_base;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value};
use crate::protocol::lookup::{call_special, type_lookup};
use crate::protocol::{iter, repr};
use crate::types::tuple::value::PyTuple;

/// The linearisation of a type from its bases (`type.mro`).
pub fn c3(vm: &Vm, ty: &Py<PyType>) -> PyResult<Vec<Value>> {
    let bases = match ty.bases.get() {
        Some(bases) => bases,
        None => return Ok(vec![ty.to_value()]),
    };
    let bases = bases.as_slice();
    if let [base] = bases
        && let Some(of_base) = base
            .downcast_ref::<PyType>()
            .and_then(|base| base.mro_ref())
    {
        let mut mro = Vec::with_capacity(of_base.len() + 1);
        mro.push(ty.to_value());
        mro.extend_from_slice(of_base.as_slice());
        return Ok(mro);
    }
    let mut lists: Vec<Vec<Value>> = Vec::with_capacity(bases.len() + 1);
    for base in bases {
        let mro = base
            .downcast_ref::<PyType>()
            .and_then(|base| base.mro_ref());
        match mro {
            Some(mro) => lists.push(mro.as_slice().to_vec()),
            None => {
                let name = repr::repr_text(vm, base)?;
                return Err(vm.type_error(format!("Cannot extend an incomplete type '{name}'")));
            }
        }
    }
    check_duplicates(vm, bases)?;
    lists.push(bases.to_vec());
    merge(vm, ty, &lists)
}

fn check_duplicates(vm: &Vm, bases: &[Value]) -> PyResult<()> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].iter().any(|earlier| earlier.is(base)) {
            let name = base
                .downcast_ref::<PyType>()
                .map_or_else(String::new, |base| base.name_str());
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    Ok(())
}

/// Takes the first head that is in no other list's tail, again and again.
fn merge(vm: &Vm, ty: &Py<PyType>, lists: &[Vec<Value>]) -> PyResult<Vec<Value>> {
    let mut mro = vec![ty.to_value()];
    let mut heads = vec![0; lists.len()];
    loop {
        let mut done = true;
        let mut chosen = None;
        for (list, &head) in lists.iter().zip(&heads) {
            let Some(candidate) = list.get(head) else {
                continue;
            };
            done = false;
            let in_a_tail = lists
                .iter()
                .zip(&heads)
                .any(|(other, &head)| other.iter().skip(head + 1).any(|value| value.is(candidate)));
            if !in_a_tail {
                chosen = Some(candidate);
                break;
            }
        }
        match chosen {
            Some(chosen) => {
                mro.push(chosen.clone());
                for (list, head) in lists.iter().zip(&mut heads) {
                    if list.get(*head).is_some_and(|value| value.is(chosen)) {
                        *head += 1;
                    }
                }
            }
            None if done => return Ok(mro),
            None => return Err(inconsistent(vm, lists, &heads)),
        }
    }
}

#[cold]
fn inconsistent(vm: &Vm, lists: &[Vec<Value>], heads: &[usize]) -> PyErr {
    let mut blocking: Vec<&Value> = Vec::new();
    for (list, &head) in lists.iter().zip(heads) {
        if let Some(value) = list.get(head)
            && !blocking.iter().any(|known| known.is(value))
        {
            blocking.push(value);
        }
    }
    let names: Vec<String> = blocking
        .iter()
        .filter_map(|value| value.downcast_ref::<PyType>())
        .map(|ty| ty.name_str())
        .collect();
    vm.type_error(format!(
        "Cannot create a consistent method resolution\norder (MRO) for bases {}",
        names.join(", ")
    ))
}

/// The MRO a type is to have: its metaclass's `mro()` is asked when there is one of its own.
pub fn compute(vm: &Vm, ty: &Py<PyType>) -> PyResult<PyRef<PyTuple>> {
    let metatype = ty.object().class();
    let is_own = |mro: Value| {
        let of_type = vm
            .types
            .type_
            .in_namespace(|dict| dict.get_str(&vm.names.mro));
        of_type.flatten().is_some_and(|of_type| of_type.is(&mro))
    };
    if metatype.is(&vm.types.type_) || type_lookup(vm, metatype, &vm.names.mro).is_some_and(is_own)
    {
        return Ok(PyTuple::new(vm, c3(vm, ty)?));
    }
    let result = call_special(vm, &ty.as_value(), &vm.names.mro, &[])?;
    let mro = iter::to_vec(vm, &result)?;
    if mro.is_empty() {
        return Err(vm.type_error("type MRO must not be empty"));
    }
    let solid = solid_base(vm, ty);
    for value in &mro {
        let Some(base) = value.downcast_ref::<PyType>() else {
            return Err(vm.type_error(format!(
                "mro() returned a non-class ('{}')",
                value.class(vm).tp_name()
            )));
        };
        if !solid.is_subtype(&solid_base(vm, base)) {
            return Err(vm.type_error(format!(
                "mro() returned base with unsuitable layout ('{}')",
                base.tp_name()
            )));
        }
    }
    Ok(PyTuple::new(vm, mro))
}
