//! `map`.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{call, iter};
use crate::types::iterate;
use crate::types::native::{keeps_init, no_args, no_keywords, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;

/// Payload of `map`.
pub struct PyMap {
    function: Value,
    iterators: PyRef<PyTuple>,
}

native_type!(PyMap, "map", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PyMap, |this, visit| {
        visit(&this.function);
        visit(&this.iterators.as_value());
    })),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[unsigned(no_args(
        "__reduce__",
        "Return state information for pickling.",
        reduce,
    ))],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(next));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if keeps_init(class, PyMap::class(vm)) {
        no_keywords(vm, "map", &args)?;
    }
    let [function, iterables @ ..] = args.positional() else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(iter::get_iter(vm, iterable)?);
    }
    let payload = PyMap {
        function: function.clone(),
        iterators: PyTuple::new(vm, iterators),
    };
    Ok(new_object(class, payload).into_value())
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let map = this::<PyMap>(vm, value)?;
    let mut items = call::ArgVec::new();
    for iterator in map.iterators.as_slice() {
        match iterate::next(vm, iterator)? {
            Some(item) => items.push(item),
            None => return Ok(None),
        }
    }
    call::call_args(vm, &map.function, &items).map(Some)
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let map = this::<PyMap>(vm, value)?;
    let mut state = vec![map.function.clone()];
    state.extend_from_slice(map.iterators.as_slice());
    Ok(vm.new_tuple(vec![value.class(vm).to_value(), vm.new_tuple(state)]))
}
