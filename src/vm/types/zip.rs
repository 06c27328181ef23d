//! `zip`.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{iter, truth};
use crate::types::iterate;
use crate::types::native::{keyword_text, no_args, one, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Payload of `zip`.
pub struct PyZip {
    iterators: PyRef<PyTuple>,
    is_strict: Cell<bool>,
}

native_type!(PyZip, "zip", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\nThe zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PyZip, |this, visit| visit(&this.iterators.as_value()))),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
        unsigned(one(
            "__setstate__",
            "",
            "Set state information for unpickling.",
            |vm, value, state| {
                let strict = truth::is_true(vm, state)?;
                this::<PyZip>(vm, value)?.is_strict.set(strict);
                Ok(Value::None)
            },
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
    if args.kw_len() > 1 {
        return Err(vm.type_error(format!(
            "zip() takes at most 1 keyword argument ({} given)",
            args.kw_len()
        )));
    }
    let mut is_strict = false;
    for (name, value) in args.keywords() {
        let text = keyword_text(name);
        if text != "strict" {
            return Err(vm.type_error(format!("'{text}' is an invalid keyword argument for zip()")));
        }
        is_strict = truth::is_true(vm, value)?;
    }
    let mut iterators = Vec::with_capacity(args.positional().len());
    for iterable in args.positional() {
        iterators.push(iter::get_iter(vm, iterable)?);
    }
    let payload = PyZip {
        iterators: PyTuple::new(vm, iterators),
        is_strict: Cell::new(is_strict),
    };
    Ok(new_object(class, payload).into_value())
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let zip = this::<PyZip>(vm, value)?;
    if let Some(pair) = zip.next_pair(vm) {
        return Ok(pair?.map(|(a, b)| PyTuple::pair(vm, a, b).into_value()));
    }
    let iterators = zip.iterators.as_slice();
    if iterators.is_empty() {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(iterators.len());
    for iterator in iterators {
        match iterate::next(vm, iterator)? {
            Some(item) => items.push(item),
            None => return ended(vm, zip, items.len()).map(|()| None),
        }
    }
    Ok(Some(vm.new_tuple(items)))
}

impl PyZip {
    /// The next two items; `None` when it is not two iterators that are zipped.
    #[inline]
    pub fn next_pair(&self, vm: &Vm) -> Option<PyResult<Option<(Value, Value)>>> {
        let [first, second] = self.iterators.as_slice() else {
            return None;
        };
        Some(self.pair_of(vm, first, second))
    }

    #[inline(always)]
    fn pair_of(&self, vm: &Vm, first: &Value, second: &Value) -> PyResult<Option<(Value, Value)>> {
        let Some(a) = iterate::next(vm, first)? else {
            return ended(vm, self, 0).map(|()| None);
        };
        let Some(b) = iterate::next(vm, second)? else {
            return ended(vm, self, 1).map(|()| None);
        };
        Ok(Some((a, b)))
    }
}

#[cold]
fn uneven(vm: &Vm, place: usize, what: &str) -> PyErr {
    let plural = if place == 1 { " " } else { "s 1-" };
    vm.value_error(format!(
        "zip() argument {} is {what} than argument{plural}{place}",
        place + 1
    ))
}

/// What happens when the iterator at a place gave nothing.
#[cold]
fn ended(vm: &Vm, zip: &PyZip, place: usize) -> PyResult<()> {
    if !zip.is_strict.get() {
        return Ok(());
    }
    if place > 0 {
        return Err(uneven(vm, place, "shorter"));
    }
    for (place, iterator) in zip.iterators.as_slice().iter().enumerate().skip(1) {
        if iter::next(vm, iterator)?.is_some() {
            return Err(uneven(vm, place, "longer"));
        }
    }
    Ok(())
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let zip = this::<PyZip>(vm, value)?;
    let mut parts = vec![value.class(vm).to_value(), zip.iterators.to_value()];
    if zip.is_strict.get() {
        parts.push(Value::True);
    }
    Ok(vm.new_tuple(parts))
}
