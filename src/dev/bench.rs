//! `bench`: races pyrs against a CPython 3.11, interleaved, in processor time, and prints the ratio for each program (below 1 is faster)
//! and the geometric mean.
//!
//! `bench [--pyrs BINARY] [--python BINARY] [--runs N] [FILTER…]`. The programs are those of `benches/programs`; `start…` are empty programs,
//! `import…` and `compile…` are in `bench/import.rs`.

mod import;

use crate::ffi;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Options {
    pyrs: PathBuf,
    python: PathBuf,
    runs: usize,
    filters: Vec<String>,
}

pub fn run(arguments: &[String]) -> Result<(), String> {
    let options = parse(arguments)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scratch = std::env::temp_dir().join(format!("pyrs-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let outcome = race_all(&options, &root, &scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    outcome
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        pyrs: PathBuf::from("target/release/pyrs"),
        python: PathBuf::from("/usr/bin/python3.11"),
        runs: 5,
        filters: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || {
            rest.next()
                .cloned()
                .ok_or(format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--pyrs" => options.pyrs = PathBuf::from(value()?),
            "--python" => options.python = PathBuf::from(value()?),
            "--runs" => {
                options.runs = value()?
                    .parse()
                    .map_err(|_| String::from("--runs needs a number"))?
            }
            _ => options.filters.push(argument.clone()),
        }
    }
    options.pyrs = std::path::absolute(&options.pyrs).map_err(|error| error.to_string())?;
    Ok(options)
}

/// One thing to measure: what both interpreters are given, and what has to be undone before each run.
#[derive(Default)]
pub struct Race {
    pub name: String,
    pub arguments: Vec<String>,
    pub folder: PathBuf,
    /// Caches below this folder are set aside before each run.
    pub clear_caches: Option<PathBuf>,
    /// `PYTHONHOME` of pyrs.
    pub home: Option<PathBuf>,
    /// Whether the time of an empty program with the same `PYTHONHOME` is shown apart.
    pub subtract_start: bool,
}

impl Race {
    pub fn new(name: &str, arguments: &[&str], folder: &Path) -> Race {
        Race {
            name: name.to_owned(),
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            folder: folder.to_path_buf(),
            ..Race::default()
        }
    }

    fn start(&self) -> Race {
        Race {
            home: self.home.clone(),
            ..Race::new("", &["-S", "-c", "pass"], &self.folder)
        }
    }
}

fn races(options: &Options, root: &Path, scratch: &Path) -> Result<Vec<Race>, String> {
    let shown = |error: std::io::Error| format!("{}: {error}", scratch.display());
    let mut races = Vec::new();
    std::fs::write(scratch.join("hello.py"), "print('hello')\n").map_err(shown)?;
    races.push(Race::new("start", &["hello.py"], scratch));
    races.push(Race::new("start-pass", &["-c", "pass"], scratch));
    races.push(Race::new(
        "start-nosite",
        &["-I", "-S", "hello.py"],
        scratch,
    ));
    races.push(Race::new(
        "start-nosite-pass",
        &["-I", "-S", "-c", "pass"],
        scratch,
    ));
    import::add(&mut races, options, scratch)?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("benches/programs"))
        .map_err(shown)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        races.push(Race::new(&name, &["-S", &file.to_string_lossy()], scratch));
    }
    Ok(races)
}

fn race_all(options: &Options, root: &Path, scratch: &Path) -> Result<(), String> {
    let races = races(options, root, scratch)?;
    let mut logarithms = Vec::new();
    let mut report = format!(
        "{:<18} {:>9} {:>9} {:>7}\n",
        "program", "pyrs ms", "CPython", "ratio"
    );
    for race in races {
        if !options.filters.is_empty()
            && !options
                .filters
                .iter()
                .any(|filter| race.name.contains(filter.as_str()))
        {
            continue;
        }
        let start = race.subtract_start.then(|| race.start());
        ffi::sync();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let (mut our_start, mut their_start) = (Vec::new(), Vec::new());
        let mut failure = None;
        for round in 0..=options.runs {
            let runs = [
                (Some(&race), &options.pyrs, true, &mut ours),
                (Some(&race), &options.python, false, &mut theirs),
                (start.as_ref(), &options.pyrs, true, &mut our_start),
                (start.as_ref(), &options.python, false, &mut their_start),
            ];
            for (race, interpreter, is_ours, times) in runs {
                let Some(race) = race else {
                    continue;
                };
                match once(interpreter, race, is_ours) {
                    // The first round warms caches up.
                    Ok(seconds) if round > 0 => times.push(seconds),
                    Ok(_) => {}
                    Err(error) => failure = Some(error),
                }
            }
        }
        if let Some(failure) = failure {
            let _ = writeln!(report, "{:<18} {failure}", race.name);
            continue;
        }
        let (a, b) = (median(&mut ours), median(&mut theirs));
        logarithms.push((a / b).ln());
        let _ = writeln!(
            report,
            "{:<18} {:>9.1} {:>9.1} {:>7.2}",
            race.name,
            a * 1e3,
            b * 1e3,
            a / b
        );
        if start.is_some() {
            let (a, b) = (a - median(&mut our_start), b - median(&mut their_start));
            let _ = writeln!(
                report,
                "{:<18} {:>9.1} {:>9.1} {:>7.2}",
                "  without start",
                a * 1e3,
                b * 1e3,
                a / b
            );
        }
    }
    let mean = (logarithms.iter().sum::<f64>() / logarithms.len().max(1) as f64).exp();
    let _ = writeln!(report, "geometric mean of {}: {mean:.3}", logarithms.len());
    std::io::Write::write_all(&mut std::io::stdout(), report.as_bytes())
        .map_err(|error| error.to_string())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn once(interpreter: &Path, race: &Race, is_ours: bool) -> Result<f64, String> {
    if let Some(folder) = &race.clear_caches {
        set_caches_aside(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(interpreter);
    command.args(&race.arguments).current_dir(&race.folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(&name);
        }
    }
    if let Some(home) = race.home.as_ref().filter(|_| is_ours) {
        command.env("PYTHONHOME", home);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let before = ffi::children_seconds();
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", interpreter.display()))?;
    let seconds = ffi::children_seconds() - before;
    if status.success() {
        Ok(seconds)
    } else {
        Err(format!("{} failed: {status}", interpreter.display()))
    }
}

/// Moves the caches below a folder to a folder beside it. They are not deleted: file systems remember inodes that were just deleted, and look
/// through thousands of them for each new file, which soon costs both interpreters more than their work.
fn set_caches_aside(folder: &Path) -> std::io::Result<()> {
    static MOVED: AtomicUsize = AtomicUsize::new(0);
    let aside = folder.with_extension("aside");
    std::fs::create_dir_all(&aside)?;
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name() == "__pycache__" {
                let number = MOVED.fetch_add(1, Ordering::Relaxed);
                std::fs::rename(entry.path(), aside.join(number.to_string()))?;
            } else if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            }
        }
    }
    Ok(())
}
