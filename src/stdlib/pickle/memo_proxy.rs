//! `Pickler.memo` and `Unpickler.memo`: views of the memos, which have no dictionaries behind them.

use super::pickler::PyPickler;
use super::unpickler::PyUnpickler;
use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyRef, Value};
use vm::protocol::convert_int::to_isize;
use vm::types::dict::value::PyDict;
use vm::types::tuple::value::PyTuple;

/// The numbers and objects of a dictionary that is set as a pickler's memo.
pub(super) fn pairs_of(vm: &Vm, value: &Value) -> PyResult<Vec<(usize, Value)>> {
    let Some(dict) = value.downcast_ref::<PyDict>() else {
        let class = value.class(vm).tp_name();
        return Err(vm.type_error(format!(
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {class}"
        )));
    };
    let mut pairs = Vec::new();
    for value in dict.values() {
        let Some([index, object]) = value.downcast_ref::<PyTuple>().map(|pair| pair.as_slice()) else {
            return Err(vm.type_error("'memo' values must be 2-item tuples"));
        };
        pairs.push((to_isize(vm, index)? as usize, object.clone()));
    }
    Ok(pairs)
}

/// `(dict, (copy,))`
fn reduced(vm: &Vm, copy: Value) -> Value {
    let args = vm.new_tuple(vec![copy]);
    vm.new_tuple(vec![vm.types.dict.to_value(), args])
}

// The memo of a pickler.
#[pytype(name = "_pickle.PicklerMemoProxy", flags(GC, DISALLOW_INSTANTIATION), tables(PICKLER))]
#[derive(Traverse)]
pub struct PyPicklerMemoProxy {
    pickler: PyRef<PyPickler>,
}

impl PyPicklerMemoProxy {
    pub(super) fn of(pickler: &Py<PyPickler>) -> PyPicklerMemoProxy {
        PyPicklerMemoProxy {
            pickler: pickler.to_ref(),
        }
    }

    pub(super) fn pickler(&self) -> &Py<PyPickler> {
        &self.pickler
    }
}

#[pymethods(table = PICKLER)]
impl PyPicklerMemoProxy {
    /// Remove all items from memo.
    #[pymethod(sig = "clear($self, /)")]
    fn clear(&self) {
        let old = self.pickler.memo.take();
        drop(old);
    }

    /// Copy the memo to a new object.
    #[pymethod(sig = "copy($self, /)")]
    fn copy(&self, vm: &Vm) -> PyResult<Value> {
        let dict = PyDict::new(vm);
        let memo = self.pickler.memo.borrow().clone();
        for (id, (index, object)) in memo {
            let pair = vm.new_tuple(vec![vm.new_int(index as i64), object]);
            dict.set(vm, vm.new_bigint(id.into()), pair)?;
        }
        Ok(dict.into_value())
    }

    /// Implement pickle support.
    #[pymethod(sig = "__reduce__($self, /)")]
    fn __reduce__(&self, vm: &Vm) -> PyResult<Value> {
        Ok(reduced(vm, self.copy(vm)?))
    }
}

// The memo of an unpickler.
#[pytype(name = "_pickle.UnpicklerMemoProxy", flags(GC, DISALLOW_INSTANTIATION), tables(UNPICKLER))]
#[derive(Traverse)]
pub struct PyUnpicklerMemoProxy {
    unpickler: PyRef<PyUnpickler>,
}

impl PyUnpicklerMemoProxy {
    pub(super) fn of(unpickler: &Py<PyUnpickler>) -> PyUnpicklerMemoProxy {
        PyUnpicklerMemoProxy {
            unpickler: unpickler.to_ref(),
        }
    }

    pub(super) fn unpickler(&self) -> &Py<PyUnpickler> {
        &self.unpickler
    }
}

#[pymethods(table = UNPICKLER)]
impl PyUnpicklerMemoProxy {
    /// Remove all items from memo.
    #[pymethod(sig = "clear($self, /)")]
    fn clear(&self) {
        let old = self.unpickler.memo.take();
        drop(old);
    }

    /// Copy the memo to a new object.
    #[pymethod(sig = "copy($self, /)")]
    fn copy(&self, vm: &Vm) -> PyResult<Value> {
        let dict = PyDict::new(vm);
        let entries = self.unpickler.memo.borrow().entries();
        for (index, object) in entries {
            dict.set(vm, vm.new_int(index as i64), object)?;
        }
        Ok(dict.into_value())
    }

    /// Implement pickling support.
    #[pymethod(sig = "__reduce__($self, /)")]
    fn __reduce__(&self, vm: &Vm) -> PyResult<Value> {
        Ok(reduced(vm, self.copy(vm)?))
    }
}
