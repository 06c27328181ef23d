//! Layer 3: the abstract object interface. Everything here dispatches through type slots and knows no type but by its storage.
//!
//! CPython 3.11: `Objects/abstract.c`, `Objects/object.c`, `Objects/call.c`.

pub mod args;
pub mod attr;
pub mod buffer;
pub mod call;
pub mod compare;
pub mod convert;
pub mod convert_int;
pub mod fs;
pub mod hash;
pub mod instance_check;
pub mod iter;
pub mod lookup;
pub mod mapping;
#[cfg(test)]
mod native_tests;
pub mod number;
pub mod repr;
pub mod sequence;
pub mod special;
pub mod text;
pub mod truth;
pub mod warn;

use crate::context::hooks::Hooks;

/// Sets the hooks that this layer answers.
pub fn install(hooks: &Hooks) {
    hooks.eq.set(compare::eq);
}
