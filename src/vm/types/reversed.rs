//! `reversed`.
//!
//! CPython 3.11: `Objects/enumobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyCell, PyType, Table, Value, type_flag};
use crate::protocol::{call, convert_int, sequence, special};
use crate::types::native::{arity, no_args, no_keywords, one, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `reversed`.
pub struct PyReversed {
    /// The sequence, until it is exhausted.
    sequence: PyCell<Option<Value>>,
    /// The next index; -1 at the end.
    index: Cell<isize>,
}

native_type!(PyReversed, "reversed", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("Return a reverse iterator over the values of the given sequence."),
    signature: Some("(sequence, /)"),
    traverse: Some(crate::traverse_payload!(PyReversed, |this, visit| this.sequence.with(|sequence| sequence.iter().for_each(visit)))),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__length_hint__",
            "Private method returning an estimate of len(list(it)).",
            length_hint,
        )),
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
        unsigned(one(
            "__setstate__",
            "",
            "Set state information for unpickling.",
            setstate,
        )),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(next));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if class.is(PyReversed::class(vm)) {
        no_keywords(vm, "reversed", &args)?;
    }
    arity(vm, "reversed", args.positional().len(), 1, 1)?;
    let sequence = &args.positional()[0];
    let not_reversible = || {
        vm.type_error(format!(
            "'{}' object is not reversible",
            sequence.class(vm).tp_name()
        ))
    };
    if let Some(method) = special::lookup(vm, sequence, &vm.names.__reversed__)? {
        if method.is_none() {
            return Err(not_reversible());
        }
        return call::call0(vm, &method);
    }
    if !sequence::is_sequence(vm, sequence) {
        return Err(not_reversible());
    }
    let len = sequence::len(vm, sequence)?;
    let payload = PyReversed {
        sequence: PyCell::new(Some(sequence.clone())),
        index: Cell::new(len as isize - 1),
    };
    Ok(new_object(class, payload).into_value())
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let this = this::<PyReversed>(vm, value)?;
    let index = this.index.get();
    if index >= 0
        && let Some(sequence) = this.sequence.get()
    {
        match sequence::get_item(vm, &sequence, index) {
            Ok(item) => {
                this.index.set(index - 1);
                return Ok(Some(item));
            }
            Err(error)
                if error.is(vm, ExcKind::IndexError) || error.is(vm, ExcKind::StopIteration) => {}
            Err(error) => return Err(error),
        }
    }
    this.index.set(-1);
    drop(this.sequence.take());
    Ok(None)
}

fn length_hint(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this::<PyReversed>(vm, value)?;
    let Some(sequence) = this.sequence.get() else {
        return Ok(vm.new_int(0));
    };
    let position = (this.index.get() + 1) as usize;
    let len = sequence::len(vm, &sequence)?;
    Ok(vm.new_usize(if len < position { 0 } else { position }))
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this::<PyReversed>(vm, value)?;
    let class = value.class(vm).to_value();
    Ok(match this.sequence.get() {
        Some(sequence) => vm.new_tuple(vec![
            class,
            vm.new_tuple(vec![sequence]),
            vm.new_int(this.index.get() as i64),
        ]),
        None => vm.new_tuple(vec![
            class,
            vm.new_tuple(vec![vm.empty_tuple().into_value()]),
        ]),
    })
}

fn setstate(vm: &Vm, value: &Value, state: &Value) -> PyResult<Value> {
    let this = this::<PyReversed>(vm, value)?;
    let index = convert_int::to_isize(vm, state)?;
    if let Some(sequence) = this.sequence.get() {
        let len = sequence::len(vm, &sequence)? as isize;
        this.index.set(index.clamp(-1, len - 1));
    }
    Ok(Value::None)
}
