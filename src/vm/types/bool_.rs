//! `bool`. `True` and `False` are words without objects; this file has the type.
//!
//! CPython 3.11: `Objects/boolobject.c`.

use crate::native_type;
use crate::object::{Table, type_flag};
use crate::types::int::value::PyInt;

/// Payload of the type's objects, of which there are none on the heap.
#[repr(C)]
pub struct PyBool {
    base: PyInt,
}

native_type!(PyBool, "bool", base: PyInt, flags: type_flag::IMMUTABLE | type_flag::VARSIZE | type_flag::INT_SUBCLASS | type_flag::MATCH_SELF,
    doc: Some("bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed."),
    signature: None, traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;
