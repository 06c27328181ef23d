//! The grammar's text as a table of rules.

use super::grammar::GRAMMAR;
use super::node::NodeKind;
use crate::lexer::token::TokenKind;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Results are kept, because the rule is tried again at the same place.
    pub memo: bool,
    /// Left-recursive: the result is grown from a failure.
    pub left: bool,
    /// The rules for errors are off inside.
    pub plain: bool,
    /// What it may be.
    pub alts: Vec<Alt>,
}

/// An alternative.
#[derive(Debug)]
pub struct Alt {
    /// Labels (0 for none) and items.
    pub items: Vec<(u8, Item)>,
    /// What to do when all items match.
    pub action: Action,
    /// The version that this came with, and how the message about that begins.
    pub since: Option<(u8, &'static str)>,
    /// Only for the second pass.
    pub invalid_only: bool,
}

/// A part of an alternative.
#[derive(Debug)]
pub enum Item {
    /// A token.
    Token(TokenKind),
    /// A soft keyword.
    Soft(&'static str),
    /// Any soft keyword, or the beginning of one.
    AnySoft,
    /// A rule.
    Rule(usize),
    /// A group.
    Group(Vec<Alt>),
    /// `[x]`
    Optional(Box<Item>),
    /// `x*`, or with `true` `x+`.
    Repeat(Box<Item>, bool),
    /// `separator.element+`
    Gather(Box<Item>, Box<Item>),
    /// `&x`, or with `false` `!x`.
    Ahead(Box<Item>, bool),
    /// `~`
    Cut,
    /// `&&'x'`
    Forced(TokenKind, &'static str),
}

/// What a match does.
#[derive(Debug)]
pub enum Action {
    /// Passes on the only item, or makes a node of no particular kind.
    Default,
    /// Passes on what is labelled.
    Pass(u8),
    /// Makes a node.
    Node(NodeKind),
    /// Raises at a node.
    At(u8, &'static str),
    /// Raises from one node to another.
    Range(u8, u8, &'static str),
    /// Raises from a node to where the lexer is.
    From(u8, &'static str),
    /// Raises at the last token.
    Last(&'static str),
    /// Raises an IndentationError at the last token; the line of the labelled node may be shown.
    Indent(u8, &'static str),
    /// Raises at what cannot be a target.
    Target(Targets, u8),
    /// Does what a function says.
    Call(&'static str),
}

/// Which targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    Star,
    Del,
    For,
}

/// The table.
#[derive(Debug)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    names: HashMap<&'static str, usize>,
}

impl Rules {
    /// The table, read once.
    pub fn get() -> &'static Rules {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| Reader::new(GRAMMAR).read())
    }

    /// The rule of this name.
    pub fn index(&self, name: &str) -> usize {
        self.names.get(name).copied().unwrap_or(0)
    }
}

/// Reads the notation. The text is a constant of this crate, so what cannot be read is a mistake in it, found by the test below.
struct Reader {
    words: Vec<&'static str>,
    pos: usize,
    names: HashMap<&'static str, usize>,
}

/// Splits the text into words; a newline between rules is a word of its own.
fn split(text: &'static str) -> Vec<&'static str> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut pos = 0;
    while pos < bytes.len() {
        let start = pos;
        match bytes[pos] {
            b' ' => {
                pos += 1;
                continue;
            }
            b'\n' => {
                pos += 1;
                let is_rule = bytes.get(pos).is_some_and(|byte| byte.is_ascii_lowercase());
                if is_rule {
                    words.push("\n");
                }
                continue;
            }
            quote @ (b'\'' | b'"') => {
                pos += 1;
                while bytes[pos] != quote {
                    pos += if bytes[pos] == b'\\' { 2 } else { 1 };
                }
                pos += 1;
            }
            byte if byte.is_ascii_alphanumeric() => {
                while pos < bytes.len()
                    && (bytes[pos].is_ascii_alphanumeric() || bytes[pos] == b'_')
                {
                    pos += 1;
                }
            }
            b'=' if bytes[pos + 1] == b'>' => pos += 2,
            b'&' if bytes[pos + 1] == b'&' => pos += 2,
            _ => pos += 1,
        }
        words.push(&text[start..pos]);
    }
    words
}

impl Reader {
    fn new(text: &'static str) -> Reader {
        Reader {
            words: split(text),
            pos: 0,
            names: HashMap::new(),
        }
    }

    fn read(mut self) -> Rules {
        for pair in self.words.windows(2) {
            if pair[0] == "\n" {
                let index = self.names.len();
                self.names.insert(pair[1], index);
            }
        }
        let mut rules = Vec::new();
        while self.pos < self.words.len() {
            // The newline and the name.
            self.pos += 2;
            let (mut memo, mut left, mut plain) = (false, false, false);
            loop {
                match self.next() {
                    "memo" => memo = true,
                    "left" => left = true,
                    "plain" => plain = true,
                    _ => break,
                }
            }
            let alts = self.alts();
            rules.push(Rule {
                memo,
                left,
                plain,
                alts,
            });
        }
        Rules {
            rules,
            names: self.names,
        }
    }

    fn peek(&self) -> &'static str {
        self.words.get(self.pos).copied().unwrap_or("\n")
    }

    fn next(&mut self) -> &'static str {
        let word = self.peek();
        self.pos += 1;
        word
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        if found {
            self.pos += 1;
        }
        found
    }

    fn alts(&mut self) -> Vec<Alt> {
        self.accept("|");
        let mut alts = vec![self.alt()];
        while self.accept("|") {
            alts.push(self.alt());
        }
        alts
    }

    fn alt(&mut self) -> Alt {
        let mut items = Vec::new();
        let first = self.peek();
        while !matches!(self.peek(), "|" | ")" | "]" | "\n" | "=>") {
            items.push(self.labelled());
        }
        let mut since = None;
        let mut action = Action::Default;
        if self.accept("=>") {
            if self.accept("since") {
                since = Some((self.next().parse().unwrap_or(0), self.message()));
            }
            if !matches!(self.peek(), "|" | ")" | "]" | "\n") {
                action = self.action();
            }
        }
        let invalid_only = items.len() == 1 && first.starts_with("invalid_");
        Alt {
            items,
            action,
            since,
            invalid_only,
        }
    }

    fn labelled(&mut self) -> (u8, Item) {
        let label = self.peek();
        if label.len() == 1
            && label.as_bytes()[0].is_ascii_lowercase()
            && self.words[self.pos + 1] == "="
        {
            self.pos += 2;
            return (label.as_bytes()[0], self.item());
        }
        (0, self.item())
    }

    fn item(&mut self) -> Item {
        if self.accept("&&") {
            let word = self.next();
            let text = &word[1..word.len() - 1];
            return Item::Forced(token_kind(text), text);
        }
        if self.accept("&") {
            return Item::Ahead(Box::new(self.atom()), true);
        }
        if self.accept("!") {
            return Item::Ahead(Box::new(self.atom()), false);
        }
        if self.accept("~") {
            return Item::Cut;
        }
        let atom = self.atom();
        match self.peek() {
            "?" => {
                self.pos += 1;
                Item::Optional(Box::new(atom))
            }
            sign @ ("*" | "+") => {
                self.pos += 1;
                Item::Repeat(Box::new(atom), sign == "+")
            }
            "." => {
                self.pos += 1;
                let element = self.atom();
                self.accept("+");
                Item::Gather(Box::new(atom), Box::new(element))
            }
            _ => atom,
        }
    }

    fn atom(&mut self) -> Item {
        let word = self.next();
        match word.as_bytes()[0] {
            b'(' => {
                let alts = self.alts();
                self.accept(")");
                Item::Group(alts)
            }
            b'[' => {
                let mut alts = self.alts();
                self.accept("]");
                // A lone item needs no group of its own.
                let is_lone = alts.len() == 1
                    && alts[0].items.len() == 1
                    && matches!(alts[0].action, Action::Default);
                let item = match alts[0].items.pop() {
                    Some((_, item)) if is_lone => item,
                    Some(last) => {
                        alts[0].items.push(last);
                        Item::Group(alts)
                    }
                    None => Item::Group(alts),
                };
                Item::Optional(Box::new(item))
            }
            b'\'' => Item::Token(token_kind(&word[1..word.len() - 1])),
            b'"' => Item::Soft(&word[1..word.len() - 1]),
            _ => match word {
                "NAME" => Item::Token(TokenKind::Name),
                "NUMBER" => Item::Token(TokenKind::Number),
                "STRING" => Item::Token(TokenKind::String),
                "NEWLINE" => Item::Token(TokenKind::Newline),
                "INDENT" => Item::Token(TokenKind::Indent),
                "DEDENT" => Item::Token(TokenKind::Dedent),
                "ENDMARKER" => Item::Token(TokenKind::EndMarker),
                "TYPE_COMMENT" => Item::Token(TokenKind::TypeComment),
                "SOFT_KEYWORD" => Item::AnySoft,
                _ => {
                    debug_assert!(self.names.contains_key(word), "no rule {word}");
                    Item::Rule(self.names.get(word).copied().unwrap_or(0))
                }
            },
        }
    }

    fn label(&mut self) -> u8 {
        self.next().as_bytes()[0]
    }

    fn message(&mut self) -> &'static str {
        let word = self.next();
        &word[1..word.len() - 1]
    }

    fn action(&mut self) -> Action {
        if self.accept("$") {
            return Action::Pass(self.label());
        }
        if !self.accept("!") {
            return Action::Node(NodeKind::named(self.next()));
        }
        match self.next() {
            "at" => Action::At(self.label(), self.message()),
            "range" => Action::Range(self.label(), self.label(), self.message()),
            "from" => Action::From(self.label(), self.message()),
            "last" => Action::Last(self.message()),
            "indent" => {
                let label = if self.peek().starts_with('"') {
                    0
                } else {
                    self.label()
                };
                Action::Indent(label, self.message())
            }
            "target" => {
                let targets = match self.next() {
                    "STAR" => Targets::Star,
                    "DEL" => Targets::Del,
                    _ => Targets::For,
                };
                Action::Target(targets, self.label())
            }
            _ => Action::Call(self.next()),
        }
    }
}

/// The kind of the operator or keyword `text`.
fn token_kind(text: &str) -> TokenKind {
    if let Some(kind) = TokenKind::keyword(text.as_bytes()) {
        return kind;
    }
    let kind = TokenKind::operator(text.as_bytes());
    debug_assert!(kind != TokenKind::Op, "no token {text}");
    kind
}
