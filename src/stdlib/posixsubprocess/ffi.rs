//! `fork` and what the child does before its program begins: nothing here allocates or runs Python after the fork.

use std::ffi::CString;

/// What the child is to do.
pub struct Plan {
    /// Paths to try, in order.
    pub programs: Vec<CString>,
    /// Arguments.
    pub argv: Vec<CString>,
    /// The environment; the parent's when absent.
    pub env: Option<Vec<CString>>,
    /// The directory to start in.
    pub cwd: Option<CString>,
    /// Descriptors that stay open, sorted.
    pub keep: Vec<i32>,
    /// p2cread, c2pwrite, errwrite; -1 for the parent's.
    pub stdio: [i32; 3],
    /// The parent's ends, closed in the child.
    pub parent_ends: [i32; 3],
    /// Where failures are written.
    pub errpipe: i32,
    /// Whether other descriptors are closed.
    pub close_fds: bool,
    /// Whether signals that Python ignores get their default back.
    pub restore_signals: bool,
    /// Whether the child begins a session.
    pub setsid: bool,
    /// The process group, or -1.
    pub pgid: i32,
    /// The umask, or -1.
    pub umask: i32,
    /// The real and effective group.
    pub gid: Option<u32>,
    /// The supplementary groups.
    pub groups: Option<Vec<u32>>,
    /// The real and effective user.
    pub uid: Option<u32>,
}

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    let ends = std::iter::once(std::ptr::null());
    strings.iter().map(|s| s.as_ptr()).chain(ends).collect()
}

/// What `exec` wants, made before the fork.
pub struct Prepared {
    programs: Vec<*const libc::c_char>,
    argv: Vec<*const libc::c_char>,
    env: Option<Vec<*const libc::c_char>>,
}

impl Prepared {
    /// Pointers into the plan, which must outlive them.
    pub fn of(plan: &Plan) -> Prepared {
        Prepared {
            programs: pointers(&plan.programs),
            argv: pointers(&plan.argv),
            env: plan.env.as_deref().map(pointers),
        }
    }
}

/// `fork(2)`
pub fn fork() -> Result<i32, i32> {
    // SAFETY: the caller keeps the interpreter whole in the child.
    match unsafe { libc::fork() } {
        -1 => Err(errno()),
        pid => Ok(pid),
    }
}

/// In the child: does what the plan says and runs the program. `preexec` runs last before it; false when it failed.
pub fn run_child(plan: &Plan, prepared: &Prepared, preexec: impl FnOnce() -> bool) -> ! {
    let failure = match prepare(plan) {
        Err(number) => (number, true),
        Ok(()) => {
            if !preexec() {
                let text = b"SubprocessError:0:Exception occurred in preexec_fn.";
                // SAFETY: the text is as long as said.
                unsafe {
                    libc::write(plan.errpipe, text.as_ptr().cast(), text.len());
                    libc::_exit(255)
                }
            }
            close_others(plan);
            child(&prepared.programs, &prepared.argv, prepared.env.as_deref())
        }
    };
    report(plan.errpipe, failure)
}

/// Writes `OSError:ERRNO:WHERE` in the form that `subprocess` reads, and ends the process.
fn report(errpipe: i32, (number, before_exec): (i32, bool)) -> ! {
    let mut text = [0u8; 40];
    let mut length = 0;
    let mut put = |byte: u8| {
        text[length] = byte;
        length += 1;
    };
    b"OSError:".iter().for_each(|byte| put(*byte));
    let mut started = false;
    for shift in (0..8).rev() {
        let digit = (number >> (4 * shift) & 15) as u8;
        started |= digit != 0 || shift == 0;
        if started {
            put(b"0123456789ABCDEF"[usize::from(digit)]);
        }
    }
    put(b':');
    if before_exec {
        b"noexec".iter().for_each(|byte| put(*byte));
    }
    // SAFETY: the buffer is as long as said; `_exit` ends the child without the parent's exit code.
    unsafe {
        libc::write(errpipe, text.as_ptr().cast(), length);
        libc::_exit(255)
    }
}

fn child(
    programs: &[*const libc::c_char],
    argv: &[*const libc::c_char],
    env: Option<&[*const libc::c_char]>,
) -> (i32, bool) {
    let mut saved = 0;
    for program in programs.iter().filter(|program| !program.is_null()) {
        // SAFETY: null-terminated arrays of null-terminated strings made before the fork.
        unsafe {
            match env {
                Some(env) => libc::execve(*program, argv.as_ptr(), env.as_ptr()),
                None => libc::execv(*program, argv.as_ptr()),
            };
        }
        let number = errno();
        if number != libc::ENOENT && number != libc::ENOTDIR && saved == 0 {
            saved = number;
        }
    }
    (if saved == 0 { errno() } else { saved }, false)
}

fn check(result: i32) -> Result<i32, i32> {
    if result == -1 {
        Err(errno())
    } else {
        Ok(result)
    }
}

fn prepare(plan: &Plan) -> Result<(), i32> {
    let [mut read, mut write, mut error] = plan.stdio;
    // SAFETY: system calls on numbers, and on strings made before the fork.
    unsafe {
        for fd in plan.parent_ends {
            if fd >= 0 {
                check(libc::close(fd))?;
            }
        }
        // The low descriptors are about to be overwritten.
        for (fd, place) in [(&mut read, 0), (&mut write, 1), (&mut error, 2)] {
            if *fd >= 0 && *fd < 3 && *fd != place {
                *fd = check(libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 3))?;
            }
        }
        for (fd, place) in [(read, 0), (write, 1), (error, 2)] {
            if fd == place {
                check(libc::fcntl(fd, libc::F_SETFD, 0))?;
            } else if fd >= 0 {
                check(libc::dup2(fd, place))?;
            }
        }
        if let Some(cwd) = &plan.cwd {
            check(libc::chdir(cwd.as_ptr()))?;
        }
        if plan.umask >= 0 {
            libc::umask(plan.umask as libc::mode_t);
        }
        if plan.restore_signals {
            for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                libc::signal(signal, libc::SIG_DFL);
            }
        }
        if plan.setsid {
            check(libc::setsid())?;
        }
        if plan.pgid >= 0 {
            check(libc::setpgid(0, plan.pgid))?;
        }
        // The raw calls: the library's own would signal the other threads, which do not exist here.
        if let Some(groups) = &plan.groups {
            let result = libc::syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr());
            check(result as i32)?;
        }
        if let Some(gid) = plan.gid {
            check(libc::syscall(libc::SYS_setregid, gid, gid) as i32)?;
        }
        if let Some(uid) = plan.uid {
            check(libc::syscall(libc::SYS_setreuid, uid, uid) as i32)?;
        }
        for fd in &plan.keep {
            if *fd != plan.errpipe && *fd >= 0 {
                libc::fcntl(*fd, libc::F_SETFD, 0);
            }
        }
    }
    Ok(())
}

fn close_others(plan: &Plan) {
    if plan.close_fds {
        let mut from = 3;
        for fd in plan.keep.iter().filter(|fd| **fd >= 3) {
            close_range(from, fd - 1);
            from = fd + 1;
        }
        close_range(from, i32::MAX);
    }
}

fn close_range(from: i32, to: i32) {
    if from > to {
        return;
    }
    // SAFETY: plain numbers.
    unsafe {
        if libc::syscall(libc::SYS_close_range, from, to, 0) != 0 {
            for fd in from..=to.min(65_535) {
                libc::close(fd);
            }
        }
    }
}
