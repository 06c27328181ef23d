//! `module`.
//!
//! CPython 3.11: `Objects/moduleobject.c`.

use crate::context::errors::ExcKind;
use crate::context::host::Host;
use crate::context::{PyErr, PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{
    Args, GetSetDef, ModuleDef, Payload, Py, PyRef, Table, Value, instance, type_flag,
};
use crate::protocol::{attr, call, repr, sequence, truth};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::native::{bind, member, no_args, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// Payload of modules; the namespace is the instance's dict.
pub struct PyModule {
    /// The static definition, for native modules.
    pub def: Option<&'static ModuleDef>,
    farewell: OnceCell<Box<Farewell>>,
}

/// With `-v`, a line tells of each module's death (`# destroy name`).
struct Farewell {
    name: String,
    host: Rc<dyn Host>,
    is_said: Cell<bool>,
}

impl Farewell {
    fn say(&self) {
        if !self.is_said.replace(true) {
            // Nobody can be told that telling failed.
            let _ = self
                .host
                .write(2, format!("# destroy {}\n", self.name).as_bytes());
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        self.say();
    }
}

/// Whether deaths of modules are told.
#[derive(Default)]
struct Farewells(Cell<bool>);

/// Tells of a module's death ahead of it.
pub fn say_farewell(module: &Value) {
    let module = module.downcast_ref::<PyModule>();
    if let Some(farewell) = module.and_then(|module| module.farewell.get()) {
        farewell.say();
    }
}

/// From now on, tells when a module dies.
pub fn tell_deaths(vm: &Vm) {
    vm.state.get::<Farewells>().0.set(true);
    // What a module holds dies after it; a collection, however, calls finalisers long before.
    <PyModule as Payload>::class(vm)
        .slots
        .finalize
        .set(Some(|vm, module| {
            if let Some(module) = module.downcast_ref::<PyModule>()
                && let Some(farewell) = module.farewell.get()
                && !vm.state.get::<crate::gc::GcState>().collecting.get()
            {
                farewell.say();
            }
        }));
}

native_type!(PyModule, "module", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a module object.\n\nThe name must be a string; the optional docstring can have any type."),
    signature: Some("(name, doc=None)"), traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[unsigned(no_args(
        "__dir__",
        "__dir__() -> list\nspecialized dir() implementation",
        dir,
    ))],
    getsets: &[
        member("__dict__", None, |vm, self_| {
            Ok(this::<PyModule>(vm, self_)?.dict(vm).into_value())
        }),
        GetSetDef {
            name: "__annotations__",
            doc: None,
            get: Some(get_annotations),
            set: Some(set_annotations),
            member: false,
        },
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(|vm, class, _| {
            let module = new_object(class, PyModule::of(None));
            instance::set_dict(module.object(), PyDict::new(vm));
            Ok(module.into_value())
        }));
        slots.init.set(Some(init));
        slots.getattro.set(Some(getattro));
        slots.repr.set(Some(repr_slot));
    },
};

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let [name, doc] = bind(vm, "module", &args, ["name", "doc"], 2, 1)?;
    let name = name.cloned().unwrap_or(Value::None);
    if name.downcast_ref::<PyStr>().is_none() {
        return Err(vm.type_error(format!(
            "module() argument 'name' must be str, not {}",
            name.class(vm).tp_name()
        )));
    }
    let module = this::<PyModule>(vm, self_)?;
    module.set_initial(vm, name, doc.cloned().unwrap_or(Value::None));
    Ok(())
}

/// An attribute of a module; `None` when there is none and the module defines no `__getattr__`.
pub fn getattr_opt(vm: &Vm, self_: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    match attr::generic_getattr_opt(vm, self_, name) {
        Ok(Some(value)) => return Ok(Some(value)),
        Err(error) if !error.is(vm, ExcKind::AttributeError) => return Err(error),
        _ => {}
    }
    let dict = this::<PyModule>(vm, self_)?.dict(vm);
    match dict.get_str(&vm.names.__getattr__) {
        Some(getattr) => call::call1(vm, &getattr, &name.as_value()).map(Some),
        None => Ok(None),
    }
}

fn getattro(vm: &Vm, self_: &Value, name: &Value) -> PyResult<Value> {
    let name = attr::name_of(vm, name)?;
    if let Some(value) = getattr_opt(vm, self_, name)? {
        return Ok(value);
    }
    Err(missing(vm, self_, name)?)
}

#[cold]
fn missing(vm: &Vm, self_: &Value, name: &Py<PyStr>) -> PyResult<PyErr> {
    let dict = this::<PyModule>(vm, self_)?.dict(vm);
    let attribute = name.to_string_lossy();
    let module = dict.get_str(&vm.names.__name__);
    let Some(module) = module.as_ref().and_then(|m| m.downcast_ref::<PyStr>()) else {
        let text = format!("module has no attribute '{attribute}'");
        return Ok(vm.attribute_error_for(text, self_, name));
    };
    let module = module.to_string_lossy();
    let spec = dict.get_str(&vm.names.__spec__);
    let text = if is_initializing(vm, spec.as_ref()) {
        format!(
            "partially initialized module '{module}' has no attribute '{attribute}' (most likely due to a circular import)"
        )
    } else if is_uninitialized_submodule(vm, spec.as_ref(), name) {
        format!(
            "cannot access submodule '{attribute}' of module '{module}' (most likely due to a circular import)"
        )
    } else {
        format!("module '{module}' has no attribute '{attribute}'")
    };
    Ok(vm.attribute_error_for(text, self_, name))
}

/// Whether a module's spec says that its code still runs (`_PyModuleSpec_IsInitializing`).
pub fn is_initializing(vm: &Vm, spec: Option<&Value>) -> bool {
    let Some(spec) = spec else {
        return false;
    };
    match attr::get_opt(vm, spec, &vm.intern_str("_initializing")) {
        Ok(Some(value)) => truth::is_true(vm, &value).unwrap_or(false),
        _ => false,
    }
}

fn is_uninitialized_submodule(vm: &Vm, spec: Option<&Value>, name: &Py<PyStr>) -> bool {
    let Some(spec) = spec else {
        return false;
    };
    let submodules = vm.intern_str("_uninitialized_submodules");
    match attr::get_opt(vm, spec, &submodules) {
        Ok(Some(names)) => sequence::contains(vm, &names, &name.as_value()).unwrap_or(false),
        _ => false,
    }
}

/// As `importlib._bootstrap._module_repr` does it.
fn repr_slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let names = &vm.names;
    let _guard = vm.enter_recursive(" while getting the repr of a module")?;
    let optional = |object: &Value, name: &Py<PyStr>| attr::get_opt(vm, object, name);
    let loader = optional(self_, &names.__loader__)?;
    let spec = optional(self_, &names.__spec__)?;
    if let Some(spec) = spec
        && truth::is_true(vm, &spec)?
    {
        return repr_of_spec(vm, &spec);
    }
    if let Some(loader) = &loader
        && let Some(method) = optional(loader, &vm.intern_str("module_repr"))?
        // What fails is not asked again.
        && let Ok(text) = call::call1(vm, &method, self_)
    {
        return Ok(text);
    }
    let name = match optional(self_, &names.__name__)? {
        Some(name) => repr::repr_text(vm, &name)?,
        None => "'?'".to_string(),
    };
    let file = optional(self_, &names.__file__)?;
    Ok(
        vm.new_str(&match (file, loader.filter(|loader| !loader.is_none())) {
            (Some(file), _) => format!("<module {name} from {}>", repr::repr_text(vm, &file)?),
            (None, Some(loader)) => format!("<module {name} ({})>", repr::repr_text(vm, &loader)?),
            (None, None) => format!("<module {name}>"),
        }),
    )
}

fn repr_of_spec(vm: &Vm, spec: &Value) -> PyResult<Value> {
    let name = attr::get(vm, spec, &vm.names.name)?;
    let shown = if name.is_none() {
        "'?'".to_string()
    } else {
        repr::repr_text(vm, &name)?
    };
    let origin = attr::get(vm, spec, &vm.intern_str("origin"))?;
    if origin.is_none() {
        let loader = attr::get(vm, spec, &vm.intern_str("loader"))?;
        return Ok(vm.new_str(&if loader.is_none() {
            format!("<module {shown}>")
        } else {
            format!("<module {shown} ({})>", repr::repr_text(vm, &loader)?)
        }));
    }
    let located = attr::get(vm, spec, &vm.intern_str("has_location"))?;
    Ok(vm.new_str(&if truth::is_true(vm, &located)? {
        format!("<module {shown} from {}>", repr::repr_text(vm, &origin)?)
    } else {
        let name = repr::repr_text(vm, &name)?;
        format!("<module {name} ({})>", repr::str_text(vm, &origin)?)
    }))
}

fn dir(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let dict = attr::get(vm, self_, &vm.names.__dict__)?;
    let Some(dict) = dict.downcast_ref::<PyDict>() else {
        return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
    };
    match dict.get_str(&vm.names.__dir__) {
        Some(function) => call::call0(vm, &function),
        None => Ok(PyList::new(vm, dict.keys()).into_value()),
    }
}

fn get_annotations(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let dict = this::<PyModule>(vm, self_)?.dict(vm);
    if let Some(found) = dict.get_str(&vm.names.__annotations__) {
        return Ok(found);
    }
    let fresh = PyDict::new(vm).into_value();
    dict.set_str(vm, &vm.names.__annotations__, fresh.clone());
    Ok(fresh)
}

fn set_annotations(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let dict = this::<PyModule>(vm, self_)?.dict(vm);
    match value {
        Some(value) => dict.set_str(vm, &vm.names.__annotations__, value),
        None if dict.delete_str(&vm.names.__annotations__) => {}
        None => return Err(vm.attribute_error("__annotations__")),
    }
    Ok(())
}

impl PyModule {
    /// A module with an empty namespace.
    pub fn new(vm: &Vm, def: Option<&'static ModuleDef>) -> PyRef<PyModule> {
        let module = PyRef::new(vm, PyModule::of(def));
        instance::set_dict(module.object(), PyDict::new(vm));
        module
    }

    fn of(def: Option<&'static ModuleDef>) -> PyModule {
        PyModule {
            def,
            farewell: OnceCell::new(),
        }
    }
}

impl Py<PyModule> {
    /// Sets what every module has from the start.
    pub fn set_initial(&self, vm: &Vm, name: Value, doc: Value) {
        self.remember_name(vm, &name);
        let dict = self.dict(vm);
        let names = &vm.names;
        dict.set_str(vm, &names.__name__, name);
        dict.set_str(vm, &names.__doc__, doc);
        for absent in [&names.__package__, &names.__loader__, &names.__spec__] {
            dict.set_str(vm, absent, Value::None);
        }
    }

    /// The name to tell when the module dies, if that is wanted.
    pub fn remember_name(&self, vm: &Vm, name: &Value) {
        if !vm.state.get::<Farewells>().0.get() {
            return;
        }
        if let Some(name) = name.downcast_ref::<PyStr>() {
            let farewell = Farewell {
                name: name.to_string_lossy().into_owned(),
                host: vm.host(),
                is_said: Cell::new(false),
            };
            // A module may be initialised twice.
            let _ = self.farewell.set(Box::new(farewell));
        }
    }

    /// `__dict__`
    pub fn dict(&self, vm: &Vm) -> PyRef<PyDict> {
        instance::make_dict(vm, self.object())
    }
}
