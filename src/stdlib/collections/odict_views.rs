//! What shows an `OrderedDict`: its views, and the iterator they share.
//!
//! The iterator takes keys in the dict's order and looks each value up again, so that a key whose hash has changed is a `KeyError`.
//!
//! CPython 3.11: `odictiter`, `odictkeys`, `odictitems`, `odictvalues` in `Objects/odictobject.c`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::{PyCell, PyRef, Value};
use vm::types::dict::value::PyDict;
use vm::types::dict::views::{PyDictItems, PyDictKeys, PyDictValues};
use vm::types::native::{builtin, this};
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// What an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

/// Iterator over an `OrderedDict`.
#[pytype(
    name = "odict_iterator",
    flags(GC, IMMUTABLE, DISALLOW_INSTANTIATION),
    doc = "",
    tables(ITER)
)]
#[derive(Traverse)]
pub struct PyOdictIter {
    /// The dict, until it is exhausted.
    dict: PyCell<Option<Value>>,
    #[pytraverse(skip)]
    kind: Kind,
    #[pytraverse(skip)]
    backward: bool,
    position: Cell<usize>,
    /// How often the dict had changed at the start.
    state: Cell<u32>,
}

impl PyOdictIter {
    /// An iterator over a dict.
    pub fn over(vm: &Vm, dict: &Value, kind: Kind, backward: bool) -> PyResult<Value> {
        let inner = this::<PyDict>(vm, dict)?;
        let iterator = PyOdictIter {
            dict: PyCell::new(Some(dict.clone())),
            kind,
            backward,
            position: Cell::new(if backward { inner.entry_count() } else { 0 }),
            state: Cell::new(inner.mutations()),
        };
        Ok(PyRef::new(vm, iterator).into_value())
    }

    fn step(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(owner) = self.dict.get() else {
            return Ok(None);
        };
        let dict = this::<PyDict>(vm, &owner)?;
        if dict.mutations() != self.state.get() {
            // In CPython `clear` alone is noticed by the size.
            let what = if dict.len() == 0 { "changed size" } else { "mutated" };
            return Err(vm.runtime_error(format!("OrderedDict {what} during iteration")));
        }
        let mut position = self.position.get();
        let key = if self.backward {
            dict.previous_item(&mut position).map(|(key, _)| key)
        } else {
            dict.next_key(&mut position)
        };
        self.position.set(position);
        let Some(key) = key else {
            drop(self.dict.take());
            return Ok(None);
        };
        if self.kind == Kind::Keys && key.downcast_exact::<PyStr>(vm).is_some() {
            return Ok(Some(key));
        }
        let Some(value) = dict.get(vm, &key)? else {
            return Err(vm.key_error(&key));
        };
        Ok(Some(match self.kind {
            Kind::Keys => key,
            Kind::Items => PyTuple::pair(vm, key, value).into_value(),
            Kind::Values => value,
        }))
    }
}

#[pymethods(table = ITER)]
impl PyOdictIter {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        self.step(vm)
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(&self, vm: &Vm) -> PyResult<Value> {
        let rest = PyOdictIter {
            dict: PyCell::new(self.dict.get()),
            kind: self.kind,
            backward: self.backward,
            position: self.position.clone(),
            state: self.state.clone(),
        };
        let mut items = Vec::new();
        while let Some(item) = rest.step(vm)? {
            items.push(item);
        }
        Ok(vm.new_tuple(vec![
            builtin(vm, "iter"),
            vm.new_tuple(vec![vm.new_list(items)]),
        ]))
    }
}

/// The three views differ in their base and in what their iterators give.
macro_rules! view {
    ($payload:ident, $name:tt, $base:ident, $table:ident, $kind:expr) => {
        #[doc = concat!("`", $name, "`")]
        #[pytype(
            name = $name,
            base = $base,
            flags(GC, IMMUTABLE, DISALLOW_INSTANTIATION),
            doc = "",
            tables($table)
        )]
        #[derive(Traverse)]
        pub struct $payload {
            view: $base,
        }

        #[pymethods(table = $table)]
        impl $payload {
            #[pyslot]
            fn iter(zelf: &Value, vm: &Vm) -> PyResult<Value> {
                let view = this::<$base>(vm, zelf)?;
                PyOdictIter::over(vm, &view.dict, $kind, false)
            }

            #[pymethod]
            fn __reversed__(zelf: &Value, vm: &Vm) -> PyResult<Value> {
                let view = this::<$base>(vm, zelf)?;
                PyOdictIter::over(vm, &view.dict, $kind, true)
            }
        }

        impl $payload {
            /// A view on a dict.
            pub fn of(vm: &Vm, dict: &Value) -> Value {
                let view = $base { dict: dict.clone() };
                PyRef::new(vm, $payload { view }).into_value()
            }
        }
    };
}

view!(PyOdictKeys, "odict_keys", PyDictKeys, KEYS, Kind::Keys);
view!(PyOdictItems, "odict_items", PyDictItems, ITEMS, Kind::Items);
view!(PyOdictValues, "odict_values", PyDictValues, VALUES, Kind::Values);
