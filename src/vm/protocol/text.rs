//! Putting strings together without losing lone surrogates, which Rust text cannot hold.
//!
//! CPython 3.11: `PyUnicode_FromFormat`.

use crate::context::Vm;
use crate::object::{Py, PyRef};
use crate::types::str::value::PyStr;

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
