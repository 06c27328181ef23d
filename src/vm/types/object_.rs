//! `object`.
//!
//! CPython 3.11: `Objects/typeobject.c`.

pub mod methods;
pub mod reduce;
pub mod slots;

use crate::object::{Object, Payload, TypeDef, TypeIndex, type_flag};

/// Payload of `object`: nothing.
#[derive(Default)]
pub struct PyBaseObject;

static DEF: TypeDef = TypeDef {
    name: "object",
    doc: Some(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no \
         instance attributes and cannot be given any.\n",
    ),
    text_signature: Some("()"),
    base: None,
    layout_base: None,
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    payload_size: 0,
    drop_payload,
    traverse: None,
    clear: None,
    tables: &[&slots::TABLE, &methods::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyBaseObject {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn drop_payload(_object: *mut Object) {}
