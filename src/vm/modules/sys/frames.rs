//! Frames, tracing and profiling, coroutine and generator hooks.
//!
//! CPython 3.11: `Python/sysmodule.c`.

use crate::context::{PyResult, Vm};
use crate::interp::frame_ownership;
use crate::object::Value;

/// `sys._getframe(depth)`
fn getframe(vm: &Vm, depth: i32) -> PyResult<Value> {
    let mut frame = frame_ownership::current_frame(vm);
    let mut depth = depth;
    while depth > 0 && !frame.is_null() {
        // SAFETY: the chain of running frames is complete and alive.
        frame = frame_ownership::previous_complete(unsafe { (*frame).previous });
        depth -= 1;
    }
    if frame.is_null() {
        return Err(vm.value_error("call stack is not deep enough"));
    }
    Ok(frame_ownership::frame_object(vm, frame))
}

crate::structseq! {
    /// What `sys.get_asyncgen_hooks()` gives.
    pub static ASYNCGEN_HOOKS: "asyncgen_hooks", doc: "asyncgen_hooks\n\nHooks of async generators.", visible: 2, flags: 0,
    fields: [("firstiter", "Hook to intercept first iteration"), ("finalizer", "Hook to intercept finalization")]
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::{PyResult, Vm};
    use crate::interp::frame_ownership;
    use crate::object::{Args, Value};
    use crate::protocol::{call, iter};
    use crate::types::dict::value::PyDict;
    use crate::types::native;

    /// Return a frame object from the call stack, that many calls below the top.
    #[pyfunction(sig = "_getframe($module, depth=0, /)")]
    fn _getframe(vm: &Vm, depth: i32) -> PyResult<Value> {
        super::getframe(vm, depth)
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[pyfunction(sig = "_current_frames($module, /)")]
    fn _current_frames(vm: &Vm) -> PyResult<Value> {
        let mut frames = Vec::new();
        vm.threads.each(|thread| {
            let frame = frame_ownership::previous_complete(thread.frame.get().cast_mut().cast());
            if !frame.is_null() {
                frames.push((thread.ident.get(), frame));
            }
        });
        let dict = PyDict::new(vm);
        for (ident, frame) in frames {
            let frame = frame_ownership::frame_object(vm, frame);
            dict.set(vm, vm.new_bigint(ident.into()), frame)?;
        }
        Ok(dict.into_value())
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[pyfunction(sig = "_current_exceptions($module, /)")]
    fn _current_exceptions(vm: &Vm) -> PyResult<Value> {
        let mut handled = Vec::new();
        vm.threads
            .each(|thread| handled.push((thread.ident.get(), thread.current_exception())));
        let dict = PyDict::new(vm);
        for (ident, error) in handled {
            let info = super::super::exceptions::info_of(vm, error);
            dict.set(vm, vm.new_bigint(ident.into()), info)?;
        }
        Ok(dict.into_value())
    }

    /// settrace(function)
    ///
    /// Set the global debug tracing function, which is called on each function call.
    #[pyfunction]
    fn settrace(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        native::no_keywords(vm, "settrace", &args)?;
        let [function] = args.positional() else {
            return Err(vm.type_error(format!(
                "sys.settrace() takes exactly one argument ({} given)",
                args.positional().len()
            )));
        };
        // The old function may run Python when it dies.
        let thread = vm.thread();
        if thread.installing_trace.replace(true) {
            thread.installing_trace.set(false);
            return Err(vm.runtime_error(
                "Cannot install a trace function while another trace function is being installed",
            ));
        }
        let old = thread.trace.replace(function.clone().non_none());
        drop(old);
        thread.installing_trace.set(false);
        crate::interp::trace::update_breaker(vm, vm.thread());
        Ok(())
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[pyfunction(sig = "gettrace($module, /)")]
    fn gettrace(vm: &Vm) -> Option<Value> {
        vm.thread().trace.get()
    }

    /// setprofile(function)
    ///
    /// Set the profiling function, which is called on each function call and return.
    #[pyfunction]
    fn setprofile(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        native::no_keywords(vm, "setprofile", &args)?;
        let [function] = args.positional() else {
            return Err(vm.type_error(format!(
                "sys.setprofile() takes exactly one argument ({} given)",
                args.positional().len()
            )));
        };
        // The old function may run Python when it dies.
        let thread = vm.thread();
        if thread.installing_profile.replace(true) {
            thread.installing_profile.set(false);
            return Err(vm.runtime_error(
                "Cannot install a profile function while another profile function is being installed",
            ));
        }
        let old = thread.profile.replace(function.clone().non_none());
        drop(old);
        thread.installing_profile.set(false);
        crate::interp::trace::update_breaker(vm, vm.thread());
        Ok(())
    }

    /// Return the profiling function set with sys.setprofile.
    #[pyfunction(sig = "getprofile($module, /)")]
    fn getprofile(vm: &Vm) -> Option<Value> {
        vm.thread().profile.get()
    }

    /// Call func(*args), while tracing is enabled.
    #[pyfunction(sig = "call_tracing($module, func, args, /)")]
    fn call_tracing(vm: &Vm, func: &Value, args: &Value) -> PyResult<Value> {
        let saved = vm.thread().tracing.replace(0);
        let result = iter::to_vec(vm, args).and_then(|args| call::call_args(vm, func, &args));
        vm.thread().tracing.set(saved);
        result
    }

    /// set_asyncgen_hooks(* [, firstiter] [, finalizer])
    ///
    /// Set hooks for the first iteration and the end of async generators.
    #[pyfunction]
    fn set_asyncgen_hooks(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let [firstiter, finalizer] = native::bind(
            vm,
            "set_asyncgen_hooks",
            &args,
            ["firstiter", "finalizer"],
            2,
            0,
        )?;
        for (what, hook) in [("firstiter", firstiter), ("finalizer", finalizer)] {
            if let Some(hook) = hook
                && !hook.is_none()
                && !call::is_callable(vm, hook)
            {
                return Err(vm.type_error(format!(
                    "callable {what} expected, got {}",
                    hook.class(vm).tp_name()
                )));
            }
        }
        let hooks = &vm.thread().asyncgen_hooks;
        let (mut first, mut last) = hooks.get();
        if let Some(hook) = firstiter {
            first = hook.clone().non_none();
        }
        if let Some(hook) = finalizer {
            last = hook.clone().non_none();
        }
        drop(hooks.replace((first, last)));
        Ok(())
    }

    /// Return the installed asynchronous generators hooks, as a named tuple (firstiter, finalizer).
    #[pyfunction(sig = "get_asyncgen_hooks($module, /)")]
    fn get_asyncgen_hooks(vm: &Vm) -> Value {
        let (first, last) = vm.thread().asyncgen_hooks.get();
        super::ASYNCGEN_HOOKS.new_value(
            vm,
            vec![first.unwrap_or(Value::None), last.unwrap_or(Value::None)],
        )
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[pyfunction(sig = "set_coroutine_origin_tracking_depth($module, /, depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &Vm, depth: i32) -> PyResult<()> {
        match u32::try_from(depth) {
            Ok(depth) => {
                vm.thread().coroutine_origin_depth.set(depth);
                Ok(())
            }
            Err(_) => Err(vm.value_error("depth must be >= 0")),
        }
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[pyfunction(sig = "get_coroutine_origin_tracking_depth($module, /)")]
    fn get_coroutine_origin_tracking_depth(vm: &Vm) -> i64 {
        i64::from(vm.thread().coroutine_origin_depth.get())
    }
}
