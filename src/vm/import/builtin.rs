//! `BuiltinImporter` and `FrozenImporter`.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap.py`, `Python/frozen.c`.

use super::util::{call_method, get, import_error, set, shown, text};
use super::{embedded, loaders, natives, spec};
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Py, PyType, Value};
use derive::{Traverse, pymethods, pytype};

/// Meta path import for built-in modules.
///
/// All methods are either class or static methods to avoid the need to
/// instantiate the class.
#[pytype(
    name = "_frozen_importlib.BuiltinImporter",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE),
    tables(BUILTIN)
)]
#[derive(Traverse)]
pub struct BuiltinImporter;

/// Whether there is a native module of this name (`_imp.is_builtin`).
pub fn is_builtin(vm: &Vm, name: &str) -> PyResult<bool> {
    Ok((natives(vm)?.find)(vm, name).is_some())
}

fn require_builtin(vm: &Vm, name: &Value) -> PyResult<()> {
    if is_builtin(vm, &text(name))? {
        return Ok(());
    }
    let message = format!("{} is not a built-in module", shown(vm, name));
    Err(import_error(vm, message, Some(name), None))
}

/// `_imp.create_builtin(spec)`
pub fn create_builtin(vm: &Vm, spec: &Value) -> PyResult<Value> {
    let name = get(vm, spec, "name")?;
    require_builtin(vm, &name)?;
    // Modules that exist from the start are not made twice.
    let key = text(&name);
    if (key == "sys" || key == "builtins")
        && let Some(known) = super::util::module_get(vm, &name)?
    {
        return Ok(known);
    }
    let natives = natives(vm)?;
    match (natives.find)(vm, &key) {
        Some(def) => Ok((natives.create)(vm, def).into_value()),
        None => Ok(Value::None),
    }
}

#[pymethods(table = BUILTIN)]
impl BuiltinImporter {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, BuiltinImporter).into_value()
    }

    #[pyconst]
    const _ORIGIN: &'static str = "built-in";

    #[pystaticmethod(sig = "module_repr(module)", family = "def")]
    fn module_repr(vm: &Vm, module: &Value) -> PyResult<String> {
        let name = shown(vm, &get(vm, module, "__name__")?);
        Ok(format!("<module {name} (built-in)>"))
    }

    #[pyclassmethod(
        sig = "find_spec($type, fullname, path=None, target=None)",
        family = "def"
    )]
    fn find_spec(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        path: &Value,
        target: &Value,
    ) -> PyResult<Value> {
        let _ = (path, target);
        if !is_builtin(vm, &text(fullname))? {
            return Ok(Value::None);
        }
        spec::new_spec(
            vm,
            fullname,
            &cls.as_value(),
            &vm.new_str("built-in"),
            Value::None,
        )
    }

    /// Find the built-in module.
    ///
    /// If 'path' is ever specified then the search is considered a failure.
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pyclassmethod(sig = "find_module($type, fullname, path=None)", family = "def")]
    fn find_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value, path: &Value) -> PyResult<Value> {
        let class = cls.to_value();
        let found = call_method(vm, &class, "find_spec", &[fullname.clone(), path.clone()])?;
        if found.is_none() {
            Ok(found)
        } else {
            get(vm, &found, "loader")
        }
    }

    /// Create a built-in module
    #[pystaticmethod(sig = "create_module(spec)", family = "def")]
    fn create_module(vm: &Vm, spec: &Value) -> PyResult<Value> {
        create_builtin(vm, spec)
    }

    /// Exec a built-in module
    #[pystaticmethod(sig = "exec_module(module)", family = "def")]
    fn exec_module(vm: &Vm, module: &Value) -> PyResult<()> {
        let name = text(&get(vm, module, "__name__")?);
        if name == "sys" || name == "builtins" {
            return Ok(());
        }
        (natives(vm)?.execute)(vm, module)
    }

    /// Return None as built-in modules do not have code objects.
    #[pyclassmethod(sig = "get_code($type, fullname)", family = "def")]
    fn get_code(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<()> {
        let _ = cls;
        require_builtin(vm, fullname)
    }

    /// Return None as built-in modules do not have source code.
    #[pyclassmethod(sig = "get_source($type, fullname)", family = "def")]
    fn get_source(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<()> {
        let _ = cls;
        require_builtin(vm, fullname)
    }

    /// Return False as built-in modules are never packages.
    #[pyclassmethod(sig = "is_package($type, fullname)", family = "def")]
    fn is_package(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let _ = cls;
        require_builtin(vm, fullname)?;
        Ok(false)
    }

    /// Load the specified module into sys.modules and return it.
    ///
    /// This method is deprecated.  Use loader.exec_module() instead.
    #[pyclassmethod(sig = "load_module($type, fullname)", family = "def")]
    fn load_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        loaders::load_module_shim(vm, &cls.as_value(), fullname)
    }
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

/// Modules that are needed before `sys.path` is known, and so are not looked up on it.
pub const FROZEN_NAMES: &[&str] = &[
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib",
    "importlib._abc",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];

/// The embedded module behind a frozen name, unless an installed library is used.
fn frozen(vm: &Vm, name: &str) -> Option<embedded::EmbeddedModule> {
    if !FROZEN_NAMES.contains(&name) || !embedded::is_used(vm) {
        return None;
    }
    embedded::library(vm)?.find(name)
}

fn require_frozen(vm: &Vm, name: &Value) -> PyResult<embedded::EmbeddedModule> {
    frozen(vm, &text(name)).ok_or_else(|| {
        let message = format!("{} is not a frozen module", shown(vm, name));
        import_error(vm, message, Some(name), None)
    })
}

#[pymethods(table = FROZEN)]
impl FrozenImporter {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, FrozenImporter).into_value()
    }

    #[pyconst]
    const _ORIGIN: &'static str = "frozen";

    #[pystaticmethod(sig = "module_repr(m)", family = "def")]
    fn module_repr(vm: &Vm, m: &Value) -> PyResult<String> {
        let name = shown(vm, &get(vm, m, "__name__")?);
        Ok(format!("<module {name} (frozen)>"))
    }

    #[pyclassmethod(
        sig = "find_spec($type, fullname, path=None, target=None)",
        family = "def"
    )]
    fn find_spec(
        cls: &Py<PyType>,
        vm: &Vm,
        fullname: &Value,
        path: &Value,
        target: &Value,
    ) -> PyResult<Value> {
        let _ = (path, target);
        let Some(module) = frozen(vm, &text(fullname)) else {
            return Ok(Value::None);
        };
        let locations = if module.is_package {
            let (folder, _) = module.path.rsplit_once('/').unwrap_or(("", ""));
            vm.new_list(vec![vm.new_str(&embedded::absolute(folder))])
        } else {
            Value::None
        };
        spec::new_spec(
            vm,
            fullname,
            &cls.as_value(),
            &vm.new_str("frozen"),
            locations,
        )
    }

    /// Find a frozen module.
    ///
    /// This method is deprecated.  Use find_spec() instead.
    #[pyclassmethod(sig = "find_module($type, fullname, path=None)", family = "def")]
    fn find_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value, path: &Value) -> Value {
        let _ = path;
        if frozen(vm, &text(fullname)).is_some() {
            cls.to_value()
        } else {
            Value::None
        }
    }

    /// Set __file__, if able.
    #[pystaticmethod(sig = "create_module(spec)", family = "def")]
    fn create_module(vm: &Vm, spec: &Value) -> PyResult<Value> {
        let name = get(vm, spec, "name")?;
        let module = spec::new_module(vm, &name);
        if let Some(known) = frozen(vm, &text(&name)) {
            let file = vm.new_str(&embedded::absolute(&known.path));
            set(vm, &module, "__file__", file)?;
        }
        Ok(module)
    }

    #[pystaticmethod(sig = "exec_module(module)", family = "def")]
    fn exec_module(vm: &Vm, module: &Value) -> PyResult<()> {
        let name = get(vm, &get(vm, module, "__spec__")?, "name")?;
        let known = require_frozen(vm, &name)?;
        loaders::exec_in_module(vm, embedded::code(vm, &known)?, module)
    }

    /// Load a frozen module.
    ///
    /// This method is deprecated.  Use exec_module() instead.
    #[pyclassmethod(sig = "load_module($type, fullname)", family = "def")]
    fn load_module(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        loaders::load_module_shim(vm, &cls.as_value(), fullname)
    }

    /// Return the code object for the frozen module.
    #[pyclassmethod(sig = "get_code($type, fullname)", family = "def")]
    fn get_code(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = cls;
        let known = require_frozen(vm, fullname)?;
        Ok(embedded::code(vm, &known)?.into_value())
    }

    /// Return the source, which is carried along.
    #[pyclassmethod(sig = "get_source($type, fullname)", family = "def")]
    fn get_source(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<Value> {
        let _ = cls;
        let known = require_frozen(vm, fullname)?;
        embedded::source(vm, &known)
    }

    /// Return True if the frozen module is a package.
    #[pyclassmethod(sig = "is_package($type, fullname)", family = "def")]
    fn is_package(cls: &Py<PyType>, vm: &Vm, fullname: &Value) -> PyResult<bool> {
        let _ = cls;
        Ok(require_frozen(vm, fullname)?.is_package)
    }
}

/// Whether a frozen module of this name exists (`_imp.is_frozen`).
pub fn is_frozen(vm: &Vm, name: &str) -> bool {
    frozen(vm, name).is_some()
}
