//! Standard descriptors that were closed when the process began stay closed: Rust's runtime opens `/dev/null` in their place before `main`.
//!
//! CPython 3.11: `is_valid_fd`, `create_stdio` in `Python/pylifecycle.c` make such a stream None.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bit for each of the descriptors 0 to 2 that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// The C library calls it before Rust's runtime starts.
#[cfg(target_os = "linux")]
#[used]
// SAFETY: the section holds pointers to functions with C's calling convention; this one uses nothing that must be set up before.
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = record;

#[cfg(target_os = "linux")]
extern "C" fn record() {
    for fd in 0..3 {
        // SAFETY: asks about a number; it need not be a descriptor.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

/// Closes what the runtime opened.
pub fn close_again() {
    let closed = CLOSED.load(Ordering::Relaxed);
    for fd in (0..3).filter(|fd| closed & 1 << fd != 0) {
        // SAFETY: Rust's runtime opened it for itself a moment ago, and nobody uses it yet.
        unsafe { libc::close(fd) };
    }
}
