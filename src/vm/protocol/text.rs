//! Putting strings together without losing lone surrogates, which Rust text cannot hold.
//!
//! CPython 3.11: `PyUnicode_FromFormat`.

use crate::context::{PyErr, Vm};
use crate::object::{Py, PyRef, Value};
use crate::types::str::value::{PyStr, Units};
use base::format_spec::{FormatError, FormatErrorKind};
use base::text::{Text, TextRef};

/// A piece of a string.
pub enum Part<'a> {
    /// Rust text.
    Text(&'a str),
    /// A Python string.
    Str(&'a Py<PyStr>),
}

impl<'a> From<&'a str> for Part<'a> {
    fn from(text: &'a str) -> Part<'a> {
        Part::Text(text)
    }
}

impl<'a> From<&'a String> for Part<'a> {
    fn from(text: &'a String) -> Part<'a> {
        Part::Text(text)
    }
}

impl<'a> From<&'a PyRef<PyStr>> for Part<'a> {
    fn from(string: &'a PyRef<PyStr>) -> Part<'a> {
        Part::Str(string)
    }
}

/// The pieces one after the other.
pub fn concat(vm: &Vm, parts: &[Part<'_>]) -> PyRef<PyStr> {
    let mut chars: Vec<u32> = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => chars.extend(text.chars().map(u32::from)),
            Part::Str(string) => chars.extend(string.chars()),
        }
    }
    PyStr::from_chars(vm, &chars)
}

/// A string as `base` reads it.
pub fn as_text_ref(string: &Py<PyStr>) -> TextRef<'_> {
    match string.units() {
        Units::Latin1(units) => TextRef::Latin1(units),
        Units::Ucs2(units) => TextRef::Ucs2(units),
        Units::Ucs4(units) => TextRef::Ucs4(units),
    }
}

/// A string of text that `base` made.
pub fn from_text(vm: &Vm, text: &Text) -> PyRef<PyStr> {
    match text {
        Text::Ascii(units) => PyStr::from_ascii(vm, units),
        Text::Latin1(units) => PyStr::from_latin1(vm, units),
        Text::Ucs2(units) => PyStr::from_ucs2(vm, units),
        Text::Ucs4(units) => PyStr::from_chars(vm, units),
    }
}

/// The exception for a format specification that `base` refused.
#[cold]
#[inline(never)]
pub fn format_error(vm: &Vm, error: &FormatError) -> PyErr {
    use crate::context::errors::ExcKind;
    let message: Value = from_text(vm, &error.message).into_value();
    match error.kind {
        FormatErrorKind::Value => vm.new_exception(ExcKind::ValueError, message),
        FormatErrorKind::Overflow => vm.new_exception(ExcKind::OverflowError, message),
        FormatErrorKind::Memory => vm.no_memory(),
    }
}
