//! The parser crate's tree to CPython's tree.
//!
//! The crate is fed tokens whose ranges are token indices, so a range in its tree says which tokens a node consists of; exact positions,
//! identifiers, numbers and strings are then read from the token table and the source. Where the crate's grammar differs from CPython's the
//! lowering repairs (ranges of generator arguments, `a[*b]`, subjects of `match`, ...) or, where CPython would refuse what the crate accepts,
//! sets `Context::rejected`: the recogniser in `recognize` then finds CPython's message.
//!
//! CPython 3.11: the actions of `Grammar/python.gram`, `Parser/action_helpers.c`.

mod args;
mod expr;
pub mod fstring;
pub mod number;
mod pattern;
mod stmt;
pub mod string;
pub mod target;

use crate::ast::{Expr, ExprKind, Identifier, Span};
use crate::decode::Source;
use crate::error::CompileWarning;
use crate::lexer::ident::normalize;
use crate::lexer::token::{Token, TokenKind, decode_index};
use crate::parse::{INT_MAX_STR_DIGITS, ParseOptions};
use bytecode::Constant;
use foldhash::HashMap;
use rustpython_parser::text_size::TextRange;
use std::rc::Rc;

/// A tree deeper than this is refused: every later stage of CPython fails on it too.
const DEPTH_MAX: usize = 3_600;

/// What the lowering of a module and of the f-strings in it share.
pub struct Context<'a> {
    /// The source.
    pub source: &'a Source,
    names: HashMap<&'a str, Identifier>,
    /// Warnings found on the way.
    pub warnings: Vec<CompileWarning>,
    /// CPython would not accept this source.
    pub rejected: bool,
    /// The tree is too deep.
    pub too_deep: bool,
    /// The deepest nesting seen that CPython's parser would recurse for.
    pub nesting_max: usize,
    /// Errors in f-strings are to be described, for a parse with these options.
    pub diagnose: Option<ParseOptions>,
    /// There are type comments among the tokens.
    pub type_comments: bool,
    /// `<>` is the operator and `!=` is not.
    pub barry_as_flufl: bool,
    /// Expressions in f-strings may be read by the direct parser.
    pub direct: bool,
    /// How many digits an int literal may have; 0 for any number.
    pub int_max_str_digits: usize,
    depth: usize,
    nesting: usize,
}

impl<'a> Context<'a> {
    /// A context for `source`.
    pub fn new(source: &'a Source) -> Context<'a> {
        Context {
            source,
            names: HashMap::default(),
            warnings: Vec::new(),
            rejected: false,
            too_deep: false,
            nesting_max: 0,
            diagnose: None,
            type_comments: false,
            barry_as_flufl: false,
            direct: false,
            int_max_str_digits: INT_MAX_STR_DIGITS,
            depth: 0,
            nesting: 0,
        }
    }

    /// The identifier with this text.
    pub fn identifier(&mut self, text: &'a str) -> Identifier {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name: Identifier = if text.is_ascii() {
            Rc::from(text)
        } else {
            Rc::from(normalize(text))
        };
        self.names.insert(text, name.clone());
        name
    }
}

/// Lowers the tree that the crate made of one token table.
pub struct Lowerer<'a, 'b> {
    /// What is shared.
    pub context: &'b mut Context<'a>,
    /// The tokens that ranges refer to.
    pub tokens: &'b [Token],
}

impl<'a> Lowerer<'a, '_> {
    /// The span of the tokens from `start` to before `end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let (Some(first), Some(last)) =
            (self.tokens.get(start), self.tokens.get(end.wrapping_sub(1)))
        else {
            return Span::default();
        };
        self.token_span(first, last)
    }

    /// The span from `first` to `last`.
    pub fn token_span(&self, first: &Token, last: &Token) -> Span {
        let source = self.context.source;
        Span {
            lineno: first.line as i32,
            col_offset: first.start as i32 - source.line_start(first.line) as i32,
            end_lineno: last.end_line as i32,
            end_col_offset: last.end as i32 - source.line_start(last.end_line) as i32,
        }
    }

    fn range_span(&self, range: TextRange) -> Span {
        self.span(range.start().into(), range.end().into())
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.tokens
            .get(index)
            .map_or(TokenKind::EndMarker, |token| token.kind)
    }

    /// The text of token `index`.
    pub fn text(&self, index: usize) -> &'a str {
        self.tokens
            .get(index)
            .and_then(|token| {
                self.context
                    .source
                    .text
                    .get(token.start as usize..token.end as usize)
            })
            .unwrap_or("")
    }

    /// The identifier that the crate knows as `name`.
    fn name(&mut self, name: &str) -> Identifier {
        let text = self.text(decode_index(name));
        self.context.identifier(text)
    }

    /// A dotted name: the crate has joined its parts.
    fn dotted_name(&mut self, name: &str) -> Identifier {
        if !name.contains('.') {
            return self.name(name);
        }
        let parts: Vec<Identifier> = name.split('.').map(|part| self.name(part)).collect();
        Rc::from(parts.join("."))
    }

    /// The type comment that is token `index`, if it is one.
    fn type_comment(&self, index: usize) -> Option<Rc<str>> {
        if !self.context.type_comments || self.kind(index) != TokenKind::TypeComment {
            return None;
        }
        Some(Rc::from(self.text(index)))
    }

    /// The type comment after the colon that ends what reaches to before `end`.
    fn type_comment_after_colon(&self, end: usize) -> Option<Rc<str>> {
        if !self.context.type_comments {
            return None;
        }
        let colon = (end..self.tokens.len()).find(|&index| self.kind(index) == TokenKind::Colon)?;
        self.type_comment(colon + 1).or_else(|| {
            let is_newline = self.kind(colon + 1) == TokenKind::Newline;
            if is_newline {
                self.type_comment(colon + 2)
            } else {
                None
            }
        })
    }

    fn reject(&mut self) {
        self.context.rejected = true;
    }

    /// A node in place of one that could not be made; the tree is not used.
    fn placeholder(&self) -> Expr {
        Expr {
            span: Span::default(),
            kind: ExprKind::Constant {
                value: Constant::None,
                kind: None,
            },
        }
    }
}
