//! `pyrs -m pyrs.cache`: questions about bytecode caches, and work on them.
//!
//! A package `pyrs` that the program can import comes before this one. Output is text for people, or JSON with `--json`.

mod compile;
mod files;
mod judge;
mod report;
mod why;

use judge::{Depth, Judge};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use vm::runtime::interpreter::Interpreter;

const USAGE: &str = "\
usage: pyrs -m pyrs.cache why [--json] MODULE...
       pyrs -m pyrs.cache verify [--json] [-v] [PATH...]
       pyrs -m pyrs.cache stats [--json] [PATH...]
       pyrs -m pyrs.cache clean [--all] [-n] [-v] [PATH...]
       pyrs -m pyrs.cache compile [-j N] [-f] [-q] [-o LEVEL]... [--hash] [PATH...]

why      which file an import would run, and the reason, in a line
verify   compiles each source again and compares: finds pycs that are stale, damaged, or not
         what their source compiles to; exit status 1 when there is one
stats    how many cache files there are, of which kind, and how large
clean    removes cache files that no import will use (--all: every one), and leftovers of writes
compile  writes the caches of all sources, on N threads (default: one for each processor)

Without PATH: the directories of sys.path. A PATH is a directory, a source, or (not for compile)
a cache file. Exit status: 0 good, 1 something is wrong or missing, 2 this text.
";

/// What the command line asks for, after the name of the command.
#[derive(Default)]
pub struct Options {
    /// `--json`
    pub json: bool,
    /// `-v`
    pub verbose: bool,
    /// `-q`
    pub quiet: bool,
    /// `-n`
    pub dry_run: bool,
    /// `--all`
    pub all: bool,
    /// `-f`
    pub force: bool,
    /// `--hash`
    pub hash: bool,
    /// `-j`; 0 for one thread for each processor.
    pub jobs: usize,
    /// `-o`; empty for the interpreter's own.
    pub levels: Vec<u8>,
    /// Names or paths.
    pub operands: Vec<OsString>,
    /// `sys.pycache_prefix`, absolute.
    pub prefix: Option<PathBuf>,
    /// `--check-hash-based-pycs` of the interpreter.
    pub check_hashes: String,
    /// `-X no_debug_ranges` of the interpreter.
    pub no_debug_ranges: bool,
}

impl Options {
    /// A judge of cache files, as this interpreter looks at them.
    pub fn judge(&self, depth: Depth) -> Judge {
        Judge {
            depth,
            prefix: self.prefix.clone(),
            check_hashes: self.check_hashes.clone(),
        }
    }
}

/// Runs the tool; the exit status.
pub fn main(interpreter: &Interpreter, args: &[OsString]) -> i32 {
    let Some((command, rest)) = args.split_first() else {
        return usage("which command?");
    };
    let command = command.to_string_lossy();
    if matches!(&*command, "-h" | "--help") {
        return print(USAGE);
    }
    let mut options = match parse(rest) {
        Ok(options) => options,
        Err(what) if what.is_empty() => return print(USAGE),
        Err(what) => return usage(&what),
    };
    let config = vm::import::util::config(interpreter);
    options.check_hashes = config.check_hash_based_pycs.borrow().clone();
    options.no_debug_ranges = config.no_debug_ranges.get();
    options.prefix = why::prefix(interpreter);
    match &*command {
        "why" if options.operands.is_empty() => usage("why: which module?"),
        "why" => why::main(interpreter, &options),
        "verify" => report::verify(&roots(interpreter, &options), &options),
        "stats" => report::stats(&roots(interpreter, &options), &options),
        "clean" => report::clean(&roots(interpreter, &options), &options),
        "compile" => compile::main(interpreter, &roots(interpreter, &options), &options),
        other => usage(&format!("there is no command {other}")),
    }
}

fn parse(args: &[OsString]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    let mut only_operands = false;
    while let Some(given) = args.next() {
        // What is not text is the name of a file.
        let arg = given.to_str().unwrap_or("");
        if only_operands || !arg.starts_with('-') || arg == "-" {
            options.operands.push(given.clone());
            continue;
        }
        let (name, attached) = match arg.strip_prefix("--") {
            Some(_) => (arg, None),
            None if arg.len() > 2 && arg.is_char_boundary(2) => {
                (&arg[..2], Some(arg[2..].to_string()))
            }
            None => (arg, None),
        };
        let mut value = || {
            attached
                .clone()
                .or_else(|| {
                    args.next()
                        .map(|value| value.to_string_lossy().into_owned())
                })
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name {
            "--" => only_operands = true,
            "--json" => options.json = true,
            "--all" => options.all = true,
            "--hash" => options.hash = true,
            "-v" | "--verbose" => options.verbose = true,
            "-q" | "--quiet" => options.quiet = true,
            "-n" | "--dry-run" => options.dry_run = true,
            "-f" | "--force" => options.force = true,
            "-h" | "--help" => return Err(String::new()),
            "-j" | "--jobs" => {
                let value = value()?;
                options.jobs = value
                    .parse()
                    .map_err(|_| format!("{name}: {value} is not a number of threads"))?;
            }
            "-o" => {
                let value = value()?;
                let level = value.parse().ok().filter(|level| *level <= 2);
                options
                    .levels
                    .push(level.ok_or_else(|| format!("-o: {value} is not 0, 1 or 2"))?);
            }
            _ => return Err(format!("there is no option {arg}")),
        }
    }
    Ok(options)
}

/// The paths given, or the directories of `sys.path`.
fn roots(interpreter: &Interpreter, options: &Options) -> Vec<PathBuf> {
    if !options.operands.is_empty() {
        return options.operands.iter().map(PathBuf::from).collect();
    }
    why::path_entries(interpreter)
        .into_iter()
        .map(|entry| PathBuf::from(if entry.is_empty() { "." } else { &entry }))
        .filter(|path| path.is_dir())
        .collect()
}

fn usage(what: &str) -> i32 {
    // Nobody can be told that telling failed.
    let _ = write!(std::io::stderr(), "pyrs.cache: {what}\n\n{USAGE}");
    2
}

/// Writes to the standard output; the exit status.
pub fn print(text: &str) -> i32 {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

/// A string of JSON.
pub fn json_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if (c as u32) < 0x20 => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
