//! `pwd`: the table of users.
//!
//! CPython 3.11: `Modules/pwdmodule.c`.

pub mod ffi;

pub use pwd_module::DEF;

vm::structseq! {
    /// `pwd.struct_passwd`
    pub static STRUCT_PASSWD: "pwd.struct_passwd",
    doc: "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
    visible: 7, flags: 0,
    fields: [
        ("pw_name", "user name"), ("pw_passwd", "password"), ("pw_uid", "user id"), ("pw_gid", "group id"), ("pw_gecos", "real name"),
        ("pw_dir", "home directory"), ("pw_shell", "shell program"),
    ]
}

/// The module.
#[derive::pymodule(name = "pwd", needs_os)]
pub mod pwd_module {
    //! This module provides access to the Unix password database.
    //! It is available on all Unix versions.
    //!
    //! Password database entries are reported as 7-tuples containing the following
    //! items from the password database (see `<pwd.h>'), in order:
    //! pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
    //! The uid and gid items are integers, all others are strings. An
    //! exception is raised if the entry asked for cannot be found.
    use super::ffi::{self, User};
    use std::ffi::CString;
    use vm::context::errors::ExcKind;
    use vm::context::{PyErr, PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::protocol::convert_int::to_i64;
    use vm::protocol::fs::{fs_decode, path_bytes};
    use vm::protocol::repr;

    fn entry(vm: &Vm, user: &User) -> Value {
        let text = |bytes: &[u8]| fs_decode(vm, bytes).into_value();
        // An id of -1 stands for none.
        let id = |id: u32| vm.new_int(if id == u32::MAX { -1 } else { i64::from(id) });
        let fields = vec![
            text(&user.name),
            text(&user.password),
            id(user.uid),
            id(user.gid),
            text(&user.gecos),
            text(&user.home),
            text(&user.shell),
        ];
        super::STRUCT_PASSWD.new_value(vm, fields)
    }

    fn not_found(vm: &Vm, text: String) -> PyErr {
        vm.new_exception(ExcKind::KeyError, vm.new_str(&text))
    }

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[pyfunction(sig = "getpwuid($module, uidobj, /)")]
    fn getpwuid(vm: &Vm, uidobj: &Value) -> PyResult<Value> {
        if !vm::protocol::number::is_index(vm, uidobj) {
            let class = uidobj.class(vm).name_str();
            return Err(vm.type_error(format!("uid should be integer, not {class}")));
        }
        let missing = || -> PyResult<PyErr> {
            let shown = repr::str_text(vm, uidobj)?;
            Ok(not_found(vm, format!("getpwuid(): uid not found: {shown}")))
        };
        let uid = match to_i64(vm, uidobj) {
            Ok(-1) => u32::MAX,
            Ok(uid @ 0..=0xffff_ffff) => uid as u32,
            _ => return Err(missing()?),
        };
        match vm.allow_threads(|| ffi::by_uid(uid)) {
            Some(user) => Ok(entry(vm, &user)),
            None => Err(missing()?),
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[pyfunction(sig = "getpwnam($module, name, /)")]
    fn getpwnam(vm: &Vm, name: &Value) -> PyResult<Value> {
        if name.downcast_ref::<vm::types::str::value::PyStr>().is_none() {
            let class = name.class(vm).name_str();
            return Err(vm.type_error(format!("getpwnam() argument must be str, not {class}")));
        }
        let c_name = CString::new(path_bytes(vm, name)?).map_err(|_| vm.value_error("embedded null byte"))?;
        match vm.allow_threads(|| ffi::by_name(&c_name)) {
            Some(user) => Ok(entry(vm, &user)),
            None => {
                let shown = repr::repr_text(vm, name)?;
                Err(not_found(vm, format!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[pyfunction(sig = "getpwall($module, /)")]
    fn getpwall(vm: &Vm) -> Value {
        vm.new_list(ffi::all().iter().map(|user| entry(vm, user)).collect())
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        set(vm, module, "struct_passwd", super::STRUCT_PASSWD.class(vm).to_value())
    }
}
