//! `TextIOWrapper`: writing.
//!
//! CPython 3.11: `_io_TextIOWrapper_write_impl`, `_textiowrapper_writeflush` in `Modules/_io/textio.c`.

use super::buffered::PyBuffered;
use super::stringio::with_ends;
use super::text::PyTextIOWrapper;
use super::{uninterrupted, unsupported};
use crate::context::{PyResult, Vm};
use crate::object::{Payload, Py, PyRef, Value};
use crate::protocol::attr;
use crate::types::str::value::{PyStr, Units};
use base::text::find;
use base::with_units;
use derive::pymethods;

fn has(text: &Py<PyStr>, c: u8) -> bool {
    match text.units() {
        Units::Latin1(units) => memchr::memchr(c, units).is_some(),
        _ => with_units!(text.text(), |units| find::find_char(units, c.into())
            .is_some()),
    }
}

impl PyTextIOWrapper {
    /// Hands what is pending to the buffer.
    pub fn write_pending(&self, vm: &Vm) -> PyResult<()> {
        if self.pending.with(Vec::is_empty) {
            return Ok(());
        }
        let mut bytes = self.pending.take();
        if let Some(buffer) = self.native_buffer(vm, &vm.names.write)
            && buffer.writable.get()
        {
            let result = PyBuffered::write_bytes(&buffer, vm, &bytes);
            if self.pending.with(Vec::is_empty) {
                // The memory serves again.
                bytes.clear();
                self.pending.set(bytes);
            }
            return result.map(drop);
        }
        let buffer = self.buffer(vm)?;
        let bytes = vm.new_bytes(&bytes);
        let arguments = std::slice::from_ref(&bytes);
        uninterrupted(vm, || {
            attr::call_method(vm, &buffer, &vm.names.write, arguments)
        })
        .map(drop)
    }

    fn add_pending(&self, vm: &Vm, bytes: &[u8]) -> PyResult<usize> {
        let waiting = self.pending.with(Vec::len);
        let chunk = self.chunk_size.get().max(1) as usize;
        if waiting > 0 && waiting.saturating_add(bytes.len()) > chunk {
            self.write_pending(vm)?;
        }
        vm.try_reserve(bytes.len())?;
        Ok(self.pending.with_mut(|pending| {
            pending.extend_from_slice(bytes);
            pending.len()
        }))
    }

    /// `write(text)`
    pub fn write_text(zelf: &Py<PyTextIOWrapper>, vm: &Vm, text: &Py<PyStr>) -> PyResult<()> {
        zelf.check_attached(vm)?;
        PyTextIOWrapper::check_open(zelf, vm)?;
        let Some(encoder) = zelf.encoder.get() else {
            return Err(unsupported(vm, "not writable"));
        };
        let line_buffering = zelf.line_buffering.get();
        let write_end = zelf.write_end.get();
        let has_lf = (write_end.is_some() || line_buffering) && has(text, b'\n');
        let replaced: PyRef<PyStr>;
        let text = match write_end {
            Some(end) if has_lf => {
                replaced = with_ends(vm, text, end)?;
                &*replaced
            }
            _ => text,
        };
        let flush = line_buffering && (has_lf || has(text, b'\r'));
        let waiting = if text.is_ascii() && encoder.keeps_ascii() {
            zelf.at_start.set(false);
            zelf.add_pending(vm, text.raw_bytes())?
        } else {
            let mut bytes = Vec::new();
            encoder.encode(vm, text, zelf.at_start.get(), &mut bytes)?;
            zelf.at_start.set(false);
            zelf.add_pending(vm, &bytes)?
        };
        let chunk = zelf.chunk_size.get().max(1) as usize;
        if waiting >= chunk || flush || zelf.write_through.get() {
            zelf.write_pending(vm)?;
        }
        if flush {
            zelf.flush_buffer(vm)?;
        }
        if zelf.snapshot.with(Option::is_some) {
            zelf.forget_decoded();
        }
        if let Some(decoder) = zelf.decoder.get() {
            decoder.reset(vm)?;
        }
        Ok(())
    }

    /// `buffer.flush()`
    pub fn flush_buffer(&self, vm: &Vm) -> PyResult<Value> {
        if let Some(buffer) = self.native_buffer(vm, &vm.names.flush)
            && buffer.writable.get()
        {
            return PyBuffered::flush_stream(&buffer, vm).map(|()| Value::None);
        }
        attr::call_method(vm, &self.buffer(vm)?, &vm.names.flush, &[])
    }
}

/// Writes to a stream if it is exactly a `TextIOWrapper` whose `write` is its own; false when it is not.
pub fn write_directly(vm: &Vm, stream: &Value, text: &Value) -> PyResult<bool> {
    let Some(wrapper) = stream.downcast_exact::<PyTextIOWrapper>(vm) else {
        return Ok(false);
    };
    let Some(text) = text.downcast_ref::<PyStr>() else {
        return Ok(false);
    };
    if super::is_hidden(stream, &vm.names.write) {
        return Ok(false);
    }
    debug_assert!(stream.is_exact(vm, PyTextIOWrapper::class(vm)));
    PyTextIOWrapper::write_text(wrapper, vm, text)?;
    Ok(true)
}

#[pymethods(table = WRITE)]
impl PyTextIOWrapper {
    #[pymethod(sig = "write($self, text, /)")]
    fn write(zelf: &Py<Self>, vm: &Vm, text: &Value) -> PyResult<usize> {
        let Some(text) = text.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!(
                "write() argument must be str, not {}",
                if text.is_none() {
                    String::from("None")
                } else {
                    text.class(vm).tp_name()
                }
            )));
        };
        PyTextIOWrapper::write_text(zelf, vm, text)?;
        Ok(text.len())
    }

    #[pymethod(sig = "flush($self, /)")]
    fn flush(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        PyTextIOWrapper::check_open(zelf, vm)?;
        zelf.telling.set(zelf.seekable.get());
        zelf.write_pending(vm)?;
        zelf.flush_buffer(vm)
    }
}
