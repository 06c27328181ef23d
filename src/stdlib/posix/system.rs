//! Forking, spawning and waiting; ids, groups, scheduling; what else a process may ask of the system.

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use crate::posix::process_ffi::{self as ffi, FileAction, SpawnPlan, Usage};
    use crate::posix::exec::{arguments, environment};
    use crate::posix::{failed, like, path_at, require_os};
    use crate::support::descriptor;
    use std::ffi::CString;
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::convert_int::{to_i32, to_u64};
    use vm::protocol::fs::{fs_decode, path_bytes};
    use vm::protocol::{buffer, iter};
    use vm::runtime::threads;

    fn plain<T>(vm: &Vm, result: Result<T, i32>) -> PyResult<T> {
        require_os(vm)?;
        result.map_err(|errno| vm.os_error(errno, None))
    }

    /// A call that may wait: again when a signal interrupted it, other threads running meanwhile.
    fn waiting<T>(vm: &Vm, mut call: impl FnMut() -> Result<T, i32> + Send) -> PyResult<T> {
        require_os(vm)?;
        loop {
            match vm.allow_threads(&mut call) {
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                result => return plain(vm, result),
            }
        }
    }

    fn c_string(vm: &Vm, value: &Value) -> PyResult<CString> {
        CString::new(path_bytes(vm, value)?).map_err(|_| vm.value_error("embedded null byte"))
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[pyfunction(sig = "fork($module, /)")]
    fn fork(vm: &Vm) -> PyResult<i32> {
        require_os(vm)?;
        let mut result = Err(0);
        threads::fork(vm, true, || {
            result = ffi::fork();
            result.unwrap_or(-1)
        })?;
        plain(vm, result)
    }

    /// Abort the interpreter immediately.
    #[pyfunction(sig = "abort($module, /)")]
    fn abort(vm: &Vm) -> PyResult<()> {
        require_os(vm)?;
        ffi::abort()
    }

    /// Execute the command in a subshell.
    #[pyfunction(sig = "system($module, /, command)")]
    fn system(vm: &Vm, command: &Value) -> PyResult<i32> {
        require_os(vm)?;
        let command = c_string(vm, command)?;
        Ok(vm.allow_threads(|| ffi::system(&command)))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[pyfunction(sig = "wait($module, /)")]
    fn wait(vm: &Vm) -> PyResult<(i32, i32)> {
        let (pid, status, _) = waiting(vm, || ffi::wait4(-1, 0))?;
        Ok((pid, status))
    }

    fn usage(vm: &Vm, (pid, status, usage): (i32, i32, Usage)) -> PyResult<Value> {
        let times = usage.times.iter().map(|time| vm.new_float(*time));
        let counters = usage.counters.iter().map(|counter| vm.new_int(*counter));
        let usage = crate::resource::STRUCT_RUSAGE.new_value(vm, times.chain(counters).collect());
        Ok(vm.new_tuple(vec![vm.new_int(pid.into()), vm.new_int(status.into()), usage]))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[pyfunction(sig = "wait3($module, /, options)")]
    fn wait3(vm: &Vm, options: i32) -> PyResult<Value> {
        usage(vm, waiting(vm, || ffi::wait4(-1, options))?)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[pyfunction(sig = "wait4($module, /, pid, options)")]
    fn wait4(vm: &Vm, pid: i32, options: i32) -> PyResult<Value> {
        usage(vm, waiting(vm, || ffi::wait4(pid, options))?)
    }

    /// Returns the result of waiting for a process or processes.
    #[pyfunction(sig = "waitid($module, idtype, id, options, /)")]
    fn waitid(vm: &Vm, idtype: i32, id: i32, options: i32) -> PyResult<Value> {
        match waiting(vm, || ffi::waitid(idtype as u32, id as u32, options))? {
            None => Ok(Value::None),
            Some(fields) => {
                let fields = fields.iter().map(|field| vm.new_int(*field)).collect();
                Ok(crate::posix::stat::WAITID_RESULT.new_value(vm, fields))
            }
        }
    }

    /// Return True if a particular process was continued from a job control stop.
    #[pyfunction(sig = "WIFCONTINUED($module, /, status)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WIFCONTINUED(status: i32) -> bool {
        status == 0xffff
    }

    /// Return True if the process returning status was dumped to a core file.
    #[pyfunction(sig = "WCOREDUMP($module, status, /)")]
    #[expect(non_snake_case, reason = "the name is the system\'s")]
    fn WCOREDUMP(status: i32) -> bool {
        status & 0x80 != 0
    }

    /// Call the system call getpgid(), and return the result.
    #[pyfunction(sig = "getpgid($module, /, pid)")]
    fn getpgid(vm: &Vm, pid: i32) -> PyResult<i32> {
        plain(vm, ffi::getpgid(pid))
    }

    /// Call the system call getsid(pid) and return the result.
    #[pyfunction(sig = "getsid($module, pid, /)")]
    fn getsid(vm: &Vm, pid: i32) -> PyResult<i32> {
        plain(vm, ffi::getsid(pid))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[pyfunction(sig = "setpgid($module, pid, pgrp, /)")]
    fn setpgid(vm: &Vm, pid: i32, pgrp: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::setpgid(pid, pgrp)).map(drop)
    }

    /// Make the current process the leader of its process group.
    #[pyfunction(sig = "setpgrp($module, /)")]
    fn setpgrp(vm: &Vm) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::setpgid(0, 0)).map(drop)
    }

    /// A user or group id: -1 is "leave it".
    fn id(vm: &Vm, value: &Value, what: &str) -> PyResult<u32> {
        require_os(vm)?;
        if !vm::protocol::number::is_index(vm, value) {
            let class = value.class(vm).name_str();
            return Err(vm.type_error(format!("{what} should be integer, not {class}")));
        }
        match vm::protocol::convert_int::to_i64(vm, value) {
            Ok(-1) => Ok(u32::MAX),
            Ok(n @ 0..=0xffff_ffff) => Ok(n as u32),
            Ok(n) if n < 0 => Err(vm.overflow_error(format!("{what} is less than minimum"))),
            _ => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
        }
    }

    /// Set the current process's user id.
    #[pyfunction(sig = "setuid($module, uid, /)")]
    fn setuid(vm: &Vm, uid: &Value) -> PyResult<()> {
        plain(vm, ffi::setuid(id(vm, uid, "uid")?)).map(drop)
    }

    /// Set the current process's effective user id.
    #[pyfunction(sig = "seteuid($module, euid, /)")]
    fn seteuid(vm: &Vm, euid: &Value) -> PyResult<()> {
        plain(vm, ffi::seteuid(id(vm, euid, "uid")?)).map(drop)
    }

    /// Set the current process's group id.
    #[pyfunction(sig = "setgid($module, gid, /)")]
    fn setgid(vm: &Vm, gid: &Value) -> PyResult<()> {
        plain(vm, ffi::setgid(id(vm, gid, "gid")?)).map(drop)
    }

    /// Set the current process's effective group id.
    #[pyfunction(sig = "setegid($module, egid, /)")]
    fn setegid(vm: &Vm, egid: &Value) -> PyResult<()> {
        plain(vm, ffi::setegid(id(vm, egid, "gid")?)).map(drop)
    }

    /// Set the current process's real and effective user ids.
    #[pyfunction(sig = "setreuid($module, ruid, euid, /)")]
    fn setreuid(vm: &Vm, ruid: &Value, euid: &Value) -> PyResult<()> {
        plain(vm, ffi::setreuid(id(vm, ruid, "uid")?, id(vm, euid, "uid")?)).map(drop)
    }

    /// Set the current process's real and effective group ids.
    #[pyfunction(sig = "setregid($module, rgid, egid, /)")]
    fn setregid(vm: &Vm, rgid: &Value, egid: &Value) -> PyResult<()> {
        plain(vm, ffi::setregid(id(vm, rgid, "gid")?, id(vm, egid, "gid")?)).map(drop)
    }

    /// Set the current process's real, effective, and saved user ids.
    #[pyfunction(sig = "setresuid($module, ruid, euid, suid, /)")]
    fn setresuid(vm: &Vm, ruid: &Value, euid: &Value, suid: &Value) -> PyResult<()> {
        let ids = [id(vm, ruid, "uid")?, id(vm, euid, "uid")?, id(vm, suid, "uid")?];
        plain(vm, ffi::setresuid(ids[0], ids[1], ids[2])).map(drop)
    }

    /// Set the current process's real, effective, and saved group ids.
    #[pyfunction(sig = "setresgid($module, rgid, egid, sgid, /)")]
    fn setresgid(vm: &Vm, rgid: &Value, egid: &Value, sgid: &Value) -> PyResult<()> {
        let ids = [id(vm, rgid, "gid")?, id(vm, egid, "gid")?, id(vm, sgid, "gid")?];
        plain(vm, ffi::setresgid(ids[0], ids[1], ids[2])).map(drop)
    }

    fn numbers(vm: &Vm, numbers: &[u32]) -> Value {
        vm.new_tuple(numbers.iter().map(|n| vm.new_int((*n).into())).collect())
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[pyfunction(sig = "getresuid($module, /)")]
    fn getresuid(vm: &Vm) -> PyResult<Value> {
        Ok(numbers(vm, &plain(vm, ffi::resids(false))?))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[pyfunction(sig = "getresgid($module, /)")]
    fn getresgid(vm: &Vm) -> PyResult<Value> {
        Ok(numbers(vm, &plain(vm, ffi::resids(true))?))
    }

    /// Return list of supplemental group IDs for the process.
    #[pyfunction(sig = "getgroups($module, /)")]
    fn getgroups(vm: &Vm) -> PyResult<Value> {
        let groups = plain(vm, ffi::getgroups())?;
        Ok(vm.new_list(groups.iter().map(|n| vm.new_int((*n).into())).collect()))
    }

    /// Set the groups of the current process to list.
    #[pyfunction(sig = "setgroups($module, groups, /)")]
    fn setgroups(vm: &Vm, groups: &Value) -> PyResult<()> {
        let mut ids = Vec::new();
        for group in iter::to_vec(vm, groups)? {
            ids.push(id(vm, &group, "gid")?);
        }
        plain(vm, ffi::setgroups(&ids)).map(drop)
    }

    /// Return average recent system load information.
    #[pyfunction(sig = "getloadavg($module, /)")]
    fn getloadavg(vm: &Vm) -> PyResult<Value> {
        require_os(vm)?;
        match ffi::getloadavg() {
            Some(loads) => Ok(vm.new_tuple(loads.iter().map(|load| vm.new_float(*load)).collect())),
            None => Err(vm.new_exception(vm::context::errors::ExcKind::OSError, vm.new_str("Load averages are unobtainable"))),
        }
    }

    /// Add increment to the priority of process and return the new priority.
    #[pyfunction(sig = "nice($module, increment, /)")]
    fn nice(vm: &Vm, increment: i32) -> PyResult<i32> {
        require_os(vm)?;
        plain(vm, ffi::nice(increment))
    }

    /// Return program scheduling priority.
    #[pyfunction(sig = "getpriority($module, /, which, who)")]
    fn getpriority(vm: &Vm, which: i32, who: i32) -> PyResult<i32> {
        plain(vm, ffi::getpriority(which, who as u32))
    }

    /// Set program scheduling priority.
    #[pyfunction(sig = "setpriority($module, /, which, who, priority)")]
    fn setpriority(vm: &Vm, which: i32, who: i32, priority: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::setpriority(which, who as u32, priority)).map(drop)
    }

    /// Return the set of CPUs the process identified by pid (or the current process if zero) is restricted to.
    #[pyfunction(sig = "sched_getaffinity($module, pid, /)")]
    fn sched_getaffinity(vm: &Vm, pid: i32) -> PyResult<Value> {
        let cpus = plain(vm, ffi::sched_getaffinity(pid))?;
        let cpus = cpus.iter().map(|cpu| vm.new_usize(*cpu));
        Ok(vm::types::set::table::PySet::from_values(vm, cpus)?.into_value())
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    #[pyfunction(sig = "sched_setaffinity($module, pid, mask, /)")]
    fn sched_setaffinity(vm: &Vm, pid: i32, mask: &Value) -> PyResult<()> {
        require_os(vm)?;
        let mut cpus = Vec::new();
        for cpu in iter::to_vec(vm, mask)? {
            match usize::try_from(to_i32(vm, &cpu)?) {
                Ok(cpu) => cpus.push(cpu),
                Err(_) => return Err(vm.value_error("negative CPU number")),
            }
        }
        plain(vm, ffi::sched_setaffinity(pid, &cpus)).map(drop)
    }

    /// Get the maximum scheduling priority for policy.
    #[pyfunction(sig = "sched_get_priority_max($module, /, policy)")]
    fn sched_get_priority_max(vm: &Vm, policy: i32) -> PyResult<i32> {
        plain(vm, ffi::sched_get_priority_max(policy))
    }

    /// Get the minimum scheduling priority for policy.
    #[pyfunction(sig = "sched_get_priority_min($module, /, policy)")]
    fn sched_get_priority_min(vm: &Vm, policy: i32) -> PyResult<i32> {
        plain(vm, ffi::sched_get_priority_min(policy))
    }

    /// Get the scheduling policy for the process identified by pid.
    #[pyfunction(sig = "sched_getscheduler($module, pid, /)")]
    fn sched_getscheduler(vm: &Vm, pid: i32) -> PyResult<i32> {
        plain(vm, ffi::sched_getscheduler(pid))
    }

    /// Create a pipe with flags set atomically.
    #[pyfunction(sig = "pipe2($module, flags, /)")]
    fn pipe2(vm: &Vm, flags: i32) -> PyResult<(i32, i32)> {
        require_os(vm)?;
        plain(vm, ffi::pipe2(flags))
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[pyfunction(sig = "openpty($module, /)")]
    fn openpty(vm: &Vm) -> PyResult<(i32, i32)> {
        require_os(vm)?;
        plain(vm, ffi::openpty())
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[pyfunction(sig = "ttyname($module, fd, /)")]
    fn ttyname(vm: &Vm, fd: i32) -> PyResult<Value> {
        Ok(fs_decode(vm, &plain(vm, ffi::ttyname(fd))?).into_value())
    }

    /// Return a file descriptor referring to the process *pid*.
    #[pyfunction(sig = "pidfd_open($module, /, pid, flags=0)")]
    fn pidfd_open(vm: &Vm, pid: i32, flags: i32) -> PyResult<i32> {
        require_os(vm)?;
        plain(vm, ffi::pidfd_open(pid, flags as u32))
    }

    /// Creates and returns an event notification file descriptor.
    #[pyfunction(sig = "eventfd($module, /, initval, flags=524288)")]
    fn eventfd(vm: &Vm, initval: &Value, flags: i32) -> PyResult<i32> {
        require_os(vm)?;
        let too_large = || vm.overflow_error("Python int too large for C unsigned int");
        let value = u32::try_from(positive(vm, initval)?.ok_or_else(too_large)?).map_err(|_| too_large())?;
        plain(vm, ffi::eventfd(value, flags))
    }

    /// An int that is not negative; nothing if it is too large (`_PyLong_UnsignedLongLong_Converter`).
    fn positive(vm: &Vm, value: &Value) -> PyResult<Option<u64>> {
        match value.as_int() {
            None => Err(vm.type_error("an integer is required")),
            Some(n) if n.is_negative() => Err(vm.value_error("value must be positive")),
            Some(_) => Ok(to_u64(vm, value).ok()),
        }
    }

    /// Read eventfd value
    #[pyfunction(sig = "eventfd_read($module, /, fd)")]
    fn eventfd_read(vm: &Vm, fd: &Value) -> PyResult<Value> {
        require_os(vm)?;
        let fd = descriptor(vm, fd)?;
        let mut value = [0; 8];
        let read = vm.allow_threads(|| vm::os_host::ffi::read(fd, &mut value));
        plain(vm, read)?;
        Ok(vm.new_usize(u64::from_ne_bytes(value) as usize))
    }

    /// Write eventfd value.
    #[pyfunction(sig = "eventfd_write($module, /, fd, value)")]
    fn eventfd_write(vm: &Vm, fd: &Value, value: &Value) -> PyResult<()> {
        require_os(vm)?;
        let fd = descriptor(vm, fd)?;
        let Some(value) = positive(vm, value)? else {
            return Err(vm.overflow_error("int too big to convert"));
        };
        let written = vm.allow_threads(|| vm::os_host::ffi::write(fd, &value.to_ne_bytes()));
        plain(vm, written).map(drop)
    }

    /// Return the process group associated with the terminal specified by fd.
    #[pyfunction(sig = "tcgetpgrp($module, fd, /)")]
    fn tcgetpgrp(vm: &Vm, fd: i32) -> PyResult<i32> {
        plain(vm, ffi::tcgetpgrp(fd))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[pyfunction(sig = "tcsetpgrp($module, fd, pgid, /)")]
    fn tcsetpgrp(vm: &Vm, fd: i32, pgid: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::tcsetpgrp(fd, pgid)).map(drop)
    }

    /// Change the access permissions of the file given by file descriptor fd.
    #[pyfunction(sig = "fchmod($module, /, fd, mode)")]
    fn fchmod(vm: &Vm, fd: i32, mode: i32) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::fchmod(fd, mode as u32)).map(drop)
    }

    /// Change the owner and group id of the file specified by file descriptor.
    #[pyfunction(sig = "fchown($module, /, fd, uid, gid)")]
    fn fchown(vm: &Vm, fd: i32, uid: &Value, gid: &Value) -> PyResult<()> {
        plain(vm, ffi::fchown(fd, id(vm, uid, "uid")?, id(vm, gid, "gid")?)).map(drop)
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[pyfunction(sig = "lockf($module, fd, command, length, /)")]
    fn lockf(vm: &Vm, fd: i32, command: i32, length: i64) -> PyResult<()> {
        waiting(vm, || ffi::lockf(fd, command, length)).map(drop)
    }

    /// Force write of everything to disk.
    #[pyfunction(sig = "sync($module, /)")]
    fn sync(vm: &Vm) -> PyResult<()> {
        require_os(vm)?;
        vm.allow_threads(ffi::sync);
        Ok(())
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[pyfunction(sig = "mkfifo($module, /, path, mode=438, *, dir_fd=None)")]
    fn mkfifo(vm: &Vm, path: &Value, mode: i32, dir_fd: &Value) -> PyResult<()> {
        require_os(vm)?;
        let name = CString::new(path_at(vm, path, dir_fd)?).map_err(|_| vm.value_error("embedded null byte"))?;
        match ffi::mkfifo(&name, mode as u32) {
            Ok(_) => Ok(()),
            Err(errno) => Err(failed(vm, errno, path)),
        }
    }

    /// Return an integer-valued system configuration variable.
    #[pyfunction(sig = "sysconf($module, name, /)")]
    fn sysconf(vm: &Vm, name: &Value) -> PyResult<i64> {
        require_os(vm)?;
        let number = match name.downcast_ref::<vm::types::str::value::PyStr>() {
            None => to_i32(vm, name)?,
            Some(text) => {
                let known = crate::posix::constants::SYSCONF_NAMES;
                match known.iter().find(|(known, _)| text.equals_str(known)) {
                    Some((_, number)) => *number,
                    None => return Err(vm.value_error("unrecognized configuration name")),
                }
            }
        };
        plain(vm, ffi::sysconf(number))
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    #[pyfunction(sig = "device_encoding($module, /, fd)")]
    fn device_encoding(vm: &Vm, fd: i32) -> Option<&'static str> {
        vm.host().isatty(fd).then_some("utf-8")
    }

    fn signals(vm: &Vm, set: &Value) -> PyResult<Vec<i32>> {
        iter::to_vec(vm, set)?.iter().map(|signal| to_i32(vm, signal)).collect()
    }

    fn file_actions(vm: &Vm, actions: &Value) -> PyResult<Vec<FileAction>> {
        let mut result = Vec::new();
        for action in iter::to_vec(vm, actions)? {
            let Some(parts) = action.downcast_ref::<vm::types::tuple::value::PyTuple>() else {
                return Err(vm.type_error("Each file_actions element must be a non-empty tuple"));
            };
            result.push(match parts.as_slice() {
                [] => return Err(vm.type_error("Each file_actions element must be a non-empty tuple")),
                [tag, fd, path, flags, mode] if to_i32(vm, tag)? == 0 => {
                    FileAction::Open(to_i32(vm, fd)?, c_string(vm, path)?, to_i32(vm, flags)?, to_i32(vm, mode)? as u32)
                }
                [tag, fd] if to_i32(vm, tag)? == 1 => FileAction::Close(to_i32(vm, fd)?),
                [tag, fd, to] if to_i32(vm, tag)? == 2 => FileAction::Dup2(to_i32(vm, fd)?, to_i32(vm, to)?),
                [tag, ..] => {
                    return Err(vm.type_error(match to_i32(vm, tag)? {
                        0 => "A open file_action tuple must have 5 elements",
                        1 => "A close file_action tuple must have 2 elements",
                        2 => "A dup2 file_action tuple must have 3 elements",
                        _ => "Unknown file_actions identifier",
                    }));
                }
            });
        }
        Ok(result)
    }

    struct SpawnOptions<'a> {
        file_actions: Option<&'a Value>,
        setpgroup: Option<&'a Value>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&'a Value>,
        setsigdef: Option<&'a Value>,
    }

    fn spawn(vm: &Vm, path: &Value, argv: &Value, env: &Value, options: &SpawnOptions<'_>, search: bool) -> PyResult<i32> {
        require_os(vm)?;
        let name = c_string(vm, path)?;
        let function = if search { "posix_spawnp" } else { "posix_spawn" };
        let terminated = |lines: Vec<Vec<u8>>| -> PyResult<Vec<CString>> {
            let lines = lines.into_iter().map(CString::new).collect::<Result<_, _>>();
            lines.map_err(|_| vm.value_error("embedded null byte"))
        };
        let argv = terminated(arguments(vm, &format!("{function}: argv"), argv)?)?;
        let environ = terminated(environment(vm, function, env)?)?;
        let actions = match options.file_actions.filter(|actions| !actions.is_none()) {
            None => Vec::new(),
            Some(actions) => file_actions(vm, actions)?,
        };
        let plan = SpawnPlan {
            actions,
            setpgroup: options.setpgroup.map(|group| to_i32(vm, group)).transpose()?,
            resetids: options.resetids,
            setsid: options.setsid,
            sigmask: options.setsigmask.map(|set| signals(vm, set)).transpose()?,
            sigdef: options.setsigdef.map(|set| signals(vm, set)).transpose()?,
        };
        ffi::posix_spawn(&name, &argv, &environ, &plan, search).map_err(|errno| failed(vm, errno, path))
    }

    /// Execute the program specified by path in a new process.
    #[pyfunction(
        sig = "posix_spawn($module, path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=<unrepresentable>, setsigdef=<unrepresentable>, scheduler=<unrepresentable>)"
    )]
    fn posix_spawn(
        vm: &Vm,
        path: &Value,
        argv: &Value,
        env: &Value,
        file_actions: Option<&Value>,
        setpgroup: Option<&Value>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Value>,
        setsigdef: Option<&Value>,
        scheduler: Option<&Value>,
    ) -> PyResult<i32> {
        let _ = scheduler;
        let options = SpawnOptions { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef };
        spawn(vm, path, argv, env, &options, false)
    }

    /// Execute the program specified by path in a new process.
    #[pyfunction(
        sig = "posix_spawnp($module, path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=<unrepresentable>, setsigdef=<unrepresentable>, scheduler=<unrepresentable>)"
    )]
    fn posix_spawnp(
        vm: &Vm,
        path: &Value,
        argv: &Value,
        env: &Value,
        file_actions: Option<&Value>,
        setpgroup: Option<&Value>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Value>,
        setsigdef: Option<&Value>,
        scheduler: Option<&Value>,
    ) -> PyResult<i32> {
        let _ = scheduler;
        let options = SpawnOptions { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef };
        spawn(vm, path, argv, env, &options, true)
    }

    /// Extracts a device major number from a raw device number.
    #[pyfunction(sig = "major($module, device, /)")]
    fn major(device: u64) -> u64 {
        (device >> 8 & 0xfff) | (device >> 32 & !0xfff)
    }

    /// Extracts a device minor number from a raw device number.
    #[pyfunction(sig = "minor($module, device, /)")]
    fn minor(device: u64) -> u64 {
        (device & 0xff) | (device >> 12 & !0xff)
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[pyfunction(sig = "makedev($module, major, minor, /)")]
    fn makedev(major: u64, minor: u64) -> u64 {
        (minor & 0xff) | (major & 0xfff) << 8 | (minor & !0xff) << 12 | (major & !0xfff) << 32
    }

    /// Obtain a series of random bytes.
    #[pyfunction(sig = "getrandom($module, /, size, flags=0)")]
    fn getrandom(vm: &Vm, size: isize, flags: i32) -> PyResult<Value> {
        let _ = flags;
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.os_error(libc::EINVAL, None));
        };
        vm.try_reserve(size)?;
        let mut bytes = vec![0; size];
        vm.host().random(&mut bytes).map_err(|errno| vm.os_error(errno, None))?;
        Ok(vm.new_bytes(&bytes))
    }

    /// Write the contents of several buffers to a file descriptor.
    #[pyfunction(sig = "writev($module, fd, buffers, /)")]
    fn writev(vm: &Vm, fd: i32, buffers: &Value) -> PyResult<usize> {
        let mut all = Vec::new();
        for part in iter::to_vec(vm, buffers)? {
            all.extend(buffer::to_vec(vm, &part)?);
        }
        loop {
            match vm.blocking(|host| host.write(fd, &all)) {
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                result => return result.map_err(|errno| vm.os_error(errno, None)),
            }
        }
    }

    /// Return the name of the controlling terminal for this process.
    #[pyfunction(sig = "ctermid($module, /)")]
    fn ctermid(vm: &Vm) -> Value {
        like(vm, &vm.new_str(""), b"/dev/tty")
    }
}
