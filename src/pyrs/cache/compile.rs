//! `compile`: the caches of a whole environment, on threads.
//!
//! The compiler knows no interpreter, so each thread takes the next file, compiles it and writes its pyc, and they share nothing but a
//! counter. A pyc is written under a name of its own and renamed, as an import does it.

use super::files::Wanted;
use super::{Options, files, report};
use bytecode::pyc::Header;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use vm::runtime::interpreter::Interpreter;

/// Native stack of a thread that compiles.
const STACK: usize = 16 << 20;

/// More threads than this help nobody.
const MANY: usize = 256;

/// Width of the progress bar.
const BAR: usize = 30;

/// The number of threads for `-j`.
pub fn threads(jobs: usize) -> usize {
    if jobs > 0 {
        return jobs.min(MANY);
    }
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[derive(Default)]
struct Tally {
    next: AtomicUsize,
    done: AtomicUsize,
    written: AtomicUsize,
    fresh: AtomicUsize,
    failed: AtomicUsize,
    finished: AtomicBool,
    messages: Mutex<Vec<(PathBuf, String)>>,
}

/// Compiles all sources below the roots; 1 when one failed.
pub fn main(interpreter: &Interpreter, roots: &[PathBuf], options: &Options) -> i32 {
    let mut levels = options.levels.clone();
    if levels.is_empty() {
        levels.push(interpreter.config().optimization_level.clamp(0, 2) as u8);
    }
    let roots: Vec<PathBuf> = roots
        .iter()
        .map(|root| std::path::absolute(root).unwrap_or_else(|_| root.clone()))
        .collect();
    let found = files::find(&roots, Wanted::Sources, None);
    let failed = report::tell_problems(&found.problems) != 0;
    let sources = found.files;
    let tally = Tally::default();
    let count = threads(options.jobs).min(sources.len().max(1));
    std::thread::scope(|scope| {
        let mut started = Vec::new();
        for _ in 0..count {
            let (sources, tally, levels) = (&sources, &tally, &levels);
            let work = move || {
                while let Some(index) = report::take(&tally.next, sources.len()) {
                    compile_one(&sources[index], levels, options, tally);
                    tally.done.fetch_add(1, Ordering::Relaxed);
                }
            };
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, work) {
                Ok(handle) => started.push(handle),
                // The others do the work.
                Err(_) if !started.is_empty() => break,
                Err(_) => {
                    while let Some(index) = report::take(&tally.next, sources.len()) {
                        compile_one(&sources[index], levels, options, tally);
                    }
                }
            }
        }
        let show = !options.quiet && std::io::stderr().is_terminal();
        let progress = show.then(|| scope.spawn(|| draw(&tally, sources.len())));
        for handle in started {
            if handle.join().is_err() {
                tally.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
        tally.finished.store(true, Ordering::Relaxed);
        drop(progress);
    });
    let mut messages = tally.messages.into_inner().unwrap_or_default();
    messages.sort();
    for (path, message) in &messages {
        tell(&format!("{}: {message}\n", path.display()));
    }
    let failures = tally.failed.into_inner();
    if !options.quiet {
        super::print(&format!(
            "{} written, {} fresh, {failures} failed\n",
            tally.written.into_inner(),
            tally.fresh.into_inner(),
        ));
    }
    i32::from(failed || failures > 0)
}

/// Writes to the standard error.
pub fn tell(text: &str) {
    // Nobody can be told that telling failed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Draws the bar until the work is done, then takes it away.
fn draw(tally: &Tally, total: usize) {
    while !tally.finished.load(Ordering::Relaxed) {
        let done = tally.done.load(Ordering::Relaxed).min(total);
        let full = (done * BAR).checked_div(total).unwrap_or(BAR);
        tell(&format!(
            "\r[{}{}] {done}/{total}",
            "#".repeat(full),
            " ".repeat(BAR - full)
        ));
        std::thread::sleep(Duration::from_millis(50));
    }
    tell("\r\x1b[K");
}

fn compile_one(source: &Path, levels: &[u8], options: &Options, tally: &Tally) {
    let fail = |message: String| {
        tally.failed.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut messages) = tally.messages.lock() {
            messages.push((source.to_path_buf(), message));
        }
    };
    for &level in levels {
        let Some(cache) = files::cache_of(source, level, options.prefix.as_deref()) else {
            continue;
        };
        match refresh(source, &cache, level, options) {
            Ok(true) => tally.written.fetch_add(1, Ordering::Relaxed),
            Ok(false) => tally.fresh.fetch_add(1, Ordering::Relaxed),
            Err(message) => return fail(message),
        };
    }
}

/// Writes the pyc unless it is fresh; whether it was written.
fn refresh(source: &Path, cache: &Path, level: u8, options: &Options) -> Result<bool, String> {
    let metadata = std::fs::metadata(source).map_err(|error| files::told(&error))?;
    let text = std::fs::read(source).map_err(|error| files::told(&error))?;
    let mtime = (metadata.mtime() as f64 + 1e-9 * metadata.mtime_nsec() as f64).trunc() as i64;
    let header = if options.hash {
        Header::hash(&text, true)
    } else {
        Header::timestamp(mtime, text.len() as u64)
    };
    let header = header.to_bytes();
    if !options.force && starts_with(cache, &header) {
        return Ok(false);
    }
    use std::os::unix::ffi::OsStrExt;
    let compile_options = compiler::CompileOptions {
        filename: source.as_os_str().as_bytes().to_vec(),
        optimize: level,
        no_debug_ranges: options.no_debug_ranges,
        ..compiler::CompileOptions::default()
    };
    let compiled = compiler::compile(&text, &compile_options).map_err(|error| {
        let line = error
            .lineno
            .map_or_else(String::new, |line| format!(" (line {line})"));
        format!("{}{line}", error.msg)
    })?;
    let body = bytecode::marshal::dumps_code(&compiled.code).map_err(|error| error.to_string())?;
    write(cache, &[&header[..], &body].concat(), metadata.mode()).map_err(|error| {
        let error = files::told(&error);
        format!("cannot write {}: {error}", cache.display())
    })?;
    Ok(true)
}

fn starts_with(cache: &Path, header: &[u8]) -> bool {
    use std::io::Read;
    let mut start = [0; bytecode::pyc::HEADER_LEN];
    std::fs::File::open(cache)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| start == header)
}

/// Writes a file under a name of its own, then renames it.
fn write(cache: &Path, data: &[u8], source_mode: u32) -> std::io::Result<()> {
    static SERIAL: AtomicUsize = AtomicUsize::new(0);
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o777);
    if let Some(parent) = cache.parent() {
        folder.create(parent)?;
    }
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let mut temporary = cache.as_os_str().to_os_string();
    temporary.push(format!(".{}{serial:06}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode((source_mode | 0o200) & 0o666)
        .open(&temporary)?;
    let result = file
        .write_all(data)
        .and_then(|()| std::fs::rename(&temporary, cache));
    if result.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&temporary);
    }
    result
}
