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
    use vm::protocol::convert_int::{to_i32, to_i64};
    use vm::protocol::fs::path_bytes;
    use vm::protocol::{call, iter, truth};
    use vm::runtime::threads;

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
        let number = |place: usize| to_i32(vm, &given[place]);
        let id = |place: usize| -> PyResult<Option<u32>> {
            match given[place].is_none() {
                true => Ok(None),
                false => Ok(Some(to_i64(vm, &given[place])? as u32)),
            }
        };
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
            gid: id(17)?,
            groups: match given[18].is_none() {
                true => None,
                false => {
                    let mut groups = Vec::new();
                    for group in iter::to_vec(vm, &given[18])? {
                        groups.push(to_i64(vm, &group)? as u32);
                    }
                    Some(groups)
                }
            },
            uid: id(19)?,
        };
        let preexec = Some(&given[21]).filter(|function| !function.is_none());
        let prepared = ffi::Prepared::of(&plan);
        let mut failure = 0;
        let pid = threads::fork(vm, preexec.is_some(), || {
            ffi::fork().unwrap_or_else(|errno| {
                failure = errno;
                -1
            })
        })?;
        if pid == 0 {
            ffi::run_child(&plan, &prepared, || {
                preexec.is_none_or(|function| call::call0(vm, function).is_ok())
            });
        }
        if pid < 0 {
            return Err(vm.os_error(failure, None));
        }
        Ok(pid)
    }
}
