//! `scandir` and `DirEntry`.

use super::{failed, like, stat};
use derive::{Traverse, pymethods, pytype};
use std::cell::RefCell;
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyRef, PyType, Value};
use vm::types::generic_alias::PyGenericAlias;

/// An entry of a directory.
#[pytype(name = "posix.DirEntry", flags(GC, DISALLOW_INSTANTIATION), tables(ENTRY))]
#[derive(Traverse)]
pub struct DirEntry {
    name: Value,
    path: Value,
    #[pytraverse(skip)]
    full: Vec<u8>,
    #[pytraverse(skip)]
    kind: u8,
    #[pytraverse(skip)]
    inode: u64,
}

const DT_DIR: u8 = 4;
const DT_REG: u8 = 8;
const DT_LNK: u8 = 10;

impl DirEntry {
    fn is_kind(&self, vm: &Vm, kind: u8, follow: bool) -> bool {
        if self.kind != 0 && !(self.kind == DT_LNK && follow) {
            return self.kind == kind;
        }
        match vm.host().stat(&self.full, follow) {
            Ok(stat) if kind == DT_DIR => stat.is_dir(),
            Ok(stat) if kind == DT_REG => stat.is_file(),
            Ok(stat) => stat.mode & 0o170000 == 0o120000,
            Err(_) => false,
        }
    }
}

#[pymethods(table = ENTRY)]
impl DirEntry {
    /// the entry's base filename, relative to scandir() "path" argument
    #[pymember]
    fn name(&self) -> Value {
        self.name.clone()
    }

    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[pymember]
    fn path(&self) -> Value {
        self.path.clone()
    }

    /// Return True if the entry is a directory; cached per entry.
    #[pymethod(sig = "is_dir($self, /, *, follow_symlinks=True)")]
    fn is_dir(&self, vm: &Vm, follow_symlinks: bool) -> bool {
        self.is_kind(vm, DT_DIR, follow_symlinks)
    }

    /// Return True if the entry is a file; cached per entry.
    #[pymethod(sig = "is_file($self, /, *, follow_symlinks=True)")]
    fn is_file(&self, vm: &Vm, follow_symlinks: bool) -> bool {
        self.is_kind(vm, DT_REG, follow_symlinks)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[pymethod(sig = "is_symlink($self, /)")]
    fn is_symlink(&self, vm: &Vm) -> bool {
        self.is_kind(vm, DT_LNK, false)
    }

    /// Return stat_result object for the entry; cached per entry.
    #[pymethod(sig = "stat($self, /, *, follow_symlinks=True)")]
    fn stat(&self, vm: &Vm, follow_symlinks: bool) -> PyResult<Value> {
        let found = vm.host().stat(&self.full, follow_symlinks);
        let stat = found.map_err(|errno| failed(vm, errno, &self.path))?;
        Ok(stat::result(vm, &stat))
    }

    /// Return inode of the entry; cached per entry.
    #[pymethod(sig = "inode($self, /)")]
    fn inode(&self, vm: &Vm) -> Value {
        vm.new_bigint(self.inode.into())
    }

    /// Returns the path for the entry.
    #[pymethod(sig = "__fspath__($self, /)")]
    fn __fspath__(&self) -> Value {
        self.path.clone()
    }

    /// See PEP 585
    #[pyclassmethod(sig = "__class_getitem__($type, item, /)", no_text_signature)]
    fn __class_getitem__(cls: &Py<PyType>, vm: &Vm, item: &Value) -> PyResult<Value> {
        Ok(PyGenericAlias::of(vm, cls.to_value(), item.clone())?.into_value())
    }

    #[pyslot]
    fn repr(&self, vm: &Vm) -> PyResult<String> {
        Ok(format!("<DirEntry {}>", vm::protocol::repr::repr_text(vm, &self.name)?))
    }
}

/// The iterator of `scandir`.
#[pytype(name = "posix.ScandirIterator", flags(GC, DISALLOW_INSTANTIATION), tables(ITERATOR))]
#[derive(Traverse)]
pub struct ScandirIterator {
    directory: Value,
    #[pytraverse(skip)]
    base: Vec<u8>,
    #[pytraverse(skip)]
    entries: RefCell<std::collections::VecDeque<vm::context::host::DirEntry>>,
}

#[pymethods(table = ITERATOR)]
impl ScandirIterator {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>, vm: &Vm) -> Option<Value> {
        let entry = zelf.entries.borrow_mut().pop_front()?;
        let mut full = zelf.base.clone();
        if !full.is_empty() && !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend_from_slice(&entry.name);
        let value = DirEntry {
            name: like(vm, &zelf.directory, &entry.name),
            path: like(vm, &zelf.directory, &full),
            full,
            kind: entry.kind,
            inode: entry.ino,
        };
        Some(PyRef::new(vm, value).into_value())
    }

    #[pymethod]
    fn close(&self) {
        self.entries.borrow_mut().clear();
    }

    #[pymethod]
    fn __enter__(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pymethod(sig = "__exit__($self, /, *args)")]
    fn __exit__(&self, args: &[Value]) {
        let _ = args;
        self.entries.borrow_mut().clear();
    }
}

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use super::ScandirIterator;
    use crate::posix::{failed, like};
    use std::cell::RefCell;
    use vm::context::{PyResult, Vm};
    use vm::object::{PyRef, Value};
    use vm::protocol::fs::path_bytes;

    /// Return an iterator of DirEntry objects for given path.
    #[pyfunction(sig = "scandir($module, /, path=None)")]
    fn scandir(vm: &Vm, path: &Value) -> PyResult<Value> {
        let directory = if path.is_none() { vm.new_str(".") } else { vm::protocol::fs::fspath(vm, path)? };
        let base = path_bytes(vm, &directory)?;
        let entries = vm.host().read_dir(&base).map_err(|errno| failed(vm, errno, &directory))?;
        let iterator = ScandirIterator {
            directory,
            base,
            entries: RefCell::new(entries.into()),
        };
        Ok(PyRef::new(vm, iterator).into_value())
    }

    /// Return a list containing the names of the files in the directory.
    #[pyfunction(sig = "listdir($module, /, path=None)")]
    fn listdir(vm: &Vm, path: &Value) -> PyResult<Value> {
        let directory = if path.is_none() { vm.new_str(".") } else { vm::protocol::fs::fspath(vm, path)? };
        let base = path_bytes(vm, &directory)?;
        let entries = vm.host().read_dir(&base).map_err(|errno| failed(vm, errno, &directory))?;
        let names = entries.iter().map(|entry| like(vm, &directory, &entry.name));
        Ok(vm.new_list(names.collect()))
    }
}
