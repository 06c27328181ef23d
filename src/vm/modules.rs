//! Layer 7: native modules that need the interpreter's own state. Modules that do without are in the crate `stdlib`.

pub mod abc;
pub mod ast_;
pub mod atexit;
pub mod builtins;
pub mod codecs;
pub mod console;
pub mod gc_;
pub mod imp;
pub mod io;
pub mod marshal_;
pub mod native;
pub mod opcode;
pub mod signal;
pub mod symtable;
pub mod sys;
pub mod warnings;
pub mod weakref_;

use crate::object::ModuleDef;

/// The modules of this layer.
pub static MODULES: &[&ModuleDef] = &[
    &abc::module::DEF,
    &ast_::module::DEF,
    &atexit::module::DEF,
    &builtins::module::DEF,
    &codecs::module::DEF,
    &imp::module::DEF,
    &io::module::DEF,
    &crate::import::ahead::module::DEF,
    &gc_::module::DEF,
    &marshal_::module::DEF,
    &opcode::module::DEF,
    &symtable::module::DEF,
    &signal::module::DEF,
    &sys::module::DEF,
    &warnings::module::DEF,
    &weakref_::module::DEF,
];
