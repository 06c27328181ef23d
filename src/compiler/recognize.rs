//! Finds out what CPython says about a source that it refuses.
//!
//! CPython parses such a source twice: once by its grammar alone, and when that fails a second time with rules for common mistakes. Which
//! message comes out depends on the order in which rules are tried, on what is remembered, and on how many tokens have been read by
//! then. So this is a recogniser of the same kind, which runs the same rules in the same order over the token table. It builds no tree and
//! it is slow, compared to the parser; it runs only when something is wrong.
//!
//! CPython 3.11: `Parser/pegen.c`, `Parser/pegen_errors.c`, the parser generated from `Grammar/python.gram`.

mod actions;
mod grammar;
mod node;
mod raise;
mod rules;

use crate::decode::Source;
use crate::error::{CompileError, CompileWarning};
use crate::lexer::Lexed;
use crate::lexer::token::{Token, TokenKind};
use crate::lower::{Context, Lowerer};
use crate::parse::ParseOptions;
use foldhash::HashMap;
use node::{Node, NodeKind, Value};
use rules::{Action, Alt, Item, Rule, Rules};
use smallvec::SmallVec;

/// `MAXSTACK`
const LEVEL_MAX: usize = 6000;
/// Native stack that must be left for one rule.
const STACK_RED_ZONE: usize = 128 * 1024;
/// Native stack that is added when there is less.
const STACK_SEGMENT: usize = 4 * 1024 * 1024;

/// Where the grammar is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// `Py_file_input`
    File,
    /// `Py_single_input`
    Single,
    /// `Py_eval_input`
    Eval,
    /// `Py_func_type_input`
    FuncType,
    /// `Py_fstring_input`: an expression in an f-string, with the column that CPython takes off.
    Fstring {
        /// `starting_col_offset`
        starting_col: i32,
    },
}

/// What is found.
#[derive(Debug)]
pub enum Verdict {
    /// CPython accepts the source; it has read so many tokens.
    Accepted(usize),
    /// It does not, and says this.
    Refused(Box<CompileError>),
}

/// What CPython's grammar makes of a source.
#[derive(Debug)]
pub struct Recognized {
    /// Whether it is one.
    pub verdict: Verdict,
    /// The warnings on the way, each with the error that takes its place.
    pub warnings: Vec<CompileWarning>,
}

/// Runs CPython's grammar over the tokens of `source`.
pub fn recognize(
    source: &Source,
    lexed: &Lexed,
    start: Start,
    options: &ParseOptions,
) -> Recognized {
    let mut context = Context::new(source);
    context.diagnose = Some(*options);
    context.barry_as_flufl = options.barry_as_flufl;
    context.int_max_str_digits = options.int_max_str_digits;
    let mut recognizer = Recognizer {
        rules: Rules::get(),
        source,
        lexed,
        tokens: &lexed.tokens,
        start,
        options,
        mark: 0,
        fill: 0,
        level: 0,
        invalid_rules: false,
        stopped: false,
        error: None,
        nodes: Vec::new(),
        memo: HashMap::default(),
        strings: HashMap::default(),
        context,
        warnings: Vec::new(),
        lexed_warnings: 0,
    };
    let verdict = recognizer.run();
    Recognized {
        verdict,
        warnings: recognizer.warnings,
    }
}

type Labels = SmallVec<[(u8, Value); 4]>;

struct Recognizer<'a> {
    rules: &'static Rules,
    source: &'a Source,
    lexed: &'a Lexed,
    tokens: &'a [Token],
    start: Start,
    options: &'a ParseOptions,
    mark: usize,
    /// How many tokens have been read.
    fill: usize,
    level: usize,
    invalid_rules: bool,
    /// `error_indicator`
    stopped: bool,
    error: Option<Box<CompileError>>,
    nodes: Vec<Node>,
    memo: HashMap<(u32, u32), (Option<Value>, u32)>,
    /// Kinds of the string literals that have been looked at.
    strings: HashMap<usize, NodeKind>,
    context: Context<'a>,
    /// Warnings so far, and how many of the lexer's are among them.
    warnings: Vec<CompileWarning>,
    lexed_warnings: usize,
}

impl Recognizer<'_> {
    fn run(&mut self) -> Verdict {
        let start = self.rules.index(match self.start {
            Start::File => "file",
            Start::Single => "interactive",
            Start::Eval => "eval",
            Start::FuncType => "func_type",
            Start::Fstring { .. } => "fstring",
        });
        if self.rule(start).is_some() && !self.stopped {
            if self.start == Start::Single && self.has_more_statements() {
                let msg = "multiple statements found while compiling a single statement";
                self.raise_last(crate::ErrorKind::Syntax, msg.to_owned());
            }
            return self.verdict();
        }
        if self.options.allow_incomplete_input && self.is_end_of_source() {
            self.raise_last(crate::ErrorKind::Syntax, "incomplete input".to_owned());
            return self.verdict();
        }
        if self
            .error
            .as_ref()
            .is_some_and(|error| !error.is_syntax_error())
        {
            return self.verdict();
        }
        let last_token = self.fill.saturating_sub(1);
        self.memo.clear();
        self.mark = 0;
        self.invalid_rules = true;
        self.rule(start);
        self.set_syntax_error(last_token);
        self.verdict()
    }

    /// `bad_single_statement`: whether more than white space and comments follows what has been read.
    fn has_more_statements(&self) -> bool {
        let read = self
            .tokens
            .get(self.fill.wrapping_sub(1))
            .map_or(0, |token| token.end as usize);
        let rest = self.source.text.get(read..).unwrap_or("");
        rest.split('\n').any(|line| {
            let line = line.trim_start_matches([' ', '\t', '\x0c']);
            !line.is_empty() && !line.starts_with('#')
        })
    }

    fn verdict(&mut self) -> Verdict {
        match self.error.take() {
            Some(error) => Verdict::Refused(error),
            None => Verdict::Accepted(self.fill),
        }
    }

    /// The token at `mark`, which counts as read from now on.
    fn token(&mut self) -> Option<TokenKind> {
        let token = self.tokens.get(self.mark)?;
        if self.mark >= self.fill {
            self.fill = self.mark + 1;
            self.warn_of_number();
            if token.kind == TokenKind::Error {
                self.raise_lexical();
                self.stopped = true;
                return None;
            }
        }
        Some(token.kind)
    }

    fn expect(&mut self, kind: TokenKind) -> Option<Value> {
        if self.token()? != kind {
            return None;
        }
        if kind == TokenKind::Number && !self.check_number() {
            return None;
        }
        self.mark += 1;
        Some(Value::token(self.mark - 1))
    }

    fn text(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .and_then(|token| {
                self.source
                    .text
                    .get(token.start as usize..token.end as usize)
            })
            .unwrap_or("")
    }

    fn rule(&mut self, index: usize) -> Option<Value> {
        stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || self.rule_on_stack(index))
    }

    fn rule_on_stack(&mut self, index: usize) -> Option<Value> {
        let rule: &'static Rule = &self.rules.rules[index];
        if !self.enter() {
            return None;
        }
        let result = if rule.left {
            self.grow(index, rule)
        } else if rule.memo {
            self.remembered(index, rule)
        } else if rule.plain {
            let invalid_rules = std::mem::replace(&mut self.invalid_rules, false);
            let result = self.alts(&rule.alts);
            self.invalid_rules = invalid_rules;
            result
        } else {
            self.alts(&rule.alts)
        };
        self.level -= 1;
        result
    }

    /// Goes one level down; `false` if that is too deep, or if there is an error already.
    fn enter(&mut self) -> bool {
        if self.level >= LEVEL_MAX {
            self.stopped = true;
            self.error = Some(Box::new(CompileError::without_position(
                crate::ErrorKind::Memory,
                "",
            )));
            return false;
        }
        if self.stopped {
            return false;
        }
        self.level += 1;
        true
    }

    fn remembered(&mut self, index: usize, rule: &'static Rule) -> Option<Value> {
        let key = (self.mark as u32, index as u32);
        self.token();
        if self.stopped {
            return None;
        }
        if let Some(&(result, mark)) = self.memo.get(&key) {
            self.mark = mark as usize;
            return result;
        }
        let result = self.alts(&rule.alts);
        self.memo.insert(key, (result, self.mark as u32));
        result
    }

    /// A left-recursive rule: starts from a failure and is repeated as long as it gets longer.
    fn grow(&mut self, index: usize, rule: &'static Rule) -> Option<Value> {
        let start = self.mark;
        let key = (start as u32, index as u32);
        self.token();
        if self.stopped {
            return None;
        }
        if let Some(&(result, mark)) = self.memo.get(&key) {
            self.mark = mark as usize;
            return result;
        }
        let mut result = None;
        let mut result_mark = start;
        loop {
            self.memo.insert(key, (result, result_mark as u32));
            self.mark = start;
            if !self.enter() {
                return None;
            }
            let longer = self.alts(&rule.alts);
            self.level -= 1;
            if self.stopped {
                return None;
            }
            if longer.is_none() || self.mark <= result_mark {
                break;
            }
            result_mark = self.mark;
            result = longer;
        }
        self.mark = result_mark;
        result
    }

    fn alts(&mut self, alts: &'static [Alt]) -> Option<Value> {
        let start = self.mark;
        for alt in alts {
            if alt.invalid_only && !self.invalid_rules {
                continue;
            }
            let mut labels = Labels::new();
            let mut single = None;
            let mut cut = false;
            let mut matched = true;
            for (label, item) in &alt.items {
                if matches!(item, Item::Cut) {
                    cut = true;
                    continue;
                }
                let value = self.item(item);
                if self.stopped {
                    return None;
                }
                let Some(value) = value else {
                    matched = false;
                    break;
                };
                if *label != 0 {
                    labels.push((*label, value));
                }
                if !matches!(item, Item::Ahead(..)) {
                    single = if single.is_none() {
                        Some(value)
                    } else {
                        Some(Value::ABSENT)
                    };
                }
            }
            if matched {
                if let Some((version, what)) = alt.since {
                    if self.options.feature_version < version {
                        let msg =
                            format!("{what} only supported in Python 3.{version} and greater");
                        self.raise_last(crate::ErrorKind::Syntax, msg);
                        return None;
                    }
                }
                let result = self.act(&alt.action, start, &labels, single);
                if result.is_none() {
                    // An action that comes to nothing ends the rule.
                    self.mark = start;
                }
                return result;
            }
            self.mark = start;
            if cut {
                return None;
            }
        }
        None
    }

    fn item(&mut self, item: &'static Item) -> Option<Value> {
        match item {
            Item::Token(kind) => self.expect(*kind),
            Item::Rule(index) => self.rule(*index),
            Item::Soft(word) => {
                if self.token()? != TokenKind::Name || self.text(self.mark) != *word {
                    return None;
                }
                self.mark += 1;
                Some(Value::token(self.mark - 1))
            }
            Item::AnySoft => {
                // CPython compares as many characters as the name has.
                let is_soft = self.token()? == TokenKind::Name
                    && ["_", "case", "match"]
                        .iter()
                        .any(|word| word.starts_with(self.text(self.mark)));
                if !is_soft {
                    return None;
                }
                self.mark += 1;
                Some(Value::token(self.mark - 1))
            }
            Item::Group(alts) => self.nested(|this| this.alts(alts)),
            Item::Optional(inner) => {
                let value = self.item(inner);
                Some(value.unwrap_or(Value::ABSENT))
            }
            Item::Repeat(inner, at_least_one) => {
                self.nested(|this| this.repeat(inner, *at_least_one))
            }
            Item::Gather(separator, element) => self.nested(|this| this.gather(separator, element)),
            Item::Ahead(inner, positive) => {
                let mark = self.mark;
                let found = self.item(inner).is_some();
                self.mark = mark;
                (found == *positive).then_some(Value::ABSENT)
            }
            Item::Cut => Some(Value::ABSENT),
            Item::Forced(kind, text) => {
                if self.token()? == *kind {
                    self.mark += 1;
                    return Some(Value::token(self.mark - 1));
                }
                let at = Value::token(self.mark);
                self.raise_at(at, format!("expected '{text}'"));
                None
            }
        }
    }

    /// Groups and loops are functions of their own in CPython.
    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        if !self.enter() {
            return None;
        }
        let result = inner(self);
        self.level -= 1;
        result
    }

    fn repeat(&mut self, inner: &'static Item, at_least_one: bool) -> Option<Value> {
        let start = self.mark;
        let mut parts = Vec::new();
        loop {
            let mark = self.mark;
            let value = self.item(inner);
            if self.stopped {
                return None;
            }
            let Some(value) = value else {
                self.mark = mark;
                break;
            };
            parts.push(value);
        }
        if at_least_one && parts.is_empty() {
            return None;
        }
        Some(self.make(NodeKind::Seq, start, parts))
    }

    fn gather(&mut self, separator: &'static Item, element: &'static Item) -> Option<Value> {
        let start = self.mark;
        let mut parts = vec![self.item(element)?];
        if !self.enter() {
            return None;
        }
        loop {
            let mark = self.mark;
            let value = match self.item(separator) {
                Some(_) => self.item(element),
                None => None,
            };
            if self.stopped {
                break;
            }
            let Some(value) = value else {
                self.mark = mark;
                break;
            };
            parts.push(value);
        }
        self.level -= 1;
        if self.stopped {
            return None;
        }
        Some(self.make(NodeKind::Seq, start, parts))
    }

    /// Makes a node of the tokens from `start` to the current one.
    fn make(&mut self, kind: NodeKind, start: usize, parts: Vec<Value>) -> Value {
        let mut last = self.mark.saturating_sub(1);
        // White space tokens do not count into a node.
        while last > start
            && matches!(
                self.tokens[last].kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker
            )
        {
            last -= 1;
        }
        self.nodes.push(Node {
            kind,
            first: start as u32,
            last: last as u32,
            parts,
        });
        Value::node(self.nodes.len() - 1)
    }

    fn act(
        &mut self,
        action: &'static Action,
        start: usize,
        labels: &Labels,
        single: Option<Value>,
    ) -> Option<Value> {
        match action {
            Action::Default => Some(match single {
                Some(value) if value != Value::ABSENT => value,
                _ => self.make(NodeKind::Other, start, Vec::new()),
            }),
            Action::Pass(label) => labels
                .iter()
                .find(|(name, _)| name == label)
                .map(|&(_, value)| value),
            Action::Node(kind) => {
                let parts = labels
                    .iter()
                    .map(|&(_, value)| value)
                    .filter(|&value| value != Value::ABSENT)
                    .collect();
                Some(self.make(*kind, start, parts))
            }
            _ => self.act_on_error(action, labels),
        }
    }

    /// What string literals come to: the lowering reads them.
    fn strings(&mut self, first: usize, end: usize) -> Option<Value> {
        let kind = match self.strings.get(&first) {
            Some(&kind) => kind,
            None => {
                let mut lowerer = Lowerer {
                    context: &mut self.context,
                    tokens: self.tokens,
                };
                let result = lowerer.try_strings(first, end);
                self.warn_of_strings();
                match result {
                    Ok(expr) if matches!(expr.kind, crate::ast::ExprKind::JoinedStr { .. }) => {
                        NodeKind::Joined
                    }
                    Ok(_) => NodeKind::Literal,
                    Err(error) => {
                        self.raise_literal(error);
                        return None;
                    }
                }
            }
        };
        self.strings.insert(first, kind);
        Some(self.make(kind, first, Vec::new()))
    }
}
