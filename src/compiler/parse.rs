//! Text to AST: the entry point of the front half.
//!
//! ```text
//! Source -lex-> tokens -parser crate-> its tree -lower-> ast::Mod
//!                  `----- when anything is wrong: recognize -> CPython's error
//! ```
//!
//! CPython 3.11: `_PyParser_ASTFromString` in `Parser/peg_api.c`, `_PyPegen_run_parser` in `Parser/pegen.c`.

use crate::ast::{Expr, ExprKind, Mod};
use crate::decode::Source;
use crate::error::{CompileError, CompileWarning, ErrorKind};
use crate::lexer::token::{Token, TokenKind, crate_token};
use crate::lexer::{LexOptions, Lexed, lex};
use crate::lower::{Context, Lowerer};
use crate::recognize::{Start, Verdict, recognize};
use rustpython_parser::ast as rp;
use rustpython_parser::lexer::LexResult;
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode, Tok, parse_tokens};

/// A tree that may be deeper than this is made on a stack of its own.
const DEPTH_ON_CALLERS_STACK: usize = 1_000;
/// No tree is built for a source whose tree may be deeper than this.
const DEPTH_BOUND_MAX: usize = 200_000;
/// Native stack for one level of the parser crate's tree (made, lowered, dropped).
const STACK_PER_LEVEL: usize = 1_024;

/// The start symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMode {
    /// `exec`
    Exec,
    /// `eval`
    Eval,
    /// `single`
    Single,
    /// `func_type`
    FuncType,
}

/// How to parse.
#[derive(Clone, Copy, Debug)]
pub struct ParseOptions {
    /// Type comments are kept (`PyCF_TYPE_COMMENTS`).
    pub type_comments: bool,
    /// The minor version whose syntax is accepted.
    pub feature_version: u8,
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub dont_imply_dedent: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub allow_incomplete_input: bool,
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            type_comments: false,
            feature_version: 11,
            dont_imply_dedent: false,
            allow_incomplete_input: false,
        }
    }
}

/// A parsed source.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub module: Mod,
    /// Warnings, in the order of the lines.
    pub warnings: Vec<CompileWarning>,
}

/// Parses `source`.
pub fn parse(
    source: &Source,
    mode: ParseMode,
    options: &ParseOptions,
) -> Result<Parsed, CompileError> {
    let lex_options = LexOptions {
        add_newline: mode == ParseMode::Exec,
        type_comments: options.type_comments,
        single: mode == ParseMode::Single,
        dont_imply_dedent: options.dont_imply_dedent,
    };
    let lexed = lex(source, lex_options);
    let bound = lexed.depth_bound;
    if bound <= DEPTH_ON_CALLERS_STACK {
        return parse_lexed(source, &lexed, mode, options);
    }
    if bound > DEPTH_BOUND_MAX {
        return Err(too_deep());
    }
    let stack = bound * STACK_PER_LEVEL + (1 << 20);
    stacker::maybe_grow(stack, stack, || parse_lexed(source, &lexed, mode, options))
}

fn too_deep() -> CompileError {
    CompileError::without_position(
        ErrorKind::Recursion,
        "maximum recursion depth exceeded during compilation",
    )
}

fn parse_lexed(
    source: &Source,
    lexed: &Lexed,
    mode: ParseMode,
    options: &ParseOptions,
) -> Result<Parsed, CompileError> {
    let failed = || failure(source, lexed, mode, options);
    if lexed.error.is_some() {
        return Err(failed());
    }
    let crate_mode = match mode {
        ParseMode::Exec => Mode::Module,
        ParseMode::Single => Mode::Interactive,
        ParseMode::Eval | ParseMode::FuncType => Mode::Expression,
    };
    let Ok(tree) = parse_tokens(CrateTokens::new(source, &lexed.tokens), crate_mode, "") else {
        return Err(failed());
    };
    let mut context = Context::new(source);
    let mut lowerer = Lowerer {
        context: &mut context,
        tokens: &lexed.tokens,
    };
    let module = match tree {
        rp::Mod::Module(tree) => Mod::Module {
            body: lowerer.body(tree.body),
            type_ignores: Vec::new(),
        },
        rp::Mod::Interactive(tree) => Mod::Interactive {
            body: lowerer.body(tree.body),
        },
        rp::Mod::Expression(tree) => {
            let body = lowerer.expr(*tree.body);
            if has_bare_star(&body, &lexed.tokens) {
                context.rejected = true;
            }
            Mod::Expression {
                body: Box::new(body),
            }
        }
        rp::Mod::FunctionType(_) => return Err(failed()),
    };
    if context.too_deep {
        return Err(too_deep());
    }
    if context.rejected {
        return Err(failed());
    }
    let mut warnings = context.warnings;
    warnings.extend(lexed.warnings.iter().cloned());
    warnings.sort_by_key(|warning| warning.lineno);
    Ok(Parsed { module, warnings })
}

/// `*a` where `eval` wants an expression.
fn has_bare_star(body: &Expr, tokens: &[Token]) -> bool {
    match &body.kind {
        ExprKind::Starred { .. } => true,
        ExprKind::Tuple { elts, .. } => {
            // In parentheses stars are fine.
            let is_parenthesized = tokens.first().is_some_and(|token| {
                token.kind == TokenKind::Lpar
                    && elts.first().is_none_or(|elt| elt.span != body.span)
            }) && body.span.col_offset == tokens[0].start as i32
                && elts.first().is_none_or(|elt| {
                    elt.span.col_offset > body.span.col_offset || elt.span.lineno > body.span.lineno
                });
            !is_parenthesized
                && elts
                    .iter()
                    .any(|elt| matches!(elt.kind, ExprKind::Starred { .. }))
        }
        _ => false,
    }
}

/// What CPython says about a source that is wrong.
fn failure(
    source: &Source,
    lexed: &Lexed,
    mode: ParseMode,
    options: &ParseOptions,
) -> CompileError {
    let start = match mode {
        ParseMode::Exec => Start::File,
        ParseMode::Single => Start::Single,
        ParseMode::Eval => Start::Eval,
        ParseMode::FuncType => Start::FuncType,
    };
    match recognize(source, lexed, start, options.allow_incomplete_input) {
        Verdict::Refused(error) => *error,
        Verdict::Accepted => CompileError::without_position(ErrorKind::Syntax, "invalid syntax"),
    }
}

/// The parser crate's tree for the tokens of one expression.
pub(crate) fn crate_expression(source: &Source, tokens: &[Token]) -> Option<rp::Expr> {
    match parse_tokens(CrateTokens::new(source, tokens), Mode::Expression, "") {
        Ok(rp::Mod::Expression(tree)) => Some(*tree.body),
        _ => None,
    }
}

/// The tokens as the parser crate wants them: ranges are token indices, adjacent strings are one token, soft keywords are decided.
struct CrateTokens<'a> {
    source: &'a Source,
    tokens: &'a [Token],
    index: usize,
    at_line_start: bool,
    /// For every open block, whether it is that of a `match`.
    match_blocks: Vec<bool>,
    match_opens: bool,
}

impl<'a> CrateTokens<'a> {
    fn new(source: &'a Source, tokens: &'a [Token]) -> CrateTokens<'a> {
        CrateTokens {
            source,
            tokens,
            index: 0,
            at_line_start: true,
            match_blocks: Vec::new(),
            match_opens: false,
        }
    }

    fn is_word(&self, index: usize, word: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| {
            token.kind == TokenKind::Name
                && self
                    .source
                    .text
                    .get(token.start as usize..token.end as usize)
                    == Some(word)
        })
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.tokens
            .get(index)
            .map_or(TokenKind::EndMarker, |token| token.kind)
    }

    /// `match` is a keyword exactly when its line ends in a colon and a block follows that starts with `case`.
    fn is_match_statement(&self, index: usize) -> bool {
        if !self.is_word(index, "match") {
            return false;
        }
        let Some(length) = self.tokens[index..]
            .iter()
            .position(|token| token.kind == TokenKind::Newline)
        else {
            return false;
        };
        let newline = index + length;
        length > 2
            && self.kind(newline - 1) == TokenKind::Colon
            && self.kind(newline + 1) == TokenKind::Indent
            && self.is_word(newline + 2, "case")
    }
}

impl Iterator for CrateTokens<'_> {
    type Item = LexResult;

    fn next(&mut self) -> Option<LexResult> {
        let start = self.index;
        let kind = self.tokens.get(start)?.kind;
        if kind == TokenKind::EndMarker {
            return None;
        }
        self.index += 1;
        let at_line_start = std::mem::take(&mut self.at_line_start);
        let tok = match kind {
            TokenKind::Name => {
                if at_line_start && self.is_match_statement(start) {
                    self.match_opens = true;
                    Tok::Match
                } else if at_line_start
                    && self.match_blocks.last() == Some(&true)
                    && self.is_word(start, "case")
                {
                    Tok::Case
                } else {
                    crate_token(kind, start)
                }
            }
            TokenKind::Newline => {
                self.at_line_start = true;
                Tok::Newline
            }
            TokenKind::Indent => {
                self.at_line_start = true;
                self.match_blocks
                    .push(std::mem::take(&mut self.match_opens));
                Tok::Indent
            }
            TokenKind::Dedent => {
                self.at_line_start = true;
                self.match_blocks.pop();
                Tok::Dedent
            }
            TokenKind::String => {
                while self.kind(self.index) == TokenKind::String {
                    self.index += 1;
                }
                crate_token(kind, start)
            }
            // `<>` is a token, but only in a joke is it an operator.
            TokenKind::NotEqual
                if self
                    .source
                    .text
                    .as_bytes()
                    .get(self.tokens[start].start as usize)
                    == Some(&b'<') =>
            {
                Tok::EndOfFile
            }
            _ => crate_token(kind, start),
        };
        let range = TextRange::new(
            TextSize::new(start as u32),
            TextSize::new(self.index as u32),
        );
        Some(Ok((tok, range)))
    }
}
