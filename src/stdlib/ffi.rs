//! System calls of `select`, `fcntl`, `_socket`, `_posixsubprocess`, `_posixshmem`, made safe: results are `errno` or a value.

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
