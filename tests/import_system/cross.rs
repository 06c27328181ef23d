//! CPython runs its own tests from pycs that only pyrs wrote, and pyrs those that CPython wrote. Needs a CPython 3.11 with its `test`
//! package; without one there is nothing to compare with.

use crate::processes::{Folder, pyrs};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is copied from CPython's library: the tests, what they need of `test`, and what they test.
const PARTS: [&str; 9] = [
    "test/__init__.py",
    "test/support",
    "test/typinganndata",
    "test/test_grammar.py",
    "test/test_json",
    "test/test_dataclasses",
    "json",
    "dataclasses.py",
    "inspect.py",
];

/// The tests: `test_json` finds its parts by their sources, which are gone, so they are named.
fn names(lib: &Path) -> Vec<String> {
    let mut names = vec![
        String::from("test.test_grammar"),
        String::from("test.test_dataclasses"),
    ];
    let parts = std::fs::read_dir(lib.join("test/test_json"));
    for entry in parts.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name
            .strip_suffix(".py")
            .filter(|name| name.starts_with("test_"))
        {
            names.push(format!("test.test_json.{name}"));
        }
    }
    names.sort();
    names
}

fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    command
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)?.flatten() {
            if entry.file_name() != "__pycache__" {
                copy(&entry.path(), &to.join(entry.file_name()))?;
            }
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).map(drop)
}

/// The oracle and the folder of its library; says why not when there is none with the tests.
fn oracle() -> Option<(PathBuf, PathBuf)> {
    let found = testkit::oracle::find().and_then(with_tests);
    if found.is_none() {
        eprintln!("skipped: there is no CPython 3.11 with its package `test`");
    }
    found
}

fn with_tests(python: PathBuf) -> Option<(PathBuf, PathBuf)> {
    let output = clean(&python)
        .args([
            "-I",
            "-S",
            "-c",
            "import os; print(os.path.dirname(os.__file__))",
        ])
        .output()
        .ok()?;
    let lib = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    lib.join("test/test_grammar.py")
        .exists()
        .then_some((python, lib))
}

fn remove_sources(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            std::fs::remove_file(path).expect("removed");
        }
    }
}

/// Copies the library's parts, compiles them to pycs beside their sources, and removes the sources.
fn plant(name: &str, lib: &Path, mut compiler: Command) -> Folder {
    let folder = Folder::new(name);
    for part in PARTS {
        let from = lib.join(part);
        if from.exists() {
            copy(&from, &folder.0.join(part)).expect("copied");
        }
    }
    let output = compiler
        .current_dir(&folder.0)
        .args(["-m", "compileall", "-b", "-q", "."])
        .output()
        .expect("compileall runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}{errors}");
    remove_sources(&folder.0);
    folder
}

/// Runs the tests and gives the line that says how many.
fn tests(mut interpreter: Command, folder: &Path, names: &[String]) {
    let output = interpreter
        .current_dir(folder)
        .env("PYTHONPATH", folder)
        .args(["-m", "unittest", "-q"])
        .args(names)
        .output()
        .expect("the tests run");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let tail: String = errors
        .chars()
        .rev()
        .take(2000)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    assert!(output.status.success(), "{tail}");
}

/// Nothing but the pycs can have been run.
fn no_source_is_left(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            no_source_is_left(&path);
        } else {
            assert_ne!(path.extension().and_then(|e| e.to_str()), Some("py"));
        }
    }
}

#[test]
fn cpython_runs_what_pyrs_compiled() {
    let Some((python, lib)) = oracle() else {
        return;
    };
    let folder = plant("ours", &lib, pyrs(Path::new(".")));
    no_source_is_left(&folder.0);
    tests(clean(&python), &folder.0, &names(&lib));
}

#[test]
fn pyrs_runs_what_cpython_compiled() {
    let Some((python, lib)) = oracle() else {
        return;
    };
    let folder = plant("theirs", &lib, clean(&python));
    no_source_is_left(&folder.0);
    let mut names = names(&lib);
    if cfg!(debug_assertions) {
        // Hundreds of thousands of calls, and dozens of processes: minutes without optimisation.
        names.retain(|name| !name.ends_with("test_unicode") && !name.ends_with("test_tool"));
    }
    tests(pyrs(Path::new(".")), &folder.0, &names);
}
