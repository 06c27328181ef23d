//! `with` and `async with`.
//!
//! CPython 3.11: `compiler_with`, `compiler_async_with`, `compiler_with_except_finish` in `Python/compile.c`.

use super::fblock::FBlockKind;
use super::{Compiler, Done, ScopeType};
use crate::ast::{Stmt, With, WithItem};
use crate::flowgraph::{BlockId, Op};
use bytecode::Opcode;

impl<'a> Compiler<'a> {
    fn with_except_finish(&mut self, cleanup: BlockId) {
        self.unset_loc();
        let exit = self.new_block();
        self.op_j(Op::PopJumpIfTrue, exit);
        self.op_i(Opcode::RERAISE, 2);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(exit);
        self.op(Opcode::POP_TOP);
        self.op(Op::PopBlock);
        self.op(Opcode::POP_EXCEPT);
        self.op(Opcode::POP_TOP);
        self.op(Opcode::POP_TOP);
    }

    fn with_target(&mut self, item: &'a WithItem) -> Done {
        match &item.optional_vars {
            Some(vars) => self.expr(vars),
            None => {
                self.op(Opcode::POP_TOP);
                Ok(())
            }
        }
    }

    /// The item at `pos`, and inside it the rest.
    pub(super) fn with_stmt(&mut self, stmt: &'a Stmt, node: &'a With, pos: usize) -> Done {
        let Some(item) = node.items.get(pos) else {
            return self.stmts(&node.body);
        };
        let block = self.new_block();
        let last = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_WITH);
        self.op_j(Op::SetupWith, last);
        self.use_next_block(block);
        self.push_fblock(FBlockKind::With(stmt.span), Some(block), Some(last))?;
        self.with_target(item)?;
        self.with_stmt(stmt, node, pos + 1)?;
        self.unset_loc();
        self.op(Op::PopBlock);
        self.pop_fblock();

        self.unit.loc = stmt.span;
        self.call_exit_with_nones();
        self.op(Opcode::POP_TOP);
        self.op_j(Op::Jump, exit);

        self.use_next_block(last);
        self.op_j(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.with_except_finish(cleanup);
        self.use_next_block(exit);
        Ok(())
    }

    /// The same for `async with`.
    pub(super) fn async_with_stmt(&mut self, stmt: &'a Stmt, node: &'a With, pos: usize) -> Done {
        let Some(item) = node.items.get(pos) else {
            return self.stmts(&node.body);
        };
        if self.is_top_level_await() {
            let scope = self.unit.scope;
            self.symtable.scope_mut(scope).coroutine = true;
        } else if self.unit.scope_type != ScopeType::AsyncFunction {
            return Err(self.error("'async with' outside async function"));
        }
        let block = self.new_block();
        let last = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_ASYNC_WITH);
        self.await_with(1);
        self.op_j(Op::SetupWith, last);
        self.use_next_block(block);
        self.push_fblock(FBlockKind::AsyncWith(stmt.span), Some(block), Some(last))?;
        self.with_target(item)?;
        self.async_with_stmt(stmt, node, pos + 1)?;
        self.pop_fblock();
        self.op(Op::PopBlock);

        self.unit.loc = stmt.span;
        self.call_exit_with_nones();
        self.await_with(2);
        self.op(Opcode::POP_TOP);
        self.op_j(Op::Jump, exit);

        self.use_next_block(last);
        self.op_j(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.await_with(2);
        self.with_except_finish(cleanup);
        self.use_next_block(exit);
        Ok(())
    }

    fn await_with(&mut self, source: usize) {
        self.op_i(Opcode::GET_AWAITABLE, source);
        self.load_none();
        self.add_yield_from(true);
    }
}
