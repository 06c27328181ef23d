//! Command lines with what CPython 3.11 does for them: stdout, stderr, exit code.
//!
//! A case is a shell script `cases/AREA/NAME.sh`, in which `$PY` is the interpreter; beside it stands `NAME.out`, recorded from CPython by
//! `cargo dev bless --cli`. It runs in a copy of `data/`, with no `PYTHON…` variable set and nothing on its standard input. What differs
//! between two installations (paths, line numbers inside the library) is taken out of what is printed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Which interpreter runs, and with which library.
pub struct Setting<'a> {
    /// The interpreter.
    pub interpreter: &'a Path,
    /// `PYTHONHOME`, when the library is not the interpreter's own.
    pub home: Option<&'a Path>,
    /// Where the library is, as tracebacks show it.
    pub lib: &'a str,
}

/// Runs a script, and gives exit code, stdout and stderr as one text.
///
/// # Errors
/// When the shell cannot be started, or the folder not be made.
pub fn run(script: &Path, data: &Path, setting: &Setting<'_>) -> std::io::Result<String> {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("pyrs-cli-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    copy_tree(data, &folder, &|_| true)?;
    let folder = std::fs::canonicalize(folder)?;
    let output = command(script, &folder, setting).output();
    let _ = std::fs::remove_dir_all(&folder);
    let output = output?;
    let code = match output.status.code() {
        Some(code) => code.to_string(),
        None => String::from("killed by a signal"),
    };
    let clean = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes)
            .replace(
                &setting.interpreter.to_string_lossy().into_owned(),
                "PYTHON",
            )
            .replace(&format!("{}/", folder.display()), "")
            .replace(&folder.display().to_string(), "FOLDER");
        without_addresses(&without_library_lines(
            &text.replace(setting.lib, "LIBRARY"),
        ))
    };
    let mut text = format!("exit code: {code}\n");
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        text.push_str(&format!("----- {name} -----\n{}", clean(bytes)));
        if !text.ends_with('\n') {
            text.push_str("<no newline>\n");
        }
    }
    Ok(text)
}

fn command(script: &Path, folder: &Path, setting: &Setting<'_>) -> Command {
    let mut command = Command::new("sh");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_locale = text.starts_with("LC_") || text == "LANG" || text == "LANGUAGE";
        if text.starts_with("PYTHON") || text.starts_with("PYRS_") || is_locale {
            command.env_remove(&name);
        }
    }
    command
        .env("PY", setting.interpreter)
        .env("LC_CTYPE", "C.UTF-8");
    // No window or terminal may change what is printed.
    command
        .env("COLUMNS", "80")
        .env("HOME", folder)
        .env("TERM", "dumb");
    if let Some(home) = setting.home {
        command.env("PYTHONHOME", home);
    }
    // A program that never ends is killed.
    let body = format!("ulimit -t 300; . {}", quoted(script));
    command.arg("-c").arg(body).current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Line numbers of the library's files say nothing: another version has other ones.
fn without_library_lines(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let place = line
            .contains("\"LIBRARY/")
            .then(|| line.find(".py\", line "))
            .flatten();
        match place {
            Some(place) => {
                let start = place + ".py\", line ".len();
                let rest = line[start..].trim_start_matches(|c: char| c.is_ascii_digit());
                cleaned.push_str(&line[..start]);
                cleaned.push('N');
                cleaned.push_str(rest);
            }
            None => cleaned.push_str(line),
        }
    }
    cleaned
}

/// Addresses of objects, as `repr` shows them, are of one run.
fn without_addresses(text: &str) -> String {
    let mut cleaned = text.to_owned();
    for mark in [" at 0x", "Current thread 0x"] {
        let mut parts = cleaned.split(mark);
        let mut next = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            next.push_str(mark);
            next.push_str("ADDRESS");
            next.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
        }
        cleaned = next;
    }
    cleaned
}

/// Copies the files of a tree that are wanted, by their names.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy_tree(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !wanted(&name.to_string_lossy()) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy_tree(&source, &target, wanted)?;
        } else {
            std::fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Every script below a folder, in order.
pub fn all(folder: &Path) -> Vec<PathBuf> {
    crate::cases::with_extension(folder, "sh")
}

/// Where an interpreter keeps its library.
///
/// # Errors
/// When it cannot be started.
pub fn library_of(interpreter: &Path) -> std::io::Result<String> {
    let mut command = Command::new(interpreter);
    command.args([
        "-I",
        "-S",
        "-c",
        "import os; print(os.path.dirname(os.__file__))",
    ]);
    let output = command.stdin(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
