//! `enumerate`.
//!
//! CPython 3.11: `Objects/enumobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyCell, PyType, Table, Value, type_flag};
use crate::protocol::{iter, number};
use crate::types::iterate;
use crate::types::native::{CLASS_GETITEM, bind, no_args, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;

/// Payload of `enumerate`.
pub struct PyEnumerate {
    iterator: Value,
    /// The next number, an int.
    count: PyCell<Value>,
}

native_type!(PyEnumerate, "enumerate", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ..."),
    signature: Some("(iterable, start=0)"),
    traverse: Some(crate::traverse_payload!(PyEnumerate, |this, visit| {
        visit(&this.iterator);
        this.count.with(visit);
    })),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "__reduce__",
            "Return state information for pickling.",
            reduce,
        )),
        CLASS_GETITEM,
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
    if args.is_empty() {
        return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
    }
    let [iterable, start] = bind(vm, "enumerate", &args, ["iterable", "start"], 2, 1)?;
    let count = match start {
        Some(start) => number::index(vm, start)?,
        None => vm.new_int(0),
    };
    let none = Value::None;
    let iterator = iter::get_iter(vm, iterable.unwrap_or(&none))?;
    let payload = PyEnumerate {
        iterator,
        count: PyCell::new(count),
    };
    Ok(new_object(class, payload).into_value())
}

fn next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let pair = this::<PyEnumerate>(vm, value)?.next_pair(vm)?;
    Ok(pair.map(|(count, item)| PyTuple::pair(vm, count, item).into_value()))
}

impl PyEnumerate {
    /// The next number and item.
    #[inline]
    pub fn next_pair(&self, vm: &Vm) -> PyResult<Option<(Value, Value)>> {
        let Some(item) = iterate::next(vm, &self.iterator)? else {
            return Ok(None);
        };
        let count = self.count.get();
        let one = Value::small_int_unchecked(1);
        let next = match count.as_small_int() {
            Some(n) => vm.new_int(n + 1),
            None => number::add(vm, &count, &one)?,
        };
        self.count.set(next);
        Ok(Some((count, item)))
    }
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = this::<PyEnumerate>(vm, value)?;
    let state = vm.new_tuple(vec![this.iterator.clone(), this.count.get()]);
    Ok(vm.new_tuple(vec![value.class(vm).to_value(), state]))
}
