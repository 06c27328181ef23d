//! Bases of a class: which of them gives the layout, which metaclass wins, changing them later.
//!
//! CPython 3.11: `best_base`, `solid_base`, `_PyType_CalculateMetaclass`, `type_set_bases`, `compatible_for_assignment` in
//! `Objects/typeobject.c`.

use super::cache::modified;
use super::mro;
use super::update::{note_finalizer, update_all_slots};
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value, type_flag};
use crate::types::descriptor::member::{MemberKind, PyMember};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// The nearest of the type's bases, itself included, that adds fields.
pub fn solid_base(vm: &Vm, ty: &Py<PyType>) -> PyRef<PyType> {
    let mut ty = ty.to_ref();
    while let Some(base) = ty.base.get() {
        if adds_fields(&ty, &base) {
            return ty;
        }
        ty = base;
    }
    vm.types.object.to_ref()
}

fn adds_fields(ty: &Py<PyType>, base: &Py<PyType>) -> bool {
    ty.basicsize.get() != base.basicsize.get() || ty.slot_count.get() != base.slot_count.get()
}

/// The base whose layout the class takes over.
pub fn best_base(vm: &Vm, bases: &[Value]) -> PyResult<PyRef<PyType>> {
    let mut best: Option<(PyRef<PyType>, PyRef<PyType>)> = None;
    for base in bases {
        let Some(base) = base.downcast_ref::<PyType>() else {
            return Err(vm.type_error("bases must be types"));
        };
        if !base.has_flag(type_flag::BASETYPE) {
            return Err(vm.type_error(format!(
                "type '{}' is not an acceptable base type",
                base.tp_name()
            )));
        }
        let candidate = solid_base(vm, base);
        best = match best {
            None => Some((candidate, base.to_ref())),
            Some((winner, chosen)) if winner.is_subtype(&candidate) => Some((winner, chosen)),
            Some((winner, _)) if candidate.is_subtype(&winner) => Some((candidate, base.to_ref())),
            Some(_) => {
                return Err(vm.type_error("multiple bases have instance lay-out conflict"));
            }
        };
    }
    match best {
        Some((_, base)) => Ok(base),
        None => Err(vm.type_error("a new-style class can't have only classic bases")),
    }
}

/// The most derived metaclass of `metatype` and those of the bases.
pub fn calculate_metaclass(
    vm: &Vm,
    metatype: &Py<PyType>,
    bases: &[Value],
) -> PyResult<PyRef<PyType>> {
    let mut winner = metatype.to_ref();
    for base in bases {
        let class = base.class(vm);
        if winner.is_subtype(class) {
            continue;
        }
        if !class.is_subtype(&winner) {
            return Err(vm.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        winner = class.to_ref();
    }
    Ok(winner)
}

/// Names of the `__slots__` a class adds, in order.
fn own_slots(ty: &Py<PyType>) -> Vec<(usize, PyRef<PyStr>)> {
    let mut names: Vec<_> = ty
        .dict_ref()
        .values()
        .iter()
        .filter_map(|value| value.downcast_ref::<PyMember>())
        .filter(|member| member.class.is(ty))
        .filter_map(|member| match member.kind {
            MemberKind::Slot(index) => Some((index, member.name.clone())),
            _ => None,
        })
        .collect();
    names.sort_by_key(|(index, _)| *index);
    names
}

/// The flags that decide what stands in front of objects.
const HEAD: u32 = type_flag::MANAGED | type_flag::GC;

fn same_as_base(ty: &Py<PyType>, base: &Py<PyType>) -> bool {
    let flags = HEAD | type_flag::HAS_DICT | type_flag::HAS_WEAKREF;
    !adds_fields(ty, base) && ty.flags.get() & flags == base.flags.get() & flags
}

/// Checks that objects of one type may become objects of the other.
pub fn check_compatible(
    vm: &Vm,
    old: &Py<PyType>,
    new: &Py<PyType>,
    attribute: &str,
) -> PyResult<()> {
    let differs = |what: &str| {
        vm.type_error(format!(
            "{attribute} assignment: '{}' {what} differs from '{}'",
            new.tp_name(),
            old.tp_name()
        ))
    };
    let (mut new_base, mut old_base) = (new.to_ref(), old.to_ref());
    for side in [&mut new_base, &mut old_base] {
        while let Some(base) = side.base.get().filter(|base| same_as_base(side, base)) {
            *side = base;
        }
    }
    if !new_base.is(&*old_base) {
        let same_parent = match (new_base.base.get(), old_base.base.get()) {
            (Some(a), Some(b)) => a.is(&*b),
            _ => false,
        };
        let slots = |ty: &Py<PyType>| -> Vec<String> {
            own_slots(ty)
                .iter()
                .map(|(_, name)| name.to_string_lossy().into_owned())
                .collect()
        };
        let both_python = [&new_base, &old_base]
            .iter()
            .all(|ty| ty.has_flag(type_flag::HEAPTYPE));
        if !same_parent || !both_python || slots(&new_base) != slots(&old_base) {
            return Err(differs("object layout"));
        }
    }
    let flags = |ty: &Py<PyType>, mask: u32| ty.flags.get() & mask;
    let dict_or_weak = type_flag::HAS_DICT | type_flag::HAS_WEAKREF;
    if flags(old, HEAD) != flags(new, HEAD)
        || flags(old, dict_or_weak) != flags(new, dict_or_weak)
        || !std::ptr::eq(old.layout.get(), new.layout.get())
            && old.layout.get().payload_size != new.layout.get().payload_size
    {
        return Err(differs("object layout"));
    }
    Ok(())
}

/// `ty.__bases__ = new_bases`
pub fn set_bases(vm: &Vm, ty: &Py<PyType>, value: &Value) -> PyResult<()> {
    let Some(new_bases) = value.downcast_ref::<PyTuple>() else {
        return Err(vm.type_error(format!(
            "can only assign tuple to {}.__bases__, not {}",
            ty.tp_name(),
            value.class(vm).tp_name()
        )));
    };
    if new_bases.len() == 0 {
        return Err(vm.type_error(format!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            ty.tp_name()
        )));
    }
    for base in new_bases.as_slice() {
        let Some(base) = base.downcast_ref::<PyType>() else {
            return Err(vm.type_error(format!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                ty.tp_name(),
                base.class(vm).tp_name()
            )));
        };
        if base.is_subtype(ty) || derives_by_base(base, ty) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(vm, new_bases.as_slice())?;
    let old_base = ty.base.get().unwrap_or_else(|| vm.types.object.clone());
    check_compatible(vm, &old_base, &new_base, "__bases__")?;
    let old_bases = ty.bases.replace(Some(new_bases.to_ref()));
    ty.base.set(Some(new_base));
    let mut changed = Vec::new();
    let result = recompute_mro(vm, ty, &mut changed);
    // What `mro()` assigned meanwhile stays.
    let still_ours = ty
        .bases
        .with(|bases| bases.as_ref().is_some_and(|bases| bases.is(new_bases)));
    if let Err(error) = result {
        for change in changed.into_iter().rev() {
            if has_mro(&change.ty, Some(&change.new)) {
                change.ty.mro.set(change.old);
                modified(&change.ty);
            }
        }
        if still_ours {
            ty.base.set(Some(old_base));
            ty.bases.set(old_bases);
        }
        return Err(error);
    }
    if !still_ours {
        return Ok(());
    }
    for base in old_bases.iter().flat_map(|bases| bases.as_slice()) {
        if let Some(base) = base.downcast_ref::<PyType>() {
            base.remove_subclass(ty);
        }
    }
    for base in new_bases.as_slice() {
        if let Some(base) = base.downcast_ref::<PyType>() {
            base.add_subclass(ty);
        }
    }
    modified(ty);
    for Change { ty, .. } in &changed {
        modified(ty);
        update_all_slots(vm, ty);
        note_finalizer(vm, ty);
    }
    Ok(())
}

/// Whether one type is reached from another by `__base__` alone, which is assigned before `mro()` runs.
fn derives_by_base(ty: &Py<PyType>, ancestor: &Py<PyType>) -> bool {
    let mut place = Some(ty.to_ref());
    while let Some(ty) = place {
        if ty.is(ancestor) {
            return true;
        }
        place = ty.base.get();
    }
    false
}

fn has_mro(ty: &Py<PyType>, known: Option<&PyRef<PyTuple>>) -> bool {
    match (ty.mro_ref(), known) {
        (Some(mro), Some(known)) => mro.is(known),
        (None, None) => true,
        _ => false,
    }
}

/// A type whose MRO was replaced.
struct Change {
    ty: PyRef<PyType>,
    old: Option<PyRef<PyTuple>>,
    new: PyRef<PyTuple>,
}

type Changed = Vec<Change>;

/// Gives a type and all that derive from it a new MRO, bases first; what they had before goes into `changed`.
fn recompute_mro(vm: &Vm, ty: &Py<PyType>, changed: &mut Changed) -> PyResult<()> {
    let mut waiting = vec![ty.to_ref()];
    while let Some(ty) = waiting.pop() {
        modified(&ty);
        let old = ty.mro_ref();
        let new = mro::compute(vm, &ty)?;
        modified(&ty);
        if !has_mro(&ty, old.as_ref()) {
            // `mro()` assigned bases itself.
            continue;
        }
        let old = ty.mro.replace(Some(new.clone()));
        changed.push(Change {
            ty: ty.clone(),
            old,
            new,
        });
        waiting.extend(ty.live_subclasses().into_iter().rev());
    }
    Ok(())
}
