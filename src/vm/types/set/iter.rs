//! Iterators over sets.

use super::table::PyAnySet;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyCell, PyRef, Table, Value, type_flag};
use crate::types::native::{builtin, no_args, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `set_iterator`.
pub struct PySetIter {
    /// The set, until it is exhausted.
    set: PyCell<Option<Value>>,
    /// Items the set had; `usize::MAX` once it was seen to have another number.
    used: Cell<usize>,
    position: Cell<usize>,
    left: Cell<usize>,
}

native_type!(PySetIter, "set_iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PySetIter, |this, visit| this.set.with(|set| set.iter().for_each(visit)))),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__length_hint__",
            "Private method returning an estimate of len(list(it)).",
            length_hint,
        )),
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots
            .iternext
            .set(Some(|vm, value| this::<PySetIter>(vm, value)?.next(vm)));
    },
};

impl PySetIter {
    /// An iterator from the first item of a set.
    pub fn new(vm: &Vm, set: Value) -> PyRef<PySetIter> {
        let used = set.downcast_ref::<PyAnySet>().map_or(0, |set| set.len());
        PyRef::new(
            vm,
            PySetIter {
                set: PyCell::new(Some(set)),
                used: Cell::new(used),
                position: Cell::new(0),
                left: Cell::new(used),
            },
        )
    }

    /// The next item.
    pub fn next(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let mut position = self.position.get();
        let step = self.set.with(|set| {
            let set = set.as_ref()?.downcast_ref::<PyAnySet>()?;
            if set.len() != self.used.get() {
                return Some(Err(()));
            }
            set.next(&mut position).map(Ok)
        });
        self.position.set(position);
        match step {
            Some(Ok((item, _))) => {
                self.left.set(self.left.get().saturating_sub(1));
                Ok(Some(item))
            }
            Some(Err(())) => {
                self.used.set(usize::MAX);
                Err(vm.runtime_error("Set changed size during iteration"))
            }
            None => {
                drop(self.set.take());
                Ok(None)
            }
        }
    }
}

fn length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PySetIter>(vm, value)?;
    let same = iterator.set.with(|set| {
        let set = set.as_ref()?.downcast_ref::<PyAnySet>()?;
        Some(set.len() == iterator.used.get())
    });
    Ok(vm.new_usize(if same == Some(true) {
        iterator.left.get()
    } else {
        0
    }))
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let iterator = this::<PySetIter>(vm, value)?;
    let copy = PySetIter {
        set: PyCell::new(iterator.set.get()),
        used: iterator.used.clone(),
        position: iterator.position.clone(),
        left: iterator.left.clone(),
    };
    let mut items = Vec::new();
    while let Some(item) = copy.next(vm)? {
        items.push(item);
    }
    Ok(vm.new_tuple(vec![
        builtin(vm, "iter"),
        vm.new_tuple(vec![vm.new_list(items)]),
    ]))
}
