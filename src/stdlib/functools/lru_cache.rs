//! `functools._lru_cache_wrapper`.
//!
//! The cache is a dict in the order of use: a hit moves its item to the end, a full cache drops the first.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::errors::ExcKind;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyRef, PyType, Value, instance};
use vm::protocol::{attr, call, number, truth};
use vm::types::dict::value::PyDict;
use vm::types::method::PyMethod;
use vm::types::native::bind;

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pytype(
    name = "functools._lru_cache_wrapper",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, METHOD_DESCRIPTOR),
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyLruCache {
    function: Value,
    cache: PyRef<PyDict>,
    /// `None` without limit.
    maxsize: Option<usize>,
    typed: bool,
    info_type: Value,
    /// Stands between positional and keyword arguments in keys.
    mark: Value,
    hits: Cell<usize>,
    misses: Cell<usize>,
}

impl PyLruCache {
    fn key(&self, vm: &Vm, args: Args<'_>) -> Value {
        let (given, keywords) = (args.positional(), args.kw_len());
        if !self.typed && keywords == 0 {
            if let [only] = given
                && (only.is_exact(vm, &vm.types.str) || only.is_exact(vm, &vm.types.int))
            {
                return only.clone();
            }
            return vm.new_tuple(given.to_vec());
        }
        let mut parts = given.to_vec();
        if keywords != 0 {
            parts.push(self.mark.clone());
            for (name, value) in args.keywords() {
                parts.push(name.clone());
                parts.push(value.clone());
            }
        }
        if self.typed {
            parts.extend(args.all_values().iter().map(|v| v.class(vm).to_value()));
        }
        vm.new_tuple(parts)
    }

    fn add(counter: &Cell<usize>) {
        counter.set(counter.get() + 1);
    }
}

#[pymethods]
impl PyLruCache {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let names = ["user_function", "maxsize", "typed", "cache_info_type"];
        let [function, maxsize, typed, info_type] = bind(vm, "lru_cache", &args, names, 4, 4)?
            .map(|value| value.cloned().unwrap_or(Value::None));
        let typed = truth::is_true(vm, &typed)?;
        if !call::is_callable(vm, &function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let maxsize = if maxsize.is_none() {
            None
        } else if number::is_index(vm, &maxsize) {
            let size = number::to_index_isize(vm, &maxsize, ExcKind::OverflowError)?;
            Some(size.max(0) as usize)
        } else {
            return Err(vm.type_error("maxsize should be integer or None"));
        };
        let payload = PyLruCache {
            function,
            cache: PyDict::new(vm),
            maxsize,
            typed,
            info_type,
            mark: call::call0(vm, &vm.types.object.as_value())?,
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        if self.maxsize == Some(0) {
            Self::add(&self.misses);
            return call::call(vm, &self.function, args);
        }
        let key = self.key(vm, args);
        let hash = vm.hash(&key)?;
        if let Some(index) = self.cache.index_of(vm, &key, hash)? {
            let found = self.cache.value_at(index);
            if self.maxsize.is_some() {
                self.cache.move_item(vm, index, hash, true)?;
            }
            Self::add(&self.hits);
            return Ok(found.unwrap_or(Value::None));
        }
        Self::add(&self.misses);
        let result = call::call(vm, &self.function, args)?;
        if let Some(maxsize) = self.maxsize {
            // The function may have stored the same key meanwhile.
            if self.cache.index_of(vm, &key, hash)?.is_some() {
                return Ok(result);
            }
            if self.cache.len() >= maxsize {
                drop(self.cache.pop_first());
            }
        }
        self.cache.set_with_hash(vm, key, hash, result.clone())?;
        Ok(result)
    }

    #[pyslot]
    fn descr_get(zelf: &Value, vm: &Vm, object: Option<&Value>, class: Option<&Value>) -> Value {
        let _ = class;
        match object.filter(|object| !object.is_none()) {
            Some(object) => PyMethod::new(vm, zelf.clone(), object.clone()).into_value(),
            None => zelf.clone(),
        }
    }

    /// Report cache statistics
    #[pymethod]
    fn cache_info(&self, vm: &Vm) -> PyResult<Value> {
        let maxsize = self.maxsize.map_or(Value::None, |n| vm.new_usize(n));
        let args = [
            vm.new_usize(self.hits.get()),
            vm.new_usize(self.misses.get()),
            maxsize,
            vm.new_usize(self.cache.len()),
        ];
        call::call_args(vm, &self.info_type, &args)
    }

    /// Clear the cache and cache statistics
    #[pymethod]
    fn cache_clear(&self, vm: &Vm) {
        self.hits.set(0);
        self.misses.set(0);
        self.cache.clear(vm);
    }

    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        attr::get(vm, &zelf.to_value(), &vm.names.__qualname__)
    }

    #[pymethod]
    fn __copy__(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pymethod(sig = "__deepcopy__(memo, /)", no_text_signature)]
    fn __deepcopy__(zelf: &Value, memo: &Value) -> Value {
        let _ = memo;
        zelf.clone()
    }

    #[pygetset]
    fn __dict__(zelf: &Py<Self>, vm: &Vm) -> Value {
        instance::make_dict(vm, zelf.object()).into_value()
    }
}
