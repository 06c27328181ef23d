//! Bytes to text: byte order mark, coding cookie, newlines.
//!
//! Bytes that are not UTF-8 are no error by themselves: CPython decodes names and strings one by one and never looks into comments. Such
//! bytes are replaced by a placeholder of the same length, and whoever meets one asks for the error (`Source::decode_error`).
//!
//! CPython 3.11: `decode_str`, `check_bom`, `check_coding_spec`, `translate_newlines` in `Parser/tokenizer.c`.

mod charmap_tables;
mod codecs;

use crate::error::{CompileError, ErrorKind};

/// What stands for a byte that is not UTF-8.
pub const PLACEHOLDER: u8 = 1;

/// A decoded source: text with `\n` newlines and no byte order mark.
#[derive(Debug)]
pub struct Source {
    /// The text.
    pub text: String,
    /// The file name that messages show.
    pub filename: String,
    /// The encoding is known, so columns of errors count characters; without one CPython counts bytes.
    pub has_encoding: bool,
    /// The last newline was `\r\n`, which for CPython's parser of modules is one newline more.
    pub ends_in_crlf: bool,
    /// The bytes, when they are not UTF-8 everywhere.
    raw: Option<Vec<u8>>,
    /// Offsets of the first byte of every line.
    line_starts: Vec<u32>,
}

impl Source {
    /// A source from text (`compile` of a str): no cookie is looked for. Newlines are normalised.
    pub fn from_str(text: &str, filename: &str) -> Result<Source, CompileError> {
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return Err(null_bytes());
        }
        let ends_in_crlf = text.ends_with("\r\n");
        let text = match translate_newlines(text.as_bytes()) {
            // Replacing `\r` leaves UTF-8 what it was.
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => text.to_owned(),
        };
        let mut source = Source::new(text, filename)?;
        source.has_encoding = true;
        source.ends_in_crlf = ends_in_crlf;
        Ok(source)
    }

    fn new(text: String, filename: &str) -> Result<Source, CompileError> {
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
            has_encoding: false,
            ends_in_crlf: false,
            raw: None,
            line_starts,
        })
    }

    /// The offset at which line `line` (from 1) begins.
    #[inline]
    pub fn line_start(&self, line: u32) -> u32 {
        let index = (line as usize).saturating_sub(1);
        self.line_starts
            .get(index)
            .copied()
            .unwrap_or(self.text.len() as u32)
    }

    /// Line `line` without its newline, as errors show it.
    pub fn line_text(&self, line: u32) -> String {
        let start = self.line_start(line) as usize;
        let end = match self.line_starts.get(line as usize) {
            Some(&next) => next as usize - 1,
            None => self.text.len(),
        };
        self.shown(start, end)
    }

    /// The source from `start` to `end` as errors show it: what is not UTF-8 is replaced.
    pub fn shown(&self, start: usize, end: usize) -> String {
        match &self.raw {
            Some(raw) => {
                String::from_utf8_lossy(raw.get(start..end).unwrap_or_default()).into_owned()
            }
            None => self.text.get(start..end).unwrap_or("").to_owned(),
        }
    }

    /// Whether the byte at `pos` stands for one that is not UTF-8.
    #[inline]
    pub fn is_placeholder(&self, pos: usize) -> bool {
        match &self.raw {
            Some(raw) => self.text.as_bytes()[pos] == PLACEHOLDER && raw[pos] >= 0x80,
            None => false,
        }
    }

    /// Whether there are bytes that are not UTF-8.
    #[inline]
    pub fn has_placeholders(&self) -> bool {
        self.raw.is_some()
    }

    /// What is wrong with the bytes from `start` to `end`, if they are not UTF-8: the text of the `UnicodeDecodeError`.
    pub fn decode_error(&self, start: usize, end: usize) -> Option<String> {
        self.raw
            .as_ref()
            .and_then(|raw| raw.get(start..end))
            .and_then(utf8_error)
    }
}

fn null_bytes() -> CompileError {
    CompileError::without_position(
        ErrorKind::Syntax,
        "source code string cannot contain null bytes",
    )
}

/// Replaces `\r\n` and `\r` by `\n`; `None` if there is none.
fn translate_newlines(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'\r', bytes)?;
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(index) = memchr::memchr(b'\r', rest) {
        result.extend_from_slice(&rest[..index]);
        result.push(b'\n');
        rest = &rest[index + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    result.extend_from_slice(rest);
    Some(result)
}

/// The message of CPython's `UnicodeDecodeError` for bytes that are not UTF-8.
pub fn utf8_error(bytes: &[u8]) -> Option<String> {
    let error = std::str::from_utf8(bytes).err()?;
    let start = error.valid_up_to();
    let first = bytes[start];
    let (length, reason) = match error.error_len() {
        None => (bytes.len() - start, "unexpected end of data"),
        Some(length) if matches!(first, 0xC2..=0xF4) => (length, "invalid continuation byte"),
        Some(_) => (1, "invalid start byte"),
    };
    let place = if length == 1 {
        format!("byte 0x{first:02x} in position {start}")
    } else {
        format!("bytes in position {start}-{}", start + length - 1)
    };
    Some(format!("'utf-8' codec can't decode {place}: {reason}"))
}

/// Decodes the bytes of a source file (`compile` of a bytes object).
pub fn decode_source(bytes: &[u8], filename: &str) -> Result<Source, CompileError> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(null_bytes());
    }
    let ends_in_crlf = bytes.ends_with(b"\r\n");
    let translated = translate_newlines(bytes);
    let bytes = translated.as_deref().unwrap_or(bytes);
    let (bytes, has_bom) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let cookie = coding_cookie(bytes);
    let mut source = match &cookie {
        Some(cookie) if has_bom && cookie != "utf-8" => {
            return Err(decoding_error(format!(
                "encoding problem: {cookie} with BOM"
            )));
        }
        Some(cookie) if cookie != "utf-8" => {
            let text = codecs::decode(bytes, cookie).map_err(decoding_error)?;
            Source::new(text, filename)?
        }
        _ => from_utf8(bytes, filename)?,
    };
    source.has_encoding = has_bom || cookie.is_some();
    source.ends_in_crlf = ends_in_crlf;
    Ok(source)
}

/// An error before the first token: line 0.
fn decoding_error(msg: String) -> CompileError {
    CompileError {
        lineno: Some(0),
        offset: Some(-1),
        ..CompileError::without_position(ErrorKind::Syntax, msg)
    }
}

fn from_utf8(bytes: &[u8], filename: &str) -> Result<Source, CompileError> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Source::new(text.to_owned(), filename);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            text.push(PLACEHOLDER as char);
        }
    }
    let mut source = Source::new(text, filename)?;
    source.raw = Some(bytes.to_vec());
    Ok(source)
}

/// The encoding that one of the first two lines names.
fn coding_cookie(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    for _ in 0..2 {
        let line_end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..line_end];
        let indent = line
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'))
            .count();
        if line.get(indent) == Some(&b'#') {
            if let Some(cookie) = cookie_in_comment(&line[indent..]) {
                return Some(cookie);
            }
        } else if indent < line.len() {
            // Something other than a comment: the second line is not looked at.
            return None;
        }
        rest = rest.get(line_end + 1..)?;
    }
    None
}

fn cookie_in_comment(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(index) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[index + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let blanks = rest[1..]
            .iter()
            .take_while(|&&byte| byte == b' ' || byte == b'\t')
            .count();
        let name = &rest[1 + blanks..];
        let length = name
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .count();
        if length > 0 {
            return Some(normal_name(&String::from_utf8_lossy(&name[..length])));
        }
    }
    None
}

/// `get_normal_name`
fn normal_name(name: &str) -> String {
    let head: String = name
        .chars()
        .take(12)
        .map(|ch| {
            if ch == '_' {
                '-'
            } else {
                ch.to_ascii_lowercase()
            }
        })
        .collect();
    let is = |base: &str| {
        head == base
            || head
                .strip_prefix(base)
                .is_some_and(|rest| rest.starts_with('-'))
    };
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

/// Decodes the bytes of a script that is run by its name: CPython then reads line by line, and refuses what is not UTF-8 anywhere.
pub fn decode_script(bytes: &[u8], filename: &str) -> Result<Source, CompileError> {
    let line_of =
        |position: usize| memchr::memchr_iter(b'\n', &bytes[..position]).count() as i32 + 1;
    let null = memchr::memchr(0, bytes);
    // Line by line CPython looks for what is not UTF-8, as far as a null byte, and then for that; until an encoding is declared.
    let second_line = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |place| place + 1);
    let declared =
        if bytes.starts_with(b"\xef\xbb\xbf") || coding_cookie(&bytes[..second_line]).is_some() {
            0
        } else if coding_cookie(bytes).is_some() {
            second_line
        } else {
            bytes.len()
        };
    let checked = &bytes[..null.unwrap_or(bytes.len()).min(declared)];
    if let Err(error) = std::str::from_utf8(checked) {
        let position = error.valid_up_to();
        let (byte, line) = (bytes[position], line_of(position));
        let msg = format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}' in file {filename} on line {line}, but no encoding declared; see \
             https://peps.python.org/pep-0263/ for details"
        );
        return Err(CompileError::without_position(ErrorKind::Syntax, msg));
    }
    if let Some(position) = null {
        let line_start = memchr::memrchr(b'\n', &bytes[..position]).map_or(0, |index| index + 1);
        return Err(CompileError {
            lineno: Some(line_of(position)),
            offset: Some(0),
            text: Some(String::from_utf8_lossy(&bytes[line_start..position]).into_owned()),
            ..CompileError::without_position(
                ErrorKind::Syntax,
                "source code cannot contain null bytes",
            )
        });
    }
    decode_source(bytes, filename).map_err(|error| {
        // The declared encoding is no use: it does not exist, contradicts the BOM, or does not fit what stands there.
        if error.lineno != Some(0) {
            return error;
        }
        let msg = if error.msg.starts_with("encoding problem: ") {
            error.msg
        } else {
            format!(
                "encoding problem: {}",
                coding_cookie(bytes).unwrap_or_default()
            )
        };
        CompileError::without_position(ErrorKind::Syntax, msg)
    })
}
