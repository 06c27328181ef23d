//! Expressions: the dispatch, and those that are simple; displays of tuples, lists, sets and dicts.
//!
//! CPython 3.11: `compiler_visit_expr`, `starunpack_helper`, `compiler_dict`, `compiler_boolop` in `Python/compile.c`.

use super::{Compiler, Done, STACK_USE_GUIDELINE, ScopeType};
use crate::ast::{BoolOp, Constant, Expr, ExprContext, ExprKind, Identifier, Operator, UnaryOp};
use crate::flowgraph::Op;
use crate::symtable::BlockType;
use bytecode::Opcode;

/// The operand of BINARY_OP.
fn binary_op_arg(op: Operator) -> usize {
    match op {
        Operator::Add => 0,
        Operator::BitAnd => 1,
        Operator::FloorDiv => 2,
        Operator::LShift => 3,
        Operator::MatMult => 4,
        Operator::Mult => 5,
        Operator::Mod => 6,
        Operator::BitOr => 7,
        Operator::Pow => 8,
        Operator::RShift => 9,
        Operator::Sub => 10,
        Operator::Div => 11,
        Operator::BitXor => 12,
    }
}

/// The instructions that build one kind of collection piece by piece.
#[derive(Clone, Copy)]
pub(super) struct Building {
    build: Opcode,
    add: Opcode,
    extend: Opcode,
    tuple: bool,
}

/// A list.
pub(super) const LIST: Building = Building {
    build: Opcode::BUILD_LIST,
    add: Opcode::LIST_APPEND,
    extend: Opcode::LIST_EXTEND,
    tuple: false,
};

/// A tuple, by way of a list when it must.
pub(super) const TUPLE: Building = Building {
    tuple: true,
    ..LIST
};

/// A set.
const SET: Building = Building {
    build: Opcode::BUILD_SET,
    add: Opcode::SET_ADD,
    extend: Opcode::SET_UPDATE,
    tuple: false,
};

/// The constants of expressions, if all are constants.
fn all_constants<'e>(elts: impl Iterator<Item = &'e Expr>) -> Option<Vec<Constant>> {
    elts.map(|elt| match &elt.kind {
        ExprKind::Constant { value, .. } => Some(value.clone()),
        _ => None,
    })
    .collect()
}

impl<'a> Compiler<'a> {
    /// Compiles an expression; the position is restored afterwards.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Done {
        let loc = std::mem::replace(&mut self.unit.loc, expr.span);
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_kind(expr))?;
        self.unit.loc = loc;
        Ok(())
    }

    pub(super) fn exprs(&mut self, exprs: &'a [Expr]) -> Done {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn expr_kind(&mut self, expr: &'a Expr) -> Done {
        match &expr.kind {
            ExprKind::Constant { value, .. } => self.load_const(value),
            ExprKind::Name { id, ctx } => return self.name_op(id, *ctx),
            ExprKind::Attribute { value, attr, ctx } => {
                return self.attribute(expr, value, attr, *ctx);
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => return self.call(expr, func, args, keywords),
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_i(Opcode::COPY, 1);
                self.expr(target)?;
            }
            ExprKind::BoolOp { op, values } => return self.bool_op(*op, values),
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.binary(*op, false);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.op(match op {
                    UnaryOp::Invert => Opcode::UNARY_INVERT,
                    UnaryOp::Not => Opcode::UNARY_NOT,
                    UnaryOp::UAdd => Opcode::UNARY_POSITIVE,
                    UnaryOp::USub => Opcode::UNARY_NEGATIVE,
                });
            }
            ExprKind::Lambda { args, body } => return self.lambda(expr, args, body),
            ExprKind::IfExp { test, body, orelse } => return self.if_exp(test, body, orelse),
            ExprKind::Dict { keys, values } => return self.dict(keys, values),
            ExprKind::Set { elts } => return self.collection(elts, 0, SET),
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => return self.comprehension(expr),
            ExprKind::Yield { value } => {
                self.check_yield()?;
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(),
                }
                self.yield_value();
            }
            ExprKind::YieldFrom { value } => {
                self.check_yield()?;
                if self.unit.scope_type == ScopeType::AsyncFunction {
                    return Err(self.error("'yield from' inside async function"));
                }
                self.expr(value)?;
                self.op(Opcode::GET_YIELD_FROM_ITER);
                self.load_none();
                self.add_yield_from(false);
            }
            ExprKind::Await { value } => return self.await_expr(value),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => return self.compare(left, ops, comparators),
            ExprKind::JoinedStr { values } => return self.joined_str(values),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => return self.formatted_value(value, *conversion, format_spec.as_deref()),
            ExprKind::Subscript { value, slice, ctx } => return self.subscript(value, slice, *ctx),
            ExprKind::Starred { ctx, .. } => {
                return Err(self.error(if *ctx == ExprContext::Store {
                    "starred assignment target must be in a list or tuple"
                } else {
                    "can't use starred expression here"
                }));
            }
            ExprKind::Slice { lower, upper, step } => {
                return self.slice(lower.as_deref(), upper.as_deref(), step.as_deref());
            }
            ExprKind::List { elts, ctx } => return self.sequence(elts, *ctx, LIST),
            ExprKind::Tuple { elts, ctx } => return self.sequence(elts, *ctx, TUPLE),
        }
        Ok(())
    }

    fn check_yield(&self) -> Done {
        if self.ste().kind != BlockType::Function {
            return Err(self.error("'yield' outside function"));
        }
        Ok(())
    }

    /// Suspends with the value on top.
    pub(super) fn yield_value(&mut self) {
        let ste = self.ste();
        if ste.generator && ste.coroutine {
            self.op(Opcode::ASYNC_GEN_WRAP);
        }
        self.op(Opcode::YIELD_VALUE);
        self.op_i(Opcode::RESUME, 1);
    }

    fn await_expr(&mut self, value: &'a Expr) -> Done {
        if !self.is_top_level_await() {
            if self.ste().kind != BlockType::Function {
                return Err(self.error("'await' outside function"));
            }
            if !matches!(
                self.unit.scope_type,
                ScopeType::AsyncFunction | ScopeType::Comprehension
            ) {
                return Err(self.error("'await' outside async function"));
            }
        }
        self.expr(value)?;
        self.op_i(Opcode::GET_AWAITABLE, 0);
        self.load_none();
        self.add_yield_from(true);
        Ok(())
    }

    /// Writes a binary or in-place operator.
    pub(super) fn binary(&mut self, op: Operator, inplace: bool) {
        let arg = binary_op_arg(op) + if inplace { 13 } else { 0 };
        self.op_i(Opcode::BINARY_OP, arg);
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [Expr]) -> Done {
        let jump = match op {
            BoolOp::And => Opcode::JUMP_IF_FALSE_OR_POP,
            BoolOp::Or => Opcode::JUMP_IF_TRUE_OR_POP,
        };
        let end = self.new_block();
        for (i, value) in values.iter().enumerate() {
            self.expr(value)?;
            if i + 1 < values.len() {
                self.op_j(jump, end);
                let next = self.new_block();
                self.use_next_block(next);
            }
        }
        self.use_next_block(end);
        Ok(())
    }

    fn if_exp(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr) -> Done {
        let end = self.new_block();
        let next = self.new_block();
        self.jump_if(test, next, false)?;
        self.expr(body)?;
        self.op_j_noline(Op::Jump, end);
        self.use_next_block(next);
        self.expr(orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    fn attribute(
        &mut self,
        expr: &'a Expr,
        value: &'a Expr,
        attr: &'a Identifier,
        ctx: ExprContext,
    ) -> Done {
        self.expr(value)?;
        self.update_start_to_attr(expr, attr);
        match ctx {
            ExprContext::Load => self.op_name(Opcode::LOAD_ATTR, attr),
            ExprContext::Store => {
                self.forbidden_name(attr, ctx)?;
                self.op_name(Opcode::STORE_ATTR, attr);
            }
            ExprContext::Del => self.op_name(Opcode::DELETE_ATTR, attr),
        }
        Ok(())
    }

    /// If an attribute access spans several lines, its position starts at the name.
    pub(super) fn update_start_to_attr(&mut self, expr: &Expr, attr: &Identifier) {
        let loc = &mut self.unit.loc;
        let end = expr.span;
        if loc.lineno == end.end_lineno {
            return;
        }
        loc.lineno = end.end_lineno;
        let len = attr.chars().count() as i32;
        if len <= end.end_col_offset {
            loc.col_offset = end.end_col_offset - len;
        } else {
            loc.col_offset = -1;
            loc.end_col_offset = -1;
        }
        loc.end_lineno = loc.lineno.max(loc.end_lineno);
        if loc.lineno == loc.end_lineno {
            loc.end_col_offset = loc.col_offset.max(loc.end_col_offset);
        }
    }

    fn sequence(&mut self, elts: &'a [Expr], ctx: ExprContext, kind: Building) -> Done {
        match ctx {
            ExprContext::Store => self.unpack(elts),
            ExprContext::Load => self.collection(elts, 0, kind),
            ExprContext::Del => self.exprs(elts),
        }
    }

    /// Builds a collection of `pushed` values on the stack and these.
    pub(super) fn collection(&mut self, elts: &'a [Expr], pushed: usize, kind: Building) -> Done {
        if elts.len() > 2 {
            if let Some(items) = all_constants(elts.iter()) {
                self.constant_collection(items, pushed, kind);
                return Ok(());
            }
        }
        let is_starred = |elt: &Expr| matches!(elt.kind, ExprKind::Starred { .. });
        let big = elts.len() + pushed > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(is_starred) {
            self.exprs(elts)?;
            let build = if kind.tuple {
                Opcode::BUILD_TUPLE
            } else {
                kind.build
            };
            self.op_i(build, elts.len() + pushed);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.op_i(kind.build, pushed);
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = &elt.kind {
                if !built {
                    self.op_i(kind.build, i + pushed);
                    built = true;
                }
                self.expr(value)?;
                self.op_i(kind.extend, 1);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_i(kind.add, 1);
                }
            }
        }
        if kind.tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
        Ok(())
    }

    fn constant_collection(&mut self, items: Vec<Constant>, pushed: usize, kind: Building) {
        if kind.tuple && pushed == 0 {
            self.load_const(&Constant::Tuple(items.into()));
            return;
        }
        let folded = if kind.add == Opcode::SET_ADD {
            crate::const_fold::frozenset(items)
        } else {
            Constant::Tuple(items.into())
        };
        self.op_i(kind.build, pushed);
        self.load_const(&folded);
        self.op_i(kind.extend, 1);
        if kind.tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
    }

    fn dict(&mut self, keys: &'a [Option<Expr>], values: &'a [Expr]) -> Done {
        // A tree that nobody checked may have more of one than of the other.
        let len = keys.len().min(values.len());
        let (keys, values) = (&keys[..len], &values[..len]);
        let mut have_dict = false;
        let mut elements = 0;
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            if key.is_none() {
                if elements > 0 {
                    self.sub_dict(&keys[i - elements..i], &values[i - elements..i])?;
                    if have_dict {
                        self.op_i(Opcode::DICT_UPDATE, 1);
                    }
                    have_dict = true;
                    elements = 0;
                }
                if !have_dict {
                    self.op_i(Opcode::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_i(Opcode::DICT_UPDATE, 1);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                self.sub_dict(&keys[i - elements..=i], &values[i - elements..=i])?;
                if have_dict {
                    self.op_i(Opcode::DICT_UPDATE, 1);
                }
                have_dict = true;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            let start = values.len() - elements;
            self.sub_dict(&keys[start..], &values[start..])?;
            if have_dict {
                self.op_i(Opcode::DICT_UPDATE, 1);
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_i(Opcode::BUILD_MAP, 0);
        }
        Ok(())
    }

    fn sub_dict(&mut self, keys: &'a [Option<Expr>], values: &'a [Expr]) -> Done {
        let n = values.len();
        let big = n * 2 > STACK_USE_GUIDELINE;
        if n > 1 && !big {
            if let Some(names) = all_constants(keys.iter().flatten()) {
                self.exprs(values)?;
                self.load_const(&Constant::Tuple(names.into()));
                self.op_i(Opcode::BUILD_CONST_KEY_MAP, n);
                return Ok(());
            }
        }
        if big {
            self.op_i(Opcode::BUILD_MAP, 0);
        }
        for (key, value) in keys.iter().flatten().zip(values) {
            self.expr(key)?;
            self.expr(value)?;
            if big {
                self.op_i(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_i(Opcode::BUILD_MAP, n);
        }
        Ok(())
    }

    fn slice(
        &mut self,
        lower: Option<&'a Expr>,
        upper: Option<&'a Expr>,
        step: Option<&'a Expr>,
    ) -> Done {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_none(),
            }
        }
        if let Some(step) = step {
            self.expr(step)?;
        }
        self.op_i(Opcode::BUILD_SLICE, if step.is_some() { 3 } else { 2 });
        Ok(())
    }
}
