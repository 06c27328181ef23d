//! The bytecode cache: where a pyc lies, whether it is valid, and writing it.
//!
//! The header's format is `bytecode::pyc`; here are the words of the errors, the paths, and the atomic write.
//!
//! CPython 3.11: `cache_from_source`, `source_from_cache`, `_classify_pyc`, `_validate_timestamp_pyc`, `_validate_hash_pyc`,
//! `_compile_bytecode`, `_write_atomic` in `Lib/importlib/_bootstrap_external.py`.

use super::frames;
use super::unmarshal::Body;
use super::util::{config, get, get_opt, import_error, shown, sys_get, verbose};
use crate::context::errors::ExcKind;
use crate::context::host::{HostResult, Stat};
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::fs::{fs_decode, fs_encode, path_bytes};
use crate::types::code::PyCode;
use crate::types::str::value::PyStr;
use bytecode::pyc::{Header, HeaderError};

const O_WRONLY: i32 = 1;
const O_CREAT: i32 = 0o100;
const O_EXCL: i32 = 0o200;
const O_CLOEXEC: i32 = 0o2000000;
const ENOENT: i32 = 2;
const EEXIST: i32 = 17;

/// How many other names are tried for the file that is written.
const ATTEMPTS: u64 = 16;

/// Joins parts of a path, which lose their trailing slashes; empty parts do not count.
pub fn path_join(parts: &[&[u8]]) -> Vec<u8> {
    let len = parts.iter().map(|part| part.len() + 1).sum();
    let mut path = Vec::with_capacity(len);
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !path.is_empty() || part_was_root(parts, part) {
            path.push(b'/');
        }
        path.extend_from_slice(strip_slashes(part));
    }
    path
}

/// Whether an earlier part was all slashes, which leaves an empty piece in front.
fn part_was_root(parts: &[&[u8]], part: &[u8]) -> bool {
    parts
        .iter()
        .take_while(|other| !std::ptr::eq(**other, part))
        .any(|other| !other.is_empty())
}

fn strip_slashes(part: &[u8]) -> &[u8] {
    let end = part
        .iter()
        .rposition(|&byte| byte != b'/')
        .map_or(0, |at| at + 1);
    &part[..end]
}

/// Head and tail at the last slash.
pub fn path_split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (b"", path),
    }
}

/// `sys.implementation.cache_tag`
fn cache_tag(vm: &Vm) -> PyResult<Vec<u8>> {
    let Some(implementation) = sys_get(vm, "implementation") else {
        return Ok(b"cpython-311".to_vec());
    };
    let tag = get(vm, &implementation, "cache_tag")?;
    match tag.downcast_ref::<PyStr>() {
        Some(tag) => Ok(fs_encode(tag)),
        None => Err(vm.not_implemented_error("sys.implementation.cache_tag is None")),
    }
}

/// The `-O` level as part of the name: empty for 0.
pub fn default_optimization(vm: &Vm) -> String {
    let level = sys_get(vm, "flags")
        .and_then(|flags| get_opt(vm, &flags, "optimize").ok().flatten())
        .and_then(|level| level.as_small_int())
        .unwrap_or_else(|| config(vm).optimize.get().into());
    if level == 0 {
        String::new()
    } else {
        level.to_string()
    }
}

/// The level that the compiler is to use for `optimize=`.
pub fn level_of(vm: &Vm, optimize: i32) -> u8 {
    match u8::try_from(optimize) {
        Ok(level) => level.min(2),
        Err(_) => default_optimization(vm).parse().unwrap_or(0).min(2),
    }
}

/// A path given to `cache_from_source` or `source_from_cache`, which take text only.
pub fn text_path(vm: &Vm, path: &Value) -> PyResult<Vec<u8>> {
    let bytes = path_bytes(vm, path)?;
    if path
        .downcast_ref::<crate::types::bytes::value::PyBytes>()
        .is_some()
    {
        return Err(vm.type_error("argument should be integer or bytes-like object, not 'str'"));
    }
    Ok(bytes)
}

/// The pyc of a source; `optimization` is the text behind `opt-`, empty for none.
pub fn cache_from_source(vm: &Vm, path: &[u8], optimization: &str) -> PyResult<Vec<u8>> {
    let (head, tail) = path_split(path);
    let tag = cache_tag(vm)?;
    let mut name = match tail.iter().rposition(|&byte| byte == b'.') {
        Some(0) => [&tail[1..], b"."].concat(),
        Some(dot) => tail[..=dot].to_vec(),
        None => tail.to_vec(),
    };
    name.extend_from_slice(&tag);
    if !optimization.is_empty() {
        if !optimization.chars().all(char::is_alphanumeric) {
            let shown = shown(vm, &vm.new_str(optimization));
            return Err(vm.value_error(format!("{shown} is not alphanumeric")));
        }
        name.extend_from_slice(b".opt-");
        name.extend_from_slice(optimization.as_bytes());
    }
    name.extend_from_slice(b".pyc");
    let prefix = sys_get(vm, "pycache_prefix").and_then(Value::non_none);
    let Some(prefix) = prefix else {
        return Ok(path_join(&[head, b"__pycache__", &name]));
    };
    let prefix = path_bytes(vm, &prefix)?;
    let mut head = head.to_vec();
    if !head.starts_with(b"/") {
        let cwd = vm
            .host()
            .getcwd()
            .map_err(|errno| vm.os_error(errno, None))?;
        head = path_join(&[&cwd, &head]);
    }
    let start = head
        .iter()
        .position(|&byte| byte != b'/')
        .unwrap_or(head.len());
    Ok(path_join(&[&prefix, &head[start..], &name]))
}

/// The source of a pyc.
pub fn source_from_cache(vm: &Vm, path: &[u8]) -> PyResult<Vec<u8>> {
    cache_tag(vm)?;
    let (mut head, name) = path_split(path);
    let mut found_in_prefix = false;
    let prefix = sys_get(vm, "pycache_prefix").and_then(Value::non_none);
    if let Some(prefix) = prefix {
        let prefix = path_bytes(vm, &prefix)?;
        let stripped = strip_slashes(&prefix);
        if head
            .strip_prefix(stripped)
            .is_some_and(|rest| rest.starts_with(b"/"))
        {
            head = &head[stripped.len()..];
            found_in_prefix = true;
        }
    }
    if !found_in_prefix {
        let (outer, folder) = path_split(head);
        if folder != b"__pycache__" {
            let shown = shown(vm, &fs_decode(vm, path).into_value());
            return Err(
                vm.value_error(format!("__pycache__ not bottom-level directory in {shown}"))
            );
        }
        head = outer;
    }
    let pieces: Vec<&[u8]> = name.split(|&byte| byte == b'.').collect();
    if !(3..=4).contains(&pieces.len()) {
        let shown = shown(vm, &fs_decode(vm, name).into_value());
        return Err(vm.value_error(format!("expected only 2 or 3 dots in {shown}")));
    }
    if pieces.len() == 4 {
        let Some(level) = pieces[2].strip_prefix(b"opt-") else {
            return Err(
                vm.value_error("optimization portion of filename does not start with 'opt-'")
            );
        };
        if level.is_empty() || !level.iter().all(u8::is_ascii_alphanumeric) {
            let shown = shown(vm, &fs_decode(vm, pieces[2]).into_value());
            return Err(vm.value_error(format!(
                "optimization level {shown} is not an alphanumeric value"
            )));
        }
    }
    Ok(path_join(&[head, &[pieces[0], b".py"].concat()]))
}

/// `_get_cached(filename)`: what a spec says about the cache of an origin.
pub fn get_cached(vm: &Vm, filename: &Value) -> PyResult<Value> {
    let path = path_bytes(vm, filename)?;
    if path.ends_with(b".py") {
        let optimization = default_optimization(vm);
        return match cache_from_source(vm, &path, &optimization) {
            Ok(cached) => Ok(fs_decode(vm, &cached).into_value()),
            Err(error) if error.is(vm, ExcKind::NotImplementedError) => Ok(Value::None),
            Err(error) => Err(error),
        };
    }
    if path.ends_with(b".pyc") {
        return Ok(filename.clone());
    }
    Ok(Value::None)
}

/// The module a pyc is read for, for messages.
pub struct Subject<'a> {
    /// Name of the module.
    pub name: &'a Value,
    /// Path of the pyc.
    pub path: &'a Value,
}

/// The flags of a pyc (`_classify_pyc`); ImportError or EOFError when the header is not acceptable.
pub fn classify_pyc(vm: &Vm, data: &[u8], subject: &Subject<'_>) -> PyResult<Header> {
    let name = shown(vm, subject.name);
    let refuse =
        |message: String| import_error(vm, message, Some(subject.name), Some(subject.path));
    let (place, error) = match Header::parse(data) {
        Ok(header) => return Ok(header),
        Err(HeaderError::BadMagic) => {
            let magic = vm.new_bytes(&data[..data.len().min(4)]);
            let message = format!("bad magic number in {name}: {}", shown(vm, &magic));
            verbose(vm, 1, || message.clone());
            (&frames::CLASSIFY_MAGIC, refuse(message))
        }
        Err(HeaderError::TooShort) => {
            let message = format!("reached EOF while reading pyc header of {name}");
            verbose(vm, 1, || message.clone());
            (&frames::CLASSIFY_SHORT, vm.eof_error(message))
        }
        Err(HeaderError::InvalidFlags(flags)) => (
            &frames::CLASSIFY_FLAGS,
            refuse(format!("invalid flags {flags:?} in {name}")),
        ),
    };
    frames::leave(vm, place, Err(error))
}

/// Whether a timestamp pyc is of this source (`_validate_timestamp_pyc`). A source of unknown size is not compared.
pub fn validate_timestamp_pyc(
    vm: &Vm,
    header: &Header,
    mtime: i64,
    size: Option<u64>,
    subject: &Subject<'_>,
) -> PyResult<()> {
    let Header::Timestamp {
        mtime: known,
        size: known_size,
    } = *header
    else {
        return Ok(());
    };
    let stale = || {
        let message = format!("bytecode is stale for {}", shown(vm, subject.name));
        (
            message.clone(),
            import_error(vm, message, Some(subject.name), Some(subject.path)),
        )
    };
    if known != mtime as u32 {
        let (message, error) = stale();
        verbose(vm, 1, || message);
        return Err(error);
    }
    if size.is_some_and(|size| known_size != size as u32) {
        return Err(stale().1);
    }
    Ok(())
}

/// Whether a hash pyc is of this source (`_validate_hash_pyc`).
pub fn validate_hash_pyc(
    vm: &Vm,
    header: &Header,
    source_hash: &[u8],
    subject: &Subject<'_>,
) -> PyResult<()> {
    match header {
        Header::Hash { hash, .. } if hash == source_hash => Ok(()),
        _ => Err(import_error(
            vm,
            format!(
                "hash in bytecode doesn't match hash of source {}",
                shown(vm, subject.name)
            ),
            Some(subject.name),
            Some(subject.path),
        )),
    }
}

/// The code object in the body of a pyc (`_compile_bytecode`).
pub fn compile_bytecode(
    vm: &Vm,
    body: Body<'_>,
    subject: &Subject<'_>,
    source_path: Option<&Py<PyStr>>,
) -> PyResult<PyRef<PyCode>> {
    let value = super::unmarshal::loads_pyc(vm, body);
    let value = frames::leave(vm, &frames::COMPILE_BYTECODE, value)?;
    match value.downcast::<PyCode>() {
        Ok(code) => {
            verbose(vm, 1, || {
                format!("code object from {}", shown(vm, subject.path))
            });
            if let Some(path) = source_path {
                fix_co_filename(&code, path);
            }
            Ok(code)
        }
        Err(_) => {
            let message = format!("Non-code object in {}", shown(vm, subject.path));
            let error = import_error(vm, message, Some(subject.name), Some(subject.path));
            frames::leave(vm, &frames::COMPILE_BYTECODE_TYPE, Err(error))
        }
    }
}

/// Sets the file name in a code object and in those inside that had the same (`_imp._fix_co_filename`).
pub fn fix_co_filename(code: &Py<PyCode>, path: &Py<PyStr>) {
    let old = code.filename.get();
    if !old.equals(path) {
        code.rename(&old, path);
    }
}

/// `_imp.check_hash_based_pycs`, which programs may set.
pub fn check_hash_based_pycs(vm: &Vm) -> PyResult<String> {
    let imp = super::import_name::import_module(vm, "_imp")?;
    let mode = super::util::get(vm, &imp, "check_hash_based_pycs")?;
    Ok(super::util::text(&mode))
}

/// The mode of a pyc for a source (`_calc_mode`).
pub fn calc_mode(vm: &Vm, source: &[u8]) -> u32 {
    let stat = vm.host().stat(source, true);
    stat.map_or(0o666, |stat| mode_for(&stat))
}

/// The mode of a pyc for a source with this status.
pub fn mode_for(source: &Stat) -> u32 {
    source.mode | 0o200
}

/// Writes a file under a name of its own, then renames it (`_write_atomic`). A short write counts as a failure: a cut pyc would break every
/// later import.
pub fn write_atomic(vm: &Vm, path: &[u8], id: u64, data: &[u8], mode: u32) -> HostResult<()> {
    let host = vm.host();
    let flags = O_EXCL | O_CREAT | O_WRONLY | O_CLOEXEC;
    // A process that was killed may have left a file of this name.
    let mut attempt = 0;
    let (temporary, fd) = loop {
        let number = id.wrapping_add(attempt);
        let temporary = [path, format!(".{number}").as_bytes()].concat();
        match host.open(&temporary, flags, mode & 0o666) {
            Ok(fd) => break (temporary, fd),
            Err(EEXIST) if attempt < ATTEMPTS => attempt += 1,
            Err(errno) => return Err(errno),
        }
    };
    let mut written = 0;
    let mut result = Ok(());
    while written < data.len() {
        match host.write(fd, &data[written..]) {
            Ok(0) => {
                result = Err(28);
                break;
            }
            Ok(count) => written += count,
            Err(crate::context::host::errno::EINTR) => {}
            Err(errno) => {
                result = Err(errno);
                break;
            }
        }
    }
    let closed = host.close(fd);
    let result = result
        .and(closed)
        .and_then(|()| host.rename(&temporary, path));
    if result.is_err() {
        // The first error is the one to tell.
        let _ = host.unlink(&temporary);
    }
    result
}

/// Writes a pyc, making the directories above it; failures are told with `-v` only (`SourceFileLoader.set_data`).
pub fn set_data(vm: &Vm, path: &[u8], data: &[u8], mode: u32) {
    let host = vm.host();
    let text = fs_decode(vm, path).into_value();
    // Nearly always the directory is there, and finding out is what writing does anyway.
    match write_atomic(vm, path, text.bits(), data, mode) {
        Ok(()) => return verbose(vm, 1, || format!("created {}", shown(vm, &text))),
        Err(ENOENT) => {}
        Err(errno) => return could_not_create(vm, path, errno),
    }
    let (mut parent, _) = path_split(path);
    let mut missing = Vec::new();
    while !parent.is_empty() && !host.stat(parent, true).is_ok_and(|stat| stat.is_dir()) {
        let (outer, part) = path_split(parent);
        missing.push(part);
        parent = outer;
    }
    let mut folder = parent.to_vec();
    for part in missing.into_iter().rev() {
        folder = if path.starts_with(b"/") && folder.is_empty() {
            [b"/", part].concat()
        } else {
            path_join(&[&folder, part])
        };
        match host.mkdir(&folder, 0o777) {
            Ok(()) | Err(EEXIST) => {}
            Err(errno) => return could_not_create(vm, &folder, errno),
        }
    }
    match write_atomic(vm, path, text.bits(), data, mode) {
        Ok(()) => verbose(vm, 1, || format!("created {}", shown(vm, &text))),
        Err(errno) => could_not_create(vm, path, errno),
    }
}

fn could_not_create(vm: &Vm, path: &[u8], errno: i32) {
    verbose(vm, 1, || {
        let path = fs_decode(vm, path).into_value();
        let error: PyErr = vm.os_error(errno, None);
        format!(
            "could not create {}: {}",
            shown(vm, &path),
            shown(vm, &error.to_value())
        )
    });
}
