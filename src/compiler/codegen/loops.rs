//! Loops, `break` and `continue`.
//!
//! CPython 3.11: `compiler_for`, `compiler_async_for`, `compiler_while`, `compiler_break`, `compiler_continue` in `Python/compile.c`.

use super::fblock::FBlockKind;
use super::{Compiler, Done, ScopeType};
use crate::ast::{Expr, For, Stmt};
use crate::flowgraph::Op;
use bytecode::Opcode;

impl<'a> Compiler<'a> {
    pub(super) fn for_stmt(&mut self, node: &'a For) -> Done {
        let start = self.new_block();
        let body = self.new_block();
        let cleanup = self.new_block();
        let end = self.new_block();
        self.push_fblock(FBlockKind::ForLoop, Some(start), Some(end))?;
        self.expr(&node.iter)?;
        self.op(Opcode::GET_ITER);
        self.use_next_block(start);
        self.op_j(Opcode::FOR_ITER, cleanup);
        self.use_next_block(body);
        self.expr(&node.target)?;
        self.stmts(&node.body)?;
        self.unset_loc();
        self.op_j(Op::Jump, start);
        self.use_next_block(cleanup);
        self.pop_fblock();
        self.stmts(&node.orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    pub(super) fn async_for_stmt(&mut self, node: &'a For) -> Done {
        if self.is_top_level_await() {
            let scope = self.unit.scope;
            self.symtable.scope_mut(scope).coroutine = true;
        } else if self.unit.scope_type != ScopeType::AsyncFunction {
            return Err(self.error("'async for' outside async function"));
        }
        let start = self.new_block();
        let except = self.new_block();
        let end = self.new_block();
        self.expr(&node.iter)?;
        self.op(Opcode::GET_AITER);
        self.use_next_block(start);
        self.push_fblock(FBlockKind::ForLoop, Some(start), Some(end))?;
        self.op_j(Op::SetupFinally, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none();
        self.add_yield_from(true);
        self.op(Op::PopBlock);
        self.expr(&node.target)?;
        self.stmts(&node.body)?;
        self.unset_loc();
        self.op_j(Op::Jump, start);
        self.pop_fblock();
        self.use_next_block(except);
        // END_ASYNC_FOR belongs to the `for`, not to the end of the body.
        self.unit.loc = node.iter.span;
        self.op(Opcode::END_ASYNC_FOR);
        self.stmts(&node.orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    pub(super) fn while_stmt(
        &mut self,
        stmt: &'a Stmt,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Done {
        let head = self.new_block();
        let body_block = self.new_block();
        let anchor = self.new_block();
        let end = self.new_block();
        self.use_next_block(head);
        self.push_fblock(FBlockKind::WhileLoop, Some(head), Some(end))?;
        self.jump_if(test, anchor, false)?;
        self.use_next_block(body_block);
        self.stmts(body)?;
        self.unit.loc = stmt.span;
        self.jump_if(test, body_block, true)?;
        self.pop_fblock();
        self.use_next_block(anchor);
        self.stmts(orelse)?;
        self.use_next_block(end);
        Ok(())
    }

    pub(super) fn break_stmt(&mut self) -> Done {
        let loc = self.unit.loc;
        self.op(Opcode::NOP);
        let Some(found) = self.unwind_fblock_stack(false, true)? else {
            self.unit.loc = loc;
            return Err(self.error("'break' outside loop"));
        };
        self.unwind_fblock(&found, false)?;
        if let Some(exit) = found.exit {
            self.op_j(Op::Jump, exit);
        }
        Ok(())
    }

    pub(super) fn continue_stmt(&mut self) -> Done {
        let loc = self.unit.loc;
        self.op(Opcode::NOP);
        let Some(found) = self.unwind_fblock_stack(false, true)? else {
            self.unit.loc = loc;
            return Err(self.error("'continue' not properly in loop"));
        };
        if let Some(block) = found.block {
            self.op_j(Op::Jump, block);
        }
        Ok(())
    }
}
