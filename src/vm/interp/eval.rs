//! Entering the loop from native code.
//!
//! CPython 3.11: `_PyEval_Vector`, `PyEval_EvalCode` in `Python/ceval.c`.

use super::call_py;
use super::dispatch;
use super::frame::{self, Frame, Return};
use super::frame_ownership;
use super::ops::names::dict_lookup;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyRef, PyType, Value};
use crate::types::cell::PyCellObject;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::module::PyModule;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::LocalKind;

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

/// As `run_generator`, sending `None`.
///
/// # Safety
/// As for `run_generator`.
#[inline]
pub unsafe fn next_of_generator(vm: &Vm, frame: *mut Frame) -> PyResult<Value> {
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
    unsafe {
        (*frame).previous = thread.frame.get().cast_mut().cast();
        let top = (*frame).stacktop;
        (*frame).locals().add(top as usize).write(Value::None);
        (*frame).stacktop = top + 1;
    }
    thread.frame.set(frame.cast_const().cast());
    dispatch::run(vm, thread, frame, None)
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

/// The frame object of a call of function code without parameters that never runs, as if it had been called from here.
pub fn frame_of(vm: &Vm, code: PyRef<PyCode>, globals: PyRef<PyDict>) -> PyResult<Value> {
    let builtins = builtins_of(vm, &globals)?;
    let function = call_py::make_function(vm, code, globals, builtins, None);
    let thread = vm.thread();
    let frame = call_py::bound_frame(vm, thread, function, &[], None, Return::Exit)?;
    // SAFETY: the frame is the last of the data stack, its localsplus is initialised and nothing is on its stack; it ends at once, and
    // its contents move into the object.
    unsafe {
        (*frame).previous = thread.frame.get().cast_mut().cast();
        (*frame).complete = true;
        let object = frame_ownership::frame_object(vm, frame);
        frame::pop_frame(thread, frame);
        frame::leave_call(thread);
        Ok(object)
    }
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
        return builtins.downcast::<PyDict>().map_err(|other| {
            let class = other.class(vm).tp_name();
            vm.type_error(format!("'{class}' object is not subscriptable"))
        });
    }
    vm.builtins
        .get()
        .ok_or_else(|| vm.system_error("the interpreter has no builtins"))
}

/// The globals of the innermost Python frame.
fn frame_globals(vm: &Vm) -> Option<PyRef<PyDict>> {
    let frame = frame_ownership::current_frame(vm);
    if frame.is_null() {
        None
    } else {
        // SAFETY: the running thread's frames are alive, and so are their globals.
        Some(unsafe { (*(*frame).globals).to_ref() })
    }
}

/// The `__class__` cell's content and the first argument of the innermost Python frame (`super_init_without_args`).
fn super_arguments(vm: &Vm) -> PyResult<(Value, Value)> {
    let frame = frame_ownership::current_frame(vm);
    // SAFETY: the running thread's frames are alive; localsplus is always initialised.
    let Some(frame) = (unsafe { frame.as_ref() }) else {
        return Err(vm.runtime_error("super(): no current frame"));
    };
    let code = &frame.code;
    if code.argcount == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    // SAFETY: as above; the code has a first argument and as many slots as kinds.
    let slot = |index: usize| unsafe { (*frame.locals().add(index)).clone() };
    let mut first = slot(0);
    if code
        .localspluskinds
        .as_slice()
        .first()
        .is_some_and(|kind| kind & LocalKind::CELL != 0)
        && let Some(cell) = first.downcast_ref::<PyCellObject>()
    {
        first = cell.content.get();
    }
    if first.is_null() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    let names = code.localsplusnames.as_slice();
    let first_free = names.len() - code.nfreevars as usize;
    for (index, name) in names.iter().enumerate().skip(first_free) {
        let is_class = name.is(&vm.names.__class__.as_value())
            || name
                .downcast_ref::<PyStr>()
                .is_some_and(|name| name.equals_str("__class__"));
        if !is_class {
            continue;
        }
        let cell = slot(index);
        let content = match cell.downcast_ref::<PyCellObject>() {
            Some(cell) => cell.content.get(),
            None => return Err(vm.runtime_error("super(): bad __class__ cell")),
        };
        if content.is_null() {
            return Err(vm.runtime_error("super(): empty __class__ cell"));
        }
        if content.downcast_ref::<PyType>().is_none() {
            let class = content.class(vm).tp_name();
            return Err(vm.runtime_error(format!("super(): __class__ is not a type ({class})")));
        }
        return Ok((content, first));
    }
    Err(vm.runtime_error("super(): __class__ cell not found"))
}

/// Installs the loop's functions into the hooks.
pub fn install(vm: &Vm) {
    vm.hooks.call_function.set(call_function);
    vm.hooks.frame_globals.set(frame_globals);
    vm.hooks.super_arguments.set(super_arguments);
    vm.hooks
        .resume_generator
        .set(super::resume::resume_generator);
}
