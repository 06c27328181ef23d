//! `fcntl`: file control with numbers; structures are not passed.
//!
//! CPython 3.11: `Modules/fcntlmodule.c`.

pub use fcntl_module::DEF;

/// This module performs file control and I/O control on file descriptors.
#[derive::pymodule(name = "fcntl", needs_os)]
mod fcntl_module {
    use crate::ffi;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::protocol::convert_int::{to_i32, to_i64};
    use vm::protocol::{attr, call};

    macro_rules! numbers {
        ($($name:ident)*) => { const NUMBERS: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*]; };
    }

    numbers! {
        LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL FD_CLOEXEC F_GETPIPE_SZ
        F_SETPIPE_SZ F_GETOWN F_SETOWN
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int((*number).into()))?;
        }
        Ok(())
    }

    fn descriptor(vm: &Vm, value: &Value) -> PyResult<i32> {
        if value.as_int().is_some() {
            return to_i32(vm, value);
        }
        let fileno = attr::get_opt(vm, value, &vm.intern_str("fileno"))?.ok_or_else(|| {
            vm.type_error("argument must be an int, or have a fileno() method.")
        })?;
        to_i32(vm, &call::call0(vm, &fileno)?)
    }

    /// Perform the operation `cmd` on file descriptor fd.
    #[pyfunction(sig = "fcntl($module, fd, cmd, arg=0, /)")]
    fn fcntl(vm: &Vm, fd: &Value, cmd: i32, arg: Option<&Value>) -> PyResult<i32> {
        let fd = descriptor(vm, fd)?;
        let argument = arg.map_or(Ok(0), |arg| {
            if arg.as_int().is_none() {
                return Err(vm.unfinished("fcntl.fcntl with a structure"));
            }
            to_i64(vm, arg)
        })?;
        if NUMBERS[4..].iter().all(|(_, known)| *known != cmd) {
            return Err(vm.unfinished("fcntl.fcntl with this command"));
        }
        ffi::fcntl(fd, cmd, argument).map_err(|errno| vm.os_error(errno, None))
    }

    /// Perform the lock operation `operation` on file descriptor `fd`.
    #[pyfunction(sig = "flock($module, fd, operation, /)")]
    fn flock(vm: &Vm, fd: &Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let result = ffi::flock(fd, operation);
        result.map(|_| ()).map_err(|errno| vm.os_error(errno, None))
    }
}
