//! A parser without tables for the ordinary part of the grammar: tokens to CPython's tree in one step.
//!
//! The parser crate makes a tree of its own first, which is then lowered; together that was more than half of the time of a compilation.
//! This parser reads what nearly all sources consist of by recursive descent, makes the nodes of `ast` at once, and *declines* everything
//! else: whatever is wrong, deep, or rare (`match`, parentheses of `with` that are not those of its items). Then the crate and the lowering
//! do the whole source again, and they decide. So a rule may be left out here, but none may be wider than CPython's, and the tree must be
//! the one that the lowering makes; `tests/direct.rs` compares the two.
//!
//! CPython 3.11: `Grammar/python.gram`.

mod atom;
mod compound;
mod expr;
mod params;
mod stmt;

use crate::ast::{Expr, ExprContext, ExprKind, Identifier, Span, Stmt};
use crate::lexer::token::{Token, TokenKind};
use crate::lower::{Context, Lowerer};

/// What nests deeper is declined: for the crate's tree it is then checked that CPython's parser has enough stack for it.
const NESTING_MAX: usize = 90;
/// Sources whose tree may be deeper than this are declined (chains of operators are deep without nesting).
pub const DEPTH_BOUND_MAX: usize = 2_000;
/// Native stack that `NESTING_MAX` levels may take.
const STACK_RED_ZONE: usize = 1 << 20;
/// Native stack that is added when there is less.
const STACK_SEGMENT: usize = 2 << 20;

/// Reads the tokens of a module; `None` if they are not all of the ordinary kind.
pub fn module(context: &mut Context<'_>, tokens: &[Token]) -> Option<Vec<Stmt>> {
    attempt(context, tokens, 0, |parser| {
        let mut body = Vec::new();
        while parser.peek() != TokenKind::EndMarker {
            parser.statement(&mut body)?;
        }
        Some(body)
    })
}

/// Reads the tokens of an expression as `eval` takes it.
pub fn eval(context: &mut Context<'_>, tokens: &[Token]) -> Option<Expr> {
    attempt(context, tokens, 0, |parser| {
        let expr = parser.expressions()?;
        while parser.eat(TokenKind::Newline) {}
        parser.need(TokenKind::EndMarker)?;
        Some(expr)
    })
}

/// Reads the tokens of an expression in an f-string, which stand in parentheses.
pub fn field(context: &mut Context<'_>, tokens: &[Token]) -> Option<Expr> {
    attempt(context, tokens, 0, |parser| {
        let expr = parser.atom()?;
        parser.need(TokenKind::Newline)?;
        parser.need(TokenKind::EndMarker)?;
        Some(expr)
    })
}

fn attempt<'a, 'b, R>(
    context: &'b mut Context<'a>,
    tokens: &'b [Token],
    pos: usize,
    read: impl FnOnce(&mut Parser<'a, 'b>) -> Option<R>,
) -> Option<R> {
    let warned = context.warnings.len();
    let rejected = std::mem::replace(&mut context.rejected, false);
    let mut parser = Parser {
        lowerer: Lowerer { context, tokens },
        pos,
        depth: 0,
    };
    let result = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || read(&mut parser));
    let context = parser.lowerer.context;
    if result.is_none() {
        context.warnings.truncate(warned);
    }
    context.rejected = rejected;
    result
}

/// The parser's state. Every function that returns an `Option` returns `None` to decline the source.
struct Parser<'a, 'b> {
    /// Positions, names and literals are read as the lowering reads them.
    lowerer: Lowerer<'a, 'b>,
    pos: usize,
    depth: usize,
}

impl<'a> Parser<'a, '_> {
    #[inline]
    fn kind(&self, index: usize) -> TokenKind {
        match self.lowerer.tokens.get(index) {
            Some(token) => token.kind,
            None => TokenKind::EndMarker,
        }
    }

    /// The kind of the next token.
    #[inline]
    fn peek(&self) -> TokenKind {
        self.kind(self.pos)
    }

    /// Whether the next token is of this kind; then it is read.
    #[inline]
    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.peek() == kind;
        self.pos += usize::from(found);
        found
    }

    /// Reads a token of this kind.
    #[inline]
    fn need(&mut self, kind: TokenKind) -> Option<()> {
        self.eat(kind).then_some(())
    }

    /// Goes one level down. Who declines does not go up again.
    #[inline]
    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= NESTING_MAX).then_some(())
    }

    /// The span from token `start` to the last one that was read.
    #[inline]
    fn span(&self, start: usize) -> Span {
        self.lowerer.span(start, self.pos)
    }

    /// The same of something that ends with a block: white space tokens do not count.
    fn block_span(&self, start: usize) -> Span {
        let mut end = self.pos;
        while end > start
            && matches!(
                self.kind(end - 1),
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            )
        {
            end -= 1;
        }
        self.lowerer.span(start, end)
    }

    /// Reads a name.
    fn name(&mut self) -> Option<Identifier> {
        if self.peek() != TokenKind::Name {
            return None;
        }
        let text = self.lowerer.text(self.pos);
        self.pos += 1;
        Some(self.lowerer.context.identifier(text))
    }
}

/// Whether an expression, a starred one included, can start with such a token.
fn starts_expression(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Number
            | TokenKind::String
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::Minus
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Star
            | TokenKind::Not
            | TokenKind::Lambda
            | TokenKind::Await
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Ellipsis
    )
}

/// Makes a target of an expression that may be one.
fn set_context(expr: &mut Expr, to: ExprContext) {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. }
        | ExprKind::Attribute { ctx, .. }
        | ExprKind::Subscript { ctx, .. } => *ctx = to,
        ExprKind::Starred { value, ctx } => {
            *ctx = to;
            set_context(value, to);
        }
        ExprKind::Tuple { elts, ctx } | ExprKind::List { elts, ctx } => {
            *ctx = to;
            for elt in elts {
                set_context(elt, to);
            }
        }
        _ => {}
    }
}
