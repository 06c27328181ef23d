//! Loaders of files: sources with their cache, bytecode without source, extension modules.
//!
//! The steps of `SourceLoader.get_code` go through the loader's methods, so that a subclass can change any of them; a loader that has not
//! changed them takes the short way, which reads and compiles without making Python objects in between.
//!
//! CPython 3.11: `_LoaderBasics`, `SourceLoader`, `FileLoader`, `SourceFileLoader`, `SourcelessFileLoader`, `ExtensionFileLoader` in
//! `Lib/importlib/_bootstrap_external.py`.

use super::pyc::{self, Subject};
use super::unmarshal::Body;
use super::util::{
    call_method, config, get, get_opt, import_error, shown, sys_get, text, truth, verbose,
    warn_here,
};
use super::{frames, import_name, live_code, lock, opinion, recent, spec, written_code};
use crate::context::errors::ExcKind;
use crate::context::host::read_file;
use crate::context::thread::CompileRequest;
use crate::context::{PyResult, Vm};
use crate::interp::eval;
use crate::object::alloc::new_object;
use crate::object::instance;
use crate::object::{Args, CompareOp, Payload, Py, PyRef, PyType, Value};
use crate::protocol::fs::{fs_decode, path_bytes};
use crate::protocol::{compare, hash, lookup, mapping};
use crate::types::bytes::value::PyBytes;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::exceptions::raise::set_context;
use crate::types::module::PyModule;
use crate::types::str::value::PyStr;
use bytecode::pyc::{HEADER_LEN, Header};
use derive::{Traverse, pymethods, pytype};

/// Base class of common code needed by both SourceLoader and
/// SourcelessFileLoader.
#[pytype(
    name = "_frozen_importlib_external._LoaderBasics",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(BASICS)
)]
#[derive(Traverse)]
pub struct LoaderBasics;

/// SourceLoader
#[pytype(
    name = "_frozen_importlib_external.SourceLoader",
    base = LoaderBasics,
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(SOURCE, SOURCE_NEW)
)]
#[derive(Traverse)]
pub struct SourceLoader;

/// Base file loader class which implements the loader protocol methods that
/// require file system usage.
#[pytype(
    name = "_frozen_importlib_external.FileLoader",
    sig = "FileLoader(fullname, path)",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(FILE, FILE_NEW)
)]
#[derive(Traverse)]
pub struct FileLoader;

/// Concrete implementation of SourceLoader using the file system.
#[pytype(
    name = "_frozen_importlib_external.SourceFileLoader",
    sig = "SourceFileLoader(fullname, path)",
    base = FileLoader,
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(SOURCE_FILE)
)]
#[derive(Traverse)]
pub struct SourceFileLoader;

/// Loader which handles sourceless file imports.
#[pytype(
    name = "_frozen_importlib_external.SourcelessFileLoader",
    sig = "SourcelessFileLoader(fullname, path)",
    base = FileLoader,
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(SOURCELESS)
)]
#[derive(Traverse)]
pub struct SourcelessFileLoader;

/// Loader for extension modules.
///
/// The constructor is designed to work with FileFinder.
#[pytype(
    name = "_frozen_importlib_external.ExtensionFileLoader",
    sig = "ExtensionFileLoader(name, path)",
    base = FileLoader,
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(EXTENSION)
)]
#[derive(Traverse)]
pub struct ExtensionFileLoader;

/// A loader of a class that derives from one or more of these: its memory is that of the one it was laid out for, and none has any fields.
fn make(cls: &Py<PyType>) -> Value {
    macro_rules! first_that_fits {
        ($($payload:ident)*) => {
            $( if cls.has_layout($payload::def()) {
                return new_object(cls, $payload).into_value();
            } )*
        };
    }
    first_that_fits!(SourceFileLoader SourceLoader FileLoader);
    first_that_fits!(SourcelessFileLoader ExtensionFileLoader LoaderBasics);
    // A class laid out for another of its bases, one written in Python.
    new_object(cls, crate::types::object_::PyBaseObject).into_value()
}

/// `_load_module_shim(self, fullname)`
pub fn load_module_shim(vm: &Vm, loader: &Value, fullname: &Value) -> PyResult<Value> {
    let message = "the load_module() method is deprecated and slated for removal in Python 3.12; use exec_module() instead";
    let place = &frames::LOAD_MODULE;
    warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
    let spec = spec::spec_from_loader(vm, fullname, loader, &Value::None, &Value::None)?;
    match super::util::module_get(vm, fullname)? {
        Some(module) => {
            spec::exec(vm, &spec, &module)?;
            super::util::module_get(vm, fullname)?.ok_or_else(|| vm.key_error(fullname))
        }
        None => {
            let _guard = lock::acquire(vm, fullname)?;
            spec::load_unlocked(vm, &spec)
        }
    }
}

/// Runs module code in a module's namespace.
pub fn exec_in_module(vm: &Vm, code: PyRef<PyCode>, module: &Value) -> PyResult<()> {
    let dict = match module.downcast_ref::<PyModule>() {
        Some(module) => module.dict(vm),
        None => match get(vm, module, "__dict__")?.downcast::<PyDict>() {
            Ok(dict) => dict,
            Err(_) => return Err(vm.type_error("exec() globals must be a dict")),
        },
    };
    exec_in_namespace(vm, code, dict)
}

/// Runs module code in a namespace.
pub fn exec_in_namespace(vm: &Vm, code: PyRef<PyCode>, dict: PyRef<PyDict>) -> PyResult<()> {
    if dict.get_str(&vm.names.__builtins__).is_none()
        && let Some(builtins) = vm.builtins.get()
    {
        dict.set_str(vm, &vm.names.__builtins__, builtins.into_value());
    }
    let tracked = &vm.heap.tracked;
    tracked
        .while_importing(|| eval::eval_code(vm, code, dict, None, None))
        .map(drop)
}

#[pymethods(table = BASICS)]
impl LoaderBasics {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }

    /// Concrete implementation of InspectLoader.is_package by checking if
    /// the path returned by get_filename has a filename of '__init__.py'.
    #[pymethod(sig = "is_package($self, fullname)", family = "def")]
    fn is_package(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let path = call_method(vm, zelf, "get_filename", std::slice::from_ref(fullname))?;
        let path = path_bytes(vm, &path)?;
        let (_, name) = pyc::path_split(&path);
        let base = match name.iter().rposition(|&byte| byte == b'.') {
            Some(dot) => &name[..dot],
            None => name,
        };
        let fullname = text(fullname);
        Ok(base == b"__init__" && super::util::rpartition(&fullname).1 != "__init__")
    }

    /// Use default semantics for module creation.
    #[pymethod(sig = "create_module($self, spec)", family = "def")]
    fn create_module(zelf: &Value, spec: &Value) {
        let _ = (zelf, spec);
    }

    /// Execute the module.
    #[pymethod(sig = "exec_module($self, module)", family = "def")]
    fn exec_module(zelf: &Value, vm: &Vm, module: &Value) -> PyResult<()> {
        let name = get(vm, module, "__name__")?;
        let code = if is_plain(vm, zelf) {
            get_code(vm, zelf, &name, true).map(PyRef::into_value)
        } else {
            call_method(vm, zelf, "get_code", std::slice::from_ref(&name))
        };
        match frames::leave(vm, &frames::EXEC_GETS_CODE, code)?.downcast::<PyCode>() {
            Ok(code) => {
                let ran = exec_in_module(vm, code, module);
                let ran = frames::leave(vm, &frames::REMOVED, ran);
                frames::leave(vm, &frames::EXEC_MODULE, ran)
            }
            Err(other) if other.is_none() => Err(vm.import_error(format!(
                "cannot load module {} when get_code() returns None",
                shown(vm, &name)
            ))),
            Err(other) => {
                let builtins = vm.builtins.get().map_or(Value::None, PyRef::into_value);
                let exec = mapping::get_item(vm, &builtins, &vm.new_str("exec"))?;
                let namespace = get(vm, module, "__dict__")?;
                crate::protocol::call::call_args(vm, &exec, &[other, namespace]).map(drop)
            }
        }
    }

    /// This method is deprecated.
    #[pymethod(sig = "load_module($self, fullname)", family = "def")]
    fn load_module(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        load_module_shim(vm, zelf, fullname)
    }
}

#[pymethods(table = SOURCE_NEW)]
impl SourceLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }
}

/// What `SourceLoader` and `SourceFileLoader` have in common.
#[pymethods(table = SOURCE)]
impl LoaderBasics {
    /// Optional method that returns the modification time (an int) for the
    /// specified path (a str).
    ///
    /// Raises OSError when the path cannot be handled.
    #[pymethod(sig = "path_mtime($self, path)", family = "def")]
    fn path_mtime(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let _ = (zelf, path);
        Err(vm.new_exception(ExcKind::OSError, Value::NULL))
    }

    /// Optional method returning a metadata dict for the specified
    /// path (a str).
    #[pymethod(name = "path_stats", sig = "path_stats($self, path)", family = "def")]
    fn source_path_stats(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let mtime = call_method(vm, zelf, "path_mtime", std::slice::from_ref(path))?;
        let dict = PyDict::new(vm);
        dict.set_str(vm, &vm.intern_static("mtime"), mtime);
        Ok(dict.into_value())
    }

    /// Optional method which writes data (bytes) to a file path (a str).
    #[pymethod(
        name = "_cache_bytecode",
        sig = "_cache_bytecode($self, source_path, cache_path, data)",
        family = "def"
    )]
    fn source_cache_bytecode(
        zelf: &Value,
        vm: &Vm,
        source_path: &Value,
        cache_path: &Value,
        data: &Value,
    ) -> PyResult<Value> {
        let _ = source_path;
        call_method(vm, zelf, "set_data", &[cache_path.clone(), data.clone()])
    }

    /// Optional method which writes data (bytes) to a file path (a str).
    #[pymethod(name = "set_data", sig = "set_data($self, path, data)", family = "def")]
    fn source_set_data(zelf: &Value, path: &Value, data: &Value) {
        let _ = (zelf, path, data);
    }

    /// Concrete implementation of InspectLoader.get_source.
    #[pymethod(sig = "get_source($self, fullname)", family = "def")]
    fn get_source(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let path = call_method(vm, zelf, "get_filename", std::slice::from_ref(fullname))?;
        let data = match call_method(vm, zelf, "get_data", std::slice::from_ref(&path)) {
            Err(error) if error.is(vm, ExcKind::OSError) => {
                let chained = import_error(
                    vm,
                    "source not available through get_data()".into(),
                    Some(fullname),
                    None,
                );
                set_context(chained.exception(), error.exception());
                chained.exception().set_cause(Some(error.into_value()));
                return Err(chained);
            }
            result => result?,
        };
        super::external::decode_source(vm, &data)
    }

    /// Return the code object compiled from source.
    ///
    /// The 'data' argument can be any object type that compile() supports.
    #[pymethod(
        sig = "source_to_code($self, data, path, *, _optimize=-1)",
        family = "def"
    )]
    fn source_to_code(
        zelf: &Value,
        vm: &Vm,
        data: &Value,
        path: &Value,
        _optimize: i32,
    ) -> PyResult<Value> {
        if !(-1..=2).contains(&_optimize) {
            return Err(vm.value_error("compile(): invalid optimize value"));
        }
        if is_plain(vm, zelf)
            && let Some(source) = data.downcast_exact::<PyBytes>(vm)
            && let Some(code) = written_code::compile(vm, zelf, source.as_slice(), path, _optimize)?
        {
            return Ok(code);
        }
        compile_value(vm, data, path, _optimize)
    }

    /// Concrete implementation of InspectLoader.get_code.
    ///
    /// Reading of bytecode requires path_stats to be implemented. To write
    /// bytecode, set_data must also be implemented.
    #[pymethod(name = "get_code", sig = "get_code($self, fullname)", family = "def")]
    fn source_get_code(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        Ok(if is_plain(vm, zelf) {
            get_code(vm, zelf, fullname, true)?.into_value()
        } else {
            super::slow_source::get_code(vm, zelf, fullname)?
        })
    }
}

/// `compile(data, path, 'exec', dont_inherit=True, optimize=…)`
pub fn compile_value(vm: &Vm, data: &Value, path: &Value, optimize: i32) -> PyResult<Value> {
    let (source, is_str) = match data.downcast_ref::<PyStr>() {
        Some(text) => (crate::protocol::fs::fs_encode(text), true),
        None => (crate::protocol::buffer::to_vec(vm, data)?, false),
    };
    let filename = match path.downcast_ref::<PyStr>() {
        Some(_) => path.clone(),
        None => fs_decode(vm, &path_bytes(vm, path)?).into_value(),
    };
    let request = CompileRequest {
        source: &source,
        is_str,
        filename: &filename,
        mode: "exec",
        flags: 0,
        optimize,
    };
    (vm.hooks.compile.get())(vm, &request)
}

/// Whether a loader is a `SourceFileLoader` none of whose steps was changed.
fn is_plain(vm: &Vm, loader: &Value) -> bool {
    loader.downcast_exact::<SourceFileLoader>(vm).is_some()
        && methods_are_ours(vm, loader.class(vm))
}

fn methods_are_ours(vm: &Vm, class: &Py<PyType>) -> bool {
    const STEPS: [&str; 7] = [
        "get_filename",
        "path_stats",
        "get_data",
        "source_to_code",
        "_cache_bytecode",
        "set_data",
        "get_code",
    ];
    STEPS.iter().all(|step| {
        lookup::type_lookup(vm, class, &vm.intern_static(step))
            .is_some_and(|found| found.is_exact(vm, &vm.types.method_descriptor))
    })
}

/// What is known of the source and its cache on the way through `get_code`.
struct Cached {
    source: Option<Vec<u8>>,
    hash_based: bool,
    check_source: bool,
}

/// The code of a module, not optimised whatever the options say, and without a line about it.
pub fn unoptimised_code(vm: &Vm, name: &str, file: &[u8]) -> PyResult<PyRef<PyCode>> {
    let (name, path) = (vm.intern_str(name).into_value(), fs_decode(vm, file));
    let loader = new_file_loader(vm, SourceFileLoader, &name, &path.into_value())?;
    let level = config(vm).verbose.replace(0);
    let code = get_code(vm, &loader, &name, false);
    config(vm).verbose.set(level);
    code
}

/// The code of a plain `SourceFileLoader`'s module; optimised only as far as that is wanted.
fn get_code(
    vm: &Vm,
    loader: &Value,
    fullname: &Value,
    may_optimise: bool,
) -> PyResult<PyRef<PyCode>> {
    check_name(vm, loader, fullname)?;
    let source_value = get(vm, loader, "path")?;
    let source_path = path_bytes(vm, &source_value)?;
    let host = vm.host();
    let mut optimization = pyc::default_optimization(vm);
    let mut level = -1;
    if !may_optimise {
        optimization.clear();
        level = 0;
    }
    let cache_path = match pyc::cache_from_source(vm, &source_path, &optimization) {
        Ok(path) => Some(path),
        Err(error) if error.is(vm, ExcKind::NotImplementedError) => None,
        Err(error) => return Err(error),
    };
    let mut known = Cached {
        source: None,
        hash_based: false,
        check_source: true,
    };
    let (mut mtime, mut mode) = (None, 0);
    if let Some(cache_path) = &cache_path
        && let Some(stat) =
            recent::take(vm, &source_path).or_else(|| host.stat(&source_path, true).ok())
    {
        mtime = Some(mtime_seconds(stat.mtime));
        mode = pyc::mode_for(&stat);
        if let Ok(data) = read_file(&*host, cache_path) {
            let path = fs_decode(vm, cache_path).into_value();
            let subject = Subject {
                name: fullname,
                path: &path,
            };
            let size = stat.size as u64;
            if accept(vm, &data, &source_path, mtime, size, &subject, &mut known)?
                && opinion::is_fresh(vm, &data, cache_path, stat.mtime, &subject)
            {
                verbose(vm, 1, || {
                    format!("{} matches {}", text(&path), text(&source_value))
                });
                let source_path = source_value.downcast_ref::<PyStr>();
                let body = opinion::body_to_check(vm, &data[HEADER_LEN..]);
                let data = Body::File(data, HEADER_LEN);
                let code = pyc::compile_bytecode(vm, data, &subject, source_path);
                match opinion::after_loading(vm, code, body, &source_value, &subject)? {
                    Some(code) => return Ok(code),
                    None => known.source = None,
                }
            }
        }
    }
    let source = match known.source.take() {
        Some(source) => source,
        None => {
            let read = read_source(vm, &source_path, &source_value);
            frames::leave(vm, &frames::GET_CODE_READS, read)?
        }
    };
    let compiled = compile_source_at(vm, &source, &source_value, level);
    let compiled = frames::leave(vm, &frames::REMOVED, compiled);
    let compiled = frames::leave(vm, &frames::SOURCE_TO_CODE, compiled);
    let (code, compiled) = frames::leave(vm, &frames::GET_CODE_COMPILES, compiled)?;
    verbose(vm, 1, || {
        format!("code object from {}", text(&source_value))
    });
    if let (Some(cache_path), Some(mtime), Some(compiled)) = (&cache_path, mtime, compiled)
        && !dont_write_bytecode(vm)?
    {
        let header = if known.hash_based {
            Header::hash(&source, known.check_source)
        } else {
            Header::timestamp(mtime, source.len() as u64)
        };
        let data = bytecode::marshal::dumps_pyc(&header, &compiled.code)
            .map_err(|error| vm.value_error(error.to_string()))?;
        pyc::set_data(vm, cache_path, &data, mode);
    }
    Ok(code)
}

/// `int(st_mtime)`, by way of the float that Python sees.
pub fn mtime_seconds(ns: i128) -> i64 {
    let (seconds, rest) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    (seconds as f64 + 1e-9 * rest as f64).trunc() as i64
}

pub(super) fn read_source(vm: &Vm, path: &[u8], value: &Value) -> PyResult<Vec<u8>> {
    let read = read_file(&*vm.host(), path).map_err(|errno| vm.os_error(errno, Some(value)));
    frames::leave(vm, &frames::GET_DATA, read)
}

/// `sys.dont_write_bytecode`
pub fn dont_write_bytecode(vm: &Vm) -> PyResult<bool> {
    match sys_get(vm, "dont_write_bytecode") {
        Some(value) => truth(vm, &value),
        None => Ok(false),
    }
}

/// Whether the header of a pyc matches the source; ImportError and EOFError mean no.
fn accept(
    vm: &Vm,
    data: &[u8],
    source_path: &[u8],
    mtime: Option<i64>,
    size: u64,
    subject: &Subject<'_>,
    known: &mut Cached,
) -> PyResult<bool> {
    let mut judge = || -> PyResult<()> {
        let header = pyc::classify_pyc(vm, data, subject)?;
        match header {
            Header::Hash { check_source, .. } => {
                known.hash_based = true;
                known.check_source = check_source;
                let mode = pyc::check_hash_based_pycs(vm)?;
                if mode != "never" && (check_source || mode == "always") {
                    let value = fs_decode(vm, source_path).into_value();
                    let source = read_source(vm, source_path, &value);
                    let source = frames::leave(vm, &frames::GET_CODE_HASHES, source)?;
                    let hash = bytecode::pyc::source_hash(&source);
                    known.source = Some(source);
                    pyc::validate_hash_pyc(vm, &header, &hash, subject)?;
                }
                Ok(())
            }
            Header::Timestamp { .. } => {
                let mtime = mtime.unwrap_or(-1);
                pyc::validate_timestamp_pyc(vm, &header, mtime, Some(size), subject)
            }
        }
    };
    match judge() {
        Ok(()) => Ok(true),
        Err(error) if error.is(vm, ExcKind::ImportError) || error.is(vm, ExcKind::EOFError) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// A source compiled: the live code object, and the compiler's, which marshals faster.
///
/// Errors and warnings are left to the compiler behind `compile()`, which knows how to raise and issue them.
pub fn compile_source(
    vm: &Vm,
    source: &[u8],
    path: &Value,
) -> PyResult<(PyRef<PyCode>, Option<compiler::Compiled>)> {
    compile_source_at(vm, source, path, -1)
}

/// The same at a level of optimisation; -1 for the interpreter's own.
pub fn compile_source_at(
    vm: &Vm,
    source: &[u8],
    path: &Value,
    optimize: i32,
) -> PyResult<(PyRef<PyCode>, Option<compiler::Compiled>)> {
    let filename = match path.downcast_ref::<PyStr>() {
        Some(path) => generalised_utf8(path),
        None => Vec::new(),
    };
    let options = compiler::CompileOptions {
        filename,
        optimize: pyc::level_of(vm, optimize),
        no_debug_ranges: config(vm).no_debug_ranges.get(),
        ..compiler::CompileOptions::default()
    };
    let compiled = compiler::compile(source, &options);
    let troubled = compiled
        .as_ref()
        .map_or(true, |compiled| !compiled.warnings.is_empty());
    if troubled {
        let value = compile_value(vm, &vm.new_bytes(source), path, optimize)?;
        if compiled.is_err() {
            return match value.downcast::<PyCode>() {
                Ok(code) => Ok((code, None)),
                Err(_) => Err(vm.type_error("compile() gave no code object")),
            };
        }
    }
    let compiled = compiled.map_err(|error| vm.system_error(format!("{error:?}")))?;
    let code = live_code::make_code(vm, &compiled.code, path.downcast_ref::<PyStr>())?;
    Ok((code, Some(compiled)))
}

/// Text as the compiler and marshal have it: UTF-8 that may have surrogates.
pub fn generalised_utf8(text: &Py<PyStr>) -> Vec<u8> {
    if let Some(ascii) = text.as_ascii() {
        return ascii.as_bytes().to_vec();
    }
    let mut bytes = Vec::with_capacity(text.len() * 2);
    for c in text.chars() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    bytes
}

/// `_check_name`: a file loader loads its own module only.
fn check_name(vm: &Vm, loader: &Value, name: &Value) -> PyResult<Value> {
    let own = get(vm, loader, "name")?;
    if name.is_none() || name.is_null() {
        return Ok(own);
    }
    if !own.is(name) && !compare::eq(vm, &own, name)? {
        let message = format!("loader for {} cannot handle {}", text(&own), text(name));
        return Err(import_error(vm, message, Some(name), None));
    }
    Ok(name.clone())
}

/// Gives the classes with two bases the second one.
pub fn set_bases(vm: &Vm) -> PyResult<()> {
    let (basics, file) = (LoaderBasics::class(vm), FileLoader::class(vm));
    let source = SourceLoader::class(vm);
    for (class, other) in [
        (SourceFileLoader::class(vm), source),
        (SourcelessFileLoader::class(vm), basics),
        (ExtensionFileLoader::class(vm), basics),
    ] {
        let bases = vm.new_tuple(vec![file.to_value(), other.to_value()]);
        crate::types::type_::bases::set_bases(vm, class, &bases)?;
    }
    Ok(())
}

#[pymethods(table = FILE_NEW)]
impl FileLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }
}

/// A loader of a native class with its two attributes.
pub fn new_file_loader<T: crate::object::Payload>(
    vm: &Vm,
    payload: T,
    name: &Value,
    path: &Value,
) -> PyResult<Value> {
    let loader = PyRef::new(vm, payload);
    for (key, value) in [("name", name), ("path", path)] {
        instance::set_own(vm, loader.object(), &vm.intern_static(key), value.clone());
    }
    Ok(loader.into_value())
}

/// What all file loaders have.
#[pymethods(table = FILE)]
impl LoaderBasics {
    #[pyslot(
        sig = "FileLoader(fullname, path)",
        family = "def",
        fname = "FileLoader.__init__"
    )]
    fn slot_init(zelf: &Value, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<()> {
        super::util::set(vm, zelf, "name", fullname.clone())?;
        super::util::set(vm, zelf, "path", path.clone())
    }

    #[pyslot]
    fn richcompare(zelf: &Value, vm: &Vm, other: &Value, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let equal = zelf.class(vm).is(other.class(vm))
            && compare::eq(
                vm,
                &get(vm, zelf, "__dict__")?,
                &get(vm, other, "__dict__")?,
            )?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn hash(zelf: &Value, vm: &Vm) -> PyResult<i64> {
        let name = hash::hash(vm, &get(vm, zelf, "name")?)?;
        Ok(name ^ hash::hash(vm, &get(vm, zelf, "path")?)?)
    }

    /// Load a module from a file.
    ///
    /// This method is deprecated.  Use exec_module() instead.
    #[pymethod(
        name = "load_module",
        sig = "load_module($self, fullname=None)",
        family = "def"
    )]
    fn file_load_module(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let name = check_name(vm, zelf, fullname)?;
        load_module_shim(vm, zelf, &name)
    }

    /// Return the path to the source file as found by the finder.
    #[pymethod(sig = "get_filename($self, fullname=None)", family = "def")]
    fn get_filename(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        check_name(vm, zelf, fullname)?;
        get(vm, zelf, "path")
    }

    /// Return the data from path as raw bytes.
    #[pymethod(sig = "get_data($self, path)", family = "def")]
    fn get_data(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let _ = zelf;
        let bytes = read_source(vm, &path_bytes(vm, path)?, path)?;
        Ok(vm.new_bytes(&bytes))
    }

    #[pymethod(sig = "get_resource_reader($self, module)", family = "def")]
    fn get_resource_reader(zelf: &Value, vm: &Vm, module: &Value) -> PyResult<Value> {
        check_name(vm, zelf, module)?;
        let readers = import_name::import_module(vm, "importlib.readers")?;
        call_method(vm, &readers, "FileReader", std::slice::from_ref(zelf))
    }
}

#[pymethods(table = SOURCE_FILE)]
impl SourceFileLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }

    /// Return the metadata for the path.
    #[pymethod(sig = "path_stats($self, path)", family = "def")]
    fn path_stats(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let _ = zelf;
        let stat = vm
            .host()
            .stat(&path_bytes(vm, path)?, true)
            .map_err(|errno| vm.os_error(errno, Some(path)))?;
        let (seconds, rest) = (
            stat.mtime.div_euclid(1_000_000_000),
            stat.mtime.rem_euclid(1_000_000_000),
        );
        let dict = PyDict::new(vm);
        let mtime = vm.new_float(seconds as f64 + 1e-9 * rest as f64);
        dict.set_str(vm, &vm.intern_static("mtime"), mtime);
        dict.set_str(vm, &vm.intern_static("size"), vm.new_int(stat.size));
        Ok(dict.into_value())
    }

    #[pymethod(
        sig = "_cache_bytecode($self, source_path, bytecode_path, data)",
        family = "def"
    )]
    fn _cache_bytecode(
        zelf: &Value,
        vm: &Vm,
        source_path: &Value,
        bytecode_path: &Value,
        data: &Value,
    ) -> PyResult<Value> {
        let mode = pyc::calc_mode(vm, &path_bytes(vm, source_path)?);
        let method = get(vm, zelf, "set_data")?;
        let name = vm.intern_static("_mode");
        crate::protocol::call::call_keywords(
            vm,
            &method,
            &[bytecode_path.clone(), data.clone()],
            &[(&name, vm.new_int(mode.into()))],
        )
    }

    /// Write bytes data to a file.
    #[pymethod(sig = "set_data($self, path, data, *, _mode=438)", family = "def")]
    fn set_data(zelf: &Value, vm: &Vm, path: &Value, data: &Value, _mode: u32) -> PyResult<()> {
        let _ = zelf;
        let data = crate::protocol::buffer::to_vec(vm, data)?;
        pyc::set_data(vm, &path_bytes(vm, path)?, &data, _mode);
        Ok(())
    }
}

#[pymethods(table = SOURCELESS)]
impl SourcelessFileLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }

    #[pymethod(sig = "get_code($self, fullname)", family = "def")]
    fn get_code(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let path = call_method(vm, zelf, "get_filename", std::slice::from_ref(fullname))?;
        let data = call_method(vm, zelf, "get_data", std::slice::from_ref(&path))?;
        let data = crate::protocol::buffer::to_vec(vm, &data)?;
        let subject = Subject {
            name: fullname,
            path: &path,
        };
        let header = pyc::classify_pyc(vm, &data, &subject);
        frames::leave(vm, &frames::SOURCELESS_CLASSIFIES, header)?;
        let code = pyc::compile_bytecode(vm, Body::File(data, HEADER_LEN), &subject, None);
        frames::leave(vm, &frames::SOURCELESS_LOADS, code).map(PyRef::into_value)
    }

    /// Return None as there is no source code.
    #[pymethod(sig = "get_source($self, fullname)", family = "def")]
    fn get_source(zelf: &Value, fullname: &Value) {
        let _ = (zelf, fullname);
    }
}

#[pymethods(table = EXTENSION)]
impl ExtensionFileLoader {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        make(cls)
    }

    #[pymethod(sig = "create_module($self, spec)", family = "def")]
    fn create_module(zelf: &Value, vm: &Vm, spec: &Value) -> PyResult<Value> {
        let (name, path) = (get(vm, spec, "name")?, get(vm, zelf, "path")?);
        let message = format!(
            "cannot load {}: pyrs does not load extension modules made for CPython ({})",
            shown(vm, &name),
            text(&path)
        );
        Err(import_error(vm, message, Some(&name), Some(&path)))
    }

    #[pymethod(sig = "exec_module($self, module)", family = "def")]
    fn exec_module(zelf: &Value, module: &Value) {
        let _ = (zelf, module);
    }

    /// Return True if the extension module is a package.
    #[pymethod(sig = "is_package($self, fullname)", family = "def")]
    fn is_package(zelf: &Value, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let _ = fullname;
        let path = path_bytes(vm, &get(vm, zelf, "path")?)?;
        let (_, name) = pyc::path_split(&path);
        Ok(name.starts_with(b"__init__."))
    }

    /// Return None as an extension module cannot create a code object.
    #[pymethod(sig = "get_code($self, fullname)", family = "def")]
    fn get_code(zelf: &Value, fullname: &Value) {
        let _ = (zelf, fullname);
    }

    /// Return None as extension modules have no source code.
    #[pymethod(sig = "get_source($self, fullname)", family = "def")]
    fn get_source(zelf: &Value, fullname: &Value) {
        let _ = (zelf, fullname);
    }
}

/// Whether a value has an attribute (for loaders given by programs).
pub fn has(vm: &Vm, object: &Value, name: &'static str) -> PyResult<bool> {
    Ok(get_opt(vm, object, name)?.is_some())
}
