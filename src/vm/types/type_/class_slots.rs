//! `__slots__`: which names become places in the object's row, and whether instances get `__dict__` and `__weakref__`.
//!
//! CPython 3.11: `type_new_slots`, `type_new_visit_slots`, `type_new_copy_slots`, `type_new_slots_bases` in `Objects/typeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value, type_flag};
use crate::protocol::{iter, repr};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;

/// What a class adds to the layout of its base.
#[derive(Default)]
pub struct Added {
    /// Names of places, in the order of the row.
    pub places: Vec<PyRef<PyStr>>,
    /// Whether instances get `__dict__`.
    pub dict: bool,
    /// Whether instances get `__weakref__`.
    pub weakref: bool,
}

/// Whether CPython's objects of the type have a variable size (`tp_itemsize`).
fn has_items(base: &Py<PyType>) -> bool {
    base.has_flag(type_flag::TYPE_SUBCLASS)
        || base.has_flag(type_flag::VARSIZE) && !base.has_flag(type_flag::STR_SUBCLASS)
}

/// Reads `__slots__` from a class's namespace.
pub fn read(
    vm: &Vm,
    class_name: &Py<PyStr>,
    base: &Py<PyType>,
    bases: &[Value],
    dict: &Py<PyDict>,
) -> PyResult<Added> {
    // Metaclasses bring a namespace already: that of the class, under `type.__dict__`.
    let may_add_dict = !base.has_flag(type_flag::HAS_DICT | type_flag::TYPE_SUBCLASS);
    let may_add_weakref = !base.has_flag(type_flag::HAS_WEAKREF) && !has_items(base);
    let Some(slots) = dict.get_str(&vm.names.__slots__) else {
        return Ok(Added {
            places: Vec::new(),
            dict: may_add_dict,
            weakref: may_add_weakref,
        });
    };
    let slots = if slots.downcast_ref::<PyStr>().is_some() {
        vec![slots]
    } else {
        iter::to_vec(vm, &slots)?
    };
    if !slots.is_empty() && has_items(base) {
        return Err(vm.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{}'",
            base.tp_name()
        )));
    }
    let mut added = Added::default();
    let mut names = Vec::new();
    for slot in &slots {
        let name = identifier(vm, slot)?;
        if name.equals(&vm.names.__dict__) {
            if !may_add_dict || added.dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            added.dict = true;
        } else if name.equals(&vm.names.__weakref__) {
            if !may_add_weakref || added.weakref {
                return Err(vm.type_error(
                    "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0",
                ));
            }
            added.weakref = true;
        } else {
            names.push(name);
        }
    }
    for name in names {
        let place = mangle(vm, class_name, name);
        let excepted = name.equals(&vm.names.__qualname__) || name.equals(&vm.names.__classcell__);
        if dict.get_str(&place).is_some() && !excepted {
            return Err(vm.value_error(format!(
                "{} in __slots__ conflicts with class variable",
                repr::repr_text(vm, &place.as_value())?
            )));
        }
        added.places.push(place);
    }
    added.places.sort_by(|a, b| a.chars().cmp(b.chars()));
    take_from_other_bases(base, bases, may_add_dict, may_add_weakref, &mut added);
    Ok(added)
}

/// A class with `__slots__` still gets what one of its other bases has.
fn take_from_other_bases(
    base: &Py<PyType>,
    bases: &[Value],
    may_add_dict: bool,
    may_add_weakref: bool,
    added: &mut Added,
) {
    let others = bases
        .iter()
        .filter_map(|base| base.downcast_ref::<PyType>());
    for other in others.filter(|other| !other.is(base)) {
        added.dict |= may_add_dict && other.has_flag(type_flag::HAS_DICT);
        added.weakref |= may_add_weakref && other.has_flag(type_flag::HAS_WEAKREF);
    }
}

fn identifier<'a>(vm: &Vm, slot: &'a Value) -> PyResult<&'a Py<PyStr>> {
    let Some(name) = slot.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "__slots__ items must be strings, not '{}'",
            slot.class(vm).tp_name()
        )));
    };
    if !base::unicode::is_identifier(name.chars()) {
        return Err(vm.type_error("__slots__ must be identifiers"));
    }
    Ok(name)
}

/// A private name as the compiler mangles it (`_Py_Mangle`).
fn mangle(vm: &Vm, class_name: &Py<PyStr>, name: &Py<PyStr>) -> PyRef<PyStr> {
    let (text, class) = (name.to_string_lossy(), class_name.to_string_lossy());
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        return vm.intern(name.to_ref());
    }
    vm.intern_str(&format!("_{class}{text}"))
}
