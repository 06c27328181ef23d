//! `function`: a code object with its globals, defaults and closure.
//!
//! CPython 3.11: `Objects/funcobject.c`.

pub mod attributes;
pub mod slots;

use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, PyCell, PyRef, Value, Visitor, type_flag};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Payload of Python functions.
pub struct PyFunction {
    /// `__code__`
    pub code: PyCell<PyRef<PyCode>>,
    /// `__globals__`
    pub globals: PyRef<PyDict>,
    /// `__builtins__`
    pub builtins: PyRef<PyDict>,
    /// `__name__`
    pub name: PyCell<PyRef<PyStr>>,
    /// `__qualname__`
    pub qualname: PyCell<PyRef<PyStr>>,
    /// `__defaults__`
    pub defaults: PyCell<Option<PyRef<PyTuple>>>,
    /// `__kwdefaults__`
    pub kwdefaults: PyCell<Option<PyRef<PyDict>>>,
    /// `__closure__`
    pub closure: Option<PyRef<PyTuple>>,
    /// `__doc__`; NULL until it is asked for, then what the code says.
    pub doc: PyCell<Value>,
    /// `__module__`
    pub module: PyCell<Value>,
    /// `__annotations__`: a dict, or a tuple of names and values until it is asked for.
    pub annotations: PyCell<Option<Value>>,
    /// For call caches; 0 when the function changed since, or has none yet.
    pub version: Cell<u32>,
}

native_type!(PyFunction, "function", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::HAS_WEAKREF | type_flag::METHOD_DESCRIPTOR | type_flag::IMMUTABLE,
    doc: Some("Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables"),
    signature: Some("(code, globals, name=None, argdefs=None, closure=None)"),
    traverse: Some(traverse), clear: None, tables: [slots::TABLE, attributes::TABLE]);

impl PyFunction {
    /// `__doc__`
    pub fn docstring(&self, vm: &Vm) -> Value {
        let known = self.doc.get();
        if !known.is_null() {
            return known;
        }
        let doc = self.code.get().docstring(vm);
        self.doc.set(doc.clone());
        doc
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live functions.
    let function = unsafe { (*object).cast::<PyFunction>() };
    function.code.with(|code| visit(&code.as_value()));
    visit(&function.globals.as_value());
    visit(&function.builtins.as_value());
    function
        .defaults
        .with(|value| value.iter().for_each(|value| visit(&value.as_value())));
    function
        .kwdefaults
        .with(|value| value.iter().for_each(|value| visit(&value.as_value())));
    function
        .closure
        .iter()
        .for_each(|closure| visit(&closure.as_value()));
    function.doc.with(&mut *visit);
    function.module.with(&mut *visit);
    function
        .annotations
        .with(|value| value.iter().for_each(&mut *visit));
}
