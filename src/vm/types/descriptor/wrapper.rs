//! `wrapper_descriptor`: a slot of a native type as a dunder method.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, PyRef, PyType, Table, Value, type_flag};
use crate::types::object_::PyBaseObject;

/// How a slot looks as a method.
pub struct SlotWrapper {
    /// The dunder.
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// `__text_signature__`
    pub text_signature: Option<&'static str>,
    /// Calls the slot of the given class (the class that owns the descriptor) on an instance.
    pub call: fn(&Vm, &PyType, &Value, Args<'_>) -> PyResult<Value>,
}

/// Payload of `wrapper_descriptor`.
pub struct PyWrapperDescriptor {
    /// The slot.
    pub wrapper: &'static SlotWrapper,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyWrapperDescriptor, "wrapper_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::METHOD_DESCRIPTOR | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;
