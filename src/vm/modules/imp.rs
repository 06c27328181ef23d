//! `_imp`: what importlib asks of the interpreter.
//!
//! CPython 3.11: `Python/import.c`.

/// The module.
#[derive::pymodule(name = "_imp")]
pub mod module {
    //! (Extremely) low-level import machinery bits as used by importlib.
    use crate::context::{PyResult, Vm};
    use crate::import::builtin::{self, FROZEN_NAMES};
    use crate::import::util::{config, get, import_error, shown, text};
    use crate::import::{embedded, external, natives, pyc};
    use crate::object::{Py, Value};
    use crate::protocol::buffer::to_vec;
    use crate::types::code::PyCode;
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
        builtin::is_frozen(vm, &name.to_string_lossy())
    }

    fn frozen(vm: &Vm, name: &Value) -> PyResult<embedded::EmbeddedModule> {
        let text = text(name);
        let found = FROZEN_NAMES
            .contains(&text.as_str())
            .then(|| embedded::library(vm).and_then(|library| library.find(&text)))
            .flatten();
        found.ok_or_else(|| {
            let message = format!("No such frozen object named {}", text);
            import_error(vm, message, Some(name), None)
        })
    }

    /// Returns True if the module name is of a frozen package.
    #[pyfunction(sig = "is_frozen_package($module, name, /)")]
    fn is_frozen_package(vm: &Vm, name: &Value) -> PyResult<bool> {
        Ok(frozen(vm, name)?.is_package)
    }

    /// Create a code object for a frozen module.
    #[pyfunction(sig = "get_frozen_object($module, name, data=None, /)")]
    fn get_frozen_object(vm: &Vm, name: &Value, data: &Value) -> PyResult<Value> {
        let _ = data;
        let module = frozen(vm, name)?;
        Ok(embedded::code(vm, &module)?.into_value())
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[pyfunction(sig = "find_frozen($module, name, /, *, withdata=False)")]
    fn find_frozen(vm: &Vm, name: &Value, withdata: bool) -> Value {
        let _ = withdata;
        match frozen(vm, name) {
            Ok(module) => vm.new_tuple(vec![
                Value::None,
                Value::bool(module.is_package),
                name.clone(),
            ]),
            Err(_) => Value::None,
        }
    }

    /// Initializes a frozen module.
    #[pyfunction(sig = "init_frozen($module, name, /)")]
    fn init_frozen(vm: &Vm, name: &Value) -> PyResult<Value> {
        crate::import::import_name::gcd_import(vm, name)
    }

    #[pyfunction(sig = "_frozen_module_names($module, /)")]
    fn _frozen_module_names(vm: &Vm) -> Value {
        vm.new_list(FROZEN_NAMES.iter().map(|name| vm.new_str(name)).collect())
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    #[pyfunction(sig = "_override_frozen_modules_for_tests($module, override, /)")]
    fn _override_frozen_modules_for_tests(r#override: i64) {
        let _ = r#override;
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
