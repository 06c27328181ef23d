//! Bytes to text: byte order mark, coding cookie, newlines.
//!
//! CPython 3.11: `decode_str`, `check_bom`, `check_coding_spec`, `translate_newlines` in `Parser/tokenizer.c`.

use crate::error::{CompileError, ErrorKind};
use std::borrow::Cow;

/// A decoded source: text with `\n` newlines and no byte order mark.
#[derive(Debug)]
pub struct Source {
    /// The text.
    pub text: String,
    /// The file name that messages show.
    pub filename: String,
    /// Offsets of the first byte of every line.
    line_starts: Vec<u32>,
}

impl Source {
    /// A source from text (`compile` of a str): no cookie is looked for. Newlines are normalised.
    pub fn from_str(text: &str, filename: &str) -> Result<Source, CompileError> {
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return Err(null_bytes());
        }
        Source::from_text(translate_newlines(text).into_owned(), filename)
    }

    /// `text` has `\n` newlines only.
    fn from_text(text: String, filename: &str) -> Result<Source, CompileError> {
        // Offsets are 32 bits wide, and positions are `i32`.
        if text.len() >= i32::MAX as usize {
            return Err(CompileError::without_position(
                ErrorKind::Overflow,
                "source code is too long",
            ));
        }
        let mut line_starts = Vec::with_capacity(text.len() / 32 + 2);
        line_starts.push(0);
        line_starts
            .extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|index| index as u32 + 1));
        Ok(Source {
            text,
            filename: filename.to_owned(),
            line_starts,
        })
    }

    /// The offset at which line `line` (from 1) begins.
    pub fn line_start(&self, line: u32) -> u32 {
        let index = (line as usize).saturating_sub(1);
        self.line_starts
            .get(index)
            .copied()
            .unwrap_or(self.text.len() as u32)
    }

    /// The text of line `line` without its newline.
    pub fn line_text(&self, line: u32) -> &str {
        let start = self.line_start(line) as usize;
        let end = match self.line_starts.get(line as usize) {
            Some(&next) => next as usize - 1,
            None => self.text.len(),
        };
        self.text.get(start..end).unwrap_or("")
    }
}

fn null_bytes() -> CompileError {
    CompileError::without_position(
        ErrorKind::Syntax,
        "source code string cannot contain null bytes",
    )
}

/// Replaces `\r\n` and `\r` by `\n`.
fn translate_newlines(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = memchr::memchr(b'\r', rest.as_bytes()) {
        result.push_str(&rest[..index]);
        result.push('\n');
        rest = &rest[index + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    result.push_str(rest);
    Cow::Owned(result)
}

/// Decodes the bytes of a source file (`compile` of a bytes object).
pub fn decode_source(bytes: &[u8], filename: &str) -> Result<Source, CompileError> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(null_bytes());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Source::from_str(text, filename),
        Err(_) => Source::from_str(&String::from_utf8_lossy(bytes), filename),
    }
}
