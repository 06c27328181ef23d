//! Cache files and sources below directories; how the names of the two belong together.

use std::path::{Path, PathBuf};

/// The tag in the names of cache files that this interpreter reads and writes.
pub const TAG: &str = "cpython-311";

/// What was found, and what stood in the way.
#[derive(Default)]
pub struct Found {
    /// Sorted, each once.
    pub files: Vec<PathBuf>,
    /// Paths that are not what they should be, with what is wrong.
    pub problems: Vec<(PathBuf, String)>,
}

/// Which files are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Sources,
    Caches,
    CachesAndLeftovers,
}

impl Wanted {
    fn accepts(self, path: &Path) -> bool {
        match self {
            Wanted::Sources => is_source(path),
            Wanted::Caches => is_cache(path),
            Wanted::CachesAndLeftovers => is_cache(path) || is_leftover(path),
        }
    }
}

/// The wanted files below the roots. Symbolic links to directories are not followed, unless they are roots; what is no regular file is left
/// alone: opening it might never end.
pub fn find(roots: &[PathBuf], wanted: Wanted, prefix: Option<&Path>) -> Found {
    let mut found = Found::default();
    for root in roots {
        match std::fs::metadata(root) {
            Err(error) => found.problems.push((root.clone(), told(&error))),
            Ok(metadata) if metadata.is_dir() => {
                walk(root.clone(), wanted, &mut found);
                // The caches of these sources may lie elsewhere.
                if wanted != Wanted::Sources
                    && let Some(place) = mirrored(root, prefix)
                    && place.is_dir()
                {
                    walk(place, wanted, &mut found);
                }
            }
            Ok(metadata) if !metadata.is_file() => {
                let what = String::from("is neither a file nor a directory");
                found.problems.push((root.clone(), what));
            }
            Ok(_) if wanted.accepts(root) => found.files.push(root.clone()),
            Ok(_) if wanted == Wanted::Sources => {
                let what = String::from("is no source: its name does not end in .py");
                found.problems.push((root.clone(), what));
            }
            Ok(_) if is_source(root) => found.files.extend(caches_of(root, prefix)),
            Ok(_) => {
                let what = String::from("is neither a cache file nor a source");
                found.problems.push((root.clone(), what));
            }
        }
    }
    found.files.sort();
    found.files.dedup();
    found
}

fn walk(root: PathBuf, wanted: Wanted, found: &mut Found) {
    let mut pending = vec![root];
    while let Some(folder) = pending.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let what = format!("cannot be listed: {}", told(&error));
                found.problems.push((folder, what));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(kind) if !wanted.accepts(&path) || !(kind.is_file() || kind.is_symlink()) => {}
                _ if std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) => {
                    found.files.push(path)
                }
                _ => {}
            }
        }
    }
}

/// An error of the system without its number.
pub fn told(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error") {
        _ if error.kind() == std::io::ErrorKind::NotFound => String::from("does not exist"),
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

fn name_of(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("")
}

fn is_cache(path: &Path) -> bool {
    name_of(path).ends_with(".pyc")
}

/// Whether a file is what a write that was cut off leaves behind: the name of one of our caches with a number behind it.
pub fn is_leftover(path: &Path) -> bool {
    name_of(path)
        .rsplit_once('.')
        .is_some_and(|(cache, number)| {
            let digits =
                |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let ours = |stem: &str| {
                let stem = match stem.rsplit_once(".opt-") {
                    Some((stem, level))
                        if level.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
                    {
                        stem
                    }
                    _ => stem,
                };
                stem.rsplit_once('.').is_some_and(|(_, tag)| tag == TAG)
            };
            digits(number) && cache.strip_suffix(".pyc").is_some_and(ours)
        })
}

fn is_source(path: &Path) -> bool {
    name_of(path).ends_with(".py") && !in_cache_directory(path)
}

fn in_cache_directory(path: &Path) -> bool {
    path.parent()
        .and_then(Path::file_name)
        .is_some_and(|folder| folder == "__pycache__")
}

/// Where a directory's caches lie below the prefix.
fn mirrored(folder: &Path, prefix: Option<&Path>) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let prefix = prefix?;
    if folder.starts_with(prefix) {
        return None;
    }
    Some(prefix.join(folder.strip_prefix("/").ok()?))
}

/// What the name of a cache file says.
pub struct Name {
    /// The source.
    pub source: PathBuf,
    /// The tag; `None` for a pyc that stands where the source would.
    pub tag: Option<String>,
    /// The optimisation level.
    pub level: String,
}

/// What the name of a cache file says; `None` when it is no such name.
pub fn parse(path: &Path, prefix: Option<&Path>) -> Option<Name> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".pyc")?;
    let folder = path.parent()?;
    let home = if in_cache_directory(path) {
        folder.parent()?.to_path_buf()
    } else {
        let below = prefix.and_then(|prefix| {
            let folder = std::path::absolute(folder).ok()?;
            folder.strip_prefix(prefix).ok().map(Path::to_path_buf)
        });
        let Some(below) = below else {
            return Some(Name {
                source: folder.join(format!("{stem}.py")),
                tag: None,
                level: String::new(),
            });
        };
        Path::new("/").join(below)
    };
    let (stem, level) = match stem.rsplit_once(".opt-") {
        Some((stem, level)) => (stem, level.to_string()),
        None => (stem, String::new()),
    };
    let (module, tag) = stem.rsplit_once('.')?;
    Some(Name {
        source: home.join(format!("{module}.py")),
        tag: Some(tag.to_string()),
        level,
    })
}

/// The cache file of a source.
pub fn cache_of(source: &Path, level: u8, prefix: Option<&Path>) -> Option<PathBuf> {
    let stem = source.file_name()?.to_str()?.strip_suffix(".py")?;
    let level = match level {
        0 => String::new(),
        level => format!(".opt-{level}"),
    };
    let folder = source.parent()?;
    let folder = match prefix {
        Some(_) => mirrored(folder, prefix)?,
        None => folder.join("__pycache__"),
    };
    Some(folder.join(format!("{stem}.{TAG}{level}.pyc")))
}

/// The cache files of a source that are there.
fn caches_of(source: &Path, prefix: Option<&Path>) -> Vec<PathBuf> {
    let mut places: Vec<Option<&Path>> = vec![None];
    if prefix.is_some() {
        places.push(prefix);
    }
    let candidates = places
        .into_iter()
        .flat_map(|prefix| (0..=2).filter_map(move |level| cache_of(source, level, prefix)));
    candidates.filter(|cache| cache.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_told_from_other_files() {
        for (name, is) in [
            ("m.cpython-311.pyc.139873", true),
            ("m.cpython-311.opt-2.pyc.1", true),
            ("m.pyc.1", false),
            ("m.cpython-312.pyc.1", false),
            ("m.cpython-311.pyc.old", false),
            ("m.cpython-311.pyc.", false),
            ("notes.1", false),
        ] {
            assert_eq!(
                is_leftover(&Path::new("/x/__pycache__").join(name)),
                is,
                "{name}"
            );
        }
    }

    #[test]
    fn names_below_a_prefix() {
        let prefix = Some(Path::new("/pre"));
        let cache = cache_of(Path::new("/a/b/m.py"), 1, prefix).expect("a cache");
        assert_eq!(cache, Path::new("/pre/a/b/m.cpython-311.opt-1.pyc"));
        let name = parse(&cache, prefix).expect("a name");
        assert_eq!(name.source, Path::new("/a/b/m.py"));
        assert_eq!((name.tag.as_deref(), name.level.as_str()), (Some(TAG), "1"));
        let beside = parse(Path::new("/a/m.pyc"), prefix).expect("a name");
        assert_eq!(
            (beside.source, beside.tag),
            (PathBuf::from("/a/m.py"), None)
        );
    }
}
