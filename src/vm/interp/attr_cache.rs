//! What an attribute access can be specialised to; shared by `LOAD_ATTR` and `STORE_ATTR`.
//!
//! CPython 3.11: `analyze_descriptor`, `specialize_dict_access` in `Python/specialize.c`.

use crate::context::Vm;
use crate::object::{Py, Value, type_flag};
use crate::protocol::lookup;
use crate::types::descriptor::member::{MemberKind, PyMember};
use crate::types::module::PyModule;
use crate::types::str::value::PyStr;

/// Where an attribute is, and the version that says so.
pub enum AttrKind {
    /// In the instance's row, at a place.
    InstanceValue { version: u32, index: u16 },
    /// In a `__slots__` place.
    Slot { version: u32, index: u16 },
    /// In the instance's dict, probably at a place.
    WithHint { version: u32, index: u16 },
    /// In a module's dict, at a place; the version is that of the dict's keys.
    Module { version: u32, index: u16 },
}

/// Finds out where the attribute of `owner` is, when it can be cached. `store` asks for writing.
pub fn find(vm: &Vm, owner: &Value, name: &Py<PyStr>, store: bool) -> Option<AttrKind> {
    if let Some(module) = owner.downcast_exact::<PyModule>(vm) {
        let dict = module.dict(vm);
        let index = u16::try_from(dict.index_of_str(name)?).ok()?;
        return Some(AttrKind::Module {
            version: dict.keys_version(vm)?,
            index,
        });
    }
    let object = owner.as_object()?;
    let class = object.class();
    let generic = if store {
        type_flag::GENERIC_SETATTR
    } else {
        type_flag::GENERIC_GETATTR
    };
    if !class.has_flag(generic) {
        return None;
    }
    let version = lookup::type_version(vm, class)?;
    if let Some(descriptor) = lookup::type_lookup(vm, class, name) {
        let member = descriptor.downcast_ref::<PyMember>()?;
        let MemberKind::Slot(place) = member.kind else {
            return None;
        };
        let index = u16::try_from(place).ok()?;
        return if class.is_subtype(&member.class) {
            Some(AttrKind::Slot { version, index })
        } else {
            None
        };
    }
    if !class.has_flag(type_flag::HAS_DICT) {
        return None;
    }
    let attrs = &object.managed()?.attrs;
    if let Some(values) = attrs.values() {
        let index = class.keys.index_of(name)?;
        let set = values.get(index).is_some();
        let next = store && index == values.len();
        return if set || next {
            Some(AttrKind::InstanceValue {
                version,
                index: u16::try_from(index).ok()?,
            })
        } else {
            None
        };
    }
    let index = u16::try_from(attrs.dict()?.index_of_str(name)?).ok()?;
    Some(AttrKind::WithHint { version, index })
}
