//! `TextIOWrapper`: choosing encoding and line ends, at the start and by `reconfigure`.
//!
//! CPython 3.11: `_io_TextIOWrapper___init___impl`, `textiowrapper_change_encoding` in `Modules/_io/textio.c`.

use super::codec::{Decoder, Encoder, is_native};
use super::newline::{LineEnds, Newlines};
use super::stringio::{Newline, newline_of};
use super::text::PyTextIOWrapper;
use super::{IoState, ask, buffered_types, unsupported};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, alloc};
use crate::protocol::{attr, call, compare, convert_int, warn};
use crate::types::str::codec::Codec;
use crate::types::str::codec_errors::Handler;
use crate::types::str::codec_registry as registry;
use crate::types::str::value::PyStr;
use derive::pymethods;
use std::rc::Rc;

/// The encoding of files that name none.
pub fn locale_encoding(vm: &Vm) -> String {
    let state = vm.state.get::<IoState>();
    if state.utf8_mode.get() {
        return String::from("utf-8");
    }
    state
        .locale_encoding
        .borrow()
        .clone()
        .unwrap_or_else(|| String::from("utf-8"))
}

fn type_name(vm: &Vm, value: &Value) -> String {
    if value.is_none() {
        String::from("None")
    } else {
        value.class(vm).tp_name()
    }
}

fn text_of(vm: &Vm, value: &Value) -> PyResult<String> {
    let Some(text) = value.downcast_ref::<PyStr>() else {
        return Ok(String::new());
    };
    let bytes = crate::types::str::codec::to_utf8(vm, text)?;
    if bytes.contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A `newline` argument of a text stream.
fn parse_newline(vm: &Vm, argument: &str, newline: &Value) -> PyResult<Newline> {
    if newline.is_none() {
        return Ok(Newline::None);
    }
    let Some(text) = newline.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "{argument}must be str or None, not {}",
            type_name(vm, newline)
        )));
    };
    match newline_of(text) {
        Some(newline) => Ok(newline),
        None => {
            let text = text_of(vm, newline)?;
            Err(vm.value_error(format!("illegal newline value: {text}")))
        }
    }
}

impl PyTextIOWrapper {
    fn set_newline(&self, newline: Newline) {
        let universal = matches!(newline, Newline::None | Newline::Empty);
        self.ends.set(LineEnds {
            translated: newline == Newline::None,
            universal,
            given: newline.given(),
        });
        self.write_end.set(match newline {
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
            _ => None,
        });
    }

    /// Makes decoder and encoder for what the buffer can do.
    fn set_codec(&self, vm: &Vm, encoding: &str, errors: &str) -> PyResult<()> {
        let buffer = self.buffer(vm)?;
        let native = Codec::of(encoding).filter(|codec| is_native(*codec));
        let info = match native {
            Some(_) => Value::None,
            None => registry::text_codec(vm, encoding, "codecs.open()")?,
        };
        let ends = self.ends.get();
        let newlines = || ends.universal.then(|| Newlines::new(ends.translated));
        let incremental = |name: &str| {
            let class = attr::get(vm, &info, &vm.intern_str(name))?;
            call::call1(vm, &class, &vm.new_str(errors))
        };
        if ask(vm, &buffer, "readable")? {
            let decoder = match native {
                Some(codec) => Decoder::native(codec, Handler::of(Some(errors)), newlines()),
                None => Decoder::python(incremental("incrementaldecoder")?, newlines()),
            };
            self.decoder.set(Some(Rc::new(decoder)));
        }
        if ask(vm, &buffer, "writable")? {
            let encoder = match native {
                Some(codec) => Encoder::Native(codec, Handler::of(Some(errors))),
                None => {
                    let encoder = incremental("incrementalencoder")?;
                    let name = attr::get_opt(vm, &info, &vm.names.name)?;
                    let known = name
                        .as_ref()
                        .and_then(|name| name.downcast_ref::<PyStr>())
                        .and_then(|name| Codec::of(name.as_ascii()?));
                    match known {
                        Some(codec) if is_native(codec) => {
                            Encoder::Native(codec, Handler::of(Some(errors)))
                        }
                        Some(codec @ (Codec::Utf16(_) | Codec::Utf32(_))) => {
                            Encoder::Marked(codec, Handler::of(Some(errors)), encoder)
                        }
                        _ => Encoder::Python(encoder),
                    }
                }
            };
            self.encoder.set(Some(Rc::new(encoder)));
        }
        Ok(())
    }

    /// Tells the encoder whether it begins the stream.
    fn fix_encoder(&self, vm: &Vm) -> PyResult<()> {
        let Some(encoder) = self.encoder.get() else {
            return Ok(());
        };
        if !self.seekable.get() {
            return Ok(());
        }
        self.at_start.set(true);
        let position = attr::call_method(vm, &self.buffer(vm)?, &vm.names.tell, &[])?;
        if !compare::eq(vm, &position, &vm.new_int(0))? {
            self.at_start.set(false);
            encoder.reset(vm, false)?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "those of the constructor")]
    fn start(
        &self,
        vm: &Vm,
        buffer: &Value,
        encoding: &Value,
        errors: &Value,
        newline: &Value,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        self.ok.set(false);
        self.detached.set(false);
        let state = vm.state.get::<IoState>();
        if encoding.is_none() && state.warn_default_encoding.get() {
            let message = "'encoding' argument not specified";
            warn::warn(vm, ExcKind::EncodingWarning, message, 1)?;
        }
        let errors = if errors.is_none() {
            vm.names.strict.to_value()
        } else if errors.downcast_ref::<PyStr>().is_some() {
            errors.clone()
        } else {
            return Err(vm.type_error(format!(
                "TextIOWrapper() argument 'errors' must be str or None, not {}",
                type_name(vm, errors)
            )));
        };
        let errors_text = text_of(vm, &errors)?;
        if state.dev_mode.get() {
            registry::lookup_error(vm, &errors_text)?;
        }
        let newline = parse_newline(vm, "TextIOWrapper() argument 'newline' ", newline)?;
        for place in [&self.buffer, &self.encoding, &self.errors] {
            place.set(None);
        }
        self.decoder.set(None);
        self.encoder.set(None);
        self.forget_decoded();
        self.pending.set(Vec::new());
        self.ratio.set(0.0);
        let (encoding, name) = named_encoding(vm, encoding)?;
        self.encoding.set(Some(encoding));
        self.errors.set(Some(errors));
        self.chunk_size.set(8192);
        self.line_buffering.set(line_buffering);
        self.write_through.set(write_through);
        self.set_newline(newline);
        self.buffer.set(Some(buffer.clone()));
        self.set_codec(vm, &name, &errors_text)?;
        let seekable = ask(vm, buffer, "seekable")?;
        self.seekable.set(seekable);
        self.telling.set(seekable);
        let has_read1 = match buffered_types::exact(vm, buffer) {
            Some(core) => core.readable.get(),
            None => attr::has(vm, buffer, &vm.names.read1)?,
        };
        self.has_read1.set(has_read1);
        self.at_start.set(false);
        self.fix_encoder(vm)?;
        self.ok.set(true);
        Ok(())
    }

    fn change_encoding(
        &self,
        vm: &Vm,
        encoding: &Value,
        errors: &Value,
        newline_changed: bool,
    ) -> PyResult<()> {
        if encoding.is_none() && errors.is_none() && !newline_changed {
            return Ok(());
        }
        let own = |place: &crate::object::PyCell<Option<Value>>| place.get().unwrap_or(Value::None);
        let errors = if !errors.is_none() {
            errors.clone()
        } else if encoding.is_none() {
            own(&self.errors)
        } else {
            vm.names.strict.to_value()
        };
        let (encoding, name) = if encoding.is_none() {
            let encoding = own(&self.encoding);
            let name = text_of(vm, &encoding)?;
            (encoding, name)
        } else {
            named_encoding(vm, encoding)?
        };
        let errors_text = text_of(vm, &errors)?;
        if vm.state.get::<IoState>().dev_mode.get() {
            registry::lookup_error(vm, &errors_text)?;
        }
        self.set_codec(vm, &name, &errors_text)?;
        self.encoding.set(Some(encoding));
        self.errors.set(Some(errors));
        self.fix_encoder(vm)
    }
}

/// An `encoding` argument, where none and `locale` are the locale's.
fn named_encoding(vm: &Vm, encoding: &Value) -> PyResult<(Value, String)> {
    if encoding.is_none() {
        let name = locale_encoding(vm);
        return Ok((vm.new_str(&name), name));
    }
    let name = text_of(vm, encoding)?;
    if name == "locale" {
        let state = vm.state.get::<IoState>();
        let name = state.locale_encoding.borrow().clone();
        let name = name.unwrap_or_else(|| String::from("utf-8"));
        return Ok((vm.new_str(&name), name));
    }
    Ok((encoding.clone(), name))
}

/// A flag argument where None keeps what was.
fn kept_flag(vm: &Vm, value: &Value, old: bool) -> PyResult<bool> {
    if value.is_none() {
        return Ok(old);
    }
    Ok(convert_int::to_i64(vm, value)? != 0)
}

fn optional_str(vm: &Vm, name: &str, value: &Value) -> PyResult<()> {
    if value.is_none() || value.downcast_ref::<PyStr>().is_some() {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "TextIOWrapper() argument '{name}' must be str or None, not {}",
        type_name(vm, value)
    )))
}

#[pymethods(table = INIT)]
impl PyTextIOWrapper {
    #[pyslot]
    fn new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        alloc::new_object(cls, PyTextIOWrapper::fresh()).into_value()
    }

    #[pyslot(
        sig = "TextIOWrapper(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(
        &self,
        vm: &Vm,
        buffer: &Value,
        encoding: &Value,
        errors: &Value,
        newline: &Value,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        optional_str(vm, "encoding", encoding)?;
        self.start(
            vm,
            buffer,
            encoding,
            errors,
            newline,
            line_buffering,
            write_through,
        )
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[pymethod(
        sig = "reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        zelf: &Py<Self>,
        vm: &Vm,
        encoding: &Value,
        errors: &Value,
        #[default(&Value::NULL)] newline: &Value,
        line_buffering: &Value,
        write_through: &Value,
    ) -> PyResult<()> {
        let newline_changed = !newline.is_null();
        let changes = !encoding.is_none() || !errors.is_none() || newline_changed;
        if changes && zelf.decoded.with(Option::is_some) {
            return Err(unsupported(
                vm,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        for (name, value) in [("encoding", encoding), ("errors", errors)] {
            if !value.is_none() && value.downcast_ref::<PyStr>().is_none() {
                return Err(vm.type_error(format!(
                    "reconfigure() argument '{name}' must be str or None, not {}",
                    type_name(vm, value)
                )));
            }
        }
        let newline = if newline_changed {
            Some(parse_newline(
                vm,
                "reconfigure() argument 'newline' ",
                newline,
            )?)
        } else {
            None
        };
        let line_buffering = kept_flag(vm, line_buffering, zelf.line_buffering.get())?;
        let write_through = kept_flag(vm, write_through, zelf.write_through.get())?;
        attr::call_method(vm, &zelf.as_value(), &vm.names.flush, &[])?;
        zelf.ratio.set(0.0);
        if let Some(newline) = newline {
            zelf.set_newline(newline);
        }
        zelf.change_encoding(vm, encoding, errors, newline_changed)?;
        zelf.line_buffering.set(line_buffering);
        zelf.write_through.set(write_through);
        Ok(())
    }
}
