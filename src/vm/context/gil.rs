//! The interpreter's lock: of an interpreter's threads one runs at a time.
//!
//! A thread that wants the lock waits for the switch interval and then asks through the eval breaker; the one that has it gives it up at its
//! next check and lets another take it first. Until a program starts its second thread nothing is taken or given: an interpreter with one
//! thread pays a test of a flag for each call that may block, and nothing on the straight path.
//!
//! When the interpreter ends, threads that are still there stop where they would take the lock again, for good (`Gil::close`). What they
//! hold may be in use, so the memory of such an interpreter is not given back.
//!
//! CPython 3.11: `Python/ceval_gil.h`.

use super::eval_breaker::{self, EvalBreaker};
use super::host::Host;
use super::{Thread, Vm};
use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The lock. Shared with the threads, which may outlive the interpreter while they wait for it.
pub struct Gil {
    state: Mutex<State>,
    given_back: Condvar,
    taken: Condvar,
    breaker: EvalBreaker,
}

struct State {
    held: bool,
    /// Who has it or had it last: the address of a `Thread`, for comparison only.
    holder: usize,
    /// How often it went to another thread.
    switches: u64,
    waiting: usize,
    waiting_for_switch: usize,
    interval: Duration,
    /// The only thread that may still take it, once the interpreter ends.
    only: Option<usize>,
}

/// What an interpreter knows of its threads; only looked at with the lock.
pub struct Threads {
    gil: Arc<Gil>,
    /// Whether there ever was a second thread.
    shared: Cell<bool>,
    /// Threads that were started and have not ended, without the first.
    pub started: Cell<usize>,
    /// A signal arrived while a thread ran that does not handle signals.
    pub signals_wait: Cell<bool>,
    all: std::cell::RefCell<Vec<*const Thread>>,
}

fn address(thread: *const Thread) -> usize {
    thread.addr()
}

impl Gil {
    fn new(breaker: EvalBreaker) -> Gil {
        Gil {
            state: Mutex::new(State {
                held: true,
                holder: 0,
                switches: 0,
                waiting: 0,
                waiting_for_switch: 0,
                interval: Duration::from_millis(5),
                only: None,
            }),
            given_back: Condvar::new(),
            taken: Condvar::new(),
            breaker,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lock.
    pub fn take(&self, thread: *const Thread) {
        let me = address(thread);
        let mut state = self.state();
        state.waiting += 1;
        loop {
            if state.only.is_some_and(|only| only != me) {
                state.waiting -= 1;
                if state.waiting_for_switch > 0 {
                    self.taken.notify_all();
                }
                drop(state);
                stop_for_good();
            }
            if !state.held {
                break;
            }
            let (switches, interval) = (state.switches, state.interval);
            let (again, waited) = self
                .given_back
                .wait_timeout(state, interval)
                .unwrap_or_else(PoisonError::into_inner);
            state = again;
            if waited.timed_out() && state.held && state.switches == switches {
                self.breaker.request(eval_breaker::GIL);
            }
        }
        state.waiting -= 1;
        state.held = true;
        if state.holder != me {
            state.holder = me;
            state.switches = state.switches.wrapping_add(1);
        }
        self.breaker.clear(eval_breaker::GIL);
        if state.waiting_for_switch > 0 {
            self.taken.notify_all();
        }
    }

    /// Gives the lock back.
    pub fn give_back(&self) {
        let mut state = self.state();
        state.held = false;
        if state.waiting > 0 {
            // After the end has begun only one of those who wait can do something with it.
            if state.only.is_some() {
                self.given_back.notify_all();
            } else {
                self.given_back.notify_one();
            }
        }
    }

    /// Gives the lock back and waits until another thread has taken it, if one wants it.
    fn hand_over(&self, thread: *const Thread) {
        let me = address(thread);
        let mut state = self.state();
        state.held = false;
        if state.waiting == 0 {
            return;
        }
        self.given_back.notify_one();
        state.waiting_for_switch += 1;
        while state.holder == me && !state.held && state.waiting > 0 {
            state = self
                .taken
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting_for_switch -= 1;
    }

    /// From now on no other thread gets the lock.
    pub fn close(&self, thread: *const Thread) {
        let mut state = self.state();
        state.only = Some(address(thread));
        self.given_back.notify_all();
    }
}

/// Where threads end up that outlive their interpreter.
fn stop_for_good() -> ! {
    loop {
        std::thread::park();
    }
}

/// Keeps the lock's own state whole while the process is forked.
pub struct ForkGuard<'a> {
    state: MutexGuard<'a, State>,
}

impl ForkGuard<'_> {
    /// In the child, where only the calling thread is left.
    pub fn in_child(mut self, thread: *const Thread) {
        self.state.held = true;
        self.state.holder = address(thread);
        self.state.waiting = 0;
        self.state.waiting_for_switch = 0;
    }
}

impl Threads {
    /// No thread yet.
    pub fn new(breaker: EvalBreaker) -> Threads {
        Threads {
            gil: Arc::new(Gil::new(breaker)),
            shared: Cell::new(false),
            started: Cell::new(0),
            signals_wait: Cell::new(false),
            all: std::cell::RefCell::new(Vec::new()),
        }
    }

    /// The lock, for a thread about to start.
    pub fn gil(&self) -> Arc<Gil> {
        self.gil.clone()
    }

    /// A second thread is about to start: from now on the lock counts.
    pub fn share(&self, running: *const Thread) {
        if !self.shared.replace(true) {
            self.gil.state().holder = address(running);
        }
    }

    /// Whether there ever was a second thread.
    #[inline(always)]
    pub fn is_shared(&self) -> bool {
        self.shared.get()
    }

    /// A thread that begins to run code of the interpreter.
    pub fn add(&self, thread: &Thread) {
        self.all.borrow_mut().push(thread);
    }

    /// A thread that has ended.
    pub fn remove(&self, thread: *const Thread) {
        self.all.borrow_mut().retain(|known| *known != thread);
    }

    /// Calls `visit` with each thread.
    pub fn each(&self, mut visit: impl FnMut(&Thread)) {
        let all = self.all.borrow().clone();
        for thread in all {
            // SAFETY: a thread is in the list while its state lives, and none can end while the caller has the lock.
            visit(unsafe { &*thread });
        }
    }

    /// `sys.setswitchinterval`
    pub fn set_interval(&self, interval: Duration) {
        self.gil.state().interval = interval;
    }

    /// `sys.getswitchinterval`
    pub fn interval(&self) -> Duration {
        self.gil.state().interval
    }

    /// Whether the interpreter ends, so that no other thread runs any more.
    pub fn is_closed(&self) -> bool {
        self.gil.state().only.is_some()
    }

    /// No thread but the running one gets the lock again.
    pub fn close(&self, running: *const Thread) {
        self.gil.close(running);
    }

    /// Before `fork`.
    pub fn before_fork(&self) -> ForkGuard<'_> {
        ForkGuard {
            state: self.gil.state(),
        }
    }

    /// In the child of `fork`: the other threads are gone. Their states are leaked, as what they hold may be in any shape.
    pub fn only(&self, running: *const Thread) {
        self.all.borrow_mut().retain(|known| *known == running);
        self.started.set(0);
    }
}

/// Takes the lock again, also when the work without it unwinds.
struct Retake<'a> {
    vm: &'a Vm,
    thread: *const Thread,
}

impl Drop for Retake<'_> {
    fn drop(&mut self) {
        self.vm.threads.gil.take(self.thread);
        self.vm.make_current(self.thread);
    }
}

impl Vm {
    /// Runs `work`, which may wait and must not touch the interpreter, while other threads run.
    #[inline]
    pub fn allow_threads<R>(&self, work: impl FnOnce() -> R + Send) -> R {
        if !self.threads.is_shared() {
            return work();
        }
        self.without_lock(work)
    }

    #[inline(never)]
    fn without_lock<R>(&self, work: impl FnOnce() -> R) -> R {
        let thread = self.thread.get();
        self.leave(thread);
        self.threads.gil.give_back();
        let _retake = Retake { vm: self, thread };
        work()
    }

    /// A request to the host that may wait: other threads run meanwhile if the host can be asked from several threads.
    pub fn blocking<R>(&self, work: impl FnOnce(&dyn Host) -> R + Send) -> R {
        let host = self.host();
        match host.shared() {
            Some(shared) => self.allow_threads(|| work(shared)),
            None => work(&*host),
        }
    }

    /// Lets another thread run, if one waits.
    pub fn switch_threads(&self) {
        if !self.threads.is_shared() {
            return;
        }
        let thread = self.thread.get();
        self.leave(thread);
        self.threads.gil.hand_over(thread);
        self.threads.gil.take(thread);
        self.make_current(thread);
    }

    /// Puts away what belongs to the thread that is about to give the lock back.
    fn leave(&self, thread: *const Thread) {
        // SAFETY: the running thread's state lives.
        let thread = unsafe { &*thread };
        thread.dealloc_nesting.set(self.heap.replace_nesting(0));
    }

    /// Makes the thread that has just taken the lock the running one.
    pub fn make_current(&self, thread: *const Thread) {
        self.thread.set(thread);
        // SAFETY: the caller's own state lives.
        let thread = unsafe { &*thread };
        self.heap.replace_nesting(thread.dealloc_nesting.get());
        self.breaker.set_if(eval_breaker::TRACE, thread.is_traced());
        self.breaker.set_if(
            eval_breaker::ASYNC_EXC,
            thread.async_exception.with(Option::is_some),
        );
        if thread.is_main.get() && self.threads.signals_wait.replace(false) {
            self.breaker.request(eval_breaker::SIGNALS);
        }
    }

    /// The running thread ends: the lock goes to the others.
    pub fn end_thread(&self, thread: *const Thread) {
        self.threads.remove(thread);
        self.threads.started.set(self.threads.started.get() - 1);
        self.leave(thread);
        let gil = self.threads.gil();
        gil.give_back();
    }
}
