//! `cell`: a variable shared between a function and the functions inside it.
//!
//! CPython 3.11: `Objects/cellobject.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, PyCell, PyRef, Table, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of cells.
pub struct PyCellObject {
    /// The variable, `NULL` when unset.
    pub content: PyCell<Value>,
}

native_type!(PyCellObject, "cell", base: PyBaseObject, flags: type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError."),
    signature: Some("([contents])"), traverse: Some(traverse), clear: Some(clear), tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live cells.
    unsafe { (*object).cast::<PyCellObject>() }
        .content
        .with(visit);
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(cell) = value.downcast_ref::<PyCellObject>() {
        cell.content.set(Value::NULL);
    }
}

impl PyCellObject {
    /// A cell with a variable, or an empty one for `NULL`.
    #[inline]
    pub fn new(vm: &Vm, content: Value) -> PyRef<PyCellObject> {
        PyRef::new(
            vm,
            PyCellObject {
                content: PyCell::new(content),
            },
        )
    }
}
