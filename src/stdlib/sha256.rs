//! `_sha256`.
//!
//! CPython 3.11: `Modules/sha256module.c`.

pub use hash_module::DEF;

/// Hash algorithms of this family.
#[derive::pymodule(name = "_sha256")]
mod hash_module {
    use crate::hashes::{State, construct};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};

    /// Return a new sha224 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha224(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha224", 64, State::Fixed(Box::new(::sha2::Sha224::default())), args)
    }

    /// Return a new sha256 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha256(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha256", 64, State::Fixed(Box::new(::sha2::Sha256::default())), args)
    }
}
