//! Exceptions: the table of the classes, the classes with fields of their own, raising and matching.
//!
//! CPython 3.11: `Objects/exceptions.c`, `Python/errors.c`.

pub mod base;
pub mod group;
pub mod import;
pub mod matching;
pub mod member;
pub mod name;
pub mod os_error;
pub mod raise;
pub mod stop;
pub mod syntax;
pub mod table;
pub mod unicode;
pub mod value;

use crate::context::hooks::Hooks;

/// Sets the hooks that exceptions answer.
pub fn install(hooks: &Hooks) {
    hooks.new_exception.set(raise::new_exception);
}

#[cfg(test)]
mod tests;
