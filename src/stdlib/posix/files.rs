//! Files and directories.

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use crate::posix::{PathArg, failed, ffi, like, path_at, path_or_fd, path_or_fd_at, placed_at, require_os};
    use vm::context::host::Host;
    use vm::context::{PyResult, Vm};
    use vm::object::Value;
    use vm::protocol::buffer;
    use vm::protocol::fs::{fs_decode, fspath as fs_path, path_bytes};
    use vm::types::tuple::value::PyTuple;

    fn plain<T>(vm: &Vm, result: Result<T, i32>) -> PyResult<T> {
        result.map_err(|errno| vm.os_error(errno, None))
    }

    fn named<T>(vm: &Vm, path: &Value, result: Result<T, i32>) -> PyResult<T> {
        result.map_err(|errno| failed(vm, errno, path))
    }

    fn paired<T>(vm: &Vm, a: &Value, b: &Value, result: Result<T, i32>) -> PyResult<T> {
        result.map_err(|errno| vm.os_error_with(errno, Some(a), Some(b)))
    }

    /// Repeats a call that a signal interrupted.
    fn again<T>(vm: &Vm, mut call: impl FnMut(&dyn Host) -> Result<T, i32> + Send) -> PyResult<T> {
        loop {
            match vm.blocking(&mut call) {
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                result => return plain(vm, result),
            }
        }
    }

    /// Return the file system path representation of the object.
    #[pyfunction(sig = "fspath($module, /, path)")]
    fn fspath(vm: &Vm, path: &Value) -> PyResult<Value> {
        fs_path(vm, path)
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[pyfunction(sig = "open($module, /, path, flags, mode=511, *, dir_fd=None)")]
    fn open(vm: &Vm, path: &Value, flags: i32, mode: i32, dir_fd: &Value) -> PyResult<i32> {
        let bytes = path_at(vm, path, dir_fd)?;
        loop {
            match vm.blocking(|host| host.open(&bytes, flags | libc::O_CLOEXEC, mode as u32)) {
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                result => return named(vm, path, result),
            }
        }
    }

    /// Close a file descriptor.
    #[pyfunction(sig = "close($module, /, fd)")]
    fn close(vm: &Vm, fd: i32) -> PyResult<()> {
        plain(vm, vm.blocking(|host| host.close(fd)))
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[pyfunction(sig = "closerange($module, fd_low, fd_high, /)")]
    fn closerange(vm: &Vm, fd_low: i32, fd_high: i32) {
        let host = vm.host();
        for fd in fd_low.max(0)..fd_high.min(1 << 16) {
            let _ = host.close(fd);
        }
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[pyfunction(sig = "read($module, fd, length, /)")]
    fn read(vm: &Vm, fd: i32, length: isize) -> PyResult<Value> {
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.os_error(libc::EINVAL, None));
        };
        vm.try_reserve(length)?;
        let mut bytes = vec![0; length.min(0x7fff_f000)];
        let count = again(vm, |host| host.read(fd, &mut bytes))?;
        Ok(vm.new_bytes(&bytes[..count]))
    }

    /// Write a bytes object to a file descriptor.
    #[pyfunction(sig = "write($module, fd, data, /)")]
    fn write(vm: &Vm, fd: i32, data: &Value) -> PyResult<usize> {
        let data = buffer::to_vec(vm, data)?;
        again(vm, |host| host.write(fd, &data))
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[pyfunction(sig = "pread($module, fd, length, offset, /)")]
    fn pread(vm: &Vm, fd: i32, length: usize, offset: i64) -> PyResult<Value> {
        require_os(vm)?;
        vm.try_reserve(length)?;
        let mut bytes = vec![0; length];
        let count = again(vm, |_| ffi::pread(fd, &mut bytes, offset))?;
        Ok(vm.new_bytes(&bytes[..count]))
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    #[pyfunction(sig = "pwrite($module, fd, buffer, offset, /)")]
    fn pwrite(vm: &Vm, fd: i32, buffer: &Value, offset: i64) -> PyResult<usize> {
        require_os(vm)?;
        let data = buffer::to_vec(vm, buffer)?;
        again(vm, |_| ffi::pwrite(fd, &data, offset))
    }

    /// Set the position of a file descriptor.  Return the new position.
    #[pyfunction(sig = "lseek($module, fd, position, how, /)")]
    fn lseek(vm: &Vm, fd: i32, position: i64, how: i32) -> PyResult<i64> {
        plain(vm, vm.host().lseek(fd, position, how))
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[pyfunction(sig = "ftruncate($module, fd, length, /)")]
    fn ftruncate(vm: &Vm, fd: i32, length: i64) -> PyResult<()> {
        again(vm, |host| host.ftruncate(fd, length))
    }

    /// Truncate a file, specified by path, to a specific length.
    #[pyfunction(sig = "truncate($module, /, path, length)")]
    fn truncate(vm: &Vm, path: &Value, length: i64) -> PyResult<()> {
        match path_or_fd(vm, path)? {
            PathArg::Fd(fd) => plain(vm, vm.host().ftruncate(fd, length)),
            PathArg::Path(bytes) => {
                let host = vm.host();
                let fd = named(vm, path, host.open(&bytes, libc::O_WRONLY | libc::O_CLOEXEC, 0))?;
                let result = host.ftruncate(fd, length);
                let _ = host.close(fd);
                named(vm, path, result)
            }
        }
    }

    /// Return True if the fd is connected to a terminal.
    #[pyfunction(sig = "isatty($module, fd, /)")]
    fn isatty(vm: &Vm, fd: i32) -> bool {
        vm.host().isatty(fd)
    }

    /// Force write of fd to disk.
    #[pyfunction(sig = "fsync($module, /, fd)")]
    fn fsync(vm: &Vm, fd: i32) -> PyResult<()> {
        require_os(vm)?;
        again(vm, |_| ffi::fsync(fd)).map(drop)
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[pyfunction(sig = "fdatasync($module, /, fd)")]
    fn fdatasync(vm: &Vm, fd: i32) -> PyResult<()> {
        require_os(vm)?;
        again(vm, |_| ffi::fdatasync(fd)).map(drop)
    }

    /// Create a directory.
    #[pyfunction(sig = "mkdir($module, /, path, mode=511, *, dir_fd=None)")]
    fn mkdir(vm: &Vm, path: &Value, mode: i32, dir_fd: &Value) -> PyResult<()> {
        named(vm, path, vm.host().mkdir(&path_at(vm, path, dir_fd)?, mode as u32))
    }

    /// Remove a directory.
    #[pyfunction(sig = "rmdir($module, /, path, *, dir_fd=None)")]
    fn rmdir(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<()> {
        named(vm, path, vm.host().rmdir(&path_at(vm, path, dir_fd)?))
    }

    /// Remove a file (same as remove()).
    #[pyfunction(sig = "unlink($module, /, path, *, dir_fd=None)")]
    fn unlink(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<()> {
        named(vm, path, vm.host().unlink(&path_at(vm, path, dir_fd)?))
    }

    /// Remove a file (same as unlink()).
    #[pyfunction(sig = "remove($module, /, path, *, dir_fd=None)")]
    fn remove(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<()> {
        unlink(vm, path, dir_fd)
    }

    /// Rename a file or directory.
    #[pyfunction(sig = "rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(vm: &Vm, src: &Value, dst: &Value, src_dir_fd: &Value, dst_dir_fd: &Value) -> PyResult<()> {
        let (from, to) = (path_at(vm, src, src_dir_fd)?, path_at(vm, dst, dst_dir_fd)?);
        let result = vm.host().rename(&from, &to);
        paired(vm, src, dst, result)
    }

    /// Rename a file or directory, overwriting the destination.
    #[pyfunction(sig = "replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(vm: &Vm, src: &Value, dst: &Value, src_dir_fd: &Value, dst_dir_fd: &Value) -> PyResult<()> {
        rename(vm, src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Create a symbolic link pointing to src named dst.
    #[pyfunction(sig = "symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(vm: &Vm, src: &Value, dst: &Value, target_is_directory: bool, dir_fd: &Value) -> PyResult<()> {
        let _ = target_is_directory;
        let result = vm.host().symlink(&path_bytes(vm, src)?, &path_at(vm, dst, dir_fd)?);
        paired(vm, src, dst, result)
    }

    /// Create a hard link to a file.
    #[pyfunction(sig = "link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(vm: &Vm, src: &Value, dst: &Value, src_dir_fd: &Value, dst_dir_fd: &Value, follow_symlinks: bool) -> PyResult<()> {
        let _ = follow_symlinks;
        let (from, to) = (path_at(vm, src, src_dir_fd)?, path_at(vm, dst, dst_dir_fd)?);
        let result = vm.host().link(&from, &to);
        paired(vm, src, dst, result)
    }

    /// Return a string representing the path to which the symbolic link points.
    #[pyfunction(sig = "readlink($module, /, path, *, dir_fd=None)")]
    fn readlink(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<Value> {
        let plain = fs_path(vm, path)?;
        let target = named(vm, path, vm.host().readlink(&path_at(vm, path, dir_fd)?))?;
        Ok(like(vm, &plain, &target))
    }

    /// Change the access permissions of a file.
    #[pyfunction(sig = "chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(vm: &Vm, path: &Value, mode: i32, dir_fd: &Value, follow_symlinks: bool) -> PyResult<()> {
        if !follow_symlinks {
            return Err(vm.not_implemented_error("chmod: follow_symlinks unavailable on this platform"));
        }
        match path_or_fd(vm, path)? {
            PathArg::Path(bytes) => {
                let place = placed_at(vm, bytes, path, dir_fd)?;
                named(vm, path, vm.host().chmod(&place, mode as u32))
            }
            PathArg::Fd(fd) => {
                require_os(vm)?;
                plain(vm, ffi::fchmod(fd, mode as u32).map(drop))
            }
        }
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[pyfunction(sig = "chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(vm: &Vm, path: &Value, uid: i64, gid: i64, dir_fd: &Value, follow_symlinks: bool) -> PyResult<()> {
        require_os(vm)?;
        let result = ffi::chown(&path_at(vm, path, dir_fd)?, uid as u32, gid as u32, follow_symlinks);
        named(vm, path, result)
    }

    /// Use the real uid/gid to test for access to a path.
    #[pyfunction(sig = "access($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(vm: &Vm, path: &Value, mode: i32, dir_fd: &Value, effective_ids: bool, follow_symlinks: bool) -> PyResult<bool> {
        let _ = (effective_ids, follow_symlinks);
        Ok(vm.host().access(&path_at(vm, path, dir_fd)?, mode).is_ok())
    }

    /// Set the access and modified time of path.
    #[pyfunction(sig = "utime($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(vm: &Vm, path: &Value, times: &Value, ns: Option<&Value>, dir_fd: &Value, follow_symlinks: bool) -> PyResult<()> {
        if !times.is_none() && ns.is_some() {
            let message = "utime: you may specify either 'times' or 'ns' but not both";
            return Err(vm.value_error(message));
        }
        let pair = |value: &Value, message: &str| -> PyResult<(Value, Value)> {
            match value.downcast_ref::<PyTuple>().map(|tuple| tuple.as_slice()) {
                Some([a, b]) => Ok((a.clone(), b.clone())),
                _ => Err(vm.type_error(message)),
            }
        };
        let exact = |value: &Value| -> i128 {
            value.as_int().and_then(|n| n.to_i64()).map_or(0, i128::from)
        };
        let seconds = |value: &Value| -> PyResult<i128> {
            match value.as_int().and_then(|n| n.to_i64()) {
                Some(n) => Ok(i128::from(n) * 1_000_000_000),
                None => Ok((vm::protocol::number::to_f64(vm, value)? * 1e9).floor() as i128),
            }
        };
        let times = match ns {
            Some(ns) => {
                let (a, b) = pair(ns, "utime: 'ns' must be a tuple of two ints")?;
                Some((exact(&a), exact(&b)))
            }
            None if times.is_none() => None,
            None => {
                let (a, b) = pair(times, "utime: 'times' must be either a tuple of two ints or None")?;
                Some((seconds(&a)?, seconds(&b)?))
            }
        };
        let place = match path_or_fd_at(vm, "utime", path, dir_fd)? {
            PathArg::Path(bytes) => bytes,
            PathArg::Fd(_) if !follow_symlinks => {
                return Err(vm.value_error("utime: cannot use fd and follow_symlinks together"));
            }
            PathArg::Fd(fd) => {
                require_os(vm)?;
                format!("/proc/self/fd/{fd}").into_bytes()
            }
        };
        named(vm, path, vm.host().utime(&place, times, follow_symlinks))
    }

    /// Return a unicode string representing the current working directory.
    #[pyfunction(sig = "getcwd($module, /)")]
    fn getcwd(vm: &Vm) -> PyResult<Value> {
        Ok(fs_decode(vm, &plain(vm, vm.host().getcwd())?).into_value())
    }

    /// Return a bytes string representing the current working directory.
    #[pyfunction(sig = "getcwdb($module, /)")]
    fn getcwdb(vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bytes(&plain(vm, vm.host().getcwd())?))
    }

    /// Change the current working directory to the specified path.
    #[pyfunction(sig = "chdir($module, /, path)")]
    fn chdir(vm: &Vm, path: &Value) -> PyResult<()> {
        match path_or_fd(vm, path)? {
            PathArg::Path(bytes) => named(vm, path, vm.host().chdir(&bytes)),
            PathArg::Fd(fd) => {
                require_os(vm)?;
                plain(vm, ffi::fchdir(fd).map(drop))
            }
        }
    }

    /// Create a pipe.
    #[pyfunction(sig = "pipe($module, /)")]
    fn pipe(vm: &Vm) -> PyResult<(i32, i32)> {
        require_os(vm)?;
        plain(vm, ffi::pipe())
    }

    /// Return a duplicate of a file descriptor.
    #[pyfunction(sig = "dup($module, fd, /)")]
    fn dup(vm: &Vm, fd: i32) -> PyResult<i32> {
        require_os(vm)?;
        plain(vm, ffi::dup(fd))
    }

    /// Duplicate file descriptor.
    #[pyfunction(sig = "dup2($module, /, fd, fd2, inheritable=True)")]
    fn dup2(vm: &Vm, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        require_os(vm)?;
        plain(vm, ffi::dup2(fd, fd2, inheritable))
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[pyfunction(sig = "get_inheritable($module, fd, /)")]
    fn get_inheritable(vm: &Vm, fd: i32) -> PyResult<bool> {
        plain(vm, ffi::get_inheritable(fd))
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[pyfunction(sig = "set_inheritable($module, fd, inheritable, /)")]
    fn set_inheritable(vm: &Vm, fd: i32, inheritable: bool) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::set_inheritable(fd, inheritable))
    }

    /// Get the blocking mode of the file descriptor.
    #[pyfunction(sig = "get_blocking($module, fd, /)")]
    fn get_blocking(vm: &Vm, fd: i32) -> PyResult<bool> {
        plain(vm, ffi::get_blocking(fd))
    }

    /// Set the blocking mode of the specified file descriptor.
    #[pyfunction(sig = "set_blocking($module, fd, blocking, /)")]
    fn set_blocking(vm: &Vm, fd: i32, blocking: bool) -> PyResult<()> {
        require_os(vm)?;
        plain(vm, ffi::set_blocking(fd, blocking))
    }

    /// Return the size of the terminal window as (columns, lines).
    #[pyfunction(sig = "get_terminal_size($module, fd=1, /)")]
    fn get_terminal_size(vm: &Vm, fd: i32) -> PyResult<Value> {
        require_os(vm)?;
        let (columns, lines) = plain(vm, ffi::terminal_size(fd))?;
        let values = vec![vm.new_int(columns.into()), vm.new_int(lines.into())];
        Ok(crate::posix::stat::TERMINAL_SIZE.new_value(vm, values))
    }
}
