//! What a CPython 3.11 `.pyc` is made of: opcodes, code objects, constants, marshal, location and exception tables, pyc headers.
//!
//! Invariant: bytecode knows no live object; the interpreter and the compiler both build on it and not on each other.

pub mod cache;
pub mod code;
pub mod constant;
pub mod constant_repr;
pub mod dis;
pub mod exception_table;
pub mod jumps;
pub mod locations;
pub mod marshal;
pub mod opcode;
pub mod opcodes;
pub mod pyc;
pub mod same;
pub mod stack_effect;
pub mod varint;
pub mod verify;

pub use code::{CodeFlags, CodeObject, LocalKind};
pub use constant::{Constant, StrObj};
pub use exception_table::ExceptionEntry;
pub use locations::{Location, LocationWriter};
pub use opcode::{ArgKind, Opcode};
