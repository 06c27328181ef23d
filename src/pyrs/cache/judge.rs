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
    /// It, or what it has to be compared with, cannot be read, so nothing is known.
    Unreadable,
    /// It claims to be of its source and is something else.
    Forged,
}

impl State {
    /// All of them, best first.
    pub const ALL: [State; 8] = [
        State::Fresh,
        State::Sourceless,
        State::Stale,
        State::Orphan,
        State::Foreign,
        State::Damaged,
        State::Unreadable,
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
            State::Unreadable => "unreadable",
            State::Forged => "forged",
        }
    }

    /// Whether `verify` fails for it.
    pub fn is_problem(self) -> bool {
        matches!(
            self,
            State::Stale | State::Damaged | State::Unreadable | State::Forged
        )
    }
}

/// A cache file with what is to be thought of it.
pub struct Verdict {
    pub path: PathBuf,
    pub source: Option<PathBuf>,
    pub state: State,
    pub reason: String,
    /// Whether an import uses it, as far as that can be said.
    pub is_used: bool,
    /// Size of the file.
    pub size: u64,
}

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// At the header, as an import does.
    Header,
    /// At the code, too: whether it can be read and run.
    Body,
    /// At what the source compiles to.
    Source,
}

/// How a judge looks at cache files.
#[derive(Clone, Debug)]
pub struct Judge {
    /// How far.
    pub depth: Depth,
    /// `sys.pycache_prefix`, absolute.
    pub prefix: Option<PathBuf>,
    /// `--check-hash-based-pycs`
    pub check_hashes: String,
}

/// `int(st_mtime)`, by way of the float that Python sees.
fn mtime_seconds(metadata: &std::fs::Metadata) -> i64 {
    (metadata.mtime() as f64 + 1e-9 * metadata.mtime_nsec() as f64).trunc() as i64
}

fn is_gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// The bytes of a regular file.
fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    std::fs::read(path)
}

impl Judge {
    /// Judges a cache file, as the one of `source` if that is given.
    pub fn judge(&self, path: &Path, source: Option<&Path>) -> Verdict {
        let mut verdict = Verdict {
            path: path.to_path_buf(),
            source: None,
            state: State::Unreadable,
            reason: String::new(),
            is_used: false,
            size: 0,
        };
        let data = match read_file(path) {
            Ok(data) => data,
            Err(error) => {
                verdict.reason = format!("cannot be read: {}", files::told(&error));
                return verdict;
            }
        };
        verdict.size = data.len() as u64;
        let name = files::parse(path, self.prefix.as_deref()).map(|mut name| {
            if let Some(source) = source {
                name.source = source.to_path_buf();
                name.tag = Some(TAG.to_string());
            }
            name
        });
        self.judge_data(name, &data, &mut verdict);
        verdict
    }

    fn judge_data(&self, name: Option<files::Name>, data: &[u8], verdict: &mut Verdict) {
        let mut set = |state: State, reason: String, is_used: bool| {
            (verdict.state, verdict.reason, verdict.is_used) = (state, reason, is_used);
        };
        let Some(name) = name else {
            let reason = String::from("no import looks for this name");
            return set(State::Orphan, reason, false);
        };
        if let Some(tag) = name.tag.as_deref().filter(|tag| *tag != TAG) {
            // Another interpreter may use it.
            return set(State::Foreign, format!("of {tag}"), true);
        }
        let header = match parse_header(data) {
            Ok(header) => header,
            Err((state, reason)) => return set(state, reason, false),
        };
        let metadata = match std::fs::metadata(&name.source) {
            Ok(metadata) => metadata,
            Err(error) if !is_gone(&error) => {
                let error = files::told(&error);
                let reason = format!("{} cannot be reached: {error}", name.source.display());
                return set(State::Unreadable, reason, true);
            }
            Err(_) if name.tag.is_some() => {
                let reason = format!("{} does not exist", name.source.display());
                return set(State::Orphan, reason, false);
            }
            Err(_) => {
                let sound = "has no source; its code is sound";
                return match read_code(data) {
                    _ if self.depth == Depth::Header => {
                        set(State::Sourceless, String::from("has no source"), true)
                    }
                    Ok(_) => set(State::Sourceless, String::from(sound), true),
                    Err(what) => set(State::Damaged, what, false),
                };
            }
        };
        verdict.source = Some(name.source.clone());
        let (state, reason, is_used) = self.judge_against(&name, &metadata, header, data);
        (verdict.state, verdict.reason, verdict.is_used) = (state, reason, is_used);
    }

    /// The same for a pyc that has a good header and a source.
    fn judge_against(
        &self,
        name: &files::Name,
        metadata: &std::fs::Metadata,
        header: Header,
        data: &[u8],
    ) -> (State, String, bool) {
        let read = || {
            read_file(&name.source).map_err(|error| {
                let reason = format!("its source cannot be read: {}", files::told(&error));
                (State::Unreadable, reason, true)
            })
        };
        let mut source = None;
        let how = match header {
            Header::Timestamp { mtime, size } => {
                let now = mtime_seconds(metadata);
                if mtime != now as u32 {
                    let reason = format!("its source was changed: mtime {mtime} then, {now} now");
                    return (State::Stale, reason, false);
                }
                if size != metadata.len() as u32 {
                    let now = metadata.len();
                    let reason = format!("its source was changed: {size} bytes then, {now} now");
                    return (State::Stale, reason, false);
                }
                "time and size of the source match"
            }
            Header::Hash { check_source, hash } => {
                let bytes = match read() {
                    Ok(bytes) => source.insert(bytes),
                    Err(verdict) => return verdict,
                };
                let is_checked = match self.check_hashes.as_str() {
                    "always" => true,
                    "never" => false,
                    _ => check_source,
                };
                if hash != source_hash(bytes) {
                    let mut reason = String::from("its source was changed: the hash differs");
                    if !is_checked {
                        reason.push_str(", which an import does not look at");
                    }
                    return (State::Stale, reason, !is_checked);
                }
                "the hash of the source matches"
            }
        };
        if self.depth == Depth::Header {
            return (State::Fresh, String::from(how), true);
        }
        let code = match read_code(data) {
            Ok(code) => code,
            Err(what) => return (State::Damaged, what, false),
        };
        if self.depth == Depth::Body {
            return (State::Fresh, String::from(how), true);
        }
        let source = match source.map_or_else(read, Ok) {
            Ok(source) => source,
            Err(verdict) => return verdict,
        };
        match compare(&code, &source, &name.level) {
            Ok(()) => (State::Fresh, format!("{how}, and so does its code"), true),
            Err(what) => (State::Forged, what, true),
        }
    }
}

fn parse_header(data: &[u8]) -> Result<Header, (State, String)> {
    Header::parse(data).map_err(|error| match (error, data) {
        (HeaderError::BadMagic, [low, high, b'\r', b'\n', ..]) => {
            let magic = u16::from_le_bytes([*low, *high]);
            let reason = format!("magic number {magic} of another version");
            (State::Foreign, reason)
        }
        (HeaderError::BadMagic, _) => (State::Damaged, String::from("does not begin as a pyc")),
        (HeaderError::TooShort, _) => (State::Damaged, String::from("ends inside the header")),
        (HeaderError::InvalidFlags(flags), _) => {
            let reason = format!("has the flags {flags}, which mean nothing");
            (State::Damaged, reason)
        }
    })
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
