//! `_heapq`.
//!
//! Comparisons may change the very list: its length is checked after each, and items are taken by index anew.
//!
//! CPython 3.11: `Modules/_heapqmodule.c`.

use derive::pymodule;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, Value};
use vm::protocol::compare;
use vm::types::list::value::PyList;

pub use heapq_module::DEF;

/// Which end comes first.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Min,
    Max,
}

impl Order {
    /// Whether `a` belongs above `b`. May run Python.
    fn above(self, vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
        match self {
            Order::Min => compare::lt(vm, a, b),
            Order::Max => compare::lt(vm, b, a),
        }
    }
}

#[cold]
fn changed(vm: &Vm) -> PyErr {
    vm.runtime_error("list changed size during iteration")
}

fn pair(vm: &Vm, heap: &PyList, a: usize, b: usize) -> PyResult<(Value, Value)> {
    heap.get(a).zip(heap.get(b)).ok_or_else(|| changed(vm))
}

fn swap(vm: &Vm, heap: &Py<PyList>, a: usize, b: usize) -> PyResult<()> {
    heap.with_mut(|items| {
        if a < items.len() && b < items.len() {
            items.swap(a, b);
            Ok(())
        } else {
            Err(())
        }
    })
    .map_err(|()| changed(vm))
}

/// Moves the item at `position` up to where it belongs, not above `start`.
fn sift_down(
    vm: &Vm,
    heap: &Py<PyList>,
    start: usize,
    position: usize,
    order: Order,
) -> PyResult<()> {
    let size = heap.len();
    if position >= size {
        return Err(vm.index_error("index out of range"));
    }
    let mut position = position;
    while position > start {
        let parent = (position - 1) >> 1;
        let (item, other) = pair(vm, heap, position, parent)?;
        let above = order.above(vm, &item, &other)?;
        if heap.len() != size {
            return Err(changed(vm));
        }
        if !above {
            break;
        }
        swap(vm, heap, position, parent)?;
        position = parent;
    }
    Ok(())
}

/// Moves the item at `position` down to a leaf and then up again, as CPython does.
fn sift_up(vm: &Vm, heap: &Py<PyList>, position: usize, order: Order) -> PyResult<()> {
    let size = heap.len();
    if position >= size {
        return Err(vm.index_error("index out of range"));
    }
    let start = position;
    let mut position = position;
    while position < size >> 1 {
        let mut child = 2 * position + 1;
        if child + 1 < size {
            let (left, right) = pair(vm, heap, child, child + 1)?;
            let left_above = order.above(vm, &left, &right)?;
            if heap.len() != size {
                return Err(changed(vm));
            }
            child += usize::from(!left_above);
        }
        swap(vm, heap, position, child)?;
        position = child;
    }
    sift_down(vm, heap, start, position, order)
}

fn push(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<()> {
    heap.push(item.clone());
    sift_down(vm, heap, 0, heap.len() - 1, Order::Min)
}

fn pop(vm: &Vm, heap: &Py<PyList>, order: Order) -> PyResult<Value> {
    let Some(last) = heap.pop_last() else {
        return Err(vm.index_error("index out of range"));
    };
    match heap.replace(0, last) {
        Err(only) => Ok(only),
        Ok(first) => {
            sift_up(vm, heap, 0, order)?;
            Ok(first)
        }
    }
}

fn replace(vm: &Vm, heap: &Py<PyList>, item: &Value, order: Order) -> PyResult<Value> {
    match heap.replace(0, item.clone()) {
        Err(_) => Err(vm.index_error("index out of range")),
        Ok(first) => {
            sift_up(vm, heap, 0, order)?;
            Ok(first)
        }
    }
}

fn push_pop(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<Value> {
    let Some(top) = heap.get(0) else {
        return Ok(item.clone());
    };
    if !compare::lt(vm, &top, item)? {
        return Ok(item.clone());
    }
    replace(vm, heap, item, Order::Min)
}

fn heapify_in(vm: &Vm, heap: &Py<PyList>, order: Order) -> PyResult<()> {
    for position in (0..heap.len() / 2).rev() {
        sift_up(vm, heap, position, order)?;
    }
    Ok(())
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
///
/// Usage:
///
/// heap = []            # creates an empty heap
/// heappush(heap, item) # pushes a new item on the heap
/// item = heappop(heap) # pops the smallest item from the heap
/// item = heap[0]       # smallest item on the heap without popping it
/// heapify(x)           # transforms list into a heap, in-place, in linear time
/// item = heapreplace(heap, item) # pops and returns smallest item, and adds
///                                # new item; the heap size is unchanged
#[pymodule(name = "_heapq")]
mod heapq_module {
    use super::{Order, heapify_in, pop, push, push_pop, replace};
    use vm::context::{PyResult, Vm};
    use vm::object::{Py, Value};
    use vm::types::list::value::PyList;

    /// Push item onto heap, maintaining the heap invariant.
    #[pyfunction(sig = "heappush($module, heap, item, /)")]
    fn heappush(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<()> {
        push(vm, heap, item)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[pyfunction(sig = "heappushpop($module, heap, item, /)")]
    fn heappushpop(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<Value> {
        push_pop(vm, heap, item)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[pyfunction(sig = "heappop($module, heap, /)")]
    fn heappop(vm: &Vm, heap: &Py<PyList>) -> PyResult<Value> {
        pop(vm, heap, Order::Min)
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[pyfunction(sig = "heapreplace($module, heap, item, /)")]
    fn heapreplace(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<Value> {
        replace(vm, heap, item, Order::Min)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[pyfunction(sig = "heapify($module, heap, /)")]
    fn heapify(vm: &Vm, heap: &Py<PyList>) -> PyResult<()> {
        heapify_in(vm, heap, Order::Min)
    }

    /// Maxheap variant of heappop.
    #[pyfunction(sig = "_heappop_max($module, heap, /)")]
    fn _heappop_max(vm: &Vm, heap: &Py<PyList>) -> PyResult<Value> {
        pop(vm, heap, Order::Max)
    }

    /// Maxheap variant of heapify.
    #[pyfunction(sig = "_heapify_max($module, heap, /)")]
    fn _heapify_max(vm: &Vm, heap: &Py<PyList>) -> PyResult<()> {
        heapify_in(vm, heap, Order::Max)
    }

    /// Maxheap variant of heapreplace.
    #[pyfunction(sig = "_heapreplace_max($module, heap, item, /)")]
    fn _heapreplace_max(vm: &Vm, heap: &Py<PyList>, item: &Value) -> PyResult<Value> {
        replace(vm, heap, item, Order::Max)
    }
}
