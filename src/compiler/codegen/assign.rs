//! Assignment targets, unpacking, augmented and annotated assignment, subscripts.
//!
//! CPython 3.11: `unpack_helper`, `compiler_augassign`, `compiler_annassign`, `compiler_subscript` in `Python/compile.c`.

use super::call::type_name;
use super::{Compiler, Done, ScopeType, errors};
use crate::ast::{Constant, Expr, ExprContext, ExprKind, Operator};
use bytecode::Opcode;
use std::rc::Rc;

impl<'a> Compiler<'a> {
    /// Unpacks the top of the stack into targets.
    pub(super) fn unpack(&mut self, elts: &'a [Expr]) -> Done {
        let mut seen_star = false;
        for (i, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if seen_star {
                return Err(self.error("multiple starred expressions in assignment"));
            }
            let after = elts.len() - i - 1;
            if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                return Err(self.error("too many expressions in star-unpacking assignment"));
            }
            self.op_i(Opcode::UNPACK_EX, i + (after << 8));
            seen_star = true;
        }
        if !seen_star {
            self.op_i(Opcode::UNPACK_SEQUENCE, elts.len());
        }
        for elt in elts {
            match &elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    pub(super) fn aug_assign(&mut self, target: &'a Expr, op: Operator, value: &'a Expr) -> Done {
        let loc = std::mem::replace(&mut self.unit.loc, target.span);
        match &target.kind {
            ExprKind::Attribute {
                value: owner, attr, ..
            } => {
                self.expr(owner)?;
                self.op_i(Opcode::COPY, 1);
                self.update_start_to_attr(target, attr);
                self.op_name(Opcode::LOAD_ATTR, attr);
            }
            ExprKind::Subscript {
                value: container,
                slice,
                ..
            } => {
                self.expr(container)?;
                self.expr(slice)?;
                self.op_i(Opcode::COPY, 2);
                self.op_i(Opcode::COPY, 2);
                self.op(Opcode::BINARY_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.name_op(id, ExprContext::Load)?,
            _ => {
                return Err(errors::system("invalid node type for augmented assignment"));
            }
        }
        self.unit.loc = loc;
        self.expr(value)?;
        self.binary(op, true);
        self.unit.loc = target.span;
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                self.update_start_to_attr(target, attr);
                self.op_i(Opcode::SWAP, 2);
                self.op_name(Opcode::STORE_ATTR, attr);
            }
            ExprKind::Subscript { .. } => {
                self.op_i(Opcode::SWAP, 3);
                self.op_i(Opcode::SWAP, 2);
                self.op(Opcode::STORE_SUBSCR);
            }
            ExprKind::Name { id, .. } => self.name_op(id, ExprContext::Store)?,
            _ => {}
        }
        Ok(())
    }

    /// Evaluates an expression for its errors only.
    fn check_ann_expr(&mut self, expr: &'a Expr) -> Done {
        self.expr(expr)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn check_ann_subscr(&mut self, slice: &'a Expr) -> Done {
        match &slice.kind {
            ExprKind::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .flatten()
                .try_for_each(|bound| self.check_ann_expr(bound)),
            ExprKind::Tuple { elts, .. } => stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                elts.iter().try_for_each(|elt| self.check_ann_subscr(elt))
            }),
            _ => self.check_ann_expr(slice),
        }
    }

    fn in_module_or_class(&self) -> bool {
        matches!(self.unit.scope_type, ScopeType::Module | ScopeType::Class)
    }

    pub(super) fn ann_assign(
        &mut self,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
    ) -> Done {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match &target.kind {
            ExprKind::Name { id, .. } => {
                self.forbidden_name(id, ExprContext::Store)?;
                if simple && self.in_module_or_class() {
                    if self.future_annotations() {
                        self.annexpr(annotation);
                    } else {
                        self.expr(annotation)?;
                    }
                    self.op_name(Opcode::LOAD_NAME, &Rc::from("__annotations__"));
                    let mangled = self.mangled(id);
                    self.load_name_const(&mangled);
                    self.op(Opcode::STORE_SUBSCR);
                }
            }
            ExprKind::Attribute {
                value: owner, attr, ..
            } => {
                self.forbidden_name(attr, ExprContext::Store)?;
                if value.is_none() {
                    self.check_ann_expr(owner)?;
                }
            }
            ExprKind::Subscript {
                value: container,
                slice,
                ..
            } => {
                if value.is_none() {
                    self.check_ann_expr(container)?;
                    self.check_ann_subscr(slice)?;
                }
            }
            _ => {
                return Err(errors::system("invalid node type for annotated assignment"));
            }
        }
        if !simple && !self.future_annotations() && self.in_module_or_class() {
            self.check_ann_expr(annotation)?;
        }
        Ok(())
    }

    pub(super) fn subscript(&mut self, value: &'a Expr, slice: &'a Expr, ctx: ExprContext) -> Done {
        if ctx == ExprContext::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        self.expr(slice)?;
        self.op(match ctx {
            ExprContext::Load => Opcode::BINARY_SUBSCR,
            ExprContext::Store => Opcode::STORE_SUBSCR,
            ExprContext::Del => Opcode::DELETE_SUBSCR,
        });
        Ok(())
    }

    fn check_subscripter(&mut self, value: &Expr) {
        let suspicious = match &value.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Bool(_)
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex(_)
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        if let (true, Some(name)) = (suspicious, type_name(value)) {
            self.warn(format!(
                "'{name}' object is not subscriptable; perhaps you missed a comma?"
            ));
        }
    }

    fn check_index(&mut self, value: &Expr, slice: &Expr) {
        let Some(index) = type_name(slice) else {
            return;
        };
        if matches!(index, "int" | "bool") {
            return;
        }
        let indexable = match &value.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
            ),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if let (true, Some(name)) = (indexable, type_name(value)) {
            self.warn(format!(
                "{name} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            ));
        }
    }
}
