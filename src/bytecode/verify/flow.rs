//! The part of verification that follows control: an abstract interpretation of the stack.
//!
//! A state is the kinds of all stack slots. States are kept for jump targets and handlers only; from one to the next the current state is
//! carried along. States of one target have one depth, so each is stored once in an arena and afterwards only joined into.
//!
//! The walk does little for an instruction without a mark. In a protected range it keeps to one invariant: the slots below the handler's
//! depth (`Stack::floor`) are those that were brought to the handler. What may raise does not pop them; behind what did,
//! and where another state begins, they are brought again (`Flow::is_unsettled`).

use super::effects::{Next, step, step_call, step_rare, step_straight};
use super::kind::{Kind, Stack};
use super::layout::{Instruction, Layout, MARK_BITS, Parts, TARGET, are_zero};
use super::rows::{FlowKind, ROWS};
use super::{ConstKind, Verifiable, VerifyError};
use crate::opcode::Opcode;

/// More than any compiled code needs; code that is made to need more is refused rather than followed.
const PASSES_MAX: usize = 64;
/// As many slots may be brought to targets for each code unit.
const BUDGET_PER_UNIT: usize = 1024;
/// And as many in any case.
const BUDGET_BASE: usize = 1 << 16;
/// A CALL with its caches.
const CALL_UNITS: usize = 1 + Opcode::CALL.cache_units();

/// A state in the arena.
#[derive(Clone, Copy, Debug)]
struct Saved {
    base: usize,
    depth: usize,
}

/// Memory of the abstract interpreter, kept from one code object to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    slots: Vec<Kind>,
    saved: Vec<Saved>,
    arena: Vec<Kind>,
}

/// The abstract interpreter of a code object. What returns `None` has refused the code.
struct Flow<'m, 'c, C> {
    code: &'c C,
    parts: &'m Parts<'c>,
    layout: &'m mut Layout,
    saved: &'m mut Vec<Saved>,
    arena: &'m mut Vec<Kind>,
    /// The first unit that a pass already behind it brought news to.
    news_at: Option<usize>,
    /// Slots that may still be brought to targets.
    budget: usize,
    /// Whether this is the pass that meets all instructions.
    is_first: bool,
    /// The first entry of the exception table that does not end before the current instruction.
    entry: usize,
    /// Whether the next instruction that may raise has to bring its state to the handler.
    is_unsettled: bool,
}

/// Verifies all instructions.
pub(super) fn check<C: Verifiable>(
    code: &C,
    parts: &Parts<'_>,
    layout: &mut Layout,
    memory: &mut Memory,
) -> Option<()> {
    let depth_max = code.stacksize() as usize;
    if memory.slots.len() < depth_max {
        memory.slots.resize(depth_max, Kind::VALUE);
    }
    memory.saved.clear();
    memory.arena.clear();
    let mut flow = Flow {
        code,
        parts,
        layout,
        saved: &mut memory.saved,
        arena: &mut memory.arena,
        news_at: None,
        budget: BUDGET_BASE + BUDGET_PER_UNIT * parts.units.len(),
        is_first: true,
        entry: 0,
        is_unsettled: false,
    };
    flow.passes(memory.slots.get_mut(..depth_max)?)
}

impl<C: Verifiable> Flow<'_, '_, C> {
    fn passes(&mut self, slots: &mut [Kind]) -> Option<()> {
        self.pass(slots, 0, true)?;
        self.layout.finish(self.parts)?;
        self.is_first = false;
        for _ in 0..PASSES_MAX {
            let Some(unit) = self.news_at.take() else {
                return Some(());
            };
            self.entry = 0;
            self.pass(slots, unit, false)?;
        }
        self.layout.refuse_whole(VerifyError::TOO_COMPLEX)
    }

    /// Goes over the instructions from `at` on, which is 0 or a target.
    fn pass(&mut self, slots: &mut [Kind], mut at: usize, mut is_live: bool) -> Option<()> {
        let stack = &mut Stack::new(slots);
        loop {
            let mark = self.layout.marks.get(at).copied().unwrap_or(0);
            if mark != 0 {
                is_live = self.arrive(stack, at, mark, is_live)?;
            }
            if !is_live {
                if at >= self.parts.units.len() {
                    return Some(());
                }
                at = self.check_dead(at)?;
                continue;
            }
            let Some((instruction, row)) = self.parts.decode(at) else {
                return self.refuse_undecodable(at);
            };
            if self.is_unsettled {
                self.settle(stack, &instruction)?;
            }
            if row.is_special {
                self.layout
                    .check_special(self.code, self.parts, &instruction)?;
            }
            let next = match row.flow {
                FlowKind::Straight => step(stack, self.code, &instruction),
                FlowKind::Jump => self.step_jump(stack, &instruction),
                FlowKind::Handler => self.step_handler(stack, &instruction),
            };
            match next {
                Some(next) => is_live = next == Next::FallThrough,
                None => return self.refuse_step(at),
            }
            at = instruction.end as usize;
            if is_live && !self.is_unsettled {
                (at, is_live) = self.run(stack, at)?;
            }
        }
    }

    /// Goes over plain instructions; where the first other one is, or a mark, and whether control comes there.
    #[inline(never)]
    fn run(&mut self, stack: &mut Stack<'_>, mut at: usize) -> Option<(usize, bool)> {
        let (code, units, marks) = (self.code, self.parts.units, self.layout.marks.as_slice());
        let limits = &self.parts.limits;
        let end = stack.lend(|stack| {
            loop {
                let (Some(&[number, operand]), Some(0)) = (units.get(at), marks.get(at)) else {
                    return Ok((at, true));
                };
                let row = &ROWS[usize::from(number)];
                let oparg = u32::from(operand);
                if oparg >= limits[row.plain_limit as usize] {
                    return Ok((at, true));
                }
                let mut end = at + 1;
                if row.cache_units > 0 {
                    let caches = end..end + usize::from(row.cache_units);
                    end = caches.end;
                    if !units.get(caches).is_some_and(are_zero) {
                        return Ok((at, true));
                    }
                }
                if row.opcode == Opcode::PRECALL {
                    // With the CALL behind it, which nothing else leads to.
                    let call = units.get(end..end + CALL_UNITS);
                    let is_call = call.is_some_and(|call| {
                        call[0] == [Opcode::CALL as u8, operand] && are_zero(&call[1..])
                    });
                    if !is_call || marks.get(end) != Some(&0) {
                        return Ok((at, true));
                    }
                    step_call(stack, oparg as usize).ok_or(at)?;
                    at = end + CALL_UNITS;
                    continue;
                }
                match step_straight(stack, code, row.opcode, oparg as usize) {
                    Some(Next::FallThrough) => at = end,
                    Some(Next::Stop) => return Ok((end, false)),
                    None => return Err(at),
                }
            }
        });
        match end {
            Ok(end) => Some(end),
            Err(at) => self.refuse_step(at),
        }
    }

    #[cold]
    fn refuse_undecodable<T>(&mut self, at: usize) -> Option<T> {
        self.layout.refusal = Some(self.parts.undecodable(at));
        None
    }

    #[cold]
    fn refuse_step<T>(&mut self, at: usize) -> Option<T> {
        if self.layout.refusal.is_some() {
            return None;
        }
        self.layout.refuse(at, "wrong operands on the stack")
    }

    /// Checks an instruction that nothing leads to.
    #[inline(never)]
    fn check_dead(&mut self, at: usize) -> Option<usize> {
        let Some((instruction, row)) = self.parts.decode(at) else {
            return self.refuse_undecodable(at);
        };
        if row.is_special && self.is_first {
            self.layout
                .check_special(self.code, self.parts, &instruction)?;
        }
        Some(instruction.end as usize)
    }

    /// Comes to an instruction with a mark; whether anything leads there.
    #[inline(never)]
    fn arrive(
        &mut self,
        stack: &mut Stack<'_>,
        at: usize,
        mark: u32,
        mut is_live: bool,
    ) -> Option<bool> {
        if self.is_first {
            self.layout.meet();
        }
        if mark & TARGET != 0 {
            if is_live {
                self.bring(stack, at, at, stack.depth(), &[])?;
            }
            is_live = self.load_state(stack, at);
        }
        let entries = &self.layout.entries;
        while entries
            .get(self.entry)
            .is_some_and(|entry| entry.end as usize <= at)
        {
            self.entry += 1;
        }
        let protecting = entries
            .get(self.entry)
            .filter(|entry| entry.start as usize <= at);
        stack.floor = protecting.map_or(0, |entry| entry.depth as usize);
        self.is_unsettled = protecting.is_some();
        Some(is_live)
    }

    /// Brings the state to the handler, if the instruction may raise.
    #[inline(never)]
    fn settle(&mut self, stack: &mut Stack<'_>, instruction: &Instruction) -> Option<()> {
        if !can_raise(instruction.opcode) {
            return Some(());
        }
        self.is_unsettled = false;
        let entry = *self.layout.entries.get(self.entry)?;
        let depth = entry.depth as usize;
        if depth > stack.depth() {
            let what = "handler needs operands of the instruction";
            return self.layout.refuse(instruction.start as usize, what);
        }
        let pushed: &[Kind] = if entry.lasti {
            &[Kind::LASTI, Kind::EXCEPTION]
        } else {
            &[Kind::EXCEPTION]
        };
        self.flow_to(stack, instruction, entry.target as usize, depth, pushed)
    }

    fn load_state(&mut self, stack: &mut Stack<'_>, unit: usize) -> bool {
        let mark = self.layout.marks.get(unit).copied().unwrap_or(0);
        let Some(index) = ((mark >> MARK_BITS) as usize).checked_sub(1) else {
            return false;
        };
        let Saved { base, depth } = self.saved[index];
        stack.load(&self.arena[base..base + depth]);
        true
    }

    /// As `bring`, from an instruction that control may leave to `unit`.
    fn flow_to(
        &mut self,
        stack: &mut Stack<'_>,
        from: &Instruction,
        unit: usize,
        depth: usize,
        pushed: &[Kind],
    ) -> Option<()> {
        let from = from.start as usize;
        let is_news = self.bring(stack, from, unit, depth, pushed)?;
        // News for a unit ahead are met in this pass, news for one behind need another.
        if is_news && unit <= from {
            self.news_at = Some(self.news_at.map_or(unit, |earlier| earlier.min(unit)));
        }
        Some(())
    }

    /// Brings the lowest `depth` slots of the current state, and `pushed` above them, to `unit`; whether that is news there.
    fn bring(
        &mut self,
        stack: &mut Stack<'_>,
        from: usize,
        unit: usize,
        depth: usize,
        pushed: &[Kind],
    ) -> Option<bool> {
        let depth_max = stack.depth_max();
        let slots = stack.lowest(depth);
        let total = slots.len() + pushed.len();
        match self.budget.checked_sub(total + 1) {
            Some(budget) => self.budget = budget,
            None => return self.layout.refuse(from, VerifyError::TOO_COMPLEX),
        }
        for slot in slots.iter_mut() {
            *slot = resolved(self.code, *slot);
        }
        let mark = self.layout.marks.get_mut(unit)?;
        let Some(index) = ((*mark >> MARK_BITS) as usize).checked_sub(1) else {
            if total > depth_max {
                let what = "handler needs more stack than there is";
                return self.layout.refuse(from, what);
            }
            let base = self.arena.len();
            self.arena.extend_from_slice(slots);
            self.arena.extend_from_slice(pushed);
            self.saved.push(Saved { base, depth: total });
            *mark |= (self.saved.len() as u32) << MARK_BITS;
            return Some(true);
        };
        let saved = self.saved[index];
        if saved.depth != total {
            return self.layout.refuse(from, "stack depths differ");
        }
        let mut is_news = false;
        let incoming = slots.iter().chain(pushed);
        for (old, &new) in self.arena[saved.base..].iter_mut().zip(incoming) {
            let joined = old.join(new);
            is_news |= joined != *old;
            *old = joined;
        }
        Some(is_news)
    }

    /// Instructions that do not raise: they may touch what belongs to a handler.
    #[inline(never)]
    fn step_handler(&mut self, stack: &mut Stack<'_>, instruction: &Instruction) -> Option<Next> {
        let floor = std::mem::replace(&mut stack.floor, 0);
        step_rare(
            stack,
            self.code,
            instruction.opcode,
            instruction.oparg as usize,
        )?;
        stack.floor = floor;
        self.is_unsettled |= floor > 0;
        Some(Next::FallThrough)
    }

    #[inline(never)]
    fn step_jump(&mut self, stack: &mut Stack<'_>, instruction: &Instruction) -> Option<Next> {
        let target = instruction.target()? as usize;
        let top = stack.depth();
        // Slots that stay when the jump is taken, and values pushed when it is not.
        let (stay, pushes) = match instruction.opcode {
            Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                self.flow_to(stack, instruction, target, top, &[])?;
                return Some(Next::Stop);
            }
            Opcode::FOR_ITER => (top.checked_sub(1)?, 2),
            Opcode::SEND => {
                // The receiver and what is sent become the result.
                stack.pop_values(2)?;
                stack.push(Kind::VALUE)?;
                self.flow_to(stack, instruction, target, top - 1, &[])?;
                stack.push(Kind::VALUE)?;
                return Some(Next::FallThrough);
            }
            Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => (top, 0),
            _ => (top.checked_sub(1)?, 0),
        };
        if !stack.peek(1)?.is_value() {
            return None;
        }
        self.flow_to(stack, instruction, target, stay, &[])?;
        stack.pop_value()?;
        for _ in 0..pushes {
            stack.push(Kind::VALUE)?;
        }
        Some(Next::FallThrough)
    }
}

/// A kind that is no constant by its index.
#[inline(always)]
pub(super) fn resolved<C: Verifiable>(code: &C, kind: Kind) -> Kind {
    match kind.constant_index() {
        None => kind,
        Some(index) => constant_kind(code, index),
    }
}

#[inline(never)]
pub(super) fn constant_kind<C: Verifiable>(code: &C, index: usize) -> Kind {
    match code.const_kind(index) {
        ConstKind::Code { freevars } => Kind::code(freevars as usize),
        ConstKind::Names(len) => Kind::names(len as usize),
        ConstKind::Tuple(len) => Kind::tuple(len as usize),
        ConstKind::Other => Kind::VALUE,
    }
}

/// Whether an exception can come out of the instruction.
fn can_raise(opcode: Opcode) -> bool {
    !matches!(
        opcode,
        Opcode::NOP
            | Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::SWAP
            | Opcode::PUSH_EXC_INFO
            | Opcode::POP_EXCEPT
    )
}
