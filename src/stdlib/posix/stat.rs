//! `stat`, `lstat`, `fstat` and the struct sequences of `posix`.

use vm::context::Vm;
use vm::context::host::Stat;
use vm::object::Value;

vm::structseq! {
    /// `os.stat_result`
    pub static STAT_RESULT: "os.stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
    visible: 10, flags: 0,
    fields: [
        ("st_mode", "protection bits"), ("st_ino", "inode"), ("st_dev", "device"), ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"), ("st_gid", "group ID of owner"), ("st_size", "total size, in bytes"),
        ("", "integer time of last access"), ("", "integer time of last modification"), ("", "integer time of last change"),
        ("st_atime", "time of last access"), ("st_mtime", "time of last modification"), ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"), ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"), ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"), ("st_rdev", "device type (if inode device)"),
    ]
}

vm::structseq! {
    /// `os.terminal_size`
    pub static TERMINAL_SIZE: "os.terminal_size", doc: "A tuple of (columns, lines) for holding terminal window size",
    visible: 2, flags: 0,
    fields: [("columns", "width of the terminal window in characters"), ("lines", "height of the terminal window in characters")]
}

vm::structseq! {
    /// `posix.uname_result`
    pub static UNAME_RESULT: "posix.uname_result",
    doc: "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
    visible: 5, flags: 0,
    fields: [
        ("sysname", "operating system name"), ("nodename", "name of machine on network (implementation-defined)"),
        ("release", "operating system release"), ("version", "operating system version"), ("machine", "hardware identifier"),
    ]
}

vm::structseq! {
    /// `posix.times_result`
    pub static TIMES_RESULT: "posix.times_result",
    doc: "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.",
    visible: 5, flags: 0,
    fields: [
        ("user", "user time"), ("system", "system time"), ("children_user", "user time of children"),
        ("children_system", "system time of children"), ("elapsed", "elapsed time since an arbitrary point in the past"),
    ]
}

vm::structseq! {
    /// `posix.sched_param`
    pub static SCHED_PARAM: "posix.sched_param", doc: "Currently has only one field: sched_priority",
    visible: 1, flags: 0, fields: [("sched_priority", "the scheduling priority")]
}

vm::structseq! {
    /// `os.statvfs_result`
    pub static STATVFS_RESULT: "os.statvfs_result",
    doc: "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.",
    visible: 10, flags: 0,
    fields: [
        ("f_bsize", ""), ("f_frsize", ""), ("f_blocks", ""), ("f_bfree", ""), ("f_bavail", ""), ("f_files", ""), ("f_ffree", ""),
        ("f_favail", ""), ("f_flag", ""), ("f_namemax", ""), ("f_fsid", ""),
    ]
}

/// A `stat_result`.
pub fn result(vm: &Vm, stat: &Stat) -> Value {
    let int = |n: u64| vm.new_bigint(n.into());
    let seconds = |ns: i128| vm.new_int(ns.div_euclid(1_000_000_000) as i64);
    let float = |ns: i128| {
        let (whole, rest) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
        vm.new_float(whole as f64 + 1e-9 * rest as f64)
    };
    let exact = |ns: i128| vm.new_bigint(ns.into());
    STAT_RESULT.new_value(
        vm,
        vec![
            vm.new_int(stat.mode.into()),
            int(stat.ino),
            int(stat.dev),
            int(stat.nlink),
            vm.new_int(stat.uid.into()),
            vm.new_int(stat.gid.into()),
            vm.new_int(stat.size),
            seconds(stat.atime),
            seconds(stat.mtime),
            seconds(stat.ctime),
            float(stat.atime),
            float(stat.mtime),
            float(stat.ctime),
            exact(stat.atime),
            exact(stat.mtime),
            exact(stat.ctime),
            vm.new_int(stat.blksize),
            vm.new_int(stat.blocks),
            int(stat.rdev),
        ],
    )
}

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use crate::posix::{PathArg, failed, path_or_fd_at};
    use vm::context::{PyResult, Vm};
    use vm::object::Value;

    /// Perform a stat system call on the given path.
    #[pyfunction(sig = "stat($module, /, path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(vm: &Vm, path: &Value, dir_fd: &Value, follow_symlinks: bool) -> PyResult<Value> {
        let found = match path_or_fd_at(vm, "stat", path, dir_fd)? {
            PathArg::Path(bytes) => vm.host().stat(&bytes, follow_symlinks),
            PathArg::Fd(fd) => vm.host().fstat(fd),
        };
        let stat = found.map_err(|errno| failed(vm, errno, path))?;
        Ok(super::result(vm, &stat))
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[pyfunction(sig = "lstat($module, /, path, *, dir_fd=None)")]
    fn lstat(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<Value> {
        stat(vm, path, dir_fd, false)
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[pyfunction(sig = "fstat($module, /, fd)")]
    fn fstat(vm: &Vm, fd: i32) -> PyResult<Value> {
        let stat = vm.host().fstat(fd).map_err(|errno| vm.os_error(errno, None))?;
        Ok(super::result(vm, &stat))
    }
}

vm::structseq! {
    /// What `os.waitid()` gives.
    pub static WAITID_RESULT: "posix.waitid_result",
    doc: "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
    visible: 5, flags: 0,
    fields: [("si_pid", ""), ("si_uid", ""), ("si_signo", ""), ("si_status", ""), ("si_code", "")]
}
