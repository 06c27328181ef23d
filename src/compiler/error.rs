//! What the compiler reports: errors with CPython's type, text and position, and warnings.
//!
//! CPython 3.11: `Parser/pegen_errors.c`, `Python/errors.c` (`PyErr_SyntaxLocationObjectEx`).

/// Which exception the caller should raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `RecursionError`
    Recursion,
    /// `MemoryError`
    Memory,
    /// `ValueError` (of a tree given to `compile`, of a source with null bytes where CPython says so)
    Value,
    /// `TypeError`
    Type,
    /// `OverflowError`
    Overflow,
    /// `SystemError`
    System,
}

/// A failure of compilation.
#[derive(Clone, Debug)]
pub struct CompileError {
    /// The exception's type.
    pub kind: ErrorKind,
    /// `SyntaxError.msg`
    pub msg: String,
    /// `SyntaxError.lineno`, from 1; `None` when there is no position.
    pub lineno: Option<i32>,
    /// `SyntaxError.offset`: characters from 1 (0 and -1 occur as in CPython).
    pub offset: Option<i32>,
    /// `SyntaxError.end_lineno`
    pub end_lineno: Option<i32>,
    /// `SyntaxError.end_offset`
    pub end_offset: Option<i32>,
    /// `SyntaxError.text`: the line of source, when the compiler knows it.
    pub text: Option<String>,
}

/// Which warning category the caller should issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// `SyntaxWarning`
    Syntax,
    /// `DeprecationWarning`
    Deprecation,
}

/// A warning found while compiling, in CPython's order.
#[derive(Clone, Debug)]
pub struct CompileWarning {
    /// The category.
    pub kind: WarningKind,
    /// The text.
    pub msg: String,
    /// The line it is attributed to.
    pub lineno: i32,
    /// How many tokens had been read before it; those of the code generator come after all tokens.
    pub order: u32,
    /// It was found in a string literal.
    pub in_literal: bool,
    /// The byte where the literal begins that it is about.
    pub start: u32,
    /// The SyntaxError that takes its place when warnings are errors. Of warnings of the parser it is found when it is asked for:
    /// see `warning_as_error`.
    pub error: Option<Box<CompileError>>,
}

impl CompileError {
    /// Whether it is a SyntaxError, of whichever kind.
    pub fn is_syntax_error(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Syntax | ErrorKind::Indentation | ErrorKind::Tab
        )
    }

    /// An error that says nothing about where.
    pub fn without_position(kind: ErrorKind, msg: impl Into<String>) -> CompileError {
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
}
