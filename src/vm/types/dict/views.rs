//! `dict_keys`, `dict_items`, `dict_values`.
//!
//! CPython 3.11: `_PyDictViewObject` in `Objects/dictobject.c`.

use super::iter::{
    PyDictItemIter, PyDictKeyIter, PyDictReverseItemIter, PyDictReverseKeyIter,
    PyDictReverseValueIter, PyDictValueIter,
};
use super::value::PyDict;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{CompareOp, GetSetDef, Py, PyRef, Slots, Table, Value, type_flag};
use crate::protocol::{compare, iter, repr, sequence};
use crate::types::native::{getter, no_args, one, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::set::ops::{self, any_set};
use crate::types::set::table::PySet;
use crate::types::tuple::value::PyTuple;
use derive::Traverse;
use std::ops::ControlFlow;

/// Payload of `dict_keys`.
#[derive(Traverse)]
pub struct PyDictKeys {
    /// The dict.
    pub dict: Value,
}

/// Payload of `dict_items`.
#[derive(Traverse)]
pub struct PyDictItems {
    /// The dict.
    pub dict: Value,
}

/// Payload of `dict_values`.
#[derive(Traverse)]
pub struct PyDictValues {
    /// The dict.
    pub dict: Value,
}

native_type!(PyDictKeys, "dict_keys", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyDictKeys, |this, visit| visit(&this.dict))),
    clear: None, tables: [KEYS_TABLE]);

native_type!(PyDictItems, "dict_items", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyDictItems, |this, visit| visit(&this.dict))),
    clear: None, tables: [ITEMS_TABLE]);

native_type!(PyDictValues, "dict_values", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyDictValues, |this, visit| visit(&this.dict))),
    clear: None, tables: [VALUES_TABLE]);

const ISDISJOINT: &str = "Return True if the view and the given iterable have a null intersection.";
const MAPPING: GetSetDef = getter(
    "mapping",
    Some("dictionary that this view refers to"),
    view_mapping,
);

static KEYS_TABLE: Table = Table {
    methods: &[
        unsigned(one("isdisjoint", "", ISDISJOINT, isdisjoint)),
        unsigned(no_args(
            "__reversed__",
            "Return a reverse iterator over the dict keys.",
            |vm, value| Ok(PyDictReverseKeyIter::new(vm, dict_of(vm, value)?.clone()).into_value()),
        )),
    ],
    getsets: &[MAPPING],
    consts: &[],
    fill_slots: |slots| {
        set_like(slots);
        slots.iter.set(Some(|vm, value| {
            Ok(PyDictKeyIter::new(vm, dict_of(vm, value)?.clone()).into_value())
        }));
        slots.sq_contains.set(Some(view_contains));
    },
};

static ITEMS_TABLE: Table = Table {
    methods: &[
        unsigned(one("isdisjoint", "", ISDISJOINT, isdisjoint)),
        unsigned(no_args(
            "__reversed__",
            "Return a reverse iterator over the dict items.",
            |vm, value| Ok(PyDictReverseItemIter::new(vm, dict_of(vm, value)?.clone()).into_value()),
        )),
    ],
    getsets: &[MAPPING],
    consts: &[],
    fill_slots: |slots| {
        set_like(slots);
        slots.iter.set(Some(|vm, value| {
            Ok(PyDictItemIter::new(vm, dict_of(vm, value)?.clone()).into_value())
        }));
        slots.sq_contains.set(Some(view_contains));
    },
};

static VALUES_TABLE: Table = Table {
    methods: &[unsigned(no_args(
        "__reversed__",
        "Return a reverse iterator over the dict values.",
        |vm, value| Ok(PyDictReverseValueIter::new(vm, dict_of(vm, value)?.clone()).into_value()),
    ))],
    getsets: &[MAPPING],
    consts: &[],
    fill_slots: |slots| {
        slots.repr.set(Some(view_repr));
        slots
            .sq_length
            .set(Some(|vm, value| Ok(inner(vm, value)?.len())));
        slots.iter.set(Some(|vm, value| {
            Ok(PyDictValueIter::new(vm, dict_of(vm, value)?.clone()).into_value())
        }));
    },
};

fn set_like(slots: &Slots) {
    slots.repr.set(Some(view_repr));
    slots.richcompare.set(Some(richcompare));
    slots
        .sq_length
        .set(Some(|vm, value| Ok(inner(vm, value)?.len())));
    slots.subtract.set(Some(|vm, a, b| {
        let result = to_set(vm, a)?;
        ops::difference_update(vm, &result, b)?;
        Ok(result)
    }));
    slots.and.set(Some(intersection));
    slots.xor.set(Some(xor));
    slots.or.set(Some(|vm, a, b| {
        let result = to_set(vm, a)?;
        ops::update(vm, this::<PySet>(vm, &result)?, b)?;
        Ok(result)
    }));
}

impl PyDictKeys {
    /// A view on a dict's keys.
    pub fn new(vm: &Vm, dict: Value) -> PyRef<PyDictKeys> {
        PyRef::new(vm, PyDictKeys { dict })
    }
}

impl PyDictItems {
    /// A view on a dict's items.
    pub fn new(vm: &Vm, dict: Value) -> PyRef<PyDictItems> {
        PyRef::new(vm, PyDictItems { dict })
    }
}

impl PyDictValues {
    /// A view on a dict's values.
    pub fn new(vm: &Vm, dict: Value) -> PyRef<PyDictValues> {
        PyRef::new(vm, PyDictValues { dict })
    }
}

fn dict_of<'a>(vm: &Vm, view: &'a Value) -> PyResult<&'a Value> {
    if let Some(view) = view.downcast_ref::<PyDictKeys>() {
        return Ok(&view.payload().dict);
    }
    if let Some(view) = view.downcast_ref::<PyDictItems>() {
        return Ok(&view.payload().dict);
    }
    Ok(&this::<PyDictValues>(vm, view)?.payload().dict)
}

fn inner<'a>(vm: &Vm, view: &'a Value) -> PyResult<&'a Py<PyDict>> {
    this::<PyDict>(vm, dict_of(vm, view)?)
}

fn is_set_view(value: &Value) -> bool {
    value.downcast_ref::<PyDictKeys>().is_some() || value.downcast_ref::<PyDictItems>().is_some()
}

fn view_mapping(vm: &Vm, value: &Value) -> PyResult<Value> {
    crate::types::mappingproxy::new(vm, dict_of(vm, value)?.clone())
}

fn view_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let Some(_guard) = repr::enter(vm, value) else {
        return Ok(vm.new_str("..."));
    };
    let items = vm.new_list(iter::to_vec(vm, value)?);
    let text = repr::repr(vm, &items)?;
    let prefix = format!("{}(", value.class(vm).tp_name());
    crate::types::native::join_pieces(vm, &prefix, &[text], &[""], ")")
}

fn view_contains(vm: &Vm, value: &Value, item: &Value) -> PyResult<bool> {
    let dict = inner(vm, value)?;
    if value.downcast_ref::<PyDictKeys>().is_some() {
        return dict.contains(vm, item);
    }
    let Some([key, wanted]) = item
        .downcast_ref::<PyTuple>()
        .and_then(|pair| <&[Value; 2]>::try_from(pair.as_slice()).ok())
    else {
        return Ok(false);
    };
    match dict.get(vm, key)? {
        Some(found) => compare::eq(vm, &found, wanted),
        None => Ok(false),
    }
}

/// A new set of what an operand of a view's operator gives.
fn to_set(vm: &Vm, value: &Value) -> PyResult<Value> {
    let source = match value.downcast_ref::<PyDictKeys>() {
        Some(view) if view.dict.is_exact(vm, &vm.types.dict) => &view.payload().dict,
        _ => value,
    };
    Ok(ops::new_set(vm, source)?.into_value())
}

fn all_contained(vm: &Vm, value: &Value, other: &Value) -> PyResult<bool> {
    let missing = iter::iterate_until(vm, value, |item| {
        Ok(if sequence::contains(vm, other, &item)? {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?;
    Ok(missing.is_none())
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    if any_set(b).is_none() && !is_set_view(b) {
        return Ok(Value::NotImplemented);
    }
    let (left, right) = (sequence::len(vm, a)?, sequence::len(vm, b)?);
    let holds = match op {
        CompareOp::Eq => left == right && all_contained(vm, a, b)?,
        CompareOp::Ne => !(left == right && all_contained(vm, a, b)?),
        CompareOp::Lt => left < right && all_contained(vm, a, b)?,
        CompareOp::Le => left <= right && all_contained(vm, a, b)?,
        CompareOp::Gt => left > right && all_contained(vm, b, a)?,
        CompareOp::Ge => left >= right && all_contained(vm, b, a)?,
    };
    Ok(Value::bool(holds))
}

fn intersection(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let (mut view, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    let len = inner(vm, view)?.len();
    if let Some(set) = other.downcast_exact::<PySet>(vm)
        && len <= set.len()
    {
        return ops::intersection(vm, other, view);
    }
    if is_set_view(other) && inner(vm, other)?.len() > len {
        std::mem::swap(&mut view, &mut other);
    }
    let result = PySet::new(vm);
    iter::iterate(vm, other, |item| {
        if view_contains(vm, view, &item)? {
            result.add(vm, item)?;
        }
        Ok(())
    })?;
    Ok(result.into_value())
}

fn xor(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    if a.downcast_ref::<PyDictItems>().is_some() && b.downcast_ref::<PyDictItems>().is_some() {
        return items_xor(vm, inner(vm, a)?, inner(vm, b)?);
    }
    let result = to_set(vm, a)?;
    ops::symmetric_difference_update(vm, &result, b)?;
    Ok(result)
}

/// Pairs that only one of two dicts has, without hashing what both have.
fn items_xor(vm: &Vm, a: &Py<PyDict>, b: &Py<PyDict>) -> PyResult<Value> {
    let rest = a.copy(vm);
    let result = PySet::new(vm);
    let mut position = 0;
    while let Some((key, value, hash)) = b.next_item_hash(&mut position) {
        let same = match rest.get_with_hash(vm, &key, hash)? {
            Some(other) => compare::eq(vm, &other, &value)?,
            None => false,
        };
        if same {
            if rest.pop_with_hash(vm, &key, hash)?.is_none() {
                return Err(vm.key_error(&key));
            }
        } else {
            result.add(vm, PyTuple::pair(vm, key, value).into_value())?;
        }
    }
    let mut position = 0;
    while let Some((key, value)) = rest.next_item(&mut position) {
        result.add(vm, PyTuple::pair(vm, key, value).into_value())?;
    }
    Ok(result.into_value())
}

fn isdisjoint(vm: &Vm, value: &Value, other: &Value) -> PyResult<Value> {
    let len = inner(vm, value)?.len();
    if value.is(other) {
        return Ok(Value::bool(len == 0));
    }
    let (mut container, mut walked) = (value, other);
    if (any_set(other).is_some() || is_set_view(other)) && sequence::len(vm, other)? > len {
        std::mem::swap(&mut container, &mut walked);
    }
    let common = iter::iterate_until(vm, walked, |item| {
        Ok(if sequence::contains(vm, container, &item)? {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(Value::bool(common.is_none()))
}
