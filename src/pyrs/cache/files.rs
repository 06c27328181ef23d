//! Cache files and sources below directories; how the names of the two belong together.

use std::path::{Path, PathBuf};

/// The tag in the names of cache files that this interpreter reads and writes.
pub const TAG: &str = "cpython-311";

/// All files below the roots for which `wanted` holds, sorted. Symbolic links to directories are not followed.
pub fn find(roots: &[PathBuf], wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending: Vec<PathBuf> = Vec::new();
    for root in roots {
        if root.is_dir() {
            pending.push(root.clone());
        } else {
            found.push(root.clone());
        }
    }
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                _ if wanted(&path) => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn name_of(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("")
}

/// Whether a file is a cache file by its name.
pub fn is_cache(path: &Path) -> bool {
    name_of(path).ends_with(".pyc")
}

/// Whether a file is what a write that was cut off leaves behind: a pyc with a number behind it, in a cache directory.
pub fn is_leftover(path: &Path) -> bool {
    let name = name_of(path);
    in_cache_directory(path)
        && name.rsplit_once('.').is_some_and(|(front, number)| {
            front.ends_with(".pyc")
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Whether a file is a source by its name.
pub fn is_source(path: &Path) -> bool {
    name_of(path).ends_with(".py") && !in_cache_directory(path)
}

fn in_cache_directory(path: &Path) -> bool {
    path.parent()
        .and_then(Path::file_name)
        .is_some_and(|folder| folder == "__pycache__")
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
pub fn parse(path: &Path) -> Option<Name> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".pyc")?;
    let folder = path.parent()?;
    if !in_cache_directory(path) {
        return Some(Name {
            source: folder.join(format!("{stem}.py")),
            tag: None,
            level: String::new(),
        });
    }
    let (stem, level) = match stem.rsplit_once(".opt-") {
        Some((stem, level)) => (stem, level.to_string()),
        None => (stem, String::new()),
    };
    let (module, tag) = stem.rsplit_once('.')?;
    Some(Name {
        source: folder.parent()?.join(format!("{module}.py")),
        tag: Some(tag.to_string()),
        level,
    })
}

/// The cache file of a source.
pub fn cache_of(source: &Path, level: u8) -> Option<PathBuf> {
    let stem = source.file_name()?.to_str()?.strip_suffix(".py")?;
    let level = match level {
        0 => String::new(),
        level => format!(".opt-{level}"),
    };
    let folder = source.parent()?.join("__pycache__");
    Some(folder.join(format!("{stem}.{TAG}{level}.pyc")))
}
