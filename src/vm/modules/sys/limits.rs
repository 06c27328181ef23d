//! Recursion limit, switch interval, digits limit of int conversions.
//!
//! CPython 3.11: `Python/sysmodule.c`, `Py_SetRecursionLimit` in `Python/ceval.c`.

use crate::context::{PyResult, Vm};
use std::cell::Cell;

/// The limits of an interpreter.
struct Limits {
    recursion: Cell<i32>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            recursion: Cell::new(1000),
        }
    }
}

/// `sys.getrecursionlimit()`
pub fn recursion_limit(vm: &Vm) -> i32 {
    vm.state.get::<Limits>().recursion.get()
}

/// `sys.setrecursionlimit(limit)`
pub fn set_recursion_limit(vm: &Vm, limit: i32) -> PyResult<()> {
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let thread = vm.thread();
    let depth = recursion_limit(vm) - thread.recursion_remaining.get();
    if depth >= limit {
        return Err(vm.recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    let old = vm.state.get::<Limits>().recursion.replace(limit);
    vm.threads.each(|thread| {
        let depth = old - thread.recursion_remaining.get();
        thread.recursion_remaining.set(limit - depth);
    });
    Ok(())
}

/// The smallest limit of digits that can be set.
const DIGITS_THRESHOLD: i32 = 640;

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::types::int::value::MaxStrDigits;
    use std::time::Duration;

    /// Return the current value of the recursion limit, the maximum depth of the interpreter stack.
    #[pyfunction(sig = "getrecursionlimit($module, /)")]
    fn getrecursionlimit(vm: &Vm) -> i32 {
        super::recursion_limit(vm)
    }

    /// Set the maximum depth of the interpreter stack.
    #[pyfunction(sig = "setrecursionlimit($module, limit, /)")]
    fn setrecursionlimit(vm: &Vm, limit: i32) -> PyResult<()> {
        super::set_recursion_limit(vm, limit)
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[pyfunction(sig = "getswitchinterval($module, /)")]
    fn getswitchinterval(vm: &Vm) -> f64 {
        vm.threads.interval().as_micros() as f64 * 1e-6
    }

    /// Set the ideal thread switching delay inside the interpreter, in seconds.
    #[pyfunction(sig = "setswitchinterval($module, interval, /)")]
    fn setswitchinterval(vm: &Vm, interval: f64) -> PyResult<()> {
        if interval.is_nan() || interval <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        let microseconds = (interval * 1e6) as u64;
        vm.threads
            .set_interval(Duration::from_micros(microseconds.max(1)));
        Ok(())
    }

    /// Return the limit of digits in conversions between int and str.
    #[pyfunction(sig = "get_int_max_str_digits($module, /)")]
    fn get_int_max_str_digits(vm: &Vm) -> usize {
        vm.state.get::<MaxStrDigits>().0.get()
    }

    /// Set the limit of digits in conversions between int and str; 0 is no limit.
    #[pyfunction(sig = "set_int_max_str_digits($module, /, maxdigits)")]
    fn set_int_max_str_digits(vm: &Vm, maxdigits: i32) -> PyResult<()> {
        match usize::try_from(maxdigits) {
            Ok(limit) if limit == 0 || maxdigits >= super::DIGITS_THRESHOLD => {
                vm.state.get::<MaxStrDigits>().0.set(limit);
                Ok(())
            }
            _ => Err(vm.value_error(format!(
                "maxdigits must be 0 or larger than {}",
                super::DIGITS_THRESHOLD
            ))),
        }
    }
}
