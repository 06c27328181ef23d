//! Numbers, strings and bytes, written.

use super::opcode::*;
use super::pickling_error;
use super::save::Saver;
use base::text::{Unit, utf8};
use base::with_units;
use num_bigint::BigInt;
use vm::context::PyResult;
use vm::context::errors::ExcKind;
use vm::object::buffer::request;
use vm::object::{Py, Value};
use vm::protocol::{buffer, call, truth};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;
use vm::types::str::value::PyStr;

/// An opcode with a length: the shortest form that there is.
struct Header {
    bytes: [u8; 9],
    len: usize,
}

impl Header {
    /// `short` has one byte for the length, `middle` four, `long` eight.
    fn new(len: usize, short: Option<u8>, middle: Option<u8>, long: Option<u8>) -> Option<Header> {
        let (opcode, size) = match (u8::try_from(len), u32::try_from(len)) {
            (Ok(_), _) if short.is_some() => (short?, 1),
            (_, Ok(_)) if middle.is_some() => (middle?, 4),
            _ => (long?, 8),
        };
        let mut bytes = [opcode; 9];
        bytes[1..=size].copy_from_slice(&(len as u64).to_le_bytes()[..size]);
        Some(Header {
            bytes,
            len: size + 1,
        })
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The text of protocol 0, where a line end ends it.
fn raw_unicode_escape<U: Unit>(units: &[U], out: &mut Vec<u8>) {
    for unit in units {
        match unit.to_char() {
            c @ (0 | 10 | 13 | 0x1a | 0x5c | 0x100..=0xffff) => {
                out.extend_from_slice(format!("\\u{c:04x}").as_bytes());
            }
            c @ 0..=0xff => out.push(c as u8),
            c => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
        }
    }
}

impl Saver<'_> {
    pub(super) fn save_bool(&mut self, value: bool) {
        self.output.put(match (self.protocol >= 2, value) {
            (true, true) => &[NEWTRUE],
            (true, false) => &[NEWFALSE],
            (false, true) => b"I01\n",
            (false, false) => b"I00\n",
        });
    }

    pub(super) fn save_small_int(&mut self, number: i64) {
        match i32::try_from(number) {
            Err(_) => self.save_long(&number.into()),
            Ok(_) if !self.pickler.is_binary() => {
                self.output.put(format!("I{number}\n").as_bytes());
            }
            Ok(n @ 0..=0xff) => self.output.put(&[BININT1, n as u8]),
            Ok(n @ 0x100..=0xffff) => {
                let [a, b] = (n as u16).to_le_bytes();
                self.output.put(&[BININT2, a, b]);
            }
            Ok(n) => {
                let [a, b, c, d] = n.to_le_bytes();
                self.output.put(&[BININT, a, b, c, d]);
            }
        }
    }

    pub(super) fn save_int(&mut self, value: &Value) -> PyResult<()> {
        let number = value.as_int().map(|int| int.to_bigint()).unwrap_or_default();
        if self.protocol < 2 {
            let text = vm::types::int::parse::to_decimal(self.vm, value)?;
            self.output.put(format!("L{}L\n", text.to_string_lossy()).as_bytes());
            return Ok(());
        }
        self.save_long(&number);
        Ok(())
    }

    /// Two's complement, in as few bytes as there can be.
    fn save_long(&mut self, number: &BigInt) {
        if self.protocol < 2 {
            self.output.put(format!("L{number}L\n").as_bytes());
            return;
        }
        let bytes = number.to_signed_bytes_le();
        if let Some(header) = Header::new(bytes.len(), Some(LONG1), Some(LONG4), None) {
            let mut whole = header.as_slice().to_vec();
            whole.extend_from_slice(&bytes);
            self.output.put(&whole);
        }
    }

    pub(super) fn save_float(&mut self, value: &Value) {
        let number = value.as_float().unwrap_or_default();
        if self.pickler.is_binary() {
            let mut bytes = [BINFLOAT; 9];
            bytes[1..].copy_from_slice(&number.to_be_bytes());
            self.output.put(&bytes);
        } else {
            self.output.put(format!("F{}\n", base::dtoa::repr(number)).as_bytes());
        }
    }

    pub(super) fn save_str(&mut self, object: &Value, text: &Py<PyStr>) -> PyResult<()> {
        let vm = self.vm;
        vm.try_reserve(text.raw_bytes().len())?;
        if !self.pickler.is_binary() {
            let mut line = vec![UNICODE];
            with_units!(text.text(), |units| raw_unicode_escape(units, &mut line));
            line.push(b'\n');
            self.output.put(&line);
            return self.put_memo(object);
        }
        let mut encoded = Vec::new();
        let bytes = match text.is_ascii() {
            true => text.raw_bytes(),
            false => {
                with_units!(text.text(), |units| utf8::encode_generalized(
                    units,
                    &mut encoded
                ));
                &encoded
            }
        };
        let four = self.protocol >= 4;
        let short = four.then_some(SHORT_BINUNICODE);
        let long = four.then_some(BINUNICODE8);
        let Some(header) = Header::new(bytes.len(), short, Some(BINUNICODE), long) else {
            return Err(vm.overflow_error(
                "serializing a string larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        };
        self.output.put_large(vm, header.as_slice(), bytes, None)?;
        self.put_memo(object)
    }

    pub(super) fn save_bytes(&mut self, object: &Value, bytes: &Py<PyBytes>) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol >= 3 {
            return self.put_bytes(object, bytes.as_slice());
        }
        // What older readers can make of them.
        if bytes.len() == 0 {
            let reduced = [object.class(vm).to_value(), vm.new_tuple(Vec::new())];
            return self.save_reduce(&reduced, Some(object));
        }
        let text = PyStr::from_latin1(vm, bytes.as_slice()).into_value();
        let args = vm.new_tuple(vec![text, vm.intern_str("latin1").into_value()]);
        let reduced = [self.parts.codecs_encode.clone(), args];
        self.save_reduce(&reduced, Some(object))
    }

    fn put_bytes(&mut self, object: &Value, bytes: &[u8]) -> PyResult<()> {
        let long = (self.protocol >= 4).then_some(BINBYTES8);
        let header = Header::new(bytes.len(), Some(SHORT_BINBYTES), Some(BINBYTES), long);
        let Some(header) = header else {
            return Err(self.vm.overflow_error(
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        };
        self.output.put_large(self.vm, header.as_slice(), bytes, Some(object))?;
        self.put_memo(object)
    }

    fn put_bytearray(&mut self, object: &Value, bytes: &[u8]) -> PyResult<()> {
        if let Some(header) = Header::new(bytes.len(), None, None, Some(BYTEARRAY8)) {
            self.output.put_large(self.vm, header.as_slice(), bytes, Some(object))?;
        }
        self.put_memo(object)
    }

    pub(super) fn save_bytearray(&mut self, object: &Value, array: &Py<PyByteArray>) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol >= 5 {
            return self.put_bytearray(object, &array.to_vec());
        }
        let args = match array.len() {
            0 => Vec::new(),
            _ => vec![vm.new_bytes(&array.to_vec())],
        };
        let reduced = [object.class(vm).to_value(), vm.new_tuple(args)];
        self.save_reduce(&reduced, Some(object))
    }

    pub(super) fn save_picklebuffer(&mut self, object: &Value) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol < 5 {
            let text = "PickleBuffer can only pickled with protocol >= 5";
            return Err(pickling_error(vm, text));
        }
        let readonly = buffer::get(vm, object, request::FULL_RO)?.readonly;
        // Refuses what has gaps.
        let raw = call::call_method(vm, object, &vm.intern_str("raw"), &[]);
        let raw = raw.map_err(|error| match error.is(vm, ExcKind::BufferError) {
            true => {
                let text = "PickleBuffer can not be pickled when pointing to a non-contiguous buffer";
                pickling_error(vm, text)
            }
            false => error,
        })?;
        let in_band = match self.pickler.buffer_callback.get() {
            None => true,
            Some(callback) => truth::is_true(vm, &call::call1(vm, &callback, object)?)?,
        };
        match (in_band, readonly) {
            (true, true) => self.put_bytes(object, &buffer::to_vec(vm, &raw)?),
            (true, false) => self.put_bytearray(object, &buffer::to_vec(vm, &raw)?),
            (false, _) => {
                self.output.put(&[NEXT_BUFFER]);
                if readonly {
                    self.output.put(&[READONLY_BUFFER]);
                }
                Ok(())
            }
        }
    }
}
