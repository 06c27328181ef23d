//! `_signal`: handlers that Python runs between two instructions of the main thread.
//!
//! CPython 3.11: `Modules/signalmodule.c`.

pub mod ffi;

use crate::context::{PyErr, PyResult, Vm};
use crate::interp::frame_ownership;
use crate::object::Value;
use crate::protocol::call;
use ffi::{Disposition, NSIG};
use std::cell::RefCell;

/// The Python handlers of an interpreter.
struct Handlers {
    handlers: RefCell<Vec<Value>>,
}

impl Default for Handlers {
    /// What the process's signals do at the start.
    fn default() -> Handlers {
        let mut handlers = vec![Value::None];
        for signal in 1..NSIG as i32 {
            handlers.push(match ffi::disposition(signal) {
                Some(Disposition::Default) => Value::small_int_unchecked(0),
                Some(Disposition::Ignore) => Value::small_int_unchecked(1),
                _ => Value::None,
            });
        }
        Handlers {
            handlers: RefCell::new(handlers),
        }
    }
}

fn handler_of(vm: &Vm, signal: usize) -> Value {
    let state = vm.state.get::<Handlers>();
    let handlers = state.handlers.borrow();
    handlers.get(signal).cloned().unwrap_or(Value::None)
}

/// Runs the Python handlers of signals that arrived (`_PyErr_CheckSignalsTstate`); only the main thread does.
pub fn handle(vm: &Vm) -> PyResult<()> {
    if !vm.thread().is_main.get() || !ffi::is_listening(&vm.breaker) {
        return Ok(());
    }
    if let Some(errno) = ffi::take_wakeup_error() {
        report_wakeup(vm, errno);
    }
    for signal in 1..NSIG {
        if !ffi::take_arrived(signal) {
            continue;
        }
        let handler = handler_of(vm, signal);
        // It may have been set back while the signal was on its way.
        if handler.is_none() || handler.is_small_int() {
            continue;
        }
        let frame = frame_ownership::current_frame(vm);
        let frame = if frame.is_null() {
            Value::None
        } else {
            frame_ownership::frame_object(vm, frame)
        };
        if let Err(error) = call::call_args(vm, &handler, &[vm.new_usize(signal), frame]) {
            // The rest is dealt with at the next check.
            vm.breaker.request(crate::context::eval_breaker::SIGNALS);
            return Err(error);
        }
    }
    Ok(())
}

fn report_wakeup(vm: &Vm, errno: i32) {
    let message = "Exception ignored when trying to write to the signal wakeup fd";
    let error = vm.os_error(errno, None);
    (vm.hooks.unraisable_with_message.get())(vm, error, message, &Value::None);
}

/// Makes SIGINT raise KeyboardInterrupt, unless it is ignored, and ignores SIGPIPE and SIGXFSZ (`signal_install_handlers`).
pub fn install(vm: &Vm) -> PyResult<()> {
    vm.hooks.handle_signals.set(handle);
    if !vm.host().has_os() || !ffi::listen(&vm.breaker) {
        return Ok(());
    }
    if crate::modules::native::find(vm, "_signal").is_none() {
        return Ok(());
    }
    let module = crate::import::builtin::load(vm, "_signal")?;
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        let _ = ffi::set_disposition(signal, Disposition::Ignore);
    }
    let handler = crate::protocol::attr::get(vm, &module, &vm.intern_str("default_int_handler"))?;
    let is_default = handler_of(vm, libc::SIGINT as usize).as_small_int() == Some(0);
    if is_default {
        set_handler(vm, libc::SIGINT, handler)?;
    }
    Ok(())
}

/// Puts the process's signals back, at the end of the interpreter (`_PySignal_Fini`).
pub fn uninstall(vm: &Vm) {
    if !ffi::is_listening(&vm.breaker) {
        return;
    }
    ffi::stop_listening();
    let state = vm.state.get::<Handlers>();
    let handlers = std::mem::take(&mut *state.handlers.borrow_mut());
    for (signal, handler) in handlers.iter().enumerate() {
        if !handler.is_none() && !handler.is_small_int() {
            let _ = ffi::set_disposition(signal as i32, Disposition::Default);
        }
    }
}

/// In the child of a fork: the signals that arrived were the parent's.
pub fn after_fork() {
    ffi::forget_arrived();
}

/// As if the signal had arrived, unless it is ignored or at its default (`PyErr_SetInterruptEx`); false for no signal's number.
pub fn interrupt(vm: &Vm, signal: i32) -> bool {
    let Ok(number @ 1..NSIG) = usize::try_from(signal) else {
        return false;
    };
    let handler = handler_of(vm, number);
    if !handler.is_none() && !handler.is_small_int() {
        ffi::trigger(signal);
    }
    true
}

fn check_number(vm: &Vm, signal: i32) -> PyResult<usize> {
    match usize::try_from(signal) {
        Ok(number) if (1..NSIG).contains(&number) => Ok(number),
        _ => Err(vm.value_error("signal number out of range")),
    }
}

/// Whether the running thread may set handlers.
fn is_master(vm: &Vm) -> bool {
    vm.thread().is_main.get() && ffi::is_listening(&vm.breaker)
}

/// `signal.signal(signal, handler)`
fn set_handler(vm: &Vm, signal: i32, handler: Value) -> PyResult<Value> {
    if !is_master(vm) {
        return Err(vm.value_error("signal only works in main thread of the main interpreter"));
    }
    let number = check_number(vm, signal)?;
    let how = match handler.as_small_int() {
        Some(0) => Disposition::Default,
        Some(1) => Disposition::Ignore,
        _ if call::is_callable(vm, &handler) => Disposition::Note,
        _ => {
            return Err(vm.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    // What arrived so far is for the handler that was.
    handle(vm)?;
    let state = vm.state.get::<Handlers>();
    ffi::set_disposition(signal, how).map_err(|errno| vm.os_error(errno, None))?;
    let mut handlers = state.handlers.borrow_mut();
    match handlers.get_mut(number) {
        Some(place) => Ok(std::mem::replace(place, handler)),
        None => Ok(Value::None),
    }
}

crate::structseq! {
    /// `signal.struct_siginfo`
    pub static SIGINFO: "signal.struct_siginfo",
    doc: "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
    visible: 7, flags: 0,
    fields: [
        ("si_signo", "signal number"), ("si_code", "signal code"), ("si_errno", "errno associated with this signal"),
        ("si_pid", "sending process ID"), ("si_uid", "real user ID of sending process"), ("si_status", "exit value or signal"),
        ("si_band", "band event for SIGPOLL")
    ]
}

const NAMES: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGSTKFLT", 16),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPWR", 30),
    ("SIGSYS", libc::SIGSYS),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("SIG_DFL", 0),
    ("SIG_IGN", 1),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("ITIMER_PROF", 2),
    ("NSIG", NSIG as i32),
];

fn failed(vm: &Vm, errno: i32) -> PyErr {
    vm.os_error(errno, None)
}

/// The module.
#[derive::pymodule(name = "_signal", needs_os)]
pub mod module {
    //! This module provides mechanisms to use signal handlers in Python.
    //!
    //! Functions:
    //!
    //! alarm() -- cause SIGALRM after a specified time [Unix only]
    //! setitimer() -- cause a signal (described below) after a specified
    //!                float time and the timer may restart then [Unix only]
    //! getitimer() -- get current value of timer [Unix only]
    //! signal() -- set the action for a given signal
    //! getsignal() -- get the signal action for a given signal
    //! pause() -- wait until a signal arrives [Unix only]
    //! default_int_handler() -- default SIGINT handler
    use super::ffi::{self, NSIG, SignalSet};
    use super::{NAMES, check_number, failed, set_handler};
    use crate::context::errors::ExcKind;
    use crate::context::{PyErr, PyResult, Vm};
    use crate::object::Value;
    use crate::protocol::convert_int::to_i32;
    use crate::protocol::{call, iter, number};
    use crate::types::dict::value::PyDict;
    use crate::types::set::table::PySet;
    use std::time::{Duration, Instant};

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[pyfunction(sig = "default_int_handler($module, signalnum, frame, /)")]
    fn default_int_handler(vm: &Vm, signalnum: i32, frame: &Value) -> PyResult<()> {
        let _ = (signalnum, frame);
        Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL))
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments:
    /// the first is the signal number, the second is the interrupted stack frame.
    #[pyfunction(sig = "signal($module, signalnum, handler, /)")]
    fn signal(vm: &Vm, signalnum: i32, handler: &Value) -> PyResult<Value> {
        let handler = match handler.as_int().and_then(|handler| handler.to_i64()) {
            // Members of enum.Handlers stand for their numbers.
            Some(n @ 0..=1) => vm.new_int(n),
            _ => handler.clone(),
        };
        set_handler(vm, signalnum, handler)
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[pyfunction(sig = "getsignal($module, signalnum, /)")]
    fn getsignal(vm: &Vm, signalnum: i32) -> PyResult<Value> {
        let number = check_number(vm, signalnum)?;
        Ok(super::handler_of(vm, number))
    }

    /// Send a signal to the executing process.
    #[pyfunction(sig = "raise_signal($module, signalnum, /)")]
    fn raise_signal(vm: &Vm, signalnum: i32) -> PyResult<()> {
        vm.allow_threads(|| ffi::raise(signalnum))
            .map_err(|errno| failed(vm, errno))?;
        super::handle(vm)
    }

    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[pyfunction(sig = "strsignal($module, signalnum, /)")]
    fn strsignal(vm: &Vm, signalnum: i32) -> PyResult<Option<String>> {
        check_number(vm, signalnum)?;
        Ok(ffi::strsignal(signalnum))
    }

    fn number_set(vm: &Vm, signals: impl IntoIterator<Item = i32>) -> PyResult<Value> {
        let signals = signals.into_iter().map(|n| vm.new_int(n.into()));
        Ok(PySet::from_values(vm, signals)?.into_value())
    }

    fn signal_set(vm: &Vm, signals: &Value) -> PyResult<SignalSet> {
        let mut numbers = Vec::new();
        for signal in iter::to_vec(vm, signals)? {
            let number = match to_i32(vm, &signal) {
                Ok(number) if (1..NSIG as i32).contains(&number) => number,
                Err(error) if !error.is(vm, ExcKind::OverflowError) => return Err(error),
                _ => {
                    let last = NSIG - 1;
                    return Err(vm.value_error(format!(
                        "signal number {} out of range [1; {last}]",
                        crate::protocol::repr::str_text(vm, &signal)?
                    )));
                }
            };
            numbers.push(number);
        }
        Ok(SignalSet::new(&numbers))
    }

    /// Return a set of valid signal numbers on this platform.
    ///
    /// The signal numbers returned by this function can be safely passed to
    /// functions like `pthread_sigmask`.
    #[pyfunction(sig = "valid_signals($module, /)")]
    fn valid_signals(vm: &Vm) -> PyResult<Value> {
        number_set(vm, (1..NSIG as i32).filter(|n| !(32..34).contains(n)))
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[pyfunction(sig = "pthread_sigmask($module, how, mask, /)")]
    fn pthread_sigmask(vm: &Vm, how: i32, mask: &Value) -> PyResult<Value> {
        let signals = signal_set(vm, mask)?;
        let old = ffi::sigmask(how, &signals).map_err(|errno| failed(vm, errno))?;
        // Signals that were held back may have arrived.
        super::handle(vm)?;
        number_set(vm, old)
    }

    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    #[pyfunction(sig = "sigpending($module, /)")]
    fn sigpending(vm: &Vm) -> PyResult<Value> {
        number_set(vm, ffi::sigpending().map_err(|errno| failed(vm, errno))?)
    }

    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the signal
    /// and returns the signal number.
    #[pyfunction(sig = "sigwait($module, sigset, /)")]
    fn sigwait(vm: &Vm, sigset: &Value) -> PyResult<i32> {
        let signals = signal_set(vm, sigset)?;
        vm.allow_threads(|| ffi::sigwait(&signals))
            .map_err(|errno| failed(vm, errno))
    }

    fn wait_info(vm: &Vm, signals: &SignalSet, timeout: Option<Duration>) -> PyResult<Value> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match vm.allow_threads(|| ffi::sigtimedwait(signals, left)) {
                Ok(info) => {
                    let fields = info.iter().map(|field| vm.new_int(*field)).collect();
                    return Ok(super::SIGINFO.new_value(vm, fields));
                }
                Err(libc::EINTR) => super::handle(vm)?,
                Err(libc::EAGAIN) if left.is_some() => return Ok(Value::None),
                Err(errno) => return Err(failed(vm, errno)),
            }
        }
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    #[pyfunction(sig = "sigwaitinfo($module, sigset, /)")]
    fn sigwaitinfo(vm: &Vm, sigset: &Value) -> PyResult<Value> {
        wait_info(vm, &signal_set(vm, sigset)?, None)
    }

    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating point numbers allowed.
    #[pyfunction(sig = "sigtimedwait($module, sigset, timeout, /)")]
    fn sigtimedwait(vm: &Vm, sigset: &Value, timeout: &Value) -> PyResult<Value> {
        let seconds = number::to_f64(vm, timeout)?;
        if seconds < 0.0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let timeout = Duration::try_from_secs_f64(seconds)
            .map_err(|_| vm.overflow_error("timestamp too large to convert to C _PyTime_t"))?;
        wait_info(vm, &signal_set(vm, sigset)?, Some(timeout))
    }

    /// Send a signal to a thread.
    #[pyfunction(sig = "pthread_kill($module, thread_id, signalnum, /)")]
    fn pthread_kill(vm: &Vm, thread_id: u64, signalnum: i32) -> PyResult<()> {
        let mut known = false;
        vm.threads
            .each(|thread| known |= thread.ident.get() == thread_id);
        if !known {
            return Err(failed(vm, libc::ESRCH));
        }
        ffi::pthread_kill(thread_id, signalnum).map_err(|errno| failed(vm, errno))?;
        super::handle(vm)
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[pyfunction(sig = "pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(
        vm: &Vm,
        pidfd: i32,
        signalnum: i32,
        siginfo: &Value,
        flags: i32,
    ) -> PyResult<()> {
        if !siginfo.is_none() {
            return Err(vm.type_error("siginfo must be None"));
        }
        ffi::pidfd_send_signal(pidfd, signalnum, flags as u32).map_err(|errno| failed(vm, errno))
    }

    /// set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd
    ///
    /// Sets the fd to be written to (with the signal number) when a signal
    /// comes in.  A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[pyfunction(
        sig = "set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)",
        no_text_signature
    )]
    fn set_wakeup_fd(vm: &Vm, fd: i32, warn_on_full_buffer: bool) -> PyResult<i64> {
        if !super::is_master(vm) {
            return Err(
                vm.value_error("set_wakeup_fd only works in main thread of the main interpreter")
            );
        }
        if fd != -1 && ffi::is_blocking(fd).map_err(|errno| failed(vm, errno))? {
            return Err(vm.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
        Ok(ffi::exchange_wakeup(fd, warn_on_full_buffer).into())
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by
    /// signal sig, else system calls will be interrupted.
    #[pyfunction(sig = "siginterrupt($module, signalnum, flag, /)")]
    fn siginterrupt(vm: &Vm, signalnum: i32, flag: i32) -> PyResult<()> {
        check_number(vm, signalnum)?;
        ffi::siginterrupt(signalnum, flag != 0).map_err(|errno| failed(vm, errno))
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[pyfunction(sig = "alarm($module, seconds, /)")]
    fn alarm(seconds: i32) -> i64 {
        ffi::alarm(seconds as u32).into()
    }

    /// Wait until a signal arrives.
    #[pyfunction(sig = "pause($module, /)")]
    fn pause(vm: &Vm) -> PyResult<()> {
        vm.allow_threads(ffi::pause);
        super::handle(vm)
    }

    /// The class `signal.itimer_error`.
    struct ItimerError(Value);

    fn itimer_error(vm: &Vm, errno: i32) -> PyErr {
        let Some(class) = vm.state.find::<ItimerError>() else {
            return failed(vm, errno);
        };
        let text = crate::types::exceptions::os_error::strerror(errno);
        let arguments = vm.new_tuple(vec![vm.new_int(errno.into()), vm.new_str(&text)]);
        crate::types::exceptions::raise::normalize(vm, &class.0, &arguments)
            .unwrap_or_else(|error| error)
    }

    fn pair(vm: &Vm, (first, interval): (f64, f64)) -> Value {
        vm.new_tuple(vec![vm.new_float(first), vm.new_float(interval)])
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval seconds.
    /// The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[pyfunction(sig = "setitimer($module, which, seconds, interval=0.0, /)")]
    fn setitimer(
        vm: &Vm,
        which: i32,
        seconds: &Value,
        interval: Option<&Value>,
    ) -> PyResult<Value> {
        let microseconds = |value: &Value| -> PyResult<i64> {
            let seconds = number::to_f64(vm, value)?;
            if seconds.is_nan() {
                return Err(vm.value_error("Invalid value NaN (not a number)"));
            }
            if seconds.abs() > 9.2e12 {
                return Err(vm.overflow_error("timestamp out of range for platform time_t"));
            }
            Ok((seconds * 1e6).ceil() as i64)
        };
        let first = microseconds(seconds)?;
        let interval = interval.map_or(Ok(0), microseconds)?;
        match ffi::setitimer(which, first, interval) {
            Ok(old) => Ok(pair(vm, old)),
            Err(errno) => Err(itimer_error(vm, errno)),
        }
    }

    /// Returns current value of given itimer.
    #[pyfunction(sig = "getitimer($module, which, /)")]
    fn getitimer(vm: &Vm, which: i32) -> PyResult<Value> {
        match ffi::getitimer(which) {
            Ok(now) => Ok(pair(vm, now)),
            Err(errno) => Err(itimer_error(vm, errno)),
        }
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let set = |name: &str, value| {
            crate::protocol::convert::set_module_attribute(vm, module, name, value)
        };
        for (name, number) in NAMES {
            set(name, vm.new_int((*number).into()))?;
        }
        set("struct_siginfo", super::SIGINFO.class(vm).to_value())?;
        let base = vm.exception_class(ExcKind::OSError).into_value();
        let namespace = PyDict::new(vm);
        namespace.set_str(vm, &vm.names.__module__, vm.new_str("signal"));
        let arguments = [
            vm.new_str("itimer_error"),
            vm.new_tuple(vec![base]),
            namespace.into_value(),
        ];
        let class = call::call_args(vm, &vm.types.type_.to_value(), &arguments)?;
        vm.state.get_or_init(|| ItimerError(class.clone()));
        set("ItimerError", class)
    }
}
