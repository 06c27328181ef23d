//! What the verifier asks of each opcode number before anything else, in one table.

use crate::opcode::{ArgKind, Opcode};

/// The end of an operand's range; an index into `Limits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Limit {
    /// No operand will do: no instruction has this number, or only the interpreter has it.
    Nothing,
    Anything,
    Two,
    Three,
    Four,
    Six,
    Eight,
    Sixteen,
    TwentySix,
    Consts,
    Names,
    /// Twice as many, since the low bit of the operand is a flag.
    Globals,
    Localsplus,
    /// The locals before the first that is a cell, too.
    Locals,
    /// Anything in generators and coroutines, elsewhere nothing.
    Generator,
    /// Anything in asynchronous generators, elsewhere nothing.
    AsyncGenerator,
}

/// One more than the largest operand, for each `Limit`.
pub(super) type Limits = [u32; 16];

/// The limits of a code object with so many constants, names and variables.
pub(super) fn limits(
    consts: usize,
    names: usize,
    localsplus: usize,
    locals: usize,
    is_generator: bool,
    is_async_generator: bool,
) -> Limits {
    let clipped = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
    let if_so = |is_so: bool| if is_so { u32::MAX } else { 0 };
    let mut limits = [0; 16];
    let mut set = |limit: Limit, end: u32| limits[limit as usize] = end;
    set(Limit::Anything, u32::MAX);
    set(Limit::Two, 2);
    set(Limit::Three, 3);
    set(Limit::Four, 4);
    set(Limit::Six, 6);
    set(Limit::Eight, 8);
    set(Limit::Sixteen, 16);
    set(Limit::TwentySix, 26);
    set(Limit::Consts, clipped(consts));
    set(Limit::Names, clipped(names));
    set(Limit::Globals, clipped(names.saturating_mul(2)));
    set(Limit::Localsplus, clipped(localsplus));
    set(Limit::Locals, clipped(locals));
    set(Limit::Generator, if_so(is_generator));
    set(Limit::AsyncGenerator, if_so(is_async_generator));
    limits
}

/// What is asked of a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) opcode: Opcode,
    pub(super) cache_units: u8,
    pub(super) limit: Limit,
    /// Below this nothing else is asked of the instruction, without EXTENDED_ARGs, and it has no business with handlers and jumps.
    pub(super) plain_limit: Limit,
    /// Whether `Layout::check_special` has something to say.
    pub(super) is_special: bool,
    pub(super) is_jump_backward: bool,
    pub(super) flow: FlowKind,
}

/// Who interprets an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlowKind {
    /// `effects`
    Straight,
    /// `Flow::step_jump`
    Jump,
    /// `Flow::step_handler`
    Handler,
}

/// A row for each number.
pub(super) static ROWS: [Row; 256] = {
    let unknown = Row {
        opcode: Opcode::CACHE,
        cache_units: 0,
        limit: Limit::Nothing,
        plain_limit: Limit::Nothing,
        is_special: false,
        is_jump_backward: false,
        flow: FlowKind::Straight,
    };
    let mut rows = [unknown; 256];
    let mut index = 0;
    while index < Opcode::ALL.len() {
        let opcode = Opcode::ALL[index];
        rows[opcode as usize] = Row {
            opcode,
            cache_units: opcode.cache_units() as u8,
            limit: limit_of(opcode),
            plain_limit: plain_limit_of(opcode),
            is_special: is_special(opcode),
            is_jump_backward: matches!(opcode.arg_kind(), ArgKind::JumpBackward),
            flow: match opcode {
                Opcode::SWAP | Opcode::PUSH_EXC_INFO | Opcode::POP_EXCEPT => FlowKind::Handler,
                _ if opcode.is_jump() => FlowKind::Jump,
                _ => FlowKind::Straight,
            },
        };
        index += 1;
    }
    rows
};

const fn limit_of(opcode: Opcode) -> Limit {
    if opcode.is_quickened() {
        return Limit::Nothing;
    }
    match opcode {
        Opcode::CACHE | Opcode::EXTENDED_ARG => Limit::Nothing,
        Opcode::BINARY_OP => Limit::TwentySix,
        Opcode::IS_OP | Opcode::CONTAINS_OP | Opcode::CALL_FUNCTION_EX => Limit::Two,
        Opcode::RAISE_VARARGS | Opcode::GET_AWAITABLE => Limit::Three,
        Opcode::RESUME | Opcode::BUILD_SLICE => Limit::Four,
        Opcode::FORMAT_VALUE => Limit::Eight,
        Opcode::MAKE_FUNCTION => Limit::Sixteen,
        Opcode::YIELD_VALUE | Opcode::SEND | Opcode::RETURN_GENERATOR => Limit::Generator,
        Opcode::ASYNC_GEN_WRAP => Limit::AsyncGenerator,
        _ => match opcode.arg_kind() {
            ArgKind::Const => Limit::Consts,
            ArgKind::Name => Limit::Names,
            ArgKind::Global => Limit::Globals,
            ArgKind::Local | ArgKind::Free => Limit::Localsplus,
            ArgKind::Compare => Limit::Six,
            ArgKind::None | ArgKind::Int | ArgKind::JumpForward | ArgKind::JumpBackward => {
                Limit::Anything
            }
        },
    }
}

const fn plain_limit_of(opcode: Opcode) -> Limit {
    match opcode {
        Opcode::SWAP | Opcode::PUSH_EXC_INFO | Opcode::POP_EXCEPT => Limit::Nothing,
        Opcode::STORE_FAST | Opcode::DELETE_FAST => Limit::Locals,
        Opcode::RESUME => Limit::Two,
        // `Flow::run` looks at the CALL behind it.
        Opcode::PRECALL => Limit::Anything,
        _ if is_special(opcode) => Limit::Nothing,
        _ => limit_of(opcode),
    }
}

/// Whether more than the range of its operand is asked of an instruction.
const fn is_special(opcode: Opcode) -> bool {
    match opcode {
        Opcode::LOAD_FAST => false,
        Opcode::BUILD_SLICE
        | Opcode::COPY_FREE_VARS
        | Opcode::RETURN_GENERATOR
        | Opcode::KW_NAMES
        | Opcode::PRECALL
        | Opcode::CALL
        | Opcode::YIELD_VALUE
        | Opcode::RESUME => true,
        _ => matches!(
            opcode.arg_kind(),
            ArgKind::Local | ArgKind::Free | ArgKind::JumpForward | ArgKind::JumpBackward
        ),
    }
}
