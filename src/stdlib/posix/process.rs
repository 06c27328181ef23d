//! Processes, users, the environment, randomness.

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use crate::posix::exec::{arguments, environment};
    use crate::posix::{PathArg, failed, ffi, path_or_fd, require_os};
    use vm::context::host::Clock;
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::fs::{fs_decode, path_bytes};
    use vm::runtime::threads;

    fn plain<T>(vm: &Vm, result: Result<T, i32>) -> PyResult<T> {
        result.map_err(|errno| vm.os_error(errno, None))
    }

    /// Return the current process id.
    #[pyfunction(sig = "getpid($module, /)")]
    fn getpid(vm: &Vm) -> i32 {
        vm.host().getpid()
    }

    /// Return the parent's process id.
    #[pyfunction(sig = "getppid($module, /)")]
    fn getppid(vm: &Vm) -> PyResult<i32> {
        require_os(vm)?;
        plain(vm, ffi::getppid())
    }

    /// Return the current process's user id.
    #[pyfunction(sig = "getuid($module, /)")]
    fn getuid() -> i64 {
        ffi::ids()[0].into()
    }

    /// Return the current process's effective user id.
    #[pyfunction(sig = "geteuid($module, /)")]
    fn geteuid() -> i64 {
        ffi::ids()[1].into()
    }

    /// Return the current process's group id.
    #[pyfunction(sig = "getgid($module, /)")]
    fn getgid() -> i64 {
        ffi::ids()[2].into()
    }

    /// Return the current process's effective group id.
    #[pyfunction(sig = "getegid($module, /)")]
    fn getegid() -> i64 {
        ffi::ids()[3].into()
    }

    /// Set the current numeric umask and return the previous umask.
    #[pyfunction(sig = "umask($module, mask, /)")]
    fn umask(vm: &Vm, mask: i32) -> PyResult<i64> {
        require_os(vm)?;
        Ok(ffi::umask(mask as u32).into())
    }

    /// Kill a process with a signal.
    #[pyfunction(sig = "kill($module, pid, signal, /)")]
    fn kill(vm: &Vm, pid: i32, signal: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::kill(pid, signal).map(drop))
    }

    /// Kill a process group with a signal.
    #[pyfunction(sig = "killpg($module, pgid, signal, /)")]
    fn killpg(vm: &Vm, pgid: i32, signal: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::killpg(pgid, signal).map(drop))
    }

    /// Call the system call setsid().
    #[pyfunction(sig = "setsid($module, /)")]
    fn setsid(vm: &Vm) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::setsid().map(drop))
    }

    /// Return the current process group id.
    #[pyfunction(sig = "getpgrp($module, /)")]
    fn getpgrp(vm: &Vm) -> PyResult<i32> {
        plain(vm, ffi::getpgrp())
    }

    /// Wait for completion of a given child process.
    #[pyfunction(sig = "waitpid($module, pid, options, /)")]
    fn waitpid(vm: &Vm, pid: i32, options: i32) -> PyResult<(i32, i32)> {
        require_os(vm)?;
        loop {
            match vm.allow_threads(|| ffi::waitpid(pid, options)) {
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                result => return plain(vm, result),
            }
        }
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[pyfunction(sig = "WIFEXITED($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WIFEXITED(status: i32) -> bool {
        status & 0x7f == 0
    }

    /// Return the process return code from status.
    #[pyfunction(sig = "WEXITSTATUS($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WEXITSTATUS(status: i32) -> i32 {
        status >> 8 & 0xff
    }

    /// Return True if the process returning status was terminated by a signal.
    #[pyfunction(sig = "WIFSIGNALED($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WIFSIGNALED(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[pyfunction(sig = "WTERMSIG($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WTERMSIG(status: i32) -> i32 {
        status & 0x7f
    }

    /// Return True if the process returning status was stopped.
    #[pyfunction(sig = "WIFSTOPPED($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WIFSTOPPED(status: i32) -> bool {
        status & 0xff == 0x7f
    }

    /// Return the signal that stopped the process that provided the status value.
    #[pyfunction(sig = "WSTOPSIG($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WSTOPSIG(status: i32) -> i32 {
        status >> 8 & 0xff
    }

    /// Convert a wait status to an exit code.
    #[pyfunction(sig = "waitstatus_to_exitcode($module, /, status)")]
    fn waitstatus_to_exitcode(vm: &Vm, status: i32) -> PyResult<i32> {
        if status & 0x7f == 0 {
            Ok(status >> 8 & 0xff)
        } else if libc::WIFSIGNALED(status) {
            Ok(-(status & 0x7f))
        } else {
            let signal = status >> 8 & 0xff;
            Err(vm.value_error(format!("process stopped by delivery of signal {signal}")))
        }
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[pyfunction(sig = "_exit($module, /, status)")]
    fn _exit(vm: &Vm, status: i32) -> PyResult<()> {
        require_os(vm)?;
        ffi::exit(status)
    }

    /// Execute an executable path with arguments, replacing current process.
    #[pyfunction(sig = "execv($module, path, argv, /)")]
    fn execv(vm: &Vm, path: &Value, argv: &Value) -> PyResult<()> {
        require_os(vm)?;
        let name = path_bytes(vm, path)?;
        let args = arguments(vm, "execv() arg 2", argv)?;
        Err(vm.os_error(ffi::execve(&name, &args, None), None))
    }

    /// Execute an executable path with arguments, replacing current process.
    #[pyfunction(sig = "execve($module, /, path, argv, env)")]
    fn execve(vm: &Vm, path: &Value, argv: &Value, env: &Value) -> PyResult<()> {
        require_os(vm)?;
        let program = path_or_fd(vm, path)?;
        let args = arguments(vm, "execve: argv", argv)?;
        let environ = environment(vm, "execve", env)?;
        let errno = match program {
            PathArg::Path(name) => ffi::execve(&name, &args, Some(&environ)),
            PathArg::Fd(fd) => ffi::fexecve(fd, &args, &environ),
        };
        Err(failed(vm, errno, path))
    }

    /// Change or add an environment variable.
    #[pyfunction(sig = "putenv($module, name, value, /)")]
    fn putenv(vm: &Vm, name: &Value, value: &Value) -> PyResult<()> {
        let (name, value) = (path_bytes(vm, name)?, path_bytes(vm, value)?);
        if name.contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        plain(vm, vm.host().putenv(&name, Some(&value)))
    }

    /// Delete an environment variable.
    #[pyfunction(sig = "unsetenv($module, name, /)")]
    fn unsetenv(vm: &Vm, name: &Value) -> PyResult<()> {
        plain(vm, vm.host().putenv(&path_bytes(vm, name)?, None))
    }

    /// Translate an error code to a message string.
    #[pyfunction(sig = "strerror($module, code, /)")]
    fn strerror(code: i32) -> String {
        vm::types::exceptions::os_error::strerror(code)
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[pyfunction(sig = "urandom($module, size, /)")]
    fn urandom(vm: &Vm, size: isize) -> PyResult<Value> {
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error("negative argument not allowed"));
        };
        vm.try_reserve(size)?;
        let mut bytes = vec![0; size];
        plain(vm, vm.host().random(&mut bytes))?;
        Ok(vm.new_bytes(&bytes))
    }

    /// Return the number of CPUs in the system; return None if indeterminable.
    #[pyfunction(sig = "cpu_count($module, /)")]
    fn cpu_count(vm: &Vm) -> Value {
        std::thread::available_parallelism().map_or(Value::None, |count| vm.new_usize(count.get()))
    }

    /// Return an object identifying the current operating system.
    #[pyfunction(sig = "uname($module, /)")]
    fn uname(vm: &Vm) -> PyResult<Value> {
        require_os(vm)?;
        let parts = plain(vm, ffi::uname())?;
        let values = parts.iter().map(|part| fs_decode(vm, part).into_value());
        Ok(crate::posix::stat::UNAME_RESULT.new_value(vm, values.collect()))
    }

    /// Return a collection containing process timing information.
    #[pyfunction(sig = "times($module, /)")]
    fn times(vm: &Vm) -> PyResult<Value> {
        let host = vm.host();
        let seconds = |clock| host.clock(clock).map_or(0.0, |ns| ns as f64 / 1e9);
        let values = [seconds(Clock::PROCESS_CPUTIME), 0.0, 0.0, 0.0, seconds(Clock::MONOTONIC)];
        let values = values.iter().map(|value| vm.new_float(*value));
        Ok(crate::posix::stat::TIMES_RESULT.new_value(vm, values.collect()))
    }

    /// Voluntarily relinquish the CPU.
    #[pyfunction(sig = "sched_yield($module, /)")]
    fn sched_yield() {
        std::thread::yield_now();
    }

    /// Register callables to be called when forking a new process.
    #[pyfunction(sig = "register_at_fork($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)")]
    fn register_at_fork(
        vm: &Vm,
        before: Option<&Value>,
        after_in_child: Option<&Value>,
        after_in_parent: Option<&Value>,
    ) -> PyResult<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(vm.type_error("At least one argument is required."));
        }
        for given in [before, after_in_child, after_in_parent].into_iter().flatten() {
            if !vm::protocol::call::is_callable(vm, given) {
                let class = given.class(vm).name_str();
                return Err(vm.type_error(format!("'{class}' object is not callable")));
            }
        }
        threads::register_at_fork(vm, before.cloned(), after_in_child.cloned(), after_in_parent.cloned());
        Ok(())
    }
}
