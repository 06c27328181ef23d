//! Layer 7: native modules that need the interpreter's own state. Modules that do without are in the crate `stdlib`.

pub mod atexit;
pub mod builtins;
pub mod codecs;
pub mod imp;
pub mod native;
pub mod sys;

use crate::object::ModuleDef;

/// The modules of this layer.
pub static MODULES: &[&ModuleDef] = &[
    &atexit::module::DEF,
    &builtins::module::DEF,
    &codecs::module::DEF,
    &imp::module::DEF,
    &sys::module::DEF,
];
