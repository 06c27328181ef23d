//! `atexit`: functions that run when the interpreter ends.
//!
//! CPython 3.11: `Modules/atexitmodule.c`.

use crate::context::Vm;
use crate::object::PyRef;
use crate::object::{Args, Value};
use crate::protocol::call;
use crate::types::tuple::value::PyTuple;
use std::cell::RefCell;

/// A registered call.
struct ExitCall {
    function: Value,
    values: Vec<Value>,
    names: Option<PyRef<PyTuple>>,
}

/// The registered calls, oldest first.
#[derive(Default)]
struct ExitCalls {
    calls: RefCell<Vec<ExitCall>>,
}

/// Runs the registered calls, latest first, and forgets them.
pub fn run(vm: &Vm) {
    let state = vm.state.get::<ExitCalls>();
    loop {
        let next = state.calls.borrow_mut().pop();
        let Some(next) = next else { return };
        let arguments = Args::new(&next.values, next.names.as_deref());
        if let Err(error) = call::call(vm, &next.function, arguments) {
            crate::runtime::unraisable::write_with_message(
                vm,
                error,
                Some("Exception ignored in atexit callback"),
                &next.function,
            );
        }
    }
}

/// The module.
#[derive::pymodule(name = "atexit")]
pub mod module {
    //! allow programmer to define multiple exit functions to be executed
    //! upon normal program termination.
    //!
    //! Two public functions, register and unregister, are defined.
    use super::{ExitCall, ExitCalls};
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, Py, Value};
    use crate::protocol::{call, compare};

    /// register(func, *args, **kwargs) -> func
    ///
    /// Register a function to be called when the interpreter ends.
    #[pyfunction]
    fn register(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [function, ..] = args.positional() else {
            return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
        };
        if !call::is_callable(vm, function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let call = ExitCall {
            function: function.clone(),
            values: args.all_values()[1..].to_vec(),
            names: args.kwnames().map(Py::to_ref),
        };
        vm.state.get::<ExitCalls>().calls.borrow_mut().push(call);
        Ok(function.clone())
    }

    /// unregister(func) -> None
    ///
    /// Forget a function that was registered before.
    #[pyfunction(sig = "unregister(func, /)", no_text_signature)]
    fn unregister(vm: &Vm, func: &Value) -> PyResult<()> {
        let state = vm.state.get::<ExitCalls>();
        let mut index = 0;
        loop {
            let Some(known) = state
                .calls
                .borrow()
                .get(index)
                .map(|call| call.function.clone())
            else {
                return Ok(());
            };
            if compare::eq(vm, &known, func)? {
                let mut calls = state.calls.borrow_mut();
                let gone = if index < calls.len() {
                    Some(calls.remove(index))
                } else {
                    None
                };
                drop(calls);
                drop(gone);
            } else {
                index += 1;
            }
        }
    }

    /// _clear() -> None
    ///
    /// Forget all functions.
    #[pyfunction(sig = "_clear()", no_text_signature)]
    fn _clear(vm: &Vm) {
        let calls = std::mem::take(&mut *vm.state.get::<ExitCalls>().calls.borrow_mut());
        drop(calls);
    }

    /// _run_exitfuncs() -> None
    ///
    /// Run all functions.
    #[pyfunction(sig = "_run_exitfuncs()", no_text_signature)]
    fn _run_exitfuncs(vm: &Vm) {
        super::run(vm);
    }

    /// _ncallbacks() -> int
    ///
    /// The number of functions.
    #[pyfunction(sig = "_ncallbacks()", no_text_signature)]
    fn _ncallbacks(vm: &Vm) -> usize {
        vm.state.get::<ExitCalls>().calls.borrow().len()
    }
}
