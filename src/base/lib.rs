//! Leaf helpers without Python objects: what could be in the standard library if it followed Python's rules.
//!
//! Invariant: nothing here knows objects, exceptions or an interpreter. Errors are plain structs that the caller turns into
//! Python exceptions. Where Python lets a program observe a result (a hash, a digit, a comparison count), the result here
//! is CPython 3.11's.

#![forbid(unsafe_code)]

pub mod bigint;
pub mod dtoa;
pub mod format_spec;
pub mod hash;
pub mod line_index;
pub mod text;
pub mod timsort;
pub mod unicode;
mod unicode_name_tables;
pub mod unicode_tables;
