//! Finding a CPython 3.11 to compare with: `PYRS_ORACLE`, else `python3.11` on the path. Tests must pass without one.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A command that runs the oracle with an environment of its own, or `None` where there is no CPython 3.11.
pub fn find() -> Option<PathBuf> {
    let candidate =
        std::env::var_os("PYRS_ORACLE").map_or_else(|| PathBuf::from("python3.11"), PathBuf::from);
    let mut command = Command::new(&candidate);
    command.args([
        "-I",
        "-S",
        "-c",
        "import sys; print(sys.implementation.name, sys.version_info[:2])",
    ]);
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if text.trim() == "cpython (3, 11)" {
        Some(candidate)
    } else {
        None
    }
}
