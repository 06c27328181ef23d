//! Expressions down to operators, and the lists of them that stand without brackets.
//!
//! One function reads all operators by their precedence, so that a name is not handed through a dozen rules.

use super::{Parser, set_context, starts_expression};
use crate::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, Operator, UnaryOp};
use crate::lexer::token::TokenKind;
use crate::lower::target::is_star_target;

/// `disjunction`
pub(super) const DISJUNCTION: u8 = 1;
const CONJUNCTION: u8 = 2;
const INVERSION: u8 = 3;
const COMPARISON: u8 = 4;
/// `bitwise_or`
pub(super) const BITWISE_OR: u8 = 5;
const BITWISE_XOR: u8 = 6;
const BITWISE_AND: u8 = 7;
const SHIFT: u8 = 8;
const SUM: u8 = 9;
const TERM: u8 = 10;
const FACTOR: u8 = 11;
const POWER: u8 = 12;

/// What stands between two operands.
enum Infix {
    Binary(Operator),
    Bool(BoolOp),
    Compare,
}

/// What an operator is, and how strongly it binds.
#[inline]
fn infix(kind: TokenKind) -> Option<(u8, Infix)> {
    Some(match kind {
        TokenKind::Or => (DISJUNCTION, Infix::Bool(BoolOp::Or)),
        TokenKind::And => (CONJUNCTION, Infix::Bool(BoolOp::And)),
        TokenKind::EqEqual
        | TokenKind::NotEqual
        | TokenKind::Less
        | TokenKind::LessEqual
        | TokenKind::Greater
        | TokenKind::GreaterEqual
        | TokenKind::In
        | TokenKind::Is
        | TokenKind::Not => (COMPARISON, Infix::Compare),
        TokenKind::Vbar => (BITWISE_OR, Infix::Binary(Operator::BitOr)),
        TokenKind::Circumflex => (BITWISE_XOR, Infix::Binary(Operator::BitXor)),
        TokenKind::Amper => (BITWISE_AND, Infix::Binary(Operator::BitAnd)),
        TokenKind::LeftShift => (SHIFT, Infix::Binary(Operator::LShift)),
        TokenKind::RightShift => (SHIFT, Infix::Binary(Operator::RShift)),
        TokenKind::Plus => (SUM, Infix::Binary(Operator::Add)),
        TokenKind::Minus => (SUM, Infix::Binary(Operator::Sub)),
        TokenKind::Star => (TERM, Infix::Binary(Operator::Mult)),
        TokenKind::Slash => (TERM, Infix::Binary(Operator::Div)),
        TokenKind::DoubleSlash => (TERM, Infix::Binary(Operator::FloorDiv)),
        TokenKind::Percent => (TERM, Infix::Binary(Operator::Mod)),
        TokenKind::At => (TERM, Infix::Binary(Operator::MatMult)),
        TokenKind::DoubleStar => (POWER, Infix::Binary(Operator::Pow)),
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// `star_expressions`
    pub(super) fn star_expressions(&mut self) -> Option<Expr> {
        let start = self.pos;
        let first = self.star_expression()?;
        self.tuple_from(start, first, Self::star_expression)
    }

    /// `expressions`
    pub(super) fn expressions(&mut self) -> Option<Expr> {
        let start = self.pos;
        let first = self.expression()?;
        self.tuple_from(start, first, Self::expression)
    }

    /// `yield_expr | star_expressions`
    pub(super) fn assigned(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::Yield {
            return self.yield_expr();
        }
        self.star_expressions()
    }

    /// What begins with `first`: a tuple if a comma follows.
    fn tuple_from(
        &mut self,
        start: usize,
        first: Expr,
        element: impl Fn(&mut Self) -> Option<Expr>,
    ) -> Option<Expr> {
        if self.peek() != TokenKind::Comma {
            return Some(first);
        }
        let mut elts = vec![first];
        while self.eat(TokenKind::Comma) && starts_expression(self.peek()) {
            elts.push(element(self)?);
        }
        let ctx = ExprContext::Load;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Tuple { elts, ctx },
        })
    }

    /// `star_expression`
    pub(super) fn star_expression(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::Star {
            return self.starred(|this| this.operators(BITWISE_OR));
        }
        self.expression()
    }

    /// `star_named_expression`
    pub(super) fn star_named_expression(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::Star {
            return self.starred(|this| this.operators(BITWISE_OR));
        }
        self.named_expression()
    }

    /// A star and an operand.
    pub(super) fn starred(
        &mut self,
        operand: impl FnOnce(&mut Self) -> Option<Expr>,
    ) -> Option<Expr> {
        let start = self.pos;
        self.pos += 1;
        let value = Box::new(operand(self)?);
        let ctx = ExprContext::Load;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Starred { value, ctx },
        })
    }

    /// Whether `name :=` comes next.
    pub(super) fn is_named(&self) -> bool {
        self.peek() == TokenKind::Name && self.kind(self.pos + 1) == TokenKind::ColonEqual
    }

    /// `named_expression`
    pub(super) fn named_expression(&mut self) -> Option<Expr> {
        if !self.is_named() {
            return self.expression();
        }
        let start = self.pos;
        let id = self.name()?;
        let target = Box::new(Expr {
            span: self.span(start),
            kind: ExprKind::Name {
                id,
                ctx: ExprContext::Store,
            },
        });
        self.pos += 1;
        let value = Box::new(self.expression()?);
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::NamedExpr { target, value },
        })
    }

    /// `expression`
    pub(super) fn expression(&mut self) -> Option<Expr> {
        let start = self.pos;
        if self.peek() == TokenKind::Lambda {
            return self.lambda();
        }
        let body = self.operators(DISJUNCTION)?;
        if !self.eat(TokenKind::If) {
            return Some(body);
        }
        self.enter()?;
        let body = Box::new(body);
        let test = Box::new(self.operators(DISJUNCTION)?);
        self.need(TokenKind::Else)?;
        let orelse = Box::new(self.expression()?);
        self.depth -= 1;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::IfExp { test, body, orelse },
        })
    }

    fn lambda(&mut self) -> Option<Expr> {
        self.enter()?;
        let start = self.pos;
        self.pos += 1;
        let args = Box::new(self.parameters(TokenKind::Colon)?);
        self.need(TokenKind::Colon)?;
        let body = Box::new(self.expression()?);
        self.depth -= 1;
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::Lambda { args, body },
        })
    }

    /// Operators that bind at least as strongly as `min`, and their operands.
    pub(super) fn operators(&mut self, min: u8) -> Option<Expr> {
        self.enter()?;
        let start = self.pos;
        let mut left = self.operand(min)?;
        while let Some((binding, what)) = infix(self.peek()) {
            if binding < min {
                break;
            }
            let kind = match what {
                Infix::Binary(op) => {
                    self.pos += 1;
                    // A power's exponent is a factor; all others group from the left.
                    let right = if binding == POWER {
                        FACTOR
                    } else {
                        binding + 1
                    };
                    ExprKind::BinOp {
                        left: Box::new(left),
                        op,
                        right: Box::new(self.operators(right)?),
                    }
                }
                Infix::Bool(op) => {
                    let word = self.peek();
                    let mut values = vec![left];
                    while self.eat(word) {
                        values.push(self.operators(binding + 1)?);
                    }
                    ExprKind::BoolOp { op, values }
                }
                Infix::Compare => {
                    let (mut ops, mut comparators) = (Vec::new(), Vec::new());
                    while let Some((COMPARISON, _)) = infix(self.peek()) {
                        ops.push(self.cmp_op()?);
                        comparators.push(self.operators(BITWISE_OR)?);
                    }
                    let left = Box::new(left);
                    ExprKind::Compare {
                        left,
                        ops,
                        comparators,
                    }
                }
            };
            let span = self.span(start);
            left = Expr { span, kind };
        }
        self.depth -= 1;
        Some(left)
    }

    fn cmp_op(&mut self) -> Option<CmpOp> {
        let kind = self.peek();
        if kind == TokenKind::NotEqual && self.lowerer.text(self.pos) != "!=" {
            return None;
        }
        self.pos += 1;
        Some(match kind {
            TokenKind::EqEqual => CmpOp::Eq,
            TokenKind::NotEqual => CmpOp::NotEq,
            TokenKind::Less => CmpOp::Lt,
            TokenKind::LessEqual => CmpOp::LtE,
            TokenKind::Greater => CmpOp::Gt,
            TokenKind::GreaterEqual => CmpOp::GtE,
            TokenKind::In => CmpOp::In,
            TokenKind::Is if self.eat(TokenKind::Not) => CmpOp::IsNot,
            TokenKind::Is => CmpOp::Is,
            _ => {
                self.need(TokenKind::In)?;
                CmpOp::NotIn
            }
        })
    }

    /// An operand with the signs before it.
    fn operand(&mut self, min: u8) -> Option<Expr> {
        let (op, binding) = match self.peek() {
            TokenKind::Not if min <= INVERSION => (UnaryOp::Not, INVERSION),
            TokenKind::Minus => (UnaryOp::USub, FACTOR),
            TokenKind::Plus => (UnaryOp::UAdd, FACTOR),
            TokenKind::Tilde => (UnaryOp::Invert, FACTOR),
            TokenKind::Await => {
                let start = self.pos;
                self.pos += 1;
                let value = Box::new(self.primary()?);
                return Some(Expr {
                    span: self.span(start),
                    kind: ExprKind::Await { value },
                });
            }
            _ => return self.primary(),
        };
        let start = self.pos;
        self.pos += 1;
        let operand = Box::new(self.operators(binding)?);
        Some(Expr {
            span: self.span(start),
            kind: ExprKind::UnaryOp { op, operand },
        })
    }

    /// `yield_expr`
    pub(super) fn yield_expr(&mut self) -> Option<Expr> {
        let start = self.pos;
        self.pos += 1;
        let kind = if self.eat(TokenKind::From) {
            ExprKind::YieldFrom {
                value: Box::new(self.expression()?),
            }
        } else if starts_expression(self.peek()) {
            ExprKind::Yield {
                value: Some(Box::new(self.star_expressions()?)),
            }
        } else {
            ExprKind::Yield { value: None }
        };
        Some(Expr {
            span: self.span(start),
            kind,
        })
    }

    /// `star_targets`
    pub(super) fn star_targets(&mut self) -> Option<Expr> {
        let start = self.pos;
        let first = self.star_target()?;
        let mut targets = self.tuple_from(start, first, Self::star_target)?;
        set_context(&mut targets, ExprContext::Store);
        Some(targets)
    }

    /// `star_target`
    pub(super) fn star_target(&mut self) -> Option<Expr> {
        let mut target = if self.peek() == TokenKind::Star {
            self.starred(Self::primary)?
        } else {
            self.primary()?
        };
        if !is_star_target(&target) {
            return None;
        }
        set_context(&mut target, ExprContext::Store);
        Some(target)
    }
}
