//! `_signal`: handlers written in Python run between two instructions of the main thread.
//!
//! CPython 3.11: `Modules/signalmodule.c`.

use crate::ffi;
use std::cell::RefCell;
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::{attr, call};

pub use signal_module::DEF;

const SIGNALS: i32 = 65;

/// Handlers by number, as Python gave them.
#[derive(Default)]
struct Handlers {
    known: RefCell<Vec<Value>>,
}

/// Runs the handlers of the signals that arrived.
fn handle(vm: &Vm) -> PyResult<()> {
    let arrived = ffi::take_arrived();
    for signum in (1..64).filter(|n| arrived & 1 << n != 0) {
        let handlers = vm.state.get::<Handlers>();
        let handler = handlers.known.borrow().get(signum).cloned();
        let Some(handler) = handler.filter(|handler| call::is_callable(vm, handler)) else {
            continue;
        };
        let frame = running_frame(vm)?;
        call::call_args(vm, &handler, &[vm.new_usize(signum), frame])?;
    }
    Ok(())
}

/// The frame that a signal interrupts.
fn running_frame(vm: &Vm) -> PyResult<Value> {
    let sys = vm.modules.get().and_then(|modules| modules.get_str(&vm.intern_str("sys")));
    let getframe = match sys {
        Some(sys) => attr::get_opt(vm, &sys, &vm.intern_str("_getframe"))?,
        None => None,
    };
    getframe.map_or(Ok(Value::None), |getframe| call::call0(vm, &getframe))
}

macro_rules! signals {
    ($($name:ident)*) => { const NUMBERS: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*]; };
}

signals! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT
    SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS SIGPOLL
    SIG_BLOCK SIG_UNBLOCK SIG_SETMASK
}

/// This module provides mechanisms to use signal handlers in Python.
#[derive::pymodule(name = "_signal", needs_os)]
mod signal_module {
    use super::{Handlers, NUMBERS, SIGNALS, handle};
    use crate::ffi::{self, Disposition};
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::protocol::{call, iter};
    use vm::protocol::convert_int::to_i32;

    #[pyattr]
    const SIG_DFL: i32 = 0;
    #[pyattr]
    const SIG_IGN: i32 = 1;
    #[pyattr]
    const NSIG: i32 = 65;
    #[pyattr]
    const SIGCLD: i32 = 17;
    #[pyattr]
    const SIGRTMIN: i32 = 34;
    #[pyattr]
    const SIGRTMAX: i32 = 64;
    #[pyattr]
    const ITIMER_REAL: i32 = 0;
    #[pyattr]
    const ITIMER_VIRTUAL: i32 = 1;
    #[pyattr]
    const ITIMER_PROF: i32 = 2;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int((*number).into()))?;
        }
        set(vm, module, "ItimerError", vm.exception_class(ExcKind::OSError).into_value())?;
        vm.hooks.handle_signals.set(handle);
        ffi::listen(&vm.breaker);
        let mut known = vec![Value::None; SIGNALS as usize];
        for signum in 1..SIGNALS {
            known[signum as usize] = match ffi::get_signal(signum) {
                Some(Disposition::Default) => vm.new_int(0),
                Some(Disposition::Ignore) => vm.new_int(1),
                _ => Value::None,
            };
        }
        let default = vm::protocol::attr::get(vm, module, &vm.intern_str("default_int_handler"))?;
        if known[2].as_small_int() == Some(0) && vm.host().has_os() {
            known[2] = default;
            ffi::set_signal(2, &Disposition::Note, false).map_err(|errno| vm.os_error(errno, None))?;
        }
        *vm.state.get::<Handlers>().known.borrow_mut() = known;
        Ok(())
    }

    fn checked(vm: &Vm, signalnum: i32) -> PyResult<usize> {
        match usize::try_from(signalnum) {
            Ok(n @ 1..65) => Ok(n),
            _ => Err(vm.value_error("signal number out of range")),
        }
    }

    /// The default handler for SIGINT installed by Python.
    #[pyfunction(sig = "default_int_handler($module, signalnum, frame, /)")]
    fn default_int_handler(vm: &Vm, signalnum: &Value, frame: &Value) -> PyResult<()> {
        let _ = (signalnum, frame);
        Err(vm.new_exception(ExcKind::KeyboardInterrupt, Value::NULL))
    }

    /// Set the action for the given signal.
    #[pyfunction(sig = "signal($module, signalnum, handler, /)")]
    fn signal(vm: &Vm, signalnum: i32, handler: &Value) -> PyResult<Value> {
        let place = checked(vm, signalnum)?;
        let how = match handler.as_int().and_then(|n| n.to_i64()) {
            Some(0) => Disposition::Default,
            Some(1) => Disposition::Ignore,
            None if call::is_callable(vm, handler) => Disposition::Note,
            _ => {
                return Err(vm.type_error(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                ));
            }
        };
        ffi::set_signal(signalnum, &how, false).map_err(|errno| vm.os_error(errno, None))?;
        let handlers = vm.state.get::<Handlers>();
        let old = std::mem::replace(&mut handlers.known.borrow_mut()[place], handler.clone());
        Ok(old)
    }

    /// Return the current action for the given signal.
    #[pyfunction(sig = "getsignal($module, signalnum, /)")]
    fn getsignal(vm: &Vm, signalnum: i32) -> PyResult<Value> {
        let place = checked(vm, signalnum)?;
        let handlers = vm.state.get::<Handlers>();
        let known = handlers.known.borrow();
        Ok(known.get(place).cloned().unwrap_or(Value::None))
    }

    /// Send a signal to the executing process.
    #[pyfunction(sig = "raise_signal($module, signalnum, /)")]
    fn raise_signal(vm: &Vm, signalnum: i32) -> PyResult<()> {
        ffi::raise(signalnum).map_err(|errno| vm.os_error(errno, None))?;
        handle(vm)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[pyfunction(sig = "alarm($module, seconds, /)")]
    fn alarm(seconds: i32) -> i64 {
        ffi::alarm(seconds as u32).into()
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    #[pyfunction(sig = "setitimer($module, which, seconds, interval=0.0, /)")]
    fn setitimer(vm: &Vm, which: i32, seconds: f64, interval: Option<f64>) -> PyResult<Value> {
        let old = ffi::setitimer(which, seconds, interval.unwrap_or(0.0));
        let (first, interval) = old.map_err(|errno| vm.os_error(errno, None))?;
        Ok(vm.new_tuple(vec![vm.new_float(first), vm.new_float(interval)]))
    }

    /// Returns current value of given itimer.
    #[pyfunction(sig = "getitimer($module, which, /)")]
    fn getitimer(vm: &Vm, which: i32) -> PyResult<Value> {
        let now = ffi::getitimer(which).map_err(|errno| vm.os_error(errno, None))?;
        Ok(vm.new_tuple(vec![vm.new_float(now.0), vm.new_float(now.1)]))
    }

    /// Change system call restart behaviour: if flag is False, system calls resume.
    #[pyfunction(sig = "siginterrupt($module, signalnum, flag, /)")]
    fn siginterrupt(vm: &Vm, signalnum: i32, flag: i32) -> PyResult<()> {
        let handler = getsignal(vm, signalnum)?;
        let how = match handler.as_small_int() {
            Some(0) => Disposition::Default,
            Some(1) => Disposition::Ignore,
            _ => Disposition::Note,
        };
        ffi::set_signal(signalnum, &how, flag == 0).map_err(|errno| vm.os_error(errno, None))
    }

    /// Return the system description of the given signal.
    #[pyfunction(sig = "strsignal($module, signalnum, /)")]
    fn strsignal(vm: &Vm, signalnum: i32) -> PyResult<Value> {
        checked(vm, signalnum)?;
        let name = match signalnum {
            1 => "Hangup",
            2 => "Interrupt",
            3 => "Quit",
            4 => "Illegal instruction",
            6 => "Aborted",
            8 => "Floating point exception",
            9 => "Killed",
            11 => "Segmentation fault",
            13 => "Broken pipe",
            14 => "Alarm clock",
            15 => "Terminated",
            17 => "Child exited",
            _ => return Ok(Value::None),
        };
        Ok(vm.new_str(name))
    }

    fn number_set(vm: &Vm, numbers: impl IntoIterator<Item = i32>) -> PyResult<Value> {
        let numbers = numbers.into_iter().map(|n| vm.new_int(n.into())).collect();
        call::call1(vm, &vm.native_type(<vm::types::set::table::PySet as vm::object::Payload>::def()).to_value(), &vm.new_list(numbers))
    }

    /// Return a set of valid signal numbers on this platform.
    #[pyfunction(sig = "valid_signals($module, /)")]
    fn valid_signals(vm: &Vm) -> PyResult<Value> {
        number_set(vm, (1..65).filter(|n| *n != 32 && *n != 33))
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[pyfunction(sig = "pthread_sigmask($module, how, mask, /)")]
    fn pthread_sigmask(vm: &Vm, how: i32, mask: &Value) -> PyResult<Value> {
        let mut signals = Vec::new();
        for signal in iter::to_vec(vm, mask)? {
            let signal = to_i32(vm, &signal)?;
            checked(vm, signal)?;
            signals.push(signal);
        }
        let old = ffi::sigmask(how, &signals).map_err(|errno| vm.os_error(errno, None))?;
        number_set(vm, old)
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[pyfunction(sig = "set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, warn_on_full_buffer: bool) -> i32 {
        let _ = warn_on_full_buffer;
        ffi::exchange_wakeup(fd)
    }
}
