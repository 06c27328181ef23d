//! Entering the loop from native code.
//!
//! CPython 3.11: `_PyEval_Vector`, `PyEval_EvalCode` in `Python/ceval.c`.

use super::call_py;
use super::dispatch;
use super::frame::{self, Frame, Return};
use super::ops::names::dict_lookup;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyRef, Value};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::module::PyModule;
use crate::types::tuple::value::PyTuple;

/// Calls a Python function from native code.
pub fn call_function(vm: &Vm, function: &Value, args: Args<'_>) -> PyResult<Value> {
    let Some(function) = function.downcast_ref::<PyFunction>() else {
        return Err(vm.type_error("a function was expected"));
    };
    let frame = call_py::bound_frame(
        vm,
        vm.thread(),
        function.to_ref(),
        args.all_values(),
        args.kwnames(),
        Return::Exit,
    )?;
    run_new_frame(vm, frame)
}

fn run_new_frame(vm: &Vm, frame: *mut Frame) -> PyResult<Value> {
    let thread = vm.thread();
    // SAFETY: the frame is the last of the data stack and complete.
    unsafe {
        if let Err(error) = vm.check_native_stack("") {
            frame::pop_frame(thread, frame);
            frame::leave_call(thread);
            return Err(error);
        }
        (*frame).previous = thread.frame.get().cast_mut().cast();
    }
    thread.frame.set(frame.cast_const().cast());
    dispatch::run(vm, thread, frame, None)
}

/// Resumes a generator's frame from native code, with a value sent or an exception thrown.
///
/// # Safety
/// `frame` must come from `start_resume` with `Return::Exit`.
pub unsafe fn run_generator(
    vm: &Vm,
    frame: *mut Frame,
    sent: Result<Value, PyErr>,
) -> PyResult<Value> {
    let thread = vm.thread();
    let entered = vm
        .check_native_stack("")
        .and_then(|()| frame::enter_call(vm, thread));
    if let Err(error) = entered {
        // SAFETY: the frame did not run.
        unsafe { super::resume::cancel_resume(thread, frame) };
        return Err(error);
    }
    // SAFETY: a suspended generator's frame is complete and has room for the value sent.
    let raised = unsafe {
        (*frame).previous = thread.frame.get().cast_mut().cast();
        match sent {
            Ok(value) => {
                let top = (*frame).stacktop;
                (*frame).locals().add(top as usize).write(value);
                (*frame).stacktop = top + 1;
                None
            }
            Err(error) => Some(error),
        }
    };
    thread.frame.set(frame.cast_const().cast());
    dispatch::run(vm, thread, frame, raised)
}

/// Runs module, class or function code with these namespaces (`exec`, `eval`, class bodies).
pub fn eval_code(
    vm: &Vm,
    code: PyRef<PyCode>,
    globals: PyRef<PyDict>,
    locals: Option<Value>,
    closure: Option<PyRef<PyTuple>>,
) -> PyResult<Value> {
    let builtins = builtins_of(vm, &globals)?;
    let function = call_py::make_function(vm, code, globals, builtins, closure);
    let frame = call_py::bound_frame(vm, vm.thread(), function, &[], None, Return::Exit)?;
    // SAFETY: the frame is complete and not running yet.
    unsafe {
        let optimized = (&*frame).code.flags & bytecode::CodeFlags::OPTIMIZED != 0;
        if !optimized {
            (*frame).locals_mapping =
                locals.unwrap_or_else(|| (&*frame).function.globals.to_value());
        }
    }
    run_new_frame(vm, frame)
}

/// Runs a class body's function with the namespace that `__prepare__` gave.
pub fn eval_class_body(vm: &Vm, function: &Py<PyFunction>, namespace: &Value) -> PyResult<Value> {
    let frame = call_py::bound_frame(vm, vm.thread(), function.to_ref(), &[], None, Return::Exit)?;
    // SAFETY: the frame is complete and not running yet.
    unsafe { (*frame).locals_mapping = namespace.clone() };
    run_new_frame(vm, frame)
}

/// The builtins namespace for globals: `__builtins__` in them, else the interpreter's (`_PyEval_BuiltinsFromGlobals`).
pub fn builtins_of(vm: &Vm, globals: &Py<PyDict>) -> PyResult<PyRef<PyDict>> {
    if let Some(builtins) = dict_lookup(vm, globals, &vm.names.__builtins__)? {
        if let Some(module) = builtins.downcast_ref::<PyModule>() {
            return Ok(module.dict(vm));
        }
        if let Ok(dict) = builtins.downcast::<PyDict>() {
            return Ok(dict);
        }
    }
    vm.builtins
        .get()
        .ok_or_else(|| vm.system_error("the interpreter has no builtins"))
}

/// Installs the loop's functions into the hooks.
pub fn install(vm: &Vm) {
    vm.hooks.call_function.set(call_function);
    vm.hooks
        .resume_generator
        .set(super::resume::resume_generator);
}
