//! Short ways through iterators of builtin types.
//!
//! `next` is `protocol::iter::next` without the call for iterators over lists, tuples and ranges; `next_pair` takes the two items from an
//! iterator that would put them into a tuple, for a loop that would take them out again.

use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::iter;
use crate::types::dict::iter::PyDictItemIter;
use crate::types::enumerate::PyEnumerate;
use crate::types::list::iter::PyListIter;
use crate::types::range::iter::PyRangeIter;
use crate::types::tuple::iter::PyTupleIter;
use crate::types::zip::PyZip;

/// The next item; `None` at the end.
#[inline(always)]
pub fn next(vm: &Vm, iterator: &Value) -> PyResult<Option<Value>> {
    vm.check_limits_in_native_loop()?;
    if let Some(iterator) = iterator.downcast_exact::<PyListIter>(vm) {
        Ok(iterator.next())
    } else if let Some(iterator) = iterator.downcast_exact::<PyTupleIter>(vm) {
        Ok(iterator.next())
    } else if let Some(iterator) = iterator.downcast_exact::<PyRangeIter>(vm) {
        Ok(iterator.next().map(|number| vm.new_int(number)))
    } else {
        iter::next(vm, iterator)
    }
}

/// The next pair of `zip` of two, `enumerate` and `dict.items()`; `None` for other iterators.
#[inline(always)]
pub fn next_pair(vm: &Vm, iterator: &Value) -> Option<PyResult<Option<(Value, Value)>>> {
    if let Some(zip) = iterator.downcast_exact::<PyZip>(vm) {
        zip.next_pair(vm)
    } else if let Some(enumerate) = iterator.downcast_exact::<PyEnumerate>(vm) {
        Some(enumerate.next_pair(vm))
    } else {
        let items = iterator.downcast_exact::<PyDictItemIter>(vm)?;
        Some(items.next_pair(vm))
    }
}
