//! From nothing to an interpreter with complete core types, and back.
//!
//! Types refer to the interpreter by address, so its memory comes first and its parts are written into their places one after the other:
//! the heap, bare type objects, the values everything else is made of, the tables; then every type is completed.
//!
//! CPython 3.11: `pycore_init_types` in `Python/pylifecycle.c`, `Objects/typeobject.c`.

use super::type_::ready;
use crate::context::errors::ExcKind;
use crate::context::eval_breaker::EvalBreaker;
use crate::context::gil::Threads;
use crate::context::hash_secret::HashSecret;
use crate::context::hooks::Hooks;
use crate::context::intern::{InternTable, StaticNames};
use crate::context::names::Names;
use crate::context::small_values::SmallValues;
use crate::context::state::StateMap;
use crate::context::types::Types;
use crate::context::{Callables, PyErr, Thread, Vm};
use crate::object::alloc::{Heap, new_bare_type, new_first_type, new_object};
use crate::object::typecache::TypeCache;
use crate::object::{Payload, PyCell, PyRef, PyType, Value, type_flag};
use crate::types::exceptions::value::PyBaseException;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;
use std::ops::Deref;

/// Makes an interpreter whose core types are complete. No thread is current yet.
pub fn boot(secret: HashSecret) -> Box<Vm> {
    let mut memory = Box::<Vm>::new_uninit();
    let place: *mut Vm = memory.as_mut_ptr();
    // SAFETY: every field is written once, in an order in which what is written needs only what stands already: objects ask the
    // interpreter for its heap, its breaker and its hash secret, strings for the type `str` and the one-character strings.
    let vm = unsafe {
        (&raw mut (*place).heap).write(Heap::new());
        (&raw mut (*place).breaker).write(EvalBreaker::default());
        (*place).heap.watch(&(*place).breaker);
        (&raw mut (*place).limits).write(crate::context::limits::Limits::default());
        (&raw mut (*place).threads).write(Threads::new((*place).breaker.clone()));
        (&raw mut (*place).hash_secret).write(secret);
        (&raw mut (*place).hooks).write(default_hooks());
        (&raw mut (*place).host).write(crate::context::host::HostCell::default());
        (&raw mut (*place).state).write(StateMap::default());
        (&raw mut (*place).interned).write(InternTable::default());
        (&raw mut (*place).static_names).write(StaticNames::default());
        (&raw mut (*place).callables).write(Callables::default());
        (&raw mut (*place).specialise).write(Cell::new(true));
        (&raw mut (*place).type_cache).write(TypeCache::default());
        (&raw mut (*place).thread).write(Cell::new(std::ptr::null()));
        (&raw mut (*place).modules).write(PyCell::new(None));
        (&raw mut (*place).builtins).write(PyCell::new(None));
        (&raw mut (*place).sys_dict).write(PyCell::new(None));
        (&raw mut (*place).next_type_version).write(Cell::new(1));
        (&raw mut (*place).next_keys_version).write(Cell::new(1));
        (&raw mut (*place).next_function_version).write(Cell::new(1));
        let types = bare_types(place);
        let mut native_types = Vec::new();
        for (def, ty) in types.all() {
            let index = def.index.get();
            if native_types.len() <= index {
                native_types.resize_with(index + 1, || None);
            }
            native_types[index] = Some(ty);
        }
        (&raw mut (*place).types).write(types);
        (&raw mut (*place).native_types).write(PyCell::new(native_types));
        let types = &(*place).types;
        (&raw mut (*place).small).write(SmallValues {
            empty_tuple: PyTuple::make_empty(&types.tuple),
            empty_str: PyStr::raw(&types.str, 0, 4, b""),
            latin1: (0..=u8::MAX)
                .map(|c| PyStr::raw(&types.str, 1, if c.is_ascii() { 4 } else { 0 }, &[c]))
                .collect(),
        });
        (&raw mut (*place).names).write(Names::build(|text| {
            let vm = &*place;
            vm.interned.intern_text(vm, text)
        }));
        memory.assume_init()
    };
    crate::protocol::install(&vm.hooks);
    crate::types::exceptions::install(&vm.hooks);
    crate::types::generic_alias::install(&vm);
    for (def, _) in vm.types.all() {
        ready::ready(&vm, def);
    }
    vm
}

/// Bare type objects for all core types.
fn bare_types(vm: *const Vm) -> Types {
    // SAFETY: the heap is the one part that stands.
    let heap = unsafe { &(*vm).heap };
    let metatype = new_first_type(heap, ready::native_payload(vm, PyType::def()));
    Types::build(|def| {
        if std::ptr::eq(def, PyType::def()) {
            metatype.clone()
        } else {
            new_bare_type(heap, &metatype, ready::native_payload(vm, def))
        }
    })
}

/// An interpreter with a current thread.
pub struct Booted {
    vm: Option<Box<Vm>>,
    /// The thread that made the interpreter; in the child of a fork another one may be the only one left.
    thread: Option<Box<Thread>>,
}

/// Makes an interpreter and makes the calling thread its current one.
pub fn boot_with_thread(secret: HashSecret) -> Booted {
    let vm = boot(secret);
    let thread = Box::new(Thread::of_caller(1000, true));
    vm.thread.set(&*thread);
    vm.threads.add(&thread);
    Booted {
        vm: Some(vm),
        thread: Some(thread),
    }
}

impl Deref for Booted {
    type Target = Vm;
    fn deref(&self) -> &Vm {
        self.vm
            .as_deref()
            .expect("the interpreter goes when this value goes")
    }
}

impl Drop for Booted {
    fn drop(&mut self) {
        let (vm, thread) = (self.vm.take(), self.thread.take());
        if let Some(thread) = &thread {
            thread.clear();
        }
        if vm.as_ref().is_some_and(|vm| vm.threads.started.get() > 0) {
            // Threads that never ended may be in the middle of anything.
            std::mem::forget((vm, thread));
            return;
        }
        // The thread must outlive the interpreter, whose end may still run code.
        drop(vm);
    }
}

impl Drop for Vm {
    /// Takes everything apart while the heap stands. Type objects never die: what they hold is dropped here, and their memory goes with the
    /// heap.
    fn drop(&mut self) {
        self.state.clear();
        for field in [&self.modules, &self.builtins, &self.sys_dict] {
            field.set(None);
        }
        self.type_cache.clear();
        let types: Vec<PyRef<PyType>> = self
            .native_types
            .with(|types| types.iter().flatten().cloned().collect());
        for ty in &types {
            if let Some(dict) = ty.made_namespace(|dict| dict.cloned()) {
                dict.clear(self);
            }
        }
        self.state.clear();
        for ty in types {
            // What is not made by now need not be.
            ty.set_flag(type_flag::UNFILLED, false);
            ty.set_namespace(None);
            ty.mro.set(None);
            ty.bases.set(None);
            ty.base.set(None);
            ty.name.set(None);
            ty.qualname.set(None);
            ty.module.set(None);
            drop(ty.subclasses.take());
            ty.keys.clear();
            std::mem::forget(ty);
        }
    }
}

/// What the hooks do until the layers above set them.
fn default_hooks() -> Hooks {
    Hooks {
        make_native_type: Cell::new(ready::make),
        ready_native_type: Cell::new(ready::ready),
        fill_native_type: Cell::new(super::type_::namespace::fill),
        native_type_may_have: Cell::new(super::type_::namespace::may_have),
        eq: Cell::new(crate::protocol::compare::eq),
        new_big_int: Cell::new(crate::types::int::value::heap_int),
        unraisable: Cell::new(|_, _, _| {}),
        unraisable_with_message: Cell::new(|_, _, _, _| {}),
        new_exception: Cell::new(default_exception),
        call_function: Cell::new(|vm, _, _| Err(vm.unfinished("calling Python functions"))),
        frame_globals: Cell::new(|_| None),
        super_arguments: Cell::new(|vm| Err(vm.runtime_error("super(): no current frame"))),
        resume_generator: Cell::new(|vm, _, _| Err(vm.unfinished("generators"))),
        compile: Cell::new(|vm, _| Err(vm.unfinished("compile()"))),
        import_name: Cell::new(|vm, _, _, _, _, _| Err(vm.unfinished("__import__"))),
        collect: Cell::new(|_, _| 0),
        handle_signals: Cell::new(|_| Ok(())),
        pending_calls: Cell::new(|_| Ok(())),
        collect_due: Cell::new(|_| {}),
    }
}

/// An exception without the fields of its class.
fn default_exception(vm: &Vm, kind: ExcKind, argument: Value) -> PyErr {
    let args = match argument.non_null() {
        Some(argument) => PyTuple::new(vm, vec![argument]),
        None => vm.empty_tuple(),
    };
    let class: PyRef<PyType> = vm.exception_class(kind);
    PyErr::new(new_object(&class, PyBaseException::new(args)))
}

#[cfg(test)]
mod tests;
