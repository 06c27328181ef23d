//! Expressions back to text: annotations under `from __future__ import annotations`.
//!
//! Text is generalised UTF-8, because strings inside may have lone surrogates.
//!
//! CPython 3.11: `Python/ast_unparse.c`.

use crate::ast::{
    Arg, Arguments, BoolOp, CmpOp, Comprehension, Constant, Expr, ExprKind, Keyword, Operator,
    UnaryOp,
};
use crate::repr::{repr_constant, repr_str};

/// Binding strength, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const ALL: [Level; 16] = [
        Level::Tuple,
        Level::Test,
        Level::Or,
        Level::And,
        Level::Not,
        Level::Cmp,
        Level::BitOr,
        Level::BitXor,
        Level::BitAnd,
        Level::Shift,
        Level::Arith,
        Level::Term,
        Level::Factor,
        Level::Power,
        Level::Await,
        Level::Atom,
    ];
    /// What CPython calls `PR_EXPR`.
    const EXPR: Level = Level::BitOr;

    /// The next stronger level.
    fn above(self) -> Level {
        let next = (self as usize + 1).min(Level::ALL.len() - 1);
        Level::ALL[next]
    }
}

/// The text of an annotation.
pub fn expr_as_string(expr: &Expr) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn text_if(&mut self, condition: bool, text: &str) {
        if condition {
            self.text(text);
        }
    }

    /// Writes something in parentheses when the place binds more strongly than it.
    fn grouped(&mut self, level: Level, own: Level, write: impl FnOnce(&mut Writer)) {
        self.text_if(level > own, "(");
        write(self);
        self.text_if(level > own, ")");
    }

    fn list(&mut self, exprs: &[Expr], level: Level) {
        for (i, expr) in exprs.iter().enumerate() {
            self.text_if(i > 0, ", ");
            self.expr(expr, level);
        }
    }

    fn expr(&mut self, expr: &Expr, level: Level) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_kind(expr, level));
    }

    fn expr_kind(&mut self, expr: &Expr, level: Level) {
        match &expr.kind {
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values, level),
            ExprKind::BinOp { left, op, right } => self.bin_op(left, *op, right, level),
            ExprKind::UnaryOp { op, operand } => {
                let (text, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(level, own, |w| {
                    w.text(text);
                    w.expr(operand, own);
                });
            }
            ExprKind::Lambda { args, body } => self.grouped(level, Level::Test, |w| {
                let positional = args.args.len() + args.posonlyargs.len() > 0;
                w.text(if positional { "lambda " } else { "lambda" });
                w.arguments(args);
                w.text(": ");
                w.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level, Level::Test, |w| {
                w.expr(body, Level::Test.above());
                w.text(" if ");
                w.expr(test, Level::Test.above());
                w.text(" else ");
                w.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => {
                self.text("{");
                self.list(elts, Level::Test);
                self.text("}");
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", elt, None, generators, ")");
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("[", elt, None, generators, "]");
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("{", elt, None, generators, "}");
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comprehension("{", key, Some(value), generators, "}"),
            ExprKind::Yield { value: None } => self.text("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.text("(yield ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::YieldFrom { value } => {
                self.text("(yield from ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::Await { value } => self.grouped(level, Level::Await, |w| {
                w.text("await ");
                w.expr(value, Level::Atom);
            }),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(left, ops, comparators, level),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords),
            ExprKind::Constant { value, kind } => {
                if let (Some(kind), false) = (kind, matches!(value, Constant::Ellipsis)) {
                    self.text(kind);
                }
                self.constant(value);
            }
            ExprKind::JoinedStr { values } => self.joined_str(values, false),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => self.formatted_value(value, *conversion, format_spec.as_deref()),
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // `1.real` would be a float.
                let is_int = matches!(
                    value.kind,
                    ExprKind::Constant {
                        value: Constant::Int(_),
                        ..
                    }
                );
                self.text(if is_int { " ." } else { "." });
                self.text(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.text("[");
                self.expr(slice, Level::Tuple);
                self.text("]");
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::EXPR);
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, Level::Test);
                }
            }
            ExprKind::Name { id, .. } => self.text(id),
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.list(elts, Level::Test);
                self.text("]");
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.text("()");
                    return;
                }
                self.grouped(level, Level::Tuple, |w| {
                    w.list(elts, Level::Test);
                    w.text_if(elts.len() == 1, ",");
                });
            }
            ExprKind::NamedExpr { target, value } => self.grouped(level, Level::Tuple, |w| {
                w.expr(target, Level::Atom);
                w.text(" := ");
                w.expr(value, Level::Atom);
            }),
        }
    }

    fn bool_op(&mut self, op: BoolOp, values: &[Expr], level: Level) {
        let (text, own) = match op {
            BoolOp::And => (" and ", Level::And),
            BoolOp::Or => (" or ", Level::Or),
        };
        self.grouped(level, own, |w| {
            for (i, value) in values.iter().enumerate() {
                w.text_if(i > 0, text);
                w.expr(value, own.above());
            }
        });
    }

    fn bin_op(&mut self, left: &Expr, op: Operator, right: &Expr, level: Level) {
        let (text, own) = match op {
            Operator::Add => (" + ", Level::Arith),
            Operator::Sub => (" - ", Level::Arith),
            Operator::Mult => (" * ", Level::Term),
            Operator::MatMult => (" @ ", Level::Term),
            Operator::Div => (" / ", Level::Term),
            Operator::Mod => (" % ", Level::Term),
            Operator::LShift => (" << ", Level::Shift),
            Operator::RShift => (" >> ", Level::Shift),
            Operator::BitOr => (" | ", Level::BitOr),
            Operator::BitXor => (" ^ ", Level::BitXor),
            Operator::BitAnd => (" & ", Level::BitAnd),
            Operator::FloorDiv => (" // ", Level::Term),
            Operator::Pow => (" ** ", Level::Power),
        };
        let (left_level, right_level) = if op == Operator::Pow {
            (own.above(), own)
        } else {
            (own, own.above())
        };
        self.grouped(level, own, |w| {
            w.expr(left, left_level);
            w.text(text);
            w.expr(right, right_level);
        });
    }

    fn compare(&mut self, left: &Expr, ops: &[CmpOp], comparators: &[Expr], level: Level) {
        self.grouped(level, Level::Cmp, |w| {
            w.expr(left, Level::Cmp.above());
            for (op, right) in ops.iter().zip(comparators) {
                w.text(match op {
                    CmpOp::Eq => " == ",
                    CmpOp::NotEq => " != ",
                    CmpOp::Lt => " < ",
                    CmpOp::LtE => " <= ",
                    CmpOp::Gt => " > ",
                    CmpOp::GtE => " >= ",
                    CmpOp::Is => " is ",
                    CmpOp::IsNot => " is not ",
                    CmpOp::In => " in ",
                    CmpOp::NotIn => " not in ",
                });
                w.expr(right, Level::Cmp.above());
            }
        });
    }

    fn arg(&mut self, arg: &Arg) {
        self.text(&arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn arguments(&mut self, args: &Arguments) {
        let positional = args.posonlyargs.len() + args.args.len();
        let mut first = true;
        let mut separate = |w: &mut Writer| {
            w.text_if(!first, ", ");
            first = false;
        };
        let without_default = positional.saturating_sub(args.defaults.len());
        for (i, arg) in args.posonlyargs.iter().chain(&args.args).enumerate() {
            separate(self);
            self.arg(arg);
            if let Some(default) = i
                .checked_sub(without_default)
                .and_then(|at| args.defaults.get(at))
            {
                self.text("=");
                self.expr(default, Level::Test);
            }
            self.text_if(i + 1 == args.posonlyargs.len(), ", /");
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            separate(self);
            self.text("*");
            if let Some(vararg) = &args.vararg {
                self.arg(vararg);
            }
        }
        for (i, arg) in args.kwonlyargs.iter().enumerate() {
            separate(self);
            self.arg(arg);
            if let Some(Some(default)) = args.kw_defaults.get(i) {
                self.text("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(kwarg) = &args.kwarg {
            separate(self);
            self.text("**");
            self.arg(kwarg);
        }
    }

    fn dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) {
        self.text("{");
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            self.text_if(i > 0, ", ");
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.text(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.text("**");
                    self.expr(value, Level::EXPR);
                }
            }
        }
        self.text("}");
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.text(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, Level::Test);
        }
        for generator in generators {
            self.text(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expr(&generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(&generator.iter, Level::Test.above());
            for test in &generator.ifs {
                self.text(" if ");
                self.expr(test, Level::Test.above());
            }
        }
        self.text(close);
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, Level::Atom);
        if let ([only], []) = (args, keywords) {
            if let ExprKind::GeneratorExp { .. } = only.kind {
                return self.expr(only, Level::Tuple);
            }
        }
        self.text("(");
        self.list(args, Level::Test);
        for (i, keyword) in keywords.iter().enumerate() {
            self.text_if(i > 0 || !args.is_empty(), ", ");
            match &keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn constant(&mut self, value: &Constant) {
        match value {
            Constant::Ellipsis => self.text("..."),
            Constant::Float(f) if f.is_infinite() => {
                self.text(&repr_constant(value).replace("inf", "1e309"));
            }
            Constant::Complex(_) => self.text(&repr_constant(value).replace("inf", "1e309")),
            Constant::Tuple(items) => {
                self.text("(");
                for (i, item) in items.iter().enumerate() {
                    self.text_if(i > 0, ", ");
                    match item {
                        Constant::Ellipsis => self.text("Ellipsis"),
                        item => self.constant(item),
                    }
                }
                self.text_if(items.len() == 1, ",");
                self.text(")");
            }
            _ => self.text(&repr_constant(value)),
        }
    }

    fn joined_str(&mut self, values: &[Expr], is_format_spec: bool) {
        let mut body = Writer { out: Vec::new() };
        for value in values {
            body.fstring_element(value, is_format_spec);
        }
        if is_format_spec {
            self.out.extend_from_slice(&body.out);
        } else {
            self.text("f");
            self.text(&repr_str(&body.out));
        }
    }

    fn fstring_element(&mut self, expr: &Expr, is_format_spec: bool) {
        match &expr.kind {
            ExprKind::Constant {
                value: Constant::Str(text),
                ..
            } => {
                for &byte in text.as_bytes() {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr { values } => self.joined_str(values, is_format_spec),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => self.formatted_value(value, *conversion, format_spec.as_deref()),
            _ => self.expr(expr, Level::Test),
        }
    }

    fn formatted_value(&mut self, value: &Expr, conversion: i32, format_spec: Option<&Expr>) {
        let mut inner = Writer { out: Vec::new() };
        inner.expr(value, Level::Test.above());
        // A brace of the expression must not touch that of the field.
        self.text(if inner.out.first() == Some(&b'{') {
            "{ "
        } else {
            "{"
        });
        self.out.extend_from_slice(&inner.out);
        if let Some(c) = u32::try_from(conversion).ok().and_then(char::from_u32) {
            self.text(&format!("!{c}"));
        }
        if let Some(spec) = format_spec {
            self.text(":");
            self.fstring_element(spec, true);
        }
        self.text("}");
    }
}
