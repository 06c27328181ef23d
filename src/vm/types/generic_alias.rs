//! `types.GenericAlias` (being written).
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Value};
use crate::types::slice::value::PySlice;
/// Stand-in.
pub struct PyGenericAlias;
impl PyGenericAlias {
    /// `origin[args]`
    pub fn of(vm: &Vm, _origin: Value, _args: Value) -> PyResult<PyRef<PySlice>> {
        Err(vm.unfinished("generic aliases"))
    }
}
