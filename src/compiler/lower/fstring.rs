//! Formatted string literals.
//!
//! In 3.11 an f-string is one token; its expressions are found by a scanner of their own and parsed as if they stood in parentheses. Tokens
//! of such an expression know their real place in the source, so positions need no correction.
//!
//! CPython 3.11: `fstring_find_literal`, `fstring_find_expr`, `fstring_compile_expr`, `_PyPegen_FstringParser_*` in `Parser/string_parser.c`.

use super::Lowerer;
use super::string::LiteralError;
use crate::ast::{Expr, ExprContext, ExprKind, Span};
use crate::direct;
use crate::lexer::token::{Token, TokenKind};
use crate::lexer::{Lexed, lex_parenthesized};
use crate::parse::{crate_expression, with_stack_for};
use crate::recognize::{Start, Verdict, recognize};

/// How deep brackets nest in an expression.
const NESTING_MAX: usize = 200;

/// The parts of a string under construction.
pub struct Pieces {
    /// Text that is not yet a constant.
    text: Option<Vec<u8>>,
    values: Vec<Expr>,
    is_format: bool,
    /// Constants reach from here
    first: Token,
    /// to here.
    last: Token,
}

impl Pieces {
    /// Parts of a string that reaches from `first` to `last`.
    pub fn new(first: Token, last: Token) -> Pieces {
        Pieces {
            text: None,
            values: Vec::new(),
            is_format: false,
            first,
            last,
        }
    }

    /// Adds text.
    pub fn literal(&mut self, text: &[u8]) {
        if !text.is_empty() {
            self.text.get_or_insert_default().extend_from_slice(text);
        }
    }
}

/// What a scan of text in an f-string ended at.
enum LiteralEnd {
    /// A doubled brace: there is more text.
    Doubled,
    /// A brace, or the end.
    Final,
}

fn at_last_token<T>(msg: impl Into<String>) -> Result<T, LiteralError> {
    Err(LiteralError::AtLastToken(msg.into()))
}

impl<'a> Lowerer<'a, '_> {
    /// Makes the node of the whole string; its own end is `last`.
    pub(super) fn finish_pieces(&mut self, pieces: Pieces, first: &Token, last: &Token) -> Expr {
        let Pieces {
            text,
            mut values,
            is_format,
            ..
        } = pieces;
        if !is_format {
            return self.str_constant(text.unwrap_or_default(), first, last);
        }
        if let Some(text) = text {
            values.push(self.str_constant(text, first, last));
        }
        Expr {
            span: self.token_span(first, last),
            kind: ExprKind::JoinedStr { values },
        }
    }

    /// The f-string `token`, whose contents are `start..end`.
    pub(super) fn format_string(
        &mut self,
        pieces: &mut Pieces,
        start: usize,
        end: usize,
        raw: bool,
        token: &Token,
    ) -> Result<(), LiteralError> {
        let pos = self.format_pieces(pieces, start, end, raw, 0, token)?;
        if pos + 1 < end {
            return at_last_token("f-string: unexpected end of string");
        }
        Ok(())
    }

    /// Reads text and expressions from `pos`; returns where it stopped.
    fn format_pieces(
        &mut self,
        pieces: &mut Pieces,
        mut pos: usize,
        end: usize,
        raw: bool,
        level: usize,
        token: &Token,
    ) -> Result<usize, LiteralError> {
        pieces.is_format = true;
        let bytes = self.context.source.text.as_bytes();
        loop {
            let (next, literal_end) = self.format_literal(pieces, pos, end, raw, level, token)?;
            pos = next;
            if matches!(literal_end, LiteralEnd::Doubled) {
                continue;
            }
            if pos >= end || bytes[pos] == b'}' {
                break;
            }
            pos = self.format_field(pieces, pos, end, raw, level, token)?;
        }
        if level > 0 && bytes.get(pos) != Some(&b'}') {
            return at_last_token("f-string: expecting '}'");
        }
        Ok(pos)
    }

    /// Reads text up to a brace.
    fn format_literal(
        &mut self,
        pieces: &mut Pieces,
        start: usize,
        end: usize,
        raw: bool,
        level: usize,
        token: &Token,
    ) -> Result<(usize, LiteralEnd), LiteralError> {
        let bytes = self.context.source.text.as_bytes();
        let mut pos = start;
        let mut stop = end;
        let mut result = (end, LiteralEnd::Final);
        while pos < end {
            let mut byte = bytes[pos];
            pos += 1;
            if !raw && byte == b'\\' && pos < end {
                byte = bytes[pos];
                pos += 1;
                if byte == b'N' {
                    // The braces of `\N{name}` do not start an expression.
                    if pos < end {
                        pos += 1;
                        if bytes[pos - 1] == b'{' {
                            pos += memchr::memchr(b'}', &bytes[pos..end])
                                .map_or(end - pos, |length| length + 1);
                        }
                    }
                    continue;
                }
                if byte == b'{' {
                    self.warn_invalid_escape(bytes, Some(pos - 1), token);
                }
            }
            if byte == b'{' || byte == b'}' {
                if level == 0 {
                    if pos < end && bytes[pos] == byte {
                        stop = pos;
                        result = (pos + 1, LiteralEnd::Doubled);
                        break;
                    }
                    if byte == b'}' {
                        return at_last_token("f-string: single '}' is not allowed");
                    }
                }
                stop = pos - 1;
                result = (pos - 1, LiteralEnd::Final);
                break;
            }
        }
        self.check_decoded(start, stop, !raw)?;
        let contents = &bytes[start..stop];
        if raw || memchr::memchr(b'\\', contents).is_none() {
            pieces.literal(contents);
        } else {
            let decoded = self.decode_unicode(contents, token)?;
            pieces.literal(&decoded);
        }
        Ok(result)
    }

    /// Reads a replacement field whose `{` is at `open`; returns where it ended.
    fn format_field(
        &mut self,
        pieces: &mut Pieces,
        open: usize,
        end: usize,
        raw: bool,
        level: usize,
        token: &Token,
    ) -> Result<usize, LiteralError> {
        if level >= 2 {
            return at_last_token("f-string: expressions nested too deeply");
        }
        let bytes = self.context.source.text.as_bytes();
        let start = open + 1;
        let mut pos = scan_expression(bytes, start, end)?;
        if pos >= end {
            return at_last_token("f-string: expecting '}'");
        }
        let value = self.format_expression(start, pos, token)?;
        let mut debug_text = None;
        if bytes[pos] == b'=' {
            self.require_version(8, "f-string: self documenting expressions are only supported in Python 3.8 and greater")?;
            pos += 1;
            while matches!(bytes.get(pos), Some(b' ' | b'\t' | b'\n' | b'\r' | 11 | 12)) {
                pos += 1;
            }
            if pos >= end {
                return at_last_token("f-string: expecting '}'");
            }
            debug_text = Some(&bytes[start..pos]);
        }
        let mut conversion = -1;
        if bytes[pos] == b'!' {
            pos += 1;
            if pos >= end {
                return at_last_token("f-string: expecting '}'");
            }
            if !matches!(bytes[pos], b's' | b'r' | b'a') {
                return at_last_token(
                    "f-string: invalid conversion character: expected 's', 'r', or 'a'",
                );
            }
            conversion = i32::from(bytes[pos]);
            pos += 1;
        }
        if pos >= end {
            return at_last_token("f-string: expecting '}'");
        }
        let mut format_spec = None;
        if bytes[pos] == b':' {
            pos += 1;
            if pos >= end {
                return at_last_token("f-string: expecting '}'");
            }
            let mut spec = Pieces::new(pieces.first, pieces.last);
            pos = self.format_pieces(&mut spec, pos, end, raw, level + 1, token)?;
            format_spec = Some(Box::new(self.finish_pieces(spec, token, token)));
        }
        if pos >= end || bytes[pos] != b'}' {
            return at_last_token("f-string: expecting '}'");
        }
        pos += 1;
        if let Some(text) = debug_text {
            pieces.literal(text);
            if format_spec.is_none() && conversion == -1 {
                conversion = i32::from(b'r');
            }
        }
        let (first, last) = (pieces.first, pieces.last);
        if let Some(text) = pieces.text.take() {
            pieces.values.push(self.str_constant(text, &first, &last));
        }
        pieces.values.push(Expr {
            span: self.token_span(&first, &last),
            kind: ExprKind::FormattedValue {
                value: Box::new(value),
                conversion,
                format_spec,
            },
        });
        Ok(pos)
    }

    /// Literals of an older version lack some features.
    pub(super) fn require_version(&self, version: u8, msg: &str) -> Result<(), LiteralError> {
        match &self.context.diagnose {
            Some(options) if options.feature_version < version => at_last_token(msg),
            _ => Ok(()),
        }
    }

    /// The expression in `start..end`; a `{` stands before it.
    fn format_expression(
        &mut self,
        start: usize,
        end: usize,
        token: &Token,
    ) -> Result<Expr, LiteralError> {
        let source = self.context.source;
        let bytes = source.text.as_bytes();
        if bytes[start..end]
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c'))
        {
            return match bytes[end] {
                closing @ (b'!' | b':' | b'=') => {
                    let shown = closing as char;
                    at_last_token(format!("f-string: expression required before '{shown}'"))
                }
                _ => at_last_token("f-string: empty expression not allowed"),
            };
        }
        let newlines =
            memchr::memchr_iter(b'\n', &bytes[token.start as usize..start]).count() as u32;
        let line = token.line + newlines;
        if let Some(expr) = self.format_name(start, end, line) {
            return Ok(expr);
        }
        let shown = self.opening_position(start, line, token);
        let lexed = lex_parenthesized(source, start, end, line, shown);
        let starting_col = shown as i32 - source.line_start(line) as i32;
        if lexed.error.is_some() {
            return Err(self.expression_error(&lexed, starting_col));
        }
        if self.context.direct && lexed.depth_bound <= direct::DEPTH_BOUND_MAX {
            let warned = self.context.warnings.len();
            if let Some(expr) = direct::field(self.context, &lexed.tokens) {
                // What the lexer warns of comes before what is in strings.
                self.context.warnings.splice(warned..warned, lexed.warnings);
                return Ok(expr);
            }
        }
        let warned = self.context.warnings.len();
        self.context.warnings.extend(lexed.warnings.iter().cloned());
        let rejected = std::mem::replace(&mut self.context.rejected, false);
        let expr = with_stack_for(lexed.depth_bound, || {
            let node = crate_expression(source, &lexed.tokens, self.context.barry_as_flufl)?;
            let mut lowerer = Lowerer {
                context: &mut *self.context,
                tokens: &lexed.tokens,
            };
            Some(lowerer.expr(node))
        });
        let Some(expr) = expr.flatten().filter(|_| !self.context.rejected) else {
            self.context.warnings.truncate(warned);
            return Err(self.expression_error(&lexed, starting_col));
        };
        self.context.rejected = rejected;
        // What the parser crate accepts may still be too new, or too deep for CPython's parser.
        if let Some(options) = &self.context.diagnose {
            if options.feature_version < 11 || self.context.too_deep || !lexed.warnings.is_empty() {
                let start = Start::Fstring { starting_col };
                let recognized = recognize(source, &lexed, start, options);
                self.context.warnings.truncate(warned);
                self.context.warnings.extend(recognized.warnings);
                if let Verdict::Refused(error) = recognized.verdict {
                    return Err(LiteralError::Located(error));
                }
            }
        }
        Ok(expr)
    }

    /// What is wrong with an expression.
    fn expression_error(&mut self, lexed: &Lexed, starting_col: i32) -> LiteralError {
        let Some(options) = &self.context.diagnose else {
            return LiteralError::Expression;
        };
        let start = Start::Fstring { starting_col };
        let recognized = recognize(self.context.source, lexed, start, options);
        self.context.warnings.extend(recognized.warnings);
        match recognized.verdict {
            Verdict::Refused(error) => LiteralError::Located(error),
            Verdict::Accepted(_) => LiteralError::Expression,
        }
    }

    /// Where CPython shows the parenthesis that it puts around an expression.
    fn opening_position(&self, start: usize, line: u32, token: &Token) -> u32 {
        let source = self.context.source;
        let bytes = source.text.as_bytes();
        let mut blank = bytes[start..]
            .iter()
            .skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
        if !matches!(blank.next(), Some(b'\n' | b'}')) {
            return start as u32 - 1;
        }
        if line == token.line {
            return token.start;
        }
        source.line_start(line)
    }

    /// A short cut for names and attributes.
    fn format_name(&mut self, start: usize, end: usize, line: u32) -> Option<Expr> {
        let source = self.context.source;
        let text = source.text.get(start..end)?;
        let line_start = source.line_start(line);
        let mut result: Option<Expr> = None;
        let mut pos = start;
        for part in text.split('.') {
            let first = *part.as_bytes().first()?;
            let is_name = part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_name || first.is_ascii_digit() || TokenKind::keyword(part.as_bytes()).is_some() {
                return None;
            }
            pos += part.len();
            let span = Span {
                lineno: line as i32,
                col_offset: start as i32 - line_start as i32,
                end_lineno: line as i32,
                end_col_offset: pos as i32 - line_start as i32,
            };
            pos += 1;
            let name = self.context.identifier(part);
            let ctx = ExprContext::Load;
            let kind = match result {
                None => ExprKind::Name { id: name, ctx },
                Some(value) => ExprKind::Attribute {
                    value: Box::new(value),
                    attr: name,
                    ctx,
                },
            };
            result = Some(Expr { span, kind });
        }
        result
    }
}

/// Finds the end of the expression that begins at `start`.
fn scan_expression(bytes: &[u8], start: usize, end: usize) -> Result<usize, LiteralError> {
    let mut quote = 0u8;
    let mut triple = false;
    let mut nested: Vec<u8> = Vec::new();
    let mut pos = start;
    while pos < end {
        let byte = bytes[pos];
        if byte == b'\\' {
            return at_last_token("f-string expression part cannot include a backslash");
        }
        let is_tripled = || pos + 2 < end && bytes[pos + 1] == byte && bytes[pos + 2] == byte;
        if quote != 0 {
            if byte == quote {
                if !triple {
                    quote = 0;
                } else if is_tripled() {
                    pos += 2;
                    quote = 0;
                    triple = false;
                }
            }
        } else {
            match byte {
                b'\'' | b'"' => {
                    triple = is_tripled();
                    if triple {
                        pos += 2;
                    }
                    quote = byte;
                }
                b'[' | b'{' | b'(' => {
                    if nested.len() >= NESTING_MAX {
                        return at_last_token("f-string: too many nested parenthesis");
                    }
                    nested.push(byte);
                }
                b'#' => return at_last_token("f-string expression part cannot include '#'"),
                b'!' | b':' | b'}' | b'=' | b'>' | b'<' if nested.is_empty() => {
                    let next = if pos + 1 < end { bytes[pos + 1] } else { 0 };
                    if next == b'=' && matches!(byte, b'!' | b'=' | b'<' | b'>') {
                        pos += 1;
                    } else if byte != b'>' && byte != b'<' {
                        break;
                    }
                }
                b']' | b'}' | b')' => close(byte, &mut nested)?,
                _ => {}
            }
        }
        pos += 1;
    }
    if quote != 0 {
        return at_last_token("f-string: unterminated string");
    }
    if let Some(&open) = nested.last() {
        let shown = open as char;
        return at_last_token(format!("f-string: unmatched '{shown}'"));
    }
    Ok(pos.min(end))
}

fn close(byte: u8, nested: &mut Vec<u8>) -> Result<(), LiteralError> {
    let shown = byte as char;
    let Some(open) = nested.pop() else {
        return at_last_token(format!("f-string: unmatched '{shown}'"));
    };
    if !matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
        let open = open as char;
        return at_last_token(format!(
            "f-string: closing parenthesis '{shown}' does not match opening parenthesis '{open}'"
        ));
    }
    Ok(())
}
