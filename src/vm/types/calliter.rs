//! `callable_iterator`: `iter(callable, sentinel)`.
//!
//! CPython 3.11: `Objects/iterobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyCell, PyRef, Table, Value, type_flag};
use crate::protocol::{call, compare};
use crate::types::native::{builtin, no_args, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;

/// Payload of `callable_iterator`.
pub struct PyCallIter {
    /// The callable and the sentinel, until the sentinel came.
    state: PyCell<Option<(Value, Value)>>,
}

native_type!(PyCallIter, "callable_iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyCallIter, |this, visit| this.state.with(|state| {
        if let Some((callable, sentinel)) = state {
            visit(callable);
            visit(sentinel);
        }
    }))),
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
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(next));
    },
};

impl PyCallIter {
    /// An iterator of what a callable gives, until it gives the sentinel.
    pub fn new(vm: &Vm, callable: Value, sentinel: Value) -> PyRef<PyCallIter> {
        PyRef::new(
            vm,
            PyCallIter {
                state: PyCell::new(Some((callable, sentinel))),
            },
        )
    }
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let this = this::<PyCallIter>(vm, value)?;
    let Some((callable, sentinel)) = this.state.get() else {
        return Ok(None);
    };
    let result = match call::call0(vm, &callable) {
        // The call may have come to the end itself.
        Ok(_) if this.state.with(Option::is_none) => return Ok(None),
        Ok(result) => {
            if !compare::eq(vm, &sentinel, &result)? {
                return Ok(Some(result));
            }
            Ok(None)
        }
        Err(error) if error.is(vm, ExcKind::StopIteration) => Ok(None),
        Err(error) => return Err(error),
    };
    drop(this.state.take());
    result
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this::<PyCallIter>(vm, value)?;
    let iter = builtin(vm, "iter");
    Ok(match this.state.get() {
        Some((callable, sentinel)) => {
            vm.new_tuple(vec![iter, vm.new_tuple(vec![callable, sentinel])])
        }
        None => vm.new_tuple(vec![
            iter,
            vm.new_tuple(vec![vm.empty_tuple().into_value()]),
        ]),
    })
}
