//! Patterns of `match`.
//!
//! CPython 3.11: `patterns` in `Grammar/python.gram`.

use super::Lowerer;
use crate::ast::{Expr, ExprKind, Identifier, MatchCase, Operator, Pattern, PatternKind};
use crate::lexer::token::{TokenKind, decode_index};
use bytecode::Constant;
use rustpython_parser::ast as rp;
use rustpython_parser::ast::Ranged;

impl<'a> Lowerer<'a, '_> {
    /// A `case`, and the index after its last token.
    pub(super) fn match_case(&mut self, node: rp::MatchCase) -> (MatchCase, usize) {
        if node.pattern.is_match_star() {
            self.reject();
        }
        let pattern = self.pattern(node.pattern);
        let guard = self.optional(node.guard);
        let (body, end) = self.block(node.body);
        (
            MatchCase {
                pattern,
                guard,
                body,
            },
            end,
        )
    }

    /// A pattern; stars are checked by whoever holds it.
    fn pattern(&mut self, node: rp::Pattern) -> Pattern {
        let range = node.range();
        let span = self.range_span(range);
        if self.context.depth > super::DEPTH_MAX {
            self.context.too_deep = true;
            return Pattern {
                span,
                kind: PatternKind::MatchStar { name: None },
            };
        }
        self.context.depth += 1;
        self.context.nesting += 1;
        self.context.nesting_max = self.context.nesting_max.max(self.context.nesting);
        let kind = self.pattern_kind(node);
        self.context.nesting -= 1;
        self.context.depth -= 1;
        Pattern { span, kind }
    }

    fn pattern_kind(&mut self, node: rp::Pattern) -> PatternKind {
        match node {
            rp::Pattern::MatchValue(node) => {
                let value = self.boxed(node.value);
                self.check_literal(&value);
                self.check_not_wildcard(&value);
                PatternKind::MatchValue { value }
            }
            rp::Pattern::MatchSingleton(node) => PatternKind::MatchSingleton {
                value: match node.value {
                    rp::Constant::Bool(value) => Constant::Bool(value),
                    _ => Constant::None,
                },
            },
            rp::Pattern::MatchSequence(node) => PatternKind::MatchSequence {
                patterns: self.sequence(node.patterns),
            },
            rp::Pattern::MatchMapping(node) => {
                let keys = self.exprs(node.keys);
                for key in &keys {
                    self.check_literal(key);
                }
                let patterns = self.patterns(node.patterns);
                let rest = node.rest.map(|name| {
                    if self.is_wildcard(&name) {
                        self.reject();
                    }
                    self.name(name.as_str())
                });
                PatternKind::MatchMapping {
                    keys,
                    patterns,
                    rest,
                }
            }
            rp::Pattern::MatchClass(node) => {
                let cls = self.boxed(node.cls);
                self.check_not_wildcard(&cls);
                PatternKind::MatchClass {
                    cls,
                    patterns: self.patterns(node.patterns),
                    kwd_attrs: node
                        .kwd_attrs
                        .iter()
                        .map(|name| self.name(name.as_str()))
                        .collect(),
                    kwd_patterns: self.patterns(node.kwd_patterns),
                }
            }
            rp::Pattern::MatchStar(node) => PatternKind::MatchStar {
                name: self.capture(node.name),
            },
            rp::Pattern::MatchAs(node) => {
                let pattern = node.pattern.map(|pattern| {
                    if pattern.is_match_star() {
                        self.reject();
                    }
                    Box::new(self.pattern(*pattern))
                });
                let has_pattern = pattern.is_some();
                let name = self.capture(node.name);
                if has_pattern && name.is_none() {
                    self.reject();
                }
                PatternKind::MatchAs { pattern, name }
            }
            rp::Pattern::MatchOr(node) => PatternKind::MatchOr {
                patterns: self.patterns(node.patterns),
            },
        }
    }

    /// Patterns in a place where a star is not allowed.
    fn patterns(&mut self, nodes: Vec<rp::Pattern>) -> Vec<Pattern> {
        nodes
            .into_iter()
            .map(|node| {
                if node.is_match_star() {
                    self.reject();
                }
                self.pattern(node)
            })
            .collect()
    }

    /// The elements of a sequence pattern: stars are allowed, unless they are in parentheses of their own.
    fn sequence(&mut self, nodes: Vec<rp::Pattern>) -> Vec<Pattern> {
        nodes
            .into_iter()
            .map(|node| {
                if node.is_match_star() {
                    let before = usize::from(node.range().start()).wrapping_sub(1);
                    if self.kind(before) == TokenKind::Lpar
                        && self.tokens[before].partner == u32::from(node.range().end())
                    {
                        self.reject();
                    }
                }
                self.pattern(node)
            })
            .collect()
    }

    fn is_wildcard(&self, name: &rp::Identifier) -> bool {
        self.text(decode_index(name.as_str())) == "_"
    }

    fn capture(&mut self, name: Option<rp::Identifier>) -> Option<Identifier> {
        let name = name?;
        if self.is_wildcard(&name) {
            return None;
        }
        Some(self.name(name.as_str()))
    }

    /// `_.a` and `_(a)`: CPython takes `_` for a wildcard before it sees what follows.
    fn check_not_wildcard(&mut self, value: &Expr) {
        let mut value = value;
        while let ExprKind::Attribute { value: inner, .. } = &value.kind {
            value = inner;
        }
        if matches!(&value.kind, ExprKind::Name { id, .. } if &**id == "_") {
            self.reject();
        }
    }

    /// `a + bj`: the left part must be real and the right one imaginary.
    fn check_literal(&mut self, value: &Expr) {
        let ExprKind::BinOp { left, op, right } = &value.kind else {
            return;
        };
        let left = match &left.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => left,
        };
        let is_complex = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Constant {
                    value: Constant::Complex(_),
                    ..
                }
            )
        };
        if is_complex(left) || !is_complex(right) || !matches!(op, Operator::Add | Operator::Sub) {
            self.reject();
        }
    }
}
