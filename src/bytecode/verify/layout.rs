//! The part of verification that looks at instructions alone and with their neighbours: operands, caches, the prefix, sequences, jump
//! targets, and the exception table.
//!
//! An instruction is checked when the walk comes to it, once and in the order of the code. What stands behind it is looked at from there
//! (PRECALL wants a CALL next), and where something jumps to is marked before the walk arrives: jumps forward mark their targets when
//! they are met, the targets of jumps backward and the exception table are marked in advance. A place that is
//! marked and turns out to be no instruction shows in the end, when fewer instructions with a mark were met than places were marked.

use super::frame::{Frame, Variables};
use super::rows::{Limit, Limits, ROWS, Row, limits};
use super::{ConstKind, Verifiable, VerifyError};
use crate::code::{CodeFlags, LocalKind};
use crate::exception_table::{ExceptionEntry, entries};
use crate::opcode::{ArgKind, Opcode};

/// An instruction with its EXTENDED_ARGs resolved; positions are in code units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) opcode: Opcode,
    pub(super) oparg: u32,
    /// The first unit, which may be an EXTENDED_ARG.
    pub(super) start: u32,
    /// The unit behind the caches.
    pub(super) end: u32,
}

impl Instruction {
    /// Where the instruction jumps, for those that do; `None` too when the target is before the code.
    #[inline(always)]
    pub(super) fn target(&self) -> Option<u32> {
        match self.opcode.arg_kind() {
            ArgKind::JumpForward => self.end.checked_add(self.oparg),
            ArgKind::JumpBackward => self.end.checked_sub(self.oparg),
            _ => None,
        }
    }
}

#[cold]
pub(super) fn error_at(unit: usize, what: &'static str) -> VerifyError {
    VerifyError {
        offset: Some(unit as u32 * 2),
        what,
    }
}

/// Something jumps here, or a handler starts here.
pub(super) const TARGET: u32 = 1;
/// An entry of the exception table starts or ends here.
const BOUNDARY: u32 = 2;
/// The bits above are for `flow`.
pub(super) const MARK_BITS: u32 = 2;

/// What is asked of a code object again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'c> {
    pub(super) units: &'c [[u8; 2]],
    kinds: &'c [u8],
    pub(super) limits: Limits,
    variables: Variables,
    is_generator: bool,
}

/// What the walk finds, and where it is.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Bits for each unit.
    pub(super) marks: Vec<u32>,
    pub(super) entries: Vec<ExceptionEntry>,
    /// How many units have a mark.
    marked: usize,
    /// How many of them were instructions.
    met: usize,
    prefix: Prefix,
    /// Where a CALL may stand: behind a PRECALL.
    call_at: usize,
    /// The unit behind the last SEND.
    send_end: usize,
    /// Where the RESUME of an `await` may stand: behind SEND and YIELD_VALUE.
    resume_at: usize,
    /// Why the code is refused.
    pub(super) refusal: Option<VerifyError>,
}

/// Progress through the instructions that must come first.
#[derive(Debug, Default)]
struct Prefix {
    end: usize,
    has_copied_free_vars: bool,
    has_returned_generator: bool,
    cells_made: Vec<bool>,
}

impl<'c> Parts<'c> {
    pub(super) fn of<C: Verifiable>(code: &'c C) -> Result<Parts<'c>, VerifyError> {
        let bytes = code.code();
        let (units, rest) = bytes.as_chunks();
        if !rest.is_empty() || bytes.len() > i32::MAX as usize {
            return Err(VerifyError::whole("co_code has a wrong length"));
        }
        if units.is_empty() {
            return Err(VerifyError::whole("no instructions"));
        }
        let kinds = code.localspluskinds();
        let is_generator = is_generator(code.flags());
        Ok(Parts {
            units,
            kinds,
            limits: limits(
                code.consts_len(),
                code.names_len(),
                kinds.len(),
                kinds
                    .iter()
                    .take_while(|&&kind| kind == LocalKind::LOCAL)
                    .count(),
                is_generator,
                code.flags() & CodeFlags::ASYNC_GENERATOR != 0,
            ),
            variables: Frame::of(code).check()?,
            is_generator,
        })
    }

    /// The instruction at a unit.
    #[inline(always)]
    pub(super) fn decode(&self, start: usize) -> Option<(Instruction, &'static Row)> {
        let &[mut number, operand] = self.units.get(start)?;
        let (mut at, mut oparg) = (start, u32::from(operand));
        if number == Opcode::EXTENDED_ARG as u8 {
            let extended = self.extended(start)?;
            (at, number, oparg) = (extended.at(start), extended.number(), extended.oparg());
        }
        let row = &ROWS[usize::from(number)];
        if oparg >= self.limits[row.limit as usize] {
            return None;
        }
        let mut end = at + 1;
        if row.cache_units > 0 {
            let behind = end + usize::from(row.cache_units);
            if !are_zero(self.units.get(end..behind)?) {
                return None;
            }
            end = behind;
        }
        let instruction = Instruction {
            opcode: row.opcode,
            oparg,
            start: start as u32,
            end: end as u32,
        };
        Some((instruction, row))
    }

    /// The instruction behind the EXTENDED_ARG at a unit.
    #[inline(never)]
    fn extended(&self, start: usize) -> Option<Extended> {
        let mut oparg = 0;
        for count in 0..=EXTENDED_ARGS_MAX {
            let &[number, operand] = self.units.get(start + count)?;
            oparg |= u64::from(operand);
            if number != Opcode::EXTENDED_ARG as u8 {
                let is_good = number >= Opcode::HAVE_ARGUMENT && oparg < 1 << 31;
                return is_good.then_some(Extended::new(oparg, number, count));
            }
            oparg <<= 8;
        }
        None
    }

    /// Why there is no instruction at a unit.
    #[cold]
    pub(super) fn undecodable(&self, start: usize) -> VerifyError {
        let Some(&[mut number, operand]) = self.units.get(start) else {
            return error_at(start, "control runs off the end");
        };
        let mut oparg = u32::from(operand);
        if number == Opcode::EXTENDED_ARG as u8 {
            let Some(extended) = self.extended(start) else {
                return error_at(start, "EXTENDED_ARG where none may stand");
            };
            (number, oparg) = (extended.number(), extended.oparg());
        }
        let row = &ROWS[usize::from(number)];
        let what = match row.limit {
            Limit::Nothing if row.opcode.is_quickened() => "instruction of the interpreter's own",
            Limit::Nothing => "unknown instruction",
            limit if oparg < self.limits[limit as usize] => "inline cache missing or not zero",
            Limit::Generator | Limit::AsyncGenerator => "instruction of generators in other code",
            _ => "operand out of range",
        };
        error_at(start, what)
    }

    /// Opcode and operand at a unit, for a look ahead; `None` at the end, and where the walk will find that something is wrong.
    #[inline(always)]
    fn follower(&self, at: usize) -> Option<(u8, u32)> {
        let &[number, operand] = self.units.get(at)?;
        if number == Opcode::EXTENDED_ARG as u8 {
            let extended = self.extended(at)?;
            return Some((extended.number(), extended.oparg()));
        }
        Some((number, u32::from(operand)))
    }
}

const EXTENDED_ARGS_MAX: usize = 3;

/// What is behind EXTENDED_ARGs, in one register: operand, opcode number, how many there are.
#[derive(Clone, Copy)]
struct Extended(u64);

impl Extended {
    fn new(oparg: u64, number: u8, count: usize) -> Extended {
        Extended(oparg << 16 | u64::from(number) << 8 | count as u64)
    }

    fn at(self, start: usize) -> usize {
        start + (self.0 & 0xff) as usize
    }

    fn number(self) -> u8 {
        (self.0 >> 8) as u8
    }

    fn oparg(self) -> u32 {
        (self.0 >> 16) as u32
    }
}

/// Whether all caches are zero.
#[inline(always)]
pub(super) fn are_zero(mut caches: &[[u8; 2]]) -> bool {
    while let Some((four, rest)) = caches.split_first_chunk::<4>() {
        if *four != [[0; 2]; 4] {
            return false;
        }
        caches = rest;
    }
    caches.iter().all(|cache| *cache == [0; 2])
}

impl Layout {
    /// Prepares for a code object: marks what the walk would come to know too late. This and all that walk return `None` when the code is
    /// refused, and then have noted why.
    pub(super) fn begin<C: Verifiable>(&mut self, code: &C, parts: &Parts<'_>) -> Option<()> {
        self.marks.clear();
        self.marks.resize(parts.units.len(), 0);
        self.entries.clear();
        self.marked = 0;
        self.met = 0;
        self.refusal = None;
        (self.call_at, self.send_end, self.resume_at) = (usize::MAX, usize::MAX, usize::MAX);
        self.prefix.end = 0;
        self.prefix.has_copied_free_vars = false;
        self.prefix.has_returned_generator = false;
        self.prefix.cells_made.clear();
        if parts.variables.cells > 0 {
            self.prefix.cells_made.resize(parts.kinds.len(), false);
        }
        if has_jump_backward(parts.units) {
            self.mark_jumps_backward(parts)?;
        }
        let table = code.exceptiontable();
        if table.is_empty() {
            return Some(());
        }
        self.mark_exception_table(table)
    }

    /// Refuses the code for what is at a unit.
    #[cold]
    pub(super) fn refuse<T>(&mut self, unit: usize, what: &'static str) -> Option<T> {
        self.refusal = Some(error_at(unit, what));
        None
    }

    /// Refuses the code.
    #[cold]
    pub(super) fn refuse_whole<T>(&mut self, what: &'static str) -> Option<T> {
        self.refusal = Some(VerifyError::whole(what));
        None
    }

    /// Checks what can only be said when all instructions were met.
    pub(super) fn finish(&mut self, parts: &Parts<'_>) -> Option<()> {
        let prefix = &self.prefix;
        if prefix.has_copied_free_vars != (parts.variables.free > 0) {
            return self.refuse_whole("COPY_FREE_VARS and free variables do not agree");
        }
        let made = prefix.cells_made.iter().filter(|&&made| made).count();
        if made != parts.variables.cells as usize {
            return self.refuse_whole("a cell variable has no MAKE_CELL");
        }
        if prefix.has_returned_generator != parts.is_generator {
            return self.refuse_whole("RETURN_GENERATOR and flags do not agree");
        }
        if self.marked != self.met {
            let what = "jump or exception table to a place that is no instruction";
            return self.refuse_whole(what);
        }
        let is_behind = |entry: &ExceptionEntry| entry.start as usize >= prefix.end;
        if !self.entries.first().is_none_or(is_behind) {
            return self.refuse_whole("exception table broken");
        }
        Some(())
    }

    /// Notes that a unit with a mark is the start of an instruction.
    pub(super) fn meet(&mut self) {
        self.met += 1;
    }

    /// Marks a unit; whether there is one.
    fn mark(&mut self, unit: usize, bit: u32) -> bool {
        let Some(mark) = self.marks.get_mut(unit) else {
            return false;
        };
        self.marked += usize::from(*mark == 0);
        *mark |= bit;
        true
    }

    fn mark_jumps_backward(&mut self, parts: &Parts<'_>) -> Option<()> {
        let units = parts.units;
        let mut at = 0;
        while let Some(&[number, operand]) = units.get(at) {
            let row = &ROWS[usize::from(number)];
            let end = at + 1 + usize::from(row.cache_units);
            if row.is_jump_backward {
                // Where these are no EXTENDED_ARGs there is a cache that is not zero.
                let before = units.get(at.saturating_sub(EXTENDED_ARGS_MAX)..at)?;
                let mut oparg = usize::from(operand);
                for (place, &[number, high]) in before.iter().rev().enumerate() {
                    if number != Opcode::EXTENDED_ARG as u8 {
                        break;
                    }
                    oparg |= usize::from(high) << (8 * (place + 1));
                }
                let target = end.checked_sub(oparg);
                if !target.is_some_and(|target| self.mark(target, TARGET)) {
                    return self.refuse(at, NO_INSTRUCTION);
                }
            }
            at = end;
        }
        Some(())
    }

    fn mark_exception_table(&mut self, table: &[u8]) -> Option<()> {
        const BROKEN: &str = "exception table broken";
        let mut previous_end = 0;
        let mut all = entries(table);
        // The bisection of lookups finds the start of an entry by its mark, so there is one on the first byte of each, and no other.
        let mut firsts = 0;
        loop {
            let is_marked = table.get(all.offset()).is_some_and(|byte| byte & 0x80 != 0);
            let Some(entry) = all.next() else {
                break;
            };
            let is_good = is_marked
                && entry.start >= previous_end
                && entry.end > entry.start
                && self.mark(entry.target as usize, TARGET)
                && self.mark(entry.start as usize, BOUNDARY)
                && (entry.end as usize == self.marks.len()
                    || self.mark(entry.end as usize, BOUNDARY));
            if !is_good {
                return self.refuse_whole(BROKEN);
            }
            firsts += 1;
            previous_end = entry.end;
            self.entries.push(entry);
        }
        let marked = table.iter().filter(|&&byte| byte & 0x80 != 0).count();
        if !all.is_at_end() || marked != firsts {
            return self.refuse_whole(BROKEN);
        }
        Some(())
    }

    /// Checks what is asked of an instruction besides the range of its operand.
    pub(super) fn check_special<C: Verifiable>(
        &mut self,
        code: &C,
        parts: &Parts<'_>,
        instruction: &Instruction,
    ) -> Option<()> {
        let (start, end) = (instruction.start as usize, instruction.end as usize);
        let oparg = instruction.oparg;
        let kind = || parts.kinds.get(oparg as usize).copied().unwrap_or(0);
        let is_good = match instruction.opcode {
            Opcode::PRECALL => {
                self.call_at = end;
                return self.check_follower(parts, end, |number, count| {
                    number == Opcode::CALL as u8 && count == oparg
                });
            }
            Opcode::CALL => return self.check_place(start, self.call_at),
            Opcode::STORE_FAST | Opcode::DELETE_FAST => kind() == LocalKind::LOCAL,
            Opcode::LOAD_CLOSURE
            | Opcode::LOAD_DEREF
            | Opcode::STORE_DEREF
            | Opcode::DELETE_DEREF
            | Opcode::LOAD_CLASSDEREF => kind() & (LocalKind::CELL | LocalKind::FREE) != 0,
            Opcode::RESUME if oparg & 3 >= 2 => return self.check_place(start, self.resume_at),
            Opcode::RESUME => true,
            Opcode::BUILD_SLICE => oparg >= 2,
            Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL | Opcode::RETURN_GENERATOR => {
                return self.check_prefix(parts, instruction);
            }
            Opcode::KW_NAMES => match code.const_kind(oparg as usize) {
                ConstKind::Names(len) => {
                    return self.check_follower(parts, end, |number, count| {
                        number == Opcode::PRECALL as u8 && len <= count
                    });
                }
                _ => false,
            },
            Opcode::YIELD_VALUE => {
                if start == self.send_end {
                    self.resume_at = end;
                }
                return self.check_follower(parts, end, |number, _| number == Opcode::RESUME as u8);
            }
            _ => return self.check_jump(parts, instruction),
        };
        if !is_good {
            return self.refuse(start, "operand out of range");
        }
        Some(())
    }

    /// Checks what comes next, to which nothing may jump.
    #[inline(always)]
    fn check_follower(
        &mut self,
        parts: &Parts<'_>,
        at: usize,
        is_good: impl FnOnce(u8, u32) -> bool,
    ) -> Option<()> {
        // At the end: control that runs there is another matter.
        let Some((number, oparg)) = parts.follower(at) else {
            return Some(());
        };
        if !is_good(number, oparg) {
            return self.refuse(at, WRONG_SEQUENCE);
        }
        self.check_no_target(at)
    }

    #[inline(always)]
    fn check_place(&mut self, here: usize, place: usize) -> Option<()> {
        if here != place {
            return self.refuse(here, WRONG_SEQUENCE);
        }
        Some(())
    }

    #[inline(always)]
    fn check_no_target(&mut self, unit: usize) -> Option<()> {
        match self.marks.get(unit) {
            Some(mark) if mark & TARGET != 0 => self.refuse(unit, "nothing may jump here"),
            _ => Some(()),
        }
    }

    fn check_jump(&mut self, parts: &Parts<'_>, instruction: &Instruction) -> Option<()> {
        let is_there = match instruction.target().map(|target| target as usize) {
            // In advance, when it was a target.
            Some(target) if instruction.opcode.arg_kind() == ArgKind::JumpBackward => {
                let mark = self.marks.get(target);
                mark.is_some_and(|mark| mark & TARGET != 0)
            }
            Some(target) => self.mark(target, TARGET),
            None => false,
        };
        if !is_there {
            return self.refuse(instruction.start as usize, NO_INSTRUCTION);
        }
        if instruction.opcode == Opcode::SEND {
            self.send_end = instruction.end as usize;
            let next = parts.follower(self.send_end).map(|(number, _)| number);
            if next == Some(Opcode::YIELD_VALUE as u8) {
                return self.check_no_target(self.send_end);
            }
        }
        Some(())
    }

    fn check_prefix(&mut self, parts: &Parts<'_>, instruction: &Instruction) -> Option<()> {
        let start = instruction.start as usize;
        let prefix = &mut self.prefix;
        let is_next = start == prefix.end && !prefix.has_returned_generator;
        let slot = instruction.oparg as usize;
        let is_new = match instruction.opcode {
            Opcode::COPY_FREE_VARS => {
                prefix.has_copied_free_vars = true;
                start == 0 && slot == parts.variables.free as usize
            }
            Opcode::RETURN_GENERATOR => {
                prefix.has_returned_generator = true;
                true
            }
            _ => {
                let kind = parts.kinds.get(slot);
                let is_cell = kind.is_some_and(|kind| kind & LocalKind::CELL != 0);
                let made = prefix.cells_made.get_mut(slot);
                is_cell && made.is_some_and(|made| !std::mem::replace(made, true))
            }
        };
        if !is_next || !is_new {
            let what = "COPY_FREE_VARS, MAKE_CELL or RETURN_GENERATOR misplaced";
            return self.refuse(start, what);
        }
        prefix.end = instruction.end as usize;
        self.check_no_target(start)
    }
}

const NO_INSTRUCTION: &str = "jump to a place that is no instruction";
const WRONG_SEQUENCE: &str = "instructions in a wrong sequence";

/// Whether a byte looks like a jump backward: most code has none, and is not searched for their targets.
fn has_jump_backward(units: &[[u8; 2]]) -> bool {
    let is_jump = |byte: u8| {
        u8::from(byte == Opcode::JUMP_BACKWARD as u8)
            | u8::from(byte == Opcode::JUMP_BACKWARD_NO_INTERRUPT as u8)
            | u8::from(byte.wrapping_sub(Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE as u8) <= 3)
    };
    // Written so that the compiler compares many bytes at once.
    let any = |bytes: &[u8]| bytes.iter().fold(0, |any, &byte| any | is_jump(byte)) != 0;
    let (chunks, rest) = units.as_flattened().as_chunks::<64>();
    chunks.iter().any(|chunk| any(chunk)) || any(rest)
}

/// Whether code with these flags makes a generator, coroutine or asynchronous generator when it is called.
pub(super) fn is_generator(flags: u32) -> bool {
    flags & (CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0
}
