//! Storage of exceptions.
//!
//! CPython 3.11: `PyBaseExceptionObject`, `Objects/exceptions.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, PyCell, PyRef, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Payload of `BaseException`; classes with fields of their own begin with it.
#[repr(C)]
pub struct PyBaseException {
    /// `args`
    pub args: PyCell<PyRef<PyTuple>>,
    /// `__traceback__`
    pub traceback: PyCell<Option<Value>>,
    /// `__context__`
    pub context: PyCell<Option<Value>>,
    /// `__cause__`
    pub cause: PyCell<Option<Value>>,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
}

native_type!(PyBaseException, "BaseException", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::EXCEPTION_SUBCLASS | type_flag::IMMUTABLE,
    doc: Some("Common base class for all exceptions"), signature: None, traverse: Some(traverse), clear: Some(clear),
    tables: [super::base::TABLE]);

impl PyBaseException {
    /// An exception with these arguments.
    pub fn new(args: PyRef<PyTuple>) -> PyBaseException {
        PyBaseException {
            args: PyCell::new(args),
            traceback: PyCell::new(None),
            context: PyCell::new(None),
            cause: PyCell::new(None),
            suppress_context: Cell::new(false),
        }
    }

    /// Visits what the exception refers to.
    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.args.with(|args| args.as_value().clone()));
        for field in [&self.traceback, &self.context, &self.cause] {
            field.with(|value| value.iter().for_each(&mut *visit));
        }
    }

    /// Drops what could be part of a cycle.
    pub fn clear(&self, vm: &Vm) {
        self.args.set(vm.empty_tuple());
        for field in [&self.traceback, &self.context, &self.cause] {
            field.set(None);
        }
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live exceptions.
    unsafe { (*object).cast::<PyBaseException>() }
        .payload()
        .traverse(visit);
}

fn clear(vm: &Vm, value: &Value) {
    if let Some(exception) = value.downcast_ref::<PyBaseException>() {
        exception.payload().clear(vm);
    }
}
