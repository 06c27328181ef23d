//! `property`.
//!
//! CPython 3.11: `propertyobject` in `Objects/descrobject.c`.

use super::classmethod::is_abstract;
use crate::context::{PyErr, PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, GetSetDef, Py, PyCell, PyType, Table, Value, type_flag};
use crate::protocol::{attr, call, repr};
use crate::types::native::{bind, getter, member, one, this, unsigned};
use crate::types::object_::PyBaseObject;

/// Payload of `property`. Functions that are not given are `NULL`.
pub struct PyProperty {
    /// `fget`
    pub get: PyCell<Value>,
    /// `fset`
    pub set: PyCell<Value>,
    /// `fdel`
    pub del: PyCell<Value>,
    /// `__doc__`
    pub doc: PyCell<Value>,
    /// The name the property was assigned to in a class.
    pub name: PyCell<Value>,
    /// Whether the docstring is the getter's.
    pub doc_of_getter: std::cell::Cell<bool>,
}

native_type!(PyProperty, "property", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x"),
    signature: Some("(fget=None, fset=None, fdel=None, doc=None)"),
    traverse: Some(crate::traverse_payload!(PyProperty, |this, visit| {
        for field in [&this.get, &this.set, &this.del, &this.doc, &this.name] {
            field.with(&mut *visit);
        }
    })),
    clear: Some(clear), tables: [TABLE]);

fn clear(_vm: &Vm, value: &Value) {
    if let Some(this) = value.downcast_ref::<PyProperty>() {
        for field in [&this.get, &this.set, &this.del, &this.doc] {
            field.set(Value::NULL);
        }
    }
}

fn or_none(field: &PyCell<Value>) -> Value {
    field.get().non_null().unwrap_or(Value::None)
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(one(
            "getter",
            "",
            "Descriptor to obtain a copy of the property with a different getter.",
            |vm, self_, f| copy(vm, self_, [Some(f), None, None]),
        )),
        unsigned(one(
            "setter",
            "",
            "Descriptor to obtain a copy of the property with a different setter.",
            |vm, self_, f| copy(vm, self_, [None, Some(f), None]),
        )),
        unsigned(one(
            "deleter",
            "",
            "Descriptor to obtain a copy of the property with a different deleter.",
            |vm, self_, f| copy(vm, self_, [None, None, Some(f)]),
        )),
        unsigned(crate::types::native::fast(
            "__set_name__",
            "",
            "Method to set name of a property.",
            |vm, self_, args| {
                let [_, name] = args else {
                    return Err(vm.type_error(format!(
                        "__set_name__() takes 2 positional arguments but {} were given",
                        args.len()
                    )));
                };
                this::<PyProperty>(vm, self_)?.name.set(name.clone());
                Ok(Value::None)
            },
        )),
    ],
    getsets: &[
        member("fget", None, |vm, self_| {
            Ok(or_none(&this::<PyProperty>(vm, self_)?.get))
        }),
        member("fset", None, |vm, self_| {
            Ok(or_none(&this::<PyProperty>(vm, self_)?.set))
        }),
        member("fdel", None, |vm, self_| {
            Ok(or_none(&this::<PyProperty>(vm, self_)?.del))
        }),
        GetSetDef {
            name: "__doc__",
            doc: None,
            get: Some(|vm, self_| Ok(or_none(&this::<PyProperty>(vm, self_)?.doc))),
            set: Some(|vm, self_, value| {
                let doc = value.unwrap_or(Value::NULL);
                this::<PyProperty>(vm, self_)?.doc.set(doc);
                Ok(())
            }),
            member: true,
        },
        getter("__isabstractmethod__", None, |vm, self_| {
            let this = this::<PyProperty>(vm, self_)?;
            for field in [&this.get, &this.set, &this.del] {
                if let Some(function) = field.get().non_null()
                    && is_abstract(vm, &function)?
                {
                    return Ok(Value::True);
                }
            }
            Ok(Value::False)
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.descr_get.set(Some(descr_get));
        slots.descr_set.set(Some(descr_set));
    },
};

fn new(_vm: &Vm, class: &Py<PyType>, _args: Args<'_>) -> PyResult<Value> {
    let unset = || PyCell::new(Value::NULL);
    let payload = PyProperty {
        get: unset(),
        set: unset(),
        del: unset(),
        doc: unset(),
        name: unset(),
        doc_of_getter: false.into(),
    };
    Ok(new_object(class, payload).into_value())
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let names = ["fget", "fset", "fdel", "doc"];
    let [get, set, del, doc] = bind(vm, "property", &args, names, 4, 0)?;
    let this = this::<PyProperty>(vm, self_)?;
    let function = |value: Option<&Value>| {
        value
            .filter(|value| !value.is_none())
            .cloned()
            .unwrap_or(Value::NULL)
    };
    this.get.set(function(get));
    this.set.set(function(set));
    this.del.set(function(del));
    this.doc.set(doc.cloned().unwrap_or(Value::NULL));
    this.name.set(Value::NULL);
    this.doc_of_getter.set(false);
    let has_doc = doc.is_some_and(|doc| !doc.is_none());
    if !has_doc
        && let Some(get) = get.filter(|get| !get.is_none())
        && let Some(doc) = attr::get_opt(vm, get, &vm.names.__doc__)?
    {
        if self_.downcast_exact::<PyProperty>(vm).is_some() {
            this.doc.set(doc);
        } else {
            // The class's own docstring would hide it.
            attr::set(vm, self_, &vm.names.__doc__, doc)?;
        }
        this.doc_of_getter.set(true);
    }
    Ok(())
}

/// The property with other functions.
fn copy(vm: &Vm, self_: &Value, new: [Option<&Value>; 3]) -> PyResult<Value> {
    let old = this::<PyProperty>(vm, self_)?;
    let choose = |given: Option<&Value>, old: &PyCell<Value>| match given {
        Some(given) if !given.is_none() => given.clone(),
        _ => or_none(old),
    };
    let get = choose(new[0], &old.get);
    let doc = if old.doc_of_getter.get() && !get.is_none() {
        Value::None
    } else {
        or_none(&old.doc)
    };
    let args = [get, choose(new[1], &old.set), choose(new[2], &old.del), doc];
    let copy = call::call_args(vm, &self_.class(vm).as_value(), &args)?;
    if let Some(payload) = copy.downcast_ref::<PyProperty>() {
        payload.name.set(old.name.get());
    }
    Ok(copy)
}

/// `property 'x' of 'A' object has no setter`
#[cold]
fn has_no(vm: &Vm, property: &PyProperty, instance: &Value, what: &str) -> PyErr {
    let qualname = instance.class(vm).qualname.get();
    let class = match qualname
        .map(|name| repr::repr_text(vm, &name.into_value()))
        .transpose()
    {
        Ok(class) => class.unwrap_or_default(),
        Err(error) => return error,
    };
    let name = match property.name.get().non_null() {
        Some(name) => match repr::repr_text(vm, &name) {
            Ok(name) => format!(" {name}"),
            Err(error) => return error,
        },
        None => String::new(),
    };
    vm.attribute_error(format!("property{name} of {class} object has no {what}"))
}

fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    _owner: Option<&Value>,
) -> PyResult<Value> {
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(self_.clone());
    };
    let this = this::<PyProperty>(vm, self_)?;
    match this.get.get().non_null() {
        Some(get) => call::call1(vm, &get, instance),
        None => Err(has_no(vm, this, instance, "getter")),
    }
}

fn descr_set(vm: &Vm, self_: &Value, instance: &Value, value: Option<Value>) -> PyResult<()> {
    let this = this::<PyProperty>(vm, self_)?;
    match value {
        Some(value) => match this.set.get().non_null() {
            Some(set) => call::call_args(vm, &set, &[instance.clone(), value])?,
            None => return Err(has_no(vm, this, instance, "setter")),
        },
        None => match this.del.get().non_null() {
            Some(del) => call::call1(vm, &del, instance)?,
            None => return Err(has_no(vm, this, instance, "deleter")),
        },
    };
    Ok(())
}
