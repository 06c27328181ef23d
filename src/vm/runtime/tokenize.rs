//! `_tokenize`: the compiler's own tokens. It stands in this layer because its errors are those of compiling.
//!
//! CPython 3.11: `Python/Python-tokenize.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, PyType, Value};
use crate::types::str::value::PyStr;
use compiler::decode::Source;
use compiler::lexer::token::{Token, TokenKind};
use compiler::lexer::{self, LexOptions, Lexed};
use std::cell::Cell;

/// Numbers of `token` that are not those of `TokenKind`.
const NAME: i64 = 1;
const OP: i64 = 54;
const AWAIT: i64 = 55;
const ASYNC: i64 = 56;

/// The tokens of a source, one at a time.
#[derive::pytype(name = "_tokenize.TokenizerIter", tables(TABLE))]
#[derive(derive::Traverse)]
pub struct PyTokenizerIter {
    #[pytraverse(skip)]
    source: Source,
    #[pytraverse(skip)]
    lexed: Lexed,
    #[pytraverse(skip)]
    next: Cell<usize>,
}

#[derive::pymethods]
impl PyTokenizerIter {
    #[pyslot(sig = "tokenizeriter(source)")]
    fn slot_new(
        vm: &Vm,
        class: &Py<PyType>,
        source: &Py<PyStr>,
    ) -> PyResult<PyRef<PyTokenizerIter>> {
        let _ = class;
        let Some(text) = source.to_str() else {
            return Err(vm.value_error("lone surrogates cannot be tokenized"));
        };
        let filename = vm.new_str("<string>");
        let source = Source::from_str(&text, "<string>")
            .map_err(|error| super::compile::raise_error(vm, &error, &filename))?;
        let options = LexOptions {
            add_newline: true,
            ..LexOptions::default()
        };
        let lexed = lexer::lex(&source, options);
        let next = Cell::new(0);
        let iterator = PyTokenizerIter {
            source,
            lexed,
            next,
        };
        Ok(PyRef::new(vm, iterator))
    }

    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(vm: &Vm, zelf: &Py<PyTokenizerIter>) -> PyResult<Option<Value>> {
        let index = zelf.next.get();
        let token = zelf.lexed.tokens.get(index);
        if let Some(token) =
            token.filter(|token| !matches!(token.kind, TokenKind::EndMarker | TokenKind::Error))
        {
            zelf.next.set(index + 1);
            let before = index
                .checked_sub(1)
                .and_then(|index| zelf.lexed.tokens.get(index));
            return Ok(Some(zelf.entry(vm, token, before)));
        }
        let Some(error) = zelf.lexed.syntax_error(&zelf.source) else {
            return Ok(None);
        };
        zelf.next.set(usize::MAX);
        if index == usize::MAX {
            return Ok(None);
        }
        let filename = vm.new_str("<string>");
        Err(super::compile::raise_error(vm, &error, &filename))
    }
}

impl PyTokenizerIter {
    /// Text, number, line, last line, column, last column, and the text of the lines.
    fn entry(&self, vm: &Vm, token: &Token, before: Option<&Token>) -> Value {
        let text = &self.source.text;
        let mut token = *token;
        if token.kind == TokenKind::Newline {
            // It begins with the comment in front of it.
            let from = before.map_or(0, |before| before.end);
            let between = text.get(from as usize..token.start as usize);
            if let Some(place) = between.and_then(|between| between.find('#')) {
                token.start = from + place as u32;
            }
        }
        let is_block = matches!(token.kind, TokenKind::Indent | TokenKind::Dedent);
        let column = |place: u32, line: u32| {
            let column = i64::from(place) - i64::from(self.source.line_start(line));
            vm.new_int(if is_block { -1 } else { column.max(-1) })
        };
        let own = text.get(token.start as usize..token.end as usize);
        let number = match token.kind {
            TokenKind::Async => ASYNC,
            TokenKind::Await => AWAIT,
            TokenKind::Op => OP,
            kind if kind as u8 > TokenKind::Op as u8 => NAME,
            kind => i64::from(kind as u8),
        };
        // The lexer's buffer begins further up within a token or behind a backslash.
        let buffers = self.lexed.buffers.iter();
        let mut buffers = buffers
            .filter(|buffer| (buffer.first..=buffer.last).contains(&token.end_line))
            .map(|buffer| buffer.buffer);
        let first = buffers.next().unwrap_or(token.end_line).min(token.line);
        let start = self.source.line_start(first) as usize;
        let mut lines = text.get(start..).unwrap_or_default();
        let end = self.source.line_start(token.end_line) as usize;
        let end = end.saturating_sub(start);
        if let Some(length) = lines.get(end..).and_then(|rest| rest.find('\n')) {
            lines = &lines[..end + length];
        }
        vm.new_tuple(vec![
            vm.new_str(if is_block {
                ""
            } else {
                own.unwrap_or_default()
            }),
            vm.new_int(number),
            vm.new_int(token.line.into()),
            vm.new_int(token.end_line.into()),
            column(token.start, token.line),
            column(token.end, token.end_line),
            vm.new_str(&format!("{lines}\n")),
        ])
    }
}

/// The module.
#[derive::pymodule(name = "_tokenize", types(super::PyTokenizerIter))]
pub mod module {}
