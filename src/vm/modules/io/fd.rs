//! Reading and writing file descriptors through the host, interrupted calls made again.
//!
//! CPython 3.11: `_Py_read`, `_Py_write` in `Python/fileutils.c`.

use crate::context::host::{Host, HostResult, errno};
use crate::context::{PyErr, PyResult, Vm};

/// More than this is not asked for in one call (`_PY_READ_MAX`).
const MAX: usize = 0x7fff_f000;

/// What a system call on a stream gave: how many bytes, or that it would have blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// So many bytes.
    Bytes(usize),
    /// None could be moved without waiting.
    WouldBlock,
}

/// Other threads run while the call waits.
fn repeated(
    vm: &Vm,
    mut call: impl FnMut(&dyn Host) -> HostResult<usize> + Send,
) -> PyResult<Moved> {
    loop {
        match vm.blocking(&mut call) {
            Ok(count) => return Ok(Moved::Bytes(count)),
            Err(errno::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
            Err(errno::EAGAIN) => return Ok(Moved::WouldBlock),
            Err(error) => return Err(failed(vm, error)),
        }
    }
}

/// The OSError of an error number.
#[cold]
pub fn failed(vm: &Vm, errno: i32) -> PyErr {
    vm.os_error(errno, None)
}

/// Reads into memory.
pub fn read(vm: &Vm, fd: i32, place: &mut [u8]) -> PyResult<Moved> {
    let len = place.len().min(MAX);
    repeated(vm, |host| host.read(fd, &mut place[..len]))
}

/// Writes from memory.
pub fn write(vm: &Vm, fd: i32, bytes: &[u8]) -> PyResult<Moved> {
    let bytes = &bytes[..bytes.len().min(MAX)];
    repeated(vm, |host| host.write(fd, bytes))
}
