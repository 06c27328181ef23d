//! Simple statements.

use super::{Parser, set_context};
use crate::ast::{Alias, Expr, ExprContext, ExprKind, Identifier, Operator, Stmt, StmtKind};
use crate::lexer::token::TokenKind;
use crate::lower::target::{is_del_target, is_single_target, is_star_target};
use std::rc::Rc;

/// The operator of an augmented assignment.
fn augmented(kind: TokenKind) -> Option<Operator> {
    Some(match kind {
        TokenKind::PlusEqual => Operator::Add,
        TokenKind::MinusEqual => Operator::Sub,
        TokenKind::StarEqual => Operator::Mult,
        TokenKind::SlashEqual => Operator::Div,
        TokenKind::DoubleSlashEqual => Operator::FloorDiv,
        TokenKind::PercentEqual => Operator::Mod,
        TokenKind::AtEqual => Operator::MatMult,
        TokenKind::AmperEqual => Operator::BitAnd,
        TokenKind::VbarEqual => Operator::BitOr,
        TokenKind::CircumflexEqual => Operator::BitXor,
        TokenKind::LeftShiftEqual => Operator::LShift,
        TokenKind::RightShiftEqual => Operator::RShift,
        TokenKind::DoubleStarEqual => Operator::Pow,
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// `simple_stmts`
    pub(super) fn simple_stmts(&mut self, body: &mut Vec<Stmt>) -> Option<()> {
        loop {
            let start = self.pos;
            let kind = self.simple_stmt()?;
            let span = self.span(start);
            body.push(Stmt { span, kind });
            if !self.eat(TokenKind::Semi) {
                return self.need(TokenKind::Newline);
            }
            if self.eat(TokenKind::Newline) {
                return Some(());
            }
        }
    }

    fn is_statement_end(&self) -> bool {
        matches!(self.peek(), TokenKind::Newline | TokenKind::Semi)
    }

    fn simple_stmt(&mut self) -> Option<StmtKind> {
        let kind = self.peek();
        if matches!(kind, TokenKind::Name | TokenKind::String) {
            return self.expression_stmt();
        }
        let word = match kind {
            TokenKind::Pass => StmtKind::Pass,
            TokenKind::Break => StmtKind::Break,
            TokenKind::Continue => StmtKind::Continue,
            TokenKind::Return => {
                self.pos += 1;
                let value = match self.is_statement_end() {
                    true => None,
                    false => Some(Box::new(self.star_expressions()?)),
                };
                return Some(StmtKind::Return { value });
            }
            TokenKind::Raise => return self.raise(),
            TokenKind::Assert => {
                self.pos += 1;
                let test = Box::new(self.expression()?);
                let msg = match self.eat(TokenKind::Comma) {
                    true => Some(Box::new(self.expression()?)),
                    false => None,
                };
                return Some(StmtKind::Assert { test, msg });
            }
            TokenKind::Del => return self.del(),
            TokenKind::Import => return self.import(),
            TokenKind::From => return self.import_from(),
            TokenKind::Global => {
                let names = self.declared()?;
                return Some(StmtKind::Global { names });
            }
            TokenKind::Nonlocal => {
                let names = self.declared()?;
                return Some(StmtKind::Nonlocal { names });
            }
            _ => return self.expression_stmt(),
        };
        self.pos += 1;
        Some(word)
    }

    /// An expression, or the assignment that it turns out to begin.
    fn expression_stmt(&mut self) -> Option<StmtKind> {
        let start = self.pos;
        let mut first = self.assigned()?;
        let kind = self.peek();
        match kind {
            TokenKind::Equal => self.assignment(first),
            TokenKind::Colon => {
                if !is_single_target(&first) {
                    return None;
                }
                set_context(&mut first, ExprContext::Store);
                self.pos += 1;
                let is_name = matches!(first.kind, ExprKind::Name { .. });
                let simple = is_name && self.kind(start) != TokenKind::Lpar;
                let annotation = Box::new(self.expression()?);
                let value = match self.eat(TokenKind::Equal) {
                    true => Some(Box::new(self.assigned()?)),
                    false => None,
                };
                Some(StmtKind::AnnAssign {
                    target: Box::new(first),
                    annotation,
                    value,
                    simple,
                })
            }
            _ => {
                let Some(op) = augmented(kind) else {
                    let value = Box::new(first);
                    return Some(StmtKind::Expr { value });
                };
                if !is_single_target(&first) {
                    return None;
                }
                set_context(&mut first, ExprContext::Store);
                self.pos += 1;
                let target = Box::new(first);
                let value = Box::new(self.assigned()?);
                Some(StmtKind::AugAssign { target, op, value })
            }
        }
    }

    fn assignment(&mut self, first: Expr) -> Option<StmtKind> {
        let mut targets = Vec::with_capacity(1);
        let mut value = first;
        while self.eat(TokenKind::Equal) {
            if !is_star_target(&value) {
                return None;
            }
            set_context(&mut value, ExprContext::Store);
            targets.push(value);
            value = self.assigned()?;
        }
        Some(StmtKind::Assign {
            targets,
            value: Box::new(value),
            type_comment: None,
        })
    }

    fn raise(&mut self) -> Option<StmtKind> {
        self.pos += 1;
        let (mut exc, mut cause) = (None, None);
        if !self.is_statement_end() {
            exc = Some(Box::new(self.expression()?));
            if self.eat(TokenKind::From) {
                cause = Some(Box::new(self.expression()?));
            }
        }
        Some(StmtKind::Raise { exc, cause })
    }

    fn del(&mut self) -> Option<StmtKind> {
        self.pos += 1;
        let mut targets = Vec::with_capacity(1);
        loop {
            let mut target = self.primary()?;
            if !is_del_target(&target) {
                return None;
            }
            set_context(&mut target, ExprContext::Del);
            targets.push(target);
            if !self.eat(TokenKind::Comma) || self.is_statement_end() {
                break;
            }
        }
        self.is_statement_end()
            .then_some(StmtKind::Delete { targets })
    }

    /// The names of `global` and `nonlocal`.
    fn declared(&mut self) -> Option<Vec<Identifier>> {
        self.pos += 1;
        let mut names = vec![self.name()?];
        while self.eat(TokenKind::Comma) {
            names.push(self.name()?);
        }
        Some(names)
    }

    fn dotted_name(&mut self) -> Option<Identifier> {
        let first = self.name()?;
        if self.peek() != TokenKind::Dot {
            return Some(first);
        }
        let mut text = first.to_string();
        while self.eat(TokenKind::Dot) {
            text.push('.');
            text.push_str(&self.name()?);
        }
        Some(Rc::from(text))
    }

    /// The `as` part of an import.
    fn alias(&mut self, start: usize, name: Identifier) -> Option<Alias> {
        let asname = match self.eat(TokenKind::As) {
            true => Some(self.name()?),
            false => None,
        };
        Some(Alias {
            span: self.span(start),
            name,
            asname,
        })
    }

    fn import(&mut self) -> Option<StmtKind> {
        let mut names = Vec::with_capacity(1);
        self.pos += 1;
        loop {
            let start = self.pos;
            let name = self.dotted_name()?;
            names.push(self.alias(start, name)?);
            if !self.eat(TokenKind::Comma) {
                return Some(StmtKind::Import { names });
            }
        }
    }

    fn import_from(&mut self) -> Option<StmtKind> {
        self.pos += 1;
        let mut level = 0;
        loop {
            match self.peek() {
                TokenKind::Dot => level += 1,
                TokenKind::Ellipsis => level += 3,
                _ => break,
            }
            self.pos += 1;
        }
        let module = match level > 0 && self.peek() == TokenKind::Import {
            true => None,
            false => Some(self.dotted_name()?),
        };
        self.need(TokenKind::Import)?;
        let mut names = Vec::new();
        let start = self.pos;
        if self.eat(TokenKind::Star) {
            names.push(self.alias_star(start));
        } else {
            let in_parentheses = self.eat(TokenKind::Lpar);
            loop {
                let start = self.pos;
                let name = self.name()?;
                names.push(self.alias(start, name)?);
                if !self.eat(TokenKind::Comma) || (in_parentheses && self.peek() == TokenKind::Rpar)
                {
                    break;
                }
            }
            if in_parentheses {
                self.need(TokenKind::Rpar)?;
            }
        }
        Some(StmtKind::ImportFrom {
            module,
            names,
            level: Some(level),
        })
    }

    fn alias_star(&self, start: usize) -> Alias {
        Alias {
            span: self.span(start),
            name: Rc::from("*"),
            asname: None,
        }
    }
}
