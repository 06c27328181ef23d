//! The nodes, field by field.
//!
//! CPython 3.11: the functions of the nodes in `Python/Python-ast.c`.

use super::convert::{Context, Field, Node, Place, node_field};
use crate::context::PyResult;
use crate::object::Value;
use compiler::ast::{
    Alias, Arg, Arguments, BoolOp, ClassDef, CmpOp, Comprehension, ExceptHandler, Expr,
    ExprContext, ExprKind, For, FunctionDef, Keyword, MatchCase, Mod, Operator, Pattern,
    PatternKind, Stmt, StmtKind, Try, TypeIgnore, UnaryOp, With, WithItem,
};

/// Nodes that are a field without a box.
macro_rules! inline_fields {
    ($($node:ty),*) => {
        $(impl Field for $node {
            fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
                self.to_object(cx)
            }
            fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
                node_field(cx, value, place, <$node as Node>::LIST.is_some())
            }
        })*
    };
}

inline_fields!(
    Expr,
    Arguments,
    Pattern,
    Operator,
    BoolOp,
    UnaryOp,
    ExprContext
);

/// Classes without fields.
macro_rules! operators {
    ($($kind:ident, $family:literal: $($name:ident)*;)*) => {
        $(impl Node for $kind {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
                let name = match self {
                    $($kind::$name => stringify!($name),)*
                };
                cx.classes.singleton(cx.vm, name)
            }
            fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
                let exact = cx.exact(object);
                $(if cx.is_a(object, exact, stringify!($name))? {
                    return Ok($kind::$name);
                })*
                Err(cx.unexpected($family, object))
            }
        })*
    };
}

operators! {
    ExprContext, "expr_context": Load Store Del;
    BoolOp, "boolop": And Or;
    Operator, "operator": Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv;
    UnaryOp, "unaryop": Invert Not UAdd USub;
    CmpOp, "cmpop": Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn;
}

/// The fields of what stands in a struct: of nodes that are alone in their family, and of large statements.
trait Fields: Sized {
    fn put_fields(&self, cx: &Context<'_>, node: &Value) -> PyResult<()>;
    fn take_fields(cx: &Context<'_>, object: &Value, owner: &'static str) -> PyResult<Self>;
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $python:literal) => {
        $python
    };
}

macro_rules! fields {
    ($($kind:ident { $($field:ident $(as $python:literal)?),* } $($span:ident)?;)*) => {
        $(impl Fields for $kind {
            fn put_fields(&self, cx: &Context<'_>, node: &Value) -> PyResult<()> {
                $(cx.put(node, name!($field $($python)?), &self.$field)?;)*
                $(cx.put_span(node, &self.$span);)?
                Ok(())
            }
            fn take_fields(cx: &Context<'_>, object: &Value, owner: &'static str) -> PyResult<Self> {
                Ok($kind {
                    $($field: cx.take(object, owner, name!($field $($python)?))?,)*
                    $($span: cx.take_span(object, owner)?,)?
                })
            }
        })*
    };
}

fields! {
    FunctionDef { name, args, body, decorator_list, returns, type_comment };
    ClassDef { name, bases, keywords, body, decorator_list };
    For { target, iter, body, orelse, type_comment };
    With { items, body, type_comment };
    Try { body, handlers, orelse, finalbody };
    Comprehension { target, iter, ifs, is_async };
    ExceptHandler { type_ as "type", name, body } span;
    Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults };
    Arg { arg, annotation, type_comment } span;
    Keyword { arg, value } span;
    Alias { name, asname } span;
    WithItem { context_expr, optional_vars };
    MatchCase { pattern, guard, body };
    TypeIgnore { lineno, tag };
}

/// Nodes that are alone in their family.
macro_rules! products {
    ($($kind:ident, $class:literal;)*) => {
        $(impl Node for $kind {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
                let node = cx.new_node($class)?;
                cx.deeper(|| self.put_fields(cx, &node))?;
                Ok(node)
            }
            fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
                let _guard = cx.vm.enter_recursive(concat!(" while traversing '", $class, "' node"))?;
                Self::take_fields(cx, object, $class)
            }
        })*
    };
}

products! {
    Comprehension, "comprehension";
    Arguments, "arguments";
    Arg, "arg";
    Keyword, "keyword";
    Alias, "alias";
    WithItem, "withitem";
    MatchCase, "match_case";
}

/// Families of one constructor.
macro_rules! single {
    ($($kind:ident, $class:literal, $family:literal;)*) => {
        $(impl Node for $kind {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
                let node = cx.new_node($class)?;
                cx.deeper(|| self.put_fields(cx, &node))?;
                Ok(node)
            }
            fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
                let _guard = cx.vm.enter_recursive(concat!(" while traversing '", $class, "' node"))?;
                if !cx.is_a(object, cx.exact(object), $class)? {
                    return Err(cx.unexpected($family, object));
                }
                Self::take_fields(cx, object, $class)
            }
        })*
    };
}

single! {
    ExceptHandler, "ExceptHandler", "excepthandler";
    TypeIgnore, "TypeIgnore", "type_ignore";
}

/// Families: of each constructor its fields, or the struct they stand in.
macro_rules! family {
    ($kind:ident, $family:literal;
     $($boxed:ident($of:ident))*;
     $($name:ident { $($field:ident),* })*) => {
        pub(super) fn put_kind(kind: &$kind, cx: &Context<'_>) -> PyResult<Value> {
            match kind {
                $($kind::$boxed(fields) => {
                    let node = cx.new_node(stringify!($boxed))?;
                    fields.put_fields(cx, &node)?;
                    Ok(node)
                })*
                $($kind::$name { $($field),* } => {
                    let node = cx.new_node(stringify!($name))?;
                    $(cx.put(&node, stringify!($field), $field)?;)*
                    Ok(node)
                })*
            }
        }

        pub(super) fn take_kind(cx: &Context<'_>, object: &Value) -> PyResult<$kind> {
            let exact = cx.exact(object);
            $(if cx.is_a(object, exact, stringify!($boxed))? {
                let _guard = cx.vm.enter_recursive(
                    concat!(" while traversing '", stringify!($boxed), "' node"))?;
                return Ok($kind::$boxed(Box::new($of::take_fields(cx, object, stringify!($boxed))?)));
            })*
            $(if cx.is_a(object, exact, stringify!($name))? {
                let _guard = cx.vm.enter_recursive(
                    concat!(" while traversing '", stringify!($name), "' node"))?;
                return Ok($kind::$name { $($field: cx.take(object, stringify!($name), stringify!($field))?),* });
            })*
            Err(cx.unexpected($family, object))
        }
    };
}

/// Families whose members have a place in the source.
macro_rules! placed {
    ($node:ident, $family:literal, $list:literal, $module:ident) => {
        impl Node for $node {
            const LIST: Option<&'static str> = Some($list);
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
                let node = cx.deeper(|| $module::put_kind(&self.kind, cx))?;
                cx.put_span(&node, &self.span);
                Ok(node)
            }
            fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
                let span = cx.take_span(object, $family)?;
                let kind = $module::take_kind(cx, object)?;
                Ok($node { span, kind })
            }
        }
    };
}

placed!(Stmt, "stmt", "statement", stmt);
placed!(Expr, "expr", "expression", expr);
placed!(Pattern, "pattern", "pattern", pattern);

mod stmt {
    use super::*;
    family! { StmtKind, "stmt";
        FunctionDef(FunctionDef) AsyncFunctionDef(FunctionDef) ClassDef(ClassDef)
        For(For) AsyncFor(For) With(With) AsyncWith(With) Try(Try) TryStar(Try);
        Return { value }
        Delete { targets }
        Assign { targets, value, type_comment }
        AugAssign { target, op, value }
        AnnAssign { target, annotation, value, simple }
        While { test, body, orelse }
        If { test, body, orelse }
        Match { subject, cases }
        Raise { exc, cause }
        Assert { test, msg }
        Import { names }
        ImportFrom { module, names, level }
        Global { names }
        Nonlocal { names }
        Expr { value }
        Pass {}
        Break {}
        Continue {}
    }
}

mod expr {
    use super::*;
    family! { ExprKind, "expr"; ;
        BoolOp { op, values }
        NamedExpr { target, value }
        BinOp { left, op, right }
        UnaryOp { op, operand }
        Lambda { args, body }
        IfExp { test, body, orelse }
        Dict { keys, values }
        Set { elts }
        ListComp { elt, generators }
        SetComp { elt, generators }
        DictComp { key, value, generators }
        GeneratorExp { elt, generators }
        Await { value }
        Yield { value }
        YieldFrom { value }
        Compare { left, ops, comparators }
        Call { func, args, keywords }
        FormattedValue { value, conversion, format_spec }
        JoinedStr { values }
        Constant { value, kind }
        Attribute { value, attr, ctx }
        Subscript { value, slice, ctx }
        Starred { value, ctx }
        Name { id, ctx }
        List { elts, ctx }
        Tuple { elts, ctx }
        Slice { lower, upper, step }
    }
}

mod pattern {
    use super::*;
    family! { PatternKind, "pattern"; ;
        MatchValue { value }
        MatchSingleton { value }
        MatchSequence { patterns }
        MatchMapping { keys, patterns, rest }
        MatchClass { cls, patterns, kwd_attrs, kwd_patterns }
        MatchStar { name }
        MatchAs { pattern, name }
        MatchOr { patterns }
    }
}

mod module {
    use super::*;
    family! { Mod, "mod"; ;
        Module { body, type_ignores }
        Interactive { body }
        Expression { body }
        FunctionType { argtypes, returns }
    }
}

impl Node for Mod {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
        cx.deeper(|| module::put_kind(self, cx))
    }
    fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
        module::take_kind(cx, object)
    }
}
