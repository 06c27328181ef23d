//! What may be assigned to, deleted, annotated.
//!
//! Only a yes or no: the message is found by the recogniser.
//!
//! CPython 3.11: `star_targets`, `single_target`, `del_target` in `Grammar/python.gram`.

use crate::ast::{Expr, ExprKind};

/// `star_targets`: an assignment, `for`, `with`.
pub fn is_star_target(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => true,
        ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
            elts.iter().all(is_star_target)
        }
        ExprKind::Starred { value, .. } => {
            !matches!(value.kind, ExprKind::Starred { .. }) && is_star_target(value)
        }
        _ => false,
    }
}

/// `single_target`: an augmented or annotated assignment.
pub fn is_single_target(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }
    )
}

/// `del_target`
pub fn is_del_target(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => true,
        ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
            elts.iter().all(is_del_target)
        }
        _ => false,
    }
}
