//! `_tuplegetter`: the descriptor behind the fields of named tuples.
//!
//! CPython 3.11: `Modules/_collectionsmodule.c`.

use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Py, PyCell, PyType, Value};
use vm::protocol::repr;
use vm::types::native::join_pieces;
use vm::types::tuple::value::PyTuple;

/// Payload of `_tuplegetter`.
#[pytype(name = "_collections._tuplegetter", flags(GC), doc = "", tables(TABLE))]
#[derive(Traverse)]
pub struct PyTupleGetter {
    index: isize,
    doc: PyCell<Value>,
}

#[pymethods]
impl PyTupleGetter {
    #[pyslot(sig = "_tuplegetter(index, doc, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, index: isize, doc: &Value) -> Value {
        let _ = vm;
        let doc = PyCell::new(doc.clone());
        new_object(cls, PyTupleGetter { index, doc }).into_value()
    }

    #[pyslot]
    fn descr_get(
        zelf: &Value,
        vm: &Vm,
        object: Option<&Value>,
        class: Option<&Value>,
    ) -> PyResult<Value> {
        let _ = class;
        let own = vm::types::native::this::<PyTupleGetter>(vm, zelf)?;
        let Some(object) = object.filter(|object| !object.is_none()) else {
            return Ok(zelf.clone());
        };
        let Some(tuple) = object.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error(format!(
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                own.index,
                object.class(vm).tp_name()
            )));
        };
        usize::try_from(own.index)
            .ok()
            .and_then(|index| tuple.as_slice().get(index).cloned())
            .ok_or_else(|| vm.index_error("tuple index out of range"))
    }

    #[pyslot]
    fn descr_set(zelf: &Value, vm: &Vm, object: &Value, value: Option<Value>) -> PyResult<()> {
        let _ = (zelf, object);
        Err(vm.attribute_error(if value.is_some() {
            "can't set attribute"
        } else {
            "can't delete attribute"
        }))
    }

    #[pygetset]
    fn __doc__(&self) -> Value {
        self.doc.get()
    }

    #[pygetset(setter, name = "__doc__")]
    fn set_doc(&self, value: Option<Value>) {
        self.doc.set(value.unwrap_or(Value::None));
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let index = vm.new_int(zelf.index as i64);
        let pieces = [repr::repr(vm, &index)?, repr::repr(vm, &zelf.doc.get())?];
        let prefix = format!("{}(", zelf.object().class().name_str());
        join_pieces(vm, &prefix, &pieces, &[", "], ")")
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![vm.new_int(zelf.index as i64), zelf.doc.get()]);
        vm.new_tuple(vec![zelf.object().class().to_value(), args])
    }
}
