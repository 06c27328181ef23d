//! SyntaxErrors and SyntaxWarnings raised while code is generated.
//!
//! CPython 3.11: `compiler_error`, `compiler_warn` in `Python/compile.c`.

use super::Compiler;
use crate::error::{CompileError, CompileWarning, ErrorKind, WarningKind};
use crate::symtable::errors::plain;

/// An internal error; with a tree from the parser none of them can happen.
pub fn system(msg: impl Into<String>) -> CompileError {
    plain(ErrorKind::System, msg)
}

impl Compiler<'_> {
    /// A SyntaxError at the current position.
    pub(super) fn error(&self, msg: impl Into<String>) -> CompileError {
        let loc = self.unit.loc;
        CompileError {
            kind: ErrorKind::Syntax,
            msg: msg.into(),
            lineno: Some(loc.lineno),
            offset: Some(loc.col_offset.saturating_add(1)),
            end_lineno: Some(loc.end_lineno),
            end_offset: Some(loc.end_col_offset.saturating_add(1)),
            text: None,
        }
    }

    /// A SyntaxWarning at the current line.
    pub(super) fn warn(&mut self, msg: impl Into<String>) {
        let error = self.error(msg);
        self.warnings.push(CompileWarning {
            kind: WarningKind::Syntax,
            msg: error.msg.clone(),
            lineno: self.unit.loc.lineno,
            order: u32::MAX,
            in_literal: false,
            start: 0,
            error: Some(Box::new(error)),
        });
    }
}
