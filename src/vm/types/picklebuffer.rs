//! `PickleBuffer`: an object's buffer as pickle protocol 5 passes it out of band.
//!
//! CPython 3.11: `Objects/picklebufobject.c`.

use super::memoryview::PyMemoryView;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::{Buffer, request};
use crate::object::{Py, PyRef, PyType, Traverse, Value, Visitor};
use crate::protocol::buffer;
use derive::{pymethods, pytype};
use std::cell::RefCell;

/// Payload of `PickleBuffer`.
#[pytype(name = "pickle.PickleBuffer", flags(GC, HAS_WEAKREF), tables(TABLE), doc = "Wrapper for potentially out-of-band buffers", clear = clear)]
pub struct PyPickleBuffer {
    buffer: RefCell<Option<Buffer>>,
}

impl Traverse for PyPickleBuffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(buffer) = self.buffer.try_borrow()
            && let Some(buffer) = &*buffer
        {
            visit(&buffer.owner);
        }
    }
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(this) = value.downcast_ref::<PyPickleBuffer>() {
        let buffer = this.buffer.borrow_mut().take();
        drop(buffer);
    }
}

#[cold]
fn released(vm: &Vm) -> PyErr {
    vm.value_error("operation forbidden on released PickleBuffer object")
}

impl PyPickleBuffer {
    /// The object whose buffer this is.
    pub fn owner(&self, vm: &Vm) -> PyResult<Value> {
        match &*self.buffer.borrow() {
            Some(buffer) => Ok(buffer.owner.clone()),
            None => Err(released(vm)),
        }
    }
}

#[pymethods]
impl PyPickleBuffer {
    #[pyslot(sig = "PickleBuffer(object, /)")]
    fn slot_new(vm: &Vm, class: &Py<PyType>, object: &Value) -> PyResult<PyRef<PyPickleBuffer>> {
        let _ = class;
        let buffer = buffer::get(vm, object, request::FULL_RO)?;
        let payload = PyPickleBuffer {
            buffer: RefCell::new(Some(buffer)),
        };
        Ok(PyRef::new(vm, payload))
    }

    #[pyslot]
    fn getbuffer(vm: &Vm, zelf: &Py<PyPickleBuffer>, flags: u32) -> PyResult<Buffer> {
        let owner = zelf.owner(vm)?;
        buffer::get(vm, &owner, flags)
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    #[pymethod]
    fn raw(vm: &Vm, zelf: &Py<PyPickleBuffer>) -> PyResult<PyRef<PyMemoryView>> {
        let owner = zelf.owner(vm)?;
        let view = PyMemoryView::of(vm, &owner)?;
        let geometry = &view.geometry;
        if !geometry.is_c_contiguous() && !geometry.is_f_contiguous() {
            return Err(vm.buffer_error("cannot extract raw buffer from non-contiguous buffer"));
        }
        let mut bytes = geometry.clone();
        bytes.shape = vec![geometry.size()];
        bytes.strides = vec![1];
        bytes.itemsize = 1;
        bytes.format = "B".into();
        Ok(PyMemoryView::with(vm, view.base(vm)?, bytes))
    }

    /// Release the underlying buffer.
    #[pymethod]
    fn release(zelf: &Py<PyPickleBuffer>) {
        let buffer = zelf.buffer.borrow_mut().take();
        drop(buffer);
    }
}
