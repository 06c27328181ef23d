//! Source text to CPython 3.11 code objects, byte for byte.
//!
//! ```text
//! bytes -decode-> text -lex+parse-> AST -fold-> AST -symtable-> scopes -codegen-> CFG -flowgraph-> CFG -assemble-> CodeObject
//! ```
//!
//! Invariants: no IO, no live objects, no panic and no unbounded native stack for any input.

pub mod assemble;
pub mod ast;
pub mod ast_dump;
pub mod codegen;
pub mod const_fold;
pub mod consts;
pub mod decode;
mod direct;
pub mod dump;
pub mod error;
pub mod flowgraph;
pub mod future;
pub mod lexer;
mod lower;
pub mod mangle;
pub mod parse;
mod recognize;
pub mod repr;
pub mod symtable;
pub mod unparse;
pub mod validate;

use crate::ast::Mod;
use crate::codegen::Settings;
use crate::decode::{Source, decode_source};
use crate::flowgraph::Cfg;
use crate::parse::{INT_MAX_STR_DIGITS, ParseMode, ParseOptions, parse_warned};
use crate::symtable::{RecursionBudget, Symtable};
use bytecode::{CodeObject, StrObj};
use std::rc::Rc;

pub use error::{CompileError, CompileWarning, ErrorKind, WarningKind};

/// `PyCF_DONT_IMPLY_DEDENT`
pub const PYCF_DONT_IMPLY_DEDENT: u32 = 0x200;
/// `PyCF_IGNORE_COOKIE`: the source is UTF-8 whatever it says.
pub const PYCF_IGNORE_COOKIE: u32 = 0x800;
/// `PyCF_TYPE_COMMENTS`
pub const PYCF_TYPE_COMMENTS: u32 = 0x1000;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`
pub const PYCF_ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
pub use codegen::PYCF_ALLOW_TOP_LEVEL_AWAIT;

/// How to compile.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// `co_filename`, as generalised UTF-8.
    pub filename: Vec<u8>,
    /// The start symbol.
    pub mode: ParseMode,
    /// 0, 1 (`-O`: no asserts, `__debug__` is False) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `-X no_debug_ranges`: no columns in the location table.
    pub no_debug_ranges: bool,
    /// `CO_FUTURE_*` and `PyCF_*` bits, inherited from the caller or given to `compile()`.
    pub flags: u32,
    /// The minor version whose syntax is accepted.
    pub feature_version: u8,
    /// `sys.get_int_max_str_digits()`: how many digits an int literal may have; 0 for any number.
    pub int_max_str_digits: usize,
    /// `sys.getrecursionlimit()`
    pub recursion_limit: usize,
    /// The caller's recursion depth.
    pub recursion_depth: usize,
}

impl Default for CompileOptions {
    fn default() -> CompileOptions {
        CompileOptions {
            filename: b"<string>".to_vec(),
            mode: ParseMode::Exec,
            optimize: 0,
            no_debug_ranges: false,
            flags: 0,
            feature_version: 11,
            int_max_str_digits: INT_MAX_STR_DIGITS,
            recursion_limit: 1000,
            recursion_depth: 0,
        }
    }
}

impl CompileOptions {
    /// Options for a file or pseudo file of this name.
    pub fn named(filename: &str) -> CompileOptions {
        CompileOptions {
            filename: filename.as_bytes().to_vec(),
            ..CompileOptions::default()
        }
    }

    fn budget(&self) -> RecursionBudget {
        RecursionBudget::new(self.recursion_depth, self.recursion_limit)
    }

    fn decode(&self, source: &[u8], filename: &str) -> Result<Source, CompileError> {
        match std::str::from_utf8(source) {
            Ok(text) if self.flags & PYCF_IGNORE_COOKIE != 0 => Source::from_str(text, filename),
            _ => decode_source(source, filename),
        }
    }

    fn parse_options(&self) -> ParseOptions {
        ParseOptions {
            type_comments: self.flags & PYCF_TYPE_COMMENTS != 0,
            feature_version: self.feature_version,
            int_max_str_digits: self.int_max_str_digits,
            dont_imply_dedent: self.flags & PYCF_DONT_IMPLY_DEDENT != 0,
            allow_incomplete_input: self.flags & PYCF_ALLOW_INCOMPLETE_INPUT != 0,
            barry_as_flufl: self.flags & bytecode::CodeFlags::FUTURE_BARRY_AS_BDFL != 0,
            direct: true,
        }
    }
}

/// A compiled module.
#[derive(Debug)]
pub struct Compiled {
    /// Its code object.
    pub code: Rc<CodeObject>,
    /// The warnings, in CPython's order; empty where they were collected elsewhere.
    pub warnings: Vec<CompileWarning>,
    /// The flags with the future features of the module, as `PyCF_*` callers inherit them.
    pub flags: u32,
}

/// Compiles a source: bytes with an encoding declaration, or UTF-8.
pub fn compile(source: &[u8], options: &CompileOptions) -> Result<Compiled, CompileError> {
    let filename = String::from_utf8_lossy(&options.filename);
    compile_whole(&options.decode(source, &filename)?, options)
}

/// Compiles text: an encoding declaration in it means nothing.
pub fn compile_str(source: &str, options: &CompileOptions) -> Result<Compiled, CompileError> {
    let filename = String::from_utf8_lossy(&options.filename);
    compile_whole(&Source::from_str(source, &filename)?, options)
}

fn compile_whole(source: &Source, options: &CompileOptions) -> Result<Compiled, CompileError> {
    let mut warnings = Vec::new();
    let mut compiled = compile_source(source, options, &mut warnings)?;
    compiled.warnings = warnings;
    Ok(compiled)
}

/// Compiles a decoded source. Warnings are added to `warnings`, those before an error too: CPython has issued them before it raises.
pub fn compile_source(
    source: &Source,
    options: &CompileOptions,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Compiled, CompileError> {
    let mut module = parse_warned(source, options.mode, &options.parse_options(), warnings)?;
    let result = compile_observed(&mut module, options, None, warnings);
    let failed_deep = matches!(&result, Err(error) if error.kind == ErrorKind::Recursion);
    drop_tree(module, failed_deep);
    result
}

/// Drops a tree, which goes as deep as the tree does: one that was too deep to compile gets a stack of its own.
fn drop_tree(module: Mod, deep: bool) {
    if deep {
        stacker::grow(256 * 1024 * 1024, || drop(module));
    } else {
        // A tree that was compiled may be 3,600 levels deep.
        stacker::maybe_grow(2 << 20, 4 << 20, || drop(module));
    }
}

/// A tree that was parsed for a caller that wants no code (`PyCF_ONLY_AST`). It may be deep: readers must mind their stack.
#[derive(Debug)]
pub struct Tree(Option<Mod>);

impl Tree {
    /// Parses a source. Warnings are added to `warnings`, those before an error too.
    pub fn parse(
        source: &Source,
        options: &CompileOptions,
        warnings: &mut Vec<CompileWarning>,
    ) -> Result<Tree, CompileError> {
        let module = parse_warned(source, options.mode, &options.parse_options(), warnings)?;
        Ok(Tree(Some(module)))
    }

    /// The tree.
    pub fn module(&self) -> &Mod {
        const EMPTY: &Mod = &Mod::Interactive { body: Vec::new() };
        self.0.as_ref().unwrap_or(EMPTY)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(module) = self.0.take() {
            drop_tree(module, true);
        }
    }
}

/// Decodes a source: text, or bytes that may have an encoding declaration.
pub fn decode(
    source: &[u8],
    is_str: bool,
    options: &CompileOptions,
) -> Result<Source, CompileError> {
    let filename = String::from_utf8_lossy(&options.filename);
    match std::str::from_utf8(source) {
        Ok(text) if is_str => Source::from_str(text, &filename),
        _ => options.decode(source, &filename),
    }
}

/// The SyntaxError in place of the `index`th warning that compiling `source` gave.
pub fn warning_as_error(
    source: &Source,
    options: &CompileOptions,
    index: usize,
    warning: &CompileWarning,
) -> CompileError {
    let known = warning.error.as_deref().cloned();
    known
        .or_else(|| parse::warning_as_error(source, options.mode, &options.parse_options(), index))
        .unwrap_or_else(|| CompileError {
            lineno: Some(warning.lineno),
            ..CompileError::without_position(ErrorKind::Syntax, warning.msg.as_str())
        })
}

/// Compiles a tree; one that a program made goes through `validate_ast` first. Constant folding changes it.
pub fn compile_ast(module: &mut Mod, options: &CompileOptions) -> Result<Compiled, CompileError> {
    let mut warnings = Vec::new();
    let mut compiled = compile_observed(module, options, None, &mut warnings)?;
    compiled.warnings = warnings;
    Ok(compiled)
}

/// Sees the control-flow graph of each code object: its qualified name, the stage, the graph.
pub type CfgObserver = Box<dyn FnMut(&str, &str, &Cfg)>;

/// Compiles a tree, shows its graphs on the way, and adds warnings to `warnings`.
pub fn compile_observed(
    module: &mut Mod,
    options: &CompileOptions,
    observer: Option<CfgObserver>,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Compiled, CompileError> {
    let mut future = future::from_ast(module)?;
    let flags = future.features | options.flags;
    future.features = flags;
    let has_sets = const_fold::fold_mod(module, options.optimize, flags, options.budget())?;
    let symtable = Symtable::build(module, flags, options.budget(), has_sets)?;
    let settings = Settings {
        filename: StrObj::new(options.filename.as_slice()),
        flags,
        future,
        optimize: options.optimize,
        no_debug_ranges: options.no_debug_ranges,
    };
    let code = codegen::compile_mod(module, symtable, settings, observer, warnings)?;
    Ok(Compiled {
        code,
        warnings: Vec::new(),
        flags,
    })
}

/// Checks a tree that a program made, as `compile()` does before it compiles one.
pub fn validate_ast(module: &Mod, options: &CompileOptions) -> Result<(), CompileError> {
    validate::validate(module, options.budget())
}

/// The blocks of a source with all their names, as the `symtable` module shows them.
pub fn symtable_for(source: &[u8], options: &CompileOptions) -> Result<Symtable, CompileError> {
    symtable_of(&decode(source, false, options)?, options, &mut Vec::new())
}

/// The same of a decoded source. Warnings are added to `warnings`, those before an error too.
pub fn symtable_of(
    source: &Source,
    options: &CompileOptions,
    warnings: &mut Vec<CompileWarning>,
) -> Result<Symtable, CompileError> {
    let module = parse_warned(source, options.mode, &options.parse_options(), warnings)?;
    let result = future::from_ast(&module).and_then(|future| {
        let features = future.features | options.flags;
        Symtable::build(&module, features, options.budget(), false)
    });
    let deep = matches!(&result, Err(error) if error.kind == ErrorKind::Recursion);
    drop_tree(module, deep);
    result
}
