//! `_imp`: what importlib asks of the interpreter.
//!
//! CPython 3.11: `Python/import.c`.

/// The module.
#[derive::pymodule(name = "_imp")]
pub mod module {
    //! (Extremely) low-level import machinery bits as used by importlib.
    use crate::context::{PyResult, Vm};
    use crate::import::util::{config, get, import_error, shown};
    use crate::import::{builtin, external, frozen, natives, pyc};
    use crate::object::{Py, Value};
    use crate::protocol::buffer::to_vec;
    use crate::types::code::PyCode;
    use crate::types::memoryview::PyMemoryView;
    use crate::types::str::value::PyStr;

    /// Return True if the import lock is currently held, else False.
    ///
    /// On platforms without threads, return False.
    #[pyfunction(sig = "lock_held($module, /)")]
    fn lock_held(vm: &Vm) -> bool {
        crate::import::lock::is_held(vm)
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[pyfunction(sig = "acquire_lock($module, /)")]
    fn acquire_lock(vm: &Vm) -> PyResult<()> {
        crate::import::lock::acquire_global(vm)
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[pyfunction(sig = "release_lock($module, /)")]
    fn release_lock(vm: &Vm) -> PyResult<()> {
        if crate::import::lock::release_global(vm) {
            Ok(())
        } else {
            Err(vm.runtime_error("not holding the import lock"))
        }
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[pyfunction(sig = "extension_suffixes($module, /)")]
    fn extension_suffixes(vm: &Vm) -> Value {
        let suffixes = external::EXTENSION_SUFFIXES;
        vm.new_list(suffixes.iter().map(|suffix| vm.new_str(suffix)).collect())
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[pyfunction(sig = "is_builtin($module, name, /)")]
    fn is_builtin(vm: &Vm, name: &Py<PyStr>) -> PyResult<i64> {
        let name = name.to_string_lossy();
        if name == "sys" || name == "builtins" {
            return Ok(-1);
        }
        Ok(builtin::is_builtin(vm, &name)?.into())
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[pyfunction(sig = "is_frozen($module, name, /)")]
    fn is_frozen(vm: &Vm, name: &Py<PyStr>) -> bool {
        frozen::find(vm, &name.to_string_lossy()).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[pyfunction(sig = "is_frozen_package($module, name, /)")]
    fn is_frozen_package(vm: &Vm, name: &Py<PyStr>) -> PyResult<bool> {
        Ok(frozen::require(vm, &name.to_value())?.is_package())
    }

    /// Create a code object for a frozen module.
    #[pyfunction(sig = "get_frozen_object($module, name, data=None, /)")]
    fn get_frozen_object(vm: &Vm, name: &Py<PyStr>, data: &Value) -> PyResult<Value> {
        let name = name.to_value();
        if data.is_none() {
            return Ok(frozen::require(vm, &name)?.code(vm)?.into_value());
        }
        if !crate::protocol::buffer::check(vm, data) {
            return Err(vm.type_error(format!(
                "get_frozen_object() argument 2 must be bytes, not {}",
                data.class(vm).tp_name()
            )));
        }
        frozen::code_of_data(vm, &name, &to_vec(vm, data)?)
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    ///
    /// The returned info (a 2-tuple):
    ///
    ///  * data         the raw marshalled bytes
    ///  * is_package   whether or not it is a package
    ///  * origname     the originally frozen module's name, or None if not
    ///                 a stdlib module (this will usually be the same as
    ///                 the module's current name)
    #[pyfunction(sig = "find_frozen($module, name, /, *, withdata=False)")]
    fn find_frozen(vm: &Vm, name: &Py<PyStr>, withdata: bool) -> PyResult<Value> {
        let Some(found) = frozen::find(vm, &name.to_string_lossy()) else {
            return Ok(Value::None);
        };
        let mut data = Value::None;
        if withdata {
            let code = found.code(vm)?.into_value();
            let stream = crate::import::slow_source::dumps(vm, &code)?;
            data = PyMemoryView::of(vm, &stream)?.into_value();
        }
        let is_package = Value::bool(found.is_package());
        Ok(vm.new_tuple(vec![data, is_package, found.origin(vm)]))
    }

    /// Initializes a frozen module.
    #[pyfunction(sig = "init_frozen($module, name, /)")]
    fn init_frozen(vm: &Vm, name: &Py<PyStr>) -> PyResult<Value> {
        frozen::init_frozen(vm, &name.to_value())
    }

    /// Returns the list of available frozen modules.
    #[pyfunction(sig = "_frozen_module_names($module, /)")]
    fn _frozen_module_names(vm: &Vm) -> Value {
        frozen::names(vm)
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    ///
    /// (-1: "off", 1: "on", 0: no override)
    /// See frozen_modules() in Lib/test/support/import_helper.py.
    #[pyfunction(sig = "_override_frozen_modules_for_tests($module, override, /)")]
    fn _override_frozen_modules_for_tests(vm: &Vm, r#override: i64) {
        vm.state.get::<frozen::Override>().0.set(r#override);
    }

    /// Create an extension module.
    #[pyfunction(sig = "create_builtin($module, spec, /)")]
    fn create_builtin(vm: &Vm, spec: &Value) -> PyResult<Value> {
        builtin::create_builtin(vm, spec)
    }

    /// Initialize a built-in module.
    #[pyfunction(sig = "exec_builtin($module, mod, /)")]
    fn exec_builtin(vm: &Vm, r#mod: &Value) -> PyResult<i64> {
        (natives(vm)?.execute)(vm, r#mod)?;
        Ok(0)
    }

    /// Create an extension module.
    #[pyfunction(sig = "create_dynamic($module, spec, file=<unrepresentable>, /)")]
    fn create_dynamic(vm: &Vm, spec: &Value, file: Option<&Value>) -> PyResult<Value> {
        let _ = file;
        let name = get(vm, spec, "name")?;
        let message = format!(
            "cannot load {}: pyrs does not load extension modules made for CPython",
            shown(vm, &name)
        );
        Err(import_error(vm, message, Some(&name), None))
    }

    /// Initialize an extension module.
    #[pyfunction(sig = "exec_dynamic($module, mod, /)")]
    fn exec_dynamic(r#mod: &Value) -> i64 {
        let _ = r#mod;
        0
    }

    #[pyfunction(sig = "source_hash($module, /, key, source)")]
    fn source_hash(vm: &Vm, key: i64, source: &Value) -> PyResult<Value> {
        let hash = bytecode::pyc::keyed_source_hash(key as u64, &to_vec(vm, source)?);
        Ok(vm.new_bytes(&hash))
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[pyfunction(sig = "_fix_co_filename($module, code, path, /)")]
    fn _fix_co_filename(code: &Py<PyCode>, path: &Py<PyStr>) {
        pyc::fix_co_filename(code, path);
    }

    #[pyattr]
    fn check_hash_based_pycs(vm: &Vm) -> Value {
        vm.new_str(&config(vm).check_hash_based_pycs.borrow())
    }
}
