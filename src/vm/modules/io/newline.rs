//! Line ends: translating them to `\n`, remembering which were seen, finding them; and `IncrementalNewlineDecoder`.
//!
//! CPython 3.11: `IncrementalNewlineDecoder` and `_PyIO_find_line_ending` in `Modules/_io/textio.c`.

use super::method;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyCell, PyRef, PyType, Value, alloc};
use crate::protocol::convert_int;
use crate::types::bytes::value::PyBytes;
use crate::types::str::value::{PyStr, Units};
use crate::types::tuple::value::PyTuple;
use base::text::{TextRef, Unit, find};
use base::with_units;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;
const SEEN_ALL: u8 = 7;
const CR: u32 = '\r' as u32;
const LF: u32 = '\n' as u32;

/// Translation of line ends in text that comes in pieces.
#[derive(Default)]
pub struct Newlines {
    translate: Cell<bool>,
    /// A `\r` at the end of the last piece, of which the next one says what it is.
    pending_cr: Cell<bool>,
    seen: Cell<u8>,
}

impl Newlines {
    /// A state that has seen nothing.
    pub fn new(translate: bool) -> Newlines {
        let newlines = Newlines::default();
        newlines.translate.set(translate);
        newlines
    }

    /// Forgets everything.
    pub fn reset(&self) {
        self.seen.set(0);
        self.pending_cr.set(false);
    }

    /// One bit of a decoder's state.
    pub fn pending(&self) -> bool {
        self.pending_cr.get()
    }

    /// Sets that bit.
    pub fn set_pending(&self, pending: bool) {
        self.pending_cr.set(pending);
    }

    /// Translates the next piece.
    pub fn decode(&self, vm: &Vm, text: PyRef<PyStr>, is_final: bool) -> PyRef<PyStr> {
        if !self.pending_cr.get()
            && let Units::Latin1(units) = text.units()
            && memchr::memchr(b'\r', units).is_none()
        {
            if self.seen.get() & SEEN_LF == 0 && memchr::memchr(b'\n', units).is_some() {
                self.seen.set(self.seen.get() | SEEN_LF);
            }
            return text;
        }
        self.decode_mixed(vm, text, is_final)
    }

    #[inline(never)]
    fn decode_mixed(&self, vm: &Vm, mut text: PyRef<PyStr>, is_final: bool) -> PyRef<PyStr> {
        if self.pending_cr.get() && (is_final || text.len() > 0) {
            text = PyStr::concat(vm, &vm.latin1_char(b'\r'), &text);
            self.pending_cr.set(false);
        }
        // A `\r` at the end is held back, so that no `\r\n` falls apart and every other `\r` is a line end.
        let len = text.len();
        if !is_final && len > 0 && text.char_at(len - 1) == Some(CR) {
            text = PyStr::substring(vm, &text, 0, len - 1);
            self.pending_cr.set(true);
        }
        if text.len() == 0 {
            return text;
        }
        let has_cr = with_units!(text.text(), |units| find::find_char(units, CR).is_some());
        if !has_cr {
            if self.seen.get() & SEEN_LF == 0
                && with_units!(text.text(), |units| find::find_char(units, LF).is_some())
            {
                self.seen.set(self.seen.get() | SEEN_LF);
            }
            return text;
        }
        if self.translate.get() {
            return with_units!(text.text(), |units| self.translated(vm, units));
        }
        if self.seen.get() != SEEN_ALL {
            with_units!(text.text(), |units| self.note(units));
        }
        text
    }

    fn note<U: Unit>(&self, units: &[U]) {
        let mut seen = self.seen.get();
        let mut rest = units.iter().map(|unit| unit.to_char()).peekable();
        while let Some(c) = rest.next() {
            match c {
                LF => seen |= SEEN_LF,
                CR if rest.peek() == Some(&LF) => {
                    rest.next();
                    seen |= SEEN_CRLF;
                }
                CR => seen |= SEEN_CR,
                _ => {}
            }
            if seen == SEEN_ALL {
                break;
            }
        }
        self.seen.set(seen);
    }

    fn translated<U: Unit>(&self, vm: &Vm, units: &[U]) -> PyRef<PyStr> {
        let mut seen = self.seen.get();
        let mut out: Vec<U> = Vec::with_capacity(units.len());
        let mut index = 0;
        while let Some(unit) = units.get(index) {
            index += 1;
            match unit.to_char() {
                LF => {
                    seen |= SEEN_LF;
                    out.push(*unit);
                }
                CR => {
                    if units.get(index).is_some_and(|next| next.to_char() == LF) {
                        index += 1;
                        seen |= SEEN_CRLF;
                    } else {
                        seen |= SEEN_CR;
                    }
                    out.push(U::from_char(LF));
                }
                _ => out.push(*unit),
            }
        }
        self.seen.set(seen);
        PyStr::from_units(vm, &out)
    }

    /// What `newlines` says.
    pub fn seen(&self, vm: &Vm) -> Value {
        let seen = self.seen.get();
        let all = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let mut found: Vec<Value> = all
            .iter()
            .filter(|(bit, _)| seen & bit != 0)
            .map(|(_, text)| vm.new_str(text))
            .collect();
        match found.len() {
            0 => Value::None,
            1 => found.remove(0),
            _ => vm.new_tuple(found),
        }
    }
}

/// How lines end in a text stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineEnds {
    /// Line ends were translated: only `\n` is one.
    pub translated: bool,
    /// `\n`, `\r` and `\r\n` are line ends.
    pub universal: bool,
    /// The line end where neither is so.
    pub given: Given,
}

/// A line end that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Given {
    #[default]
    Lf,
    Cr,
    CrLf,
}

/// The end of the first line of `text[start..]`, or how much of it can be put aside for want of one.
pub fn find_line_end(text: TextRef<'_>, start: usize, ends: LineEnds) -> Result<usize, usize> {
    with_units!(text, |units| {
        let rest = units.get(start..).unwrap_or(&[]);
        find_in(rest, ends)
            .map(|end| end + start)
            .map_err(|aside| aside + start)
    })
}

fn find_in<U: Unit>(units: &[U], ends: LineEnds) -> Result<usize, usize> {
    let single = |c: u32| match find::find_char(units, c) {
        Some(place) => Ok(place + 1),
        None => Err(units.len()),
    };
    if ends.translated {
        return single(LF);
    }
    if ends.universal {
        let place = units
            .iter()
            .position(|unit| matches!(unit.to_char(), CR | LF));
        return match place {
            None => Err(units.len()),
            Some(place) => {
                let is_pair = units[place].to_char() == CR
                    && units
                        .get(place + 1)
                        .is_some_and(|next| next.to_char() == LF);
                Ok(place + 1 + usize::from(is_pair))
            }
        };
    }
    match ends.given {
        Given::Lf => single(LF),
        Given::Cr => single(CR),
        Given::CrLf => {
            let mut from = 0;
            while let Some(place) = find::find_char(&units[from..], CR) {
                let place = from + place;
                match units.get(place + 1) {
                    None => return Err(place),
                    Some(next) if next.to_char() == LF => return Ok(place + 2),
                    Some(_) => from = place + 1,
                }
            }
            Err(units.len())
        }
    }
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[pytype(
    name = "_io.IncrementalNewlineDecoder",
    flags(BASETYPE, GC),
    sig = "(decoder, translate, errors='strict')",
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct PyIncrementalNewlineDecoder {
    decoder: PyCell<Option<Value>>,
    #[pytraverse(skip)]
    newlines: PyCell<std::rc::Rc<Newlines>>,
}

impl PyIncrementalNewlineDecoder {
    fn decoder(&self, vm: &Vm) -> PyResult<Value> {
        self.decoder
            .get()
            .ok_or_else(|| vm.value_error("IncrementalNewlineDecoder.__init__() not called"))
    }
}

#[pymethods]
impl PyIncrementalNewlineDecoder {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        let payload = PyIncrementalNewlineDecoder {
            decoder: PyCell::new(None),
            newlines: PyCell::new(std::rc::Rc::default()),
        };
        alloc::new_object(cls, payload).into_value()
    }

    #[pyslot(sig = "IncrementalNewlineDecoder(decoder, translate, errors='strict')")]
    fn init(&self, decoder: &Value, translate: bool, _errors: Option<&Value>) -> PyResult<()> {
        self.newlines
            .set(std::rc::Rc::new(Newlines::new(translate)));
        self.decoder.set(Some(decoder.clone()));
        Ok(())
    }

    #[pymethod(sig = "decode($self, /, input, final=False)")]
    fn decode(&self, vm: &Vm, input: &Value, is_final: bool) -> PyResult<Value> {
        let decoder = self.decoder(vm)?;
        let text = if decoder.is_none() {
            input.clone()
        } else {
            method(
                vm,
                &decoder,
                "decode",
                &[input.clone(), Value::bool(is_final)],
            )?
        };
        let text = match text.downcast::<PyStr>() {
            Ok(text) => text,
            Err(other) => {
                return Err(vm.type_error(format!(
                    "decoder should return a string result, not '{}'",
                    other.class(vm).tp_name()
                )));
            }
        };
        let newlines = self.newlines.get();
        Ok(newlines.decode(vm, text, is_final).into_value())
    }

    #[pymethod(sig = "getstate($self, /)")]
    fn getstate(&self, vm: &Vm) -> PyResult<Value> {
        let decoder = self.decoder(vm)?;
        let (buffer, flag) = if decoder.is_none() {
            (vm.new_bytes(b""), 0)
        } else {
            let state = method(vm, &decoder, "getstate", &[])?;
            state_parts(vm, &state)?
        };
        let flag = flag << 1 | u64::from(self.newlines.get().pending());
        Ok(vm.new_tuple(vec![buffer, vm.new_bigint(flag.into())]))
    }

    #[pymethod(sig = "setstate($self, state, /)")]
    fn setstate(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let decoder = self.decoder(vm)?;
        if state.downcast_ref::<PyTuple>().is_none() {
            return Err(vm.type_error("state argument must be a tuple"));
        }
        let (buffer, flag) = state_parts_named(vm, state, "setstate(): illegal state argument")?;
        self.newlines.get().set_pending(flag & 1 != 0);
        if !decoder.is_none() {
            let state = vm.new_tuple(vec![buffer, vm.new_bigint((flag >> 1).into())]);
            method(vm, &decoder, "setstate", &[state])?;
        }
        Ok(())
    }

    #[pymethod(sig = "reset($self, /)")]
    fn reset(&self, vm: &Vm) -> PyResult<Value> {
        let decoder = self.decoder(vm)?;
        self.newlines.get().reset();
        if decoder.is_none() {
            return Ok(Value::None);
        }
        method(vm, &decoder, "reset", &[])
    }

    #[pygetset]
    fn newlines(&self, vm: &Vm) -> PyResult<Value> {
        self.decoder(vm)?;
        Ok(self.newlines.get().seen(vm))
    }
}

/// The two parts of a decoder's state.
pub fn state_parts(vm: &Vm, state: &Value) -> PyResult<(Value, u64)> {
    state_parts_named(vm, state, "illegal decoder state")
}

fn state_parts_named(vm: &Vm, state: &Value, message: &str) -> PyResult<(Value, u64)> {
    let Some(parts) = state.downcast_ref::<PyTuple>() else {
        return Err(vm.type_error(message));
    };
    let [buffer, flag] = parts.as_slice() else {
        return Err(vm.type_error(message));
    };
    let flag = convert_int::to_u64(vm, flag)?;
    Ok((buffer.clone(), flag))
}

/// The bytes and flags of the state of any decoder, as a text stream asks for them.
pub fn decoder_state(vm: &Vm, decoder: &Value) -> PyResult<(Value, u64)> {
    let state = method(vm, decoder, "getstate", &[])?;
    let (buffer, flag) = state_parts(vm, &state)?;
    if buffer.downcast_ref::<PyBytes>().is_none() {
        return Err(vm.type_error(format!(
            "illegal decoder state: the first item should be a bytes object, not '{}'",
            buffer.class(vm).tp_name()
        )));
    }
    Ok((buffer, flag))
}
