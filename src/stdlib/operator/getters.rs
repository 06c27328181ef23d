//! `itemgetter`, `attrgetter`, `methodcaller`.

use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyRef, PyType, Value};
use vm::protocol::{attr, call, mapping, repr};
use vm::types::dict::value::PyDict;
use vm::types::native::{arity, join_pieces, no_keywords};
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// itemgetter(item, ...) --> itemgetter object
///
/// Return a callable object that fetches the given item(s) from its operand.
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[pytype(name = "operator.itemgetter", flags(GC), tables(TABLE))]
#[derive(Traverse)]
pub struct PyItemGetter {
    items: PyRef<PyTuple>,
}

fn operand<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<&'a Value> {
    no_keywords(vm, name, &args)?;
    arity(vm, name, args.positional().len(), 1, 1)?;
    Ok(&args.positional()[0])
}

fn all_reprs(vm: &Vm, values: &[Value]) -> PyResult<Vec<PyRef<PyStr>>> {
    values.iter().map(|value| repr::repr(vm, value)).collect()
}

#[pymethods]
impl PyItemGetter {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "itemgetter", &args)?;
        let given = args.positional();
        arity(vm, "itemgetter", given.len(), 1, given.len().max(1))?;
        let items = PyTuple::from_slice(vm, given);
        Ok(new_object(cls, PyItemGetter { items }).into_value())
    }

    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let object = operand(vm, "itemgetter", args)?;
        let [item] = self.items.as_slice() else {
            let mut found = Vec::with_capacity(self.items.len());
            for item in self.items.as_slice() {
                found.push(mapping::get_item(vm, object, item)?);
            }
            return Ok(vm.new_tuple(found));
        };
        if let (Some(tuple), Some(index)) =
            (object.downcast_exact::<PyTuple>(vm), item.as_small_int())
            && let Ok(index) = usize::try_from(index)
            && let Some(found) = tuple.as_slice().get(index)
        {
            return Ok(found.clone());
        }
        mapping::get_item(vm, object, item)
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let name = zelf.object().class().tp_name();
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str(&format!("{name}(...)")));
        };
        let pieces = all_reprs(vm, zelf.items.as_slice())?;
        join_pieces(vm, &format!("{name}("), &pieces, &[", "], ")")
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let class = zelf.object().class().to_value();
        vm.new_tuple(vec![class, zelf.items.to_value()])
    }
}

/// attrgetter(attr, ...) --> attrgetter object
///
/// Return a callable object that fetches the given attribute(s) from its operand.
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[pytype(name = "operator.attrgetter", flags(GC), tables(ATTRGETTER))]
#[derive(Traverse)]
pub struct PyAttrGetter {
    names: PyRef<PyTuple>,
    /// The same, each cut at its dots.
    chains: Vec<Vec<PyRef<PyStr>>>,
}

impl PyAttrGetter {
    fn follow(vm: &Vm, object: &Value, chain: &[PyRef<PyStr>]) -> PyResult<Value> {
        let mut value = object.clone();
        for name in chain {
            value = attr::get(vm, &value, name)?;
        }
        Ok(value)
    }
}

#[pymethods(table = ATTRGETTER)]
impl PyAttrGetter {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "attrgetter", &args)?;
        let given = args.positional();
        arity(vm, "attrgetter", given.len(), 1, given.len().max(1))?;
        let mut chains = Vec::with_capacity(given.len());
        for name in given {
            let Some(name) = name.downcast_ref::<PyStr>() else {
                return Err(vm.type_error("attribute name must be a string"));
            };
            let chars: Vec<u32> = name.chars().collect();
            let chain = chars
                .split(|c| *c == u32::from('.'))
                .map(|part| vm.intern(PyStr::from_chars(vm, part)))
                .collect();
            chains.push(chain);
        }
        let payload = PyAttrGetter {
            names: PyTuple::from_slice(vm, given),
            chains,
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let object = operand(vm, "attrgetter", args)?;
        if let [chain] = self.chains.as_slice() {
            return Self::follow(vm, object, chain);
        }
        let mut found = Vec::with_capacity(self.chains.len());
        for chain in &self.chains {
            found.push(Self::follow(vm, object, chain)?);
        }
        Ok(vm.new_tuple(found))
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let name = zelf.object().class().tp_name();
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str(&format!("{name}(...)")));
        };
        let pieces = all_reprs(vm, zelf.names.as_slice())?;
        join_pieces(vm, &format!("{name}("), &pieces, &[", "], ")")
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let class = zelf.object().class().to_value();
        vm.new_tuple(vec![class, zelf.names.to_value()])
    }
}

/// methodcaller(name, ...) --> methodcaller object
///
/// Return a callable object that calls the given method on its operand.
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[pytype(name = "operator.methodcaller", flags(GC), tables(METHODCALLER))]
#[derive(Traverse)]
pub struct PyMethodCaller {
    name: PyRef<PyStr>,
    args: Vec<Value>,
    kwargs: PyRef<PyDict>,
}

#[pymethods(table = METHODCALLER)]
impl PyMethodCaller {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let Some((name, rest)) = args.positional().split_first() else {
            return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Ok(name) = name.clone().downcast::<PyStr>() else {
            return Err(vm.type_error("method name must be a string"));
        };
        let kwargs = PyDict::new(vm);
        for (name, value) in args.keywords() {
            kwargs.set(vm, name.clone(), value.clone())?;
        }
        let payload = PyMethodCaller {
            name: vm.intern(name),
            args: rest.to_vec(),
            kwargs,
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let object = operand(vm, "methodcaller", args)?;
        let method = attr::get(vm, object, &self.name)?;
        call::call_dict(vm, &method, &self.args, Some(&self.kwargs))
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let name = zelf.object().class().tp_name();
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str(&format!("{name}(...)")));
        };
        let mut pieces = vec![repr::repr(vm, &zelf.name.as_value())?];
        pieces.extend(all_reprs(vm, &zelf.args)?);
        for (name, value) in zelf.kwargs.items() {
            let name = repr::str(vm, &name)?;
            let start = PyStr::concat(vm, &name, &vm.intern_str("="));
            pieces.push(PyStr::concat(vm, &start, &*repr::repr(vm, &value)?));
        }
        join_pieces(vm, &format!("{name}("), &pieces, &[", "], ")")
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let class = zelf.object().class().to_value();
        if zelf.kwargs.len() == 0 {
            let mut args = vec![zelf.name.to_value()];
            args.extend_from_slice(&zelf.args);
            return Ok(vm.new_tuple(vec![class, vm.new_tuple(args)]));
        }
        let constructor = crate::functools::new_partial(
            vm,
            class,
            vec![zelf.name.to_value()],
            zelf.kwargs.copy(vm),
        );
        Ok(vm.new_tuple(vec![constructor, vm.new_tuple(zelf.args.clone())]))
    }
}
