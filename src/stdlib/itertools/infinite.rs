//! `count`, `cycle`, `repeat`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Py, PyCell, PyType, Value};
use vm::protocol::{iter, number, repr};
use vm::types::list::value::PyList;
use vm::types::native::join_pieces;

/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[pytype(
    name = "itertools.count",
    flags(BASETYPE, GC),
    sig = "count(start=0, step=1)",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyCount {
    next: PyCell<Value>,
    step: Value,
}

fn check_number(vm: &Vm, value: &Value) -> PyResult<()> {
    if number::is_number(vm, value) || value.class(vm).tp_name() == "complex" {
        Ok(())
    } else {
        Err(vm.type_error("a number is required"))
    }
}

#[pymethods]
impl PyCount {
    #[pyslot(sig = "count(start=0, step=1)")]
    fn new(
        cls: &Py<PyType>,
        vm: &Vm,
        start: Option<&Value>,
        step: Option<&Value>,
    ) -> PyResult<Value> {
        let (zero, one) = (vm.new_int(0), vm.new_int(1));
        let (start, step) = (start.unwrap_or(&zero), step.unwrap_or(&one));
        check_number(vm, start)?;
        check_number(vm, step)?;
        let payload = PyCount {
            next: PyCell::new(start.clone()),
            step: step.clone(),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        let now = zelf.next.get();
        let next = number::add(vm, &now, &zelf.step)?;
        zelf.next.set(next);
        Ok(Some(now))
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let mut pieces = vec![repr::repr(vm, &zelf.next.get())?];
        if zelf.step.as_small_int() != Some(1) {
            pieces.push(repr::repr(vm, &zelf.step)?);
        }
        let prefix = format!("{}(", zelf.object().class().name_str());
        join_pieces(vm, &prefix, &pieces, &[", "], ")")
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let mut args = vec![zelf.next.get()];
        if zelf.step.as_small_int() != Some(1) {
            args.push(zelf.step.clone());
        }
        vm.new_tuple(vec![zelf.object().class().to_value(), vm.new_tuple(args)])
    }
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pytype(
    name = "itertools.cycle",
    flags(BASETYPE, GC),
    sig = "cycle(iterable, /)",
    tables(CYCLE)
)]
#[derive(Traverse)]
pub struct PyCycle {
    iterator: PyCell<Option<Value>>,
    saved: Value,
    index: Cell<usize>,
    first_pass: Cell<bool>,
}

#[pymethods(table = CYCLE)]
impl PyCycle {
    #[pyslot(sig = "cycle(iterable, /)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value) -> PyResult<Value> {
        let payload = PyCycle {
            iterator: PyCell::new(Some(iter::get_iter(vm, iterable)?)),
            saved: vm.new_list(Vec::new()),
            index: Cell::new(0),
            first_pass: Cell::new(false),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        let saved = vm::types::native::this::<PyList>(vm, &zelf.saved)?;
        if let Some(iterator) = zelf.iterator.get() {
            if let Some(item) = iter::next(vm, &iterator)? {
                if !zelf.first_pass.get() {
                    saved.push(item.clone());
                }
                return Ok(Some(item));
            }
            drop(zelf.iterator.take());
        }
        let index = zelf.index.get();
        let Some(item) = saved.get(index) else {
            return Ok(None);
        };
        zelf.index.set(if index + 1 >= saved.len() {
            0
        } else {
            index + 1
        });
        Ok(Some(item))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let (iterator, flag) = match zelf.iterator.get() {
            Some(iterator) => (iterator, zelf.first_pass.get()),
            None => {
                let iterator = iter::get_iter(vm, &zelf.saved)?;
                for _ in 0..zelf.index.get() {
                    iter::next(vm, &iterator)?;
                }
                (iterator, true)
            }
        };
        Ok(vm.new_tuple(vec![
            zelf.object().class().to_value(),
            vm.new_tuple(vec![iterator]),
            vm.new_tuple(vec![zelf.saved.clone(), vm.new_int(i64::from(flag))]),
        ]))
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(zelf: &Py<Self>, vm: &Vm, state: &Value) -> PyResult<()> {
        let pair = state.downcast_ref::<vm::types::tuple::value::PyTuple>();
        let Some([saved, flag]) = pair.map(|pair| pair.as_slice()) else {
            return Err(vm.type_error("state is not a tuple"));
        };
        let Some(items) = saved.downcast_ref::<PyList>() else {
            return Err(vm.type_error("state must hold a list"));
        };
        let first_pass = vm::protocol::convert_int::to_i32(vm, flag)? != 0;
        let items = items.to_vec();
        let own = vm::types::native::this::<PyList>(vm, &zelf.saved)?;
        drop(own.replace_all(items));
        zelf.first_pass.set(first_pass);
        zelf.index.set(0);
        Ok(())
    }
}

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[pytype(name = "itertools.repeat", flags(BASETYPE, GC), tables(REPEAT))]
#[derive(Traverse)]
pub struct PyRepeat {
    object: Value,
    /// Times left; negative without end.
    left: Cell<isize>,
}

#[pymethods(table = REPEAT)]
impl PyRepeat {
    #[pyslot(sig = "repeat(object, times=-1)", family = "keywords")]
    fn new(cls: &Py<PyType>, vm: &Vm, object: &Value, times: Option<isize>) -> Value {
        let _ = vm;
        let payload = PyRepeat {
            object: object.clone(),
            left: Cell::new(times.map_or(-1, |times| times.max(0))),
        };
        new_object(cls, payload).into_value()
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self) -> Option<Value> {
        let left = self.left.get();
        if left == 0 {
            return None;
        }
        if left > 0 {
            self.left.set(left - 1);
        }
        Some(self.object.clone())
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let object = repr::repr(vm, &zelf.object)?;
        let prefix = format!("{}(", zelf.object().class().name_str());
        let suffix = match zelf.left.get() {
            ..0 => ")".to_string(),
            left => format!(", {left})"),
        };
        join_pieces(vm, &prefix, &[object], &[""], &suffix)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod]
    fn __length_hint__(&self, vm: &Vm) -> PyResult<isize> {
        match self.left.get() {
            ..0 => Err(vm.type_error("len() of unsized object")),
            left => Ok(left),
        }
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let mut args = vec![zelf.object.clone()];
        if zelf.left.get() >= 0 {
            args.push(vm.new_int(zelf.left.get() as i64));
        }
        vm.new_tuple(vec![zelf.object().class().to_value(), vm.new_tuple(args)])
    }
}
