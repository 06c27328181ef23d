//! Methods every object has, and `__class__`.
//!
//! CPython 3.11: `object_methods`, `object_getsets` in `Objects/typeobject.c`.

use super::reduce;
use crate::context::{PyResult, Vm};
use crate::object::{Args, GetSetDef, PyType, Table, Value, alloc, instance, type_flag};
use crate::protocol::{attr, repr};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::native::{keywords, no_args, of_class, one, unsigned};
use crate::types::str::value::PyStr;
use crate::types::type_::bases::check_compatible;
use crate::types::type_::methods::merge_class_dict;

/// The methods.
pub static TABLE: Table = Table {
    methods: &[
        one(
            "__reduce_ex__",
            "($self, protocol, /)",
            "Helper for pickle.",
            reduce::reduce_ex,
        ),
        no_args("__reduce__", "Helper for pickle.", |vm, self_| {
            reduce::reduce(vm, self_, 0)
        }),
        no_args("__getstate__", "Helper for pickle.", |vm, self_| {
            reduce::default_state(vm, self_, false)
        }),
        of_class(unsigned(one(
            "__subclasshook__",
            "",
            "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).\n",
            |_, _, _| Ok(Value::NotImplemented),
        ))),
        of_class(unsigned(keywords(
            "__init_subclass__",
            "",
            "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.\n",
            init_subclass,
        ))),
        one(
            "__format__",
            "($self, format_spec, /)",
            "Default object formatter.",
            format,
        ),
        no_args("__sizeof__", "Size of object in memory, in bytes.", sizeof),
        no_args("__dir__", "Default dir() implementation.", dir),
    ],
    getsets: &[GetSetDef {
        name: "__class__",
        doc: Some("the object's class"),
        get: Some(|vm, self_| Ok(self_.class(vm).to_value())),
        set: Some(set_class),
        member: false,
    }],
    consts: &[],
    fill_slots: |_| {},
};

fn init_subclass(vm: &Vm, class: &Value, args: Args<'_>) -> PyResult<Value> {
    let name = class
        .downcast_ref::<PyType>()
        .map_or_else(String::new, |class| class.tp_name());
    if args.kw_len() != 0 {
        return Err(vm.type_error(format!(
            "{name}.__init_subclass__() takes no keyword arguments"
        )));
    }
    if !args.is_empty() {
        return Err(vm.type_error(format!(
            "{name}.__init_subclass__() takes no arguments ({} given)",
            args.positional().len()
        )));
    }
    Ok(Value::None)
}

fn format(vm: &Vm, self_: &Value, spec: &Value) -> PyResult<Value> {
    let Some(spec) = spec.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "__format__() argument must be str, not {}",
            spec.class(vm).tp_name()
        )));
    };
    if spec.len() != 0 {
        return Err(vm.type_error(format!(
            "unsupported format string passed to {}.__format__",
            self_.class(vm).tp_name()
        )));
    }
    Ok(repr::str(vm, self_)?.into_value())
}

fn sizeof(vm: &Vm, self_: &Value) -> PyResult<Value> {
    Ok(vm.new_usize(self_.class(vm).basicsize.get()))
}

fn dir(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let own = attr::get_opt(vm, self_, &vm.names.__dict__)?;
    let names = match own.as_ref().and_then(|own| own.downcast_ref::<PyDict>()) {
        Some(own) => own.copy(vm),
        None => PyDict::new(vm),
    };
    if let Some(class) = attr::get_opt(vm, self_, &vm.names.__class__)? {
        merge_class_dict(vm, &names, &class)?;
    }
    Ok(PyList::new(vm, names.keys()).into_value())
}

/// `self.__class__ = value`
fn set_class(vm: &Vm, self_: &Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(vm.type_error("can't delete __class__ attribute"));
    };
    let Some(new) = value.downcast_ref::<PyType>() else {
        return Err(vm.type_error(format!(
            "__class__ must be set to a class, not '{}' object",
            value.class(vm).tp_name()
        )));
    };
    let old = self_.class(vm).to_ref();
    let modules = new.is_subtype(&vm.types.module) && old.is_subtype(&vm.types.module);
    if !modules && (new.has_flag(type_flag::IMMUTABLE) || old.has_flag(type_flag::IMMUTABLE)) {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    check_compatible(vm, &old, new, "__class__")?;
    let Some(object) = self_.as_object() else {
        return Ok(());
    };
    if old.has_flag(type_flag::HAS_DICT) && !new.is(&*old) {
        // The row is in the order of the old class's names.
        drop(instance::make_dict(vm, object));
    }
    alloc::set_class(object, new);
    Ok(())
}
