//! The text streams `sys` has until `_io` gives it better ones: UTF-8 on a file descriptor.
//!
//! Standard output is buffered, by lines when it is a terminal; standard error is written at once.
//!
//! CPython 3.11: `create_stdio` in `Python/pylifecycle.c`, which knows only `_io`'s.

use crate::context::host::errno;
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Value};
use crate::types::str::value::PyStr;
use std::cell::{Cell, RefCell};

const BUFFER_MAX: usize = 8192;

/// A stream on a file descriptor.
#[derive::pytype(name = "_pyrs.StdStream", flags(DISALLOW_INSTANTIATION), tables(TABLE))]
pub struct PyStdStream {
    fd: i32,
    name: &'static str,
    errors: &'static str,
    line_buffered: bool,
    unbuffered: bool,
    pending: RefCell<Vec<u8>>,
    at_end: Cell<bool>,
}

impl PyStdStream {
    /// A stream on standard input (0), output (1) or error (2).
    pub fn new(vm: &Vm, fd: i32) -> PyRef<PyStdStream> {
        let is_terminal = vm.host().isatty(fd);
        let stream = PyStdStream {
            fd,
            name: ["<stdin>", "<stdout>", "<stderr>"][fd.clamp(0, 2) as usize],
            errors: if fd == 2 {
                "backslashreplace"
            } else {
                "strict"
            },
            line_buffered: is_terminal,
            unbuffered: fd == 2,
            pending: RefCell::new(Vec::new()),
            at_end: Cell::new(false),
        };
        PyRef::new(vm, stream)
    }

    fn encode(&self, vm: &Vm, text: &crate::object::Py<PyStr>, out: &mut Vec<u8>) -> PyResult<()> {
        if let Some(ascii) = text.as_ascii() {
            out.extend_from_slice(ascii.as_bytes());
            return Ok(());
        }
        for (index, c) in text.chars().enumerate() {
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None if self.errors == "strict" => {
                    return Err(vm.unicode_encode_error(
                        "utf-8",
                        &text.to_value(),
                        index,
                        index + 1,
                        "surrogates not allowed",
                    ));
                }
                None => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            }
        }
        Ok(())
    }

    /// `write(text)`
    pub fn write_value(&self, vm: &Vm, text: &Value) -> PyResult<()> {
        let Some(text) = text.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!(
                "write() argument must be str, not {}",
                text.class(vm).tp_name()
            )));
        };
        let mut pending = self.pending.borrow_mut();
        let start = pending.len();
        if let Err(error) = self.encode(vm, text, &mut pending) {
            pending.truncate(start);
            return Err(error);
        }
        let has_line = self.line_buffered && pending[start..].contains(&b'\n');
        if self.unbuffered || has_line || pending.len() > BUFFER_MAX {
            drop(pending);
            return self.flush_pending(vm);
        }
        Ok(())
    }

    /// Writes what is pending.
    pub fn flush_pending(&self, vm: &Vm) -> PyResult<()> {
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        let mut rest = pending.as_slice();
        while !rest.is_empty() {
            match vm.host().write(self.fd, rest) {
                Ok(written) => rest = &rest[written..],
                Err(errno::EINTR) => {}
                Err(error) => return Err(vm.os_error(error, None)),
            }
        }
        Ok(())
    }

    /// One line with its end, as bytes.
    fn read_line(&self, vm: &Vm) -> PyResult<Vec<u8>> {
        let mut line = Vec::new();
        let mut byte = 0_u8;
        while !self.at_end.get() {
            match vm.host().read(self.fd, std::slice::from_mut(&mut byte)) {
                Ok(0) => self.at_end.set(true),
                Ok(_) => line.push(byte),
                Err(errno::EINTR) => {}
                Err(error) => return Err(vm.os_error(error, None)),
            }
            if byte == b'\n' {
                break;
            }
        }
        self.at_end.set(false);
        Ok(line)
    }
}

#[derive::pymethods]
impl PyStdStream {
    /// Write a str; the number of characters.
    #[pymethod(sig = "write($self, text, /)")]
    fn write(&self, vm: &Vm, text: &Value) -> PyResult<usize> {
        self.write_value(vm, text)?;
        Ok(text.downcast_ref::<PyStr>().map_or(0, |text| text.len()))
    }

    /// Write what is buffered.
    #[pymethod(sig = "flush($self, /)")]
    fn flush(&self, vm: &Vm) -> PyResult<()> {
        self.flush_pending(vm)
    }

    /// Read a line.
    #[pymethod(sig = "readline($self, /)")]
    fn readline(&self, vm: &Vm) -> PyResult<PyRef<PyStr>> {
        Ok(crate::runtime::paths::decode(vm, &self.read_line(vm)?))
    }

    /// Read everything.
    #[pymethod(sig = "read($self, /)")]
    fn read(&self, vm: &Vm) -> PyResult<PyRef<PyStr>> {
        let mut all = Vec::new();
        loop {
            let line = self.read_line(vm)?;
            if line.is_empty() {
                return Ok(crate::runtime::paths::decode(vm, &all));
            }
            all.extend_from_slice(&line);
        }
    }

    /// The file descriptor.
    #[pymethod(sig = "fileno($self, /)")]
    fn fileno(&self) -> i64 {
        self.fd.into()
    }

    /// Whether it is a terminal.
    #[pymethod(sig = "isatty($self, /)")]
    fn isatty(&self) -> bool {
        self.line_buffered
    }

    #[pygetset]
    fn encoding(&self) -> &'static str {
        "utf-8"
    }

    #[pygetset]
    fn errors(&self) -> &'static str {
        self.errors
    }

    #[pygetset]
    fn name(&self) -> &'static str {
        self.name
    }

    #[pygetset]
    fn closed(&self) -> bool {
        false
    }
}
