//! `type`: making types, their methods, MRO, slot inheritance, the slot-dunder table, the method cache.
//!
//! CPython 3.11: `Objects/typeobject.c`.

pub mod methods;
pub mod value;
