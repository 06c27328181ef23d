//! The verifier: turns a code object from an untrusted source into one that an interpreter may run without checks of its own.
//!
//! # What is guaranteed
//!
//! *Instructions.* Every instruction is known and none is a quickened form. At most three EXTENDED_ARGs stand before an instruction, only
//! before one with an operand, and the operand is below 2^31. Inline caches are complete and zero. Control never leaves the code: jumps
//! and handlers lead to the first unit of an instruction (its first EXTENDED_ARG), and what can be reached does not run off the end.
//!
//! *Operands.* Indices into `co_consts`, `co_names` and `localsplus` are in range. Operators, comparisons, flags and counts have values
//! that mean something (`COMPARE_OP` < 6, `BINARY_OP` < 26, `MAKE_FUNCTION` < 16, `RAISE_VARARGS` < 3, `BUILD_SLICE` 2 or 3, …).
//!
//! *Variables.* `localsplus` is made of locals, then cells, then free variables, and the arguments are locals. If there are free variables,
//! the first instruction is the one COPY_FREE_VARS; the one MAKE_CELL of each cell follows; then comes the one RETURN_GENERATOR, if and
//! only if the code is of a generator or coroutine. Nothing jumps into this prefix. So DEREF instructions and LOAD_CLOSURE always find
//! a cell in their slot, which STORE_FAST and DELETE_FAST never touch. LOAD_FAST may name any slot. Slots of locals may be unbound.
//!
//! *Stack.* The depth at each instruction is the same on all paths, and between zero and `co_stacksize`. Every operand (also those that
//! COPY, SWAP, LIST_APPEND, DICT_MERGE, … reach for) exists. RETURN_VALUE finds just its value, RETURN_GENERATOR nothing. NULL is in a slot
//! only where PUSH_NULL, LOAD_GLOBAL or LOAD_METHOD put it, and no instruction meets one but SWAP, CALL (below the callable, may be either
//! NULL or a value) and CALL_FUNCTION_EX (below the callable, always NULL).
//!
//! *Values.* Of these operands the type is certain:
//! - LIST_APPEND, LIST_EXTEND, LIST_TO_TUPLE, PREP_RERAISE_STAR: a list that BUILD_LIST made; SET_ADD, SET_UPDATE: a set that BUILD_SET
//!   made; MAP_ADD, DICT_UPDATE, DICT_MERGE: a dict that BUILD_MAP or BUILD_CONST_KEY_MAP made;
//! - MAKE_FUNCTION: a code object; a closure of as many cells as it has free variables, or no closure if it has none; annotations are
//!   a tuple of even length, defaults a tuple, keyword defaults a dict;
//! - BUILD_CONST_KEY_MAP: a tuple of as many keys as there are values; MATCH_KEYS: a tuple; MATCH_CLASS: a tuple of strings;
//! - KW_NAMES: a tuple of strings, no longer than the argument count of the CALL it belongs to;
//! - PUSH_EXC_INFO, CHECK_EXC_MATCH, WITH_EXCEPT_START, END_ASYNC_FOR: an exception; POP_EXCEPT, CHECK_EG_MATCH, RERAISE: an exception
//!   or None; RERAISE with an operand: below it the offset of an instruction, as an int.
//!
//! Tuples, lists, … made by the code may be changed by other code that gets hold of them: lengths of lists are not certain, those of
//! tuples are. What is not listed is not certain: FOR_ITER may find anything on the stack, SEND too.
//!
//! *Sequences.* KW_NAMES stands directly before PRECALL, PRECALL directly before CALL with the same count, CALL nowhere else;
//! RESUME directly behind YIELD_VALUE; the RESUME of an `await` or `yield from` (operand 2 or 3) belongs to a YIELD_VALUE directly behind
//! SEND, whose receiver lies on top when the generator is suspended there. Nothing jumps between the two.
//!
//! *Exceptions.* Entries of the exception table are complete, sorted, do not overlap, and begin and end at instructions behind the prefix.
//! Wherever an instruction may raise, the slots below the handler's depth are as its other raisers leave them, and are not
//! among the operands of the raising instruction. Handlers find exactly these slots, the offset if asked for, and the exception.
//!
//! Unreachable instructions pass the checks of operands and sequences only. Location tables are not checked; their readers take
//! anything.
//!
//! # How
//!
//! One walk over the instructions in their order does all for most code. For each it asks `rows` for the range of the operand, `layout` for
//! what can be said of the instruction with its neighbours, and `flow` interprets it abstractly (`effects`), with a `Kind` for each stack
//! slot. The walk starts again only when a backward jump brought news to its target, which in compiled code is rare.
//!
//! CPython has no counterpart and trusts its input; the rules are read off `Python/ceval.c` and what `Python/compile.c` emits.

mod effects;
mod flow;
mod frame;
mod kind;
mod layout;
mod rows;

use crate::code::{CodeObject, LocalKind};
use crate::constant::Constant;
use layout::{Layout, Parts};

pub use frame::{Frame, Variables};

/// Why a code object is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Offset of the instruction in bytes, if it is about one.
    pub offset: Option<u32>,
    /// What is wrong.
    pub what: &'static str,
}

impl VerifyError {
    /// What is said of code that cannot be judged within bounds.
    pub(crate) const TOO_COMPLEX: &str = "control flow too complex";

    /// Something that is not about an instruction.
    pub(crate) fn whole(what: &'static str) -> VerifyError {
        VerifyError { offset: None, what }
    }

    /// Whether the code may be fine, but takes too much to verify.
    pub fn is_limit(&self) -> bool {
        self.what == VerifyError::TOO_COMPLEX
    }
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invalid code object: {}", self.what)?;
        match self.offset {
            Some(offset) => write!(f, " at offset {offset}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for VerifyError {}

/// What the verifier has to know of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstKind {
    /// A code object with this many free variables.
    Code {
        /// Number of free variables.
        freevars: u32,
    },
    /// A tuple of this length whose items are all strings.
    Names(u32),
    /// Another tuple of this length.
    Tuple(u32),
    /// Anything else.
    Other,
}

/// A code object as the verifier sees it; implemented here for `CodeObject`, and by the interpreter for its own type.
pub trait Verifiable {
    /// `co_code`
    fn code(&self) -> &[u8];
    /// `co_exceptiontable`
    fn exceptiontable(&self) -> &[u8];
    /// `co_stacksize`
    fn stacksize(&self) -> u32;
    /// `co_flags`
    fn flags(&self) -> u32;
    /// `co_argcount`, `co_posonlyargcount` and `co_kwonlyargcount`.
    fn argcounts(&self) -> [u32; 3];
    /// Length of `co_consts`.
    fn consts_len(&self) -> usize;
    /// Length of `co_names`, all of which are strings.
    fn names_len(&self) -> usize;
    /// A `LocalKind` byte for each of the localsplus names, all of which are strings.
    fn localspluskinds(&self) -> &[u8];
    /// What the constant at `index`, which is in range, is.
    fn const_kind(&self, index: usize) -> ConstKind;
}

/// Verifies code objects; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub struct Verifier {
    layout: Layout,
    memory: flow::Memory,
}

impl Verifier {
    /// A verifier.
    pub fn new() -> Verifier {
        Verifier::default()
    }

    /// Verifies what a frame is made by: the variables, the parameters, the size of the stack. Cheap; `verify` does it, too.
    pub fn verify_frame<C: Verifiable>(code: &C) -> Result<(), VerifyError> {
        Frame::of(code).check().map(drop)
    }

    /// Verifies one code object, without those among its constants.
    pub fn verify<C: Verifiable>(&mut self, code: &C) -> Result<(), VerifyError> {
        let parts = Parts::of(code)?;
        let begun = self.layout.begin(code, &parts);
        match begun.and_then(|()| flow::check(code, &parts, &mut self.layout, &mut self.memory)) {
            Some(()) => Ok(()),
            None => Err(self.layout.refusal.unwrap_or(VerifyError::whole("broken"))),
        }
    }

    /// Verifies a code object and all code objects among its constants.
    pub fn verify_tree(&mut self, code: &CodeObject) -> Result<(), VerifyError> {
        let mut pending = vec![code];
        while let Some(code) = pending.pop() {
            check_names(&code.names, None)?;
            check_names(&code.localsplusnames, Some(code.localspluskinds.len()))?;
            let Constant::Tuple(consts) = &code.consts else {
                return Err(VerifyError::whole("co_consts is not a tuple"));
            };
            self.verify(code)?;
            pending.extend(consts.iter().filter_map(|constant| match constant {
                Constant::Code(code) => Some(&**code),
                _ => None,
            }));
        }
        Ok(())
    }
}

/// Verifies a code object and all code objects among its constants.
pub fn verify(code: &CodeObject) -> Result<(), VerifyError> {
    Verifier::new().verify_tree(code)
}

fn check_names(names: &Constant, len: Option<usize>) -> Result<(), VerifyError> {
    match names {
        Constant::Tuple(items)
            if len.is_none_or(|len| items.len() == len)
                && items.iter().all(|name| matches!(name, Constant::Str(_))) =>
        {
            Ok(())
        }
        _ => Err(VerifyError::whole(
            "names are not a tuple of strings of the right length",
        )),
    }
}

impl Verifiable for CodeObject {
    fn code(&self) -> &[u8] {
        &self.code
    }

    fn exceptiontable(&self) -> &[u8] {
        &self.exceptiontable
    }

    fn stacksize(&self) -> u32 {
        self.stacksize
    }

    fn flags(&self) -> u32 {
        self.flags
    }

    fn argcounts(&self) -> [u32; 3] {
        [self.argcount, self.posonlyargcount, self.kwonlyargcount]
    }

    fn consts_len(&self) -> usize {
        tuple_items(&self.consts).len()
    }

    fn names_len(&self) -> usize {
        tuple_items(&self.names).len()
    }

    fn localspluskinds(&self) -> &[u8] {
        &self.localspluskinds
    }

    fn const_kind(&self, index: usize) -> ConstKind {
        match tuple_items(&self.consts).get(index) {
            Some(Constant::Code(code)) => ConstKind::Code {
                freevars: code
                    .localspluskinds
                    .iter()
                    .filter(|&&kind| kind & LocalKind::FREE != 0)
                    .count() as u32,
            },
            Some(Constant::Tuple(items)) => {
                if items.iter().all(|item| matches!(item, Constant::Str(_))) {
                    ConstKind::Names(items.len() as u32)
                } else {
                    ConstKind::Tuple(items.len() as u32)
                }
            }
            _ => ConstKind::Other,
        }
    }
}

fn tuple_items(constant: &Constant) -> &[Constant] {
    match constant {
        Constant::Tuple(items) => items,
        _ => &[],
    }
}
