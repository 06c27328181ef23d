//! `BaseException`'s methods.
use crate::object::Table;
/// What the type does.
pub static TABLE: Table = Table::EMPTY;
