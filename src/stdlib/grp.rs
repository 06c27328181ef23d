//! `grp`: the table of groups.
//!
//! CPython 3.11: `Modules/grpmodule.c`.

pub use grp_module::DEF;

vm::structseq! {
    /// `grp.struct_group`
    pub static STRUCT_GROUP: "grp.struct_group",
    doc: "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
    visible: 4, flags: 0,
    fields: [("gr_name", "group name"), ("gr_passwd", "password"), ("gr_gid", "group id"), ("gr_mem", "group members")]
}

/// The module.
#[derive::pymodule(name = "grp", needs_os)]
pub mod grp_module {
    //! Access to the Unix group database.
    //!
    //! Group entries are reported as 4-tuples containing the following fields
    //! from the group database, in order:
    //!
    //!   name   - name of the group
    //!   passwd - group password (encrypted); often empty
    //!   gid    - numeric ID of the group
    //!   mem    - list of members
    //!
    //! The gid is an integer, name and password are strings.  (Note that most
    //! users are not explicitly listed as members of the groups they are in
    //! according to the password database.  Check both databases to get
    //! complete membership information.)
    use crate::pwd::ffi::{self, Group};
    use std::ffi::CString;
    use vm::context::errors::ExcKind;
    use vm::context::{PyErr, PyResult, Vm};
    use vm::import::util::set;
    use vm::object::Value;
    use vm::protocol::convert_int::to_i64;
    use vm::protocol::fs::{fs_decode, path_bytes};
    use vm::protocol::repr;

    fn entry(vm: &Vm, group: &Group) -> Value {
        let text = |bytes: &[u8]| fs_decode(vm, bytes).into_value();
        let members = group.members.iter().map(|member| text(member)).collect();
        let fields = vec![
            text(&group.name),
            text(&group.password),
            vm.new_int(if group.gid == u32::MAX { -1 } else { i64::from(group.gid) }),
            vm.new_list(members),
        ];
        super::STRUCT_GROUP.new_value(vm, fields)
    }

    fn not_found(vm: &Vm, text: String) -> PyErr {
        vm.new_exception(ExcKind::KeyError, vm.new_str(&text))
    }

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[pyfunction(sig = "getgrgid($module, /, id)")]
    fn getgrgid(vm: &Vm, id: &Value) -> PyResult<Value> {
        if !vm::protocol::number::is_index(vm, id) {
            let class = id.class(vm).name_str();
            return Err(vm.type_error(format!("gid should be integer, not {class}")));
        }
        let missing = || -> PyResult<PyErr> {
            let shown = repr::str_text(vm, id)?;
            Ok(not_found(vm, format!("getgrgid(): gid not found: {shown}")))
        };
        let gid = match to_i64(vm, id) {
            Ok(-1) => u32::MAX,
            Ok(gid @ 0..=0xffff_ffff) => gid as u32,
            _ => return Err(missing()?),
        };
        match vm.allow_threads(|| ffi::group_by_id(gid)) {
            Some(group) => Ok(entry(vm, &group)),
            None => Err(missing()?),
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[pyfunction(sig = "getgrnam($module, /, name)")]
    fn getgrnam(vm: &Vm, name: &Value) -> PyResult<Value> {
        if name.downcast_ref::<vm::types::str::value::PyStr>().is_none() {
            let class = name.class(vm).name_str();
            return Err(vm.type_error(format!("getgrnam() argument 'name' must be str, not {class}")));
        }
        let c_name = CString::new(path_bytes(vm, name)?).map_err(|_| vm.value_error("embedded null byte"))?;
        match vm.allow_threads(|| ffi::group_by_name(&c_name)) {
            Some(group) => Ok(entry(vm, &group)),
            None => {
                let shown = repr::repr_text(vm, name)?;
                Err(not_found(vm, format!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[pyfunction(sig = "getgrall($module, /)")]
    fn getgrall(vm: &Vm) -> Value {
        vm.new_list(ffi::all_groups().iter().map(|group| entry(vm, group)).collect())
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        set(vm, module, "struct_group", super::STRUCT_GROUP.class(vm).to_value())
    }
}
