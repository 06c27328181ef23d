//! `resource`: what processes use and may use.
//!
//! CPython 3.11: `Modules/resource.c`.

mod ffi;

pub use resource_module::DEF;

vm::structseq! {
    /// `resource.struct_rusage`
    pub static STRUCT_RUSAGE: "resource.struct_rusage",
    doc: "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    visible: 16, flags: 0,
    fields: [
        ("ru_utime", "user time used"), ("ru_stime", "system time used"), ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"), ("ru_idrss", "unshared data size"), ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"), ("ru_majflt", "page faults requiring I/O"), ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"), ("ru_oublock", "block output operations"), ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"), ("ru_nsignals", "signals received"), ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ]
}

/// The module.
#[derive::pymodule(name = "resource", needs_os)]
pub mod resource_module {
    use super::ffi;
    use vm::context::errors::ExcKind;
    use vm::context::{PyErr, PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::protocol::convert_int::to_i64;
    use vm::protocol::iter;

    fn failed(vm: &Vm, errno: i32) -> PyErr {
        vm.os_error(errno, None)
    }

    /// Return resource usage for 'who'.
    #[pyfunction(sig = "getrusage($module, who, /)")]
    fn getrusage(vm: &Vm, who: i32) -> PyResult<Value> {
        match ffi::getrusage(who) {
            Ok((times, counters)) => {
                let times = times.iter().map(|time| vm.new_float(*time));
                let counters = counters.iter().map(|counter| vm.new_int(*counter));
                Ok(super::STRUCT_RUSAGE.new_value(vm, times.chain(counters).collect()))
            }
            Err(libc::EINVAL) => Err(vm.value_error("invalid who parameter")),
            Err(errno) => Err(failed(vm, errno)),
        }
    }

    fn checked(vm: &Vm, resource: i32) -> PyResult<()> {
        if (0..16).contains(&resource) {
            Ok(())
        } else {
            Err(vm.value_error("invalid resource specified"))
        }
    }

    fn pair(vm: &Vm, (soft, hard): (u64, u64)) -> Value {
        let number = |n: u64| vm.new_int(n as i64);
        vm.new_tuple(vec![number(soft), number(hard)])
    }

    fn limits(vm: &Vm, limits: &Value) -> PyResult<(u64, u64)> {
        let items = iter::to_vec(vm, limits)?;
        let [soft, hard] = items.as_slice() else {
            return Err(vm.value_error("expected a tuple of 2 integers"));
        };
        Ok((to_i64(vm, soft)? as u64, to_i64(vm, hard)? as u64))
    }

    fn set_failed(vm: &Vm, errno: i32) -> PyErr {
        match errno {
            libc::EINVAL => vm.value_error("current limit exceeds maximum limit"),
            libc::EPERM => vm.value_error("not allowed to raise maximum limit"),
            errno => failed(vm, errno),
        }
    }

    #[pyfunction(sig = "getrlimit($module, resource, /)")]
    fn getrlimit(vm: &Vm, resource: i32) -> PyResult<Value> {
        checked(vm, resource)?;
        match ffi::prlimit(0, resource, None) {
            Ok(old) => Ok(pair(vm, old)),
            Err(errno) => Err(failed(vm, errno)),
        }
    }

    #[pyfunction(sig = "setrlimit($module, resource, limits, /)")]
    fn setrlimit(vm: &Vm, resource: i32, new: &Value) -> PyResult<()> {
        checked(vm, resource)?;
        let new = limits(vm, new)?;
        match ffi::prlimit(0, resource, Some(new)) {
            Ok(_) => Ok(()),
            Err(errno) => Err(set_failed(vm, errno)),
        }
    }

    /// prlimit(pid, resource[, limits])
    #[pyfunction(sig = "prlimit($module, pid, resource, limits=<unrepresentable>, /)", no_text_signature)]
    fn prlimit(vm: &Vm, pid: i32, resource: i32, new: Option<&Value>) -> PyResult<Value> {
        checked(vm, resource)?;
        let new = new.filter(|new| !new.is_none()).map(|new| limits(vm, new)).transpose()?;
        match ffi::prlimit(pid, resource, new) {
            Ok(old) => Ok(pair(vm, old)),
            Err(libc::EINVAL) => Err(vm.value_error("current limit exceeds maximum limit")),
            Err(errno) => Err(failed(vm, errno)),
        }
    }

    #[pyfunction(sig = "getpagesize($module, /)")]
    fn getpagesize() -> i64 {
        ffi::page_size()
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let numbers: &[(&str, i64)] = &[
            ("RLIMIT_CPU", 0), ("RLIMIT_FSIZE", 1), ("RLIMIT_DATA", 2), ("RLIMIT_STACK", 3), ("RLIMIT_CORE", 4), ("RLIMIT_RSS", 5),
            ("RLIMIT_NPROC", 6), ("RLIMIT_NOFILE", 7), ("RLIMIT_OFILE", 7), ("RLIMIT_MEMLOCK", 8), ("RLIMIT_AS", 9),
            ("RLIMIT_SIGPENDING", 11), ("RLIMIT_MSGQUEUE", 12), ("RLIMIT_NICE", 13), ("RLIMIT_RTPRIO", 14), ("RLIMIT_RTTIME", 15),
            ("RUSAGE_SELF", 0), ("RUSAGE_CHILDREN", -1), ("RUSAGE_THREAD", 1), ("RLIM_INFINITY", -1),
        ];
        for (name, number) in numbers {
            set(vm, module, name, vm.new_int(*number))?;
        }
        set(vm, module, "struct_rusage", super::STRUCT_RUSAGE.class(vm).to_value())?;
        set(vm, module, "error", vm.exception_class(ExcKind::OSError).into_value())
    }
}
