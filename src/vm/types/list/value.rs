//! Storage of lists.
//!
//! CPython 3.11: `Objects/listobject.c`.

use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, Payload, Py, PyCell, PyRef, PyType, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;

/// Payload of `list`.
pub struct PyList {
    items: PyCell<Vec<Value>>,
}

native_type!(PyList, "list", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::SEQUENCE | type_flag::MATCH_SELF | type_flag::LIST_SUBCLASS | type_flag::IMMUTABLE,
    doc: Some("Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified."),
    signature: Some("(iterable=(), /)"), traverse: Some(traverse), clear: Some(clear),
    tables: [super::methods::TABLE, super::slots::TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live lists; visitors do not change lists.
    unsafe { (*object).cast::<PyList>() }
        .items
        .with(|items| items.iter().for_each(visit));
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(list) = value.downcast_ref::<PyList>() {
        drop(list.take());
    }
}

impl PyList {
    /// A list of these values.
    #[inline]
    pub fn new(vm: &Vm, items: Vec<Value>) -> PyRef<PyList> {
        Self::with_class(&vm.types.list, items)
    }

    /// An instance of `list` or a subclass.
    pub fn with_class(class: &Py<PyType>, items: Vec<Value>) -> PyRef<PyList> {
        crate::object::alloc::new_object(
            class,
            PyList {
                items: PyCell::new(items),
            },
        )
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.with(Vec::len)
    }

    /// The item at a place.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.with(|items| items.get(index).cloned())
    }

    /// Exchanges the item at a place; gives the value back when there is no such place.
    #[inline(always)]
    pub fn replace(&self, index: usize, value: Value) -> Result<Value, Value> {
        self.items.with_mut(|items| match items.get_mut(index) {
            Some(place) => Ok(std::mem::replace(place, value)),
            None => Err(value),
        })
    }

    /// Appends.
    #[inline(always)]
    pub fn push(&self, value: Value) {
        self.items.with_mut(|items| items.push(value));
    }

    /// The items, cloned.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.with(Vec::clone)
    }

    /// Takes all items out.
    pub fn take(&self) -> Vec<Value> {
        self.items.take()
    }

    /// The items, for short work that cannot run Python code (see `PyCell`).
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(&Vec<Value>) -> R) -> R {
        self.items.with(f)
    }

    /// The items, for short changes that cannot run Python code nor drop values (see `PyCell`).
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        self.items.with_mut(f)
    }
}

impl Vm {
    /// A list, as a value.
    pub fn new_list(&self, items: Vec<Value>) -> Value {
        PyList::new(self, items).into_value()
    }
}

/// Whether an object is a list or an instance of a subclass.
pub fn is_list(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.class().has_layout(PyList::def()))
}
