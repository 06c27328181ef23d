//! `Object`: a Python object in the hands of a Rust program. It keeps its interpreter alive.

use super::convert::{FromPython, IntoPython};
use super::error::Result;
use super::interpreter::Shared;
use std::rc::Rc;
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::{attr, repr};

/// A reference to a Python object.
pub struct Object {
    // Fields are dropped in this order: the value goes before the interpreter whose heap it lives in.
    value: Value,
    shared: Rc<Shared>,
}

impl Object {
    pub(super) fn new(shared: &Rc<Shared>, value: Value) -> Object {
        Object {
            value,
            shared: shared.clone(),
        }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// A new reference for an interpreter, which must be its own.
    pub(super) fn value_in(&self, vm: &Vm) -> PyResult<Value> {
        if std::ptr::eq(vm, self.shared.vm()) {
            Ok(Value::clone(&self.value))
        } else {
            Err(vm.type_error("the object belongs to another interpreter"))
        }
    }

    pub(super) fn shared(&self) -> &Rc<Shared> {
        &self.shared
    }

    /// The object as a Rust value.
    ///
    /// # Errors
    /// `TypeError` for an object of another type, `OverflowError`'s text for an int that does not fit.
    pub fn extract<T: FromPython>(&self) -> Result<T> {
        T::from_python(self)
    }

    /// `getattr(object, name)`
    ///
    /// # Errors
    /// What the attribute's getter raises, `AttributeError` when there is none.
    pub fn attr(&self, name: &str) -> Result<Object> {
        self.shared.enter(|vm| {
            let name = vm.intern_str(name);
            attr::get(vm, &self.value, &name)
        })
    }

    /// `setattr(object, name, value)`
    ///
    /// # Errors
    /// What the attribute's setter raises.
    pub fn set_attr(&self, name: &str, value: impl IntoPython) -> Result<()> {
        self.shared
            .run(|vm| {
                let name = vm.intern_str(name);
                let value = value.into_python(vm)?;
                attr::set(vm, &self.value, &name, value)
            })
            .map(drop)
    }

    /// `repr(object)`
    ///
    /// # Errors
    /// What `__repr__` raises.
    pub fn repr(&self) -> Result<String> {
        self.shared
            .run(|vm| repr::repr(vm, &self.value).map(|text| text.to_string_lossy().into_owned()))
    }

    /// Whether it is `None`.
    pub fn is_none(&self) -> bool {
        self.value.is_none()
    }

    /// The name of its class.
    pub fn type_name(&self) -> String {
        self.value.class(self.shared.vm()).name_str()
    }
}

impl Clone for Object {
    fn clone(&self) -> Object {
        Object::new(&self.shared, Value::clone(&self.value))
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.repr() {
            Ok(text) => f.write_str(&text),
            Err(_) => write!(f, "<{} object>", self.type_name()),
        }
    }
}
