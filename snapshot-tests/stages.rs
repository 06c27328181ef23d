//! Snapshots of the compiler's stages: symbol table, control-flow graphs after each pass, disassembly. They show what a change of one stage
//! does to the next.
//!
//! `cargo dev stages --write` records symbol tables and disassemblies from CPython; graphs, which CPython does not show, are pyrs's own.

use compiler::CompileOptions;
use std::path::{Path, PathBuf};
use testkit::{cases, oracle, stages};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshot-tests/stages")
}

fn stem(file: &Path) -> String {
    file.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn bare(text: &str) -> &str {
    text.trim_end_matches('\n')
}

#[test]
fn stages_of_the_compiler() {
    let files = cases::all(&folder());
    assert!(files.len() >= 10, "only {} programs", files.len());
    for file in files {
        let source = std::fs::read(&file).expect("a program");
        let stem = stem(&file);
        let options = CompileOptions::named(&format!("{stem}.py"));
        let stages = match compiler::dump::stages(&source, &options) {
            Ok(stages) => stages,
            Err(error) => panic!("{stem}: {}", error.msg),
        };
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (stage, text) in [
            ("symbols", stages.symbols),
            ("graphs", stages.graphs),
            ("code", stages.code),
        ] {
            let name = format!("{stem}.{stage}");
            settings.bind(|| insta::assert_snapshot!(name, bare(&text), stage));
        }
    }
}

#[test]
fn stages_are_what_cpython_shows() {
    let Some(python) = oracle::find() else {
        eprintln!("no CPython 3.11 here: the recordings were not compared with one");
        return;
    };
    for file in cases::all(&folder()) {
        let (symbols, code) = stages::recorded(&python, &file).expect("CPython compiles it");
        for (stage, text) in [("symbols", symbols), ("code", code)] {
            let recording = file.with_extension(format!("{stage}.snap"));
            let recorded = std::fs::read_to_string(&recording).unwrap_or_default();
            let shown = cases::snapshot_of("stages.rs", stage, &text);
            assert_eq!(recorded, shown, "{}", recording.display());
        }
    }
}
