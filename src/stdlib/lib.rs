//! Native modules of the standard library.

pub mod itertools;

use vm::object::ModuleDef;

/// Every native module of this crate.
pub static MODULES: &[&ModuleDef] = &[&itertools::DEF];
