//! `async_generator`: storage, and the wrapper of the values it yields.
//!
//! CPython 3.11: `Objects/genobject.c`.

use super::async_gen_awaitables as awaitables;
use super::generator::{self, GeneratorState, PyGenerator};
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{
    Binding, MethodDef, NativeFn, Object, Payload, Py, PyCell, PyRef, Table, TypeDef, TypeIndex,
    Value, Visitor, type_flag,
};
use crate::protocol::call;
use crate::types::generic_alias::PyGenericAlias;
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
    /// The event loop's finaliser.
    pub finalizer: PyCell<Option<Value>>,
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
    methods: &[
        method(
            "asend",
            Some("asend(v) -> send 'v' in generator."),
            NativeFn::O(asend),
        ),
        method(
            "athrow",
            Some("athrow(typ[,val[,tb]]) -> raise exception in generator."),
            NativeFn::Fast(athrow),
        ),
        method(
            "aclose",
            Some("aclose() -> raise GeneratorExit inside generator."),
            NativeFn::NoArgs(aclose),
        ),
        MethodDef {
            name: "__class_getitem__",
            doc: Some("See PEP 585"),
            text_signature: None,
            binding: Binding::Class,
            function: NativeFn::O(|vm, class, item| {
                PyGenericAlias::of(vm, class.clone(), item.clone()).map(Value::from)
            }),
        },
    ],
    getsets: super::generator_getsets::ASYNC_GENERATOR,
    consts: &[],
    fill_slots: |slots| {
        slots.aiter.set(Some(|_, generator| Ok(generator.clone())));
        slots.anext.set(Some(|vm, generator| {
            let generator = of(vm, generator)?;
            init_hooks(vm, generator)?;
            Ok(awaitables::asend(vm, generator, Value::None))
        }));
        slots.repr.set(Some(super::generator_methods::repr));
        slots.finalize.set(Some(finalize));
    },
};

const fn method(name: &'static str, doc: Option<&'static str>, function: NativeFn) -> MethodDef {
    MethodDef {
        name,
        doc,
        text_signature: None,
        binding: Binding::Instance,
        function,
    }
}

fn of<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyAsyncGenerator>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("an async_generator was expected"))
}

fn asend(vm: &Vm, generator: &Value, value: &Value) -> PyResult<Value> {
    let generator = of(vm, generator)?;
    init_hooks(vm, generator)?;
    Ok(awaitables::asend(vm, generator, value.clone()))
}

fn athrow(vm: &Vm, generator: &Value, args: &[Value]) -> PyResult<Value> {
    let generator = of(vm, generator)?;
    init_hooks(vm, generator)?;
    Ok(awaitables::athrow(vm, generator, Some(args.to_vec())))
}

fn aclose(vm: &Vm, generator: &Value) -> PyResult<Value> {
    let generator = of(vm, generator)?;
    init_hooks(vm, generator)?;
    Ok(awaitables::athrow(vm, generator, None))
}

/// Tells the event loop about a generator that begins (`async_gen_init_hooks`).
fn init_hooks(vm: &Vm, generator: &Py<PyAsyncGenerator>) -> PyResult<()> {
    if generator.hooks_inited.replace(true) {
        return Ok(());
    }
    let (first, finalizer) = vm.thread().asyncgen_hooks.get();
    generator.finalizer.set(finalizer);
    if let Some(first) = first {
        call::call_args(vm, &first, &[generator.to_value()])?;
    }
    Ok(())
}

/// A generator that dies while suspended is handed to the event loop's finaliser, when there is one.
fn finalize(vm: &Vm, value: &Value) {
    let Some(generator) = value.downcast_ref::<PyAsyncGenerator>() else {
        return;
    };
    if let Some(finalizer) = generator.finalizer.get()
        && !generator.closed.get()
        && generator.base.state.get() != GeneratorState::Finished
    {
        if let Err(error) = call::call_args(vm, &finalizer, std::slice::from_ref(value)) {
            (vm.hooks.unraisable.get())(vm, error, value);
        }
        return;
    }
    super::generator_methods::finalize(vm, value);
}

impl PyAsyncGenerator {
    /// An async generator.
    pub fn create(vm: &Vm, base: PyGenerator) -> PyRef<PyAsyncGenerator> {
        let (hooks_inited, closed, running_async) =
            (Cell::new(false), Cell::new(false), Cell::new(false));
        let finalizer = PyCell::new(None);
        PyRef::new(
            vm,
            PyAsyncGenerator {
                base,
                hooks_inited,
                closed,
                running_async,
                finalizer,
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
