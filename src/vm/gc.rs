//! The cycle collector: when it runs, and what a run does.
//!
//! Counting references frees everything but cycles. Objects that can be part of one are linked into a generation when they are made; when
//! the youngest has grown by its threshold the eval breaker asks for a collection, which runs between two instructions, never inside an
//! allocation. Older generations are taken along as CPython does, the oldest only when it grew by a quarter.
//!
//! CPython 3.11: `Modules/gcmodule.c`.

pub mod collect;

use crate::context::Vm;
use crate::object::Value;
use std::cell::{Cell, RefCell};

/// `gc.get_stats()` of one generation.
#[derive(Clone, Copy, Default)]
pub struct GenerationStats {
    /// Collections of it.
    pub collections: usize,
    /// Objects found unreachable and freed.
    pub collected: usize,
    /// Objects found unreachable that could not be freed.
    pub uncollectable: usize,
}

/// State of the collector.
#[derive(Default)]
pub struct GcState {
    /// Whether a collection runs.
    pub collecting: Cell<bool>,
    /// `gc.set_debug` flags.
    pub debug: Cell<u32>,
    /// `gc.garbage`, the list itself, once the module was imported.
    pub garbage: RefCell<Option<Value>>,
    /// `gc.callbacks`, the list itself, once the module was imported.
    pub callbacks: RefCell<Option<Value>>,
    /// Counters of each generation.
    pub stats: [Cell<GenerationStats>; 3],
    /// Objects that survived the last full collection.
    pub long_lived_total: Cell<usize>,
    /// Objects that came into the oldest generation since then.
    pub long_lived_pending: Cell<usize>,
}

/// `gc.DEBUG_SAVEALL`
pub const DEBUG_SAVEALL: u32 = 32;

/// Collects what is due (`gc_collect_generations`).
fn collect_due(vm: &Vm) {
    let tracked = &vm.heap.tracked;
    if !tracked.enabled.get() || tracked.thresholds[0].get() == 0 {
        return;
    }
    let state = vm.state.get::<GcState>();
    for generation in (0..3).rev() {
        let is_due = match generation {
            0 => tracked.is_young_due(),
            _ => tracked.counts[generation].get() > tracked.thresholds[generation].get(),
        };
        if !is_due {
            continue;
        }
        if generation == 2 && state.long_lived_pending.get() < state.long_lived_total.get() / 4 {
            continue;
        }
        collect::collect_with_callbacks(vm, &state, generation);
        return;
    }
}

/// Collects a generation and the younger ones; the number of objects found unreachable.
pub fn collect(vm: &Vm, generation: usize) -> usize {
    let state = vm.state.get::<GcState>();
    collect::collect_with_callbacks(vm, &state, generation.min(2))
}

/// Collects everything without telling `gc.callbacks` (`_PyGC_CollectNoFail`).
pub fn collect_quietly(vm: &Vm) {
    collect::collect_quietly(vm, &vm.state.get::<GcState>());
}

/// Sets the hooks the collector answers.
pub fn install(vm: &Vm) {
    vm.hooks.collect.set(collect);
    vm.hooks.collect_due.set(collect_due);
}
