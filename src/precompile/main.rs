//! `pyrs-precompile FOLDER PREFIX OUTPUT`: compiles the sources below a folder. Each line of standard input is a level of optimisation, a
//! blank, and a relative path.
//!
//! The marshal streams go into one file, one behind the other, each with its index behind it; the lengths of both are printed, a line for
//! each stream, 0 for what does not compile or has no index. `PREFIX`
//! and the relative path make `co_filename`, unless that stands behind the path, after a tab. The build script of `stdlib` runs this; it is
//! a program of its own, not a dependency of that script, because the crate that carries the library's sources asks for other features of the
//! parser than the compiler does.

use bytecode::marshal::index::Index;
use compiler::CompileOptions;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Native stack of a worker.
const STACK_SIZE: usize = 64 << 20;

/// What a line asks for.
#[derive(Clone, Default)]
struct Compiled {
    stream: Vec<u8>,
    index: Vec<u8>,
}

fn compiled(folder: &Path, prefix: &str, line: &str) -> Compiled {
    let (level, rest) = line.split_once(' ').unwrap_or(("0", line));
    let (path, name) = match rest.split_once('\t') {
        Some((path, name)) => (path, name.to_owned()),
        None => (rest, format!("{prefix}/{rest}")),
    };
    let options = CompileOptions {
        optimize: level.parse().unwrap_or(0),
        ..CompileOptions::named(&name)
    };
    let stream = std::fs::read(folder.join(path))
        .map_err(|error| error.to_string())
        .and_then(|source| {
            compiler::compile(&source, &options).map_err(|error| format!("{error:?}"))
        })
        .and_then(|compiled| {
            bytecode::marshal::dumps_code(&compiled.code).map_err(|error| error.to_string())
        });
    match stream {
        Ok(stream) => {
            let index = Index::of(&stream);
            let index = index.map_or_else(Vec::new, |index| index.to_bytes());
            Compiled { stream, index }
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            Compiled::default()
        }
    }
}

/// The streams of all lines, made on all cores.
fn compile_all(folder: &Path, prefix: &str, lines: &[&str]) -> std::io::Result<Vec<Compiled>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            match lines.get(place) {
                Some(line) => done.push((place, compiled(folder, prefix, line))),
                None => return done,
            }
        }
    };
    let mut streams = vec![Compiled::default(); lines.len()];
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = (0..threads)
            .map(|_| {
                std::thread::Builder::new()
                    .stack_size(STACK_SIZE)
                    .spawn_scoped(scope, work)
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        for worker in workers {
            let done = worker
                .join()
                .map_err(|_| std::io::Error::other("a worker panicked"))?;
            for (place, stream) in done {
                streams[place] = stream;
            }
        }
        Ok(streams)
    })
}

fn run(folder: &str, prefix: &str, output: &str) -> std::io::Result<()> {
    let mut list = String::new();
    std::io::stdin().lock().read_to_string(&mut list)?;
    let lines: Vec<&str> = list.lines().collect();
    let streams = compile_all(Path::new(folder), prefix, &lines)?;
    let mut bytes = Vec::new();
    let mut lengths = String::new();
    for Compiled { stream, index } in &streams {
        bytes.extend_from_slice(stream);
        bytes.extend_from_slice(index);
        lengths.push_str(&format!("{} {}\n", stream.len(), index.len()));
    }
    std::fs::write(output, bytes)?;
    std::io::stdout().write_all(lengths.as_bytes())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, prefix, output] = arguments.as_slice() else {
        eprintln!("usage: pyrs-precompile FOLDER PREFIX OUTPUT < LINES");
        return ExitCode::from(2);
    };
    match run(folder, prefix, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pyrs-precompile: {error}");
            ExitCode::FAILURE
        }
    }
}
