//! Exceptions: the classes' table, and the classes with a layout of their own.
pub mod base;
pub mod table;
pub mod value;
