//! Line numbers: removing NOPs that no line needs, and giving instructions without a line that of their predecessor.
//!
//! CPython 3.11: `clean_basic_block`, `propagate_line_numbers`, `guarantee_lineno_for_exits` in `Python/compile.c`.

use super::{BlockId, Cfg, NO_LOCATION, Op};

/// Removes NOPs that carry no line of their own.
pub fn clean_basic_block(cfg: &mut Cfg, id: BlockId) {
    if !cfg[id].instrs.iter().any(|i| i.op == Op::NOP) {
        return;
    }
    let following = following_line(cfg, id);
    let instrs = &mut cfg[id].instrs;
    let mut dest = 0;
    let mut prev_lineno = -1;
    for src in 0..instrs.len() {
        let instr = instrs[src];
        let lineno = instr.loc.lineno;
        if instr.op == Op::NOP {
            if lineno < 0 || prev_lineno == lineno {
                continue;
            }
            if src + 1 < instrs.len() {
                let next_lineno = instrs[src + 1].loc.lineno;
                if next_lineno == lineno {
                    continue;
                }
                if next_lineno < 0 {
                    instrs[src + 1].loc = instr.loc;
                    continue;
                }
            } else if following == Some(lineno) {
                continue;
            }
        }
        instrs[dest] = instr;
        dest += 1;
        prev_lineno = lineno;
    }
    instrs.truncate(dest);
}

/// The line of the first instruction behind the block.
fn following_line(cfg: &Cfg, id: BlockId) -> Option<i32> {
    let next = cfg.skip_empty(cfg[id].next?);
    cfg[next].instrs.first().map(|i| i.loc.lineno)
}

/// Copies lines forward inside blocks, and into blocks with a single predecessor.
pub fn propagate_line_numbers(cfg: &mut Cfg) {
    cfg.along(|cfg, id| {
        if cfg[id].instrs.is_empty() {
            return;
        }
        let mut prev = NO_LOCATION;
        for instr in &mut cfg[id].instrs {
            if instr.loc.lineno < 0 {
                instr.loc = prev;
            } else {
                prev = instr.loc;
            }
        }
        let block = &cfg[id];
        let fall = block.next.filter(|_| !block.nofallthrough);
        let jump = block
            .instrs
            .last()
            .filter(|i| i.op.is_jump())
            .and_then(|i| i.target);
        for to in [fall, jump].into_iter().flatten() {
            let to = &mut cfg[to];
            if to.predecessors == 1 {
                if let Some(first) = to.instrs.first_mut().filter(|i| i.loc.lineno < 0) {
                    first.loc = prev;
                }
            }
        }
    });
}

/// Makes sure that every return has a line, even one that propagation did not reach.
pub fn guarantee_lineno_for_exits(cfg: &mut Cfg, firstlineno: i32) {
    let mut lineno = firstlineno;
    cfg.along(|cfg, id| {
        let block = &mut cfg[id];
        let Some(last) = block.instrs.last() else {
            return;
        };
        if last.loc.lineno >= 0 {
            lineno = last.loc.lineno;
        } else if last.op == Op::RETURN_VALUE {
            for instr in &mut block.instrs {
                instr.loc.lineno = lineno;
            }
        }
    });
}
