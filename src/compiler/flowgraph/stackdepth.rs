//! The depth of the stack on entry to every block, and its maximum.
//!
//! CPython 3.11: `stackdepth` in `Python/compile.c`.

use super::{BlockId, Cfg};
use crate::error::{CompileError, ErrorKind};

/// Finds the entry depth of every block and gives the largest depth anywhere. `starts_on_stack`: a generator starts with one value.
pub fn stackdepth(cfg: &mut Cfg, starts_on_stack: bool) -> Result<u32, CompileError> {
    for block in &mut cfg.blocks {
        block.start_depth = i32::MIN;
    }
    let mut max_depth = 0;
    let mut stack = Vec::with_capacity(cfg.blocks.len());
    let entry = cfg.entry();
    push(cfg, &mut stack, entry, i32::from(starts_on_stack));
    while let Some(id) = stack.pop() {
        let mut depth = cfg[id].start_depth;
        let mut next = cfg[id].next;
        for i in 0..cfg[id].instrs.len() {
            let instr = cfg[id].instrs[i];
            let new_depth = depth + instr.op.stack_effect(instr.arg, false);
            max_depth = max_depth.max(new_depth);
            if instr.op.is_jump() || instr.op.is_block_push() {
                let target_depth = depth + instr.op.stack_effect(instr.arg, true);
                max_depth = max_depth.max(target_depth);
                if let Some(target) = instr.target {
                    push(cfg, &mut stack, target, target_depth);
                }
            }
            depth = new_depth;
            if instr.op.is_unconditional_jump() || instr.op.is_scope_exit() {
                next = None;
                break;
            }
        }
        if let Some(next) = next {
            push(cfg, &mut stack, next, depth);
        }
    }
    u32::try_from(max_depth).map_err(|_| CompileError {
        kind: ErrorKind::System,
        msg: "compiler stack_effect failed".to_owned(),
        lineno: None,
        offset: None,
        end_lineno: None,
        end_offset: None,
        text: None,
    })
}

fn push(cfg: &mut Cfg, stack: &mut Vec<BlockId>, id: BlockId, depth: i32) {
    let block = &mut cfg[id];
    if block.start_depth < depth && block.start_depth < 100 {
        block.start_depth = depth;
        stack.push(id);
    }
}
