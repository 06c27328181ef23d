//! Locks that threads of one interpreter wait for without holding the interpreter's lock.
//!
//! Whether the lock is free is plain data, guarded by the interpreter's lock; only a thread that must wait touches its semaphore. Signals end
//! the wait, so that the main thread can run their handlers.
//!
//! CPython 3.11: `Python/thread_pthread.h`, `acquire_timed` in `Modules/_threadmodule.c`.

use super::{PyResult, Vm};
use std::cell::{Cell, UnsafeCell};
use std::time::{Duration, Instant};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Somebody posted.
    Woken,
    /// The time was over.
    TimedOut,
    /// A signal arrived.
    Interrupted,
}

/// A counting semaphore.
pub struct Semaphore(Box<UnsafeCell<libc::sem_t>>);

// SAFETY: that several threads use it at once is what a semaphore is for.
unsafe impl Sync for Semaphore {}
// SAFETY: it is not bound to the thread that made it.
unsafe impl Send for Semaphore {}

impl Semaphore {
    fn new() -> Semaphore {
        // SAFETY: all-zero bytes are a value, which sem_init makes a semaphore of.
        let place = Box::new(UnsafeCell::new(unsafe {
            std::mem::zeroed::<libc::sem_t>()
        }));
        // SAFETY: the memory is the semaphore's own and does not move.
        unsafe { libc::sem_init(place.get(), 0, 0) };
        Semaphore(place)
    }

    fn post(&self) {
        // SAFETY: initialised in `new`.
        unsafe { libc::sem_post(self.0.get()) };
    }

    fn wait(&self, left: Option<Duration>) -> Waited {
        let result = match left {
            // SAFETY: initialised in `new`.
            None => unsafe { libc::sem_wait(self.0.get()) },
            Some(left) => {
                let until = realtime_after(left);
                // SAFETY: initialised in `new`; the time is whole.
                unsafe { libc::sem_timedwait(self.0.get(), &raw const until) }
            }
        };
        if result == 0 {
            return Waited::Woken;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::ETIMEDOUT) => Waited::TimedOut,
            _ => Waited::Interrupted,
        }
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, and nobody waits who has no reference.
        unsafe { libc::sem_destroy(self.0.get()) };
    }
}

fn realtime_after(left: Duration) -> libc::timespec {
    // SAFETY: the structure is whole; the clock is always there.
    let now = unsafe {
        let mut now: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut now);
        now
    };
    let nanoseconds = now.tv_nsec + i64::from(left.subsec_nanos());
    let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
    libc::timespec {
        tv_sec: now
            .tv_sec
            .saturating_add(seconds)
            .saturating_add(nanoseconds / 1_000_000_000),
        tv_nsec: nanoseconds % 1_000_000_000,
    }
}

/// A lock for Python code.
#[derive(Default)]
pub struct WaitLock {
    locked: Cell<bool>,
    waiting: Cell<usize>,
    semaphore: std::cell::OnceCell<Semaphore>,
}

impl WaitLock {
    /// Whether somebody has it.
    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    /// Takes it if it is free.
    pub fn try_acquire(&self) -> bool {
        !self.locked.replace(true)
    }

    /// Takes it, waiting at most `timeout`; handlers of signals run meanwhile and may raise.
    pub fn acquire(&self, vm: &Vm, timeout: Option<Duration>) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Ok(false);
        }
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let waited = self.wait(vm, deadline);
            if self.try_acquire() {
                return Ok(true);
            }
            match waited {
                Waited::TimedOut => return Ok(false),
                Waited::Interrupted => (vm.hooks.handle_signals.get())(vm)?,
                Waited::Woken => {}
            }
        }
    }

    /// Takes it, whatever signals do (their handlers run later).
    pub fn acquire_uninterrupted(&self, vm: &Vm) {
        while !self.try_acquire() {
            self.wait(vm, None);
        }
    }

    fn wait(&self, vm: &Vm, deadline: Option<Instant>) -> Waited {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let semaphore = self.semaphore.get_or_init(Semaphore::new);
        self.waiting.set(self.waiting.get() + 1);
        let waited = vm.allow_threads(|| semaphore.wait(left));
        self.waiting.set(self.waiting.get().saturating_sub(1));
        waited
    }

    /// Gives it back; false when nobody had it.
    pub fn release(&self) -> bool {
        let was_locked = self.locked.replace(false);
        if self.waiting.get() > 0
            && let Some(semaphore) = self.semaphore.get()
        {
            semaphore.post();
        }
        was_locked
    }

    /// Free and without anybody who waits, in the child of a fork.
    pub fn reset(&self) {
        self.locked.set(false);
        self.waiting.set(0);
    }
}
