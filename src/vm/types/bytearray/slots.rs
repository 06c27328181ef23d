//! Slots of `bytearray`.
//!
//! CPython 3.11: `Objects/bytearrayobject.c`.

use super::value::{BYTEARRAY_EXPORTER, PyByteArray};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::Buffer;
use crate::object::{CompareOp, Payload, Py, PyRef, PyType, Value};
use crate::protocol::{buffer, iter, number, warn};
use crate::types::bytes::convert;
use crate::types::bytes::iter::PyByteArrayIter;
use crate::types::bytes::percent;
use crate::types::bytes::shared::{self, byte_value, bytes_of};
use crate::types::bytes::slots::plain_buffer;
use crate::types::list::value::PyList;
use crate::types::slice::value::{PySlice, Span};
use crate::types::str::codec;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use base::text::quote;
use derive::pymethods;

#[cold]
#[inline(never)]
fn out_of_range(vm: &Vm) -> PyErr {
    vm.index_error("bytearray index out of range")
}

fn from_end(index: isize, len: usize) -> Option<usize> {
    let index = if index < 0 {
        index + len as isize
    } else {
        index
    };
    usize::try_from(index).ok().filter(|index| *index < len)
}

fn byte_at(vm: &Vm, zelf: &Py<PyByteArray>, index: isize) -> PyResult<Value> {
    let byte = zelf.with(|bytes| {
        usize::try_from(index)
            .ok()
            .and_then(|index| bytes.get(index).copied())
    });
    match byte {
        Some(byte) => Ok(Value::small_int_unchecked(byte.into())),
        None => Err(out_of_range(vm)),
    }
}

/// `zelf[span] = values`, or `del zelf[span]` without values.
fn assign_span(vm: &Vm, zelf: &Py<PyByteArray>, span: Span, values: Option<&[u8]>) -> PyResult<()> {
    let new = values.unwrap_or(&[]);
    if span.step == 1 {
        // An empty range is where it starts.
        let start = span.start as usize;
        let end = start + span.count;
        if start == 0 && new.is_empty() && span.count > 0 && span.count < zelf.len() {
            return zelf.delete_front(vm, span.count);
        }
        if new.len() == span.count {
            zelf.with_mut(|bytes| bytes[start..end].copy_from_slice(new));
            return Ok(());
        }
        vm.try_reserve(new.len())?;
        return zelf.resize_with(vm, |bytes| {
            drop(bytes.splice(start..end, new.iter().copied()))
        });
    }
    if new.is_empty() {
        if span.count == 0 {
            return Ok(());
        }
        return zelf.resize_with(vm, |bytes| {
            let mut doomed: Vec<usize> = span.indices().collect();
            doomed.sort_unstable();
            let (mut next, mut index) = (0, 0);
            bytes.retain(|_| {
                let keep = doomed.get(next) != Some(&index);
                next += usize::from(!keep);
                index += 1;
                keep
            });
        });
    }
    if new.len() != span.count {
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            span.count
        )));
    }
    zelf.with_mut(|bytes| {
        for (index, &byte) in span.indices().zip(new) {
            bytes[index] = byte;
        }
    });
    Ok(())
}

/// What may be assigned to a slice, as bytes.
fn assigned(vm: &Vm, values: &Value) -> PyResult<Vec<u8>> {
    if buffer::check(vm, values) {
        return buffer::to_vec(vm, values);
    }
    if number::is_number(vm, values) || values.downcast_ref::<PyStr>().is_some() {
        return Err(
            vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
        );
    }
    iterated(vm, values)
}

/// An iterator whose items the array takes as they come, when code of the program's makes them.
fn one_by_one(vm: &Vm, source: &Value) -> PyResult<Option<Value>> {
    let is_plain = source.downcast_ref::<PyList>().is_some()
        || source.downcast_ref::<PyTuple>().is_some()
        || source.class(vm).slots.iter.get().is_none();
    if is_plain {
        return Ok(None);
    }
    iter::get_iter(vm, source).map(Some)
}

fn iterated(vm: &Vm, source: &Value) -> PyResult<Vec<u8>> {
    convert::numbers(vm, source, "bytearray").map_err(|error| {
        error.unwrap_or_else(|| {
            vm.type_error(format!(
                "cannot convert '{}' object to bytearray",
                source.class(vm).tp_name()
            ))
        })
    })
}

#[pymethods]
impl PyByteArray {
    #[pyslot]
    fn slot_new(vm: &Vm, class: &Py<PyType>, _args: crate::object::Args<'_>) -> PyRef<PyByteArray> {
        let _ = vm;
        PyByteArray::with_class(class, Vec::new())
    }

    #[pyslot(
        sig = "bytearray(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"
    )]
    fn init(
        vm: &Vm,
        zelf: &Py<PyByteArray>,
        source: Option<&Value>,
        encoding: Option<&Value>,
        errors: Option<&Value>,
    ) -> PyResult<()> {
        let encoding = codec::name_argument(vm, "bytearray", "encoding", encoding)?;
        let errors = codec::name_argument(vm, "bytearray", "errors", errors)?;
        let has_codec = encoding.is_some() || errors.is_some();
        if zelf.len() != 0 {
            zelf.resize_with(vm, Vec::clear)?;
        }
        let bytes = match source {
            None if has_codec => {
                return Err(vm.type_error(if encoding.is_some() {
                    "encoding without a string argument"
                } else {
                    "errors without a string argument"
                }));
            }
            None => return Ok(()),
            Some(source) => match source.downcast_ref::<PyStr>() {
                Some(_) if encoding.is_none() => {
                    return Err(vm.type_error("string argument without an encoding"));
                }
                Some(text) => codec::encode(vm, text, encoding.as_deref(), errors.as_deref())?
                    .as_slice()
                    .to_vec(),
                None if has_codec => {
                    return Err(vm.type_error(if encoding.is_some() {
                        "encoding without a string argument"
                    } else {
                        "errors without a string argument"
                    }));
                }
                None => match convert::zero_count(vm, source)? {
                    Some(count) => vec![0; count],
                    None if buffer::check(vm, source) => buffer::to_vec(vm, source)?,
                    None => match one_by_one(vm, source)? {
                        Some(items) => {
                            return iter::drain(vm, &items, |item| {
                                let byte = byte_value(vm, &item)?;
                                zelf.extend(vm, &[byte])
                            });
                        }
                        None => iterated(vm, source)?,
                    },
                },
            },
        };
        zelf.resize_with(vm, |place| *place = bytes)
    }

    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyByteArray>) -> PyResult<PyRef<PyStr>> {
        vm.try_reserve(zelf.len().saturating_mul(4))?;
        let mut text = zelf.object().class().name_str().into_bytes();
        text.extend_from_slice(b"(b");
        zelf.with(|bytes| {
            let quote = quote::quote_of_bytes(bytes);
            text.push(quote);
            // Unlike `bytes`, CPython escapes a single quote here between double ones too.
            for part in bytes.split_inclusive(|byte| *byte == b'\'') {
                let plain = part.strip_suffix(b"'").unwrap_or(part);
                quote::push_bytes(plain, quote, &mut text);
                if plain.len() < part.len() {
                    text.extend_from_slice(b"\\'");
                }
            }
            text.push(quote);
        });
        text.push(b')');
        Ok(PyStr::new(vm, &String::from_utf8_lossy(&text)))
    }

    #[pyslot]
    fn str(vm: &Vm, zelf: &Py<PyByteArray>) -> PyResult<PyRef<PyStr>> {
        warn::bytes_warning(vm, "str() on a bytearray instance")?;
        PyByteArray::repr(vm, zelf)
    }

    #[pyslot]
    fn richcompare(vm: &Vm, zelf: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
        let has_text =
            zelf.downcast_ref::<PyStr>().is_some() || other.downcast_ref::<PyStr>().is_some();
        if has_text || !buffer::check(vm, zelf) || !buffer::check(vm, other) {
            if has_text && matches!(op, CompareOp::Eq | CompareOp::Ne) {
                warn::bytes_warning(vm, "Comparison between bytearray and string")?;
            }
            return Ok(Value::NotImplemented);
        }
        let left = bytes_of(vm, zelf)?;
        let Ok(right) = bytes_of(vm, other) else {
            return Ok(Value::NotImplemented);
        };
        Ok(Value::bool(op.holds(left.cmp(&right))))
    }

    #[pyslot]
    fn iter(vm: &Vm, zelf: &Py<PyByteArray>) -> Value {
        PyByteArrayIter::of(vm, zelf)
    }

    #[pyslot]
    fn sq_length(zelf: &Py<PyByteArray>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn mp_length(zelf: &Py<PyByteArray>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn sq_concat(vm: &Vm, zelf: &Value, other: &Value) -> PyResult<PyRef<PyByteArray>> {
        if !buffer::check(vm, other) {
            return Err(cannot_concat(vm, zelf, other));
        }
        let (left, right) = (bytes_of(vm, zelf)?, bytes_of(vm, other)?);
        vm.try_reserve(left.len().saturating_add(right.len()))?;
        Ok(PyByteArray::new(vm, [left, right].concat()))
    }

    #[pyslot]
    fn sq_inplace_concat(vm: &Vm, zelf: &Py<PyByteArray>, other: &Value) -> PyResult<Value> {
        if !buffer::check(vm, other) {
            return Err(cannot_concat(vm, &zelf.as_value(), other));
        }
        let more = bytes_of(vm, other)?;
        zelf.extend(vm, &more)?;
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn sq_repeat(vm: &Vm, zelf: &Py<PyByteArray>, count: isize) -> PyResult<PyRef<PyByteArray>> {
        let count = repeat_count(vm, zelf, count)?;
        Ok(PyByteArray::new(vm, zelf.with(|bytes| bytes.repeat(count))))
    }

    #[pyslot]
    fn sq_inplace_repeat(vm: &Vm, zelf: &Py<PyByteArray>, count: isize) -> PyResult<Value> {
        if count != 1 {
            let count = repeat_count(vm, zelf, count)?;
            zelf.resize_with(vm, |bytes| *bytes = bytes.repeat(count))?;
        }
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn sq_item(vm: &Vm, zelf: &Py<PyByteArray>, index: isize) -> PyResult<Value> {
        byte_at(vm, zelf, index)
    }

    #[pyslot]
    fn sq_ass_item(
        vm: &Vm,
        zelf: &Py<PyByteArray>,
        index: isize,
        value: Option<Value>,
    ) -> PyResult<()> {
        let Some(index) = usize::try_from(index)
            .ok()
            .filter(|index| *index < zelf.len())
        else {
            return Err(out_of_range(vm));
        };
        set_byte(vm, zelf, index, value.as_ref())
    }

    #[pyslot]
    fn sq_contains(vm: &Vm, zelf: &Py<PyByteArray>, item: &Value) -> PyResult<bool> {
        shared::contains(vm, zelf, item)
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyByteArray>, key: &Value) -> PyResult<Value> {
        if number::is_index(vm, key) {
            let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
            let index = if index < 0 {
                index + zelf.len() as isize
            } else {
                index
            };
            return byte_at(vm, zelf, index);
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(wrong_index(vm, key));
        };
        let span = slice.span(vm, || zelf.len())?;
        let picked = zelf.with(|bytes| {
            span.indices()
                .filter_map(|index| bytes.get(index).copied())
                .collect()
        });
        Ok(PyByteArray::new(vm, picked).into_value())
    }

    #[pyslot]
    fn mp_ass_subscript(
        vm: &Vm,
        zelf: &Py<PyByteArray>,
        key: &Value,
        value: Option<Value>,
    ) -> PyResult<()> {
        if number::is_index(vm, key) {
            let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
            let Some(index) = from_end(index, zelf.len()) else {
                return Err(out_of_range(vm));
            };
            return set_byte(vm, zelf, index, value.as_ref());
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(wrong_index(vm, key));
        };
        let values = value.map(|value| assigned(vm, &value)).transpose()?;
        let span = slice.span(vm, || zelf.len())?;
        assign_span(vm, zelf, span, values.as_deref())
    }

    #[pyslot]
    fn remainder(vm: &Vm, zelf: &Py<PyByteArray>, args: &Value) -> PyResult<PyRef<PyByteArray>> {
        Ok(PyByteArray::new(
            vm,
            percent::format(vm, &zelf.to_vec(), args)?,
        ))
    }

    #[pyslot]
    fn getbuffer(zelf: &Py<PyByteArray>, _flags: u32) -> Buffer {
        zelf.export();
        plain_buffer(zelf.to_value(), &BYTEARRAY_EXPORTER, zelf.len(), false)
    }
}

fn set_byte(vm: &Vm, zelf: &Py<PyByteArray>, index: usize, value: Option<&Value>) -> PyResult<()> {
    match value {
        None => zelf.resize_with(vm, |bytes| drop(bytes.splice(index..index + 1, []))),
        Some(value) => {
            let byte = byte_value(vm, value)?;
            // The conversion may have run Python, which may have shortened the array.
            let stored = zelf.with_mut(|bytes| bytes.get_mut(index).map(|place| *place = byte));
            stored.ok_or_else(|| out_of_range(vm))
        }
    }
}

fn repeat_count(vm: &Vm, zelf: &Py<PyByteArray>, count: isize) -> PyResult<usize> {
    let count = usize::try_from(count).unwrap_or(0);
    match zelf.len().checked_mul(count) {
        Some(total) if total <= isize::MAX as usize => {
            vm.try_reserve(total)?;
            Ok(count)
        }
        _ => Err(vm.no_memory()),
    }
}

#[cold]
fn cannot_concat(vm: &Vm, zelf: &Value, other: &Value) -> PyErr {
    vm.type_error(format!(
        "can't concat {} to {}",
        other.class(vm).tp_name(),
        zelf.class(vm).tp_name()
    ))
}

#[cold]
fn wrong_index(vm: &Vm, key: &Value) -> PyErr {
    vm.type_error(format!(
        "bytearray indices must be integers or slices, not {}",
        key.class(vm).tp_name()
    ))
}

/// Whether a value is an exact bytearray.
pub fn is_exact(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PyByteArray::class(vm))
}
