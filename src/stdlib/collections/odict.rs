//! `OrderedDict`.
//!
//! Every dict keeps its order here, so this adds to `dict` what depends on order: moving items, taking the first, comparing and reversing.
//! DIFFERS: moving an item to the front rebuilds the table; there is no list of keys that methods of `dict` could leave behind.
//!
//! CPython 3.11: `Objects/odictobject.c`.

use super::odict_views::{Kind, PyOdictItems, PyOdictIter, PyOdictKeys, PyOdictValues};
use derive::{Traverse, pymethods, pytype};
use vm::context::errors::ExcKind;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, CompareOp, Payload, Py, PyType, Value};
use vm::protocol::{attr, call, compare, convert_int, iter, mapping, repr, sequence};
use vm::types::dict::update::{equal, update};
use vm::types::dict::value::{PyDict, clear, drop_payload};
use vm::types::native::{join_pieces, this};

/// Dictionary that remembers insertion order
#[pytype(name = "collections.OrderedDict", base = PyDict, flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MAPPING, MATCH_SELF, DICT_SUBCLASS), tables(TABLE), clear = clear, drop = drop_payload::<PyOrderedDict>)]
#[derive(Traverse)]
pub struct PyOrderedDict {
    dict: PyDict,
}

fn is_exact(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PyOrderedDict::class(vm))
}

fn dict_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyDict>> {
    this::<PyDict>(vm, value)
}

/// `MutableMapping.update` (`mutablemapping_update`).
fn fill(vm: &Vm, zelf: &Value, args: Args<'_>) -> PyResult<()> {
    let given = args.positional();
    if given.len() > 1 {
        return Err(vm.type_error(format!(
            "update() takes at most 1 positional argument ({} given)",
            given.len()
        )));
    }
    if let Some(source) = given.first() {
        if is_exact(vm, zelf) {
            update(vm, dict_of(vm, zelf)?, source)?;
        } else {
            fill_through_setitem(vm, zelf, source)?;
        }
    }
    for (name, value) in args.keywords() {
        mapping::set_item(vm, zelf, name, value.clone())?;
    }
    Ok(())
}

fn fill_through_setitem(vm: &Vm, zelf: &Value, source: &Value) -> PyResult<()> {
    if source.is_exact(vm, &vm.types.dict) {
        for (key, value) in dict_of(vm, source)?.items() {
            mapping::set_item(vm, zelf, &key, value)?;
        }
        return Ok(());
    }
    if attr::get_opt(vm, source, &vm.names.keys)?.is_some() {
        let keys = call::call_method(vm, source, &vm.names.keys, &[])?;
        return iter::iterate(vm, &keys, |key| {
            let value = mapping::get_item(vm, source, &key)?;
            mapping::set_item(vm, zelf, &key, value)
        });
    }
    let pairs = match attr::get_opt(vm, source, &vm.names.items)? {
        Some(items) => call::call0(vm, &items)?,
        None => source.clone(),
    };
    iter::iterate(vm, &pairs, |pair| {
        let items = sequence::fast(vm, &pair, "need more than 0 values to unpack")?;
        match items.as_slice() {
            [key, value] => mapping::set_item(vm, zelf, key, value.clone()),
            other if other.len() < 2 => Err(vm.value_error(format!(
                "need more than {} value{} to unpack",
                other.len(),
                if other.len() == 1 { "" } else { "s" }
            ))),
            _ => Err(vm.value_error("too many values to unpack (expected 2)")),
        }
    })
}

fn empty_error(vm: &Vm) -> vm::context::PyErr {
    vm.new_exception(ExcKind::KeyError, vm.new_str("dictionary is empty"))
}

fn same_order(vm: &Vm, a: &PyDict, b: &PyDict) -> PyResult<bool> {
    if !equal(vm, a, b)? {
        return Ok(false);
    }
    let (mut left, mut right) = (0, 0);
    while let (Some(a), Some(b)) = (a.next_key(&mut left), b.next_key(&mut right)) {
        if !compare::eq(vm, &a, &b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A new mapping of the same class with the same items.
fn copy_of(vm: &Vm, zelf: &Value) -> PyResult<Value> {
    let result = call::call0(vm, &zelf.class(vm).to_value())?;
    let keys = dict_of(vm, zelf)?.keys();
    for key in keys {
        let value = mapping::get_item(vm, zelf, &key)?;
        mapping::set_item(vm, &result, &key, value)?;
    }
    Ok(result)
}

#[pymethods]
impl PyOrderedDict {
    #[pyslot]
    fn new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        let dict = PyDict::empty();
        new_object(cls, PyOrderedDict { dict }).into_value()
    }

    #[pyslot]
    fn init(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<()> {
        if args.positional().len() > 1 {
            return Err(vm.type_error(format!(
                "expected at most 1 arguments, got {}",
                args.positional().len()
            )));
        }
        fill(vm, zelf, args)
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[pyclassmethod(sig = "fromkeys($type, /, iterable, value=None)")]
    fn fromkeys(cls: &Py<PyType>, vm: &Vm, iterable: &Value, value: &Value) -> PyResult<Value> {
        let result = call::call0(vm, &cls.to_value())?;
        iter::iterate(vm, iterable, |key| {
            mapping::set_item(vm, &result, &key, value.clone())
        })?;
        Ok(result)
    }

    /// od.update(**kwargs) -> None.  Update od from mapping/iterable.
    #[pymethod]
    fn update(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<()> {
        fill(vm, zelf, args)
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod(sig = "setdefault($self, /, key, default=None)")]
    fn setdefault(zelf: &Value, vm: &Vm, key: &Value, default: &Value) -> PyResult<Value> {
        if is_exact(vm, zelf) {
            return dict_of(vm, zelf)?.get_or_insert(vm, key.clone(), default.clone());
        }
        if sequence::contains(vm, zelf, key)? {
            return mapping::get_item(vm, zelf, key);
        }
        mapping::set_item(vm, zelf, key, default.clone())?;
        Ok(default.clone())
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[pymethod(sig = "pop($self, /, key, default=<unrepresentable>)")]
    fn pop(zelf: &Value, vm: &Vm, key: &Value, default: Option<&Value>) -> PyResult<Value> {
        match (dict_of(vm, zelf)?.pop(vm, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(vm.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[pymethod(sig = "popitem($self, /, last=True)")]
    fn popitem(zelf: &Value, vm: &Vm, last: bool) -> PyResult<Value> {
        let dict = dict_of(vm, zelf)?;
        let item = if last {
            dict.pop_last()
        } else {
            dict.pop_first()
        };
        match item {
            Some((key, value)) => Ok(vm.new_tuple(vec![key, value])),
            None => Err(empty_error(vm)),
        }
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[pymethod(sig = "move_to_end($self, /, key, last=True)")]
    fn move_to_end(zelf: &Value, vm: &Vm, key: &Value, last: bool) -> PyResult<()> {
        let dict = dict_of(vm, zelf)?;
        let hash = vm.hash(key)?;
        match dict.index_of(vm, key, hash)? {
            Some(index) => dict.move_item(vm, index, hash, last),
            None => Err(vm.key_error(key)),
        }
    }

    /// od.copy() -> a shallow copy of od
    #[pymethod]
    fn copy(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        copy_of(vm, zelf)
    }

    /// od.__reversed__() <==> reversed(od)
    #[pymethod]
    fn __reversed__(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        PyOdictIter::over(vm, zelf, Kind::Keys, true)
    }

    #[pymethod]
    fn __sizeof__(zelf: &Value, vm: &Vm) -> PyResult<usize> {
        // What CPython's has besides: the ends of the list of keys, a node for each key, and places by which nodes are found.
        let (header, node, place) = (64, 32, 8);
        let dict = dict_of(vm, zelf)?;
        let sizeof = attr::get(vm, &vm.types.dict.to_value(), &vm.names.__sizeof__)?;
        let plain = convert_int::to_usize(vm, &call::call1(vm, &sizeof, zelf)?)?;
        let places = if dict.slots() == 1 { 0 } else { dict.slots() };
        Ok(plain + header + node * dict.len() + place * places)
    }

    #[pymethod]
    fn keys(zelf: &Value, vm: &Vm) -> Value {
        PyOdictKeys::of(vm, zelf)
    }

    #[pymethod]
    fn values(zelf: &Value, vm: &Vm) -> Value {
        PyOdictValues::of(vm, zelf)
    }

    #[pymethod]
    fn items(zelf: &Value, vm: &Vm) -> Value {
        PyOdictItems::of(vm, zelf)
    }

    #[pyslot]
    fn iter(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        PyOdictIter::over(vm, zelf, Kind::Keys, false)
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let state = call::call_method(vm, zelf, &vm.names.__getstate__, &[])?;
        let items = call::call_method(vm, zelf, &vm.names.items, &[])?;
        let items = iter::get_iter(vm, &items)?;
        let class = zelf.class(vm).to_value();
        let none = vm.empty_tuple().into_value();
        Ok(vm.new_tuple(vec![class, none, state, Value::None, items]))
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let name = zelf.class(vm).name_str();
        if dict_of(vm, zelf)?.len() == 0 {
            return Ok(vm.new_str(&format!("{name}()")));
        }
        let Some(_guard) = repr::enter(vm, zelf) else {
            return Ok(vm.new_str("..."));
        };
        let items = call::call_method(vm, zelf, &vm.names.items, &[])?;
        let list = vm.new_list(iter::to_vec(vm, &items)?);
        let text = repr::repr(vm, &list)?;
        join_pieces(vm, &format!("{name}("), &[text], &[""], ")")
    }

    #[pyslot]
    fn richcompare(zelf: &Value, vm: &Vm, other: &Value, op: CompareOp) -> PyResult<Value> {
        let (Some(left), Some(right)) = (
            zelf.downcast_ref::<PyDict>(),
            other.downcast_ref::<PyDict>(),
        ) else {
            return Ok(Value::NotImplemented);
        };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let same = if other.downcast_ref::<PyOrderedDict>().is_some() {
            same_order(vm, left, right)?
        } else {
            equal(vm, left, right)?
        };
        Ok(Value::bool(same == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn or(zelf: &Value, vm: &Vm, other: &Value) -> PyResult<Value> {
        let class = match (
            zelf.downcast_ref::<PyOrderedDict>(),
            other.downcast_ref::<PyOrderedDict>(),
        ) {
            (Some(_), _) => zelf.class(vm).to_value(),
            (None, Some(_)) => other.class(vm).to_value(),
            (None, None) => return Ok(Value::NotImplemented),
        };
        let both =
            zelf.downcast_ref::<PyDict>().is_some() && other.downcast_ref::<PyDict>().is_some();
        if !both {
            return Ok(Value::NotImplemented);
        }
        let result = call::call1(vm, &class, zelf)?;
        fill(
            vm,
            &result,
            Args::positional_only(std::slice::from_ref(other)),
        )?;
        Ok(result)
    }

    #[pyslot]
    fn inplace_or(zelf: &Value, vm: &Vm, other: &Value) -> PyResult<Value> {
        fill(vm, zelf, Args::positional_only(std::slice::from_ref(other)))?;
        Ok(zelf.clone())
    }
}
