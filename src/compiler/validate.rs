//! Checks of a tree that did not come from the parser: positions, contexts, the shapes that the compiler relies on.
//!
//! CPython 3.11: `_PyAST_Validate` in `Python/ast.c`.

use crate::ast::{
    Arg, Arguments, Comprehension, Constant, Expr, ExprContext, ExprKind, FunctionDef, Identifier,
    Keyword, Mod, Operator, Pattern, PatternKind, Span, Stmt, StmtKind, Try, UnaryOp, With,
};
use crate::error::{CompileError, ErrorKind};
use crate::symtable::RecursionBudget;

type Done = Result<(), CompileError>;

/// Checks a whole tree.
pub fn validate(module: &Mod, budget: RecursionBudget) -> Result<(), CompileError> {
    let mut validator = Validator { budget };
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => validator.stmts(body),
        Mod::Expression { body } => validator.expr(body, ExprContext::Load),
        Mod::FunctionType { argtypes, returns } => {
            validator.exprs(argtypes, ExprContext::Load)?;
            validator.expr(returns, ExprContext::Load)
        }
    }
}

fn value_error<T>(msg: impl Into<String>) -> Result<T, CompileError> {
    Err(CompileError::without_position(ErrorKind::Value, msg))
}

fn positions(span: Span) -> Done {
    let Span {
        lineno,
        col_offset,
        end_lineno,
        end_col_offset,
    } = span;
    if lineno > end_lineno {
        return value_error(format!(
            "AST node line range ({lineno}, {end_lineno}) is not valid"
        ));
    }
    if (lineno < 0 && end_lineno != lineno) || (col_offset < 0 && col_offset != end_col_offset) {
        return value_error(format!(
            "AST node column range ({col_offset}, {end_col_offset}) for line range ({lineno}, {end_lineno}) is not valid"
        ));
    }
    if lineno == end_lineno && col_offset > end_col_offset {
        return value_error(format!(
            "line {lineno}, column {col_offset}-{end_col_offset} is not a valid range"
        ));
    }
    Ok(())
}

fn name(name: &Identifier) -> Done {
    if matches!(&**name, "None" | "True" | "False") {
        return value_error(format!(
            "identifier field can't represent '{name}' constant"
        ));
    }
    Ok(())
}

fn capture(captured: Option<&Identifier>) -> Done {
    match captured {
        None => Ok(()),
        Some(captured) if &**captured == "_" => value_error("can't capture name '_' in patterns"),
        Some(captured) => name(captured),
    }
}

fn non_empty<T>(items: &[T], what: &str, owner: &str) -> Done {
    if items.is_empty() {
        return value_error(format!("empty {what} on {owner}"));
    }
    Ok(())
}

fn is_number(expr: &Expr, real: bool, imaginary: bool) -> bool {
    let ExprKind::Constant { value, .. } = &expr.kind else {
        return false;
    };
    match value {
        Constant::Int(_) | Constant::Float(_) => real,
        Constant::Complex(_) => imaginary,
        _ => false,
    }
}

fn is_negative_number(expr: &Expr, imaginary: bool) -> bool {
    matches!(&expr.kind, ExprKind::UnaryOp { op: UnaryOp::USub, operand }
        if is_number(operand, true, imaginary))
}

/// `1 + 2j`, as patterns may have it.
fn is_complex_literal(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right }
        if (is_number(left, true, false) || is_negative_number(left, false))
            && is_number(right, false, true))
}

struct Validator {
    budget: RecursionBudget,
}

impl Validator {
    fn deeper(&mut self, check: impl FnOnce(&mut Validator) -> Done) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || check(self))?;
        self.budget.leave();
        Ok(())
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Done {
        stmts.iter().try_for_each(|stmt| {
            positions(stmt.span)?;
            self.deeper(|v| v.stmt(stmt))
        })
    }

    fn body(&mut self, body: &[Stmt], owner: &str) -> Done {
        non_empty(body, "body", owner)?;
        self.stmts(body)
    }

    fn exprs(&mut self, exprs: &[Expr], ctx: ExprContext) -> Done {
        exprs.iter().try_for_each(|expr| self.expr(expr, ctx))
    }

    fn load(&mut self, expr: &Expr) -> Done {
        self.expr(expr, ExprContext::Load)
    }

    fn loads(&mut self, exprs: &[Expr]) -> Done {
        self.exprs(exprs, ExprContext::Load)
    }

    fn opt(&mut self, expr: Option<&Expr>) -> Done {
        expr.map_or(Ok(()), |expr| self.load(expr))
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Done {
        keywords.iter().try_for_each(|k| self.load(&k.value))
    }

    fn function(&mut self, def: &FunctionDef, owner: &str) -> Done {
        self.body(&def.body, owner)?;
        self.arguments(&def.args)?;
        self.loads(&def.decorator_list)?;
        self.opt(def.returns.as_deref())
    }

    fn args(&mut self, args: &[Arg]) -> Done {
        args.iter().try_for_each(|arg| {
            positions(arg.span)?;
            self.opt(arg.annotation.as_deref())
        })
    }

    fn arguments(&mut self, args: &Arguments) -> Done {
        let annotation = |arg: &Option<Box<Arg>>, v: &mut Validator| match arg {
            Some(arg) => v.opt(arg.annotation.as_deref()),
            None => Ok(()),
        };
        self.args(&args.posonlyargs)?;
        self.args(&args.args)?;
        annotation(&args.vararg, self)?;
        self.args(&args.kwonlyargs)?;
        annotation(&args.kwarg, self)?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return value_error("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(&args.defaults)?;
        args.kw_defaults
            .iter()
            .flatten()
            .try_for_each(|default| self.load(default))
    }

    fn assign_list(&mut self, targets: &[Expr], ctx: ExprContext, owner: &str) -> Done {
        non_empty(targets, "targets", owner)?;
        self.exprs(targets, ctx)
    }

    fn with(&mut self, node: &With, owner: &str) -> Done {
        non_empty(&node.items, "items", owner)?;
        for item in &node.items {
            self.load(&item.context_expr)?;
            if let Some(vars) = &item.optional_vars {
                self.expr(vars, ExprContext::Store)?;
            }
        }
        self.body(&node.body, owner)
    }

    fn try_stmt(&mut self, node: &Try, owner: &str) -> Done {
        self.body(&node.body, owner)?;
        if node.handlers.is_empty() && node.finalbody.is_empty() {
            return value_error(format!("{owner} has neither except handlers nor finalbody"));
        }
        if node.handlers.is_empty() && !node.orelse.is_empty() {
            return value_error(format!("{owner} has orelse but no except handlers"));
        }
        for handler in &node.handlers {
            if owner == "Try" {
                positions(handler.span)?;
            }
            self.opt(handler.type_.as_deref())?;
            self.body(&handler.body, "ExceptHandler")?;
        }
        self.stmts(&node.finalbody)?;
        self.stmts(&node.orelse)
    }

    fn stmt(&mut self, stmt: &Stmt) -> Done {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function(def, "FunctionDef"),
            StmtKind::AsyncFunctionDef(def) => self.function(def, "AsyncFunctionDef"),
            StmtKind::ClassDef(class) => {
                self.body(&class.body, "ClassDef")?;
                self.loads(&class.bases)?;
                self.keywords(&class.keywords)?;
                self.loads(&class.decorator_list)
            }
            StmtKind::Return { value } => self.opt(value.as_deref()),
            StmtKind::Delete { targets } => self.assign_list(targets, ExprContext::Del, "Delete"),
            StmtKind::Assign { targets, value, .. } => {
                self.assign_list(targets, ExprContext::Store, "Assign")?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                if *simple && !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(CompileError::without_position(
                        ErrorKind::Type,
                        "AnnAssign with simple non-Name target",
                    ));
                }
                self.expr(target, ExprContext::Store)?;
                self.opt(value.as_deref())?;
                self.load(annotation)
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                let owner = match stmt.kind {
                    StmtKind::For(_) => "For",
                    _ => "AsyncFor",
                };
                self.expr(&f.target, ExprContext::Store)?;
                self.load(&f.iter)?;
                self.body(&f.body, owner)?;
                self.stmts(&f.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With(w) => self.with(w, "With"),
            StmtKind::AsyncWith(w) => self.with(w, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                non_empty(cases, "cases", "Match")?;
                cases.iter().try_for_each(|case| {
                    self.pattern(&case.pattern, false)?;
                    self.opt(case.guard.as_deref())?;
                    self.body(&case.body, "match_case")
                })
            }
            StmtKind::Raise { exc, cause } => {
                if exc.is_none() && cause.is_some() {
                    return value_error("Raise with cause but no exception");
                }
                self.opt(exc.as_deref())?;
                self.opt(cause.as_deref())
            }
            StmtKind::Try(t) => self.try_stmt(t, "Try"),
            StmtKind::TryStar(t) => self.try_stmt(t, "TryStar"),
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.opt(msg.as_deref())
            }
            StmtKind::Import { names } => non_empty(names, "names", "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.is_some_and(|level| level < 0) {
                    return value_error("Negative ImportFrom level");
                }
                non_empty(names, "names", "ImportFrom")
            }
            StmtKind::Global { names } => non_empty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => non_empty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn expr(&mut self, expr: &Expr, ctx: ExprContext) -> Done {
        positions(expr.span)?;
        self.deeper(|v| {
            v.context(expr, ctx)?;
            v.expr_kind(expr, ctx)
        })
    }

    fn context(&mut self, expr: &Expr, wanted: ExprContext) -> Done {
        let actual = match &expr.kind {
            ExprKind::Name { id, ctx } => {
                name(id)?;
                *ctx
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => *ctx,
            _ if wanted != ExprContext::Load => {
                return value_error(format!(
                    "expression which can't be assigned to in {wanted:?} context"
                ));
            }
            _ => wanted,
        };
        if actual != wanted {
            return value_error(format!(
                "expression must have {wanted:?} context but has {actual:?} instead"
            ));
        }
        Ok(())
    }

    fn expr_kind(&mut self, expr: &Expr, ctx: ExprContext) -> Done {
        match &expr.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                keys.iter().flatten().try_for_each(|key| self.load(key))?;
                self.loads(values)
            }
            ExprKind::Set { elts } => self.loads(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.comprehension(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.opt(value.as_deref()),
            ExprKind::YieldFrom { value }
            | ExprKind::Await { value }
            | ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(CompileError::without_position(
                        ErrorKind::Type,
                        "NamedExpr target must be a Name",
                    ));
                }
                self.load(value)
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                if comparators.is_empty() {
                    return value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value_error(
                        "Compare has a different number of comparators and operands",
                    );
                }
                self.loads(comparators)?;
                self.load(left)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.load(func)?;
                self.loads(args)?;
                self.keywords(keywords)
            }
            ExprKind::Constant { value, .. } => self.constant(value),
            ExprKind::JoinedStr { values } => self.loads(values),
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.load(value)?;
                self.opt(format_spec.as_deref())
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower.as_deref())?;
                self.opt(upper.as_deref())?;
                self.opt(step.as_deref())
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            ExprKind::Name { .. } => Ok(()),
        }
    }

    fn comprehension(&mut self, generators: &[Comprehension]) -> Done {
        if generators.is_empty() {
            return value_error("comprehension with no generators");
        }
        generators.iter().try_for_each(|generator| {
            self.expr(&generator.target, ExprContext::Store)?;
            self.load(&generator.iter)?;
            self.loads(&generator.ifs)
        })
    }

    fn constant(&mut self, value: &Constant) -> Done {
        match value {
            Constant::Tuple(items) | Constant::FrozenSet(items) => {
                self.deeper(|v| items.iter().try_for_each(|item| v.constant(item)))
            }
            Constant::Code(_) | Constant::StopIteration => Err(CompileError::without_position(
                ErrorKind::Type,
                "got an invalid type in Constant: code",
            )),
            _ => Ok(()),
        }
    }

    fn pattern_value(&mut self, value: &Expr) -> Done {
        self.load(value)?;
        match &value.kind {
            ExprKind::Constant { value, .. } => match value {
                Constant::Int(_)
                | Constant::Float(_)
                | Constant::Complex(_)
                | Constant::Bytes(_)
                | Constant::Str(_) => Ok(()),
                _ => value_error("unexpected constant inside of a literal pattern"),
            },
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } => Ok(()),
            _ if is_negative_number(value, true) || is_complex_literal(value) => Ok(()),
            _ => value_error("patterns may only match literals and attribute lookups"),
        }
    }

    fn pattern(&mut self, pattern: &Pattern, star_ok: bool) -> Done {
        positions(pattern.span)?;
        self.deeper(|v| v.pattern_kind(pattern, star_ok))
    }

    fn patterns(&mut self, patterns: &[Pattern], star_ok: bool) -> Done {
        patterns.iter().try_for_each(|p| self.pattern(p, star_ok))
    }

    fn pattern_kind(&mut self, pattern: &Pattern, star_ok: bool) -> Done {
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.pattern_value(value),
            PatternKind::MatchSingleton { value } => match value {
                Constant::None | Constant::Bool(_) => Ok(()),
                _ => value_error("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                if keys.len() != patterns.len() {
                    return value_error(
                        "MatchMapping doesn't have the same number of keys as patterns",
                    );
                }
                capture(rest.as_ref())?;
                for key in keys {
                    let singleton = matches!(
                        key.kind,
                        ExprKind::Constant {
                            value: Constant::None | Constant::Bool(_),
                            ..
                        }
                    );
                    if !singleton {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return value_error(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.load(cls)?;
                let mut part = cls;
                while let ExprKind::Attribute { value, .. } = &part.kind {
                    part = value;
                }
                if !matches!(part.kind, ExprKind::Name { .. }) {
                    return value_error(
                        "MatchClass cls field can only contain Name or Attribute nodes.",
                    );
                }
                kwd_attrs.iter().try_for_each(name)?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star_ok {
                    return value_error("can't use MatchStar here");
                }
                capture(name.as_ref())
            }
            PatternKind::MatchAs { pattern, name } => {
                capture(name.as_ref())?;
                match pattern {
                    None => Ok(()),
                    Some(_) if name.is_none() => {
                        value_error("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(pattern) => self.pattern(pattern, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return value_error("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }
}
