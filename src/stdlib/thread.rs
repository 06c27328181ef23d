//! `_thread`: starting threads, locks they wait for, data of each thread.
//!
//! CPython 3.11: `Modules/_threadmodule.c`.

mod local;

pub use thread_module::DEF;

use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use std::time::Duration;
use vm::context::waiting::WaitLock;
use vm::context::{PyResult, Thread, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyType, Value};

const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// How long an acquire may wait: for ever is `None`.
fn check_wait(vm: &Vm, blocking: bool, timeout: f64) -> PyResult<Option<Duration>> {
    if !blocking {
        if timeout != -1.0 {
            return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Some(Duration::ZERO));
    }
    if timeout == -1.0 {
        return Ok(None);
    }
    if timeout.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if timeout < 0.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    // Not rounded down: whoever waits a nanosecond waits.
    Ok(Some(Duration::from_secs_f64(timeout).max(Duration::from_nanos(u64::from(timeout > 0.0)))))
}

/// A lock object is a synchronization primitive.
#[pytype(name = "_thread.lock", flags(GC, HAS_WEAKREF, DISALLOW_INSTANTIATION), tables(LOCK))]
#[derive(Traverse)]
pub struct Lock {
    #[pytraverse(skip)]
    lock: WaitLock,
}

#[pymethods(table = LOCK)]
impl Lock {
    /// acquire(blocking=True, timeout=-1) -> bool
    #[pymethod(sig = "acquire($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        let timeout = check_wait(vm, blocking, timeout)?;
        self.lock.acquire(vm, timeout)
    }

    /// acquire_lock(blocking=True, timeout=-1) -> bool
    #[pymethod(sig = "acquire_lock($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire_lock(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        self.acquire(vm, blocking, timeout)
    }

    /// release()
    #[pymethod]
    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.lock.release() {
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
        self.lock.is_locked()
    }

    /// locked_lock() -> bool
    #[pymethod]
    fn locked_lock(&self) -> bool {
        self.lock.is_locked()
    }

    #[pymethod]
    fn _at_fork_reinit(&self) {
        self.lock.reset();
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
        let state = if zelf.lock.is_locked() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {}>", vm::protocol::repr::address(&zelf.as_value()))
    }
}

/// A lock that its owner may take again.
#[pytype(name = "_thread.RLock", flags(BASETYPE, GC, HAS_WEAKREF), tables(RLOCK))]
#[derive(Traverse)]
pub struct RLock {
    #[pytraverse(skip)]
    lock: WaitLock,
    #[pytraverse(skip)]
    owner: Cell<u64>,
    #[pytraverse(skip)]
    count: Cell<i64>,
}

#[pymethods(table = RLOCK)]
impl RLock {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _args: Args<'_>) -> Value {
        let lock = RLock { lock: WaitLock::default(), owner: Cell::new(0), count: Cell::new(0) };
        new_object(cls, lock).into_value()
    }

    /// acquire(blocking=True) -> bool
    #[pymethod(sig = "acquire($self, blocking=True, timeout=-1)", family = "keywords", no_text_signature)]
    fn acquire(&self, vm: &Vm, blocking: bool, timeout: f64) -> PyResult<bool> {
        let timeout = check_wait(vm, blocking, timeout)?;
        let me = vm.thread().ident.get();
        if self.count.get() > 0 && self.owner.get() == me {
            let Some(count) = self.count.get().checked_add(1) else {
                return Err(vm.overflow_error("Internal lock count overflowed"));
            };
            self.count.set(count);
            return Ok(true);
        }
        let taken = self.lock.acquire(vm, timeout)?;
        if taken {
            self.owner.set(me);
            self.count.set(1);
        }
        Ok(taken)
    }

    /// release()
    #[pymethod]
    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != vm.thread().ident.get() {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.lock.release();
        }
        Ok(())
    }

    /// _is_owned() -> bool
    #[pymethod]
    fn _is_owned(&self, vm: &Vm) -> bool {
        self.count.get() > 0 && self.owner.get() == vm.thread().ident.get()
    }

    /// _recursion_count() -> int
    ///
    /// For internal use by reentrancy checks.
    #[pymethod]
    fn _recursion_count(&self, vm: &Vm) -> i64 {
        if self.owner.get() == vm.thread().ident.get() { self.count.get() } else { 0 }
    }

    /// _release_save() -> tuple
    #[pymethod]
    fn _release_save(&self, vm: &Vm) -> PyResult<Value> {
        if self.count.get() == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let state = vec![vm.new_int(self.count.replace(0)), vm.new_bigint(self.owner.replace(0).into())];
        self.lock.release();
        Ok(vm.new_tuple(state))
    }

    /// _acquire_restore(state) -> None
    #[pymethod(sig = "_acquire_restore($self, state, /)", no_text_signature)]
    fn _acquire_restore(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let items = vm::protocol::iter::to_vec(vm, state)?;
        let count = items.first().and_then(|count| count.as_small_int()).unwrap_or(1);
        self.lock.acquire_uninterrupted(vm);
        self.owner.set(vm.thread().ident.get());
        self.count.set(count);
        Ok(())
    }

    #[pymethod]
    fn _at_fork_reinit(&self) {
        self.lock.reset();
        self.owner.set(0);
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

/// Sizes of native stacks.
const STACK_DEFAULT: usize = 16 << 20;
const STACK_MIN: usize = 32 << 10;

/// What `_thread.stack_size` set, 0 for the default.
#[derive(Default)]
struct StackSize(Cell<usize>);

/// What a new thread runs.
struct Start {
    function: Value,
    args: Vec<Value>,
    kwargs: Option<Value>,
}

impl Start {
    fn run(self, vm: &Vm) {
        let kwargs = self.kwargs.as_ref().and_then(|kwargs| kwargs.downcast_ref());
        let Err(error) = vm::protocol::call::call_dict(vm, &self.function, &self.args, kwargs) else {
            return;
        };
        if !error.is(vm, vm::context::errors::ExcKind::SystemExit) {
            let message = Some("Exception ignored in thread started by");
            vm::runtime::unraisable::write_with_message(vm, error, message, &self.function);
        }
    }
}

/// Releases the lock that tells of the thread's end.
fn release_sentinel(vm: &Vm, thread: &Thread) {
    let _ = vm;
    if let Some(sentinel) = thread.sentinel.take()
        && let Some(lock) = sentinel.downcast_ref::<Lock>()
        && lock.lock.is_locked()
    {
        lock.lock.release();
    }
}

/// The module.
#[derive::pymodule(name = "_thread", types(super::RLock, super::local::Local))]
pub mod thread_module {
    //! This module provides primitive operations to write multi-threaded programs.
    //! The 'threading' module provides a more convenient interface.
    use super::{Lock, STACK_DEFAULT, STACK_MIN, StackSize, Start};
    use vm::context::errors::ExcKind;
    use vm::context::waiting::WaitLock;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::modules::builtins::print;
    use vm::object::{Payload, PyRef, Value};
    use vm::protocol::{attr, iter};
    use vm::runtime::threads;
    use vm::types::dict::value::PyDict;
    use vm::types::tuple::value::PyTuple;

    /// Create a new lock object.
    #[pyfunction]
    fn allocate_lock(vm: &Vm) -> Value {
        PyRef::new(vm, Lock { lock: WaitLock::default() }).into_value()
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
        match vm.host().has_os() {
            true => crate::ffi::gettid(),
            false => vm.host().getpid().into(),
        }
    }

    /// Return the number of threads that were started.
    #[pyfunction]
    fn _count(vm: &Vm) -> usize {
        vm.threads.started.get()
    }

    /// Return the thread stack size used when creating new threads.
    #[pyfunction(sig = "stack_size($module, size=0, /)", no_text_signature)]
    fn stack_size(vm: &Vm, size: Option<isize>) -> PyResult<usize> {
        let state = vm.state.get::<StackSize>();
        let old = state.0.get();
        let Some(size) = size else {
            return Ok(old);
        };
        match usize::try_from(size) {
            Err(_) => Err(vm.value_error("size must be 0 or a positive value")),
            Ok(size) if size == 0 || (STACK_MIN..=1 << 40).contains(&size) => {
                state.0.set(size);
                Ok(old)
            }
            Ok(size) => Err(vm.value_error(format!("size not valid: {size} bytes"))),
        }
    }

    /// Start a new thread and return its identifier.
    #[pyfunction]
    fn start_new_thread(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<Value> {
        vm::types::native::no_keywords(vm, "start_new_thread", &args)?;
        let given = args.positional();
        vm::types::native::arity(vm, "start_new_thread", given.len(), 2, 3)?;
        let [function, arguments, ..] = given else {
            return Err(vm.system_error("arguments were counted"));
        };
        if !vm::protocol::call::is_callable(vm, function) {
            return Err(vm.type_error("first arg must be callable"));
        }
        let Some(arguments) = arguments.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error("2nd arg must be a tuple"));
        };
        let kwargs = given.get(2).cloned();
        if kwargs.as_ref().is_some_and(|kwargs| kwargs.downcast_ref::<PyDict>().is_none()) {
            return Err(vm.type_error("optional 3rd arg must be a dictionary"));
        }
        if !vm.host().has_os() {
            return Err(vm.runtime_error("can't start new thread"));
        }
        let start = Start { function: function.clone(), args: arguments.as_slice().to_vec(), kwargs };
        let size = match vm.state.get::<StackSize>().0.get() {
            0 => STACK_DEFAULT,
            size => size,
        };
        threads::at_thread_end(vm, super::release_sentinel);
        match threads::start(vm, size, Box::new(move |vm| start.run(vm))) {
            Ok(ident) => Ok(vm.new_bigint(ident.into())),
            Err(_) => Err(vm.runtime_error("can't start new thread")),
        }
    }

    /// Start a new thread and return its identifier.
    #[pyfunction]
    fn start_new(vm: &Vm, args: vm::object::Args<'_>) -> PyResult<Value> {
        start_new_thread(vm, args)
    }

    /// Set a sentinel lock that will be released when the current thread state is finalized.
    #[pyfunction]
    fn _set_sentinel(vm: &Vm) -> Value {
        super::release_sentinel(vm, vm.thread());
        let lock = allocate_lock(vm);
        vm.thread().sentinel.set(Some(lock.clone()));
        lock
    }

    /// Simulate the arrival of the given signal in the main thread.
    #[pyfunction(sig = "interrupt_main($module, signum=2, /)", no_text_signature)]
    fn interrupt_main(vm: &Vm, signum: i32) -> PyResult<()> {
        if vm::modules::signal::interrupt(vm, signum) {
            Ok(())
        } else {
            Err(vm.value_error("signal number out of range"))
        }
    }

    /// Handle uncaught Thread.run() exception.
    #[pyfunction(sig = "_excepthook($module, exc_type, /)", no_text_signature)]
    fn _excepthook(vm: &Vm, hook_args: &Value) -> PyResult<()> {
        let class = super::EXCEPT_HOOK_ARGS.class(vm);
        if !hook_args.class(vm).is(class) {
            return Err(vm.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
        }
        let parts = iter::to_vec(vm, hook_args)?;
        let [exc_type, exc_value, traceback, thread] = parts.as_slice() else {
            return Ok(());
        };
        if exc_type.is(&vm.exception_class(ExcKind::SystemExit).to_value()) {
            return Ok(());
        }
        let stderr = vm::modules::sys::get(vm, "stderr").filter(|file| !file.is_none());
        let file = match stderr {
            Some(file) => file,
            None if thread.is_none() => return Ok(()),
            None => match attr::get_opt(vm, thread, &vm.intern_str("_stderr"))? {
                Some(file) if !file.is_none() => file,
                _ => return Ok(()),
            },
        };
        let name = match attr::get_opt(vm, thread, &vm.intern_str("name"))? {
            Some(name) => vm::protocol::repr::str_text(vm, &name)?,
            None => super::ident(vm).to_string(),
        };
        print::write_to(vm, &file, &vm.new_str(&format!("Exception in thread {name}:\n")))?;
        let value = match exc_value.is_none() {
            true => vm::types::exceptions::raise::normalize(vm, exc_type, exc_value)?.into_value(),
            false => exc_value.clone(),
        };
        let _ = traceback;
        let text = vm::runtime::print_exception::render(vm, &value);
        print::write_to(vm, &file, &text.into_value())?;
        print::flush(vm, &file)
    }

    /// This is synonymous to ``raise SystemExit''.
    #[pyfunction]
    fn exit(vm: &Vm) -> PyResult<()> {
        Err(vm.new_exception(ExcKind::SystemExit, Value::NULL))
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        set(vm, module, "error", vm.exception_class(ExcKind::RuntimeError).into_value())?;
        set(vm, module, "LockType", Lock::class(vm).to_value())?;
        set(vm, module, "TIMEOUT_MAX", vm.new_float(super::TIMEOUT_MAX))?;
        set(vm, module, "_ExceptHookArgs", super::EXCEPT_HOOK_ARGS.class(vm).to_value())
    }
}

/// The running thread's number.
fn ident(vm: &Vm) -> u64 {
    vm.thread().ident.get()
}

vm::structseq! {
    /// `_thread._ExceptHookArgs`
    pub static EXCEPT_HOOK_ARGS: "_thread._ExceptHookArgs",
    doc: "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
    visible: 4, flags: 0,
    fields: [("exc_type", "Exception type"), ("exc_value", "Exception value"), ("exc_traceback", "Exception traceback"), ("thread", "Thread")]
}
