//! `generator` and `coroutine`: storage and what Python sees. Resuming is `interp/resume.rs`'s business.
//!
//! CPython 3.11: `Objects/genobject.c`.

use crate::context::Vm;
use crate::context::errors::PyErr;
use crate::interp::frame::Frame;
use crate::native_type;
use crate::object::{
    Object, Payload, Py, PyCell, PyRef, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag,
};
use crate::types::code::PyCode;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use std::cell::Cell;
use std::mem::MaybeUninit;

/// How far a generator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorState {
    /// Not begun.
    Created,
    /// At a yield.
    Suspended,
    /// Running.
    Running,
    /// Returned, raised or closed.
    Finished,
}

/// Payload of generators, and the beginning of the payloads of coroutines and async generators.
#[repr(C)]
pub struct PyGenerator {
    /// How far it is.
    pub state: Cell<GeneratorState>,
    /// Its frame, in `memory`; null when finished.
    pub frame: Cell<*mut Frame>,
    /// The frame's words.
    pub memory: PyCell<Option<Box<[MaybeUninit<u64>]>>>,
    /// `gi_code`
    pub code: PyRef<PyCode>,
    /// `__name__`
    pub name: PyCell<PyRef<PyStr>>,
    /// `__qualname__`
    pub qualname: PyCell<PyRef<PyStr>>,
    /// The exception its frame is handling, while it is suspended.
    pub handled: PyCell<Option<PyErr>>,
    /// `cr_origin`
    pub origin: PyCell<Option<Value>>,
}

native_type!(PyGenerator, "generator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse), clear: Some(clear), tables: [super::generator_methods::GENERATOR]);

/// Payload of coroutines.
#[repr(C)]
pub struct PyCoroutine {
    base: PyGenerator,
}

static COROUTINE: TypeDef = TypeDef {
    name: "coroutine",
    doc: None,
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyGenerator::def),
    flags: type_flag::GC
        | type_flag::MANAGED
        | type_flag::HAS_WEAKREF
        | type_flag::IMMUTABLE
        | type_flag::DISALLOW_INSTANTIATION,
    payload_size: size_of::<PyCoroutine>(),
    drop_payload: drop_coroutine,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[&super::generator_methods::COROUTINE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload, which begins with that of generators.
unsafe impl Payload for PyCoroutine {
    fn def() -> &'static TypeDef {
        &COROUTINE
    }
}

unsafe fn drop_coroutine(object: *mut Object) {
    // SAFETY: called once for a coroutine that nobody uses any more.
    unsafe {
        std::ptr::drop_in_place(
            std::ptr::from_ref((*object).cast::<PyCoroutine>().payload()).cast_mut(),
        )
    };
}

pub(super) unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live generators; a frame that is not running is complete.
    unsafe {
        let generator = (*object).cast::<PyGenerator>();
        visit(&generator.code.as_value());
        let frame = generator.frame.get();
        if !frame.is_null() && generator.state.get() != GeneratorState::Running {
            Frame::traverse(frame, visit);
        }
        generator.handled.with(|handled| {
            handled
                .iter()
                .for_each(|error| visit(&error.exception().as_value()))
        });
    }
}

pub(super) fn clear(_vm: &Vm, value: &Value) {
    if let Some(generator) = value.downcast_ref::<PyGenerator>()
        && generator.state.get() != GeneratorState::Running
    {
        generator.clear_frame();
    }
}

impl PyGenerator {
    /// A generator that has not begun.
    pub fn new(
        code: PyRef<PyCode>,
        frame: *mut Frame,
        memory: Box<[MaybeUninit<u64>]>,
        name: PyRef<PyStr>,
        qualname: PyRef<PyStr>,
    ) -> PyGenerator {
        PyGenerator {
            state: Cell::new(GeneratorState::Created),
            frame: Cell::new(frame),
            memory: PyCell::new(Some(memory)),
            code,
            name: PyCell::new(name),
            qualname: PyCell::new(qualname),
            handled: PyCell::new(None),
            origin: PyCell::new(None),
        }
    }

    /// Whether it has not begun.
    pub fn is_created(&self) -> bool {
        self.state.get() == GeneratorState::Created
    }

    /// Whether it is a coroutine (by its code).
    pub fn is_coroutine(&self) -> bool {
        self.code.flags & bytecode::CodeFlags::COROUTINE != 0
    }

    /// How messages call it.
    pub fn kind_name(&self) -> &'static str {
        if self.is_coroutine() {
            "coroutine"
        } else if self.code.flags & bytecode::CodeFlags::ASYNC_GENERATOR != 0 {
            "async generator"
        } else {
            "generator"
        }
    }

    /// The type object of generators.
    #[inline(always)]
    pub fn class_of(vm: &Vm) -> &Py<PyType> {
        <PyGenerator as Payload>::class(vm)
    }
}

impl Drop for PyGenerator {
    fn drop(&mut self) {
        let frame = self.frame.replace(std::ptr::null_mut());
        if !frame.is_null() {
            // SAFETY: a generator that dies does not run, and owns its frame.
            unsafe { crate::interp::frame_ownership::end(frame) };
        }
    }
}

impl PyCoroutine {
    /// A coroutine.
    pub fn create(vm: &Vm, base: PyGenerator) -> PyRef<PyCoroutine> {
        PyRef::new(vm, PyCoroutine { base })
    }

    /// The generator part.
    pub fn base(&self) -> &PyGenerator {
        &self.base
    }

    /// The type object of coroutines.
    #[inline(always)]
    pub fn class_of(vm: &Vm) -> &Py<PyType> {
        <PyCoroutine as Payload>::class(vm)
    }
}
