//! `method`: a callable with its first argument.
//!
//! CPython 3.11: `Objects/classobject.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, PyRef, Table, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of bound methods.
pub struct PyMethod {
    /// `__func__`
    pub function: Value,
    /// `__self__`
    pub self_: Value,
}

native_type!(PyMethod, "method", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a bound instance method object."), signature: Some("(function, instance, /)"),
    traverse: Some(traverse), clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live methods.
    let method = unsafe { (*object).cast::<PyMethod>() };
    visit(&method.function);
    visit(&method.self_);
}

impl PyMethod {
    /// Binds a callable.
    #[inline]
    pub fn new(vm: &Vm, function: Value, self_: Value) -> PyRef<PyMethod> {
        PyRef::new(vm, PyMethod { function, self_ })
    }
}
