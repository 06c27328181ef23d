//! `__import__`, which hands over to the import system.
//!
//! CPython 3.11: `builtin___import___impl` in `Python/bltinmodule.c`.

/// This function.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    /// Import a module.
    ///
    /// The import statement calls it; programs use importlib.import_module().
    #[pyfunction(
        sig = "__import__($module, /, name, globals=None, locals=None, fromlist=(), level=0)"
    )]
    fn __import__(
        vm: &Vm,
        name: &Value,
        globals: Option<&Value>,
        locals: Option<&Value>,
        fromlist: Option<&Value>,
        level: i32,
    ) -> PyResult<Value> {
        let none = Value::None;
        (vm.hooks.import_name.get())(
            vm,
            name,
            globals.unwrap_or(&none),
            locals.unwrap_or(&none),
            fromlist.unwrap_or(&none),
            level,
        )
    }
}
