//! Hashing.
//!
//! CPython 3.11: `PyObject_Hash`, `Python/pyhash.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;

/// `hash(value)`.
#[inline]
pub fn hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    vm.hash(value)
}

/// The hash by identity, `object`'s own.
#[inline]
pub fn identity(value: &Value) -> i64 {
    value.bits().rotate_right(4) as i64
}

/// The error of a type that cannot be hashed.
#[cold]
#[inline(never)]
pub fn unhashable(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!("unhashable type: '{}'", value.class(vm).tp_name()))
}

/// A hash a program computed, made one that may be stored: -1 means "error" to C code and becomes -2.
#[inline(always)]
pub fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}
