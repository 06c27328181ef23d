//! From optimised blocks to a code object: sizes of jumps, code units, tables, and the fields.
//!
//! CPython 3.11: `assemble`, `makecode`, `assemble_jump_offsets`, `insert_prefix_instructions` in `Python/compile.c`.

use crate::codegen::{Compiler, NameTable, PYCF_ALLOW_TOP_LEVEL_AWAIT, Settings, Unit, UnitConsts};
use crate::consts::ConstCache;
use crate::error::CompileError;
use crate::flowgraph::{self, BlockId, Cfg, Constants, Instr, NO_LOCATION, Op};
use crate::symtable::{BlockType, Scope};
use bytecode::exception_table::{ExceptionEntry, write_entry};
use bytecode::locations::remove_column_info;
use bytecode::{CodeFlags, CodeObject, Constant, LocalKind, Location, LocationWriter, Opcode};
use std::rc::Rc;

/// Flags that functions inherit from the compilation (`PyCF_MASK`).
const PYCF_MASK: u32 = CodeFlags::FUTURE_DIVISION
    | CodeFlags::FUTURE_ABSOLUTE_IMPORT
    | CodeFlags::FUTURE_WITH_STATEMENT
    | CodeFlags::FUTURE_PRINT_FUNCTION
    | CodeFlags::FUTURE_UNICODE_LITERALS
    | CodeFlags::FUTURE_BARRY_AS_BDFL
    | CodeFlags::FUTURE_GENERATOR_STOP
    | CodeFlags::FUTURE_ANNOTATIONS;

/// Code objects that run as something else than plain functions.
const GENERATOR_KINDS: u32 =
    CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;

/// The constants of a unit, as the passes see them.
struct Pool<'c> {
    consts: &'c mut UnitConsts,
    cache: &'c mut ConstCache,
}

impl Constants for Pool<'_> {
    fn is_true(&self, index: usize) -> bool {
        let id = self.consts.ids.get(index);
        id.is_none_or(|&id| crate::const_fold::is_true(self.cache.get(id)))
    }

    fn is_none(&self, index: usize) -> bool {
        let id = self.consts.ids.get(index);
        id.is_some_and(|&id| matches!(self.cache.get(id), Constant::None))
    }

    fn fold_tuple(&mut self, items: &[usize]) -> usize {
        let items: Vec<Constant> = items
            .iter()
            .filter_map(|&index| self.consts.ids.get(index))
            .map(|&id| self.cache.get(id).clone())
            .collect();
        let id = self.cache.add_one(Constant::Tuple(items.into()));
        self.consts.add(id)
    }
}

impl Compiler<'_> {
    /// Makes the code object of the current unit, and gives the names of its free variables.
    pub(crate) fn assemble(
        &mut self,
        add_none: bool,
    ) -> Result<(Rc<CodeObject>, NameTable), CompileError> {
        self.close_unit(add_none);
        let Compiler {
            settings,
            symtable,
            cache,
            observer,
            unit,
            ..
        } = self;
        let scope = symtable.scope(unit.scope);
        let flags = code_flags(settings, scope);
        let qualname = unit.qualname.1.clone();
        let mut observe = |stage: &str, cfg: &Cfg| {
            if let Some(observer) = observer {
                observer(&qualname, stage, cfg);
            }
        };
        observe("codegen", &unit.cfg);
        flowgraph::normalize(&mut unit.cfg)?;
        let locals = Localsplus::new(unit);
        insert_prefix(unit, &locals, flags);
        locals.fix_offsets(&mut unit.cfg);
        flowgraph::optimize(
            &mut unit.cfg,
            &mut Pool {
                consts: &mut unit.consts,
                cache,
            },
        );
        trim_unused_consts(&mut unit.cfg, &mut unit.consts);
        let starts_on_stack = scope.generator || scope.coroutine;
        let stacksize = flowgraph::finish(&mut unit.cfg, unit.firstlineno, starts_on_stack)?;
        observe("optimised", &unit.cfg);
        resolve_jumps(&mut unit.cfg);
        make_code(settings, cache, unit, locals, flags, stacksize)
    }

    /// Lets the end of the unit return.
    fn close_unit(&mut self, add_none: bool) {
        if self.unit.cfg[self.unit.cur_block].returns {
            return;
        }
        self.unset_loc();
        if add_none {
            self.load_none();
        }
        self.op(Opcode::RETURN_VALUE);
    }
}

fn code_flags(settings: &Settings, scope: &Scope) -> u32 {
    let mut flags = 0;
    if scope.kind == BlockType::Function {
        flags |= CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED;
        if scope.nested {
            flags |= CodeFlags::NESTED;
        }
        flags |= match (scope.generator, scope.coroutine) {
            (false, false) => 0,
            (true, false) => CodeFlags::GENERATOR,
            (false, true) => CodeFlags::COROUTINE,
            (true, true) => CodeFlags::ASYNC_GENERATOR,
        };
        if scope.varargs {
            flags |= CodeFlags::VARARGS;
        }
        if scope.varkeywords {
            flags |= CodeFlags::VARKEYWORDS;
        }
    }
    flags |= settings.flags & PYCF_MASK;
    let top_level_await =
        settings.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0 && scope.kind == BlockType::Module;
    if top_level_await && scope.coroutine && !scope.generator {
        flags |= CodeFlags::COROUTINE;
    }
    flags
}

/// The variables of a frame: locals, then cells that are no parameters, then free variables.
struct Localsplus {
    names: Vec<Rc<str>>,
    kinds: Vec<u8>,
    /// The index of each cell and free variable.
    derefs: Vec<usize>,
}

impl Localsplus {
    fn new(unit: &Unit<'_>) -> Localsplus {
        let mut names: Vec<Rc<str>> = unit.varnames.iter().cloned().collect();
        let mut kinds = vec![LocalKind::LOCAL; names.len()];
        let mut derefs = Vec::with_capacity(unit.cellvars.len() + unit.freevars.len());
        for name in &unit.cellvars {
            if let Some(local) = unit.varnames.get_index_of(name) {
                kinds[local] |= LocalKind::CELL;
                derefs.push(local);
            } else {
                derefs.push(names.len());
                names.push(name.clone());
                kinds.push(LocalKind::CELL);
            }
        }
        for name in &unit.freevars {
            derefs.push(names.len());
            names.push(name.clone());
            kinds.push(LocalKind::FREE);
        }
        Localsplus {
            names,
            kinds,
            derefs,
        }
    }

    /// Operands that count cells and free variables become indices into `names`.
    fn fix_offsets(&self, cfg: &mut Cfg) {
        if self.derefs.is_empty() {
            return;
        }
        cfg.along(|cfg, id| {
            for instr in &mut cfg[id].instrs {
                if let Op::Real(
                    Opcode::MAKE_CELL
                    | Opcode::LOAD_CLOSURE
                    | Opcode::LOAD_DEREF
                    | Opcode::STORE_DEREF
                    | Opcode::DELETE_DEREF
                    | Opcode::LOAD_CLASSDEREF,
                ) = instr.op
                {
                    if let Some(&index) = self.derefs.get(instr.arg as usize) {
                        instr.arg = index as i32;
                    }
                }
            }
        });
    }
}

/// What a frame does before its first own instruction.
fn insert_prefix(unit: &mut Unit<'_>, locals: &Localsplus, flags: u32) {
    let mut prefix = Vec::new();
    if !unit.freevars.is_empty() {
        let count = unit.freevars.len() as i32;
        prefix.push(Instr::new(Opcode::COPY_FREE_VARS, count, NO_LOCATION));
    }
    // Cells that are parameters come first, as their variables do.
    let mut cells: Vec<usize> = (0..unit.cellvars.len()).collect();
    cells.sort_by_key(|&cell| locals.derefs[cell]);
    for cell in cells {
        prefix.push(Instr::new(Opcode::MAKE_CELL, cell as i32, NO_LOCATION));
    }
    if flags & GENERATOR_KINDS != 0 {
        let mut loc = NO_LOCATION;
        loc.lineno = unit.firstlineno;
        loc.end_lineno = unit.firstlineno;
        prefix.push(Instr::new(Opcode::RETURN_GENERATOR, 0, loc));
        prefix.push(Instr::new(Opcode::POP_TOP, 0, NO_LOCATION));
    }
    let entry = unit.cfg.entry();
    unit.cfg[entry].instrs.splice(0..0, prefix);
}

/// Forgets constants at the end that no instruction loads; the first may be the docstring and stays.
fn trim_unused_consts(cfg: &mut Cfg, consts: &mut UnitConsts) {
    let mut used = 0;
    cfg.along(|cfg, id| {
        for instr in &cfg[id].instrs {
            if let Op::Real(Opcode::LOAD_CONST | Opcode::KW_NAMES) = instr.op {
                used = used.max(instr.arg as usize);
            }
        }
    });
    consts.ids.truncate(used + 1);
}

fn opcode_of(instr: &Instr) -> Opcode {
    match instr.op {
        Op::Real(op) => op,
        // Virtual instructions are gone when code is written.
        _ => Opcode::NOP,
    }
}

fn operand_of(instr: &Instr, op: Opcode) -> u32 {
    if op.has_arg() { instr.arg as u32 } else { 0 }
}

/// Prefixes that the operand needs.
fn extended_args(arg: u32) -> usize {
    usize::from(arg > 0xff) + usize::from(arg > 0xffff) + usize::from(arg > 0xff_ffff)
}

/// Code units of an instruction, with prefixes and caches.
fn instr_size(instr: &Instr) -> u32 {
    let op = opcode_of(instr);
    (extended_args(operand_of(instr, op)) + 1 + op.cache_units()) as u32
}

/// Finds the offsets of blocks and the operands of jumps; both depend on each other by the size of operands.
fn resolve_jumps(cfg: &mut Cfg) {
    let order = cfg.chain();
    // Only the last instruction of a block can be a jump, so that the others are measured once.
    let bodies: Vec<u32> = order
        .iter()
        .map(|&id| match cfg[id].instrs.split_last() {
            Some((last, body)) if last.op.is_jump() => body.iter().map(instr_size).sum(),
            _ => cfg[id].instrs.iter().map(instr_size).sum(),
        })
        .collect();
    let jump_of =
        |cfg: &Cfg, id: BlockId| cfg[id].instrs.last().filter(|i| i.op.is_jump()).copied();
    loop {
        let mut offset = 0;
        for (&id, body) in order.iter().zip(&bodies) {
            cfg[id].offset = offset;
            offset += body + jump_of(cfg, id).map_or(0, |jump| instr_size(&jump));
        }
        let mut grown = false;
        for (&id, body) in order.iter().zip(&bodies) {
            let Some(mut jump) = jump_of(cfg, id) else {
                continue;
            };
            let Some(target) = jump.target else {
                continue;
            };
            let size = instr_size(&jump);
            let end = cfg[id].offset + body + size;
            jump.arg = end.abs_diff(cfg[target].offset) as i32;
            grown |= instr_size(&jump) != size;
            if let Some(last) = cfg[id].instrs.last_mut() {
                *last = jump;
            }
        }
        if !grown {
            return;
        }
    }
}

/// The three tables of bytes that are made of the instructions.
struct Tables {
    code: Vec<u8>,
    linetable: Vec<u8>,
    exceptiontable: Vec<u8>,
}

fn write_tables(cfg: &Cfg, firstlineno: i32) -> Tables {
    let order = cfg.chain();
    let count: usize = order.iter().map(|&id| cfg[id].instrs.len()).sum();
    let mut code = Vec::with_capacity(count * 6);
    let mut locations = LocationWriter::new(firstlineno, count);
    let mut exceptiontable = Vec::new();
    // Where the open region starts, and its handler.
    let mut open: Option<(u32, BlockId)> = None;
    for instr in order.iter().flat_map(|&id| &cfg[id].instrs) {
        let offset = (code.len() / 2) as u32;
        if instr.except != open.map(|(_, handler)| handler) {
            close_region(cfg, open, offset, &mut exceptiontable);
            open = instr.except.map(|handler| (offset, handler));
        }
        let op = opcode_of(instr);
        let arg = operand_of(instr, op);
        let prefixes = extended_args(arg);
        for shift in (1..=prefixes).rev() {
            code.extend([Opcode::EXTENDED_ARG as u8, (arg >> (8 * shift)) as u8]);
        }
        code.extend([op as u8, arg as u8]);
        let caches = op.cache_units();
        code.resize(code.len() + 2 * caches, 0);
        let location = Location {
            line: instr.loc.lineno,
            end_line: instr.loc.end_lineno,
            column: instr.loc.col_offset,
            end_column: instr.loc.end_col_offset,
        };
        locations.push(location, prefixes + 1 + caches);
    }
    close_region(cfg, open, (code.len() / 2) as u32, &mut exceptiontable);
    Tables {
        code,
        linetable: locations.finish(),
        exceptiontable,
    }
}

/// Writes the entry of a region of instructions with one handler.
fn close_region(cfg: &Cfg, open: Option<(u32, BlockId)>, end: u32, table: &mut Vec<u8>) {
    let Some((start, handler)) = open else {
        return;
    };
    let handler = &cfg[handler];
    let below = 1 + i32::from(handler.preserve_lasti);
    let entry = ExceptionEntry {
        start,
        end,
        target: handler.offset,
        depth: (handler.start_depth - below).max(0) as u32,
        lasti: handler.preserve_lasti,
    };
    write_entry(table, &entry);
}

fn make_code(
    settings: &Settings,
    cache: &mut ConstCache,
    unit: &mut Unit<'_>,
    locals: Localsplus,
    flags: u32,
    stacksize: u32,
) -> Result<(Rc<CodeObject>, NameTable), CompileError> {
    let tables = write_tables(&unit.cfg, unit.firstlineno);
    // This order decides which of several equal objects is kept. (CPython enters the code, too, but never takes it out again.)
    let exceptiontable = cache.bytes(tables.exceptiontable);
    let mut linetable = cache.bytes(tables.linetable);
    let names = cache.name_tuple(unit.names.iter().map(|name| &**name));
    let consts = cache.consts_tuple(&unit.consts.ids);
    let localsplusnames = cache.name_tuple(locals.names.iter().map(|name| &**name));
    if settings.no_debug_ranges {
        linetable = Rc::new(remove_column_info(&linetable).into_boxed_slice());
    }
    let code = CodeObject {
        argcount: unit.posonlyargcount + unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize,
        flags,
        code: Rc::new(tables.code.into_boxed_slice()),
        consts,
        names,
        localsplusnames,
        localspluskinds: Rc::new(locals.kinds.into_boxed_slice()),
        filename: settings.filename.clone(),
        name: unit.name.clone(),
        qualname: unit.qualname.0.clone(),
        firstlineno: unit.firstlineno,
        linetable,
        exceptiontable,
    };
    Ok((Rc::new(code), std::mem::take(&mut unit.freevars)))
}
