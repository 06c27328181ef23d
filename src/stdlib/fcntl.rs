//! `fcntl`.
//!
//! DIFFERS: a number is not passed where the system would take it for an address; structures are always passed as copies.
//!
//! CPython 3.11: `Modules/fcntlmodule.c`.

pub use fcntl_module::DEF;

/// This module performs file control and I/O control on file
/// descriptors.  It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[derive::pymodule(name = "fcntl", needs_os)]
mod fcntl_module {
    use crate::ffi;
    use crate::support::descriptor;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::modules::io::base::buffer_of::Writable;
    use vm::object::Value;
    use vm::protocol::convert_int::{to_i32, to_i64};
    use vm::protocol::{buffer, truth};
    use vm::types::bytes::value::PyBytes;
    use vm::types::str::codec;
    use vm::types::str::value::PyStr;

    /// Length that CPython allows for a structure.
    const LONGEST: usize = 1024;
    /// Nothing is mapped below this address, as the executable may stand anywhere.
    const FIRST_ADDRESS: i64 = 1 << 32;

    const NUMBERS: &[(&str, i64)] = &[
        ("LOCK_SH", 1), ("LOCK_EX", 2), ("LOCK_NB", 4), ("LOCK_UN", 8), ("LOCK_MAND", 32), ("LOCK_READ", 64),
        ("LOCK_WRITE", 128), ("LOCK_RW", 192), ("F_DUPFD", 0), ("F_DUPFD_CLOEXEC", 1030), ("F_GETFD", 1), ("F_SETFD", 2),
        ("F_GETFL", 3), ("F_SETFL", 4), ("F_GETLK", 5), ("F_SETLK", 6), ("F_SETLKW", 7), ("F_OFD_GETLK", 36),
        ("F_OFD_SETLK", 37), ("F_OFD_SETLKW", 38), ("F_GETOWN", 9), ("F_SETOWN", 8), ("F_GETSIG", 11), ("F_SETSIG", 10),
        ("F_RDLCK", 0), ("F_WRLCK", 1), ("F_UNLCK", 2), ("F_EXLCK", 4), ("F_SHLCK", 8), ("F_GETLK64", 5), ("F_SETLK64", 6),
        ("F_SETLKW64", 7), ("FASYNC", 8192), ("F_SETLEASE", 1024), ("F_GETLEASE", 1025), ("F_NOTIFY", 1026),
        ("F_GETPIPE_SZ", 1032), ("F_SETPIPE_SZ", 1031), ("FD_CLOEXEC", 1), ("DN_ACCESS", 1), ("DN_MODIFY", 2),
        ("DN_CREATE", 4), ("DN_DELETE", 8), ("DN_RENAME", 16), ("DN_ATTRIB", 32), ("DN_MULTISHOT", 2147483648),
        ("F_ADD_SEALS", 1033), ("F_GET_SEALS", 1034), ("F_SEAL_SEAL", 1), ("F_SEAL_SHRINK", 2), ("F_SEAL_GROW", 4),
        ("F_SEAL_WRITE", 8),
    ];

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int(*number))?;
        }
        Ok(())
    }

    /// The bytes of an argument that is text or a buffer.
    fn structure(vm: &Vm, arg: &Value) -> PyResult<Option<Vec<u8>>> {
        if let Some(text) = arg.downcast_ref::<PyStr>() {
            return Ok(Some(codec::to_utf8(vm, text)?.into_owned()));
        }
        if buffer::check(vm, arg) {
            return buffer::to_vec(vm, arg).map(Some);
        }
        Ok(None)
    }

    fn number(vm: &Vm, arg: Option<&Value>, function: &str) -> PyResult<i64> {
        let number = arg.map_or(Ok(0), |arg| to_i64(vm, arg))?;
        if !(-FIRST_ADDRESS..FIRST_ADDRESS).contains(&number) {
            return Err(vm.unfinished(&format!("fcntl.{function} with a number that may be an address")));
        }
        Ok(number)
    }

    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are available
    /// as constants in the fcntl module, using the same names as used in
    /// the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an int or a string.  If arg is given as a string,
    /// the return value of fcntl is a string of that length, containing the
    /// resulting value put in the arg buffer by the operating system.  The length
    /// of the arg string is not allowed to exceed 1024 bytes.  If the arg given
    /// is an integer or if none is specified, the result value is an integer
    /// corresponding to the return value of the fcntl call in the C code.
    #[pyfunction(sig = "fcntl($module, fd, cmd, arg=0, /)")]
    fn fcntl(vm: &Vm, fd: &Value, cmd: i32, arg: Option<&Value>) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        let bytes = match arg {
            // Of buffers only bytes and text count here.
            Some(arg) if arg.downcast_ref::<PyBytes>().is_some() || arg.downcast_ref::<PyStr>().is_some() => structure(vm, arg)?,
            _ => None,
        };
        let Some(mut bytes) = bytes else {
            let number = number(vm, arg, "fcntl")?;
            let result = vm.allow_threads(|| ffi::fcntl(fd, cmd, number));
            return result
                .map(|result| vm.new_int(result.into()))
                .map_err(|errno| vm.os_error(errno, None));
        };
        if bytes.len() > LONGEST {
            return Err(vm.value_error("fcntl string arg too long"));
        }
        let result = vm.allow_threads(|| ffi::fcntl_struct(fd, cmd, &mut bytes));
        result.map_err(|errno| vm.os_error(errno, None))?;
        Ok(vm.new_bytes(&bytes))
    }

    /// Perform the operation `request` on file descriptor `fd`.
    ///
    /// The values used for `request` are operating system dependent, and are available
    /// as constants in the fcntl or termios library modules, using the same names as
    /// used in the relevant C header files.
    ///
    /// The argument `arg` is optional, and defaults to 0; it may be an int or a
    /// buffer containing character data (most likely a string or an array).
    ///
    /// If the argument is a mutable buffer (such as an array) and if the
    /// mutate_flag argument (which is only allowed in this case) is true then the
    /// buffer is (in effect) passed to the operating system and changes made by
    /// the OS will be reflected in the contents of the buffer after the call has
    /// returned.  The return value is the integer returned by the ioctl system
    /// call.
    ///
    /// If the argument is a mutable buffer and the mutable_flag argument is false,
    /// the behavior is as if a string had been passed.
    ///
    /// If the argument is an immutable buffer (most likely a string) then a copy
    /// of the buffer is passed to the operating system and the return value is a
    /// string of the same length containing whatever the operating system put in
    /// the buffer.  The length of the arg buffer in this case is not allowed to
    /// exceed 1024 bytes.
    ///
    /// If the arg given is an integer or if none is specified, the result value is
    /// an integer corresponding to the return value of the ioctl call in the C
    /// code.
    #[pyfunction(sig = "ioctl($module, fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        vm: &Vm,
        fd: &Value,
        request: &Value,
        arg: Option<&Value>,
        mutate_flag: Option<&Value>,
    ) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        // Only 32 bits of a request count.
        let request = to_i64(vm, request)? as u32;
        let bytes = arg.map_or(Ok(None), |arg| structure(vm, arg))?;
        let (Some(arg), Some(mut bytes)) = (arg, bytes) else {
            let number = number(vm, arg, "ioctl")?;
            let result = vm.allow_threads(|| ffi::ioctl(fd, request, number));
            return result
                .map(|result| vm.new_int(result.into()))
                .map_err(|errno| vm.os_error(errno, None));
        };
        let mutates = mutate_flag.map_or(Ok(true), |flag| truth::is_true(vm, flag))?;
        let target = if mutates { Writable::of(vm, "ioctl", arg).ok() } else { None };
        if target.is_none() && bytes.len() > LONGEST {
            return Err(vm.value_error("ioctl string arg too long"));
        }
        let result = vm.allow_threads(|| ffi::ioctl_struct(fd, request, &mut bytes));
        let result = result.map_err(|errno| vm.os_error(errno, None))?;
        Ok(match target {
            Some(target) => {
                target.fill(0, &bytes);
                vm.new_int(result.into())
            }
            None => vm.new_bytes(&bytes),
        })
    }

    /// Perform the lock operation `operation` on file descriptor `fd`.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[pyfunction(sig = "flock($module, fd, operation, /)")]
    fn flock(vm: &Vm, fd: &Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let result = vm.allow_threads(|| ffi::flock(fd, operation));
        result.map(|_| ()).map_err(|errno| vm.os_error(errno, None))
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// `fd` is the file descriptor of the file to lock or unlock, and operation is one
    /// of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the
    /// lock cannot be acquired, an OSError will be raised and the exception will
    /// have an errno attribute set to EACCES or EAGAIN (depending on the operating
    /// system -- for portability, check for either value).
    ///
    /// `len` is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  `start` is the byte offset, relative to `whence`, to that the lock
    /// starts.  `whence` is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[pyfunction(sig = "lockf($module, fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        vm: &Vm,
        fd: &Value,
        cmd: i32,
        len: Option<&Value>,
        start: Option<&Value>,
        whence: Option<&Value>,
    ) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let kind = match cmd {
            libc::LOCK_UN => libc::F_UNLCK,
            _ if cmd & libc::LOCK_SH != 0 => libc::F_RDLCK,
            _ if cmd & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(vm.value_error("unrecognized lockf argument")),
        };
        let range = |value: Option<&Value>| value.map_or(Ok(0), |value| to_i64(vm, value));
        let (len, start) = (range(len)?, range(start)?);
        let whence = whence.map_or(Ok(0), |whence| to_i32(vm, whence))?;
        let waits = cmd & libc::LOCK_NB == 0;
        let result = vm.allow_threads(|| ffi::lock(fd, waits, kind, whence, start, len));
        result.map_err(|errno| vm.os_error(errno, None))
    }
}
