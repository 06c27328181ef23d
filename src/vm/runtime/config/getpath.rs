//! Where things are: the executable, the prefixes, the standard library, the module search path.
//!
//! The binary carries the standard library, so there is no search for one beside the executable: only `PYTHONHOME` names another.
//!
//! CPython 3.11: `Modules/getpath.py`.

use super::Config;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The prefix of the library that the binary carries.
pub const EMBEDDED_PREFIX: &str = "/pyrs";
const LIBRARY: &str = "python3.11";

/// The paths of an interpreter, as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `sys`")]
pub struct Paths {
    pub executable: Vec<u8>,
    pub base_executable: Vec<u8>,
    pub prefix: Vec<u8>,
    pub base_prefix: Vec<u8>,
    pub exec_prefix: Vec<u8>,
    pub base_exec_prefix: Vec<u8>,
    /// The directory of the standard library; `None` for the one in the binary.
    pub stdlib_dir: Option<Vec<u8>>,
    pub module_search_paths: Vec<Vec<u8>>,
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

fn bytes(path: PathBuf) -> Vec<u8> {
    path.into_os_string().into_vec()
}

/// The absolute path of the program: as given when it has a slash, else along `PATH`.
fn find_executable(config: &Config) -> PathBuf {
    let name = path(&config.program_name);
    if config.program_name.is_empty() {
        return PathBuf::new();
    }
    if config.program_name.contains(&b'/') {
        return std::path::absolute(&name).unwrap_or(name);
    }
    let search = config
        .environ
        .iter()
        .find(|(name, _)| name == b"PATH")
        .map_or(&b""[..], |(_, value)| value);
    for directory in search
        .split(|c| *c == b':')
        .filter(|directory| !directory.is_empty())
    {
        let candidate = path(directory).join(&name);
        if is_executable(&candidate) {
            return std::path::absolute(&candidate).unwrap_or(candidate);
        }
    }
    std::env::current_exe().unwrap_or_default()
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The `home` of a `pyvenv.cfg`, beside the executable or one directory up, and the directory it is in.
fn virtual_environment(executable: &Path) -> Option<(PathBuf, PathBuf)> {
    let directory = executable.parent()?;
    let candidates = [Some(directory), directory.parent()];
    for place in candidates.into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(place.join("pyvenv.cfg")) else {
            continue;
        };
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            if key.trim().eq_ignore_ascii_case("home") {
                return Some((PathBuf::from(value.trim()), place.to_path_buf()));
            }
        }
    }
    None
}

/// The paths of an interpreter without an operating system: only the library that the binary carries.
pub fn embedded() -> Paths {
    let prefix = EMBEDDED_PREFIX.as_bytes().to_vec();
    Paths {
        prefix: prefix.clone(),
        base_prefix: prefix.clone(),
        exec_prefix: prefix.clone(),
        base_exec_prefix: prefix,
        module_search_paths: vec![format!("{EMBEDDED_PREFIX}/lib/{LIBRARY}").into_bytes()],
        ..Paths::default()
    }
}

/// Works the paths out.
pub fn compute(config: &Config) -> Paths {
    let executable = find_executable(config);
    let library = path(&config.platlibdir).join(LIBRARY);
    let environment = if config.home.is_some() {
        None
    } else {
        virtual_environment(&executable)
    };
    let mut base_executable = executable.clone();
    let (mut prefix, mut exec_prefix, mut stdlib_dir) =
        (PathBuf::from(EMBEDDED_PREFIX), None, None);
    if let Some(home) = &config.home {
        let mut parts = home.splitn(2, |c| *c == b':');
        prefix = path(parts.next().unwrap_or(home));
        exec_prefix = parts.next().map(path);
        stdlib_dir = Some(prefix.join(&library));
    } else if let Some((home, _)) = &environment {
        base_executable = home.join(executable.file_name().unwrap_or_default());
    }
    let exec_prefix = exec_prefix.unwrap_or_else(|| prefix.clone());
    let mut search: Vec<Vec<u8>> = Vec::new();
    if let Some(extra) = &config.pythonpath {
        search.extend(extra.split(|c| *c == b':').map(<[u8]>::to_vec));
    }
    match &stdlib_dir {
        Some(stdlib) => {
            search.push(bytes(
                prefix.join(path(&config.platlibdir)).join("python311.zip"),
            ));
            search.push(bytes(stdlib.clone()));
            search.push(bytes(exec_prefix.join(&library).join("lib-dynload")));
        }
        None => search.push(bytes(prefix.join("lib").join(LIBRARY))),
    }
    let outer = environment.map(|(_, place)| place);
    Paths {
        executable: bytes(executable),
        base_executable: bytes(base_executable),
        prefix: bytes(outer.clone().unwrap_or_else(|| prefix.clone())),
        base_prefix: bytes(prefix),
        exec_prefix: bytes(outer.unwrap_or_else(|| exec_prefix.clone())),
        base_exec_prefix: bytes(exec_prefix),
        stdlib_dir: stdlib_dir.map(bytes),
        module_search_paths: search,
    }
}
