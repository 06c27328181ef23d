//! `tee`: iterators that share what one iterator gave, in a chain of blocks that die behind the slowest.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyCell, PyRef, PyType, Value};
use vm::protocol::{call, iter, special};
use vm::types::tuple::value::PyTuple;

/// Items of a block.
const LINKCELLS: usize = 57;

/// teedataobject(iterable, values, next, /)
/// --
///
/// Data container common to multiple tee objects.
#[pytype(name = "itertools._tee_dataobject", flags(GC), tables(TABLE))]
#[derive(Traverse)]
pub struct PyTeeData {
    iterator: Value,
    values: PyCell<Vec<Value>>,
    next: PyCell<Option<PyRef<PyTeeData>>>,
    running: Cell<bool>,
}

/// Iterator wrapped to make it copyable.
#[pytype(
    name = "itertools._tee",
    flags(GC, HAS_WEAKREF),
    sig = "_tee(iterable, /)",
    tables(TEE)
)]
#[derive(Traverse)]
pub struct PyTee {
    data: PyCell<Option<PyRef<PyTeeData>>>,
    index: Cell<usize>,
}

impl PyTeeData {
    fn new_block(vm: &Vm, iterator: Value) -> PyRef<PyTeeData> {
        PyRef::new(
            vm,
            PyTeeData {
                iterator,
                values: PyCell::default(),
                next: PyCell::new(None),
                running: Cell::new(false),
            },
        )
    }

    /// The item at a place, asked of the iterator when it is the next one. May run Python.
    fn item(&self, vm: &Vm, index: usize) -> PyResult<Option<Value>> {
        if let Some(item) = self.values.with(|values| values.get(index).cloned()) {
            return Ok(Some(item));
        }
        if self.running.replace(true) {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        let item = iter::next(vm, &self.iterator);
        self.running.set(false);
        let item = item?;
        if let Some(item) = &item {
            let item = item.clone();
            self.values.with_mut(|values| values.push(item));
        }
        Ok(item)
    }

    fn next_block(&self, vm: &Vm) -> PyRef<PyTeeData> {
        if let Some(next) = self.next.get() {
            return next;
        }
        let next = Self::new_block(vm, self.iterator.clone());
        self.next.set(Some(next.clone()));
        next
    }
}

#[pymethods]
impl PyTeeData {
    #[pyslot(sig = "_tee_dataobject(it, values, next, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, it: &Value, values: &Value, next: &Value) -> PyResult<Value> {
        let _ = cls;
        let block = PyTeeData::new_block(vm, it.clone());
        let values = iter::to_vec(vm, values)?;
        if values.len() > LINKCELLS || (values.len() < LINKCELLS && !next.is_none()) {
            return Err(vm.value_error("Invalid arguments"));
        }
        block.values.set(values);
        if !next.is_none() {
            let next = next
                .clone()
                .downcast::<PyTeeData>()
                .map_err(|_| vm.value_error("Invalid arguments"))?;
            block.next.set(Some(next));
        }
        Ok(block.into_value())
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let next = zelf.next.get().map_or(Value::None, PyRef::into_value);
        let args = vec![zelf.iterator.clone(), vm.new_list(zelf.values.get()), next];
        vm.new_tuple(vec![zelf.object().class().to_value(), vm.new_tuple(args)])
    }
}

impl PyTee {
    fn copy_of(&self, vm: &Vm) -> Value {
        let payload = PyTee {
            data: PyCell::new(self.data.get()),
            index: self.index.clone(),
        };
        PyRef::new(vm, payload).into_value()
    }

    fn of(vm: &Vm, iterable: &Value) -> PyResult<Value> {
        let iterator = iter::get_iter(vm, iterable)?;
        if let Some(tee) = iterator.downcast_ref::<PyTee>() {
            return Ok(tee.copy_of(vm));
        }
        let payload = PyTee {
            data: PyCell::new(Some(PyTeeData::new_block(vm, iterator))),
            index: Cell::new(0),
        };
        Ok(PyRef::new(vm, payload).into_value())
    }
}

#[pymethods(table = TEE)]
impl PyTee {
    #[pyslot(sig = "_tee(iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value) -> PyResult<Value> {
        let _ = cls;
        PyTee::of(vm, iterable)
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(mut data) = self.data.get() else {
            return Ok(None);
        };
        if self.index.get() >= LINKCELLS {
            data = data.next_block(vm);
            self.data.set(Some(data.clone()));
            self.index.set(0);
        }
        let item = data.item(vm, self.index.get())?;
        if item.is_some() {
            self.index.set(self.index.get() + 1);
        }
        Ok(item)
    }

    /// Returns an independent iterator.
    #[pymethod]
    fn __copy__(&self, vm: &Vm) -> Value {
        self.copy_of(vm)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![vm.new_tuple(Vec::new())]);
        let data = zelf.data.get().map_or(Value::None, PyRef::into_value);
        let state = vm.new_tuple(vec![data, vm.new_usize(zelf.index.get())]);
        vm.new_tuple(vec![zelf.object().class().to_value(), args, state])
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let parts = state
            .downcast_ref::<PyTuple>()
            .map(|state| state.as_slice());
        let Some([data, index]) = parts else {
            return Err(vm.type_error("state is not a tuple"));
        };
        let index = vm::protocol::convert_int::to_isize(vm, index)?;
        let index = usize::try_from(index)
            .ok()
            .filter(|index| *index <= LINKCELLS);
        match (data.clone().downcast::<PyTeeData>(), index) {
            (Ok(data), Some(index)) => {
                self.data.set(Some(data));
                self.index.set(index);
                Ok(())
            }
            _ => Err(vm.value_error("Index out of range")),
        }
    }
}

/// `itertools.tee`
pub(super) fn tee(vm: &Vm, iterable: &Value, count: isize) -> PyResult<Value> {
    let Ok(count) = usize::try_from(count) else {
        return Err(vm.value_error("n must be >= 0"));
    };
    vm.try_reserve(count.saturating_mul(64))?;
    if count == 0 {
        return Ok(vm.empty_tuple().into_value());
    }
    let iterator = iter::get_iter(vm, iterable)?;
    let first = match special::lookup(vm, &iterator, &vm.names.__copy__)? {
        Some(_) => iterator,
        None => PyTee::of(vm, &iterator)?,
    };
    let mut all = vec![first.clone()];
    for _ in 1..count {
        all.push(call::call_method(vm, &first, &vm.names.__copy__, &[])?);
    }
    Ok(vm.new_tuple(all))
}
