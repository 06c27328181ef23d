//! `from __future__ import …`: which features, and where the last such statement stands.
//!
//! CPython 3.11: `Python/future.c`.

use crate::ast::{Alias, Constant, ExprKind, Mod, Stmt, StmtKind};
use crate::error::{CompileError, ErrorKind};
use bytecode::CodeFlags;

/// What the future statements of a module say.
#[derive(Clone, Copy, Debug)]
pub struct Future {
    /// `CO_FUTURE_*` bits.
    pub features: u32,
    /// The line of the last future statement, -1 without one.
    pub lineno: i32,
}

/// The text of the error for a future statement that comes too late.
pub const LATE: &str = "from __future__ imports must occur at the beginning of the file";

fn error(stmt: &Stmt, msg: String, offset: i32) -> CompileError {
    CompileError {
        kind: ErrorKind::Syntax,
        msg,
        lineno: Some(stmt.span.lineno),
        offset: Some(offset),
        end_lineno: Some(stmt.span.lineno),
        end_offset: None,
        text: None,
    }
}

/// The docstring of a body, if it starts with one.
pub fn docstring(body: &[Stmt]) -> Option<&Constant> {
    let StmtKind::Expr { value } = &body.first()?.kind else {
        return None;
    };
    match &value.kind {
        ExprKind::Constant {
            value: value @ Constant::Str(_),
            ..
        } => Some(value),
        _ => None,
    }
}

/// Reads the future statements of a module.
pub fn from_ast(module: &Mod) -> Result<Future, CompileError> {
    let mut future = Future {
        features: 0,
        lineno: -1,
    };
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else {
        return Ok(future);
    };
    let mut done = false;
    let mut prev_line = 0;
    let start = usize::from(docstring(body).is_some());
    for stmt in &body[start..] {
        if done && stmt.span.lineno > prev_line {
            break;
        }
        prev_line = stmt.span.lineno;
        match &stmt.kind {
            StmtKind::ImportFrom {
                module: Some(module),
                names,
                ..
            } if &**module == "__future__" => {
                if done {
                    return Err(error(stmt, LATE.to_owned(), stmt.span.col_offset));
                }
                check_features(&mut future, stmt, names)?;
                future.lineno = stmt.span.lineno;
            }
            _ => done = true,
        }
    }
    Ok(future)
}

fn check_features(future: &mut Future, stmt: &Stmt, names: &[Alias]) -> Result<(), CompileError> {
    for alias in names {
        match &*alias.name {
            "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
            | "print_function" | "unicode_literals" | "generator_stop" => {}
            "barry_as_FLUFL" => future.features |= CodeFlags::FUTURE_BARRY_AS_BDFL,
            "annotations" => future.features |= CodeFlags::FUTURE_ANNOTATIONS,
            "braces" => {
                let offset = stmt.span.col_offset.saturating_add(1);
                return Err(error(stmt, "not a chance".to_owned(), offset));
            }
            name => {
                let shown: String = name.chars().take(100).collect();
                let msg = format!("future feature {shown} is not defined");
                return Err(error(stmt, msg, stmt.span.col_offset.saturating_add(1)));
            }
        }
    }
    Ok(())
}
