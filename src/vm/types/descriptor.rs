//! Descriptors of native types.
//!
//! CPython 3.11: `Objects/descrobject.c`.
pub mod getset;
pub mod method;
pub mod wrapper;
