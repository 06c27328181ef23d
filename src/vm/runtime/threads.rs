//! Starting and ending the threads of an interpreter, and forking the process they live in.
//!
//! A new thread waits for the interpreter's lock, runs what it was started for, drops what its state holds and gives the lock back for good.
//! `fork` copies the calling thread only: before it the lock's own state is made quiet, after it the child forgets the other threads.
//!
//! CPython 3.11: `thread_run` in `Modules/_threadmodule.c`, `PyThreadState_Clear` in `Python/pystate.c`, `PyOS_BeforeFork` and
//! `PyOS_AfterFork_Child` in `Modules/posixmodule.c`.

use crate::context::gil::Gil;
use crate::context::{PyResult, Thread, Vm};
use crate::import::lock as import_lock;
use crate::modules::sys::limits;
use crate::object::Value;
use crate::protocol::call;
use std::cell::RefCell;
use std::os::unix::thread::JoinHandleExt;
use std::sync::Arc;

/// What a thread does once it has the lock.
pub type Work = Box<dyn FnOnce(&Vm)>;

/// What goes to the new thread, which touches it only with the interpreter's lock.
struct Parcel {
    vm: *const Vm,
    gil: Arc<Gil>,
    work: Work,
}

// SAFETY: the new thread looks into it after it took the lock, under which everything of the interpreter may go from thread to thread.
unsafe impl Send for Parcel {}

/// Called when a thread ends, by the modules that keep something for each thread.
#[derive(Default)]
pub struct EndHooks {
    hooks: RefCell<Vec<fn(&Vm, &Thread)>>,
}

/// Registers a function to call when a thread ends.
pub fn at_thread_end(vm: &Vm, hook: fn(&Vm, &Thread)) {
    let hooks = vm.state.get::<EndHooks>();
    let mut hooks = hooks.hooks.borrow_mut();
    if !hooks.iter().any(|known| std::ptr::fn_addr_eq(*known, hook)) {
        hooks.push(hook);
    }
}

/// Starts a thread; its number.
pub fn start(vm: &Vm, stack_size: usize, work: Work) -> std::io::Result<u64> {
    vm.threads.share(vm.thread.get());
    let parcel = Parcel {
        vm,
        gil: vm.threads.gil(),
        work,
    };
    vm.threads.started.set(vm.threads.started.get() + 1);
    let started = std::thread::Builder::new()
        .stack_size(stack_size)
        .spawn(move || run(parcel));
    match started {
        Ok(handle) => Ok(handle.as_pthread_t()),
        Err(error) => {
            vm.threads.started.set(vm.threads.started.get() - 1);
            Err(error)
        }
    }
}

/// Ends the thread, also when its work unwinds.
struct End<'a> {
    vm: &'a Vm,
    thread: &'a Thread,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        let hooks = self.vm.state.get::<EndHooks>().hooks.borrow().clone();
        for hook in hooks {
            hook(self.vm, self.thread);
        }
        self.thread.clear();
        self.vm.end_thread(self.thread);
    }
}

fn run(parcel: Parcel) {
    let Parcel { vm, gil, work } = parcel;
    let thread = Box::new(Thread::of_caller(0, false));
    gil.take(&*thread);
    // SAFETY: the interpreter is not taken apart while one of its threads has not ended.
    let vm = unsafe { &*vm };
    thread.recursion_remaining.set(limits::recursion_limit(vm));
    vm.make_current(&*thread);
    vm.threads.add(&thread);
    let end = End {
        vm,
        thread: &thread,
    };
    work(vm);
    drop(end);
}

/// Functions of `os.register_at_fork`.
#[derive(Default)]
pub struct ForkHooks {
    before: RefCell<Vec<Value>>,
    in_parent: RefCell<Vec<Value>>,
    in_child: RefCell<Vec<Value>>,
}

/// `os.register_at_fork`
pub fn register_at_fork(
    vm: &Vm,
    before: Option<Value>,
    in_child: Option<Value>,
    in_parent: Option<Value>,
) {
    let hooks = vm.state.get::<ForkHooks>();
    hooks.before.borrow_mut().extend(before);
    hooks.in_child.borrow_mut().extend(in_child);
    hooks.in_parent.borrow_mut().extend(in_parent);
}

fn call_all(vm: &Vm, functions: &RefCell<Vec<Value>>, reverse: bool) {
    let mut functions = functions.borrow().clone();
    if reverse {
        functions.reverse();
    }
    for function in functions {
        if let Err(error) = call::call0(vm, &function) {
            (vm.hooks.unraisable.get())(vm, error, &function);
        }
    }
}

/// Forks: what `fork` gives, 0 in the child. With `hooks`, the functions of `os.register_at_fork` run.
pub fn fork(vm: &Vm, hooks: bool, fork: impl FnOnce() -> i32) -> PyResult<i32> {
    let registered = vm.state.get::<ForkHooks>();
    if hooks {
        call_all(vm, &registered.before, true);
    }
    import_lock::acquire_global(vm)?;
    let guard = vm.threads.before_fork();
    let child = fork();
    if child == 0 {
        let running = vm.thread.get();
        guard.in_child(running);
        vm.threads.only(running);
        vm.thread().is_main.set(true);
        vm.thread()
            .ident
            .set(crate::context::thread::native_ident());
        crate::modules::signal::after_fork();
        import_lock::after_fork(vm);
        if hooks {
            call_all(vm, &registered.in_child, false);
        }
    } else {
        drop(guard);
        import_lock::release_global(vm);
        if hooks {
            call_all(vm, &registered.in_parent, false);
        }
    }
    Ok(child)
}
