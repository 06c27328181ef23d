//! The part of verification that looks at instructions alone and with their neighbours: operands, caches, the prefix, sequences, jump
//! targets, and the exception table.

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
    #[inline]
    pub(super) fn target(&self) -> Option<u32> {
        match self.opcode.arg_kind() {
            ArgKind::JumpForward => self.end.checked_add(self.oparg),
            ArgKind::JumpBackward => self.end.checked_sub(self.oparg),
            _ => None,
        }
    }

    pub(super) fn error(&self, what: &'static str) -> VerifyError {
        VerifyError {
            offset: Some(self.start * 2),
            what,
        }
    }
}

/// An instruction starts here.
const START: u8 = 1;
/// Something jumps here, or a handler starts here.
pub(super) const TARGET: u8 = 2;
/// Nothing may jump here.
const NO_TARGET: u8 = 4;

/// What one walk over the code found.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) instructions: Vec<Instruction>,
    /// Bits for each unit.
    pub(super) marks: Vec<u8>,
    pub(super) exception_entries: Vec<ExceptionEntry>,
    prefix: Prefix,
}

/// Progress through the instructions that must come first.
#[derive(Debug, Default)]
struct Prefix {
    is_over: bool,
    end: u32,
    has_copied_free_vars: bool,
    has_returned_generator: bool,
    cells_made: Vec<bool>,
}

/// A code object's variables, by kind.
pub(super) struct Variables {
    cells: usize,
    free: usize,
}

impl Layout {
    pub(super) fn check<C: Verifiable>(&mut self, code: &C) -> Result<(), VerifyError> {
        let units = code.code();
        if units.len() % 2 != 0 || units.len() > i32::MAX as usize {
            return Err(whole("co_code has a wrong length"));
        }
        let variables = check_variables(code)?;
        self.instructions.clear();
        self.exception_entries.clear();
        self.marks.clear();
        self.marks.resize(units.len() / 2, 0);
        self.prefix.is_over = false;
        self.prefix.end = 0;
        self.prefix.has_copied_free_vars = false;
        self.prefix.has_returned_generator = false;
        self.prefix.cells_made.clear();
        self.prefix
            .cells_made
            .resize(code.localspluskinds().len(), false);
        let mut at = 0;
        let mut was_placed = false;
        while at < units.len() / 2 {
            let (instruction, row) = decode(units, at)?;
            if !row.is_free {
                check_operand(code, &instruction, row.arg_kind)?;
            }
            let is_placed = row.is_placed;
            if is_placed || !self.prefix.is_over {
                self.check_prefix(code, &variables, &instruction)?;
            }
            if is_placed || was_placed {
                self.check_sequence(code, &instruction)?;
            }
            was_placed = is_placed;
            self.marks[at] |= START;
            self.instructions.push(instruction);
            at = instruction.end as usize;
        }
        self.finish_prefix(code, &variables)?;
        self.check_targets()?;
        self.check_exception_table(code.exceptiontable())
    }

    fn check_prefix<C: Verifiable>(
        &mut self,
        code: &C,
        variables: &Variables,
        instruction: &Instruction,
    ) -> Result<(), VerifyError> {
        let prefix = &mut self.prefix;
        let is_new = match instruction.opcode {
            Opcode::COPY_FREE_VARS => {
                let is_new = instruction.start == 0 && instruction.oparg as usize == variables.free;
                prefix.has_copied_free_vars = true;
                is_new
            }
            Opcode::MAKE_CELL => {
                let slot = instruction.oparg as usize;
                let is_cell = code.localspluskinds()[slot] & LocalKind::CELL != 0;
                is_cell && !std::mem::replace(&mut prefix.cells_made[slot], true)
            }
            Opcode::RETURN_GENERATOR => {
                !std::mem::replace(&mut prefix.has_returned_generator, true)
            }
            _ => {
                prefix.is_over = true;
                return Ok(());
            }
        };
        if prefix.is_over || !is_new {
            return Err(
                instruction.error("COPY_FREE_VARS, MAKE_CELL or RETURN_GENERATOR misplaced")
            );
        }
        if instruction.opcode == Opcode::RETURN_GENERATOR {
            prefix.is_over = true;
        }
        prefix.end = instruction.end;
        self.marks[instruction.start as usize] |= NO_TARGET;
        Ok(())
    }

    fn finish_prefix<C: Verifiable>(
        &self,
        code: &C,
        variables: &Variables,
    ) -> Result<(), VerifyError> {
        let prefix = &self.prefix;
        if prefix.has_copied_free_vars != (variables.free > 0) {
            return Err(whole("COPY_FREE_VARS and free variables do not agree"));
        }
        if prefix.cells_made.iter().filter(|&&made| made).count() != variables.cells {
            return Err(whole("a cell variable has no MAKE_CELL"));
        }
        if prefix.has_returned_generator != is_generator(code.flags()) {
            return Err(whole("RETURN_GENERATOR and flags do not agree"));
        }
        Ok(())
    }

    /// Checks an instruction against the one or two before it.
    fn check_sequence<C: Verifiable>(
        &mut self,
        code: &C,
        instruction: &Instruction,
    ) -> Result<(), VerifyError> {
        let mut before = self.instructions.iter().rev();
        let previous = before.next();
        let previous_opcode = previous.map(|previous| previous.opcode);
        let follows_well = match instruction.opcode {
            Opcode::PRECALL if previous_opcode == Some(Opcode::KW_NAMES) => {
                let names =
                    previous.map_or(0, |names| match code.const_kind(names.oparg as usize) {
                        ConstKind::Names(len) => len,
                        _ => u32::MAX,
                    });
                names <= instruction.oparg
            }
            Opcode::CALL => previous.is_some_and(|previous| {
                previous.opcode == Opcode::PRECALL && previous.oparg == instruction.oparg
            }),
            Opcode::RESUME if instruction.oparg & 3 >= 2 => {
                previous_opcode == Some(Opcode::YIELD_VALUE)
                    && before.next().map(|send| send.opcode) == Some(Opcode::SEND)
            }
            _ => true,
        };
        if !follows_well
            || previous_opcode == Some(Opcode::KW_NAMES) && instruction.opcode != Opcode::PRECALL
            || previous_opcode == Some(Opcode::PRECALL) && instruction.opcode != Opcode::CALL
            || previous_opcode == Some(Opcode::YIELD_VALUE) && instruction.opcode != Opcode::RESUME
        {
            return Err(instruction.error("instructions in a wrong sequence"));
        }
        let is_inner = matches!(
            previous_opcode,
            Some(Opcode::KW_NAMES | Opcode::PRECALL | Opcode::YIELD_VALUE)
        ) || previous_opcode == Some(Opcode::SEND)
            && instruction.opcode == Opcode::YIELD_VALUE;
        if is_inner {
            self.marks[instruction.start as usize] |= NO_TARGET;
        }
        Ok(())
    }

    fn check_targets(&mut self) -> Result<(), VerifyError> {
        for instruction in &self.instructions {
            if !ROWS[instruction.opcode as usize].is_jump() {
                continue;
            }
            let target = instruction
                .target()
                .map_or(usize::MAX, |target| target as usize);
            match self.marks.get_mut(target) {
                Some(mark) if *mark & (START | NO_TARGET) == START => *mark |= TARGET,
                _ => return Err(instruction.error("jump to a place that is no instruction")),
            }
        }
        Ok(())
    }

    fn check_exception_table(&mut self, table: &[u8]) -> Result<(), VerifyError> {
        let broken = Err(whole("exception table broken"));
        let mut previous_end = self.prefix.end;
        let mut all = entries(table);
        // The bisection of lookups finds the start of an entry by its mark, so there is one on the first byte of each, and no other.
        let mut marks = 0;
        loop {
            let is_marked = table.get(all.offset()).is_some_and(|byte| byte & 0x80 != 0);
            let Some(entry) = all.next() else {
                break;
            };
            let is_start = |unit: u32| {
                self.marks
                    .get(unit as usize)
                    .is_some_and(|mark| mark & START != 0)
            };
            if !is_marked
                || entry.start < previous_end
                || entry.end <= entry.start
                || !is_start(entry.start)
                || !(is_start(entry.end) || entry.end as usize == self.marks.len())
                || !is_start(entry.target)
            {
                return broken;
            }
            let mark = &mut self.marks[entry.target as usize];
            if *mark & NO_TARGET != 0 {
                return broken;
            }
            *mark |= TARGET;
            marks += 1;
            previous_end = entry.end;
            self.exception_entries.push(entry);
        }
        let marked = table.iter().filter(|&&byte| byte & 0x80 != 0).count();
        if !all.is_at_end() || marked != marks {
            return broken;
        }
        Ok(())
    }
}

fn whole(what: &'static str) -> VerifyError {
    VerifyError { offset: None, what }
}

/// Whether code with these flags makes a generator, coroutine or asynchronous generator when it is called.
pub(super) fn is_generator(flags: u32) -> bool {
    flags & (CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0
}

pub(super) fn check_variables<C: Verifiable>(code: &C) -> Result<Variables, VerifyError> {
    const LOCAL_CELL: u8 = LocalKind::LOCAL | LocalKind::CELL;
    let mut variables = Variables { cells: 0, free: 0 };
    let (mut locals, mut rank) = (0u64, 0);
    for &kind in code.localspluskinds() {
        let kind_rank = match kind {
            LocalKind::LOCAL | LOCAL_CELL => 0,
            LocalKind::CELL => 1,
            LocalKind::FREE => 2,
            _ => return Err(whole("unknown kind of variable")),
        };
        if kind_rank < rank {
            return Err(whole("variables out of order"));
        }
        rank = kind_rank;
        locals += u64::from(kind & LocalKind::LOCAL != 0);
        variables.cells += usize::from(kind & LocalKind::CELL != 0);
        variables.free += usize::from(kind & LocalKind::FREE != 0);
    }
    let [argcount, posonlyargcount, kwonlyargcount] = code.argcounts();
    let arguments = u64::from(argcount)
        + u64::from(kwonlyargcount)
        + u64::from(code.flags() & CodeFlags::VARARGS != 0)
        + u64::from(code.flags() & CodeFlags::VARKEYWORDS != 0);
    if posonlyargcount > argcount || arguments > locals {
        return Err(whole("more arguments than variables"));
    }
    Ok(variables)
}

/// Where an opcode may stand.
#[derive(Clone, Copy)]
enum Place {
    /// In code objects.
    Code,
    /// In code objects, before another instruction.
    Extends,
    /// In the interpreter's quickened copies only, or only as a cache.
    Interpreter,
    /// Nowhere.
    Unknown,
}

/// What the walk needs to know of each number, in one place.
#[derive(Clone, Copy)]
struct Row {
    opcode: Opcode,
    place: Place,
    cache_units: u8,
    has_arg: bool,
    arg_kind: ArgKind,
    /// Whether any operand will do.
    is_free: bool,
    /// Whether it may only stand at the start, or only before or behind certain others.
    is_placed: bool,
}

impl Row {
    fn is_jump(&self) -> bool {
        matches!(self.arg_kind, ArgKind::JumpForward | ArgKind::JumpBackward)
    }
}

/// Whether `check_operand` has nothing to say about the instruction.
const fn is_free(opcode: Opcode) -> bool {
    match opcode.arg_kind() {
        ArgKind::None => !matches!(
            opcode,
            Opcode::YIELD_VALUE | Opcode::RETURN_GENERATOR | Opcode::ASYNC_GEN_WRAP
        ),
        ArgKind::JumpForward | ArgKind::JumpBackward => !matches!(opcode, Opcode::SEND),
        ArgKind::Int => matches!(
            opcode,
            Opcode::PRECALL
                | Opcode::CALL
                | Opcode::COPY
                | Opcode::SWAP
                | Opcode::BUILD_TUPLE
                | Opcode::BUILD_LIST
                | Opcode::BUILD_MAP
        ),
        _ => false,
    }
}

static ROWS: [Row; 256] = {
    let unknown = Row {
        opcode: Opcode::CACHE,
        place: Place::Unknown,
        cache_units: 0,
        has_arg: false,
        arg_kind: ArgKind::None,
        is_free: false,
        is_placed: false,
    };
    let mut rows = [unknown; 256];
    let mut index = 0;
    while index < Opcode::ALL.len() {
        let opcode = Opcode::ALL[index];
        rows[opcode as usize] = Row {
            opcode,
            place: match opcode {
                Opcode::CACHE => Place::Interpreter,
                Opcode::EXTENDED_ARG => Place::Extends,
                _ if opcode.is_quickened() => Place::Interpreter,
                _ => Place::Code,
            },
            cache_units: opcode.cache_units() as u8,
            has_arg: opcode.has_arg(),
            arg_kind: opcode.arg_kind(),
            is_free: is_free(opcode),
            is_placed: matches!(
                opcode,
                Opcode::COPY_FREE_VARS
                    | Opcode::MAKE_CELL
                    | Opcode::RETURN_GENERATOR
                    | Opcode::KW_NAMES
                    | Opcode::PRECALL
                    | Opcode::CALL
                    | Opcode::SEND
                    | Opcode::YIELD_VALUE
                    | Opcode::RESUME
            ),
        };
        index += 1;
    }
    rows
};

/// Decodes the instruction at unit `start`, which is in range.
#[inline(always)]
fn decode(units: &[u8], start: usize) -> Result<(Instruction, &'static Row), VerifyError> {
    let error = |what| {
        Err(VerifyError {
            offset: Some(start as u32 * 2),
            what,
        })
    };
    let mut at = start;
    let mut oparg = 0u32;
    let row = loop {
        let Some(&[number, operand]) = units.get(at * 2..).and_then(|rest| rest.first_chunk())
        else {
            return error("EXTENDED_ARG at the end");
        };
        let row = &ROWS[usize::from(number)];
        at += 1;
        oparg |= u32::from(operand);
        match row.place {
            Place::Code => break row,
            Place::Extends => {}
            Place::Unknown => return error("unknown instruction"),
            Place::Interpreter => return error("instruction of the interpreter's own"),
        }
        if oparg >= 1 << 23 {
            return error("operand too large");
        }
        oparg <<= 8;
        if at - start > 3 {
            return error("too many EXTENDED_ARGs");
        }
    };
    if at - start > 1 && !row.has_arg {
        return error("EXTENDED_ARG before an instruction without operand");
    }
    let end = at + usize::from(row.cache_units);
    if row.cache_units > 0 {
        let is_zero = units.get(at * 2..end * 2).is_some_and(|caches| {
            let units = caches.chunks_exact(2);
            units.fold(0, |all, unit| all | unit[0] | unit[1]) == 0
        });
        if !is_zero {
            return error("inline cache missing or not zero");
        }
    }
    let instruction = Instruction {
        opcode: row.opcode,
        oparg,
        start: start as u32,
        end: end as u32,
    };
    Ok((instruction, row))
}

fn check_operand<C: Verifiable>(
    code: &C,
    instruction: &Instruction,
    arg_kind: ArgKind,
) -> Result<(), VerifyError> {
    let oparg = instruction.oparg as usize;
    let kinds = code.localspluskinds();
    let is_good = match arg_kind {
        ArgKind::None | ArgKind::JumpForward | ArgKind::JumpBackward => true,
        ArgKind::Const if instruction.opcode == Opcode::KW_NAMES => {
            oparg < code.consts_len() && matches!(code.const_kind(oparg), ConstKind::Names(_))
        }
        ArgKind::Const => oparg < code.consts_len(),
        ArgKind::Name => oparg < code.names_len(),
        ArgKind::Global => oparg >> 1 < code.names_len(),
        ArgKind::Local if instruction.opcode == Opcode::LOAD_FAST => oparg < kinds.len(),
        ArgKind::Local => kinds.get(oparg) == Some(&LocalKind::LOCAL),
        ArgKind::Free => kinds
            .get(oparg)
            .is_some_and(|kind| kind & (LocalKind::CELL | LocalKind::FREE) != 0),
        ArgKind::Compare => oparg < 6,
        ArgKind::Int => match instruction.opcode {
            Opcode::BINARY_OP => oparg < 26,
            Opcode::IS_OP | Opcode::CONTAINS_OP | Opcode::CALL_FUNCTION_EX => oparg < 2,
            Opcode::RAISE_VARARGS | Opcode::GET_AWAITABLE => oparg < 3,
            Opcode::RESUME => oparg < 4,
            Opcode::FORMAT_VALUE => oparg < 8,
            Opcode::MAKE_FUNCTION => oparg < 16,
            Opcode::BUILD_SLICE => matches!(oparg, 2 | 3),
            _ => true,
        },
    };
    let flags = code.flags();
    let is_allowed = match instruction.opcode {
        Opcode::YIELD_VALUE | Opcode::SEND | Opcode::RETURN_GENERATOR => is_generator(flags),
        Opcode::ASYNC_GEN_WRAP => flags & CodeFlags::ASYNC_GENERATOR != 0,
        _ => true,
    };
    match (is_good, is_allowed) {
        (false, _) => Err(instruction.error("operand out of range")),
        (_, false) => Err(instruction.error("instruction of generators in other code")),
        _ => Ok(()),
    }
}
