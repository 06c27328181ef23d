//! `TextIOWrapper`: its state, and what its methods share.
//!
//! Text that was decoded and not read yet is in `decoded[decoded_used..]`; `snapshot` is the decoder's state and input before that text,
//! which lets `tell` give a position in the middle of it. Text that was written waits in `pending` as bytes.
//!
//! CPython 3.11: `textio` in `Modules/_io/textio.c`.

use super::base;
use super::bases::PyTextIOBase;
use super::buffered::PyBuffered;
use super::buffered_types;
use super::codec::{Decoder, Encoder};
use super::is_closed;
use super::newline::LineEnds;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::traverse::Traverse;
use crate::object::{Payload, Py, PyCell, PyRef, Value, Visitor};
use crate::types::str::value::PyStr;
use derive::pytype;
use std::cell::Cell;
use std::rc::Rc;

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[pytype(
    name = "_io.TextIOWrapper",
    base = PyTextIOBase,
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF),
    sig = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)",
    clear = clear,
    tables(
        super::text_attributes::ATTRIBUTES,
        super::text_init::INIT,
        super::text_read::READ,
        super::text_seek::SEEK,
        super::text_write::WRITE
    )
)]
pub struct PyTextIOWrapper {
    base: PyTextIOBase,
    pub(super) ok: Cell<bool>,
    pub(super) detached: Cell<bool>,
    pub(super) buffer: PyCell<Option<Value>>,
    pub(super) encoding: PyCell<Option<Value>>,
    pub(super) errors: PyCell<Option<Value>>,
    pub(super) encoder: PyCell<Option<Rc<Encoder>>>,
    pub(super) decoder: PyCell<Option<Rc<Decoder>>>,
    pub(super) ends: Cell<LineEnds>,
    pub(super) write_end: Cell<Option<&'static str>>,
    pub(super) line_buffering: Cell<bool>,
    pub(super) write_through: Cell<bool>,
    pub(super) seekable: Cell<bool>,
    pub(super) telling: Cell<bool>,
    pub(super) has_read1: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    /// The next write is the first of the stream (for byte-order marks).
    pub(super) at_start: Cell<bool>,
    pub(super) chunk_size: Cell<isize>,
    pub(super) pending: PyCell<Vec<u8>>,
    pub(super) decoded: PyCell<Option<PyRef<PyStr>>>,
    pub(super) decoded_used: Cell<usize>,
    pub(super) snapshot: PyCell<Option<(u64, Value)>>,
    /// Bytes for each character, as the last chunk had them.
    pub(super) ratio: Cell<f64>,
}

impl Traverse for PyTextIOWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for place in [&self.buffer, &self.encoding, &self.errors] {
            place.with(|value| value.iter().for_each(&mut *visit));
        }
        self.encoder.with(|encoder| {
            if let Some(encoder) = encoder {
                Encoder::traverse(encoder, visit)
            }
        });
        self.decoder.with(|decoder| {
            if let Some(decoder) = decoder {
                Decoder::traverse(decoder, visit)
            }
        });
        self.snapshot
            .with(|snapshot| snapshot.iter().for_each(|(_, input)| visit(input)));
    }
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(stream) = value.downcast_ref::<PyTextIOWrapper>() {
        stream.ok.set(false);
        stream.buffer.set(None);
        stream.encoder.set(None);
        stream.decoder.set(None);
        stream.snapshot.set(None);
    }
}

impl PyTextIOWrapper {
    /// Not initialised yet.
    pub fn fresh() -> PyTextIOWrapper {
        PyTextIOWrapper {
            base: PyTextIOBase::default(),
            ok: Cell::new(false),
            detached: Cell::new(false),
            buffer: PyCell::new(None),
            encoding: PyCell::new(None),
            errors: PyCell::new(None),
            encoder: PyCell::new(None),
            decoder: PyCell::new(None),
            ends: Cell::new(LineEnds::default()),
            write_end: Cell::new(None),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            finalizing: Cell::new(false),
            at_start: Cell::new(false),
            chunk_size: Cell::new(8192),
            pending: PyCell::new(Vec::new()),
            decoded: PyCell::new(None),
            decoded_used: Cell::new(0),
            snapshot: PyCell::new(None),
            ratio: Cell::new(0.0),
        }
    }

    /// ValueError before `__init__` and after `detach`.
    #[inline]
    pub fn check_attached(&self, vm: &Vm) -> PyResult<()> {
        if self.ok.get() && !self.detached.get() {
            Ok(())
        } else {
            Err(self.not_attached(vm))
        }
    }

    #[cold]
    fn not_attached(&self, vm: &Vm) -> PyErr {
        vm.value_error(if self.detached.get() {
            "underlying buffer has been detached"
        } else {
            "I/O operation on uninitialized object"
        })
    }

    /// The stream below.
    pub fn buffer(&self, vm: &Vm) -> PyResult<Value> {
        self.buffer.get().ok_or_else(|| self.not_attached(vm))
    }

    /// Whether it is closed, by the shortest way.
    #[inline]
    pub fn check_open(zelf: &Py<PyTextIOWrapper>, vm: &Vm) -> PyResult<()> {
        if zelf.as_value().is_exact(vm, PyTextIOWrapper::class(vm)) {
            let known = zelf.buffer.with(|buffer| {
                let buffer = buffer.as_ref()?;
                buffered_types::exact(vm, buffer)?.is_closed_natively()
            });
            let closed = match known {
                Some(closed) => closed,
                None => is_closed(vm, &zelf.buffer(vm)?)?,
            };
            if closed {
                return Err(base::closed_error(vm));
            }
            return Ok(());
        }
        base::check_closed(vm, &zelf.as_value())
    }

    /// The buffer below, when it is exactly native and its method `name` is not hidden by an attribute.
    #[inline]
    pub fn native_buffer(&self, vm: &Vm, name: &Py<PyStr>) -> Option<PyRef<PyBuffered>> {
        let buffer = self.buffer.get()?;
        let core = buffered_types::exact(vm, &buffer)?;
        if super::is_hidden(&buffer, name) {
            return None;
        }
        Some(core.to_ref())
    }

    /// Forgets text that was read ahead, and where it came from.
    pub fn forget_decoded(&self) {
        self.set_decoded(None);
        self.snapshot.set(None);
    }

    /// Replaces the text that was read ahead.
    pub fn set_decoded(&self, text: Option<PyRef<PyStr>>) {
        self.decoded.set(text);
        self.decoded_used.set(0);
    }
}
