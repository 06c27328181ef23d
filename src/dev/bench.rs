//! `bench`: races pyrs against a CPython 3.11, interleaved, in processor time, and prints the ratio for each program (below 1 is faster)
//! and the geometric mean.
//!
//! `bench [--pyrs BINARY] [--python BINARY] [--runs N] [FILTER…]`. The programs are those of `benches/programs`; `start`, `start-nosite`,
//! `import-cold`, `import-warm` and `compile` measure what their names say on a tree made for the purpose.

use crate::ffi;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
struct Race {
    name: String,
    arguments: Vec<String>,
    folder: PathBuf,
    clear_caches: bool,
}

fn races(root: &Path, scratch: &Path) -> std::io::Result<Vec<Race>> {
    let mut races = Vec::new();
    let mut add = |name: &str, arguments: &[&str], folder: &Path, clear_caches: bool| {
        let arguments = arguments
            .iter()
            .map(|argument| (*argument).to_owned())
            .collect();
        races.push(Race {
            name: name.to_owned(),
            arguments,
            folder: folder.to_path_buf(),
            clear_caches,
        });
    };
    std::fs::write(scratch.join("hello.py"), "print('hello')\n")?;
    add("start", &["hello.py"], scratch, false);
    add("start-nosite", &["-I", "-S", "hello.py"], scratch, false);
    let tree = scratch.join("tree");
    std::fs::create_dir_all(&tree)?;
    let mut importer = String::new();
    for number in 0..300 {
        let mut text = format!("\"\"\"Module {number}.\"\"\"\nLIMIT = {number}\n\n");
        for function in 0..8 {
            let _ = write!(
                text,
                "def f{function}(x, y={function}):\n    total = x + y * LIMIT\n    for i in range(3):\n        total += i\n    return total\n\n"
            );
        }
        let _ = write!(
            text,
            "class C:\n    kind = 'c{number}'\n    def method(self, value):\n        self.value = value\n        return [value, self.kind]\n"
        );
        std::fs::write(tree.join(format!("m{number}.py")), text)?;
        let _ = writeln!(importer, "import m{number}");
    }
    std::fs::write(tree.join("all.py"), importer)?;
    add("import-cold", &["-S", "all.py"], &tree, true);
    add("import-warm", &["-S", "all.py"], &tree, false);
    let compile = "import glob\nfor name in sorted(glob.glob('m*.py')):\n    compile(open(name).read(), name, 'exec')\n";
    std::fs::write(tree.join("compile_all.py"), compile)?;
    add("compile", &["-S", "compile_all.py"], &tree, false);
    let programs = root.join("benches/programs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&programs)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    for file in files {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        add(&name, &["-S", &file.to_string_lossy()], scratch, false);
    }
    Ok(races)
}

fn race_all(options: &Options, root: &Path, scratch: &Path) -> Result<(), String> {
    let races = races(root, scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
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
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut failure = None;
        for round in 0..=options.runs {
            for (interpreter, times) in [(&options.pyrs, &mut ours), (&options.python, &mut theirs)]
            {
                match once(interpreter, &race) {
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

fn once(interpreter: &Path, race: &Race) -> Result<f64, String> {
    if race.clear_caches {
        let _ = std::fs::remove_dir_all(race.folder.join("__pycache__"));
    }
    let mut command = Command::new(interpreter);
    command.args(&race.arguments).current_dir(&race.folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(&name);
        }
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
