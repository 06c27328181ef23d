//! `mmap`: files and anonymous memory as mutable bytes.
//!
//! A file that is cut while it is mapped leaves pages that cannot be read, as in CPython.
//!
//! CPython 3.11: `Modules/mmapmodule.c`.

mod ffi;
mod object;
mod slots;

pub use mmap_module::DEF;

#[derive::pymodule(name = "mmap", needs_os, types(super::object::PyMmap))]
mod mmap_module {
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{PyRef, PyType, Value};

    const NUMBERS: &[(&str, i32)] = &[
        ("PROT_EXEC", libc::PROT_EXEC),
        ("PROT_READ", libc::PROT_READ),
        ("PROT_WRITE", libc::PROT_WRITE),
        ("MAP_SHARED", libc::MAP_SHARED),
        ("MAP_PRIVATE", libc::MAP_PRIVATE),
        ("MAP_DENYWRITE", libc::MAP_DENYWRITE),
        ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE),
        ("MAP_ANON", libc::MAP_ANON),
        ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
        ("MAP_POPULATE", libc::MAP_POPULATE),
        ("MAP_STACK", libc::MAP_STACK),
        ("ACCESS_DEFAULT", super::object::ACCESS_DEFAULT),
        ("ACCESS_READ", super::object::ACCESS_READ),
        ("ACCESS_WRITE", super::object::ACCESS_WRITE),
        ("ACCESS_COPY", super::object::ACCESS_COPY),
        ("MADV_NORMAL", libc::MADV_NORMAL),
        ("MADV_RANDOM", libc::MADV_RANDOM),
        ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
        ("MADV_WILLNEED", libc::MADV_WILLNEED),
        ("MADV_DONTNEED", libc::MADV_DONTNEED),
        ("MADV_REMOVE", libc::MADV_REMOVE),
        ("MADV_DONTFORK", libc::MADV_DONTFORK),
        ("MADV_DOFORK", libc::MADV_DOFORK),
        ("MADV_HWPOISON", libc::MADV_HWPOISON),
        ("MADV_MERGEABLE", libc::MADV_MERGEABLE),
        ("MADV_UNMERGEABLE", libc::MADV_UNMERGEABLE),
        ("MADV_HUGEPAGE", libc::MADV_HUGEPAGE),
        ("MADV_NOHUGEPAGE", libc::MADV_NOHUGEPAGE),
        ("MADV_DONTDUMP", libc::MADV_DONTDUMP),
        ("MADV_DODUMP", libc::MADV_DODUMP),
        ("MADV_FREE", libc::MADV_FREE),
    ];

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int((*number).into()))?;
        }
        let page = vm.new_usize(super::ffi::page_size());
        set(vm, module, "PAGESIZE", page.clone())?;
        set(vm, module, "ALLOCATIONGRANULARITY", page)
    }

    #[pyattr(name = "error")]
    fn error(vm: &Vm) -> PyRef<PyType> {
        vm.exception_class(vm::context::errors::ExcKind::OSError)
    }
}
