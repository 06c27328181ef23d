//! Trees that a program made: what the checks let through, and what they say of the rest (texts of CPython 3.11).

use compiler::ast::{Constant, Expr, ExprContext, ExprKind, Mod, Span, Stmt, StmtKind};
use compiler::decode::Source;
use compiler::parse::{ParseMode, ParseOptions, parse};
use compiler::{CompileOptions, ErrorKind, compile_ast, validate_ast};
use std::path::Path;
use std::rc::Rc;

const AT: Span = Span {
    lineno: 1,
    col_offset: 0,
    end_lineno: 1,
    end_col_offset: 1,
};

fn expr(kind: ExprKind) -> Expr {
    Expr { span: AT, kind }
}

fn name(id: &str, ctx: ExprContext) -> Expr {
    expr(ExprKind::Name {
        id: Rc::from(id),
        ctx,
    })
}

fn module(kind: StmtKind) -> Mod {
    Mod::Module {
        body: vec![Stmt { span: AT, kind }],
        type_ignores: Vec::new(),
    }
}

fn expr_stmt(kind: ExprKind) -> Mod {
    module(StmtKind::Expr {
        value: Box::new(expr(kind)),
    })
}

fn complaint(module: &Mod) -> (ErrorKind, String) {
    let error = validate_ast(module, &CompileOptions::default()).expect_err("an error");
    (error.kind, error.msg)
}

#[test]
fn broken_trees() {
    let value = |text: &str| (ErrorKind::Value, text.to_owned());
    assert_eq!(
        complaint(&expr_stmt(ExprKind::BoolOp {
            op: compiler::ast::BoolOp::And,
            values: vec![name("a", ExprContext::Load)],
        })),
        value("BoolOp with less than 2 values")
    );
    assert_eq!(
        complaint(&expr_stmt(ExprKind::Dict {
            keys: vec![],
            values: vec![name("a", ExprContext::Load)],
        })),
        value("Dict doesn't have the same number of keys as values")
    );
    assert_eq!(
        complaint(&expr_stmt(ExprKind::Name {
            id: Rc::from("a"),
            ctx: ExprContext::Store,
        })),
        value("expression must have Load context but has Store instead")
    );
    assert_eq!(
        complaint(&expr_stmt(ExprKind::Name {
            id: Rc::from("None"),
            ctx: ExprContext::Load,
        })),
        value("identifier field can't represent 'None' constant")
    );
    assert_eq!(
        complaint(&module(StmtKind::Delete {
            targets: vec![expr(ExprKind::Constant {
                value: Constant::None,
                kind: None,
            })],
        })),
        value("expression which can't be assigned to in Del context")
    );
    assert_eq!(
        complaint(&module(StmtKind::Global { names: Vec::new() })),
        value("empty names on Global")
    );
}

#[test]
fn bad_positions() {
    let mut tree = expr_stmt(ExprKind::Constant {
        value: Constant::None,
        kind: None,
    });
    let Mod::Module { body, .. } = &mut tree else {
        unreachable!();
    };
    body[0].span.end_lineno = 0;
    assert_eq!(
        complaint(&tree).1,
        "AST node line range (1, 0) is not valid"
    );
}

/// A compiler that is given such a tree all the same must not panic.
#[test]
fn unchecked_trees() {
    for kind in [
        ExprKind::BoolOp {
            op: compiler::ast::BoolOp::Or,
            values: Vec::new(),
        },
        ExprKind::Dict {
            keys: vec![None, None],
            values: vec![name("a", ExprContext::Load)],
        },
        ExprKind::Compare {
            left: Box::new(name("a", ExprContext::Load)),
            ops: Vec::new(),
            comparators: Vec::new(),
        },
        ExprKind::ListComp {
            elt: Box::new(name("a", ExprContext::Load)),
            generators: Vec::new(),
        },
    ] {
        // What it says does not matter.
        let _ = compile_ast(&mut expr_stmt(kind), &CompileOptions::default());
    }
}

#[test]
fn parsed_trees_are_fine() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/features.cases");
    let cases = std::fs::read_to_string(cases).expect("the cases");
    for case in cases.split("=== ").skip(1) {
        let (head, text) = case.split_once('\n').expect("a head line");
        if !head.starts_with("exec") {
            continue;
        }
        let source = Source::from_str(text, "<case>").expect("text");
        let parsed = parse(&source, ParseMode::Exec, &ParseOptions::default()).expect("parses");
        let result = validate_ast(&parsed.module, &CompileOptions::default());
        assert!(result.is_ok(), "{case}{result:?}");
    }
}
