//! Whole libraries, compared with what CPython 3.11.7 compiles them to, byte for byte.
//!
//! The library that pyrs carries is compared with digests recorded beforehand (`corpus/record.py`), so that needs no CPython. Where there is
//! one (`PYRS_ORACLE`, or `python3.11` on the path), the files of its own library are compared too: as many as `PYRS_CORPUS_SECONDS` allow
//! (60 when it is not set, 0 for all), at a level that goes by the file's turn, or at all three when there is no bound.

use compiler::{CompileOptions, compile};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The key of the recorded hashes: the magic number.
const KEY: u64 = 3495;

/// How many files may differ in the flag that says whether an object is referred to again (what a process happens to hold alters it).
const MERELY_EQUAL_MAX: usize = 4;

fn body(source: &[u8], name: &str, level: u8) -> Result<Vec<u8>, String> {
    let options = CompileOptions {
        optimize: level,
        ..CompileOptions::named(name)
    };
    let compiled = compile(source, &options).map_err(|error| error.msg)?;
    bytecode::marshal::dumps_code(&compiled.code).map_err(|error| format!("{error:?}"))
}

#[test]
fn embedded_library_has_the_recorded_digests() {
    let lib = Path::new(rustpython_pylib::LIB_PATH);
    let mut wrong = Vec::new();
    let lines = include_str!("corpus/digests.txt").lines();
    for (turn, line) in lines.enumerate() {
        let mut fields = line.split('\t');
        let name = fields.next().expect("a name");
        let source = std::fs::read(lib.join(name)).expect("a file of the library");
        for level in 0..3 {
            let expected = (fields.next(), fields.next());
            // Unoptimised it would take long: a level for each file.
            if cfg!(debug_assertions) && turn % 3 != level as usize {
                continue;
            }
            let found = match body(&source, &format!("Lib/{name}"), level) {
                Ok(body) => (
                    body.len().to_string(),
                    bytecode::pyc::keyed_source_hash(KEY, &body)
                        .iter()
                        .map(|byte| format!("{byte:02x}"))
                        .collect(),
                ),
                Err(error) => (error, String::new()),
            };
            if expected != (Some(&found.0), Some(&found.1)) {
                wrong.push(format!("{name} at {level}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The reference and its library, when it is there in the very version that is the standard.
fn reference() -> Option<(PathBuf, PathBuf)> {
    let python = testkit::oracle::find()?;
    let output = oracle(&python).arg("lib").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (lib, version) = text.trim_end().split_once('\t')?;
    (version == "3\t11\t7").then(|| (python, PathBuf::from(lib)))
}

fn oracle(python: &Path) -> Command {
    let mut command = Command::new(python);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/oracle.py");
    command.args(["-I", "-S"]).arg(script);
    command.stderr(Stdio::null());
    command
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            let name = entry.file_name();
            if name != "__pycache__" && name != "site-packages" && name != "lib-dynload" {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

/// What the oracle says of the next file, `None` at the end.
fn answer(output: &mut impl Read) -> Option<Vec<u8>> {
    let mut size = [0; 4];
    output.read_exact(&mut size).ok()?;
    let mut data = vec![0; u32::from_le_bytes(size) as usize];
    output.read_exact(&mut data).ok()?;
    Some(data)
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "how much was compared depends on the machine"
)]
fn library_of_cpython_has_its_bytes() {
    let Some((python, lib)) = reference() else {
        println!("no CPython 3.11.7: only the recorded digests were compared");
        return;
    };
    let seconds = std::env::var("PYRS_CORPUS_SECONDS");
    let seconds: u64 = seconds.map_or(60, |text| text.parse().expect("a number of seconds"));
    let end = (seconds > 0).then(|| Instant::now() + Duration::from_secs(seconds));
    let mut files = Vec::new();
    sources(&lib, &mut files);
    // In an order that mixes the folders and is the same everywhere.
    files.sort_by_key(|path| {
        let name = path.strip_prefix(&lib).unwrap_or(path).to_string_lossy();
        bytecode::pyc::source_hash(name.as_bytes())
    });
    let files = files.into_iter().enumerate();
    let jobs: Vec<(u8, PathBuf)> = files
        .flat_map(|(place, path)| match end {
            Some(_) => vec![((place % 3) as u8, path)],
            None => (0..3).map(|level| (level, path.clone())).collect(),
        })
        .collect();
    let mut child = oracle(&python)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle starts");
    let mut input = child.stdin.take().expect("a pipe");
    let lines: String = jobs
        .iter()
        .map(|(level, path)| format!("{level}\t{0}\t{0}\n", path.display()))
        .collect();
    let writer = std::thread::spawn(move || {
        // Cut off when the time is over.
        let _ = input.write_all(lines.as_bytes());
    });
    let mut output = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut compared, mut equal, mut wrong) = (0, Vec::new(), Vec::new());
    for (level, path) in &jobs {
        if end.is_some_and(|end| Instant::now() > end) {
            break;
        }
        let expected = answer(&mut output).expect("the oracle answers");
        let source = std::fs::read(path).expect("a file of the library");
        let name = path.to_string_lossy();
        let found = body(&source, &name, *level);
        let error = expected.first() == Some(&b'!');
        compared += 1;
        match found {
            Err(_) if error => {}
            Ok(body) if body == expected => {}
            Ok(body) if !error && same_values(&body, &expected) => {
                equal.push(format!("{name} at {level}"));
            }
            Ok(_) => wrong.push(format!("{name} at {level}: other bytes")),
            Err(error) => wrong.push(format!("{name} at {level}: {error}")),
        }
    }
    // A child of the oracle that still writes must not wait for us, nor the writer for it.
    drop(output);
    let _ = child.kill();
    let _ = child.wait();
    writer.join().expect("the writer ends");
    println!(
        "{compared} of {} compared with CPython, {} merely equal",
        jobs.len(),
        equal.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(equal.len() <= 3 * MERELY_EQUAL_MAX, "{}", equal.join("\n"));
}

/// Whether two streams hold the same code, however they share their objects.
fn same_values(one: &[u8], other: &[u8]) -> bool {
    let code = |stream| {
        let code = bytecode::marshal::loads_code(stream).expect("a good stream");
        code.expect("a code object")
    };
    bytecode::same::difference(&code(one), &code(other)).is_none()
}
