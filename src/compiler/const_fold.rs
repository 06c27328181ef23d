//! Folding of constant expressions in the tree, before the symbol table.
//!
//! CPython 3.11: `Python/ast_opt.c`.

mod format;
mod ops;
mod walk;

pub use ops::{frozenset, is_true, python_equal};
pub use walk::fold_mod;
