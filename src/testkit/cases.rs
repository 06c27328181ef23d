//! Python programs with what CPython 3.11 printed for them.
//!
//! A case is `cases/AREA/NAME.py`; beside it stands `NAME.snap`, an insta snapshot whose body was recorded from CPython by
//! `cargo dev bless`. A first line `# args: …` gives command-line arguments, `# options: …` interpreter options, `# stdin: …` a line of
//! input. The case's folder is the working directory, and its path is taken out of what is printed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One program.
pub struct Case {
    /// The program.
    pub file: PathBuf,
    options: Vec<String>,
    arguments: Vec<String>,
    stdin: Option<String>,
}

impl Case {
    /// Reads the directives of a program.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path) -> std::io::Result<Case> {
        let text = std::fs::read_to_string(file)?;
        let mut case = Case {
            file: file.to_path_buf(),
            options: Vec::new(),
            arguments: Vec::new(),
            stdin: None,
        };
        for line in text.lines().take_while(|line| line.starts_with('#')) {
            let words = |rest: &str| rest.split_whitespace().map(str::to_owned).collect();
            if let Some(rest) = line.strip_prefix("# options:") {
                case.options = words(rest);
            } else if let Some(rest) = line.strip_prefix("# args:") {
                case.arguments = words(rest);
            } else if let Some(rest) = line.strip_prefix("# stdin:") {
                case.stdin = Some(format!("{}\n", rest.trim()));
            }
        }
        Ok(case)
    }

    /// Runs the program and gives exit code, stdout and stderr as one text.
    ///
    /// # Errors
    /// When the interpreter cannot be started.
    pub fn run(&self, interpreter: &Path) -> std::io::Result<String> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut command = Command::new(interpreter);
        command
            .current_dir(folder)
            .args(["-B", "-S"])
            .args(&self.options);
        command
            .arg(self.file.file_name().unwrap_or_default())
            .args(&self.arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("PYTHON") || text.starts_with("PYRS_") {
                command.env_remove(&name);
            }
        }
        command.env("PYTHONHASHSEED", "0");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            // A program that reads nothing may be gone already.
            let _ = pipe.write_all(self.stdin.as_deref().unwrap_or("").as_bytes());
        }
        let output = child.wait_with_output()?;
        let code = match output.status.code() {
            Some(code) => code.to_string(),
            None => String::from("killed by a signal"),
        };
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let text =
            format!("exit code: {code}\n----- stdout -----\n{stdout}----- stderr -----\n{stderr}");
        // The interpreter makes the program's name absolute; where the checkout stands says nothing.
        let place = format!("{}/", std::fs::canonicalize(folder)?.display());
        Ok(text.replace(&place, ""))
    }
}

/// Every case below a folder, in order.
pub fn all(folder: &Path) -> Vec<PathBuf> {
    with_extension(folder, "py")
}

/// Every file with an extension below a folder, in order.
pub fn with_extension(folder: &Path, wanted: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                pending.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == wanted)
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of an insta snapshot file of a case.
pub fn snapshot_file(body: &str) -> String {
    snapshot_of("main.rs", "run", body)
}

/// The text of an insta snapshot file, as the test in `snapshot-tests/SOURCE` would write it.
pub fn snapshot_of(source: &str, expression: &str, body: &str) -> String {
    format!(
        "---\nsource: snapshot-tests/{source}\nexpression: {expression}\n---\n{}\n",
        body.trim_end_matches('\n')
    )
}
