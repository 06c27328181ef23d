//! Statements: the dispatch, and those that are simple.
//!
//! CPython 3.11: `compiler_visit_stmt` in `Python/compile.c`.

use super::{Compiler, Done};
use crate::ast::{Constant, Expr, ExprKind, Stmt, StmtKind};
use crate::flowgraph::Op;
use crate::symtable::BlockType;
use bytecode::Opcode;

/// Whether a block has annotated variables, not looking into inner blocks.
pub(super) fn find_ann(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For(f) | StmtKind::AsyncFor(f) => find_ann(&f.body) || find_ann(&f.orelse),
        StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                find_ann(body) || find_ann(orelse)
            })
        }
        StmtKind::With(w) | StmtKind::AsyncWith(w) => find_ann(&w.body),
        StmtKind::Match { cases, .. } => cases.iter().any(|case| find_ann(&case.body)),
        StmtKind::Try(t) | StmtKind::TryStar(t) => {
            t.handlers.iter().any(|h| find_ann(&h.body))
                || find_ann(&t.body)
                || find_ann(&t.finalbody)
                || find_ann(&t.orelse)
        }
        _ => false,
    })
}

impl<'a> Compiler<'a> {
    /// Compiles a statement.
    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Done {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_kind(stmt))
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt) -> Done {
        self.unit.loc = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function(stmt, def, false),
            StmtKind::AsyncFunctionDef(def) => self.function(stmt, def, true),
            StmtKind::ClassDef(class) => self.class(stmt, class),
            StmtKind::Return { value } => self.return_stmt(stmt, value.as_deref()),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 < targets.len() {
                        self.op_i(Opcode::COPY, 1);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, *op, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(target, annotation, value.as_deref(), *simple),
            StmtKind::For(f) => self.for_stmt(f),
            StmtKind::AsyncFor(f) => self.async_for_stmt(f),
            StmtKind::While { test, body, orelse } => self.while_stmt(stmt, test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With(w) => self.with_stmt(stmt, w, 0),
            StmtKind::AsyncWith(w) => self.async_with_stmt(stmt, w, 0),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    count += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        count += 1;
                    }
                }
                self.op_i(Opcode::RAISE_VARARGS, count);
                Ok(())
            }
            StmtKind::Try(t) => self.try_stmt(t, false),
            StmtKind::TryStar(t) => self.try_stmt(t, true),
            StmtKind::Assert { test, msg } => self.assert_stmt(test, msg.as_deref()),
            StmtKind::Import { names } => self.import(names),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.import_from(stmt, module.as_ref(), names, *level),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(value),
            StmtKind::Pass => {
                self.op(Opcode::NOP);
                Ok(())
            }
            StmtKind::Break => self.break_stmt(),
            StmtKind::Continue => self.continue_stmt(),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr) -> Done {
        if self.interactive && self.stack.is_empty() {
            self.expr(value)?;
            self.op(Opcode::PRINT_EXPR);
            return Ok(());
        }
        if let ExprKind::Constant { .. } = value.kind {
            self.op(Opcode::NOP);
            return Ok(());
        }
        self.expr(value)?;
        self.unset_loc();
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn if_stmt(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Done {
        let end = self.new_block();
        if orelse.is_empty() {
            self.jump_if(test, end, false)?;
            self.stmts(body)?;
        } else {
            let next = self.new_block();
            self.jump_if(test, next, false)?;
            self.stmts(body)?;
            self.op_j_noline(Op::Jump, end);
            self.use_next_block(next);
            self.stmts(orelse)?;
        }
        self.use_next_block(end);
        Ok(())
    }

    fn return_stmt(&mut self, stmt: &'a Stmt, value: Option<&'a Expr>) -> Done {
        let constant = match value.map(|v| &v.kind) {
            Some(ExprKind::Constant { value, .. }) => Some(value),
            _ => None,
        };
        let preserve_tos = value.is_some() && constant.is_none();
        let ste = self.ste();
        if ste.kind != BlockType::Function {
            return Err(self.error("'return' outside function"));
        }
        if value.is_some() && ste.coroutine && ste.generator {
            return Err(self.error("'return' with value in async generator"));
        }
        if let Some(value) = value {
            if preserve_tos {
                self.expr(value)?;
            } else {
                self.unit.loc = value.span;
                self.op(Opcode::NOP);
            }
        }
        if value.is_none_or(|value| value.span.lineno != stmt.span.lineno) {
            self.unit.loc = stmt.span;
            self.op(Opcode::NOP);
        }
        self.unwind_fblock_stack(preserve_tos, false)?;
        if value.is_none() {
            self.load_none();
        } else if let Some(constant) = constant {
            self.load_const(constant);
        }
        self.op(Opcode::RETURN_VALUE);
        Ok(())
    }

    fn assert_stmt(&mut self, test: &'a Expr, msg: Option<&'a Expr>) -> Done {
        let non_empty_tuple = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant {
                value: Constant::Tuple(items),
                ..
            } => !items.is_empty(),
            _ => false,
        };
        if non_empty_tuple {
            self.warn("assertion is always true, perhaps remove parentheses?");
        }
        if self.settings.optimize > 0 {
            return Ok(());
        }
        let end = self.new_block();
        self.jump_if(test, end, true)?;
        self.op(Opcode::LOAD_ASSERTION_ERROR);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_i(Opcode::PRECALL, 0);
            self.op_i(Opcode::CALL, 0);
        }
        self.op_i(Opcode::RAISE_VARARGS, 1);
        self.use_next_block(end);
        Ok(())
    }
}
