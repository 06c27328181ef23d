//! `TextIOWrapper`: reading.
//!
//! CPython 3.11: `textiowrapper_read_chunk`, `_textiowrapper_readline` in `Modules/_io/textio.c`.

use super::buffered::PyBuffered;
use super::newline::find_line_end;
use super::text::PyTextIOWrapper;
use super::{size_of, unsupported};
use crate::context::{PyResult, Vm};
use crate::object::{Payload, Py, PyRef, Value};
use crate::protocol::{attr, buffer};
use crate::types::bytes::value::PyBytes;
use crate::types::str::value::PyStr;
use derive::pymethods;

fn put_together(vm: &Vm, parts: Vec<PyRef<PyStr>>) -> PyResult<PyRef<PyStr>> {
    let parts: Vec<Value> = parts.into_iter().map(PyRef::into_value).collect();
    PyStr::join(vm, &vm.empty_str(), &parts)
}

impl PyTextIOWrapper {
    /// Takes up to `count` characters that were read ahead.
    fn take_decoded(&self, vm: &Vm, count: Option<usize>) -> PyRef<PyStr> {
        let Some(decoded) = self.decoded.get() else {
            return vm.empty_str();
        };
        let start = self.decoded_used.get().min(decoded.len());
        let end = match count {
            Some(count) => decoded.len().min(start.saturating_add(count)),
            None => decoded.len(),
        };
        self.decoded_used.set(end);
        PyStr::substring(vm, &decoded, start, end)
    }

    fn read_input(&self, vm: &Vm, size: isize) -> PyResult<Value> {
        let name = if self.has_read1.get() {
            "read1"
        } else {
            "read"
        };
        if self.has_read1.get()
            && let Some(core) = self.native_buffer(vm, &vm.names.read1)
            && core.readable.get()
        {
            return PyBuffered::read_once(&core, vm, size);
        }
        let stream = self.buffer(vm)?;
        let input = super::method(vm, &stream, name, &[vm.new_int(size as i64)])?;
        if !buffer::check(vm, &input) {
            return Err(vm.type_error(format!(
                "underlying {name}() should have returned a bytes-like object, not '{}'",
                input.class(vm).tp_name()
            )));
        }
        Ok(input)
    }

    /// Reads and decodes the next chunk; false at the end of the file.
    fn read_chunk(&self, vm: &Vm, hint: usize) -> PyResult<bool> {
        let Some(decoder) = self.decoder.get() else {
            return Err(unsupported(vm, "not readable"));
        };
        let before = if self.telling.get() {
            Some(decoder.state(vm)?)
        } else {
            None
        };
        let hint = if hint > 0 {
            (self.ratio.get().max(1.0) * hint as f64) as isize
        } else {
            0
        };
        let input = self.read_input(vm, self.chunk_size.get().max(hint))?;
        let input = match input.downcast::<PyBytes>() {
            Ok(bytes) => bytes,
            Err(other) => PyBytes::new(vm, &buffer::to_vec(vm, &other)?),
        };
        let count = input.len();
        let input = input.into_value();
        let text = decoder.decode(vm, &input, count == 0)?;
        let chars = text.len();
        self.ratio.set(if chars > 0 {
            count as f64 / chars as f64
        } else {
            0.0
        });
        self.set_decoded(Some(text));
        if let Some((waiting, flags)) = before {
            // What the decoder had not finished comes in front of the input.
            let start = match waiting.downcast_ref::<PyBytes>() {
                Some(waiting) if waiting.len() > 0 => {
                    let mut start = waiting.as_slice().to_vec();
                    if let Some(input) = input.downcast_ref::<PyBytes>() {
                        start.extend_from_slice(input.as_slice());
                    }
                    vm.new_bytes(&start)
                }
                _ => input,
            };
            self.snapshot.set(Some((flags, start)));
        }
        Ok(count != 0 || chars != 0)
    }

    fn read_chunk_again(&self, vm: &Vm, hint: usize) -> PyResult<bool> {
        loop {
            match self.read_chunk(vm, hint) {
                Err(error) if super::was_interrupted(vm, &error)? => {}
                result => return result,
            }
        }
    }

    fn read_all(&self, vm: &Vm) -> PyResult<PyRef<PyStr>> {
        let Some(decoder) = self.decoder.get() else {
            return Err(unsupported(vm, "not readable"));
        };
        let input = match self.native_buffer(vm, &vm.names.read) {
            Some(core) if core.readable.get() => PyBuffered::read_size(&core, vm, -1)?,
            _ => attr::call_method(vm, &self.buffer(vm)?, &vm.names.read, &[])?,
        };
        let text = decoder.decode(vm, &input, true)?;
        let ahead = self.take_decoded(vm, None);
        let all = PyStr::concat_checked(vm, &ahead, &text)?;
        self.forget_decoded();
        Ok(all)
    }

    fn read_some(&self, vm: &Vm, size: usize) -> PyResult<PyRef<PyStr>> {
        if self.decoder.with(Option::is_none) {
            return Err(unsupported(vm, "not readable"));
        }
        let first = self.take_decoded(vm, Some(size));
        let mut left = size - first.len();
        if left == 0 {
            return Ok(first);
        }
        let mut parts = vec![first];
        while left > 0 && self.read_chunk_again(vm, left)? {
            let part = self.take_decoded(vm, Some(left));
            left -= part.len();
            parts.push(part);
        }
        put_together(vm, parts)
    }

    /// `readline(limit)`, without limit when it is negative.
    pub fn read_line(zelf: &Py<PyTextIOWrapper>, vm: &Vm, limit: isize) -> PyResult<PyRef<PyStr>> {
        PyTextIOWrapper::check_open(zelf, vm)?;
        zelf.write_pending(vm)?;
        let ends = zelf.ends.get();
        let mut parts: Vec<PyRef<PyStr>> = Vec::new();
        let mut put_aside = 0_usize;
        // The beginning of a line end whose rest is in the next chunk.
        let mut held: Option<PyRef<PyStr>> = None;
        loop {
            while zelf
                .decoded
                .with(|text| text.as_ref().is_none_or(|text| text.len() == 0))
            {
                if !zelf.read_chunk_again(vm, 0)? {
                    zelf.forget_decoded();
                    parts.extend(held);
                    return put_together(vm, parts);
                }
            }
            let Some(decoded) = zelf.decoded.get() else {
                continue;
            };
            let (line, start, held_len) = match held.take() {
                None => (decoded, zelf.decoded_used.get(), 0),
                Some(held) => (PyStr::concat(vm, &held, &decoded), 0, held.len()),
            };
            let found = find_line_end(line.text(), start, ends);
            let end = match found {
                Ok(end) | Err(end) => end,
            };
            let wanted = usize::try_from(limit).ok();
            if let Some(limit) = wanted.filter(|limit| end - start + put_aside >= *limit) {
                let end = start + (limit - put_aside);
                return zelf.finish_line(vm, parts, &line, start, end, held_len);
            }
            if found.is_ok() {
                return zelf.finish_line(vm, parts, &line, start, end, held_len);
            }
            if end > start {
                put_aside += end - start;
                parts.push(PyStr::substring(vm, &line, start, end));
            }
            if end < line.len() {
                held = Some(PyStr::substring(vm, &line, end, line.len()));
            }
            zelf.set_decoded(None);
        }
    }

    fn finish_line(
        &self,
        vm: &Vm,
        mut parts: Vec<PyRef<PyStr>>,
        line: &Py<PyStr>,
        start: usize,
        end: usize,
        held: usize,
    ) -> PyResult<PyRef<PyStr>> {
        self.decoded_used.set(end.saturating_sub(held));
        let last = PyStr::substring(vm, line, start, end);
        if parts.is_empty() {
            return Ok(last);
        }
        parts.push(last);
        put_together(vm, parts)
    }
}

#[pymethods(table = READ)]
impl PyTextIOWrapper {
    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(zelf: &Py<Self>, vm: &Vm, size: Option<&Value>) -> PyResult<PyRef<PyStr>> {
        let size = size_of(vm, size, -1)?;
        zelf.check_attached(vm)?;
        PyTextIOWrapper::check_open(zelf, vm)?;
        if zelf.decoder.with(Option::is_none) {
            return Err(unsupported(vm, "not readable"));
        }
        zelf.write_pending(vm)?;
        match usize::try_from(size) {
            Ok(size) => zelf.read_some(vm, size),
            Err(_) => zelf.read_all(vm),
        }
    }

    #[pymethod(sig = "readline($self, size=-1, /)")]
    fn readline(zelf: &Py<Self>, vm: &Vm, size: isize) -> PyResult<PyRef<PyStr>> {
        zelf.check_attached(vm)?;
        PyTextIOWrapper::read_line(zelf, vm, size)
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        zelf.check_attached(vm)?;
        zelf.telling.set(false);
        let this = zelf.as_value();
        let line = if this.is_exact(vm, PyTextIOWrapper::class(vm)) {
            PyTextIOWrapper::read_line(zelf, vm, -1)?
        } else {
            let line = attr::call_method(vm, &this, &vm.names.readline, &[])?;
            line.downcast::<PyStr>().map_err(|line| {
                vm.os_error_text(format!(
                    "readline() should have returned a str object, not '{}'",
                    line.class(vm).tp_name()
                ))
            })?
        };
        if line.len() == 0 {
            zelf.snapshot.set(None);
            zelf.telling.set(zelf.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.into_value()))
    }
}
