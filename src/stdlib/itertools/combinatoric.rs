//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyCell, PyRef, PyType, Value};
use vm::protocol::{convert_int, iter};
use vm::types::native::keyword_text;
use vm::types::tuple::value::PyTuple;

fn picked<'a>(vm: &Vm, items: impl Iterator<Item = &'a Value>) -> Value {
    vm.new_tuple(items.cloned().collect())
}

/// product(*iterables, repeat=1) --> product object
///
/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).
/// The leftmost iterators are in the outermost for-loop, so the output tuples
/// cycle in a manner similar to an odometer (with the rightmost element changing
/// on every iteration).
///
/// To compute the product of an iterable with itself, specify the number
/// of repetitions with the optional repeat keyword argument. For example,
/// product(A, repeat=4) means the same as product(A, A, A, A).
///
/// product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)
/// product((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...
#[pytype(name = "itertools.product", flags(BASETYPE, GC), tables(TABLE))]
#[derive(Traverse)]
pub struct PyProduct {
    pools: Vec<PyRef<PyTuple>>,
    /// `None` before the first and behind the last.
    indices: PyCell<Option<Vec<usize>>>,
    started: std::cell::Cell<bool>,
}

#[pymethods]
impl PyProduct {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let mut repeat = 1;
        for (name, value) in args.keywords() {
            let text = keyword_text(name);
            if text != "repeat" {
                return Err(vm.type_error(format!(
                    "'{text}' is an invalid keyword argument for product()"
                )));
            }
            repeat = convert_int::to_isize(vm, value)?;
        }
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(vm.value_error("repeat argument cannot be negative"));
        };
        let given = if repeat == 0 { &[] } else { args.positional() };
        let Some(total) = given.len().checked_mul(repeat).filter(|n| *n < 1 << 48) else {
            return Err(vm.overflow_error("repeat argument too large"));
        };
        vm.try_reserve(total * 8)?;
        let mut base = Vec::with_capacity(given.len());
        for iterable in given {
            base.push(PyTuple::new(vm, iter::to_vec(vm, iterable)?));
        }
        let pools = base.iter().cycle().take(total).cloned().collect();
        let payload = PyProduct {
            pools,
            indices: PyCell::new(None),
            started: std::cell::Cell::new(false),
        };
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> Option<Value> {
        if !self.started.replace(true) {
            if self.pools.iter().any(|pool| pool.len() == 0) {
                return None;
            }
            self.indices.set(Some(vec![0; self.pools.len()]));
        } else {
            let moved = self.indices.with_mut(|indices| {
                let indices = indices.as_mut()?;
                for (index, pool) in indices.iter_mut().zip(&self.pools).rev() {
                    *index += 1;
                    if *index < pool.len() {
                        return Some(());
                    }
                    *index = 0;
                }
                None
            });
            if moved.is_none() {
                self.indices.set(None);
                return None;
            }
        }
        let items: Vec<Value> = self.indices.with(|indices| {
            let indices = indices.as_deref().unwrap_or_default();
            let pairs = self.pools.iter().zip(indices);
            pairs
                .map(|(pool, index)| pool.as_slice()[*index].clone())
                .collect()
        });
        Some(vm.new_tuple(items))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        let class = zelf.object().class().to_value();
        let pools = zelf.pools.iter().map(|pool| pool.to_value()).collect();
        match zelf.indices.get() {
            Some(indices) => {
                let state = indices.into_iter().map(|index| vm.new_usize(index));
                let state = vm.new_tuple(state.collect());
                vm.new_tuple(vec![class, vm.new_tuple(pools), state])
            }
            None if zelf.started.get() => {
                let empty = vm.new_tuple(vec![vm.empty_tuple().into_value()]);
                vm.new_tuple(vec![class, empty])
            }
            None => vm.new_tuple(vec![class, vm.new_tuple(pools)]),
        }
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let state = iter::to_vec(vm, state)?;
        if state.len() != self.pools.len() {
            return Err(vm.value_error("invalid arguments"));
        }
        let mut indices = Vec::with_capacity(state.len());
        for (index, pool) in state.iter().zip(&self.pools) {
            if pool.len() == 0 {
                return Ok(());
            }
            let index = convert_int::to_isize(vm, index)?;
            indices.push((index.max(0) as usize).min(pool.len() - 1));
        }
        self.indices.set(Some(indices));
        self.started.set(true);
        Ok(())
    }
}

/// What the three that choose from one pool share.
#[derive(Traverse)]
struct Choice {
    pool: PyRef<PyTuple>,
    length: usize,
    state: PyCell<State>,
}

#[derive(Clone, Default, PartialEq)]
enum State {
    #[default]
    Fresh,
    /// Indices, and for permutations the cycles.
    Running(Vec<usize>, Vec<usize>),
    Done,
}

impl vm::object::Traverse for State {
    fn traverse(&self, _visit: &mut vm::object::Visitor<'_>) {}
}

impl Choice {
    fn new(vm: &Vm, iterable: &Value, length: Option<isize>) -> PyResult<Choice> {
        let pool = PyTuple::new(vm, iter::to_vec(vm, iterable)?);
        let length = length.unwrap_or(pool.len() as isize);
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.value_error("r must be non-negative"));
        };
        Ok(Choice {
            pool,
            length,
            state: PyCell::default(),
        })
    }

    fn result(&self, vm: &Vm, indices: &[usize]) -> Option<Value> {
        let pool = self.pool.as_slice();
        Some(picked(vm, indices.iter().map(|index| &pool[*index])))
    }

    /// Moves on with `advance`, which says whether there is another choice; `first` gives the first indices.
    fn next(
        &self,
        vm: &Vm,
        first: impl FnOnce() -> Option<(Vec<usize>, Vec<usize>)>,
        advance: impl FnOnce(&mut Vec<usize>, &mut Vec<usize>) -> bool,
    ) -> Option<Value> {
        let state = match self.state.take() {
            State::Fresh => first().map_or(State::Done, |(i, c)| State::Running(i, c)),
            State::Running(mut indices, mut cycles) => {
                if advance(&mut indices, &mut cycles) {
                    State::Running(indices, cycles)
                } else {
                    State::Done
                }
            }
            State::Done => State::Done,
        };
        let result = match &state {
            State::Running(indices, _) => {
                self.result(vm, &indices[..self.length.min(indices.len())])
            }
            _ => None,
        };
        self.state.set(state);
        result
    }

    fn reduce(&self, vm: &Vm, class: Value, with_cycles: bool) -> Value {
        let length = vm.new_usize(self.length);
        let args = vm.new_tuple(vec![self.pool.to_value(), length.clone()]);
        let ints = |list: &[usize]| vm.new_tuple(list.iter().map(|n| vm.new_usize(*n)).collect());
        match self.state.get() {
            State::Fresh => vm.new_tuple(vec![class, args]),
            State::Running(indices, cycles) => {
                let state = if with_cycles {
                    vm.new_tuple(vec![ints(&indices), ints(&cycles)])
                } else {
                    ints(&indices)
                };
                vm.new_tuple(vec![class, args, state])
            }
            State::Done => {
                let args = vm.new_tuple(vec![vm.empty_tuple().into_value(), length]);
                vm.new_tuple(vec![class, args])
            }
        }
    }

    fn indices(&self, vm: &Vm, state: &Value, low: usize, high: usize) -> PyResult<Vec<usize>> {
        let mut indices = Vec::new();
        for index in iter::to_vec(vm, state)? {
            let index = convert_int::to_isize(vm, &index)?;
            indices.push((index.max(0) as usize).clamp(low, high.max(low)));
        }
        Ok(indices)
    }
}

/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[pytype(
    name = "itertools.permutations",
    flags(BASETYPE, GC),
    sig = "permutations(iterable, r=None)",
    tables(PERMUTATIONS)
)]
#[derive(Traverse)]
pub struct PyPermutations(Choice);

#[pymethods(table = PERMUTATIONS)]
impl PyPermutations {
    #[pyslot(sig = "permutations(iterable, r=None)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value, r: &Value) -> PyResult<Value> {
        let length = if r.is_none() {
            None
        } else if r.as_int().is_none() {
            return Err(vm.type_error("Expected int as r"));
        } else {
            Some(convert_int::to_isize(vm, r)?)
        };
        let payload = PyPermutations(Choice::new(vm, iterable, length)?);
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> Option<Value> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        self.0.next(
            vm,
            || {
                (length <= count).then(|| {
                    let cycles = (0..length).map(|n| count - n).collect();
                    ((0..count).collect(), cycles)
                })
            },
            |indices, cycles| {
                for place in (0..length).rev() {
                    cycles[place] -= 1;
                    if cycles[place] == 0 {
                        indices[place..].rotate_left(1);
                        cycles[place] = count - place;
                    } else {
                        let other = count - cycles[place];
                        indices.swap(place, other);
                        return true;
                    }
                }
                false
            },
        )
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        zelf.0.reduce(vm, zelf.object().class().to_value(), true)
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        let parts = iter::to_vec(vm, state)?;
        let [indices, cycles] = parts.as_slice() else {
            return Err(vm.value_error("invalid arguments"));
        };
        let indices = self.0.indices(vm, indices, 0, count.saturating_sub(1))?;
        let mut cycles = self.0.indices(vm, cycles, 1, count)?;
        if indices.len() != count || cycles.len() != length {
            return Err(vm.value_error("invalid arguments"));
        }
        for (place, cycle) in cycles.iter_mut().enumerate() {
            *cycle = (*cycle).min(count - place);
        }
        self.0.state.set(State::Running(indices, cycles));
        Ok(())
    }
}

/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[pytype(
    name = "itertools.combinations",
    flags(BASETYPE, GC),
    sig = "combinations(iterable, r)",
    tables(COMBINATIONS)
)]
#[derive(Traverse)]
pub struct PyCombinations(Choice);

#[pymethods(table = COMBINATIONS)]
impl PyCombinations {
    #[pyslot(sig = "combinations(iterable, r)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value, r: isize) -> PyResult<Value> {
        let payload = PyCombinations(Choice::new(vm, iterable, Some(r))?);
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> Option<Value> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        self.0.next(
            vm,
            || (length <= count).then(|| ((0..length).collect(), Vec::new())),
            |indices, _| {
                let mut place = length;
                loop {
                    if place == 0 {
                        return false;
                    }
                    place -= 1;
                    if indices[place] < place + count - length {
                        break;
                    }
                }
                indices[place] += 1;
                for next in place + 1..length {
                    indices[next] = indices[next - 1] + 1;
                }
                true
            },
        )
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        zelf.0.reduce(vm, zelf.object().class().to_value(), false)
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        let mut indices = self.0.indices(vm, state, 0, count.saturating_sub(1))?;
        if indices.len() != length || length > count {
            return Err(vm.value_error("invalid arguments"));
        }
        for (place, index) in indices.iter_mut().enumerate() {
            *index = (*index).min(place + count - length);
        }
        self.0.state.set(State::Running(indices, Vec::new()));
        Ok(())
    }
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[pytype(
    name = "itertools.combinations_with_replacement",
    flags(BASETYPE, GC),
    sig = "combinations_with_replacement(iterable, r)",
    tables(REPLACEMENT)
)]
#[derive(Traverse)]
pub struct PyCombinationsWithReplacement(Choice);

#[pymethods(table = REPLACEMENT)]
impl PyCombinationsWithReplacement {
    #[pyslot(sig = "combinations_with_replacement(iterable, r)")]
    fn new(cls: &Py<PyType>, vm: &Vm, iterable: &Value, r: isize) -> PyResult<Value> {
        let payload = PyCombinationsWithReplacement(Choice::new(vm, iterable, Some(r))?);
        Ok(new_object(cls, payload).into_value())
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        vm.try_reserve(length.saturating_mul(16))?;
        Ok(self.0.next(
            vm,
            || (count > 0 || length == 0).then(|| (vec![0; length], Vec::new())),
            |indices, _| {
                let Some(place) = indices.iter().rposition(|index| index + 1 < count) else {
                    return false;
                };
                let next = indices[place] + 1;
                indices[place..].fill(next);
                true
            },
        ))
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(zelf: &Py<Self>, vm: &Vm) -> Value {
        zelf.0.reduce(vm, zelf.object().class().to_value(), false)
    }

    /// Set state information for unpickling.
    #[pymethod(sig = "__setstate__(state, /)", no_text_signature)]
    fn __setstate__(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let (count, length) = (self.0.pool.len(), self.0.length);
        let indices = self.0.indices(vm, state, 0, count.saturating_sub(1))?;
        if indices.len() != length || (count == 0 && length > 0) {
            return Err(vm.value_error("invalid arguments"));
        }
        self.0.state.set(State::Running(indices, Vec::new()));
        Ok(())
    }
}
