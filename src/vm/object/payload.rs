//! `Payload`: a Rust struct that can stand behind an object's head.
//!
//! `#[pytype]` implements it. A struct that extends another payload (`OSError`'s extends that of `BaseException`) is `#[repr(C)]` with the
//! base payload first, and its `TypeDef` names the base's in `layout_base`; downcasts to either then succeed.

use super::def::TypeDef;
use super::refs::Py;
use super::typeobj::PyType;
use crate::context::Vm;

/// The Rust part of an object.
///
/// # Safety
/// `def` must return the definition whose `payload_size`, `drop_payload` and `layout_base` describe `Self`, and no other payload's.
pub unsafe trait Payload: Sized + 'static {
    /// The type's definition.
    fn def() -> &'static TypeDef;

    /// The interpreter's type object for this payload.
    #[inline(always)]
    fn class(vm: &Vm) -> &Py<PyType> {
        // Debug builds would run all the comparisons.
        match vm.types.core::<Self>() {
            Some(ty) if !cfg!(debug_assertions) => ty,
            _ => vm.native_type(Self::def()),
        }
    }
}
