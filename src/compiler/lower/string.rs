//! String and bytes literals, read from the source.
//!
//! The parser crate sees one empty literal in place of every run of adjacent ones; here the run is decoded by CPython's rules into
//! generalised UTF-8 (lone surrogates survive). What is wrong with a literal is a `LiteralError`; the lowering only notes that there is one,
//! the recogniser reports it.
//!
//! CPython 3.11: `_PyPegen_concatenate_strings` in `Parser/action_helpers.c`, `_PyPegen_parsestr` in `Parser/string_parser.c`,
//! `_PyUnicode_DecodeUnicodeEscapeInternal`, `_PyBytes_DecodeEscape`.

use super::Lowerer;
use super::fstring::Pieces;
use crate::ast::{Expr, ExprKind};
use crate::error::{CompileError, CompileWarning, WarningKind};
use crate::lexer::token::Token;
use bytecode::Constant;
use bytecode::constant::StrObj;
use std::rc::Rc;

/// What is wrong with a literal.
#[derive(Debug)]
pub enum LiteralError {
    /// A SyntaxError at the last token that was read.
    AtLastToken(String),
    /// A SyntaxError at the token of this index.
    AtToken(usize, String),
    /// An error that knows its place: of an expression in an f-string.
    Located(Box<CompileError>),
    /// An expression in an f-string that is wrong; what is wrong is not known here.
    Expression,
}

/// What the prefix and the quotes of a literal say.
struct Literal {
    is_bytes: bool,
    is_raw: bool,
    is_format: bool,
    /// Where its contents begin and end.
    start: usize,
    end: usize,
}

impl Literal {
    fn new(bytes: &[u8], token: &Token) -> Literal {
        let mut pos = token.start as usize;
        let (mut is_bytes, mut is_raw, mut is_format) = (false, false, false);
        loop {
            match bytes[pos] | 0x20 {
                b'b' => is_bytes = true,
                b'r' => is_raw = true,
                b'f' => is_format = true,
                b'u' => {}
                _ => break,
            }
            pos += 1;
        }
        let quote = bytes[pos];
        let end = token.end as usize;
        let triple = end - pos >= 6 && bytes[pos + 1] == quote && bytes[pos + 2] == quote;
        let width = if triple { 3 } else { 1 };
        Literal {
            is_bytes,
            is_raw,
            is_format,
            start: pos + width,
            end: end - width,
        }
    }
}

impl<'a> Lowerer<'a, '_> {
    /// The literals in the tokens from `start` to before `end`.
    pub fn strings(&mut self, start: usize, end: usize) -> Expr {
        match self.try_strings(start, end) {
            Ok(expr) => expr,
            Err(_) => {
                self.reject();
                self.placeholder()
            }
        }
    }

    /// The literals in the tokens from `start` to before `end`, or what is wrong with them.
    pub fn try_strings(&mut self, start: usize, end: usize) -> Result<Expr, LiteralError> {
        let warned = self.context.warnings.len();
        let result = self.concatenate(start, end);
        // The parser looks at the literals when it has read the token behind them.
        for warning in self.context.warnings.iter_mut().skip(warned) {
            warning.order = end as u32;
            warning.in_literal = true;
        }
        result
    }

    fn concatenate(&mut self, start: usize, end: usize) -> Result<Expr, LiteralError> {
        let source = self.context.source;
        let bytes = source.text.as_bytes();
        let span = self.span(start, end);
        let first = self.tokens[start];
        let last = self.tokens[end - 1];
        let mut pieces = Pieces::new(first, last);
        let mut all_bytes = Vec::new();
        let mut bytes_mode = false;
        for index in start..end {
            let token = self.tokens[index];
            let literal = Literal::new(bytes, &token);
            let contents = &bytes[literal.start..literal.end];
            if literal.is_format {
                self.require_version(
                    6,
                    "Format strings are only supported in Python 3.6 and greater",
                )?;
                if index != start && bytes_mode {
                    return Err(LiteralError::AtLastToken(
                        "cannot mix bytes and nonbytes literals".to_owned(),
                    ));
                }
                self.format_string(
                    &mut pieces,
                    literal.start,
                    literal.end,
                    literal.is_raw,
                    &token,
                )?;
                continue;
            }
            let is_raw = literal.is_raw || memchr::memchr(b'\\', contents).is_none();
            if !literal.is_bytes {
                self.check_decoded(literal.start, literal.end, !is_raw)?;
            }
            let mut decoded = Vec::new();
            if literal.is_bytes {
                if !contents.is_ascii()
                    || (literal.start..literal.end)
                        .any(|pos| self.context.source.is_placeholder(pos))
                {
                    let msg = "bytes can only contain ASCII literal characters";
                    return Err(LiteralError::AtToken(index, msg.to_owned()));
                }
                if is_raw {
                    decoded.extend_from_slice(contents);
                } else {
                    decoded = self.decode_bytes(contents, &token)?;
                }
            } else if !is_raw {
                decoded = self.decode_unicode(contents, &token)?;
            }
            if index != start && bytes_mode != literal.is_bytes {
                return Err(LiteralError::AtLastToken(
                    "cannot mix bytes and nonbytes literals".to_owned(),
                ));
            }
            bytes_mode = literal.is_bytes;
            if literal.is_bytes {
                all_bytes.extend_from_slice(&decoded);
            } else if is_raw {
                pieces.literal(contents);
            } else {
                pieces.literal(&decoded);
            }
        }
        if bytes_mode {
            let value = Constant::Bytes(Rc::new(all_bytes.into_boxed_slice()));
            return Ok(Expr {
                span,
                kind: ExprKind::Constant { value, kind: None },
            });
        }
        Ok(self.finish_pieces(pieces, &first, &last))
    }

    /// Bytes that are not UTF-8 are an error in a str. With escapes, what is not ASCII is decoded run by run.
    pub(super) fn check_decoded(
        &self,
        start: usize,
        end: usize,
        runs: bool,
    ) -> Result<(), LiteralError> {
        let source = self.context.source;
        let mut run_start = start;
        while source.has_placeholders() && run_start < end {
            let mut run_end = end;
            if runs {
                let is_high = |pos: &usize| {
                    source.text.as_bytes()[*pos] >= 0x80 || source.is_placeholder(*pos)
                };
                run_start = (run_start..end).find(is_high).unwrap_or(end);
                run_end = (run_start..end).find(|pos| !is_high(pos)).unwrap_or(end);
            }
            if let Some(error) = source.decode_error(run_start, run_end) {
                return Err(LiteralError::AtLastToken(format!(
                    "(unicode error) {error}"
                )));
            }
            run_start = run_end;
        }
        Ok(())
    }

    /// A str constant that reaches from `first` to `last`.
    pub(super) fn str_constant(&self, text: Vec<u8>, first: &Token, last: &Token) -> Expr {
        let bytes = self.context.source.text.as_bytes();
        let kind = (bytes[first.start as usize] == b'u').then(|| Rc::from("u"));
        let value = Constant::Str(StrObj::new(text));
        Expr {
            span: self.token_span(first, last),
            kind: ExprKind::Constant { value, kind },
        }
    }

    /// Decodes the escapes of a str.
    pub(super) fn decode_unicode(
        &mut self,
        contents: &[u8],
        token: &Token,
    ) -> Result<Vec<u8>, LiteralError> {
        let mut decoder = UnicodeEscapes {
            input: contents,
            pos: 0,
            shift: 0,
            output: Vec::with_capacity(contents.len()),
            first_invalid: None,
        };
        decoder.run().map_err(LiteralError::AtLastToken)?;
        let (output, first_invalid) = (decoder.output, decoder.first_invalid);
        self.warn_invalid_escape(contents, first_invalid, token);
        Ok(output)
    }

    fn decode_bytes(&mut self, contents: &[u8], token: &Token) -> Result<Vec<u8>, LiteralError> {
        let (output, first_invalid) = decode_bytes(contents).map_err(LiteralError::AtLastToken)?;
        self.warn_invalid_escape(contents, first_invalid, token);
        Ok(output)
    }

    /// Warns about the escape whose letter is at `position`.
    pub(super) fn warn_invalid_escape(
        &mut self,
        contents: &[u8],
        position: Option<usize>,
        token: &Token,
    ) {
        let Some(position) = position else {
            return;
        };
        let Some(&letter) = contents.get(position) else {
            return;
        };
        let msg = if (b'4'..=b'7').contains(&letter) {
            let digits = contents
                .get(position..position + 3)
                .unwrap_or(&contents[position..]);
            format!(
                "invalid octal escape sequence '\\{}'",
                String::from_utf8_lossy(digits)
            )
        } else {
            format!("invalid escape sequence '\\{}'", letter as char)
        };
        self.context.warnings.push(CompileWarning {
            kind: WarningKind::Deprecation,
            msg,
            lineno: token.line as i32,
            order: 0,
            start: token.start,
            in_literal: true,
            error: None,
        });
    }
}

/// Appends a code point, which may be a surrogate.
fn push_code_point(output: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(ch) => output.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes()),
        None => output.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | ((code >> 6) & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

/// The decoder of escapes in a str.
struct UnicodeEscapes<'s> {
    input: &'s [u8],
    pos: usize,
    /// How much further CPython is: it rewrites what is not ASCII as `\UXXXXXXXX` before it decodes, and positions count in that.
    shift: usize,
    output: Vec<u8>,
    /// The letter of the first escape that means nothing.
    first_invalid: Option<usize>,
}

impl UnicodeEscapes<'_> {
    fn run(&mut self) -> Result<(), String> {
        while self.pos < self.input.len() {
            let rest = &self.input[self.pos..];
            let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            for &byte in &rest[..plain] {
                // A character of n bytes becomes ten.
                if byte >= 0xC0 {
                    self.shift += 10;
                }
                if byte >= 0x80 {
                    self.shift -= 1;
                }
            }
            self.output.extend_from_slice(&rest[..plain]);
            self.pos += plain;
            if self.pos < self.input.len() {
                self.escape()?;
            }
        }
        Ok(())
    }

    /// At a backslash.
    fn escape(&mut self) -> Result<(), String> {
        let start = self.pos + self.shift;
        self.pos += 1;
        let letter = self.input.get(self.pos).copied().unwrap_or(0x80);
        if letter >= 0x80 {
            // CPython turns this backslash, and one at the end, into an escaped one.
            self.output.push(b'\\');
            self.shift += 5;
            return Ok(());
        }
        self.pos += 1;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => self.output.push(letter),
            b'b' => self.output.push(8),
            b'f' => self.output.push(12),
            b't' => self.output.push(b'\t'),
            b'n' => self.output.push(b'\n'),
            b'r' => self.output.push(b'\r'),
            b'v' => self.output.push(11),
            b'a' => self.output.push(7),
            b'0'..=b'7' => self.octal(letter),
            b'x' => self.hex(start, 2, "truncated \\xXX escape")?,
            b'u' => self.hex(start, 4, "truncated \\uXXXX escape")?,
            b'U' => self.hex(start, 8, "truncated \\UXXXXXXXX escape")?,
            b'N' => self.named(start)?,
            _ => {
                self.first_invalid.get_or_insert(self.pos - 1);
                self.output.extend_from_slice(&[b'\\', letter]);
            }
        }
        Ok(())
    }

    fn octal(&mut self, first: u8) {
        let mut code = u32::from(first - b'0');
        for _ in 0..2 {
            match self.input.get(self.pos) {
                Some(&digit @ b'0'..=b'7') => code = code * 8 + u32::from(digit - b'0'),
                _ => break,
            }
            self.pos += 1;
        }
        if code > 0o377 {
            self.first_invalid.get_or_insert(self.pos - 3);
        }
        push_code_point(&mut self.output, code);
    }

    fn hex(&mut self, start: usize, count: usize, reason: &str) -> Result<(), String> {
        let mut code = 0u32;
        for _ in 0..count {
            let digit = self
                .input
                .get(self.pos)
                .and_then(|&byte| (byte as char).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.error(start, reason));
            };
            code = (code << 4) | digit;
            self.pos += 1;
        }
        if code > 0x10FFFF {
            return Err(self.error(start, "illegal Unicode character"));
        }
        push_code_point(&mut self.output, code);
        Ok(())
    }

    /// After `\N`.
    fn named(&mut self, start: usize) -> Result<(), String> {
        const MALFORMED: &str = "malformed \\N character escape";
        if self.input.get(self.pos) != Some(&b'{') {
            return Err(self.error(start, MALFORMED));
        }
        self.pos += 1;
        let rest = &self.input[self.pos..];
        let Some(length) = memchr::memchr(b'}', rest) else {
            self.pos = self.input.len();
            self.shift += rewritten_length(rest) - rest.len();
            return Err(self.error(start, MALFORMED));
        };
        let name = &rest[..length];
        self.pos += length;
        if name.is_empty() {
            return Err(self.error(start, MALFORMED));
        }
        self.pos += 1;
        let code = std::str::from_utf8(name)
            .ok()
            .and_then(base::unicode::names::lookup);
        let Some(code) = code else {
            self.shift += rewritten_length(name) - name.len();
            return Err(self.error(start, "unknown Unicode character name"));
        };
        push_code_point(&mut self.output, code);
        Ok(())
    }

    /// The message of the `UnicodeDecodeError` from `start` to the current position.
    fn error(&self, start: usize, reason: &str) -> String {
        let end = self.pos + self.shift;
        let place = if end == start + 1 {
            format!("byte 0x5c in position {start}")
        } else {
            format!("bytes in position {start}-{}", end - 1)
        };
        format!("(unicode error) 'unicodeescape' codec can't decode {place}: {reason}")
    }
}

/// How long CPython's rewritten form of `bytes` is: `\UXXXXXXXX` for what is not ASCII, `\u005c` for a backslash before that.
fn rewritten_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'\\' {
            length += 1;
            match rest.split_first() {
                Some((&next, tail)) if next < 0x80 => {
                    rest = tail;
                    length += 1;
                }
                _ => length += 5,
            }
        } else if byte >= 0xC0 {
            length += 10;
        } else if byte < 0x80 {
            length += 1;
        }
    }
    length
}

/// Decodes the escapes of a bytes literal.
fn decode_bytes(input: &[u8]) -> Result<(Vec<u8>, Option<usize>), String> {
    let mut output = Vec::with_capacity(input.len());
    let mut first_invalid = None;
    let mut pos = 0;
    while pos < input.len() {
        let byte = input[pos];
        pos += 1;
        if byte != b'\\' {
            output.push(byte);
            continue;
        }
        let Some(&letter) = input.get(pos) else {
            return Err("(value error) Trailing \\ in string".to_owned());
        };
        pos += 1;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => output.push(letter),
            b'b' => output.push(8),
            b'f' => output.push(12),
            b't' => output.push(b'\t'),
            b'n' => output.push(b'\n'),
            b'r' => output.push(b'\r'),
            b'v' => output.push(11),
            b'a' => output.push(7),
            b'0'..=b'7' => {
                let mut code = u32::from(letter - b'0');
                for _ in 0..2 {
                    match input.get(pos) {
                        Some(&digit @ b'0'..=b'7') => code = code * 8 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    pos += 1;
                }
                if code > 0o377 {
                    first_invalid.get_or_insert(pos - 3);
                }
                output.push(code as u8);
            }
            b'x' => {
                let digit = |index: usize| {
                    input
                        .get(index)
                        .and_then(|&byte| (byte as char).to_digit(16))
                };
                let (Some(high), Some(low)) = (digit(pos), digit(pos + 1)) else {
                    return Err(format!(
                        "(value error) invalid \\x escape at position {}",
                        pos - 2
                    ));
                };
                output.push((high * 16 + low) as u8);
                pos += 2;
            }
            _ => {
                first_invalid.get_or_insert(pos - 1);
                output.extend_from_slice(&[b'\\', letter]);
            }
        }
    }
    Ok((output, first_invalid))
}
