//! `mmap.mmap` as a sequence of bytes.

use super::object::{EXPORTER, PyMmap};
use derive::pymethods;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::buffer::Buffer;
use vm::object::{Py, Value};
use vm::protocol::{buffer, number};
use vm::types::bytes::slots::plain_buffer;
use vm::types::slice::value::PySlice;

fn out_of_range(vm: &Vm) -> PyErr {
    vm.index_error("mmap index out of range")
}

/// An index from the front.
fn place(vm: &Vm, zelf: &PyMmap, key: &Value) -> PyResult<usize> {
    let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
    let len = zelf.len(vm)?;
    let index = if index < 0 {
        index.checked_add_unsigned(len)
    } else {
        Some(index)
    };
    index
        .and_then(|index| usize::try_from(index).ok())
        .filter(|index| *index < len)
        .ok_or_else(|| out_of_range(vm))
}

#[pymethods(table = SLOTS)]
impl PyMmap {
    #[pyslot]
    fn sq_length(&self, vm: &Vm) -> PyResult<usize> {
        self.len(vm)
    }

    #[pyslot]
    fn sq_item(&self, vm: &Vm, index: isize) -> PyResult<Value> {
        let byte = self.with(vm, |bytes| {
            let index = usize::try_from(index).ok()?;
            bytes.get(index).copied()
        })?;
        let byte = byte.ok_or_else(|| out_of_range(vm))?;
        Ok(vm.new_bytes(&[byte]))
    }

    #[pyslot]
    fn mp_subscript(zelf: &Py<PyMmap>, vm: &Vm, key: &Value) -> PyResult<Value> {
        zelf.len(vm)?;
        if number::is_index(vm, key) {
            let index = place(vm, zelf, key)?;
            let byte = zelf.with(vm, |bytes| bytes.get(index).copied())?;
            return byte
                .map(|byte| vm.new_int(byte.into()))
                .ok_or_else(|| out_of_range(vm));
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(vm.type_error("mmap indices must be integers"));
        };
        let span = slice.span(vm, || zelf.len(vm).unwrap_or(0))?;
        let picked: Vec<u8> = zelf.with(vm, |bytes| {
            span.indices()
                .filter_map(|index| bytes.get(index).copied())
                .collect()
        })?;
        Ok(vm.new_bytes(&picked))
    }

    #[pyslot]
    fn mp_ass_subscript(
        zelf: &Py<PyMmap>,
        vm: &Vm,
        key: &Value,
        value: Option<Value>,
    ) -> PyResult<()> {
        zelf.with_mut(vm, |_| ())?;
        if number::is_index(vm, key) {
            let index = place(vm, zelf, key)?;
            let Some(value) = value else {
                return Err(vm.type_error("mmap doesn't support item deletion"));
            };
            if !number::is_index(vm, &value) {
                return Err(vm.type_error("mmap item value must be an int"));
            }
            let byte = number::to_index_isize(vm, &value, ExcKind::TypeError)?;
            let Ok(byte) = u8::try_from(byte) else {
                return Err(vm.value_error("mmap item value must be in range(0, 256)"));
            };
            let done = zelf.with_mut(vm, |bytes| bytes.get_mut(index).map(|slot| *slot = byte))?;
            return done.ok_or_else(|| out_of_range(vm));
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(vm.type_error("mmap indices must be integers"));
        };
        let span = slice.span(vm, || zelf.len(vm).unwrap_or(0))?;
        // The slice's numbers may have run Python, which may have closed it.
        zelf.len(vm)?;
        let Some(value) = value else {
            return Err(vm.type_error("mmap object doesn't support slice deletion"));
        };
        let new = buffer::to_vec(vm, &value)?;
        if new.len() != span.count {
            return Err(vm.index_error("mmap slice assignment is wrong size"));
        }
        zelf.with_mut(vm, |bytes| {
            for (index, byte) in span.indices().zip(new) {
                if let Some(slot) = bytes.get_mut(index) {
                    *slot = byte;
                }
            }
        })
    }

    #[pyslot]
    fn getbuffer(zelf: &Py<PyMmap>, vm: &Vm, _flags: u32) -> PyResult<Buffer> {
        let len = zelf.len(vm)?;
        zelf.export();
        Ok(plain_buffer(
            zelf.to_value(),
            &EXPORTER,
            len,
            zelf.is_readonly(),
        ))
    }
}
