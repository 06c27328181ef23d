//! Slots of `str`.
//!
//! CPython 3.11: `Objects/unicodeobject.c`.

use super::codec;
use super::value::PyStr;
use super::{find, iter, percent};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{CompareOp, Py, PyRef, PyType, Value};
use crate::protocol::{buffer, number, repr};
use crate::types::slice::value::PySlice;
use base::text::quote;
use base::with_units;
use derive::pymethods;

/// `repr` of a string.
pub fn repr_of(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
    PyStr::from_text(
        vm,
        &with_units!(zelf.text(), |units| quote::repr_text(units)),
    )
}

#[cold]
#[inline(never)]
fn out_of_range(vm: &Vm) -> PyErr {
    vm.index_error("string index out of range")
}

/// `string[index]` for an index that counts from the start.
#[inline(always)]
fn char_value(vm: &Vm, zelf: &Py<PyStr>, index: usize) -> PyResult<Value> {
    match zelf.char_at(index) {
        Some(c) => Ok(PyStr::from_char(vm, c).into_value()),
        None => Err(out_of_range(vm)),
    }
}

fn selected(vm: &Vm, zelf: &Py<PyStr>, slice: &PySlice) -> PyResult<PyRef<PyStr>> {
    let span = slice.span(vm, || zelf.len())?;
    if span.count == 0 {
        return Ok(vm.empty_str());
    }
    if span.step == 1 {
        let start = span.start as usize;
        return Ok(PyStr::substring(vm, zelf, start, start + span.count));
    }
    Ok(with_units!(zelf.text(), |units| {
        let picked: Vec<_> = span.indices().map(|index| units[index]).collect();
        PyStr::from_units(vm, &picked)
    }))
}

/// `str(object, encoding, errors)` with at least one of the last two.
fn decoded(
    vm: &Vm,
    object: &Value,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyStr>> {
    if object.downcast_ref::<PyStr>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if !buffer::check(vm, object) {
        return Err(vm.type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            object.class(vm).tp_name()
        )));
    }
    codec::decode_object(vm, object, encoding, errors)
}

#[pymethods]
impl PyStr {
    #[pyslot(
        sig = "str(object=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"
    )]
    fn slot_new(
        vm: &Vm,
        class: &Py<PyType>,
        object: Option<&Value>,
        encoding: Option<&Value>,
        errors: Option<&Value>,
    ) -> PyResult<PyRef<PyStr>> {
        let encoding = codec::name_argument(vm, "str", "encoding", encoding)?;
        let errors = codec::name_argument(vm, "str", "errors", errors)?;
        let text = match object {
            None => vm.empty_str(),
            Some(object) if encoding.is_none() && errors.is_none() => repr::str(vm, object)?,
            Some(object) => decoded(vm, object, encoding.as_deref(), errors.as_deref())?,
        };
        Ok(if class.is(&vm.types.str) {
            text
        } else {
            PyStr::with_class(class, &text)
        })
    }

    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        repr_of(vm, zelf)
    }

    #[pyslot]
    fn str(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        PyStr::substring(vm, zelf, 0, zelf.len())
    }

    #[pyslot(name = "hash")]
    fn slot_hash(zelf: &Py<PyStr>) -> i64 {
        zelf.hash()
    }

    #[pyslot]
    fn richcompare(zelf: &Py<PyStr>, other: &Py<PyStr>, op: CompareOp) -> bool {
        match op {
            CompareOp::Eq => zelf.equals(other),
            CompareOp::Ne => !zelf.equals(other),
            _ => op.holds(compare(zelf, other)),
        }
    }

    #[pyslot]
    fn iter(vm: &Vm, zelf: &Py<PyStr>) -> Value {
        iter::iter(vm, zelf)
    }

    #[pyslot]
    fn sq_length(zelf: &Py<PyStr>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn mp_length(zelf: &Py<PyStr>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn sq_concat(vm: &Vm, zelf: &Py<PyStr>, other: &Value) -> PyResult<PyRef<PyStr>> {
        match other.downcast_ref::<PyStr>() {
            Some(other) => PyStr::concat_checked(vm, zelf, other),
            None => Err(vm.type_error(format!(
                "can only concatenate str (not \"{}\") to str",
                other.class(vm).tp_name()
            ))),
        }
    }

    #[pyslot]
    fn sq_repeat(vm: &Vm, zelf: &Py<PyStr>, count: isize) -> PyResult<PyRef<PyStr>> {
        PyStr::repeat(vm, zelf, usize::try_from(count).unwrap_or(0))
    }

    #[pyslot]
    fn sq_item(vm: &Vm, zelf: &Py<PyStr>, index: isize) -> PyResult<Value> {
        char_value(vm, zelf, usize::try_from(index).unwrap_or(usize::MAX))
    }

    #[pyslot]
    fn sq_contains(vm: &Vm, zelf: &Py<PyStr>, item: &Value) -> PyResult<bool> {
        match item.downcast_ref::<PyStr>() {
            Some(item) => Ok(match (item.raw_bytes(), zelf.raw_bytes()) {
                // Short texts are looked through quicker than a search begins.
                ([one], bytes) if bytes.len() <= 16 && zelf.width() == 1 => bytes.contains(one),
                _ => find::find_in(zelf.text(), item.text(), 0, zelf.len()).is_some(),
            }),
            None => Err(vm.type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                item.class(vm).tp_name()
            ))),
        }
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyStr>, key: &Value) -> PyResult<Value> {
        if let Some(index) = key.as_small_int() {
            let index = if index < 0 {
                index + zelf.len() as i64
            } else {
                index
            };
            return char_value(vm, zelf, usize::try_from(index).unwrap_or(usize::MAX));
        }
        if let Some(slice) = key.downcast_ref::<PySlice>() {
            return selected(vm, zelf, slice).map(PyRef::into_value);
        }
        if !number::is_index(vm, key) {
            return Err(vm.type_error(format!(
                "string indices must be integers, not '{}'",
                key.class(vm).tp_name()
            )));
        }
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        let index = if index < 0 {
            index + zelf.len() as isize
        } else {
            index
        };
        char_value(vm, zelf, usize::try_from(index).unwrap_or(usize::MAX))
    }

    #[pyslot]
    fn remainder(vm: &Vm, zelf: &Py<PyStr>, args: &Value) -> PyResult<PyRef<PyStr>> {
        percent::format(vm, zelf, args)
    }
}

/// How two strings are ordered.
pub fn compare(left: &Py<PyStr>, right: &Py<PyStr>) -> std::cmp::Ordering {
    if left.width() == 1 && right.width() == 1 {
        return left.raw_bytes().cmp(right.raw_bytes());
    }
    left.text().compare(right.text())
}
