//! The text being put together: code points, because messages may have lone surrogates.

use crate::context::Vm;
use crate::object::{Py, PyRef, Value};
use crate::types::str::value::PyStr;

/// Text under construction.
#[derive(Default)]
pub struct Out {
    chars: Vec<u32>,
}

impl Out {
    /// Adds Rust text.
    pub fn text(&mut self, text: &str) {
        self.chars.extend(text.chars().map(u32::from));
    }

    /// Adds a str.
    pub fn string(&mut self, text: &Py<PyStr>) {
        self.chars.extend(text.chars());
    }

    /// Adds a value that is a str; nothing otherwise.
    pub fn value(&mut self, value: &Value) {
        if let Some(text) = value.downcast_ref::<PyStr>() {
            self.string(text);
        }
    }

    /// Adds code points.
    pub fn chars(&mut self, chars: &[u32]) {
        self.chars.extend_from_slice(chars);
    }

    /// Adds blanks.
    pub fn indent(&mut self, count: usize) {
        self.chars
            .extend(std::iter::repeat_n(u32::from(' '), count));
    }

    /// Adds another text.
    pub fn append(&mut self, other: Out) {
        self.chars.extend(other.chars);
    }

    /// The text as a str.
    pub fn finish(self, vm: &Vm) -> PyRef<PyStr> {
        PyStr::from_chars(vm, &self.chars)
    }
}

/// The lines of a text with their ends, as `str.splitlines(True)` cuts them.
pub fn split_lines(chars: &[u32]) -> Vec<&[u32]> {
    let is_end = |c: u32| matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029);
    let mut lines = Vec::new();
    let (mut start, mut place) = (0, 0);
    while place < chars.len() {
        let end = is_end(chars[place]);
        if chars[place] == 0x0d && chars.get(place + 1) == Some(&0x0a) {
            place += 1;
        }
        place += 1;
        if end {
            lines.push(&chars[start..place]);
            start = place;
        }
    }
    if start < chars.len() {
        lines.push(&chars[start..]);
    }
    lines
}

/// Writes bytes to the process's standard error, whatever `sys.stderr` is.
pub fn write_raw(bytes: &[u8]) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(bytes);
}
