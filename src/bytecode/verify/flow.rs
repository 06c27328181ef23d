//! The part of verification that follows control: an abstract interpretation of the stack.
//!
//! A state is the kinds of all stack slots. States are kept for jump targets and handlers only; from one to the next the current state is
//! carried along. States of one target have one depth, so each is stored once in an arena and afterwards only joined into.

use super::kind::{Kind, Stack};
use super::layout::{Instruction, Layout, TARGET};
use super::{ConstKind, Verifiable, VerifyError};
use crate::opcode::Opcode;

/// More than any compiled code needs; code that is made to need more is refused rather than followed.
const PASSES_MAX: usize = 64;
/// As many slots may be brought to targets for each code unit.
const BUDGET_PER_UNIT: usize = 1024;
/// And as many in any case.
const BUDGET_BASE: usize = 1 << 16;
/// A stack of this size needs no justification by the size of the code.
const STACKSIZE_FREE: usize = 1 << 16;
/// Values that handlers and suspended generators put on the stack, not the code's own instructions.
const STACKSIZE_EXTRA: usize = 16;

/// A state in the arena.
#[derive(Clone, Copy, Debug)]
struct Saved {
    base: usize,
    depth: usize,
}

/// The abstract interpreter.
#[derive(Debug, Default)]
pub(super) struct Flow {
    stack: Stack,
    /// For each unit, the index into `saved` plus one, or zero.
    state_at: Vec<u32>,
    saved: Vec<Saved>,
    arena: Vec<Kind>,
    /// The first unit that a pass already behind it brought news to.
    news_at: Option<u32>,
    /// Slots that may still be brought to targets.
    budget: usize,
}

/// What happens behind an instruction.
#[derive(PartialEq)]
enum Next {
    FallThrough,
    Stop,
}

/// Checks that a frame's stack is not out of proportion to the code.
pub(super) fn check_stacksize<C: Verifiable>(code: &C, units: usize) -> Result<(), VerifyError> {
    if code.stacksize() as usize > STACKSIZE_FREE.max(units + STACKSIZE_EXTRA) {
        return Err(VerifyError {
            offset: None,
            what: "co_stacksize too large",
        });
    }
    Ok(())
}

impl Flow {
    pub(super) fn check<C: Verifiable>(
        &mut self,
        code: &C,
        layout: &Layout,
    ) -> Result<(), VerifyError> {
        // A value is pushed, or stored after unpacking, by an instruction of its own.
        let units = layout.marks.len();
        check_stacksize(code, units)?;
        self.stack.reset(code.stacksize() as usize);
        self.budget = BUDGET_BASE + BUDGET_PER_UNIT * units;
        self.news_at = None;
        self.state_at.clear();
        self.state_at.resize(layout.marks.len(), 0);
        self.saved.clear();
        self.arena.clear();
        self.pass(code, layout, 0, true)?;
        for _ in 0..PASSES_MAX {
            let Some(unit) = self.news_at.take() else {
                return Ok(());
            };
            let first = layout
                .instructions
                .partition_point(|instruction| instruction.start < unit);
            self.pass(code, layout, first, false)?;
        }
        Err(VerifyError {
            offset: None,
            what: VerifyError::TOO_COMPLEX,
        })
    }

    /// Goes over the instructions from `first` on.
    fn pass<C: Verifiable>(
        &mut self,
        code: &C,
        layout: &Layout,
        first: usize,
        mut is_live: bool,
    ) -> Result<(), VerifyError> {
        let mut entries = layout.exception_entries.iter().peekable();
        for instruction in &layout.instructions[first..] {
            let start = instruction.start;
            if layout.marks[start as usize] & TARGET != 0 {
                if is_live {
                    self.flow_to(start, instruction, self.stack.slots().len())?;
                }
                is_live = self.load_state(start);
            }
            if !is_live {
                continue;
            }
            self.stack.start_instruction();
            let next = self
                .step(code, instruction)?
                .ok_or_else(|| instruction.error("wrong operands on the stack"))?;
            while entries.next_if(|entry| entry.end <= start).is_some() {}
            if let Some(entry) = entries.peek()
                && entry.start <= start
                && can_raise(instruction.opcode)
            {
                let depth = entry.depth as usize;
                if depth > self.stack.low() {
                    return Err(instruction.error("handler needs operands of the instruction"));
                }
                let pushed: &[Kind] = if entry.lasti {
                    &[Kind::Lasti, Kind::Exception]
                } else {
                    &[Kind::Exception]
                };
                self.bring(entry.target, instruction, depth, pushed)?;
            }
            is_live = next == Next::FallThrough;
            if is_live && instruction.end as usize >= layout.marks.len() {
                return Err(instruction.error("control runs off the end"));
            }
        }
        if layout.instructions.is_empty() {
            return Err(VerifyError {
                offset: None,
                what: "no instructions",
            });
        }
        Ok(())
    }

    fn load_state(&mut self, unit: u32) -> bool {
        match self.state_at[unit as usize] {
            0 => false,
            index => {
                let Saved { base, depth } = self.saved[index as usize - 1];
                self.stack.load(&self.arena[base..base + depth]);
                true
            }
        }
    }

    /// Brings the lowest `depth` slots of the current state to `unit`.
    fn flow_to(&mut self, unit: u32, from: &Instruction, depth: usize) -> Result<(), VerifyError> {
        self.bring(unit, from, depth, &[])
    }

    /// Brings the lowest `depth` slots of the current state, and `pushed` above them, to `unit`.
    fn bring(
        &mut self,
        unit: u32,
        from: &Instruction,
        depth: usize,
        pushed: &[Kind],
    ) -> Result<(), VerifyError> {
        let total = depth + pushed.len();
        self.budget = self
            .budget
            .checked_sub(total + 1)
            .ok_or_else(|| from.error(VerifyError::TOO_COMPLEX))?;
        let slots = &self.stack.slots()[..depth];
        let index = self.state_at[unit as usize];
        if index == 0 {
            if total > self.stack.depth_max() {
                return Err(from.error("handler needs more stack than there is"));
            }
            let base = self.arena.len();
            self.arena.extend_from_slice(slots);
            self.arena.extend_from_slice(pushed);
            self.saved.push(Saved { base, depth: total });
            self.state_at[unit as usize] = self.saved.len() as u32;
            self.note_news(unit, from);
            return Ok(());
        }
        let saved = self.saved[index as usize - 1];
        if saved.depth != total {
            return Err(from.error("stack depths differ"));
        }
        let mut is_news = false;
        let incoming = slots.iter().chain(pushed);
        for (old, &new) in self.arena[saved.base..].iter_mut().zip(incoming) {
            let joined = old.join(new);
            is_news |= joined != *old;
            *old = joined;
        }
        if is_news {
            self.note_news(unit, from);
        }
        Ok(())
    }

    /// News for a unit ahead are met in this pass, news for one behind need another.
    fn note_news(&mut self, unit: u32, from: &Instruction) {
        if unit <= from.start {
            self.news_at = Some(self.news_at.map_or(unit, |earlier| earlier.min(unit)));
        }
    }

    /// Interprets one instruction; `None` when its operands are wrong.
    fn step<C: Verifiable>(
        &mut self,
        code: &C,
        instruction: &Instruction,
    ) -> Result<Option<Next>, VerifyError> {
        if let Some((pops, pushes)) = FIXED_EFFECTS[instruction.opcode as usize] {
            let done = self.stack.replace(usize::from(pops), usize::from(pushes));
            return Ok(done.map(|()| Next::FallThrough));
        }
        if instruction.opcode.is_jump() {
            return self.step_jump(instruction);
        }
        Ok(self.step_straight(code, instruction))
    }

    fn step_jump(&mut self, instruction: &Instruction) -> Result<Option<Next>, VerifyError> {
        let Some(target) = instruction.target() else {
            return Ok(None);
        };
        let top = self.stack.slots().len();
        // Slots that stay when the jump is taken, slots popped and values pushed when it is not.
        let (stay, pops, pushes) = match instruction.opcode {
            Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                self.flow_to(target, instruction, top)?;
                return Ok(Some(Next::Stop));
            }
            Opcode::FOR_ITER => (top.checked_sub(1), 1, 2),
            Opcode::SEND => {
                // The receiver and what is sent become the result.
                if self.stack.pop_values(2).is_none() || self.stack.push(Kind::Value).is_none() {
                    return Ok(None);
                }
                self.flow_to(target, instruction, top - 1)?;
                let pushed = self.stack.push(Kind::Value);
                return Ok(pushed.map(|()| Next::FallThrough));
            }
            Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => (Some(top), 1, 0),
            _ => (top.checked_sub(1), 1, 0),
        };
        let (Some(stay), Some(true)) = (stay, self.stack.peek(1).map(Kind::is_value)) else {
            return Ok(None);
        };
        self.flow_to(target, instruction, stay)?;
        let done = self.stack.replace(pops, pushes);
        Ok(done.map(|()| Next::FallThrough))
    }

    fn step_straight<C: Verifiable>(
        &mut self,
        code: &C,
        instruction: &Instruction,
    ) -> Option<Next> {
        let stack = &mut self.stack;
        let oparg = instruction.oparg as usize;
        match instruction.opcode {
            Opcode::POP_TOP => {
                stack.pop_value()?;
            }
            Opcode::PUSH_NULL => stack.push(Kind::Null)?,
            Opcode::LOAD_CONST => stack.push(match code.const_kind(oparg) {
                ConstKind::Code { freevars } => Kind::Code(freevars),
                ConstKind::Names(len) => Kind::Names(len),
                ConstKind::Tuple(len) => Kind::Tuple(len),
                ConstKind::Other => Kind::Value,
            })?,
            Opcode::LOAD_CLOSURE => stack.push(Kind::Cell)?,
            Opcode::LOAD_GLOBAL => {
                if oparg & 1 == 1 {
                    stack.push(Kind::Null)?;
                }
                stack.push(Kind::Value)?;
            }
            Opcode::LOAD_METHOD => {
                stack.pop_value()?;
                stack.push(Kind::MaybeNull)?;
                stack.push(Kind::Value)?;
            }
            Opcode::COPY => {
                let kind = stack.peek(oparg).filter(|kind| kind.is_value())?;
                stack.push(kind)?;
            }
            Opcode::SWAP => stack.swap(oparg)?,
            Opcode::PRECALL => {
                // PRECALL leaves all operands to CALL.
                stack.slots().len().checked_sub(oparg.checked_add(2)?)?;
            }
            Opcode::CALL => {
                stack.pop_values(oparg.checked_add(1)?)?;
                stack.pop_any()?;
                stack.push(Kind::Value)?;
            }
            Opcode::CALL_FUNCTION_EX => {
                stack.pop_values(2 + oparg)?;
                stack.pop_any().filter(|&kind| kind == Kind::Null)?;
                stack.push(Kind::Value)?;
            }
            Opcode::RETURN_VALUE => {
                stack.pop_value()?;
                return stack.slots().is_empty().then_some(Next::Stop);
            }
            Opcode::RETURN_GENERATOR => {
                if !stack.slots().is_empty() {
                    return None;
                }
                stack.push(Kind::Value)?;
            }
            Opcode::RAISE_VARARGS => {
                stack.pop_values(oparg)?;
                return Some(Next::Stop);
            }
            Opcode::BUILD_TUPLE
            | Opcode::BUILD_LIST
            | Opcode::BUILD_SET
            | Opcode::BUILD_MAP
            | Opcode::BUILD_CONST_KEY_MAP
            | Opcode::LIST_TO_TUPLE
            | Opcode::LIST_APPEND
            | Opcode::LIST_EXTEND
            | Opcode::SET_ADD
            | Opcode::SET_UPDATE
            | Opcode::MAP_ADD
            | Opcode::DICT_UPDATE
            | Opcode::DICT_MERGE
            | Opcode::UNPACK_SEQUENCE
            | Opcode::UNPACK_EX => step_collection(stack, instruction.opcode, oparg)?,
            Opcode::PUSH_EXC_INFO
            | Opcode::CHECK_EXC_MATCH
            | Opcode::CHECK_EG_MATCH
            | Opcode::WITH_EXCEPT_START
            | Opcode::PREP_RERAISE_STAR
            | Opcode::END_ASYNC_FOR
            | Opcode::POP_EXCEPT => step_exception(stack, instruction.opcode)?,
            Opcode::RERAISE => {
                if oparg > 0 {
                    stack
                        .peek(oparg.checked_add(1)?)
                        .filter(|&kind| kind == Kind::Lasti)?;
                }
                stack.pop_any().filter(|kind| kind.is_exception_or_none())?;
                return Some(Next::Stop);
            }
            Opcode::MAKE_FUNCTION => step_make_function(stack, oparg)?,
            Opcode::GET_LEN
            | Opcode::MATCH_MAPPING
            | Opcode::MATCH_SEQUENCE
            | Opcode::GET_ANEXT
            | Opcode::IMPORT_FROM => {
                stack.peek(1).filter(|kind| kind.is_value())?;
                stack.push(Kind::Value)?;
            }
            Opcode::MATCH_KEYS => {
                stack.peek(1)?.tuple_len()?;
                stack.peek(2).filter(|kind| kind.is_value())?;
                stack.push(Kind::Value)?;
            }
            Opcode::MATCH_CLASS => {
                stack
                    .peek(1)
                    .filter(|kind| matches!(kind, Kind::Names(_)))?;
                stack.pop_values(3)?;
                stack.push(Kind::Value)?;
            }
            opcode => {
                let (pops, pushes) = plain_effect(opcode, oparg)?;
                stack.replace(pops, pushes)?;
            }
        }
        Some(Next::FallThrough)
    }
}

/// Instructions that make or fill collections.
fn step_collection(stack: &mut Stack, opcode: Opcode, oparg: usize) -> Option<()> {
    let fill = |stack: &mut Stack, values: usize, kind: Kind| {
        stack.pop_values(values)?;
        (oparg > 0 && stack.peek(oparg)? == kind).then_some(())
    };
    match opcode {
        Opcode::BUILD_TUPLE => {
            let base = stack.slots().len().checked_sub(oparg)?;
            let is_closure =
                oparg > 0 && stack.slots()[base..].iter().all(|&kind| kind == Kind::Cell);
            stack.pop_values(oparg)?;
            let len = u32::try_from(oparg).ok()?;
            stack.push(if is_closure {
                Kind::Closure(len)
            } else {
                Kind::Tuple(len)
            })
        }
        Opcode::BUILD_LIST => {
            stack.pop_values(oparg)?;
            stack.push(Kind::List)
        }
        Opcode::BUILD_SET => {
            stack.pop_values(oparg)?;
            stack.push(Kind::Set)
        }
        Opcode::BUILD_MAP => {
            stack.pop_values(oparg.checked_mul(2)?)?;
            stack.push(Kind::Dict)
        }
        Opcode::BUILD_CONST_KEY_MAP => {
            let keys = stack.pop_any()?.tuple_len()?;
            if keys as usize != oparg {
                return None;
            }
            stack.pop_values(oparg)?;
            stack.push(Kind::Dict)
        }
        Opcode::LIST_TO_TUPLE => {
            stack.pop_any().filter(|&kind| kind == Kind::List)?;
            stack.push(Kind::Value)
        }
        Opcode::LIST_APPEND | Opcode::LIST_EXTEND => fill(stack, 1, Kind::List),
        Opcode::SET_ADD | Opcode::SET_UPDATE => fill(stack, 1, Kind::Set),
        Opcode::MAP_ADD => fill(stack, 2, Kind::Dict),
        Opcode::DICT_UPDATE => fill(stack, 1, Kind::Dict),
        Opcode::DICT_MERGE => {
            fill(stack, 1, Kind::Dict)?;
            // The error for a repeated keyword names the callable.
            stack
                .peek(oparg.checked_add(2)?)
                .filter(|kind| kind.is_value())
                .map(|_| ())
        }
        Opcode::UNPACK_SEQUENCE => {
            stack.pop_value()?;
            (0..oparg).try_for_each(|_| stack.push(Kind::Value))
        }
        Opcode::UNPACK_EX => {
            stack.pop_value()?;
            let items = (oparg & 0xff) + 1 + (oparg >> 8);
            (0..items).try_for_each(|_| stack.push(Kind::Value))
        }
        _ => None,
    }
}

/// Instructions of exception handlers.
fn step_exception(stack: &mut Stack, opcode: Opcode) -> Option<()> {
    let exception = |kind: &Kind| *kind == Kind::Exception;
    match opcode {
        Opcode::PUSH_EXC_INFO => {
            stack.pop_any().filter(exception)?;
            stack.push(Kind::ExceptionOrNone)?;
            stack.push(Kind::Exception)
        }
        Opcode::CHECK_EXC_MATCH => {
            stack.pop_value()?;
            stack.peek(1).filter(exception)?;
            stack.push(Kind::Value)
        }
        Opcode::CHECK_EG_MATCH => {
            stack.pop_value()?;
            stack.pop_any().filter(|kind| kind.is_exception_or_none())?;
            stack.push(Kind::ExceptionOrNone)?;
            stack.push(Kind::ExceptionOrNone)
        }
        Opcode::WITH_EXCEPT_START => {
            stack.peek(1).filter(exception)?;
            stack.peek(4).filter(|kind| kind.is_value())?;
            stack.push(Kind::Value)
        }
        Opcode::PREP_RERAISE_STAR => {
            stack.pop_any().filter(|&kind| kind == Kind::List)?;
            stack.pop_any().filter(exception)?;
            stack.push(Kind::ExceptionOrNone)
        }
        Opcode::END_ASYNC_FOR => {
            stack.pop_any().filter(exception)?;
            stack.pop_value().map(|_| ())
        }
        Opcode::POP_EXCEPT => stack
            .pop_any()
            .filter(|kind| kind.is_exception_or_none())
            .map(|_| ()),
        _ => None,
    }
}

fn step_make_function(stack: &mut Stack, flags: usize) -> Option<()> {
    let Kind::Code(freevars) = stack.pop_any()? else {
        return None;
    };
    let closure_len = if flags & 8 != 0 {
        match stack.pop_any()? {
            Kind::Closure(len) => len,
            _ => return None,
        }
    } else {
        0
    };
    if closure_len != freevars {
        return None;
    }
    if flags & 4 != 0 {
        stack.pop_any()?.tuple_len().filter(|len| len % 2 == 0)?;
    }
    if flags & 2 != 0 {
        stack.pop_any().filter(|&kind| kind == Kind::Dict)?;
    }
    if flags & 1 != 0 {
        stack.pop_any()?.tuple_len()?;
    }
    stack.push(Kind::Value)
}

/// `plain_effect` of the instructions for which it does not depend on the operand.
static FIXED_EFFECTS: [Option<(u8, u8)>; 256] = {
    let mut effects = [None; 256];
    let mut index = 0;
    while index < Opcode::ALL.len() {
        let opcode = Opcode::ALL[index];
        if let (Some((pops, pushes)), Some((pops_too, _))) =
            (plain_effect(opcode, 0), plain_effect(opcode, 7))
            && pops == pops_too
        {
            effects[opcode as usize] = Some((pops as u8, pushes as u8));
        }
        index += 1;
    }
    effects
};

/// Values popped and pushed by instructions that care about nothing else.
const fn plain_effect(opcode: Opcode, oparg: usize) -> Option<(usize, usize)> {
    Some(match opcode {
        Opcode::NOP
        | Opcode::RESUME
        | Opcode::MAKE_CELL
        | Opcode::COPY_FREE_VARS
        | Opcode::KW_NAMES
        | Opcode::SETUP_ANNOTATIONS
        | Opcode::DELETE_NAME
        | Opcode::DELETE_GLOBAL
        | Opcode::DELETE_FAST
        | Opcode::DELETE_DEREF => (0, 0),
        Opcode::UNARY_POSITIVE
        | Opcode::UNARY_NEGATIVE
        | Opcode::UNARY_NOT
        | Opcode::UNARY_INVERT
        | Opcode::GET_ITER
        | Opcode::GET_AITER
        | Opcode::GET_YIELD_FROM_ITER
        | Opcode::GET_AWAITABLE
        | Opcode::YIELD_VALUE
        | Opcode::ASYNC_GEN_WRAP
        | Opcode::LOAD_ATTR => (1, 1),
        Opcode::FORMAT_VALUE => (1 + (oparg >> 2 & 1), 1),
        Opcode::BINARY_OP
        | Opcode::BINARY_SUBSCR
        | Opcode::COMPARE_OP
        | Opcode::IS_OP
        | Opcode::CONTAINS_OP
        | Opcode::IMPORT_NAME => (2, 1),
        Opcode::BEFORE_WITH | Opcode::BEFORE_ASYNC_WITH => (1, 2),
        Opcode::STORE_NAME
        | Opcode::STORE_GLOBAL
        | Opcode::STORE_FAST
        | Opcode::STORE_DEREF
        | Opcode::DELETE_ATTR
        | Opcode::PRINT_EXPR
        | Opcode::IMPORT_STAR => (1, 0),
        Opcode::STORE_ATTR | Opcode::DELETE_SUBSCR => (2, 0),
        Opcode::STORE_SUBSCR => (3, 0),
        Opcode::LOAD_FAST
        | Opcode::LOAD_DEREF
        | Opcode::LOAD_CLASSDEREF
        | Opcode::LOAD_NAME
        | Opcode::LOAD_BUILD_CLASS
        | Opcode::LOAD_ASSERTION_ERROR => (0, 1),
        Opcode::BUILD_STRING | Opcode::BUILD_SLICE => (oparg, 1),
        _ => return None,
    })
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
