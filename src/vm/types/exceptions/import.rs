//! `ImportError`, with the module's name and path.

use super::base;
use super::member::{keywords, payload};
use super::value::{ExceptionPayload, PyImportError};
use crate::context::{PyResult, Vm};
use crate::exception_member;
use crate::object::{Args, Binding, MethodDef, NativeFn, Table, Value};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;

/// What `ImportError` does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__reduce__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(reduce),
    }],
    getsets: &[
        exception_member!(PyImportError, msg, Some("exception message")),
        exception_member!(PyImportError, name, Some("module name")),
        exception_member!(PyImportError, path, Some("module path")),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init));
        slots.str.set(Some(str_slot));
    },
};

/// What the builtin classes derived from `ImportError` do.
pub static DERIVED: Table = Table {
    fill_slots: |slots| slots.init.set(Some(init)),
    ..Table::EMPTY
};

fn init(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::set_args_tuple(vm, this, args)?;
    let [name, path] = keywords(vm, "ImportError", ["name", "path"], args)?;
    let this = payload::<PyImportError>(vm, this)?;
    this.name.set(name);
    this.path.set(path);
    this.msg.set(match args.positional() {
        [msg] => Some(msg.clone()),
        _ => None,
    });
    Ok(())
}

fn str_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    match payload::<PyImportError>(vm, this)?.msg.get() {
        Some(msg) if msg.downcast_exact::<PyStr>(vm).is_some() => Ok(msg),
        _ => base::str_slot(vm, this),
    }
}

fn reduce(vm: &Vm, this: &Value) -> PyResult<Value> {
    let error = payload::<PyImportError>(vm, this)?;
    let (name, path) = (error.name.get(), error.path.get());
    let args = error.base().args.get().into_value();
    if name.is_none() && path.is_none() {
        return Ok(base::reduce_with(vm, this, args));
    }
    let state = match base::instance_dict(vm, error.object()) {
        Some(dict) => dict.copy(vm),
        None => PyDict::new(vm),
    };
    for (key, value) in [(&vm.names.name, name), (&vm.names.path, path)] {
        if let Some(value) = value {
            state.set(vm, key.to_value(), value)?;
        }
    }
    Ok(vm.new_tuple(vec![this.class(vm).to_value(), args, state.into_value()]))
}
