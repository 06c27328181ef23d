//! `_posixsubprocess`: forks and runs a program.
//!
//! CPython 3.11: `Modules/_posixsubprocess.c`.

mod ffi;

pub use posixsubprocess_module::DEF;

/// A POSIX helper for the subprocess module.
#[derive::pymodule(name = "_posixsubprocess")]
mod posixsubprocess_module {
    use super::ffi::{self, Plan};
    use std::ffi::CString;
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};
    use vm::protocol::convert_int::to_i32;
    use vm::protocol::fs::path_bytes;
    use vm::protocol::{iter, truth};

    fn c_string(vm: &Vm, value: &Value) -> PyResult<CString> {
        let bytes = path_bytes(vm, value)?;
        CString::new(bytes).map_err(|_| vm.value_error("embedded null byte"))
    }

    fn c_strings(vm: &Vm, values: &Value) -> PyResult<Vec<CString>> {
        let values = iter::to_vec(vm, values)?;
        values.iter().map(|value| c_string(vm, value)).collect()
    }

    /// Spawn a fresh new child process.
    #[pyfunction]
    fn fork_exec(vm: &Vm, args: Args<'_>) -> PyResult<i32> {
        let given = args.positional();
        let wanted = 23;
        if given.len() != wanted {
            return Err(vm.type_error(format!(
                "fork_exec() takes exactly {wanted} arguments ({} given)",
                given.len()
            )));
        }
        if !vm.host().has_os() {
            return Err(vm.os_error(libc::EPERM, None));
        }
        if [17, 18, 19, 21]
            .iter()
            .any(|place| !given[*place].is_none())
        {
            return Err(vm.unfinished("subprocess with user, group or preexec_fn"));
        }
        let number = |place: usize| to_i32(vm, &given[place]);
        let flag = |place: usize| truth::is_true(vm, &given[place]);
        let mut keep = Vec::new();
        for fd in iter::to_vec(vm, &given[3])? {
            keep.push(to_i32(vm, &fd)?);
        }
        keep.sort_unstable();
        let argv = match given[0].is_none() {
            true => Vec::new(),
            false => c_strings(vm, &given[0])?,
        };
        let plan = Plan {
            programs: c_strings(vm, &given[1])?,
            argv,
            env: match given[5].is_none() {
                true => None,
                false => Some(c_strings(vm, &given[5])?),
            },
            cwd: match given[4].is_none() {
                true => None,
                false => Some(c_string(vm, &given[4])?),
            },
            keep,
            stdio: [number(6)?, number(9)?, number(11)?],
            parent_ends: [number(7)?, number(8)?, number(10)?],
            errpipe: number(13)?,
            close_fds: flag(2)?,
            restore_signals: flag(14)?,
            setsid: flag(15)?,
            pgid: number(16)?,
            umask: number(20)?,
        };
        ffi::fork_exec(&plan).map_err(|errno| vm.os_error(errno, None))
    }
}
