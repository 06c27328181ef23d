//! Rewrites inside one block: constant conditions, tuples of constants, jumps to jumps, swaps.
//!
//! CPython 3.11: `optimize_basic_block`, `fold_tuple_on_constants`, `swaptimize`, `apply_static_swaps`, `jump_thread` in
//! `Python/compile.c`.

use super::{Block, BlockId, Cfg, Constants, Instr, Op};
use bytecode::Opcode;

/// Rewrites the instructions of a block; what goes away becomes NOPs.
pub fn optimize_basic_block(cfg: &mut Cfg, id: BlockId, consts: &mut impl Constants) {
    let mut i = 0;
    // A cycle of jumps must not be followed for ever.
    let mut threads = 0;
    while i < cfg[id].instrs.len() {
        let mut instr = cfg[id].instrs[i];
        if instr.op.is_jump() || instr.op.is_block_push() {
            if let Some(target) = instr.target {
                let target = cfg.skip_empty(target);
                instr.target = Some(target);
                cfg[id].instrs[i].target = Some(target);
            }
        }
        let next_op = cfg[id].instrs.get(i + 1).map(|n| n.op);
        match instr.op {
            Op::Real(Opcode::LOAD_CONST) => load_const(&mut cfg[id], i, consts),
            Op::Real(Opcode::BUILD_TUPLE) => build_tuple(&mut cfg[id], i, consts),
            Op::Real(Opcode::SWAP) if instr.arg == 1 => cfg[id].instrs[i].op = Op::NOP,
            Op::Real(Opcode::SWAP) => {
                i = swaptimize(&mut cfg[id].instrs, i);
                apply_static_swaps(&mut cfg[id].instrs, i);
            }
            Op::Real(Opcode::PUSH_NULL) if next_op == Some(Op::Real(Opcode::LOAD_GLOBAL)) => {
                let instrs = &mut cfg[id].instrs;
                instrs[i].op = Op::NOP;
                instrs[i].arg = 0;
                instrs[i + 1].arg |= 1;
            }
            op if op.is_jump() && threads <= cfg.blocks.len() && thread_jump(cfg, id, i) => {
                threads += 1;
                continue;
            }
            _ => {}
        }
        threads = 0;
        i += 1;
    }
}

/// `LOAD_CONST` before a conditional jump or before `is`.
fn load_const(block: &mut Block, i: usize, consts: &impl Constants) {
    let index = block.instrs[i].arg as usize;
    let Some(next) = block.instrs.get(i + 1).copied() else {
        return;
    };
    match next.op {
        Op::PopJumpIfFalse | Op::PopJumpIfTrue => {
            block.instrs[i].op = Op::NOP;
            if consts.is_true(index) == (next.op == Op::PopJumpIfTrue) {
                block.instrs[i + 1].op = Op::Jump;
                block.nofallthrough = true;
            } else {
                block.instrs[i + 1].op = Op::NOP;
            }
        }
        Op::Real(Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP) => {
            let jump_if = next.op == Op::Real(Opcode::JUMP_IF_TRUE_OR_POP);
            if consts.is_true(index) == jump_if {
                block.instrs[i + 1].op = Op::Jump;
                block.nofallthrough = true;
            } else {
                block.instrs[i].op = Op::NOP;
                block.instrs[i + 1].op = Op::NOP;
            }
        }
        Op::Real(Opcode::IS_OP) => {
            let Some(jump) = block.instrs.get(i + 2).map(|j| j.op) else {
                return;
            };
            if consts.is_none(index) && matches!(jump, Op::PopJumpIfFalse | Op::PopJumpIfTrue) {
                let jump_if_not_none = (next.arg != 0) != (jump == Op::PopJumpIfFalse);
                block.instrs[i].op = Op::NOP;
                block.instrs[i + 1].op = Op::NOP;
                block.instrs[i + 2].op = if jump_if_not_none {
                    Op::PopJumpIfNotNone
                } else {
                    Op::PopJumpIfNone
                };
            }
        }
        _ => {}
    }
}

/// `BUILD_TUPLE n; UNPACK_SEQUENCE n` for small n, and tuples of constants.
fn build_tuple(block: &mut Block, i: usize, consts: &mut impl Constants) {
    let arg = block.instrs[i].arg;
    if let Some(next) = block.instrs.get_mut(i + 1) {
        if next.op == Op::Real(Opcode::UNPACK_SEQUENCE) && next.arg == arg {
            match arg {
                1 => next.op = Op::NOP,
                2 | 3 => next.op = Op::Real(Opcode::SWAP),
                _ => {}
            }
            if (1..=3).contains(&arg) {
                block.instrs[i].op = Op::NOP;
                return;
            }
        }
    }
    let n = arg as usize;
    if i < n {
        return;
    }
    let loads = &block.instrs[i - n..i];
    if loads.iter().any(|l| !is_const(l.op)) {
        return;
    }
    let items: Vec<usize> = loads.iter().map(|l| l.arg as usize).collect();
    let index = consts.fold_tuple(&items);
    for load in &mut block.instrs[i - n..i] {
        load.op = Op::NOP;
    }
    block.instrs[i].op = Op::Real(Opcode::LOAD_CONST);
    block.instrs[i].arg = index as i32;
}

fn is_const(op: Op) -> bool {
    op == Op::Real(Opcode::LOAD_CONST)
}

/// Lets the jump at `i` go where its target goes. Says whether the instruction must be looked at again.
fn thread_jump(cfg: &mut Cfg, id: BlockId, i: usize) -> bool {
    let instr = cfg[id].instrs[i];
    let Some(to) = instr.target else {
        return false;
    };
    let Some(target) = cfg[to].instrs.first().copied() else {
        return false;
    };
    const IF_FALSE_OR_POP: Op = Op::Real(Opcode::JUMP_IF_FALSE_OR_POP);
    const IF_TRUE_OR_POP: Op = Op::Real(Opcode::JUMP_IF_TRUE_OR_POP);
    let op = match (instr.op, target.op) {
        (IF_FALSE_OR_POP, Op::PopJumpIfFalse) => Op::PopJumpIfFalse,
        (IF_FALSE_OR_POP, Op::Jump | IF_FALSE_OR_POP) => IF_FALSE_OR_POP,
        (IF_TRUE_OR_POP, Op::PopJumpIfTrue) => Op::PopJumpIfTrue,
        (IF_TRUE_OR_POP, Op::Jump | IF_TRUE_OR_POP) => IF_TRUE_OR_POP,
        (IF_FALSE_OR_POP, IF_TRUE_OR_POP | Op::PopJumpIfTrue) => {
            return jump_behind(cfg, id, i, &target, Op::PopJumpIfFalse);
        }
        (IF_TRUE_OR_POP, IF_FALSE_OR_POP | Op::PopJumpIfFalse) => {
            return jump_behind(cfg, id, i, &target, Op::PopJumpIfTrue);
        }
        (
            Op::PopJumpIfNotNone
            | Op::PopJumpIfNone
            | Op::PopJumpIfFalse
            | Op::PopJumpIfTrue
            | Op::Jump,
            Op::Jump,
        ) => instr.op,
        _ => return false,
    };
    // Equal targets would change nothing and never end.
    if instr.loc.lineno != target.loc.lineno || instr.target == target.target {
        return false;
    }
    let instr = &mut cfg[id].instrs[i];
    instr.target = target.target;
    instr.op = op;
    true
}

/// The second test is known to fail: jump to what follows it.
fn jump_behind(cfg: &mut Cfg, id: BlockId, i: usize, target: &Instr, op: Op) -> bool {
    let instr = cfg[id].instrs[i];
    if instr.loc.lineno != target.loc.lineno {
        return false;
    }
    let Some(behind) = instr.target.and_then(|t| cfg[t].next) else {
        return false;
    };
    let instr = &mut cfg[id].instrs[i];
    instr.op = op;
    instr.target = Some(behind);
    true
}

/// Replaces a run of SWAPs and NOPs from `start` by an optimal one; gives the index of the run's last instruction.
fn swaptimize(instrs: &mut [Instr], start: usize) -> usize {
    const SWAP: Op = Op::Real(Opcode::SWAP);
    let run = &mut instrs[start..];
    let mut depth = run[0].arg as usize;
    let mut len = 1;
    let mut more = false;
    while len < run.len() {
        if run[len].op == SWAP {
            depth = depth.max(run[len].arg as usize);
            more = true;
        } else if run[len].op != Op::NOP {
            break;
        }
        len += 1;
    }
    if !more {
        return start;
    }
    // Run the swaps on 0, 1, 2, …; None marks what was put in place.
    let mut stack: Vec<Option<usize>> = (0..depth).map(Some).collect();
    for instr in &run[..len] {
        if instr.op == SWAP {
            stack.swap(0, instr.arg as usize - 1);
        }
    }
    // Every cycle of the permutation becomes swaps with the top, written from the end of the run backwards.
    let mut current = len;
    for i in 0..depth {
        if stack[i].is_none() || stack[i] == Some(i) {
            continue;
        }
        let mut j = i;
        loop {
            if j != 0 {
                current -= 1;
                run[current].op = SWAP;
                run[current].arg = j as i32 + 1;
            }
            match stack[j].take() {
                Some(next) => j = next,
                None => break,
            }
        }
    }
    for instr in &mut run[..current] {
        instr.op = Op::NOP;
    }
    start + len - 1
}

/// Instructions that only take the top of the stack and can run no code.
fn is_swappable(op: Op) -> bool {
    matches!(op, Op::Real(Opcode::STORE_FAST | Opcode::POP_TOP))
}

fn next_swappable(instrs: &[Instr], i: usize, lineno: i32) -> Option<usize> {
    for (k, instr) in instrs.iter().enumerate().skip(i + 1) {
        if lineno >= 0 && instr.loc.lineno != lineno {
            return None;
        }
        if instr.op == Op::NOP {
            continue;
        }
        return is_swappable(instr.op).then_some(k);
    }
    None
}

fn stores_to(instr: &Instr) -> Option<i32> {
    (instr.op == Op::Real(Opcode::STORE_FAST)).then_some(instr.arg)
}

/// Applies SWAPs, from `i` leftwards, by exchanging the instructions that take the values.
fn apply_static_swaps(instrs: &mut [Instr], i: usize) {
    for i in (0..=i).rev() {
        let swap = instrs[i];
        if swap.op != Op::Real(Opcode::SWAP) {
            if swap.op == Op::NOP || is_swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(instrs, i, -1) else {
            return;
        };
        let lineno = instrs[j].loc.lineno;
        let mut k = j;
        for _ in 1..swap.arg {
            match next_swappable(instrs, k, lineno) {
                Some(next) => k = next,
                None => return,
            }
        }
        if !swap_is_safe(instrs, j, k) {
            return;
        }
        instrs[i].op = Op::NOP;
        instrs.swap(j, k);
    }
}

/// Two stores may change places unless they, or one between them, store into the same variable.
fn swap_is_safe(instrs: &[Instr], j: usize, k: usize) -> bool {
    let (store_j, store_k) = (stores_to(&instrs[j]), stores_to(&instrs[k]));
    if store_j.is_none() && store_k.is_none() {
        return true;
    }
    if store_j == store_k {
        return false;
    }
    instrs[j + 1..k].iter().all(|between| {
        let store = stores_to(between);
        store.is_none() || (store != store_j && store != store_k)
    })
}
