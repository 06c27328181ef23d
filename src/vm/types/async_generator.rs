//! `async_generator`: storage, and the wrapper of the values it yields.
//!
//! CPython 3.11: `Objects/genobject.c`.

use super::generator::{self, PyGenerator};
use crate::context::Vm;
use crate::native_type;
use crate::object::{Object, Payload, PyRef, Table, TypeDef, TypeIndex, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of async generators.
#[repr(C)]
pub struct PyAsyncGenerator {
    base: PyGenerator,
    /// The hooks of `sys.set_asyncgen_hooks` were called.
    pub hooks_inited: Cell<bool>,
    /// `aclose` or an exception ended it.
    pub closed: Cell<bool>,
    /// `ag_running`: one of its awaitables is being awaited.
    pub running_async: Cell<bool>,
}

static DEF: TypeDef = TypeDef {
    name: "async_generator",
    doc: None,
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyGenerator::def),
    flags: type_flag::GC
        | type_flag::MANAGED
        | type_flag::HAS_WEAKREF
        | type_flag::IMMUTABLE
        | type_flag::DISALLOW_INSTANTIATION,
    payload_size: size_of::<PyAsyncGenerator>(),
    drop_payload,
    traverse: Some(generator::traverse),
    clear: Some(generator::clear),
    tables: &[&TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload, which begins with that of generators.
unsafe impl Payload for PyAsyncGenerator {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: called once for an async generator that nobody uses any more.
    unsafe {
        std::ptr::drop_in_place(
            std::ptr::from_ref((*object).cast::<PyAsyncGenerator>().payload()).cast_mut(),
        )
    };
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: super::generator_getsets::ASYNC_GENERATOR,
    consts: &[],
    fill_slots: |_| {},
};

impl PyAsyncGenerator {
    /// An async generator.
    pub fn create(vm: &Vm, base: PyGenerator) -> PyRef<PyAsyncGenerator> {
        let (hooks_inited, closed, running_async) =
            (Cell::new(false), Cell::new(false), Cell::new(false));
        PyRef::new(
            vm,
            PyAsyncGenerator {
                base,
                hooks_inited,
                closed,
                running_async,
            },
        )
    }

    /// The generator part.
    pub fn base(&self) -> &PyGenerator {
        &self.base
    }
}

/// Payload of `async_generator_wrapped_value`: marks a value that was yielded, as opposed to one an `await` passes through.
pub struct PyAsyncGenWrappedValue {
    /// The value.
    pub value: Value,
}

native_type!(PyAsyncGenWrappedValue, "async_generator_wrapped_value", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse_wrapped), clear: None, tables: []);

unsafe fn traverse_wrapped(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live objects.
    visit(&unsafe { (*object).cast::<PyAsyncGenWrappedValue>() }.value);
}

/// Wraps a yielded value.
pub fn wrap_value(vm: &Vm, value: Value) -> Value {
    PyRef::new(vm, PyAsyncGenWrappedValue { value }).into_value()
}
