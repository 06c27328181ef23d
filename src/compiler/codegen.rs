//! From the AST to basic blocks: the compiler, the unit of one code object, and how instructions are written.
//!
//! Each kind of statement and expression has its file; all of them are methods of `Compiler`. The position of what is written next is
//! `unit.loc`, set and restored exactly as CPython does, because every instruction's position is part of the code object.
//!
//! CPython 3.11: `Python/compile.c`, from `struct compiler` to the end of the compiler section.

mod assign;
mod call;
mod class;
mod compare;
mod comprehension;
mod errors;
mod expr;
mod fblock;
mod fstring;
mod function;
mod import;
mod loops;
mod match_;
mod scope;
mod stmt;
mod try_;
mod with;

use crate::ast::{Identifier, Mod, Span, Stmt};
use crate::consts::{ConstCache, ConstId, StaticName};
use crate::error::{CompileError, CompileWarning};
use crate::flowgraph::{BlockId, Cfg, Instr, NO_LINE, NO_LOCATION, Op};
use crate::future::Future;
use crate::symtable::{BlockType, Scope, ScopeId, Symtable};
use bytecode::{CodeObject, Constant, Opcode, StrObj};
use fblock::FBlock;
use foldhash::HashMap;
use indexmap::IndexSet;
use std::rc::Rc;

pub use scope::ScopeType;

/// Success, or the error to report.
type Done = Result<(), CompileError>;

/// Names in the order of their first use; the index is the operand.
pub type NameTable = IndexSet<Identifier, foldhash::fast::RandomState>;

/// More values than this are not piled up on the stack.
const STACK_USE_GUIDELINE: usize = 30;

/// `allow_top_level_await` among the compiler's flags.
pub const PYCF_ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;

/// What the whole compilation is told.
pub struct Settings {
    /// `co_filename`, one object.
    pub filename: Rc<StrObj>,
    /// Future features and compiler flags.
    pub flags: u32,
    /// The future statements of the module.
    pub future: Future,
    /// 0, 1 (no asserts), 2 (no docstrings either).
    pub optimize: u8,
    /// Leave out column and end positions (`-X no_debug_ranges`).
    pub no_debug_ranges: bool,
}

/// The constants of a unit, in the order of `co_consts`.
#[derive(Default)]
pub struct UnitConsts {
    /// The constants.
    pub ids: Vec<ConstId>,
    /// Their places, once there are many.
    index: HashMap<ConstId, u32>,
}

/// So many constants are searched one by one.
const FEW_CONSTS: usize = 16;

impl UnitConsts {
    /// The index of a constant, which is added when it is new.
    pub fn add(&mut self, id: ConstId) -> usize {
        let next = self.ids.len();
        if next < FEW_CONSTS {
            if let Some(index) = self.ids.iter().position(|known| *known == id) {
                return index;
            }
            self.ids.push(id);
            return next;
        }
        if self.index.is_empty() {
            self.index.extend(self.ids.iter().copied().zip(0..));
        }
        let index = *self.index.entry(id).or_insert(next as u32) as usize;
        if index == next {
            self.ids.push(id);
        }
        index
    }
}

/// What changes from one code object to the next.
pub struct Unit<'a> {
    /// Its block in the symbol table.
    pub scope: ScopeId,
    /// The kind of scope.
    pub scope_type: ScopeType,
    /// `co_name`
    pub name: Rc<StrObj>,
    /// The name as an identifier.
    pub identifier: Identifier,
    /// `co_qualname`, and its text.
    pub qualname: (Rc<StrObj>, Identifier),
    /// The constants.
    pub consts: UnitConsts,
    /// `co_names`
    pub names: NameTable,
    /// Local variables, parameters first.
    pub varnames: NameTable,
    /// Cells, sorted.
    pub cellvars: NameTable,
    /// Free variables, sorted; their operands follow those of the cells.
    pub freevars: NameTable,
    /// The innermost class, for mangling.
    pub private: Option<Identifier>,
    /// Parameters that are not keyword-only, without the positional-only ones.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// The blocks.
    pub cfg: Cfg,
    pub(crate) cur_block: BlockId,
    need_new_block: bool,
    fblocks: Vec<FBlock<'a>>,
    loc: Span,
}

/// The compilation of a module.
pub struct Compiler<'a> {
    /// What it was told.
    pub settings: Settings,
    /// The blocks of the module.
    pub symtable: Symtable,
    /// Constants and strings.
    pub cache: ConstCache,
    /// Warnings so far.
    pub warnings: Vec<CompileWarning>,
    /// Receives every graph before and after it is optimised, for dumps.
    pub observer: Option<Box<dyn FnMut(&str, &str, &Cfg)>>,
    pub(crate) unit: Unit<'a>,
    stack: Vec<Unit<'a>>,
    interactive: bool,
}

/// Compiles a module whose symbol table was built. Warnings are added to `warnings`, those before an error too.
pub fn compile_mod(
    module: &Mod,
    mut symtable: Symtable,
    settings: Settings,
    observer: Option<Box<dyn FnMut(&str, &str, &Cfg)>>,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Rc<CodeObject>, CompileError> {
    let cache = ConstCache::new(std::mem::take(&mut symtable.identifiers));
    let unit = Unit::new(
        &symtable,
        Symtable::TOP,
        ScopeType::Module,
        cache.static_name(StaticName::Module),
        Rc::from("<module>"),
        1,
    );
    let mut compiler = Compiler {
        settings,
        symtable,
        cache,
        warnings: Vec::new(),
        observer,
        unit,
        stack: Vec::new(),
        interactive: false,
    };
    let code = compiler.module(module);
    warnings.append(&mut compiler.warnings);
    code
}

impl<'a> Compiler<'a> {
    fn module(&mut self, module: &'a Mod) -> Result<Rc<CodeObject>, CompileError> {
        self.unit.loc.lineno = 0;
        self.op_i(Opcode::RESUME, 0);
        self.unit.loc.lineno = 1;
        let mut add_none = true;
        match module {
            Mod::Module { body, .. } => self.body(body)?,
            Mod::Interactive { body } => {
                if stmt::find_ann(body) {
                    self.op(Opcode::SETUP_ANNOTATIONS);
                }
                self.interactive = true;
                self.stmts(body)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                add_none = false;
            }
            Mod::FunctionType { .. } => {
                return Err(errors::system("module kind 4 should not be possible"));
            }
        }
        let unit_end = self.assemble(add_none)?;
        Ok(unit_end.0)
    }

    /// Statements of a module or class, with its docstring and annotations.
    fn body(&mut self, stmts: &'a [Stmt]) -> Done {
        if let (ScopeType::Module, Some(first)) = (self.unit.scope_type, stmts.first()) {
            self.unit.loc = first.span;
        }
        if stmt::find_ann(stmts) {
            self.op(Opcode::SETUP_ANNOTATIONS);
        }
        let mut rest = stmts;
        if self.settings.optimize < 2 && crate::future::docstring(stmts).is_some() {
            if let Some((first, others)) = stmts.split_first() {
                if let crate::ast::StmtKind::Expr { value } = &first.kind {
                    self.expr(value)?;
                }
                rest = others;
            }
            self.unset_loc();
            self.name_op(&Rc::from("__doc__"), crate::ast::ExprContext::Store)?;
        }
        self.stmts(rest)
    }

    /// The block of the current unit in the symbol table.
    fn ste(&self) -> &Scope {
        self.symtable.scope(self.unit.scope)
    }

    fn is_top_level_await(&self) -> bool {
        self.settings.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0
            && self.ste().kind == BlockType::Module
    }

    /// A new block, to be used later.
    fn new_block(&mut self) -> BlockId {
        self.unit.cfg.new_block()
    }

    /// Links `block` behind the current one and goes on there.
    fn use_next_block(&mut self, block: BlockId) {
        let cur = self.unit.cur_block;
        self.unit.cfg[cur].next = Some(block);
        self.unit.cur_block = block;
        self.unit.need_new_block = false;
    }

    pub(crate) fn unset_loc(&mut self) {
        self.unit.loc = NO_LOCATION;
    }

    fn emit(&mut self, instr: Instr) {
        if self.unit.need_new_block {
            let block = self.new_block();
            self.use_next_block(block);
        }
        let block = self.unit.cur_block;
        let block = &mut self.unit.cfg[block];
        if instr.op == Op::RETURN_VALUE {
            block.returns = true;
        }
        block.instrs.push(instr);
        if instr.op.is_jump() || instr.op.is_scope_exit() {
            self.unit.need_new_block = true;
        }
    }

    /// Writes an instruction without an operand.
    pub(crate) fn op(&mut self, op: impl Into<Op>) {
        let loc = self.unit.loc;
        self.emit(Instr::new(op, 0, loc));
    }

    /// The same without a line.
    fn op_noline(&mut self, op: impl Into<Op>) {
        self.emit(Instr::new(op, 0, NO_LINE));
    }

    /// Writes an instruction with an operand.
    fn op_i(&mut self, op: Opcode, arg: usize) {
        let loc = self.unit.loc;
        self.emit(Instr::new(op, i32::try_from(arg).unwrap_or(i32::MAX), loc));
    }

    /// The same without a line.
    fn op_i_noline(&mut self, op: Opcode, arg: usize) {
        self.emit(Instr::new(op, arg as i32, NO_LINE));
    }

    /// Writes a jump, or an instruction that opens an exception region.
    fn op_j(&mut self, op: impl Into<Op>, target: BlockId) {
        let loc = self.unit.loc;
        self.emit(Instr {
            target: Some(target),
            ..Instr::new(op, 0, loc)
        });
    }

    /// The same without a line.
    fn op_j_noline(&mut self, op: impl Into<Op>, target: BlockId) {
        self.emit(Instr {
            target: Some(target),
            ..Instr::new(op, 0, NO_LINE)
        });
    }

    /// Enters a constant into the unit's table.
    fn add_const(&mut self, constant: &Constant) -> usize {
        let id = self.cache.add(constant);
        self.unit.consts.add(id)
    }

    fn load_const(&mut self, constant: &Constant) {
        let index = self.add_const(constant);
        self.op_i(Opcode::LOAD_CONST, index);
    }

    pub(crate) fn load_none(&mut self) {
        self.load_const(&Constant::None);
    }

    fn load_int(&mut self, value: i64) {
        self.load_const(&Constant::Int(Rc::new(value.into())));
    }

    /// Loads an identifier as a string.
    fn load_name_const(&mut self, name: &str) {
        let constant = self.cache.name_constant(name);
        self.load_const(&constant);
    }

    /// Writes an instruction whose operand is a mangled name in `co_names`.
    fn op_name(&mut self, op: Opcode, name: &Identifier) {
        let mangled = self.mangled(name);
        let (index, _) = self.unit.names.insert_full(mangled);
        self.op_i(op, index);
    }

    fn stmts(&mut self, stmts: &'a [Stmt]) -> Done {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }
}
