//! `_testinternalcapi`: the little of it that tells CPython's own tests how the interpreter is configured.
//!
//! CPython 3.11: `Modules/_testinternalcapi.c`.

/// The module.
#[derive::pymodule(name = "_testinternalcapi")]
pub mod module {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::runtime::compile::CompileSettings;
    use crate::types::dict::value::PyDict;

    /// How many levels of recursion the calling thread is in.
    #[pyfunction(sig = "get_recursion_depth($module, /)")]
    fn get_recursion_depth(vm: &Vm) -> Value {
        let limit = crate::modules::sys::limits::recursion_limit(vm);
        vm.new_int((limit - vm.thread().recursion_remaining.get()).into())
    }

    /// What of the configuration shows in code objects.
    #[pyfunction(sig = "get_config($module, /)")]
    fn get_config(vm: &Vm) -> PyResult<Value> {
        let settings = vm.state.get::<CompileSettings>();
        let dict = PyDict::new(vm);
        let ranges = i64::from(!settings.no_debug_ranges.get());
        let name = vm.intern_str("code_debug_ranges");
        dict.set_str(vm, &name, vm.new_int(ranges));
        let name = vm.intern_str("optimization_level");
        dict.set_str(vm, &name, vm.new_int(settings.optimize.get().into()));
        Ok(dict.into_value())
    }
}
