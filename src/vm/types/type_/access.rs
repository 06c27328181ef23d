//! Slots of `type`: attributes of classes, calling them, their repr.
//!
//! CPython 3.11: `type_getattro`, `type_setattro`, `type_call`, `type_repr` in `Objects/typeobject.c`.

use super::cache::modified;
use super::update::update_slots_of_name;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyType, Table, Value, type_flag};
use crate::protocol::attr::name_of;
use crate::protocol::lookup::type_lookup;
use crate::types::str::value::PyStr;

/// The slots.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.getattro.set(Some(getattro));
        slots.setattro.set(Some(setattro));
        slots.call.set(Some(call));
        slots.repr.set(Some(repr));
        slots.or.set(Some(crate::types::union::type_or));
        slots.new.set(Some(super::new::new));
        slots.init.set(Some(super::new::init));
    },
};

/// The type behind a value that must be one.
pub fn type_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyType>> {
    value.downcast_ref().ok_or_else(|| {
        vm.type_error(format!(
            "descriptor requires a 'type' object but received a '{}'",
            value.class(vm).tp_name()
        ))
    })
}

fn getattro(vm: &Vm, self_: &Value, name: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    let name = name_of(vm, name)?;
    match getattr_opt(vm, ty, name)? {
        Some(value) => Ok(value),
        None => {
            let text = format!(
                "type object '{}' has no attribute '{}'",
                ty.tp_name(),
                name.to_string_lossy()
            );
            Err(vm.attribute_error_for(text, self_, name))
        }
    }
}

/// An attribute of a type; `None` when there is none (`type_getattro`).
pub fn getattr_opt(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let self_ = ty.as_value();
    let metatype = ty.object().class();
    let meta = type_lookup(vm, metatype, name);
    let meta_get = meta
        .as_ref()
        .and_then(|meta| meta.class(vm).slots.descr_get.get());
    if let (Some(meta), Some(get)) = (&meta, meta_get)
        && meta.class(vm).slots.descr_set.get().is_some()
    {
        return get(vm, meta, Some(&self_), Some(&metatype.as_value())).map(Some);
    }
    if let Some(found) = type_lookup(vm, ty, name) {
        return match found.class(vm).slots.descr_get.get() {
            Some(get) => get(vm, &found, None, Some(&self_)).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (meta, meta_get) {
        (Some(meta), Some(get)) => {
            get(vm, &meta, Some(&self_), Some(&metatype.as_value())).map(Some)
        }
        (meta, _) => Ok(meta),
    }
}

/// Sets or deletes an attribute of a type.
pub fn setattro(vm: &Vm, self_: &Value, name: &Value, value: Option<Value>) -> PyResult<()> {
    let ty = type_of(vm, self_)?;
    let name = name_of(vm, name)?;
    if ty.has_flag(type_flag::IMMUTABLE) {
        return Err(vm.type_error(format!(
            "cannot set '{}' attribute of immutable type '{}'",
            name.to_string_lossy(),
            ty.tp_name()
        )));
    }
    let name = &vm.intern(name.to_ref());
    if let Some(meta) = type_lookup(vm, ty.object().class(), name)
        && let Some(set) = meta.class(vm).slots.descr_set.get()
    {
        set(vm, &meta, self_, value)?;
    } else {
        set_in_namespace(vm, ty, name, value)?;
    }
    // As CPython does also when the metaclass's descriptor took the value.
    modified(ty);
    update_slots_of_name(vm, ty, name);
    Ok(())
}

/// Stores into the namespace and tells the caches. The name is interned.
pub fn set_in_namespace(
    vm: &Vm,
    ty: &Py<PyType>,
    name: &Py<PyStr>,
    value: Option<Value>,
) -> PyResult<()> {
    // Before: what is dropped here may look names up.
    modified(ty);
    let dict = ty.dict_ref();
    let found = match value {
        Some(value) => {
            dict.set_str(vm, name, value);
            true
        }
        None => dict.delete_str(name),
    };
    modified(ty);
    if found {
        return Ok(());
    }
    Err(vm.attribute_error(format!(
        "type object '{}' has no attribute '{}'",
        ty.tp_name(),
        name.to_string_lossy()
    )))
}

/// `ty(*args, **kwargs)`
pub fn call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    if ty.is(&vm.types.type_) {
        match (args.positional(), args.kw_len()) {
            ([object], 0) => return Ok(object.class(vm).to_value()),
            ([_, _, _], _) => {}
            _ => return Err(vm.type_error("type() takes 1 or 3 arguments")),
        }
    }
    let Some(new) = ty.slots.new.get() else {
        return Err(vm.type_error(format!("cannot create '{}' instances", ty.tp_name())));
    };
    let object = new(vm, ty, args)?;
    let class = object.class(vm);
    if class.is_subtype(ty)
        && let Some(init) = class.slots.init.get()
    {
        init(vm, &object, args)?;
    }
    Ok(object)
}

/// `__module__` of a type as text, when it is a str.
pub fn module_name(vm: &Vm, ty: &Py<PyType>) -> Option<String> {
    if let Some(def) = ty.def {
        return Some(match def.name.rsplit_once('.') {
            Some((module, _)) => module.to_string(),
            None => "builtins".to_string(),
        });
    }
    let module = ty.dict_ref().get_str(&vm.names.__module__)?;
    let module = module.downcast_ref::<PyStr>()?;
    Some(module.to_string_lossy().into_owned())
}

/// `module.qualname`, without the module for builtins.
pub fn full_name(vm: &Vm, ty: &Py<PyType>) -> String {
    let qualname = match ty.qualname.get() {
        Some(qualname) => qualname.to_string_lossy().into_owned(),
        None => ty.name_str(),
    };
    match module_name(vm, ty) {
        Some(module) if module != "builtins" => format!("{module}.{qualname}"),
        Some(_) => qualname,
        None => ty.tp_name(),
    }
}

fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let ty = type_of(vm, self_)?;
    Ok(vm.new_str(&format!("<class '{}'>", full_name(vm, ty))))
}

/// The error for making an instance of a class with abstract methods.
#[cold]
pub fn abstract_error(vm: &Vm, ty: &Py<PyType>) -> PyResult<PyErr> {
    let names = ty.dict_ref().get_str(&vm.names.__abstractmethods__);
    let mut sorted: Vec<String> = Vec::new();
    if let Some(names) = names
        && let Some(iter) = names.class(vm).slots.iter.get()
    {
        let iterator = iter(vm, &names)?;
        if let Some(next) = iterator.class(vm).slots.iternext.get() {
            while let Some(name) = next(vm, &iterator)? {
                if let Some(name) = name.downcast_ref::<PyStr>() {
                    sorted.push(name.to_string_lossy().into_owned());
                }
            }
        }
    }
    sorted.sort();
    let plural = if sorted.len() > 1 { "s" } else { "" };
    Ok(vm.type_error(format!(
        "Can't instantiate abstract class {} with abstract method{plural} {}",
        ty.tp_name(),
        sorted.join(", ")
    )))
}
