//! `_posixshmem`: shared memory objects of the system, by name.
//!
//! CPython 3.11: `Modules/_multiprocessing/posixshmem.c`.

pub use posixshmem_module::DEF;

/// POSIX shared memory module
#[derive::pymodule(name = "_posixshmem", needs_os)]
mod posixshmem_module {
    use crate::ffi;
    use std::ffi::CString;
    use vm::context::{PyResult, Vm};
    use vm::object::{Py, Value};
    use vm::protocol::fs::fs_encode;
    use vm::types::str::value::PyStr;

    fn c_path(vm: &Vm, path: &Py<PyStr>) -> PyResult<CString> {
        CString::new(fs_encode(path)).map_err(|_| vm.value_error("embedded null character"))
    }

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[pyfunction(sig = "shm_open($module, /, path, flags, mode=511)")]
    fn shm_open(vm: &Vm, path: &Py<PyStr>, flags: i32, mode: u32) -> PyResult<i64> {
        let name = c_path(vm, path)?;
        loop {
            match ffi::shm_open(&name, flags, mode) {
                Ok(fd) => return Ok(fd.into()),
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                Err(errno) => return Err(vm.os_error(errno, Some(&path.to_value()))),
            }
        }
    }

    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes  have  unmapped
    /// the object, de-allocates and destroys the contents of the associated memory
    /// region.
    #[pyfunction(sig = "shm_unlink($module, /, path)")]
    fn shm_unlink(vm: &Vm, path: &Py<PyStr>) -> PyResult<()> {
        match ffi::shm_unlink(&c_path(vm, path)?) {
            Ok(_) => Ok(()),
            Err(errno) => Err(vm.os_error(errno, Some(&path.to_value()))),
        }
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let _ = (vm, module);
        Ok(())
    }
}
