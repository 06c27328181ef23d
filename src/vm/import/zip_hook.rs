//! The entry of `sys.path_hooks` for zip archives.
//!
//! `zipimport` is written in Python. CPython imports it at every start to have its class in `sys.path_hooks`; here a stand-in lies there,
//! which imports it, and makes room for the class, when a path leads to something that is not a directory.
//!
//! CPython 3.11: `init_zipimport` in `Python/import.c`.

use super::util::{get, get_opt, import_error, shown, sys_get, text};
use super::{import_name, pyc};
use crate::context::{PyResult, Vm};
use crate::object::{CompareOp, PyType, Value};
use crate::protocol::call;
use crate::protocol::fs::path_bytes;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use derive::{pymethods, pytype};
use std::cell::Cell;

/// The stand-in of `zipimport.zipimporter`.
#[pytype(
    name = "_frozen_importlib_external.ZipHook",
    flags(DISALLOW_INSTANTIATION),
    tables(HOOK)
)]
pub struct ZipHook;

/// Whether `zipimport` is just being imported, which must not lead here again.
#[derive(Default)]
struct Loading(Cell<bool>);

/// Whether a path, or what it begins with, is a file.
fn leads_to_file(vm: &Vm, path: &[u8]) -> bool {
    let host = vm.host();
    let mut path = path;
    while !path.is_empty() {
        if let Ok(stat) = host.stat(path, true) {
            return stat.is_file();
        }
        path = pyc::path_split(path).0;
    }
    false
}

/// The class; from now on it stands in `sys.path_hooks` itself.
fn class(vm: &Vm, zelf: &Value) -> PyResult<Value> {
    let loading = vm.state.get::<Loading>();
    loading.0.set(true);
    let module = import_name::import_module(vm, "zipimport");
    loading.0.set(false);
    let module = module?;
    forget_refusals(vm)?;
    let class = get(vm, &module, "zipimporter")?;
    if let Some(hooks) = sys_get(vm, "path_hooks")
        && let Some(hooks) = hooks.downcast_ref::<PyList>()
    {
        let items = hooks.to_vec();
        if let Some(place) = items.iter().position(|hook| hook.is(zelf)) {
            drop(hooks.replace(place, class.clone()));
        }
    }
    Ok(class)
}

/// Takes the archives out of `sys.path_importer_cache` that were refused during the import.
fn forget_refusals(vm: &Vm) -> PyResult<()> {
    let cache = sys_get(vm, "path_importer_cache");
    let Some(cache) = cache
        .as_ref()
        .and_then(|cache| cache.downcast_ref::<PyDict>())
    else {
        return Ok(());
    };
    for (path, finder) in cache.items() {
        if finder.is_none() && leads_to_file(vm, &path_bytes(vm, &path)?) {
            drop(cache.pop(vm, &path)?);
        }
    }
    Ok(())
}

#[pymethods(table = HOOK)]
impl ZipHook {
    #[pyslot(sig = "zipimporter(path)")]
    fn slot_call(zelf: &Value, vm: &Vm, path: &Value) -> PyResult<Value> {
        let bytes = path_bytes(vm, path)?;
        if vm.state.get::<Loading>().0.get() || !leads_to_file(vm, &bytes) {
            let message = format!("not a Zip file: {}", shown(vm, path));
            return Err(import_error(vm, message, None, Some(path)));
        }
        call::call1(vm, &class(vm, zelf)?, path)
    }

    #[pyslot]
    fn richcompare(zelf: &Value, vm: &Vm, other: &Value, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let is_class = match other.downcast_ref::<PyType>() {
            Some(class) if class.name_str() == "zipimporter" => {
                get_opt(vm, other, "__module__")?.is_some_and(|module| text(&module) == "zipimport")
            }
            _ => other.is(zelf),
        };
        Ok(Value::bool(is_class == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn hash(zelf: &Value) -> i64 {
        zelf.bits() as i64 >> 4
    }

    #[pyslot]
    fn repr(zelf: &Value) -> &'static str {
        let _ = zelf;
        "<class 'zipimport.zipimporter'>"
    }
}
