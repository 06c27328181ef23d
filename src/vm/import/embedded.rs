//! The standard library that the binary carries, as an entry of `sys.path`.
//!
//! It is a path entry (`ROOT`), not a finder of its own, so that files beside a script hide modules of the library exactly as they do with
//! CPython. Files below `ROOT` exist nowhere else; their source is at hand for tracebacks and `inspect` through `get_source`.

use super::external::{self, Locations};
use super::util::{call_method, get, import_error, set, text};
use super::{loaders, spec};
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyRef, PyType, Value};
use crate::protocol::fs::path_bytes;
use crate::types::code::PyCode;
use crate::types::str::value::PyStr;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

/// Where the modules of the embedded library say they are.
pub const ROOT: &str = "/pyrs/lib/python3.11";

/// A module of the embedded library.
#[derive(Clone, Debug)]
pub struct EmbeddedModule {
    /// The file, relative to `ROOT`.
    pub path: String,
    /// Whether it is a package.
    pub is_package: bool,
    /// Its code, compiled when this binary was built: as it is, for `-O` and for `-OO`.
    pub code: [EmbeddedCode; 3],
}

/// The code of a module, compiled when this binary was built.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedCode {
    /// The marshal stream; empty where there is none.
    pub stream: &'static [u8],
    /// The index of the stream (`bytecode::marshal::index`); empty where there is none.
    pub index: &'static [u8],
}

/// A standard library in memory.
pub trait Library: Sync {
    /// A module by its full name.
    fn find(&self, name: &str) -> Option<EmbeddedModule>;
    /// Whether there is anything in this directory, relative to the root.
    fn has_directory(&self, path: &str) -> bool;
    /// A file's contents by its path relative to the root.
    fn data(&self, path: &str) -> Option<Vec<u8>>;
    /// Names of the modules right below a directory, with whether each is a package.
    fn list(&self, directory: &str) -> Vec<(String, bool)>;
}

/// The library an interpreter was given.
#[derive(Default)]
struct LibraryCell(Cell<Option<&'static dyn Library>>);

/// Gives an interpreter its library.
pub fn set_library(vm: &Vm, library: &'static dyn Library) {
    vm.state.get::<LibraryCell>().0.set(Some(library));
}

/// The interpreter's library.
pub fn library(vm: &Vm) -> Option<&'static dyn Library> {
    vm.state.get::<LibraryCell>().0.get()
}

/// Whether the embedded library is the one in use.
pub fn is_used(vm: &Vm) -> bool {
    library(vm).is_some() && super::util::config(vm).stdlib_dir.borrow().is_none()
}

/// A path below `ROOT`.
pub fn absolute(path: &str) -> String {
    if path.is_empty() {
        String::from(ROOT)
    } else {
        format!("{ROOT}/{path}")
    }
}

fn relative(path: &[u8]) -> Option<&str> {
    let rest = std::str::from_utf8(path).ok()?.strip_prefix(ROOT)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix('/')
        .map(|rest| rest.trim_end_matches('/'))
}

/// The live code of a module.
pub fn code(vm: &Vm, module: &EmbeddedModule) -> PyResult<PyRef<PyCode>> {
    code_at(vm, module, super::util::config(vm).optimize.get())
}

/// The same at a level of optimisation.
pub fn code_at(vm: &Vm, module: &EmbeddedModule, level: i32) -> PyResult<PyRef<PyCode>> {
    let level = level.clamp(0, 2);
    let code = module.code[level as usize];
    if code.stream.is_empty() {
        let source = library(vm).and_then(|library| library.data(&module.path));
        let path = vm.new_str(&absolute(&module.path));
        let source = source.unwrap_or_default();
        return Ok(loaders::compile_source_at(vm, &source, &path, level)?.0);
    }
    match super::unmarshal::loads_trusted(vm, code.stream, code.index)?.downcast::<PyCode>() {
        Ok(code) => Ok(code),
        Err(_) => Err(vm.import_error("the embedded library has no code for this module")),
    }
}

/// The code of a module that is not loaded as a frozen one.
fn code_of_file(vm: &Vm, module: &EmbeddedModule) -> PyResult<PyRef<PyCode>> {
    let code = code(vm, module)?;
    if code.filename.get().to_string_lossy().starts_with('<') {
        super::pyc::fix_co_filename(&code, &vm.intern_str(&absolute(&module.path)));
    }
    Ok(code)
}

/// The source of a module.
pub fn source(vm: &Vm, module: &EmbeddedModule) -> PyResult<Value> {
    match library(vm).and_then(|library| library.data(&module.path)) {
        Some(bytes) => external::decode_source(vm, &vm.new_bytes(&bytes)),
        None => Ok(Value::None),
    }
}

/// The path hook of the embedded library.
#[pytype(
    name = "_frozen_importlib_external.EmbeddedHook",
    flags(DISALLOW_INSTANTIATION),
    tables(HOOK)
)]
pub struct EmbeddedHook;

#[pymethods(table = HOOK)]
impl EmbeddedHook {
    #[pyslot(sig = "EmbeddedHook(path)")]
    fn slot_call(&self, vm: &Vm, path: &Value) -> PyResult<Value> {
        let bytes = path_bytes(vm, path)?;
        let known = relative(&bytes)
            .filter(|folder| library(vm).is_some_and(|library| library.has_directory(folder)));
        let Some(folder) = known else {
            let message = String::from("not in the embedded library");
            return Err(import_error(vm, message, None, Some(path)));
        };
        let folder = folder.to_string();
        let finder = PyRef::new(vm, EmbeddedFinder { folder }).into_value();
        set(vm, &finder, "path", path.clone())?;
        Ok(finder)
    }
}

/// Finder of modules in one directory of the embedded library.
#[pytype(
    name = "_frozen_importlib_external.EmbeddedFinder",
    flags(GC, HAS_DICT, HAS_WEAKREF, DISALLOW_INSTANTIATION),
    tables(FINDER)
)]
#[derive(Traverse)]
pub struct EmbeddedFinder {
    #[pytraverse(skip)]
    folder: String,
}

#[pymethods(table = FINDER)]
impl EmbeddedFinder {
    #[pymethod(sig = "find_spec($self, fullname, target=None)", family = "def")]
    fn find_spec(&self, vm: &Vm, fullname: &Value, target: &Value) -> PyResult<Value> {
        let _ = target;
        let name = text(fullname);
        let found = library(vm).and_then(|library| library.find(&name));
        let Some(module) = found.filter(|module| self.holds(module)) else {
            return Ok(Value::None);
        };
        let path = vm.new_str(&absolute(&module.path));
        let loader = loaders::new_file_loader(vm, EmbeddedLoader, fullname, &path)?;
        let locations = match module.path.rsplit_once('/') {
            Some((folder, _)) if module.is_package => {
                vm.new_list(vec![vm.new_str(&absolute(folder))])
            }
            _ => Value::None,
        };
        let spec = external::spec_from_file_location(
            vm,
            fullname,
            &path,
            &loader,
            Locations::Given(locations),
        )?;
        // There is no cache file to name.
        set(vm, &spec, "_set_fileattr", Value::True)?;
        Ok(spec)
    }

    #[pymethod(sig = "invalidate_caches($self)", family = "def")]
    fn invalidate_caches(&self) {}

    /// For pkgutil.
    #[pymethod(sig = "iter_modules($self, prefix='')", family = "def")]
    fn iter_modules(&self, vm: &Vm, #[default(String::new())] prefix: String) -> PyResult<Value> {
        let listed = library(vm).map_or_else(Vec::new, |library| library.list(&self.folder));
        let pairs = listed
            .into_iter()
            .map(|(name, is_package)| {
                let name = vm.new_str(&format!("{prefix}{name}"));
                vm.new_tuple(vec![name, Value::bool(is_package)])
            })
            .collect();
        Ok(vm.new_list(pairs))
    }
}

impl EmbeddedFinder {
    /// Whether the module lies right in this directory.
    fn holds(&self, module: &EmbeddedModule) -> bool {
        let folder = module
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let folder = if module.is_package {
            folder.rsplit_once('/').map_or("", |(outer, _)| outer)
        } else {
            folder
        };
        folder == self.folder
    }
}

/// Loader of modules of the embedded library.
#[pytype(
    name = "_frozen_importlib_external.EmbeddedLoader",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(LOADER)
)]
#[derive(Traverse)]
pub struct EmbeddedLoader;

fn module_of(vm: &Vm, name: &Value) -> PyResult<EmbeddedModule> {
    library(vm)
        .and_then(|library| library.find(&text(name)))
        .ok_or_else(|| {
            let message = format!("no module {} in the embedded library", text(name));
            import_error(vm, message, Some(name), None)
        })
}

#[pymethods(table = LOADER)]
impl EmbeddedLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, EmbeddedLoader).into_value()
    }

    #[pyslot(sig = "EmbeddedLoader(fullname, path)")]
    fn slot_init(zelf: &Value, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<()> {
        set(vm, zelf, "name", fullname.clone())?;
        set(vm, zelf, "path", path.clone())
    }

    /// Use default semantics for module creation.
    #[pymethod(sig = "create_module($self, spec)", family = "def")]
    fn create_module(zelf: &Value, spec: &Value) {
        let _ = (zelf, spec);
    }

    /// Execute the module.
    #[pymethod(sig = "exec_module($self, module)", family = "def")]
    fn exec_module(zelf: &Value, vm: &Vm, module: &Value) -> PyResult<()> {
        let known = module_of(vm, &get(vm, zelf, "name")?)?;
        loaders::exec_in_module(vm, code_of_file(vm, &known)?, module)
    }

    #[pymethod(sig = "load_module($self, fullname)", family = "def")]
    fn load_module(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        loaders::load_module_shim(vm, zelf, fullname)
    }

    #[pymethod(sig = "is_package($self, fullname)", family = "def")]
    fn is_package(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let _ = zelf;
        Ok(module_of(vm, fullname)?.is_package)
    }

    #[pymethod(sig = "get_filename($self, fullname=None)", family = "def")]
    fn get_filename(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = fullname;
        get(vm, zelf, "path")
    }

    #[pymethod(sig = "get_code($self, fullname)", family = "def")]
    fn get_code(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = zelf;
        Ok(code_of_file(vm, &module_of(vm, fullname)?)?.into_value())
    }

    #[pymethod(sig = "get_source($self, fullname)", family = "def")]
    fn get_source(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = zelf;
        source(vm, &module_of(vm, fullname)?)
    }

    #[pymethod(sig = "get_data($self, path)", family = "def")]
    fn get_data(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let _ = zelf;
        let bytes = path_bytes(vm, path)?;
        let data = relative(&bytes).and_then(|path| library(vm)?.data(path));
        match data {
            Some(data) => Ok(vm.new_bytes(&data)),
            None => Err(vm.os_error(2, Some(path))),
        }
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<String> {
        let name = get(vm, zelf, "name")?;
        let name = name
            .downcast_ref::<PyStr>()
            .map(|name| name.to_string_lossy().into_owned());
        Ok(format!("<embedded module {}>", name.unwrap_or_default()))
    }
}

/// Calls `is_package` of a loader, for those who do not know which it is.
pub fn ask_is_package(vm: &Vm, loader: &Value, name: &Value) -> PyResult<bool> {
    let answer = call_method(vm, loader, "is_package", std::slice::from_ref(name))?;
    super::util::truth(vm, &answer)
}

/// The spec of an embedded module that was found by name only.
pub fn spec_of(vm: &Vm, name: &str) -> PyResult<Option<Value>> {
    match library(vm).and_then(|library| library.find(name)) {
        Some(module) => {
            let name = vm.new_str(name);
            let path = vm.new_str(&absolute(&module.path));
            let loader = loaders::new_file_loader(vm, EmbeddedLoader, &name, &path)?;
            spec::new_spec(vm, &name, &loader, &path, Value::None).map(Some)
        }
        None => Ok(None),
    }
}
