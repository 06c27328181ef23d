//! Pass 1: what each block does with each name.
//!
//! CPython 3.11: `symtable_visit_*` in `Python/symtable.c`.

use super::{
    BlockType, ComprehensionType, NodeKey, RecursionBudget, Scope, ScopeId, Symbols, Symtable, def,
    errors,
};
use crate::ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, Expr, ExprContext, ExprKind, FunctionDef,
    Identifier, Keyword, MatchCase, Mod, Pattern, PatternKind, Span, Stmt, StmtKind, WithItem,
};
use crate::error::{CompileError, ErrorKind};
use crate::mangle::mangle;
use bytecode::CodeFlags;
use foldhash::{HashMap, HashSet};
use std::rc::Rc;

type Done = Result<(), CompileError>;

struct Visitor {
    scopes: Vec<Scope>,
    by_node: HashMap<NodeKey, ScopeId>,
    stack: Vec<ScopeId>,
    private: Option<Identifier>,
    future_annotations: bool,
    budget: RecursionBudget,
    names: WellKnown,
    identifiers: Option<HashSet<Identifier>>,
}

/// Names that the table enters by itself.
struct WellKnown {
    annotation: Identifier,
    lambda: Identifier,
    genexpr: Identifier,
    listcomp: Identifier,
    setcomp: Identifier,
    dictcomp: Identifier,
    dot_zero: Identifier,
    class: Identifier,
}

impl WellKnown {
    fn new() -> WellKnown {
        WellKnown {
            annotation: Rc::from("_annotation"),
            lambda: Rc::from("lambda"),
            genexpr: Rc::from("genexpr"),
            listcomp: Rc::from("listcomp"),
            setcomp: Rc::from("setcomp"),
            dictcomp: Rc::from("dictcomp"),
            dot_zero: Rc::from(".0"),
            class: Rc::from("__class__"),
        }
    }
}

/// Collects the facts of a module.
pub fn collect(
    module: &Mod,
    features: u32,
    budget: RecursionBudget,
    note_identifiers: bool,
) -> Result<Symtable, CompileError> {
    let mut visitor = Visitor {
        scopes: Vec::new(),
        by_node: HashMap::default(),
        stack: Vec::new(),
        private: None,
        future_annotations: features & CodeFlags::FUTURE_ANNOTATIONS != 0,
        budget,
        names: WellKnown::new(),
        identifiers: note_identifiers.then(HashSet::default),
    };
    let top = Rc::from("top");
    visitor.enter_block(top, BlockType::Module, None, Span::default());
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => visitor.stmts(body)?,
        Mod::Expression { body } => visitor.expr(body)?,
        Mod::FunctionType { .. } => {
            return Err(errors::plain(
                ErrorKind::System,
                "this compiler does not handle FunctionTypes",
            ));
        }
    }
    visitor.exit_block();
    Ok(Symtable {
        scopes: visitor.scopes,
        by_node: visitor.by_node,
        identifiers: visitor.identifiers.unwrap_or_default(),
    })
}

impl Visitor {
    fn cur_id(&self) -> ScopeId {
        self.stack.last().copied().unwrap_or(Symtable::TOP)
    }

    fn cur(&mut self) -> &mut Scope {
        let id = self.cur_id();
        &mut self.scopes[id.0]
    }

    fn enter_block(&mut self, name: Identifier, kind: BlockType, node: Option<NodeKey>, at: Span) {
        let id = ScopeId(self.scopes.len());
        let prev = self.stack.last().copied();
        let (nested, comp_iter_expr) = match prev {
            Some(prev) => {
                let prev = &self.scopes[prev.0];
                let nested = prev.nested || prev.kind == BlockType::Function;
                (nested, prev.comp_iter_expr)
            }
            None => (false, 0),
        };
        self.scopes.push(Scope {
            name,
            kind,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            nested,
            free: false,
            child_free: false,
            generator: false,
            coroutine: false,
            comprehension: ComprehensionType::No,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            comp_iter_target: false,
            comp_iter_expr,
            span: at,
        });
        self.stack.push(id);
        if let Some(node) = node {
            self.by_node.insert(node, id);
        }
        if let (Some(prev), true) = (prev, kind != BlockType::Annotation) {
            self.scopes[prev.0].children.push(id);
        }
    }

    fn exit_block(&mut self) {
        self.stack.pop();
    }

    /// Notes an identifier, if they are asked for.
    fn note(&mut self, name: &Identifier) {
        if let Some(identifiers) = &mut self.identifiers {
            identifiers.insert(name.clone());
        }
    }

    /// Notes the parts of a dotted name.
    fn note_dotted(&mut self, name: &str) {
        if let Some(identifiers) = &mut self.identifiers {
            identifiers.extend(name.split('.').map(Rc::from));
        }
    }

    fn mangled(&self, name: &Identifier) -> Identifier {
        mangle(self.private.as_ref(), name)
    }

    fn lookup(&mut self, name: &Identifier) -> u32 {
        let mangled = self.mangled(name);
        self.cur().get(&mangled)
    }

    fn add_def(&mut self, name: &Identifier, flag: u32, at: Span) -> Done {
        self.add_def_in(self.cur_id(), name, flag, at)
    }

    fn add_def_in(&mut self, id: ScopeId, name: &Identifier, flag: u32, at: Span) -> Done {
        self.note(name);
        let mangled = self.mangled(name);
        let scope = &mut self.scopes[id.0];
        let known = scope.symbols.get_mut(&mangled);
        let old = known.as_deref().copied().unwrap_or(0);
        if flag & def::PARAM != 0 && old & def::PARAM != 0 {
            return Err(errors::duplicate_argument(name, at));
        }
        let mut flags = old | flag;
        if scope.comp_iter_target {
            if flags & (def::GLOBAL | def::NONLOCAL) != 0 {
                return Err(errors::named_expr_inner_loop(name, at));
            }
            flags |= def::COMP_ITER;
        }
        match known {
            Some(known) => *known = flags,
            None => {
                scope.symbols.insert(mangled.clone(), flags);
            }
        }
        if flag & def::PARAM != 0 {
            scope.varnames.push(mangled);
        } else if flag & def::GLOBAL != 0 {
            *self.scopes[0].symbols.entry(mangled).or_insert(0) |= flag;
        }
        Ok(())
    }

    fn record_directive(&mut self, name: &Identifier, at: Span) {
        let mangled = self.mangled(name);
        self.cur().directives.push((mangled, at));
    }

    fn stmts(&mut self, body: &[Stmt]) -> Done {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Done {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn opt(&mut self, expr: Option<&Expr>) -> Done {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_kind(stmt))?;
        self.budget.leave();
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &Stmt) -> Done {
        let at = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function(stmt, def, false),
            StmtKind::AsyncFunctionDef(def) => self.function(stmt, def, true),
            StmtKind::ClassDef(class) => {
                self.add_def(&class.name, def::LOCAL, at)?;
                self.exprs(&class.bases)?;
                self.keywords(&class.keywords)?;
                self.exprs(&class.decorator_list)?;
                self.enter_block(class.name.clone(), BlockType::Class, Some(stmt.into()), at);
                let outer = self.private.replace(class.name.clone());
                self.stmts(&class.body)?;
                self.private = outer;
                self.exit_block();
                Ok(())
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.cur().returns_value = true;
                }
                Ok(())
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(at, target, annotation, value.as_deref(), *simple),
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.stmts(&f.body)?;
                self.stmts(&f.orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                cases.iter().try_for_each(|case| self.match_case(case))
            }
            StmtKind::Raise { exc, cause } => match exc {
                Some(exc) => {
                    self.expr(exc)?;
                    self.opt(cause.as_deref())
                }
                None => Ok(()),
            },
            StmtKind::Try(t) | StmtKind::TryStar(t) => {
                self.stmts(&t.body)?;
                self.stmts(&t.orelse)?;
                t.handlers.iter().try_for_each(|h| self.handler(h))?;
                self.stmts(&t.finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg.as_deref())
            }
            StmtKind::Import { names } => names.iter().try_for_each(|alias| self.alias(alias)),
            StmtKind::ImportFrom { module, names, .. } => {
                if let Some(module) = module {
                    self.note_dotted(module);
                }
                names.iter().try_for_each(|alias| self.alias(alias))
            }
            StmtKind::Global { names } => self.declaration(names, def::GLOBAL, at),
            StmtKind::Nonlocal { names } => self.declaration(names, def::NONLOCAL, at),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::With(w) | StmtKind::AsyncWith(w) => {
                w.items.iter().try_for_each(|item| self.with_item(item))?;
                self.stmts(&w.body)
            }
        }
    }

    fn function(&mut self, stmt: &Stmt, function: &FunctionDef, is_async: bool) -> Done {
        let at = stmt.span;
        self.add_def(&function.name, def::LOCAL, at)?;
        self.defaults(&function.args)?;
        self.annotations(at, &function.args, function.returns.as_deref())?;
        self.exprs(&function.decorator_list)?;
        self.enter_block(
            function.name.clone(),
            BlockType::Function,
            Some(stmt.into()),
            at,
        );
        self.cur().coroutine = is_async;
        self.arguments(&function.args)?;
        self.stmts(&function.body)?;
        self.exit_block();
        Ok(())
    }

    fn defaults(&mut self, args: &Arguments) -> Done {
        self.exprs(&args.defaults)?;
        args.kw_defaults
            .iter()
            .flatten()
            .try_for_each(|default| self.expr(default))
    }

    fn ann_assign(
        &mut self,
        at: Span,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> Done {
        if let ExprKind::Name { id, .. } = &target.kind {
            let old = self.lookup(id);
            let at_module = self.cur_id() == Symtable::TOP;
            if old & (def::GLOBAL | def::NONLOCAL) != 0 && !at_module && simple {
                let what = if old & def::GLOBAL != 0 {
                    "global"
                } else {
                    "nonlocal"
                };
                return Err(errors::at(
                    at,
                    format!("annotated name '{id}' can't be {what}"),
                ));
            }
            if simple {
                self.add_def(id, def::ANNOT | def::LOCAL, target.span)?;
            } else if value.is_some() {
                self.add_def(id, def::LOCAL, target.span)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)?;
        self.opt(value)
    }

    fn declaration(&mut self, names: &[Identifier], flag: u32, at: Span) -> Done {
        let what = if flag == def::GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        for name in names {
            let old = self.lookup(name);
            if old & (def::PARAM | def::LOCAL | def::USE | def::ANNOT) != 0 {
                let msg = if old & def::PARAM != 0 {
                    format!("name '{name}' is parameter and {what}")
                } else if old & def::USE != 0 {
                    format!("name '{name}' is used prior to {what} declaration")
                } else if old & def::ANNOT != 0 {
                    format!("annotated name '{name}' can't be {what}")
                } else {
                    format!("name '{name}' is assigned to before {what} declaration")
                };
                return Err(errors::at(at, msg));
            }
            self.add_def(name, flag, at)?;
            self.record_directive(name, at);
        }
        Ok(())
    }

    fn extend_namedexpr_scope(&mut self, id: &Identifier, at: Span) -> Done {
        for i in (0..self.stack.len()).rev() {
            let scope_id = self.stack[i];
            let scope = &self.scopes[scope_id.0];
            let known = scope.get(id);
            if scope.comprehension != ComprehensionType::No {
                if known & def::COMP_ITER != 0 {
                    return Err(errors::named_expr_rebinds(id, at));
                }
                continue;
            }
            match scope.kind {
                BlockType::Function => {
                    let flag = if known & def::GLOBAL != 0 {
                        def::GLOBAL
                    } else {
                        def::NONLOCAL
                    };
                    self.add_def(id, flag, at)?;
                    self.record_directive(id, at);
                    return self.add_def_in(scope_id, id, def::LOCAL, at);
                }
                BlockType::Module => {
                    self.add_def(id, def::GLOBAL, at)?;
                    self.record_directive(id, at);
                    return self.add_def_in(scope_id, id, def::GLOBAL, at);
                }
                BlockType::Class => return Err(errors::named_expr_in_class(at)),
                BlockType::Annotation => {}
            }
        }
        Ok(())
    }

    fn named_expr(&mut self, expr: &Expr, target: &Expr, value: &Expr) -> Done {
        self.raise_if_annotation("named expression", expr.span)?;
        if self.cur().comp_iter_expr > 0 {
            return Err(errors::named_expr_in_iterable(expr.span));
        }
        if self.cur().comprehension != ComprehensionType::No {
            if let ExprKind::Name { id, .. } = &target.kind {
                self.extend_namedexpr_scope(id, target.span)?;
            }
        }
        self.expr(value)?;
        self.expr(target)
    }

    fn expr(&mut self, expr: &Expr) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_kind(expr))?;
        self.budget.leave();
        Ok(())
    }

    fn expr_kind(&mut self, expr: &Expr) -> Done {
        match &expr.kind {
            ExprKind::NamedExpr { target, value } => self.named_expr(expr, target, value),
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                let name = self.names.lambda.clone();
                self.enter_block(name, BlockType::Function, Some(expr.into()), expr.span);
                self.arguments(args)?;
                self.expr(body)?;
                self.exit_block();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|key| self.expr(key))?;
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => self.comprehension_expr(expr),
            ExprKind::Yield { value } => {
                self.raise_if_annotation("yield expression", expr.span)?;
                self.opt(value.as_deref())?;
                self.yields(expr.span)
            }
            ExprKind::YieldFrom { value } => {
                self.raise_if_annotation("yield expression", expr.span)?;
                self.expr(value)?;
                self.yields(expr.span)
            }
            ExprKind::Await { value } => {
                self.raise_if_annotation("await expression", expr.span)?;
                self.expr(value)?;
                self.cur().coroutine = true;
                Ok(())
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.opt(format_spec.as_deref())
            }
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, .. } => {
                self.note(attr);
                self.expr(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower.as_deref())?;
                self.opt(upper.as_deref())?;
                self.opt(step.as_deref())
            }
            ExprKind::Name { id, ctx } => self.name(id, *ctx, expr.span),
        }
    }

    fn name(&mut self, id: &Identifier, ctx: ExprContext, at: Span) -> Done {
        let load = ctx == ExprContext::Load;
        self.add_def(id, if load { def::USE } else { def::LOCAL }, at)?;
        // `super` may look for `__class__`.
        if load && &**id == "super" && self.cur().kind == BlockType::Function {
            let class = self.names.class.clone();
            self.add_def(&class, def::USE, at)?;
        }
        Ok(())
    }

    fn yields(&mut self, at: Span) -> Done {
        let scope = self.cur();
        scope.generator = true;
        let what = match scope.comprehension {
            ComprehensionType::No => return Ok(()),
            ComprehensionType::List => "'yield' inside list comprehension",
            ComprehensionType::Set => "'yield' inside set comprehension",
            ComprehensionType::Dict => "'yield' inside dict comprehension",
            ComprehensionType::Generator => "'yield' inside generator expression",
        };
        Err(errors::at(at, what))
    }

    fn raise_if_annotation(&mut self, what: &str, at: Span) -> Done {
        if self.cur().kind == BlockType::Annotation {
            return Err(errors::in_annotation(what, at));
        }
        Ok(())
    }

    fn comprehension_expr(&mut self, expr: &Expr) -> Done {
        let names = &self.names;
        let (kind, name, generators, elt, value) = match &expr.kind {
            ExprKind::ListComp { elt, generators } => (
                ComprehensionType::List,
                &names.listcomp,
                generators,
                elt,
                None,
            ),
            ExprKind::SetComp { elt, generators } => (
                ComprehensionType::Set,
                &names.setcomp,
                generators,
                elt,
                None,
            ),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => (
                ComprehensionType::Dict,
                &names.dictcomp,
                generators,
                key,
                Some(value),
            ),
            ExprKind::GeneratorExp { elt, generators } => (
                ComprehensionType::Generator,
                &names.genexpr,
                generators,
                elt,
                None,
            ),
            _ => return Ok(()),
        };
        let name = name.clone();
        let Some((outermost, inner)) = generators.split_first() else {
            return Err(errors::plain(
                ErrorKind::Value,
                "comprehension with no generators",
            ));
        };
        let is_generator = kind == ComprehensionType::Generator;
        // The outermost iterable belongs to the block around.
        self.cur().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.enter_block(name, BlockType::Function, Some(expr.into()), expr.span);
        self.cur().comprehension = kind;
        if outermost.is_async {
            self.cur().coroutine = true;
        }
        let dot_zero = self.names.dot_zero.clone();
        self.add_def(&dot_zero, def::PARAM, expr.span)?;
        self.cur().comp_iter_target = true;
        self.expr(&outermost.target)?;
        self.cur().comp_iter_target = false;
        self.exprs(&outermost.ifs)?;
        inner.iter().try_for_each(|c| self.comprehension(c))?;
        if let Some(value) = value {
            self.expr(value)?;
        }
        self.expr(elt)?;
        self.cur().generator = is_generator;
        let is_async = self.cur().coroutine && !is_generator;
        self.exit_block();
        if is_async {
            self.cur().coroutine = true;
        }
        Ok(())
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Done {
        self.cur().comp_iter_target = true;
        self.expr(&comprehension.target)?;
        self.cur().comp_iter_target = false;
        self.cur().comp_iter_expr += 1;
        self.expr(&comprehension.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.exprs(&comprehension.ifs)?;
        if comprehension.is_async {
            self.cur().coroutine = true;
        }
        Ok(())
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Done {
        for keyword in keywords {
            if let Some(name) = &keyword.arg {
                self.note(name);
            }
            self.expr(&keyword.value)?;
        }
        Ok(())
    }

    fn match_case(&mut self, case: &MatchCase) -> Done {
        self.pattern(&case.pattern)?;
        self.opt(case.guard.as_deref())?;
        self.stmts(&case.body)
    }

    fn pattern(&mut self, pattern: &Pattern) -> Done {
        self.budget.enter()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pattern_kind(pattern))?;
        self.budget.leave();
        Ok(())
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Done {
        patterns.iter().try_for_each(|p| self.pattern(p))
    }

    fn pattern_kind(&mut self, pattern: &Pattern) -> Done {
        let at = pattern.span;
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.patterns(patterns)
            }
            PatternKind::MatchStar { name } => self.capture(name.as_ref(), at),
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                self.exprs(keys)?;
                self.patterns(patterns)?;
                self.capture(rest.as_ref(), at)
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                kwd_attrs.iter().for_each(|name| self.note(name));
                self.expr(cls)?;
                self.patterns(patterns)?;
                self.patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                self.capture(name.as_ref(), at)
            }
        }
    }

    fn capture(&mut self, name: Option<&Identifier>, at: Span) -> Done {
        name.map_or(Ok(()), |name| self.add_def(name, def::LOCAL, at))
    }

    fn params(&mut self, args: &[Arg]) -> Done {
        args.iter()
            .try_for_each(|arg| self.add_def(&arg.arg, def::PARAM, arg.span))
    }

    fn arguments(&mut self, args: &Arguments) -> Done {
        self.params(&args.posonlyargs)?;
        self.params(&args.args)?;
        self.params(&args.kwonlyargs)?;
        if let Some(vararg) = &args.vararg {
            self.add_def(&vararg.arg, def::PARAM, vararg.span)?;
            self.cur().varargs = true;
        }
        if let Some(kwarg) = &args.kwarg {
            self.add_def(&kwarg.arg, def::PARAM, kwarg.span)?;
            self.cur().varkeywords = true;
        }
        Ok(())
    }

    fn annotation(&mut self, annotation: &Expr) -> Done {
        if self.future_annotations {
            let name = self.names.annotation.clone();
            self.enter_block(name, BlockType::Annotation, None, annotation.span);
        }
        self.expr(annotation)?;
        if self.future_annotations {
            self.exit_block();
        }
        Ok(())
    }

    fn annotations(&mut self, at: Span, args: &Arguments, returns: Option<&Expr>) -> Done {
        if self.future_annotations {
            let name = self.names.annotation.clone();
            self.enter_block(name, BlockType::Annotation, None, at);
        }
        let params = args.posonlyargs.iter().chain(&args.args);
        let stars = args.vararg.iter().chain(&args.kwarg).map(|arg| &**arg);
        for arg in params.chain(stars).chain(&args.kwonlyargs) {
            self.opt(arg.annotation.as_deref())?;
        }
        if self.future_annotations {
            self.exit_block();
        }
        returns.map_or(Ok(()), |returns| self.annotation(returns))
    }

    fn handler(&mut self, handler: &ExceptHandler) -> Done {
        self.opt(handler.type_.as_deref())?;
        if let Some(name) = &handler.name {
            self.add_def(name, def::LOCAL, handler.span)?;
        }
        self.stmts(&handler.body)
    }

    fn with_item(&mut self, item: &WithItem) -> Done {
        self.expr(&item.context_expr)?;
        self.opt(item.optional_vars.as_deref())
    }

    fn alias(&mut self, alias: &Alias) -> Done {
        self.note_dotted(&alias.name);
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        if &**name == "*" {
            if self.cur().kind != BlockType::Module {
                return Err(errors::import_star(alias.span));
            }
            return Ok(());
        }
        match name.split_once('.') {
            Some((first, _)) => self.add_def(&Rc::from(first), def::IMPORT, alias.span),
            None => self.add_def(name, def::IMPORT, alias.span),
        }
    }
}
