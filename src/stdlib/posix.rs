//! `posix`: the operating system, as `os` shows it.
//!
//! Files go through the interpreter's host; processes, users and descriptors are the system's own and are refused to an interpreter whose
//! host is not the operating system.
//!
//! CPython 3.11: `Modules/posixmodule.c`.

mod constants;
mod exec;
mod ffi;
mod files;
mod process;
mod process_ffi;
mod scandir;
mod stat;
mod system;

pub use module::DEF;

use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::protocol::convert_int::to_i32;
use vm::protocol::fs::{fs_decode, path_bytes};
use vm::types::bytes::value::PyBytes;

/// A path argument: bytes for the system, or a file descriptor.
pub(crate) enum PathArg {
    /// A path.
    Path(Vec<u8>),
    /// An open file.
    Fd(i32),
}

/// A path or descriptor (`path_converter` with `allow_fd`).
pub(crate) fn path_or_fd(vm: &Vm, value: &Value) -> PyResult<PathArg> {
    match value.as_int().and_then(|n| n.to_i64()) {
        Some(fd) => Ok(PathArg::Fd(fd as i32)),
        None => Ok(PathArg::Path(path_bytes(vm, value)?)),
    }
}

/// A path argument as the system gets it, relative to the directory that `dir_fd` is open on, if it is not None.
pub(crate) fn path_at(vm: &Vm, path: &Value, dir_fd: &Value) -> PyResult<Vec<u8>> {
    placed_at(vm, path_bytes(vm, path)?, path, dir_fd)
}

/// The same for a path whose bytes are known (`dir_fd_converter`).
///
/// The host's calls take paths, so the directory is named by its descriptor.
pub(crate) fn placed_at(vm: &Vm, bytes: Vec<u8>, path: &Value, dir_fd: &Value) -> PyResult<Vec<u8>> {
    if dir_fd.is_none() {
        return Ok(bytes);
    }
    if dir_fd.as_int().is_none() {
        let message = format!(
            "argument should be integer or None, not {}",
            dir_fd.class(vm).tp_name()
        );
        return Err(vm.type_error(message));
    }
    let fd = to_i32(vm, dir_fd)?;
    if bytes.first() == Some(&b'/') {
        return Ok(bytes);
    }
    require_os(vm)?;
    let is_directory = vm.host().fstat(fd).map_err(|errno| failed(vm, errno, path))?.mode & libc::S_IFMT == libc::S_IFDIR;
    if !is_directory {
        return Err(failed(vm, libc::ENOTDIR, path));
    }
    if bytes.is_empty() {
        return Err(failed(vm, libc::ENOENT, path));
    }
    Ok([format!("/proc/self/fd/{fd}/").as_bytes(), &bytes].concat())
}

/// A path at a directory, or a descriptor, which has none.
pub(crate) fn path_or_fd_at(vm: &Vm, function: &str, path: &Value, dir_fd: &Value) -> PyResult<PathArg> {
    match path_or_fd(vm, path)? {
        PathArg::Path(bytes) => Ok(PathArg::Path(placed_at(vm, bytes, path, dir_fd)?)),
        PathArg::Fd(_) if !dir_fd.is_none() => {
            let message = format!("{function}: can't specify dir_fd without matching path");
            Err(vm.value_error(message))
        }
        fd => Ok(fd),
    }
}

/// The OSError of a call that failed, with the path as the program gave it.
pub(crate) fn failed(vm: &Vm, errno: i32, path: &Value) -> PyErr {
    vm.os_error(errno, Some(path))
}

/// A result in the form the argument had: str or bytes.
pub(crate) fn like(vm: &Vm, model: &Value, bytes: &[u8]) -> Value {
    if model.downcast_ref::<PyBytes>().is_some() {
        vm.new_bytes(bytes)
    } else {
        fs_decode(vm, bytes).into_value()
    }
}

/// Refuses what only the operating system itself can do.
pub(crate) fn require_os(vm: &Vm) -> PyResult<()> {
    if vm.host().has_os() {
        Ok(())
    } else {
        Err(vm.os_error(1, None))
    }
}

/// The module.
#[derive::pymodule(
    name = "posix",
    types(super::scandir::DirEntry, super::scandir::ScandirIterator),
    parts(super::files::part, super::process::part, super::stat::part, super::scandir::part, super::system::part)
)]
pub mod module {
    //! This module provides access to operating system functionality that is
    //! standardized by the C Standard and the POSIX standard (a thinly
    //! disguised Unix interface).  Refer to the library manual and
    //! corresponding Unix manual entries for more information on calls.
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::protocol::convert::set_module_attribute as set;
    use vm::object::Value;
    use vm::types::dict::value::PyDict;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in super::constants::CONSTANTS.iter().chain(super::constants::EXIT_CODES).chain(super::constants::MORE) {
            set(vm, module, name, vm.new_int(*number))?;
        }
        let names = PyDict::new(vm);
        for (name, number) in super::constants::SYSCONF_NAMES {
            names.set_str(vm, &vm.intern_str(name), vm.new_int((*number).into()));
        }
        set(vm, module, "sysconf_names", names.into_value())?;
        set(vm, module, "waitid_result", super::stat::WAITID_RESULT.class(vm).to_value())?;
        let environ = PyDict::new(vm);
        for (name, value) in vm.host().environ() {
            environ.set(vm, vm.new_bytes(&name), vm.new_bytes(&value))?;
        }
        set(vm, module, "environ", environ.into_value())?;
        set(vm, module, "error", vm.exception_class(ExcKind::OSError).into_value())?;
        let have = ["HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FTRUNCATE", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_UTIMENSAT"];
        let have = have.iter().map(|name| vm.new_str(name)).collect();
        set(vm, module, "_have_functions", vm.new_list(have))?;
        let stat = super::stat::STAT_RESULT.class(vm).to_value();
        set(vm, module, "stat_result", stat)?;
        set(vm, module, "terminal_size", super::stat::TERMINAL_SIZE.class(vm).to_value())?;
        set(vm, module, "uname_result", super::stat::UNAME_RESULT.class(vm).to_value())?;
        set(vm, module, "times_result", super::stat::TIMES_RESULT.class(vm).to_value())?;
        set(vm, module, "sched_param", super::stat::SCHED_PARAM.class(vm).to_value())?;
        set(vm, module, "statvfs_result", super::stat::STATVFS_RESULT.class(vm).to_value())
    }
}
