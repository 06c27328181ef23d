//! Exit blocks without a line: each predecessor gets a copy of its own, so that the line of the predecessor can be written into it.
//!
//! (3.12 moves cold blocks to the end at this point; 3.11 does not.)
//!
//! CPython 3.11: `duplicate_exits_without_lineno` in `Python/compile.c`.

use super::{Block, BlockId, Cfg};

fn is_exit_without_lineno(block: &Block) -> bool {
    block.exit && block.instrs.iter().all(|i| i.loc.lineno < 0)
}

/// Copies exit blocks without lines that several jumps lead to, and gives the others the line of what falls into them.
pub fn duplicate_exits_without_lineno(cfg: &mut Cfg) {
    for id in cfg.by_creation() {
        let Some(last) = cfg[id].instrs.last().copied() else {
            continue;
        };
        let Some(target) = last.target.filter(|_| last.op.is_jump()) else {
            continue;
        };
        if is_exit_without_lineno(&cfg[target]) && cfg[target].predecessors > 1 {
            let copy = copy_block(cfg, target);
            if let Some(first) = cfg[copy].instrs.first_mut() {
                first.loc = last.loc;
            }
            if let Some(jump) = cfg[id].instrs.last_mut() {
                jump.target = Some(copy);
            }
            cfg[target].predecessors -= 1;
            cfg[copy].predecessors = 1;
            cfg[copy].next = cfg[target].next;
            cfg[target].next = Some(copy);
        }
    }
    for id in cfg.by_creation() {
        while let Some(next) = cfg[id].next.filter(|&n| cfg[n].instrs.is_empty()) {
            cfg[id].next = cfg[next].next;
        }
    }
    for id in cfg.by_creation() {
        let block = &cfg[id];
        let Some(next) = block.next.filter(|_| !block.nofallthrough) else {
            continue;
        };
        let Some(loc) = block.instrs.last().map(|i| i.loc) else {
            continue;
        };
        if is_exit_without_lineno(&cfg[next]) {
            if let Some(first) = cfg[next].instrs.first_mut() {
                first.loc = loc;
            }
        }
    }
}

fn copy_block(cfg: &mut Cfg, id: BlockId) -> BlockId {
    let copy = cfg.new_block();
    let instrs = cfg[id].instrs.clone();
    let exit = cfg[id].exit;
    let block = &mut cfg[copy];
    block.instrs = instrs;
    block.exit = exit;
    block.nofallthrough = true;
    copy
}
