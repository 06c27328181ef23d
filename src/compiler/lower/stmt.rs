//! Statements.
//!
//! Every function returns the index after the last token too: the end of a compound statement is the end of its last token, a `;`
//! included, which the crate leaves out.
//!
//! CPython 3.11: the statement rules of `Grammar/python.gram`.

use super::expr::operator;
use super::target::{is_del_target, is_single_target, is_star_target};
use super::{DEPTH_MAX, Lowerer};
use crate::ast::{
    Alias, ClassDef, ExceptHandler, Expr, ExprContext, ExprKind, For, FunctionDef, Stmt, StmtKind,
    Try, With, WithItem,
};
use crate::lexer::token::{TokenKind, decode_index};
use rustpython_parser::ast as rp;
use rustpython_parser::ast::Ranged;
use rustpython_parser::text_size::TextRange;
use std::rc::Rc;

impl<'a> Lowerer<'a, '_> {
    /// The statements of a module.
    pub fn body(&mut self, nodes: Vec<rp::Stmt>) -> Vec<Stmt> {
        nodes.into_iter().map(|node| self.stmt(node).0).collect()
    }

    /// A block, and the index after its last token.
    pub(super) fn block(&mut self, nodes: Vec<rp::Stmt>) -> (Vec<Stmt>, usize) {
        let mut end = 0;
        let mut body = Vec::with_capacity(nodes.len());
        for node in nodes {
            let (stmt, stmt_end) = self.stmt(node);
            body.push(stmt);
            end = stmt_end;
        }
        if self.kind(end) == TokenKind::Semi {
            end += 1;
        }
        (body, end)
    }

    /// A block that may be missing: then `end` stays.
    fn orelse(&mut self, nodes: Vec<rp::Stmt>, end: usize) -> (Vec<Stmt>, usize) {
        if nodes.is_empty() {
            return (Vec::new(), end);
        }
        self.block(nodes)
    }

    fn stmt(&mut self, node: rp::Stmt) -> (Stmt, usize) {
        let range = node.range();
        if self.context.depth > DEPTH_MAX {
            self.context.too_deep = true;
            let stmt = Stmt {
                span: self.range_span(range),
                kind: StmtKind::Pass,
            };
            return (stmt, usize::from(range.end()));
        }
        self.context.depth += 1;
        self.context.nesting += 1;
        let (kind, end) = if self.context.depth & 15 == 15 {
            stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.stmt_inner(node, range))
        } else {
            self.stmt_inner(node, range)
        };
        self.context.nesting -= 1;
        self.context.depth -= 1;
        let span = self.span(range.start().into(), end);
        (Stmt { span, kind }, end)
    }

    fn stmt_inner(&mut self, node: rp::Stmt, range: TextRange) -> (StmtKind, usize) {
        let end = usize::from(range.end());
        match node {
            rp::Stmt::FunctionDef(node) => {
                let (def, end) = self.function(
                    node.name,
                    *node.args,
                    node.body,
                    node.decorator_list,
                    node.returns,
                    !node.type_params.is_empty(),
                );
                (StmtKind::FunctionDef(def), end)
            }
            rp::Stmt::AsyncFunctionDef(node) => {
                let (def, end) = self.function(
                    node.name,
                    *node.args,
                    node.body,
                    node.decorator_list,
                    node.returns,
                    !node.type_params.is_empty(),
                );
                (StmtKind::AsyncFunctionDef(def), end)
            }
            rp::Stmt::ClassDef(node) => self.class(node),
            rp::Stmt::For(node) => {
                let (kind, end) = self.for_(*node.target, *node.iter, node.body, node.orelse);
                (StmtKind::For(kind), end)
            }
            rp::Stmt::AsyncFor(node) => {
                let (kind, end) = self.for_(*node.target, *node.iter, node.body, node.orelse);
                (StmtKind::AsyncFor(kind), end)
            }
            rp::Stmt::While(node) => {
                let test = self.boxed(node.test);
                let (body, end) = self.block(node.body);
                let (orelse, end) = self.orelse(node.orelse, end);
                (StmtKind::While { test, body, orelse }, end)
            }
            rp::Stmt::If(node) => {
                let test = self.boxed(node.test);
                let (body, end) = self.block(node.body);
                let (orelse, end) = self.orelse(node.orelse, end);
                (StmtKind::If { test, body, orelse }, end)
            }
            rp::Stmt::With(node) => {
                let (kind, end) = self.with(node.items, node.body, range);
                (StmtKind::With(kind), end)
            }
            rp::Stmt::AsyncWith(node) => {
                let (kind, end) = self.with(node.items, node.body, range);
                (StmtKind::AsyncWith(kind), end)
            }
            rp::Stmt::Match(node) => self.match_(node),
            rp::Stmt::Try(node) => {
                let (kind, end) = self.try_(node.body, node.handlers, node.orelse, node.finalbody);
                (StmtKind::Try(kind), end)
            }
            rp::Stmt::TryStar(node) => {
                let (kind, end) = self.try_(node.body, node.handlers, node.orelse, node.finalbody);
                (StmtKind::TryStar(kind), end)
            }
            node => {
                let kind = self.simple(node, range);
                let is_commented = matches!(
                    kind,
                    StmtKind::Assign {
                        type_comment: Some(_),
                        ..
                    }
                );
                (kind, end + usize::from(is_commented))
            }
        }
    }

    /// A simple statement: its range is right.
    fn simple(&mut self, node: rp::Stmt, range: TextRange) -> StmtKind {
        match node {
            rp::Stmt::Expr(node) => StmtKind::Expr {
                value: self.boxed(node.value),
            },
            rp::Stmt::Assign(node) => {
                let targets = self.exprs(node.targets);
                if !targets.iter().all(is_star_target) {
                    self.reject();
                }
                let value = self.boxed(node.value);
                StmtKind::Assign {
                    targets,
                    value,
                    type_comment: self.type_comment(range.end().into()),
                }
            }
            rp::Stmt::AugAssign(node) => {
                let target = self.boxed(node.target);
                if !is_single_target(&target) {
                    self.reject();
                }
                let op = operator(node.op);
                let value = self.boxed(node.value);
                StmtKind::AugAssign { target, op, value }
            }
            rp::Stmt::AnnAssign(node) => {
                let target = self.boxed(node.target);
                if !is_single_target(&target) {
                    self.reject();
                }
                let is_name = matches!(target.kind, ExprKind::Name { .. });
                let simple = is_name && self.kind(range.start().into()) != TokenKind::Lpar;
                StmtKind::AnnAssign {
                    target,
                    annotation: self.boxed(node.annotation),
                    value: self.optional(node.value),
                    simple,
                }
            }
            rp::Stmt::Return(node) => StmtKind::Return {
                value: self.optional(node.value),
            },
            rp::Stmt::Delete(node) => {
                let targets = self.exprs(node.targets);
                if !targets.iter().all(is_del_target) {
                    self.reject();
                }
                StmtKind::Delete { targets }
            }
            rp::Stmt::Raise(node) => StmtKind::Raise {
                exc: self.optional(node.exc),
                cause: self.optional(node.cause),
            },
            rp::Stmt::Assert(node) => StmtKind::Assert {
                test: self.boxed(node.test),
                msg: self.optional(node.msg),
            },
            rp::Stmt::Import(node) => StmtKind::Import {
                names: self.aliases(node.names),
            },
            rp::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
                module: node.module.map(|name| self.dotted_name(name.as_str())),
                names: self.aliases(node.names),
                level: Some(node.level.map_or(0, |level| level.to_u32() as i32)),
            },
            rp::Stmt::Global(node) => StmtKind::Global {
                names: node
                    .names
                    .iter()
                    .map(|name| self.name(name.as_str()))
                    .collect(),
            },
            rp::Stmt::Nonlocal(node) => StmtKind::Nonlocal {
                names: node
                    .names
                    .iter()
                    .map(|name| self.name(name.as_str()))
                    .collect(),
            },
            rp::Stmt::Pass(_) => StmtKind::Pass,
            rp::Stmt::Break(_) => StmtKind::Break,
            rp::Stmt::Continue(_) => StmtKind::Continue,
            _ => {
                // `type X = ...` is of a later Python.
                self.reject();
                StmtKind::Pass
            }
        }
    }

    fn aliases(&mut self, nodes: Vec<rp::Alias>) -> Vec<Alias> {
        nodes
            .into_iter()
            .map(|node| Alias {
                span: self.range_span(node.range),
                name: if node.name.as_str() == "*" {
                    Rc::from("*")
                } else {
                    self.dotted_name(node.name.as_str())
                },
                asname: node.asname.map(|name| self.name(name.as_str())),
            })
            .collect()
    }

    fn function(
        &mut self,
        name: rp::Identifier,
        args: rp::Arguments,
        body: Vec<rp::Stmt>,
        decorators: Vec<rp::Expr>,
        returns: Option<Box<rp::Expr>>,
        has_type_params: bool,
    ) -> (Box<FunctionDef>, usize) {
        if has_type_params {
            self.reject();
        }
        let decorator_list = self.exprs(decorators);
        // The parameter list is in parentheses behind the name; the return type comes before the colon.
        let open = decode_index(name.as_str()) + 1;
        let close = self
            .tokens
            .get(open)
            .map_or(0, |token| token.partner as usize);
        let header_end = returns
            .as_ref()
            .map_or(close, |returns| usize::from(returns.range().end()));
        let type_comment = self.type_comment_after_colon(header_end);
        let name = self.name(name.as_str());
        let args = self.arguments(args);
        let returns = self.optional(returns);
        let (body, end) = self.block(body);
        let def = FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment,
        };
        (Box::new(def), end)
    }

    fn class(&mut self, node: rp::StmtClassDef) -> (StmtKind, usize) {
        if !node.type_params.is_empty() {
            self.reject();
        }
        let decorator_list = self.exprs(node.decorator_list);
        let name = self.name(node.name.as_str());
        let (bases, keywords) = self.call_arguments(node.bases, node.keywords);
        let (body, end) = self.block(node.body);
        let def = ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
        };
        (StmtKind::ClassDef(Box::new(def)), end)
    }

    fn for_(
        &mut self,
        target: rp::Expr,
        iter: rp::Expr,
        body: Vec<rp::Stmt>,
        orelse: Vec<rp::Stmt>,
    ) -> (Box<For>, usize) {
        let target = self.expr(target);
        if !is_star_target(&target) {
            self.reject();
        }
        let type_comment = self.type_comment_after_colon(iter.range().end().into());
        let iter = self.expr(iter);
        let (body, end) = self.block(body);
        let (orelse, end) = self.orelse(orelse, end);
        let node = For {
            target,
            iter,
            body,
            orelse,
            type_comment,
        };
        (Box::new(node), end)
    }

    fn with(
        &mut self,
        items: Vec<rp::WithItem>,
        body: Vec<rp::Stmt>,
        range: TextRange,
    ) -> (Box<With>, usize) {
        let mut result = Vec::with_capacity(items.len());
        let last = items.last();
        let header_end = last.map_or(0, |item| {
            let last = item.optional_vars.as_deref().unwrap_or(&item.context_expr);
            usize::from(last.range().end())
        });
        let type_comment = self.type_comment_after_colon(header_end);
        for item in items {
            let context_expr = self.expr(item.context_expr);
            let optional_vars = item
                .optional_vars
                .map(|target| Box::new(self.with_target(*target)));
            if optional_vars
                .as_ref()
                .is_some_and(|target| !is_star_target(target))
            {
                self.reject();
            }
            result.push(WithItem {
                context_expr,
                optional_vars,
            });
        }
        if type_comment.is_some() {
            self.with_tuple(&mut result, range);
        }
        let (body, end) = self.block(body);
        let node = With {
            items: result,
            body,
            type_comment,
        };
        (Box::new(node), end)
    }

    /// With a type comment, items in parentheses are a tuple.
    fn with_tuple(&self, items: &mut Vec<WithItem>, range: TextRange) {
        let start = usize::from(range.start());
        let open = start
            + if self.kind(start) == TokenKind::Async {
                2
            } else {
                1
            };
        if self.kind(open) != TokenKind::Lpar
            || items.iter().any(|item| item.optional_vars.is_some())
        {
            return;
        }
        let close = self.tokens[open].partner as usize;
        let is_tuple = items.len() > 1 || self.kind(close - 1) == TokenKind::Comma;
        if is_tuple && self.kind(close + 1) == TokenKind::Colon {
            let elts = items.drain(..).map(|item| item.context_expr).collect();
            let ctx = ExprContext::Load;
            let context_expr = Expr {
                span: self.span(open, close + 1),
                kind: ExprKind::Tuple { elts, ctx },
            };
            items.push(WithItem {
                context_expr,
                optional_vars: None,
            });
        }
    }

    /// The target of a `with` item. A star before it has been kept from the crate.
    fn with_target(&mut self, node: rp::Expr) -> Expr {
        let start = usize::from(node.range().start());
        let end = usize::from(node.range().end());
        let mut target = self.expr(node);
        // Parentheses around the target are not in its range.
        let mut first = start;
        while first > 0
            && self.kind(first - 1) == TokenKind::Lpar
            && self.tokens[first - 1].partner as usize >= end
        {
            first -= 1;
        }
        if first < 2
            || self.kind(first - 1) != TokenKind::Star
            || self.kind(first - 2) != TokenKind::As
        {
            return target;
        }
        let last = if first == start {
            end
        } else {
            self.tokens[first].partner as usize + 1
        };
        let span = self.span(first - 1, last);
        let ctx = ExprContext::Store;
        let value = Box::new(target);
        target = Expr {
            span,
            kind: ExprKind::Starred { value, ctx },
        };
        target
    }

    fn try_(
        &mut self,
        body: Vec<rp::Stmt>,
        handlers: Vec<rp::ExceptHandler>,
        orelse: Vec<rp::Stmt>,
        finalbody: Vec<rp::Stmt>,
    ) -> (Box<Try>, usize) {
        let (body, mut end) = self.block(body);
        let mut result = Vec::with_capacity(handlers.len());
        for rp::ExceptHandler::ExceptHandler(handler) in handlers {
            let type_ = self.optional(handler.type_);
            let name = handler.name.map(|name| self.name(name.as_str()));
            let (body, handler_end) = self.block(handler.body);
            end = handler_end;
            result.push(ExceptHandler {
                span: self.span(handler.range.start().into(), end),
                type_,
                name,
                body,
            });
        }
        let (orelse, end) = self.orelse(orelse, end);
        let (finalbody, end) = self.orelse(finalbody, end);
        let node = Try {
            body,
            handlers: result,
            orelse,
            finalbody,
        };
        (Box::new(node), end)
    }

    fn match_(&mut self, node: rp::StmtMatch) -> (StmtKind, usize) {
        let start = usize::from(node.range.start()) + 1;
        // Before the first `case` stand the colon, a NEWLINE and an INDENT.
        let first_case = node
            .cases
            .first()
            .map_or(0, |case| usize::from(case.range.start()));
        let colon = first_case.saturating_sub(3);
        let subject = Box::new(self.subject(*node.subject, start, colon));
        let mut cases = Vec::with_capacity(node.cases.len());
        let mut end = 0;
        for case in node.cases {
            let (case, case_end) = self.match_case(case);
            cases.push(case);
            end = case_end;
        }
        (StmtKind::Match { subject, cases }, end)
    }

    /// The subject consists of the tokens from `start` to before `colon`.
    fn subject(&mut self, node: rp::Expr, start: usize, colon: usize) -> Expr {
        let is_list = usize::from(node.range().start()) + 1 == start;
        let is_starred = node.is_starred_expr();
        let mut subject = self.expr(node);
        if is_list {
            // The crate gives a list of subjects the range of the whole statement.
            subject.span = self.span(start, colon);
        } else if self.kind(colon.wrapping_sub(1)) == TokenKind::Comma {
            // The crate forgets the comma of `match x,:`.
            let span = self.span(start, colon);
            let kind = ExprKind::Tuple {
                elts: vec![subject],
                ctx: ExprContext::Load,
            };
            subject = Expr { span, kind };
        } else if is_starred {
            self.reject();
        }
        subject
    }
}
