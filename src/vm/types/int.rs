//! `int`.
//!
//! CPython 3.11: `Objects/longobject.c`.

pub mod arith;
pub mod bytes;
pub mod methods;
pub mod new;
pub mod parse;
pub mod slots;
pub mod value;

#[cfg(test)]
mod tests;
