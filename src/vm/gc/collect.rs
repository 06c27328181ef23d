//! One collection.
//!
//! 1. Copy every object's reference count of the generation, and subtract one for each reference that comes from inside it.
//! 2. What has references left is reachable from outside; so is everything it refers to. The rest is unreachable.
//! 3. Clear weak references to the unreachable, call their callbacks if the reference itself survives; run finalisers (PEP 442).
//! 4. What the finalisers made reachable again goes back, with all it refers to.
//! 5. Break the cycles of the rest: `clear` of each type, attributes, `__slots__`. Reference counting frees them.
//!
//! CPython 3.11: `gc_collect_main`, `deduce_unreachable`, `handle_weakrefs`, `finalize_garbage`, `delete_garbage`.

use super::{DEBUG_SAVEALL, GcState, GenerationStats};
use crate::context::Vm;
use crate::object::alloc::Generations;
use crate::object::header::{GcHead, flag};
use crate::object::{Args, Object, Value, Visitor, instance, type_flag, weak};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;

/// Visits everything an object refers to: payload, attributes, `__slots__`, and its class when that is counted.
pub fn traverse(object: &Object, visit: &mut Visitor<'_>) {
    let class = object.class();
    if let Some(traverse) = class.layout.get().traverse {
        // SAFETY: the type's definition knows the payload of its objects.
        unsafe { traverse(object, visit) };
    }
    instance::traverse(object, visit);
    for index in 0..class.slot_count.get() {
        if let Some(value) = instance::get_slot(object, index) {
            visit(&value);
        }
    }
    if class.has_flag(type_flag::HEAPTYPE) {
        visit(&class.as_value());
    }
}

/// Collects, with `gc.callbacks` before and after. The number of unreachable objects.
pub fn collect_with_callbacks(vm: &Vm, state: &GcState, generation: usize) -> usize {
    if state.collecting.replace(true) {
        return 0;
    }
    call_back(vm, state, "start", generation, 0);
    let found = collect(vm, state, generation);
    call_back(vm, state, "stop", generation, found);
    state.collecting.set(false);
    found
}

/// Collects everything, unless a collection runs.
pub fn collect_quietly(vm: &Vm, state: &GcState) {
    if !state.collecting.replace(true) {
        collect(vm, state, 2);
        state.collecting.set(false);
    }
}

fn call_back(vm: &Vm, state: &GcState, phase: &str, generation: usize, collected: usize) {
    let callbacks = state.callbacks.borrow().clone();
    let Some(callbacks) = callbacks.as_ref().and_then(Value::downcast_ref::<PyList>) else {
        return;
    };
    for callback in callbacks.to_vec() {
        let info = PyDict::new(vm);
        info.set_str(vm, &vm.intern_str("generation"), vm.new_usize(generation));
        info.set_str(vm, &vm.intern_str("collected"), vm.new_usize(collected));
        info.set_str(vm, &vm.intern_str("uncollectable"), vm.new_usize(0));
        let args = [vm.new_str(phase), info.into_value()];
        if let Some(call) = callback.class(vm).slots.call.get()
            && let Err(error) = call(vm, &callback, Args::positional_only(&args))
        {
            (vm.hooks.unraisable.get())(vm, error, &callback);
        }
    }
}

/// Adds the members of a ring. They are not counted: nothing may be freed while the list is used.
fn ring_members(ring: &GcHead, objects: &mut Vec<&Object>) {
    let mut links = ring.next.get();
    while !std::ptr::eq(links, ring) {
        // SAFETY: every member of a ring but its head stands in front of a live object, which lives as long as the caller frees nothing.
        unsafe {
            objects.push((*links).object());
            links = (*links).next.get();
        }
    }
}

fn ring_objects(ring: &GcHead) -> Vec<Value> {
    let mut objects = Vec::new();
    let mut links = ring.next.get();
    while !std::ptr::eq(links, ring) {
        // SAFETY: every member of a ring but its head stands in front of a live object.
        unsafe {
            objects.push((*links).object().as_value().clone());
            links = (*links).next.get();
        }
    }
    objects
}

/// Every object the collector watches (`gc.get_objects`), of one generation or of all.
pub fn tracked_objects(vm: &Vm, generation: Option<usize>) -> Vec<Value> {
    let tracked = &vm.heap.tracked;
    match generation {
        Some(generation) => ring_objects(tracked.ring(generation)),
        None => (0..3)
            .chain([Generations::STARTUP])
            .flat_map(|generation| ring_objects(tracked.ring(generation)))
            .collect(),
    }
}

fn collect(vm: &Vm, state: &GcState, generation: usize) -> usize {
    let tracked = &vm.heap.tracked;
    if let Some(next) = tracked.counts.get(generation + 1) {
        next.set(next.get() + 1);
    }
    for count in &tracked.counts[..=generation] {
        count.set(0);
    }
    let mut objects = Vec::new();
    for young in 0..=generation {
        ring_members(tracked.ring(young), &mut objects);
    }
    let (unreachable, survivors) = unreachable_of(&objects, 0);
    let dying = unreachable.iter().filter_map(Value::as_object);
    promote(vm, survivors.iter().copied().chain(dying), generation);
    let survivors = survivors.len();
    drop(objects);
    if generation == 2 {
        state.long_lived_pending.set(0);
        state.long_lived_total.set(survivors);
    } else if generation == 1 {
        state
            .long_lived_pending
            .set(state.long_lived_pending.get() + survivors);
    }
    let found = unreachable.len();
    let stats = state.stats[generation].get();
    let collections = stats.collections + 1;
    state.stats[generation].set(GenerationStats {
        collections,
        collected: stats.collected + found,
        ..stats
    });
    if found == 0 {
        return 0;
    }
    clear_weakrefs(vm, &unreachable);
    finalize(vm, &unreachable);
    let garbage = still_unreachable(vm, unreachable);
    if state.debug.get() & DEBUG_SAVEALL != 0 {
        let list = state.garbage.borrow().clone();
        if let Some(list) = list.as_ref().and_then(Value::downcast_ref::<PyList>) {
            garbage.iter().for_each(|value| list.push(value.clone()));
        }
        return found;
    }
    for value in &garbage {
        clear(vm, value);
    }
    drop(garbage);
    found
}

/// Those of the objects that only objects among them refer to.
///
/// While it runs, an object's `prev` link holds what is left of its reference count, and `COLLECTING` says that it was not found reachable
/// yet; `promote` or `relink` must follow before anything can be linked or unlinked. Visitors neither run code nor drop references.
/// The caller holds `held` references to each object.
///
/// The others are given as well, in the order that CPython's lists have afterwards: finalisers run in it, and a text stream that was
/// reached before its file is closed before it.
fn unreachable_of<'a>(objects: &[&'a Object], held: usize) -> (Vec<Value>, Vec<&'a Object>) {
    for object in objects {
        object.set_flag(flag::COLLECTING, true);
        object.set_gc_refs((object.refcount() as usize).saturating_sub(held));
    }
    for object in objects {
        traverse(object, &mut |child| {
            if let Some(child) = collecting(child) {
                child.set_gc_refs(child.gc_refs().saturating_sub(1));
            }
        });
    }
    let mut survivors: Vec<&Object> = Vec::with_capacity(objects.len());
    let mut reached: Vec<&Object> = Vec::new();
    let mut at = 0;
    // What is reached from an object behind it comes at the end, and its own children after it.
    while let Some(object) = objects
        .get(at)
        .or_else(|| reached.get(at - objects.len()))
        .copied()
    {
        at += 1;
        if object.gc_refs() == 0 {
            object.set_gc_refs(PASSED);
            continue;
        }
        object.set_flag(flag::COLLECTING, false);
        survivors.push(object);
        traverse(object, &mut |child| {
            let Some(child) = collecting(child) else {
                return;
            };
            match child.gc_refs() {
                PASSED => {
                    child.set_gc_refs(1);
                    // SAFETY: the object is in the list of the collection, which holds a reference to it.
                    reached.push(unsafe { &*std::ptr::from_ref(child) });
                }
                0 => child.set_gc_refs(1),
                _ => {}
            }
        });
    }
    let mut unreachable = Vec::new();
    for object in objects {
        if object.has_flag(flag::COLLECTING) {
            object.set_flag(flag::COLLECTING, false);
            unreachable.push(object.as_value().clone());
        }
    }
    (unreachable, survivors)
}

/// In the place of a reference count: nothing was found to refer to the object when its turn came.
const PASSED: usize = usize::MAX;

/// The object behind a value that the running collection looks at and has not found reachable yet.
#[inline(always)]
fn collecting(value: &Value) -> Option<&Object> {
    value
        .as_object()
        .filter(|object| object.has_flag(flag::COLLECTING))
}

/// Moves what was looked at into the next generation, and makes the links whole again.
fn promote<'a>(vm: &Vm, objects: impl Iterator<Item = &'a Object>, generation: usize) {
    let tracked = &vm.heap.tracked;
    for young in 0..=generation {
        tracked.empty(young);
    }
    let older = (generation + 1).min(2);
    for object in objects {
        if let Some(links) = object.gc_head() {
            tracked.link(older, links);
            object.set_generation(older);
        }
    }
}

/// Weak references to garbage are cleared before any finaliser can see them; callbacks run only for references that survive.
fn clear_weakrefs(vm: &Vm, unreachable: &[Value]) {
    let dying: std::collections::HashSet<u64, ahash::RandomState> =
        unreachable.iter().map(Value::bits).collect();
    let mut calls = Vec::new();
    for object in unreachable.iter().filter_map(Value::as_object) {
        calls.extend(weak::clear_without_calling(object));
    }
    for (reference, callback) in calls {
        if !dying.contains(&reference.bits()) {
            weak::call_back(vm, &reference, &callback);
        }
    }
}

fn finalize(vm: &Vm, unreachable: &[Value]) {
    for value in unreachable {
        if let Some(object) = value.as_object()
            && let Some(finalize) = object.class().slots.finalize.get()
            && !object.has_flag(flag::FINALIZED)
        {
            object.set_flag(flag::FINALIZED, true);
            finalize(vm, value);
        }
    }
}

/// What is still unreachable after finalisers ran.
fn still_unreachable(vm: &Vm, unreachable: Vec<Value>) -> Vec<Value> {
    // A finaliser may have made an object be untracked and freed of cycles by hand; only linked ones are looked at.
    let linked: Vec<Value> = unreachable
        .iter()
        .filter(|value| {
            value
                .as_object()
                .is_some_and(|object| object.has_flag(flag::TRACKED))
        })
        .cloned()
        .collect();
    drop(unreachable);
    for links in linked
        .iter()
        .filter_map(Value::as_object)
        .filter_map(Object::gc_head)
    {
        Generations::unlink(links);
    }
    let objects: Vec<&Object> = linked.iter().filter_map(Value::as_object).collect();
    let (garbage, _) = unreachable_of(&objects, 1);
    for object in linked.iter().filter_map(Value::as_object) {
        if let Some(links) = object.gc_head() {
            vm.heap.tracked.link(object.generation().min(2), links);
        }
    }
    garbage
}

/// Drops what an object refers to.
fn clear(vm: &Vm, value: &Value) {
    let Some(object) = value.as_object() else {
        return;
    };
    let class = object.class().to_ref();
    if let Some(clear) = class.layout.get().clear {
        clear(vm, value);
    }
    instance::clear(object);
    for index in 0..class.slot_count.get() {
        drop(instance::replace_slot(object, index, Value::NULL));
    }
}
