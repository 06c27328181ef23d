//! `_typing`.
//!
//! CPython 3.11: `Modules/_typingmodule.c`.

pub use typing_module::DEF;

/// Primitives and accelerators for the typing module.
#[derive::pymodule(name = "_typing")]
mod typing_module {
    use vm::object::Value;

    /// What `typing` uses to mark its own functions.
    #[pyfunction(sig = "_idfunc($module, x, /)")]
    fn _idfunc(x: &Value) -> Value {
        x.clone()
    }
}
