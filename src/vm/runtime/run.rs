//! Running programs: source text, files.
//!
//! CPython 3.11: `Python/pythonrun.c`, `Modules/main.c`.

use crate::context::thread::CompileRequest;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::eval;
use crate::object::{PyRef, Value};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::module::PyModule;

/// The namespace of `__main__`, made on first use.
pub fn main_dict(vm: &Vm) -> PyRef<PyDict> {
    let name = vm.names.__main__.clone();
    if let Some(modules) = vm.modules.get() {
        if let Some(known) = modules.get_str(&name)
            && let Some(module) = known.downcast_ref::<PyModule>()
        {
            return module.dict(vm);
        }
        let module = PyModule::new(vm, None);
        let dict = module.dict(vm);
        dict.set_str(vm, &vm.names.__name__, name.to_value());
        for field in [
            &vm.names.__doc__,
            &vm.names.__package__,
            &vm.names.__loader__,
            &vm.names.__spec__,
        ] {
            dict.set_str(vm, field, Value::None);
        }
        dict.set_str(
            vm,
            &vm.intern_str("__annotations__"),
            PyDict::new(vm).into_value(),
        );
        if let Some(builtins) = modules.get_str(&vm.names.builtins) {
            dict.set_str(vm, &vm.names.__builtins__, builtins);
        }
        modules.set_str(vm, &name, module.into_value());
        return dict;
    }
    PyDict::new(vm)
}

/// Runs source text in `__main__`.
pub fn run_source(
    vm: &Vm,
    source: &[u8],
    is_str: bool,
    filename: &str,
    mode: &str,
) -> PyResult<Value> {
    let globals = main_dict(vm);
    let filename = vm.new_str(filename);
    let request = CompileRequest {
        source,
        is_str,
        filename: &filename,
        mode,
        flags: 0,
        optimize: -1,
    };
    let code = (vm.hooks.compile.get())(vm, &request)?;
    match code.downcast::<PyCode>() {
        Ok(code) => {
            let locals = globals.to_value();
            eval::eval_code(vm, code, globals, Some(locals), None)
        }
        Err(_) => Err(vm.system_error("compile() gave no code object")),
    }
}

/// Writes what the standard streams still hold; whether that failed.
pub fn flush_std_files(vm: &Vm) -> bool {
    let mut failed = false;
    for name in ["stdout", "stderr"] {
        if let Some(stream) = crate::modules::builtins::print::sys_stream(vm, name)
            && let Err(error) = crate::modules::builtins::print::flush(vm, &stream)
        {
            if name == "stdout" {
                (vm.hooks.unraisable.get())(vm, error, &stream);
                failed = true;
            }
        }
    }
    failed
}

/// The exit code for an exception that nobody caught, which is printed (`SystemExit` is not).
pub fn exit_code_of(vm: &Vm, error: &PyErr) -> i32 {
    if let Some(code) = super::print_exception::system_exit_code(vm, error) {
        return code;
    }
    super::print_exception::print_uncaught(vm, error);
    1
}
