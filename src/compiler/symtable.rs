//! The symbol table: which names each block binds and uses, and what each name therefore is.
//!
//! Two passes: `visit` collects facts per block, `analyze` decides for every name whether it is local, global, free, or a cell. Blocks are
//! found again by the address of their node, so the tree must not move between the symbol table and codegen.
//!
//! CPython 3.11: `Python/symtable.c`, `Include/internal/pycore_symtable.h`.

pub mod analyze;
pub mod errors;
pub mod visit;

use crate::ast::{Expr, Identifier, Mod, Span, Stmt};
use crate::error::CompileError;
use foldhash::{HashMap, HashSet};
use indexmap::IndexMap;

/// Bits of a symbol: how the block uses a name. The scope stands above them (`SCOPE_OFFSET`).
pub mod def {
    /// `global` statement
    pub const GLOBAL: u32 = 1;
    /// Assigned in the block.
    pub const LOCAL: u32 = 2;
    /// A parameter.
    pub const PARAM: u32 = 4;
    /// `nonlocal` statement
    pub const NONLOCAL: u32 = 8;
    /// Used.
    pub const USE: u32 = 16;
    /// Used but not defined in a nested block.
    pub const FREE: u32 = 32;
    /// Free in a method, and bound in the class.
    pub const FREE_CLASS: u32 = 64;
    /// Bound by an import.
    pub const IMPORT: u32 = 128;
    /// Annotated.
    pub const ANNOT: u32 = 256;
    /// Target of a comprehension.
    pub const COMP_ITER: u32 = 512;
    /// Bound in any way.
    pub const BOUND: u32 = LOCAL | PARAM | IMPORT;
}

/// Where the scope of a symbol starts in its bits.
pub const SCOPE_OFFSET: u32 = 11;
/// The bits of a scope, shifted down.
pub const SCOPE_MASK: u32 = def::GLOBAL | def::LOCAL | def::PARAM | def::NONLOCAL;

/// What a name is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum NameScope {
    /// Not in the table.
    Unknown = 0,
    /// Bound here.
    Local = 1,
    /// Declared global.
    GlobalExplicit = 2,
    /// Bound in no enclosing function.
    GlobalImplicit = 3,
    /// Bound in an enclosing function.
    Free = 4,
    /// Bound here and used by an inner function.
    Cell = 5,
}

impl NameScope {
    /// The scope in the bits of a symbol.
    pub fn of(flags: u32) -> NameScope {
        match (flags >> SCOPE_OFFSET) & SCOPE_MASK {
            1 => NameScope::Local,
            2 => NameScope::GlobalExplicit,
            3 => NameScope::GlobalImplicit,
            4 => NameScope::Free,
            5 => NameScope::Cell,
            _ => NameScope::Unknown,
        }
    }
}

/// The kind of a block; the numbers are those that `_symtable` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BlockType {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
}

/// The kind of comprehension a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ComprehensionType {
    No,
    List,
    Dict,
    Set,
    Generator,
}

/// Number of a block in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub usize);

/// Names and their bits, in the order in which they were met.
pub type Symbols = IndexMap<Identifier, u32, foldhash::fast::RandomState>;

/// A block.
#[derive(Debug)]
pub struct Scope {
    /// The name: of a function or class its own, else `top`, `lambda`, `genexpr`, …
    pub name: Identifier,
    /// The kind of block.
    pub kind: BlockType,
    /// The names in it.
    pub symbols: Symbols,
    /// The parameters, in order.
    pub varnames: Vec<Identifier>,
    /// The blocks in it.
    pub children: Vec<ScopeId>,
    /// Where names were declared `global` or `nonlocal`.
    pub directives: Vec<(Identifier, Span)>,
    /// Inside a function, at any depth.
    pub nested: bool,
    /// Has free variables.
    pub free: bool,
    /// A child has free variables.
    pub child_free: bool,
    /// Contains `yield`, or is a generator expression.
    pub generator: bool,
    /// Contains `await`, or is `async`.
    pub coroutine: bool,
    /// The kind of comprehension it is.
    pub comprehension: ComprehensionType,
    /// Has `*args`.
    pub varargs: bool,
    /// Has `**kwargs`.
    pub varkeywords: bool,
    /// Has a `return` with a value.
    pub returns_value: bool,
    /// A class whose methods use `__class__` or `super`.
    pub needs_class_closure: bool,
    /// While visiting: inside the target of a comprehension.
    pub comp_iter_target: bool,
    /// While visiting: depth of iterables of comprehensions.
    pub comp_iter_expr: u32,
    /// Position of the node.
    pub span: Span,
}

impl Scope {
    /// The bits of a name, 0 when it is not in the block.
    pub fn get(&self, name: &str) -> u32 {
        self.symbols.get(name).copied().unwrap_or(0)
    }

    /// What the name is.
    pub fn scope_of(&self, name: &str) -> NameScope {
        NameScope::of(self.get(name))
    }
}

/// A node that opens a block, as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeKey(usize);

impl From<&Stmt> for NodeKey {
    fn from(node: &Stmt) -> NodeKey {
        NodeKey(std::ptr::from_ref(node).addr())
    }
}

impl From<&Expr> for NodeKey {
    fn from(node: &Expr) -> NodeKey {
        NodeKey(std::ptr::from_ref(node).addr())
    }
}

/// How deep the compiler may recurse, counted as CPython does.
#[derive(Clone, Copy, Debug)]
pub struct RecursionBudget {
    /// The depth of the caller.
    pub depth: usize,
    /// The depth that is an error.
    pub limit: usize,
}

impl RecursionBudget {
    /// From the interpreter's own depth and limit.
    pub fn new(depth: usize, limit: usize) -> RecursionBudget {
        // CPython's COMPILER_STACK_FRAME_SCALE
        RecursionBudget {
            depth: depth.saturating_mul(3),
            limit: limit.saturating_mul(3),
        }
    }

    /// One level down; an error at the limit.
    pub fn enter(&mut self) -> Result<(), CompileError> {
        self.depth += 1;
        if self.depth > self.limit {
            return Err(errors::recursion());
        }
        Ok(())
    }

    /// Back up.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// The blocks of a module.
#[derive(Debug)]
pub struct Symtable {
    /// All blocks by number; the first is the module's. Annotation blocks are here too, but are nobody's children.
    pub scopes: Vec<Scope>,
    /// All identifiers of the source, if they were asked for.
    pub identifiers: HashSet<Identifier>,
    by_node: HashMap<NodeKey, ScopeId>,
}

impl Symtable {
    /// The module's block.
    pub const TOP: ScopeId = ScopeId(0);

    /// Builds and analyses the table; `note_identifiers` fills `identifiers`.
    pub fn build(
        module: &Mod,
        features: u32,
        budget: RecursionBudget,
        note_identifiers: bool,
    ) -> Result<Symtable, CompileError> {
        let mut table = visit::collect(module, features, budget, note_identifiers)?;
        analyze::analyze(&mut table)?;
        Ok(table)
    }

    /// The block that a node opens.
    pub fn lookup(&self, node: impl Into<NodeKey>) -> Option<ScopeId> {
        self.by_node.get(&node.into()).copied()
    }

    /// A block.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }

    /// A block, to change it.
    pub fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0]
    }
}
