//! Text to AST: the entry point of the front half.
//!
//! ```text
//! Source -lex-> tokens -direct-> ast::Mod
//!                 |`---- what that declines: parser crate-> its tree -lower-> ast::Mod
//!                 `----- when anything is wrong: recognize -> CPython's error
//! ```
//!
//! CPython 3.11: `_PyParser_ASTFromString` in `Parser/peg_api.c`, `_PyPegen_run_parser` in `Parser/pegen.c`.

use crate::ast::{Expr, ExprKind, Mod, TypeIgnore};
use crate::decode::Source;
use crate::direct;
use crate::error::{CompileError, CompileWarning, ErrorKind};
use crate::lexer::token::{Token, TokenKind, crate_token};
use crate::lexer::{LexOptions, Lexed, lex, release_async_names};
use crate::lower::{Context, Lowerer};
use crate::recognize::{Start, Verdict, recognize};
use rustpython_parser::ast as rp;
use rustpython_parser::lexer::LexResult;
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode, Tok, parse_tokens};

/// No tree is expected to be shallower than this.
const DEPTH_ORDINARY: usize = 256;
/// No tree is built for a source whose tree may be deeper than this.
const DEPTH_BOUND_MAX: usize = 1_000_000;
/// Native stack for one level of the parser crate's tree (made, lowered, dropped).
const STACK_PER_LEVEL: usize = 1_024;

/// Trees that nest no deeper than this do not need a look at CPython's limit, which is about 6000 calls of its parser's functions.
const NESTING_UNCHECKED: usize = 90;

/// `sys.int_info.default_max_str_digits`
pub const INT_MAX_STR_DIGITS: usize = 4300;

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
    /// `CO_FUTURE_BARRY_AS_BDFL`: `<>` is the operator and `!=` is not.
    pub barry_as_flufl: bool,
    /// How many digits a decimal int literal may have; 0 for any number.
    pub int_max_str_digits: usize,
    /// The direct parser may be tried before the crate's (`direct.rs`). The result is the same.
    pub direct: bool,
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            type_comments: false,
            feature_version: 11,
            dont_imply_dedent: false,
            allow_incomplete_input: false,
            barry_as_flufl: false,
            int_max_str_digits: INT_MAX_STR_DIGITS,
            direct: true,
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
    /// The direct parser has not declined the source.
    pub is_direct: bool,
}

/// Parses `source`.
pub fn parse(
    source: &Source,
    mode: ParseMode,
    options: &ParseOptions,
) -> Result<Parsed, CompileError> {
    let mut warnings = Vec::new();
    let (module, is_direct) = parse_noting(source, mode, options, &mut warnings)?;
    Ok(Parsed {
        module,
        warnings,
        is_direct,
    })
}

/// Parses `source`. Warnings are added to `warnings`, those before an error too.
pub fn parse_warned(
    source: &Source,
    mode: ParseMode,
    options: &ParseOptions,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Mod, CompileError> {
    parse_noting(source, mode, options, warnings).map(|(module, _)| module)
}

/// The same, and whether the direct parser did it.
fn parse_noting(
    source: &Source,
    mode: ParseMode,
    options: &ParseOptions,
    warnings: &mut Vec<CompileWarning>,
) -> Result<(Mod, bool), CompileError> {
    let lexed = tokens(source, mode, options);
    let judge = |warnings: &mut Vec<CompileWarning>| {
        let mut recognized = recognize(source, &lexed, start_symbol(mode), options);
        if let Verdict::Refused(_) = recognized.verdict {
            warnings.append(&mut recognized.warnings);
        }
        recognized.verdict
    };
    with_stack_for(lexed.depth_bound, || {
        parse_lexed(source, &lexed, mode, options, warnings, &judge)
    })
    .unwrap_or_else(|| {
        // CPython's parser may have an error of its own to report before the depth matters.
        match judge(warnings) {
            Verdict::Refused(error) => Err(*error),
            Verdict::Accepted(_) => Err(too_deep()),
        }
    })
}

/// The error that takes the place of the warning of this index, for callers for whom warnings are errors.
pub(crate) fn warning_as_error(
    source: &Source,
    mode: ParseMode,
    options: &ParseOptions,
    index: usize,
) -> Option<CompileError> {
    let lexed = tokens(source, mode, options);
    let mut warnings = recognize(source, &lexed, start_symbol(mode), options).warnings;
    if index >= warnings.len() {
        return None;
    }
    warnings.swap_remove(index).error.map(|error| *error)
}

fn tokens(source: &Source, mode: ParseMode, options: &ParseOptions) -> Lexed {
    let lex_options = LexOptions {
        add_newline: mode == ParseMode::Exec,
        type_comments: options.type_comments,
        single: mode == ParseMode::Single,
        dont_imply_dedent: options.dont_imply_dedent,
    };
    let mut lexed = lex(source, lex_options);
    if options.feature_version < 7 {
        release_async_names(&mut lexed.tokens);
    }
    lexed
}

/// Runs `f`, which makes and drops a tree of a depth up to `bound`, on a stack that is large enough; `None` if no stack is.
pub(crate) fn with_stack_for<R>(bound: usize, f: impl FnOnce() -> R) -> Option<R> {
    if bound > DEPTH_BOUND_MAX {
        return None;
    }
    // The caller may be deep in its own stack, so what ordinary sources need is asked for too.
    let stack = bound.max(DEPTH_ORDINARY) * STACK_PER_LEVEL + (256 << 10);
    Some(stacker::maybe_grow(stack, stack.max(2 << 20), f))
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
    warnings: &mut Vec<CompileWarning>,
    judge: &dyn Fn(&mut Vec<CompileWarning>) -> Verdict,
) -> Result<(Mod, bool), CompileError> {
    let failed = |warnings: &mut Vec<CompileWarning>| match judge(warnings) {
        Verdict::Refused(error) => *error,
        Verdict::Accepted(_) => CompileError::without_position(ErrorKind::Syntax, "invalid syntax"),
    };
    let has_comments = options.type_comments
        && lexed
            .tokens
            .iter()
            .any(|token| token.kind == TokenKind::TypeComment);
    let mut tokens = lexed.tokens.as_slice();
    let is_unusual = mode == ParseMode::Single
        || mode == ParseMode::FuncType
        || has_comments
        || options.feature_version < 11;
    if is_unusual {
        // What the crate does not know of: one statement only, type comments, older syntax.
        match judge(warnings) {
            Verdict::Refused(error) => return Err(*error),
            Verdict::Accepted(read) if mode == ParseMode::Single => tokens = &tokens[..read],
            Verdict::Accepted(_) => {}
        }
    } else if lexed.error.is_some() {
        return Err(failed(warnings));
    }
    let mut context = Context::new(source);
    context.type_comments = has_comments;
    context.barry_as_flufl = options.barry_as_flufl;
    context.int_max_str_digits = options.int_max_str_digits;
    context.direct = options.direct && !is_unusual && !options.barry_as_flufl;
    let mut by_direct = None;
    if context.direct && lexed.depth_bound <= direct::DEPTH_BOUND_MAX {
        by_direct = direct_module(&mut context, tokens, mode, lexed);
    }
    let is_direct = by_direct.is_some();
    let mut lowerer = Lowerer {
        context: &mut context,
        tokens,
    };
    let Some(module) = by_direct.or_else(|| module(&mut lowerer, mode, lexed)) else {
        return Err(failed(warnings));
    };
    if context.too_deep {
        return match judge(warnings) {
            Verdict::Refused(error) => Err(*error),
            Verdict::Accepted(_) => Err(too_deep()),
        };
    }
    if context.rejected {
        return Err(failed(warnings));
    }
    if context.nesting_max > NESTING_UNCHECKED {
        // CPython's parser may have run out of its own stack.
        if let Verdict::Refused(error) = judge(warnings) {
            return Err(*error);
        }
    }
    // Of a number and of literals before it, the number is read first.
    let mut found = lexed.warnings.clone();
    found.append(&mut context.warnings);
    found.sort_by_key(|warning| warning.order);
    warnings.append(&mut found);
    Ok((module, is_direct))
}

fn start_symbol(mode: ParseMode) -> Start {
    match mode {
        ParseMode::Exec => Start::File,
        ParseMode::Single => Start::Single,
        ParseMode::Eval => Start::Eval,
        ParseMode::FuncType => Start::FuncType,
    }
}

/// Parses the tokens without the crate; `None` if they are for the crate.
fn direct_module(
    context: &mut Context<'_>,
    tokens: &[Token],
    mode: ParseMode,
    lexed: &Lexed,
) -> Option<Mod> {
    match mode {
        ParseMode::Exec => Some(Mod::Module {
            body: direct::module(context, tokens)?,
            type_ignores: type_ignores(context.source, lexed),
        }),
        ParseMode::Eval => Some(Mod::Expression {
            body: Box::new(direct::eval(context, tokens)?),
        }),
        ParseMode::Single | ParseMode::FuncType => None,
    }
}

/// Parses and lowers the tokens; `None` if the crate refuses them.
fn module(lowerer: &mut Lowerer<'_, '_>, mode: ParseMode, lexed: &Lexed) -> Option<Mod> {
    let tokens = lowerer.tokens;
    let crate_mode = match mode {
        ParseMode::Exec => Mode::Module,
        ParseMode::Single => Mode::Interactive,
        ParseMode::Eval => Mode::Expression,
        ParseMode::FuncType => return function_type(lowerer),
    };
    let crate_tokens = CrateTokens::new(
        lowerer.context.source,
        tokens,
        lowerer.context.barry_as_flufl,
    );
    let module = match parse_tokens(crate_tokens, crate_mode, "").ok()? {
        rp::Mod::Module(tree) => {
            let body = lowerer.body(tree.body);
            let type_ignores = type_ignores(lowerer.context.source, lexed);
            Mod::Module { body, type_ignores }
        }
        rp::Mod::Interactive(tree) => Mod::Interactive {
            body: lowerer.body(tree.body),
        },
        rp::Mod::Expression(tree) => {
            let body = Box::new(lowerer.expr(*tree.body));
            if has_bare_star(&body, tokens) {
                lowerer.context.rejected = true;
            }
            Mod::Expression { body }
        }
        rp::Mod::FunctionType(_) => return None,
    };
    Some(module)
}

fn type_ignores(source: &Source, lexed: &Lexed) -> Vec<TypeIgnore> {
    let ignores = lexed.ignores.iter();
    ignores
        .map(|comment| TypeIgnore {
            lineno: comment.line as i32,
            tag: source
                .text
                .get(comment.start as usize..comment.end as usize)
                .unwrap_or("")
                .into(),
        })
        .collect()
}

/// `(int, *str, **Any) -> None`: the recogniser has seen that the tokens have this form.
fn function_type(lowerer: &mut Lowerer<'_, '_>) -> Option<Mod> {
    let tokens = lowerer.tokens;
    let close = tokens.first()?.partner as usize;
    let mut argtypes = Vec::new();
    let mut start = 1;
    for index in 1..=close {
        let token = tokens.get(index)?;
        let is_end = index == close || (token.kind == TokenKind::Comma && token.level == 1);
        if !is_end {
            continue;
        }
        while matches!(tokens[start].kind, TokenKind::Star | TokenKind::DoubleStar) {
            start += 1;
        }
        if start < index {
            argtypes.push(lowerer.part(start, index)?);
        }
        start = index + 1;
    }
    let end = tokens
        .iter()
        .position(|token| matches!(token.kind, TokenKind::Newline | TokenKind::EndMarker))?;
    let returns = Box::new(lowerer.part(close + 2, end)?);
    Some(Mod::FunctionType { argtypes, returns })
}

impl Lowerer<'_, '_> {
    /// The expression in the tokens from `start` to before `end`.
    fn part(&mut self, start: usize, end: usize) -> Option<Expr> {
        let mut tokens = CrateTokens::new(
            self.context.source,
            self.tokens.get(..end)?,
            self.context.barry_as_flufl,
        );
        tokens.index = start;
        match parse_tokens(tokens, Mode::Expression, "").ok()? {
            rp::Mod::Expression(tree) => Some(self.expr(*tree.body)),
            _ => None,
        }
    }
}

/// `*a` where `eval` wants an expression.
fn has_bare_star(body: &Expr, tokens: &[Token]) -> bool {
    let is_starred = |expr: &Expr| matches!(expr.kind, ExprKind::Starred { .. });
    let ExprKind::Tuple { elts, .. } = &body.kind else {
        return is_starred(body);
    };
    // In parentheses stars are fine.
    let is_parenthesized = tokens.first().is_some_and(|token| {
        token.kind == TokenKind::Lpar
            && tokens
                .get(token.partner as usize + 1)
                .is_none_or(|next| matches!(next.kind, TokenKind::Newline | TokenKind::EndMarker))
    });
    !is_parenthesized && elts.iter().any(is_starred)
}

/// The parser crate's tree for the tokens of one expression.
pub(crate) fn crate_expression(
    source: &Source,
    tokens: &[Token],
    barry_as_flufl: bool,
) -> Option<rp::Expr> {
    match parse_tokens(
        CrateTokens::new(source, tokens, barry_as_flufl),
        Mode::Expression,
        "",
    ) {
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
    /// The current line is a `with` statement.
    in_with: bool,
    barry_as_flufl: bool,
}

impl<'a> CrateTokens<'a> {
    fn new(source: &'a Source, tokens: &'a [Token], barry_as_flufl: bool) -> CrateTokens<'a> {
        CrateTokens {
            source,
            tokens,
            index: 0,
            at_line_start: true,
            match_blocks: Vec::new(),
            match_opens: false,
            in_with: false,
            barry_as_flufl,
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

    /// Whether the token is `<>`.
    fn is_old_inequality(&self, index: usize) -> bool {
        let start = self.tokens[index].start as usize;
        self.source.text.as_bytes().get(start) == Some(&b'<')
    }

    /// The crate does not know type comments. One in a line of its own has a NEWLINE too.
    fn skip_type_comment(&mut self, index: usize) {
        self.index = index + 1;
        let own_line = index > 0 && self.kind(index - 1) == TokenKind::Newline;
        if own_line && self.kind(self.index) == TokenKind::Newline {
            self.index += 1;
        }
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
        if kind == TokenKind::TypeComment {
            self.skip_type_comment(start);
            return self.next();
        }
        if kind == TokenKind::Star
            && self.in_with
            && start > 0
            && self.kind(start - 1) == TokenKind::As
        {
            // The crate does not know `with a as *b`; the lowering puts the star back.
            self.index += 1;
            return self.next();
        }
        self.index += 1;
        let at_line_start = std::mem::take(&mut self.at_line_start);
        if at_line_start {
            let is_async = kind == TokenKind::Async;
            self.in_with = self.kind(start + usize::from(is_async)) == TokenKind::With;
        }
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
            TokenKind::NotEqual if self.is_old_inequality(start) != self.barry_as_flufl => {
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
