//! Taking strings apart and joining them: `split`, `splitlines`, `partition`, `join`, `replace`.
//!
//! CPython 3.11: `Objects/stringlib/split.h`, `partition.h`, `join.h`, `replace` in `Objects/unicodeobject.c`.

use super::find::{ensure_str, find_in, rfind_in};
use super::value::PyStr;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::sequence;
use crate::types::list::value::PyList;
use crate::types::tuple::value::PyTuple;
use crate::with_same_width;
use base::text::{self, TextBuilder, find};
use base::unicode;
use base::with_units;
use derive::pymethods;
use std::ops::Range;

fn list_of(vm: &Vm, zelf: &Py<PyStr>, ranges: Vec<Range<usize>>) -> Value {
    let parts = ranges
        .into_iter()
        .map(|range| PyStr::substring(vm, zelf, range.start, range.end).into_value())
        .collect();
    vm.new_list(parts)
}

#[cold]
#[inline(never)]
fn empty_separator(vm: &Vm) -> PyErr {
    vm.value_error("empty separator")
}

fn not_str_or_none(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!(
        "must be str or None, not {}",
        value.class(vm).tp_name()
    ))
}

fn is_ascii_space(c: u32) -> bool {
    matches!(c, 9..=13 | 28..=31 | 32)
}

/// `str.replace`; `count` is negative for no limit.
pub fn replace(
    vm: &Vm,
    zelf: &Py<PyStr>,
    old: &Py<PyStr>,
    new: &Py<PyStr>,
    count: isize,
) -> PyResult<PyRef<PyStr>> {
    let unchanged = || PyStr::substring(vm, zelf, 0, zelf.len());
    if count == 0 || zelf.width() < old.width() || (zelf.len() < old.len()) {
        return Ok(unchanged());
    }
    if let ([from], [to]) = (old.raw_bytes(), new.raw_bytes())
        && zelf.is_ascii()
        && to.is_ascii()
        && count < 0
    {
        let (from, to) = (*from, *to);
        if !zelf.raw_bytes().contains(&from) {
            return Ok(unchanged());
        }
        let map = |byte| if byte == from { to } else { byte };
        return Ok(PyStr::map_ascii(vm, zelf, map));
    }
    let occurrences = if new.len() > old.len() {
        with_same_width!(zelf.text(), old.text(), |h, n| find::count(h, n), else 0)
    } else {
        0
    };
    let occurrences = usize::try_from(count).map_or(occurrences, |count| occurrences.min(count));
    let grown = occurrences
        .checked_mul(new.len().saturating_sub(old.len()))
        .and_then(|more| more.checked_add(zelf.len()));
    let width = zelf.width().max(new.width());
    match grown.and_then(|len| len.checked_mul(width)) {
        Some(bytes) if bytes <= isize::MAX as usize => vm.try_reserve(bytes)?,
        _ => return Err(vm.overflow_error("replace string is too long")),
    }
    if new.width() <= zelf.width() {
        let new_units = new.text();
        let replaced = with_same_width!(zelf.text(), old.text(), |h, n| {
            let new = same_units(h, new_units);
            text::split::replace(h, n, &new, count).map(|units| PyStr::from_units(vm, &units))
        }, else None);
        return Ok(replaced.unwrap_or_else(unchanged));
    }
    // The replacement is wider than the text: both are rare enough to go through four bytes a character.
    let wide = |string: &Py<PyStr>| string.chars().collect::<Vec<u32>>();
    let replaced = text::split::replace(&wide(zelf), &wide(old), &wide(new), count);
    Ok(match replaced {
        Some(units) => PyStr::from_units(vm, &units),
        None => unchanged(),
    })
}

/// Text converted to the width of `like`, which must be no less than its own.
fn same_units<U: text::Unit>(_like: &[U], text: text::TextRef<'_>) -> Vec<U> {
    with_units!(text, |units| text::convert_units(units))
}

/// `separator.join(iterable)`
pub fn join(vm: &Vm, separator: &Py<PyStr>, iterable: &Value) -> PyResult<PyRef<PyStr>> {
    if let Some(tuple) = iterable.downcast_exact::<PyTuple>(vm) {
        return PyStr::join(vm, separator, tuple.as_slice());
    }
    // A list's items are copied only when something other than putting them together can happen.
    if let Some(list) = iterable.downcast_exact::<PyList>(vm)
        && list.with(|items| {
            items
                .iter()
                .all(|item| item.downcast_ref::<PyStr>().is_some())
        })
    {
        return list.with(|items| PyStr::join(vm, separator, items));
    }
    let items = sequence::fast(vm, iterable, "can only join an iterable")?;
    PyStr::join(vm, separator, &items)
}

#[pymethods(table = SPLIT)]
impl PyStr {
    /// Return a list of the substrings in the string, using sep as the separator string.
    #[pymethod(sig = "split($self, /, sep=None, maxsplit=-1)")]
    fn split(vm: &Vm, zelf: &Py<PyStr>, sep: &Value, maxsplit: isize) -> PyResult<Value> {
        if sep.is_none() {
            let ranges = if zelf.is_ascii() {
                text::split::split_whitespace(zelf.raw_bytes(), maxsplit, is_ascii_space)
            } else {
                with_units!(zelf.text(), |units| text::split::split_whitespace(
                    units,
                    maxsplit,
                    unicode::is_space
                ))
            };
            return Ok(list_of(vm, zelf, ranges));
        }
        let Some(sep) = sep.downcast_ref::<PyStr>() else {
            return Err(not_str_or_none(vm, sep));
        };
        if sep.len() == 0 {
            return Err(empty_separator(vm));
        }
        let ranges = with_same_width!(zelf.text(), sep.text(), |h, n| text::split::split(h, n, maxsplit),
            else vec![0..zelf.len()]);
        Ok(list_of(vm, zelf, ranges))
    }

    /// Return a list of the substrings in the string, splitting from the end.
    #[pymethod(sig = "rsplit($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(vm: &Vm, zelf: &Py<PyStr>, sep: &Value, maxsplit: isize) -> PyResult<Value> {
        if sep.is_none() {
            let ranges = with_units!(zelf.text(), |units| text::split::rsplit_whitespace(
                units,
                maxsplit,
                unicode::is_space
            ));
            return Ok(list_of(vm, zelf, ranges));
        }
        let Some(sep) = sep.downcast_ref::<PyStr>() else {
            return Err(not_str_or_none(vm, sep));
        };
        if sep.len() == 0 {
            return Err(empty_separator(vm));
        }
        let ranges = with_same_width!(zelf.text(), sep.text(), |h, n| text::split::rsplit(h, n, maxsplit),
            else vec![0..zelf.len()]);
        Ok(list_of(vm, zelf, ranges))
    }

    /// Return a list of the lines in the string; line breaks are left out unless keepends is true.
    #[pymethod(sig = "splitlines($self, /, keepends=False)")]
    fn splitlines(vm: &Vm, zelf: &Py<PyStr>, keepends: bool) -> Value {
        let ranges = with_units!(zelf.text(), |units| text::split::split_lines(
            units,
            keepends,
            unicode::is_line_break
        ));
        list_of(vm, zelf, ranges)
    }

    /// Partition the string into three parts at the first place where the separator is found.
    #[pymethod(sig = "partition($self, sep, /)")]
    fn partition(vm: &Vm, zelf: &Py<PyStr>, sep: &Value) -> PyResult<Value> {
        let sep = ensure_str(vm, sep)?;
        if sep.len() == 0 {
            return Err(empty_separator(vm));
        }
        let (whole, empty) = (PyStr::substring(vm, zelf, 0, zelf.len()), vm.empty_str());
        let parts = match find_in(zelf.text(), sep.text(), 0, zelf.len()) {
            None => [whole, empty.clone(), empty],
            Some(at) => [
                PyStr::substring(vm, zelf, 0, at),
                sep.to_ref(),
                PyStr::substring(vm, zelf, at + sep.len(), zelf.len()),
            ],
        };
        Ok(vm.new_tuple(parts.into_iter().map(PyRef::into_value).collect()))
    }

    /// Partition the string into three parts at the last place where the separator is found.
    #[pymethod(sig = "rpartition($self, sep, /)")]
    fn rpartition(vm: &Vm, zelf: &Py<PyStr>, sep: &Value) -> PyResult<Value> {
        let sep = ensure_str(vm, sep)?;
        if sep.len() == 0 {
            return Err(empty_separator(vm));
        }
        let (whole, empty) = (PyStr::substring(vm, zelf, 0, zelf.len()), vm.empty_str());
        let parts = match rfind_in(zelf.text(), sep.text(), 0, zelf.len()) {
            None => [empty.clone(), empty, whole],
            Some(at) => [
                PyStr::substring(vm, zelf, 0, at),
                sep.to_ref(),
                PyStr::substring(vm, zelf, at + sep.len(), zelf.len()),
            ],
        };
        Ok(vm.new_tuple(parts.into_iter().map(PyRef::into_value).collect()))
    }

    /// Concatenate any number of strings, with this one between them.
    #[pymethod(sig = "join($self, iterable, /)", name = "join")]
    fn py_join(vm: &Vm, zelf: &Py<PyStr>, iterable: &Value) -> PyResult<PyRef<PyStr>> {
        join(vm, zelf, iterable)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    #[pymethod(sig = "replace($self, old, new, count=-1, /)", name = "replace")]
    fn py_replace(
        vm: &Vm,
        zelf: &Py<PyStr>,
        old: &Py<PyStr>,
        new: &Py<PyStr>,
        count: isize,
    ) -> PyResult<PyRef<PyStr>> {
        replace(vm, zelf, old, new, count)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    #[pymethod(sig = "expandtabs($self, /, tabsize=8)")]
    fn expandtabs(vm: &Vm, zelf: &Py<PyStr>, tabsize: i32) -> PyResult<PyRef<PyStr>> {
        if with_units!(zelf.text(), |units| find::find_char(units, 9)).is_none() {
            return Ok(PyStr::substring(vm, zelf, 0, zelf.len()));
        }
        let tabsize = usize::try_from(tabsize).unwrap_or(0);
        let mut out = TextBuilder::with_capacity(zelf.len());
        let mut column = 0;
        for c in zelf.chars() {
            if c == 9 {
                if tabsize > 0 {
                    let spaces = tabsize - column % tabsize;
                    column += spaces;
                    if spaces > 1 << 16 {
                        vm.try_reserve(out.len().saturating_add(spaces))?;
                    }
                    out.push_repeated(32, spaces);
                }
                continue;
            }
            out.push(c);
            column = if c == 10 || c == 13 { 0 } else { column + 1 };
        }
        Ok(PyStr::from_text(vm, &out.finish()))
    }
}
