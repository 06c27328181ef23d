//! System calls of `posix` that are not the host's.

use std::ffi::CString;

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: i32) -> Result<i32, i32> {
    if result == -1 { Err(errno()) } else { Ok(result) }
}

/// `pipe2(2)` with `O_CLOEXEC`.
pub fn pipe() -> Result<(i32, i32), i32> {
    let mut pair = [0; 2];
    // SAFETY: room for two descriptors.
    check(unsafe { libc::pipe2(pair.as_mut_ptr(), libc::O_CLOEXEC) })?;
    Ok((pair[0], pair[1]))
}

/// `fcntl(fd, F_DUPFD_CLOEXEC)`, or `dup(2)` for an inheritable copy.
pub fn dup(fd: i32) -> Result<i32, i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
}

/// `dup3(2)`
pub fn dup2(fd: i32, fd2: i32, inheritable: bool) -> Result<i32, i32> {
    let flags = if inheritable { 0 } else { libc::O_CLOEXEC };
    if fd == fd2 {
        return Ok(fd2);
    }
    // SAFETY: plain numbers.
    check(unsafe { libc::dup3(fd, fd2, flags) })
}

/// Whether a descriptor is inherited by programs.
pub fn get_inheritable(fd: i32) -> Result<bool, i32> {
    // SAFETY: plain numbers.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    Ok(flags & libc::FD_CLOEXEC == 0)
}

/// Makes a descriptor inheritable or not.
pub fn set_inheritable(fd: i32, inheritable: bool) -> Result<(), i32> {
    let flags = if inheritable { 0 } else { libc::FD_CLOEXEC };
    // SAFETY: plain numbers.
    check(unsafe { libc::fcntl(fd, libc::F_SETFD, flags) }).map(drop)
}

/// Whether a descriptor blocks.
pub fn get_blocking(fd: i32) -> Result<bool, i32> {
    // SAFETY: plain numbers.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    Ok(flags & libc::O_NONBLOCK == 0)
}

/// Makes a descriptor block or not.
pub fn set_blocking(fd: i32, blocking: bool) -> Result<(), i32> {
    // SAFETY: plain numbers.
    unsafe {
        let flags = check(libc::fcntl(fd, libc::F_GETFL))?;
        let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        check(libc::fcntl(fd, libc::F_SETFL, flags)).map(drop)
    }
}

/// Calls that take a number or nothing and give a number.
macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*);)*) => {
        $(
            $(#[$doc])*
            pub fn $name($($arg: $ty),*) -> Result<i32, i32> {
                // SAFETY: plain numbers.
                check(unsafe { libc::$name($($arg),*) as i32 })
            }
        )*
    };
}

plain! {
    /// `getppid(2)`
    getppid();
    /// `getpgrp(2)`
    getpgrp();
    /// `setsid(2)`
    setsid();
    /// `kill(2)`
    kill(pid: i32, signal: i32);
    /// `killpg(2)`
    killpg(pid: i32, signal: i32);
    /// `fsync(2)`
    fsync(fd: i32);
    /// `fdatasync(2)`
    fdatasync(fd: i32);
    /// `fchdir(2)`
    fchdir(fd: i32);
    /// `fchmod(2)`
    fchmod(fd: i32, mode: u32);
}

/// `getuid`, `geteuid`, `getgid`, `getegid`.
pub fn ids() -> [u32; 4] {
    // SAFETY: these always succeed.
    unsafe { [libc::getuid(), libc::geteuid(), libc::getgid(), libc::getegid()] }
}

/// `umask(2)`
pub fn umask(mask: u32) -> u32 {
    // SAFETY: always succeeds.
    unsafe { libc::umask(mask) }
}

/// `waitpid(2)`: pid and status.
pub fn waitpid(pid: i32, options: i32) -> Result<(i32, i32), i32> {
    let mut status = 0;
    // SAFETY: the status is written to.
    let pid = check(unsafe { libc::waitpid(pid, &mut status, options) })?;
    Ok((pid, status))
}

/// Ends the process at once.
pub fn exit(code: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}

/// Columns and lines of a terminal.
pub fn terminal_size(fd: i32) -> Result<(u16, u16), i32> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the call fills the structure.
    check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) })?;
    Ok((size.ws_col, size.ws_row))
}

/// `uname(2)`: sysname, nodename, release, version, machine.
pub fn uname() -> Result<[Vec<u8>; 5], i32> {
    let mut names = std::mem::MaybeUninit::<libc::utsname>::zeroed();
    // SAFETY: the call fills the structure with null-terminated texts.
    unsafe {
        check(libc::uname(names.as_mut_ptr()))?;
        let names = names.assume_init();
        let text = |field: &[libc::c_char]| std::ffi::CStr::from_ptr(field.as_ptr()).to_bytes().to_vec();
        Ok([
            text(&names.sysname),
            text(&names.nodename),
            text(&names.release),
            text(&names.version),
            text(&names.machine),
        ])
    }
}

/// `chown(2)`
pub fn chown(path: &[u8], uid: u32, gid: u32, follow: bool) -> Result<(), i32> {
    let path = CString::new(path).map_err(|_| libc::EINVAL)?;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a null-terminated path.
    check(unsafe { libc::fchownat(libc::AT_FDCWD, path.as_ptr(), uid, gid, flags) }).map(drop)
}

/// Null-terminated texts, if none has a null inside.
fn texts(list: &[Vec<u8>]) -> Option<Vec<CString>> {
    list.iter().map(|text| CString::new(text.as_slice()).ok()).collect()
}

/// The places of texts, and a null.
fn places(texts: &[CString]) -> Vec<*const libc::c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
}

/// `fexecve(3)`; returns only when it fails.
pub fn fexecve(fd: i32, args: &[Vec<u8>], environ: &[Vec<u8>]) -> i32 {
    let (Some(args), Some(environ)) = (texts(args), texts(environ)) else {
        return libc::EINVAL;
    };
    // SAFETY: null-terminated lists of null-terminated texts, alive until the call.
    unsafe { libc::fexecve(fd, places(&args).as_ptr(), places(&environ).as_ptr()) };
    errno()
}

/// `execve(2)`; returns only when it fails.
pub fn execve(path: &[u8], args: &[Vec<u8>], environ: Option<&[Vec<u8>]>) -> i32 {
    let (Ok(path), Some(args)) = (CString::new(path), texts(args)) else {
        return libc::EINVAL;
    };
    let pointers = places(&args);
    // SAFETY: null-terminated lists of null-terminated texts, alive until the call.
    unsafe {
        match environ.map(texts) {
            None => libc::execv(path.as_ptr(), pointers.as_ptr()),
            Some(Some(environ)) => libc::execve(path.as_ptr(), pointers.as_ptr(), places(&environ).as_ptr()),
            Some(None) => return libc::EINVAL,
        };
    }
    errno()
}

/// `pread(2)`
pub fn pread(fd: i32, buffer: &mut [u8], offset: i64) -> Result<usize, i32> {
    // SAFETY: the buffer is as long as said.
    let count = unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), offset) };
    usize::try_from(count).map_err(|_| errno())
}

/// `pwrite(2)`
pub fn pwrite(fd: i32, bytes: &[u8], offset: i64) -> Result<usize, i32> {
    // SAFETY: the buffer is as long as said.
    let count = unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), offset) };
    usize::try_from(count).map_err(|_| errno())
}
