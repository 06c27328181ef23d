//! Units: entering and leaving code objects, qualified names, and which instruction a name needs.
//!
//! CPython 3.11: `compiler_enter_scope`, `compiler_set_qualname`, `compiler_nameop`, `compiler_make_closure` in `Python/compile.c`.

use super::{Compiler, Done, NameTable, Unit, UnitConsts, errors};
use crate::ast::{ExprContext, Identifier, Span};
use crate::error::CompileError;
use crate::flowgraph::Cfg;
use crate::mangle::mangle;
use crate::symtable::{BlockType, NameScope, NodeKey, ScopeId, Symtable, def};
use bytecode::{CodeObject, Constant, Opcode, StrObj};
use std::rc::Rc;

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// The names of a block with a scope or a flag, sorted.
fn names_with(symtable: &Symtable, id: ScopeId, scope: NameScope, flag: u32) -> NameTable {
    let mut names: Vec<&Identifier> = symtable
        .scope(id)
        .symbols
        .iter()
        .filter(|(_, flags)| NameScope::of(**flags) == scope || **flags & flag != 0)
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    names.into_iter().cloned().collect()
}

impl<'a> Unit<'a> {
    pub(super) fn new(
        symtable: &Symtable,
        scope: ScopeId,
        scope_type: ScopeType,
        name: Rc<StrObj>,
        identifier: Identifier,
        lineno: i32,
    ) -> Unit<'a> {
        let ste = symtable.scope(scope);
        let mut cellvars = names_with(symtable, scope, NameScope::Cell, 0);
        if ste.needs_class_closure {
            cellvars.insert(Rc::from("__class__"));
        }
        let mut cfg = Cfg::default();
        let entry = cfg.new_block();
        Unit {
            scope,
            scope_type,
            qualname: (name.clone(), identifier.clone()),
            name,
            identifier,
            consts: UnitConsts::default(),
            names: NameTable::default(),
            varnames: ste.varnames.iter().cloned().collect(),
            cellvars,
            freevars: names_with(symtable, scope, NameScope::Free, def::FREE_CLASS),
            private: None,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: lineno,
            cfg,
            cur_block: entry,
            need_new_block: false,
            fblocks: Vec::new(),
            loc: Span {
                lineno,
                col_offset: 0,
                end_lineno: lineno,
                end_col_offset: 0,
            },
        }
    }
}

impl<'a> Compiler<'a> {
    /// The name as the current class mangles it.
    pub(super) fn mangled(&self, name: &Identifier) -> Identifier {
        mangle(self.unit.private.as_ref(), name)
    }

    /// Starts the code object of a node. `name` is the object for `co_name`.
    pub(super) fn enter_scope(
        &mut self,
        node: impl Into<NodeKey>,
        scope_type: ScopeType,
        name: Rc<StrObj>,
        identifier: &Identifier,
        lineno: i32,
    ) -> Done {
        let Some(scope) = self.symtable.lookup(node) else {
            return Err(errors::system("unknown symbol table entry"));
        };
        let identifier = identifier.clone();
        let mut unit = Unit::new(&self.symtable, scope, scope_type, name, identifier, lineno);
        unit.private.clone_from(&self.unit.private);
        unit.cfg.spare = std::mem::take(&mut self.unit.cfg.spare);
        let parent = std::mem::replace(&mut self.unit, unit);
        self.stack.push(parent);
        self.set_qualname();
        self.op_i(Opcode::RESUME, 0);
        Ok(())
    }

    fn set_qualname(&mut self) {
        let Some(parent) = self.stack.last() else {
            return;
        };
        // Names of the module's own level are qualified by nothing.
        if self.stack.len() == 1 {
            return;
        }
        let unit = &self.unit;
        if matches!(
            unit.scope_type,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class
        ) {
            let mangled = mangle(parent.private.as_ref(), &unit.identifier);
            let scope = self.symtable.scope(parent.scope).scope_of(&mangled);
            if scope == NameScope::GlobalExplicit {
                return;
            }
        }
        let dot = match parent.scope_type {
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda => ".<locals>.",
            _ => ".",
        };
        let qualname: Identifier =
            Rc::from(format!("{}{dot}{}", parent.qualname.1, unit.identifier));
        self.unit.qualname = (StrObj::new(qualname.as_bytes()), qualname);
    }

    /// Finishes the current code object and goes back to the one around it. Gives the code and the names of its free variables.
    pub(super) fn leave_scope(
        &mut self,
        add_none: bool,
    ) -> Result<(Rc<CodeObject>, NameTable), CompileError> {
        let finished = self.assemble(add_none)?;
        self.drop_scope();
        Ok(finished)
    }

    fn drop_scope(&mut self) {
        if let Some(parent) = self.stack.pop() {
            let mut finished = std::mem::replace(&mut self.unit, parent);
            self.unit.cfg.spare.append(&mut finished.cfg.recycle());
        }
    }

    /// Reads, writes or deletes a variable.
    pub(super) fn name_op(&mut self, name: &Identifier, ctx: ExprContext) -> Done {
        self.forbidden_name(name, ctx)?;
        let mangled = self.mangled(name);
        let ste = self.ste();
        let kind = ste.kind;
        let in_function = kind == BlockType::Function;
        let pick = |load, store, del| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => del,
        };
        match ste.scope_of(&mangled) {
            scope @ (NameScope::Free | NameScope::Cell) => {
                let load = if kind == BlockType::Class {
                    Opcode::LOAD_CLASSDEREF
                } else {
                    Opcode::LOAD_DEREF
                };
                let op = pick(load, Opcode::STORE_DEREF, Opcode::DELETE_DEREF);
                let index = self.deref_index(&mangled, scope == NameScope::Cell)?;
                self.op_i(op, index);
            }
            NameScope::Local if in_function => {
                let op = pick(Opcode::LOAD_FAST, Opcode::STORE_FAST, Opcode::DELETE_FAST);
                let (index, _) = self.unit.varnames.insert_full(mangled);
                self.op_i(op, index);
            }
            scope => {
                let global = scope == NameScope::GlobalExplicit
                    || (scope == NameScope::GlobalImplicit && in_function);
                let op = if global {
                    pick(
                        Opcode::LOAD_GLOBAL,
                        Opcode::STORE_GLOBAL,
                        Opcode::DELETE_GLOBAL,
                    )
                } else {
                    pick(Opcode::LOAD_NAME, Opcode::STORE_NAME, Opcode::DELETE_NAME)
                };
                let (index, _) = self.unit.names.insert_full(mangled);
                let shift = usize::from(op == Opcode::LOAD_GLOBAL);
                self.op_i(op, index << shift);
            }
        }
        Ok(())
    }

    fn deref_index(&self, name: &Identifier, cell: bool) -> Result<usize, CompileError> {
        let unit = &self.unit;
        let found = if cell {
            unit.cellvars.get_index_of(name)
        } else {
            let index = unit.freevars.get_index_of(name);
            index.map(|index| index + unit.cellvars.len())
        };
        found.ok_or_else(|| {
            errors::system(format!(
                "compiler_lookup_arg(name='{name}') failed in {}",
                unit.identifier
            ))
        })
    }

    /// `__debug__` cannot be bound.
    pub(super) fn forbidden_name(&self, name: &Identifier, ctx: ExprContext) -> Done {
        if &**name != "__debug__" {
            return Ok(());
        }
        match ctx {
            ExprContext::Load => Ok(()),
            ExprContext::Store => Err(self.error("cannot assign to __debug__")),
            ExprContext::Del => Err(self.error("cannot delete __debug__")),
        }
    }

    /// Makes a function of a code object, with the cells of its free variables.
    pub(super) fn make_closure(
        &mut self,
        code: Rc<CodeObject>,
        freevars: &NameTable,
        mut flags: usize,
    ) -> Done {
        if !freevars.is_empty() {
            for name in freevars {
                let is_class_cell =
                    self.unit.scope_type == ScopeType::Class && &**name == "__class__";
                let scope = self.ste().scope_of(name);
                if scope == NameScope::Unknown && !is_class_cell {
                    return Err(errors::system(format!(
                        "_PyST_GetScope(name='{name}') failed: unknown scope in unit {}",
                        self.unit.identifier
                    )));
                }
                let cell = is_class_cell || scope == NameScope::Cell;
                let index = self.deref_index(name, cell)?;
                self.op_i(Opcode::LOAD_CLOSURE, index);
            }
            flags |= 0x08;
            self.op_i(Opcode::BUILD_TUPLE, freevars.len());
        }
        self.load_const(&Constant::Code(code));
        self.op_i(Opcode::MAKE_FUNCTION, flags);
        Ok(())
    }
}
