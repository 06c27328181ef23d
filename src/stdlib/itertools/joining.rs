//! `chain`, `accumulate`, `pairwise`, `starmap`, `zip_longest`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Payload, Py, PyCell, PyType, Value};
use vm::protocol::{call, iter, number};
use vm::types::generic_alias::PyGenericAlias;
use vm::types::native::{keeps_init, keyword_text, no_keywords};
use vm::types::tuple::value::PyTuple;

/// chain(*iterables) --> chain object
///
/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[pytype(name = "itertools.chain", flags(BASETYPE, GC), tables(TABLE))]
#[derive(Traverse)]
pub struct PyChain {
    source: PyCell<Option<Value>>,
    active: PyCell<Option<Value>>,
}

impl PyChain {
    fn of(cls: &Py<PyType>, source: Value) -> Value {
        let payload = PyChain {
            source: PyCell::new(Some(source)),
            active: PyCell::new(None),
        };
        new_object(cls, payload).into_value()
    }
}

#[pymethods]
impl PyChain {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        if keeps_init(cls, PyChain::class(vm)) {
            no_keywords(vm, "chain", &args)?;
        }
        let iterables = PyTuple::from_slice(vm, args.positional()).into_value();
        Ok(PyChain::of(cls, iter::get_iter(vm, &iterables)?))
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[pyclassmethod(sig = "from_iterable($type, iterable, /)")]
    fn from_iterable(cls: &Py<PyType>, vm: &Vm, iterable: &Value) -> PyResult<Value> {
        Ok(PyChain::of(cls, iter::get_iter(vm, iterable)?))
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, cls.to_value(), item.clone())?.into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        loop {
            let Some(source) = self.source.get() else {
                return Ok(None);
            };
            let active = match self.active.get() {
                Some(active) => active,
                None => {
                    let Some(iterable) = iter::next(vm, &source)? else {
                        drop(self.source.take());
                        return Ok(None);
                    };
                    match iter::get_iter(vm, &iterable) {
                        Ok(active) => {
                            self.active.set(Some(active.clone()));
                            active
                        }
                        Err(error) => {
                            drop(self.source.take());
                            return Err(error);
                        }
                    }
                }
            };
            if let Some(item) = iter::next(vm, &active)? {
                return Ok(Some(item));
            }
            drop(self.active.take());
        }
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let mut parts = vec![
            zelf.object().class().to_value(),
            vm.empty_tuple().into_value(),
        ];
        if let Some(source) = zelf.source.get() {
            let mut state = vec![source];
            state.extend(zelf.active.get());
            parts.push(vm.new_tuple(state));
        }
        vm.new_tuple(parts)
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let parts = state
            .downcast_ref::<PyTuple>()
            .map(|state| state.as_slice());
        let (source, active) = match parts {
            None => return Err(vm.type_error("state is not a tuple")),
            Some([source]) => (source, None),
            Some([source, active]) => (source, Some(active.clone())),
            Some(_) => return Err(vm.type_error("function takes at most 2 arguments")),
        };
        let all_iterators = iter::is_iterator(vm, source)
            && active
                .as_ref()
                .is_none_or(|active| iter::is_iterator(vm, active));
        if !all_iterators {
            return Err(vm.type_error("Arguments must be iterators."));
        }
        self.source.set(Some(source.clone()));
        self.active.set(active);
        Ok(())
    }
}

/// Return series of accumulated sums (or other binary function results).
#[pytype(
    name = "itertools.accumulate",
    flags(BASETYPE, GC),
    sig = "accumulate(iterable, func=None, *, initial=None)",
    tables(ACCUMULATE)
)]
#[derive(Traverse)]
pub struct PyAccumulate {
    iterator: Value,
    function: Value,
    initial: PyCell<Option<Value>>,
    total: PyCell<Option<Value>>,
}

#[pymethods(table = ACCUMULATE)]
impl PyAccumulate {
    #[pyslot(sig = "accumulate(iterable, func=None, *, initial=None)")]
    fn new(
        cls: &Py<PyType>,
        vm: &Vm,
        iterable: &Value,
        func: &Value,
        initial: &Value,
    ) -> PyResult<Value> {
        let payload = PyAccumulate {
            iterator: iter::get_iter(vm, iterable)?,
            function: func.clone(),
            initial: PyCell::new(initial.clone().non_none()),
            total: PyCell::new(None),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        if let Some(initial) = self.initial.take() {
            self.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = iter::next(vm, &self.iterator)? else {
            return Ok(None);
        };
        let total = match self.total.get() {
            None => item,
            Some(total) if self.function.is_none() => number::add(vm, &total, &item)?,
            Some(total) => call::call_args(vm, &self.function, &[total, item])?,
        };
        self.total.set(Some(total.clone()));
        Ok(Some(total))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let class = zelf.object().class().to_value();
        if let Some(initial) = zelf.initial.get() {
            let first = iter::get_iter(vm, &vm.new_tuple(vec![initial]))?;
            let both = vm.new_tuple(vec![first, zelf.iterator.clone()]);
            let chain = PyChain::of(PyChain::class(vm), iter::get_iter(vm, &both)?);
            let args = vm.new_tuple(vec![chain, zelf.function.clone()]);
            return Ok(vm.new_tuple(vec![class, args, Value::None]));
        }
        let args = vm.new_tuple(vec![zelf.iterator.clone(), zelf.function.clone()]);
        let total = zelf.total.get();
        if total.as_ref().is_some_and(Value::is_none) {
            // None as state would mean that there is no total yet: the total goes in as the first item and is skipped.
            let first = iter::get_iter(vm, &vm.new_tuple(vec![Value::None]))?;
            let both = vm.new_tuple(vec![first, zelf.iterator.clone()]);
            let payload = PyAccumulate {
                iterator: PyChain::of(PyChain::class(vm), iter::get_iter(vm, &both)?),
                function: zelf.function.clone(),
                initial: PyCell::new(None),
                total: PyCell::new(None),
            };
            let again = new_object(PyAccumulate::class(vm), payload).into_value();
            let args = vm.new_tuple(vec![again, vm.new_int(1), Value::None]);
            let islice = super::filtering::PyIslice::class(vm).to_value();
            return Ok(vm.new_tuple(vec![islice, args]));
        }
        Ok(vm.new_tuple(vec![class, args, total.unwrap_or(Value::None)]))
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, state: &Value) {
        self.total.set(Some(state.clone()));
    }
}

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[pytype(
    name = "itertools.pairwise",
    flags(BASETYPE, GC),
    sig = "pairwise(iterable, /)",
    tables(PAIRWISE)
)]
#[derive(Traverse)]
pub struct PyPairwise {
    iterator: PyCell<Option<Value>>,
    old: PyCell<Option<Value>>,
}

#[pymethods(table = PAIRWISE)]
impl PyPairwise {
    #[pyslot(sig = "pairwise(iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value) -> PyResult<Value> {
        let payload = PyPairwise {
            iterator: PyCell::new(Some(iter::get_iter(vm, iterable)?)),
            old: PyCell::new(None),
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
        let old = match self.old.get() {
            Some(old) => old,
            None => match iter::next(vm, &iterator)? {
                Some(old) => {
                    self.old.set(Some(old.clone()));
                    // Asking for the first item may have exhausted this very iterator.
                    if self.iterator.with(Option::is_none) {
                        drop(self.old.take());
                        return Ok(None);
                    }
                    old
                }
                None => {
                    drop(self.iterator.take());
                    return Ok(None);
                }
            },
        };
        match iter::next(vm, &iterator)? {
            Some(new) => {
                self.old.set(Some(new.clone()));
                Ok(Some(PyTuple::pair(vm, old, new).into_value()))
            }
            None => {
                drop(self.iterator.take());
                drop(self.old.take());
                Ok(None)
            }
        }
    }
}

/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[pytype(
    name = "itertools.starmap",
    flags(BASETYPE, GC),
    sig = "starmap(function, iterable, /)",
    tables(STARMAP)
)]
#[derive(Traverse)]
pub struct PyStarmap {
    function: Value,
    iterator: Value,
}

#[pymethods(table = STARMAP)]
impl PyStarmap {
    #[pyslot(sig = "starmap(function, iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, function: &Value, iterable: &Value) -> PyResult<Value> {
        let payload = PyStarmap {
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
        let Some(args) = iter::next(vm, &self.iterator)? else {
            return Ok(None);
        };
        if let Some(args) = args.downcast_exact::<PyTuple>(vm) {
            return call::call_args(vm, &self.function, args.as_slice()).map(Some);
        }
        let args = iter::to_vec(vm, &args)?;
        call::call_args(vm, &self.function, &args).map(Some)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let args = vm.new_tuple(vec![zelf.function.clone(), zelf.iterator.clone()]);
        vm.new_tuple(vec![zelf.object().class().to_value(), args])
    }
}

/// zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object
///
/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[pytype(
    name = "itertools.zip_longest",
    flags(BASETYPE, GC),
    tables(ZIP_LONGEST)
)]
#[derive(Traverse)]
pub struct PyZipLongest {
    /// `None` for those that are exhausted.
    iterators: PyCell<Vec<Option<Value>>>,
    active: Cell<usize>,
    fill: PyCell<Value>,
}

#[pymethods(table = ZIP_LONGEST)]
impl PyZipLongest {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let mut fill = Value::None;
        for (name, value) in args.keywords() {
            if keyword_text(name) != "fillvalue" {
                return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
            }
            fill = value.clone();
        }
        let mut iterators = Vec::with_capacity(args.positional().len());
        for iterable in args.positional() {
            iterators.push(Some(iter::get_iter(vm, iterable)?));
        }
        let payload = PyZipLongest {
            active: Cell::new(iterators.len()),
            iterators: PyCell::new(iterators),
            fill: PyCell::new(fill),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        if self.active.get() == 0 {
            return Ok(None);
        }
        let len = self.iterators.with(Vec::len);
        let mut items = Vec::with_capacity(len);
        for place in 0..len {
            let Some(iterator) = self.iterators.with(|all| all[place].clone()) else {
                items.push(self.fill.get());
                continue;
            };
            match iter::next(vm, &iterator) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    self.active.set(self.active.get().saturating_sub(1));
                    if self.active.get() == 0 {
                        return Ok(None);
                    }
                    let old = self.iterators.with_mut(|all| all[place].take());
                    drop(old);
                    items.push(self.fill.get());
                }
                Err(error) => {
                    self.active.set(0);
                    return Err(error);
                }
            }
        }
        Ok(Some(vm.new_tuple(items)))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let empty = || vm.empty_tuple().into_value();
        let iterators = zelf.iterators.with(Vec::clone);
        let args = iterators.into_iter().map(|one| one.unwrap_or_else(empty));
        let args = vm.new_tuple(args.collect());
        vm.new_tuple(vec![
            zelf.object().class().to_value(),
            args,
            zelf.fill.get(),
        ])
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, state: &Value) {
        self.fill.set(state.clone());
    }
}
