//! `SyntaxError`, with the place in the source.
//!
//! CPython 3.11: `SyntaxError_init`, `SyntaxError_str` in `Objects/exceptions.c`.

use super::base;
use super::member::{count, payload, read};
use super::value::PySyntaxError;
use crate::context::{PyResult, Vm};
use crate::exception_member;
use crate::object::{Args, Py, PyRef, Table, Value};
use crate::protocol::text::concat;
use crate::protocol::{iter, repr};
use crate::types::str::value::PyStr;

/// What `SyntaxError` does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[
        exception_member!(PySyntaxError, msg, Some("exception msg")),
        exception_member!(PySyntaxError, filename, Some("exception filename")),
        exception_member!(PySyntaxError, lineno, Some("exception lineno")),
        exception_member!(PySyntaxError, offset, Some("exception offset")),
        exception_member!(PySyntaxError, text, Some("exception text")),
        exception_member!(PySyntaxError, end_lineno, Some("exception end lineno")),
        exception_member!(PySyntaxError, end_offset, Some("exception end offset")),
        exception_member!(
            PySyntaxError,
            print_file_and_line,
            Some("exception print_file_and_line")
        ),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.init.set(Some(init));
        slots.str.set(Some(str_slot));
    },
};

/// What the builtin classes derived from `SyntaxError` do.
pub static DERIVED: Table = Table {
    fill_slots: |slots| slots.init.set(Some(init)),
    ..Table::EMPTY
};

fn init(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    let error = payload::<PySyntaxError>(vm, this)?;
    let [msg, rest @ ..] = args.positional() else {
        return Ok(());
    };
    error.msg.set(Some(msg.clone()));
    let [info] = rest else {
        return Ok(());
    };
    let info = iter::to_vec(vm, info)?;
    count(vm, "function", info.len(), 4, 6)?;
    let fields = [
        &error.filename,
        &error.lineno,
        &error.offset,
        &error.text,
        &error.end_lineno,
        &error.end_offset,
    ];
    for (place, field) in fields.into_iter().enumerate() {
        field.set(info.get(place).cloned());
    }
    if info.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

/// The last part of a path.
fn basename(vm: &Vm, name: &Py<PyStr>) -> PyRef<PyStr> {
    match name.chars().rposition(|c| c == u32::from('/')) {
        Some(slash) => PyStr::from_chars(vm, &name.chars().skip(slash + 1).collect::<Vec<_>>()),
        None => name.to_ref(),
    }
}

fn str_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let error = payload::<PySyntaxError>(vm, this)?;
    let filename = error.filename.get().and_then(|filename| {
        let name = filename.downcast_ref::<PyStr>()?;
        Some(basename(vm, name))
    });
    let line = error
        .lineno
        .get()
        .filter(|lineno| lineno.is_exact(vm, &vm.types.int))
        .and_then(|lineno| Some(lineno.as_int()?.to_i64().unwrap_or(-1).to_string()));
    let msg = repr::str(vm, &read(&error.msg))?;
    let text = match (&filename, &line) {
        (None, None) => msg,
        (Some(filename), Some(line)) => concat(
            vm,
            &[
                (&msg).into(),
                " (".into(),
                filename.into(),
                ", line ".into(),
                line.into(),
                ")".into(),
            ],
        ),
        (Some(filename), None) => concat(
            vm,
            &[(&msg).into(), " (".into(), filename.into(), ")".into()],
        ),
        (None, Some(line)) => concat(
            vm,
            &[(&msg).into(), " (line ".into(), line.into(), ")".into()],
        ),
    };
    Ok(text.into_value())
}
