//! `cell`: a variable shared between a function and the functions inside it.
//!
//! CPython 3.11: `Objects/cellobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Args, CompareOp, GetSetDef, Object, Py, PyCell, PyRef, PyType, Table, Value, Visitor, type_flag,
};
use crate::protocol::{compare, repr};
use crate::types::native::{arity, no_keywords, this};
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
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[GetSetDef {
        name: "cell_contents",
        doc: None,
        get: Some(|vm, self_| {
            let content = this::<PyCellObject>(vm, self_)?.content.get();
            content
                .non_null()
                .ok_or_else(|| vm.value_error("Cell is empty"))
        }),
        set: Some(|vm, self_, value| {
            let cell = this::<PyCellObject>(vm, self_)?;
            cell.content.set(value.unwrap_or(Value::NULL));
            Ok(())
        }),
        member: false,
    }],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(repr));
        slots.richcompare.set(Some(richcompare));
    },
};

fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    no_keywords(vm, "cell", &args)?;
    let values = args.positional();
    arity(vm, "cell", values.len(), 0, 1)?;
    let content = values.first().cloned().unwrap_or(Value::NULL);
    Ok(PyCellObject::new(vm, content).into_value())
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let content = this::<PyCellObject>(vm, self_)?.content.get();
    let address = repr::address(self_);
    Ok(vm.new_str(&match content.non_null() {
        Some(content) => format!(
            "<cell at {address}: {} object at {}>",
            content.class(vm).tp_name(),
            repr::address(&content)
        ),
        None => format!("<cell at {address}: empty>"),
    }))
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (this, Some(that)) = (
        this::<PyCellObject>(vm, self_)?,
        other.downcast_ref::<PyCellObject>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    match (this.content.get().non_null(), that.content.get().non_null()) {
        (Some(a), Some(b)) => compare::rich(vm, &a, &b, op),
        // An empty cell is less than any other.
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}

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
