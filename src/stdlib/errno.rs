//! `errno`: numbers of system errors.
//!
//! CPython 3.11: `Modules/errnomodule.c`.

pub use errno_module::DEF;

macro_rules! numbers {
    ($($name:ident)*) => {
        &[$((stringify!($name), libc::$name)),*]
    };
}

const NUMBERS: &[(&str, i32)] = numbers! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR
    EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS
    ENOTEMPTY ELOOP ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT
    EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW
    ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE
    EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
    ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN
    EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY
    EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL ENOTSUP EDEADLOCK EWOULDBLOCK
};

/// The module.
#[derive::pymodule(name = "errno")]
pub mod errno_module {
    //! This module makes available standard errno system symbols.
    //!
    //! The value of each symbol is the corresponding integer value,
    //! e.g., on most systems, errno.ENOENT equals the integer 2.
    //!
    //! The dictionary errno.errorcode maps numeric codes to symbol names,
    //! e.g., errno.errorcode[2] could be the string 'ENOENT'.
    //!
    //! Symbols that are not relevant to the underlying system are not defined.
    //!
    //! To map error codes to error messages, use the function os.strerror(),
    //! e.g. os.strerror(2) could return 'No such file or directory'.
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::types::dict::value::PyDict;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let codes = PyDict::new(vm);
        for (name, number) in super::NUMBERS {
            let number = vm.new_int((*number).into());
            set(vm, module, name, number.clone())?;
            if !matches!(*name, "ENOTSUP" | "EDEADLOCK" | "EWOULDBLOCK") {
                codes.set(vm, number, vm.new_str(name))?;
            }
        }
        set(vm, module, "errorcode", codes.into_value())
    }
}
