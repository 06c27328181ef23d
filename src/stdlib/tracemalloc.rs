//! `_tracemalloc`: allocations are not traced; `tracemalloc` can be imported and says so.
//!
//! CPython 3.11: `Modules/_tracemalloc.c`.

pub use tracemalloc_module::DEF;

/// The module.
#[derive::pymodule(name = "_tracemalloc")]
pub mod tracemalloc_module {
    //! Debug module to trace memory blocks allocated by Python.
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::object::Value;

    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[pyfunction(sig = "is_tracing($module, /)")]
    fn is_tracing() -> bool {
        false
    }

    /// Clear traces of memory blocks allocated by Python.
    #[pyfunction(sig = "clear_traces($module, /)")]
    fn clear_traces() {}

    /// Get traces of all memory blocks allocated by Python.
    #[pyfunction(sig = "_get_traces($module, /)")]
    fn _get_traces(vm: &Vm) -> Value {
        vm.new_list(Vec::new())
    }

    /// Get the traceback where the Python object obj was allocated.
    #[pyfunction(sig = "_get_object_traceback($module, obj, /)")]
    fn _get_object_traceback(_obj: &Value) {}

    /// Start tracing Python memory allocations.
    #[pyfunction(sig = "start($module, nframe=1, /)")]
    fn start(vm: &Vm, nframe: Option<&Value>) -> PyResult<()> {
        let _ = nframe;
        let message = "pyrs does not implement tracemalloc.start yet";
        Err(vm.new_exception(ExcKind::NotImplementedError, vm.new_str(message)))
    }

    /// Stop tracing Python memory allocations.
    #[pyfunction(sig = "stop($module, /)")]
    fn stop() {}

    /// Get the maximum number of frames stored in the traceback of a trace.
    #[pyfunction(sig = "get_traceback_limit($module, /)")]
    fn get_traceback_limit() -> i64 {
        1
    }

    /// Get the memory usage in bytes of the tracemalloc module.
    #[pyfunction(sig = "get_tracemalloc_memory($module, /)")]
    fn get_tracemalloc_memory() -> i64 {
        0
    }

    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    #[pyfunction(sig = "get_traced_memory($module, /)")]
    fn get_traced_memory(vm: &Vm) -> Value {
        vm.new_tuple(vec![vm.new_int(0), vm.new_int(0)])
    }

    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    #[pyfunction(sig = "reset_peak($module, /)")]
    fn reset_peak() {}
}
