//! `_sha1`.
//!
//! CPython 3.11: `Modules/sha1module.c`.

pub use hash_module::DEF;

/// Hash algorithms of this family.
#[derive::pymodule(name = "_sha1")]
mod hash_module {
    use crate::hashes::{State, construct};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};

    /// Return a new sha1 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha1(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha1", 64, State::Fixed(Box::new(::sha1::Sha1::default())), args)
    }
}
