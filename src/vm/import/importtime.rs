//! `-X importtime`: what each import took.
//!
//! CPython 3.11: `import_find_and_load` in `Python/import.c`.

use super::util::{config, text};
use crate::context::{PyResult, Vm};
use crate::object::Value;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// What is being measured.
#[derive(Default)]
struct Clock {
    has_header: Cell<bool>,
    level: Cell<usize>,
    /// Time of imports that ended inside the one that runs.
    inner: Cell<Duration>,
}

/// Runs an import, and writes a line about it if that is wanted.
#[inline]
pub fn measured(vm: &Vm, name: &Value, run: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
    if config(vm).import_time.get() {
        measure(vm, name, run)
    } else {
        run()
    }
}

#[cold]
fn measure(vm: &Vm, name: &Value, run: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
    let clock = vm.state.get::<Clock>();
    let write = |line: String| {
        // Nobody can be told that telling failed.
        let _ = vm.host().write(2, line.as_bytes());
    };
    if !clock.has_header.replace(true) {
        write(String::from(
            "import time: self [us] | cumulative | imported package\n",
        ));
    }
    let level = clock.level.get();
    clock.level.set(level + 1);
    let outer = clock.inner.replace(Duration::ZERO);
    let start = Instant::now();
    let result = run();
    let took = start.elapsed();
    let own = took.saturating_sub(clock.inner.get());
    clock.level.set(level);
    clock.inner.set(outer + took);
    write(format!(
        "import time: {:9} | {:10} | {:width$}{}\n",
        own.as_micros(),
        took.as_micros(),
        "",
        text(name),
        width = level * 2
    ));
    result
}
