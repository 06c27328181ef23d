//! Conformance runs with snapshots: every program of `cases/` prints what CPython 3.11 printed for it.
//!
//! The snapshots are recorded from CPython, never from pyrs: `cargo dev bless` writes them, `cargo dev bless --check` compares what is on
//! disk with what a CPython 3.11 prints now. Where one is found, `recordings_are_what_cpython_prints` does that too.

mod stages;

use std::path::{Path, PathBuf};
use testkit::cases::{self, Case};
use testkit::oracle;

fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshot-tests/cases")
}

/// Works through all files on both cores, and gives what went wrong.
fn for_all(files: &[PathBuf], check: impl Fn(&Path) -> Result<(), String> + Sync) -> Vec<String> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let problems = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) =
                    files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    if let Err(problem) = check(file) {
                        problems.lock().expect("no check panics").push(problem);
                    }
                }
            });
        }
    });
    let mut problems = problems.into_inner().expect("no check panics");
    problems.sort();
    problems
}

#[test]
fn programs_print_what_cpython_prints() {
    let files = cases::all(&cases_folder());
    assert!(files.len() >= 400, "only {} cases were found", files.len());
    let pyrs = Path::new(env!("CARGO_BIN_EXE_pyrs"));
    let problems = for_all(&files, |file| {
        let outcome = Case::read(file)
            .and_then(|case| case.run(pyrs))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(file.parent().unwrap_or(Path::new(".")));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let compared = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(name, outcome, "run"))
        }));
        compared.map_err(|_| format!("{} differs from CPython", file.display()))
    });
    assert!(
        problems.is_empty(),
        "{} of {} programs:\n{}",
        problems.len(),
        files.len(),
        problems.join("\n")
    );
}

#[test]
fn recordings_are_what_cpython_prints() {
    let Some(python) = oracle::find() else {
        eprintln!("no CPython 3.11 here: the recordings were not compared with one");
        return;
    };
    let files = cases::all(&cases_folder());
    let problems = for_all(&files, |file| {
        let outcome = Case::read(file)
            .and_then(|case| case.run(&python))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let recorded = std::fs::read_to_string(file.with_extension("snap")).unwrap_or_default();
        if recorded == cases::snapshot_file(&outcome) {
            Ok(())
        } else {
            Err(format!("{}: CPython prints something else", file.display()))
        }
    });
    assert!(
        problems.is_empty(),
        "{} recordings:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
