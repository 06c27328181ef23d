//! Objects, interpreter, import system.
//!
//! ```text
//! runtime -> modules -> import -> interp -> types -> protocol -> context -> object
//! ```
//!
//! Each layer may name only what is to its right; `types/*/value.rs` is storage and belongs to `context`. Upward calls exist only as data:
//! type slots and `context::hooks`.

pub mod context;
pub mod gc;
pub mod import;
pub mod interp;
pub mod modules;
pub mod object;
pub mod os_host;
pub mod protocol;
pub mod runtime;
pub mod types;
