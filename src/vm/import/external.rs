//! Specs of files, namespace packages, decoding of sources.
//!
//! CPython 3.11: `spec_from_file_location`, `_NamespacePath`, `NamespaceLoader`, `decode_source` in
//! `Lib/importlib/_bootstrap_external.py`.

use super::util::{
    call_method, get, get_opt, set, shown, sys_get, text, truth, verbose, warn_here,
};
use super::{loaders, pyc, spec};
use crate::context::errors::ExcKind;
use crate::context::host::HostResult;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyRef, PyType, Value};
use crate::protocol::fs::{fs_decode, path_bytes};
use crate::protocol::{attr, call, compare, iter, mapping, sequence};
use crate::types::bytes::value::PyBytes;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use derive::{Traverse, pymethods, pytype};

/// `submodule_search_locations` as given to `spec_from_file_location`.
pub enum Locations {
    /// Not given: ask the loader whether the module is a package.
    Ask,
    /// Given, perhaps as `None`.
    Given(Value),
}

/// An absolute path; none where there is no current directory.
pub fn absolute(vm: &Vm, path: &[u8]) -> HostResult<Vec<u8>> {
    if path.starts_with(b"/") {
        return Ok(path.to_vec());
    }
    let cwd = vm.host().getcwd()?;
    Ok(pyc::path_join(&[&cwd, path]))
}

/// Refuses paths of bytes as CPython does, which asks each for its first character.
pub fn refuse_bytes(vm: &Vm, path: &Value) -> PyResult<()> {
    if path.downcast_ref::<PyBytes>().is_some() {
        let message = "startswith first arg must be bytes or a tuple of bytes, not str";
        return Err(vm.type_error(message));
    }
    Ok(())
}

/// `spec_from_file_location(name, location=None, *, loader=None, submodule_search_locations=_POPULATE)`
pub fn spec_from_file_location(
    vm: &Vm,
    name: &Value,
    location: &Value,
    loader: &Value,
    locations: Locations,
) -> PyResult<Value> {
    let mut origin = vm.new_str("<unknown>");
    if location.is_none() {
        if get_opt(vm, loader, "get_filename")?.is_some() {
            let asked = call_method(vm, loader, "get_filename", std::slice::from_ref(name));
            match asked {
                Err(error) if error.is(vm, ExcKind::ImportError) => {}
                result => origin = result?,
            }
        }
    } else {
        refuse_bytes(vm, location)?;
        let path = path_bytes(vm, location)?;
        let is_str = location.downcast_ref::<PyStr>().is_some();
        origin = match absolute(vm, &path) {
            Ok(_) if is_str && path.starts_with(b"/") => location.clone(),
            Ok(path) => fs_decode(vm, &path).into_value(),
            Err(_) => fs_decode(vm, &path).into_value(),
        };
    }
    let mut loader = loader.clone();
    let location = origin.clone();
    if loader.is_none() {
        match loader_for(vm, name, &location)? {
            Some(found) => loader = found,
            None => return Ok(Value::None),
        }
    }
    let result = spec::new_spec(vm, name, &loader, &origin, Value::None)?;
    spec::set_plain(vm, &result, "_set_fileattr", Value::True);
    let mut found = Value::None;
    match locations {
        Locations::Given(value) => found = value,
        Locations::Ask => {
            if get_opt(vm, &loader, "is_package")?.is_some() {
                match call_method(vm, &loader, "is_package", std::slice::from_ref(name)) {
                    Ok(is_package) if truth(vm, &is_package)? => found = vm.new_list(Vec::new()),
                    Err(error) if !error.is(vm, ExcKind::ImportError) => return Err(error),
                    _ => {}
                }
            }
        }
    }
    if let Some(list) = found.downcast_ref::<PyList>()
        && list.len() == 0
        && !location.is_none()
    {
        let path = path_bytes(vm, &location)?;
        list.push(fs_decode(vm, pyc::path_split(&path).0).into_value());
    }
    spec::set_plain(vm, &result, "submodule_search_locations", found);
    Ok(result)
}

/// A loader by the suffix of the file (`_get_supported_file_loaders`).
fn loader_for(vm: &Vm, name: &Value, location: &Value) -> PyResult<Option<Value>> {
    let path = path_bytes(vm, location)?;
    for (suffix, class) in file_loaders(vm) {
        if path.ends_with(suffix.as_bytes()) {
            return call::call_args(vm, &class, &[name.clone(), location.clone()]).map(Some);
        }
    }
    Ok(None)
}

/// Suffixes with the class that loads such files, in the order of preference.
pub fn file_loaders(vm: &Vm) -> Vec<(&'static str, Value)> {
    let extension = loaders::ExtensionFileLoader::class(vm).to_value();
    let mut all: Vec<(&'static str, Value)> = EXTENSION_SUFFIXES
        .iter()
        .map(|suffix| (*suffix, extension.clone()))
        .collect();
    all.push((".py", loaders::SourceFileLoader::class(vm).to_value()));
    all.push((".pyc", loaders::SourcelessFileLoader::class(vm).to_value()));
    all
}

/// `_imp.extension_suffixes()`: the one name of modules made for the stable ABI of another interpreter is still refused with a clear word.
pub const EXTENSION_SUFFIXES: &[&str] = &[".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"];

/// `decode_source(source_bytes)`
pub fn decode_source(vm: &Vm, source: &Value) -> PyResult<Value> {
    let bytes = source
        .downcast_ref::<PyBytes>()
        .map(|bytes| bytes.as_slice());
    let is_plain = |bytes: &&[u8]| !bytes.starts_with(b"\xef\xbb\xbf") && !declares_encoding(bytes);
    let plain = bytes.filter(is_plain).map(std::str::from_utf8);
    let decoded = match plain {
        Some(Ok(text)) => vm.new_str(text),
        _ => {
            let encoding = detect_encoding(vm, source)?;
            call_method(vm, source, "decode", &[encoding])?
        }
    };
    // Universal newlines. The decoder keeps the last carriage return for what might follow.
    let Some(text) = decoded.downcast_ref::<PyStr>() else {
        return Ok(decoded);
    };
    if !text.chars().any(|c| c == 13) {
        return Ok(decoded);
    }
    let mut chars = Vec::with_capacity(text.len());
    let mut after_return = false;
    let last = text.char_at(text.len() - 1) == Some(13);
    for c in text.chars() {
        match c {
            13 => chars.push(10),
            10 if after_return => {}
            c => chars.push(c),
        }
        after_return = c == 13;
    }
    if last {
        chars.pop();
    }
    Ok(PyStr::from_chars(vm, &chars).into_value())
}

/// Whether one of the first two lines may declare an encoding (PEP 263); which one is `tokenize`'s to say.
fn declares_encoding(bytes: &[u8]) -> bool {
    let lines = bytes.split(|&byte| byte == b'\n').take(2);
    lines
        .filter(|line| line.contains(&b'#'))
        .any(|line| line.windows(6).any(|word| word == b"coding"))
}

/// `tokenize.detect_encoding(io.BytesIO(source).readline)[0]`
#[cold]
fn detect_encoding(vm: &Vm, source: &Value) -> PyResult<Value> {
    let io = super::import_name::import_module(vm, "_io")?;
    let file = call_method(vm, &io, "BytesIO", std::slice::from_ref(source))?;
    let readline = get(vm, &file, "readline")?;
    let tokenize = super::import_name::import_module(vm, "tokenize")?;
    let found = call_method(vm, &tokenize, "detect_encoding", &[readline])?;
    mapping::get_item(vm, &found, &vm.new_int(0))
}

/// Represents a namespace package's path.  It uses the module name
/// to find its parent module, and from there it looks up the parent's
/// __path__.  When this changes, the module's own path is recomputed,
/// using path_finder.
#[pytype(
    name = "_frozen_importlib_external._NamespacePath",
    sig = "_NamespacePath(name, path, path_finder)",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(NAMESPACE_PATH)
)]
#[derive(Traverse)]
pub struct NamespacePath;

/// The path object of a namespace package.
pub fn namespace_path(vm: &Vm, name: &Value, path: Value, finder: Value) -> PyResult<Value> {
    let result = PyRef::new(vm, NamespacePath).into_value();
    init_namespace(vm, &result, name, path, finder)?;
    Ok(result)
}

fn init_namespace(vm: &Vm, zelf: &Value, name: &Value, path: Value, finder: Value) -> PyResult<()> {
    set(vm, zelf, "_name", name.clone())?;
    set(vm, zelf, "_path", path)?;
    let parent = parent_path(vm, zelf)?;
    let parent = vm.new_tuple(iter::to_vec(vm, &parent)?);
    set(vm, zelf, "_last_parent_path", parent)?;
    let epoch = get(vm, zelf, "_epoch")?;
    set(vm, zelf, "_last_epoch", epoch)?;
    set(vm, zelf, "_path_finder", finder)
}

fn parent_path(vm: &Vm, zelf: &Value) -> PyResult<Value> {
    let name = text(&get(vm, zelf, "_name")?);
    let (parent, _) = super::util::rpartition(&name);
    if parent.is_empty() {
        return sys_get(vm, "path")
            .ok_or_else(|| vm.attribute_error("module 'sys' has no attribute 'path'"));
    }
    let parent = vm.new_str(parent);
    match super::util::module_get(vm, &parent)? {
        Some(module) => attr::get(vm, &module, &vm.names.__path__),
        None => Err(vm.key_error(&parent)),
    }
}

/// The locations, found anew when the parent's path has changed.
fn recalculate(vm: &Vm, zelf: &Value) -> PyResult<Value> {
    let parent = vm.new_tuple(iter::to_vec(vm, &parent_path(vm, zelf)?)?);
    let epoch = get(vm, zelf, "_epoch")?;
    let is_current = compare::eq(vm, &parent, &get(vm, zelf, "_last_parent_path")?)?
        && compare::eq(vm, &epoch, &get(vm, zelf, "_last_epoch")?)?;
    if !is_current {
        let (name, finder) = (get(vm, zelf, "_name")?, get(vm, zelf, "_path_finder")?);
        let spec = call::call_args(vm, &finder, &[name, parent.clone()])?;
        if !spec.is_none() && get(vm, &spec, "loader")?.is_none() {
            let locations = get(vm, &spec, "submodule_search_locations")?;
            if truth(vm, &locations)? {
                set(vm, zelf, "_path", locations)?;
            }
        }
        set(vm, zelf, "_last_parent_path", parent)?;
        set(vm, zelf, "_last_epoch", epoch)?;
    }
    get(vm, zelf, "_path")
}

#[pymethods(table = NAMESPACE_PATH)]
impl NamespacePath {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, NamespacePath).into_value()
    }

    #[pyconst]
    fn _epoch() -> i64 {
        0
    }

    #[pyslot(
        sig = "_NamespacePath(name, path, path_finder)",
        family = "def",
        fname = "_NamespacePath.__init__"
    )]
    fn slot_init(
        zelf: &Value,
        vm: &Vm,
        name: &Value,
        path: &Value,
        path_finder: &Value,
    ) -> PyResult<()> {
        init_namespace(vm, zelf, name, path.clone(), path_finder.clone())
    }

    #[pyslot]
    fn iter(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        iter::get_iter(vm, &recalculate(vm, zelf)?)
    }

    #[pyslot]
    fn mp_subscript(zelf: &Value, vm: &Vm, index: &Value) -> PyResult<Value> {
        mapping::get_item(vm, &recalculate(vm, zelf)?, index)
    }

    #[pyslot]
    fn mp_ass_subscript(
        zelf: &Value,
        vm: &Vm,
        index: &Value,
        value: Option<Value>,
    ) -> PyResult<()> {
        let path = get(vm, zelf, "_path")?;
        match value {
            Some(value) => mapping::set_item(vm, &path, index, value),
            None => Err(vm.attribute_error("__delitem__")),
        }
    }

    #[pymethod(sig = "__reversed__($self)", family = "def")]
    fn __reversed__(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let items = iter::to_vec(vm, &recalculate(vm, zelf)?)?;
        let items = vm.new_list(items.into_iter().rev().collect());
        iter::get_iter(vm, &items)
    }

    #[pyslot]
    fn mp_length(zelf: &Value, vm: &Vm) -> PyResult<usize> {
        sequence::len(vm, &recalculate(vm, zelf)?)
    }

    #[pyslot]
    fn sq_contains(zelf: &Value, vm: &Vm, item: &Value) -> PyResult<bool> {
        sequence::contains(vm, &recalculate(vm, zelf)?, item)
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<String> {
        Ok(format!(
            "_NamespacePath({})",
            shown(vm, &get(vm, zelf, "_path")?)
        ))
    }

    #[pymethod(sig = "append($self, item)", family = "def")]
    fn append(zelf: &Value, vm: &Vm, item: &Value) -> PyResult<Value> {
        call_method(
            vm,
            &get(vm, zelf, "_path")?,
            "append",
            std::slice::from_ref(item),
        )
    }

    #[pymethod(sig = "_recalculate($self)", family = "def")]
    fn _recalculate(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        recalculate(vm, zelf)
    }

    /// Returns a tuple of (parent-module-name, parent-path-attr-name)
    #[pymethod(sig = "_find_parent_path_names($self)", family = "def")]
    fn _find_parent_path_names(zelf: &Value, vm: &Vm) -> PyResult<(String, &'static str)> {
        let name = text(&get(vm, zelf, "_name")?);
        Ok(match super::util::rpartition(&name) {
            ("", _) => (String::from("sys"), "path"),
            (parent, _) => (parent.to_string(), "__path__"),
        })
    }

    #[pymethod(sig = "_get_parent_path($self)", family = "def")]
    fn _get_parent_path(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        parent_path(vm, zelf)
    }
}

/// The loader of namespace packages.
#[pytype(
    name = "_frozen_importlib_external.NamespaceLoader",
    sig = "NamespaceLoader(name, path, path_finder)",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(NAMESPACE_LOADER)
)]
#[derive(Traverse)]
pub struct NamespaceLoader;

/// Makes every namespace path be found anew at its next use (`_NamespacePath._epoch += 1`).
pub fn next_epoch(vm: &Vm) -> PyResult<()> {
    let class = NamespacePath::class(vm).to_value();
    let epoch = get(vm, &class, "_epoch")?.as_small_int().unwrap_or(0);
    set(vm, &class, "_epoch", vm.new_int(epoch + 1))
}

/// A namespace loader around a path that is there already.
pub fn namespace_loader(vm: &Vm, path: &Value) -> PyResult<Value> {
    let loader = PyRef::new(vm, NamespaceLoader).into_value();
    set(vm, &loader, "_path", path.clone())?;
    Ok(loader)
}

#[pymethods(table = NAMESPACE_LOADER)]
impl NamespaceLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, NamespaceLoader).into_value()
    }

    #[pyslot(
        sig = "NamespaceLoader(name, path, path_finder)",
        family = "def",
        fname = "NamespaceLoader.__init__"
    )]
    fn slot_init(
        zelf: &Value,
        vm: &Vm,
        name: &Value,
        path: &Value,
        path_finder: &Value,
    ) -> PyResult<()> {
        let path = namespace_path(vm, name, path.clone(), path_finder.clone())?;
        set(vm, zelf, "_path", path)
    }

    /// Return repr for the module.
    ///
    /// The method is deprecated.  The import machinery does the job itself.
    #[pystaticmethod(sig = "module_repr(module)", family = "def")]
    fn module_repr(vm: &Vm, module: &Value) -> PyResult<String> {
        let message =
            "NamespaceLoader.module_repr() is deprecated and slated for removal in Python 3.12";
        let place = &super::frames::NAMESPACE_REPR;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        Ok(format!(
            "<module {} (namespace)>",
            shown(vm, &get(vm, module, "__name__")?)
        ))
    }

    #[pymethod(sig = "is_package($self, fullname)", family = "def")]
    fn is_package(zelf: &Value, fullname: &Value) -> bool {
        let _ = (zelf, fullname);
        true
    }

    #[pymethod(sig = "get_source($self, fullname)", family = "def")]
    fn get_source(zelf: &Value, fullname: &Value) -> &'static str {
        let _ = (zelf, fullname);
        ""
    }

    #[pymethod(sig = "get_code($self, fullname)", family = "def")]
    fn get_code(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = (zelf, fullname);
        loaders::compile_value(vm, &vm.new_str(""), &vm.new_str("<string>"), -1)
    }

    /// Use default semantics for module creation.
    #[pymethod(sig = "create_module($self, spec)", family = "def")]
    fn create_module(zelf: &Value, spec: &Value) {
        let _ = (zelf, spec);
    }

    #[pymethod(sig = "exec_module($self, module)", family = "def")]
    fn exec_module(zelf: &Value, module: &Value) {
        let _ = (zelf, module);
    }

    /// Load a namespace module.
    ///
    /// This method is deprecated.  Use exec_module() instead.
    #[pymethod(sig = "load_module($self, fullname)", family = "def")]
    fn load_module(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let path = get(vm, zelf, "_path")?;
        verbose(vm, 1, || {
            format!("namespace module loaded with path {}", shown(vm, &path))
        });
        loaders::load_module_shim(vm, zelf, fullname)
    }

    #[pymethod(sig = "get_resource_reader($self, module)", family = "def")]
    fn get_resource_reader(zelf: &Value, vm: &Vm, module: &Value) -> PyResult<Value> {
        let _ = module;
        let readers = super::import_name::import_module(vm, "importlib.readers")?;
        let path = get(vm, zelf, "_path")?;
        call_method(vm, &readers, "NamespaceReader", &[path])
    }
}
