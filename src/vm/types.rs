//! Layer 4: the builtin types, one file or folder each. `value.rs` files are storage and may be named by every layer.

pub mod bool_;
pub mod boot;
pub mod builtin_function;
pub mod cell;
pub mod code;
pub mod descriptor;
pub mod dict;
pub mod ellipsis;
pub mod exceptions;
pub mod float;
pub mod function;
pub mod generic_alias;
pub mod int;
pub mod list;
pub mod method;
pub mod module;
pub mod native;
pub mod none;
pub mod notimplemented;
pub mod object_;
pub mod seqiter;
pub mod set;
pub mod slice;
pub mod str;
pub mod tuple;
pub mod type_;
