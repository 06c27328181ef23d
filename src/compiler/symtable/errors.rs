//! The SyntaxErrors of the symbol table.
//!
//! CPython 3.11: the messages at the head of `Python/symtable.c`.

use crate::ast::Span;
use crate::error::{CompileError, ErrorKind};

/// A SyntaxError over the range of a node.
pub fn at(span: Span, msg: impl Into<String>) -> CompileError {
    CompileError {
        kind: ErrorKind::Syntax,
        msg: msg.into(),
        lineno: Some(span.lineno),
        offset: Some(span.col_offset.saturating_add(1)),
        end_lineno: Some(span.end_lineno),
        end_offset: Some(span.end_col_offset.saturating_add(1)),
        text: None,
    }
}

/// An error without a position.
pub fn plain(kind: ErrorKind, msg: impl Into<String>) -> CompileError {
    CompileError {
        kind,
        msg: msg.into(),
        lineno: None,
        offset: None,
        end_lineno: None,
        end_offset: None,
        text: None,
    }
}

/// The RecursionError of all stages.
pub fn recursion() -> CompileError {
    plain(
        ErrorKind::Recursion,
        "maximum recursion depth exceeded during compilation",
    )
}

/// `import *` in a function or class.
pub fn import_star(span: Span) -> CompileError {
    at(span, "import * only allowed at module level")
}

/// Two parameters of one name.
pub fn duplicate_argument(name: &str, span: Span) -> CompileError {
    at(
        span,
        format!("duplicate argument '{name}' in function definition"),
    )
}

/// `:=` in a comprehension of a class body.
pub fn named_expr_in_class(span: Span) -> CompileError {
    at(
        span,
        "assignment expression within a comprehension cannot be used in a class body",
    )
}

/// `:=` to the target of the comprehension around it.
pub fn named_expr_rebinds(name: &str, span: Span) -> CompileError {
    at(
        span,
        format!("assignment expression cannot rebind comprehension iteration variable '{name}'"),
    )
}

/// A comprehension whose inner target was assigned by `:=`.
pub fn named_expr_inner_loop(name: &str, span: Span) -> CompileError {
    at(
        span,
        format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
    )
}

/// `:=` in the iterable of a comprehension.
pub fn named_expr_in_iterable(span: Span) -> CompileError {
    at(
        span,
        "assignment expression cannot be used in a comprehension iterable expression",
    )
}

/// `yield`, `await` or `:=` in an annotation that becomes a string.
pub fn in_annotation(what: &str, span: Span) -> CompileError {
    at(
        span,
        format!("'{what}' can not be used within an annotation"),
    )
}
