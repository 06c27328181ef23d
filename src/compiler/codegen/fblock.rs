//! Frame blocks: what `return`, `break` and `continue` must undo on their way out.
//!
//! CPython 3.11: `compiler_push_fblock`, `compiler_unwind_fblock` in `Python/compile.c`.

use super::{Compiler, Done};
use crate::ast::{ExprContext, Identifier, Span, Stmt};
use crate::error::CompileError;
use crate::flowgraph::{BlockId, Op};
use bytecode::Opcode;

/// Frame blocks may be nested this deep.
const CO_MAXBLOCKS: usize = 20;

/// The kind of a frame block, with what its unwinding needs.
#[derive(Clone, Copy, Debug)]
pub enum FBlockKind<'a> {
    /// `while`
    WhileLoop,
    /// `for` and `async for`: an iterator is on the stack.
    ForLoop,
    /// The body of `try … except`.
    TryExcept,
    /// The body of `try … finally`, with the final statements.
    FinallyTry(&'a [Stmt]),
    /// A `finally` that runs because of an exception.
    FinallyEnd,
    /// `with`, with its position.
    With(Span),
    /// `async with`, with its position.
    AsyncWith(Span),
    /// An `except` clause, with the name it binds.
    HandlerCleanup(Option<&'a Identifier>),
    /// A value that `return` left on the stack.
    PopValue,
    /// All clauses of `except`.
    ExceptionHandler,
    /// All clauses of `except*`.
    ExceptionGroupHandler,
    /// The loop of an asynchronous comprehension.
    AsyncComprehensionGenerator,
}

/// A frame block.
#[derive(Clone, Copy, Debug)]
pub struct FBlock<'a> {
    /// What it is.
    pub kind: FBlockKind<'a>,
    /// Where `continue` goes.
    pub block: Option<BlockId>,
    /// Where `break` goes.
    pub exit: Option<BlockId>,
}

impl<'a> Compiler<'a> {
    pub(super) fn push_fblock(
        &mut self,
        kind: FBlockKind<'a>,
        block: Option<BlockId>,
        exit: Option<BlockId>,
    ) -> Done {
        if self.unit.fblocks.len() >= CO_MAXBLOCKS {
            return Err(self.error("too many statically nested blocks"));
        }
        self.unit.fblocks.push(FBlock { kind, block, exit });
        Ok(())
    }

    pub(super) fn pop_fblock(&mut self) {
        self.unit.fblocks.pop();
    }

    /// Calls the `__exit__` on the stack with three Nones.
    pub(super) fn call_exit_with_nones(&mut self) {
        for _ in 0..3 {
            self.load_none();
        }
        self.op_i(Opcode::PRECALL, 2);
        self.op_i(Opcode::CALL, 2);
    }

    /// The loop that drives the awaitable or iterator on the stack.
    pub(super) fn add_yield_from(&mut self, is_await: bool) {
        let start = self.new_block();
        let resume = self.new_block();
        let exit = self.new_block();
        self.use_next_block(start);
        self.op_j(Opcode::SEND, exit);
        self.use_next_block(resume);
        self.op(Opcode::YIELD_VALUE);
        self.op_i(Opcode::RESUME, if is_await { 3 } else { 2 });
        self.op_j(Op::JumpNoInterrupt, start);
        self.use_next_block(exit);
    }

    /// Restores the previous exception and raises the current one again.
    pub(super) fn pop_except_and_reraise(&mut self) {
        self.op_i(Opcode::COPY, 3);
        self.op(Opcode::POP_EXCEPT);
        self.op_i(Opcode::RERAISE, 1);
    }

    /// Undoes one frame block; with `preserve_tos` the top of the stack is kept.
    pub(super) fn unwind_fblock(&mut self, info: &FBlock<'a>, preserve_tos: bool) -> Done {
        match info.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator => {}
            FBlockKind::ForLoop | FBlockKind::PopValue => {
                self.swap_if(preserve_tos);
                self.op(Opcode::POP_TOP);
            }
            FBlockKind::TryExcept => self.op(Op::PopBlock),
            FBlockKind::FinallyTry(body) => {
                self.op(Op::PopBlock);
                if preserve_tos {
                    self.push_fblock(FBlockKind::PopValue, None, None)?;
                }
                self.stmts(body)?;
                if preserve_tos {
                    self.pop_fblock();
                }
                // The unwinding statement should seem to run before the final statements.
                self.unset_loc();
            }
            FBlockKind::FinallyEnd => {
                self.swap_if(preserve_tos);
                self.op(Opcode::POP_TOP);
                self.swap_if(preserve_tos);
                self.op(Op::PopBlock);
                self.op(Opcode::POP_EXCEPT);
            }
            FBlockKind::With(span) | FBlockKind::AsyncWith(span) => {
                self.unit.loc = span;
                self.op(Op::PopBlock);
                self.swap_if(preserve_tos);
                self.call_exit_with_nones();
                if matches!(info.kind, FBlockKind::AsyncWith(_)) {
                    self.op_i(Opcode::GET_AWAITABLE, 2);
                    self.load_none();
                    self.add_yield_from(true);
                }
                self.op(Opcode::POP_TOP);
                self.unset_loc();
            }
            FBlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.op(Op::PopBlock);
                }
                self.swap_if(preserve_tos);
                self.op(Op::PopBlock);
                self.op(Opcode::POP_EXCEPT);
                if let Some(name) = name {
                    self.clear_name(name)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`
    pub(super) fn clear_name(&mut self, name: &Identifier) -> Done {
        self.load_none();
        self.name_op(name, ExprContext::Store)?;
        self.name_op(name, ExprContext::Del)
    }

    fn swap_if(&mut self, preserve_tos: bool) {
        if preserve_tos {
            self.op_i(Opcode::SWAP, 2);
        }
    }

    /// Undoes the frame blocks, the innermost first, up to the innermost loop when `to_loop`, which is then returned.
    pub(super) fn unwind_fblock_stack(
        &mut self,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<FBlock<'a>>, CompileError> {
        let Some(top) = self.unit.fblocks.last().copied() else {
            return Ok(None);
        };
        match top.kind {
            FBlockKind::ExceptionGroupHandler => {
                return Err(self
                    .error("'break', 'continue' and 'return' cannot appear in an except* block"));
            }
            FBlockKind::WhileLoop | FBlockKind::ForLoop if to_loop => return Ok(Some(top)),
            _ => {}
        }
        // The block must not see itself while it is unwound.
        self.unit.fblocks.pop();
        self.unwind_fblock(&top, preserve_tos)?;
        let found = self.unwind_fblock_stack(preserve_tos, to_loop)?;
        self.unit.fblocks.push(top);
        Ok(found)
    }
}
