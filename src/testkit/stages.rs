//! What CPython 3.11 shows of its compiler's stages: the symbol table and the disassembly of a program, in the words of
//! `compiler::dump`. Of the control-flow graphs it shows nothing.

use std::path::Path;
use std::process::{Command, Stdio};

const SCRIPT: &str = include_str!("stages.py");

/// Runs CPython; gives symbols and code of a program.
///
/// # Errors
/// When it cannot be run, or refuses the program.
pub fn recorded(python: &Path, file: &Path) -> Result<(String, String), String> {
    let show = |stage: &str| {
        let output = Command::new(python)
            .args(["-I", "-S", "-c", SCRIPT, stage])
            .arg(file)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", python.display()))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    };
    Ok((show("symbols")?, show("code")?))
}
