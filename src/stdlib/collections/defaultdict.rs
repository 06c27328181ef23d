//! `defaultdict`.
//!
//! CPython 3.11: `Modules/_collectionsmodule.c`.

use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyCell, PyType, Value};
use vm::protocol::{call, iter, repr};
use vm::types::dict::update::{Merge, merge, update, update_from_args};
use vm::types::dict::value::{PyDict, clear, drop_payload};
use vm::types::generic_alias::PyGenericAlias;
use vm::types::native::{join_pieces, this};

/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[pytype(name = "collections.defaultdict", base = PyDict, flags(BASETYPE, GC, MAPPING, MATCH_SELF, DICT_SUBCLASS), tables(TABLE), clear = clear, drop = drop_payload::<PyDefaultDict>)]
#[derive(Traverse)]
pub struct PyDefaultDict {
    dict: PyDict,
    factory: PyCell<Value>,
}

impl PyDefaultDict {
    fn as_dict<'a>(vm: &Vm, zelf: &'a Value) -> PyResult<&'a Py<PyDict>> {
        this::<PyDict>(vm, zelf)
    }

    fn copy_of(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let class = zelf.object().class().to_value();
        call::call_args(vm, &class, &[zelf.factory.get(), zelf.to_value()])
    }
}

#[pymethods]
impl PyDefaultDict {
    #[pyslot]
    fn new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        let payload = PyDefaultDict {
            dict: PyDict::empty(),
            factory: PyCell::new(Value::None),
        };
        new_object(cls, payload).into_value()
    }

    #[pyslot]
    fn init(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let own = this::<PyDefaultDict>(vm, zelf)?;
        let factory = args.positional().first().cloned().unwrap_or(Value::None);
        if !factory.is_none() && !call::is_callable(vm, &factory) {
            return Err(vm.type_error("first argument must be callable or None"));
        }
        own.factory.set(factory);
        let skip = usize::from(!args.positional().is_empty());
        let rest = Args::new(&args.all_values()[skip..], args.kwnames());
        update_from_args(vm, Self::as_dict(vm, zelf)?, "dict", rest)
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[pymethod(sig = "__missing__($self, key, /)", no_text_signature)]
    fn __missing__(zelf: &Value, vm: &Vm, key: &Value) -> PyResult<Value> {
        let factory = this::<PyDefaultDict>(vm, zelf)?.factory.get();
        if factory.is_none() {
            return Err(vm.key_error(key));
        }
        let value = call::call0(vm, &factory)?;
        vm::protocol::mapping::set_item(vm, zelf, key, value.clone())?;
        Ok(value)
    }

    /// D.copy() -> a shallow copy of D.
    #[pymethod]
    fn copy(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        Self::copy_of(zelf, vm)
    }

    /// D.copy() -> a shallow copy of D.
    #[pymethod]
    fn __copy__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        Self::copy_of(zelf, vm)
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let factory = zelf.factory.get();
        let args = if factory.is_none() {
            vm.empty_tuple().into_value()
        } else {
            vm.new_tuple(vec![factory])
        };
        let items = call::call_method(vm, &zelf.to_value(), &vm.names.items, &[])?;
        let items = iter::get_iter(vm, &items)?;
        let class = zelf.object().class().to_value();
        Ok(vm.new_tuple(vec![class, args, Value::None, Value::None, items]))
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, cls.to_value(), item.clone())?.into_value())
    }

    /// Factory for default value called by __missing__().
    #[pygetset]
    fn default_factory(&self) -> Value {
        self.factory.get()
    }

    #[pygetset(setter)]
    fn set_default_factory(&self, value: Option<Value>) {
        self.factory.set(value.unwrap_or(Value::None));
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let own = this::<PyDefaultDict>(vm, zelf)?;
        let Some(slot) = vm.types.dict.slots.repr.get() else {
            return Err(vm.system_error("dict has no repr"));
        };
        let factory = own.factory.get();
        let shown = match repr::enter(vm, &factory) {
            _ if factory.is_none() => repr::repr(vm, &factory)?,
            Some(_guard) => repr::repr(vm, &factory)?,
            None => vm.intern_str("..."),
        };
        let items = slot(vm, zelf)?
            .downcast()
            .map_err(|_| vm.type_error("__repr__ returned non-string"))?;
        let prefix = format!("{}(", zelf.class(vm).name_str());
        join_pieces(vm, &prefix, &[shown, items], &[", "], ")")
    }

    #[pyslot]
    fn or(zelf: &Value, vm: &Vm, other: &Value) -> PyResult<Value> {
        let (Some(_), Some(_)) = (
            zelf.downcast_ref::<PyDict>(),
            other.downcast_ref::<PyDict>(),
        ) else {
            return Ok(Value::NotImplemented);
        };
        let Some(own) = zelf
            .downcast_ref::<PyDefaultDict>()
            .or_else(|| other.downcast_ref::<PyDefaultDict>())
        else {
            return Ok(Value::NotImplemented);
        };
        let class = own.object().class().to_value();
        let result = call::call_args(vm, &class, &[own.factory.get()])?;
        let dict = this::<PyDict>(vm, &result)?;
        merge(vm, dict, zelf, Merge::Override)?;
        update(vm, dict, other)?;
        Ok(result)
    }
}
