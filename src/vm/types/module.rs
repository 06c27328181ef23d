//! `module`.
//!
//! CPython 3.11: `Objects/moduleobject.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{ModuleDef, Py, PyRef, Table, instance, type_flag};
use crate::types::dict::value::PyDict;
use crate::types::object_::PyBaseObject;

/// Payload of modules; the namespace is the instance's dict.
pub struct PyModule {
    /// The static definition, for native modules.
    pub def: Option<&'static ModuleDef>,
}

native_type!(PyModule, "module", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a module object.\n\nThe name must be a string; the optional docstring can have any type."),
    signature: Some("(name, doc=None)"), traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;

impl PyModule {
    /// A module with an empty namespace.
    pub fn new(vm: &Vm, def: Option<&'static ModuleDef>) -> PyRef<PyModule> {
        let module = PyRef::new(vm, PyModule { def });
        instance::set_dict(module.object(), PyDict::new(vm));
        module
    }
}

impl Py<PyModule> {
    /// `__dict__`
    pub fn dict(&self, vm: &Vm) -> PyRef<PyDict> {
        instance::make_dict(vm, self.object())
    }
}
