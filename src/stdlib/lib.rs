//! Native modules that need no more than the interpreter's public interface; one file or folder each, named as in Python.

pub mod collections;
pub mod itertools;

use vm::object::ModuleDef;

/// The modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&collections::DEF, &itertools::DEF];
