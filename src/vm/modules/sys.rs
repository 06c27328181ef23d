//! `sys`.
//!
//! CPython 3.11: `Python/sysmodule.c`.

pub mod config;
pub mod exceptions;
pub mod frames;
pub mod info;
pub mod limits;

use crate::context::{PyResult, Vm};
use crate::object::Value;

/// The module.
#[derive::pymodule(
    name = "sys",
    types(),
    parts(
        super::exceptions::part,
        super::frames::part,
        super::info::part,
        super::limits::part
    )
)]
pub mod module {
    //! Objects used or maintained by the interpreter, and functions that interact strongly with it.
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        super::info::fill(vm, module)
    }
}

/// An attribute of `sys`.
pub fn get(vm: &Vm, name: &str) -> Option<Value> {
    vm.sys_dict.get()?.get_str(&vm.intern_str(name))
}

/// Sets an attribute of `sys`.
pub fn set(vm: &Vm, name: &str, value: Value) {
    if let Some(dict) = vm.sys_dict.get() {
        dict.set_str(vm, &vm.intern_str(name), value);
    }
}

/// Runs an audit hook point. No hook can be installed yet.
pub fn audit(_vm: &Vm, _event: &str, _args: &[Value]) -> PyResult<()> {
    Ok(())
}
