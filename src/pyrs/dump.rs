//! `pyrs -m pyrs.dump`: what each stage of the compiler makes of a file.
//!
//! Like `pyrs.cache`, it makes way for a package `pyrs` that the program has. The stages are those of `src/README.md`.

use compiler::ast_dump;
use compiler::dump::{dump_cfg, dump_symtable};
use compiler::flowgraph::Cfg;
use compiler::lexer::{self, LexOptions};
use compiler::{CompileError, CompileOptions, Tree};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::rc::Rc;

const USAGE: &str = "\
usage: pyrs -m pyrs.dump [-O LEVEL] tokens|ast|symtable|cfg|dis FILE

tokens    what the lexer reads: position, kind, text
ast       the syntax tree, every node with its position
symtable  the blocks, and what each name is in them
cfg       every function's control-flow graph, before and after it is optimised
dis       the code objects, as `dis.dis` shows them

FILE may be -, the standard input. -O is the optimisation level, 0 when it is not given.
";

/// Runs the tool; the exit status.
pub fn main(args: &[String]) -> i32 {
    let (level, rest) = match args {
        [flag, level, rest @ ..] if flag == "-O" => (level.as_str(), rest),
        [flag, rest @ ..] if matches!(flag.as_str(), "-O0" | "-O1" | "-O2") => (&flag[2..], rest),
        [flag, ..] if matches!(flag.as_str(), "-h" | "--help") => return print(USAGE),
        rest => ("0", rest),
    };
    let ([stage, file], Ok(optimize @ 0..=2)) = (rest, level.parse::<u8>()) else {
        return complain(USAGE, 2);
    };
    let source = match read(file) {
        Ok(source) => source,
        Err(error) => return complain(&format!("{file}: {error}\n"), 1),
    };
    let options = CompileOptions {
        optimize,
        ..CompileOptions::named(file)
    };
    let result = match stage.as_str() {
        "tokens" => tokens(&source, &options),
        "ast" => ast(&source, &options),
        "symtable" => compiler::symtable_for(&source, &options).map(|table| dump_symtable(&table)),
        "cfg" => cfg(&source, &options),
        "dis" => compiler::compile(&source, &options).map(|compiled| {
            bytecode::dis::dis(&compiled.code, bytecode::dis::DisOptions::default())
        }),
        _ => return complain(USAGE, 2),
    };
    match result {
        Ok(text) => print(&text),
        Err(error) => complain(&describe(file, &error), 1),
    }
}

fn print(text: &str) -> i32 {
    // Whoever reads it may have gone.
    i32::from(std::io::stdout().write_all(text.as_bytes()).is_err())
}

fn complain(text: &str, code: i32) -> i32 {
    let _ = std::io::stderr().write_all(text.as_bytes());
    code
}

fn read(file: &str) -> std::io::Result<Vec<u8>> {
    if file == "-" {
        let mut source = Vec::new();
        std::io::stdin().read_to_end(&mut source)?;
        return Ok(source);
    }
    std::fs::read(file)
}

fn describe(file: &str, error: &CompileError) -> String {
    let mut text = file.to_owned();
    for place in [error.lineno, error.offset].into_iter().flatten() {
        let _ = write!(text, ":{place}");
    }
    let _ = writeln!(text, ": {:?}Error: {}", error.kind, error.msg);
    text
}

fn tokens(source: &[u8], options: &CompileOptions) -> Result<String, CompileError> {
    let source = compiler::decode(source, false, options)?;
    let lexed = lexer::lex(
        &source,
        LexOptions {
            add_newline: true,
            ..LexOptions::default()
        },
    );
    let mut out = String::new();
    for token in &lexed.tokens {
        let column = |pos: u32, line: u32| pos.saturating_sub(source.line_start(line));
        let text = source.text.get(token.start as usize..token.end as usize);
        let _ = writeln!(
            out,
            "{}:{}-{}:{} {:?} {:?}",
            token.line,
            column(token.start, token.line),
            token.end_line,
            column(token.end, token.end_line),
            token.kind,
            text.unwrap_or_default()
        );
    }
    if let Some(error) = &lexed.error {
        let _ = writeln!(out, "{error:?}");
    }
    Ok(out)
}

fn ast(source: &[u8], options: &CompileOptions) -> Result<String, CompileError> {
    let source = compiler::decode(source, false, options)?;
    let tree = Tree::parse(&source, options, &mut Vec::new())?;
    Ok(ast_dump::dump(tree.module()))
}

fn cfg(source: &[u8], options: &CompileOptions) -> Result<String, CompileError> {
    let source = compiler::decode(source, false, options)?;
    let parsed = compiler::parse::parse(
        &source,
        options.mode,
        &compiler::parse::ParseOptions::default(),
    )?;
    let mut module = parsed.module;
    let out = Rc::new(RefCell::new(String::new()));
    let text = Rc::clone(&out);
    let observer = Box::new(move |name: &str, stage: &str, cfg: &Cfg| {
        let _ = writeln!(text.borrow_mut(), "== {name}: {stage}\n{}", dump_cfg(cfg));
    });
    compiler::compile_observed(&mut module, options, Some(observer), &mut Vec::new())?;
    Ok(out.take())
}
