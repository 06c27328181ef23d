//! Atoms, and what may follow them: attributes, calls, subscripts.

use super::expr::{BITWISE_OR, DISJUNCTION};
use super::{Parser, starts_expression};
use crate::ast::{Comprehension, Expr, ExprContext, ExprKind, Keyword};
use crate::lexer::token::TokenKind;
use crate::lower::number::number_value;
use bytecode::Constant;

impl<'a> Parser<'a, '_> {
    /// `primary`
    pub(super) fn primary(&mut self) -> Option<Expr> {
        let start = self.pos;
        let mut node = self.atom()?;
        loop {
            let ctx = ExprContext::Load;
            let kind = match self.peek() {
                TokenKind::Dot => {
                    self.pos += 1;
                    let attr = self.name()?;
                    let value = Box::new(node);
                    ExprKind::Attribute { value, attr, ctx }
                }
                TokenKind::Lpar => {
                    let func = Box::new(node);
                    let (args, keywords) = self.arguments(true)?;
                    ExprKind::Call {
                        func,
                        args,
                        keywords,
                    }
                }
                TokenKind::Lsqb => {
                    self.pos += 1;
                    let value = Box::new(node);
                    let slice = Box::new(self.slices()?);
                    self.need(TokenKind::Rsqb)?;
                    ExprKind::Subscript { value, slice, ctx }
                }
                _ => return Some(node),
            };
            let span = self.span(start);
            node = Expr { span, kind };
        }
    }

    /// The arguments of a call or, without a generator, of a class; the parentheses included.
    pub(super) fn arguments(&mut self, may_generate: bool) -> Option<(Vec<Expr>, Vec<Keyword>)> {
        let open = self.pos;
        self.pos += 1;
        let mut args = Vec::new();
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut unpacked = false;
        while !self.eat(TokenKind::Rpar) {
            let start = self.pos;
            match self.peek() {
                TokenKind::Star if !unpacked => args.push(self.starred(Self::expression)?),
                TokenKind::DoubleStar => {
                    self.pos += 1;
                    unpacked = true;
                    let value = self.expression()?;
                    keywords.push(Keyword {
                        span: self.span(start),
                        arg: None,
                        value,
                    });
                }
                TokenKind::Name if self.kind(start + 1) == TokenKind::Equal => {
                    let arg = self.name();
                    self.pos += 1;
                    let value = self.expression()?;
                    keywords.push(Keyword {
                        span: self.span(start),
                        arg,
                        value,
                    });
                }
                _ if keywords.is_empty() => {
                    let arg = self.named_expression()?;
                    if self.is_for_clause() {
                        if !may_generate || !args.is_empty() {
                            return None;
                        }
                        args.push(self.generator(open, arg)?);
                        break;
                    }
                    args.push(arg);
                }
                _ => return None,
            }
            if !self.eat(TokenKind::Comma) {
                self.need(TokenKind::Rpar)?;
                break;
            }
        }
        Some((args, keywords))
    }

    /// The rest of a generator expression whose parenthesis is token `open`.
    fn generator(&mut self, open: usize, elt: Expr) -> Option<Expr> {
        let generators = self.for_clauses()?;
        self.need(TokenKind::Rpar)?;
        let elt = Box::new(elt);
        Some(Expr {
            span: self.span(open),
            kind: ExprKind::GeneratorExp { elt, generators },
        })
    }

    /// `slices`
    fn slices(&mut self) -> Option<Expr> {
        let start = self.pos;
        let is_starred = self.peek() == TokenKind::Star;
        let first = self.slice()?;
        if !is_starred && self.peek() != TokenKind::Comma {
            return Some(first);
        }
        let mut elts = vec![first];
        while self.eat(TokenKind::Comma) && self.peek() != TokenKind::Rsqb {
            elts.push(self.slice()?);
        }
        let ctx = ExprContext::Load;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Tuple { elts, ctx },
        })
    }

    /// `slice | starred_expression`
    fn slice(&mut self) -> Option<Expr> {
        let start = self.pos;
        if self.peek() == TokenKind::Star {
            return self.starred(Self::expression);
        }
        let mut lower = None;
        if self.peek() != TokenKind::Colon {
            let is_named = self.is_named();
            let first = self.named_expression()?;
            if self.peek() != TokenKind::Colon {
                return Some(first);
            }
            if is_named {
                return None;
            }
            lower = Some(Box::new(first));
        }
        self.pos += 1;
        let upper = self.bound()?;
        let mut step = None;
        if self.eat(TokenKind::Colon) {
            step = self.bound()?;
        }
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Slice { lower, upper, step },
        })
    }

    /// A bound of a slice, which may be missing.
    fn bound(&mut self) -> Option<Option<Box<Expr>>> {
        if !starts_expression(self.peek()) {
            return Some(None);
        }
        Some(Some(Box::new(self.expression()?)))
    }

    /// `atom`
    pub(super) fn atom(&mut self) -> Option<Expr> {
        let start = self.pos;
        let kind = match self.peek() {
            TokenKind::Name => ExprKind::Name {
                id: self.name()?,
                ctx: ExprContext::Load,
            },
            TokenKind::String => {
                while self.eat(TokenKind::String) {}
                let expr = self.lowerer.strings(start, self.pos);
                return (!self.lowerer.context.rejected).then_some(expr);
            }
            TokenKind::Number => {
                let digits_max = self.lowerer.context.int_max_str_digits;
                let value = number_value(self.lowerer.text(start), digits_max).ok()?;
                self.constant(value)
            }
            TokenKind::Lpar => return self.parenthesized(),
            TokenKind::Lsqb => self.list()?,
            TokenKind::Lbrace => self.braces()?,
            TokenKind::None => self.constant(Constant::None),
            TokenKind::True => self.constant(Constant::Bool(true)),
            TokenKind::False => self.constant(Constant::Bool(false)),
            TokenKind::Ellipsis => self.constant(Constant::Ellipsis),
            _ => return None,
        };
        Some(Expr {
            span: self.span(start),
            kind,
        })
    }

    fn constant(&mut self, value: Constant) -> ExprKind {
        self.pos += 1;
        ExprKind::Constant { value, kind: None }
    }

    /// `tuple | group | genexp`
    fn parenthesized(&mut self) -> Option<Expr> {
        let start = self.pos;
        let ctx = ExprContext::Load;
        self.pos += 1;
        let mut elts = Vec::new();
        match self.peek() {
            TokenKind::Rpar => {}
            TokenKind::Yield => {
                let group = self.yield_expr()?;
                self.need(TokenKind::Rpar)?;
                return Some(group);
            }
            kind => {
                let first = self.star_named_expression()?;
                if kind != TokenKind::Star {
                    if self.eat(TokenKind::Rpar) {
                        return Some(first);
                    }
                    if self.is_for_clause() {
                        return self.generator(start, first);
                    }
                }
                if self.peek() != TokenKind::Comma {
                    return None;
                }
                elts.push(first);
                self.elements(TokenKind::Rpar, &mut elts)?;
            }
        }
        self.need(TokenKind::Rpar)?;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Tuple { elts, ctx },
        })
    }

    /// More elements of a display, each behind a comma.
    fn elements(&mut self, close: TokenKind, elts: &mut Vec<Expr>) -> Option<()> {
        while self.eat(TokenKind::Comma) && self.peek() != close {
            elts.push(self.star_named_expression()?);
        }
        Some(())
    }

    /// `list | listcomp`
    fn list(&mut self) -> Option<ExprKind> {
        self.pos += 1;
        let ctx = ExprContext::Load;
        let mut elts = Vec::new();
        if self.peek() != TokenKind::Rsqb {
            let is_starred = self.peek() == TokenKind::Star;
            let first = self.star_named_expression()?;
            if !is_starred && self.is_for_clause() {
                let elt = Box::new(first);
                let generators = self.for_clauses()?;
                self.need(TokenKind::Rsqb)?;
                return Some(ExprKind::ListComp { elt, generators });
            }
            elts.push(first);
            self.elements(TokenKind::Rsqb, &mut elts)?;
        }
        self.need(TokenKind::Rsqb)?;
        Some(ExprKind::List { elts, ctx })
    }

    /// `dict | set | dictcomp | setcomp`
    fn braces(&mut self) -> Option<ExprKind> {
        self.pos += 1;
        let starts = self.peek();
        if matches!(starts, TokenKind::Rbrace | TokenKind::DoubleStar) {
            return self.dict(Vec::new(), Vec::new());
        }
        let is_named = self.is_named();
        let first = self.star_named_expression()?;
        if starts == TokenKind::Star || self.peek() != TokenKind::Colon {
            if starts != TokenKind::Star && self.is_for_clause() {
                let elt = Box::new(first);
                let generators = self.for_clauses()?;
                self.need(TokenKind::Rbrace)?;
                return Some(ExprKind::SetComp { elt, generators });
            }
            let mut elts = vec![first];
            self.elements(TokenKind::Rbrace, &mut elts)?;
            self.need(TokenKind::Rbrace)?;
            return Some(ExprKind::Set { elts });
        }
        if is_named {
            return None;
        }
        self.pos += 1;
        let value = self.expression()?;
        if self.is_for_clause() {
            let generators = self.for_clauses()?;
            self.need(TokenKind::Rbrace)?;
            return Some(ExprKind::DictComp {
                key: Box::new(first),
                value: Box::new(value),
                generators,
            });
        }
        if self.peek() == TokenKind::Comma {
            self.pos += 1;
        } else if self.peek() != TokenKind::Rbrace {
            return None;
        }
        self.dict(vec![Some(first)], vec![value])
    }

    /// The rest of a dict display, at the place of a key or of the end.
    fn dict(&mut self, mut keys: Vec<Option<Expr>>, mut values: Vec<Expr>) -> Option<ExprKind> {
        while !self.eat(TokenKind::Rbrace) {
            if self.eat(TokenKind::DoubleStar) {
                keys.push(None);
                values.push(self.operators(BITWISE_OR)?);
            } else {
                keys.push(Some(self.expression()?));
                self.need(TokenKind::Colon)?;
                values.push(self.expression()?);
            }
            if !self.eat(TokenKind::Comma) {
                self.need(TokenKind::Rbrace)?;
                break;
            }
        }
        Some(ExprKind::Dict { keys, values })
    }

    /// Whether a `for` of a comprehension comes next.
    fn is_for_clause(&self) -> bool {
        matches!(self.peek(), TokenKind::For | TokenKind::Async)
    }

    /// `for_if_clauses`
    fn for_clauses(&mut self) -> Option<Vec<Comprehension>> {
        let mut clauses = Vec::new();
        while self.is_for_clause() {
            let is_async = self.eat(TokenKind::Async);
            self.need(TokenKind::For)?;
            let target = self.star_targets()?;
            self.need(TokenKind::In)?;
            let iter = self.operators(DISJUNCTION)?;
            let mut ifs = Vec::new();
            while self.eat(TokenKind::If) {
                ifs.push(self.operators(DISJUNCTION)?);
            }
            clauses.push(Comprehension {
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Some(clauses)
    }
}
