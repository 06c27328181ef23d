//! What a frame is made by: the variables, the parameters, the size of the stack.

use super::{Verifiable, VerifyError};
use crate::code::{CodeFlags, LocalKind};

/// A stack of this size needs no justification by the size of the code.
const STACKSIZE_FREE: usize = 1 << 16;
/// Values that handlers and suspended generators put on the stack, not the code's own instructions.
const STACKSIZE_EXTRA: usize = 16;

/// The numbers of a code object that decide what its frames look like.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'c> {
    /// Length of `co_code`.
    pub code_len: usize,
    /// `co_stacksize`
    pub stacksize: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_argcount`, `co_posonlyargcount` and `co_kwonlyargcount`.
    pub argcounts: [u32; 3],
    /// A `LocalKind` byte for each of the localsplus names.
    pub kinds: &'c [u8],
}

/// How many variables there are of each kind. Parameters that are cells are locals, too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Variables {
    /// Locals.
    pub locals: u32,
    /// Cells.
    pub cells: u32,
    /// Free variables.
    pub free: u32,
}

impl<'c> Frame<'c> {
    /// The numbers of a code object.
    pub fn of<C: Verifiable>(code: &'c C) -> Frame<'c> {
        Frame {
            code_len: code.code().len(),
            stacksize: code.stacksize(),
            flags: code.flags(),
            argcounts: code.argcounts(),
            kinds: code.localspluskinds(),
        }
    }

    /// Verifies them.
    pub fn check(&self) -> Result<Variables, VerifyError> {
        // A value is pushed, or stored after unpacking, by an instruction of its own.
        if self.stacksize as usize > STACKSIZE_FREE.max(self.code_len / 2 + STACKSIZE_EXTRA) {
            return Err(VerifyError::whole("co_stacksize too large"));
        }
        const LOCAL_CELL: u8 = LocalKind::LOCAL | LocalKind::CELL;
        let mut variables = Variables::default();
        let mut rank = 0;
        for &kind in self.kinds {
            let kind_rank = match kind {
                LocalKind::LOCAL | LOCAL_CELL => 0,
                LocalKind::CELL => 1,
                LocalKind::FREE => 2,
                _ => return Err(VerifyError::whole("unknown kind of variable")),
            };
            if kind_rank < rank {
                return Err(VerifyError::whole("variables out of order"));
            }
            rank = kind_rank;
            variables.locals += u32::from(kind & LocalKind::LOCAL != 0);
            variables.cells += u32::from(kind & LocalKind::CELL != 0);
            variables.free += u32::from(kind & LocalKind::FREE != 0);
        }
        let [argcount, posonlyargcount, kwonlyargcount] = self.argcounts;
        let arguments = u64::from(argcount)
            + u64::from(kwonlyargcount)
            + u64::from(self.flags & CodeFlags::VARARGS != 0)
            + u64::from(self.flags & CodeFlags::VARKEYWORDS != 0);
        if posonlyargcount > argcount || arguments > u64::from(variables.locals) {
            return Err(VerifyError::whole("more arguments than variables"));
        }
        Ok(variables)
    }
}
