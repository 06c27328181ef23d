//! Parameters of functions and lambdas.

use super::Parser;
use crate::ast::{Arg, Arguments};
use crate::lexer::token::TokenKind;

impl<'a> Parser<'a, '_> {
    /// `params`, or `lambda_params` where `end` is a colon; up to `end`.
    pub(super) fn parameters(&mut self, end: TokenKind) -> Option<Arguments> {
        let annotated = end == TokenKind::Rpar;
        let mut result = Arguments::default();
        let (mut has_slash, mut has_star, mut is_bare) = (false, false, false);
        while self.peek() != end {
            match self.peek() {
                TokenKind::Name => {
                    let arg = self.parameter(annotated, false)?;
                    let default = match self.eat(TokenKind::Equal) {
                        true => Some(self.expression()?),
                        false => None,
                    };
                    if has_star {
                        is_bare = false;
                        result.kwonlyargs.push(arg);
                        result.kw_defaults.push(default);
                    } else {
                        if default.is_none() && !result.defaults.is_empty() {
                            return None;
                        }
                        result.args.push(arg);
                        result.defaults.extend(default);
                    }
                }
                TokenKind::Slash if !has_slash && !has_star && !result.args.is_empty() => {
                    self.pos += 1;
                    has_slash = true;
                    result.posonlyargs = std::mem::take(&mut result.args);
                }
                TokenKind::Star if !has_star => {
                    self.pos += 1;
                    has_star = true;
                    if self.peek() == TokenKind::Comma {
                        is_bare = true;
                    } else {
                        result.vararg = Some(Box::new(self.parameter(annotated, true)?));
                    }
                }
                TokenKind::DoubleStar if !is_bare => {
                    self.pos += 1;
                    result.kwarg = Some(Box::new(self.parameter(annotated, false)?));
                    self.eat(TokenKind::Comma);
                    return (self.peek() == end).then_some(result);
                }
                _ => return None,
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        (self.peek() == end && !is_bare).then_some(result)
    }

    /// A parameter, without its default.
    fn parameter(&mut self, annotated: bool, may_star: bool) -> Option<Arg> {
        let start = self.pos;
        let arg = self.name()?;
        let mut annotation = None;
        if annotated && self.eat(TokenKind::Colon) {
            let expr = if may_star {
                self.star_expression()?
            } else {
                self.expression()?
            };
            annotation = Some(Box::new(expr));
        }
        Some(Arg {
            span: self.span(start),
            arg,
            annotation,
            type_comment: None,
        })
    }
}
