//! `types.MappingProxyType`: a read-only view of a mapping, such as a class's `__dict__`.
//!
//! CPython 3.11: `mappingproxyobject` in `Objects/descrobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, CompareOp, Py, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{call, compare, iter, mapping, number, repr, sequence};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::native::{
    CLASS_GETITEM, arity, bind, fast, join_pieces, no_args, this, unsigned,
};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;

/// Payload of `mappingproxy`.
pub struct PyMappingProxy {
    /// What it shows.
    pub mapping: Value,
}

native_type!(PyMappingProxy, "mappingproxy", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::MAPPING,
    doc: None, signature: Some("(mapping)"),
    traverse: Some(crate::traverse_payload!(PyMappingProxy, |this, visit| visit(&this.mapping))),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(fast(
            "get",
            "",
            "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None.",
            |vm, value, args| {
                arity(vm, "get", args.len(), 1, 2)?;
                let default = args.get(1).cloned().unwrap_or(Value::None);
                let name = &vm.names.get;
                call::call_method(vm, inner(vm, value)?, name, &[args[0].clone(), default])
            },
        )),
        unsigned(no_args(
            "keys",
            "D.keys() -> a set-like object providing a view on D's keys",
            |vm, value| call::call_method(vm, inner(vm, value)?, &vm.names.keys, &[]),
        )),
        unsigned(no_args(
            "values",
            "D.values() -> an object providing a view on D's values",
            |vm, value| call::call_method(vm, inner(vm, value)?, &vm.names.values, &[]),
        )),
        unsigned(no_args(
            "items",
            "D.items() -> a set-like object providing a view on D's items",
            |vm, value| call::call_method(vm, inner(vm, value)?, &vm.names.items, &[]),
        )),
        unsigned(no_args(
            "copy",
            "D.copy() -> a shallow copy of D",
            |vm, value| call::call_method(vm, inner(vm, value)?, &vm.names.copy, &[]),
        )),
        CLASS_GETITEM,
        unsigned(no_args(
            "__reversed__",
            "D.__reversed__() -> reverse iterator",
            |vm, value| call::call_method(vm, inner(vm, value)?, &vm.names.__reversed__, &[]),
        )),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new_slot));
        slots.repr.set(Some(|vm, value| {
            let text = repr::repr(vm, inner(vm, value)?)?;
            join_pieces(vm, "mappingproxy(", &[text], &[""], ")")
        }));
        slots.str.set(Some(|vm, value| {
            Ok(repr::str(vm, inner(vm, value)?)?.into_value())
        }));
        slots.hash.set(Some(|vm, value| vm.hash(inner(vm, value)?)));
        slots.richcompare.set(Some(|vm, a, b, op: CompareOp| {
            compare::rich(vm, inner(vm, a)?, b, op)
        }));
        slots
            .iter
            .set(Some(|vm, value| iter::get_iter(vm, inner(vm, value)?)));
        slots
            .mp_length
            .set(Some(|vm, value| sequence::len(vm, inner(vm, value)?)));
        slots.mp_subscript.set(Some(|vm, value, key| {
            mapping::get_item(vm, inner(vm, value)?, key)
        }));
        slots.sq_contains.set(Some(|vm, value, key| {
            sequence::contains(vm, inner(vm, value)?, key)
        }));
        slots
            .or
            .set(Some(|vm, a, b| number::or(vm, shown(a), shown(b))));
        slots.inplace_or.set(Some(|vm, value, _| {
            Err(vm.type_error(format!(
                "'|=' is not supported by {}; use '|' instead",
                value.class(vm).tp_name()
            )))
        }));
    },
};

/// A proxy of a mapping.
pub fn new(vm: &Vm, mapping: Value) -> PyResult<Value> {
    let unsuitable = !mapping::is_mapping(vm, &mapping)
        || mapping.downcast_ref::<PyList>().is_some()
        || mapping.downcast_ref::<PyTuple>().is_some();
    if unsuitable {
        return Err(vm.type_error(format!(
            "mappingproxy() argument must be a mapping, not {}",
            mapping.class(vm).tp_name()
        )));
    }
    Ok(PyRef::new(vm, PyMappingProxy { mapping }).into_value())
}

/// A proxy of a dict.
pub fn of_dict(vm: &Vm, dict: &Py<PyDict>) -> Value {
    let mapping = dict.to_value();
    PyRef::new(vm, PyMappingProxy { mapping }).into_value()
}

fn new_slot(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let [mapping] = bind(vm, "mappingproxy", &args, ["mapping"], 1, 1)?;
    new(vm, mapping.cloned().unwrap_or(Value::None))
}

fn inner<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Value> {
    Ok(&this::<PyMappingProxy>(vm, value)?.payload().mapping)
}

/// What stands behind a proxy; other values themselves.
fn shown(value: &Value) -> &Value {
    match value.downcast_ref::<PyMappingProxy>() {
        Some(proxy) => &proxy.payload().mapping,
        None => value,
    }
}
