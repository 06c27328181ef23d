//! Comparisons, chained ones too, and conditions as jumps.
//!
//! CPython 3.11: `compiler_compare`, `compiler_jump_if`, `check_compare` in `Python/compile.c`.

use super::{Compiler, Done};
use crate::ast::{BoolOp, CmpOp, Constant, Expr, ExprKind, UnaryOp};
use crate::flowgraph::{BlockId, Op};
use bytecode::Opcode;

/// Not a literal that `is` should not be used with.
fn is_fine_for_is(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant { value, .. } => matches!(
            value,
            Constant::None | Constant::Bool(_) | Constant::Ellipsis
        ),
        _ => true,
    }
}

fn conditional(cond: bool) -> Op {
    if cond {
        Op::PopJumpIfTrue
    } else {
        Op::PopJumpIfFalse
    }
}

impl<'a> Compiler<'a> {
    fn check_compare(&mut self, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = is_fine_for_is(left);
        for (op, right) in ops.iter().zip(comparators) {
            let right = is_fine_for_is(right);
            if !(left && right) {
                let msg = match op {
                    CmpOp::Is => "\"is\" with a literal. Did you mean \"==\"?",
                    CmpOp::IsNot => "\"is not\" with a literal. Did you mean \"!=\"?",
                    _ => {
                        left = right;
                        continue;
                    }
                };
                self.warn(msg);
                return;
            }
            left = right;
        }
    }

    /// Writes a comparison.
    pub(super) fn cmp_op(&mut self, op: CmpOp) {
        let (op, arg) = match op {
            CmpOp::Lt => (Opcode::COMPARE_OP, 0),
            CmpOp::LtE => (Opcode::COMPARE_OP, 1),
            CmpOp::Eq => (Opcode::COMPARE_OP, 2),
            CmpOp::NotEq => (Opcode::COMPARE_OP, 3),
            CmpOp::Gt => (Opcode::COMPARE_OP, 4),
            CmpOp::GtE => (Opcode::COMPARE_OP, 5),
            CmpOp::Is => (Opcode::IS_OP, 0),
            CmpOp::IsNot => (Opcode::IS_OP, 1),
            CmpOp::In => (Opcode::CONTAINS_OP, 0),
            CmpOp::NotIn => (Opcode::CONTAINS_OP, 1),
        };
        self.op_i(op, arg);
    }

    pub(super) fn compare(
        &mut self,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
    ) -> Done {
        self.check_compare(left, ops, comparators);
        self.expr(left)?;
        if let ([op], [right]) = (ops, comparators) {
            self.expr(right)?;
            self.cmp_op(*op);
            return Ok(());
        }
        let cleanup = self.new_block();
        let jump = Op::Real(Opcode::JUMP_IF_FALSE_OR_POP);
        self.chain(ops, comparators, cleanup, jump)?;
        let end = self.new_block();
        self.op_j_noline(Op::Jump, end);
        self.use_next_block(cleanup);
        self.op_i(Opcode::SWAP, 2);
        self.op(Opcode::POP_TOP);
        self.use_next_block(end);
        Ok(())
    }

    /// All comparisons of a chain; each but the last keeps its right operand and jumps to `cleanup` when false.
    fn chain(
        &mut self,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        cleanup: BlockId,
        jump: Op,
    ) -> Done {
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate() {
            self.expr(right)?;
            if i + 1 == ops.len() {
                self.cmp_op(*op);
            } else {
                self.op_i(Opcode::SWAP, 2);
                self.op_i(Opcode::COPY, 2);
                self.cmp_op(*op);
                self.op_j(jump, cleanup);
            }
        }
        Ok(())
    }

    /// Evaluates a condition and jumps to `next` when its truth is `cond`.
    pub(super) fn jump_if(&mut self, expr: &'a Expr, next: BlockId, cond: bool) -> Done {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.jump_if_kind(expr, next, cond)
        })
    }

    fn jump_if_kind(&mut self, expr: &'a Expr, next: BlockId, cond: bool) -> Done {
        match &expr.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => return self.jump_if(operand, next, !cond),
            ExprKind::BoolOp { op, values } => {
                return self.jump_if_bool_op(*op, values, next, cond);
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_block();
                let next2 = self.new_block();
                self.jump_if(test, next2, false)?;
                self.jump_if(body, next, cond)?;
                self.op_j_noline(Op::Jump, end);
                self.use_next_block(next2);
                self.jump_if(orelse, next, cond)?;
                self.use_next_block(end);
                return Ok(());
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                self.unit.loc = expr.span;
                if ops.len() > 1 {
                    return self.jump_if_chain(left, ops, comparators, next, cond);
                }
            }
            _ => {}
        }
        self.expr(expr)?;
        self.op_j(conditional(cond), next);
        Ok(())
    }

    fn jump_if_bool_op(
        &mut self,
        op: BoolOp,
        values: &'a [Expr],
        next: BlockId,
        cond: bool,
    ) -> Done {
        let cond2 = op == BoolOp::Or;
        let next2 = if cond2 == cond {
            next
        } else {
            self.new_block()
        };
        if let Some((last, others)) = values.split_last() {
            for value in others {
                self.jump_if(value, next2, cond2)?;
            }
            self.jump_if(last, next, cond)?;
        }
        if next2 != next {
            self.use_next_block(next2);
        }
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        next: BlockId,
        cond: bool,
    ) -> Done {
        self.check_compare(left, ops, comparators);
        let cleanup = self.new_block();
        self.expr(left)?;
        self.chain(ops, comparators, cleanup, Op::PopJumpIfFalse)?;
        self.op_j(conditional(cond), next);
        let end = self.new_block();
        self.op_j_noline(Op::Jump, end);
        self.use_next_block(cleanup);
        self.op(Opcode::POP_TOP);
        if !cond {
            self.op_j_noline(Op::Jump, next);
        }
        self.use_next_block(end);
        Ok(())
    }
}
