//! The definition of `type` itself; the payload is `object::PyType`.

use crate::context::Vm;
use crate::object::typeobj::drop_type;
use crate::object::{Object, Payload, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;

static DEF: TypeDef = TypeDef {
    name: "type",
    doc: Some("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"),
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::GC
        | type_flag::MANAGED
        | type_flag::HAS_WEAKREF
        | type_flag::TYPE_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyType>(),
    drop_payload: drop_type,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[
        &super::methods::TABLE,
        &super::access::TABLE,
        &super::attributes::TABLE,
    ],
    index: TypeIndex::new(),
};

crate::impl_payload!(PyType, DEF);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live types.
    let ty = unsafe { (*object).cast::<PyType>() };
    if !ty.has_flag(type_flag::HEAPTYPE) {
        return;
    }
    ty.base
        .with(|base| base.iter().for_each(|base| visit(&base.as_value())));
    ty.bases
        .with(|bases| bases.iter().for_each(|bases| visit(&bases.as_value())));
    ty.mro
        .with(|mro| mro.iter().for_each(|mro| visit(&mro.as_value())));
    ty.made_namespace(|dict| dict.iter().for_each(|dict| visit(&dict.as_value())));
    ty.module.with(|module| module.iter().for_each(&mut *visit));
    ty.init_cache
        .with(|cache| cache.iter().for_each(|(_, init)| visit(init)));
}

fn clear(vm: &Vm, value: &Value) {
    if let Some(ty) = value.downcast_ref::<PyType>()
        && ty.has_flag(type_flag::HEAPTYPE)
    {
        super::cache::modified(ty);
        ty.init_cache.set(None);
        if let Some(dict) = ty.namespace() {
            dict.clear(vm);
        }
        ty.mro.set(None);
    }
}
