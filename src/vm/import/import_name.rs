//! `__import__` and the instruction `IMPORT_NAME`.
//!
//! CPython 3.11: `PyImport_ImportModuleLevelObject`, `resolve_name` in `Python/import.c`; `_find_and_load`, `_find_spec`, `_handle_fromlist`
//! in `Lib/importlib/_bootstrap.py`.

use super::importtime::measured;
use super::util::{
    call_method, get, get_opt, module_get, modules, not_found, shown, sys_get, sys_lacks, text,
    truth, warn_here,
};
use super::{finders, frames, lock, recent, spec};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::{attr, call, compare, iter, warn};
use crate::types::dict::value::PyDict;
use crate::types::exceptions::raise::set_context;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import_name(
    vm: &Vm,
    name: &Value,
    globals: &Value,
    _locals: &Value,
    fromlist: &Value,
    level: i32,
) -> PyResult<Value> {
    let Some(name_str) = name.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(vm, name_str, globals, level)?
    } else if name_str.len() == 0 {
        return Err(vm.value_error("Empty module name"));
    } else {
        name.clone()
    };
    let module = match module_get(vm, &absolute)? {
        Some(module) if !module.is_none() => {
            ensure_initialized(vm, &module, &absolute)?;
            module
        }
        _ => measured(vm, &absolute, || {
            frames::as_statement(vm, true, || find_and_load(vm, &absolute))
        })?,
    };
    let has_from = !fromlist.is_none() && truth(vm, fromlist)?;
    if has_from {
        return match attr::get_opt(vm, &module, &vm.names.__path__)? {
            Some(_) => {
                frames::as_statement(vm, true, || handle_fromlist(vm, &module, fromlist, None))
            }
            None => Ok(module),
        };
    }
    if level > 0 && name_str.len() == 0 {
        return Ok(module);
    }
    let text = name_str.to_string_lossy();
    let Some(dot) = text.find('.') else {
        return Ok(module);
    };
    if level == 0 {
        let front = vm.intern_str(&text[..dot]).into_value();
        return import_name(vm, &front, &Value::None, &Value::None, &Value::None, 0);
    }
    let absolute = super::util::text(&absolute);
    let cut = absolute.len() - (text.len() - dot);
    let front = vm.new_str(&absolute[..cut]);
    match module_get(vm, &front)? {
        Some(module) => Ok(module),
        None => {
            let message = format!("{} not in sys.modules as expected", shown(vm, &front));
            Err(vm.key_error(&vm.new_str(&message)))
        }
    }
}

/// Waits while another thread is still running the module.
fn ensure_initialized(vm: &Vm, module: &Value, name: &Value) -> PyResult<()> {
    if crate::interp::ops::imports::is_initializing(vm, module) {
        lock::wait_for(vm, name)?;
    }
    Ok(())
}

fn globals_get(vm: &Vm, globals: &Py<PyDict>, name: &'static str) -> PyResult<Option<Value>> {
    globals.get(vm, &vm.intern_static(name).into_value())
}

/// The absolute name of a relative import.
fn resolve_name(vm: &Vm, name: &Py<PyStr>, globals: &Value, level: i32) -> PyResult<Value> {
    if globals.is_null() || globals.is_none() {
        return Err(vm.key_error_text("'__name__' not in globals"));
    }
    let Some(globals) = globals.downcast_ref::<PyDict>() else {
        return Err(vm.type_error("globals must be a dict"));
    };
    let package = package_of(vm, globals)?;
    if package.is_empty() {
        return Err(vm.import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => {
                return Err(vm.import_error("attempted relative import beyond top-level package"));
            }
        }
    }
    let name = name.to_string_lossy();
    Ok(if name.is_empty() {
        vm.intern_str(base).into_value()
    } else {
        vm.intern_str(&format!("{base}.{name}")).into_value()
    })
}

fn package_of(vm: &Vm, globals: &Py<PyDict>) -> PyResult<String> {
    let package = globals_get(vm, globals, "__package__")?.filter(|value| !value.is_none());
    let spec = globals_get(vm, globals, "__spec__")?.filter(|value| !value.is_none());
    if let Some(package) = package {
        if package.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error("package must be a string"));
        }
        if let Some(spec) = spec {
            let parent = get(vm, &spec, "parent")?;
            if !compare::eq(vm, &package, &parent)? {
                let text = "__package__ != __spec__.parent";
                warn::warn(vm, ExcKind::ImportWarning, text, 1)?;
            }
        }
        return Ok(text(&package));
    }
    if let Some(spec) = spec {
        let parent = get(vm, &spec, "parent")?;
        if parent.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error("__spec__.parent must be a string"));
        }
        return Ok(text(&parent));
    }
    warn::warn(
        vm,
        ExcKind::ImportWarning,
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        1,
    )?;
    let Some(name) = globals_get(vm, globals, "__name__")? else {
        return Err(vm.key_error_text("'__name__' not in globals"));
    };
    if name.downcast_ref::<PyStr>().is_none() {
        return Err(vm.type_error("__name__ must be a string"));
    }
    let name = text(&name);
    if globals_get(vm, globals, "__path__")?.is_some() {
        return Ok(name);
    }
    Ok(super::util::rpartition(&name).0.to_string())
}

/// Finds and loads a module, or gives the one that is there (`_find_and_load`).
pub fn find_and_load(vm: &Vm, name: &Value) -> PyResult<Value> {
    frames::leave(vm, &frames::FIND_AND_LOAD, find_or_wait(vm, name))
}

fn find_or_wait(vm: &Vm, name: &Value) -> PyResult<Value> {
    let known = module_get(vm, name)?;
    let module = match known {
        Some(module) if !crate::interp::ops::imports::is_initializing(vm, &module) => module,
        _ => {
            let guard = lock::acquire(vm, name)?;
            match module_get(vm, name)? {
                None => return find_and_load_unlocked(vm, name),
                Some(module) => {
                    drop(guard);
                    lock::wait_for(vm, name)?;
                    module
                }
            }
        }
    };
    if module.is_none() {
        let message = format!("import of {} halted; None in sys.modules", text(name));
        return Err(not_found(vm, message, name));
    }
    Ok(module)
}

fn find_and_load_unlocked(vm: &Vm, name: &Value) -> PyResult<Value> {
    let full = text(name);
    let (parent, child) = super::util::rpartition(&full);
    let mut path = Value::None;
    let mut parent_spec = Value::None;
    let parent_name = vm.new_str(parent);
    if !parent.is_empty() {
        if module_get(vm, &parent_name)?.is_none() {
            let imported = if frames::is_statement(vm) {
                measured(vm, &parent_name, || gcd_import(vm, &parent_name))
            } else {
                gcd_import(vm, &parent_name)
            };
            let imported = frames::leave(vm, &frames::GCD_IMPORT, imported);
            let imported = frames::leave(vm, &frames::REMOVED, imported);
            frames::leave(vm, &frames::PARENT, imported)?;
        }
        // Importing the parent may have imported the child.
        if let Some(module) = module_get(vm, name)? {
            return Ok(module);
        }
        let Some(parent_module) = module_get(vm, &parent_name)? else {
            return Err(vm.key_error(&parent_name));
        };
        let found = match attr::get(vm, &parent_module, &vm.names.__path__) {
            Err(error) if error.is(vm, ExcKind::AttributeError) => Err(error),
            found => Ok(found?),
        };
        let found = match found {
            Ok(found) => found,
            Err(reason) => {
                let message = format!(
                    "No module named {}; {} is not a package",
                    shown(vm, name),
                    shown(vm, &parent_name)
                );
                let error = not_found(vm, message, name);
                error.exception().set_cause(None);
                set_context(error.exception(), reason.exception());
                return frames::leave(vm, &frames::NOT_A_PACKAGE, Err(error));
            }
        };
        path = found;
        parent_spec = attr::get(vm, &parent_module, &vm.names.__spec__)?;
    }
    recent::forget(vm);
    let spec = find_spec(vm, name, &path, &Value::None);
    recent::expect(vm);
    let spec = frames::leave(vm, &frames::FINDING, spec)?;
    if spec.is_none() {
        let message = format!("No module named {}", shown(vm, name));
        let error = Err(not_found(vm, message, name));
        return frames::leave(vm, &frames::NOT_FOUND, error);
    }
    let module = load_below(vm, &spec, &parent_spec, child);
    recent::forget(vm);
    let module = frames::leave(vm, &frames::LOADING, module)?;
    if !parent.is_empty() {
        bind_in_parent(vm, &parent_name, child, &module)?;
    }
    Ok(module)
}

fn load_below(vm: &Vm, spec: &Value, parent_spec: &Value, child: &str) -> PyResult<Value> {
    if parent_spec.is_none() || !truth(vm, parent_spec)? {
        return spec::load_unlocked(vm, spec);
    }
    let pending = get_opt(vm, parent_spec, "_uninitialized_submodules")?;
    let pending = pending
        .as_ref()
        .and_then(|list| list.downcast_ref::<PyList>());
    if let Some(list) = pending {
        list.push(vm.new_str(child));
    }
    let result = spec::load_unlocked(vm, spec);
    if let Some(list) = pending {
        drop(list.pop_last());
    }
    result
}

fn bind_in_parent(vm: &Vm, parent: &Value, child: &str, module: &Value) -> PyResult<()> {
    let Some(parent_module) = module_get(vm, parent)? else {
        return Err(vm.key_error(parent));
    };
    match attr::set(vm, &parent_module, &vm.intern_str(child), module.clone()) {
        Err(error) if error.is(vm, ExcKind::AttributeError) => {
            let message = format!(
                "Cannot set an attribute on {} for child module {}",
                shown(vm, parent),
                shown(vm, &vm.new_str(child))
            );
            let place = &frames::CANNOT_SET;
            warn_here(vm, place, ExcKind::ImportWarning, &message)
        }
        result => result,
    }
}

/// Asks the finders of `sys.meta_path` (`_find_spec`).
pub fn find_spec(vm: &Vm, name: &Value, path: &Value, target: &Value) -> PyResult<Value> {
    frames::leave(vm, &frames::FIND_SPEC, ask_finders(vm, name, path, target))
}

fn ask_finders(vm: &Vm, name: &Value, path: &Value, target: &Value) -> PyResult<Value> {
    let meta_path = match sys_get(vm, "meta_path") {
        Some(meta_path) if !meta_path.is_none() => meta_path,
        None => return Err(sys_lacks(vm, "meta_path")),
        Some(_) => {
            return Err(vm.import_error("sys.meta_path is None, Python is likely shutting down"));
        }
    };
    let asked = iter::to_vec(vm, &meta_path)?;
    if asked.is_empty() {
        let place = &frames::META_PATH_EMPTY;
        warn_here(vm, place, ExcKind::ImportWarning, "sys.meta_path is empty")?;
    }
    let is_reload = module_get(vm, name)?.is_some();
    let find = vm.intern_static("find_spec");
    for finder in &asked {
        let spec = {
            let _lock = lock::GlobalGuard::acquire(vm)?;
            match finders::ask_own(vm, finder, name, path, target) {
                Some(spec) => spec?,
                None => {
                    let spec = match attr::get_opt(vm, finder, &find)? {
                        Some(method) => {
                            let args = [name.clone(), path.clone(), target.clone()];
                            call::call_args(vm, &method, &args)?
                        }
                        None => find_spec_legacy(vm, finder, name, path)?,
                    };
                    recent::forget(vm);
                    spec
                }
            }
        };
        if spec.is_none() {
            continue;
        }
        // The finder may have imported the module itself.
        if !is_reload && let Some(module) = module_get(vm, name)? {
            let known = attr::get_opt(vm, &module, &vm.names.__spec__)?;
            return Ok(known.and_then(Value::non_none).unwrap_or(spec));
        }
        return Ok(spec);
    }
    Ok(Value::None)
}

fn find_spec_legacy(vm: &Vm, finder: &Value, name: &Value, path: &Value) -> PyResult<Value> {
    let message = format!(
        "{}.find_spec() not found; falling back to find_module()",
        spec::object_name(vm, finder)
    );
    let place = &frames::FIND_SPEC_LEGACY;
    warn_here(vm, place, ExcKind::ImportWarning, &message)?;
    let loader = call_method(vm, finder, "find_module", &[name.clone(), path.clone()])?;
    if loader.is_none() {
        return Ok(Value::None);
    }
    spec::spec_from_loader(vm, name, &loader, &Value::None, &Value::None)
}

/// Imports the submodules that `from package import …` names (`_handle_fromlist`). `import_` is called with a full name; `None` stands for
/// the usual import.
pub fn handle_fromlist(
    vm: &Vm,
    module: &Value,
    fromlist: &Value,
    import_: Option<&Value>,
) -> PyResult<Value> {
    handle_names(vm, module, fromlist, import_, false)?;
    Ok(module.clone())
}

fn handle_names(
    vm: &Vm,
    module: &Value,
    fromlist: &Value,
    import_: Option<&Value>,
    recursive: bool,
) -> PyResult<()> {
    for item in iter::to_vec(vm, fromlist)? {
        let Some(name) = item.downcast_ref::<PyStr>() else {
            return Err(bad_item(vm, module, &item, recursive)?);
        };
        if name.equals_str("*") {
            if !recursive && let Some(all) = attr::get_opt(vm, module, &vm.names.__all__)? {
                handle_names(vm, module, &all, import_, true)?;
            }
        } else if !attr::has(vm, module, &vm.intern(name.to_ref()))? {
            import_submodule(vm, module, name, import_)?;
        }
    }
    Ok(())
}

fn bad_item(vm: &Vm, module: &Value, item: &Value, recursive: bool) -> PyResult<PyErr> {
    let place = if recursive {
        format!("{}.__all__", text(&get(vm, module, "__name__")?))
    } else {
        String::from("``from list''")
    };
    Ok(vm.type_error(format!(
        "Item in {place} must be str, not {}",
        item.class(vm).name_str()
    )))
}

fn import_submodule(
    vm: &Vm,
    module: &Value,
    name: &Py<PyStr>,
    import_: Option<&Value>,
) -> PyResult<()> {
    let package = text(&get(vm, module, "__name__")?);
    let full = vm.new_str(&format!("{package}.{}", name.to_string_lossy()));
    let result = match import_ {
        Some(import_) => call::call1(vm, import_, &full).map(drop),
        None => measured(vm, &full, || gcd_import(vm, &full)).map(drop),
    };
    match result {
        Err(error) if error.is(vm, ExcKind::ModuleNotFoundError) => {
            // Only the very submodule asked for may be missing: the name may be an attribute that a later import sets.
            let missing = get_opt(vm, &error.to_value(), "name")?.unwrap_or(Value::None);
            let halted = matches!(module_get(vm, &full)?, Some(known) if known.is_none());
            if !halted && compare::eq(vm, &missing, &full)? {
                Ok(())
            } else {
                Err(error)
            }
        }
        result => result,
    }
}

/// Imports by absolute name and gives the module itself (`_gcd_import`).
pub fn gcd_import(vm: &Vm, name: &Value) -> PyResult<Value> {
    match module_get(vm, name)? {
        Some(module) if !module.is_none() => {
            ensure_initialized(vm, &module, name)?;
            Ok(module)
        }
        _ => find_and_load(vm, name),
    }
}

/// Imports a module by its full name and gives the module itself (`PyImport_ImportModule`).
pub fn import_module(vm: &Vm, name: &str) -> PyResult<Value> {
    gcd_import(vm, &vm.intern_str(name).into_value())
}

/// Whether `sys.modules` has this very module under the name.
pub fn is_loaded(vm: &Vm, name: &str) -> PyResult<bool> {
    Ok(modules(vm)?.get(vm, &vm.new_str(name))?.is_some())
}
