//! `_bisect`.
//!
//! CPython 3.11: `Modules/_bisectmodule.c`.

use derive::pymodule;
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::{call, compare, convert_int, sequence};
use vm::types::list::value::PyList;

pub use bisect_module::DEF;

/// Where `item` belongs in `list[lo:hi]`, behind equal items or in front of them. May run Python.
fn search(
    vm: &Vm,
    list: &Value,
    item: &Value,
    lo: isize,
    hi: Option<&Value>,
    key: &Value,
    right: bool,
) -> PyResult<isize> {
    let mut lo = lo;
    if lo < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut hi = match hi {
        Some(hi) => convert_int::to_isize(vm, hi)?,
        None => -1,
    };
    if hi == -1 {
        hi = sequence::len(vm, list)? as isize;
    }
    while lo < hi {
        let middle = ((lo as usize + hi as usize) / 2) as isize;
        let mut other = sequence::get_item(vm, list, middle)?;
        if !key.is_none() {
            other = call::call1(vm, key, &other)?;
        }
        let before = if right {
            !compare::lt(vm, item, &other)?
        } else {
            compare::lt(vm, &other, item)?
        };
        if before {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    Ok(lo)
}

fn insort(
    vm: &Vm,
    list: &Value,
    item: &Value,
    lo: isize,
    hi: Option<&Value>,
    key: &Value,
    right: bool,
) -> PyResult<()> {
    let sought = if key.is_none() {
        item.clone()
    } else {
        call::call1(vm, key, item)?
    };
    let index = search(vm, list, &sought, lo, hi, key, right)?;
    if let Some(list) = list.downcast_exact::<PyList>(vm) {
        return list.insert(vm, index, item.clone());
    }
    let index = vm.new_int(index as i64);
    call::call_method(vm, list, &vm.names.insert, &[index, item.clone()])?;
    Ok(())
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[pymodule(name = "_bisect")]
mod bisect_module {
    use super::{insort, search};
    use vm::context::{PyResult, Vm};
    use vm::object::Value;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    #[pyfunction(sig = "bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        vm: &Vm,
        a: &Value,
        x: &Value,
        lo: isize,
        hi: Option<&Value>,
        key: &Value,
    ) -> PyResult<isize> {
        search(vm, a, x, lo, hi, key, true)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    #[pyfunction(sig = "bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        vm: &Vm,
        a: &Value,
        x: &Value,
        lo: isize,
        hi: Option<&Value>,
        key: &Value,
    ) -> PyResult<isize> {
        search(vm, a, x, lo, hi, key, false)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    #[pyfunction(sig = "insort_right($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        vm: &Vm,
        a: &Value,
        x: &Value,
        lo: isize,
        hi: Option<&Value>,
        key: &Value,
    ) -> PyResult<()> {
        insort(vm, a, x, lo, hi, key, true)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    #[pyfunction(sig = "insort_left($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        vm: &Vm,
        a: &Value,
        x: &Value,
        lo: isize,
        hi: Option<&Value>,
        key: &Value,
    ) -> PyResult<()> {
        insort(vm, a, x, lo, hi, key, false)
    }
}
