//! `getset_descriptor` and `member_descriptor`: computed attributes and `__slots__`.

use crate::native_type;
use crate::object::{GetSetDef, PyRef, PyType, Table, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of `getset_descriptor`, and of `member_descriptor` for those marked `member`.
pub struct PyGetSet {
    /// The static definition.
    pub def: &'static GetSetDef,
    /// `__objclass__`
    pub class: PyRef<PyType>,
}

native_type!(PyGetSet, "getset_descriptor", base: PyBaseObject,
    flags: type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;
