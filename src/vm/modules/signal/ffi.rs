//! The process's side of signals: the native handler, and the system calls of `_signal` made safe.
//!
//! Signals belong to the process. The native handler only notes them and sets the eval breaker of the one interpreter that listens; the first
//! interpreter that asks listens until it ends.

use crate::context::eval_breaker::{EvalBreaker, SIGNALS};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

/// One more than the largest signal (`signal.NSIG`).
pub const NSIG: usize = 65;

/// A value, or the error number.
pub type Sys<T> = Result<T, i32>;

/// Signals that arrived; process-wide, as signals are.
static ARRIVED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WAKEUP_WARNS: AtomicBool = AtomicBool::new(true);
/// The errno of a write to the wake-up descriptor that failed, 0 for none.
static WAKEUP_ERRNO: AtomicI32 = AtomicI32::new(0);
/// The eval breaker of the interpreter that listens. What it points to is never freed, because the handler may run at any time.
static LISTENER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> Sys<i32> {
    if result == -1 {
        Err(errno())
    } else {
        Ok(result)
    }
}

/// Makes the interpreter with this breaker the one that hears of signals, unless another one does.
pub fn listen(breaker: &EvalBreaker) -> bool {
    let word = breaker.word();
    let free = std::ptr::null_mut();
    match LISTENER.compare_exchange(free, word, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {
            breaker.keep_forever();
            true
        }
        Err(listener) => std::ptr::eq(listener, word),
    }
}

/// Whether the interpreter with this breaker hears of signals.
pub fn is_listening(breaker: &EvalBreaker) -> bool {
    std::ptr::eq(LISTENER.load(Ordering::Acquire), breaker.word())
}

/// The interpreter that listened ends.
pub fn stop_listening() {
    LISTENER.store(std::ptr::null_mut(), Ordering::Release);
    WAKEUP_FD.store(-1, Ordering::Release);
}

/// Notes a signal, as its arrival does (`trigger_signal`).
pub fn trigger(signal: i32) {
    if let Some(arrived) = usize::try_from(signal).ok().and_then(|n| ARRIVED.get(n)) {
        arrived.store(true, Ordering::Release);
    }
    let listener = LISTENER.load(Ordering::Acquire);
    if !listener.is_null() {
        // SAFETY: never freed.
        unsafe { &*listener }.fetch_or(SIGNALS, Ordering::Release);
    }
    let fd = WAKEUP_FD.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte is readable; write may be called from handlers.
        let written = unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
        if written < 0 {
            let error = errno();
            let full = error == libc::EAGAIN || error == libc::EWOULDBLOCK;
            if !full || WAKEUP_WARNS.load(Ordering::Relaxed) {
                WAKEUP_ERRNO.store(error, Ordering::Release);
            }
        }
    }
}

extern "C" fn note(signal: libc::c_int) {
    let saved = errno();
    trigger(signal);
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = saved };
}

/// Whether the signal arrived since the last call.
pub fn take_arrived(signal: usize) -> bool {
    ARRIVED.get(signal).is_some_and(|arrived| {
        arrived.load(Ordering::Acquire) && arrived.swap(false, Ordering::AcqRel)
    })
}

/// Forgets the signals that arrived.
pub fn forget_arrived() {
    for arrived in &ARRIVED {
        arrived.store(false, Ordering::Release);
    }
}

/// Exchanges the wake-up descriptor.
pub fn exchange_wakeup(fd: i32, warns: bool) -> i32 {
    WAKEUP_WARNS.store(warns, Ordering::Release);
    WAKEUP_FD.swap(fd, Ordering::AcqRel)
}

/// The error of a write to the wake-up descriptor since the last call.
pub fn take_wakeup_error() -> Option<i32> {
    Some(WAKEUP_ERRNO.swap(0, Ordering::AcqRel)).filter(|errno| *errno != 0)
}

/// Whether the descriptor is open, and if so whether it blocks.
pub fn is_blocking(fd: i32) -> Sys<bool> {
    // SAFETY: the buffer is whole; the others are plain numbers.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        check(libc::fstat(fd, &raw mut stat))?;
        check(libc::fcntl(fd, libc::F_GETFL)).map(|flags| flags & libc::O_NONBLOCK == 0)
    }
}

/// How a signal is dealt with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// `SIG_DFL`
    Default,
    /// `SIG_IGN`
    Ignore,
    /// Noted for the interpreter.
    Note,
    /// By a handler that is not ours.
    Foreign,
}

/// `sigaction(2)`
pub fn set_disposition(signal: i32, how: Disposition) -> Sys<()> {
    let function = match how {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Note => note as extern "C" fn(libc::c_int) as libc::sighandler_t,
        Disposition::Foreign => return Ok(()),
    };
    // SAFETY: zeroes are a valid action, filled in below; the handler only does what handlers may.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = function;
        libc::sigemptyset(&raw mut action.sa_mask);
        action.sa_flags = libc::SA_ONSTACK;
        check(libc::sigaction(
            signal,
            &raw const action,
            std::ptr::null_mut(),
        ))
        .map(drop)
    }
}

/// What is installed now.
pub fn disposition(signal: i32) -> Option<Disposition> {
    // SAFETY: only asks; the answer is written into `action`.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let result = libc::sigaction(signal, std::ptr::null(), &raw mut action);
        (result == 0).then_some(action.sa_sigaction)
    };
    let own = note as extern "C" fn(libc::c_int) as libc::sighandler_t;
    Some(match action? {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        action if action == own => Disposition::Note,
        _ => Disposition::Foreign,
    })
}

/// `siginterrupt(3)`
pub fn siginterrupt(signal: i32, interrupt: bool) -> Sys<()> {
    // SAFETY: asks for the action and sets it again with another flag.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        check(libc::sigaction(signal, std::ptr::null(), &raw mut action))?;
        if interrupt {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        check(libc::sigaction(
            signal,
            &raw const action,
            std::ptr::null_mut(),
        ))
        .map(drop)
    }
}

/// `raise(3)`
pub fn raise(signal: i32) -> Sys<()> {
    // SAFETY: a plain number.
    match unsafe { libc::raise(signal) } {
        0 => Ok(()),
        _ => Err(errno()),
    }
}

/// Ends the process by a signal, as if nobody handled it.
pub fn die_of(signal: i32) {
    let _ = set_disposition(signal, Disposition::Default);
    // SAFETY: plain numbers.
    unsafe { libc::kill(libc::getpid(), signal) };
}

/// `alarm(2)`
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: a plain number.
    unsafe { libc::alarm(seconds) }
}

/// `pause(2)`
pub fn pause() {
    // SAFETY: no memory is involved.
    unsafe { libc::pause() };
}

/// `pthread_kill(3)`; the thread must be one of the process.
pub fn pthread_kill(thread: u64, signal: i32) -> Sys<()> {
    // SAFETY: the caller looked the thread up among those that run.
    match unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) } {
        0 => Ok(()),
        error => Err(error),
    }
}

/// `pidfd_send_signal(2)`
pub fn pidfd_send_signal(pidfd: i32, signal: i32, flags: u32) -> Sys<()> {
    let none: *const libc::siginfo_t = std::ptr::null();
    // SAFETY: no information is passed, the rest are numbers.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, none, flags) };
    if result == -1 { Err(errno()) } else { Ok(()) }
}

fn timer_seconds(timer: &libc::itimerval) -> (f64, f64) {
    let seconds = |time: &libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    (seconds(&timer.it_value), seconds(&timer.it_interval))
}

/// `setitimer(2)`, in microseconds: the timer that was set.
pub fn setitimer(which: i32, first: i64, interval: i64) -> Sys<(f64, f64)> {
    let time = |us: i64| libc::timeval {
        tv_sec: us.div_euclid(1_000_000),
        tv_usec: us.rem_euclid(1_000_000),
    };
    let new = libc::itimerval {
        it_interval: time(interval),
        it_value: time(first),
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

/// A set of signals for the system.
pub struct SignalSet(libc::sigset_t);

impl SignalSet {
    /// The set of these signals.
    pub fn new(signals: &[i32]) -> SignalSet {
        // SAFETY: a set on the stack, made empty before use.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            for signal in signals {
                libc::sigaddset(&raw mut set, *signal);
            }
            SignalSet(set)
        }
    }

    /// Its signals.
    pub fn signals(&self) -> Vec<i32> {
        (1..NSIG as i32)
            // SAFETY: the set is initialised.
            .filter(|n| unsafe { libc::sigismember(&raw const self.0, *n) } == 1)
            .collect()
    }
}

/// `pthread_sigmask(3)`: the mask that was set.
pub fn sigmask(how: i32, signals: &SignalSet) -> Sys<Vec<i32>> {
    let mut old = SignalSet::new(&[]);
    // SAFETY: both sets are whole.
    match unsafe { libc::pthread_sigmask(how, &raw const signals.0, &raw mut old.0) } {
        0 => Ok(old.signals()),
        error => Err(error),
    }
}

/// `sigpending(2)`
pub fn sigpending() -> Sys<Vec<i32>> {
    let mut pending = SignalSet::new(&[]);
    // SAFETY: the set is whole.
    check(unsafe { libc::sigpending(&raw mut pending.0) })?;
    Ok(pending.signals())
}

/// `sigwait(3)`
pub fn sigwait(signals: &SignalSet) -> Sys<i32> {
    let mut signal = 0;
    // SAFETY: set and number are whole.
    match unsafe { libc::sigwait(&raw const signals.0, &raw mut signal) } {
        0 => Ok(signal),
        error => Err(error),
    }
}

/// `sigwaitinfo(2)` and `sigtimedwait(2)`: signo, code, errno, pid, uid, status, band.
pub fn sigtimedwait(signals: &SignalSet, left: Option<std::time::Duration>) -> Sys<[i64; 7]> {
    // SAFETY: everything is whole; the parts of the information that do not apply are just numbers.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        check(match left {
            None => libc::sigwaitinfo(&raw const signals.0, &raw mut info),
            Some(left) => {
                let left = libc::timespec {
                    tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                    tv_nsec: left.subsec_nanos().into(),
                };
                libc::sigtimedwait(&raw const signals.0, &raw mut info, &raw const left)
            }
        })?;
        let (pid, uid, status) = (info.si_pid(), info.si_uid(), info.si_status());
        Ok([
            info.si_signo.into(),
            info.si_code.into(),
            info.si_errno.into(),
            pid.into(),
            uid.into(),
            status.into(),
            0,
        ])
    }
}

/// `strsignal(3)`
pub fn strsignal(signal: i32) -> Option<String> {
    // SAFETY: the text is copied before anybody can ask for another.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(text)
            .to_string_lossy()
            .into_owned()
    };
    Some(text).filter(|text| !text.starts_with("Unknown signal"))
}
