//! `TextIOWrapper`: `tell`, `seek`, `truncate`.
//!
//! A position is a big number: where in the file to start, the state of the decoder there, how many bytes to give it, how many of the
//! characters to skip.
//!
//! CPython 3.11: `textiowrapper_build_cookie` and what uses it in `Modules/_io/textio.c`.

use super::codec::Decoder;
use super::text::PyTextIOWrapper;
use super::{method, unsupported};
use crate::context::{PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::{attr, convert, repr};
use crate::types::bytes::value::PyBytes;
use derive::pymethods;
use num_bigint::{BigInt, Sign};

/// The parts of a position.
#[derive(Clone, Copy, Default)]
struct Cookie {
    start: i64,
    flags: u32,
    feed: u32,
    skip: u32,
    need_eof: bool,
}

const COOKIE_LEN: usize = 21;

impl Cookie {
    fn to_value(self, vm: &Vm) -> Value {
        let mut bytes = Vec::with_capacity(COOKIE_LEN);
        bytes.extend(self.start.to_le_bytes());
        bytes.extend(self.flags.to_le_bytes());
        bytes.extend(self.feed.to_le_bytes());
        bytes.extend(self.skip.to_le_bytes());
        bytes.push(u8::from(self.need_eof));
        vm.new_bigint(BigInt::from_bytes_le(Sign::Plus, &bytes))
    }

    fn parse(vm: &Vm, value: &Value) -> PyResult<Cookie> {
        let number = convert::with_index(vm, value, |n| n.to_bigint())?;
        let (_, mut bytes) = number.to_bytes_le();
        if bytes.len() > COOKIE_LEN {
            return Err(vm.overflow_error("int too big to convert"));
        }
        bytes.resize(COOKIE_LEN, 0);
        let word = |at: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(word)
        };
        Ok(Cookie {
            start: (u64::from(word(0)) | u64::from(word(4)) << 32) as i64,
            flags: word(8),
            feed: word(12),
            skip: word(16),
            need_eof: bytes[20] != 0,
        })
    }

    fn is_beginning(self) -> bool {
        self.start == 0 && self.flags == 0
    }
}

/// Sets the decoder to the state at the start of a position.
fn set_decoder(vm: &Vm, decoder: &Decoder, cookie: Cookie) -> PyResult<()> {
    if cookie.is_beginning() {
        decoder.reset(vm)
    } else {
        decoder.set_state(vm, &vm.new_bytes(b""), cookie.flags.into())
    }
}

/// Number of bytes the decoder holds back, and its flags.
fn held(vm: &Vm, decoder: &Decoder) -> PyResult<(usize, u32)> {
    let (bytes, flags) = decoder.state(vm)?;
    let len = bytes
        .downcast_ref::<PyBytes>()
        .map_or(0, |bytes| bytes.len());
    Ok((len, flags as u32))
}

/// Finds the safe start before the place that lies `skip` characters into the input (the middle part of `tell`).
fn reconstruct(
    vm: &Vm,
    decoder: &Decoder,
    input: &[u8],
    mut cookie: Cookie,
    mut skip: usize,
    ratio: f64,
) -> PyResult<Cookie> {
    let decode = |bytes: &[u8], is_final: bool| -> PyResult<usize> {
        Ok(decoder.decode(vm, &vm.new_bytes(bytes), is_final)?.len())
    };
    // A guess near the place, and back from there until the decoder is clean.
    let mut from = ((ratio * skip as f64) as usize).min(input.len()) as isize;
    let mut back = 1_isize;
    while from > 0 {
        set_decoder(vm, decoder, cookie)?;
        let chars = decode(&input[..from as usize], false)?;
        if chars <= skip {
            let (waiting, flags) = held(vm, decoder)?;
            if waiting == 0 {
                cookie.flags = flags;
                skip -= chars;
                break;
            }
            from -= waiting as isize;
            back = 1;
        } else {
            from -= back;
            back = back.saturating_mul(2);
        }
    }
    if from <= 0 {
        from = 0;
        set_decoder(vm, decoder, cookie)?;
    }
    cookie.start += from as i64;
    cookie.skip = skip as u32;
    if skip == 0 {
        return Ok(cookie);
    }
    // From there byte by byte.
    let mut chars = 0;
    let mut reached = false;
    for byte in &input[from as usize..] {
        chars += decode(std::slice::from_ref(byte), false)?;
        cookie.feed += 1;
        let (waiting, flags) = held(vm, decoder)?;
        if waiting == 0 && chars <= skip {
            cookie.start += i64::from(cookie.feed);
            skip -= chars;
            cookie.flags = flags;
            cookie.feed = 0;
            chars = 0;
        }
        if chars >= skip {
            reached = true;
            break;
        }
    }
    if !reached {
        chars += decode(b"", true)?;
        cookie.need_eof = true;
        if chars < skip {
            return Err(vm.os_error_text("can't reconstruct logical file position"));
        }
    }
    cookie.skip = skip as u32;
    Ok(cookie)
}

impl PyTextIOWrapper {
    fn position(zelf: &Py<PyTextIOWrapper>, vm: &Vm) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        PyTextIOWrapper::check_open(zelf, vm)?;
        if !zelf.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        if !zelf.telling.get() {
            return Err(vm.os_error_text("telling position disabled by next() call"));
        }
        zelf.write_pending(vm)?;
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        let position = attr::call_method(vm, &zelf.buffer(vm)?, &vm.names.tell, &[])?;
        let (Some(decoder), Some((flags, input))) = (zelf.decoder.get(), zelf.snapshot.get())
        else {
            return Ok(position);
        };
        let mut cookie = Cookie::parse(vm, &position)?;
        cookie = Cookie {
            start: cookie.start,
            flags: flags as u32,
            ..Cookie::default()
        };
        let Some(input) = input.downcast_ref::<PyBytes>() else {
            return Ok(position);
        };
        cookie.start -= input.len() as i64;
        let skip = zelf.decoded_used.get();
        if skip == 0 {
            return Ok(cookie.to_value(vm));
        }
        let (saved, saved_flags) = decoder.state(vm)?;
        let ratio = zelf.ratio.get();
        let result = reconstruct(vm, &decoder, input.as_slice(), cookie, skip, ratio);
        let restored = decoder.set_state(vm, &saved, saved_flags);
        let cookie = result?;
        restored?;
        Ok(cookie.to_value(vm))
    }

    fn reset_encoder(&self, vm: &Vm, at_start: bool) -> PyResult<()> {
        match self.encoder.get() {
            None => Ok(()),
            Some(encoder) => {
                encoder.reset(vm, at_start)?;
                self.at_start.set(at_start);
                Ok(())
            }
        }
    }

    fn seek_end(zelf: &Py<PyTextIOWrapper>, vm: &Vm) -> PyResult<Value> {
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        zelf.forget_decoded();
        if let Some(decoder) = zelf.decoder.get() {
            decoder.reset(vm)?;
        }
        let arguments = [vm.new_int(0), vm.new_int(2)];
        let end = attr::call_method(vm, &zelf.buffer(vm)?, &vm.names.seek, &arguments)?;
        let is_start = crate::protocol::compare::eq(vm, &end, &vm.new_int(0))?;
        zelf.reset_encoder(vm, is_start)?;
        Ok(end)
    }

    fn seek_cookie(zelf: &Py<PyTextIOWrapper>, vm: &Vm, value: Value) -> PyResult<Value> {
        let negative = convert::with_index(vm, &value, |n| n.is_negative())?;
        if negative {
            return Err(vm.value_error(format!(
                "negative seek position {}",
                repr::repr_text(vm, &value)?
            )));
        }
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        let cookie = Cookie::parse(vm, &value)?;
        let buffer = zelf.buffer(vm)?;
        attr::call_method(vm, &buffer, &vm.names.seek, &[vm.new_int(cookie.start)])?;
        zelf.forget_decoded();
        let decoder = zelf.decoder.get();
        if let Some(decoder) = &decoder {
            set_decoder(vm, decoder, cookie)?;
        }
        if cookie.skip == 0 {
            zelf.snapshot
                .set(Some((cookie.flags.into(), vm.new_bytes(b""))));
        } else if let Some(decoder) = &decoder {
            let size = vm.new_int(cookie.feed.into());
            let input = attr::call_method(vm, &buffer, &vm.names.read, &[size])?;
            if input.downcast_ref::<PyBytes>().is_none() {
                return Err(vm.type_error(format!(
                    "underlying read() should have returned a bytes object, not '{}'",
                    input.class(vm).tp_name()
                )));
            }
            zelf.snapshot
                .set(Some((cookie.flags.into(), input.clone())));
            let text = decoder.decode(vm, &input, cookie.need_eof)?;
            let len = text.len();
            zelf.set_decoded(Some(text));
            if len < cookie.skip as usize {
                return Err(vm.os_error_text("can't restore logical file position"));
            }
            zelf.decoded_used.set(cookie.skip as usize);
        }
        zelf.reset_encoder(vm, cookie.is_beginning())?;
        Ok(value)
    }
}

#[pymethods(table = SEEK)]
impl PyTextIOWrapper {
    #[pymethod(sig = "tell($self, /)")]
    fn tell(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        PyTextIOWrapper::position(zelf, vm)
    }

    #[pymethod(sig = "seek($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(
        zelf: &Py<Self>,
        vm: &Vm,
        cookie: &Value,
        #[default(0)] whence: i32,
    ) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        PyTextIOWrapper::check_open(zelf, vm)?;
        if !zelf.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        let is_zero = |cookie: &Value| crate::protocol::compare::eq(vm, cookie, &vm.new_int(0));
        match whence {
            0 => PyTextIOWrapper::seek_cookie(zelf, vm, cookie.clone()),
            1 => {
                if !is_zero(cookie)? {
                    return Err(unsupported(vm, "can't do nonzero cur-relative seeks"));
                }
                let here = attr::call_method(vm, &zelf.as_value(), &vm.names.tell, &[])?;
                PyTextIOWrapper::seek_cookie(zelf, vm, here)
            }
            2 => {
                if !is_zero(cookie)? {
                    return Err(unsupported(vm, "can't do nonzero end-relative seeks"));
                }
                PyTextIOWrapper::seek_end(zelf, vm)
            }
            _ => Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        }
    }

    #[pymethod(sig = "truncate($self, pos=None, /)")]
    fn truncate(zelf: &Py<Self>, vm: &Vm, pos: &Value) -> PyResult<Value> {
        zelf.check_attached(vm)?;
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        method(vm, &zelf.buffer(vm)?, "truncate", std::slice::from_ref(pos))
    }
}
