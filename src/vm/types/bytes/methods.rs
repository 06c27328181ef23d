//! Python-visible methods of `bytes`.
use crate::object::Table;
/// What this file gives the type.
pub static TABLE: Table = Table::EMPTY;
