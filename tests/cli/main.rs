//! The command line: what a user sees of `pyrs` is what CPython 3.11 shows, with the embedded library and with an installed one.
//!
//! The cases are shell scripts with recordings from CPython; `src/testkit/scripts.rs` says how they run, `cargo dev bless --cli` records.
//! Where no CPython 3.11 is found, only the embedded library is tried.

mod own;

mod terminal;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::oracle;
use testkit::scripts::{self, Setting};

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli")
        .join(name)
}

/// Runs all cases, and tells those whose outcome is not what was recorded.
fn compare_all(setting: &Setting<'_>) {
    let files = scripts::all(&here("cases"));
    assert!(!files.is_empty(), "no cases were found");
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(problem) = compare(file, setting) {
                        problems.lock().expect("no check panics").push(problem);
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no check panics");
    assert!(
        problems.is_empty(),
        "{} of {}:\n{}",
        problems.len(),
        files.len(),
        problems.join("\n")
    );
}

fn compare(file: &Path, setting: &Setting<'_>) -> Result<(), String> {
    let recorded = std::fs::read_to_string(file.with_extension("out"))
        .map_err(|error| format!("{}: not recorded: {error}", file.display()))?;
    let outcome = scripts::run(file, &here("data"), setting)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    if outcome == recorded {
        return Ok(());
    }
    Err(format!(
        "===== {} =====\n--- CPython\n{recorded}--- here\n{outcome}",
        file.display()
    ))
}

#[test]
fn embedded_library() {
    compare_all(&Setting {
        interpreter: Path::new(env!("CARGO_BIN_EXE_pyrs")),
        home: None,
        lib: "/pyrs/lib/python3.11",
    });
}

#[test]
fn installed_library() {
    let Some(python) = oracle::find() else {
        eprintln!("no CPython 3.11 here: its library was not tried");
        return;
    };
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-home");
    let library = home.join("lib/python3.11");
    if !home.join("complete").exists() {
        let original = scripts::library_of(&python).expect("its library");
        let left_out = [
            "test",
            "tests",
            "idlelib",
            "lib2to3",
            "site-packages",
            "__pycache__",
        ];
        scripts::copy_tree(Path::new(&original), &library, &|name| {
            !left_out.contains(&name) && !name.starts_with("config-") && name != "lib-dynload"
        })
        .expect("a copy of the library");
        std::fs::write(home.join("complete"), "").expect("a mark");
    }
    compare_all(&Setting {
        interpreter: Path::new(env!("CARGO_BIN_EXE_pyrs")),
        home: Some(&home),
        lib: &library.to_string_lossy(),
    });
}
