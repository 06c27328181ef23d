//! The walk over the tree, folding from the leaves up.
//!
//! CPython 3.11: `astfold_*`, `fold_*` in `Python/ast_opt.c`.

use super::{format, ops};
use crate::ast::{
    Arg, Arguments, CmpOp, Comprehension, Constant, ExceptHandler, Expr, ExprContext, ExprKind,
    FunctionDef, Keyword, MatchCase, Mod, Operator, Pattern, PatternKind, Stmt, StmtKind, UnaryOp,
    WithItem,
};
use crate::error::CompileError;
use crate::future::docstring;
use crate::symtable::RecursionBudget;
use bytecode::CodeFlags;

type Done = Result<(), CompileError>;

/// Folds the constants of a module. Says whether there are set displays, which may become frozensets.
pub fn fold_mod(
    module: &mut Mod,
    optimize: u8,
    features: u32,
    budget: RecursionBudget,
) -> Result<bool, CompileError> {
    let mut folder = Folder {
        optimize,
        future_annotations: features & CodeFlags::FUTURE_ANNOTATIONS != 0,
        budget,
        has_sets: false,
    };
    match module {
        Mod::Module { body, .. } => folder.body(body)?,
        Mod::Interactive { body } => folder.stmts(body)?,
        Mod::Expression { body } => folder.expr(body)?,
        Mod::FunctionType { .. } => {}
    }
    Ok(folder.has_sets)
}

struct Folder {
    optimize: u8,
    future_annotations: bool,
    budget: RecursionBudget,
    has_sets: bool,
}

/// An expression that may be taken out of its place.
fn take(kind: &mut ExprKind) -> ExprKind {
    std::mem::replace(
        kind,
        ExprKind::Constant {
            value: Constant::None,
            kind: None,
        },
    )
}

fn set_constant(expr: &mut Expr, value: Option<Constant>) {
    if let Some(value) = value {
        expr.kind = ExprKind::Constant { value, kind: None };
    }
}

fn constant(expr: &Expr) -> Option<&Constant> {
    match &expr.kind {
        ExprKind::Constant { value, .. } => Some(value),
        _ => None,
    }
}

fn const_tuple(elts: &[Expr]) -> Option<Vec<Constant>> {
    elts.iter().map(|elt| constant(elt).cloned()).collect()
}

fn has_starred(elts: &[Expr]) -> bool {
    elts.iter()
        .any(|elt| matches!(elt.kind, ExprKind::Starred { .. }))
}

impl Folder {
    fn body(&mut self, body: &mut [Stmt]) -> Done {
        let had_docstring = docstring(body).is_some();
        self.stmts(body)?;
        // What folding made of an expression is no docstring.
        if !had_docstring && docstring(body).is_some() {
            if let Some(Stmt {
                span,
                kind: StmtKind::Expr { value },
            }) = body.first_mut()
            {
                let inner = Expr {
                    span: value.span,
                    kind: take(&mut value.kind),
                };
                value.span = *span;
                value.kind = ExprKind::JoinedStr {
                    values: vec![inner],
                };
            }
        }
        Ok(())
    }

    fn stmts(&mut self, stmts: &mut [Stmt]) -> Done {
        stmts.iter_mut().try_for_each(|stmt| self.stmt(stmt))
    }

    fn exprs(&mut self, exprs: &mut [Expr]) -> Done {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn opt(&mut self, expr: &mut Option<Box<Expr>>) -> Done {
        expr.as_mut().map_or(Ok(()), |expr| self.expr(expr))
    }

    fn stmt(&mut self, stmt: &mut Stmt) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_kind(stmt))?;
        self.budget.leave();
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &mut Stmt) -> Done {
        match &mut stmt.kind {
            StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => self.function(def),
            StmtKind::ClassDef(class) => {
                self.exprs(&mut class.bases)?;
                self.keywords(&mut class.keywords)?;
                self.body(&mut class.body)?;
                self.exprs(&mut class.decorator_list)
            }
            StmtKind::Return { value } => self.opt(value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                ..
            } => {
                self.expr(target)?;
                if !self.future_annotations {
                    self.expr(annotation)?;
                }
                self.opt(value)
            }
            StmtKind::For(f) => {
                self.expr(&mut f.target)?;
                self.expr(&mut f.iter)?;
                self.stmts(&mut f.body)?;
                self.stmts(&mut f.orelse)?;
                fold_iter(&mut f.iter);
                Ok(())
            }
            StmtKind::AsyncFor(f) => {
                self.expr(&mut f.target)?;
                self.expr(&mut f.iter)?;
                self.stmts(&mut f.body)?;
                self.stmts(&mut f.orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::With(w) | StmtKind::AsyncWith(w) => {
                w.items
                    .iter_mut()
                    .try_for_each(|item| self.with_item(item))?;
                self.stmts(&mut w.body)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                cases.iter_mut().try_for_each(|case| self.match_case(case))
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc)?;
                self.opt(cause)
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => {
                self.stmts(&mut t.body)?;
                t.handlers.iter_mut().try_for_each(|h| self.handler(h))?;
                self.stmts(&mut t.orelse)?;
                self.stmts(&mut t.finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg)
            }
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue => Ok(()),
        }
    }

    fn function(&mut self, def: &mut FunctionDef) -> Done {
        self.arguments(&mut def.args)?;
        self.body(&mut def.body)?;
        self.exprs(&mut def.decorator_list)?;
        if !self.future_annotations {
            self.opt(&mut def.returns)?;
        }
        Ok(())
    }

    fn with_item(&mut self, item: &mut WithItem) -> Done {
        self.expr(&mut item.context_expr)?;
        self.opt(&mut item.optional_vars)
    }

    fn handler(&mut self, handler: &mut ExceptHandler) -> Done {
        self.opt(&mut handler.type_)?;
        self.stmts(&mut handler.body)
    }

    fn match_case(&mut self, case: &mut MatchCase) -> Done {
        self.pattern(&mut case.pattern)?;
        self.opt(&mut case.guard)?;
        self.stmts(&mut case.body)
    }

    fn pattern(&mut self, pattern: &mut Pattern) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pattern_kind(pattern))?;
        self.budget.leave();
        Ok(())
    }

    fn patterns(&mut self, patterns: &mut [Pattern]) -> Done {
        patterns.iter_mut().try_for_each(|p| self.pattern(p))
    }

    fn pattern_kind(&mut self, pattern: &mut Pattern) -> Done {
        match &mut pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.patterns(patterns)
            }
            PatternKind::MatchMapping { keys, patterns, .. } => {
                self.exprs(keys)?;
                self.patterns(patterns)
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                self.patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern, .. } => match pattern {
                Some(pattern) => self.pattern(pattern),
                None => Ok(()),
            },
        }
    }

    fn arg(&mut self, arg: &mut Arg) -> Done {
        if self.future_annotations {
            return Ok(());
        }
        self.opt(&mut arg.annotation)
    }

    fn arguments(&mut self, args: &mut Arguments) -> Done {
        args.posonlyargs
            .iter_mut()
            .chain(&mut args.args)
            .chain(args.vararg.as_deref_mut())
            .chain(&mut args.kwonlyargs)
            .try_for_each(|arg| self.arg(arg))?;
        args.kw_defaults
            .iter_mut()
            .flatten()
            .try_for_each(|default| self.expr(default))?;
        if let Some(kwarg) = &mut args.kwarg {
            self.arg(kwarg)?;
        }
        self.exprs(&mut args.defaults)
    }

    fn keywords(&mut self, keywords: &mut [Keyword]) -> Done {
        keywords
            .iter_mut()
            .try_for_each(|keyword| self.expr(&mut keyword.value))
    }

    fn comprehensions(&mut self, generators: &mut [Comprehension]) -> Done {
        for generator in generators {
            self.expr(&mut generator.target)?;
            self.expr(&mut generator.iter)?;
            self.exprs(&mut generator.ifs)?;
            fold_iter(&mut generator.iter);
        }
        Ok(())
    }

    fn expr(&mut self, expr: &mut Expr) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_kind(expr))?;
        self.budget.leave();
        Ok(())
    }

    fn expr_kind(&mut self, expr: &mut Expr) -> Done {
        match &mut expr.kind {
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => {
                self.exprs(values)?;
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)?;
                fold_binop(expr);
            }
            ExprKind::UnaryOp { operand, .. } => {
                self.expr(operand)?;
                fold_unaryop(expr);
            }
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body)?;
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter_mut().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)?;
            }
            ExprKind::Set { elts } => {
                self.has_sets = true;
                self.exprs(elts)?;
            }
            ExprKind::List { elts, .. } => self.exprs(elts)?,
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt)?;
                self.comprehensions(generators)?;
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.expr(key)?;
                self.expr(value)?;
                self.comprehensions(generators)?;
            }
            ExprKind::Yield { value } => self.opt(value)?,
            ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value, .. }
            | ExprKind::NamedExpr { value, .. } => self.expr(value)?,
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                self.expr(left)?;
                self.exprs(comparators)?;
                if let (Some(CmpOp::In | CmpOp::NotIn), Some(last)) =
                    (ops.last(), comparators.last_mut())
                {
                    fold_iter(last);
                }
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)?;
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.opt(format_spec)?;
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.expr(value)?;
                self.expr(slice)?;
                if *ctx == ExprContext::Load {
                    if let (Some(value), Some(index)) = (constant(value), constant(slice)) {
                        let folded = ops::get_item(value, index);
                        set_constant(expr, folded);
                    }
                }
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower)?;
                self.opt(upper)?;
                self.opt(step)?;
            }
            ExprKind::Tuple { elts, ctx } => {
                self.exprs(elts)?;
                if *ctx == ExprContext::Load {
                    let folded = const_tuple(elts).map(|items| Constant::Tuple(items.into()));
                    set_constant(expr, folded);
                }
            }
            ExprKind::Name { id, ctx } => {
                if *ctx == ExprContext::Load && &**id == "__debug__" {
                    set_constant(expr, Some(Constant::Bool(self.optimize == 0)));
                }
            }
            ExprKind::Constant { .. } => {}
        }
        Ok(())
    }
}

/// A display that is only iterated or searched: lists become tuples, constant ones constants, sets frozensets.
fn fold_iter(expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::List { elts, .. } if !has_starred(elts) => {
            let folded = const_tuple(elts).map(|items| Constant::Tuple(items.into()));
            if let ExprKind::List { elts, ctx } = take(&mut expr.kind) {
                expr.kind = ExprKind::Tuple { elts, ctx };
            }
            set_constant(expr, folded);
        }
        ExprKind::Set { elts } => {
            let folded = const_tuple(elts).map(ops::frozenset);
            set_constant(expr, folded);
        }
        _ => {}
    }
}

fn fold_unaryop(expr: &mut Expr) {
    let ExprKind::UnaryOp { op, operand } = &mut expr.kind else {
        return;
    };
    let op = *op;
    if let Some(value) = constant(operand) {
        let folded = ops::unary(op, value);
        set_constant(expr, folded);
        return;
    }
    // `not a in b` is `a not in b`; other comparisons may not be turned round.
    if op != UnaryOp::Not {
        return;
    }
    let ExprKind::Compare { ops, .. } = &mut operand.kind else {
        return;
    };
    let [only] = ops.as_mut_slice() else {
        return;
    };
    *only = match only {
        CmpOp::Is => CmpOp::IsNot,
        CmpOp::IsNot => CmpOp::Is,
        CmpOp::In => CmpOp::NotIn,
        CmpOp::NotIn => CmpOp::In,
        _ => return,
    };
    let inner = take(&mut operand.kind);
    expr.span = operand.span;
    expr.kind = inner;
}

fn fold_binop(expr: &mut Expr) {
    let ExprKind::BinOp { left, op, right } = &mut expr.kind else {
        return;
    };
    let Some(left_value) = constant(left) else {
        return;
    };
    if let (Operator::Mod, Constant::Str(text), ExprKind::Tuple { elts, .. }) =
        (*op, left_value, &mut right.kind)
    {
        if !has_starred(elts) {
            if let Some(plan) = format::parse(text.as_bytes(), elts.len()) {
                let elts = std::mem::take(elts);
                expr.kind = ExprKind::JoinedStr {
                    values: format::build(plan, elts),
                };
            }
            return;
        }
    }
    if let Some(right_value) = constant(right) {
        let folded = ops::binary(*op, left_value, right_value);
        set_constant(expr, folded);
    }
}
