//! What sequence iterators do.

use super::value::PySeqIter;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Binding, MethodDef, NativeFn, Py, Table, Value};
use crate::protocol::{convert_int, sequence};

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        MethodDef {
            name: "__length_hint__",
            doc: Some("Private method returning an estimate of len(list(it))."),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::NoArgs(length_hint),
        },
        MethodDef {
            name: "__reduce__",
            doc: Some("Return state information for pickling."),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::NoArgs(reduce),
        },
        MethodDef {
            name: "__setstate__",
            doc: Some("Set state information for unpickling."),
            text_signature: None,
            binding: Binding::Instance,
            function: NativeFn::O(setstate),
        },
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(|_, this| Ok(this.clone())));
        slots.iternext.set(Some(iternext));
    },
};

fn this<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PySeqIter>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("an iterator was expected"))
}

fn iternext(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let this = this(vm, value)?;
    let Some(sequence) = this.sequence.get() else {
        return Ok(None);
    };
    let index = this.index.get();
    if index == isize::MAX {
        return Err(vm.overflow_error("iter index too large"));
    }
    match sequence::get_item(vm, &sequence, index) {
        Ok(item) => {
            this.index.set(index + 1);
            Ok(Some(item))
        }
        Err(error) if error.is(vm, ExcKind::IndexError) || error.is(vm, ExcKind::StopIteration) => {
            this.sequence.set(None);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    let Some(sequence) = this.sequence.get() else {
        return Ok(vm.new_int(0));
    };
    if !sequence::has_len(vm, &sequence) {
        return Ok(Value::NotImplemented);
    }
    let length = sequence::len(vm, &sequence)? as i64;
    Ok(vm.new_int((length - this.index.get() as i64).max(0)))
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    let iter = builtin(vm, "iter");
    Ok(match this.sequence.get() {
        Some(sequence) => vm.new_tuple(vec![
            iter,
            vm.new_tuple(vec![sequence]),
            vm.new_int(this.index.get() as i64),
        ]),
        None => vm.new_tuple(vec![
            iter,
            vm.new_tuple(vec![vm.empty_tuple().into_value()]),
        ]),
    })
}

fn setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let this = this(vm, value)?;
    let index = convert_int::to_isize(vm, state)?;
    if this.sequence.with(Option::is_some) {
        this.index.set(index.max(0));
    }
    Ok(Value::None)
}

/// A function of `builtins` by name, for `__reduce__`.
fn builtin(vm: &Vm, name: &str) -> Value {
    vm.builtins
        .get()
        .and_then(|builtins| builtins.get_str(&vm.intern_str(name)))
        .unwrap_or(Value::None)
}
