//! Python-visible slots of `tuple`.
//!
//! CPython 3.11: `Objects/tupleobject.c`.

use super::iter::PyTupleIter;
use super::value::PyTuple;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Args, CompareOp, Py, PyType, Table, Value};
use crate::protocol::{compare, iter, number, repr};
use crate::types::native::{
    arity, compare_sequences, join_pieces, keeps_init, no_keywords, repeated, this,
};
use crate::types::slice::value::PySlice;
use base::hash::TupleHasher;

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(tuple_repr));
        slots.hash.set(Some(tuple_hash));
        slots.richcompare.set(Some(richcompare));
        slots.iter.set(Some(tuple_iter));
        slots.sq_length.set(Some(length));
        slots.mp_length.set(Some(length));
        slots.sq_concat.set(Some(concat));
        slots.sq_repeat.set(Some(repeat));
        slots.sq_item.set(Some(item));
        slots.sq_contains.set(Some(contains));
        slots.mp_subscript.set(Some(subscript));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let exact = class.is(&vm.types.tuple);
    if args.kw_len() != 0 && keeps_init(class, &vm.types.tuple) {
        no_keywords(vm, "tuple", &args)?;
    }
    let given = args.positional();
    arity(vm, "tuple", given.len(), 0, 1)?;
    let items = match given.first() {
        None => Vec::new(),
        Some(iterable) if exact && iterable.is_exact(vm, &vm.types.tuple) => {
            return Ok(iterable.clone());
        }
        Some(iterable) => iter::to_vec(vm, iterable)?,
    };
    Ok(if exact {
        PyTuple::new(vm, items).into_value()
    } else {
        PyTuple::with_class(class, items).into_value()
    })
}

fn tuple_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    if tuple.len() == 0 {
        return Ok(vm.new_str("()"));
    }
    let Some(_guard) = repr::enter(vm, value) else {
        return Ok(vm.new_str("(...)"));
    };
    let mut pieces = Vec::with_capacity(tuple.len());
    for item in tuple.as_slice() {
        pieces.push(repr::repr(vm, item)?);
    }
    let suffix = if pieces.len() == 1 { ",)" } else { ")" };
    join_pieces(vm, "(", &pieces, &[", "], suffix)
}

fn tuple_hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let tuple = this::<PyTuple>(vm, value)?;
    vm.check_native_stack(" while hashing a tuple")?;
    let mut hasher = TupleHasher::new();
    for item in tuple.as_slice() {
        hasher.add(vm.hash(item)?);
    }
    Ok(hasher.finish())
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PyTuple>(), b.downcast_ref::<PyTuple>())
    else {
        return Ok(Value::NotImplemented);
    };
    let (left, right) = (left.as_slice(), right.as_slice());
    // Tuples of different lengths are compared all the same: items with side effects are asked first, as in CPython.
    let first = left.iter().zip(right);
    for (a, b) in first {
        if !compare::eq(vm, a, b)? {
            return match op {
                CompareOp::Eq => Ok(Value::False),
                CompareOp::Ne => Ok(Value::True),
                _ => compare::rich(vm, a, b, op),
            };
        }
    }
    compare_sequences(vm, op, || (left.len(), right.len()), |_| None)
}

fn tuple_iter(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(PyTupleIter::new(vm, value.clone()).into_value())
}

fn length(vm: &Vm, value: &Value) -> PyResult<usize> {
    Ok(this::<PyTuple>(vm, value)?.len())
}

fn concat(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let left = this::<PyTuple>(vm, a)?;
    let Some(right) = b.downcast_ref::<PyTuple>() else {
        return Err(vm.type_error(format!(
            "can only concatenate tuple (not \"{}\") to tuple",
            b.class(vm).tp_name()
        )));
    };
    if left.len() == 0 && b.is_exact(vm, &vm.types.tuple) {
        return Ok(b.clone());
    }
    if right.len() == 0 && a.is_exact(vm, &vm.types.tuple) {
        return Ok(a.clone());
    }
    let len = left.len() + right.len();
    vm.try_reserve(len * size_of::<Value>())?;
    if len == 0 {
        return Ok(vm.empty_tuple().into_value());
    }
    let items = left.as_slice().iter().chain(right.as_slice()).cloned();
    Ok(PyTuple::from_iter_exact(&vm.types.tuple, len, items).into_value())
}

fn repeat(vm: &Vm, value: &Value, count: isize) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    if (tuple.len() == 0 || count == 1) && value.is_exact(vm, &vm.types.tuple) {
        return Ok(value.clone());
    }
    Ok(vm.new_tuple(repeated(vm, tuple.as_slice(), count)?))
}

fn item(vm: &Vm, value: &Value, index: isize) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    usize::try_from(index)
        .ok()
        .and_then(|index| tuple.as_slice().get(index))
        .cloned()
        .ok_or_else(|| vm.index_error("tuple index out of range"))
}

fn contains(vm: &Vm, value: &Value, wanted: &Value) -> PyResult<bool> {
    for item in this::<PyTuple>(vm, value)?.as_slice() {
        if compare::eq(vm, item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn subscript(vm: &Vm, value: &Value, key: &Value) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    if number::is_index(vm, key) {
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        let index = if index < 0 {
            index + tuple.len() as isize
        } else {
            index
        };
        return item(vm, value, index);
    }
    let Some(slice) = key.downcast_ref::<PySlice>() else {
        return Err(vm.type_error(format!(
            "tuple indices must be integers or slices, not {}",
            key.class(vm).tp_name()
        )));
    };
    let items = tuple.as_slice();
    let span = slice.span(vm, || items.len())?;
    if span.count == 0 {
        return Ok(vm.empty_tuple().into_value());
    }
    if span.count == items.len() && span.step == 1 && value.is_exact(vm, &vm.types.tuple) {
        return Ok(value.clone());
    }
    let selected = span.indices().map(|index| items[index].clone());
    Ok(PyTuple::from_iter_exact(&vm.types.tuple, span.count, selected).into_value())
}
