//! The stages as text, for `pyrs dump` and snapshots: symbol table and control-flow graphs.

use crate::error::CompileError;
use crate::flowgraph::{BlockId, Cfg, Instr};
use crate::symtable::{NameScope, ScopeId, Symtable, def};
use crate::{CompileOptions, compile_observed, parse_warned, symtable_of};
use bytecode::dis::{DisOptions, dis};
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

/// What the stages make of a source, as text.
pub struct Stages {
    /// The symbol table, as far as CPython's `_symtable` shows it.
    pub symbols: String,
    /// The control-flow graphs of each code object, after each pass.
    pub graphs: String,
    /// The disassembly.
    pub code: String,
}

/// The stages of a source.
pub fn stages(source: &[u8], options: &CompileOptions) -> Result<Stages, CompileError> {
    let source = crate::decode(source, false, options)?;
    let mut warnings = Vec::new();
    let table = symtable_of(&source, options, &mut warnings)?;
    let graphs = Rc::new(RefCell::new(String::new()));
    let seen = Rc::clone(&graphs);
    let observer = Box::new(move |name: &str, stage: &str, cfg: &Cfg| {
        let mut text = seen.borrow_mut();
        line(&mut text, 0, format_args!("== {name}: {stage}"));
        text.push_str(&dump_cfg(cfg));
    });
    let parse_options = options.parse_options();
    let mut module = parse_warned(&source, options.mode, &parse_options, &mut warnings)?;
    let compiled = compile_observed(&mut module, options, Some(observer), &mut warnings)?;
    Ok(Stages {
        symbols: dump_scopes(&table, false),
        graphs: graphs.take(),
        code: dis(&compiled.code, DisOptions::default()),
    })
}

/// The blocks of a symbol table, indented by nesting.
pub fn dump_symtable(table: &Symtable) -> String {
    dump_scopes(table, true)
}

/// `all`: also what `_symtable` does not show.
fn dump_scopes(table: &Symtable, all: bool) -> String {
    let mut out = String::new();
    let mut todo = vec![(Symtable::TOP, 0)];
    while let Some((id, depth)) = todo.pop() {
        dump_scope(table, id, depth, all, &mut out);
        let children = table.scope(id).children.iter().rev();
        todo.extend(children.map(|&child| (child, depth + 1)));
    }
    out
}

fn line(out: &mut String, depth: usize, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let done = writeln!(out, "{:1$}{text}", "", depth * 2);
    debug_assert!(done.is_ok());
}

fn dump_scope(table: &Symtable, id: ScopeId, depth: usize, all: bool, out: &mut String) {
    let scope = table.scope(id);
    let marks = [
        ("nested", scope.nested),
        ("generator", all && scope.generator),
        ("coroutine", all && scope.coroutine),
        ("class-closure", all && scope.needs_class_closure),
    ];
    let marks: String = marks
        .iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| format!(" {name}"))
        .collect();
    line(
        out,
        depth,
        format_args!(
            "{:?} {} line {}{marks}",
            scope.kind, scope.name, scope.span.lineno
        ),
    );
    for (name, &flags) in &scope.symbols {
        let scope = NameScope::of(flags);
        line(
            out,
            depth + 1,
            format_args!("{name}: {scope:?}{}", flag_names(flags)),
        );
    }
}

fn flag_names(flags: u32) -> String {
    [
        ("global", def::GLOBAL),
        ("local", def::LOCAL),
        ("param", def::PARAM),
        ("nonlocal", def::NONLOCAL),
        ("use", def::USE),
        ("free-class", def::FREE_CLASS),
        ("import", def::IMPORT),
        ("annot", def::ANNOT),
        ("comp-iter", def::COMP_ITER),
    ]
    .iter()
    .filter(|(_, bit)| flags & bit != 0)
    .map(|(name, _)| format!(" {name}"))
    .collect()
}

/// The blocks of a graph in the order of the code.
pub fn dump_cfg(cfg: &Cfg) -> String {
    let mut out = String::new();
    for id in cfg.chain() {
        let block = &cfg[id];
        let marks = [
            (" exit", block.exit),
            (" no-fallthrough", block.nofallthrough),
            (" lasti", block.preserve_lasti),
        ];
        let marks: String = marks
            .iter()
            .filter(|(_, set)| *set)
            .map(|(mark, _)| *mark)
            .collect();
        line(
            &mut out,
            0,
            format_args!("{}:{marks} predecessors {}", label(id), block.predecessors),
        );
        for instr in &block.instrs {
            line(&mut out, 1, format_args!("{}", dump_instr(instr)));
        }
    }
    out
}

fn label(id: BlockId) -> String {
    format!("b{}", id.index())
}

fn dump_instr(instr: &Instr) -> String {
    let loc = instr.loc;
    let operand = match instr.target {
        Some(target) => label(target),
        None => instr.arg.to_string(),
    };
    let except = instr.except.map(|id| format!(" except {}", label(id)));
    format!(
        "{} {operand} @{}:{}-{}:{}{}",
        instr.op.name(),
        loc.lineno,
        loc.col_offset,
        loc.end_lineno,
        loc.end_col_offset,
        except.unwrap_or_default()
    )
}
