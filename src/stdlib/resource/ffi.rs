//! System calls of `resource`, made safe.

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// `getrusage(2)`: user and system time, then the counters in the structure's order.
pub fn getrusage(who: i32) -> Result<([f64; 2], [i64; 14]), i32> {
    // SAFETY: the structure is whole.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who, &raw mut usage) == -1 {
            return Err(errno());
        }
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    let times = [seconds(usage.ru_utime), seconds(usage.ru_stime)];
    let counters = [
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
    ];
    Ok((times, counters))
}

/// `prlimit(2)`: the limits that were.
pub fn prlimit(pid: i32, resource: i32, new: Option<(u64, u64)>) -> Result<(u64, u64), i32> {
    let new = new.map(|(soft, hard)| libc::rlimit {
        rlim_cur: soft,
        rlim_max: hard,
    });
    let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: both structures are whole.
    unsafe {
        let mut old: libc::rlimit = std::mem::zeroed();
        match libc::prlimit(pid, resource as _, new, &raw mut old) {
            -1 => Err(errno()),
            _ => Ok((old.rlim_cur, old.rlim_max)),
        }
    }
}

/// Bytes of a page.
pub fn page_size() -> i64 {
    // SAFETY: a plain number.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}
