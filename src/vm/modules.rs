//! Layer 7: native modules that use the internals of the interpreter.

pub mod codecs;
