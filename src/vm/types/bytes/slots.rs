//! Python-visible slots of `bytes`.
//!
//! CPython 3.11: `Objects/bytesobject.c`.

use super::value::PyBytes;
use crate::context::{PyResult, Vm};
use crate::object::buffer::{Buffer, Exporter, request};
use crate::object::{CompareOp, Py, Value};
use derive::pymethods;

struct BytesExporter;

impl Exporter for BytesExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        match owner.downcast_ref::<PyBytes>() {
            Some(bytes) => f(bytes.as_slice()),
            None => f(&[]),
        }
    }

    fn with_bytes_mut(&self, _owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        f(&mut []);
    }

    fn release(&self, _owner: &Value) {}
}

static EXPORTER: BytesExporter = BytesExporter;

#[pymethods]
impl PyBytes {
    #[pyslot]
    fn hash(zelf: &Py<Self>) -> i64 {
        zelf.hash_bytes()
    }

    #[pyslot]
    fn sq_length(zelf: &Py<Self>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn mp_length(zelf: &Py<Self>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn richcompare(zelf: &Py<Self>, other: &Py<Self>, op: CompareOp) -> bool {
        op.holds(zelf.as_slice().cmp(other.as_slice()))
    }

    #[pyslot]
    fn getbuffer(zelf: &Py<Self>, vm: &Vm, flags: u32) -> PyResult<Buffer> {
        if flags & request::WRITABLE != 0 {
            return Err(vm.buffer_error("Object is not writable."));
        }
        let len = zelf.len();
        Ok(Buffer {
            owner: zelf.to_value(),
            exporter: &EXPORTER,
            offset: 0,
            len,
            itemsize: 1,
            format: "B".into(),
            readonly: true,
            shape: vec![len],
            strides: vec![1],
        })
    }
}
