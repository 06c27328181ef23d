//! Numbers of the system that `os` shows.

macro_rules! numbers {
    ($($name:ident)*) => {
        &[$((stringify!($name), libc::$name as i64)),*]
    };
}

/// Names and values.
pub const CONSTANTS: &[(&str, i64)] = numbers! {
    F_OK R_OK W_OK X_OK
    O_RDONLY O_WRONLY O_RDWR O_APPEND O_CREAT O_EXCL O_TRUNC O_NONBLOCK O_NOCTTY O_SYNC O_DSYNC O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_PATH
    O_TMPFILE O_NOATIME O_DIRECT O_ASYNC O_ACCMODE O_NDELAY O_RSYNC
    WNOHANG WUNTRACED WCONTINUED WEXITED WSTOPPED WNOWAIT P_PID P_PGID P_ALL
    PRIO_PROCESS PRIO_PGRP PRIO_USER
    SCHED_OTHER SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE
    SEEK_DATA SEEK_HOLE
    ST_RDONLY ST_NOSUID
    RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL
    GRND_NONBLOCK GRND_RANDOM
    CLD_EXITED CLD_KILLED CLD_DUMPED CLD_TRAPPED CLD_STOPPED CLD_CONTINUED
};

/// Exit codes of `sysexits.h`.
pub const EXIT_CODES: &[(&str, i64)] = &[
    ("EX_OK", 0),
    ("EX_USAGE", 64),
    ("EX_DATAERR", 65),
    ("EX_NOINPUT", 66),
    ("EX_NOUSER", 67),
    ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69),
    ("EX_SOFTWARE", 70),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74),
    ("EX_TEMPFAIL", 75),
    ("EX_PROTOCOL", 76),
    ("EX_NOPERM", 77),
    ("EX_CONFIG", 78),
];
