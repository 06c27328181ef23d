//! Lines of source files, for tracebacks and messages.
//!
//! CPython 3.11: `_Py_DisplaySourceLine`, `_Py_FindSourceFile` in `Python/traceback.c`.

use crate::context::Vm;
use crate::object::{Py, Value};
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use std::cell::RefCell;
use std::rc::Rc;

/// The file read last, as one traceback often shows several of its lines.
#[derive(Default)]
struct LastFile {
    file: RefCell<Option<(Vec<u8>, Rc<Vec<String>>)>>,
}

/// A line of a source file without its end; `None` when there is none. Names like `<string>` are no files.
pub fn line(vm: &Vm, filename: &Py<PyStr>, lineno: i32) -> Option<String> {
    let first = filename.char_at(0)?;
    let last = filename.char_at(filename.len() - 1)?;
    if first == u32::from('<') && last == u32::from('>') {
        return None;
    }
    let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
    let lines = lines_of(vm, filename)?;
    lines.get(index).cloned()
}

/// Forgets the file read last: its contents may change until the next traceback.
pub fn forget(vm: &Vm) {
    vm.state.get::<LastFile>().file.replace(None);
}

fn lines_of(vm: &Vm, filename: &Py<PyStr>) -> Option<Rc<Vec<String>>> {
    let name = crate::runtime::paths::encode(filename);
    let last = vm.state.get::<LastFile>();
    if let Some((known, lines)) = &*last.file.borrow()
        && *known == name
    {
        return Some(lines.clone());
    }
    let bytes = std::fs::read(crate::runtime::paths::to_os(filename))
        .ok()
        .or_else(|| search_path(vm, filename))?;
    let lines = Rc::new(split(&bytes)?);
    last.file.replace(Some((name, lines.clone())));
    Some(lines)
}

/// The file of that last name along `sys.path`.
fn search_path(vm: &Vm, filename: &Py<PyStr>) -> Option<Vec<u8>> {
    let name = crate::runtime::paths::encode(filename);
    let tail = name.rsplit(|c| *c == b'/').next()?;
    let path: Value = crate::modules::sys::get(vm, "path")?;
    for entry in path.downcast_ref::<PyList>()?.to_vec() {
        let Some(entry) = entry.downcast_ref::<PyStr>() else {
            continue;
        };
        let mut full = crate::runtime::paths::encode(entry);
        if !full.is_empty() && !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend_from_slice(tail);
        use std::os::unix::ffi::OsStringExt;
        if let Ok(bytes) = std::fs::read(std::ffi::OsString::from_vec(full)) {
            return Some(bytes);
        }
    }
    None
}

/// The lines of a file by name, decoded, with their ends.
pub fn read_lines(name: &str) -> Option<Vec<String>> {
    if name.starts_with('<') && name.ends_with('>') {
        return None;
    }
    let bytes = std::fs::read(name).ok()?;
    Some(split(&bytes)?.into_iter().map(|line| line + "\n").collect())
}

fn split(bytes: &[u8]) -> Option<Vec<String>> {
    let text = crate::runtime::compile::decode_source(bytes)?;
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']);
        let Some(end) = end else {
            lines.push(rest.to_string());
            break;
        };
        lines.push(rest[..end].to_string());
        let skip = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = &rest[end + skip..];
    }
    Some(lines)
}
