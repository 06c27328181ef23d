//! Slots of `bytes`.
//!
//! CPython 3.11: `Objects/bytesobject.c`.

use super::convert::{self, Source};
use super::iter::PyBytesIter;
use super::percent;
use super::shared;
use super::value::{BYTES_EXPORTER, PyBytes};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::{Buffer, Exporter, request};
use crate::object::{CompareOp, Payload, Py, PyRef, PyType, Value};
use crate::protocol::{buffer, number, warn};
use crate::types::slice::value::PySlice;
use crate::types::str::codec;
use crate::types::str::value::PyStr;
use base::text::quote;
use derive::pymethods;

/// A buffer of plain bytes.
pub fn plain_buffer(
    owner: Value,
    exporter: &'static dyn Exporter,
    len: usize,
    readonly: bool,
) -> Buffer {
    Buffer {
        owner,
        exporter,
        offset: 0,
        len,
        itemsize: 1,
        format: std::rc::Rc::from("B"),
        readonly,
        shape: vec![len],
        strides: vec![1],
    }
}

#[cold]
#[inline(never)]
fn out_of_range(vm: &Vm) -> PyErr {
    vm.index_error("index out of range")
}

#[inline(always)]
fn byte_at(vm: &Vm, zelf: &Py<PyBytes>, index: isize) -> PyResult<Value> {
    let byte = usize::try_from(index)
        .ok()
        .and_then(|index| zelf.as_slice().get(index));
    match byte {
        Some(&byte) => Ok(Value::small_int_unchecked(byte.into())),
        None => Err(out_of_range(vm)),
    }
}

#[pymethods]
impl PyBytes {
    #[pyslot(
        sig = "bytes(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"
    )]
    fn slot_new(
        vm: &Vm,
        class: &Py<PyType>,
        source: Option<&Value>,
        encoding: Option<&Value>,
        errors: Option<&Value>,
    ) -> PyResult<PyRef<PyBytes>> {
        let encoding = codec::name_argument(vm, "bytes", "encoding", encoding)?;
        let errors = codec::name_argument(vm, "bytes", "errors", errors)?;
        let exact = std::ptr::eq(class, PyBytes::class(vm));
        if exact
            && encoding.is_none()
            && errors.is_none()
            && let Some(bytes) = source.and_then(|source| source.downcast_exact::<PyBytes>(vm))
        {
            return Ok(bytes.to_ref());
        }
        let made = convert::construct(vm, source, encoding.as_deref(), errors.as_deref())?;
        Ok(match made {
            Source::Object(bytes) if exact => bytes,
            Source::Object(bytes) => PyBytes::with_class(class, bytes.as_slice()),
            Source::Bytes(bytes) if exact => PyBytes::new(vm, &bytes),
            Source::Bytes(bytes) => PyBytes::with_class(class, &bytes),
        })
    }

    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyBytes>) -> PyResult<PyRef<PyStr>> {
        vm.try_reserve(zelf.len().saturating_mul(4))?;
        Ok(PyStr::from_ascii(vm, &quote::repr_bytes(zelf.as_slice())))
    }

    #[pyslot]
    fn str(vm: &Vm, zelf: &Py<PyBytes>) -> PyResult<PyRef<PyStr>> {
        warn::bytes_warning(vm, "str() on a bytes instance")?;
        PyBytes::repr(vm, zelf)
    }

    #[pyslot(name = "hash")]
    fn slot_hash(zelf: &Py<PyBytes>) -> i64 {
        zelf.hash_bytes()
    }

    #[pyslot]
    fn richcompare(vm: &Vm, zelf: &Py<PyBytes>, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<PyBytes>() else {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                warn_of_comparison(vm, other)?;
            }
            return Ok(Value::NotImplemented);
        };
        Ok(Value::bool(match op {
            CompareOp::Eq => zelf.as_slice() == other.as_slice(),
            CompareOp::Ne => zelf.as_slice() != other.as_slice(),
            _ => op.holds(zelf.as_slice().cmp(other.as_slice())),
        }))
    }

    #[pyslot]
    fn iter(vm: &Vm, zelf: &Py<PyBytes>) -> Value {
        PyBytesIter::of(vm, zelf)
    }

    #[pyslot]
    fn sq_length(zelf: &Py<PyBytes>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn mp_length(zelf: &Py<PyBytes>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn sq_concat(vm: &Vm, zelf: &Py<PyBytes>, other: &Value) -> PyResult<Value> {
        if !buffer::check(vm, other) {
            return Err(vm.type_error(format!(
                "can't concat {} to {}",
                other.class(vm).tp_name(),
                zelf.object().class().tp_name()
            )));
        }
        let tail = shared::bytes_of(vm, other)?;
        if zelf.len() == 0 && other.downcast_exact::<PyBytes>(vm).is_some() {
            return Ok(other.clone());
        }
        if tail.is_empty() && zelf.is_exact(vm) {
            return Ok(zelf.to_value());
        }
        PyBytes::concat(vm, &[zelf.as_slice(), &tail]).map(PyRef::into_value)
    }

    #[pyslot]
    fn sq_repeat(vm: &Vm, zelf: &Py<PyBytes>, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        if count == 1 && zelf.is_exact(vm) {
            return Ok(zelf.to_value());
        }
        let Some(total) = zelf
            .len()
            .checked_mul(count)
            .filter(|n| *n < isize::MAX as usize)
        else {
            return Err(vm.overflow_error("repeated bytes are too long"));
        };
        vm.try_reserve(total)?;
        if total < 2 {
            return Ok(PyBytes::new(vm, &zelf.as_slice().repeat(count)).into_value());
        }
        let bytes = zelf.as_slice();
        let repeated = PyBytes::build(vm, total, |place| match bytes {
            [byte] => place.fill(*byte),
            _ => place
                .chunks_exact_mut(bytes.len())
                .for_each(|chunk| chunk.copy_from_slice(bytes)),
        });
        Ok(repeated.into_value())
    }

    #[pyslot]
    fn sq_item(vm: &Vm, zelf: &Py<PyBytes>, index: isize) -> PyResult<Value> {
        byte_at(vm, zelf, index)
    }

    #[pyslot]
    fn sq_contains(vm: &Vm, zelf: &Py<PyBytes>, item: &Value) -> PyResult<bool> {
        shared::contains(vm, zelf, item)
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyBytes>, key: &Value) -> PyResult<Value> {
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
            return Err(vm.type_error(format!(
                "byte indices must be integers or slices, not {}",
                key.class(vm).tp_name()
            )));
        };
        let span = slice.span(vm, || zelf.len())?;
        let bytes = zelf.as_slice();
        if span.step == 1 || span.count == 0 {
            if span.count == bytes.len() && zelf.is_exact(vm) {
                return Ok(zelf.to_value());
            }
            let start = if span.count == 0 {
                0
            } else {
                span.start as usize
            };
            return Ok(PyBytes::new(vm, &bytes[start..start + span.count]).into_value());
        }
        let picked: Vec<u8> = span.indices().map(|index| bytes[index]).collect();
        Ok(PyBytes::new(vm, &picked).into_value())
    }

    #[pyslot]
    fn remainder(vm: &Vm, zelf: &Py<PyBytes>, args: &Value) -> PyResult<Value> {
        let formatted = percent::format(vm, zelf.as_slice(), args)?;
        Ok(PyBytes::new(vm, &formatted).into_value())
    }

    #[pyslot]
    fn getbuffer(vm: &Vm, zelf: &Py<PyBytes>, flags: u32) -> PyResult<Buffer> {
        if flags & request::WRITABLE != 0 {
            return Err(vm.buffer_error("Object is not writable."));
        }
        Ok(plain_buffer(
            zelf.to_value(),
            &BYTES_EXPORTER,
            zelf.len(),
            true,
        ))
    }
}

/// What `-b` says of a comparison of bytes with something else.
#[cold]
fn warn_of_comparison(vm: &Vm, other: &Value) -> PyResult<()> {
    if other.downcast_ref::<PyStr>().is_some() {
        warn::bytes_warning(vm, "Comparison between bytes and string")?;
    }
    if other.as_int().is_some() {
        warn::bytes_warning(vm, "Comparison between bytes and int")?;
    }
    Ok(())
}
