//! `_csv`: dialects, the reader and the writer.
//!
//! CPython 3.11: `Modules/_csv.c`.

mod dialect;
mod reader;
mod writer;

use std::cell::{Cell, RefCell};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, PyType};
use vm::types::dict::value::PyDict;

pub use csv_module::DEF;

/// State of the module.
struct Shared {
    error: RefCell<Option<PyRef<PyType>>>,
    dialects: RefCell<Option<PyRef<PyDict>>>,
    field_limit: Cell<i64>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            error: RefCell::new(None),
            dialects: RefCell::new(None),
            field_limit: Cell::new(128 * 1024),
        }
    }
}

fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
    let shared = vm.state.get::<Shared>();
    if let Some(class) = &*shared.error.borrow() {
        return Ok(class.clone());
    }
    let class = crate::support::exception_class(vm, "_csv", "Error", ExcKind::Exception)?;
    *shared.error.borrow_mut() = Some(class.clone());
    Ok(class)
}

fn error(vm: &Vm, message: &str) -> PyErr {
    match error_class(vm) {
        Ok(class) => crate::support::raise(vm, &class, message),
        Err(error) => error,
    }
}

fn dialects(vm: &Vm) -> PyRef<PyDict> {
    let shared = vm.state.get::<Shared>();
    let mut known = shared.dialects.borrow_mut();
    known.get_or_insert_with(|| PyDict::new(vm)).clone()
}

/// CSV parsing and writing.
#[derive::pymodule(name = "_csv", types(super::dialect::PyDialect))]
mod csv_module {
    use super::dialect::PyDialect;
    use super::reader::PyReader;
    use super::writer::PyWriter;
    use super::{Shared, dialects, error, error_class};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, PyRef, PyType, Value};
    use vm::protocol::convert_int::to_i64;
    use vm::types::str::value::PyStr;

    #[pyattr]
    const QUOTE_MINIMAL: i32 = 0;
    #[pyattr]
    const QUOTE_ALL: i32 = 1;
    #[pyattr]
    const QUOTE_NONNUMERIC: i32 = 2;
    #[pyattr]
    const QUOTE_NONE: i32 = 3;

    #[pyattr]
    fn __version__(vm: &Vm) -> Value {
        vm.new_str("1.0")
    }

    #[pyattr]
    fn _dialects(vm: &Vm) -> Value {
        dialects(vm).into_value()
    }

    #[pyattr(name = "Error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    /// reader(iterable [, dialect='excel'] [optional keyword args]) -> an iterator of the rows
    #[pyfunction]
    fn reader(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [lines, dialect @ ..] = args.positional() else {
            return Err(vm.type_error("expected at least 1 argument, got 0"));
        };
        let dialect = PyDialect::from_args(vm, dialect.first(), &args)?;
        let lines = vm::protocol::iter::get_iter(vm, lines)
            .map_err(|_| vm.type_error("argument 1 must be an iterator"))?;
        Ok(PyRef::new(vm, PyReader::over(lines, dialect)).into_value())
    }

    /// writer(fileobj [, dialect='excel'] [optional keyword args]) -> an object that writes rows
    #[pyfunction]
    fn writer(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [file, dialect @ ..] = args.positional() else {
            return Err(vm.type_error("expected at least 1 argument, got 0"));
        };
        let dialect = PyDialect::from_args(vm, dialect.first(), &args)?;
        let write = vm::protocol::attr::get_opt(vm, file, &vm.intern_str("write"))?;
        match write.filter(|write| vm::protocol::call::is_callable(vm, write)) {
            Some(write) => Ok(PyRef::new(vm, PyWriter::over(write, dialect)).into_value()),
            None => Err(vm.type_error("argument 1 must have a \"write\" method")),
        }
    }

    /// register_dialect(name[, dialect[, **fmtparams]]): keep a dialect under a name.
    #[pyfunction]
    fn register_dialect(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let [name, dialect @ ..] = args.positional() else {
            return Err(vm.type_error("register_dialect expected at least 1 argument, got 0"));
        };
        if name.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error("dialect name must be a string"));
        }
        let dialect = PyDialect::from_args(vm, dialect.first(), &args)?;
        dialects(vm).set(vm, name.clone(), dialect.into_value())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[pyfunction(sig = "unregister_dialect($module, /, name)")]
    fn unregister_dialect(vm: &Vm, name: &Value) -> PyResult<()> {
        match dialects(vm).pop(vm, name)? {
            Some(_) => Ok(()),
            None => Err(error(vm, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[pyfunction(sig = "get_dialect($module, /, name)")]
    fn get_dialect(vm: &Vm, name: &Value) -> PyResult<Value> {
        let found = dialects(vm).get(vm, name)?;
        found.ok_or_else(|| error(vm, "unknown dialect"))
    }

    /// Return a list of all known dialect names.
    #[pyfunction(sig = "list_dialects($module, /)")]
    fn list_dialects(vm: &Vm) -> Value {
        vm.new_list(dialects(vm).keys())
    }

    /// Sets an upper limit on parsed fields; the old limit.
    #[pyfunction(sig = "field_size_limit($module, /, new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &Vm, new_limit: Option<&Value>) -> PyResult<i64> {
        let shared = vm.state.get::<Shared>();
        let old = shared.field_limit.get();
        if let Some(limit) = new_limit {
            if limit.as_int().is_none() {
                return Err(vm.type_error("limit must be an integer"));
            }
            shared.field_limit.set(to_i64(vm, limit)?);
        }
        Ok(old)
    }
}
