//! `except` and `except*`: which exceptions a clause takes.
//!
//! CPython 3.11: `PyErr_GivenExceptionMatches` in `Python/errors.c`; `check_except_type_valid`, `exception_group_match` in
//! `Python/ceval.c`; `_PyExc_PrepReraiseStar` in `Objects/exceptions.c`.

use super::group::{self, Matcher};
use super::raise::is_exception_class;
use super::value::{PyBaseException, PyExceptionGroup};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Payload, PyType, Value};
use crate::protocol::call;
use crate::types::tuple::value::PyTuple;

/// Whether an exception (instance or class) is of a class, or of one in a tuple, nested ones included.
pub fn matches(vm: &Vm, exception: &Value, wanted: &Value) -> PyResult<bool> {
    if let Some(classes) = wanted.downcast_ref::<PyTuple>() {
        let _guard = vm.enter_recursive(" in exception matching")?;
        for class in classes.as_slice() {
            if matches(vm, exception, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let class = match exception.downcast_ref::<PyBaseException>() {
        Some(exception) => exception.object().class().to_value(),
        None => exception.clone(),
    };
    Ok(
        match (
            class.downcast_ref::<PyType>(),
            wanted.downcast_ref::<PyType>(),
        ) {
            (Some(class), Some(wanted)) if is_exception_class(&wanted.as_value()) => {
                class.is_subtype(wanted)
            }
            _ => class.is(wanted),
        },
    )
}

/// Calls `f` with the class of an `except` clause, or each class of its tuple (one level, as CPython checks).
fn each_class(clause: &Value, mut f: impl FnMut(&Value) -> PyResult<()>) -> PyResult<()> {
    match clause.downcast_ref::<PyTuple>() {
        Some(classes) => classes.as_slice().iter().try_for_each(f),
        None => f(clause),
    }
}

/// The TypeError for an `except` clause that names no exception class.
pub fn check_except(vm: &Vm, clause: &Value) -> PyResult<()> {
    each_class(clause, |class| {
        if is_exception_class(class) {
            Ok(())
        } else {
            Err(vm.type_error(
                "catching classes that do not inherit from BaseException is not allowed",
            ))
        }
    })
}

/// The same for `except*`, which also refuses exception groups.
pub fn check_except_star(vm: &Vm, clause: &Value) -> PyResult<()> {
    check_except(vm, clause)?;
    each_class(clause, |class| match class.downcast_ref::<PyType>() {
        Some(class) if class.is_subtype(PyExceptionGroup::class(vm)) => Err(vm.type_error(
            "catching ExceptionGroup with except* is not allowed. Use except instead.",
        )),
        _ => Ok(()),
    })
}

/// What an `except*` clause takes of an exception, and what is left; `None` on either side when nothing is. An exception that is not
/// touched is left as it was.
pub fn match_star(vm: &Vm, exception: &Value, clause: &Value) -> PyResult<(Value, Value)> {
    if exception.is_none() {
        return Ok((Value::None, Value::None));
    }
    let is_group = exception.downcast_ref::<PyExceptionGroup>().is_some();
    if matches(vm, exception, clause)? {
        if is_group {
            return Ok((exception.clone(), Value::None));
        }
        let wrapped = group::create(vm, "", vm.new_tuple(vec![exception.clone()]))?;
        return Ok((wrapped, Value::None));
    }
    if !is_group {
        return Ok((Value::None, exception.clone()));
    }
    let split = vm.intern_str("split");
    let pair = call::call_method(vm, exception, &split, std::slice::from_ref(clause))?;
    let name = exception.class(vm).tp_name();
    let Some(pair) = pair.downcast_ref::<PyTuple>() else {
        return Err(vm.type_error(format!(
            "{name}.split must return a tuple, not {}",
            pair.class(vm).tp_name()
        )));
    };
    match pair.as_slice() {
        [taken, ..] if taken.is_none() => Ok((Value::None, exception.clone())),
        [taken, rest, ..] => Ok((taken.clone(), rest.clone())),
        short => Err(vm.type_error(format!(
            "{name}.split must return a 2-tuple, got tuple of size {}",
            short.len()
        ))),
    }
}

fn same_metadata(a: &PyBaseException, b: &PyBaseException) -> bool {
    [
        (&a.traceback, &b.traceback),
        (&a.cause, &b.cause),
        (&a.context, &b.context),
    ]
    .into_iter()
    .all(|(a, b)| match (a.get(), b.get()) {
        (None, None) => true,
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    })
}

/// What to raise at the end of a `try` with `except*` clauses: `orig` was caught, `raised` is what the clauses raised or raised again.
/// `None` when nothing is left.
pub fn prep_reraise_star(vm: &Vm, orig: &Value, raised: &[Value]) -> PyResult<Value> {
    let Some(first) = raised.first() else {
        return Ok(Value::None);
    };
    let Some(original) = orig.downcast_ref::<PyExceptionGroup>() else {
        return Ok(first.clone());
    };
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for exception in raised {
        let Some(base) = exception.downcast_ref::<PyBaseException>() else {
            continue;
        };
        if same_metadata(
            base,
            super::value::ExceptionPayload::base(original.payload()),
        ) {
            again.push(exception.clone());
        } else {
            fresh.push(exception.clone());
        }
    }
    let mut leaves = Vec::new();
    for exception in &again {
        group::collect_leaves(vm, exception, &mut leaves)?;
    }
    let (kept, _) = group::split(vm, orig, &Matcher::Instances(leaves), false)?;
    if fresh.is_empty() {
        return Ok(kept.unwrap_or(Value::None));
    }
    fresh.extend(kept);
    if let [only] = &fresh[..] {
        return Ok(only.clone());
    }
    group::create(vm, "", vm.new_list(fresh))
}

/// Whether the error is of any of these kinds.
pub fn is_any(vm: &Vm, error: &crate::context::PyErr, kinds: &[ExcKind]) -> bool {
    kinds.iter().any(|kind| error.is(vm, *kind))
}
