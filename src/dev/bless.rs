//! `bless`: records what CPython 3.11 prints for the programs of `snapshot-tests/cases`, or, with `--check`, says which recordings differ
//! from what it prints now. With `--pyrs BINARY`, says which programs BINARY runs differently (`--show`: how). With `--cli`, all this for the command lines
//! of `tests/cli/cases`, for BINARY also with `--home FOLDER` as `PYTHONHOME`.

use std::path::{Path, PathBuf};
use testkit::cases::{self, Case};
use testkit::{oracle, scripts};

pub fn run(arguments: &[String]) -> Result<(), String> {
    let check = arguments.iter().any(|argument| argument == "--check");
    let is_cli = arguments.iter().any(|argument| argument == "--cli");
    let value_of = |option: &str| {
        let place = arguments.iter().position(|argument| argument == option)?;
        arguments.get(place + 1)
    };
    let (subject, home) = (value_of("--pyrs"), value_of("--home"));
    let filter: Vec<&String> = arguments
        .iter()
        .filter(|a| !a.starts_with("--") && Some(*a) != subject && Some(*a) != home)
        .collect();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let top = std::fs::canonicalize(top).map_err(|error| error.to_string())?;
    let root = if is_cli {
        top.join("tests/cli/cases")
    } else {
        top.join("snapshot-tests/cases")
    };
    let interpreter = match subject {
        Some(binary) => std::path::absolute(binary).map_err(|error| error.to_string())?,
        None => oracle::find().ok_or("no CPython 3.11 found: set PYRS_ORACLE")?,
    };
    let library = scripts::library_of(&interpreter).map_err(|error| error.to_string())?;
    let setting = scripts::Setting {
        interpreter: &interpreter,
        home: home.map(Path::new),
        lib: &home.map_or(library, |home| format!("{home}/lib/python3.11")),
    };
    let outcome = |file: &Path| -> std::io::Result<String> {
        if is_cli {
            scripts::run(file, &top.join("tests/cli/data"), &setting)
        } else {
            Ok(cases::snapshot_file(&Case::read(file)?.run(&interpreter)?))
        }
    };
    let files = if is_cli {
        scripts::all(&root)
    } else {
        cases::all(&root)
    };
    let recording = if is_cli { "out" } else { "snap" };
    let wanted = |file: &PathBuf| {
        filter.is_empty()
            || filter
                .iter()
                .any(|part| file.to_string_lossy().contains(part.as_str()))
    };
    let (mut done, mut different) = (0, Vec::new());
    for file in files.iter().filter(|file| wanted(file)) {
        let text = outcome(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let snapshot = file.with_extension(recording);
        done += 1;
        if check || subject.is_some() {
            if std::fs::read_to_string(&snapshot).ok().as_deref() != Some(&text) {
                if arguments.iter().any(|argument| argument == "--show") {
                    let aside = std::env::temp_dir().join("bless-show.out");
                    std::fs::write(&aside, &text).map_err(|error| error.to_string())?;
                    let mut diff = std::process::Command::new("diff");
                    let _ = diff.arg("-u").arg(&snapshot).arg(&aside).status();
                }
                different.push(
                    file.strip_prefix(&root)
                        .unwrap_or(file)
                        .display()
                        .to_string(),
                );
            }
        } else {
            std::fs::write(&snapshot, text)
                .map_err(|error| format!("{}: {error}", snapshot.display()))?;
        }
    }
    let summary = format!(
        "{done} programs, {} different\n{}",
        different.len(),
        different.join("\n")
    );
    if different.is_empty() {
        let mut out = std::io::stdout();
        std::io::Write::write_all(&mut out, format!("{}\n", summary.trim_end()).as_bytes())
            .map_err(|error| error.to_string())
    } else {
        Err(summary)
    }
}
