//! Decoders and encoders of text streams: the common ones run here, all others are the incremental classes that `codecs` gives.
//!
//! CPython 3.11: `_textiowrapper_set_decoder`, `_textiowrapper_set_encoder`, `encodefuncs` in `Modules/_io/textio.c`.

use super::method;
use super::newline::{Newlines, decoder_state};
use crate::context::{PyResult, Vm};
use crate::import::frames;
use crate::object::{Py, PyCell, PyRef, Value, Visitor};
use crate::types::bytes::value::PyBytes;
use crate::types::str::codec::{self, Codec};
use crate::types::str::codec_errors::Handler;
use crate::types::str::value::PyStr;

enum DecoderKind {
    Native {
        codec: Codec,
        handler: Handler,
        /// The beginning of a character whose rest has not come yet.
        pending: PyCell<Vec<u8>>,
    },
    Python(Value),
}

/// A decoder, and the translation of line ends behind it.
pub struct Decoder {
    kind: DecoderKind,
    newlines: Option<Newlines>,
}

/// Whether a codec is one of those that run here.
pub fn is_native(codec: Codec) -> bool {
    matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1)
}

impl Decoder {
    /// A decoder that runs here.
    pub fn native(codec: Codec, handler: Handler, newlines: Option<Newlines>) -> Decoder {
        let kind = DecoderKind::Native {
            codec,
            handler,
            pending: PyCell::new(Vec::new()),
        };
        Decoder { kind, newlines }
    }

    /// An incremental decoder of `codecs`.
    pub fn python(decoder: Value, newlines: Option<Newlines>) -> Decoder {
        Decoder {
            kind: DecoderKind::Python(decoder),
            newlines,
        }
    }

    /// Shows what it refers to.
    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        if let DecoderKind::Python(decoder) = &self.kind {
            visit(decoder);
        }
    }

    /// Decodes the next piece.
    pub fn decode(&self, vm: &Vm, input: &Value, is_final: bool) -> PyResult<PyRef<PyStr>> {
        let text = match &self.kind {
            DecoderKind::Python(decoder) => {
                let text = method(
                    vm,
                    decoder,
                    "decode",
                    &[input.clone(), Value::bool(is_final)],
                )?;
                text.downcast::<PyStr>().map_err(|other| {
                    vm.type_error(format!(
                        "decoder should return a string result, not '{}'",
                        other.class(vm).tp_name()
                    ))
                })?
            }
            DecoderKind::Native { .. } => match input.downcast_ref::<PyBytes>() {
                Some(bytes) => self.decode_native(vm, bytes.as_slice(), is_final)?,
                None => {
                    let bytes = crate::protocol::buffer::to_vec(vm, input)?;
                    self.decode_native(vm, &bytes, is_final)?
                }
            },
        };
        Ok(match &self.newlines {
            Some(newlines) => newlines.decode(vm, text, is_final),
            None => text,
        })
    }

    fn decode_native(&self, vm: &Vm, input: &[u8], is_final: bool) -> PyResult<PyRef<PyStr>> {
        let DecoderKind::Native {
            codec,
            handler,
            pending,
        } = &self.kind
        else {
            return Ok(vm.empty_str());
        };
        let decode = |input: &[u8]| {
            let result = codec::decode_with(vm, *codec, input, handler, is_final);
            // In CPython the decoder of UTF-8 is a class of `codecs`.
            match codec {
                Codec::Utf8 => frames::leave(vm, &frames::INCREMENTAL_DECODE, result),
                _ => result,
            }
        };
        if pending.with(Vec::is_empty) {
            let (text, read) = decode(input)?;
            if let Some(rest) = input.get(read..)
                && !rest.is_empty()
            {
                pending.set(rest.to_vec());
            }
            return Ok(text);
        }
        let mut whole = pending.get();
        whole.extend_from_slice(input);
        let (text, read) = decode(&whole)?;
        pending.set(whole.get(read..).unwrap_or(&[]).to_vec());
        Ok(text)
    }

    /// Bytes not decoded yet, and flags.
    pub fn state(&self, vm: &Vm) -> PyResult<(Value, u64)> {
        let (bytes, flags) = match &self.kind {
            DecoderKind::Python(decoder) => decoder_state(vm, decoder)?,
            DecoderKind::Native { pending, .. } => {
                (pending.with(|pending| vm.new_bytes(pending)), 0)
            }
        };
        Ok(match &self.newlines {
            Some(newlines) => (bytes, flags << 1 | u64::from(newlines.pending())),
            None => (bytes, flags),
        })
    }

    /// Sets what `state` gave.
    pub fn set_state(&self, vm: &Vm, bytes: &Value, flags: u64) -> PyResult<()> {
        let flags = match &self.newlines {
            Some(newlines) => {
                newlines.set_pending(flags & 1 != 0);
                flags >> 1
            }
            None => flags,
        };
        match &self.kind {
            DecoderKind::Python(decoder) => {
                let state = vm.new_tuple(vec![bytes.clone(), vm.new_bigint(flags.into())]);
                method(vm, decoder, "setstate", &[state]).map(drop)
            }
            DecoderKind::Native { pending, .. } => {
                if let Some(bytes) = bytes.downcast_ref::<PyBytes>() {
                    pending.set(bytes.as_slice().to_vec());
                }
                Ok(())
            }
        }
    }

    /// As at the start.
    pub fn reset(&self, vm: &Vm) -> PyResult<()> {
        if let Some(newlines) = &self.newlines {
            newlines.reset();
        }
        match &self.kind {
            DecoderKind::Python(decoder) => method(vm, decoder, "reset", &[]).map(drop),
            DecoderKind::Native { pending, .. } => {
                pending.set(Vec::new());
                Ok(())
            }
        }
    }

    /// Line ends seen so far.
    pub fn newlines_seen(&self, vm: &Vm) -> PyResult<Value> {
        match (&self.newlines, &self.kind) {
            (Some(newlines), _) => Ok(newlines.seen(vm)),
            (None, DecoderKind::Python(decoder)) => {
                let name = vm.intern_str("newlines");
                Ok(crate::protocol::attr::get_opt(vm, decoder, &name)?.unwrap_or(Value::None))
            }
            _ => Ok(Value::None),
        }
    }
}

/// An encoder of a text stream.
pub enum Encoder {
    /// One that runs here.
    Native(Codec, Handler),
    /// UTF-16 or UTF-32, perhaps with a mark at the start of the stream, and an encoder of `codecs` for its state.
    Marked(Codec, Handler, Value),
    /// An incremental encoder of `codecs`.
    Python(Value),
}

impl Encoder {
    /// Shows what it refers to.
    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        match self {
            Encoder::Native(..) => {}
            Encoder::Marked(_, _, encoder) | Encoder::Python(encoder) => visit(encoder),
        }
    }

    /// Whether ASCII text is its own encoding.
    #[inline]
    pub fn keeps_ascii(&self) -> bool {
        matches!(self, Encoder::Native(..))
    }

    /// Appends the encoding of text. `at_start` says whether it begins the stream.
    pub fn encode(
        &self,
        vm: &Vm,
        text: &Py<PyStr>,
        at_start: bool,
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        match self {
            Encoder::Native(codec, handler) => {
                out.extend_from_slice(&codec::encode_with(vm, *codec, text, handler)?);
                Ok(())
            }
            Encoder::Marked(codec, handler, _) => {
                let codec = if at_start {
                    *codec
                } else {
                    without_mark(*codec)
                };
                out.extend_from_slice(&codec::encode_with(vm, codec, text, handler)?);
                Ok(())
            }
            Encoder::Python(encoder) => {
                let bytes = method(vm, encoder, "encode", &[text.to_value()])?;
                let Some(bytes) = bytes.downcast_ref::<PyBytes>() else {
                    return Err(vm.type_error(format!(
                        "encoder should return a bytes object, not '{}'",
                        bytes.class(vm).tp_name()
                    )));
                };
                out.extend_from_slice(bytes.as_slice());
                Ok(())
            }
        }
    }

    /// Sets the state: at the start of the stream, or not.
    pub fn reset(&self, vm: &Vm, at_start: bool) -> PyResult<()> {
        let (Encoder::Marked(_, _, encoder) | Encoder::Python(encoder)) = self else {
            return Ok(());
        };
        if at_start {
            method(vm, encoder, "reset", &[]).map(drop)
        } else {
            method(vm, encoder, "setstate", &[vm.new_int(0)]).map(drop)
        }
    }
}

fn without_mark(codec: Codec) -> Codec {
    use base::text::utf16::Endian;
    match codec {
        Codec::Utf16(None) => Codec::Utf16(Some(Endian::Little)),
        Codec::Utf32(None) => Codec::Utf32(Some(Endian::Little)),
        other => other,
    }
}
