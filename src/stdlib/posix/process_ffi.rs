//! System calls on processes, made safe: results are a value or `errno`.

use std::ffi::CString;

/// A value, or the error number.
pub type Sys<T> = Result<T, i32>;

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check<T: PartialEq + From<i8>>(result: T) -> Sys<T> {
    if result == T::from(-1) {
        Err(errno())
    } else {
        Ok(result)
    }
}

macro_rules! plain {
    ($( $(#[doc = $doc:literal])* $name:ident($($arg:ident: $ty:ty),*) -> $result:ty; )*) => { $(
        $(#[doc = $doc])*
        pub fn $name($($arg: $ty),*) -> Sys<$result> {
            // SAFETY: numbers only.
            check(unsafe { libc::$name($($arg),*) })
        }
    )* };
}

plain! {
    /// `fork(2)`; only for `vm::runtime::threads::fork`, which keeps the interpreter whole.
    fork() -> i32;
    /// `getpgid(2)`
    getpgid(pid: i32) -> i32;
    /// `getsid(2)`
    getsid(pid: i32) -> i32;
    /// `setpgid(2)`
    setpgid(pid: i32, group: i32) -> i32;
    /// `setuid(2)`
    setuid(id: u32) -> i32;
    /// `seteuid(2)`
    seteuid(id: u32) -> i32;
    /// `setgid(2)`
    setgid(id: u32) -> i32;
    /// `setegid(2)`
    setegid(id: u32) -> i32;
    /// `setreuid(2)`
    setreuid(real: u32, effective: u32) -> i32;
    /// `setregid(2)`
    setregid(real: u32, effective: u32) -> i32;
    /// `setresuid(2)`
    setresuid(real: u32, effective: u32, saved: u32) -> i32;
    /// `setresgid(2)`
    setresgid(real: u32, effective: u32, saved: u32) -> i32;
    /// `tcgetpgrp(3)`
    tcgetpgrp(fd: i32) -> i32;
    /// `tcsetpgrp(3)`
    tcsetpgrp(fd: i32, group: i32) -> i32;
    /// `fchmod(2)`
    fchmod(fd: i32, mode: u32) -> i32;
    /// `fchown(2)`
    fchown(fd: i32, uid: u32, gid: u32) -> i32;
    /// `sched_get_priority_max(2)`
    sched_get_priority_max(policy: i32) -> i32;
    /// `sched_get_priority_min(2)`
    sched_get_priority_min(policy: i32) -> i32;
    /// `sched_getscheduler(2)`
    sched_getscheduler(pid: i32) -> i32;
    /// `eventfd(2)`
    eventfd(value: u32, flags: i32) -> i32;
    /// `lockf(3)`
    lockf(fd: i32, command: i32, length: i64) -> i32;
}

/// `sync(2)`
pub fn sync() {
    // SAFETY: no arguments.
    unsafe { libc::sync() };
}

/// `abort(3)`
pub fn abort() -> ! {
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}

/// `system(3)`
pub fn system(command: &CString) -> i32 {
    // SAFETY: a null-terminated string.
    unsafe { libc::system(command.as_ptr()) }
}

/// `nice(2)`, which may give -1 without error.
pub fn nice(increment: i32) -> Sys<i32> {
    // SAFETY: the thread's own errno, and a number.
    unsafe {
        *libc::__errno_location() = 0;
        match libc::nice(increment) {
            -1 if errno() != 0 => Err(errno()),
            value => Ok(value),
        }
    }
}

/// `getpriority(2)`, which may give -1 without error.
pub fn getpriority(which: i32, who: u32) -> Sys<i32> {
    // SAFETY: the thread's own errno, and numbers.
    unsafe {
        *libc::__errno_location() = 0;
        match libc::getpriority(which as _, who) {
            -1 if errno() != 0 => Err(errno()),
            value => Ok(value),
        }
    }
}

/// `setpriority(2)`
pub fn setpriority(which: i32, who: u32, priority: i32) -> Sys<i32> {
    // SAFETY: numbers only.
    check(unsafe { libc::setpriority(which as _, who, priority) })
}

/// `pipe2(2)`
pub fn pipe2(flags: i32) -> Sys<(i32, i32)> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    check(unsafe { libc::pipe2(fds.as_mut_ptr(), flags) })?;
    Ok((fds[0], fds[1]))
}

/// What a child used: times in seconds, then the counters in the order of `struct rusage`.
pub struct Usage {
    /// User and system time.
    pub times: [f64; 2],
    /// `ru_maxrss` to `ru_nivcsw`.
    pub counters: [i64; 14],
}

/// `wait4(2)`: process id, status, usage.
pub fn wait4(pid: i32, options: i32) -> Sys<(i32, i32, Usage)> {
    let mut status = 0;
    // SAFETY: status and usage are whole.
    let (pid, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        let pid = check(libc::wait4(pid, &raw mut status, options, &raw mut usage))?;
        (pid, usage)
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    let usage = Usage {
        times: [seconds(usage.ru_utime), seconds(usage.ru_stime)],
        counters: [
            usage.ru_maxrss,
            usage.ru_ixrss,
            usage.ru_idrss,
            usage.ru_isrss,
            usage.ru_minflt,
            usage.ru_majflt,
            usage.ru_nswap,
            usage.ru_inblock,
            usage.ru_oublock,
            usage.ru_msgsnd,
            usage.ru_msgrcv,
            usage.ru_nsignals,
            usage.ru_nvcsw,
            usage.ru_nivcsw,
        ],
    };
    Ok((pid, status, usage))
}

/// `waitid(2)`: pid, uid, signo, status, code; nothing when no child has changed.
pub fn waitid(which: u32, id: u32, options: i32) -> Sys<Option<[i64; 5]>> {
    // SAFETY: the information is whole and was filled in by the call.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        check(libc::waitid(which, id, &raw mut info, options))?;
        if info.si_pid() == 0 {
            return Ok(None);
        }
        Ok(Some([
            info.si_pid().into(),
            info.si_uid().into(),
            info.si_signo.into(),
            info.si_status().into(),
            info.si_code.into(),
        ]))
    }
}

/// `getgroups(2)`
pub fn getgroups() -> Sys<Vec<u32>> {
    // SAFETY: the first call only counts; the second has room for as many.
    unsafe {
        let count = check(libc::getgroups(0, std::ptr::null_mut()))?;
        let mut groups = vec![0; usize::try_from(count).unwrap_or(0)];
        let count = check(libc::getgroups(count, groups.as_mut_ptr()))?;
        groups.truncate(usize::try_from(count).unwrap_or(0));
        Ok(groups)
    }
}

/// `setgroups(2)`
pub fn setgroups(groups: &[u32]) -> Sys<i32> {
    // SAFETY: the slice is as long as said.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) })
}

/// `getresuid(2)` and `getresgid(2)`
pub fn resids(groups: bool) -> Sys<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: three places for numbers.
    check(unsafe {
        match groups {
            true => libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved),
            false => libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved),
        }
    })?;
    Ok([real, effective, saved])
}

/// `getloadavg(3)`
pub fn getloadavg() -> Option<[f64; 3]> {
    let mut loads = [0.0; 3];
    // SAFETY: room for three numbers.
    (unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } == 3).then_some(loads)
}

/// `sched_getaffinity(2)`
pub fn sched_getaffinity(pid: i32) -> Sys<Vec<usize>> {
    // SAFETY: the set is whole.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        check(libc::sched_getaffinity(pid, size_of_val(&set), &raw mut set))?;
        Ok((0..libc::CPU_SETSIZE as usize)
            .filter(|cpu| libc::CPU_ISSET(*cpu, &set))
            .collect())
    }
}

/// `sched_setaffinity(2)`
pub fn sched_setaffinity(pid: i32, cpus: &[usize]) -> Sys<i32> {
    // SAFETY: the set is whole; numbers beyond it were left out.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        for cpu in cpus.iter().filter(|cpu| **cpu < libc::CPU_SETSIZE as usize) {
            libc::CPU_SET(*cpu, &mut set);
        }
        check(libc::sched_setaffinity(pid, size_of_val(&set), &raw const set))
    }
}

/// `pidfd_open(2)`
pub fn pidfd_open(pid: i32, flags: u32) -> Sys<i32> {
    // SAFETY: numbers only.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) };
    if fd == -1 { Err(errno()) } else { Ok(fd as i32) }
}

/// `openpty(3)`: master and slave, neither inherited.
pub fn openpty() -> Sys<(i32, i32)> {
    let [mut master, mut slave] = [0; 2];
    let none = std::ptr::null_mut::<libc::c_char>();
    // SAFETY: two places for descriptors; nothing else is asked for.
    unsafe {
        check(libc::openpty(&raw mut master, &raw mut slave, none, std::ptr::null(), std::ptr::null()))?;
        check(libc::fcntl(master, libc::F_SETFD, libc::FD_CLOEXEC))?;
        check(libc::fcntl(slave, libc::F_SETFD, libc::FD_CLOEXEC))?;
    }
    Ok((master, slave))
}

/// `ttyname(3)`
pub fn ttyname(fd: i32) -> Sys<Vec<u8>> {
    let mut name = vec![0_u8; 4096];
    // SAFETY: the buffer is as long as said, and what comes back ends with a null byte.
    match unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) } {
        0 => {
            name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(0));
            Ok(name)
        }
        error => Err(error),
    }
}

/// `mkfifo(3)`
pub fn mkfifo(path: &CString, mode: u32) -> Sys<i32> {
    // SAFETY: a null-terminated string.
    check(unsafe { libc::mkfifo(path.as_ptr(), mode) })
}

/// `sysconf(3)`, which may give -1 without error.
pub fn sysconf(name: i32) -> Sys<i64> {
    // SAFETY: the thread's own errno, and a number.
    unsafe {
        *libc::__errno_location() = 0;
        match libc::sysconf(name) {
            -1 if errno() != 0 => Err(errno()),
            value => Ok(value),
        }
    }
}

/// One step of `posix_spawn`'s file actions.
pub enum FileAction {
    /// `POSIX_SPAWN_OPEN`
    Open(i32, CString, i32, u32),
    /// `POSIX_SPAWN_CLOSE`
    Close(i32),
    /// `POSIX_SPAWN_DUP2`
    Dup2(i32, i32),
}

/// What `posix_spawn` is asked for.
#[derive(Default)]
pub struct SpawnPlan {
    /// In this order.
    pub actions: Vec<FileAction>,
    /// The process group.
    pub setpgroup: Option<i32>,
    /// Whether real ids become the effective ones.
    pub resetids: bool,
    /// Whether the child begins a session.
    pub setsid: bool,
    /// The mask of the child.
    pub sigmask: Option<Vec<i32>>,
    /// Signals that get their default back.
    pub sigdef: Option<Vec<i32>>,
}

fn pointers(strings: &[CString]) -> Vec<*mut libc::c_char> {
    let ends = std::iter::once(std::ptr::null_mut());
    strings.iter().map(|s| s.as_ptr().cast_mut()).chain(ends).collect()
}

fn signal_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: a set on the stack, made empty before use.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for signal in signals {
            libc::sigaddset(&raw mut set, *signal);
        }
        set
    }
}

/// `posix_spawn(3)` and `posix_spawnp(3)`
pub fn posix_spawn(path: &CString, argv: &[CString], env: &[CString], plan: &SpawnPlan, search: bool) -> Sys<i32> {
    let (argv, env) = (pointers(argv), pointers(env));
    // SAFETY: actions and attributes are initialised before and destroyed after use; all strings outlive the call.
    unsafe {
        let mut actions: libc::posix_spawn_file_actions_t = std::mem::zeroed();
        let mut attributes: libc::posix_spawnattr_t = std::mem::zeroed();
        libc::posix_spawn_file_actions_init(&raw mut actions);
        libc::posix_spawnattr_init(&raw mut attributes);
        for action in &plan.actions {
            match action {
                FileAction::Open(fd, path, flags, mode) => {
                    libc::posix_spawn_file_actions_addopen(&raw mut actions, *fd, path.as_ptr(), *flags, *mode)
                }
                FileAction::Close(fd) => libc::posix_spawn_file_actions_addclose(&raw mut actions, *fd),
                FileAction::Dup2(fd, to) => libc::posix_spawn_file_actions_adddup2(&raw mut actions, *fd, *to),
            };
        }
        let mut flags = 0;
        if let Some(group) = plan.setpgroup {
            libc::posix_spawnattr_setpgroup(&raw mut attributes, group);
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if plan.resetids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if plan.setsid {
            flags |= 0x80;
        }
        if let Some(signals) = &plan.sigmask {
            let set = signal_set(signals);
            libc::posix_spawnattr_setsigmask(&raw mut attributes, &raw const set);
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(signals) = &plan.sigdef {
            let set = signal_set(signals);
            libc::posix_spawnattr_setsigdefault(&raw mut attributes, &raw const set);
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        libc::posix_spawnattr_setflags(&raw mut attributes, flags as i16);
        let spawn = if search { libc::posix_spawnp } else { libc::posix_spawn };
        let mut pid = 0;
        let result = spawn(&raw mut pid, path.as_ptr(), &raw const actions, &raw const attributes, argv.as_ptr(), env.as_ptr());
        libc::posix_spawn_file_actions_destroy(&raw mut actions);
        libc::posix_spawnattr_destroy(&raw mut attributes);
        if result == 0 { Ok(pid) } else { Err(result) }
    }
}
