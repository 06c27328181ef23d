//! The only calls from a lower layer into a higher one, besides type slots. Each says who sets it.

use super::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyRef, PyType, TypeDef, Value};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use num_bigint::BigInt;
use std::cell::Cell;

/// Functions of higher layers.
pub struct Hooks {
    /// Makes the bare type object of a native type. Set by `types::type_::ready`.
    pub make_native_type: Cell<fn(&Vm, &'static TypeDef) -> PyRef<PyType>>,
    /// Fills the type object made before. Set by `types::type_::ready`.
    pub ready_native_type: Cell<fn(&Vm, &'static TypeDef)>,
    /// Makes the namespace of a native type, when it is first looked into. Set by `types::type_::ready`.
    pub fill_native_type: Cell<fn(&Vm, &Py<PyType>)>,
    /// Whether the namespace of a native type that has not been made may have a name. Set by `types::type_::ready`.
    pub native_type_may_have: Cell<fn(&Vm, &Py<PyType>, &Py<PyStr>) -> bool>,
    /// `a == b` as a truth value, identity first. Set by `protocol::compare`.
    pub eq: Cell<fn(&Vm, &Value, &Value) -> PyResult<bool>>,
    /// An int outside the in-place range. Set by `types::int`.
    pub new_big_int: Cell<fn(&Vm, BigInt) -> Value>,
    /// Reports an exception that cannot be raised (`sys.unraisablehook`). Set by `modules::sys`.
    pub unraisable: Cell<fn(&Vm, PyErr, &Value)>,
    /// The same with a message in the place of "Exception ignored in". Set by `runtime::unraisable`.
    pub unraisable_with_message: Cell<fn(&Vm, PyErr, &str, &Value)>,
    /// An exception of a builtin class with a message. Set by `types::exceptions`.
    pub new_exception: Cell<fn(&Vm, super::errors::ExcKind, Value) -> PyErr>,
    /// Calls a Python function. Set by `interp`.
    pub call_function: Cell<fn(&Vm, &Value, Args<'_>) -> PyResult<Value>>,
    /// The globals of the innermost Python frame. Set by `interp`.
    pub frame_globals: Cell<fn(&Vm) -> Option<PyRef<PyDict>>>,
    /// What `super()` without arguments means in the innermost Python frame: its `__class__` cell's content and first argument. Set by
    /// `interp`, which raises the RuntimeErrors of `super_init_without_args`.
    pub super_arguments: Cell<fn(&Vm) -> PyResult<(Value, Value)>>,
    /// Sends a value into a generator, coroutine or async generator (its frame); `Value::NULL` starts it. Set by `interp`.
    pub resume_generator:
        Cell<fn(&Vm, &Value, super::thread::Resume) -> PyResult<crate::object::SendResult>>,
    /// Compiles source text. Set by `runtime::compile`.
    pub compile: Cell<fn(&Vm, &super::thread::CompileRequest<'_>) -> PyResult<Value>>,
    /// `__import__(name, globals, locals, fromlist, level)`. Set by `import`.
    pub import_name: Cell<fn(&Vm, &Value, &Value, &Value, &Value, i32) -> PyResult<Value>>,
    /// Runs a collection of a generation and gives the number of unreachable objects. Set by `gc`.
    pub collect: Cell<fn(&Vm, usize) -> usize>,
    /// Calls the Python handlers of signals that arrived. Set by `modules::signal`.
    pub handle_signals: Cell<fn(&Vm) -> PyResult<()>>,
    /// Runs calls that other threads asked for. Set by `runtime`.
    pub pending_calls: Cell<fn(&Vm) -> PyResult<()>>,
    /// Runs the collection that is due. Set by `gc`.
    pub collect_due: Cell<fn(&Vm)>,
}
