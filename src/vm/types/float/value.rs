//! Storage of floats that do not fit the `Value` word, and of instances of `float`'s subclasses.
//!
//! CPython 3.11: `Objects/floatobject.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{PyRef, Value, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of heap floats.
pub struct PyFloat {
    /// The number.
    pub value: f64,
}

native_type!(PyFloat, "float", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::MATCH_SELF | type_flag::IMMUTABLE,
    doc: Some("Convert a string or number to a floating point number, if possible."), signature: Some("(x=0, /)"),
    traverse: None, clear: None, tables: [super::methods::TABLE, super::slots::TABLE]);

impl Value {
    /// The number, when this is a float (in place or not) or an instance of a subclass of float.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        match self.as_small_float() {
            Some(f) => Some(f),
            None => self.downcast_ref::<PyFloat>().map(|float| float.value),
        }
    }
}

/// A float on the heap; `vm.new_float` decides.
#[cold]
#[inline(never)]
pub fn heap_float(vm: &Vm, value: f64) -> Value {
    PyRef::new(vm, PyFloat { value }).into_value()
}
