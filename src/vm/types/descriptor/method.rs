//! `method_descriptor` and `classmethod_descriptor`: native methods in a type's namespace.

use crate::native_type;
use crate::object::{MethodDef, PyRef, PyType, Table, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of `method_descriptor`.
pub struct PyMethodDescriptor {
    /// The static definition.
    pub def: &'static MethodDef,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyMethodDescriptor, "method_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::METHOD_DESCRIPTOR | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;
