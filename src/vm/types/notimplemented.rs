//! `NotImplemented` and its type. The value is a word without an object; this file has the type.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, Py, PyType, Table, Value, type_flag};
use crate::protocol::warn::warn;
use crate::types::native::{no_args, unsigned};
use crate::types::object_::PyBaseObject;

/// Payload of the type's objects, of which there are none on the heap.
pub struct PyNotImplemented;

native_type!(PyNotImplemented, "NotImplementedType", base: PyBaseObject, flags: type_flag::IMMUTABLE, doc: None, signature: None,
    traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[unsigned(no_args("__reduce__", "", |vm, _| {
        Ok(vm.new_str("NotImplemented"))
    }))],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots
            .repr
            .set(Some(|vm, _| Ok(vm.new_str("NotImplemented"))));
        slots.bool.set(Some(|vm, _| {
            warn(
                vm,
                ExcKind::DeprecationWarning,
                "NotImplemented should not be used in a boolean context",
                1,
            )?;
            Ok(true)
        }));
    },
};

fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if args.is_empty() {
        Ok(Value::NotImplemented)
    } else {
        Err(vm.type_error("NotImplementedType takes no arguments"))
    }
}
