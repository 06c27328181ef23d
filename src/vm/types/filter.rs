//! `filter`.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyType, Table, Value, type_flag};
use crate::protocol::{call, iter, truth};
use crate::types::iterate;
use crate::types::native::{arity, keeps_init, no_args, no_keywords, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;

/// Payload of `filter`.
pub struct PyFilter {
    /// `None` or `bool` ask for the truth of the item itself.
    function: Value,
    iterator: Value,
}

native_type!(PyFilter, "filter", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PyFilter, |this, visit| {
        visit(&this.function);
        visit(&this.iterator);
    })),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[unsigned(no_args(
        "__reduce__",
        "Return state information for pickling.",
        reduce,
    ))],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(next));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if keeps_init(class, PyFilter::class(vm)) {
        no_keywords(vm, "filter", &args)?;
    }
    arity(vm, "filter", args.positional().len(), 2, 2)?;
    let payload = PyFilter {
        function: args.positional()[0].clone(),
        iterator: iter::get_iter(vm, &args.positional()[1])?,
    };
    Ok(new_object(class, payload).into_value())
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let filter = this::<PyFilter>(vm, value)?;
    let by_truth = filter.function.is_none() || filter.function.is(&vm.types.bool.as_value());
    while let Some(item) = iterate::next(vm, &filter.iterator)? {
        let passes = if by_truth {
            truth::is_true(vm, &item)?
        } else {
            let result = call::call1(vm, &filter.function, &item)?;
            truth::is_true(vm, &result)?
        };
        if passes {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let filter = this::<PyFilter>(vm, value)?;
    let state = vm.new_tuple(vec![filter.function.clone(), filter.iterator.clone()]);
    Ok(vm.new_tuple(vec![value.class(vm).to_value(), state]))
}
