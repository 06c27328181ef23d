//! System calls of `select`, `fcntl`, `termios`, `_socket`, `_posixsubprocess`, `_posixshmem`, made safe: results are `errno` or a value.

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

/// Room for whatever structure the system writes.
const ROOM: usize = 1 << 14;

/// Calls with a copy of a structure, as long as the system may want it, and brings back what it wrote.
fn with_room(bytes: &mut [u8], call: impl FnOnce(*mut u8) -> i32) -> Sys<i32> {
    let mut copy = bytes.to_vec();
    copy.resize(bytes.len().max(ROOM), 0);
    let result = check(call(copy.as_mut_ptr()))?;
    for (byte, written) in bytes.iter_mut().zip(&copy) {
        *byte = *written;
    }
    Ok(result)
}

/// `fcntl(2)` with a structure
pub fn fcntl_struct(fd: i32, command: i32, bytes: &mut [u8]) -> Sys<i32> {
    // SAFETY: no command's structure is longer than the copy.
    with_room(bytes, |copy| unsafe { libc::fcntl(fd, command, copy) })
}

/// `ioctl(2)` with a number, which is no address
pub fn ioctl(fd: i32, request: u32, argument: i64) -> Sys<i32> {
    // SAFETY: nothing is mapped where a request that takes an address would look.
    check(unsafe { libc::ioctl(fd, libc::Ioctl::from(request), argument) })
}

/// `ioctl(2)` with a structure
pub fn ioctl_struct(fd: i32, request: u32, bytes: &mut [u8]) -> Sys<i32> {
    // SAFETY: the number of a request has 14 bits for the length of its structure, and the copy is that long.
    with_room(bytes, |copy| unsafe {
        libc::ioctl(fd, libc::Ioctl::from(request), copy)
    })
}

/// `fcntl(2)` for locks
pub fn lock(fd: i32, waits: bool, kind: i32, whence: i32, start: i64, len: i64) -> Sys<()> {
    // SAFETY: a structure of numbers; zeros are valid.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = whence as libc::c_short;
    lock.l_start = start;
    lock.l_len = len;
    let command = if waits { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: the structure is whole.
    check(unsafe { libc::fcntl(fd, command, &raw mut lock) }).map(drop)
}

/// `tcgetattr(3)`
pub fn tcgetattr(fd: i32) -> Sys<libc::termios> {
    // SAFETY: a structure of numbers; zeros are valid.
    let mut mode: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is whole.
    check(unsafe { libc::tcgetattr(fd, &raw mut mode) })?;
    Ok(mode)
}

/// `tcsetattr(3)`
pub fn tcsetattr(fd: i32, when: i32, mode: &libc::termios) -> Sys<i32> {
    // SAFETY: the structure is whole.
    check(unsafe { libc::tcsetattr(fd, when, mode) })
}

/// `cfgetispeed(3)`, `cfgetospeed(3)`
pub fn speeds(mode: &libc::termios) -> [libc::speed_t; 2] {
    // SAFETY: the structure is whole.
    unsafe { [libc::cfgetispeed(mode), libc::cfgetospeed(mode)] }
}

/// `cfsetispeed(3)`, `cfsetospeed(3)`
pub fn set_speeds(mode: &mut libc::termios, speeds: [libc::speed_t; 2]) -> Sys<i32> {
    let [input, output] = speeds;
    // SAFETY: the structure is whole.
    check(unsafe { libc::cfsetispeed(mode, input) })?;
    // SAFETY: as above.
    check(unsafe { libc::cfsetospeed(mode, output) })
}

/// `tcsendbreak(3)`
pub fn tcsendbreak(fd: i32, duration: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::tcsendbreak(fd, duration) })
}

/// `tcdrain(3)`
pub fn tcdrain(fd: i32) -> Sys<i32> {
    // SAFETY: a plain number.
    check(unsafe { libc::tcdrain(fd) })
}

/// `tcflush(3)`
pub fn tcflush(fd: i32, queue: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::tcflush(fd, queue) })
}

/// `tcflow(3)`
pub fn tcflow(fd: i32, action: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::tcflow(fd, action) })
}

/// `ioctl(TIOCGWINSZ)`
pub fn window_size(fd: i32) -> Sys<libc::winsize> {
    // SAFETY: a structure of numbers; zeros are valid.
    let mut size: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is the one this request writes.
    check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
    Ok(size)
}

/// `ioctl(TIOCSWINSZ)`
pub fn set_window_size(fd: i32, size: &libc::winsize) -> Sys<i32> {
    // SAFETY: the structure is the one this request reads.
    check(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, std::ptr::from_ref(size)) })
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

/// `gettid(2)`
pub fn gettid() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::gettid() }.into()
}

/// `shm_open(3)`
pub fn shm_open(name: &std::ffi::CStr, flags: i32, mode: u32) -> Sys<i32> {
    let flags = flags | libc::O_CLOEXEC;
    // SAFETY: the name ends in a null byte.
    check(unsafe { libc::shm_open(name.as_ptr(), flags, mode) })
}

/// `shm_unlink(3)`
pub fn shm_unlink(name: &std::ffi::CStr) -> Sys<i32> {
    // SAFETY: the name ends in a null byte.
    check(unsafe { libc::shm_unlink(name.as_ptr()) })
}
