//! Filling the slots of Python classes from what their MRO holds under the dunders.
//!
//! CPython 3.11: `update_one_slot`, `update_slot`, `fixup_slot_dispatchers` in `Objects/typeobject.c`.

use super::inherit::{inherit_slots, set_attribute_flags};
use super::ready::NEW;
use super::slotdefs::{SLOTDEFS, SlotDef};
use super::slots;
use crate::context::Vm;
use crate::object::{Payload, Py, PyRef, PyType, Value};
use crate::protocol::lookup::type_lookup;
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::descriptor::wrapper::PyWrapperDescriptor;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use ahash::AHashMap;

/// The interned names of the rows of `SLOTDEFS`.
struct Names {
    names: Vec<PyRef<PyStr>>,
    /// For each name, the first row of each slot that it stands for.
    rows: AHashMap<u64, Vec<usize>>,
}

fn names(vm: &Vm) -> std::rc::Rc<Names> {
    vm.state.get_or_init(|| {
        let names: Vec<PyRef<PyStr>> = SLOTDEFS
            .iter()
            .map(|row| vm.intern_str(row.wrapper.name))
            .collect();
        let mut rows: AHashMap<u64, Vec<usize>> = AHashMap::new();
        for (row, name) in names.iter().enumerate() {
            let known = rows.entry(name.as_value().bits()).or_default();
            let first = first_row_of_slot(row);
            if !known.contains(&first) {
                known.push(first);
            }
        }
        Names { names, rows }
    })
}

/// Whether this is `object.__getattribute__`.
pub fn is_object_getattribute(vm: &Vm, value: &Value) -> bool {
    value
        .downcast_exact::<PyWrapperDescriptor>(vm)
        .is_some_and(|wrapper| {
            wrapper.wrapper.name == "__getattribute__" && wrapper.class.is(PyBaseObject::class(vm))
        })
}

/// Fills every slot of a class (`fixup_slot_dispatchers`).
pub fn update_all_slots(vm: &Vm, ty: &Py<PyType>) {
    let names = names(vm);
    if !take_slots_of_base(vm, ty, &names) {
        let mut row = 0;
        while row < SLOTDEFS.len() {
            row = update_one_slot(vm, ty, &names.names, row);
        }
    }
    finish(vm, ty);
}

/// As `update_all_slots`, for a class that was just made and has no slots yet.
pub fn fill_all_slots(vm: &Vm, ty: &Py<PyType>) {
    let names = names(vm);
    if take_slots_of_base(vm, ty, &names) {
        if let Some(mro) = ty.mro_ref() {
            for base in mro.as_slice().iter().skip(1) {
                if let Some(base) = base.downcast_ref::<PyType>() {
                    ty.slots.fill_unnamed_from(&base.slots);
                }
            }
        }
        finish(vm, ty);
        return;
    }
    inherit_slots(vm, ty);
    let new = ty.base.with(|base| base.as_ref()?.slots.new.get());
    ty.slots.new.set(new);
    update_all_slots(vm, ty);
}

/// Whether a type has the slot of a dunder; false for names that are no dunders of slots.
pub fn has_slot_of_name(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> bool {
    names(vm)
        .rows
        .get(&name.as_value().bits())
        .is_some_and(|rows| rows.iter().any(|&row| (SLOTDEFS[row].is_set)(&ty.slots)))
}

/// The short way for a class with a usual resolution order, which begins with its first base and goes through what that derives from in
/// the same order: that base's slots, and a look at those whose dunders are defined by the class itself or by classes the base has not.
fn take_slots_of_base(vm: &Vm, ty: &Py<PyType>, names: &Names) -> bool {
    let bases = ty.bases.get();
    let Some([base, ..]) = bases.as_ref().map(|bases| bases.as_slice()) else {
        return false;
    };
    let Some(base) = base.downcast_ref::<PyType>() else {
        return false;
    };
    let (Some(own_order), Some(order)) = (ty.mro_ref(), base.mro_ref()) else {
        return false;
    };
    let Some((first, others)) = own_order.as_slice().split_first() else {
        return false;
    };
    let mut definers = vec![first];
    let mut expected = order.as_slice().iter();
    let mut next = expected.next();
    for class in others {
        if next.is_some_and(|next| next.is(class)) {
            next = expected.next();
        } else {
            definers.push(class);
        }
    }
    if next.is_some()
        || !others
            .first()
            .is_some_and(|class| class.is(&base.as_value()))
    {
        return false;
    }
    let (send, getbuffer) = (ty.slots.send.get(), ty.slots.getbuffer.get());
    ty.slots.copy_from(&base.slots);
    // No dunder stands for these.
    ty.slots.send.set(send);
    ty.slots.getbuffer.set(getbuffer);
    let mut changed = Vec::new();
    for definer in definers {
        let Some(definer) = definer.downcast_ref::<PyType>() else {
            return false;
        };
        for key in definer.dict_ref().keys() {
            if !key
                .downcast_ref::<PyStr>()
                .is_some_and(|name| name.is_interned())
            {
                return false;
            }
            if let Some(rows) = names.rows.get(&key.bits()) {
                changed.extend_from_slice(rows);
            }
        }
    }
    // In the order of the whole walk: what a slot takes can depend on those before it.
    changed.sort_unstable();
    changed.dedup();
    for row in changed {
        update_one_slot(vm, ty, &names.names, row);
    }
    true
}

/// Tells the heap of a finaliser in a class that may have instances already.
pub fn note_finalizer(vm: &Vm, ty: &Py<PyType>) {
    if ty.slots.finalize.get().is_some() {
        vm.heap.note_late_finalizer();
    }
}

fn finish(vm: &Vm, ty: &Py<PyType>) {
    let own_next = ty.slots.iternext.get().is_some_and(|slot| {
        std::ptr::fn_addr_eq(slot, slots::iternext as crate::object::slots::IterNextFn)
    });
    let generic_send = ty.slots.send.get().is_some_and(|slot| {
        std::ptr::fn_addr_eq(slot, slots::send as crate::object::slots::SendFn)
    });
    if own_next {
        ty.slots.send.set(Some(slots::send));
    } else if generic_send {
        ty.slots.send.set(None);
    }
    set_attribute_flags(vm, ty);
}

/// Fills the slots a dunder stands for, in a class and all that derive from it and do not define the dunder themselves. True when the
/// name is a dunder of a slot.
pub fn update_slots_of_name(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> bool {
    let names = names(vm);
    let Some(rows) = names.rows.get(&name.as_value().bits()) else {
        return false;
    };
    let mut waiting = vec![ty.to_ref()];
    while let Some(ty) = waiting.pop() {
        let had_finalizer = ty.slots.finalize.get().is_some();
        for &row in rows {
            update_one_slot(vm, &ty, &names.names, row);
        }
        finish(vm, &ty);
        if !had_finalizer {
            note_finalizer(vm, &ty);
        }
        waiting.extend(ty.live_subclasses().into_iter().filter(|subclass| {
            subclass
                .namespace()
                .is_none_or(|dict| dict.get_str(name).is_none())
        }));
    }
    true
}

fn first_row_of_slot(mut row: usize) -> usize {
    while row > 0 && SLOTDEFS[row - 1].slot == SLOTDEFS[row].slot {
        row -= 1;
    }
    row
}

/// What the rows of one slot ask for.
#[derive(Default)]
struct Choice {
    /// The native class whose slot can be taken directly.
    specific: Option<PyRef<PyType>>,
    /// Whether the direct way is closed.
    use_generic: bool,
    /// The function that calls the dunder.
    generic: Option<fn(&crate::object::Slots)>,
}

/// Fills the slot whose rows begin at `row`; gives the row behind them.
fn update_one_slot(vm: &Vm, ty: &Py<PyType>, names: &[PyRef<PyStr>], row: usize) -> usize {
    let slot = SLOTDEFS[row].slot;
    let mut choice = Choice::default();
    let mut end = row;
    let mut unhashable = false;
    while let Some(def) = SLOTDEFS.get(end).filter(|def| def.slot == slot) {
        if let Some(found) = type_lookup(vm, ty, &names[end]) {
            if found.is_none() && def.wrapper.name == "__hash__" {
                unhashable = true;
            } else {
                consider(vm, ty, def, &found, &mut choice);
            }
        }
        end += 1;
    }
    let def = &SLOTDEFS[row];
    match (choice.specific, choice.generic) {
        _ if unhashable => (def.clear)(&ty.slots),
        (Some(class), _) if !choice.use_generic => (def.copy)(&class.slots, &ty.slots),
        (_, Some(fill)) => fill(&ty.slots),
        (_, None) => (def.clear)(&ty.slots),
    }
    end
}

/// Takes what stands under one dunder into account.
fn consider(vm: &Vm, ty: &Py<PyType>, def: &'static SlotDef, found: &Value, choice: &mut Choice) {
    let mut take = |class: &Py<PyType>| match &choice.specific {
        Some(known) if !known.is(class) => choice.use_generic = true,
        _ => choice.specific = Some(class.to_ref()),
    };
    if let Some(wrapper) = found.downcast_exact::<PyWrapperDescriptor>(vm)
        && wrapper.wrapper.name == def.wrapper.name
    {
        let usable = std::ptr::eq(wrapper.wrapper, &def.wrapper) && ty.is_subtype(&wrapper.class);
        if usable {
            take(&wrapper.class);
        } else {
            choice.use_generic = true;
        }
        let filled = only_filled_slot(ty, def.wrapper.name);
        if filled.is_none_or(|filled| filled == def.slot) {
            choice.generic = def.fill;
        }
        return;
    }
    if def.wrapper.name == "__new__"
        && let Some(function) = found.downcast_exact::<PyBuiltinFunction>(vm)
        && std::ptr::eq(function.def, &NEW)
        && let Some(class) = function.self_.downcast_ref::<PyType>()
        && ty.is_subtype(class)
    {
        // What cannot be made through its base cannot be made at all.
        let base = ty.base.get();
        if base.is_some_and(|base| base.slots.new.get().is_some()) {
            take(class);
        }
        return;
    }
    choice.use_generic = true;
    choice.generic = def.fill;
}

/// The one slot the type has among those a dunder stands for; `None` when it has none or several.
fn only_filled_slot(ty: &Py<PyType>, name: &str) -> Option<usize> {
    let mut filled = SLOTDEFS
        .iter()
        .filter(|row| row.wrapper.name == name && (row.is_set)(&ty.slots))
        .map(|row| row.slot);
    match (filled.next(), filled.next()) {
        (Some(slot), None) => Some(slot),
        _ => None,
    }
}
