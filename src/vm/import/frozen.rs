//! Frozen modules and `FrozenImporter`.
//!
//! CPython keeps the code of modules that it needs early, and of some that its tests need, in the executable. Here they come from the embedded
//! library, which is there even when another library is used. The modules of CPython's table are known under its names. When a library is
//! installed, those of the standard library look frozen but have the code of the files there (cached as that of all others): it is that
//! library which is to run.
//!
//! CPython 3.11: `FrozenImporter` in `Lib/importlib/_bootstrap.py`; `find_frozen`, `use_frozen` in `Python/import.c`, `Python/frozen.c`.

use super::embedded::{self, EmbeddedModule};
use super::util::{
    call_method, config, get, get_opt, import_error, module_get, set, shown, sys_get, text, truth,
    warn_here,
};
use super::{frames, loaders, pyc, spec, unmarshal};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyRef, PyType, Value};
use crate::protocol::compare;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::module::PyModule;
use crate::types::namespace::PyNamespace;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

/// When a module of the table counts as frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Always.
    Essential,
    /// Unless frozen modules are switched off. With an installed library its code is that of the file there.
    Standard,
    /// While `sys.path` is not filled yet, with the embedded library: CPython has it in a file, and finds it there.
    Early,
    /// Unless frozen modules are switched off.
    Test,
}

/// A row of the table.
pub struct Frozen {
    name: &'static str,
    /// The module it was made from; `<package` for the `__init__` of a package.
    origin: Option<&'static str>,
    is_package: bool,
    /// The module of the embedded library whose code it is.
    source: &'static str,
    kind: Kind,
}

const fn row(name: &'static str, kind: Kind) -> Frozen {
    Frozen {
        name,
        origin: Some(name),
        is_package: false,
        source: name,
        kind,
    }
}

const fn alias(name: &'static str, source: &'static str, kind: Kind) -> Frozen {
    Frozen {
        origin: Some(source),
        source,
        ..row(name, kind)
    }
}

const fn package(name: &'static str, kind: Kind) -> Frozen {
    Frozen {
        is_package: true,
        ..row(name, kind)
    }
}

const fn init(name: &'static str, origin: &'static str, source: &'static str) -> Frozen {
    Frozen {
        origin: Some(origin),
        source,
        ..row(name, Kind::Test)
    }
}

/// `_PyImport_FrozenBootstrap`, `_PyImport_FrozenStdlib`, `_PyImport_FrozenTest`.
static TABLE: &[Frozen] = &[
    alias("_frozen_importlib", "importlib._bootstrap", Kind::Essential),
    alias(
        "_frozen_importlib_external",
        "importlib._bootstrap_external",
        Kind::Essential,
    ),
    row("zipimport", Kind::Essential),
    row("abc", Kind::Standard),
    row("codecs", Kind::Standard),
    row("io", Kind::Standard),
    row("_collections_abc", Kind::Standard),
    row("_sitebuiltins", Kind::Standard),
    row("genericpath", Kind::Standard),
    row("ntpath", Kind::Standard),
    row("posixpath", Kind::Standard),
    alias("os.path", "posixpath", Kind::Standard),
    row("os", Kind::Standard),
    row("site", Kind::Standard),
    row("stat", Kind::Standard),
    row("importlib.util", Kind::Standard),
    row("importlib.machinery", Kind::Standard),
    row("runpy", Kind::Standard),
    package("importlib", Kind::Early),
    row("importlib._abc", Kind::Early),
    row("__hello__", Kind::Test),
    alias("__hello_alias__", "__hello__", Kind::Test),
    Frozen {
        is_package: true,
        ..alias("__phello_alias__", "__hello__", Kind::Test)
    },
    alias("__phello_alias__.spam", "__hello__", Kind::Test),
    package("__phello__", Kind::Test),
    init("__phello__.__init__", "<__phello__", "__phello__"),
    package("__phello__.ham", Kind::Test),
    init(
        "__phello__.ham.__init__",
        "<__phello__.ham",
        "__phello__.ham",
    ),
    row("__phello__.ham.eggs", Kind::Test),
    row("__phello__.spam", Kind::Test),
    Frozen {
        origin: None,
        ..alias("__hello_only__", "__hello__", Kind::Test)
    },
];

/// `_imp._override_frozen_modules_for_tests`: above 0 frozen modules are on, below off.
#[derive(Default)]
pub struct Override(pub Cell<i64>);

fn is_on(vm: &Vm, kind: Kind) -> bool {
    match kind {
        Kind::Essential => return true,
        Kind::Early => return embedded::is_used(vm) && !has_path(vm),
        _ => {}
    }
    match vm.state.get::<Override>().0.get() {
        0 => {}
        wish => return wish > 0,
    }
    config(vm).frozen_modules.get() != Some(false)
}

/// Whether `sys.path` has been filled.
fn has_path(vm: &Vm) -> bool {
    let path = sys_get(vm, "path");
    path.as_ref()
        .and_then(|path| path.downcast_ref::<PyList>())
        .is_some_and(|path| path.len() > 0)
}

/// The row of a name that counts as frozen now.
pub fn find(vm: &Vm, name: &str) -> Option<&'static Frozen> {
    let row = TABLE.iter().find(|row| row.name == name)?;
    if !is_on(vm, row.kind) {
        return None;
    }
    let is_there = match file_of(vm, row) {
        Some(file) => vm.host().stat(&file, true).is_ok(),
        None => module_of(vm, row).is_some(),
    };
    is_there.then_some(row)
}

/// The file of a module of the standard library, when a library is installed.
fn file_of(vm: &Vm, row: &Frozen) -> Option<Vec<u8>> {
    if row.kind != Kind::Standard && row.name != "zipimport" {
        return None;
    }
    let mut file = config(vm).stdlib_dir.borrow().clone()?;
    file.push(b'/');
    file.extend(row.source.replace('.', "/").bytes());
    file.extend(b".py");
    Some(file)
}

fn module_of(vm: &Vm, row: &Frozen) -> Option<EmbeddedModule> {
    embedded::library(vm)?.find(row.source)
}

/// The row of a name, or the error for it.
pub fn require(vm: &Vm, name: &Value) -> PyResult<&'static Frozen> {
    find(vm, &text(name)).ok_or_else(|| no_such(vm, name))
}

fn no_such(vm: &Vm, name: &Value) -> PyErr {
    let message = format!("No such frozen object named {}", shown(vm, name));
    import_error(vm, message, Some(name), None)
}

/// Names of the frozen modules (`_imp._frozen_module_names`).
pub fn names(vm: &Vm) -> Value {
    let rows = TABLE.iter().filter(|row| row.kind != Kind::Early);
    vm.new_list(rows.map(|row| vm.new_str(row.name)).collect())
}

impl Frozen {
    /// Whether it is a package.
    pub fn is_package(&self) -> bool {
        self.is_package
    }

    /// Whether its code is that of a file of the installed library.
    pub fn has_file(&self, vm: &Vm) -> bool {
        file_of(vm, self).is_some()
    }

    /// The name of the module it was made from, or None.
    pub fn origin(&self, vm: &Vm) -> Value {
        match self.origin {
            Some(origin) => vm.intern_str(origin).into_value(),
            None => Value::None,
        }
    }

    /// The code object.
    pub fn code(&self, vm: &Vm) -> PyResult<PyRef<PyCode>> {
        // CPython's frozen modules were compiled when it was built, without optimisation.
        let code = match file_of(vm, self) {
            Some(file) => loaders::unoptimised_code(vm, self.source, &file)?,
            None => {
                let Some(module) = module_of(vm, self) else {
                    return Err(no_such(vm, &vm.new_str(self.name)));
                };
                if self.kind == Kind::Early {
                    return embedded::code(vm, &module);
                }
                embedded::code_at(vm, &module, 0)?
            }
        };
        self.name_code(vm, &code);
        Ok(code)
    }

    fn name_code(&self, vm: &Vm, code: &Py<PyCode>) {
        let file = vm.intern_str(&format!("<frozen {}>", self.source));
        pyc::fix_co_filename(code, &file);
    }
}

/// The code in a marshal stream that was given for a frozen module (`_imp.get_frozen_object(name, data)`).
pub fn code_of_data(vm: &Vm, name: &Value, data: &[u8]) -> PyResult<Value> {
    match unmarshal::loads(vm, data) {
        Ok(code) if code.downcast_ref::<PyCode>().is_some() => Ok(code),
        Ok(_) => Err(vm.type_error(format!(
            "frozen object {} is not a code object",
            shown(vm, name)
        ))),
        Err(_) => {
            let message = format!("Frozen object named {} is invalid", shown(vm, name));
            Err(import_error(vm, message, Some(name), None))
        }
    }
}

/// Makes and runs a frozen module without its importer; None when there is none (`_imp.init_frozen`).
pub fn init_frozen(vm: &Vm, name: &Value) -> PyResult<Value> {
    let Some(row) = find(vm, &text(name)) else {
        return Ok(Value::None);
    };
    let code = row.code(vm)?;
    let modules = super::util::modules(vm)?;
    let module = match module_get(vm, name)? {
        Some(module) if module.downcast_ref::<PyModule>().is_some() => module,
        _ => {
            let module = spec::new_module(vm, name);
            modules.set(vm, name.clone(), module.clone())?;
            module
        }
    };
    if row.is_package {
        set(vm, &module, "__path__", vm.new_list(Vec::new()))?;
    }
    loaders::exec_in_module(vm, code, &module)?;
    set(vm, &module, "__origname__", row.origin(vm))?;
    module_get(vm, name)?.ok_or_else(|| vm.key_error(name))
}

/// Meta path import for frozen modules.
///
/// All methods are either class or static methods to avoid the need to
/// instantiate the class.
#[pytype(
    name = "_frozen_importlib.FrozenImporter",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(FROZEN)
)]
#[derive(Traverse)]
pub struct FrozenImporter;

fn require_frozen(vm: &Vm, name: &Value) -> PyResult<&'static Frozen> {
    find(vm, &text(name)).ok_or_else(|| {
        let message = format!("{} is not a frozen module", shown(vm, name));
        import_error(vm, message, Some(name), None)
    })
}

/// `FrozenImporter._resolve_filename`: the file a frozen module was made from, and its folder when it is a package.
fn resolve_filename(
    vm: &Vm,
    origin: &Value,
    name: &Value,
    is_package: bool,
) -> Option<(String, Option<String>)> {
    let library = match sys_get(vm, "_stdlib_dir") {
        Some(folder) if !text(&folder).is_empty() => text(&folder),
        _ if embedded::is_used(vm) => String::from(embedded::ROOT),
        _ => return None,
    };
    let origin = text(origin);
    let (mut source, mut is_package) = (origin.clone(), is_package);
    if origin.is_empty() {
        return None;
    }
    if name.is_none() || origin != text(name) {
        match origin.strip_prefix('<') {
            Some(package) if is_package => source = package.to_string(),
            Some(package) => source = format!("{package}.__init__"),
            None => is_package = false,
        }
    }
    let path = format!("{library}/{}", source.replace('.', "/"));
    Some(if is_package {
        (format!("{path}/__init__.py"), Some(path))
    } else {
        (format!("{path}.py"), None)
    })
}

fn loader_state(vm: &Vm, filename: Option<&str>, origin: &Value) -> Value {
    let attributes = PyDict::new(vm);
    let filename = filename.map_or(Value::None, |filename| vm.new_str(filename));
    attributes.set_str(vm, &vm.intern_static("filename"), filename);
    attributes.set_str(vm, &vm.intern_static("origname"), origin.clone());
    PyNamespace::new(vm, attributes).into_value()
}

/// `FrozenImporter._fix_up_module` for a module that was made without its spec's state.
fn fix_up_module(vm: &Vm, module: &Value) -> PyResult<()> {
    let spec = get(vm, module, "__spec__")?;
    if !get(vm, &spec, "loader_state")?.is_none() {
        return Ok(());
    }
    let origin = match get(vm, module, "__dict__")?.downcast_ref::<PyDict>() {
        Some(dict) => dict.pop(vm, &vm.new_str("__origname__"))?,
        None => None,
    };
    let Some(origin) = origin.filter(|origin| !text(origin).is_empty()) else {
        let message = vm.new_str("see PyImport_ImportFrozenModuleObject()");
        return Err(vm.new_exception(ExcKind::AssertionError, message));
    };
    let is_package = get_opt(vm, module, "__path__")?.is_some();
    let name = get(vm, &spec, "name")?;
    let found = resolve_filename(vm, &origin, &name, is_package);
    let (filename, folder) = found.map_or((None, None), |(file, folder)| (Some(file), folder));
    let state = loader_state(vm, filename.as_deref(), &origin);
    set(vm, &spec, "loader_state", state)?;
    let locations = get(vm, &spec, "submodule_search_locations")?;
    if is_package && let (Some(folder), Some(list)) = (folder, locations.downcast_ref::<PyList>()) {
        list.insert(vm, 0, vm.new_str(&folder))?;
    }
    if let Some(filename) = filename {
        match set(vm, module, "__file__", vm.new_str(&filename)) {
            Err(error) if error.is(vm, ExcKind::AttributeError) => {}
            result => result?,
        }
    }
    if is_package {
        let path = get(vm, module, "__path__")?;
        if !compare::eq(vm, &path, &locations)? {
            call_method(vm, &path, "extend", &[locations])?;
        }
    }
    Ok(())
}

#[pymethods(table = FROZEN)]
impl FrozenImporter {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, FrozenImporter).into_value()
    }

    #[pyconst]
    const _ORIGIN: &'static str = "frozen";

    #[pyconst]
    const _SEP: &'static str = "/";

    /// Return repr for the module.
    ///
    /// The method is deprecated.  The import machinery does the job itself.
    #[pystaticmethod(sig = "module_repr(m)", family = "def")]
    fn module_repr(vm: &Vm, m: &Value) -> PyResult<String> {
        let message =
            "FrozenImporter.module_repr() is deprecated and slated for removal in Python 3.12";
        let place = &frames::FROZEN_REPR;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        let name = shown(vm, &get(vm, m, "__name__")?);
        Ok(format!("<module {name} (frozen)>"))
    }

    #[pyclassmethod(sig = "_fix_up_module($type, module)", family = "def")]
    fn _fix_up_module(cls: &Py<PyType>, vm: &Vm, module: &Value) -> PyResult<()> {
        let _ = cls;
        fix_up_module(vm, module)
    }

    #[pyclassmethod(
        sig = "_resolve_filename($type, fullname, alias=None, ispkg=False)",
        family = "def"
    )]
    fn _resolve_filename(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        alias: &Value,
        ispkg: bool,
    ) -> (Value, Value) {
        let _ = cls;
        let value = |text: Option<String>| text.map_or(Value::None, |text| vm.new_str(&text));
        match resolve_filename(vm, fullname, alias, ispkg) {
            Some((file, folder)) => (value(Some(file)), value(folder)),
            None => (Value::None, Value::None),
        }
    }

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
        let _ = (path, target);
        let Some(row) = find(vm, &text(fullname)) else {
            return Ok(Value::None);
        };
        let origin = row.origin(vm);
        let found = resolve_filename(vm, &origin, fullname, row.is_package);
        let (filename, folder) = found.map_or((None, None), |(file, folder)| (Some(file), folder));
        let locations = if row.is_package {
            vm.new_list(folder.iter().map(|folder| vm.new_str(folder)).collect())
        } else {
            Value::None
        };
        let frozen = vm.new_str("frozen");
        let result = spec::new_spec(vm, fullname, &cls.as_value(), &frozen, locations)?;
        let state = loader_state(vm, filename.as_deref(), &origin);
        spec::set_plain(vm, &result, "loader_state", state);
        Ok(result)
    }

    /// Find a frozen module.
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pyclassmethod(sig = "find_module($type, fullname, path=None)", family = "def")]
    fn find_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<Value> {
        let _ = path;
        let message = "FrozenImporter.find_module() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
        let place = &frames::FROZEN_FIND_MODULE;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        Ok(match find(vm, &text(fullname)) {
            Some(_) => cls.to_value(),
            None => Value::None,
        })
    }

    /// Set __file__, if able.
    #[pystaticmethod(sig = "create_module(spec)", family = "def")]
    fn create_module(vm: &Vm, spec: &Value) -> PyResult<Value> {
        let module = spec::new_module(vm, &get(vm, spec, "name")?);
        let state = get(vm, spec, "loader_state")?;
        if let Some(filename) = get_opt(vm, &state, "filename")?
            && truth(vm, &filename)?
        {
            set(vm, &module, "__file__", filename)?;
        }
        Ok(module)
    }

    #[pystaticmethod(sig = "exec_module(module)", family = "def")]
    fn exec_module(vm: &Vm, module: &Value) -> PyResult<()> {
        let name = get(vm, &get(vm, module, "__spec__")?, "name")?;
        let code = require(vm, &name)?.code(vm)?;
        loaders::exec_in_module(vm, code, module)
    }

    /// Load a frozen module.
    ///
    /// This method is deprecated.  Use exec_module() instead.
    #[pyclassmethod(sig = "load_module($type, fullname)", family = "def")]
    fn load_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let module = loaders::load_module_shim(vm, &cls.as_value(), fullname)?;
        let row = require(vm, fullname)?;
        set(vm, &module, "__origname__", row.origin(vm))?;
        if let Some(dict) = get(vm, &module, "__dict__")?.downcast_ref::<PyDict>() {
            drop(dict.pop(vm, &vm.new_str("__file__"))?);
        }
        if row.is_package {
            set(vm, &module, "__path__", vm.new_list(Vec::new()))?;
        }
        call_method(
            vm,
            &cls.to_value(),
            "_fix_up_module",
            std::slice::from_ref(&module),
        )?;
        Ok(module)
    }

    /// Return the code object for the frozen module.
    #[pyclassmethod(sig = "get_code($type, fullname)", family = "def")]
    fn get_code(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = cls;
        Ok(require_frozen(vm, fullname)?.code(vm)?.into_value())
    }

    /// Return None as frozen modules do not have source code.
    #[pyclassmethod(sig = "get_source($type, fullname)", family = "def")]
    fn get_source(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = cls;
        let row = require_frozen(vm, fullname)?;
        // The file that the module names is found nowhere else.
        match module_of(vm, row) {
            Some(module) if row.kind != Kind::Test && embedded::is_used(vm) => {
                embedded::source(vm, &module)
            }
            _ => Ok(Value::None),
        }
    }

    /// Return True if the frozen module is a package.
    #[pyclassmethod(sig = "is_package($type, fullname)", family = "def")]
    fn is_package(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let _ = cls;
        Ok(require_frozen(vm, fullname)?.is_package)
    }
}
