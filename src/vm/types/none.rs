//! `None` and its type. The value is a word without an object; this file has the type.

use crate::native_type;
use crate::object::{Table, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of the type's objects, of which there are none on the heap.
pub struct PyNone;

native_type!(PyNone, "NoneType", base: PyBaseObject, flags: type_flag::IMMUTABLE, doc: None, signature: None,
    traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;
