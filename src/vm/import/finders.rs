//! `PathFinder`, path hooks, and `FileFinder` with its directory cache.
//!
//! A directory is listed once and again when its modification time has changed; a lookup that the listing rules out costs no system call.
//!
//! CPython 3.11: `PathFinder`, `FileFinder` in `Lib/importlib/_bootstrap_external.py`.

use super::builtin::BuiltinImporter;
use super::external::{self, Locations};
use super::frozen::FrozenImporter;
use super::loaders::{SourceFileLoader, new_file_loader};
use super::pyc::path_join;
use super::util::{
    call_method, get, get_opt, import_error, set, shown, sys_get, text, verbose, warn_here,
};
use super::{frames, import_name, recent, spec};
use crate::context::errors::ExcKind;
use crate::context::host::Stat;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyCell, PyRef, PyType, Value, instance};
use crate::protocol::fs::{fs_decode, path_bytes};
use crate::protocol::{attr, call, iter, lookup};
use crate::types::descriptor::method::PyClassMethodDescriptor;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use derive::{Traverse, pymethods, pytype};
use std::cell::RefCell;
use std::collections::HashSet;

/// Meta path finder for sys.path and package __path__ attributes.
#[pytype(
    name = "_frozen_importlib_external.PathFinder",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(PATH_FINDER)
)]
#[derive(Traverse)]
pub struct PathFinder;

/// The finder of a path entry, from the cache or from the hooks; `None` when no hook wants the entry.
fn importer_for(vm: &Vm, class: &Asked<'_>, entry: &Value) -> PyResult<Value> {
    let mut entry = entry.clone();
    if entry
        .downcast_ref::<PyStr>()
        .is_some_and(|entry| entry.len() == 0)
    {
        match vm.host().getcwd() {
            Ok(cwd) => entry = fs_decode(vm, &cwd).into_value(),
            Err(_) => return Ok(Value::None),
        }
    }
    let cache = sys_get(vm, "path_importer_cache");
    let dict = cache
        .as_ref()
        .and_then(|cache| cache.downcast_ref::<PyDict>());
    if let Some(dict) = dict
        && let Some(finder) = dict.get(vm, &entry)?
    {
        return Ok(finder);
    }
    let finder = match class {
        Asked::Ours => ask_hooks(vm, &entry)?,
        Asked::Class(class) => call_method(vm, class, "_path_hooks", std::slice::from_ref(&entry))?,
    };
    if let Some(dict) = dict {
        dict.set(vm, entry, finder.clone())?;
    }
    Ok(finder)
}

/// Asks `sys.path_hooks` (`PathFinder._path_hooks`).
fn ask_hooks(vm: &Vm, entry: &Value) -> PyResult<Value> {
    let hooks = match sys_get(vm, "path_hooks") {
        Some(hooks) => iter::to_vec(vm, &hooks)?,
        None => return Err(super::util::sys_lacks(vm, "path_hooks")),
    };
    if hooks.is_empty() {
        let place = &frames::PATH_HOOKS_EMPTY;
        warn_here(vm, place, ExcKind::ImportWarning, "sys.path_hooks is empty")?;
    }
    for hook in hooks {
        match call::call1(vm, &hook, entry) {
            Err(error) if error.is(vm, ExcKind::ImportError) => {}
            result => return result,
        }
    }
    Ok(Value::None)
}

/// Whose steps a search takes: this module's own, or those of a class that may have changed some.
enum Asked<'a> {
    Ours,
    Class(&'a Value),
}

/// `PathFinder` itself, with its own methods, needs no calls of them.
fn asked<'a>(vm: &Vm, class: &'a Value) -> Asked<'a> {
    let ours = class
        .downcast_ref::<PyType>()
        .is_some_and(|class| class.is(PathFinder::class(vm)) && is_own_class_method(vm, class));
    if ours {
        Asked::Ours
    } else {
        Asked::Class(class)
    }
}

/// Asks a finder of `sys.meta_path` that is one of the three every interpreter has, with its own `find_spec`; `None` for any other.
pub fn ask_own(
    vm: &Vm,
    finder: &Value,
    name: &Value,
    path: &Value,
    target: &Value,
) -> Option<PyResult<Value>> {
    let class = finder.downcast_ref::<PyType>()?;
    let find_spec = if class.is(PathFinder::class(vm)) {
        PathFinder::find_spec
    } else if class.is(BuiltinImporter::class(vm)) {
        BuiltinImporter::find_spec
    } else if class.is(FrozenImporter::class(vm)) {
        FrozenImporter::find_spec
    } else {
        return None;
    };
    lookup::type_lookup(vm, class, &vm.intern_static("find_spec"))?
        .downcast_ref::<PyClassMethodDescriptor>()?;
    Some(find_spec(class, vm, name, path, target))
}

fn is_own_class_method(vm: &Vm, class: &Py<PyType>) -> bool {
    lookup::type_lookup(vm, class, &vm.intern_static("_path_importer_cache"))
        .is_some_and(|found| found.downcast_ref::<PyClassMethodDescriptor>().is_some())
}

/// Whether a finder is a `FileFinder` whose `name` is the one of this module.
fn is_own_method(vm: &Vm, finder: &Py<FileFinder>, name: &'static str) -> bool {
    let name = vm.intern_static(name);
    instance::get_own(finder.object(), &name).is_none()
        && lookup::type_lookup(vm, finder.object().class(), &name)
            .is_some_and(|found| found.is_exact(vm, &vm.types.method_descriptor))
}

fn find_in_path(
    vm: &Vm,
    class: &Asked<'_>,
    fullname: &Value,
    path: &Value,
    target: &Value,
) -> PyResult<Value> {
    let mut portions = Vec::new();
    for entry in iter::to_vec(vm, path)? {
        if entry.downcast_ref::<PyStr>().is_none() {
            continue;
        }
        let finder = match class {
            Asked::Ours => importer_for(vm, class, &entry)?,
            Asked::Class(class) => call_method(
                vm,
                class,
                "_path_importer_cache",
                std::slice::from_ref(&entry),
            )?,
        };
        if finder.is_none() {
            continue;
        }
        let ours = finder
            .downcast_exact::<FileFinder>(vm)
            .filter(|finder| is_own_method(vm, finder, "find_spec"));
        let found = match ours {
            Some(finder) => find_in_directory(vm, finder, fullname, target)?,
            None => {
                let found = match attr::get_opt(vm, &finder, &vm.intern_static("find_spec"))? {
                    Some(method) => {
                        call::call_args(vm, &method, &[fullname.clone(), target.clone()])?
                    }
                    None => legacy_spec(vm, fullname, &finder)?,
                };
                recent::forget(vm);
                found
            }
        };
        if found.is_none() {
            continue;
        }
        if !get(vm, &found, "loader")?.is_none() {
            return Ok(found);
        }
        let more = get(vm, &found, "submodule_search_locations")?;
        if more.is_none() {
            return Err(vm.import_error("spec missing loader"));
        }
        portions.extend(iter::to_vec(vm, &more)?);
    }
    spec::new_spec(
        vm,
        fullname,
        &Value::None,
        &Value::None,
        vm.new_list(portions),
    )
}

fn legacy_spec(vm: &Vm, fullname: &Value, finder: &Value) -> PyResult<Value> {
    let name = spec::object_name(vm, finder);
    if get_opt(vm, finder, "find_loader")?.is_some() {
        let message = format!("{name}.find_spec() not found; falling back to find_loader()");
        let place = &frames::LEGACY_FIND_LOADER;
        warn_here(vm, place, ExcKind::ImportWarning, &message)?;
        let pair = call_method(vm, finder, "find_loader", std::slice::from_ref(fullname))?;
        let pair = iter::to_vec(vm, &pair)?;
        let [loader, portions] = pair.as_slice() else {
            return Err(vm.value_error("find_loader() must return a pair"));
        };
        if !loader.is_none() {
            return spec::spec_from_loader(vm, fullname, loader, &Value::None, &Value::None);
        }
        let portions = vm.new_list(iter::to_vec(vm, portions)?);
        return spec::new_spec(vm, fullname, &Value::None, &Value::None, portions);
    }
    let message = format!("{name}.find_spec() not found; falling back to find_module()");
    let place = &frames::LEGACY_FIND_MODULE;
    warn_here(vm, place, ExcKind::ImportWarning, &message)?;
    let loader = call_method(vm, finder, "find_module", std::slice::from_ref(fullname))?;
    if loader.is_none() {
        let portions = vm.new_list(Vec::new());
        return spec::new_spec(vm, fullname, &Value::None, &Value::None, portions);
    }
    spec::spec_from_loader(vm, fullname, &loader, &Value::None, &Value::None)
}

#[pymethods(table = PATH_FINDER)]
impl PathFinder {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, PathFinder).into_value()
    }

    /// Call the invalidate_caches() method on all path entry finders
    /// stored in sys.path_importer_caches (where implemented).
    #[pystaticmethod(sig = "invalidate_caches()", family = "def")]
    fn invalidate_caches(vm: &Vm) -> PyResult<()> {
        let Some(cache) = sys_get(vm, "path_importer_cache") else {
            return Ok(());
        };
        let Some(cache) = cache.downcast_ref::<PyDict>() else {
            return Ok(());
        };
        for (entry, finder) in cache.items() {
            if finder.is_none() || !text(&entry).starts_with('/') {
                drop(cache.pop(vm, &entry)?);
            } else if get_opt(vm, &finder, "invalidate_caches")?.is_some() {
                call_method(vm, &finder, "invalidate_caches", &[])?;
            }
        }
        external::next_epoch(vm)
    }

    #[pyclassmethod(sig = "_path_importer_cache($type, path)", family = "def")]
    fn _path_importer_cache(cls: &Py<PyType>, vm: &Vm, path: &Value) -> PyResult<Value> {
        let class = cls.to_value();
        importer_for(vm, &asked(vm, &class), path)
    }

    #[pystaticmethod(sig = "_path_hooks(path)", family = "def")]
    fn _path_hooks(vm: &Vm, path: &Value) -> PyResult<Value> {
        ask_hooks(vm, path)
    }

    #[pyclassmethod(sig = "_legacy_get_spec($type, fullname, finder)", family = "def")]
    fn _legacy_get_spec(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        finder: &Value,
    ) -> PyResult<Value> {
        let _ = cls;
        legacy_spec(vm, fullname, finder)
    }

    /// Find the loader or namespace_path for this module/package name.
    #[pyclassmethod(sig = "_get_spec($type, fullname, path, target=None)", family = "def")]
    fn _get_spec(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        path: &Value,
        target: &Value,
    ) -> PyResult<Value> {
        let class = cls.to_value();
        find_in_path(vm, &asked(vm, &class), fullname, path, target)
    }

    /// Try to find a spec for 'fullname' on sys.path or 'path'.
    ///
    /// The search is based on sys.path_hooks and sys.path_importer_cache.
    #[pyclassmethod(
        sig = "find_spec($type, fullname, path=None, target=None)",
        family = "def"
    )]
    pub(super) fn find_spec(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        path: &Value,
        target: &Value,
    ) -> PyResult<Value> {
        let path = match path {
            path if path.is_none() => match sys_get(vm, "path") {
                Some(path) => path,
                None => return Err(super::util::sys_lacks(vm, "path")),
            },
            path => path.clone(),
        };
        let class = cls.to_value();
        let get_spec = vm.intern_static("_get_spec");
        let ours = cls.is(PathFinder::class(vm))
            && lookup::type_lookup(vm, cls, &get_spec)
                .is_some_and(|found| found.downcast_ref::<PyClassMethodDescriptor>().is_some());
        let found = if ours {
            find_in_path(vm, &asked(vm, &class), fullname, &path, target)?
        } else {
            let args = [fullname.clone(), path.clone(), target.clone()];
            call_method(vm, &class, "_get_spec", &args)?
        };
        if found.is_none() || !get(vm, &found, "loader")?.is_none() {
            return Ok(found);
        }
        let portions = get(vm, &found, "submodule_search_locations")?;
        if !super::util::truth(vm, &portions)? {
            return Ok(Value::None);
        }
        set(vm, &found, "origin", Value::None)?;
        let finder = attr::get(vm, &class, &get_spec)?;
        let path = external::namespace_path(vm, fullname, portions, finder)?;
        set(vm, &found, "submodule_search_locations", path)?;
        Ok(found)
    }

    /// find the module on sys.path or 'path' based on sys.path_hooks and
    /// sys.path_importer_cache.
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pyclassmethod(sig = "find_module($type, fullname, path=None)", family = "def")]
    fn find_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<Value> {
        let message = "PathFinder.find_module() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
        let place = &frames::PATH_FIND_MODULE;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        let class = cls.to_value();
        let found = call_method(vm, &class, "find_spec", &[fullname.clone(), path.clone()])?;
        if found.is_none() {
            Ok(found)
        } else {
            get(vm, &found, "loader")
        }
    }

    /// Find distributions.
    ///
    /// Return an iterable of all Distribution instances capable of
    /// loading the metadata for packages matching ``context.name``
    /// (or all names if ``None`` indicated) along the paths in the list
    /// of directories ``context.path``.
    #[pystaticmethod]
    fn find_distributions(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let metadata = import_name::import_module(vm, "importlib.metadata")?;
        let finder = get(vm, &metadata, "MetadataPathFinder")?;
        call::call(vm, &get(vm, &finder, "find_distributions")?, args)
    }
}

/// The names in a directory when it was last listed.
#[derive(Default)]
struct Listing {
    mtime: Option<i128>,
    names: HashSet<Vec<u8>, ahash::RandomState>,
}

/// File-based finder.
///
/// Interactions with the file system are cached for performance, being
/// refreshed when the directory the finder is handling has been modified.
#[pytype(
    name = "_frozen_importlib_external.FileFinder",
    sig = "FileFinder(path, *loader_details)",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(FILE_FINDER)
)]
#[derive(Traverse)]
pub struct FileFinder {
    /// What `_loaders` was when it was last looked at.
    pairs: PyCell<Vec<Value>>,
    loaders: PyCell<Vec<(Value, Value)>>,
    /// What `path` was when it was last looked at.
    path_value: PyCell<Value>,
    #[pytraverse(skip)]
    path: RefCell<Vec<u8>>,
    #[pytraverse(skip)]
    listing: RefCell<Listing>,
}

impl FileFinder {
    fn empty() -> FileFinder {
        FileFinder {
            pairs: PyCell::new(Vec::new()),
            loaders: PyCell::new(Vec::new()),
            path_value: PyCell::new(Value::None),
            path: RefCell::new(Vec::new()),
            listing: RefCell::new(Listing::default()),
        }
    }
}

fn configure(vm: &Vm, finder: &Py<FileFinder>, path: &Value, details: &[Value]) -> PyResult<()> {
    let mut loaders = Vec::new();
    for detail in details {
        let pair = iter::to_vec(vm, detail)?;
        let [class, suffixes] = pair.as_slice() else {
            let message = match pair.len() {
                count if count < 2 => {
                    format!("not enough values to unpack (expected 2, got {count})")
                }
                _ => String::from("too many values to unpack (expected 2)"),
            };
            return Err(vm.value_error(message));
        };
        for suffix in iter::to_vec(vm, suffixes)? {
            loaders.push((suffix, class.clone()));
        }
    }
    let pairs: Vec<Value> = loaders
        .iter()
        .map(|(suffix, class)| PyTuple::pair(vm, suffix.clone(), class.clone()).into_value())
        .collect();
    let zelf = finder.to_value();
    set(vm, &zelf, "_loaders", vm.new_list(pairs.clone()))?;
    finder.pairs.set(pairs);
    finder.loaders.set(loaders);
    let path = if path.is_none() {
        Vec::new()
    } else {
        external::refuse_bytes(vm, path)?;
        path_bytes(vm, path)?
    };
    let path = if path.is_empty() || path == b"." {
        vm.host().getcwd()
    } else {
        external::absolute(vm, &path)
    };
    let path = path.map_err(|errno| vm.os_error(errno, None))?;
    let path_value = fs_decode(vm, &path).into_value();
    set(vm, &zelf, "path", path_value.clone())?;
    finder.path_value.set(path_value);
    finder.path.replace(path);
    Ok(())
}

/// Takes over what a program has made of `path` and `_loaders`.
fn follow(vm: &Vm, finder: &Py<FileFinder>) -> PyResult<()> {
    let own = |name: &'static str| instance::get_own(finder.object(), &vm.intern_static(name));
    if let Some(path) = own("path")
        && !finder.path_value.with(|known| known.is(&path))
    {
        finder.path.replace(path_bytes(vm, &path)?);
        finder.path_value.set(path);
    }
    let Some(pairs) = own("_loaders") else {
        return Ok(());
    };
    let is_known = match pairs.downcast_ref::<PyList>() {
        Some(list) => finder.pairs.with(|known| {
            known.len() == list.len()
                && known
                    .iter()
                    .enumerate()
                    .all(|(index, pair)| list.get(index).is_some_and(|item| item.is(pair)))
        }),
        None => false,
    };
    if is_known {
        return Ok(());
    }
    let pairs = iter::to_vec(vm, &pairs)?;
    let mut loaders = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        match iter::to_vec(vm, pair)?.as_slice() {
            [suffix, class] => loaders.push((suffix.clone(), class.clone())),
            _ => return Err(vm.value_error("not enough values to unpack (expected 2)")),
        }
    }
    finder.pairs.set(pairs);
    finder.loaders.set(loaders);
    Ok(())
}

const NANOSECONDS: i128 = 1_000_000_000;

fn mtime_of(vm: &Vm, finder: &FileFinder) -> i128 {
    let path = finder.path.borrow();
    vm.host().stat(&path, true).map_or(-1, |stat| stat.mtime)
}

/// Lists the directory when it changed.
fn refresh(vm: &Vm, finder: &FileFinder) {
    let mtime = mtime_of(vm, finder);
    if finder.listing.borrow().mtime != Some(mtime) {
        fill(vm, finder);
        finder.listing.borrow_mut().mtime = Some(mtime);
    }
}

/// The same with a `_fill_cache` that was changed.
fn refresh_by_method(vm: &Vm, finder: &Py<FileFinder>) -> PyResult<()> {
    let mtime = mtime_of(vm, finder);
    if finder.listing.borrow().mtime != Some(mtime) {
        call_method(vm, &finder.to_value(), "_fill_cache", &[])?;
        finder.listing.borrow_mut().mtime = Some(mtime);
    }
    Ok(())
}

/// Lists the directory; one that cannot be read counts as empty.
fn fill(vm: &Vm, finder: &FileFinder) {
    let entries = vm
        .host()
        .read_dir(&finder.path.borrow())
        .unwrap_or_default();
    finder.listing.borrow_mut().names = entries.into_iter().map(|entry| entry.name).collect();
}

/// `_find_module_shim(self, fullname)`
fn find_module_shim(vm: &Vm, finder: &Value, fullname: &Value) -> PyResult<Value> {
    let message = "find_module() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
    let place = &frames::FIND_MODULE_SHIM;
    warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
    let pair = call_method(vm, finder, "find_loader", std::slice::from_ref(fullname))?;
    let pair = iter::to_vec(vm, &pair)?;
    let [loader, portions] = pair.as_slice() else {
        return Err(vm.value_error("find_loader() must return a pair"));
    };
    let portions = iter::to_vec(vm, portions)?;
    if loader.is_none()
        && let Some(first) = portions.first()
    {
        let first = crate::protocol::repr::str_text(vm, first)?;
        let message = format!("Not importing directory {first}: missing __init__");
        let place = &frames::NOT_IMPORTING;
        warn_here(vm, place, ExcKind::ImportWarning, &message)?;
    }
    Ok(loader.clone())
}

fn find_in_directory(
    vm: &Vm,
    finder: &Py<FileFinder>,
    fullname: &Value,
    target: &Value,
) -> PyResult<Value> {
    let Some(name) = fullname.downcast_ref::<PyStr>() else {
        get(vm, fullname, "rpartition")?;
        return Err(vm.type_error("a module's name must be text"));
    };
    let name = crate::protocol::fs::fs_encode(name);
    let tail = match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) => &name[dot + 1..],
        None => &name[..],
    };
    if tail.contains(&0) {
        return Ok(Value::None);
    }
    follow(vm, finder)?;
    if is_own_method(vm, finder, "_fill_cache") {
        refresh(vm, finder);
    } else {
        refresh_by_method(vm, finder)?;
    }
    let known = |name: &[u8]| finder.listing.borrow().names.contains(name);
    let directory = finder.path.borrow().clone();
    let loaders = finder.loaders.get();
    let host = vm.host();
    let stat_of_file = |path: &[u8]| host.stat(path, true).ok().filter(Stat::is_file);
    let mut namespace = None;
    if known(tail) {
        let base = path_join(&[&directory, tail]);
        for (suffix, class) in &loaders {
            let mut init = b"__init__".to_vec();
            push_suffix(&mut init, suffix);
            let path = path_join(&[&base, &init]);
            if let Some(stat) = stat_of_file(&path) {
                let spec = make_spec(vm, finder, class, fullname, &path, Some(&base), target);
                recent::note(vm, path, stat);
                return spec;
            }
        }
        if host.stat(&base, true).is_ok_and(|stat| stat.is_dir()) {
            namespace = Some(base);
        }
    }
    let is_verbose = super::util::is_verbose(vm, 2);
    let mut file = tail.to_vec();
    for (suffix, class) in &loaders {
        file.truncate(tail.len());
        push_suffix(&mut file, suffix);
        if is_verbose {
            let path = path_join(&[&directory, &file]);
            verbose(vm, 2, || {
                format!("trying {}", String::from_utf8_lossy(&path))
            });
        }
        if !known(&file) {
            continue;
        }
        let path = path_join(&[&directory, &file]);
        if let Some(stat) = stat_of_file(&path) {
            let spec = make_spec(vm, finder, class, fullname, &path, None, target);
            recent::note(vm, path, stat);
            return spec;
        }
    }
    let Some(base) = namespace else {
        return Ok(Value::None);
    };
    verbose(vm, 1, || {
        format!("possible namespace for {}", String::from_utf8_lossy(&base))
    });
    let locations = vm.new_list(vec![fs_decode(vm, &base).into_value()]);
    spec::new_spec(vm, fullname, &Value::None, &Value::None, locations)
}

fn push_suffix(name: &mut Vec<u8>, suffix: &Value) {
    let Some(suffix) = suffix.downcast_ref::<PyStr>() else {
        return;
    };
    match suffix.as_ascii() {
        Some(suffix) => name.extend_from_slice(suffix.as_bytes()),
        None => name.extend_from_slice(&crate::protocol::fs::fs_encode(suffix)),
    }
}

fn make_spec(
    vm: &Vm,
    finder: &Py<FileFinder>,
    class: &Value,
    fullname: &Value,
    path: &[u8],
    package: Option<&[u8]>,
    target: &Value,
) -> PyResult<Value> {
    let path = fs_decode(vm, path).into_value();
    let locations = match package {
        Some(base) => vm.new_list(vec![fs_decode(vm, base).into_value()]),
        None => Value::None,
    };
    if !is_own_method(vm, finder, "_get_spec") {
        let args = [
            class.clone(),
            fullname.clone(),
            path,
            locations,
            target.clone(),
        ];
        return call_method(vm, &finder.to_value(), "_get_spec", &args);
    }
    spec_by_class(vm, class, fullname, &path, locations)
}

fn spec_by_class(
    vm: &Vm,
    class: &Value,
    fullname: &Value,
    path: &Value,
    locations: Value,
) -> PyResult<Value> {
    let ours = class
        .downcast_ref::<PyType>()
        .is_some_and(|class| class.is(SourceFileLoader::class(vm)));
    let loader = if ours {
        new_file_loader(vm, SourceFileLoader, fullname, path)?
    } else {
        call::call_args(vm, class, &[fullname.clone(), path.clone()])?
    };
    external::spec_from_file_location(vm, fullname, path, &loader, Locations::Given(locations))
}

#[pymethods(table = FILE_FINDER)]
impl FileFinder {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, FileFinder::empty()).into_value()
    }

    #[pyslot(
        sig = "FileFinder(path, *loader_details)",
        family = "def",
        fname = "FileFinder.__init__"
    )]
    fn slot_init(zelf: &Py<Self>, vm: &Vm, path: &Value, loader_details: &[Value]) -> PyResult<()> {
        configure(vm, zelf, path, loader_details)
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<String> {
        Ok(format!(
            "FileFinder({})",
            shown(vm, &get(vm, zelf, "path")?)
        ))
    }

    /// Invalidate the directory mtime.
    #[pymethod(sig = "invalidate_caches($self)", family = "def")]
    fn invalidate_caches(&self) {
        self.listing.borrow_mut().mtime = None;
    }

    /// Fill the cache of potential modules and packages for this directory.
    #[pymethod(sig = "_fill_cache($self)", family = "def")]
    fn _fill_cache(zelf: &Py<Self>, vm: &Vm) -> PyResult<()> {
        follow(vm, zelf)?;
        fill(vm, zelf);
        Ok(())
    }

    #[pymethod(
        sig = "_get_spec($self, loader_class, fullname, path, smsl, target)",
        family = "def"
    )]
    fn _get_spec(
        &self,
        vm: &Vm,
        loader_class: &Value,
        fullname: &Value,
        path: &Value,
        smsl: &Value,
        target: &Value,
    ) -> PyResult<Value> {
        let _ = target;
        spec_by_class(vm, loader_class, fullname, path, smsl.clone())
    }

    /// When the directory was changed that was listed last.
    #[pygetset]
    fn _path_mtime(&self, vm: &Vm) -> Value {
        match self.listing.borrow().mtime {
            Some(mtime) if mtime >= 0 => {
                let (seconds, rest) = (mtime / NANOSECONDS, mtime % NANOSECONDS);
                vm.new_float(seconds as f64 + 1e-9 * rest as f64)
            }
            _ => vm.new_int(-1),
        }
    }

    #[pygetset(setter, name = "_path_mtime")]
    fn set_path_mtime(&self, vm: &Vm, value: Value) -> PyResult<()> {
        let seconds = crate::protocol::number::to_f64(vm, &value)?;
        // As if it had been listed then, unless never.
        let mtime = (seconds >= 0.0).then_some((seconds * NANOSECONDS as f64) as i128);
        self.listing.borrow_mut().mtime = mtime;
        Ok(())
    }

    /// The names in the directory in small letters, where case does not count; here it does.
    #[pygetset]
    fn _relaxed_path_cache(&self, vm: &Vm) -> Value {
        crate::types::set::table::PySet::new(vm).into_value()
    }

    /// The names in the directory.
    #[pygetset]
    fn _path_cache(&self, vm: &Vm) -> PyResult<Value> {
        let set = crate::types::set::table::PySet::new(vm);
        for name in &self.listing.borrow().names {
            set.add(vm, fs_decode(vm, name).into_value())?;
        }
        Ok(set.into_value())
    }

    #[pygetset(setter, name = "_path_cache")]
    fn set_path_cache(&self, vm: &Vm, value: Value) -> PyResult<()> {
        let names = iter::to_vec(vm, &value)?;
        let names = names
            .iter()
            .map(|name| path_bytes(vm, name))
            .collect::<PyResult<HashSet<_, _>>>()?;
        self.listing.borrow_mut().names = names;
        Ok(())
    }

    /// Try to find a loader for the specified module by delegating to
    /// self.find_loader().
    ///
    /// This method is deprecated in favor of finder.find_spec().
    #[pymethod(sig = "find_module($self, fullname)", family = "def")]
    fn find_module(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        find_module_shim(vm, zelf, fullname)
    }

    /// Try to find a spec for the specified module.
    ///
    /// Returns the matching spec, or None if not found.
    #[pymethod(sig = "find_spec($self, fullname, target=None)", family = "def")]
    fn find_spec(zelf: &Py<Self>, vm: &Vm, fullname: &Value, target: &Value) -> PyResult<Value> {
        find_in_directory(vm, zelf, fullname, target)
    }

    /// Try to find a loader for the specified module, or the namespace
    /// package portions. Returns (loader, list-of-portions).
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pymethod(sig = "find_loader($self, fullname)", family = "def")]
    fn find_loader(zelf: &Py<Self>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let message = "FileFinder.find_loader() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
        let place = &frames::FIND_LOADER;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        let found = call_method(
            vm,
            &zelf.to_value(),
            "find_spec",
            std::slice::from_ref(fullname),
        )?;
        if found.is_none() {
            return Ok(vm.new_tuple(vec![Value::None, vm.new_list(Vec::new())]));
        }
        let portions = get(vm, &found, "submodule_search_locations")?;
        let portions = if portions.is_none() {
            vm.new_list(Vec::new())
        } else {
            portions
        };
        Ok(vm.new_tuple(vec![get(vm, &found, "loader")?, portions]))
    }

    /// A class method which returns a closure to use on sys.path_hook
    /// which will return an instance using the specified loaders and the path
    /// called on the closure.
    ///
    /// If the path called on the closure is not a directory, ImportError is
    /// raised.
    #[pyclassmethod(sig = "path_hook($type, *loader_details)", family = "def")]
    fn path_hook(cls: &Py<PyType>, vm: &Vm, loader_details: &[Value]) -> Value {
        let hook = PathHook {
            class: cls.to_value(),
            details: loader_details.to_vec(),
        };
        PyRef::new(vm, hook).into_value()
    }
}

/// What `FileFinder.path_hook` returns.
#[pytype(
    name = "_frozen_importlib_external.path_hook_for_FileFinder",
    flags(GC, HAS_DICT, DISALLOW_INSTANTIATION),
    tables(PATH_HOOK)
)]
#[derive(Traverse)]
pub struct PathHook {
    class: Value,
    details: Vec<Value>,
}

#[pymethods(table = PATH_HOOK)]
impl PathHook {
    #[pyslot(sig = "path_hook_for_FileFinder(path)")]
    fn slot_call(zelf: &Py<Self>, vm: &Vm, path: &Value) -> PyResult<Value> {
        let is_dir = if path.is_none() {
            true
        } else if path.as_small_int().is_some() {
            // The number of an open file, which is no directory to import from.
            false
        } else {
            let bytes = path_bytes(vm, path)?;
            bytes.is_empty() || vm.host().stat(&bytes, true).is_ok_and(|stat| stat.is_dir())
        };
        if !is_dir {
            let message = String::from("only directories are supported");
            return Err(import_error(vm, message, None, Some(path)));
        }
        let mut args = vec![path.clone()];
        args.extend(zelf.details.iter().cloned());
        call::call_args(vm, &zelf.class, &args)
    }

    #[pyconst(name = "__name__")]
    const NAME: &'static str = "path_hook_for_FileFinder";

    #[pyconst(name = "__qualname__")]
    const QUALNAME: &'static str = "FileFinder.path_hook.<locals>.path_hook_for_FileFinder";

    #[pyconst(name = "__module__")]
    const MODULE: &'static str = "importlib._bootstrap_external";

    #[pyconst(name = "__doc__")]
    const DOC: &'static str = "Path hook for importlib.machinery.FileFinder.";

    #[pyslot]
    fn repr(zelf: &Value) -> String {
        format!(
            "<function FileFinder.path_hook.<locals>.path_hook_for_FileFinder at {}>",
            crate::protocol::repr::address(zelf)
        )
    }
}

/// Meta path finder for modules declared in the Windows registry.
#[pytype(
    name = "_frozen_importlib_external.WindowsRegistryFinder",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(REGISTRY)
)]
#[derive(Traverse)]
pub struct WindowsRegistryFinder;

#[pymethods(table = REGISTRY)]
impl WindowsRegistryFinder {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, WindowsRegistryFinder).into_value()
    }

    /// There is no registry here, so nothing is found.
    #[pyclassmethod(
        sig = "find_spec($type, fullname, path=None, target=None)",
        family = "def"
    )]
    fn find_spec(cls: &Py<PyType>, fullname: &Value, path: &Value, target: &Value) {
        let _ = (cls, fullname, path, target);
    }

    /// Find module named in the registry.
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pyclassmethod(sig = "find_module($type, fullname, path=None)", family = "def")]
    fn find_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<()> {
        let _ = (cls, fullname, path);
        let message = "WindowsRegistryFinder.find_module() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
        let place = &frames::REGISTRY_FIND_MODULE;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)
    }
}
