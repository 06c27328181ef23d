//! `bless`: records what CPython 3.11 prints for the programs of `snapshot-tests/cases`, or, with `--check`, says which recordings differ
//! from what it prints now. With `--pyrs BINARY`, says which programs BINARY runs differently.

use std::path::{Path, PathBuf};
use testkit::cases::{self, Case};
use testkit::oracle;

pub fn run(arguments: &[String]) -> Result<(), String> {
    let check = arguments.iter().any(|argument| argument == "--check");
    let subject = arguments
        .iter()
        .position(|argument| argument == "--pyrs")
        .and_then(|place| arguments.get(place + 1));
    let filter: Vec<&String> = arguments
        .iter()
        .filter(|a| !a.starts_with("--") && Some(*a) != subject)
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshot-tests/cases");
    let interpreter = match subject {
        Some(binary) => std::path::absolute(binary).map_err(|error| error.to_string())?,
        None => oracle::find().ok_or("no CPython 3.11 found: set PYRS_ORACLE")?,
    };
    let files = cases::all(&root);
    let wanted = |file: &PathBuf| {
        filter.is_empty()
            || filter
                .iter()
                .any(|part| file.to_string_lossy().contains(part.as_str()))
    };
    let (mut done, mut different) = (0, Vec::new());
    for file in files.iter().filter(|file| wanted(file)) {
        let case = Case::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let body = case
            .run(&interpreter)
            .map_err(|error| format!("{}: {error}", interpreter.display()))?;
        let text = cases::snapshot_file(&body);
        let snapshot = file.with_extension("snap");
        done += 1;
        if check || subject.is_some() {
            if std::fs::read_to_string(&snapshot).ok().as_deref() != Some(&text) {
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
