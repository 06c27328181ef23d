//! Processor time of finished child processes; the only unsafe code of this crate.

/// User and system seconds of all children that were waited for so far.
pub fn children_seconds() -> f64 {
    // SAFETY: rusage is plain data, for which all zeros is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is valid for the call.
    if unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) } != 0 {
        return 0.0;
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Waits until what was written is on the disk (`sync(2)`): programs that are timed meanwhile are slower.
pub fn sync() {
    // SAFETY: the call takes nothing and cannot fail.
    unsafe { libc::sync() };
}
