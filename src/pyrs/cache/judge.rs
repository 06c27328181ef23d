//! Judging one cache file against its source.

use super::files::{self, TAG};
use bytecode::pyc::{HEADER_LEN, Header, HeaderError, source_hash};
use bytecode::{CodeObject, marshal, same, verify};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What is to be thought of a cache file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// An import uses it.
    Fresh,
    /// It stands where the source would, and there is none: an import uses it, and nothing can be compared.
    Sourceless,
    /// The source has changed: an import compiles it again.
    Stale,
    /// The source is gone: no import looks at it.
    Orphan,
    /// Of another version of Python.
    Foreign,
    /// Not a pyc, cut off, or code that must not be run.
    Damaged,
    /// It claims to be of its source and is something else.
    Forged,
}

impl State {
    /// All of them, best first.
    pub const ALL: [State; 7] = [
        State::Fresh,
        State::Sourceless,
        State::Stale,
        State::Orphan,
        State::Foreign,
        State::Damaged,
        State::Forged,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            State::Fresh => "fresh",
            State::Sourceless => "sourceless",
            State::Stale => "stale",
            State::Orphan => "orphan",
            State::Foreign => "foreign",
            State::Damaged => "damaged",
            State::Forged => "forged",
        }
    }

    /// Whether `verify` fails for it.
    pub fn is_problem(self) -> bool {
        matches!(self, State::Stale | State::Damaged | State::Forged)
    }
}

/// A cache file with what is to be thought of it.
pub struct Verdict {
    pub path: PathBuf,
    pub source: Option<PathBuf>,
    pub state: State,
    pub reason: String,
    /// Size of the file.
    pub size: u64,
}

/// `int(st_mtime)`, by way of the float that Python sees.
fn mtime_seconds(metadata: &std::fs::Metadata) -> i64 {
    (metadata.mtime() as f64 + 1e-9 * metadata.mtime_nsec() as f64).trunc() as i64
}

/// Judges a cache file by its header, as the one of this source, wherever it lies.
pub fn judge_as(path: &Path, source: &Path) -> Verdict {
    judge_named(path, false, Some(source))
}

/// Judges a cache file. `deep`: by compiling the source again; else by the header, as an import does.
pub fn judge(path: &Path, deep: bool) -> Verdict {
    judge_named(path, deep, None)
}

fn judge_named(path: &Path, deep: bool, source: Option<&Path>) -> Verdict {
    let mut verdict = Verdict {
        path: path.to_path_buf(),
        source: None,
        state: State::Damaged,
        reason: String::new(),
        size: 0,
    };
    let (state, reason) = match std::fs::read(path) {
        Ok(data) => {
            verdict.size = data.len() as u64;
            let name = files::parse(path).map(|mut name| {
                if let Some(source) = source {
                    name.source = source.to_path_buf();
                    name.tag = Some(TAG.to_string());
                }
                name
            });
            judge_data(name, &data, deep, &mut verdict.source)
        }
        Err(error) => (State::Damaged, format!("cannot be read: {error}")),
    };
    (verdict.state, verdict.reason) = (state, reason);
    verdict
}

fn judge_data(
    name: Option<files::Name>,
    data: &[u8],
    deep: bool,
    source_path: &mut Option<PathBuf>,
) -> (State, String) {
    let Some(name) = name else {
        return (State::Orphan, String::from("no import looks for this name"));
    };
    if let Some(tag) = name.tag.as_deref().filter(|tag| *tag != TAG) {
        return (State::Foreign, format!("of {tag}"));
    }
    let header = match Header::parse(data) {
        Ok(header) => header,
        Err(HeaderError::BadMagic) => {
            return match data {
                [low, high, b'\r', b'\n', ..] => {
                    let magic = u16::from_le_bytes([*low, *high]);
                    (
                        State::Foreign,
                        format!("magic number {magic} of another version"),
                    )
                }
                _ => (State::Damaged, String::from("does not begin as a pyc")),
            };
        }
        Err(HeaderError::TooShort) => {
            return (State::Damaged, String::from("ends inside the header"));
        }
        Err(HeaderError::InvalidFlags(flags)) => {
            return (
                State::Damaged,
                format!("has the flags {flags}, which mean nothing"),
            );
        }
    };
    let Ok(metadata) = std::fs::metadata(&name.source) else {
        if name.tag.is_some() {
            return (
                State::Orphan,
                format!("{} does not exist", name.source.display()),
            );
        }
        return match read_code(data) {
            _ if !deep => (State::Sourceless, String::from("has no source")),
            Ok(_) => (
                State::Sourceless,
                String::from("has no source; its code is sound"),
            ),
            Err(what) => (State::Damaged, what),
        };
    };
    *source_path = Some(name.source.clone());
    let source = match std::fs::read(&name.source) {
        Ok(source) => source,
        Err(error) => return (State::Stale, format!("its source cannot be read: {error}")),
    };
    let mut how = String::new();
    match header {
        Header::Timestamp { mtime, size } => {
            let now = mtime_seconds(&metadata);
            if mtime != now as u32 {
                let reason = format!("its source was changed: mtime {mtime} then, {now} now");
                return (State::Stale, reason);
            }
            if size != metadata.len() as u32 {
                let reason = format!(
                    "its source was changed: {size} bytes then, {} now",
                    metadata.len()
                );
                return (State::Stale, reason);
            }
            how.push_str("time and size of the source match");
        }
        Header::Hash { check_source, hash } if hash != source_hash(&source) => {
            return if check_source {
                (
                    State::Stale,
                    String::from("its source was changed: the hash differs"),
                )
            } else {
                let reason =
                    "its source was changed, which an import does not look at (unchecked hash)";
                (State::Stale, String::from(reason))
            };
        }
        Header::Hash { .. } => how.push_str("the hash of the source matches"),
    }
    if !deep {
        return (State::Fresh, how);
    }
    let code = match read_code(data) {
        Ok(code) => code,
        Err(what) => return (State::Damaged, what),
    };
    match compare(&code, &source, &name.level) {
        Ok(()) => (State::Fresh, format!("{how}, and so does its code")),
        Err(what) => (State::Forged, what),
    }
}

/// The code in a pyc, verified.
fn read_code(data: &[u8]) -> Result<Rc<CodeObject>, String> {
    let body = data.get(HEADER_LEN..).unwrap_or(&[]);
    match marshal::loads_code(body) {
        Ok(Some(code)) => match verify::verify(&code) {
            Ok(()) => Ok(code),
            Err(error) => Err(error.to_string()),
        },
        Ok(None) => Err(String::from("holds something else than code")),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

/// Whether the source compiles to this code.
fn compare(code: &CodeObject, source: &[u8], level: &str) -> Result<(), String> {
    let mut what = String::new();
    for no_debug_ranges in [false, true] {
        let options = compiler::CompileOptions {
            filename: code.filename.as_bytes().to_vec(),
            optimize: level.parse::<u8>().unwrap_or(0).min(2),
            no_debug_ranges,
            ..compiler::CompileOptions::default()
        };
        let compiled = compiler::compile(source, &options)
            .map_err(|error| format!("its source does not compile: {}", error.msg))?;
        match same::difference(code, &compiled.code) {
            None => return Ok(()),
            Some(difference) if what.is_empty() => {
                what = format!("is not what its source compiles to: {difference} differs");
            }
            Some(_) => {}
        }
    }
    Err(what)
}
