//! `iterator`: walks a sequence by `__getitem__` until IndexError.
//!
//! CPython 3.11: `Objects/iterobject.c`.

pub mod methods;
pub mod value;
