//! The actions of the rules for errors.
//!
//! CPython 3.11: `Parser/action_helpers.c`.

use super::node::{NodeKind, Value};
use super::rules::{Action, Targets};
use super::{Labels, Recognizer};
use crate::ErrorKind;

fn labelled(labels: &Labels, label: u8) -> Value {
    labels
        .iter()
        .find(|(name, _)| *name == label)
        .map_or(Value::ABSENT, |&(_, value)| value)
}

impl Recognizer<'_> {
    pub(super) fn act_on_error(
        &mut self,
        action: &'static Action,
        labels: &Labels,
    ) -> Option<Value> {
        match action {
            Action::At(label, message) => {
                let node = labelled(labels, *label);
                let message = self.message(message, node);
                self.raise_at(node, message);
            }
            Action::Range(from, to, message) => {
                let (from, to) = (labelled(labels, *from), labelled(labels, *to));
                let message = self.message(message, from);
                self.raise_range(from, to, message);
            }
            Action::From(label, message) => {
                let node = labelled(labels, *label);
                let message = self.message(message, node);
                self.raise_from(node, message);
            }
            Action::Last(message) => {
                let message = self.message(message, Value::ABSENT);
                self.raise_last(ErrorKind::Syntax, message);
            }
            Action::Indent(label, message) => {
                let message = self.message(message, labelled(labels, *label));
                self.raise_last(ErrorKind::Indentation, message);
            }
            Action::Target(targets, label) => {
                if let Some(node) = self.invalid_target(labelled(labels, *label), *targets) {
                    let verb = if *targets == Targets::Del {
                        "delete"
                    } else {
                        "assign to"
                    };
                    let message = format!("cannot {verb} {}", self.node_kind(node).in_words());
                    self.raise_at(node, message);
                }
            }
            Action::Call(name) => return self.call(name, labels),
            Action::Default | Action::Pass(_) | Action::Node(_) => {}
        }
        None
    }

    fn call(&mut self, name: &str, labels: &Labels) -> Option<Value> {
        let (a, b) = (labelled(labels, b'a'), labelled(labels, b'b'));
        match name {
            "strings" => {
                let parts = self.parts(a);
                let first = parts.first().and_then(|part| part.as_token())?;
                return self.strings(first, first + parts.len());
            }
            "or_pattern" => {
                let parts = self.parts(a);
                return Some(if parts.len() == 1 { parts[0] } else { a });
            }
            "ensure_real" => {
                if self.node_kind(a) == NodeKind::Imaginary {
                    self.raise_at(a, "real number required in complex literal".to_owned());
                    return None;
                }
                return Some(a);
            }
            "ensure_imaginary" => {
                if self.node_kind(a) != NodeKind::Imaginary {
                    self.raise_at(a, "imaginary number required in complex literal".to_owned());
                    return None;
                }
                return Some(a);
            }
            "check_barry" => return self.check_barry(a),
            "genexp_range" => self.generator_must_be_parenthesized(a, b),
            "nonparen_genexp" => {
                let args = self.arguments(a);
                if let Some(&last) = args.last().filter(|_| args.len() > 1) {
                    self.generator_must_be_parenthesized(last, b);
                }
            }
            "arguments_error" => {
                let mut parts = Vec::new();
                self.flatten(a, &mut parts);
                let unpacking = parts
                    .iter()
                    .any(|&part| self.node_kind(part) == NodeKind::KeywordUnpacking);
                let tail = if unpacking { " unpacking" } else { "" };
                self.raise_last(
                    ErrorKind::Syntax,
                    format!("positional argument follows keyword argument{tail}"),
                );
            }
            "legacy" if self.is_legacy_statement(a) => {
                let name = a.as_token().map_or("", |index| self.text(index));
                let message =
                    format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                self.raise_range(a, b, message);
            }
            "forgot_comma" => {
                let level = self.tokens[self.mark - 1].level;
                if !self.is_legacy_statement(a) && level != 0 {
                    self.raise_range(
                        a,
                        b,
                        "invalid syntax. Perhaps you forgot a comma?".to_owned(),
                    );
                }
            }
            "comprehension_target" => {
                let last = self.parts(b).last().copied().unwrap_or(b);
                self.raise_range(
                    a,
                    last,
                    "did you forget parentheses around the comprehension target?".to_owned(),
                );
            }
            "pattern_range" => {
                let parts = self.parts(a);
                if let (Some(&first), Some(&last)) = (parts.first(), parts.last()) {
                    self.raise_range(
                        first,
                        last,
                        "positional patterns follow keyword patterns".to_owned(),
                    );
                }
            }
            "colon_expected" => self.raise_colon_expected(a),
            // `interactive_exit` is what a source without any statement comes to.
            _ => {}
        }
        None
    }

    /// `_PyPegen_check_barry_as_flufl`
    fn check_barry(&mut self, operator: Value) -> Option<Value> {
        let is_new = operator
            .as_token()
            .is_some_and(|index| self.text(index) == "!=");
        if self.options.barry_as_flufl && is_new {
            self.raise_last(
                ErrorKind::Syntax,
                "with Barry as BDFL, use '<>' instead of '!='".to_owned(),
            );
            return None;
        }
        (is_new || self.options.barry_as_flufl).then_some(operator)
    }

    fn generator_must_be_parenthesized(&mut self, from: Value, clauses: Value) {
        let last_clause = self.parts(clauses).last().copied().unwrap_or(clauses);
        let parts = self.parts(last_clause);
        // The iterable, unless there are conditions behind it.
        let conditions = parts
            .get(1)
            .map(|&part| self.parts(part))
            .unwrap_or_default();
        let last = conditions
            .last()
            .or(parts.first())
            .copied()
            .unwrap_or(last_clause);
        self.raise_range(
            from,
            last,
            "Generator expression must be parenthesized".to_owned(),
        );
    }

    fn message(&self, message: &str, node: Value) -> String {
        if !message.contains('%') {
            return message.replace("\\\"", "\"");
        }
        let (first, _) = self.ends(node);
        message
            .replace("%n", self.node_kind(node).in_words())
            .replace("%t", self.text(first))
            .replace(
                "%l",
                &self
                    .tokens
                    .get(first)
                    .map_or(0, |token| token.line)
                    .to_string(),
            )
    }

    pub(super) fn node_kind(&self, value: Value) -> NodeKind {
        use crate::lexer::token::TokenKind;
        if let Some(index) = value.as_token() {
            return match self.tokens[index].kind {
                TokenKind::Name => NodeKind::Name,
                TokenKind::Number if self.text(index).ends_with(['j', 'J']) => NodeKind::Imaginary,
                TokenKind::Number => NodeKind::Literal,
                _ => NodeKind::Token,
            };
        }
        value
            .as_node()
            .map_or(NodeKind::Other, |index| self.nodes[index].kind)
    }

    fn parts(&self, value: Value) -> Vec<Value> {
        value
            .as_node()
            .map(|index| self.nodes[index].parts.clone())
            .unwrap_or_default()
    }

    /// What is in sequences within sequences.
    fn flatten(&self, value: Value, result: &mut Vec<Value>) {
        for part in self.parts(value) {
            if self.node_kind(part) == NodeKind::Seq {
                self.flatten(part, result);
            } else {
                result.push(part);
            }
        }
    }

    /// The positional arguments, starred ones included.
    fn arguments(&self, value: Value) -> Vec<Value> {
        let mut parts = Vec::new();
        self.flatten(value, &mut parts);
        parts.retain(|&part| {
            !matches!(
                self.node_kind(part),
                NodeKind::Keyword | NodeKind::KeywordUnpacking
            )
        });
        parts
    }

    fn is_legacy_statement(&self, value: Value) -> bool {
        value
            .as_token()
            .is_some_and(|index| matches!(self.text(index), "print" | "exec"))
    }

    /// `_PyPegen_get_invalid_target`
    fn invalid_target(&self, value: Value, targets: Targets) -> Option<Value> {
        match self.node_kind(value) {
            NodeKind::List | NodeKind::Tuple => {
                let mut parts = Vec::new();
                self.flatten(value, &mut parts);
                parts
                    .into_iter()
                    .find_map(|part| self.invalid_target(part, targets))
            }
            NodeKind::Starred => {
                if targets == Targets::Del {
                    return Some(value);
                }
                self.parts(value)
                    .first()
                    .and_then(|&part| self.invalid_target(part, targets))
            }
            NodeKind::Compare => {
                if targets != Targets::For {
                    return Some(value);
                }
                // `a in b` after `for` has been taken for a comparison.
                let parts = self.parts(value);
                let pairs = parts
                    .get(1)
                    .map(|&part| self.parts(part))
                    .unwrap_or_default();
                let is_in = pairs
                    .first()
                    .is_some_and(|&pair| self.node_kind(pair) == NodeKind::InPair);
                if !is_in {
                    return None;
                }
                parts
                    .first()
                    .and_then(|&part| self.invalid_target(part, targets))
            }
            NodeKind::Name | NodeKind::Subscript | NodeKind::Attribute => None,
            _ => Some(value),
        }
    }

    /// The first and the last token.
    pub(super) fn ends(&self, value: Value) -> (usize, usize) {
        if let Some(index) = value.as_token() {
            return (index, index);
        }
        match value.as_node() {
            Some(index) => (
                self.nodes[index].first as usize,
                self.nodes[index].last as usize,
            ),
            None => (0, 0),
        }
    }
}
