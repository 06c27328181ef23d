//! `open`, which hands over to `io`.
//!
//! CPython 3.11: `builtins.open` is `io.open` itself.

/// Functions of this part.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::import::{import_name, util};
    use crate::object::{Args, Value};
    use crate::protocol::call;

    /// Open file and return a stream.  Raise OSError upon failure.
    #[pyfunction]
    fn open(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let io = import_name::import_module(vm, "_io")?;
        call::call(vm, &util::get(vm, &io, "open")?, args)
    }
}
