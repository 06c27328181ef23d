//! Errors and their places.
//!
//! A place is a line and a column in bytes that becomes a column in characters, by way of the text of the line, with a few quirks that are
//! kept: columns beyond the line are cut off at its end, the end column is looked up in the first line, `-1` means unknown.
//!
//! CPython 3.11: `_PyPegen_raise_error_known_location`, `_Pypegen_tokenizer_error`, `_Pypegen_set_syntax_error` in `Parser/pegen_errors.c`.

use super::node::Value;
use super::{Recognizer, Start};
use crate::error::{CompileError, ErrorKind};
use crate::lexer::token::{Token, TokenKind};
use crate::lexer::{Bracket, Failure};
use crate::lower::number::{TooManyDigits, number_value};
use crate::lower::string::LiteralError;

/// A place as CPython counts it: columns from 1 in bytes, 0 and -1 for unknown.
#[derive(Clone, Copy, Debug)]
struct Place {
    line: i32,
    col: i32,
    end_line: i32,
    end_col: i32,
}

impl Recognizer<'_> {
    /// The column of a token's first byte; -1 for tokens that have no text.
    fn col(&self, token: &Token) -> i32 {
        if has_no_text(token) {
            return self.no_col(token);
        }
        token.start as i32 - self.source.line_start(token.line) as i32
    }

    /// The column behind a token's last byte; -1 for tokens that have no text.
    fn end_col(&self, token: &Token) -> i32 {
        if has_no_text(token) {
            return self.no_col(token);
        }
        token.end as i32 - self.source.line_start(token.end_line) as i32
    }

    /// What an unknown column comes to: in the first line of an f-string's expression CPython moves it like any other.
    fn no_col(&self, token: &Token) -> i32 {
        match self.start {
            Start::Fstring { starting_col }
                if self
                    .tokens
                    .first()
                    .is_some_and(|open| open.line == token.line) =>
            {
                starting_col - 1
            }
            _ => -1,
        }
    }

    /// The token that was read last.
    fn last_token(&self) -> Option<&Token> {
        self.tokens.get(self.fill.saturating_sub(1))
    }

    /// Where the lexer stands: its line, and how far it is in it.
    fn lexer_place(&self) -> (i32, i32) {
        let Some(token) = self.last_token() else {
            return (1, 0);
        };
        if token.kind == TokenKind::Error {
            if let Some(error) = &self.lexed.error {
                return (
                    error.line as i32,
                    error.cur as i32 - error.line_start as i32,
                );
            }
        }
        let mut cur = token.end as i32;
        if token.kind == TokenKind::Newline && token.partner != Token::INSERTED {
            cur += 1;
        }
        (
            token.end_line as i32,
            cur - self.source.line_start(token.end_line) as i32,
        )
    }

    /// `RAISE_SYNTAX_ERROR_KNOWN_LOCATION`
    pub(super) fn raise_at(&mut self, node: Value, msg: String) {
        self.raise_range(node, node, msg);
    }

    /// `RAISE_SYNTAX_ERROR_KNOWN_RANGE`
    pub(super) fn raise_range(&mut self, from: Value, to: Value, msg: String) {
        let (first, last) = (self.ends(from).0, self.ends(to).1);
        let (Some(first), Some(last)) = (self.tokens.get(first), self.tokens.get(last)) else {
            return;
        };
        let place = Place {
            line: first.line as i32,
            col: self.col(first) + 1,
            end_line: last.end_line as i32,
            end_col: self.end_col(last) + 1,
        };
        self.raise(ErrorKind::Syntax, msg, place);
    }

    /// `RAISE_SYNTAX_ERROR_STARTING_FROM`
    pub(super) fn raise_from(&mut self, node: Value, msg: String) {
        let Some(first) = self.tokens.get(self.ends(node).0) else {
            return;
        };
        let (end_line, end_col) = self.lexer_place();
        let place = Place {
            line: first.line as i32,
            col: self.col(first) + 1,
            end_line,
            end_col,
        };
        self.raise(ErrorKind::Syntax, msg, place);
    }

    /// `RAISE_SYNTAX_ERROR`, `RAISE_INDENTATION_ERROR`: at the last token that was read.
    pub(super) fn raise_last(&mut self, kind: ErrorKind, msg: String) {
        let Some(token) = self.last_token() else {
            return;
        };
        let col = match self.col(token) {
            -1 => self.lexer_place().1,
            col => col + 1,
        };
        let end_col = match self.end_col(token) {
            -1 => -1,
            col => col + 1,
        };
        let place = Place {
            line: token.line as i32,
            col,
            end_line: token.end_line as i32,
            end_col,
        };
        self.raise(kind, msg, place);
    }

    /// `':' expected after dictionary key` ends before its node does.
    pub(super) fn raise_colon_expected(&mut self, node: Value) {
        let (first, last) = self.ends(node);
        let (Some(first), Some(last)) = (self.tokens.get(first), self.tokens.get(last)) else {
            return;
        };
        let place = Place {
            line: first.line as i32,
            col: self.end_col(last),
            end_line: last.end_line as i32,
            end_col: 0,
        };
        self.raise(
            ErrorKind::Syntax,
            "':' expected after dictionary key".to_owned(),
            place,
        );
    }

    /// `_PyPegen_raise_error_known_location`
    fn raise(&mut self, kind: ErrorKind, msg: String, place: Place) {
        self.stopped = true;
        let mut place = place;
        let mut msg = msg;
        let text = self.error_line(place.line);
        if let Start::Fstring { starting_col } = self.start {
            msg.insert_str(0, "f-string: ");
            place.col -= starting_col;
            place.end_col -= starting_col;
        } else if self.source.has_encoding {
            place.col = characters(text.as_bytes(), place.col);
            if place.end_col > 0 {
                place.end_col = characters(text.as_bytes(), place.end_col);
            }
        }
        self.error = Some(Box::new(CompileError {
            kind,
            msg,
            lineno: Some(place.line),
            offset: Some(place.col),
            end_lineno: Some(place.end_line),
            end_offset: Some(place.end_col),
            text: Some(text),
        }));
    }

    /// The text that goes with an error in line `line`: the lexer's buffer if it has come no further, or else the line alone.
    fn error_line(&self, line: i32) -> String {
        let lexer_line = self.lexer_place().0;
        let line = line.max(1) as u32;
        if let Start::Fstring { .. } = self.start {
            return self.fstring_line(line, lexer_line as u32);
        }
        if lexer_line > line as i32 {
            return self.source.line_text(line);
        }
        let lexer_line = lexer_line.max(1) as u32;
        let mut buffered = self.lexed.buffers.iter();
        let buffer = buffered.find(|lines| (lines.first..=lines.last).contains(&lexer_line));
        let first = buffer.map_or(lexer_line, |lines| lines.buffer);
        let start = self.source.line_start(first) as usize;
        let mut end = self.source.line_start(lexer_line + 1) as usize;
        if self.is_cut_off() {
            // The lexer has read everything and gone back to the line where the literal began.
            end = self.source.text.len();
        }
        let mut text = self.source.shown(start, end);
        let length = self.source.text.len();
        if self.lexed.end as usize > length && end == length && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// The same in the expression of an f-string, which is a source of its own: `(`, the expression, `)`.
    fn fstring_line(&self, line: u32, lexer_line: u32) -> String {
        let (Some(open), Some(end)) = (
            self.tokens.first(),
            (self.lexed.end as usize).checked_sub(2),
        ) else {
            return String::new();
        };
        let expression_start = self.lexed.fstring_start as usize;
        let mut start = self.source.line_start(line) as usize;
        let mut text = String::new();
        if line <= open.line {
            start = expression_start;
            text.push('(');
        }
        let next = self.source.line_start(line + 1) as usize;
        let is_last = next > end || line as usize >= usize::MAX;
        text.push_str(&self.source.shown(start, end.min(next)));
        if is_last {
            text.push_str(")\n");
        }
        if lexer_line > line {
            text.truncate(text.trim_end_matches('\n').len());
        }
        text
    }

    /// Raises what the lexer found.
    pub(super) fn raise_lexical(&mut self) {
        let Some(error) = self.lexed.error.as_deref() else {
            return;
        };
        let line = error.line as i32;
        let at_line = |col: i32| Place {
            line,
            col,
            end_line: line,
            end_col: 0,
        };
        match &error.failure {
            Failure::Syntax { .. } => self.raise_lexer_syntax(),
            Failure::Eof => match error.brackets.last() {
                Some(&bracket) => self.raise_unclosed(bracket),
                None => {
                    self.raise_last(ErrorKind::Syntax, "unexpected EOF while parsing".to_owned())
                }
            },
            Failure::Decode(msg) => {
                self.raise_last(ErrorKind::Syntax, format!("(unicode error) {msg}"))
            }
            Failure::Dedent => {
                let msg = "unindent does not match any outer indentation level";
                self.raise_last(ErrorKind::Indentation, msg.to_owned());
            }
            Failure::TabSpace => {
                let msg = "inconsistent use of tabs and spaces in indentation";
                self.raise(ErrorKind::Tab, msg.to_owned(), at_line(1));
            }
            Failure::TooDeep => {
                let msg = "too many levels of indentation";
                self.raise(ErrorKind::Indentation, msg.to_owned(), at_line(1));
            }
            Failure::LineContinuation => {
                let msg = "unexpected character after line continuation character";
                let col = error.cur as i32 - error.buffer_start as i32;
                self.raise(ErrorKind::Syntax, msg.to_owned(), at_line(col));
            }
        }
    }

    /// An error whose place the lexer knows in characters.
    fn raise_lexer_syntax(&mut self) {
        let Some(error) = self.lexed.error.as_deref() else {
            return;
        };
        if let Failure::Syntax {
            msg,
            line,
            offset,
            end_offset,
        } = &error.failure
        {
            let text = match self.start {
                Start::Fstring { .. } => self
                    .fstring_line(*line, *line)
                    .trim_end_matches('\n')
                    .to_owned(),
                _ => self.source.line_text(*line),
            };
            self.stopped = true;
            self.error = Some(Box::new(CompileError {
                kind: ErrorKind::Syntax,
                msg: msg.clone(),
                lineno: Some(*line as i32),
                offset: Some(*offset),
                end_lineno: Some(*line as i32),
                end_offset: Some(*end_offset),
                text: Some(text),
            }));
        }
    }

    fn raise_unclosed(&mut self, bracket: Bracket) {
        let line = bracket.line as i32;
        let place = Place {
            line,
            col: bracket.start as i32 - self.source.line_start(bracket.line) as i32 + 1,
            end_line: line,
            end_col: 0,
        };
        let open = bracket.open as char;
        self.raise(
            ErrorKind::Syntax,
            format!("'{open}' was never closed"),
            place,
        );
    }

    pub(super) fn raise_literal(&mut self, error: LiteralError) {
        match error {
            LiteralError::AtLastToken(msg) => self.raise_last(ErrorKind::Syntax, msg),
            LiteralError::AtToken(index, msg) => self.raise_at(Value::token(index), msg),
            LiteralError::Located(error) => {
                self.stopped = true;
                self.error = Some(error);
            }
            LiteralError::Expression => {
                self.raise_last(ErrorKind::Syntax, "f-string: invalid syntax".to_owned())
            }
        }
    }

    /// The error that takes the place of a warning about a token, here and now.
    fn error_for(&mut self, raise: impl FnOnce(&mut Self)) -> Option<Box<CompileError>> {
        let (stopped, error) = (self.stopped, self.error.take());
        raise(self);
        if self.is_lexer_fine() {
            self.look_for_lexical_errors();
        }
        self.stopped = stopped;
        std::mem::replace(&mut self.error, error)
    }

    /// The warnings of the string literals that were read last. The second pass does not repeat them.
    pub(super) fn warn_of_strings(&mut self) {
        for mut warning in std::mem::take(&mut self.context.warnings) {
            if self.invalid_rules {
                continue;
            }
            if warning.error.is_none() {
                let is_it = |token: &Token| token.start == warning.start;
                if let Some(index) = self.tokens[..self.fill].iter().rposition(is_it) {
                    let msg = warning.msg.clone();
                    warning.error = self.error_for(|this| this.raise_at(Value::token(index), msg));
                }
            }
            self.warnings.push(warning);
        }
    }

    /// The lexer's warning of the number that was read last.
    pub(super) fn warn_of_number(&mut self) {
        let Some(warning) = self.lexed.warnings.get(self.lexed_warnings) else {
            return;
        };
        let mark = self.mark;
        if warning.order as usize != mark {
            return;
        }
        self.lexed_warnings += 1;
        let mut warning = warning.clone();
        let token = self.tokens[mark];
        let (offset, text) = self.lexer_column(token.end, token.line);
        warning.error = Some(Box::new(CompileError {
            kind: ErrorKind::Syntax,
            msg: warning.msg.clone(),
            lineno: Some(warning.lineno),
            offset: Some(offset),
            end_lineno: Some(warning.lineno),
            end_offset: Some(offset),
            text: Some(text),
        }));
        self.warnings.push(warning);
    }

    /// How many characters the lexer has read of the line, and the line.
    fn lexer_column(&self, end: u32, line: u32) -> (i32, String) {
        let start = self.source.line_start(line);
        let (text, before) = match self.start {
            Start::Fstring { .. } => {
                let text = self.fstring_line(line, line);
                let first = self.tokens.first().is_some_and(|open| open.line == line);
                let begin = if first {
                    self.lexed.fstring_start
                } else {
                    start
                };
                (text, end.saturating_sub(begin) + u32::from(first))
            }
            _ => (self.source.line_text(line), end.saturating_sub(start)),
        };
        let text = text.trim_end_matches('\n').to_owned();
        (characters(text.as_bytes(), before as i32), text)
    }

    /// Whether the number at `mark` is one that CPython reads.
    pub(super) fn check_number(&mut self) -> bool {
        if self.options.feature_version < 6 && self.text(self.mark).contains('_') {
            let msg =
                "Underscores in numeric literals are only supported in Python 3.6 and greater";
            self.raise_last(ErrorKind::Syntax, msg.to_owned());
            return false;
        }
        let Err(TooManyDigits(count)) =
            number_value(self.text(self.mark), self.options.int_max_str_digits)
        else {
            return true;
        };
        let token = self.tokens[self.mark];
        let limit = self.options.int_max_str_digits;
        let msg = format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {count} digits; use sys.set_int_max_str_digits() to \
             increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
        );
        let place = Place {
            line: token.line as i32,
            col: 0,
            end_line: token.end_line as i32,
            end_col: 0,
        };
        self.raise(ErrorKind::Syntax, msg, place);
        false
    }

    /// Whether the lexer has seen the end of the source.
    fn at_end(&self) -> bool {
        self.last_token().is_some_and(|token| match token.kind {
            TokenKind::EndMarker => true,
            TokenKind::Error => self
                .lexed
                .error
                .as_ref()
                .is_some_and(|error| matches!(error.failure, Failure::Eof)),
            TokenKind::Newline => token.partner == Token::INSERTED,
            _ => self.looked_at(token) > self.lexed.end,
        })
    }

    /// How far the lexer had to look for this token.
    fn looked_at(&self, token: &Token) -> u32 {
        let length = token.end - token.start;
        let next = self.source.text.as_bytes().get(token.end as usize);
        let further = match token.kind {
            // Two quotes could be the beginning of three.
            TokenKind::String => u32::from(
                self.text_of(token)
                    .trim_start_matches(|ch: char| ch.is_ascii_alphabetic())
                    .len()
                    == 2,
            ),
            TokenKind::Name | TokenKind::Number => 1,
            TokenKind::Dot if next == Some(&b'.') => 2,
            _ if length == 3 && TokenKind::keyword(self.text_of(token).as_bytes()).is_none() => 0,
            _ => 1,
        };
        token.end + further
    }

    fn text_of(&self, token: &Token) -> &str {
        self.source
            .text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    /// Whether the last token is a string literal that the end of the source cuts off.
    fn is_cut_off(&self) -> bool {
        self.fill == self.tokens.len()
            && self.lexed.error.as_ref().is_some_and(|error| error.at_end)
    }

    pub(super) fn is_end_of_source(&self) -> bool {
        self.at_end() || self.is_cut_off()
    }

    /// The lexer has not come to the end, nor to an error.
    fn is_lexer_fine(&self) -> bool {
        let last = self.last_token();
        !self.at_end() && last.is_some_and(|token| token.kind != TokenKind::Error)
    }

    /// `_Pypegen_set_syntax_error`
    pub(super) fn set_syntax_error(&mut self, last_token: usize) {
        if let Some(error) = &self.error {
            if self.is_lexer_fine() && error.is_syntax_error() {
                self.look_for_lexical_errors();
            }
            return;
        }
        match self.tokens.get(last_token).map(|token| token.kind) {
            Some(TokenKind::Indent) => {
                self.raise_last(ErrorKind::Indentation, "unexpected indent".to_owned())
            }
            Some(TokenKind::Dedent) => {
                self.raise_last(ErrorKind::Indentation, "unexpected unindent".to_owned())
            }
            _ => {
                self.raise_at(Value::token(last_token), "invalid syntax".to_owned());
                self.look_for_lexical_errors();
            }
        }
    }

    /// `_PyPegen_tokenize_full_source_to_check_for_errors`: what the lexer finds in the rest may be more to the point.
    fn look_for_lexical_errors(&mut self) {
        let Some(error) = self.lexed.error.as_deref() else {
            return;
        };
        let current_line = self.last_token().map_or(0, |token| token.line);
        if matches!(error.failure, Failure::Syntax { .. }) {
            self.raise_lexer_syntax();
        } else if let Failure::Decode(msg) = &error.failure {
            // A bare UnicodeDecodeError, which is a ValueError.
            self.error = Some(Box::new(CompileError::without_position(
                ErrorKind::Value,
                msg.clone(),
            )));
        } else if let Some(&bracket) = error.brackets.last() {
            if current_line > bracket.line {
                self.raise_unclosed(bracket);
            }
        }
    }
}

/// Tokens that CPython's lexer gives no beginning and no end.
fn has_no_text(token: &Token) -> bool {
    match token.kind {
        TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker | TokenKind::Error => true,
        TokenKind::Newline => token.partner == Token::INSERTED,
        _ => false,
    }
}

/// How many characters the first `bytes` bytes of `line` are; a part of one counts as one, and there is one at most behind the line.
fn characters(line: &[u8], bytes: i32) -> i32 {
    let bytes = bytes.max(0) as usize;
    let inside = bytes.min(line.len());
    let beyond = usize::from(bytes > line.len());
    (String::from_utf8_lossy(&line[..inside]).chars().count() + beyond) as i32
}
