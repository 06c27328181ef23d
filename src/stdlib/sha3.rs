//! `_sha3`.
//!
//! CPython 3.11: `Modules/_sha3/sha3module.c`.

pub use hash_module::DEF;

/// Hash algorithms of this family.
#[derive::pymodule(name = "_sha3")]
mod hash_module {
    use crate::hashes::{State, construct};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};

    /// Return a new sha3_224 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha3_224(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha3_224", 144, State::Fixed(Box::new(::sha3::Sha3_224::default())), args)
    }

    /// Return a new sha3_256 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha3_256(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha3_256", 136, State::Fixed(Box::new(::sha3::Sha3_256::default())), args)
    }

    /// Return a new sha3_384 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha3_384(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha3_384", 104, State::Fixed(Box::new(::sha3::Sha3_384::default())), args)
    }

    /// Return a new sha3_512 hash object; optionally initialized with a string.
    #[pyfunction]
    fn sha3_512(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "sha3_512", 72, State::Fixed(Box::new(::sha3::Sha3_512::default())), args)
    }

    /// Return a new shake_128 hash object; optionally initialized with a string.
    #[pyfunction]
    fn shake_128(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "shake_128", 168, State::Shake128(::sha3::Shake128::default()), args)
    }

    /// Return a new shake_256 hash object; optionally initialized with a string.
    #[pyfunction]
    fn shake_256(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        construct(vm, "shake_256", 136, State::Shake256(::sha3::Shake256::default()), args)
    }
}
