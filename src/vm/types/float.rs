//! `float`.
//!
//! CPython 3.11: `Objects/floatobject.c`.

pub mod arith;
pub mod methods;
pub mod new;
pub mod slots;
pub mod value;
