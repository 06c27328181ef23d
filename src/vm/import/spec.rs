//! `ModuleSpec`, modules made from specs, and loading them.
//!
//! A spec keeps its attributes in its instance dict, as the class written in Python does, so programs may add to it and look into it.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap.py`.

use super::util::{
    call_method, get, get_opt, import_error, module_get, modules, set, shown, text, verbose,
    warn_here,
};
use super::{frames, lock};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, CompareOp, Py, PyRef, PyType, Value, instance};
use crate::protocol::{compare, mapping};
use crate::types::module::PyModule;
use crate::types::str::value::PyStr;
use derive::{Traverse, pymethods, pytype};

/// What importing a module needs to know: its name, its loader, where it comes from.
#[pytype(
    name = "_frozen_importlib.ModuleSpec",
    doc = "The specification for a module, used for loading.\n\n    A module's spec is the source for information about the module.  For\n    data associated with the module, including source, use the spec's\n    loader.\n\n    `name` is the absolute name of the module.  `loader` is the loader\n    to use when loading the module.  `parent` is the name of the\n    package the module is in.  The parent is derived from the name.\n\n    `is_package` determines if the module is considered a package or\n    not.  On modules this is reflected by the `__path__` attribute.\n\n    `origin` is the specific location used by the loader from which to\n    load the module, if that information is available.  When filename is\n    set, origin will match.\n\n    `has_location` indicates that a spec's \"origin\" reflects a location.\n    When this is True, `__file__` attribute of the module is set.\n\n    `cached` is the location of the cached bytecode file, if any.  It\n    corresponds to the `__cached__` attribute.\n\n    `submodule_search_locations` is the sequence of path entries to\n    search when importing submodules.  If set, is_package should be\n    True--and False otherwise.\n\n    Packages are simply modules that (may) have submodules.  If a spec\n    has a non-None value in `submodule_search_locations`, the import\n    system will consider modules loaded from the spec as packages.\n\n    Only finders (see importlib.abc.MetaPathFinder and\n    importlib.abc.PathEntryFinder) should modify ModuleSpec instances.\n\n    ",
    sig = "ModuleSpec(name, loader, *, origin=None, loader_state=None, is_package=None)",
    flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF, MUTABLE, OPEN_METHODS),
    tables(TABLE)
)]
#[derive(Traverse)]
pub struct ModuleSpec;

fn own(vm: &Vm, spec: &Value, name: &'static str) -> Value {
    spec.as_object()
        .and_then(|object| instance::get_own(object, &vm.intern_static(name)))
        .unwrap_or(Value::None)
}

#[pymethods]
impl ModuleSpec {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        new_object(cls, ModuleSpec).into_value()
    }

    #[pyslot(
        sig = "ModuleSpec(name, loader, *, origin=None, loader_state=None, is_package=None)",
        family = "def",
        fname = "ModuleSpec.__init__"
    )]
    fn slot_init(
        zelf: &Value,
        vm: &Vm,
        name: &Value,
        loader: &Value,
        origin: &Value,
        loader_state: &Value,
        is_package: &Value,
    ) -> PyResult<()> {
        let locations = if super::util::truth(vm, is_package)? {
            vm.new_list(Vec::new())
        } else {
            Value::None
        };
        fill(vm, zelf, name, loader, origin, loader_state, locations)
    }

    #[pyslot]
    fn repr(zelf: &Value, vm: &Vm) -> PyResult<String> {
        let mut parts = vec![
            format!("name={}", shown(vm, &get(vm, zelf, "name")?)),
            format!("loader={}", shown(vm, &get(vm, zelf, "loader")?)),
        ];
        let origin = get(vm, zelf, "origin")?;
        if !origin.is_none() {
            parts.push(format!("origin={}", shown(vm, &origin)));
        }
        let locations = get(vm, zelf, "submodule_search_locations")?;
        if !locations.is_none() {
            parts.push(format!(
                "submodule_search_locations={}",
                shown(vm, &locations)
            ));
        }
        let class = zelf.class(vm).name_str();
        Ok(format!("{class}({})", parts.join(", ")))
    }

    #[pyslot]
    fn richcompare(zelf: &Value, vm: &Vm, other: &Value, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        for name in [
            "name",
            "loader",
            "origin",
            "submodule_search_locations",
            "cached",
            "has_location",
        ] {
            let Some(theirs) = get_opt(vm, other, name)? else {
                return Ok(Value::NotImplemented);
            };
            if !compare::eq(vm, &get(vm, zelf, name)?, &theirs)? {
                return Ok(Value::bool(op == CompareOp::Ne));
            }
        }
        Ok(Value::bool(op == CompareOp::Eq))
    }

    #[pygetset]
    fn cached(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        let known = own(vm, zelf, "_cached");
        if !known.is_none() {
            return Ok(known);
        }
        let origin = get(vm, zelf, "origin")?;
        if origin.is_none() || !super::util::truth(vm, &get(vm, zelf, "_set_fileattr")?)? {
            return Ok(Value::None);
        }
        let cached = super::pyc::get_cached(vm, &origin)?;
        set(vm, zelf, "_cached", cached.clone())?;
        Ok(cached)
    }

    #[pygetset(setter)]
    fn set_cached(zelf: &Value, vm: &Vm, value: Value) -> PyResult<()> {
        set(vm, zelf, "_cached", value)
    }

    /// The name of the module's parent.
    #[pygetset]
    fn parent(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        parent_of(vm, zelf)
    }

    #[pygetset]
    fn has_location(zelf: &Value, vm: &Vm) -> PyResult<Value> {
        get(vm, zelf, "_set_fileattr")
    }

    #[pygetset(setter)]
    fn set_has_location(zelf: &Value, vm: &Vm, value: Value) -> PyResult<()> {
        let value = super::util::truth(vm, &value)?;
        set(vm, zelf, "_set_fileattr", Value::bool(value))
    }
}

/// `spec.parent`
pub fn parent_of(vm: &Vm, spec: &Value) -> PyResult<Value> {
    let name = get(vm, spec, "name")?;
    if get(vm, spec, "submodule_search_locations")?.is_none() {
        if name.downcast_ref::<PyStr>().is_none() {
            // What has no such method is refused as it is there.
            let parts = call_method(vm, &name, "rpartition", &[vm.new_str(".")])?;
            return mapping::get_item(vm, &parts, &vm.new_int(0));
        }
        let name = text(&name);
        Ok(vm.intern_str(super::util::rpartition(&name).0).into_value())
    } else {
        Ok(name)
    }
}

fn fill(
    vm: &Vm,
    spec: &Value,
    name: &Value,
    loader: &Value,
    origin: &Value,
    loader_state: &Value,
    locations: Value,
) -> PyResult<()> {
    for (key, value) in attributes(vm, name, loader, origin, loader_state, locations) {
        set(vm, spec, key, value)?;
    }
    Ok(())
}

/// What a new spec has.
fn attributes(
    vm: &Vm,
    name: &Value,
    loader: &Value,
    origin: &Value,
    loader_state: &Value,
    locations: Value,
) -> [(&'static str, Value); 8] {
    [
        ("name", name.clone()),
        ("loader", loader.clone()),
        ("origin", origin.clone()),
        ("loader_state", loader_state.clone()),
        ("submodule_search_locations", locations),
        ("_uninitialized_submodules", vm.new_list(Vec::new())),
        ("_set_fileattr", Value::False),
        ("_cached", Value::None),
    ]
}

/// Sets an attribute of a spec that `new_spec` just made.
pub fn set_plain(vm: &Vm, spec: &Value, name: &'static str, value: Value) {
    if let Some(object) = spec.as_object() {
        instance::set_own(vm, object, &vm.intern_static(name), value);
    }
}

/// A spec made natively.
pub fn new_spec(
    vm: &Vm,
    name: &Value,
    loader: &Value,
    origin: &Value,
    locations: Value,
) -> PyResult<Value> {
    let spec = PyRef::new(vm, ModuleSpec);
    for (key, value) in attributes(vm, name, loader, origin, &Value::None, locations) {
        instance::set_own(vm, spec.object(), &vm.intern_static(key), value);
    }
    Ok(spec.into_value())
}

/// `spec_from_loader(name, loader, *, origin=None, is_package=None)`
pub fn spec_from_loader(
    vm: &Vm,
    name: &Value,
    loader: &Value,
    origin: &Value,
    is_package: &Value,
) -> PyResult<Value> {
    let mut origin = origin.clone();
    if origin.is_none() {
        origin = get_opt(vm, loader, "_ORIGIN")?.unwrap_or(Value::None);
    }
    if origin.is_none() && get_opt(vm, loader, "get_filename")?.is_some() {
        let locations = if is_package.is_none() {
            super::external::Locations::Ask
        } else if super::util::truth(vm, is_package)? {
            super::external::Locations::Given(vm.new_list(Vec::new()))
        } else {
            super::external::Locations::Given(Value::None)
        };
        return super::external::spec_from_file_location(vm, name, &Value::None, loader, locations);
    }
    let mut is_package = is_package.clone();
    if is_package.is_none() {
        is_package = match get_opt(vm, loader, "is_package")? {
            Some(_) => match call_method(vm, loader, "is_package", std::slice::from_ref(name)) {
                Ok(value) => value,
                Err(error) if error.is(vm, ExcKind::ImportError) => Value::None,
                Err(error) => return Err(error),
            },
            None => Value::False,
        };
    }
    let locations = if super::util::truth(vm, &is_package)? {
        vm.new_list(Vec::new())
    } else {
        Value::None
    };
    new_spec(vm, name, loader, &origin, locations)
}

/// `_init_module_attrs(spec, module, override=False)`
pub fn init_module_attrs(vm: &Vm, spec: &Value, module: &Value, force: bool) -> PyResult<()> {
    let missing = |name: &'static str| -> PyResult<bool> {
        Ok(force || get_opt(vm, module, name)?.is_none_or(|value| value.is_none()))
    };
    let put = |name: &'static str, value: Value| match set(vm, module, name, value) {
        Err(error) if error.is(vm, ExcKind::AttributeError) => Ok(()),
        result => result,
    };
    if missing("__name__")? {
        put("__name__", get(vm, spec, "name")?)?;
    }
    let locations = get(vm, spec, "submodule_search_locations")?;
    if missing("__loader__")? {
        let mut loader = get(vm, spec, "loader")?;
        if loader.is_none() && !locations.is_none() {
            loader = super::external::namespace_loader(vm, &locations)?;
            set(vm, spec, "loader", loader.clone())?;
            // A namespace package has no `__file__`, not even None.
            put("__file__", Value::None)?;
        }
        put("__loader__", loader)?;
    }
    if missing("__package__")? {
        put("__package__", get(vm, spec, "parent")?)?;
    }
    put("__spec__", spec.clone())?;
    if !locations.is_none() && (force || get_opt(vm, module, "__path__")?.is_none()) {
        put("__path__", locations)?;
    }
    if super::util::truth(vm, &get(vm, spec, "has_location")?)? {
        if missing("__file__")? {
            put("__file__", get(vm, spec, "origin")?)?;
        }
        if missing("__cached__")? {
            let cached = get(vm, spec, "cached")?;
            if !cached.is_none() {
                put("__cached__", cached)?;
            }
        }
    }
    Ok(())
}

/// A fresh module object of this name (`_new_module`).
pub fn new_module(vm: &Vm, name: &Value) -> Value {
    let module = PyModule::new(vm, None);
    module.set_initial(vm, name.clone(), Value::None);
    module.into_value()
}

/// What `init_module_attrs` does for a module that nobody has touched and a spec of the class itself, without looking for what cannot be.
fn fill_new_module(vm: &Vm, spec: &Value, module: &Value, loader: Value) -> PyResult<()> {
    let Some(module) = module.downcast_ref::<PyModule>() else {
        return Ok(());
    };
    let dict = module.dict(vm);
    let locations = own(vm, spec, "submodule_search_locations");
    dict.set_str(vm, &vm.names.__loader__, loader);
    dict.set_str(vm, &vm.names.__package__, parent_of(vm, spec)?);
    dict.set_str(vm, &vm.names.__spec__, spec.clone());
    if !locations.is_none() {
        dict.set_str(vm, &vm.names.__path__, locations);
    }
    if super::util::truth(vm, &own(vm, spec, "_set_fileattr"))? {
        dict.set_str(vm, &vm.names.__file__, own(vm, spec, "origin"));
        let cached = get(vm, spec, "cached")?;
        if !cached.is_none() {
            dict.set_str(vm, &vm.names.__cached__, cached);
        }
    }
    Ok(())
}

/// `module_from_spec(spec)`
pub fn module_from_spec(vm: &Vm, spec: &Value) -> PyResult<Value> {
    let loader = get(vm, spec, "loader")?;
    let mut module = Value::None;
    if !loader.is_none() && get_opt(vm, &loader, "create_module")?.is_some() {
        let made = call_method(vm, &loader, "create_module", std::slice::from_ref(spec));
        module = frames::leave(vm, &frames::MODULE_FROM_SPEC, made)?;
    } else if !loader.is_none() && get_opt(vm, &loader, "exec_module")?.is_some() {
        return Err(
            vm.import_error("loaders that define exec_module() must also define create_module()")
        );
    }
    if module.is_none() {
        module = new_module(vm, &get(vm, spec, "name")?);
        if spec.downcast_exact::<ModuleSpec>(vm).is_some() && !loader.is_none() {
            fill_new_module(vm, spec, &module, loader)?;
            return Ok(module);
        }
    }
    init_module_attrs(vm, spec, &module, false)?;
    Ok(module)
}

/// `_load_unlocked(spec)`
pub fn load_unlocked(vm: &Vm, spec: &Value) -> PyResult<Value> {
    let loader = get(vm, spec, "loader")?;
    if !loader.is_none() && get_opt(vm, &loader, "exec_module")?.is_none() {
        let message = format!(
            "{}.exec_module() not found; falling back to load_module()",
            object_name(vm, &loader)
        );
        let place = &frames::LOAD_FALLS_BACK;
        warn_here(vm, place, ExcKind::ImportWarning, &message)?;
        return load_backward_compatible(vm, spec, &loader);
    }
    let name = get(vm, spec, "name")?;
    let module = frames::leave(vm, &frames::CREATING, module_from_spec(vm, spec))?;
    set(vm, spec, "_initializing", Value::True)?;
    let result = run_loader(vm, spec, &loader, &name, &module);
    set(vm, spec, "_initializing", Value::False)?;
    result
}

fn run_loader(
    vm: &Vm,
    spec: &Value,
    loader: &Value,
    name: &Value,
    module: &Value,
) -> PyResult<Value> {
    let table = modules(vm)?;
    table.set(vm, name.clone(), module.clone())?;
    let ran = if !loader.is_none() {
        call_method(vm, loader, "exec_module", std::slice::from_ref(module)).map(|_| ())
    } else if get(vm, spec, "submodule_search_locations")?.is_none() {
        Err(import_error(vm, "missing loader".into(), Some(name), None))
    } else {
        Ok(())
    };
    if let Err(error) = ran {
        drop(table.pop(vm, name)?);
        return frames::leave(vm, &frames::LOAD_UNLOCKED, Err(error));
    }
    // The module may have put another object in its place, and what came last goes to the end of `sys.modules`.
    let Some(module) = table.pop(vm, name)? else {
        return frames::leave(vm, &frames::LOADED_IS_GONE, Err(vm.key_error(name)));
    };
    table.set(vm, name.clone(), module.clone())?;
    verbose(vm, 1, || {
        // Making the module may have given a namespace package its loader.
        let loader = get(vm, spec, "loader").unwrap_or(Value::None);
        format!("import {} # {}", shown(vm, name), shown(vm, &loader))
    });
    Ok(module)
}

fn load_backward_compatible(vm: &Vm, spec: &Value, loader: &Value) -> PyResult<Value> {
    let name = get(vm, spec, "name")?;
    let loaded = call_method(vm, loader, "load_module", std::slice::from_ref(&name));
    // What came last goes to the end of `sys.modules`.
    let table = modules(vm)?;
    let module = table.pop(vm, &name)?;
    if let Some(module) = &module {
        table.set(vm, name.clone(), module.clone())?;
    }
    loaded?;
    let Some(module) = module else {
        return Err(vm.key_error(&name));
    };
    let missing = |attribute: &'static str| -> PyResult<bool> {
        Ok(get_opt(vm, &module, attribute)?.is_none_or(|value| value.is_none()))
    };
    let put = |attribute: &'static str, value: Value| match set(vm, &module, attribute, value) {
        Err(error) if error.is(vm, ExcKind::AttributeError) => Ok(()),
        result => result,
    };
    if missing("__loader__")? {
        put("__loader__", loader.clone())?;
    }
    if missing("__package__")?
        && let Some(own) = get_opt(vm, &module, "__name__")?
    {
        let package = if get_opt(vm, &module, "__path__")?.is_some() {
            own
        } else {
            vm.new_str(super::util::rpartition(&text(&name)).0)
        };
        put("__package__", package)?;
    }
    if missing("__spec__")? {
        put("__spec__", spec.clone())?;
    }
    Ok(module)
}

/// The class name of a loader or finder (`_object_name`).
pub fn object_name(vm: &Vm, object: &Value) -> String {
    match object.downcast_ref::<PyType>() {
        Some(class) => class.name_str(),
        None => object.class(vm).name_str(),
    }
}

/// `_exec(spec, module)`: what `importlib.reload` runs.
pub fn exec(vm: &Vm, spec: &Value, module: &Value) -> PyResult<Value> {
    let name = get(vm, spec, "name")?;
    let _guard = lock::acquire(vm, &name)?;
    match module_get(vm, &name)? {
        Some(known) if known.is(module) => {}
        _ => {
            return Err(import_error(
                vm,
                format!("module {} not in sys.modules", shown(vm, &name)),
                Some(&name),
                None,
            ));
        }
    }
    let loader = get(vm, spec, "loader")?;
    let run = || -> PyResult<()> {
        if loader.is_none() {
            if get(vm, spec, "submodule_search_locations")?.is_none() {
                return Err(import_error(vm, "missing loader".into(), Some(&name), None));
            }
            return init_module_attrs(vm, spec, module, true);
        }
        init_module_attrs(vm, spec, module, true)?;
        if get_opt(vm, &loader, "exec_module")?.is_none() {
            let message = format!(
                "{}.exec_module() not found; falling back to load_module()",
                object_name(vm, &loader)
            );
            let place = &frames::EXEC_FALLS_BACK;
            warn_here(vm, place, ExcKind::ImportWarning, &message)?;
            return call_method(vm, &loader, "load_module", std::slice::from_ref(&name)).map(drop);
        }
        let ran = call_method(vm, &loader, "exec_module", std::slice::from_ref(module));
        frames::leave(vm, &frames::RELOAD, ran).map(drop)
    };
    let result = run();
    let table = modules(vm)?;
    let module = match table.pop(vm, &name)? {
        Some(module) => {
            table.set(vm, name, module.clone())?;
            module
        }
        None => module.clone(),
    };
    result.map(|()| module)
}

/// `_module_repr`: what `repr(module)` is.
pub fn module_repr(vm: &Vm, module: &Value) -> PyResult<String> {
    let loader = get_opt(vm, module, "__loader__")?.unwrap_or(Value::None);
    if let Some(spec) = get_opt(vm, module, "__spec__")?.filter(|spec| !spec.is_none()) {
        let name = match get(vm, &spec, "name")? {
            name if name.is_none() => vm.new_str("?"),
            name => name,
        };
        let name = shown(vm, &name);
        let origin = get(vm, &spec, "origin")?;
        let loader = get(vm, &spec, "loader")?;
        return Ok(if origin.is_none() {
            if loader.is_none() {
                format!("<module {name}>")
            } else {
                format!("<module {name} ({})>", shown(vm, &loader))
            }
        } else if super::util::truth(vm, &get(vm, &spec, "has_location")?)? {
            format!("<module {name} from {}>", shown(vm, &origin))
        } else {
            format!(
                "<module {name} ({})>",
                crate::protocol::repr::str_text(vm, &origin)?
            )
        });
    }
    if get_opt(vm, &loader, "module_repr")?.is_some()
        && let Ok(text) = call_method(vm, &loader, "module_repr", std::slice::from_ref(module))
        && let Some(text) = text.downcast_ref::<PyStr>()
    {
        return Ok(text.to_string_lossy().into_owned());
    }
    let name = match get_opt(vm, module, "__name__")? {
        Some(name) => shown(vm, &name),
        None => String::from("'?'"),
    };
    if let Some(file) = get_opt(vm, module, "__file__")? {
        return Ok(format!("<module {name} from {}>", shown(vm, &file)));
    }
    Ok(if loader.is_none() {
        format!("<module {name}>")
    } else {
        format!("<module {name} ({})>", shown(vm, &loader))
    })
}

/// A name in the form specs want it.
pub fn name_value(vm: &Vm, name: &str) -> Value {
    PyStr::new(vm, name).into_value()
}
