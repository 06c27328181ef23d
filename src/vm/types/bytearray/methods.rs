//! Methods that only `bytearray` has: those that change it.
//!
//! CPython 3.11: `Objects/bytearrayobject.c`.

use super::value::PyByteArray;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::{buffer, iter};
use crate::types::bytes::shared::{byte_value, bytes_of};
use crate::types::bytes::value::PyBytes;
use crate::types::str::value::PyStr;
use derive::pymethods;

/// State for pickling.
fn reduce(vm: &Vm, zelf: &Py<PyByteArray>, protocol: i32) -> PyResult<Value> {
    let state = crate::protocol::call::call_method(
        vm,
        &zelf.as_value(),
        &vm.intern_str("__getstate__"),
        &[],
    )?;
    let args = if protocol < 3 {
        let text = zelf.with(|bytes| PyStr::from_latin1(vm, bytes));
        if text.len() == 0 {
            vec![]
        } else {
            vec![text.into_value(), vm.new_str("latin-1")]
        }
    } else if zelf.len() == 0 {
        vec![]
    } else {
        vec![PyBytes::new(vm, &zelf.to_vec()).into_value()]
    };
    let class = zelf.object().class().to_value();
    Ok(vm.new_tuple(vec![class, vm.new_tuple(args), state]))
}

#[pymethods]
impl PyByteArray {
    /// Append a single item to the end of the bytearray.
    #[pymethod(sig = "append($self, item, /)")]
    fn append(vm: &Vm, zelf: &Py<PyByteArray>, item: &Value) -> PyResult<()> {
        let byte = byte_value(vm, item)?;
        zelf.extend(vm, &[byte])
    }

    /// Append all the items from the iterable of integers.
    #[pymethod(sig = "extend($self, iterable_of_ints, /)", name = "extend")]
    fn extend_py(vm: &Vm, zelf: &Py<PyByteArray>, iterable_of_ints: &Value) -> PyResult<()> {
        if buffer::check(vm, iterable_of_ints) {
            let more = bytes_of(vm, iterable_of_ints)?;
            return zelf.extend(vm, &more);
        }
        let iterator = match iter::get_iter(vm, iterable_of_ints) {
            Err(error) if error.is(vm, ExcKind::TypeError) => {
                return Err(vm.type_error(format!(
                    "can't extend bytearray with {}",
                    iterable_of_ints.class(vm).tp_name()
                )));
            }
            result => result?,
        };
        // Of no use, but what it raises counts.
        iter::length_hint(vm, iterable_of_ints, 32)?;
        let mut more = Vec::new();
        iter::drain(vm, &iterator, |item| {
            more.push(byte_value(vm, &item)?);
            Ok(())
        })?;
        zelf.extend(vm, &more)
    }

    /// Insert a single item into the bytearray before the given index.
    #[pymethod(sig = "insert($self, index, item, /)")]
    fn insert(vm: &Vm, zelf: &Py<PyByteArray>, index: isize, item: &Value) -> PyResult<()> {
        let byte = byte_value(vm, item)?;
        vm.try_reserve(zelf.len() + 1)?;
        zelf.resize_with(vm, |bytes| {
            let len = bytes.len();
            let index = if index < 0 {
                index.saturating_add(len as isize)
            } else {
                index
            };
            let index = usize::try_from(index).unwrap_or(0).min(len);
            bytes.insert(index, byte);
        })
    }

    /// Remove and return a single item, the last by default.
    #[pymethod(sig = "pop($self, index=-1, /)")]
    fn pop(vm: &Vm, zelf: &Py<PyByteArray>, index: isize) -> PyResult<u8> {
        let len = zelf.len();
        if len == 0 {
            return Err(vm.index_error("pop from empty bytearray"));
        }
        let index = if index < 0 {
            index.saturating_add(len as isize)
        } else {
            index
        };
        let Some(index) = usize::try_from(index).ok().filter(|index| *index < len) else {
            return Err(vm.index_error("pop index out of range"));
        };
        if index == 0 && len > 64 {
            let first = zelf.with(|bytes| bytes[0]);
            zelf.delete_front(vm, 1)?;
            return Ok(first);
        }
        zelf.resize_with(vm, |bytes| bytes.remove(index))
    }

    /// Remove the first occurrence of a value in the bytearray.
    #[pymethod(sig = "remove($self, value, /)")]
    fn remove(vm: &Vm, zelf: &Py<PyByteArray>, value: &Value) -> PyResult<()> {
        let byte = byte_value(vm, value)?;
        let Some(at) = zelf.with(|bytes| memchr::memchr(byte, bytes)) else {
            return Err(vm.value_error("value not found in bytearray"));
        };
        zelf.resize_with(vm, |bytes| bytes.remove(at)).map(drop)
    }

    /// Reverse the order of the values in the bytearray in place.
    #[pymethod(sig = "reverse($self, /)")]
    fn reverse(zelf: &Py<PyByteArray>) {
        zelf.with_mut(<[u8]>::reverse);
    }

    /// Remove all items from the bytearray.
    #[pymethod(sig = "clear($self, /)")]
    fn clear(vm: &Vm, zelf: &Py<PyByteArray>) -> PyResult<()> {
        zelf.resize_with(vm, |bytes| *bytes = Vec::new())
    }

    /// Return a copy of the bytearray.
    #[pymethod(sig = "copy($self, /)")]
    fn copy(vm: &Vm, zelf: &Py<PyByteArray>) -> PyRef<PyByteArray> {
        PyByteArray::new(vm, zelf.to_vec())
    }

    /// Return the number of bytes there is room for.
    #[pymethod]
    fn __alloc__(zelf: &Py<PyByteArray>) -> usize {
        if zelf.len() == 0 {
            0
        } else {
            zelf.capacity().max(zelf.len() + 1)
        }
    }

    /// Return state information for pickling.
    #[pymethod(sig = "__reduce__($self, /)")]
    fn __reduce__(vm: &Vm, zelf: &Py<PyByteArray>) -> PyResult<Value> {
        reduce(vm, zelf, 2)
    }

    /// Return state information for pickling.
    #[pymethod(sig = "__reduce_ex__($self, proto=0, /)")]
    fn __reduce_ex__(vm: &Vm, zelf: &Py<PyByteArray>, proto: i32) -> PyResult<Value> {
        reduce(vm, zelf, proto)
    }

    /// Return the size of the bytearray object in memory, in bytes.
    #[pymethod(sig = "__sizeof__($self, /)")]
    fn __sizeof__(zelf: &Py<PyByteArray>) -> usize {
        56 + if zelf.len() == 0 {
            0
        } else {
            zelf.capacity().max(zelf.len() + 1)
        }
    }
}
