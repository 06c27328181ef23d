//! Source text to CPython 3.11 code objects, byte for byte.
//!
//! ```text
//! bytes -decode-> text -lex+parse-> AST -fold-> AST -symtable-> scopes -codegen-> CFG -flowgraph-> CFG -assemble-> CodeObject
//! ```
//!
//! Invariants: no IO, no live objects, no panic and no unbounded native stack for any input.

pub mod ast;
pub mod ast_dump;
pub mod decode;
pub mod error;
pub mod lexer;
mod lower;
pub mod parse;

pub use error::{CompileError, CompileWarning, ErrorKind, WarningKind};
