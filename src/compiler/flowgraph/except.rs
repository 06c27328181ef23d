//! Exception regions: which handler each instruction has, after which the pseudo-instructions that open and close regions go.
//!
//! CPython 3.11: `label_exception_targets`, `convert_exception_handlers_to_nops` in `Python/compile.c`.

use super::{BlockId, Cfg, Op};

/// Handlers open at a point, the innermost last.
type ExceptStack = Vec<BlockId>;

/// Writes its handler into every instruction.
pub fn label_exception_targets(cfg: &mut Cfg) {
    cfg.along(|cfg, id| cfg[id].visited = false);
    let entry = cfg.entry();
    cfg[entry].visited = true;
    let mut todo: Vec<(BlockId, ExceptStack)> = vec![(entry, ExceptStack::new())];
    while let Some((id, mut handlers)) = todo.pop() {
        for i in 0..cfg[id].instrs.len() {
            let instr = cfg[id].instrs[i];
            if instr.op == Op::PopBlock {
                handlers.pop();
                continue;
            }
            if let Some(target) = instr.target.filter(|_| instr.op.is_block_push()) {
                visit(cfg, &mut todo, target, &handlers);
                if matches!(instr.op, Op::SetupWith | Op::SetupCleanup) {
                    cfg[target].preserve_lasti = true;
                }
                handlers.push(target);
                continue;
            }
            cfg[id].instrs[i].except = handlers.last().copied();
            if let Some(target) = instr.target.filter(|_| instr.op.is_jump()) {
                visit(cfg, &mut todo, target, &handlers);
            }
        }
        if let Some(next) = cfg[id].next.filter(|_| !cfg[id].nofallthrough) {
            visit(cfg, &mut todo, next, &handlers);
        }
    }
}

fn visit(
    cfg: &mut Cfg,
    todo: &mut Vec<(BlockId, ExceptStack)>,
    id: BlockId,
    handlers: &ExceptStack,
) {
    if !cfg[id].visited {
        cfg[id].visited = true;
        todo.push((id, handlers.clone()));
    }
}

/// Turns the pseudo-instructions of regions into NOPs.
pub fn convert_exception_handlers_to_nops(cfg: &mut Cfg) {
    cfg.along(|cfg, id| {
        for instr in &mut cfg[id].instrs {
            if instr.op.is_block_push() || instr.op == Op::PopBlock {
                instr.op = Op::NOP;
            }
        }
    });
}
