//! Python-visible parts of the sets.
use crate::object::Table;
/// What this file gives `set`.
pub static SET_TABLE: Table = Table::EMPTY;
/// What this file gives `frozenset`.
pub static FROZENSET_TABLE: Table = Table::EMPTY;
