//! Jumps: marking blocks, copying small exits into their predecessors, deleting what cannot be reached, choosing directions.
//!
//! CPython 3.11: `normalize_basic_block`, `extend_block`, `mark_reachable`, `eliminate_empty_basic_blocks`, `normalize_jumps` in
//! `Python/compile.c`.

use super::{BlockId, Cfg, Op};
use crate::error::{CompileError, ErrorKind};
use bytecode::Opcode;

/// Blocks of at most so many instructions are copied in place of a jump to them.
const MAX_COPY_SIZE: usize = 4;

fn system_error(msg: &str) -> CompileError {
    CompileError {
        kind: ErrorKind::System,
        msg: msg.to_owned(),
        lineno: None,
        offset: None,
        end_lineno: None,
        end_offset: None,
        text: None,
    }
}

/// Notes whether the block exits and whether it falls through, and lets its jump skip empty blocks.
pub fn normalize_basic_block(cfg: &mut Cfg, id: BlockId) -> Result<(), CompileError> {
    for i in 0..cfg[id].instrs.len() {
        let instr = cfg[id].instrs[i];
        if instr.op.is_scope_exit() {
            cfg[id].exit = true;
            cfg[id].nofallthrough = true;
            continue;
        }
        if instr.op.is_unconditional_jump() {
            cfg[id].nofallthrough = true;
        }
        // SEND is not in CPython's list: its target is left alone here.
        if !instr.op.is_jump() || instr.op == Op::Real(Opcode::SEND) {
            continue;
        }
        let Some(target) = instr.target.filter(|_| i + 1 == cfg[id].instrs.len()) else {
            return Err(system_error("malformed control flow graph."));
        };
        let target = cfg.skip_empty(target);
        cfg[id].instrs[i].target = Some(target);
    }
    Ok(())
}

/// Replaces a jump to a small exit block without line numbers by a copy of that block.
pub fn extend_block(cfg: &mut Cfg, id: BlockId) {
    let Some(last) = cfg[id].instrs.last() else {
        return;
    };
    let (Op::Jump, Some(target)) = (last.op, last.target) else {
        return;
    };
    let to_copy = &cfg[target];
    if !to_copy.exit || to_copy.instrs.len() > MAX_COPY_SIZE {
        return;
    }
    if to_copy.instrs.iter().any(|i| i.loc.lineno > 0) {
        return;
    }
    let copies = to_copy.instrs.clone();
    let block = &mut cfg[id];
    if let Some(last) = block.instrs.last_mut() {
        last.op = Op::NOP;
    }
    block.instrs.extend(copies);
    block.exit = true;
}

/// Counts the predecessors of every block that can be reached.
pub fn mark_reachable(cfg: &mut Cfg) {
    let entry = cfg.entry();
    cfg[entry].predecessors = 1;
    let mut stack = vec![entry];
    while let Some(id) = stack.pop() {
        if let Some(next) = cfg[id].next.filter(|_| !cfg[id].nofallthrough) {
            if cfg[next].predecessors == 0 {
                stack.push(next);
            }
            cfg[next].predecessors += 1;
        }
        for i in 0..cfg[id].instrs.len() {
            let instr = &cfg[id].instrs[i];
            if !instr.op.is_jump() && !instr.op.is_block_push() {
                continue;
            }
            if let Some(target) = instr.target {
                if cfg[target].predecessors == 0 {
                    stack.push(target);
                }
                cfg[target].predecessors += 1;
            }
        }
    }
}

/// Empties the blocks that nothing leads to.
pub fn delete_unreachable(cfg: &mut Cfg) {
    cfg.along(|cfg, id| {
        let block = &mut cfg[id];
        if block.predecessors == 0 {
            block.instrs.clear();
            block.nofallthrough = false;
        }
    });
}

/// Unlinks empty blocks and lets jumps skip them.
pub fn eliminate_empty_basic_blocks(cfg: &mut Cfg) {
    let mut at = Some(cfg.entry());
    while let Some(id) = at {
        if let Some(next) = cfg[id].next {
            let next = cfg.skip_empty(next);
            cfg[id].next = Some(next);
        }
        at = cfg[id].next;
    }
    cfg.along(|cfg, id| {
        let Some(last) = cfg[id].instrs.last() else {
            return;
        };
        if let (true, Some(target)) = (last.op.is_jump(), last.target) {
            let target = cfg.skip_empty(target);
            if let Some(last) = cfg[id].instrs.last_mut() {
                last.target = Some(target);
            }
        }
    });
}

/// Deletes jumps to the block that follows anyway.
pub fn remove_redundant_jumps(cfg: &mut Cfg) {
    let mut maybe_empty = false;
    cfg.along(|cfg, id| {
        let next = cfg[id].next;
        let block = &mut cfg[id];
        if let Some(last) = block.instrs.last_mut() {
            if last.op.is_unconditional_jump() && last.target == next {
                last.op = Op::NOP;
                block.nofallthrough = false;
                maybe_empty = true;
            }
        }
    });
    if maybe_empty {
        eliminate_empty_basic_blocks(cfg);
    }
}

/// Gives every virtual jump its direction. The order of blocks is final here.
pub fn normalize_jumps(cfg: &mut Cfg) -> Result<(), CompileError> {
    let order = cfg.chain();
    for &id in &order {
        cfg[id].visited = false;
    }
    for &id in &order {
        cfg[id].visited = true;
        let Some(last) = cfg[id].instrs.last() else {
            continue;
        };
        let Some(target) = last.target.filter(|_| last.op.is_jump()) else {
            continue;
        };
        let op = directed(last.op, !cfg[target].visited)?;
        if let Some(last) = cfg[id].instrs.last_mut() {
            last.op = op;
        }
    }
    Ok(())
}

fn directed(op: Op, forward: bool) -> Result<Op, CompileError> {
    let pick = |ahead: Opcode, back: Opcode| Op::Real(if forward { ahead } else { back });
    Ok(match op {
        Op::Jump => pick(Opcode::JUMP_FORWARD, Opcode::JUMP_BACKWARD),
        Op::JumpNoInterrupt => pick(Opcode::JUMP_FORWARD, Opcode::JUMP_BACKWARD_NO_INTERRUPT),
        Op::PopJumpIfNotNone => pick(
            Opcode::POP_JUMP_FORWARD_IF_NOT_NONE,
            Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE,
        ),
        Op::PopJumpIfNone => pick(
            Opcode::POP_JUMP_FORWARD_IF_NONE,
            Opcode::POP_JUMP_BACKWARD_IF_NONE,
        ),
        Op::PopJumpIfFalse => pick(
            Opcode::POP_JUMP_FORWARD_IF_FALSE,
            Opcode::POP_JUMP_BACKWARD_IF_FALSE,
        ),
        Op::PopJumpIfTrue => pick(
            Opcode::POP_JUMP_FORWARD_IF_TRUE,
            Opcode::POP_JUMP_BACKWARD_IF_TRUE,
        ),
        Op::Real(Opcode::JUMP_IF_TRUE_OR_POP | Opcode::JUMP_IF_FALSE_OR_POP) if !forward => {
            return Err(system_error(&format!(
                "unexpected {} jumping backwards",
                op.name()
            )));
        }
        other => other,
    })
}
