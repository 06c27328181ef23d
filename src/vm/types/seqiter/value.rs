//! Storage of sequence iterators.

use crate::context::Vm;
use crate::native_type;
use crate::object::{PyCell, PyRef, Value, type_flag};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of sequence iterators.
pub struct PySeqIter {
    /// The sequence, until it is exhausted.
    pub sequence: PyCell<Option<Value>>,
    /// The next index.
    pub index: Cell<isize>,
}

native_type!(PySeqIter, "iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PySeqIter, |this, visit| this.sequence.with(|sequence| sequence.iter().for_each(visit)))),
    clear: None, tables: [super::methods::TABLE]);

impl PySeqIter {
    /// An iterator from the first item.
    pub fn new(vm: &Vm, sequence: Value) -> PyRef<PySeqIter> {
        PyRef::new(
            vm,
            PySeqIter {
                sequence: PyCell::new(Some(sequence)),
                index: Cell::new(0),
            },
        )
    }
}
