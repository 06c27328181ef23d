//! `dev pyc`: pycs written by pyrs's compiler, one or many, to compare with CPython's; `dev cfg` shows the stages of one file.

use compiler::dump::{dump_cfg, dump_symtable};
use compiler::{CompileError, CompileOptions, compile};
use std::path::Path;
use std::time::Instant;

/// `pyc FILE OUT [-O n]`, `pyc --batch LIST [-O n]` (lines of FILE, OUT and optionally co_filename, separated by tabs) or
/// `pyc --time LIST` (one file name per line).
pub fn run(arguments: &[String]) -> Result<(), String> {
    let (arguments, optimize) = match arguments {
        [rest @ .., flag, level] if flag == "-O" => {
            let level = level.parse().map_err(|_| "-O takes 0, 1 or 2".to_owned())?;
            (rest, level)
        }
        all => (all, 0),
    };
    match arguments {
        [flag, list] if flag == "--batch" => batch(list, optimize),
        [flag, list] if flag == "--time" => time(list, optimize),
        [file, out] => write_pyc(file, Path::new(out), file, optimize),
        _ => Err("usage: pyc FILE OUT | --batch LIST | --time LIST [-O n]".to_owned()),
    }
}

fn batch(list: &str, optimize: u8) -> Result<(), String> {
    let mut failed = 0;
    for line in read_text(list)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (file, out, name) = match fields[..] {
            [file, out] => (file, out, file),
            [file, out, name] => (file, out, name),
            _ => return Err(format!("bad line: {line}")),
        };
        if let Err(error) = write_pyc(file, Path::new(out), name, optimize) {
            failed += 1;
            show(&error);
        }
    }
    if failed > 0 {
        return Err(format!("{failed} files failed"));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn show(text: &str) {
    println!("{text}");
}

fn read_text(name: &str) -> Result<String, String> {
    std::fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))
}

fn options(name: &str, optimize: u8) -> CompileOptions {
    CompileOptions {
        optimize,
        ..CompileOptions::named(name)
    }
}

fn describe(name: &str, error: &CompileError) -> String {
    format!(
        "{name}:{}:{}: {:?}: {}",
        error.lineno.unwrap_or(0),
        error.offset.unwrap_or(0),
        error.kind,
        error.msg
    )
}

/// Writes the pyc of a file with a timestamp header.
fn write_pyc(file: &str, out: &Path, name: &str, optimize: u8) -> Result<(), String> {
    let source = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let compiled =
        compile(&source, &options(name, optimize)).map_err(|error| describe(file, &error))?;
    let body = bytecode::marshal::dumps_code(&compiled.code)
        .map_err(|error| format!("{file}: {error:?}"))?;
    let mtime = std::fs::metadata(file)
        .and_then(|meta| meta.modified())
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |time| time.as_secs());
    // Magic 3495, flags 0, then what the source was.
    let mut pyc = vec![0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0];
    pyc.extend((mtime as u32).to_le_bytes());
    pyc.extend((source.len() as u32).to_le_bytes());
    pyc.extend(body);
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(out, pyc).map_err(|error| format!("{}: {error}", out.display()))
}

fn time(list: &str, optimize: u8) -> Result<(), String> {
    let mut files = Vec::new();
    for name in read_text(list)?.lines() {
        files.push(std::fs::read(name).map_err(|error| format!("{name}: {error}"))?);
    }
    let options = options("f", optimize);
    let start = Instant::now();
    let errors = files
        .iter()
        .filter(|source| compile(source, &options).is_err())
        .count();
    let whole = start.elapsed().as_secs_f64();
    show(&format!(
        "{} files, {errors} errors, {whole:.3} s with parsing",
        files.len()
    ));
    let mut modules = Vec::new();
    for source in &files {
        let parsed = compiler::decode::decode_source(source, "f").and_then(|source| {
            compiler::parse::parse(
                &source,
                options.mode,
                &compiler::parse::ParseOptions::default(),
            )
        });
        if let Ok(parsed) = parsed {
            modules.push(parsed.module);
        }
    }
    let (start, cpu) = (Instant::now(), cpu_seconds());
    for module in &mut modules {
        // Errors were counted above.
        let _ = compiler::compile_ast(module, &options);
    }
    let back = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    show(&format!(
        "{back:.3} s from the tree on ({cpu:.2} s of processor time)"
    ));
    Ok(())
}

/// User and system time of this process so far, 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in parentheses; in ticks of 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// `cfg FILE`: the symbol table, and every graph before and after it is optimised.
pub fn run_cfg(arguments: &[String]) -> Result<(), String> {
    let [file] = arguments else {
        return Err("usage: cfg FILE".to_owned());
    };
    let source = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let options = options(file, 0);
    let table =
        compiler::symtable_for(&source, &options).map_err(|error| describe(file, &error))?;
    show(&dump_symtable(&table));
    let parsed = compiler::decode::decode_source(&source, file).and_then(|source| {
        compiler::parse::parse(
            &source,
            options.mode,
            &compiler::parse::ParseOptions::default(),
        )
    });
    let mut module = parsed.map_err(|error| describe(file, &error))?.module;
    let observer = Box::new(|name: &str, stage: &str, cfg: &compiler::flowgraph::Cfg| {
        show(&format!("== {name}: {stage}\n{}", dump_cfg(cfg)));
    });
    compiler::compile_observed(&mut module, &options, Some(observer), &mut Vec::new())
        .map_err(|error| describe(file, &error))?;
    Ok(())
}

/// `compile LIST OUT`: what compilation gives, for comparisons. Lines of LIST are FILE, mode (`exec`, `eval`, `single`), optimisation level,
/// flags and 0 or 1 for `no_debug_ranges`, separated by tabs; OUT gets a line for each: the marshal stream in hexadecimal and the warnings, or
/// the error.
pub fn run_compile(arguments: &[String]) -> Result<(), String> {
    let [list, out] = arguments else {
        return Err("usage: compile LIST OUT".to_owned());
    };
    let mut text = String::new();
    for line in read_text(list)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, mode, optimize, flags, no_debug_ranges] = fields[..] else {
            return Err(format!("bad line: {line}"));
        };
        let options = CompileOptions {
            mode: match mode {
                "eval" => compiler::parse::ParseMode::Eval,
                "single" => compiler::parse::ParseMode::Single,
                _ => compiler::parse::ParseMode::Exec,
            },
            optimize: optimize.parse().unwrap_or(0),
            flags: flags.parse().unwrap_or(0),
            no_debug_ranges: no_debug_ranges == "1",
            ..CompileOptions::named("<test>")
        };
        let source = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        text.push_str(&result_text(compile(&source, &options)));
        text.push('\n');
    }
    std::fs::write(out, text).map_err(|error| format!("{out}: {error}"))
}

fn result_text(result: Result<compiler::Compiled, CompileError>) -> String {
    let show = |field: Option<i32>| field.map_or("None".to_owned(), |field| field.to_string());
    match result {
        Err(error) => format!(
            "E\t{:?}\t{}\t{}\t{}\t{}\t{:?}",
            error.kind,
            show(error.lineno),
            show(error.offset),
            show(error.end_lineno),
            show(error.end_offset),
            error.msg
        ),
        Ok(compiled) => {
            let body = bytecode::marshal::dumps_code(&compiled.code).unwrap_or_default();
            let hex: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
            let warnings: Vec<String> = compiled
                .warnings
                .iter()
                .map(|warning| format!("{:?} {} {}", warning.kind, warning.lineno, warning.msg))
                .collect();
            format!("C\t{hex}\t{:?}", warnings.join("; "))
        }
    }
}

/// `symtable LIST OUT`: for each file of LIST the blocks of its symbol table, one a line, for comparisons.
pub fn run_symtable(arguments: &[String]) -> Result<(), String> {
    let [list, out] = arguments else {
        return Err("usage: symtable LIST OUT".to_owned());
    };
    let mut text = String::new();
    for name in read_text(list)?.lines() {
        let source = std::fs::read(name).map_err(|error| format!("{name}: {error}"))?;
        text.push_str(&format!("# {name}\n"));
        let table = match compiler::symtable_for(&source, &options(name, 0)) {
            Ok(table) => table,
            Err(error) => {
                text.push_str(&describe(name, &error));
                text.push('\n');
                continue;
            }
        };
        let mut todo = vec![compiler::symtable::Symtable::TOP];
        while let Some(id) = todo.pop() {
            let scope = table.scope(id);
            let mut symbols: Vec<String> = scope
                .symbols
                .iter()
                .map(|(name, flags)| format!("{name}={flags}"))
                .collect();
            symbols.sort();
            text.push_str(&format!(
                "{} {} {} {} [{}] {}\n",
                scope.kind as u8,
                scope.name,
                scope.span.lineno,
                u8::from(scope.nested),
                scope.varnames.join(","),
                symbols.join(" ")
            ));
            todo.extend(scope.children.iter().rev());
        }
    }
    std::fs::write(out, text).map_err(|error| format!("{out}: {error}"))
}
