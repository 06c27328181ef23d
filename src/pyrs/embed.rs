//! The embedding interface: what a Rust program sees of an interpreter.
//!
//! Read `builder` first, then `interpreter`; `convert` has the values that cross the border, `sandbox` the outside a script is granted.

pub mod builder;
pub mod convert;
pub mod error;
pub mod function;
pub mod interpreter;
pub mod object;
pub mod sandbox;

#[cfg(test)]
mod tests;
