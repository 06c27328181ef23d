//! Python-visible methods of `type`.
//!
//! CPython 3.11: `type_methods` in `Objects/typeobject.c`.

use super::access::type_of;
use super::mro::c3;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyType, Table, Value};
use crate::protocol::attr;
use crate::protocol::instance_check::{real_isinstance, real_issubclass};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::native::{keywords, no_args, of_class, one};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        no_args(
            "mro",
            "Return a type's method resolution order.",
            |vm, self_| Ok(PyList::new(vm, c3(vm, type_of(vm, self_)?)?).into_value()),
        ),
        no_args(
            "__subclasses__",
            "Return a list of immediate subclasses.",
            |vm, self_| {
                let subclasses = type_of(vm, self_)?.live_subclasses();
                let values = subclasses.into_iter().map(Into::into).collect();
                Ok(PyList::new(vm, values).into_value())
            },
        ),
        of_class(keywords(
            "__prepare__",
            "",
            "__prepare__() -> dict\nused for the namespace of class statements",
            |vm, _, _| Ok(PyDict::new(vm).into_value()),
        )),
        one(
            "__instancecheck__",
            "($self, instance, /)",
            "Check if an object is an instance.",
            |vm, self_, instance| real_isinstance(vm, instance, self_).map(Value::bool),
        ),
        one(
            "__subclasscheck__",
            "($self, subclass, /)",
            "Check if a class is a subclass.",
            |vm, self_, subclass| real_issubclass(vm, subclass, self_).map(Value::bool),
        ),
        no_args(
            "__dir__",
            "Specialized __dir__ implementation for types.",
            |vm, self_| {
                let names = PyDict::new(vm);
                merge_class_dict(vm, &names, self_)?;
                Ok(PyList::new(vm, names.keys()).into_value())
            },
        ),
        no_args(
            "__sizeof__",
            "Return memory consumption of the type object.",
            |vm, self_| {
                let ty = type_of(vm, self_)?;
                let table = ty.dict_ref().table_bytes();
                Ok(vm.new_usize(size_of::<Py<PyType>>() + table))
            },
        ),
    ],
    getsets: &[],
    consts: &[],
    fill_slots: |_| {},
};

/// Adds the names of a class and its bases (`merge_class_dict`).
pub fn merge_class_dict(vm: &Vm, names: &Py<PyDict>, class: &Value) -> PyResult<()> {
    let _guard = vm.enter_recursive(" in __dir__")?;
    if let Some(dict) = attr::get_opt(vm, class, &vm.names.__dict__)? {
        for key in crate::protocol::iter::to_vec(vm, &dict)? {
            names.set(vm, key, Value::None)?;
        }
    }
    if let Some(bases) = attr::get_opt(vm, class, &vm.names.__bases__)? {
        for base in crate::protocol::iter::to_vec(vm, &bases)? {
            merge_class_dict(vm, names, &base)?;
        }
    }
    Ok(())
}
