//! `functools.partial`.

use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyCell, PyRef, PyType, Value, instance};
use vm::protocol::{call, repr};
use vm::types::dict::update::{Merge, merge};
use vm::types::dict::value::PyDict;
use vm::types::generic_alias::PyGenericAlias;
use vm::types::native::join_pieces;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// partial(func, *args, **keywords) - new function with partial application
///     of the given arguments and keywords.
#[pytype(
    name = "functools.partial",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF),
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyPartial {
    function: PyCell<Value>,
    args: PyCell<PyRef<PyTuple>>,
    kwargs: PyCell<PyRef<PyDict>>,
}

/// `partial(function, *args, **kwargs)`
pub(crate) fn new_partial(
    vm: &Vm,
    function: Value,
    args: Vec<Value>,
    kwargs: PyRef<PyDict>,
) -> Value {
    let payload = PyPartial {
        function: PyCell::new(function),
        args: PyCell::new(PyTuple::new(vm, args)),
        kwargs: PyCell::new(kwargs),
    };
    PyRef::new(vm, payload).into_value()
}

/// A partial whose parts may be taken over: one that has no attributes of its own.
fn plain_partial<'a>(vm: &Vm, value: &'a Value) -> Option<&'a Py<PyPartial>> {
    let partial = value.downcast_ref::<PyPartial>()?;
    let attributes = instance::make_dict(vm, partial.object());
    (attributes.len() == 0).then_some(partial)
}

#[pymethods]
impl PyPartial {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let Some((function, rest)) = args.positional().split_first() else {
            return Err(vm.type_error("type 'partial' takes at least one argument"));
        };
        let kwargs = PyDict::new(vm);
        let mut all = Vec::new();
        let mut target = function.clone();
        if let Some(inner) = plain_partial(vm, function) {
            target = inner.function.get();
            all.extend_from_slice(inner.args.get().as_slice());
            merge(vm, &kwargs, &inner.kwargs.get().as_value(), Merge::Override)?;
        }
        if !call::is_callable(vm, &target) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        all.extend_from_slice(rest);
        for (name, value) in args.keywords() {
            kwargs.set(vm, name.clone(), value.clone())?;
        }
        let payload = PyPartial {
            function: PyCell::new(target),
            args: PyCell::new(PyTuple::new(vm, all)),
            kwargs: PyCell::new(kwargs),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let (function, own, kwargs) = (self.function.get(), self.args.get(), self.kwargs.get());
        let mut values = call::ArgVec::with_capacity(own.len() + args.all_values().len());
        values.extend(own.as_slice().iter().cloned());
        if kwargs.len() == 0 {
            values.extend(args.all_values().iter().cloned());
            return call::call(vm, &function, Args::new(&values, args.kwnames()));
        }
        values.extend(args.positional().iter().cloned());
        if args.kw_len() == 0 {
            return call::call_dict(vm, &function, &values, Some(&kwargs));
        }
        let all = kwargs.copy(vm);
        for (name, value) in args.keywords() {
            all.set(vm, name.clone(), value.clone())?;
        }
        call::call_dict(vm, &function, &values, Some(&all))
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str("..."));
        };
        let (args, kwargs) = (zelf.args.get(), zelf.kwargs.get());
        let mut shown = Vec::new();
        for arg in args.as_slice() {
            shown.push(repr::repr(vm, arg)?);
        }
        for (name, value) in kwargs.items() {
            let name = repr::str(vm, &name)?;
            let start = PyStr::concat(vm, &name, &vm.intern_str("="));
            shown.push(PyStr::concat(vm, &start, &*repr::repr(vm, &value)?));
        }
        let mut pieces = vec![repr::repr(vm, &zelf.function.get())?];
        pieces.extend(shown);
        let prefix = format!("{}(", zelf.object().class().tp_name());
        join_pieces(vm, &prefix, &pieces, &[", "], ")")
    }

    /// function object to use in future partial calls
    #[pymember]
    fn func(&self) -> Value {
        self.function.get()
    }

    /// tuple of arguments to future partial calls
    #[pymember]
    fn args(&self) -> Value {
        self.args.get().into_value()
    }

    /// dictionary of keyword arguments to future partial calls
    #[pymember]
    fn keywords(&self) -> Value {
        self.kwargs.get().into_value()
    }

    #[pygetset]
    fn __dict__(zelf: &Py<Self>, vm: &Vm) -> Value {
        instance::make_dict(vm, zelf.object()).into_value()
    }

    #[pygetset(setter, name = "__dict__")]
    fn put_dict(zelf: &Py<Self>, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        match value.map(Value::downcast::<PyDict>) {
            Some(Ok(dict)) => {
                instance::set_dict(zelf.object(), dict);
                Ok(())
            }
            Some(Err(value)) => Err(vm.type_error(format!(
                "__dict__ must be set to a dictionary, not a '{}'",
                value.class(vm).tp_name()
            ))),
            None => Err(vm.type_error("cannot delete __dict__")),
        }
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let attributes = instance::make_dict(vm, zelf.object());
        let attributes = if attributes.len() == 0 {
            Value::None
        } else {
            attributes.into_value()
        };
        let function = zelf.function.get();
        let state = vec![
            function.clone(),
            zelf.args.get().into_value(),
            zelf.kwargs.get().into_value(),
            attributes,
        ];
        vm.new_tuple(vec![
            zelf.object().class().to_value(),
            vm.new_tuple(vec![function]),
            vm.new_tuple(state),
        ])
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(zelf: &Py<Self>, vm: &Vm, state: &Value) -> PyResult<()> {
        let invalid = || vm.type_error("invalid partial state");
        let parts = state
            .downcast_ref::<PyTuple>()
            .map(|state| state.as_slice());
        let Some([function, args, kwargs, attributes]) = parts else {
            return Err(invalid());
        };
        let args = match args.downcast_ref::<PyTuple>() {
            Some(exact) if args.is_exact(vm, &vm.types.tuple) => exact.to_ref(),
            Some(args) => PyTuple::from_slice(vm, args.as_slice()),
            None => return Err(invalid()),
        };
        let kwargs = match kwargs.downcast_ref::<PyDict>() {
            Some(dict) if kwargs.is_exact(vm, &vm.types.dict) => dict.to_ref(),
            Some(dict) => dict.copy(vm),
            None if kwargs.is_none() => PyDict::new(vm),
            None => return Err(invalid()),
        };
        if !call::is_callable(vm, function) {
            return Err(invalid());
        }
        zelf.function.set(function.clone());
        zelf.args.set(args);
        zelf.kwargs.set(kwargs);
        let attributes = match attributes.downcast_ref::<PyDict>() {
            Some(dict) => dict.to_ref(),
            None => PyDict::new(vm),
        };
        instance::set_dict(zelf.object(), attributes);
        Ok(())
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, cls.to_value(), item.clone())?.into_value())
    }
}
