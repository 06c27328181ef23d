//! Iterators and what folds them: `iter`, `next`, `all`, `any`, `min`, `max`, `sum`, `sorted`, `aiter`, `anext`.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Args, CompareOp, Value};
use crate::protocol::{call, compare, iter, number};
use crate::types::native;
use crate::types::str::value::PyStr;

use std::ops::ControlFlow;

/// `min` and `max`: the operator says when an item replaces the best one so far.
fn best(vm: &Vm, name: &str, args: Args<'_>, op: CompareOp) -> PyResult<Value> {
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        match &*native::keyword_text(keyword) {
            "key" => key = value.clone().non_none(),
            "default" => default = Some(value.clone()),
            other => {
                return Err(vm.type_error(format!(
                    "'{other}' is an invalid keyword argument for {name}()"
                )));
            }
        }
    }
    let positional = args.positional();
    if positional.is_empty() {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |item: Value| -> PyResult<()> {
        let rank = match &key {
            Some(key) => call::call1(vm, key, &item)?,
            None => item.clone(),
        };
        let replaces = match &best {
            None => true,
            Some((_, known)) => compare::rich_bool(vm, &rank, known, op)?,
        };
        if replaces {
            best = Some((item, rank));
        }
        Ok(())
    };
    match positional {
        [iterable] => iter::iterate(vm, iterable, &mut consider)?,
        several => {
            if default.is_some() {
                return Err(vm.type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            several.iter().try_for_each(|item| consider(item.clone()))?;
        }
    }
    match best.map(|(item, _)| item).or(default) {
        Some(item) => Ok(item),
        None => Err(vm.value_error(format!("{name}() arg is an empty sequence"))),
    }
}

/// The items of an iterable added to `start`.
fn sum_of(vm: &Vm, iterable: &Value, start: Value) -> PyResult<Value> {
    let class = start.class(vm);
    let wrong = if class.is_subtype(&vm.types.str) {
        Some("sum() can't sum strings [use ''.join(seq) instead]")
    } else if start.downcast_ref::<PyStr>().is_none() && class.def.is_some() {
        match &*class.tp_name() {
            "bytes" => Some("sum() can't sum bytes [use b''.join(seq) instead]"),
            "bytearray" => Some("sum() can't sum bytearray [use b''.join(seq) instead]"),
            _ => None,
        }
    } else {
        None
    };
    if let Some(message) = wrong {
        return Err(vm.type_error(message));
    }
    let mut total = start;
    iter::iterate(vm, iterable, |item| {
        let in_place = if Value::both_small_int(&total, &item) {
            Value::small_add(&total, &item)
        } else {
            None
        };
        total = match in_place {
            Some(sum) => sum,
            None => number::add(vm, &total, &item)?,
        };
        Ok(())
    })?;
    Ok(total)
}

/// Whether some item has this truth value.
fn find_truth(vm: &Vm, iterable: &Value, wanted: bool) -> PyResult<bool> {
    let found = iter::iterate_until(vm, iterable, |item| {
        let truth = crate::protocol::truth::is_true(vm, &item)?;
        Ok(if truth == wanted {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(found.is_some())
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use super::{best, find_truth, sum_of};
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, CompareOp, PyRef, Value};
    use crate::protocol::{call, iter};
    use crate::types::list::sort::sort_list;
    use crate::types::list::value::PyList;
    use crate::types::native;

    /// Return True if bool(x) is True for all values x in the iterable.
    #[pyfunction(sig = "all($module, iterable, /)")]
    fn all(vm: &Vm, iterable: &Value) -> PyResult<bool> {
        Ok(!find_truth(vm, iterable, false)?)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    #[pyfunction(sig = "any($module, iterable, /)")]
    fn any(vm: &Vm, iterable: &Value) -> PyResult<bool> {
        find_truth(vm, iterable, true)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// An iterator over an object, or over what a callable gives until it gives the sentinel.
    #[pyfunction(name = "iter")]
    fn iter_(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "iter", &args)?;
        native::arity(vm, "iter", args.positional().len(), 1, 2)?;
        match args.positional() {
            [callable, sentinel] => {
                if !call::is_callable(vm, callable) {
                    return Err(vm.type_error("iter(v, w): v must be callable"));
                }
                Ok(
                    crate::types::calliter::PyCallIter::new(vm, callable.clone(), sentinel.clone())
                        .into_value(),
                )
            }
            [object, ..] => iter::get_iter(vm, object),
            [] => Err(vm.type_error("iter expected at least 1 argument, got 0")),
        }
    }

    /// Return an async iterator for an async iterable object.
    #[pyfunction(sig = "aiter($module, async_iterable, /)")]
    fn aiter(vm: &Vm, async_iterable: &Value) -> PyResult<Value> {
        let class = async_iterable.class(vm);
        let Some(slot) = class.slots.aiter.get() else {
            return Err(vm.type_error(format!(
                "'{}' object is not an async iterable",
                class.tp_name()
            )));
        };
        let iterator = slot(vm, async_iterable)?;
        if iterator.class(vm).slots.anext.get().is_none() {
            return Err(vm.type_error(format!(
                "aiter() returned not an async iterator of type '{}'",
                iterator.class(vm).tp_name()
            )));
        }
        Ok(iterator)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[pyfunction]
    fn anext(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "anext", &args)?;
        native::arity(vm, "anext", args.positional().len(), 1, 2)?;
        let [iterator, default @ ..] = args.positional() else {
            return Err(vm.type_error("anext expected at least 1 argument, got 0"));
        };
        let Some(anext) = iterator.class(vm).slots.anext.get() else {
            return Err(vm.type_error(format!(
                "'{}' object is not an async iterator",
                iterator.class(vm).tp_name()
            )));
        };
        let awaitable = anext(vm, iterator)?;
        Ok(match default {
            [default, ..] => crate::types::anext_awaitable::wrap(vm, awaitable, default.clone()),
            [] => awaitable,
        })
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// The biggest item of an iterable, or the largest argument.
    #[pyfunction]
    fn max(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        best(vm, "max", args, CompareOp::Gt)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// The smallest item of an iterable, or the smallest argument.
    #[pyfunction]
    fn min(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        best(vm, "min", args, CompareOp::Lt)
    }

    /// next(iterator[, default])
    ///
    /// The next item of the iterator, or the default when there is none.
    #[pyfunction]
    fn next(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "next", &args)?;
        let positional = args.positional();
        native::arity(vm, "next", positional.len(), 1, 2)?;
        let [iterator, default @ ..] = positional else {
            return Err(vm.type_error("next expected at least 1 argument, got 0"));
        };
        let Some(iternext) = iterator.class(vm).slots.iternext.get() else {
            return Err(vm.type_error(format!(
                "'{}' object is not an iterator",
                iterator.class(vm).tp_name()
            )));
        };
        vm.thread().stop_value.set(Value::None);
        match (iternext(vm, iterator), default.first()) {
            (Ok(Some(item)), _) => Ok(item),
            (Ok(None), Some(default)) => Ok(default.clone()),
            (Ok(None), None) => Err(vm.stop_iteration(vm.thread().stop_value.replace(Value::None))),
            (Err(error), Some(default))
                if error.is(vm, crate::context::errors::ExcKind::StopIteration) =>
            {
                Ok(default.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Return a new list containing all items from the iterable in ascending order.
    #[pyfunction(sig = "sorted($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(
        vm: &Vm,
        iterable: &Value,
        key: Option<&Value>,
        reverse: &Value,
    ) -> PyResult<PyRef<PyList>> {
        let list = PyList::new(vm, iter::to_vec(vm, iterable)?);
        let reverse = crate::protocol::convert_int::to_i32(vm, reverse)? != 0;
        sort_list(vm, &list, key, reverse)?;
        Ok(list)
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers.
    #[pyfunction(sig = "sum($module, iterable, /, start=0)")]
    fn sum(vm: &Vm, iterable: &Value, start: Option<&Value>) -> PyResult<Value> {
        let start = start.map_or(Value::small_int_unchecked(0), Value::clone);
        sum_of(vm, iterable, start)
    }
}
