//! Storage of complex numbers.

use crate::context::Vm;
use crate::native_type;
use crate::object::{PyRef, Value, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of `complex`.
#[derive(Clone, Copy, Debug)]
pub struct PyComplex {
    /// The real part.
    pub real: f64,
    /// The imaginary part.
    pub imag: f64,
}

native_type!(PyComplex, "complex", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    doc: Some("Create a complex number from a real part and an optional imaginary part.\n\nThis is equivalent to (real + imag*1j) where imag defaults to 0."),
    signature: Some("(real=0, imag=0)"), traverse: None, clear: None, tables: [super::methods::TABLE]);

impl Vm {
    /// A complex number, as a value.
    pub fn new_complex(&self, real: f64, imag: f64) -> Value {
        PyRef::new(self, PyComplex { real, imag }).into_value()
    }
}

impl Value {
    /// The number, when this is a complex number or an instance of a subclass.
    pub fn as_complex(&self) -> Option<PyComplex> {
        self.downcast_ref::<PyComplex>()
            .map(|complex| *complex.payload())
    }
}
