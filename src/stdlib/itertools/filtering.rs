//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `islice`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Payload, Py, PyCell, PyType, Value};
use vm::protocol::{call, iter, number, truth};
use vm::types::native::{arity, keeps_init, no_keywords};

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors to
/// choose the data elements.
#[pytype(
    name = "itertools.compress",
    flags(BASETYPE, GC),
    sig = "compress(data, selectors)",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyCompress {
    data: Value,
    selectors: Value,
}

#[pymethods]
impl PyCompress {
    #[pyslot(sig = "compress(data, selectors)")]
    fn new(cls: &Py<PyType>, vm: &Vm, data: &Value, selectors: &Value) -> PyResult<Value> {
        let payload = PyCompress {
            data: iter::get_iter(vm, data)?,
            selectors: iter::get_iter(vm, selectors)?,
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        loop {
            let Some(item) = iter::next(vm, &self.data)? else {
                return Ok(None);
            };
            let Some(selector) = iter::next(vm, &self.selectors)? else {
                return Ok(None);
            };
            if truth::is_true(vm, &selector)? {
                return Ok(Some(item));
            }
        }
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.data.clone(), zelf.selectors.clone()]);
        vm.new_tuple(vec![zelf.object().class().to_value(), args])
    }
}

/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[pytype(
    name = "itertools.dropwhile",
    flags(BASETYPE, GC),
    sig = "dropwhile(predicate, iterable, /)",
    tables(DROPWHILE)
)]
#[derive(Traverse)]
pub struct PyDropwhile {
    predicate: Value,
    iterator: Value,
    started: Cell<bool>,
}

#[pymethods(table = DROPWHILE)]
impl PyDropwhile {
    #[pyslot(sig = "dropwhile(predicate, iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, predicate: &Value, iterable: &Value) -> PyResult<Value> {
        let payload = PyDropwhile {
            predicate: predicate.clone(),
            iterator: iter::get_iter(vm, iterable)?,
            started: Cell::new(false),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        while let Some(item) = iter::next(vm, &self.iterator)? {
            if self.started.get() {
                return Ok(Some(item));
            }
            let drops = call::call1(vm, &self.predicate, &item)?;
            if !truth::is_true(vm, &drops)? {
                self.started.set(true);
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.predicate.clone(), zelf.iterator.clone()]);
        let started = vm.new_int(i64::from(zelf.started.get()));
        vm.new_tuple(vec![zelf.object().class().to_value(), args, started])
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        self.started.set(truth::is_true(vm, state)?);
        Ok(())
    }
}

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[pytype(
    name = "itertools.takewhile",
    flags(BASETYPE, GC),
    sig = "takewhile(predicate, iterable, /)",
    tables(TAKEWHILE)
)]
#[derive(Traverse)]
pub struct PyTakewhile {
    predicate: Value,
    iterator: Value,
    stopped: Cell<bool>,
}

#[pymethods(table = TAKEWHILE)]
impl PyTakewhile {
    #[pyslot(sig = "takewhile(predicate, iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, predicate: &Value, iterable: &Value) -> PyResult<Value> {
        let payload = PyTakewhile {
            predicate: predicate.clone(),
            iterator: iter::get_iter(vm, iterable)?,
            stopped: Cell::new(false),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        if self.stopped.get() {
            return Ok(None);
        }
        let Some(item) = iter::next(vm, &self.iterator)? else {
            return Ok(None);
        };
        let takes = call::call1(vm, &self.predicate, &item)?;
        if truth::is_true(vm, &takes)? {
            return Ok(Some(item));
        }
        self.stopped.set(true);
        Ok(None)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.predicate.clone(), zelf.iterator.clone()]);
        let stopped = vm.new_int(i64::from(zelf.stopped.get()));
        vm.new_tuple(vec![zelf.object().class().to_value(), args, stopped])
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        self.stopped.set(truth::is_true(vm, state)?);
        Ok(())
    }
}

/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[pytype(
    name = "itertools.filterfalse",
    flags(BASETYPE, GC),
    sig = "filterfalse(function, iterable, /)",
    tables(FILTERFALSE)
)]
#[derive(Traverse)]
pub struct PyFilterfalse {
    function: Value,
    iterator: Value,
}

#[pymethods(table = FILTERFALSE)]
impl PyFilterfalse {
    #[pyslot(sig = "filterfalse(function, iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, function: &Value, iterable: &Value) -> PyResult<Value> {
        let payload = PyFilterfalse {
            function: function.clone(),
            iterator: iter::get_iter(vm, iterable)?,
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let by_truth = self.function.is_none() || self.function.is(&vm.types.bool.as_value());
        while let Some(item) = iter::next(vm, &self.iterator)? {
            let passes = if by_truth {
                truth::is_true(vm, &item)?
            } else {
                let result = call::call1(vm, &self.function, &item)?;
                truth::is_true(vm, &result)?
            };
            if !passes {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.function.clone(), zelf.iterator.clone()]);
        vm.new_tuple(vec![zelf.object().class().to_value(), args])
    }
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[pytype(name = "itertools.islice", flags(BASETYPE, GC), tables(ISLICE))]
#[derive(Traverse)]
pub struct PyIslice {
    iterator: PyCell<Option<Value>>,
    next: Cell<isize>,
    /// -1 without end.
    stop: isize,
    step: isize,
    count: Cell<isize>,
}

/// An index of `islice`: `None`, or what fits a size; anything else is the error.
fn islice_index(vm: &Vm, value: &Value, default: isize) -> Option<isize> {
    if value.is_none() {
        return Some(default);
    }
    let number = number::index_any(vm, value).ok()?;
    let number = number.as_int()?.to_i64()?;
    Some(number as isize)
}

#[pymethods(table = ISLICE)]
impl PyIslice {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        if keeps_init(cls, PyIslice::class(vm)) {
            no_keywords(vm, "islice", &args)?;
        }
        let given = args.positional();
        arity(vm, "islice", given.len(), 2, 4)?;
        let stop_at = &given[if given.len() == 2 { 1 } else { 2 }];
        let stop = match islice_index(vm, stop_at, -1) {
            Some(stop) if stop != -1 || stop_at.is_none() => stop,
            _ => {
                return Err(vm.value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
            }
        };
        let start = if given.len() == 2 {
            0
        } else {
            islice_index(vm, &given[1], 0).unwrap_or(-1)
        };
        if start < 0 || stop < -1 {
            return Err(vm.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
        }
        let step = match given.get(3) {
            None => 1,
            Some(step) => islice_index(vm, step, 1)
                .filter(|step| *step >= 1)
                .ok_or_else(|| {
                    vm.value_error("Step for islice() must be a positive integer or None.")
                })?,
        };
        let payload = PyIslice {
            iterator: PyCell::new(Some(iter::get_iter(vm, &given[0])?)),
            next: Cell::new(start),
            stop,
            step,
            count: Cell::new(0),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(iterator) = self.iterator.get() else {
            return Ok(None);
        };
        while self.count.get() < self.next.get() {
            if iter::next(vm, &iterator)?.is_none() {
                drop(self.iterator.take());
                return Ok(None);
            }
            self.count.set(self.count.get() + 1);
        }
        if self.stop != -1 && self.count.get() >= self.stop {
            drop(self.iterator.take());
            return Ok(None);
        }
        let Some(item) = iter::next(vm, &iterator)? else {
            drop(self.iterator.take());
            return Ok(None);
        };
        self.count.set(self.count.get() + 1);
        let next = self.next.get().saturating_add(self.step);
        self.next.set(if self.stop != -1 {
            next.min(self.stop)
        } else {
            next
        });
        Ok(Some(item))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let class = zelf.object().class().to_value();
        let Some(iterator) = zelf.iterator.get() else {
            let empty = iter::get_iter(vm, &vm.empty_tuple().into_value())?;
            let args = vm.new_tuple(vec![empty, vm.new_int(0)]);
            return Ok(vm.new_tuple(vec![class, args, vm.new_int(0)]));
        };
        let stop = match zelf.stop {
            -1 => Value::None,
            stop => vm.new_int(stop as i64),
        };
        let args = vm.new_tuple(vec![
            iterator,
            vm.new_int(zelf.next.get() as i64),
            stop,
            vm.new_int(zelf.step as i64),
        ]);
        let count = vm.new_int(zelf.count.get() as i64);
        Ok(vm.new_tuple(vec![class, args, count]))
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, count: isize) {
        self.count.set(count.max(0));
    }
}
