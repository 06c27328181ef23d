//! `BuiltinImporter`.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap.py`.

use super::util::{call_method, get, import_error, shown, text, warn_here};
use super::{frames, loaders, natives, spec};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyType, Value};
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

/// Imports a builtin module, whatever `sys.meta_path` says (`_builtin_from_name`).
pub fn load(vm: &Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern_str(name).into_value();
    if let Some(known) = super::util::module_get(vm, &name)? {
        return Ok(known);
    }
    let class = BuiltinImporter::class(vm).to_value();
    let spec = spec::new_spec(vm, &name, &class, &vm.new_str("built-in"), Value::None)?;
    spec::load_unlocked(vm, &spec)
}

#[pymethods(table = BUILTIN)]
impl BuiltinImporter {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, BuiltinImporter).into_value()
    }

    #[pyconst]
    const _ORIGIN: &'static str = "built-in";

    /// Return repr for the module.
    ///
    /// The method is deprecated.  The import machinery does the job itself.
    #[pystaticmethod(sig = "module_repr(module)", family = "def")]
    fn module_repr(vm: &Vm, module: &Value) -> PyResult<String> {
        let message =
            "BuiltinImporter.module_repr() is deprecated and slated for removal in Python 3.12";
        let place = &frames::BUILTIN_REPR;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
        let name = shown(vm, &get(vm, module, "__name__")?);
        Ok(format!("<module {name} (built-in)>"))
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
        let message = "BuiltinImporter.find_module() is deprecated and slated for removal in Python 3.12; use find_spec() instead";
        let place = &frames::BUILTIN_FIND_MODULE;
        warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
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
