//! `deque`.
//!
//! CPython 3.11: `Modules/_collectionsmodule.c`.

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use std::collections::VecDeque;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, CompareOp, Py, PyCell, PyRef, PyType, Value};
use vm::protocol::{call, compare, convert_int, iter, repr};
use vm::types::generic_alias::PyGenericAlias;
use vm::types::native::{bind, compare_sequences, join_pieces, search_bounds, this};

/// deque([iterable[, maxlen]]) --> deque object
///
/// A list-like sequence optimized for data accesses near its endpoints.
#[pytype(
    name = "collections.deque",
    flags(BASETYPE, GC, HAS_WEAKREF, SEQUENCE),
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyDeque {
    items: PyCell<VecDeque<Value>>,
    maxlen: Cell<Option<usize>>,
    /// Changes with every change of the items' number or order.
    state: Cell<u64>,
}

impl PyDeque {
    fn len(&self) -> usize {
        self.items.with(VecDeque::len)
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.items.with(|items| items.get(index).cloned())
    }

    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    fn is_over(&self) -> bool {
        self.maxlen.get().is_some_and(|max| self.len() > max)
    }

    fn push(&self, item: Value) {
        self.items.with_mut(|items| items.push_back(item));
        self.changed();
        if self.is_over() {
            drop(self.items.with_mut(VecDeque::pop_front));
        }
    }

    fn push_front(&self, item: Value) {
        self.items.with_mut(|items| items.push_front(item));
        self.changed();
        if self.is_over() {
            drop(self.items.with_mut(VecDeque::pop_back));
        }
    }

    fn take(&self) -> VecDeque<Value> {
        self.changed();
        self.items.take()
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items.with(|items| items.iter().cloned().collect())
    }

    fn remove_at(&self, index: usize) -> Option<Value> {
        self.changed();
        self.items.with_mut(|items| items.remove(index))
    }
}

fn mutated(vm: &Vm) -> PyErr {
    vm.runtime_error("deque mutated during iteration")
}

impl PyDeque {
    /// Appends what an iterable gives; a deque itself is copied first. May run Python.
    fn extend_from(zelf: &Py<Self>, vm: &Vm, iterable: &Value, front: bool) -> PyResult<()> {
        let own = iterable.is(&zelf.as_value());
        let source = if own {
            vm.new_list(zelf.to_vec())
        } else {
            iterable.clone()
        };
        iter::iterate(vm, &source, |item| {
            if front {
                zelf.push_front(item);
            } else {
                zelf.push(item);
            }
            Ok(())
        })
    }

    fn place(zelf: &Py<Self>, index: isize) -> Option<usize> {
        usize::try_from(index)
            .ok()
            .filter(|place| *place < zelf.len())
    }

    fn multiplied(zelf: &Py<Self>, vm: &Vm, count: isize) -> PyResult<VecDeque<Value>> {
        let items = zelf.to_vec();
        let mut count = count.max(0);
        if let Some(max) = zelf.maxlen.get()
            && !items.is_empty()
        {
            count = count.min((max / items.len() + 2) as isize);
        }
        let mut all: VecDeque<Value> = vm::types::native::repeated(vm, &items, count)?.into();
        if let Some(max) = zelf.maxlen.get()
            && all.len() > max
        {
            drop(all.drain(..all.len() - max));
        }
        Ok(all)
    }

    fn copy_of(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        if zelf
            .object()
            .class()
            .is(<PyDeque as vm::object::Payload>::class(vm))
        {
            let payload = PyDeque {
                items: PyCell::new(zelf.items.get()),
                maxlen: zelf.maxlen.clone(),
                state: Cell::new(0),
            };
            return Ok(PyRef::new(vm, payload).into_value());
        }
        let mut args = vec![zelf.to_value()];
        args.extend(zelf.maxlen.get().map(|max| vm.new_usize(max)));
        let class = zelf.object().class().to_value();
        call::call_args(vm, &class, &args)
    }
}

#[pymethods]
impl PyDeque {
    #[pyslot]
    fn new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        let payload = PyDeque {
            items: PyCell::default(),
            maxlen: Cell::new(None),
            state: Cell::new(0),
        };
        new_object(cls, payload).into_value()
    }

    #[pyslot]
    fn init(zelf: &Py<Self>, vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let [iterable, maxlen] = bind(vm, "deque", &args, ["iterable", "maxlen"], 2, 0)?;
        let maxlen = match maxlen {
            Some(max) if !max.is_none() => {
                if max.as_int().is_none() {
                    return Err(vm.type_error("an integer is required"));
                }
                let max = convert_int::to_isize(vm, max)?;
                let max = usize::try_from(max);
                Some(max.map_err(|_| vm.value_error("maxlen must be non-negative"))?)
            }
            _ => None,
        };
        zelf.maxlen.set(maxlen);
        if zelf.len() > 0 {
            drop(zelf.take());
        }
        match iterable {
            Some(iterable) => PyDeque::extend_from(zelf, vm, iterable, false),
            None => Ok(()),
        }
    }

    /// Add an element to the right side of the deque.
    #[pymethod(sig = "append($self, item, /)", no_text_signature)]
    fn append(&self, item: &Value) {
        self.push(item.clone());
    }

    /// Add an element to the left side of the deque.
    #[pymethod(sig = "appendleft($self, item, /)", no_text_signature)]
    fn appendleft(&self, item: &Value) {
        self.push_front(item.clone());
    }

    /// Remove all elements from the deque.
    #[pymethod]
    fn clear(&self) {
        drop(self.take());
    }

    /// Return a shallow copy of a deque.
    #[pymethod]
    fn copy(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        PyDeque::copy_of(zelf, vm)
    }

    /// Return a shallow copy of a deque.
    #[pymethod]
    fn __copy__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        PyDeque::copy_of(zelf, vm)
    }

    /// D.count(value) -> integer -- return number of occurrences of value
    #[pymethod(sig = "count($self, value, /)", no_text_signature)]
    fn count(&self, vm: &Vm, value: &Value) -> PyResult<usize> {
        let state = self.state.get();
        let (mut index, mut count) = (0, 0);
        while let Some(item) = self.get(index) {
            count += usize::from(compare::eq(vm, &item, value)?);
            if self.state.get() != state {
                return Err(mutated(vm));
            }
            index += 1;
        }
        Ok(count)
    }

    /// Extend the right side of the deque with elements from the iterable
    #[pymethod(sig = "extend($self, iterable, /)", no_text_signature)]
    fn extend(zelf: &Py<Self>, vm: &Vm, iterable: &Value) -> PyResult<()> {
        PyDeque::extend_from(zelf, vm, iterable, false)
    }

    /// Extend the left side of the deque with elements from the iterable
    #[pymethod(sig = "extendleft($self, iterable, /)", no_text_signature)]
    fn extendleft(zelf: &Py<Self>, vm: &Vm, iterable: &Value) -> PyResult<()> {
        PyDeque::extend_from(zelf, vm, iterable, true)
    }

    /// D.index(value, [start, [stop]]) -> integer -- return first index of value.
    /// Raises ValueError if the value is not present.
    #[pymethod(
        sig = "index($self, value, start=None, stop=None, /)",
        no_text_signature
    )]
    fn index(
        &self,
        vm: &Vm,
        value: &Value,
        start: Option<&Value>,
        stop: Option<&Value>,
    ) -> PyResult<usize> {
        let state = self.state.get();
        let (start, stop) = search_bounds(vm, start, stop, self.len())?;
        for index in start..stop.min(self.len()) {
            let Some(item) = self.get(index) else {
                break;
            };
            if compare::eq(vm, &item, value)? {
                return Ok(index);
            }
            if self.state.get() != state {
                return Err(mutated(vm));
            }
        }
        Err(vm.value_error(format!("{} is not in deque", repr::repr_text(vm, value)?)))
    }

    /// D.insert(index, object) -- insert object before index
    #[pymethod(sig = "insert($self, index, value, /)", no_text_signature)]
    fn insert(&self, vm: &Vm, index: isize, value: &Value) -> PyResult<()> {
        let len = self.len();
        if self.maxlen.get() == Some(len) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let place = if index < 0 {
            len.saturating_sub(index.unsigned_abs())
        } else {
            (index as usize).min(len)
        };
        let value = value.clone();
        self.items.with_mut(|items| items.insert(place, value));
        self.changed();
        Ok(())
    }

    /// Remove and return the rightmost element.
    #[pymethod]
    fn pop(&self, vm: &Vm) -> PyResult<Value> {
        self.changed();
        let item = self.items.with_mut(VecDeque::pop_back);
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[pymethod]
    fn popleft(&self, vm: &Vm) -> PyResult<Value> {
        self.changed();
        let item = self.items.with_mut(VecDeque::pop_front);
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// D.remove(value) -- remove first occurrence of value.
    #[pymethod(sig = "remove($self, value, /)", no_text_signature)]
    fn remove(&self, vm: &Vm, value: &Value) -> PyResult<()> {
        let state = self.state.get();
        let mut index = 0;
        while let Some(item) = self.get(index) {
            let found = compare::eq(vm, &item, value)?;
            if self.state.get() != state {
                return Err(vm.index_error("deque mutated during remove()."));
            }
            if found {
                drop(self.remove_at(index));
                return Ok(());
            }
            index += 1;
        }
        Err(vm.value_error(format!("{} is not in deque", repr::repr_text(vm, value)?)))
    }

    /// D.reverse() -- reverse *IN PLACE*
    #[pymethod]
    fn reverse(&self) {
        self.items
            .with_mut(|items| items.make_contiguous().reverse());
    }

    /// Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left.
    #[pymethod(sig = "rotate($self, n=1, /)", no_text_signature)]
    fn rotate(&self, n: isize) {
        let len = self.len();
        if len > 1 {
            let steps = n.rem_euclid(len as isize) as usize;
            self.items.with_mut(|items| items.rotate_right(steps));
            self.changed();
        }
    }

    /// D.__reversed__() -- return a reverse iterator over the deque
    #[pymethod]
    fn __reversed__(zelf: &Py<Self>, vm: &Vm) -> Value {
        PyRef::new(vm, PyDequeReverseIter(Walk::new(zelf))).into_value()
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let value = zelf.to_value();
        let state = call::call_method(vm, &value, &vm.names.__getstate__, &[])?;
        let args = match zelf.maxlen.get() {
            Some(max) => vec![vm.empty_tuple().into_value(), vm.new_usize(max)],
            None => Vec::new(),
        };
        let iterator = iter::get_iter(vm, &value)?;
        let class = zelf.object().class().to_value();
        Ok(vm.new_tuple(vec![class, vm.new_tuple(args), state, iterator]))
    }

    /// D.__sizeof__() -- size of D in memory, in bytes
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        // CPython keeps blocks of 64 items and two links.
        let blocks = self.len().div_ceil(64).max(1);
        120 + blocks * 528
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, cls.to_value(), item.clone())?.into_value())
    }

    /// maximum size of a deque or None if unbounded
    #[pygetset]
    fn maxlen(&self) -> Option<usize> {
        self.maxlen.get()
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let Some(_guard) = repr::enter(vm, &zelf.as_value()) else {
            return Ok(vm.new_str("[...]"));
        };
        let mut pieces = Vec::with_capacity(zelf.len());
        for item in zelf.to_vec() {
            pieces.push(repr::repr(vm, &item)?);
        }
        let prefix = format!("{}([", zelf.object().class().name_str());
        let suffix = match zelf.maxlen.get() {
            Some(max) => format!("], maxlen={max})"),
            None => "])".to_string(),
        };
        join_pieces(vm, &prefix, &pieces, &[", "], &suffix)
    }

    #[pyslot]
    fn richcompare(&self, vm: &Vm, other: &Py<Self>, op: CompareOp) -> PyResult<Value> {
        compare_sequences(
            vm,
            op,
            || (self.len(), other.len()),
            |index| self.get(index).zip(other.get(index)),
        )
    }

    #[pyslot]
    fn iter(zelf: &Py<Self>, vm: &Vm) -> Value {
        PyRef::new(vm, PyDequeIter(Walk::new(zelf))).into_value()
    }

    #[pyslot]
    fn sq_length(&self) -> usize {
        self.len()
    }

    #[pyslot]
    fn bool(&self) -> bool {
        self.len() != 0
    }

    #[pyslot]
    fn sq_item(zelf: &Py<Self>, vm: &Vm, index: isize) -> PyResult<Value> {
        PyDeque::place(zelf, index)
            .and_then(|place| zelf.get(place))
            .ok_or_else(|| vm.index_error("deque index out of range"))
    }

    #[pyslot]
    fn sq_ass_item(zelf: &Py<Self>, vm: &Vm, index: isize, value: Option<Value>) -> PyResult<()> {
        let Some(place) = PyDeque::place(zelf, index) else {
            return Err(vm.index_error("deque index out of range"));
        };
        let old = match value {
            Some(value) => zelf.items.with_mut(|items| {
                items
                    .get_mut(place)
                    .map(|old| std::mem::replace(old, value))
            }),
            None => zelf.remove_at(place),
        };
        drop(old);
        Ok(())
    }

    #[pyslot]
    fn sq_contains(zelf: &Py<Self>, vm: &Vm, value: &Value) -> PyResult<bool> {
        let state = zelf.state.get();
        let mut index = 0;
        while let Some(item) = zelf.get(index) {
            if compare::eq(vm, &item, value)? {
                return Ok(true);
            }
            if zelf.state.get() != state {
                return Err(mutated(vm));
            }
            index += 1;
        }
        Ok(false)
    }

    #[pyslot]
    fn sq_concat(zelf: &Py<Self>, vm: &Vm, other: &Value) -> PyResult<Value> {
        if other.downcast_ref::<PyDeque>().is_none() {
            return Err(vm.type_error(format!(
                "can only concatenate deque (not \"{}\") to deque",
                other.class(vm).tp_name()
            )));
        }
        let copy = PyDeque::copy_of(zelf, vm)?;
        PyDeque::extend_from(this::<PyDeque>(vm, &copy)?, vm, other, false)?;
        Ok(copy)
    }

    #[pyslot]
    fn sq_repeat(zelf: &Py<Self>, vm: &Vm, count: isize) -> PyResult<Value> {
        let items = PyDeque::multiplied(zelf, vm, count)?;
        let copy = PyDeque::copy_of(zelf, vm)?;
        drop(this::<PyDeque>(vm, &copy)?.items.replace(items));
        Ok(copy)
    }

    #[pyslot]
    fn sq_inplace_concat(zelf: &Py<Self>, vm: &Vm, other: &Value) -> PyResult<Value> {
        PyDeque::extend_from(zelf, vm, other, false)?;
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn sq_inplace_repeat(zelf: &Py<Self>, vm: &Vm, count: isize) -> PyResult<Value> {
        let items = PyDeque::multiplied(zelf, vm, count)?;
        zelf.changed();
        drop(zelf.items.replace(items));
        Ok(zelf.to_value())
    }
}

/// Where an iterator over a deque is.
#[derive(Traverse)]
struct Walk {
    deque: PyRef<PyDeque>,
    state: Cell<u64>,
    index: Cell<usize>,
    left: Cell<usize>,
}

impl Walk {
    fn new(deque: &Py<PyDeque>) -> Walk {
        Walk {
            deque: deque.to_ref(),
            state: Cell::new(deque.state.get()),
            index: Cell::new(0),
            left: Cell::new(deque.len()),
        }
    }

    fn next(&self, vm: &Vm, backward: bool) -> PyResult<Option<Value>> {
        if self.deque.state.get() != self.state.get() {
            self.left.set(0);
            return Err(mutated(vm));
        }
        let left = self.left.get();
        if left == 0 {
            return Ok(None);
        }
        self.left.set(left - 1);
        let index = self.index.get();
        self.index.set(index + 1);
        let place = if backward { left - 1 } else { index };
        match self.deque.get(place) {
            Some(item) => Ok(Some(item)),
            None => Err(mutated(vm)),
        }
    }

    /// `type(deque, index)`.
    fn from_args(vm: &Vm, name: &str, args: Args<'_>) -> PyResult<Walk> {
        let given = args.positional();
        vm::types::native::arity(vm, name, given.len(), 1, 2)?;
        let deque = this::<PyDeque>(vm, &given[0])?;
        let walk = Walk::new(deque);
        let skip = match given.get(1) {
            Some(skip) => convert_int::to_isize(vm, skip)?.max(0) as usize,
            None => 0,
        };
        let skip = skip.min(walk.left.get());
        walk.left.set(walk.left.get() - skip);
        walk.index.set(skip);
        Ok(walk)
    }

    fn reduce(&self, vm: &Vm, class: Value) -> Value {
        let done = self.deque.len().saturating_sub(self.left.get());
        let args = vm.new_tuple(vec![self.deque.to_value(), vm.new_usize(done)]);
        vm.new_tuple(vec![class, args])
    }
}

/// Iterator over a deque.
#[pytype(
    name = "_collections._deque_iterator",
    flags(GC),
    doc = "",
    tables(ITER)
)]
#[derive(Traverse)]
pub struct PyDequeIter(Walk);

#[pymethods(table = ITER)]
impl PyDequeIter {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let walk = Walk::from_args(vm, "_deque_iterator", args)?;
        Ok(new_object(cls, PyDequeIter(walk)).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        self.0.next(vm, false)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod]
    fn __length_hint__(&self) -> usize {
        self.0.left.get()
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        zelf.0.reduce(vm, zelf.object().class().to_value())
    }
}

/// Backward iterator over a deque.
#[pytype(
    name = "_collections._deque_reverse_iterator",
    flags(GC),
    doc = "",
    tables(REVERSE_ITER)
)]
#[derive(Traverse)]
pub struct PyDequeReverseIter(Walk);

#[pymethods(table = REVERSE_ITER)]
impl PyDequeReverseIter {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let walk = Walk::from_args(vm, "_deque_reverse_iterator", args)?;
        Ok(new_object(cls, PyDequeReverseIter(walk)).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        self.0.next(vm, true)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod]
    fn __length_hint__(&self) -> usize {
        self.0.left.get()
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        zelf.0.reduce(vm, zelf.object().class().to_value())
    }
}
