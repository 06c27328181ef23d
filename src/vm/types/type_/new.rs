//! Making classes: `type(name, bases, namespace, **keywords)`.
//!
//! CPython 3.11: `type_new` and its parts in `Objects/typeobject.c`.

use super::bases::{best_base, calculate_metaclass};
use super::class_slots::{self, Added};
use super::update::fill_all_slots;
use super::{cache, mro};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::slots::NewFn;
use crate::object::{Args, GetSetDef, Py, PyRef, PyType, Value, alloc, instance, type_flag};
use crate::protocol::convert::refuse_surrogates;
use crate::protocol::{attr, lookup, repr};
use crate::types::cell::PyCellObject;
use crate::types::descriptor::classmethod::PyClassMethod;
use crate::types::descriptor::getset::PyGetSet;
use crate::types::descriptor::member::{MemberKind, PyMember};
use crate::types::descriptor::staticmethod::PyStaticMethod;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// `type.__new__`
pub fn new(vm: &Vm, metatype: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let [name, bases, namespace] = args.positional() else {
        return Err(vm.type_error(format!(
            "type.__new__() takes exactly 3 arguments ({} given)",
            args.positional().len()
        )));
    };
    let wrong = |place: usize, wanted: &str, value: &Value| {
        vm.type_error(format!(
            "type.__new__() argument {place} must be {wanted}, not {}",
            value.class(vm).tp_name()
        ))
    };
    let name = name
        .downcast_ref::<PyStr>()
        .ok_or_else(|| wrong(1, "str", name))?;
    let bases = bases
        .downcast_ref::<PyTuple>()
        .ok_or_else(|| wrong(2, "tuple", bases))?;
    let namespace = namespace
        .downcast_ref::<PyDict>()
        .ok_or_else(|| wrong(3, "dict", namespace))?;
    for base in bases.as_slice() {
        if base.downcast_ref::<PyType>().is_none()
            && attr::has(vm, base, &vm.names.__mro_entries__)?
        {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    let winner = calculate_metaclass(vm, metatype, bases.as_slice())?;
    if !winner.is(metatype)
        && let Some(other) = winner.slots.new.get()
        && !std::ptr::fn_addr_eq(other, new as NewFn)
    {
        return other(vm, &winner, args);
    }
    let class = make(vm, &winner, name, bases, namespace)?;
    set_names(vm, &class)?;
    init_subclass(vm, &class, args)?;
    Ok(class.into_value())
}

/// Everything but `__set_name__` and `__init_subclass__`.
fn make(
    vm: &Vm,
    metatype: &Py<PyType>,
    name: &Py<PyStr>,
    bases: &Py<PyTuple>,
    namespace: &Py<PyDict>,
) -> PyResult<PyRef<PyType>> {
    let object_only;
    let bases = if bases.len() == 0 {
        object_only = PyTuple::new(vm, vec![vm.types.object.to_value()]);
        &object_only
    } else {
        bases
    };
    let base = best_base(vm, bases.as_slice())?;
    let dict = namespace.copy(vm);
    let added = class_slots::read(vm, name, &base, bases.as_slice(), &dict)?;
    refuse_surrogates(vm, name)?;
    if let Some(doc) = dict.get_str(&vm.names.__doc__)
        && let Some(doc) = doc.downcast_ref::<PyStr>()
    {
        refuse_surrogates(vm, doc)?;
    }
    if name.chars().any(|c| c == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let qualname = take_qualname(vm, name, &dict)?;
    let class = allocate(vm, metatype, &base, &added);
    class.name.set(Some(vm.intern(name.to_ref())));
    class.qualname.set(Some(qualname));
    class.base.set(Some(base));
    class.bases.set(Some(bases.to_ref()));
    class.set_namespace(Some(dict));
    let cell = take_classcell(vm, &class)?;
    complete_namespace(vm, &class, &added);
    if let Some(cell) = cell {
        cell.content.set(class.to_value());
    }
    let mro = mro::compute(vm, &class)?;
    let collection = type_flag::SEQUENCE | type_flag::MAPPING;
    // Not the base that lays out the instances decides, but the first of the MRO that has one.
    class.set_flag(collection, false);
    for value in mro.as_slice() {
        if let Some(ancestor) = value.downcast_ref::<PyType>() {
            if class.flags.get() & collection == 0 {
                class.set_flag(ancestor.flags.get() & collection, true);
            }
        }
    }
    class.mro.set(Some(mro));
    let dict = class.dict_ref();
    if dict.get_str(&vm.names.__hash__).is_none() && dict.get_str(&vm.names.__eq__).is_some() {
        // Equality without hash: the instances cannot be hashed.
        dict.set_str(vm, &vm.names.__hash__, Value::None);
    }
    fill_all_slots(vm, &class);
    for base in bases.as_slice() {
        if let Some(base) = base.downcast_ref::<PyType>() {
            base.add_subclass(&class);
        }
    }
    Ok(class)
}

fn take_qualname(vm: &Vm, name: &Py<PyStr>, dict: &Py<PyDict>) -> PyResult<PyRef<PyStr>> {
    let Some(qualname) = dict.pop_str(&vm.names.__qualname__) else {
        return Ok(name.to_ref());
    };
    qualname.downcast::<PyStr>().map_err(|other| {
        vm.type_error(format!(
            "type __qualname__ must be a str, not {}",
            other.class(vm).tp_name()
        ))
    })
}

/// The cell that methods using `__class__` or `super()` share.
fn take_classcell(vm: &Vm, class: &Py<PyType>) -> PyResult<Option<PyRef<PyCellObject>>> {
    let Some(cell) = class.dict_ref().pop_str(&vm.names.__classcell__) else {
        return Ok(None);
    };
    match cell.downcast::<PyCellObject>() {
        Ok(cell) => Ok(Some(cell)),
        Err(other) => Err(vm.type_error(format!(
            "__classcell__ must be a nonlocal cell, not {}",
            repr::repr_text(vm, &other.class(vm).as_value())?
        ))),
    }
}

/// The type object with the layout of its base and what the class adds.
fn allocate(vm: &Vm, metatype: &Py<PyType>, base: &Py<PyType>, added: &Added) -> PyRef<PyType> {
    let payload = PyType::blank(vm, base.layout.get(), None);
    // What it is to a pattern follows from the MRO later.
    let mut flags =
        base.flags.get() & type_flag::INHERITED & !(type_flag::SEQUENCE | type_flag::MAPPING);
    flags |= type_flag::HEAPTYPE | type_flag::BASETYPE;
    if added.dict {
        flags |= type_flag::HAS_DICT | type_flag::MANAGED;
    }
    if added.weakref {
        flags |= type_flag::HAS_WEAKREF | type_flag::MANAGED;
    }
    if !added.places.is_empty() {
        flags |= type_flag::GC;
        if flags & type_flag::VARSIZE != 0 {
            flags |= type_flag::MANAGED;
        }
    }
    if flags & type_flag::MANAGED != 0 {
        flags |= type_flag::GC;
    }
    let places = if flags & type_flag::VARSIZE != 0 {
        0
    } else {
        added.places.len()
    };
    payload.flags.set(flags);
    payload.basicsize.set(base.basicsize.get() + places * 8);
    payload.slot_count.set(base.slot_count.get() + places);
    alloc::new_object(metatype, payload)
}

/// Adds to the namespace what every class has.
fn complete_namespace(vm: &Vm, class: &Py<PyType>, added: &Added) {
    let dict = class.dict_ref();
    let names = &vm.names;
    if dict.get_str(&names.__module__).is_none()
        && let Some(globals) = (vm.hooks.frame_globals.get())(vm)
        && let Some(module) = globals.get_str(&names.__name__)
    {
        dict.set_str(vm, &names.__module__, module);
    }
    if let Some(function) = dict.get_str(&names.__new__)
        && function.downcast_exact::<PyFunction>(vm).is_some()
    {
        let wrapped = PyStaticMethod::new(vm, function).into_value();
        dict.set_str(vm, &names.__new__, wrapped);
    }
    for name in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(function) = dict.get_str(name)
            && function.downcast_exact::<PyFunction>(vm).is_some()
        {
            dict.set_str(vm, name, PyClassMethod::new(vm, function).into_value());
        }
    }
    let first = class.slot_count.get().saturating_sub(added.places.len());
    for (index, name) in added.places.iter().enumerate() {
        let kind = if class.has_flag(type_flag::VARSIZE) {
            MemberKind::Hidden
        } else {
            MemberKind::Slot(first + index)
        };
        let payload = PyMember {
            name: name.clone(),
            class: class.to_ref(),
            kind,
        };
        dict.set_str(vm, name, PyRef::new(vm, payload).into_value());
    }
    if added.dict && dict.get_str(&names.__dict__).is_none() {
        dict.set_str(vm, &names.__dict__, PyGetSet::make(vm, &DICT_GETSET, class));
    }
    if added.weakref && dict.get_str(&names.__weakref__).is_none() {
        let value = PyGetSet::make(vm, &WEAKREF_GETSET, class);
        dict.set_str(vm, &names.__weakref__, value);
    }
    if dict.get_str(&names.__doc__).is_none() {
        dict.set_str(vm, &names.__doc__, Value::None);
    }
}

/// Tells the values of the namespace their names.
fn set_names(vm: &Vm, class: &Py<PyType>) -> PyResult<()> {
    for (key, value) in class.dict_ref().items() {
        let Some(method) = lookup::lookup_special(vm, &value, &vm.names.__set_name__)? else {
            continue;
        };
        if let Err(cause) = method.call(vm, &value, &[class.to_value(), key.clone()]) {
            let message = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.class(vm).tp_name(),
                repr::repr_text(vm, &key)?,
                class.tp_name()
            );
            return Err(from_cause(vm, ExcKind::RuntimeError, &message, cause));
        }
    }
    Ok(())
}

/// A new exception with another as its cause and context.
pub fn from_cause(vm: &Vm, kind: ExcKind, message: &str, cause: PyErr) -> PyErr {
    let error = vm.new_exception(kind, vm.new_str(message));
    let exception = error.exception();
    exception.context.set(Some(cause.to_value()));
    exception.set_cause(Some(cause.into_value()));
    error
}

/// `super(class, class).__init_subclass__(**keywords)`
fn init_subclass(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<()> {
    let Some(mro) = class.mro_ref() else {
        return Ok(());
    };
    if !mro
        .as_slice()
        .iter()
        .any(|ancestor| ancestor.is(&class.as_value()))
    {
        return Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"));
    }
    let name = &vm.names.__init_subclass__;
    let found = mro.as_slice().iter().skip(1).find_map(|base| {
        let base = base.downcast_ref::<PyType>()?;
        base.get_own(name)
    });
    let Some(found) = found else {
        return Ok(());
    };
    let class_value = class.as_value();
    let bound = match found.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, &found, Some(&class_value), Some(&class_value))?,
        None => found,
    };
    let keywords = &args.all_values()[args.positional().len()..];
    lookup::Special::Bound(bound).call_args(
        vm,
        &class_value,
        Args::new(keywords, args.kwnames()),
    )?;
    Ok(())
}

/// `type.__init__`
pub fn init(vm: &Vm, _self: &Value, args: Args<'_>) -> PyResult<()> {
    let given = args.positional().len();
    if args.kw_len() != 0 && given == 1 {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if given != 1 && given != 3 {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// `__dict__` of instances.
pub static DICT_GETSET: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    get: Some(get_dict),
    set: Some(set_dict),
    member: false,
};

/// `__weakref__` of instances.
pub static WEAKREF_GETSET: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: Some(|_vm, self_| {
        let first = self_
            .as_object()
            .and_then(|object| crate::object::weak::references(object).into_iter().next());
        Ok(first.unwrap_or(Value::None))
    }),
    set: None,
    member: false,
};

fn get_dict(vm: &Vm, self_: &Value) -> PyResult<Value> {
    match self_
        .as_object()
        .filter(|object| object.class().has_flag(type_flag::HAS_DICT))
    {
        Some(object) => Ok(instance::make_dict(vm, object).into_value()),
        None => Err(vm.attribute_error("This object has no __dict__")),
    }
}

/// Whether the room for attributes comes from a native type.
fn native_base_has_dict(class: &Py<PyType>) -> bool {
    let mut place = Some(class.to_ref());
    while let Some(class) = place {
        if class.def.is_some() {
            return class.has_flag(type_flag::HAS_DICT);
        }
        place = class.base.get();
    }
    false
}

fn set_dict(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(object) = self_
        .as_object()
        .filter(|object| object.class().has_flag(type_flag::HAS_DICT))
    else {
        return Err(vm.attribute_error("This object has no __dict__"));
    };
    let Some(value) = value else {
        if native_base_has_dict(object.class()) {
            return Err(vm.type_error("cannot delete __dict__"));
        }
        instance::set_dict(object, PyDict::new(vm));
        return Ok(());
    };
    match value.downcast::<PyDict>() {
        Ok(dict) => {
            instance::set_dict(object, dict);
            Ok(())
        }
        Err(other) => Err(vm.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            other.class(vm).tp_name()
        ))),
    }
}

/// Stores into a class's namespace, telling caches and slots; for native code that makes classes.
pub fn set_class_attribute(vm: &Vm, class: &Py<PyType>, name: &Py<PyStr>, value: Value) {
    cache::modified(class);
    class.dict_ref().set_str(vm, name, value);
    cache::modified(class);
    super::update::update_slots_of_name(vm, class, name);
}
