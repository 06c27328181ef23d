//! The lexer: bytes to tokens, by CPython's rules.
//!
//! It runs over the whole source before anything is parsed and keeps every token in one table, because three readers need them: the parser
//! crate (through `Tok`s), the lowering (which finds positions and text by token index), and the recogniser that looks for CPython's
//! error message once something is wrong. A lexical error ends the table with an `Error` token; CPython, which reads tokens as its parser
//! asks for them, sees that error only if nothing before it was wrong, and so do the readers here.
//!
//! CPython 3.11: `tok_get` in `Parser/tokenizer.c`.

pub mod ident;
mod number;
mod operator;
pub mod token;

use crate::decode::{PLACEHOLDER, Source};
use crate::error::{CompileError, CompileWarning, ErrorKind};
use base::unicode::is_printable;
use ident::invalid_character;
use token::{Token, TokenKind};

/// `MAXLEVEL`: how deep brackets nest.
const BRACKET_DEPTH_MAX: usize = 200;
/// `MAXINDENT`: how deep blocks nest.
const INDENT_DEPTH_MAX: usize = 100;
/// `tabsize`
const TAB_SIZE: u32 = 8;

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    /// `(`, `[` or `{`.
    pub open: u8,
    /// Its line.
    pub line: u32,
    /// Its offset in the source.
    pub start: u32,
    /// Its token.
    pub token: u32,
}

/// Why the lexer stopped.
#[derive(Clone, Debug)]
pub enum Failure {
    /// `E_ERROR`: a SyntaxError of the lexer's own, with its place in characters.
    Syntax {
        /// The message.
        msg: String,
        /// The line.
        line: u32,
        /// The first column, from 1.
        offset: i32,
        /// The last column, from 1.
        end_offset: i32,
    },
    /// `E_EOF`
    Eof,
    /// `E_DEDENT`
    Dedent,
    /// `E_TABSPACE`
    TabSpace,
    /// `E_TOODEEP`
    TooDeep,
    /// `E_LINECONT`
    LineContinuation,
    /// `E_DECODE`, with the text of the error.
    Decode(String),
}

/// A lexical error and the state the lexer was in.
#[derive(Clone, Debug)]
pub struct LexError {
    /// What happened.
    pub failure: Failure,
    /// The line the lexer was in.
    pub line: u32,
    /// Where it stood in that line.
    pub cur: u32,
    /// Where that line began.
    pub line_start: u32,
    /// Where the buffer began.
    pub buffer_start: u32,
    /// What was open.
    pub brackets: Vec<Bracket>,
    /// A string literal was cut off by the end of the source.
    pub at_end: bool,
}

/// A type comment or a `# type: ignore`, when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct IgnoreComment {
    /// Its line.
    pub line: u32,
    /// Where its tag begins.
    pub start: u32,
    /// Where its tag ends.
    pub end: u32,
}

/// Lines that CPython's lexer reads while it is within a token or behind a backslash: its buffer then begins further up, which shows in
/// the text and the columns of errors.
#[derive(Clone, Copy, Debug)]
pub struct BufferedLines {
    /// The first such line.
    pub first: u32,
    /// The last such line.
    pub last: u32,
    /// The line where the buffer begins.
    pub buffer: u32,
}

/// All tokens of a source.
#[derive(Debug, Default)]
pub struct Lexed {
    /// The tokens; the last is `EndMarker` or `Error`.
    pub tokens: Vec<Token>,
    /// What is wrong with the last token.
    pub error: Option<Box<LexError>>,
    /// `1if x` and the like.
    pub warnings: Vec<CompileWarning>,
    /// `# type: ignore` comments.
    pub ignores: Vec<IgnoreComment>,
    /// Where a line was read into a buffer that began in an earlier line.
    pub buffers: Vec<BufferedLines>,
    /// The end of the source, a supplied newline included.
    pub end: u32,
    /// Where an expression of an f-string begins.
    pub fstring_start: u32,
    /// An upper bound of the depth of the syntax tree.
    pub depth_bound: usize,
}

impl Lexed {
    /// The SyntaxError that the lexer itself raised, if it did.
    pub fn syntax_error(&self, source: &Source) -> Option<CompileError> {
        let Failure::Syntax {
            msg,
            line,
            offset,
            end_offset,
        } = &self.error.as_deref()?.failure
        else {
            return None;
        };
        Some(CompileError {
            lineno: Some(*line as i32),
            offset: Some(*offset),
            end_lineno: Some(*line as i32),
            end_offset: Some(*end_offset),
            text: Some(source.line_text(*line)),
            ..CompileError::without_position(ErrorKind::Syntax, msg.clone())
        })
    }
}

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct LexOptions {
    /// A missing newline at the end of the source is supplied (`Py_file_input`).
    pub add_newline: bool,
    /// Type comments become tokens.
    pub type_comments: bool,
    /// At the end a NEWLINE is inserted before the ENDMARKER (`Py_single_input`).
    pub single: bool,
    /// With `single`: open blocks are not closed by the end of the input.
    pub dont_imply_dedent: bool,
}

/// Reads all tokens of `source`.
pub fn lex(source: &Source, options: LexOptions) -> Lexed {
    let bytes = source.text.as_bytes();
    let mut lexer = Lexer::new(source, 0, bytes.len(), 1, options);
    lexer.lexed.tokens.reserve(bytes.len() / 4 + 4);
    lexer.lexed.end = lexer.end_pos() as u32;
    if lexer.run().is_ok() {
        lexer.finish();
    }
    lexer.lexed
}

/// Makes names of the `async` and `await` that were no keywords before 3.7: those outside of `async def`.
pub fn release_async_names(tokens: &mut [Token]) {
    /// An open `async def`: how deep it is indented, and whether its signature is over.
    struct AsyncDef {
        depth: usize,
        in_body: bool,
    }
    let mut open: Option<AsyncDef> = None;
    let mut depth = 0usize;
    for index in 0..tokens.len() {
        let kind = tokens[index].kind;
        match kind {
            TokenKind::Indent => depth += 1,
            TokenKind::Dedent => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(kind, TokenKind::Indent | TokenKind::Dedent) {
            continue;
        }
        let is_over = |def: &AsyncDef| def.in_body && def.depth >= depth;
        if tokens[index].level == 0
            && !matches!(kind, TokenKind::TypeComment | TokenKind::Newline)
            && open.as_ref().is_some_and(is_over)
        {
            open = None;
        }
        match (kind, &mut open) {
            (TokenKind::Newline, Some(def)) => def.in_body = true,
            (TokenKind::Async, None) => {
                let next = tokens.get(index + 1).map(|token| token.kind);
                if next == Some(TokenKind::Def) {
                    let in_body = false;
                    open = Some(AsyncDef { depth, in_body });
                } else {
                    tokens[index].kind = TokenKind::Name;
                }
            }
            (TokenKind::Await, None) => tokens[index].kind = TokenKind::Name,
            _ => {}
        }
    }
}

/// Reads the tokens of an expression of an f-string as if it stood in parentheses: `open` is the place where the opening one is shown.
pub fn lex_parenthesized(source: &Source, start: usize, end: usize, line: u32, open: u32) -> Lexed {
    let mut lexer = Lexer::new(source, start, end, line, LexOptions::default());
    lexer.at_line_start = false;
    // For CPython the expression is a source of its own, so errors of the lexer count columns from its parenthesis.
    lexer.line_start = start - 1;
    lexer.lexed.tokens.reserve(16);
    let token = Token {
        kind: TokenKind::Lpar,
        level: 1,
        start: open,
        end: open + 1,
        line,
        end_line: line,
        partner: 0,
    };
    lexer.lexed.tokens.push(token);
    lexer.brackets.push(Bracket {
        open: b'(',
        line,
        start: open,
        token: 0,
    });
    lexer.runs.push((0, false));
    lexer.inside_fstring = true;
    // The parenthesis and the newline that are put behind the expression.
    lexer.lexed.end = end as u32 + 2;
    lexer.lexed.fstring_start = start as u32;
    if lexer.run().is_ok() {
        lexer.finish_parenthesized();
    }
    lexer.lexed
}

/// The ASCII characters of names.
static IN_NAME: [bool; 256] = {
    let mut in_name = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        in_name[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    in_name
};

/// A failed step; the details are in `Lexed::error`.
pub(crate) struct Stop;

pub(crate) struct Lexer<'a> {
    source: &'a Source,
    pub(crate) bytes: &'a [u8],
    /// The end of what is read.
    end: usize,
    pub(crate) pos: usize,
    pub(crate) line: u32,
    pub(crate) line_start: usize,
    at_line_start: bool,
    /// Nothing but white space or a comment is in the current line.
    blank: bool,
    /// The line where the buffer begins.
    buffer_line: u32,
    indents: Vec<(u32, u32)>,
    brackets: Vec<Bracket>,
    /// Tokens since the last separator, for every bracket level, and whether a `lambda` was among them: what a tree can be deep.
    runs: Vec<(usize, bool)>,
    run_total: usize,
    elif_run: usize,
    options: LexOptions,
    inside_fstring: bool,
    /// The source has a newline at its end that the text has not.
    supplied_newline: bool,
    pub(crate) lexed: Lexed,
}

impl<'a> Lexer<'a> {
    fn new(
        source: &'a Source,
        start: usize,
        end: usize,
        line: u32,
        options: LexOptions,
    ) -> Lexer<'a> {
        let bytes = source.text.as_bytes();
        let supplied_newline =
            options.add_newline && (!bytes.ends_with(b"\n") || source.ends_in_crlf);
        Lexer {
            source,
            bytes,
            end,
            pos: start,
            line,
            line_start: source.line_start(line) as usize,
            at_line_start: true,
            blank: false,
            buffer_line: line,
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            runs: vec![(0, false)],
            run_total: 0,
            elif_run: 0,
            options,
            inside_fstring: false,
            supplied_newline,
            lexed: Lexed::default(),
        }
    }

    /// The byte at `pos`; 0 at the end. The newline that a last line lacks is supplied.
    #[inline]
    pub(crate) fn at(&self, pos: usize) -> u8 {
        if pos < self.end {
            self.bytes[pos]
        } else if pos == self.end && self.supplied_newline {
            b'\n'
        } else {
            0
        }
    }

    /// The end, with the supplied newline.
    fn end_pos(&self) -> usize {
        self.end + usize::from(self.supplied_newline)
    }

    /// Whether there is nothing at `pos`.
    #[inline]
    pub(crate) fn is_end(&self, pos: usize) -> bool {
        pos >= self.end && self.at(pos) == 0
    }

    fn push(&mut self, kind: TokenKind, start: usize, end: usize, line: u32) {
        let run = &mut self.runs[self.brackets.len()];
        run.0 += 1;
        run.1 |= kind == TokenKind::Lambda;
        self.run_total += 1;
        if self.run_total > self.lexed.depth_bound {
            self.lexed.depth_bound = self.run_total;
        }
        self.lexed.tokens.push(Token {
            kind,
            level: self.brackets.len() as u8,
            start: start as u32,
            end: end as u32,
            line,
            end_line: self.line,
            partner: 0,
        });
    }

    /// A separator: what follows cannot be nested in what came before.
    fn reset_run(&mut self) {
        let run = std::mem::take(&mut self.runs[self.brackets.len()]);
        self.run_total -= run.0;
    }

    /// A comma separates too, unless it may be one between the parameters of a lambda.
    fn reset_run_at_comma(&mut self) {
        if !self.runs[self.brackets.len()].1 {
            self.reset_run();
        }
    }

    fn stop(&mut self, failure: Failure) -> Stop {
        let error = LexError {
            failure,
            line: self.line,
            cur: self.pos as u32,
            line_start: self.line_start as u32,
            buffer_start: self.source.line_start(self.buffer_line),
            brackets: self.brackets.clone(),
            at_end: false,
        };
        self.lexed.error = Some(Box::new(error));
        self.push(TokenKind::Error, self.pos, self.pos, self.line);
        Stop
    }

    /// `syntaxerror`: an error at the character before `self.pos`.
    pub(crate) fn syntax_error(&mut self, msg: String) -> Stop {
        let offset = self.characters(self.line_start, self.pos);
        self.syntax_error_range(msg, offset, offset)
    }

    pub(crate) fn syntax_error_range(&mut self, msg: String, offset: i32, end_offset: i32) -> Stop {
        let line = self.line;
        self.stop(Failure::Syntax {
            msg,
            line,
            offset,
            end_offset,
        })
    }

    /// How many characters the bytes from `start` to `end` are.
    fn characters(&self, start: usize, end: usize) -> i32 {
        let end = end.min(self.bytes.len());
        let start = start.min(end);
        String::from_utf8_lossy(&self.bytes[start..end])
            .chars()
            .count() as i32
    }

    /// At the end of the source the lexer is still in the last line, not in an empty one behind it.
    fn enter_end(&mut self) {
        if self.end == 0 && !self.supplied_newline {
            self.line = 0;
        }
        if self.line_start == self.end && self.line > 1 && !self.supplied_newline {
            self.line -= 1;
            self.line_start = self.source.line_start(self.line) as usize;
        }
    }

    /// The lines from `first` to the current one are in the buffer that began earlier.
    fn note_buffer(&mut self, first: u32) {
        self.lexed.buffers.push(BufferedLines {
            first,
            last: self.line,
            buffer: self.buffer_line,
        });
    }

    fn next_line(&mut self) {
        self.line += 1;
        self.line_start = self.pos;
    }

    fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.blank = false;
            if self.at_line_start {
                self.at_line_start = false;
                self.blank = self.indentation()?;
            }
            loop {
                while matches!(self.at(self.pos), b' ' | b'\t' | b'\x0c') {
                    self.pos += 1;
                }
                let start = self.pos;
                let byte = self.at(start);
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(start)?,
                    PLACEHOLDER if self.source.is_placeholder(start) => self.word(start)?,
                    b'\n' | b'#' => {
                        self.newline(start)?;
                        if self.at_line_start {
                            break;
                        }
                    }
                    b'0'..=b'9' => self.number(start)?,
                    b'.' if self.at(start + 1).is_ascii_digit() => self.number(start)?,
                    b'"' | b'\'' => self.string(start, start)?,
                    b'\\' => {
                        self.pos += 1;
                        self.continuation_line()?;
                        self.note_buffer(self.line);
                    }
                    0 => {
                        self.enter_end();
                        if self.brackets.len() > usize::from(self.inside_fstring) {
                            self.pos = self.end_pos();
                            return Err(self.stop(Failure::Eof));
                        }
                        return Ok(());
                    }
                    _ => self.operator(start)?,
                }
            }
        }
    }

    /// Handles the white space at the start of a line; says whether nothing that counts follows.
    fn indentation(&mut self) -> Result<bool, Stop> {
        let (mut col, mut altcol, mut continued_col) = (0u32, 0u32, 0u32);
        loop {
            match self.at(self.pos) {
                b' ' => {
                    col += 1;
                    altcol += 1;
                }
                b'\t' => {
                    col = (col / TAB_SIZE + 1) * TAB_SIZE;
                    altcol += 1;
                }
                b'\x0c' => {
                    col = 0;
                    altcol = 0;
                }
                b'\\' => {
                    if continued_col == 0 {
                        continued_col = col;
                    }
                    self.pos += 1;
                    self.continuation_line()?;
                    self.buffer_line = self.line;
                    continue;
                }
                b'#' | b'\n' => return Ok(true),
                _ => break,
            }
            self.pos += 1;
        }
        if self.is_end(self.pos) {
            self.enter_end();
        }
        if self.brackets.is_empty() {
            if continued_col != 0 {
                col = continued_col;
                altcol = continued_col;
            }
            self.indent_to(col, altcol)?;
        }
        Ok(false)
    }

    fn indent_to(&mut self, col: u32, altcol: u32) -> Result<(), Stop> {
        let (top_col, top_altcol) = self.top_indent();
        if col == top_col {
            if altcol != top_altcol {
                return Err(self.indent_error(Failure::TabSpace));
            }
            return Ok(());
        }
        if col > top_col {
            if self.indents.len() >= INDENT_DEPTH_MAX {
                return Err(self.indent_error(Failure::TooDeep));
            }
            if altcol <= top_altcol {
                return Err(self.indent_error(Failure::TabSpace));
            }
            self.indents.push((col, altcol));
            self.push(TokenKind::Indent, self.pos, self.pos, self.line);
            return Ok(());
        }
        let mut dedents = 0;
        while self.indents.len() > 1 && col < self.top_indent().0 {
            self.indents.pop();
            dedents += 1;
        }
        let (top_col, top_altcol) = self.top_indent();
        if col != top_col {
            return Err(self.indent_error(Failure::Dedent));
        }
        if altcol != top_altcol {
            return Err(self.indent_error(Failure::TabSpace));
        }
        for _ in 0..dedents {
            self.push(TokenKind::Dedent, self.pos, self.pos, self.line);
        }
        Ok(())
    }

    fn top_indent(&self) -> (u32, u32) {
        self.indents.last().copied().unwrap_or((0, 0))
    }

    /// Errors of indentation leave the lexer at the end of the line.
    fn indent_error(&mut self, failure: Failure) -> Stop {
        let rest = &self.bytes[self.pos.min(self.end)..self.end];
        self.pos = match memchr::memchr(b'\n', rest) {
            Some(length) => self.pos + length + 1,
            None => self.end_pos(),
        };
        self.stop(failure)
    }

    /// After a backslash: the line must end here, and another one must follow.
    fn continuation_line(&mut self) -> Result<(), Stop> {
        let is_newline = self.at(self.pos) == b'\n';
        if !self.is_end(self.pos) {
            self.pos += 1;
        }
        if !is_newline {
            return Err(self.stop(Failure::LineContinuation));
        }
        if self.is_end(self.pos) {
            self.pos = self.end_pos();
            self.enter_end();
            return Err(self.stop(Failure::Eof));
        }
        self.next_line();
        Ok(())
    }

    /// At a newline, or at the comment before it. Leaves `at_line_start` set when the line is over.
    fn newline(&mut self, start: usize) -> Result<(), Stop> {
        if self.at(start) == b'#' {
            let rest = &self.bytes[start..self.end];
            self.pos = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            if self.options.type_comments && self.type_comment(start) {
                return Ok(());
            }
            if self.is_end(self.pos) {
                return Ok(());
            }
        }
        let end = self.pos;
        if !self.blank && self.brackets.is_empty() {
            self.push(TokenKind::Newline, start, end, self.line);
            self.reset_run();
        }
        self.pos += 1;
        if end < self.end {
            self.next_line();
            self.buffer_line = self.line;
        } else {
            // The newline is one that the source lacks: there is no further line.
            self.pos = self.end + 1;
        }
        self.at_line_start = true;
        Ok(())
    }

    /// Looks for a type comment in the comment from `start` to `self.pos`.
    fn type_comment(&mut self, start: usize) -> bool {
        let comment = &self.bytes[start + 1..self.pos];
        let skip = |text: &'a [u8]| {
            let blanks = text
                .iter()
                .take_while(|&&byte| byte == b' ' || byte == b'\t')
                .count();
            &text[blanks..]
        };
        let Some(rest) = skip(comment).strip_prefix(b"type:") else {
            return false;
        };
        let rest = skip(rest);
        let text_start = self.pos - rest.len();
        let is_ignore = rest.strip_prefix(b"ignore").is_some_and(|tag| {
            tag.first()
                .is_none_or(|&byte| byte < 128 && !byte.is_ascii_alphanumeric())
        });
        if is_ignore {
            self.lexed.ignores.push(IgnoreComment {
                line: self.line,
                start: (text_start + 6) as u32,
                end: self.pos as u32,
            });
            if self.blank && !self.is_end(self.pos) {
                self.pos += 1;
                self.next_line();
                self.buffer_line = self.line;
                self.at_line_start = true;
            }
        } else {
            self.push(TokenKind::TypeComment, text_start, self.pos, self.line);
            // A NEWLINE follows even if nothing else is in the line.
            self.blank = false;
        }
        true
    }

    /// A name, a keyword, or the prefix of a string.
    fn word(&mut self, start: usize) -> Result<(), Stop> {
        let mut pos = start;
        let mut ascii = true;
        let bytes = &self.bytes[..self.end];
        loop {
            while let Some(&byte) = bytes.get(pos)
                && IN_NAME[byte as usize]
            {
                pos += 1;
            }
            match bytes.get(pos) {
                Some(0x80..) => ascii = false,
                Some(&PLACEHOLDER) if self.source.is_placeholder(pos) => ascii = false,
                _ => break,
            }
            pos += 1;
        }
        let text = &self.bytes[start..pos];
        if text.len() <= 2 && matches!(self.at(pos), b'"' | b'\'') && is_string_prefix(text) {
            return self.string(start, pos);
        }
        self.pos = pos;
        if !ascii {
            self.verify_identifier(start, pos)?;
        }
        let kind = if text.len() <= 8 {
            TokenKind::keyword(text).unwrap_or(TokenKind::Name)
        } else {
            TokenKind::Name
        };
        self.note_clause(kind);
        self.push(kind, start, pos, self.line);
        Ok(())
    }

    /// A long chain of `elif`s is a deep tree.
    fn note_clause(&mut self, kind: TokenKind) {
        if kind == TokenKind::Elif {
            self.elif_run += 1;
            self.lexed.depth_bound = self.lexed.depth_bound.max(self.run_total + self.elif_run);
        } else if kind == TokenKind::If {
            // Only an `if` statement at the outermost level certainly begins another chain.
            let first = self.lexed.tokens.last().is_none_or(|token| {
                token.kind == TokenKind::Newline || token.kind == TokenKind::Dedent
            });
            if first && self.indents.len() == 1 && self.brackets.is_empty() {
                self.elif_run = 0;
            }
        }
    }

    fn verify_identifier(&mut self, start: usize, end: usize) -> Result<(), Stop> {
        if let Some(error) = self.source.decode_error(start, end) {
            return Err(self.stop(Failure::Decode(error)));
        }
        // Names end at an ASCII byte, so the slice is on character boundaries.
        let text = self.source.text.get(start..end).unwrap_or("");
        if let Some((index, ch)) = invalid_character(text) {
            self.pos = start + index + ch.len_utf8();
            let code = format!("{:04X}", ch as u32);
            let msg = if is_printable(ch as u32) {
                format!("invalid character '{ch}' (U+{code})")
            } else {
                format!("invalid non-printable character U+{code}")
            };
            return Err(self.syntax_error(msg));
        }
        Ok(())
    }

    /// A string literal: `start` is where its prefix begins, `quote_pos` where its quote is.
    fn string(&mut self, start: usize, quote_pos: usize) -> Result<(), Stop> {
        let quote = self.bytes[quote_pos];
        let first_line = self.line;
        let first_line_start = self.line_start;
        let mut pos = quote_pos + 1;
        let triple = self.at(pos) == quote && self.at(pos + 1) == quote;
        if triple {
            pos += 2;
        }
        let mut at_end = false;
        loop {
            let rest = &self.bytes[pos.min(self.end)..self.end];
            let Some(length) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                at_end = true;
                break;
            };
            pos += length;
            match self.bytes[pos] {
                b'\n' => {
                    if !triple {
                        break;
                    }
                    pos += 1;
                    self.pos = pos;
                    if pos < self.end {
                        self.next_line();
                    }
                }
                b'\\' => {
                    if self.at(pos + 1) == b'\n' && pos + 2 < self.end {
                        self.pos = pos + 2;
                        self.next_line();
                    }
                    pos += 2;
                }
                _ => {
                    if !triple || (self.at(pos + 1) == quote && self.at(pos + 2) == quote) {
                        self.pos = pos + if triple { 3 } else { 1 };
                        self.push(TokenKind::String, start, self.pos, first_line);
                        if self.line > first_line {
                            self.note_buffer(first_line + 1);
                        }
                        return Ok(());
                    }
                    pos += 1;
                }
            }
        }
        let kind = if triple {
            "triple-quoted string"
        } else {
            "string"
        };
        let msg = format!(
            "unterminated {kind} literal (detected at line {})",
            self.line
        );
        self.pos = start + 1;
        self.line = first_line;
        self.line_start = first_line_start;
        let stop = self.syntax_error(msg);
        if let Some(error) = &mut self.lexed.error {
            error.at_end = at_end && (triple || !self.supplied_newline || pos > self.end);
        }
        Err(stop)
    }

    fn finish(&mut self) {
        let end = self.end_pos();
        if self.options.single && !self.lexed.tokens.is_empty() {
            self.insert_newline(end);
            if self.indents.len() > 1 && !self.options.dont_imply_dedent {
                for _ in 1..self.indents.len() {
                    self.push(TokenKind::Dedent, end, end, self.line);
                }
                // After tokens of any kind the end is a newline once more.
                self.insert_newline(end);
            }
        }
        self.push(TokenKind::EndMarker, end, end, self.line);
    }

    /// A NEWLINE in place of the end, which has no place of its own.
    fn insert_newline(&mut self, end: usize) {
        self.push(TokenKind::Newline, end, end, self.line);
        if let Some(token) = self.lexed.tokens.last_mut() {
            token.partner = Token::INSERTED;
        }
    }

    fn finish_parenthesized(&mut self) {
        self.brackets.pop();
        let partner = self.lexed.tokens.len() as u32;
        self.push(TokenKind::Rpar, self.end, self.end + 1, self.line);
        self.lexed.tokens[0].partner = partner;
        self.push(TokenKind::Newline, self.end + 1, self.end + 1, self.line);
        self.push(TokenKind::EndMarker, self.end + 1, self.end + 1, self.line);
    }
}

fn is_string_prefix(text: &[u8]) -> bool {
    matches!(
        text,
        b"" | b"r"
            | b"R"
            | b"b"
            | b"B"
            | b"u"
            | b"U"
            | b"f"
            | b"F"
            | b"rb"
            | b"rB"
            | b"Rb"
            | b"RB"
            | b"br"
            | b"bR"
            | b"Br"
            | b"BR"
            | b"rf"
            | b"rF"
            | b"Rf"
            | b"RF"
            | b"fr"
            | b"fR"
            | b"Fr"
            | b"FR"
    )
}
