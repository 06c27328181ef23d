//! `try`: `except`, `except*`, `finally`.
//!
//! CPython 3.11: `compiler_try_finally`, `compiler_try_except`, `compiler_try_star_except` in `Python/compile.c`; the jump around the
//! `except*` handlers is that of 3.11.7.

use super::fblock::FBlockKind;
use super::{Compiler, Done};
use crate::ast::{ExceptHandler, ExprContext, Identifier, Try};
use crate::flowgraph::{BlockId, Op};
use bytecode::Opcode;

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, node: &'a Try, star: bool) -> Done {
        if node.finalbody.is_empty() {
            self.try_handlers(node, star)
        } else {
            self.try_finally(node, star)
        }
    }

    fn try_handlers(&mut self, node: &'a Try, star: bool) -> Done {
        if star {
            self.try_star_except(node)
        } else {
            self.try_except(node)
        }
    }

    fn try_finally(&mut self, node: &'a Try, star: bool) -> Done {
        let body = self.new_block();
        let end = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.op_j(Op::SetupFinally, end);
        self.use_next_block(body);
        self.push_fblock(
            FBlockKind::FinallyTry(&node.finalbody),
            Some(body),
            Some(end),
        )?;
        if node.handlers.is_empty() {
            self.stmts(&node.body)?;
        } else {
            self.try_handlers(node, star)?;
        }
        self.op_noline(Op::PopBlock);
        self.pop_fblock();
        self.stmts(&node.finalbody)?;
        self.op_j_noline(Op::Jump, exit);

        self.use_next_block(end);
        self.unset_loc();
        self.op_j(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_fblock(FBlockKind::FinallyEnd, Some(end), None)?;
        self.stmts(&node.finalbody)?;
        self.pop_fblock();
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(exit);
        Ok(())
    }

    fn try_except(&mut self, node: &'a Try) -> Done {
        let body = self.new_block();
        let except = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        self.op_j(Op::SetupFinally, except);
        self.use_next_block(body);
        self.push_fblock(FBlockKind::TryExcept, Some(body), None)?;
        self.stmts(&node.body)?;
        self.pop_fblock();
        self.op_noline(Op::PopBlock);
        self.stmts(&node.orelse)?;
        self.op_j_noline(Op::Jump, end);
        self.use_next_block(except);
        self.unset_loc();
        self.op_j(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_fblock(FBlockKind::ExceptionHandler, None, None)?;
        for (i, handler) in node.handlers.iter().enumerate() {
            self.unit.loc = handler.span;
            if handler.type_.is_none() && i + 1 < node.handlers.len() {
                return Err(self.error("default 'except:' must be last"));
            }
            self.handler(handler, end)?;
        }
        self.unset_loc();
        self.pop_fblock();
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(end);
        Ok(())
    }

    /// One `except` clause; afterwards the current block is where the next one is tried.
    fn handler(&mut self, handler: &'a ExceptHandler, end: BlockId) -> Done {
        let next = self.new_block();
        if let Some(type_) = &handler.type_ {
            self.expr(type_)?;
            self.op(Opcode::CHECK_EXC_MATCH);
            self.op_j(Op::PopJumpIfFalse, next);
        }
        match &handler.name {
            Some(name) => self.named_handler_body(handler, name, end)?,
            None => {
                let body = self.new_block();
                self.op(Opcode::POP_TOP);
                self.use_next_block(body);
                self.push_fblock(FBlockKind::HandlerCleanup(None), Some(body), None)?;
                self.stmts(&handler.body)?;
                self.pop_fblock();
                self.unset_loc();
                self.op(Op::PopBlock);
                self.op(Opcode::POP_EXCEPT);
                self.op_j(Op::Jump, end);
            }
        }
        self.use_next_block(next);
        Ok(())
    }

    /// The body runs in a `try … finally: name = None; del name`.
    fn named_handler_body(
        &mut self,
        handler: &'a ExceptHandler,
        name: &'a Identifier,
        end: BlockId,
    ) -> Done {
        let cleanup_end = self.new_block();
        let body = self.new_block();
        self.name_op(name, ExprContext::Store)?;
        self.op_j(Op::SetupCleanup, cleanup_end);
        self.use_next_block(body);
        self.push_fblock(FBlockKind::HandlerCleanup(Some(name)), Some(body), None)?;
        self.stmts(&handler.body)?;
        self.pop_fblock();
        self.unset_loc();
        self.op(Op::PopBlock);
        self.op(Op::PopBlock);
        self.op(Opcode::POP_EXCEPT);
        self.clear_name(name)?;
        self.op_j(Op::Jump, end);
        self.use_next_block(cleanup_end);
        self.unset_loc();
        self.clear_name(name)?;
        self.op_i(Opcode::RERAISE, 1);
        Ok(())
    }

    fn try_star_except(&mut self, node: &'a Try) -> Done {
        let body = self.new_block();
        let except = self.new_block();
        let orelse = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        let reraise_star = self.new_block();
        self.op_j(Op::SetupFinally, except);
        self.use_next_block(body);
        self.push_fblock(FBlockKind::TryExcept, Some(body), None)?;
        self.stmts(&node.body)?;
        self.pop_fblock();
        self.op_noline(Op::PopBlock);
        self.op_j_noline(Op::Jump, orelse);
        self.use_next_block(except);
        self.unset_loc();
        self.op_j(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_fblock(FBlockKind::ExceptionGroupHandler, None, None)?;
        for (i, handler) in node.handlers.iter().enumerate() {
            self.unit.loc = handler.span;
            if i == 0 {
                // The original group, and a list of what the handlers raise.
                self.op_i(Opcode::COPY, 1);
                self.op_i(Opcode::BUILD_LIST, 0);
                self.op_i(Opcode::SWAP, 2);
            }
            self.star_handler(handler)?;
            if i + 1 == node.handlers.len() {
                self.op_i(Opcode::LIST_APPEND, 1);
                self.op_j(Op::Jump, reraise_star);
            }
        }
        self.unset_loc();
        self.pop_fblock();
        let reraise = self.new_block();
        self.use_next_block(reraise_star);
        self.op(Opcode::PREP_RERAISE_STAR);
        self.op_i(Opcode::COPY, 1);
        self.op_j(Op::PopJumpIfNotNone, reraise);
        self.op(Opcode::POP_TOP);
        self.op(Op::PopBlock);
        self.op(Opcode::POP_EXCEPT);
        self.op_j(Op::Jump, end);
        self.use_next_block(reraise);
        self.op(Op::PopBlock);
        self.op_i(Opcode::SWAP, 2);
        self.op(Opcode::POP_EXCEPT);
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(orelse);
        self.stmts(&node.orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    fn star_handler(&mut self, handler: &'a ExceptHandler) -> Done {
        let except = self.new_block();
        let except_with_error = self.new_block();
        let no_match = self.new_block();
        if let Some(type_) = &handler.type_ {
            self.expr(type_)?;
            self.op(Opcode::CHECK_EG_MATCH);
            self.op_i(Opcode::COPY, 1);
            self.op_j(Op::PopJumpIfNone, no_match);
        }
        let cleanup_end = self.new_block();
        let body = self.new_block();
        let name = handler.name.as_ref();
        match name {
            Some(name) => self.name_op(name, ExprContext::Store)?,
            None => self.op(Opcode::POP_TOP),
        }
        self.op_j(Op::SetupCleanup, cleanup_end);
        self.use_next_block(body);
        self.push_fblock(FBlockKind::HandlerCleanup(name), Some(body), None)?;
        self.stmts(&handler.body)?;
        self.pop_fblock();
        self.unset_loc();
        self.op(Op::PopBlock);
        if let Some(name) = name {
            self.clear_name(name)?;
        }
        self.op_j(Op::Jump, except);
        self.use_next_block(cleanup_end);
        self.unset_loc();
        if let Some(name) = name {
            self.clear_name(name)?;
        }
        self.op_i(Opcode::LIST_APPEND, 3);
        self.op(Opcode::POP_TOP);
        self.op_j(Op::Jump, except_with_error);

        // The NOP holds the line that comes from the body.
        self.use_next_block(except);
        self.op(Opcode::NOP);
        self.op_j(Op::Jump, except_with_error);
        self.use_next_block(no_match);
        self.unit.loc = handler.span;
        self.op(Opcode::POP_TOP);
        self.use_next_block(except_with_error);
        self.unset_loc();
        Ok(())
    }
}
