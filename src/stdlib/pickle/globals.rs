//! Names of importable objects, and the objects of names.

use super::{Parts, parts, pickling_error, text_of};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::import::import_name::gcd_import;
use vm::object::{Py, PyRef, Value};
use vm::protocol::{attr, repr};
use vm::types::dict::value::PyDict;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// The parts of a dotted name; those inside of functions cannot be found again.
pub(super) fn dotted(vm: &Vm, object: Option<&Value>, name: &Py<PyStr>) -> PyResult<Vec<PyRef<PyStr>>> {
    let text = name.to_string_lossy();
    if !text.contains('.') && text != "<locals>" {
        return Ok(vec![name.to_ref()]);
    }
    let parts: Vec<&str> = text.split('.').collect();
    if parts.contains(&"<locals>") {
        let shown = repr::repr_text(vm, &name.to_value())?;
        return Err(vm.attribute_error(match object {
            None => format!("Can't pickle local object {shown}"),
            Some(object) => {
                let object = repr::repr_text(vm, object)?;
                format!("Can't pickle local attribute {shown} on {object}")
            }
        }));
    }
    Ok(parts.into_iter().map(|part| PyStr::new(vm, part)).collect())
}

/// The attribute that a path leads to, and the object that has it. An attribute that is not there is `None`.
pub(super) fn deep_attribute(
    vm: &Vm,
    object: &Value,
    path: &[PyRef<PyStr>],
) -> PyResult<Option<(Value, Value)>> {
    let (mut parent, mut found) = (object.clone(), object.clone());
    for name in path {
        let Some(next) = attr::get_opt(vm, &found, name)? else {
            return Ok(None);
        };
        parent = std::mem::replace(&mut found, next);
    }
    Ok(Some((parent, found)))
}

/// The name of the module where an object lives: what it says itself, or the first that has it.
fn module_of(vm: &Vm, object: &Value, path: &[PyRef<PyStr>]) -> PyResult<Value> {
    if let Some(name) = attr::get_opt(vm, object, &vm.names.__module__)?
        && !name.is_none()
    {
        return Ok(name);
    }
    let sys = gcd_import(vm, &vm.new_str("sys"))?;
    let modules = attr::get(vm, &sys, &vm.intern_str("modules"))?;
    let modules = match modules.downcast_ref::<PyDict>() {
        Some(modules) => modules.items(),
        None => {
            let mut items = Vec::new();
            for name in vm::protocol::iter::to_vec(vm, &modules)? {
                let module = vm::protocol::mapping::get_item(vm, &modules, &name)?;
                items.push((name, module));
            }
            items
        }
    };
    for (name, module) in modules {
        let is_main = name.downcast_ref::<PyStr>().is_some_and(|name| name.equals_str("__main__"));
        if module.is_none() || is_main {
            continue;
        }
        if let Some((_, found)) = deep_attribute(vm, &module, path)?
            && found.is(object)
        {
            return Ok(name);
        }
    }
    Ok(vm.new_str("__main__"))
}

/// How an object is named.
pub(super) struct Global {
    pub(super) module_name: Value,
    pub(super) name: Value,
    /// The object that has it as an attribute: the module, or a class.
    pub(super) parent: Value,
    /// The name it has there.
    pub(super) last: Value,
    /// Whether the parent is the module.
    pub(super) is_flat: bool,
}

/// Names an object, and checks that the name leads back to it.
pub(super) fn locate(vm: &Vm, object: &Value, name: Option<&Value>) -> PyResult<Global> {
    let name = match name {
        Some(name) => name.clone(),
        None => match attr::get_opt(vm, object, &vm.names.__qualname__)? {
            Some(name) => name,
            None => attr::get(vm, object, &vm.names.__name__)?,
        },
    };
    let Some(text) = name.downcast_ref::<PyStr>() else {
        let class = name.class(vm).tp_name();
        return Err(vm.type_error(format!("must be str, not {class}")));
    };
    let path = dotted(vm, None, text)?;
    let module_name = module_of(vm, object, &path)?;
    let shown = |what: String| -> PyErr {
        match repr::repr_text(vm, object) {
            Ok(object) => pickling_error(vm, &format!("Can't pickle {object}: {what}")),
            Err(error) => error,
        }
    };
    let Ok(module) = gcd_import(vm, &module_name) else {
        let module = repr::repr_text(vm, &module_name)?;
        return Err(shown(format!("import of module {module} failed")));
    };
    let (text, module_text) = (text_of(vm, &name)?, text_of(vm, &module_name)?);
    let Ok(Some((parent, found))) = deep_attribute(vm, &module, &path) else {
        let what = format!("attribute lookup {text} on {module_text} failed");
        return Err(shown(what));
    };
    if !found.is(object) {
        let what = format!("it's not the same object as {module_text}.{text}");
        return Err(shown(what));
    }
    let is_flat = parent.is(&module);
    let last = path.last().map_or(name.clone(), |last| last.to_value());
    Ok(Global {
        module_name,
        name,
        parent,
        last,
        is_flat,
    })
}

#[cold]
fn bad_mapping(vm: &Vm, table: &str, what: &str, value: &Value) -> PyErr {
    let class = value.class(vm).tp_name();
    vm.runtime_error(format!("_compat_pickle.{table} values should be {what}, not {class}"))
}

/// A module's and an object's name on the other side of Python 2's renaming.
pub(super) fn renamed(
    vm: &Vm,
    module: &Value,
    name: &Value,
    to_python2: bool,
) -> PyResult<(Value, Value)> {
    let parts = parts(vm)?;
    let Parts {
        names_2to3,
        imports_2to3,
        names_3to2,
        imports_3to2,
        ..
    } = &*parts;
    let (names, imports, prefix) = match to_python2 {
        true => (names_3to2, imports_3to2, "REVERSE_"),
        false => (names_2to3, imports_2to3, ""),
    };
    let key = vm.new_tuple(vec![module.clone(), name.clone()]);
    if let Some(pair) = names.get(vm, &key)? {
        let table = format!("{prefix}NAME_MAPPING");
        let Some([module, name]) = pair.downcast_ref::<PyTuple>().map(|pair| pair.as_slice()) else {
            return Err(bad_mapping(vm, &table, "2-tuples", &pair));
        };
        let are_text = [module, name].map(|part| part.downcast_ref::<PyStr>().is_some());
        if are_text != [true, true] {
            let classes = [module, name].map(|part| part.class(vm).tp_name().to_owned());
            return Err(vm.runtime_error(format!(
                "_compat_pickle.{table} values should be pairs of str, not ({}, {})",
                classes[0], classes[1]
            )));
        }
        return Ok((module.clone(), name.clone()));
    }
    if let Some(other) = imports.get(vm, module)? {
        if other.downcast_ref::<PyStr>().is_none() {
            let table = format!("{prefix}IMPORT_MAPPING");
            return Err(bad_mapping(vm, &table, "strings", &other));
        }
        return Ok((other, name.clone()));
    }
    Ok((module.clone(), name.clone()))
}

/// What `Unpickler.find_class` does.
pub(super) fn find_class(
    vm: &Vm,
    module: &Value,
    name: &Value,
    protocol: i32,
    fix_imports: bool,
) -> PyResult<Value> {
    vm::modules::sys::audit(vm, "pickle.find_class", &[module.clone(), name.clone()])?;
    let (module, name) = match protocol < 3 && fix_imports {
        true => renamed(vm, module, name, false)?,
        false => (module.clone(), name.clone()),
    };
    let module = gcd_import(vm, &module)?;
    let text = name
        .downcast_ref::<PyStr>()
        .ok_or_else(|| vm.type_error("attribute name must be string"))?;
    let path = match protocol >= 4 {
        true => dotted(vm, Some(&module), text)?,
        false => vec![text.to_ref()],
    };
    match deep_attribute(vm, &module, &path)? {
        Some((_, found)) => Ok(found),
        None => {
            let name = repr::repr_text(vm, &name)?;
            let module = repr::repr_text(vm, &module)?;
            let text = format!("Can't get attribute {name} on {module}");
            Err(vm.new_exception(ExcKind::AttributeError, vm.new_str(&text)))
        }
    }
}
