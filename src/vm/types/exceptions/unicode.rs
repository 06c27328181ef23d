//! The Unicode errors, with what could not be converted and where.
//!
//! CPython 3.11: `UnicodeEncodeError_init` and its kin in `Objects/exceptions.c`.

use super::base;
use super::member::{count, index_arg, payload, read, str_arg};
use super::value::PyUnicodeError;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::exception_member;
use crate::object::{Args, GetSetDef, Py, PyRef, Table, Value, type_flag};
use crate::protocol::text::concat;
use crate::protocol::{buffer, convert_int, repr};
use crate::types::str::value::PyStr;
use std::cell::Cell;

macro_rules! position_member {
    ($field:ident, $doc:literal) => {
        GetSetDef {
            name: stringify!($field),
            doc: Some($doc),
            get: Some(|vm, this| {
                let position = payload::<PyUnicodeError>(vm, this)?.$field.get();
                Ok(vm.new_int(position as i64))
            }),
            set: Some(|vm, this, value| {
                set_position(vm, &payload::<PyUnicodeError>(vm, this)?.$field, value)
            }),
            member: true,
        }
    };
}

static GETSETS: &[GetSetDef] = &[
    exception_member!(PyUnicodeError, encoding, Some("exception encoding")),
    exception_member!(PyUnicodeError, object, Some("exception object")),
    position_member!(start, "exception start"),
    position_member!(end, "exception end"),
    exception_member!(PyUnicodeError, reason, Some("exception reason")),
];

fn set_position(vm: &Vm, field: &Cell<isize>, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    };
    field.set(convert_int::to_isize(vm, &value)?);
    Ok(())
}

/// What `UnicodeEncodeError` does.
pub static ENCODE: Table = Table {
    methods: &[],
    getsets: GETSETS,
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(base::new));
        slots.init.set(Some(init_encode));
        slots.str.set(Some(str_encode));
    },
};

/// What `UnicodeDecodeError` does.
pub static DECODE: Table = Table {
    methods: &[],
    getsets: GETSETS,
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(base::new));
        slots.init.set(Some(init_decode));
        slots.str.set(Some(str_decode));
    },
};

/// What `UnicodeTranslateError` does.
pub static TRANSLATE: Table = Table {
    methods: &[],
    getsets: GETSETS,
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(base::new));
        slots.init.set(Some(init_translate));
        slots.str.set(Some(str_translate));
    },
};

fn fill(
    vm: &Vm,
    this: &Value,
    encoding: Option<Value>,
    object: Value,
    tail: [&Value; 3],
    first: usize,
) -> PyResult<()> {
    let error = payload::<PyUnicodeError>(vm, this)?;
    let (start, end) = (index_arg(vm, tail[0])?, index_arg(vm, tail[1])?);
    let reason = str_arg(vm, "", first + 2, tail[2])?;
    error.encoding.set(encoding);
    error.object.set(Some(object));
    error.start.set(start);
    error.end.set(end);
    error.reason.set(Some(reason));
    Ok(())
}

fn init_encode(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    count(vm, "function", args.positional().len(), 5, 5)?;
    let [encoding, object, start, end, reason] = args.positional() else {
        return Ok(());
    };
    let encoding = str_arg(vm, "", 1, encoding)?;
    let object = str_arg(vm, "", 2, object)?;
    fill(vm, this, Some(encoding), object, [start, end, reason], 3)
}

fn init_decode(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    count(vm, "function", args.positional().len(), 5, 5)?;
    let [encoding, object, start, end, reason] = args.positional() else {
        return Ok(());
    };
    let encoding = str_arg(vm, "", 1, encoding)?;
    let object = as_bytes(vm, object)?;
    fill(vm, this, Some(encoding), object, [start, end, reason], 3)
}

fn init_translate(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, this, args)?;
    count(vm, "function", args.positional().len(), 4, 4)?;
    let [object, start, end, reason] = args.positional() else {
        return Ok(());
    };
    let object = str_arg(vm, "", 1, object)?;
    fill(vm, this, None, object, [start, end, reason], 2)
}

/// The object as bytes: itself, or a copy of its buffer.
fn as_bytes(vm: &Vm, object: &Value) -> PyResult<Value> {
    if object.class(vm).has_flag(type_flag::BYTES_SUBCLASS) {
        return Ok(object.clone());
    }
    Ok(vm.new_bytes(&buffer::to_vec(vm, object)?))
}

/// The single unit an error is about, when it is about one.
fn single(error: &PyUnicodeError, len: usize) -> Option<usize> {
    let start = usize::try_from(error.start.get()).ok()?;
    (start < len && error.end.get() == error.start.get().saturating_add(1)).then_some(start)
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// `'encoding' codec ` (when there is an encoding), what went wrong, `: reason`.
fn message(
    vm: &Vm,
    error: &Py<PyUnicodeError>,
    with_encoding: bool,
    what: &str,
) -> PyResult<Value> {
    let reason = repr::str(vm, &read(&error.reason))?;
    let encoding = repr::str(vm, &read(&error.encoding))?;
    let mut parts = Vec::new();
    if with_encoding {
        parts.extend(["'".into(), (&encoding).into(), "' codec ".into()]);
    }
    parts.extend([what.into(), ": ".into(), (&reason).into()]);
    Ok(concat(vm, &parts).into_value())
}

fn range(error: &PyUnicodeError) -> String {
    format!(
        "{}-{}",
        error.start.get(),
        error.end.get().saturating_sub(1)
    )
}

fn str_of_text(vm: &Vm, this: &Value, verb: &str, with_encoding: bool) -> PyResult<Value> {
    let error = payload::<PyUnicodeError>(vm, this)?;
    let Some(object) = error.object.get() else {
        return Ok(vm.empty_str().into_value());
    };
    let bad = object.downcast_ref::<PyStr>().and_then(|text| {
        let place = single(error, text.len())?;
        text.char_at(place)
    });
    let what = match bad {
        Some(c) => format!(
            "can't {verb} character '{}' in position {}",
            escaped(c),
            error.start.get()
        ),
        None => format!("can't {verb} characters in position {}", range(error)),
    };
    message(vm, error, with_encoding, &what)
}

fn str_encode(vm: &Vm, this: &Value) -> PyResult<Value> {
    str_of_text(vm, this, "encode", true)
}

fn str_translate(vm: &Vm, this: &Value) -> PyResult<Value> {
    str_of_text(vm, this, "translate", false)
}

fn str_decode(vm: &Vm, this: &Value) -> PyResult<Value> {
    let error = payload::<PyUnicodeError>(vm, this)?;
    let Some(object) = error.object.get() else {
        return Ok(vm.empty_str().into_value());
    };
    let bytes = if buffer::check(vm, &object) {
        buffer::to_vec(vm, &object)?
    } else {
        Vec::new()
    };
    let what = match single(error, bytes.len()).and_then(|place| bytes.get(place)) {
        Some(byte) => format!(
            "can't decode byte 0x{byte:02x} in position {}",
            error.start.get()
        ),
        None => format!("can't decode bytes in position {}", range(error)),
    };
    message(vm, error, true, &what)
}

impl Vm {
    /// `UnicodeDecodeError(encoding, object, start, end, reason)`
    #[cold]
    pub fn unicode_decode_error(
        &self,
        encoding: &str,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        self.unicode_error_of(
            ExcKind::UnicodeDecodeError,
            encoding,
            object,
            start,
            end,
            reason,
        )
    }

    /// `UnicodeEncodeError(encoding, object, start, end, reason)`
    #[cold]
    pub fn unicode_encode_error(
        &self,
        encoding: &str,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        self.unicode_error_of(
            ExcKind::UnicodeEncodeError,
            encoding,
            object,
            start,
            end,
            reason,
        )
    }

    /// `UnicodeTranslateError(object, start, end, reason)`
    #[cold]
    pub fn unicode_translate_error(
        &self,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        let args = [
            object.clone(),
            self.new_usize(start),
            self.new_usize(end),
            self.new_str(reason),
        ];
        let class = self.exception_class(ExcKind::UnicodeTranslateError);
        super::raise::instantiate(self, &class, &args)
    }

    fn unicode_error_of(
        &self,
        kind: ExcKind,
        encoding: &str,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        let args = [
            self.new_str(encoding),
            object.clone(),
            self.new_usize(start),
            self.new_usize(end),
            self.new_str(reason),
        ];
        super::raise::instantiate(self, &self.exception_class(kind), &args)
    }
}

/// `encoding`, `object`, `start`, `end` as error handlers read them, clipped to the object (`PyUnicodeEncodeError_GetStart` and its kin).
pub fn clipped_range(vm: &Vm, this: &Value) -> PyResult<(PyRef<PyUnicodeError>, usize, usize)> {
    let error = payload::<PyUnicodeError>(vm, this)?;
    let Some(object) = error.object.get() else {
        return Err(vm.type_error("object attribute not set"));
    };
    let len = match object.downcast_ref::<PyStr>() {
        Some(text) => text.len(),
        None => buffer::get(vm, &object, 0)?.len,
    };
    let start = usize::try_from(error.start.get()).unwrap_or(0);
    let end = usize::try_from(error.end.get()).unwrap_or(0);
    Ok((
        error.to_ref(),
        start.min(len.saturating_sub(1)),
        end.max(1).min(len),
    ))
}
