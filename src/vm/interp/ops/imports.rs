//! `import`.
//!
//! CPython 3.11: `import_name`, `import_from`, `import_all_from` in `Python/ceval.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::protocol::{attr, call, iter, mapping, sequence};
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

#[inline(never)]
fn import_name_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    let fromlist = r.pop();
    let level = r.pop();
    let module = raise!(import(vm, r, name, &fromlist, &level));
    r.push(module);
    Next::Continue
}

fn import(vm: &Vm, r: &Regs, name: &Py<PyStr>, fromlist: &Value, level: &Value) -> PyResult<Value> {
    let Some(function) = super::names::dict_lookup(vm, r.builtins(), &vm.names.__import__)? else {
        return Err(vm.import_error("__import__ not found"));
    };
    let globals = r.globals().to_value();
    let locals = r
        .frame()
        .locals_mapping
        .clone()
        .non_null()
        .unwrap_or(Value::None);
    if function.bits() == vm.callables.import.get()
        && let Some(level) = level.as_small_int().and_then(|n| i32::try_from(n).ok())
    {
        return (vm.hooks.import_name.get())(
            vm,
            &name.as_value(),
            &globals,
            &locals,
            fromlist,
            level,
        );
    }
    call::call_args(
        vm,
        &function,
        &[
            name.to_value(),
            globals,
            locals,
            fromlist.clone(),
            level.clone(),
        ],
    )
}

#[inline(never)]
fn import_from_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    let value = raise!(from_module(vm, r.peek(1), name));
    r.push(value);
    Next::Continue
}

fn from_module(vm: &Vm, module: &Value, name: &Py<PyStr>) -> PyResult<Value> {
    if let Some(value) = attr::get_opt(vm, module, name)? {
        return Ok(value);
    }
    // Circular imports: the submodule may be in sys.modules while the package has no attribute for it yet.
    let package = attr::get_opt(vm, module, &vm.names.__name__)?;
    let package_name = package
        .as_ref()
        .and_then(|package| package.downcast_ref::<PyStr>());
    if let Some(package) = package_name {
        let full = format!("{}.{}", package.to_string_lossy(), name.to_string_lossy());
        if let Some(modules) = vm.modules.get()
            && let Some(found) = modules.get(vm, &vm.new_str(&full))?
        {
            return Ok(found);
        }
    }
    Err(cannot_import(vm, module, package_name, name))
}

#[cold]
fn cannot_import(vm: &Vm, module: &Value, package: Option<&Py<PyStr>>, name: &Py<PyStr>) -> PyErr {
    let package_text = package.map_or_else(
        || String::from("<unknown module name>"),
        |package| package.to_string_lossy().into_owned(),
    );
    let file = match attr::get_opt(vm, module, &vm.names.__file__) {
        Ok(file) => file.filter(|file| file.downcast_ref::<PyStr>().is_some()),
        Err(error) => return error,
    };
    let path = file.as_ref().and_then(|file| file.downcast_ref::<PyStr>());
    let name_text = name.to_string_lossy();
    let message = match path {
        None => {
            format!("cannot import name '{name_text}' from '{package_text}' (unknown location)")
        }
        Some(path) => {
            let initializing = is_initializing(vm, module);
            let circular = if initializing {
                "partially initialized module "
            } else {
                ""
            };
            let hint = if initializing {
                " (most likely due to a circular import)"
            } else {
                ""
            };
            format!(
                "cannot import name '{name_text}' from {circular}'{package_text}'{hint} ({})",
                path.to_string_lossy()
            )
        }
    };
    let name_value = package.map_or(Value::None, Py::to_value);
    vm.import_error_for(
        ExcKind::ImportError,
        message,
        Some(name_value),
        Some(file.clone().unwrap_or(Value::None)),
    )
}

/// Whether a module is being imported right now (`module.__spec__._initializing`).
pub fn is_initializing(vm: &Vm, module: &Value) -> bool {
    let spec = attr::get_opt(vm, module, &vm.names.__spec__).ok().flatten();
    crate::types::module::is_initializing(vm, spec.as_ref())
}

#[inline(never)]
fn import_star_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let module = r.pop();
    let locals = r.frame().locals_mapping.clone();
    if locals.is_null() {
        return Next::Raise(vm.system_error("no locals found during 'import *'"));
    }
    raise!(copy_names(vm, &module, &locals));
    Next::Continue
}

fn copy_names(vm: &Vm, module: &Value, locals: &Value) -> PyResult<()> {
    let (names, skip_private) = match attr::get_opt(vm, module, &vm.names.__all__)? {
        Some(all) => (names_by_index(vm, &all)?, false),
        None => match attr::get_opt(vm, module, &vm.names.__dict__)? {
            Some(dict) => (iter::to_vec(vm, &dict)?, true),
            None => {
                return Err(vm.import_error("from-import-* object has no __dict__ and no __all__"));
            }
        },
    };
    for name in names {
        let Some(text) = name.downcast_ref::<PyStr>() else {
            return Err(bad_name(vm, module, &name, skip_private)?);
        };
        if skip_private && text.char_at(0) == Some(u32::from('_')) {
            continue;
        }
        let text = vm.intern(text.to_ref());
        let value = attr::get(vm, module, &text)?;
        match locals.downcast_exact::<PyDict>(vm) {
            Some(dict) => dict.set_str(vm, &text, value),
            None => mapping::set_item(vm, locals, &text.as_value(), value)?,
        }
    }
    Ok(())
}

/// The items of `__all__`, which is indexed, not iterated over.
fn names_by_index(vm: &Vm, all: &Value) -> PyResult<Vec<Value>> {
    if all.downcast_exact::<PyList>(vm).is_some() || all.downcast_exact::<PyTuple>(vm).is_some() {
        return iter::to_vec(vm, all);
    }
    let mut names = Vec::new();
    loop {
        match sequence::get_item(vm, all, names.len() as isize) {
            Ok(name) => names.push(name),
            Err(error) if error.is(vm, ExcKind::IndexError) => return Ok(names),
            Err(error) => return Err(error),
        }
    }
}

#[cold]
fn bad_name(vm: &Vm, module: &Value, name: &Value, from_dict: bool) -> PyResult<PyErr> {
    let module_name = attr::get(vm, module, &vm.names.__name__)?;
    let Some(module_name) = module_name.downcast_ref::<PyStr>() else {
        return Ok(vm.type_error(format!(
            "module __name__ must be a string, not {}",
            module_name.class(vm).tp_name()
        )));
    };
    let (kind, place) = if from_dict {
        ("Key", "__dict__")
    } else {
        ("Item", "__all__")
    };
    let class = name.class(vm).tp_name();
    Ok(vm.type_error(format!(
        "{kind} in {}.{place} must be str, not {class}",
        module_name.to_string_lossy()
    )))
}

slow_handler!(import_name, import_name_slow);
slow_handler!(import_from, import_from_slow);
slow_handler!(import_star, import_star_slow);
