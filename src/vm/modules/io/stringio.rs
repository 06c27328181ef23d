//! `StringIO`: a text stream in memory.
//!
//! CPython 3.11: `Modules/_io/stringio.c`.

use super::bases::PyTextIOBase;
use super::bytesio_methods::{attributes_of, restore_attributes};
use super::newline::{Given, LineEnds, Newlines, find_line_end};
use super::size_of;
use super::stringio_store::Store;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyCell, PyRef, PyType, Value, alloc};
use crate::protocol::{convert_int, repr};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use std::rc::Rc;

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[pytype(
    name = "_io.StringIO",
    base = PyTextIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(initial_value='', newline='\\n')",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyStringIO {
    #[pytraverse(skip)]
    base: PyTextIOBase,
    #[pytraverse(skip)]
    store: PyCell<Store>,
    position: Cell<usize>,
    ok: Cell<bool>,
    closed: Cell<bool>,
    #[pytraverse(skip)]
    ends: Cell<LineEnds>,
    /// The `newline` argument.
    newline: PyCell<Option<Value>>,
    /// Written in the place of `\n`.
    #[pytraverse(skip)]
    write_end: Cell<Option<&'static str>>,
    #[pytraverse(skip)]
    newlines: PyCell<Option<Rc<Newlines>>>,
}

impl PyStringIO {
    #[inline]
    fn check(&self, vm: &Vm) -> PyResult<()> {
        if self.ok.get() && !self.closed.get() {
            Ok(())
        } else {
            Err(self.refusal(vm))
        }
    }

    #[cold]
    fn refusal(&self, vm: &Vm) -> PyErr {
        if self.ok.get() {
            vm.value_error("I/O operation on closed file")
        } else {
            vm.value_error("I/O operation on uninitialized object")
        }
    }

    fn check_ok(&self, vm: &Vm) -> PyResult<()> {
        if self.ok.get() {
            return Ok(());
        }
        Err(vm.value_error("I/O operation on uninitialized object"))
    }

    fn len(&self) -> usize {
        self.store.with(Store::len)
    }

    fn write_text(&self, vm: &Vm, text: &Py<PyStr>) -> PyResult<()> {
        let mut text = text.to_ref();
        if let Some(newlines) = self.newlines.get() {
            text = newlines.decode(vm, text, true);
        }
        if let Some(end) = self.write_end.get() {
            text = with_ends(vm, &text, end)?;
        }
        let position = self.position.get();
        if position.saturating_add(text.len()) > isize::MAX as usize / 4 {
            return Err(vm.overflow_error("new position too large"));
        }
        let gap = position.saturating_sub(self.len());
        vm.try_reserve(gap.saturating_add(text.len()))?;
        self.store.with_mut(|store| store.write(position, &text));
        self.position.set(position + text.len());
        Ok(())
    }

    /// A line from the position on, of at most `limit` characters.
    fn line(&self, vm: &Vm, limit: isize) -> PyRef<PyStr> {
        let start = self.position.get();
        let (line, end) = self.store.with(|store| {
            let len = store.len();
            if start >= len {
                return (vm.empty_str(), start);
            }
            let bound = if limit < 0 {
                len
            } else {
                len.min(start.saturating_add(limit as usize))
            };
            let text = store.as_ref().slice(start, bound);
            let end = match find_line_end(text, 0, self.ends.get()) {
                Ok(end) => start + end,
                Err(_) => bound,
            };
            (store.part(vm, start, end), end)
        });
        self.position.set(end);
        line
    }

    fn set_up(&self, vm: &Vm, initial: Option<&Value>, newline: Option<&Value>) -> PyResult<()> {
        self.ok.set(false);
        let newline = match newline {
            Some(newline) => newline.clone(),
            None => vm.new_str("\n"),
        };
        let given = parse_newline(vm, &newline)?;
        if let Some(initial) = initial
            && !initial.is_none()
            && initial.downcast_ref::<PyStr>().is_none()
        {
            return Err(vm.type_error(format!(
                "initial_value must be str or None, not {}",
                initial.class(vm).tp_name()
            )));
        }
        let universal = matches!(given, Newline::None | Newline::Empty);
        let translated = given == Newline::None;
        self.ends.set(LineEnds {
            translated,
            universal,
            given: given.given(),
        });
        self.write_end.set(match given {
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
            _ => None,
        });
        self.newlines
            .set(universal.then(|| Rc::new(Newlines::new(translated))));
        self.newline.set(Some(newline));
        drop(self.store.replace(Store::default()));
        self.position.set(0);
        if let Some(initial) = initial.and_then(|initial| initial.downcast_ref::<PyStr>()) {
            self.write_text(vm, initial)?;
            self.position.set(0);
        }
        self.closed.set(false);
        self.ok.set(true);
        Ok(())
    }
}

/// A `newline` argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Newline {
    None,
    Empty,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    /// The line end when it is a fixed one.
    pub fn given(self) -> Given {
        match self {
            Newline::Cr => Given::Cr,
            Newline::CrLf => Given::CrLf,
            _ => Given::Lf,
        }
    }
}

fn parse_newline(vm: &Vm, newline: &Value) -> PyResult<Newline> {
    if newline.is_none() {
        return Ok(Newline::None);
    }
    let Some(text) = newline.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "newline must be str or None, not {}",
            newline.class(vm).tp_name()
        )));
    };
    match newline_of(text) {
        Some(newline) => Ok(newline),
        None => Err(vm.value_error(format!(
            "illegal newline value: {}",
            repr::repr_text(vm, newline)?
        ))),
    }
}

/// The line end of a text that is one.
pub fn newline_of(text: &Py<PyStr>) -> Option<Newline> {
    match text.as_ascii()? {
        "" => Some(Newline::Empty),
        "\n" => Some(Newline::Lf),
        "\r" => Some(Newline::Cr),
        "\r\n" => Some(Newline::CrLf),
        _ => None,
    }
}

/// Text with another end in the place of each `\n`.
pub fn with_ends(vm: &Vm, text: &Py<PyStr>, end: &str) -> PyResult<PyRef<PyStr>> {
    let newline = u32::from('\n');
    let count = text.chars().filter(|c| *c == newline).count();
    if count == 0 {
        return Ok(text.to_ref());
    }
    vm.try_reserve((text.len() + count).saturating_mul(4))?;
    let mut chars: Vec<u32> = Vec::with_capacity(text.len() + count);
    for c in text.chars() {
        if c == newline {
            chars.extend(end.chars().map(u32::from));
        } else {
            chars.push(c);
        }
    }
    Ok(PyStr::from_chars(vm, &chars))
}

#[pymethods]
impl PyStringIO {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let payload = PyStringIO {
            base: PyTextIOBase::default(),
            store: PyCell::new(Store::default()),
            position: Cell::new(0),
            ok: Cell::new(false),
            closed: Cell::new(false),
            ends: Cell::new(LineEnds::default()),
            newline: PyCell::new(None),
            write_end: Cell::new(None),
            newlines: PyCell::new(None),
        };
        alloc::new_object(cls, payload).into_value()
    }

    #[pyslot(sig = "StringIO(initial_value='', newline='\\n')")]
    fn init(
        &self,
        vm: &Vm,
        initial_value: Option<&Value>,
        newline: Option<&Value>,
    ) -> PyResult<()> {
        self.set_up(vm, initial_value, newline)
    }

    /// Retrieve the entire contents of the object.
    #[pymethod(sig = "getvalue($self, /)")]
    fn getvalue(&self, vm: &Vm) -> PyResult<PyRef<PyStr>> {
        self.check(vm)?;
        Ok(self.store.with(|store| store.part(vm, 0, store.len())))
    }

    /// Tell the current file position.
    #[pymethod(sig = "tell($self, /)")]
    fn tell(&self, vm: &Vm) -> PyResult<usize> {
        self.check(vm)?;
        Ok(self.position.get())
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[pymethod(sig = "read($self, size=-1, /)")]
    fn read(&self, vm: &Vm, size: Option<&Value>) -> PyResult<PyRef<PyStr>> {
        let size = size_of(vm, size, -1)?;
        self.check(vm)?;
        let start = self.position.get();
        let len = self.len();
        if start >= len {
            return Ok(vm.empty_str());
        }
        let end = if size < 0 {
            len
        } else {
            len.min(start.saturating_add(size as usize))
        };
        self.position.set(end);
        Ok(self.store.with(|store| store.part(vm, start, end)))
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[pymethod(sig = "readline($self, size=-1, /)")]
    fn readline(&self, vm: &Vm, size: Option<&Value>) -> PyResult<PyRef<PyStr>> {
        let size = size_of(vm, size, -1)?;
        self.check(vm)?;
        Ok(self.line(vm, size))
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> PyResult<Option<Value>> {
        zelf.check(vm)?;
        let this = zelf.as_value();
        let line = if this.is_exact(vm, <PyStringIO as crate::object::Payload>::class(vm)) {
            zelf.line(vm, -1)
        } else {
            let line = crate::protocol::attr::call_method(vm, &this, &vm.names.readline, &[])?;
            line.downcast::<PyStr>().map_err(|line| {
                vm.os_error_text(format!(
                    "readline() should have returned a str object, not '{}'",
                    line.class(vm).tp_name()
                ))
            })?
        };
        Ok(if line.len() == 0 {
            None
        } else {
            Some(line.into_value())
        })
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[pymethod(sig = "truncate($self, pos=None, /)")]
    fn truncate(&self, vm: &Vm, pos: Option<&Value>) -> PyResult<isize> {
        let size = size_of(vm, pos, self.position.get() as isize)?;
        self.check(vm)?;
        if size < 0 {
            return Err(vm.value_error(format!("Negative size value {size}")));
        }
        self.store.with_mut(|store| store.truncate(size as usize));
        Ok(size)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[pymethod(sig = "seek($self, pos, whence=0, /)")]
    fn seek(&self, vm: &Vm, pos: isize, whence: i32) -> PyResult<usize> {
        self.check(vm)?;
        if !(0..=2).contains(&whence) {
            return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if whence == 0 && pos < 0 {
            return Err(vm.value_error(format!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(vm.os_error_text("Can't do nonzero cur-relative seeks"));
        }
        let target = match whence {
            0 => pos as usize,
            1 => self.position.get(),
            _ => self.len(),
        };
        self.position.set(target);
        Ok(target)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[pymethod(sig = "write($self, s, /)")]
    fn write(&self, vm: &Vm, s: &Value) -> PyResult<usize> {
        self.check_ok(vm)?;
        let Some(text) = s.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!(
                "string argument expected, got '{}'",
                s.class(vm).tp_name()
            )));
        };
        self.check(vm)?;
        let len = text.len();
        if len > 0 {
            self.write_text(vm, text)?;
        }
        Ok(len)
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[pymethod(sig = "close($self, /)")]
    fn close(&self) {
        self.closed.set(true);
        drop(self.store.replace(Store::default()));
    }

    /// Returns True if the IO object can be read.
    #[pymethod(sig = "readable($self, /)")]
    fn readable(&self, vm: &Vm) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[pymethod(sig = "writable($self, /)")]
    fn writable(&self, vm: &Vm) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    #[pymethod(sig = "seekable($self, /)")]
    fn seekable(&self, vm: &Vm) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    #[pymethod(sig = "__getstate__($self, /)", no_text_signature)]
    fn __getstate__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        let value = zelf.getvalue(vm)?.into_value();
        let newline = zelf.newline.get().unwrap_or(Value::None);
        let dict = attributes_of(vm, &zelf.as_value());
        let position = vm.new_usize(zelf.position.get());
        Ok(vm.new_tuple(vec![value, newline, position, dict]))
    }

    #[pymethod(sig = "__setstate__($self, state, /)", no_text_signature)]
    fn __setstate__(zelf: &Py<Self>, vm: &Vm, state: &Value) -> PyResult<()> {
        if zelf.closed.get() {
            return Err(zelf.refusal(vm));
        }
        let Some(parts) = state
            .downcast_ref::<PyTuple>()
            .filter(|parts| parts.len() >= 4)
        else {
            return Err(vm.type_error(format!(
                "{}.__setstate__ argument should be 4-tuple, got {}",
                zelf.as_value().class(vm).tp_name(),
                state.class(vm).tp_name()
            )));
        };
        let parts = parts.as_slice();
        zelf.set_up(vm, None, Some(&parts[1]))?;
        // The value is what `getvalue` gave: its line ends are not translated again.
        if !parts[0].is_none() {
            let Some(text) = parts[0].downcast_ref::<PyStr>() else {
                return Err(vm.type_error(format!(
                    "first item of state should be a str, got a '{}'",
                    parts[0].class(vm).tp_name()
                )));
            };
            zelf.store.with_mut(|store| store.write(0, text));
        }
        if parts[2].as_int().is_none() {
            return Err(vm.type_error(format!(
                "third item of state must be an integer, got {}",
                parts[2].class(vm).tp_name()
            )));
        }
        let position = convert_int::to_isize(vm, &parts[2])?;
        let Ok(position) = usize::try_from(position) else {
            return Err(vm.value_error("position value cannot be negative"));
        };
        zelf.position.set(position);
        restore_attributes(vm, &zelf.as_value(), &parts[3], "fourth")
    }

    #[pygetset]
    fn closed(&self, vm: &Vm) -> PyResult<bool> {
        self.check_ok(vm)?;
        Ok(self.closed.get())
    }

    #[pygetset]
    fn newlines(&self, vm: &Vm) -> PyResult<Value> {
        self.check(vm)?;
        Ok(self
            .newlines
            .get()
            .map_or(Value::None, |newlines| newlines.seen(vm)))
    }

    #[pygetset]
    fn line_buffering(&self, vm: &Vm) -> PyResult<bool> {
        self.check(vm)?;
        Ok(false)
    }
}
