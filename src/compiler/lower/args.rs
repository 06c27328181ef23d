//! Parameters and arguments.
//!
//! CPython 3.11: `parameters`, `lambda_parameters`, `arguments` in `Grammar/python.gram`.

use super::Lowerer;
use crate::ast::{Arg, Arguments, Expr, Keyword};
use crate::lexer::token::TokenKind;
use rustpython_parser::ast as rp;
use rustpython_parser::ast::Ranged;
use std::rc::Rc;

impl<'a> Lowerer<'a, '_> {
    /// The parameters of a function or a lambda.
    pub(super) fn arguments(&mut self, node: rp::Arguments) -> Arguments {
        self.check_stars(&node);
        let mut result = Arguments::default();
        for parameter in node.posonlyargs {
            let arg = self.parameter(parameter, &mut result.defaults);
            result.posonlyargs.push(arg);
        }
        for parameter in node.args {
            let arg = self.parameter(parameter, &mut result.defaults);
            result.args.push(arg);
        }
        result.vararg = node.vararg.map(|arg| Box::new(self.arg(*arg)));
        for parameter in node.kwonlyargs {
            let start = usize::from(parameter.range.start());
            let mut arg = self.arg(parameter.def);
            if let Some(default) = &parameter.default {
                arg.type_comment = self.comment_after_default(start, default);
            }
            result.kwonlyargs.push(arg);
            let default = parameter.default.map(|default| self.expr(*default));
            result.kw_defaults.push(default);
        }
        result.kwarg = node.kwarg.map(|arg| Box::new(self.arg(*arg)));
        result
    }

    fn parameter(&mut self, node: rp::ArgWithDefault, defaults: &mut Vec<Expr>) -> Arg {
        let start = usize::from(node.range.start());
        let mut arg = self.arg(node.def);
        if let Some(default) = node.default {
            arg.type_comment = self.comment_after_default(start, &default);
            defaults.push(self.expr(*default));
        }
        arg
    }

    fn comment_after_default(&self, start: usize, default: &rp::Expr) -> Option<Rc<str>> {
        let mut end = usize::from(default.range().end());
        while self.kind(end) == TokenKind::Rpar && self.tokens[end].partner as usize > start {
            end += 1;
        }
        self.parameter_comment(end)
    }

    /// The type comment of a parameter stands behind its comma, if it has one.
    fn parameter_comment(&self, end: usize) -> Option<Rc<str>> {
        let is_comma = self.kind(end) == TokenKind::Comma;
        self.type_comment(end + usize::from(is_comma))
    }

    fn arg(&mut self, node: rp::Arg) -> Arg {
        Arg {
            span: self.range_span(node.range),
            arg: self.name(node.arg.as_str()),
            annotation: self.optional(node.annotation),
            type_comment: self.parameter_comment(node.range.end().into()),
        }
    }

    /// `*` without names behind it, `**` without a name.
    fn check_stars(&mut self, node: &rp::Arguments) {
        let end = usize::from(node.range.end());
        let last = if self.kind(end.wrapping_sub(1)) == TokenKind::Comma {
            end.wrapping_sub(2)
        } else {
            end.wrapping_sub(1)
        };
        if end > usize::from(node.range.start()) && self.kind(last) == TokenKind::DoubleStar {
            self.reject();
        }
        if let Some(kwarg) = &node.kwarg {
            let name = usize::from(kwarg.range.start());
            let before = name.wrapping_sub(2);
            let is_bare = self.kind(before) == TokenKind::Comma
                && self.kind(before.wrapping_sub(1)) == TokenKind::Star;
            if is_bare {
                self.reject();
            }
        }
    }

    /// The arguments of a call or of a class.
    pub(super) fn call_arguments(
        &mut self,
        args: Vec<rp::Expr>,
        keywords: Vec<rp::Keyword>,
    ) -> (Vec<Expr>, Vec<Keyword>) {
        let mut result_args = Vec::with_capacity(args.len());
        for arg in args {
            if arg.is_generator_exp_expr() {
                let range = arg.range();
                if !self.is_parenthesized(range.start().into(), range.end().into()) {
                    self.reject();
                }
            }
            result_args.push(self.expr(arg));
        }
        let mut result_keywords = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            result_keywords.push(Keyword {
                span: self.range_span(keyword.range),
                arg: keyword.arg.map(|name| self.name(name.as_str())),
                value: self.expr(keyword.value),
            });
        }
        (result_args, result_keywords)
    }
}
