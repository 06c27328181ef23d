//! `complex`.
//!
//! CPython 3.11: `Objects/complexobject.c`.

pub mod arith;
pub mod methods;
pub mod new;
pub mod value;
