//! Expressions.
//!
//! CPython 3.11: the expression rules of `Grammar/python.gram`.

use super::number::number_value;
use super::target::is_star_target;
use super::{DEPTH_MAX, Lowerer};
use crate::ast::{
    BoolOp, CmpOp, Comprehension, Expr, ExprContext, ExprKind, Operator, Span, UnaryOp,
};
use crate::lexer::token::TokenKind;
use bytecode::Constant;
use rustpython_parser::ast as rp;
use rustpython_parser::ast::Ranged;
use rustpython_parser::text_size::TextRange;

/// Native stack that must be left for a few levels of lowering.
const STACK_RED_ZONE: usize = 256 * 1024;
/// Native stack that is added when there is less.
const STACK_SEGMENT: usize = 4 * 1024 * 1024;

impl<'a> Lowerer<'a, '_> {
    /// An expression.
    pub fn expr(&mut self, node: rp::Expr) -> Expr {
        if self.context.depth & 15 == 15 {
            return stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || self.expr_at_depth(node));
        }
        self.expr_at_depth(node)
    }

    fn expr_at_depth(&mut self, node: rp::Expr) -> Expr {
        if self.context.depth > DEPTH_MAX {
            self.context.too_deep = true;
            return self.placeholder();
        }
        self.context.depth += 1;
        self.context.nesting += 1;
        self.context.nesting_max = self.context.nesting_max.max(self.context.nesting);
        let result = self.expr_inner(node);
        self.context.nesting -= 1;
        self.context.depth -= 1;
        result
    }

    /// The leftmost operand of a chain, for which CPython's parser does not recurse.
    fn left_operand(&mut self, node: rp::Expr) -> Box<Expr> {
        self.context.nesting -= 1;
        let result = self.expr(node);
        self.context.nesting += 1;
        Box::new(result)
    }

    /// A boxed expression.
    #[expect(clippy::boxed_local, reason = "the crate's nodes come in boxes")]
    pub fn boxed(&mut self, node: Box<rp::Expr>) -> Box<Expr> {
        Box::new(self.expr(*node))
    }

    /// An optional expression.
    pub fn optional(&mut self, node: Option<Box<rp::Expr>>) -> Option<Box<Expr>> {
        node.map(|node| self.boxed(node))
    }

    /// A list of expressions.
    pub fn exprs(&mut self, nodes: Vec<rp::Expr>) -> Vec<Expr> {
        nodes.into_iter().map(|node| self.expr(node)).collect()
    }

    fn expr_inner(&mut self, node: rp::Expr) -> Expr {
        let range = node.range();
        let span = self.range_span(range);
        let kind = match node {
            rp::Expr::Name(node) => ExprKind::Name {
                id: self.name(node.id.as_str()),
                ctx: context(node.ctx),
            },
            rp::Expr::Attribute(node) => ExprKind::Attribute {
                value: self.left_operand(*node.value),
                attr: self.name(node.attr.as_str()),
                ctx: context(node.ctx),
            },
            rp::Expr::Call(node) => self.call(node),
            rp::Expr::Constant(node) => return self.constant(node.value, range, span),
            rp::Expr::Subscript(node) => {
                let value = self.left_operand(*node.value);
                let slice = Box::new(self.slice(*node.slice));
                let ctx = context(node.ctx);
                ExprKind::Subscript { value, slice, ctx }
            }
            rp::Expr::Tuple(node) => {
                let ctx = context(node.ctx);
                let elts = self.exprs(node.elts);
                ExprKind::Tuple { elts, ctx }
            }
            rp::Expr::List(node) => {
                let ctx = context(node.ctx);
                let elts = self.exprs(node.elts);
                ExprKind::List { elts, ctx }
            }
            rp::Expr::BinOp(node) => ExprKind::BinOp {
                left: self.left_operand(*node.left),
                op: operator(node.op),
                right: self.boxed(node.right),
            },
            rp::Expr::BoolOp(node) => ExprKind::BoolOp {
                op: match node.op {
                    rp::BoolOp::And => BoolOp::And,
                    rp::BoolOp::Or => BoolOp::Or,
                },
                values: self.exprs(node.values),
            },
            rp::Expr::Compare(node) => ExprKind::Compare {
                left: self.boxed(node.left),
                ops: node.ops.into_iter().map(cmp_op).collect(),
                comparators: self.exprs(node.comparators),
            },
            rp::Expr::UnaryOp(node) => ExprKind::UnaryOp {
                op: unary_op(node.op),
                operand: self.boxed(node.operand),
            },
            rp::Expr::Starred(node) => {
                let ctx = context(node.ctx);
                let value = self.boxed(node.value);
                ExprKind::Starred { value, ctx }
            }
            rp::Expr::Lambda(node) => ExprKind::Lambda {
                args: Box::new(self.arguments(*node.args)),
                body: self.boxed(node.body),
            },
            rp::Expr::IfExp(node) => {
                let body = self.boxed(node.body);
                let test = self.boxed(node.test);
                let orelse = self.boxed(node.orelse);
                ExprKind::IfExp { test, body, orelse }
            }
            rp::Expr::NamedExpr(node) => return self.named(node),
            rp::Expr::Slice(node) => ExprKind::Slice {
                lower: self.optional(node.lower),
                upper: self.optional(node.upper),
                step: self.optional(node.step),
            },
            rp::Expr::Await(node) => ExprKind::Await {
                value: self.boxed(node.value),
            },
            rp::Expr::Yield(node) => ExprKind::Yield {
                value: self.optional(node.value),
            },
            rp::Expr::YieldFrom(node) => ExprKind::YieldFrom {
                value: self.boxed(node.value),
            },
            node => self.display(node),
        };
        Expr { span, kind }
    }

    /// Displays and comprehensions.
    fn display(&mut self, node: rp::Expr) -> ExprKind {
        match node {
            rp::Expr::Dict(node) => self.dict(node),
            rp::Expr::Set(node) => ExprKind::Set {
                elts: self.exprs(node.elts),
            },
            rp::Expr::ListComp(node) => {
                if node.elt.is_starred_expr() {
                    self.reject();
                }
                let elt = self.boxed(node.elt);
                let generators = self.generators(node.generators);
                ExprKind::ListComp { elt, generators }
            }
            rp::Expr::SetComp(node) => {
                let elt = self.boxed(node.elt);
                let generators = self.generators(node.generators);
                ExprKind::SetComp { elt, generators }
            }
            rp::Expr::GeneratorExp(node) => {
                let elt = self.boxed(node.elt);
                let generators = self.generators(node.generators);
                ExprKind::GeneratorExp { elt, generators }
            }
            rp::Expr::DictComp(node) => {
                let key = self.boxed(node.key);
                let value = self.boxed(node.value);
                let generators = self.generators(node.generators);
                ExprKind::DictComp {
                    key,
                    value,
                    generators,
                }
            }
            _ => {
                // f-strings are not made by the crate: it sees empty literals.
                self.reject();
                self.placeholder().kind
            }
        }
    }

    fn dict(&mut self, node: rp::ExprDict) -> ExprKind {
        let mut keys = Vec::with_capacity(node.keys.len());
        let mut values = Vec::with_capacity(node.values.len());
        for (key, value) in node.keys.into_iter().zip(node.values) {
            keys.push(key.map(|key| self.expr(key)));
            values.push(self.expr(value));
        }
        ExprKind::Dict { keys, values }
    }

    fn generators(&mut self, nodes: Vec<rp::Comprehension>) -> Vec<Comprehension> {
        nodes
            .into_iter()
            .map(|node| {
                let target = self.expr(node.target);
                if !is_star_target(&target) {
                    self.reject();
                }
                Comprehension {
                    target,
                    iter: self.expr(node.iter),
                    ifs: self.exprs(node.ifs),
                    is_async: node.is_async,
                }
            })
            .collect()
    }

    fn call(&mut self, node: rp::ExprCall) -> ExprKind {
        let func = self.left_operand(*node.func);
        let sole = node.args.len() == 1 && node.keywords.is_empty();
        let call_end = usize::from(node.range.end());
        if sole && node.args[0].is_generator_exp_expr() {
            let range = node.args[0].range();
            let (start, end) = (usize::from(range.start()), usize::from(range.end()));
            let bare = !self.is_parenthesized(start, end);
            if bare && end + 1 != call_end {
                self.reject();
            }
            let mut args = self.exprs(node.args);
            if bare {
                // The parentheses of the call are those of the generator.
                let span = self.span(start.saturating_sub(1), call_end);
                args[0].span = span;
            }
            return ExprKind::Call {
                func,
                args,
                keywords: Vec::new(),
            };
        }
        let (args, keywords) = self.call_arguments(node.args, node.keywords);
        ExprKind::Call {
            func,
            args,
            keywords,
        }
    }

    /// Whether the tokens from `start` to before `end` are `(`, its partner, and what is between.
    pub(super) fn is_parenthesized(&self, start: usize, end: usize) -> bool {
        self.kind(start) == TokenKind::Lpar && self.tokens[start].partner as usize + 1 == end
    }

    fn slice(&mut self, node: rp::Expr) -> Expr {
        let is_starred = node.is_starred_expr();
        let slice = self.expr(node);
        if !is_starred {
            return slice;
        }
        let span = slice.span;
        let kind = ExprKind::Tuple {
            elts: vec![slice],
            ctx: ExprContext::Load,
        };
        Expr { span, kind }
    }

    fn named(&mut self, node: rp::ExprNamedExpr) -> Expr {
        let start = usize::from(node.range.start());
        let mut end = usize::from(node.range.end());
        // The crate ends the node at the value, which leaves out the value's own parentheses.
        while self.kind(end) == TokenKind::Rpar && self.tokens[end].partner as usize > start {
            end += 1;
        }
        let target = self.boxed(node.target);
        let value = self.boxed(node.value);
        let span = self.span(start, end);
        Expr {
            span,
            kind: ExprKind::NamedExpr { target, value },
        }
    }

    /// A constant: numbers and strings are read from the source.
    pub(super) fn constant(&mut self, value: rp::Constant, range: TextRange, span: Span) -> Expr {
        let start = usize::from(range.start());
        let value = match value {
            rp::Constant::None => Constant::None,
            rp::Constant::Bool(value) => Constant::Bool(value),
            rp::Constant::Ellipsis => Constant::Ellipsis,
            rp::Constant::Str(_) => return self.strings(start, usize::from(range.end())),
            _ => match number_value(self.text(start), self.context.int_max_str_digits) {
                Ok(value) => value,
                Err(_) => {
                    self.reject();
                    Constant::None
                }
            },
        };
        Expr {
            span,
            kind: ExprKind::Constant { value, kind: None },
        }
    }
}

pub(super) fn context(ctx: rp::ExprContext) -> ExprContext {
    match ctx {
        rp::ExprContext::Load => ExprContext::Load,
        rp::ExprContext::Store => ExprContext::Store,
        rp::ExprContext::Del => ExprContext::Del,
    }
}

pub(super) fn operator(op: rp::Operator) -> Operator {
    match op {
        rp::Operator::Add => Operator::Add,
        rp::Operator::Sub => Operator::Sub,
        rp::Operator::Mult => Operator::Mult,
        rp::Operator::MatMult => Operator::MatMult,
        rp::Operator::Div => Operator::Div,
        rp::Operator::Mod => Operator::Mod,
        rp::Operator::Pow => Operator::Pow,
        rp::Operator::LShift => Operator::LShift,
        rp::Operator::RShift => Operator::RShift,
        rp::Operator::BitOr => Operator::BitOr,
        rp::Operator::BitXor => Operator::BitXor,
        rp::Operator::BitAnd => Operator::BitAnd,
        rp::Operator::FloorDiv => Operator::FloorDiv,
    }
}

fn unary_op(op: rp::UnaryOp) -> UnaryOp {
    match op {
        rp::UnaryOp::Invert => UnaryOp::Invert,
        rp::UnaryOp::Not => UnaryOp::Not,
        rp::UnaryOp::UAdd => UnaryOp::UAdd,
        rp::UnaryOp::USub => UnaryOp::USub,
    }
}

fn cmp_op(op: rp::CmpOp) -> CmpOp {
    match op {
        rp::CmpOp::Eq => CmpOp::Eq,
        rp::CmpOp::NotEq => CmpOp::NotEq,
        rp::CmpOp::Lt => CmpOp::Lt,
        rp::CmpOp::LtE => CmpOp::LtE,
        rp::CmpOp::Gt => CmpOp::Gt,
        rp::CmpOp::GtE => CmpOp::GtE,
        rp::CmpOp::Is => CmpOp::Is,
        rp::CmpOp::IsNot => CmpOp::IsNot,
        rp::CmpOp::In => CmpOp::In,
        rp::CmpOp::NotIn => CmpOp::NotIn,
    }
}
