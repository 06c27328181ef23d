//! Compound statements.

use super::Parser;
use crate::ast::{
    ClassDef, ExceptHandler, Expr, For, FunctionDef, Stmt, StmtKind, Try, With, WithItem,
};
use crate::lexer::token::TokenKind;

impl<'a> Parser<'a, '_> {
    /// `statement`
    pub(super) fn statement(&mut self, body: &mut Vec<Stmt>) -> Option<()> {
        let start = self.pos;
        let kind = match self.peek() {
            TokenKind::Def => self.function(Vec::new())?,
            TokenKind::Class => self.class(Vec::new())?,
            TokenKind::At => return self.decorated(body),
            TokenKind::If => {
                let stmt = self.if_()?;
                body.push(stmt);
                return Some(());
            }
            TokenKind::For => StmtKind::For(self.for_()?),
            TokenKind::While => {
                self.pos += 1;
                let test = Box::new(self.named_expression()?);
                let body = self.block()?;
                let orelse = self.orelse()?;
                StmtKind::While { test, body, orelse }
            }
            TokenKind::Try => self.try_()?,
            TokenKind::With => StmtKind::With(self.with()?),
            TokenKind::Async => match self.kind(start + 1) {
                TokenKind::Def => self.function(Vec::new())?,
                TokenKind::For => {
                    self.pos += 1;
                    StmtKind::AsyncFor(self.for_()?)
                }
                TokenKind::With => {
                    self.pos += 1;
                    StmtKind::AsyncWith(self.with()?)
                }
                _ => return None,
            },
            _ => return self.simple_stmts(body),
        };
        let span = self.block_span(start);
        body.push(Stmt { span, kind });
        Some(())
    }

    /// `':' block`
    fn block(&mut self) -> Option<Vec<Stmt>> {
        self.need(TokenKind::Colon)?;
        let mut body = Vec::new();
        if !self.eat(TokenKind::Newline) {
            self.simple_stmts(&mut body)?;
            return Some(body);
        }
        self.need(TokenKind::Indent)?;
        self.enter()?;
        while !self.eat(TokenKind::Dedent) {
            self.statement(&mut body)?;
        }
        self.depth -= 1;
        Some(body)
    }

    /// `[else_block]`
    fn orelse(&mut self) -> Option<Vec<Stmt>> {
        match self.eat(TokenKind::Else) {
            true => self.block(),
            false => Some(Vec::new()),
        }
    }

    /// Decorators and what they decorate.
    fn decorated(&mut self, body: &mut Vec<Stmt>) -> Option<()> {
        let mut decorators = Vec::with_capacity(1);
        while self.eat(TokenKind::At) {
            decorators.push(self.named_expression()?);
            self.need(TokenKind::Newline)?;
        }
        let start = self.pos;
        let kind = match self.peek() {
            TokenKind::Class => self.class(decorators)?,
            _ => self.function(decorators)?,
        };
        let span = self.block_span(start);
        body.push(Stmt { span, kind });
        Some(())
    }

    fn function(&mut self, decorator_list: Vec<Expr>) -> Option<StmtKind> {
        let is_async = self.eat(TokenKind::Async);
        self.need(TokenKind::Def)?;
        let name = self.name()?;
        self.need(TokenKind::Lpar)?;
        let args = self.parameters(TokenKind::Rpar)?;
        self.pos += 1;
        let returns = match self.eat(TokenKind::Rarrow) {
            true => Some(Box::new(self.expression()?)),
            false => None,
        };
        let body = self.block()?;
        let def = Box::new(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment: None,
        });
        Some(match is_async {
            true => StmtKind::AsyncFunctionDef(def),
            false => StmtKind::FunctionDef(def),
        })
    }

    fn class(&mut self, decorator_list: Vec<Expr>) -> Option<StmtKind> {
        self.pos += 1;
        let name = self.name()?;
        let (bases, keywords) = match self.peek() {
            TokenKind::Lpar => self.arguments(false)?,
            _ => (Vec::new(), Vec::new()),
        };
        let body = self.block()?;
        Some(StmtKind::ClassDef(Box::new(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
        })))
    }

    /// `if` or `elif` and all that belongs to it.
    fn if_(&mut self) -> Option<Stmt> {
        let start = self.pos;
        self.pos += 1;
        let test = Box::new(self.named_expression()?);
        let body = self.block()?;
        let orelse = match self.peek() {
            TokenKind::Elif => {
                self.enter()?;
                let elif = self.if_()?;
                self.depth -= 1;
                vec![elif]
            }
            _ => self.orelse()?,
        };
        Some(Stmt {
            span: self.block_span(start),
            kind: StmtKind::If { test, body, orelse },
        })
    }

    fn for_(&mut self) -> Option<Box<For>> {
        self.pos += 1;
        let target = self.star_targets()?;
        self.need(TokenKind::In)?;
        let iter = self.star_expressions()?;
        let body = self.block()?;
        let orelse = self.orelse()?;
        Some(Box::new(For {
            target,
            iter,
            body,
            orelse,
            type_comment: None,
        }))
    }

    fn with(&mut self) -> Option<Box<With>> {
        self.pos += 1;
        let items = match self.is_item_list() {
            true => self.parenthesized_items()?,
            false => {
                let mut items = vec![self.with_item()?];
                while self.eat(TokenKind::Comma) {
                    items.push(self.with_item()?);
                }
                items
            }
        };
        let body = self.block()?;
        Some(Box::new(With {
            items,
            body,
            type_comment: None,
        }))
    }

    /// Whether all that stands before the colon is in one pair of parentheses: those of the items, unless what is in them is no list of items.
    fn is_item_list(&self) -> bool {
        let Some(token) = self.lowerer.tokens.get(self.pos) else {
            return false;
        };
        token.kind == TokenKind::Lpar && self.kind(token.partner as usize + 1) == TokenKind::Colon
    }

    fn parenthesized_items(&mut self) -> Option<Vec<WithItem>> {
        self.pos += 1;
        let mut items = vec![self.with_item()?];
        while self.eat(TokenKind::Comma) && self.peek() != TokenKind::Rpar {
            items.push(self.with_item()?);
        }
        self.need(TokenKind::Rpar)?;
        Some(items)
    }

    fn with_item(&mut self) -> Option<WithItem> {
        let context_expr = self.expression()?;
        let mut optional_vars = None;
        if self.eat(TokenKind::As) {
            optional_vars = Some(Box::new(self.star_target()?));
        }
        let ends = matches!(
            self.peek(),
            TokenKind::Comma | TokenKind::Rpar | TokenKind::Colon
        );
        ends.then_some(WithItem {
            context_expr,
            optional_vars,
        })
    }

    fn try_(&mut self) -> Option<StmtKind> {
        self.pos += 1;
        let body = self.block()?;
        let mut handlers = Vec::new();
        let mut is_star = false;
        while self.peek() == TokenKind::Except {
            let start = self.pos;
            self.pos += 1;
            let has_star = self.eat(TokenKind::Star);
            if has_star != is_star && !handlers.is_empty() {
                return None;
            }
            is_star = has_star;
            let (mut type_, mut name) = (None, None);
            if is_star || self.peek() != TokenKind::Colon {
                type_ = Some(Box::new(self.expression()?));
                if self.eat(TokenKind::As) {
                    name = Some(self.name()?);
                }
            }
            let body = self.block()?;
            handlers.push(ExceptHandler {
                span: self.block_span(start),
                type_,
                name,
                body,
            });
        }
        let mut orelse = Vec::new();
        if !handlers.is_empty() {
            orelse = self.orelse()?;
        }
        let mut finalbody = Vec::new();
        if self.eat(TokenKind::Finally) {
            finalbody = self.block()?;
        } else if handlers.is_empty() {
            return None;
        }
        let node = Box::new(Try {
            body,
            handlers,
            orelse,
            finalbody,
        });
        Some(match is_star {
            true => StmtKind::TryStar(node),
            false => StmtKind::Try(node),
        })
    }
}
