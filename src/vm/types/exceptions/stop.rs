//! `StopIteration` with its value, `SystemExit` with its code.

use super::base;
use super::member::payload;
use super::value::{PyStopIteration, PySystemExit};
use crate::context::{PyResult, Vm};
use crate::exception_member;
use crate::object::{Args, Table, Value};
use crate::types::tuple::value::PyTuple;

/// What `StopIteration` does.
pub static STOP_ITERATION: Table = Table {
    methods: &[],
    getsets: &[exception_member!(
        PyStopIteration,
        value,
        Some("generator return value")
    )],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init_stop_iteration));
    },
};

/// What `SystemExit` does.
pub static SYSTEM_EXIT: Table = Table {
    methods: &[],
    getsets: &[exception_member!(
        PySystemExit,
        code,
        Some("exception code")
    )],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init_system_exit));
    },
};

fn init_stop_iteration(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    let value = args.positional().first().cloned().unwrap_or(Value::None);
    payload::<PyStopIteration>(vm, this)?.value.set(Some(value));
    Ok(())
}

fn init_system_exit(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    let code = match args.positional() {
        [] => return Ok(()),
        [code] => code.clone(),
        several => PyTuple::from_slice(vm, several).into_value(),
    };
    payload::<PySystemExit>(vm, this)?.code.set(Some(code));
    Ok(())
}
