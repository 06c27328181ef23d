//! `TextIOWrapper`: attributes, and the methods that ask the buffer.
//!
//! CPython 3.11: `Modules/_io/textio.c`.

use super::text::PyTextIOWrapper;
use super::{both, method, name_of, repr_of_name};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::{attr, number, repr, truth};
use derive::pymethods;

impl PyTextIOWrapper {
    fn forward(&self, vm: &Vm, name: &str) -> PyResult<Value> {
        self.check_attached(vm)?;
        method(vm, &self.buffer(vm)?, name, &[])
    }
}

#[pymethods(table = ATTRIBUTES)]
impl PyTextIOWrapper {
    #[pymethod(sig = "detach($self, /)")]
    fn detach(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        let buffer = zelf.buffer.replace(None);
        zelf.detached.set(true);
        Ok(buffer.unwrap_or(Value::None))
    }

    #[pymethod(sig = "close($self, /)")]
    fn close(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        let this = zelf.as_value();
        let closed = attr::get(vm, &this, &vm.names.closed)?;
        if truth::is_true(vm, &closed)? {
            return Ok(Value::None);
        }
        let buffer = zelf.buffer(vm)?;
        if zelf.finalizing.get() {
            let _ = method(vm, &buffer, "_dealloc_warn", &[zelf.to_value()]);
        }
        let flushed = attr::call_method(vm, &this, &vm.names.flush, &[]).map(drop);
        both(
            flushed,
            attr::call_method(vm, &buffer, &vm.names.close, &[]),
        )
    }

    #[pymethod(sig = "fileno($self, /)")]
    fn fileno(&self, vm: &Vm) -> PyResult<Value> {
        self.forward(vm, "fileno")
    }

    #[pymethod(sig = "seekable($self, /)")]
    fn seekable(&self, vm: &Vm) -> PyResult<Value> {
        self.forward(vm, "seekable")
    }

    #[pymethod(sig = "readable($self, /)")]
    fn readable(&self, vm: &Vm) -> PyResult<Value> {
        self.forward(vm, "readable")
    }

    #[pymethod(sig = "writable($self, /)")]
    fn writable(&self, vm: &Vm) -> PyResult<Value> {
        self.forward(vm, "writable")
    }

    #[pymethod(sig = "isatty($self, /)")]
    fn isatty(&self, vm: &Vm) -> PyResult<Value> {
        self.forward(vm, "isatty")
    }

    #[pymember]
    fn encoding(&self) -> Value {
        self.encoding.get().unwrap_or(Value::None)
    }

    #[pymember(name = "buffer")]
    fn buffer_member(&self) -> Value {
        self.buffer.get().unwrap_or(Value::None)
    }

    #[pymember]
    fn line_buffering(&self) -> bool {
        self.line_buffering.get()
    }

    #[pymember]
    fn write_through(&self) -> bool {
        self.write_through.get()
    }

    #[pymember(name = "_finalizing")]
    fn finalizing(&self) -> bool {
        self.finalizing.get()
    }

    #[pymember(name = "_finalizing", setter)]
    fn set_finalizing(&self, value: Option<Value>) {
        self.finalizing
            .set(value.is_some_and(|value| value.is_true()));
    }

    #[pygetset]
    fn name(&self, vm: &Vm) -> PyResult<Value> {
        self.check_attached(vm)?;
        attr::get(vm, &self.buffer(vm)?, &vm.names.name)
    }

    #[pygetset]
    fn closed(&self, vm: &Vm) -> PyResult<Value> {
        self.check_attached(vm)?;
        attr::get(vm, &self.buffer(vm)?, &vm.names.closed)
    }

    #[pygetset]
    fn newlines(&self, vm: &Vm) -> PyResult<Value> {
        self.check_attached(vm)?;
        match self.decoder.get() {
            Some(decoder) => decoder.newlines_seen(vm),
            None => Ok(Value::None),
        }
    }

    #[pygetset]
    fn errors(&self, vm: &Vm) -> PyResult<Value> {
        self.check_attached(vm)?;
        Ok(self.errors.get().unwrap_or(Value::None))
    }

    #[pygetset(name = "_CHUNK_SIZE")]
    fn chunk_size(&self, vm: &Vm) -> PyResult<isize> {
        self.check_attached(vm)?;
        Ok(self.chunk_size.get())
    }

    #[pygetset(name = "_CHUNK_SIZE", setter)]
    fn set_chunk_size(&self, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        self.check_attached(vm)?;
        let Some(value) = value else {
            return Err(vm.attribute_error("cannot delete attribute"));
        };
        let size = number::to_index_isize(vm, &value, ExcKind::ValueError)?;
        if size <= 0 {
            return Err(vm.value_error("a strictly positive integer is required"));
        }
        self.chunk_size.set(size);
        Ok(())
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        if !zelf.ok.get() {
            return Err(vm.value_error("I/O operation on uninitialized object"));
        }
        let this = zelf.as_value();
        let mut text = String::from("<_io.TextIOWrapper");
        if let Some(name) = name_of(vm, &this)? {
            text.push_str(&format!(" name={}", repr_of_name(vm, &this, &name)?));
        }
        if let Some(mode) = attr::get_opt(vm, &this, &vm.names.mode)? {
            text.push_str(&format!(" mode={}", repr_of_name(vm, &this, &mode)?));
        }
        let encoding = zelf.encoding.get().unwrap_or(Value::None);
        text.push_str(&format!(" encoding={}>", repr::repr_text(vm, &encoding)?));
        Ok(vm.new_str(&text))
    }
}
