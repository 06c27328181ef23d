//! `_signal`: handlers that Python runs between two instructions.
//!
//! The native handler only notes the signal and asks the eval breaker; the interpreter that installed handlers last gets them.
//!
//! CPython 3.11: `Modules/signalmodule.c`.

use crate::context::eval_breaker::{EvalBreaker, SIGNALS};
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::frame_ownership;
use crate::object::Value;
use crate::protocol::call;
use std::cell::{Cell, RefCell};
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// One more than the largest signal (`signal.NSIG`).
pub const NSIG: usize = 65;

/// Signals that arrived; process-wide, as signals are.
static ARRIVED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static BREAKER: OnceLock<EvalBreaker> = OnceLock::new();

/// The Python handlers of an interpreter.
struct Handlers {
    handlers: RefCell<Vec<Value>>,
    installed: Cell<bool>,
}

impl Default for Handlers {
    fn default() -> Handlers {
        Handlers {
            handlers: RefCell::new(vec![Value::None; NSIG]),
            installed: Cell::new(false),
        }
    }
}

extern "C" fn note(signal: libc::c_int) {
    if let Some(arrived) = usize::try_from(signal)
        .ok()
        .and_then(|signal| ARRIVED.get(signal))
    {
        arrived.store(true, Ordering::Release);
    }
    if let Some(breaker) = BREAKER.get() {
        breaker.request(SIGNALS);
    }
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte is readable; write may be called from handlers.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

/// Sets the native disposition of a signal.
fn set_native(signal: i32, handler: libc::sighandler_t) -> io::Result<()> {
    // SAFETY: the structure is zeroed, which is a valid value, and the handler only does what handlers may.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, std::ptr::null_mut())
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn native_handler() -> libc::sighandler_t {
    note as extern "C" fn(libc::c_int) as libc::sighandler_t
}

/// Runs the Python handlers of signals that arrived (`_PyErr_CheckSignalsTstate`).
pub fn handle(vm: &Vm) -> PyResult<()> {
    let state = vm.state.get::<Handlers>();
    for (signal, arrived) in ARRIVED.iter().enumerate().skip(1) {
        if !arrived.swap(false, Ordering::AcqRel) {
            continue;
        }
        let handler = state.handlers.borrow()[signal].clone();
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
            vm.breaker.request(SIGNALS);
            return Err(error);
        }
    }
    Ok(())
}

/// Makes SIGINT raise KeyboardInterrupt, unless it is ignored (`signal_install_handlers`).
pub fn install(vm: &Vm) -> PyResult<()> {
    vm.hooks.handle_signals.set(handle);
    ignore_write_signals();
    let Some(module) = crate::modules::native::load(vm, "_signal")? else {
        return Ok(());
    };
    let handler = crate::protocol::attr::get(vm, &module, &vm.intern_str("default_int_handler"))?;
    if let Some(modules) = vm.modules.get() {
        modules.set_str(vm, &vm.intern_str("_signal"), module);
    }
    set_handler(vm, libc::SIGINT, handler).map(drop)
}

/// A write to a closed pipe or beyond a size limit is an error to handle, not the end of the process.
fn ignore_write_signals() {
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        // SAFETY: ignoring a signal runs no code.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

fn check_number(vm: &Vm, signal: i32) -> PyResult<usize> {
    match usize::try_from(signal) {
        Ok(number) if (1..NSIG).contains(&number) => Ok(number),
        _ => Err(vm.value_error("signal number out of range")),
    }
}

/// `signal.signal(signal, handler)`
fn set_handler(vm: &Vm, signal: i32, handler: Value) -> PyResult<Value> {
    let number = check_number(vm, signal)?;
    let native = match handler.as_small_int() {
        Some(0) => libc::SIG_DFL,
        Some(1) => libc::SIG_IGN,
        _ if call::is_callable(vm, &handler) => native_handler(),
        _ => {
            return Err(vm.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    let _ = BREAKER.set(vm.breaker.clone());
    set_native(signal, native).map_err(|error| failed(vm, &error))?;
    let state = vm.state.get::<Handlers>();
    read_dispositions(&state);
    let old = std::mem::replace(&mut state.handlers.borrow_mut()[number], handler);
    Ok(old)
}

fn failed(vm: &Vm, error: &io::Error) -> PyErr {
    vm.io_error(error, None)
}

/// What the process's signals do at the start: default or ignored.
fn read_dispositions(state: &Handlers) {
    if state.installed.replace(true) {
        return;
    }
    let mut handlers = state.handlers.borrow_mut();
    for (signal, handler) in handlers.iter_mut().enumerate().skip(1) {
        // SAFETY: only asks for the disposition.
        let action = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            let result = libc::sigaction(signal as i32, std::ptr::null(), &mut action);
            (result == 0).then_some(action.sa_sigaction)
        };
        *handler = match action {
            Some(libc::SIG_DFL) => Value::small_int_unchecked(0),
            Some(libc::SIG_IGN) => Value::small_int_unchecked(1),
            Some(action) if action == native_handler() => Value::small_int_unchecked(0),
            _ => Value::None,
        };
    }
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

/// The module.
#[derive::pymodule(name = "_signal")]
pub mod module {
    //! This module provides mechanisms to use signal handlers in Python.
    use super::{
        Handlers, NAMES, NSIG, WAKEUP_FD, check_number, failed, read_dispositions, set_handler,
    };
    use crate::context::errors::ExcKind;
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::types::set::table::PySet;
    use std::io;
    use std::sync::atomic::Ordering;

    /// The default handler for SIGINT installed by Python: raises KeyboardInterrupt.
    #[pyfunction(sig = "default_int_handler($module, signalnum, frame, /)")]
    fn default_int_handler(vm: &Vm, signalnum: i32, frame: &Value) -> PyResult<()> {
        let _ = (signalnum, frame);
        Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL))
    }

    /// Set the action for the given signal, and return the previous one.
    #[pyfunction(sig = "signal($module, signalnum, handler, /)")]
    fn signal(vm: &Vm, signalnum: i32, handler: &Value) -> PyResult<Value> {
        let handler = match handler.as_int().and_then(|handler| handler.to_i64()) {
            // Members of enum.Handlers stand for their numbers.
            Some(n @ 0..=1) => vm.new_int(n),
            _ => handler.clone(),
        };
        let old = set_handler(vm, signalnum, handler)?;
        super::handle(vm)?;
        Ok(old)
    }

    /// Return the current action for the given signal.
    #[pyfunction(sig = "getsignal($module, signalnum, /)")]
    fn getsignal(vm: &Vm, signalnum: i32) -> PyResult<Value> {
        let number = check_number(vm, signalnum)?;
        let state = vm.state.get::<Handlers>();
        read_dispositions(&state);
        let handler = state.handlers.borrow()[number].clone();
        Ok(handler)
    }

    /// Send a signal to the executing process.
    #[pyfunction(sig = "raise_signal($module, signalnum, /)")]
    fn raise_signal(vm: &Vm, signalnum: i32) -> PyResult<()> {
        // SAFETY: raise takes any number.
        if unsafe { libc::raise(signalnum) } != 0 {
            return Err(failed(vm, &io::Error::last_os_error()));
        }
        super::handle(vm)
    }

    /// Return the system description of the given signal.
    #[pyfunction(sig = "strsignal($module, signalnum, /)")]
    fn strsignal(vm: &Vm, signalnum: i32) -> PyResult<Option<String>> {
        check_number(vm, signalnum)?;
        // SAFETY: the text is read before anybody can ask for another.
        let text = unsafe {
            let text = libc::strsignal(signalnum);
            if text.is_null() {
                return Ok(None);
            }
            std::ffi::CStr::from_ptr(text)
                .to_string_lossy()
                .into_owned()
        };
        Ok(if text.starts_with("Unknown signal") {
            None
        } else {
            Some(text)
        })
    }

    /// Return a set of valid signal numbers on this platform.
    #[pyfunction(sig = "valid_signals($module, /)")]
    fn valid_signals(vm: &Vm) -> PyResult<Value> {
        let valid = (1..NSIG as i64)
            .filter(|n| !(32..34).contains(n))
            .map(|n| vm.new_int(n));
        Ok(PySet::from_values(vm, valid)?.into_value())
    }

    /// set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd
    ///
    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[pyfunction(
        sig = "set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)",
        no_text_signature
    )]
    fn set_wakeup_fd(fd: i32, warn_on_full_buffer: bool) -> i64 {
        let _ = warn_on_full_buffer;
        WAKEUP_FD.swap(fd, Ordering::Relaxed).into()
    }

    /// Change system call restart behaviour.
    #[pyfunction(sig = "siginterrupt($module, signalnum, flag, /)")]
    fn siginterrupt(vm: &Vm, signalnum: i32, flag: i32) -> PyResult<()> {
        let _ = flag;
        check_number(vm, signalnum).map(drop)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[pyfunction(sig = "alarm($module, seconds, /)")]
    fn alarm(seconds: i32) -> i64 {
        // SAFETY: alarm takes any number.
        unsafe { libc::alarm(seconds as u32) }.into()
    }

    /// Wait until a signal arrives.
    #[pyfunction(sig = "pause($module, /)")]
    fn pause(vm: &Vm) -> PyResult<()> {
        // SAFETY: no memory is involved.
        unsafe { libc::pause() };
        super::handle(vm)
    }

    fn timer_values(vm: &Vm, timer: &libc::itimerval) -> Value {
        let seconds =
            |value: &libc::timeval| vm.new_float(value.tv_sec as f64 + value.tv_usec as f64 * 1e-6);
        vm.new_tuple(vec![seconds(&timer.it_value), seconds(&timer.it_interval)])
    }

    /// Sets given itimer; the old values are returned as a tuple (delay, interval).
    #[pyfunction(sig = "setitimer($module, which, seconds, interval=0.0, /)")]
    fn setitimer(vm: &Vm, which: i32, seconds: f64, interval: f64) -> PyResult<Value> {
        let time = |seconds: f64| libc::timeval {
            tv_sec: seconds.trunc() as i64,
            tv_usec: (seconds.fract() * 1e6) as i64,
        };
        let new = libc::itimerval {
            it_value: time(seconds),
            it_interval: time(interval),
        };
        let mut old = libc::itimerval {
            it_value: time(0.0),
            it_interval: time(0.0),
        };
        // SAFETY: both structures are valid.
        let result = unsafe { libc::setitimer(which as _, &new, &mut old) };
        if result == 0 {
            Ok(timer_values(vm, &old))
        } else {
            Err(failed(vm, &io::Error::last_os_error()))
        }
    }

    /// Returns current value of given itimer.
    #[pyfunction(sig = "getitimer($module, which, /)")]
    fn getitimer(vm: &Vm, which: i32) -> PyResult<Value> {
        let zero = libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        };
        let mut now = libc::itimerval {
            it_value: zero,
            it_interval: zero,
        };
        // SAFETY: the structure is valid.
        let result = unsafe { libc::getitimer(which as _, &mut now) };
        if result == 0 {
            Ok(timer_values(vm, &now))
        } else {
            Err(failed(vm, &io::Error::last_os_error()))
        }
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NAMES {
            let number = vm.new_int((*number).into());
            crate::protocol::convert::set_module_attribute(vm, module, name, number)?;
        }
        let error = vm.exception_class(ExcKind::OSError).into_value();
        crate::protocol::convert::set_module_attribute(vm, module, "ItimerError", error)
    }
}
