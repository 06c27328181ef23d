//! `_sha512`.
//!
//! CPython 3.11: `Modules/sha512module.c`.

pub use hash_module::DEF;

/// Hash algorithms of this family.
#[derive::pymodule(name = "_sha512")]
mod hash_module {
    use crate::hashes::{State, construct};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};

    /// Return a new sha384 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha384(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha384", 128, State::Fixed(Box::new(::sha2::Sha384::default())), args)
    }

    /// Return a new sha512 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha512(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha512", 128, State::Fixed(Box::new(::sha2::Sha512::default())), args)
    }
}
