//! `gc`.
//!
//! CPython 3.11: `Modules/gcmodule.c`.

use crate::context::Vm;
use crate::gc::collect::{tracked_objects, traverse};
use crate::object::alloc::Generations;
use crate::object::header::flag;
use crate::object::{Object, Value};
use crate::types::tuple::value::PyTuple;

/// The ring of objects that `freeze` took out of all generations.
const PERMANENT: usize = 3;

/// Objects of a ring.
fn ring_len(vm: &Vm, ring: usize) -> usize {
    let head = vm.heap.tracked.ring(ring);
    let (mut links, mut count) = (head.next.get(), 0);
    while !std::ptr::eq(links, head) {
        count += 1;
        // SAFETY: members of a ring point at members of the ring.
        links = unsafe { (*links).next.get() };
    }
    count
}

/// Takes everything there is out of all generations: what starting an interpreter made lives as long as it does.
pub fn freeze_startup(vm: &Vm) {
    for generation in 0..PERMANENT {
        // The streams, which are all that has a finaliser by now, were made last.
        let head = vm.heap.tracked.ring(generation);
        let mut links = head.prev.get();
        while vm.heap.is_death_noticed() && !std::ptr::eq(links, head) {
            // SAFETY: members of a ring but its head stand in front of live objects and point at members of the ring.
            unsafe {
                vm.heap.discount_noticed((*links).object());
                links = (*links).prev.get();
            }
        }
        vm.heap.tracked.move_all(generation, Generations::STARTUP);
        vm.heap.tracked.counts[generation].set(0);
    }
}

/// Whether an object refers to one of these.
fn refers_to(object: &Object, wanted: &[Value]) -> bool {
    let mut found = false;
    traverse(object, &mut |child| {
        found |= wanted.iter().any(|wanted| wanted.is(child))
    });
    found
}

/// `gc.get_referrers`
fn referrers(vm: &Vm, wanted: &[Value]) -> Vec<Value> {
    let all = tracked_objects(vm, None).into_iter();
    all.filter(|value| {
        value
            .as_object()
            .is_some_and(|object| refers_to(object, wanted))
    })
    .collect()
}

/// Whether a dict that holds this counts as tracked: here all dicts are, while CPython leaves out those of atoms.
fn may_be_tracked(vm: &Vm, value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        if value.downcast_exact::<PyTuple>(vm).is_some() {
            object.has_flag(flag::TRACKED)
        } else {
            object.class().is_gc()
        }
    })
}

/// The module.
#[derive::pymodule(name = "gc")]
pub mod module {
    //! This module provides access to the garbage collector for reference cycles.
    use super::{PERMANENT, may_be_tracked, referrers, ring_len};
    use crate::context::{PyResult, Vm};
    use crate::gc::collect::{tracked_objects, traverse};
    use crate::gc::{GcState, collect as run_collection};
    use crate::object::header::flag;
    use crate::object::{Args, Value, type_flag};
    use crate::protocol::convert_int;
    use crate::types::code::PyCode;
    use crate::types::dict::value::PyDict;
    use crate::types::native;
    use crate::types::range::value::PyRange;

    #[pyattr]
    const DEBUG_STATS: i64 = 1;
    #[pyattr]
    const DEBUG_COLLECTABLE: i64 = 2;
    #[pyattr]
    const DEBUG_UNCOLLECTABLE: i64 = 4;
    #[pyattr]
    const DEBUG_SAVEALL: i64 = 32;
    #[pyattr]
    const DEBUG_LEAK: i64 = 38;

    /// Enable automatic garbage collection.
    #[pyfunction(sig = "enable($module, /)")]
    fn enable(vm: &Vm) {
        vm.heap.tracked.enabled.set(true);
    }

    /// Disable automatic garbage collection.
    #[pyfunction(sig = "disable($module, /)")]
    fn disable(vm: &Vm) {
        vm.heap.tracked.enabled.set(false);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[pyfunction(sig = "isenabled($module, /)")]
    fn isenabled(vm: &Vm) -> bool {
        vm.heap.tracked.enabled.get()
    }

    /// Set the garbage collection debugging flags.
    #[pyfunction(sig = "set_debug($module, flags, /)")]
    fn set_debug(vm: &Vm, flags: i32) {
        vm.state.get::<GcState>().debug.set(flags as u32);
    }

    /// Get the garbage collection debugging flags.
    #[pyfunction(sig = "get_debug($module, /)")]
    fn get_debug(vm: &Vm) -> i64 {
        vm.state.get::<GcState>().debug.get().into()
    }

    fn three(vm: &Vm, cells: &[std::cell::Cell<u32>; 3]) -> Value {
        vm.new_tuple(
            cells
                .iter()
                .map(|cell| vm.new_int(cell.get().into()))
                .collect(),
        )
    }

    /// Return a three-tuple of the current collection counts.
    #[pyfunction(sig = "get_count($module, /)")]
    fn get_count(vm: &Vm) -> Value {
        three(vm, &vm.heap.tracked.counts)
    }

    /// Return the current collection thresholds.
    #[pyfunction(sig = "get_threshold($module, /)")]
    fn get_threshold(vm: &Vm) -> Value {
        three(vm, &vm.heap.tracked.thresholds)
    }

    /// set_threshold(threshold0, [threshold1, threshold2]) -> None
    ///
    /// Sets the collection thresholds; zero for the first disables collection.
    #[pyfunction]
    fn set_threshold(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        native::no_keywords(vm, "set_threshold", &args)?;
        native::arity(vm, "set_threshold", args.positional().len(), 1, 3)?;
        for (place, value) in args.positional().iter().enumerate() {
            let threshold = convert_int::to_i32(vm, value)?;
            let threshold = threshold.max(0) as u32;
            vm.heap.tracked.set_threshold(place, threshold);
        }
        Ok(())
    }

    /// Run the garbage collector, and give the number of unreachable objects.
    #[pyfunction(sig = "collect($module, /, generation=2)")]
    fn collect(vm: &Vm, generation: i32) -> PyResult<usize> {
        match usize::try_from(generation) {
            Ok(generation) if generation <= 2 => Ok(run_collection(vm, generation)),
            _ => Err(vm.value_error("invalid generation")),
        }
    }

    /// Return a list of objects tracked by the collector, of one generation or of all.
    #[pyfunction(sig = "get_objects($module, /, generation=None)")]
    fn get_objects(vm: &Vm, generation: Option<&Value>) -> PyResult<Value> {
        let generation = match generation {
            None => None,
            Some(value) => match convert_int::to_isize(vm, value)? {
                ..0 => {
                    return Err(vm.value_error("generation parameter cannot be negative"));
                }
                3.. => {
                    return Err(vm.value_error(
                        "generation parameter must be less than the number of available generations (3)",
                    ));
                }
                n => Some(n as usize),
            },
        };
        Ok(vm.new_list(tracked_objects(vm, generation)))
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[pyfunction(sig = "get_stats($module, /)")]
    fn get_stats(vm: &Vm) -> Value {
        let state = vm.state.get::<GcState>();
        let rows = state.stats.iter().map(|stats| {
            let stats = stats.get();
            let dict = PyDict::new(vm);
            let fields = [
                ("collections", stats.collections),
                ("collected", stats.collected),
                ("uncollectable", stats.uncollectable),
            ];
            for (name, count) in fields {
                dict.set_str(vm, &vm.intern_str(name), vm.new_usize(count));
            }
            dict.into_value()
        });
        vm.new_list(rows.collect())
    }

    /// Returns true if the object is tracked by the garbage collector.
    #[pyfunction(sig = "is_tracked($module, obj, /)")]
    fn is_tracked(vm: &Vm, obj: &Value) -> bool {
        let Some(object) = obj.as_object() else {
            return false;
        };
        if let Some(dict) = obj.downcast_exact::<PyDict>(vm) {
            return dict
                .items()
                .iter()
                .any(|(key, value)| may_be_tracked(vm, key) || may_be_tracked(vm, value));
        }
        if obj.downcast_ref::<PyRange>().is_some() || obj.downcast_ref::<PyCode>().is_some() {
            return false;
        }
        object.has_flag(flag::TRACKED) || object.class().has_flag(type_flag::HEAPTYPE)
    }

    /// Returns true if the object has been already finalized.
    #[pyfunction(sig = "is_finalized($module, obj, /)")]
    fn is_finalized(obj: &Value) -> bool {
        obj.as_object()
            .is_some_and(|object| object.has_flag(flag::FINALIZED))
    }

    /// get_referrers(*objs) -> list
    ///
    /// Return the list of objects that directly refer to any of objs.
    #[pyfunction]
    fn get_referrers(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "get_referrers", &args)?;
        Ok(vm.new_list(referrers(vm, args.positional())))
    }

    /// get_referents(*objs) -> list
    ///
    /// Return the list of objects that are directly referred to by objs.
    #[pyfunction]
    fn get_referents(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "get_referents", &args)?;
        let mut found = Vec::new();
        for object in args.positional().iter().filter_map(Value::as_object) {
            if object.class().is_gc() {
                traverse(object, &mut |child| {
                    if !child.is_null() {
                        found.push(child.clone());
                    }
                });
            }
        }
        Ok(vm.new_list(found))
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    #[pyfunction(sig = "freeze($module, /)")]
    fn freeze(vm: &Vm) {
        for generation in 0..PERMANENT {
            vm.heap.tracked.move_all(generation, PERMANENT);
            vm.heap.tracked.counts[generation].set(0);
        }
    }

    /// Unfreeze all objects in the permanent generation.
    #[pyfunction(sig = "unfreeze($module, /)")]
    fn unfreeze(vm: &Vm) {
        vm.heap.tracked.move_all(PERMANENT, 2);
    }

    /// Return the number of objects in the permanent generation.
    #[pyfunction(sig = "get_freeze_count($module, /)")]
    fn get_freeze_count(vm: &Vm) -> usize {
        ring_len(vm, PERMANENT)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let state = vm.state.get::<GcState>();
        let garbage = vm.new_list(Vec::new());
        let callbacks = vm.new_list(Vec::new());
        state.garbage.replace(Some(garbage.clone()));
        state.callbacks.replace(Some(callbacks.clone()));
        crate::protocol::convert::set_module_attribute(vm, module, "garbage", garbage)?;
        crate::protocol::convert::set_module_attribute(vm, module, "callbacks", callbacks)
    }
}
