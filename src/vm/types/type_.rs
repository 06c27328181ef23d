//! `type`: making types, their methods, MRO, slot inheritance, the slot-dunder table, the method cache.
//!
//! CPython 3.11: `Objects/typeobject.c`.

pub mod access;
pub mod attributes;
pub mod bases;
pub mod cache;
pub mod class_slots;
pub mod inherit;
pub mod methods;
pub mod mro;
pub mod namespace;
pub mod new;
pub mod ready;
pub mod slotdefs;
mod slots;
pub mod update;
pub mod value;
mod wrap;

use crate::context::{PyResult, Vm};
use crate::object::Value;

/// `bool(value)`
pub(crate) fn truth(vm: &Vm, value: &Value) -> PyResult<bool> {
    slots::is_true(vm, value)
}

#[cfg(test)]
mod tests;
