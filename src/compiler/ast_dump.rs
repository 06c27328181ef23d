//! The AST as text: every node, every field, every position, in a form that is easy to make from CPython's `ast` too.
//!
//! Floats are shown by their bits and strings as hexadecimal of generalised UTF-8, so that equal text means equal trees.

use crate::ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, Expr, ExprKind, For, FunctionDef, Keyword,
    MatchCase, Mod, Pattern, PatternKind, Span, Stmt, StmtKind, Try, TypeIgnore, With, WithItem,
};
use bytecode::Constant;
use std::fmt::{Debug, Write};
use std::rc::Rc;

/// The text of a module.
pub fn dump(module: &Mod) -> String {
    let mut dumper = Dumper {
        out: String::new(),
        depth: 0,
    };
    dumper.module(module);
    dumper.out
}

struct Dumper {
    out: String,
    depth: usize,
}

impl Dumper {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        for _ in 0..self.depth {
            self.out.push(' ');
        }
        // Writing to a String does not fail.
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }

    fn node(&mut self, name: &str, span: Option<Span>, fields: impl FnOnce(&mut Self)) {
        match span {
            Some(span) => self.line(format_args!(
                "{name} {}:{}-{}:{}",
                span.lineno, span.col_offset, span.end_lineno, span.end_col_offset
            )),
            None => self.line(format_args!("{name}")),
        }
        self.depth += 1;
        fields(self);
        self.depth -= 1;
    }

    fn field<T>(&mut self, name: &str, value: &T, show: impl FnOnce(&mut Self, &T)) {
        self.line(format_args!("{name}="));
        self.depth += 1;
        show(self, value);
        self.depth -= 1;
    }

    fn list<T>(&mut self, name: &str, values: &[T], show: impl Fn(&mut Self, &T)) {
        self.line(format_args!("{name}=["));
        self.depth += 1;
        for value in values {
            show(self, value);
        }
        self.depth -= 1;
        self.line(format_args!("]"));
    }

    fn optional<T>(&mut self, name: &str, value: Option<&T>, show: impl FnOnce(&mut Self, &T)) {
        match value {
            Some(value) => self.field(name, value, show),
            None => self.line(format_args!("{name}=None")),
        }
    }

    fn text(&mut self, name: &str, value: &str) {
        self.line(format_args!("{name}={value}"));
    }

    fn optional_text(&mut self, name: &str, value: Option<&Rc<str>>) {
        self.text(name, value.map_or("None", |value| value));
    }

    fn names(&mut self, name: &str, values: &[Rc<str>]) {
        self.line(format_args!("{name}=[{}]", values.join(",")));
    }

    fn debug(&mut self, name: &str, value: &dyn Debug) {
        self.line(format_args!("{name}={value:?}"));
    }

    fn module(&mut self, module: &Mod) {
        match module {
            Mod::Module { body, type_ignores } => self.node("Module", None, |d| {
                d.list("body", body, Self::stmt);
                d.list(
                    "type_ignores",
                    type_ignores,
                    |d, TypeIgnore { lineno, tag }| {
                        d.line(format_args!("TypeIgnore {lineno} {tag}"));
                    },
                );
            }),
            Mod::Interactive { body } => {
                self.node("Interactive", None, |d| d.list("body", body, Self::stmt))
            }
            Mod::Expression { body } => {
                self.node("Expression", None, |d| d.field("body", &**body, Self::expr))
            }
            Mod::FunctionType { argtypes, returns } => self.node("FunctionType", None, |d| {
                d.list("argtypes", argtypes, Self::expr);
                d.field("returns", &**returns, Self::expr);
            }),
        }
    }

    fn function(&mut self, name: &str, span: Span, def: &FunctionDef) {
        self.node(name, Some(span), |d| {
            d.text("name", &def.name);
            d.field("args", &def.args, Self::arguments);
            d.list("body", &def.body, Self::stmt);
            d.list("decorator_list", &def.decorator_list, Self::expr);
            d.optional("returns", def.returns.as_deref(), Self::expr);
            d.optional_text("type_comment", def.type_comment.as_ref());
        });
    }

    fn for_(&mut self, name: &str, span: Span, node: &For) {
        self.node(name, Some(span), |d| {
            d.field("target", &node.target, Self::expr);
            d.field("iter", &node.iter, Self::expr);
            d.list("body", &node.body, Self::stmt);
            d.list("orelse", &node.orelse, Self::stmt);
            d.optional_text("type_comment", node.type_comment.as_ref());
        });
    }

    fn with(&mut self, name: &str, span: Span, node: &With) {
        self.node(name, Some(span), |d| {
            d.list("items", &node.items, Self::with_item);
            d.list("body", &node.body, Self::stmt);
            d.optional_text("type_comment", node.type_comment.as_ref());
        });
    }

    fn try_(&mut self, name: &str, span: Span, node: &Try) {
        self.node(name, Some(span), |d| {
            d.list("body", &node.body, Self::stmt);
            d.list("handlers", &node.handlers, Self::handler);
            d.list("orelse", &node.orelse, Self::stmt);
            d.list("finalbody", &node.finalbody, Self::stmt);
        });
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function("FunctionDef", span, def),
            StmtKind::AsyncFunctionDef(def) => self.function("AsyncFunctionDef", span, def),
            StmtKind::ClassDef(def) => self.node("ClassDef", Some(span), |d| {
                d.text("name", &def.name);
                d.list("bases", &def.bases, Self::expr);
                d.list("keywords", &def.keywords, Self::keyword);
                d.list("body", &def.body, Self::stmt);
                d.list("decorator_list", &def.decorator_list, Self::expr);
            }),
            StmtKind::For(node) => self.for_("For", span, node),
            StmtKind::AsyncFor(node) => self.for_("AsyncFor", span, node),
            StmtKind::While { test, body, orelse } => self.node("While", Some(span), |d| {
                d.field("test", &**test, Self::expr);
                d.list("body", body, Self::stmt);
                d.list("orelse", orelse, Self::stmt);
            }),
            StmtKind::If { test, body, orelse } => self.node("If", Some(span), |d| {
                d.field("test", &**test, Self::expr);
                d.list("body", body, Self::stmt);
                d.list("orelse", orelse, Self::stmt);
            }),
            StmtKind::With(node) => self.with("With", span, node),
            StmtKind::AsyncWith(node) => self.with("AsyncWith", span, node),
            StmtKind::Match { subject, cases } => self.node("Match", Some(span), |d| {
                d.field("subject", &**subject, Self::expr);
                d.list("cases", cases, Self::case);
            }),
            StmtKind::Try(node) => self.try_("Try", span, node),
            StmtKind::TryStar(node) => self.try_("TryStar", span, node),
            _ => self.simple(stmt),
        }
    }

    fn simple(&mut self, stmt: &Stmt) {
        let span = Some(stmt.span);
        match &stmt.kind {
            StmtKind::Return { value } => self.node("Return", span, |d| {
                d.optional("value", value.as_deref(), Self::expr)
            }),
            StmtKind::Delete { targets } => {
                self.node("Delete", span, |d| d.list("targets", targets, Self::expr))
            }
            StmtKind::Assign {
                targets,
                value,
                type_comment,
            } => self.node("Assign", span, |d| {
                d.list("targets", targets, Self::expr);
                d.field("value", &**value, Self::expr);
                d.optional_text("type_comment", type_comment.as_ref());
            }),
            StmtKind::AugAssign { target, op, value } => self.node("AugAssign", span, |d| {
                d.field("target", &**target, Self::expr);
                d.debug("op", op);
                d.field("value", &**value, Self::expr);
            }),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.node("AnnAssign", span, |d| {
                d.field("target", &**target, Self::expr);
                d.field("annotation", &**annotation, Self::expr);
                d.optional("value", value.as_deref(), Self::expr);
                d.debug("simple", &i32::from(*simple));
            }),
            StmtKind::Raise { exc, cause } => self.node("Raise", span, |d| {
                d.optional("exc", exc.as_deref(), Self::expr);
                d.optional("cause", cause.as_deref(), Self::expr);
            }),
            StmtKind::Assert { test, msg } => self.node("Assert", span, |d| {
                d.field("test", &**test, Self::expr);
                d.optional("msg", msg.as_deref(), Self::expr);
            }),
            StmtKind::Import { names } => {
                self.node("Import", span, |d| d.list("names", names, Self::alias))
            }
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.node("ImportFrom", span, |d| {
                d.optional_text("module", module.as_ref());
                d.list("names", names, Self::alias);
                d.debug("level", &level.unwrap_or(0));
            }),
            StmtKind::Global { names } => self.node("Global", span, |d| d.names("names", names)),
            StmtKind::Nonlocal { names } => {
                self.node("Nonlocal", span, |d| d.names("names", names))
            }
            StmtKind::Expr { value } => {
                self.node("Expr", span, |d| d.field("value", &**value, Self::expr))
            }
            StmtKind::Pass => self.node("Pass", span, |_| {}),
            StmtKind::Break => self.node("Break", span, |_| {}),
            StmtKind::Continue => self.node("Continue", span, |_| {}),
            // Compound statements are handled by the caller.
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let span = Some(expr.span);
        match &expr.kind {
            ExprKind::BoolOp { op, values } => self.node("BoolOp", span, |d| {
                d.debug("op", op);
                d.list("values", values, Self::expr);
            }),
            ExprKind::NamedExpr { target, value } => self.node("NamedExpr", span, |d| {
                d.field("target", &**target, Self::expr);
                d.field("value", &**value, Self::expr);
            }),
            ExprKind::BinOp { left, op, right } => self.node("BinOp", span, |d| {
                d.field("left", &**left, Self::expr);
                d.debug("op", op);
                d.field("right", &**right, Self::expr);
            }),
            ExprKind::UnaryOp { op, operand } => self.node("UnaryOp", span, |d| {
                d.debug("op", op);
                d.field("operand", &**operand, Self::expr);
            }),
            ExprKind::Lambda { args, body } => self.node("Lambda", span, |d| {
                d.field("args", &**args, Self::arguments);
                d.field("body", &**body, Self::expr);
            }),
            ExprKind::IfExp { test, body, orelse } => self.node("IfExp", span, |d| {
                d.field("test", &**test, Self::expr);
                d.field("body", &**body, Self::expr);
                d.field("orelse", &**orelse, Self::expr);
            }),
            ExprKind::Dict { keys, values } => self.node("Dict", span, |d| {
                d.list("keys", keys, |d, key| match key {
                    Some(key) => d.expr(key),
                    None => d.line(format_args!("None")),
                });
                d.list("values", values, Self::expr);
            }),
            ExprKind::Set { elts } => self.node("Set", span, |d| d.list("elts", elts, Self::expr)),
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("ListComp", expr.span, elt, generators)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("SetComp", expr.span, elt, generators)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("GeneratorExp", expr.span, elt, generators)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.node("DictComp", span, |d| {
                d.field("key", &**key, Self::expr);
                d.field("value", &**value, Self::expr);
                d.list("generators", generators, Self::generator);
            }),
            ExprKind::Await { value } => {
                self.node("Await", span, |d| d.field("value", &**value, Self::expr))
            }
            ExprKind::Yield { value } => self.node("Yield", span, |d| {
                d.optional("value", value.as_deref(), Self::expr)
            }),
            ExprKind::YieldFrom { value } => self.node("YieldFrom", span, |d| {
                d.field("value", &**value, Self::expr)
            }),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.node("Compare", span, |d| {
                d.field("left", &**left, Self::expr);
                d.list("ops", ops, |d, op| d.line(format_args!("{op:?}")));
                d.list("comparators", comparators, Self::expr);
            }),
            _ => self.primary(expr),
        }
    }

    fn primary(&mut self, expr: &Expr) {
        let span = Some(expr.span);
        match &expr.kind {
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.node("Call", span, |d| {
                d.field("func", &**func, Self::expr);
                d.list("args", args, Self::expr);
                d.list("keywords", keywords, Self::keyword);
            }),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => self.node("FormattedValue", span, |d| {
                d.field("value", &**value, Self::expr);
                d.debug("conversion", conversion);
                d.optional("format_spec", format_spec.as_deref(), Self::expr);
            }),
            ExprKind::JoinedStr { values } => {
                self.node("JoinedStr", span, |d| d.list("values", values, Self::expr))
            }
            ExprKind::Constant { value, kind } => self.node("Constant", span, |d| {
                d.constant("value", value);
                d.optional_text("kind", kind.as_ref());
            }),
            ExprKind::Attribute { value, attr, ctx } => self.node("Attribute", span, |d| {
                d.field("value", &**value, Self::expr);
                d.text("attr", attr);
                d.debug("ctx", ctx);
            }),
            ExprKind::Subscript { value, slice, ctx } => self.node("Subscript", span, |d| {
                d.field("value", &**value, Self::expr);
                d.field("slice", &**slice, Self::expr);
                d.debug("ctx", ctx);
            }),
            ExprKind::Starred { value, ctx } => self.node("Starred", span, |d| {
                d.field("value", &**value, Self::expr);
                d.debug("ctx", ctx);
            }),
            ExprKind::Name { id, ctx } => self.node("Name", span, |d| {
                d.text("id", id);
                d.debug("ctx", ctx);
            }),
            ExprKind::List { elts, ctx } => self.node("List", span, |d| {
                d.list("elts", elts, Self::expr);
                d.debug("ctx", ctx);
            }),
            ExprKind::Tuple { elts, ctx } => self.node("Tuple", span, |d| {
                d.list("elts", elts, Self::expr);
                d.debug("ctx", ctx);
            }),
            ExprKind::Slice { lower, upper, step } => self.node("Slice", span, |d| {
                d.optional("lower", lower.as_deref(), Self::expr);
                d.optional("upper", upper.as_deref(), Self::expr);
                d.optional("step", step.as_deref(), Self::expr);
            }),
            // The others are handled by the caller.
            _ => {}
        }
    }

    fn comprehension(&mut self, name: &str, span: Span, elt: &Expr, generators: &[Comprehension]) {
        self.node(name, Some(span), |d| {
            d.field("elt", elt, Self::expr);
            d.list("generators", generators, Self::generator);
        });
    }

    fn generator(&mut self, node: &Comprehension) {
        self.node("comprehension", None, |d| {
            d.field("target", &node.target, Self::expr);
            d.field("iter", &node.iter, Self::expr);
            d.list("ifs", &node.ifs, Self::expr);
            d.debug("is_async", &i32::from(node.is_async));
        });
    }

    fn handler(&mut self, node: &ExceptHandler) {
        self.node("ExceptHandler", Some(node.span), |d| {
            d.optional("type", node.type_.as_deref(), Self::expr);
            d.optional_text("name", node.name.as_ref());
            d.list("body", &node.body, Self::stmt);
        });
    }

    fn arguments(&mut self, node: &Arguments) {
        self.node("arguments", None, |d| {
            d.list("posonlyargs", &node.posonlyargs, Self::arg);
            d.list("args", &node.args, Self::arg);
            d.optional("vararg", node.vararg.as_deref(), Self::arg);
            d.list("kwonlyargs", &node.kwonlyargs, Self::arg);
            d.list(
                "kw_defaults",
                &node.kw_defaults,
                |d, default| match default {
                    Some(default) => d.expr(default),
                    None => d.line(format_args!("None")),
                },
            );
            d.optional("kwarg", node.kwarg.as_deref(), Self::arg);
            d.list("defaults", &node.defaults, Self::expr);
        });
    }

    fn arg(&mut self, node: &Arg) {
        self.node("arg", Some(node.span), |d| {
            d.text("arg", &node.arg);
            d.optional("annotation", node.annotation.as_deref(), Self::expr);
            d.optional_text("type_comment", node.type_comment.as_ref());
        });
    }

    fn keyword(&mut self, node: &Keyword) {
        self.node("keyword", Some(node.span), |d| {
            d.optional_text("arg", node.arg.as_ref());
            d.field("value", &node.value, Self::expr);
        });
    }

    fn alias(&mut self, node: &Alias) {
        self.node("alias", Some(node.span), |d| {
            d.text("name", &node.name);
            d.optional_text("asname", node.asname.as_ref());
        });
    }

    fn with_item(&mut self, node: &WithItem) {
        self.node("withitem", None, |d| {
            d.field("context_expr", &node.context_expr, Self::expr);
            d.optional("optional_vars", node.optional_vars.as_deref(), Self::expr);
        });
    }

    fn case(&mut self, node: &MatchCase) {
        self.node("match_case", None, |d| {
            d.field("pattern", &node.pattern, Self::pattern);
            d.optional("guard", node.guard.as_deref(), Self::expr);
            d.list("body", &node.body, Self::stmt);
        });
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let span = Some(pattern.span);
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.node("MatchValue", span, |d| {
                d.field("value", &**value, Self::expr)
            }),
            PatternKind::MatchSingleton { value } => {
                self.node("MatchSingleton", span, |d| d.constant("value", value))
            }
            PatternKind::MatchSequence { patterns } => {
                self.node("MatchSequence", span, |d| {
                    d.list("patterns", patterns, Self::pattern)
                });
            }
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => self.node("MatchMapping", span, |d| {
                d.list("keys", keys, Self::expr);
                d.list("patterns", patterns, Self::pattern);
                d.optional_text("rest", rest.as_ref());
            }),
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => self.node("MatchClass", span, |d| {
                d.field("cls", &**cls, Self::expr);
                d.list("patterns", patterns, Self::pattern);
                d.names("kwd_attrs", kwd_attrs);
                d.list("kwd_patterns", kwd_patterns, Self::pattern);
            }),
            PatternKind::MatchStar { name } => self.node("MatchStar", span, |d| {
                d.optional_text("name", name.as_ref())
            }),
            PatternKind::MatchAs { pattern, name } => self.node("MatchAs", span, |d| {
                d.optional("pattern", pattern.as_deref(), Self::pattern);
                d.optional_text("name", name.as_ref());
            }),
            PatternKind::MatchOr { patterns } => self.node("MatchOr", span, |d| {
                d.list("patterns", patterns, Self::pattern)
            }),
        }
    }

    fn constant(&mut self, name: &str, value: &Constant) {
        match value {
            Constant::None => self.text(name, "None"),
            Constant::Bool(value) => self.text(name, if *value { "True" } else { "False" }),
            Constant::Ellipsis => self.text(name, "Ellipsis"),
            Constant::Int(value) => self.line(format_args!("{name}=int:{:x}", **value)),
            Constant::Float(value) => {
                self.line(format_args!("{name}=float:{:016x}", value.to_bits()))
            }
            Constant::Complex(value) => self.line(format_args!(
                "{name}=complex:{:016x},{:016x}",
                value.0.to_bits(),
                value.1.to_bits()
            )),
            Constant::Str(value) => self.line(format_args!("{name}=str:{}", hex(value.as_bytes()))),
            Constant::Bytes(value) => self.line(format_args!("{name}=bytes:{}", hex(value))),
            // The parser makes no others.
            _ => self.text(name, "?"),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
