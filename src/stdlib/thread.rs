//! `_thread`: locks and the running thread.
//!
//! An interpreter runs on one thread for now, so a lock that is held can never be released while one waits for it: waiting without end is
//! an error, waiting with a timeout sleeps and fails.
//!
//! CPython 3.11: `Modules/_threadmodule.c`.

pub use thread_module::DEF;

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Payload, Py, PyType, Value};

const TIMEOUT_MAX: f64 = 9_223_372_036.0;

fn check_wait(vm: &Vm, blocking: bool, timeout: f64) -> PyResult<Option<f64>> {
    if !blocking {
        if timeout != -1.0 {
            return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Some(0.0));
    }
    if timeout == -1.0 {
        return Ok(None);
    }
    if timeout.is_nan() || timeout < 0.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(Some(timeout))
}

/// Waits in vain.
fn wait(vm: &Vm, timeout: Option<f64>) -> PyResult<bool> {
    match timeout {
        None => Err(vm.runtime_error("deadlock: the lock is held and no other thread can release it")),
        Some(seconds) => {
            let _ = vm.host().sleep((seconds * 1e9) as u64);
            (vm.hooks.handle_signals.get())(vm)?;
            Ok(false)
        }
    }
}

/// A lock object is a synchronization primitive.
#[pytype(name = "_thread.lock", flags(GC, HAS_WEAKREF, DISALLOW_INSTANTIATION), tables(LOCK))]
#[derive(Traverse)]
pub struct Lock {
    #[pytraverse(skip)]
    locked: Cell<bool>,
}

#[pymethods(table = LOCK)]
impl Lock {
    /// acquire(blocking=True, timeout=-1) -> bool
    #[pymethod(sig = "acquire($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        let timeout = check_wait(vm, blocking, timeout)?;
        if self.locked.replace(true) {
            return wait(vm, timeout);
        }
        Ok(true)
    }

    /// acquire_lock(blocking=True, timeout=-1) -> bool
    #[pymethod(sig = "acquire_lock($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire_lock(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        self.acquire(vm, blocking, timeout)
    }

    /// release()
    #[pymethod]
    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.locked.replace(false) {
            Ok(())
        } else {
            Err(vm.runtime_error("release unlocked lock"))
        }
    }

    /// release_lock()
    #[pymethod]
    fn release_lock(&self, vm: &Vm) -> PyResult<()> {
        self.release(vm)
    }

    /// locked() -> bool
    #[pymethod]
    fn locked(&self) -> bool {
        self.locked.get()
    }

    /// locked_lock() -> bool
    #[pymethod]
    fn locked_lock(&self) -> bool {
        self.locked.get()
    }

    #[pymethod]
    fn _at_fork_reinit(&self) {
        self.locked.set(false);
    }

    #[pymethod]
    fn __enter__(&self, vm: &Vm) -> PyResult<bool> {
        self.acquire(vm, true, -1.0)
    }

    #[pymethod(sig = "__exit__($self, /, *args)", no_text_signature)]
    fn __exit__(&self, vm: &Vm, args: &[Value]) -> PyResult<()> {
        let _ = args;
        self.release(vm)
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>) -> String {
        let state = if zelf.locked.get() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {}>", vm::protocol::repr::address(&zelf.as_value()))
    }
}

/// A lock that its owner may take again.
#[pytype(name = "_thread.RLock", flags(BASETYPE, GC, HAS_WEAKREF), tables(RLOCK))]
#[derive(Traverse)]
pub struct RLock {
    #[pytraverse(skip)]
    owner: Cell<u64>,
    #[pytraverse(skip)]
    count: Cell<i64>,
}

#[pymethods(table = RLOCK)]
impl RLock {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        let lock = RLock { owner: Cell::new(0), count: Cell::new(0) };
        new_object(cls, lock).into_value()
    }

    /// acquire(blocking=True) -> bool
    #[pymethod(sig = "acquire($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        let timeout = check_wait(vm, blocking, timeout)?;
        let me = vm.thread().ident.get();
        if self.count.get() > 0 && self.owner.get() != me {
            return wait(vm, timeout);
        }
        self.owner.set(me);
        self.count.set(self.count.get() + 1);
        Ok(true)
    }

    /// release()
    #[pymethod]
    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != vm.thread().ident.get() {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        Ok(())
    }

    /// _is_owned() -> bool
    #[pymethod]
    fn _is_owned(&self, vm: &Vm) -> bool {
        self.count.get() > 0 && self.owner.get() == vm.thread().ident.get()
    }

    /// _release_save() -> tuple
    #[pymethod]
    fn _release_save(&self, vm: &Vm) -> PyResult<Value> {
        if self.count.get() == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let state = vec![vm.new_int(self.count.replace(0)), vm.new_bigint(self.owner.get().into())];
        Ok(vm.new_tuple(state))
    }

    /// _acquire_restore(state) -> None
    #[pymethod(sig = "_acquire_restore($self, state, /)", no_text_signature)]
    fn _acquire_restore(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let items = vm::protocol::iter::to_vec(vm, state)?;
        let count = items.first().and_then(|count| count.as_small_int()).unwrap_or(1);
        self.owner.set(vm.thread().ident.get());
        self.count.set(count);
        Ok(())
    }

    #[pymethod]
    fn _at_fork_reinit(&self) {
        self.count.set(0);
    }

    #[pymethod]
    fn __enter__(&self, vm: &Vm) -> PyResult<bool> {
        self.acquire(vm, true, -1.0)
    }

    #[pymethod(sig = "__exit__($self, /, *args)", no_text_signature)]
    fn __exit__(&self, vm: &Vm, args: &[Value]) -> PyResult<()> {
        let _ = args;
        self.release(vm)
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> String {
        let state = if zelf.count.get() > 0 { "locked" } else { "unlocked" };
        format!(
            "<{state} {} object owner={} count={} at {}>",
            zelf.as_value().class(vm).tp_name(),
            zelf.owner.get(),
            zelf.count.get(),
            vm::protocol::repr::address(&zelf.as_value())
        )
    }
}

/// Thread-local data
#[pytype(name = "_thread._local", flags(BASETYPE, GC, HAS_DICT, HAS_WEAKREF), tables(LOCAL))]
#[derive(Traverse)]
pub struct Local;

#[pymethods(table = LOCAL)]
impl Local {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let own_init = !vm::protocol::args::same_init(cls, Local::class(vm));
        if !args.is_empty() && !own_init {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        Ok(new_object(cls, Local).into_value())
    }
}

/// The module.
#[derive::pymodule(name = "_thread", types(super::RLock, super::Local))]
pub mod thread_module {
    //! This module provides primitive operations to write multi-threaded programs.
    //! The 'threading' module provides a more convenient interface.
    use super::Lock;
    use std::cell::Cell;
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{Payload, PyRef, Value};

    /// Create a new lock object.
    #[pyfunction]
    fn allocate_lock(vm: &Vm) -> Value {
        PyRef::new(vm, Lock { locked: Cell::new(false) }).into_value()
    }

    /// Create a new lock object.
    #[pyfunction]
    fn allocate(vm: &Vm) -> Value {
        allocate_lock(vm)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[pyfunction]
    fn get_ident(vm: &Vm) -> Value {
        vm.new_bigint(super::ident(vm).into())
    }

    /// Return a non-negative integer identifying the thread as reported by the OS.
    #[pyfunction]
    fn get_native_id(vm: &Vm) -> i64 {
        vm.host().getpid().into()
    }

    /// Return the number of threads that were started.
    #[pyfunction]
    fn _count() -> i64 {
        0
    }

    /// Return the thread stack size used when creating new threads.
    #[pyfunction(sig = "stack_size($module, size=0, /)", no_text_signature)]
    fn stack_size(size: i64) -> i64 {
        let _ = size;
        0
    }

    /// Start a new thread and return its identifier.
    #[pyfunction]
    fn start_new_thread(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<Value> {
        let _ = args;
        Err(vm.runtime_error("can't start new thread"))
    }

    /// Set a sentinel lock that will be released when the current thread state is finalized.
    #[pyfunction]
    fn _set_sentinel(vm: &Vm) -> Value {
        allocate_lock(vm)
    }

    /// Simulate the arrival of the given signal in the main thread.
    #[pyfunction]
    fn interrupt_main(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<()> {
        let _ = args;
        Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL))
    }

    /// This is synonymous to ``raise SystemExit''.
    #[pyfunction]
    fn exit(vm: &Vm) -> PyResult<()> {
        Err(vm.new_exception(ExcKind::SystemExit, Value::NULL))
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        super::ident(vm);
        set(vm, module, "error", vm.exception_class(ExcKind::RuntimeError).into_value())?;
        set(vm, module, "LockType", Lock::class(vm).to_value())?;
        set(vm, module, "TIMEOUT_MAX", vm.new_float(super::TIMEOUT_MAX))?;
        set(vm, module, "_ExceptHookArgs", super::EXCEPT_HOOK_ARGS.class(vm).to_value())
    }
}

/// The running thread's number, which is given on first use.
fn ident(vm: &Vm) -> u64 {
    let ident = &vm.thread().ident;
    if ident.get() == 0 {
        ident.set(std::ptr::from_ref(vm.thread()) as u64);
    }
    ident.get()
}

vm::structseq! {
    /// `_thread._ExceptHookArgs`
    pub static EXCEPT_HOOK_ARGS: "_thread._ExceptHookArgs",
    doc: "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
    visible: 4, flags: 0,
    fields: [("exc_type", "Exception type"), ("exc_value", "Exception value"), ("exc_traceback", "Exception traceback"), ("thread", "Thread")]
}
