//! Singletons that are heap objects: `''`, the 256 one-character strings, `()`.
//!
//! CPython 3.11: `Include/internal/pycore_global_objects.h`.

use crate::object::PyRef;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// The singletons.
pub struct SmallValues {
    /// `()`
    pub empty_tuple: PyRef<PyTuple>,
    /// `''`
    pub empty_str: PyRef<PyStr>,
    /// Strings of one character below 256.
    pub latin1: Box<[PyRef<PyStr>]>,
}
