//! Structural pattern matching.
//!
//! Every pattern takes its subject from the top of the stack and jumps to a block that pops what is left on failure. Captured values are
//! kept below until the whole pattern has matched; `on_top` counts what must stay above them.
//!
//! CPython 3.11: `compiler_match` and the `compiler_pattern_*` functions in `Python/compile.c`.

use super::{Compiler, Done};
use crate::ast::{
    CmpOp, Constant, Expr, ExprContext, ExprKind, Identifier, MatchCase, Operator, Pattern,
    PatternKind,
};
use crate::flowgraph::{BlockId, Op};
use crate::repr::{repr_constant, repr_str};
use bytecode::Opcode;

/// The state of matching one case.
#[derive(Default)]
struct PatternContext {
    /// Names captured so far, in the order in which they lie on the stack.
    stores: Vec<Identifier>,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
    /// Jumping to the block at index i pops i values.
    fail_pop: Vec<BlockId>,
    /// Values on top of the stack that must stay there.
    on_top: usize,
}

fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::MatchAs { name: None, .. })
}

fn is_star(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::MatchStar { .. })
}

fn is_star_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::MatchStar { name: None })
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Done {
        self.expr(subject)?;
        let end = self.new_block();
        let default = cases
            .last()
            .filter(|case| is_wildcard(&case.pattern) && cases.len() > 1);
        let tried = cases.len() - usize::from(default.is_some());
        for (i, case) in cases[..tried].iter().enumerate() {
            let last = i + 1 == tried;
            self.unit.loc = case.pattern.span;
            if !last {
                self.op_i(Opcode::COPY, 1);
            }
            let mut pc = PatternContext {
                allow_irrefutable: case.guard.is_some() || i + 1 == cases.len(),
                ..PatternContext::default()
            };
            self.pattern(&case.pattern, &mut pc)?;
            for name in &pc.stores {
                self.name_op(name, ExprContext::Store)?;
            }
            if let Some(guard) = &case.guard {
                self.ensure_fail_pop(&mut pc, 0);
                self.jump_if(guard, pc.fail_pop[0], false)?;
            }
            if !last {
                self.op(Opcode::POP_TOP);
            }
            self.stmts(&case.body)?;
            self.unset_loc();
            self.op_j(Op::Jump, end);
            // What cleans up after a failure belongs to the pattern, not to the body.
            self.unit.loc = case.pattern.span;
            self.emit_and_reset_fail_pop(&mut pc);
        }
        if let Some(case) = default {
            self.match_default(case, end)?;
        }
        self.use_next_block(end);
        Ok(())
    }

    /// A last `case _` needs no test.
    fn match_default(&mut self, case: &'a MatchCase, end: BlockId) -> Done {
        self.unit.loc = case.pattern.span;
        self.op(Opcode::NOP);
        if let Some(guard) = &case.guard {
            self.jump_if(guard, end, false)?;
        }
        self.stmts(&case.body)?;
        self.unset_loc();
        Ok(())
    }

    fn ensure_fail_pop(&mut self, pc: &mut PatternContext, n: usize) {
        while pc.fail_pop.len() <= n {
            let block = self.new_block();
            pc.fail_pop.push(block);
        }
    }

    fn jump_to_fail_pop(&mut self, pc: &mut PatternContext, op: Op) {
        let pops = pc.on_top + pc.stores.len();
        self.ensure_fail_pop(pc, pops);
        self.op_j(op, pc.fail_pop[pops]);
    }

    fn emit_and_reset_fail_pop(&mut self, pc: &mut PatternContext) {
        let blocks = std::mem::take(&mut pc.fail_pop);
        for (pops, block) in blocks.into_iter().enumerate().rev() {
            self.use_next_block(block);
            if pops > 0 {
                self.op(Opcode::POP_TOP);
            }
        }
    }

    fn rotate(&mut self, count: usize) {
        for depth in (2..=count).rev() {
            self.op_i(Opcode::SWAP, depth);
        }
    }

    fn duplicate_store<T>(&self, name: &Identifier) -> Result<T, crate::error::CompileError> {
        Err(self.error(format!(
            "multiple assignments to name {} in pattern",
            repr_str(name.as_bytes())
        )))
    }

    fn store_name(&mut self, name: Option<&Identifier>, pc: &mut PatternContext) -> Done {
        let Some(name) = name else {
            self.op(Opcode::POP_TOP);
            return Ok(());
        };
        self.forbidden_name(name, ExprContext::Store)?;
        if pc.stores.contains(name) {
            return self.duplicate_store(name);
        }
        self.rotate(pc.on_top + pc.stores.len() + 1);
        pc.stores.push(name.clone());
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern, pc: &mut PatternContext) -> Done {
        self.unit.loc = pattern.span;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pattern_kind(pattern, pc))
    }

    fn pattern_kind(&mut self, pattern: &'a Pattern, pc: &mut PatternContext) -> Done {
        match &pattern.kind {
            PatternKind::MatchValue { value } => {
                if !matches!(
                    value.kind,
                    ExprKind::Constant { .. } | ExprKind::Attribute { .. }
                ) {
                    return Err(
                        self.error("patterns may only match literals and attribute lookups")
                    );
                }
                self.expr(value)?;
                self.cmp_op(CmpOp::Eq);
                self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
                Ok(())
            }
            PatternKind::MatchSingleton { value } => {
                self.load_const(value);
                self.cmp_op(CmpOp::Is);
                self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.pattern_sequence(patterns, pc),
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => self.pattern_mapping(keys, patterns, rest.as_ref(), pc),
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => self.pattern_class(pattern, cls, patterns, kwd_attrs, kwd_patterns, pc),
            PatternKind::MatchStar { name } => self.store_name(name.as_ref(), pc),
            PatternKind::MatchAs {
                pattern: inner,
                name,
            } => self.pattern_as(inner.as_deref(), name.as_ref(), pc),
            PatternKind::MatchOr { patterns } => self.pattern_or(patterns, pc),
        }
    }

    /// A pattern inside another may be irrefutable.
    fn subpattern(&mut self, pattern: &'a Pattern, pc: &mut PatternContext) -> Done {
        let allow = std::mem::replace(&mut pc.allow_irrefutable, true);
        self.pattern(pattern, pc)?;
        pc.allow_irrefutable = allow;
        Ok(())
    }

    fn pattern_as(
        &mut self,
        inner: Option<&'a Pattern>,
        name: Option<&Identifier>,
        pc: &mut PatternContext,
    ) -> Done {
        let Some(inner) = inner else {
            if !pc.allow_irrefutable {
                return Err(self.error(match name {
                    Some(name) => format!(
                        "name capture {} makes remaining patterns unreachable",
                        repr_str(name.as_bytes())
                    ),
                    None => "wildcard makes remaining patterns unreachable".to_owned(),
                }));
            }
            return self.store_name(name, pc);
        };
        pc.on_top += 1;
        self.op_i(Opcode::COPY, 1);
        self.pattern(inner, pc)?;
        pc.on_top -= 1;
        self.store_name(name, pc)
    }

    fn pattern_sequence(&mut self, patterns: &'a [Pattern], pc: &mut PatternContext) -> Done {
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return Err(self.error("multiple starred names in sequence pattern"));
        }
        let star_wildcard = star.is_some_and(|at| is_star_wildcard(&patterns[at]));
        let only_wildcards = patterns
            .iter()
            .all(|p| is_wildcard(p) || is_star_wildcard(p));
        let size = patterns.len();
        pc.on_top += 1;
        self.op(Opcode::MATCH_SEQUENCE);
        self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        if star.is_none() || size > 1 {
            let (length, op) = match star {
                None => (size, CmpOp::Eq),
                Some(_) => (size - 1, CmpOp::GtE),
            };
            self.op(Opcode::GET_LEN);
            self.load_int(length as i64);
            self.cmp_op(op);
            self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        }
        pc.on_top -= 1;
        if only_wildcards {
            self.op(Opcode::POP_TOP);
            Ok(())
        } else if let Some(star) = star.filter(|_| star_wildcard) {
            self.sequence_subscr(patterns, star, pc)
        } else {
            self.sequence_unpack(patterns, pc)
        }
    }

    fn sequence_unpack(&mut self, patterns: &'a [Pattern], pc: &mut PatternContext) -> Done {
        let size = patterns.len();
        match patterns.iter().position(is_star) {
            Some(i) => {
                let after = size - i - 1;
                if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    return Err(
                        self.error("too many expressions in star-unpacking sequence pattern")
                    );
                }
                self.op_i(Opcode::UNPACK_EX, i + (after << 8));
            }
            None => self.op_i(Opcode::UNPACK_SEQUENCE, size),
        }
        pc.on_top += size;
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        Ok(())
    }

    /// With `*_` in it, the items are fetched one by one.
    fn sequence_subscr(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        pc: &mut PatternContext,
    ) -> Done {
        pc.on_top += 1;
        for (i, pattern) in patterns.iter().enumerate() {
            if is_wildcard(pattern) || i == star {
                continue;
            }
            self.op_i(Opcode::COPY, 1);
            if i < star {
                self.load_int(i as i64);
            } else {
                self.op(Opcode::GET_LEN);
                self.load_int((patterns.len() - i) as i64);
                self.binary(Operator::Sub, false);
            }
            self.op(Opcode::BINARY_SUBSCR);
            self.subpattern(pattern, pc)?;
        }
        pc.on_top -= 1;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn validate_kwd_attrs(&mut self, attrs: &[Identifier], patterns: &[Pattern]) -> Done {
        for (i, attr) in attrs.iter().enumerate() {
            self.unit.loc = patterns[i].span;
            self.forbidden_name(attr, ExprContext::Store)?;
            for (j, other) in attrs.iter().enumerate().skip(i + 1) {
                if attr == other {
                    self.unit.loc = patterns[j].span;
                    return Err(
                        self.error(format!("attribute name repeated in class pattern: {attr}"))
                    );
                }
            }
        }
        Ok(())
    }

    fn pattern_class(
        &mut self,
        pattern: &'a Pattern,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        kwd_attrs: &'a [Identifier],
        kwd_patterns: &'a [Pattern],
        pc: &mut PatternContext,
    ) -> Done {
        if kwd_attrs.len() != kwd_patterns.len() {
            return Err(self.error(format!(
                "kwd_attrs ({}) / kwd_patterns ({}) length mismatch in class pattern",
                kwd_attrs.len(),
                kwd_patterns.len()
            )));
        }
        if !kwd_attrs.is_empty() {
            self.validate_kwd_attrs(kwd_attrs, kwd_patterns)?;
            self.unit.loc = pattern.span;
        }
        self.expr(cls)?;
        let names: Vec<Constant> = kwd_attrs
            .iter()
            .map(|name| self.cache.name_constant(name))
            .collect();
        self.load_const(&Constant::Tuple(names.into()));
        self.op_i(Opcode::MATCH_CLASS, patterns.len());
        self.is_not_none();
        pc.on_top += 1;
        self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        let count = patterns.len() + kwd_patterns.len();
        self.op_i(Opcode::UNPACK_SEQUENCE, count);
        pc.on_top = pc.on_top + count - 1;
        for pattern in patterns.iter().chain(kwd_patterns) {
            pc.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Opcode::POP_TOP);
            } else {
                self.subpattern(pattern, pc)?;
            }
        }
        Ok(())
    }

    /// Pushes whether the top is not None, and keeps it.
    fn is_not_none(&mut self) {
        self.op_i(Opcode::COPY, 1);
        self.load_none();
        self.op_i(Opcode::IS_OP, 1);
    }

    fn pattern_mapping(
        &mut self,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&Identifier>,
        pc: &mut PatternContext,
    ) -> Done {
        let size = keys.len();
        if size != patterns.len() {
            return Err(self.error(format!(
                "keys ({size}) / patterns ({}) length mismatch in mapping pattern",
                patterns.len()
            )));
        }
        pc.on_top += 1;
        self.op(Opcode::MATCH_MAPPING);
        self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        if size == 0 && rest.is_none() {
            pc.on_top -= 1;
            self.op(Opcode::POP_TOP);
            return Ok(());
        }
        if size > 0 {
            self.op(Opcode::GET_LEN);
            self.load_int(size as i64);
            self.cmp_op(CmpOp::GtE);
            self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        }
        self.mapping_keys(keys)?;
        self.op_i(Opcode::BUILD_TUPLE, size);
        self.op(Opcode::MATCH_KEYS);
        // A tuple of keys and one of values lie on the subject now.
        pc.on_top += 2;
        self.is_not_none();
        self.jump_to_fail_pop(pc, Op::PopJumpIfFalse);
        self.op_i(Opcode::UNPACK_SEQUENCE, size);
        pc.on_top = pc.on_top + size - 1;
        for pattern in patterns {
            pc.on_top -= 1;
            self.subpattern(pattern, pc)?;
        }
        pc.on_top -= 2;
        let Some(rest) = rest else {
            self.op(Opcode::POP_TOP);
            self.op(Opcode::POP_TOP);
            return Ok(());
        };
        // rest = dict(subject), without the keys
        self.op_i(Opcode::BUILD_MAP, 0);
        self.op_i(Opcode::SWAP, 3);
        self.op_i(Opcode::DICT_UPDATE, 2);
        self.op_i(Opcode::UNPACK_SEQUENCE, size);
        for left in (1..=size).rev() {
            self.op_i(Opcode::COPY, 1 + left);
            self.op_i(Opcode::SWAP, 2);
            self.op(Opcode::DELETE_SUBSCR);
        }
        self.store_name(Some(rest), pc)
    }

    fn mapping_keys(&mut self, keys: &'a [Expr]) -> Done {
        let mut seen: Vec<&Constant> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant { value, .. } => {
                    if seen
                        .iter()
                        .any(|s| crate::const_fold::python_equal(s, value))
                    {
                        return Err(self.error(format!(
                            "mapping pattern checks duplicate key ({})",
                            repr_constant(value)
                        )));
                    }
                    seen.push(value);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    return Err(self.error(
                        "mapping pattern keys may only match literals and attribute lookups",
                    ));
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }

    fn pattern_or(&mut self, patterns: &'a [Pattern], pc: &mut PatternContext) -> Done {
        let end = self.new_block();
        let mut control: Option<Vec<Identifier>> = None;
        for (i, alt) in patterns.iter().enumerate() {
            self.unit.loc = alt.span;
            let mut alt_pc = PatternContext {
                allow_irrefutable: i + 1 == patterns.len() && pc.allow_irrefutable,
                ..PatternContext::default()
            };
            self.op_i(Opcode::COPY, 1);
            self.pattern(alt, &mut alt_pc)?;
            match &control {
                None => control = Some(alt_pc.stores.clone()),
                Some(control) => self.match_order(control, &mut alt_pc.stores)?,
            }
            self.op_j(Op::Jump, end);
            self.emit_and_reset_fail_pop(&mut alt_pc);
        }
        // No alternative matched: pop the copy of the subject and fail.
        self.op(Opcode::POP_TOP);
        self.jump_to_fail_pop(pc, Op::Jump);
        self.use_next_block(end);
        let control = control.unwrap_or_default();
        let rotations = control.len() + 1 + pc.on_top + pc.stores.len();
        for name in control {
            self.rotate(rotations);
            if pc.stores.contains(&name) {
                return self.duplicate_store(&name);
            }
            pc.stores.push(name);
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one's.
    fn match_order(&mut self, control: &[Identifier], stores: &mut Vec<Identifier>) -> Done {
        const DIFFERENT: &str = "alternative patterns bind different names";
        if stores.len() != control.len() {
            return Err(self.error(DIFFERENT));
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = stores.iter().position(|name| *name == control[wanted]) else {
                return Err(self.error(DIFFERENT));
            };
            if found == wanted {
                continue;
            }
            let rotated: Vec<Identifier> = stores.drain(..=found).collect();
            let at = wanted - found;
            stores.splice(at..at, rotated);
            for _ in 0..=found {
                self.rotate(wanted + 1);
            }
        }
        Ok(())
    }
}
