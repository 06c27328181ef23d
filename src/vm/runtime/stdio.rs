//! The standard streams of a new interpreter.
//!
//! CPython 3.11: `init_sys_streams` in `Python/pylifecycle.c`.

use crate::context::Vm;
use crate::modules::sys;
use crate::object::Value;

/// Whether a file descriptor is open.
fn is_open(vm: &Vm, fd: i32) -> bool {
    vm.host().fstat(fd).is_ok()
}

/// Sets `sys.stdin` and its kin; None for those that are closed.
pub fn add_streams(vm: &Vm) {
    for (fd, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        let fd = fd as i32;
        let stream = if is_open(vm, fd) {
            sys::stream::PyStdStream::new(vm, fd).into_value()
        } else {
            Value::None
        };
        sys::set(vm, name, stream.clone());
        sys::set(vm, &format!("__{name}__"), stream);
    }
}
