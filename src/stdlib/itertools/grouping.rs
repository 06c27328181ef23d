//! `groupby`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Py, PyCell, PyRef, PyType, Value};
use vm::protocol::{call, compare, iter};
use vm::types::native::this;
use vm::types::tuple::value::PyTuple;

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[pytype(
    name = "itertools.groupby",
    flags(BASETYPE, GC),
    sig = "groupby(iterable, key=None)",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyGroupby {
    iterator: Value,
    key_function: Value,
    target: PyCell<Option<Value>>,
    key: PyCell<Option<Value>>,
    value: PyCell<Option<Value>>,
    /// Number of the group that may still take items; 0 for none.
    current: Cell<u64>,
    groups: Cell<u64>,
}

/// A group of `groupby`.
#[pytype(name = "itertools._grouper", flags(GC), tables(GROUPER))]
#[derive(Traverse)]
pub struct PyGrouper {
    parent: PyRef<PyGroupby>,
    target: Value,
    number: u64,
}

impl PyGroupby {
    /// Takes the next item; false at the end. May run Python.
    fn step(&self, vm: &Vm) -> PyResult<bool> {
        let Some(value) = iter::next(vm, &self.iterator)? else {
            return Ok(false);
        };
        let key = if self.key_function.is_none() {
            value.clone()
        } else {
            call::call1(vm, &self.key_function, &value)?
        };
        self.value.set(Some(value));
        self.key.set(Some(key));
        Ok(true)
    }

    fn new_group(zelf: &Py<Self>, vm: &Vm, target: Value) -> Value {
        let number = zelf.groups.get() + 1;
        zelf.groups.set(number);
        zelf.current.set(number);
        let payload = PyGrouper {
            parent: zelf.to_ref(),
            target,
            number,
        };
        PyRef::new(vm, payload).into_value()
    }
}

#[pymethods]
impl PyGroupby {
    #[pyslot(sig = "groupby(iterable, key=None)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value, key: &Value) -> PyResult<Value> {
        let payload = PyGroupby {
            iterator: iter::get_iter(vm, iterable)?,
            key_function: key.clone(),
            target: PyCell::new(None),
            key: PyCell::new(None),
            value: PyCell::new(None),
            current: Cell::new(0),
            groups: Cell::new(0),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        zelf.current.set(0);
        loop {
            match (zelf.key.get(), zelf.target.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(key), Some(target)) => {
                    if !compare::eq(vm, &target, &key)? {
                        break;
                    }
                }
            }
            if !zelf.step(vm)? {
                return Ok(None);
            }
        }
        let key = zelf.key.get().unwrap_or(Value::None);
        zelf.target.set(Some(key.clone()));
        let group = PyGroupby::new_group(zelf, vm, key.clone());
        Ok(Some(PyTuple::pair(vm, key, group).into_value()))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.iterator.clone(), zelf.key_function.clone()]);
        let mut parts = vec![zelf.object().class().to_value(), args];
        if let (Some(target), Some(key), Some(value)) =
            (zelf.target.get(), zelf.key.get(), zelf.value.get())
        {
            parts.push(vm.new_tuple(vec![key, value, target]));
        }
        vm.new_tuple(parts)
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let parts = state
            .downcast_ref::<PyTuple>()
            .map(|state| state.as_slice());
        let Some([key, value, target]) = parts else {
            return Err(vm.type_error("state is not a tuple"));
        };
        self.key.set(Some(key.clone()));
        self.value.set(Some(value.clone()));
        self.target.set(Some(target.clone()));
        Ok(())
    }
}

#[pymethods(table = GROUPER)]
impl PyGrouper {
    #[pyslot(sig = "_grouper(parent, tgtkey, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, parent: &Value, tgtkey: &Value) -> PyResult<Value> {
        let _ = cls;
        let parent = this::<PyGroupby>(vm, parent)?;
        Ok(PyGroupby::new_group(parent, vm, tgtkey.clone()))
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let parent = &self.parent;
        if parent.current.get() != self.number {
            return Ok(None);
        }
        if parent.value.with(Option::is_none) && !parent.step(vm)? {
            return Ok(None);
        }
        let key = parent.key.get().unwrap_or(Value::None);
        if !compare::eq(vm, &self.target, &key)? {
            return Ok(None);
        }
        Ok(parent.value.take())
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        if zelf.parent.current.get() != zelf.number {
            let empty = vm.new_tuple(vec![vm.empty_tuple().into_value()]);
            return Ok(vm.new_tuple(vec![vm::types::native::builtin(vm, "iter"), empty]));
        }
        let args = vm.new_tuple(vec![zelf.parent.to_value(), zelf.target.clone()]);
        Ok(vm.new_tuple(vec![zelf.object().class().to_value(), args]))
    }
}
