//! Searching in strings of any widths: `find` and its kin, `startswith`, `in`.
//!
//! A needle wider than the haystack cannot occur in it; a narrower one is widened first.
//!
//! CPython 3.11: `any_find_slice`, `tailmatch` in `Objects/unicodeobject.c`.

use super::value::PyStr;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, Value};
use crate::types::slice::value::slice_index;
use crate::types::tuple::value::PyTuple;
use base::text::{TextRef, find};
use derive::pymethods;

/// Evaluates an expression with both texts as units of the first one's width, or `$absent` when the second is wider.
#[macro_export]
macro_rules! with_same_width {
    ($hay:expr, $needle:expr, |$h:ident, $n:ident| $body:expr, else $absent:expr) => {{
        use base::text::{TextRef, convert_units};
        match ($hay, $needle) {
            (TextRef::Latin1($h), TextRef::Latin1($n)) => $body,
            (TextRef::Ucs2($h), TextRef::Ucs2($n)) => $body,
            (TextRef::Ucs4($h), TextRef::Ucs4($n)) => $body,
            (TextRef::Ucs2($h), TextRef::Latin1(narrow)) => {
                let wide: Vec<u16> = convert_units(narrow);
                let $n = &wide[..];
                $body
            }
            (TextRef::Ucs4($h), TextRef::Latin1(narrow)) => {
                let wide: Vec<u32> = convert_units(narrow);
                let $n = &wide[..];
                $body
            }
            (TextRef::Ucs4($h), TextRef::Ucs2(narrow)) => {
                let wide: Vec<u32> = convert_units(narrow);
                let $n = &wide[..];
                $body
            }
            _ => $absent,
        }
    }};
}

/// A range of a text of `len` characters as `start` and `end` mean it; the start may lie behind the end.
pub fn bounds(vm: &Vm, start: &Value, end: &Value, len: usize) -> PyResult<(usize, usize)> {
    let clip = |index: isize| {
        if index < 0 {
            usize::try_from(index.saturating_add(len as isize)).unwrap_or(0)
        } else {
            index as usize
        }
    };
    let start = if start.is_none() {
        0
    } else {
        slice_index(vm, start)?
    };
    let end = if end.is_none() {
        isize::MAX
    } else {
        slice_index(vm, end)?
    };
    Ok((clip(start), clip(end).min(len)))
}

/// Where `needle` is first found in `text[start..end]`, as an index of `text`.
pub fn find_in(text: TextRef<'_>, needle: TextRef<'_>, start: usize, end: usize) -> Option<usize> {
    if start > end || needle.len() > end - start {
        return None;
    }
    let text = text.slice(start, end);
    with_same_width!(text, needle, |h, n| find::find(h, n), else None).map(|at| at + start)
}

/// Where `needle` is last found in `text[start..end]`, as an index of `text`.
pub fn rfind_in(text: TextRef<'_>, needle: TextRef<'_>, start: usize, end: usize) -> Option<usize> {
    if start > end || needle.len() > end - start {
        return None;
    }
    let text = text.slice(start, end);
    with_same_width!(text, needle, |h, n| find::rfind(h, n), else None).map(|at| at + start)
}

/// Whether `text` has `part` at a place.
pub fn matches_at(text: TextRef<'_>, part: TextRef<'_>, at: usize) -> bool {
    match text.len().checked_sub(at) {
        Some(left) if left >= part.len() => text.slice(at, at + part.len()).equals(part),
        _ => false,
    }
}

#[cold]
#[inline(never)]
pub(super) fn not_str(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!("must be str, not {}", value.class(vm).tp_name()))
}

/// An argument that must be a str, with the message of the methods that Argument Clinic does not know.
pub(super) fn ensure_str<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStr>> {
    value
        .downcast_ref::<PyStr>()
        .ok_or_else(|| not_str(vm, value))
}

fn tail_match(text: &Py<PyStr>, part: &Py<PyStr>, range: (usize, usize), at_end: bool) -> bool {
    let (start, end) = range;
    if start > end || part.len() > end - start {
        return false;
    }
    let at = if at_end { end - part.len() } else { start };
    matches_at(text.text(), part.text(), at)
}

fn tail_match_any(
    vm: &Vm,
    text: &Py<PyStr>,
    part: &Value,
    range: (&Value, &Value),
    name: &str,
) -> PyResult<bool> {
    let range = bounds(vm, range.0, range.1, text.len())?;
    let at_end = name == "endswith";
    if let Some(parts) = part.downcast_ref::<PyTuple>() {
        for part in parts.as_slice() {
            let Some(part) = part.downcast_ref::<PyStr>() else {
                return Err(vm.type_error(format!(
                    "tuple for {name} must only contain str, not {}",
                    part.class(vm).tp_name()
                )));
            };
            if tail_match(text, part, range, at_end) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match part.downcast_ref::<PyStr>() {
        Some(part) => Ok(tail_match(text, part, range, at_end)),
        None => Err(vm.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {}",
            part.class(vm).tp_name()
        ))),
    }
}

#[pymethods(table = FIND)]
impl PyStr {
    /// Return the lowest index where the substring is found in S[start:end], or -1.
    #[pymethod(
        sig = "find($self, sub, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn find(vm: &Vm, zelf: &Py<PyStr>, sub: &Value, start: &Value, end: &Value) -> PyResult<isize> {
        let sub = ensure_str(vm, sub)?;
        let (start, end) = bounds(vm, start, end, zelf.len())?;
        let found = find_in(zelf.text(), sub.text(), start, end);
        Ok(found.map_or(-1, |at| at as isize))
    }

    /// Return the highest index where the substring is found in S[start:end], or -1.
    #[pymethod(
        sig = "rfind($self, sub, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn rfind(
        vm: &Vm,
        zelf: &Py<PyStr>,
        sub: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<isize> {
        let sub = ensure_str(vm, sub)?;
        let (start, end) = bounds(vm, start, end, zelf.len())?;
        let found = rfind_in(zelf.text(), sub.text(), start, end);
        Ok(found.map_or(-1, |at| at as isize))
    }

    /// Return the lowest index where the substring is found in S[start:end]; ValueError if there is none.
    #[pymethod(
        sig = "index($self, sub, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn index(
        vm: &Vm,
        zelf: &Py<PyStr>,
        sub: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<usize> {
        let sub = ensure_str(vm, sub)?;
        let (start, end) = bounds(vm, start, end, zelf.len())?;
        find_in(zelf.text(), sub.text(), start, end)
            .ok_or_else(|| vm.value_error("substring not found"))
    }

    /// Return the highest index where the substring is found in S[start:end]; ValueError if there is none.
    #[pymethod(
        sig = "rindex($self, sub, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn rindex(
        vm: &Vm,
        zelf: &Py<PyStr>,
        sub: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<usize> {
        let sub = ensure_str(vm, sub)?;
        let (start, end) = bounds(vm, start, end, zelf.len())?;
        rfind_in(zelf.text(), sub.text(), start, end)
            .ok_or_else(|| vm.value_error("substring not found"))
    }

    /// Return the number of occurrences of the substring in S[start:end] that do not overlap.
    #[pymethod(
        sig = "count($self, sub, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn count(
        vm: &Vm,
        zelf: &Py<PyStr>,
        sub: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<usize> {
        let sub = ensure_str(vm, sub)?;
        let (start, end) = bounds(vm, start, end, zelf.len())?;
        if start > end || sub.len() > end - start {
            return Ok(0);
        }
        let text = zelf.text().slice(start, end);
        Ok(with_same_width!(text, sub.text(), |h, n| find::count(h, n), else 0))
    }

    /// Return True if S[start:end] starts with the prefix, which may be a tuple of strings to try.
    #[pymethod(
        sig = "startswith($self, prefix, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn startswith(
        vm: &Vm,
        zelf: &Py<PyStr>,
        prefix: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<bool> {
        tail_match_any(vm, zelf, prefix, (start, end), "startswith")
    }

    /// Return True if S[start:end] ends with the suffix, which may be a tuple of strings to try.
    #[pymethod(
        sig = "endswith($self, suffix, start=None, end=None, /)",
        family = "tuple",
        no_text_signature
    )]
    fn endswith(
        vm: &Vm,
        zelf: &Py<PyStr>,
        suffix: &Value,
        start: &Value,
        end: &Value,
    ) -> PyResult<bool> {
        tail_match_any(vm, zelf, suffix, (start, end), "endswith")
    }
}
