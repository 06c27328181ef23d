//! `_md5`.
//!
//! CPython 3.11: `Modules/md5module.c`.

pub use hash_module::DEF;

/// Hash algorithms of this family.
#[derive::pymodule(name = "_md5")]
mod hash_module {
    use crate::hashes::{State, construct};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};

    /// Return a new md5 hash object; optionally initialized with a string.
    #[pyfunction]
    fn md5(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "md5", 64, State::Fixed(Box::new(::md5::Md5::default())), args)
    }
}
