//! System calls of `_signal`, `select`, `fcntl`, `_socket`, `_posixsubprocess`, made safe: results are `errno` or a value.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use vm::context::eval_breaker::{EvalBreaker, SIGNALS};

/// A value, or the error number.
pub type Sys<T> = Result<T, i32>;

/// The error number of the last failed call.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> Sys<i32> {
    if result == -1 {
        Err(errno())
    } else {
        Ok(result)
    }
}

/// Signals that arrived and were not handled yet, a bit for each.
static ARRIVED: AtomicU64 = AtomicU64::new(0);
/// The descriptor of `set_wakeup_fd`, or -1.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// The interpreter that hears of signals.
static LISTENER: OnceLock<EvalBreaker> = OnceLock::new();

/// Signals arrive at the interpreter that asks first.
pub fn listen(breaker: &EvalBreaker) {
    LISTENER.get_or_init(|| breaker.clone());
}

/// The signals that arrived since the last call.
pub fn take_arrived() -> u64 {
    ARRIVED.swap(0, Ordering::AcqRel)
}

/// Exchanges the wake-up descriptor.
pub fn exchange_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::AcqRel)
}

extern "C" fn note(signum: libc::c_int) {
    let saved = errno();
    ARRIVED.fetch_or(1 << (signum & 63), Ordering::AcqRel);
    if let Some(breaker) = LISTENER.get() {
        breaker.request(SIGNALS);
    }
    let fd = WAKEUP.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = signum as u8;
        // SAFETY: write(2) of one byte is allowed in a handler.
        let _ = unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = saved };
}

/// How a signal is dealt with.
pub enum Disposition {
    /// `SIG_DFL`
    Default,
    /// `SIG_IGN`
    Ignore,
    /// Noted for the interpreter.
    Note,
}

/// `sigaction(2)`
pub fn set_signal(signum: i32, how: &Disposition, restart: bool) -> Sys<()> {
    let function = match how {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Note => note as extern "C" fn(libc::c_int) as libc::sighandler_t,
    };
    // SAFETY: an empty action, filled in below; the handler is async-signal-safe.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = function;
        action.sa_flags = if restart { libc::SA_RESTART } else { 0 };
        libc::sigemptyset(&raw mut action.sa_mask);
        check(libc::sigaction(
            signum,
            &raw const action,
            std::ptr::null_mut(),
        ))
        .map(|_| ())
    }
}

/// What is installed now: default, ignored, or something else.
pub fn get_signal(signum: i32) -> Option<Disposition> {
    // SAFETY: the old action is written into `action`.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signum, std::ptr::null(), &raw mut action) == -1 {
            return None;
        }
        action
    };
    match action.sa_sigaction {
        libc::SIG_DFL => Some(Disposition::Default),
        libc::SIG_IGN => Some(Disposition::Ignore),
        _ => None,
    }
}

/// `raise(3)`
pub fn raise(signum: i32) -> Sys<()> {
    // SAFETY: a plain number.
    match unsafe { libc::raise(signum) } {
        0 => Ok(()),
        _ => Err(errno()),
    }
}

/// `alarm(2)`
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: a plain number.
    unsafe { libc::alarm(seconds) }
}

/// `setitimer(2)`: the timer that was set.
pub fn setitimer(which: i32, first: f64, interval: f64) -> Sys<(f64, f64)> {
    let timeval = |seconds: f64| libc::timeval {
        tv_sec: seconds as i64,
        tv_usec: (seconds.fract() * 1e6) as i64,
    };
    let new = libc::itimerval {
        it_interval: timeval(interval),
        it_value: timeval(first),
    };
    // SAFETY: both structures are whole.
    unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        check(libc::setitimer(which as _, &raw const new, &raw mut old))?;
        Ok(timer_seconds(&old))
    }
}

/// `getitimer(2)`
pub fn getitimer(which: i32) -> Sys<(f64, f64)> {
    // SAFETY: the structure is whole.
    unsafe {
        let mut now: libc::itimerval = std::mem::zeroed();
        check(libc::getitimer(which as _, &raw mut now))?;
        Ok(timer_seconds(&now))
    }
}

fn timer_seconds(timer: &libc::itimerval) -> (f64, f64) {
    let seconds = |time: &libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    (seconds(&timer.it_value), seconds(&timer.it_interval))
}

/// `pthread_sigmask(3)`: the mask that was set; signals are bits from 1.
pub fn sigmask(how: i32, signals: &[i32]) -> Sys<Vec<i32>> {
    // SAFETY: sets on the stack, initialised before use.
    unsafe {
        let mut new: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut new);
        for signal in signals {
            libc::sigaddset(&raw mut new, *signal);
        }
        match libc::pthread_sigmask(how, &raw const new, &raw mut old) {
            0 => Ok((1..=64)
                .filter(|n| libc::sigismember(&raw const old, *n) == 1)
                .collect()),
            number => Err(number),
        }
    }
}

/// `poll(2)`
pub fn poll(fds: &mut [libc::pollfd], timeout_ms: i32) -> Sys<i32> {
    // SAFETY: the slice is as long as said.
    check(unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, timeout_ms) })
}

/// `fcntl(2)`
pub fn fcntl(fd: i32, command: i32, argument: i64) -> Sys<i32> {
    // SAFETY: commands that take a pointer are not passed here by the module.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// `flock(2)`
pub fn flock(fd: i32, operation: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::flock(fd, operation) })
}

/// `epoll_create1(2)`
pub fn epoll_create() -> Sys<i32> {
    // SAFETY: a plain number.
    check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
}

/// `epoll_ctl(2)`
pub fn epoll_ctl(epoll: i32, operation: i32, fd: i32, events: u32) -> Sys<i32> {
    let mut event = libc::epoll_event {
        events,
        u64: fd as u64,
    };
    // SAFETY: the event is whole.
    check(unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) })
}

/// `epoll_wait(2)`: descriptors and their events.
pub fn epoll_wait(epoll: i32, max: usize, timeout_ms: i32) -> Sys<Vec<(i32, u32)>> {
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max];
    // SAFETY: the buffer is as long as said.
    let count =
        check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), max as i32, timeout_ms) })?;
    events.truncate(count as usize);
    Ok(events
        .iter()
        .map(|event| (event.u64 as i32, event.events))
        .collect())
}

/// `close(2)`
pub fn close(fd: i32) -> Sys<i32> {
    // SAFETY: a plain number.
    check(unsafe { libc::close(fd) })
}
