//! `_functools`.
//!
//! CPython 3.11: `Modules/_functoolsmodule.c`.

mod lru_cache;
mod partial;

use derive::{Traverse, pymethods, pymodule, pytype};
use vm::context::{PyResult, Vm};
use vm::object::{Args, CompareOp, Py, PyCell, PyRef, Value};
use vm::protocol::{call, compare};
use vm::types::native::bind;

pub use functools_module::DEF;
pub(crate) use partial::new_partial;

/// What `cmp_to_key` gives: a callable that wraps values, and the wrapped values.
#[pytype(
    name = "functools.KeyWrapper",
    flags(GC, DISALLOW_INSTANTIATION),
    doc = "",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyKeyWrapper {
    compare: Value,
    object: PyCell<Option<Value>>,
}

#[pymethods]
impl PyKeyWrapper {
    #[pyslot]
    fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [object] = bind(vm, "K", &args, ["obj"], 1, 1)?;
        let payload = PyKeyWrapper {
            compare: self.compare.clone(),
            object: PyCell::new(object.cloned()),
        };
        Ok(PyRef::new(vm, payload).into_value())
    }

    #[pyslot]
    fn richcompare(zelf: &Py<Self>, vm: &Vm, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<PyKeyWrapper>() else {
            return Err(vm.type_error("other argument must be K instance"));
        };
        let (Some(x), Some(y)) = (zelf.object.get(), other.object.get()) else {
            return Err(vm.attribute_error("object"));
        };
        let answer = call::call_args(vm, &zelf.compare, &[x, y])?;
        compare::rich(vm, &answer, &vm.new_int(0), op)
    }

    /// Value wrapped by a key function.
    #[pygetset]
    fn obj(&self) -> Value {
        self.object.get().unwrap_or(Value::None)
    }

    #[pygetset(setter)]
    fn set_obj(&self, value: Option<Value>) {
        self.object.set(value);
    }
}

/// Tools that operate on functions.
#[pymodule(
    name = "_functools",
    types(super::partial::PyPartial, super::lru_cache::PyLruCache)
)]
mod functools_module {
    use super::PyKeyWrapper;
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::object::{PyCell, PyRef, Value};
    use vm::protocol::{call, iter};

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[pyfunction(sig = "cmp_to_key($module, /, mycmp)")]
    fn cmp_to_key(vm: &Vm, mycmp: &Value) -> Value {
        let payload = PyKeyWrapper {
            compare: mycmp.clone(),
            object: PyCell::new(None),
        };
        PyRef::new(vm, payload).into_value()
    }

    /// reduce(function, iterable[, initial]) -> value
    ///
    /// Apply a function of two arguments cumulatively to the items of a sequence
    /// or iterable, from left to right, so as to reduce the iterable to a single
    /// value.  For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates
    /// ((((1+2)+3)+4)+5).  If initial is present, it is placed before the items
    /// of the iterable in the calculation, and serves as a default when the
    /// iterable is empty.
    #[pyfunction(
        sig = "reduce(function, iterable, initial=<unrepresentable>, /)",
        no_text_signature
    )]
    fn reduce(
        vm: &Vm,
        function: &Value,
        iterable: &Value,
        initial: Option<&Value>,
    ) -> PyResult<Value> {
        let iterator = iter::get_iter(vm, iterable).map_err(|error| {
            if error.is(vm, ExcKind::TypeError) {
                vm.type_error("reduce() arg 2 must support iteration")
            } else {
                error
            }
        })?;
        let mut result = initial.cloned();
        while let Some(item) = iter::next(vm, &iterator)? {
            result = Some(match result {
                None => item,
                Some(result) => call::call_args(vm, function, &[result, item])?,
            });
        }
        result.ok_or_else(|| vm.type_error("reduce() of empty iterable with no initial value"))
    }
}
