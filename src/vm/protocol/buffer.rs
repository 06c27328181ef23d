//! The buffer protocol.
//!
//! CPython 3.11: `PyObject_GetBuffer` in `Objects/abstract.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::object::buffer::{Buffer, request};

/// The object's buffer, as `flags` (`object::buffer::request`) ask for it.
pub fn get(vm: &Vm, value: &Value, flags: u32) -> PyResult<Buffer> {
    match value.class(vm).slots.getbuffer.get() {
        Some(getbuffer) => getbuffer(vm, value, flags),
        None => Err(not_bytes_like(vm, value)),
    }
}

/// Whether the object can export a buffer.
pub fn check(vm: &Vm, value: &Value) -> bool {
    value.class(vm).slots.getbuffer.get().is_some()
}

/// The TypeError for an object without buffer.
#[cold]
#[inline(never)]
pub fn not_bytes_like(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!(
        "a bytes-like object is required, not '{}'",
        value.class(vm).tp_name()
    ))
}

/// A copy of a bytes-like object's bytes, in C order.
pub fn to_vec(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    Ok(get(vm, value, request::FULL_RO)?.to_vec())
}

impl Buffer {
    /// Whether the items lie one after the other in C order.
    pub fn is_c_contiguous(&self) -> bool {
        let mut expected = self.itemsize as isize;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size > 1 && stride != expected {
                return false;
            }
            expected = expected.saturating_mul(size as isize);
        }
        true
    }

    /// Calls `f` with the bytes, when they lie together; `f` must not run Python code.
    pub fn with_contiguous<R>(&self, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
        if !self.is_c_contiguous() {
            return None;
        }
        let (mut f, mut result) = (Some(f), None);
        self.exporter.with_bytes(&self.owner, &mut |memory| {
            let start = usize::try_from(self.offset).unwrap_or(0);
            let bytes = memory
                .get(start..start.saturating_add(self.len))
                .unwrap_or(&[]);
            if let Some(f) = f.take() {
                result = Some(f(bytes));
            }
        });
        result
    }

    /// A copy of the bytes in C order.
    pub fn to_vec(&self) -> Vec<u8> {
        if let Some(bytes) = self.with_contiguous(<[u8]>::to_vec) {
            return bytes;
        }
        let mut bytes = Vec::with_capacity(self.len);
        self.exporter.with_bytes(&self.owner, &mut |memory| {
            self.gather(memory, 0, self.offset, &mut bytes);
        });
        bytes
    }

    fn gather(&self, memory: &[u8], dimension: usize, offset: isize, bytes: &mut Vec<u8>) {
        let Some((&size, &stride)) = self.shape.get(dimension).zip(self.strides.get(dimension))
        else {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let end = start.saturating_add(self.itemsize);
            bytes.extend_from_slice(memory.get(start..end).unwrap_or(&[]));
            return;
        };
        for index in 0..size {
            let offset = offset.saturating_add(stride.saturating_mul(index as isize));
            self.gather(memory, dimension + 1, offset, bytes);
        }
    }
}
