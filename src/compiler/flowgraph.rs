//! Basic blocks, the instructions in them, and the order of the passes that turn what codegen wrote into what is assembled.
//!
//! Blocks live in one vector in the order of their creation and are linked by index; `next` is the block that follows in the code.
//! CPython walks its blocks in two ways, along `b_next` and backwards by creation (`b_list`), and the bytes depend on which: the passes here
//! say which they use (`chain`, `by_creation`).
//!
//! CPython 3.11: `Python/compile.c`, from `struct instr` and from `normalize_basic_block` on.

pub mod cold;
pub mod except;
pub mod jumps;
pub mod lines;
pub mod peephole;
pub mod stackdepth;

use crate::ast::Span;
use crate::error::CompileError;
use bytecode::Opcode;
use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};

/// No position: what artificial instructions have (`UNSET_LOC`).
pub const NO_LOCATION: Span = Span {
    lineno: -1,
    col_offset: -1,
    end_lineno: -1,
    end_col_offset: -1,
};

/// No line, but columns of zero: what CPython's `…_NOLINE` macros write.
pub const NO_LINE: Span = Span {
    lineno: -1,
    col_offset: 0,
    end_lineno: 0,
    end_col_offset: 0,
};

/// An opcode, or one of the virtual ones that only exist between codegen and assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// An opcode of the table.
    Real(Opcode),
    /// An unconditional jump whose direction is not known yet.
    Jump,
    /// The same, not looking at the eval breaker.
    JumpNoInterrupt,
    /// Pop, jump when false.
    PopJumpIfFalse,
    /// Pop, jump when true.
    PopJumpIfTrue,
    /// Pop, jump when None.
    PopJumpIfNone,
    /// Pop, jump when not None.
    PopJumpIfNotNone,
    /// Start of a region whose exceptions go to the target, with the exception pushed.
    SetupFinally,
    /// The same, with `lasti` pushed below the exception.
    SetupCleanup,
    /// The same for the body of a `with`.
    SetupWith,
    /// End of the innermost such region.
    PopBlock,
}

/// Which opcodes jump: asked for every instruction in every pass.
static JUMPS: [bool; 256] = {
    let mut jumps = [false; 256];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        jumps[Opcode::ALL[i] as usize] = Opcode::ALL[i].is_jump();
        i += 1;
    }
    jumps
};

impl From<Opcode> for Op {
    fn from(op: Opcode) -> Op {
        Op::Real(op)
    }
}

impl Op {
    /// The opcode that does nothing.
    pub const NOP: Op = Op::Real(Opcode::NOP);
    /// `RETURN_VALUE`
    pub const RETURN_VALUE: Op = Op::Real(Opcode::RETURN_VALUE);

    /// Whether the instruction can transfer control to its target in normal flow.
    #[inline]
    pub fn is_jump(self) -> bool {
        match self {
            Op::Real(op) => JUMPS[op as usize],
            Op::Jump
            | Op::JumpNoInterrupt
            | Op::PopJumpIfFalse
            | Op::PopJumpIfTrue
            | Op::PopJumpIfNone
            | Op::PopJumpIfNotNone => true,
            _ => false,
        }
    }

    /// Whether the instruction opens an exception region.
    pub fn is_block_push(self) -> bool {
        matches!(self, Op::SetupFinally | Op::SetupCleanup | Op::SetupWith)
    }

    /// Whether the instruction leaves the code object.
    pub fn is_scope_exit(self) -> bool {
        matches!(
            self,
            Op::Real(Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE)
        )
    }

    /// Whether control never goes on behind the instruction.
    pub fn is_unconditional_jump(self) -> bool {
        matches!(self, Op::Jump | Op::JumpNoInterrupt)
    }

    /// Change of the stack's depth.
    pub fn stack_effect(self, arg: i32, jump: bool) -> i32 {
        match self {
            Op::Real(op) => op.stack_effect(arg, jump),
            Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::PopJumpIfNone | Op::PopJumpIfNotNone => -1,
            Op::SetupFinally | Op::SetupWith => i32::from(jump),
            Op::SetupCleanup => 2 * i32::from(jump),
            Op::Jump | Op::JumpNoInterrupt | Op::PopBlock => 0,
        }
    }

    /// A name for dumps.
    pub fn name(self) -> &'static str {
        match self {
            Op::Real(op) => op.name(),
            Op::Jump => "JUMP",
            Op::JumpNoInterrupt => "JUMP_NO_INTERRUPT",
            Op::PopJumpIfFalse => "POP_JUMP_IF_FALSE",
            Op::PopJumpIfTrue => "POP_JUMP_IF_TRUE",
            Op::PopJumpIfNone => "POP_JUMP_IF_NONE",
            Op::PopJumpIfNotNone => "POP_JUMP_IF_NOT_NONE",
            Op::SetupFinally => "SETUP_FINALLY",
            Op::SetupCleanup => "SETUP_CLEANUP",
            Op::SetupWith => "SETUP_WITH",
            Op::PopBlock => "POP_BLOCK",
        }
    }
}

/// The index of a block, by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockId(NonZeroU32);

impl BlockId {
    /// The block created as number `index`.
    pub fn new(index: usize) -> BlockId {
        // A code object with 2**32 blocks does not fit into memory; saturating keeps this total.
        BlockId(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// Its number.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// An instruction before assembly.
#[derive(Clone, Copy, Debug)]
pub struct Instr {
    /// What it does.
    pub op: Op,
    /// Its operand; of a jump, only known at the end.
    pub arg: i32,
    /// Where it jumps, or where the exceptions of the region it opens go.
    pub target: Option<BlockId>,
    /// The handler of exceptions it raises, found by `except::label_exception_targets`.
    pub except: Option<BlockId>,
    /// Its position in the source; a negative line for none.
    pub loc: Span,
}

impl Instr {
    /// An instruction without a target.
    pub fn new(op: impl Into<Op>, arg: i32, loc: Span) -> Instr {
        Instr {
            op: op.into(),
            arg,
            target: None,
            except: None,
            loc,
        }
    }
}

/// A basic block.
#[derive(Debug, Default)]
pub struct Block {
    /// Its instructions; only the last may be a jump.
    pub instrs: Vec<Instr>,
    /// The block that follows in the code.
    pub next: Option<BlockId>,
    /// How many edges lead here, once `jumps::mark_reachable` has run.
    pub predecessors: u32,
    /// Depth of the stack on entry; negative when not known.
    pub start_depth: i32,
    /// Offset in code units, once known.
    pub offset: u32,
    /// Control does not fall through to `next`.
    pub nofallthrough: bool,
    /// The handler expects `lasti` on the stack.
    pub preserve_lasti: bool,
    /// Scratch mark of a pass.
    pub visited: bool,
    /// The block ends with a return or a raise.
    pub exit: bool,
    /// A `RETURN_VALUE` was written into it by codegen.
    pub returns: bool,
}

/// The control-flow graph of one code object.
#[derive(Debug, Default)]
pub struct Cfg {
    /// Blocks by creation; the first is the entry.
    pub blocks: Vec<Block>,
    /// Empty vectors of finished graphs, to be used again.
    pub spare: Vec<Vec<Instr>>,
}

impl Index<BlockId> for Cfg {
    type Output = Block;
    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }
}

impl IndexMut<BlockId> for Cfg {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}

impl Cfg {
    /// A new empty block, not linked to anything.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block {
            instrs: self.spare.pop().unwrap_or_default(),
            ..Block::default()
        });
        BlockId::new(self.blocks.len() - 1)
    }

    /// Takes the graph apart for its memory.
    pub fn recycle(&mut self) -> Vec<Vec<Instr>> {
        let mut spare = std::mem::take(&mut self.spare);
        spare.extend(self.blocks.drain(..).map(|mut block| {
            block.instrs.clear();
            block.instrs
        }));
        spare
    }

    /// The entry block.
    pub fn entry(&self) -> BlockId {
        BlockId::new(0)
    }

    /// The block behind `id`.
    pub fn next(&self, id: BlockId) -> Option<BlockId> {
        self[id].next
    }

    /// The blocks along `next`, as they are linked now.
    pub fn chain(&self) -> Vec<BlockId> {
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut at = (!self.blocks.is_empty()).then(|| self.entry());
        while let Some(id) = at {
            order.push(id);
            at = self[id].next;
        }
        order
    }

    /// Takes a step at each block along `next`. Steps leave the links alone.
    pub fn along(&mut self, mut step: impl FnMut(&mut Cfg, BlockId)) {
        let mut at = (!self.blocks.is_empty()).then(|| self.entry());
        while let Some(id) = at {
            step(self, id);
            at = self[id].next;
        }
    }

    /// All blocks, the latest first, as CPython's `b_list` goes.
    pub fn by_creation(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len()).rev().map(BlockId::new)
    }

    /// The first block from `id` on that has instructions; the last block when all are empty.
    pub fn skip_empty(&self, mut id: BlockId) -> BlockId {
        while self[id].instrs.is_empty() {
            match self[id].next {
                Some(next) => id = next,
                None => break,
            }
        }
        id
    }
}

/// What the passes need to know of constants.
pub trait Constants {
    /// The truth value of the constant at `index` of the table.
    fn is_true(&self, index: usize) -> bool;
    /// Whether the constant at `index` is None.
    fn is_none(&self, index: usize) -> bool;
    /// The index of the tuple of these constants, added when it is new.
    fn fold_tuple(&mut self, items: &[usize]) -> usize;
}

/// The passes up to the insertion of the prefix (`RETURN_GENERATOR`, `MAKE_CELL`, …).
pub fn normalize(cfg: &mut Cfg) -> Result<(), CompileError> {
    for id in cfg.by_creation() {
        jumps::normalize_basic_block(cfg, id)?;
    }
    for id in cfg.by_creation() {
        jumps::extend_block(cfg, id);
    }
    Ok(())
}

/// CPython's `optimize_cfg` and `duplicate_exits_without_lineno`.
pub fn optimize(cfg: &mut Cfg, consts: &mut impl Constants) {
    cfg.along(|cfg, id| {
        peephole::optimize_basic_block(cfg, id, consts);
        lines::clean_basic_block(cfg, id);
    });
    for id in cfg.by_creation() {
        jumps::extend_block(cfg, id);
    }
    jumps::mark_reachable(cfg);
    jumps::delete_unreachable(cfg);
    jumps::eliminate_empty_basic_blocks(cfg);
    cfg.along(lines::clean_basic_block);
    jumps::remove_redundant_jumps(cfg);
    cold::duplicate_exits_without_lineno(cfg);
}

/// The passes from line numbers to the direction of jumps; gives the stack size.
pub fn finish(cfg: &mut Cfg, firstlineno: i32, starts_on_stack: bool) -> Result<u32, CompileError> {
    lines::propagate_line_numbers(cfg);
    lines::guarantee_lineno_for_exits(cfg, firstlineno);
    let depth = stackdepth::stackdepth(cfg, starts_on_stack)?;
    except::label_exception_targets(cfg);
    except::convert_exception_handlers_to_nops(cfg);
    cfg.along(lines::clean_basic_block);
    jumps::normalize_jumps(cfg)?;
    Ok(depth)
}
