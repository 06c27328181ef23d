//! The builtin exception classes: one row each.
//!
//! CPython 3.11: `Objects/exceptions.c`.

use crate::context::Vm;
use crate::context::errors::ExcKind;
use crate::object::{PyRef, PyType};

/// The class of a kind.
pub fn class(vm: &Vm, _kind: ExcKind) -> PyRef<PyType> {
    vm.types.base_exception.clone()
}
