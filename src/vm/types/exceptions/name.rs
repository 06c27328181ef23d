//! `AttributeError` and `NameError`, which remember what was looked for.

use super::base;
use super::member::{keywords, payload};
use super::value::{PyAttributeError, PyNameError};
use crate::context::{PyResult, Vm};
use crate::exception_member;
use crate::object::{Args, Table, Value};

/// What `AttributeError` does.
pub static ATTRIBUTE_ERROR: Table = Table {
    methods: &[],
    getsets: &[
        exception_member!(PyAttributeError, name, Some("attribute name")),
        exception_member!(PyAttributeError, obj, Some("object")),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init_attribute_error));
    },
};

/// What `NameError` does.
pub static NAME_ERROR: Table = Table {
    methods: &[],
    getsets: &[exception_member!(PyNameError, name, Some("name"))],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init_name_error));
    },
};

/// What the builtin classes derived from `NameError` do.
pub static DERIVED: Table = Table {
    fill_slots: |slots| slots.init.set(Some(init_name_error)),
    ..Table::EMPTY
};

fn init_attribute_error(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::set_args_tuple(vm, this, args)?;
    let [name, obj] = keywords(vm, "AttributeError", ["name", "obj"], args)?;
    let this = payload::<PyAttributeError>(vm, this)?;
    this.name.set(name);
    this.obj.set(obj);
    Ok(())
}

fn init_name_error(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::set_args_tuple(vm, this, args)?;
    let [name] = keywords(vm, "NameError", ["name"], args)?;
    payload::<PyNameError>(vm, this)?.name.set(name);
    Ok(())
}
