//! FAMILY `CALL`; `KW_NAMES`, `CALL_FUNCTION_EX`.
//!
//! ```text
//!   … NULL  callable  arg1 … argN      a plain call
//!   … method  self    arg1 … argN      a method that was loaded without binding
//! ```
//!
//! A Python function gets a frame on the data stack and the loop goes on in it: no native recursion. Everything else is called natively.
//!
//! CPython 3.11: `CALL*` in `Python/ceval.c`, `_Py_Specialize_Call`.

use super::special;
use crate::context::Vm;
use crate::interp::adaptive;
use crate::interp::call_py;
use crate::interp::control::Next;
use crate::interp::frame::{self, Frame, Return};
use crate::interp::stack::Regs;
use crate::object::{Args, Payload, Py, PyRef, PyType, Value, alloc, type_flag};
use crate::protocol::{call as protocol_call, lookup};
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::object_::PyBaseObject;
use crate::types::super_;
use crate::types::tuple::value::PyTuple;
use bytecode::Opcode;
use std::ptr::NonNull;

/// Inline cache of `CALL`.
pub const CACHE: usize = 4;
const FUNCTION_VERSION: usize = 1;

#[inline(always)]
pub fn kw_names(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    r.set_kwnames(oparg as usize);
    Next::Continue
}

/// Arguments on the stack, self included, and the callable's distance from the top.
#[inline(always)]
fn total_args(r: &Regs, oparg: u32) -> usize {
    let n = oparg as usize;
    if r.peek(n + 2).is_null() { n } else { n + 1 }
}

#[inline(always)]
pub fn call(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let total = total_args(r, oparg);
    if r.peek(total + 1).downcast_exact::<PyFunction>(vm).is_some() {
        return r.out_of_line(move |r| call_python(vm, r, oparg, total));
    }
    r.out_of_line(move |r| call_native(vm, r, oparg, total))
}

#[inline(never)]
fn call_native(vm: &Vm, r: &mut Regs, oparg: u32, total: usize) -> Next {
    let kwnames = r.take_kwnames();
    let callable = r.peek(total + 1);
    let quick = match kwnames {
        None if total == 0 => super_::call_without_args(vm, callable),
        _ => Ok(None),
    };
    let result = match quick {
        Ok(Some(result)) => Ok(result),
        Ok(None) => protocol_call::call(vm, callable, Args::new(r.top_slice(total), kwnames)),
        Err(error) => Err(error),
    };
    r.drop_many(oparg as usize + 2);
    r.push(raise!(result));
    r.jump(CACHE);
    super::jumps::check_breaker(vm, r)
}

#[inline(never)]
fn call_python(vm: &Vm, r: &mut Regs, oparg: u32, total: usize) -> Next {
    let kwnames = r.take_kwnames();
    let Ok(function) = r.peek(total + 1).clone().downcast::<PyFunction>() else {
        return Next::Raise(vm.system_error("a function was expected"));
    };
    if kwnames.is_none()
        && function
            .code
            .with(|code| code.is_simple() && code.argcount as usize == total)
    {
        raise!(frame::enter_call(vm, r.thread()));
        // SAFETY: localsplus is filled at once.
        let callee = unsafe {
            let callee = frame::push_frame(vm, r.thread(), function, Return::Push);
            fill_exact(r, callee, total);
            callee
        };
        r.drop_many(oparg as usize + 2 - total);
        return enter(vm, r, callee, CACHE);
    }
    let pushed = call_py::frame_from_stack(vm, r, function, total, kwnames, Return::Push);
    // The callable, and the NULL when there was no method, are left.
    r.drop_many(oparg as usize + 2 - total);
    enter(vm, r, raise!(pushed), CACHE)
}

/// Moves the arguments on the stack into a new frame that has a parameter for each of them.
///
/// # Safety
/// `callee` must be a frame whose localsplus was not written yet, of a code object with `total` parameters.
#[inline(always)]
unsafe fn fill_exact(r: &mut Regs, callee: *mut Frame, total: usize) {
    // SAFETY: see the function: arguments first, NULL behind.
    unsafe {
        let locals = (*callee).locals();
        r.move_many(total, locals);
        for index in total..(*callee).stacktop as usize {
            locals.add(index).write(Value::NULL);
        }
    }
}

/// Goes on in a new frame; the caller continues behind `skip` units.
#[inline(always)]
pub fn enter(vm: &Vm, r: &mut Regs, callee: *mut Frame, skip: usize) -> Next {
    r.jump(skip);
    r.save();
    // SAFETY: the frame was just made.
    unsafe { (*callee).previous = r.frame };
    r.thread().frame.set(callee.cast_const().cast());
    r.load(callee);
    let _ = vm;
    Next::Continue
}

#[inline(always)]
pub fn call_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    call(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let total = total_args(r, oparg);
    if r.peek_kwnames().is_some() {
        return adaptive::back_off(r);
    }
    if let Some(class) = r.peek(total + 1).downcast_ref::<PyType>()
        && let Some(version) = cache_init(vm, class, total)
    {
        r.set_cache_u32(FUNCTION_VERSION, version);
        return adaptive::specialise_to(r, Opcode::CALL_PY_CLASS);
    }
    let Some(function) = r.peek(total + 1).downcast_exact::<PyFunction>(vm) else {
        return adaptive::back_off(r);
    };
    let code = function.code.get();
    let Some(version) = call_py::function_version(vm, function) else {
        return adaptive::back_off(r);
    };
    let form = if !code.is_simple() {
        return adaptive::back_off(r);
    } else if code.argcount as usize == total {
        Opcode::CALL_PY_EXACT_ARGS
    } else {
        let defaults = function
            .defaults
            .with(|defaults| defaults.as_ref().map_or(0, |defaults| defaults.len()));
        if total > code.argcount as usize || total + defaults < code.argcount as usize {
            return adaptive::back_off(r);
        }
        Opcode::CALL_PY_WITH_DEFAULTS
    };
    r.set_cache_u32(FUNCTION_VERSION, version);
    adaptive::specialise_to(r, form);
}

/// Notes the class's `__init__`, when calling the class with that many arguments means `object.__new__` and a plain Python `__init__`, or
/// none at all. The type's version.
fn cache_init(vm: &Vm, class: &Py<PyType>, total: usize) -> Option<u32> {
    let plain = type_flag::HEAPTYPE;
    let refused = type_flag::ABSTRACT | type_flag::DISALLOW_INSTANTIATION;
    if !class.object().class().is(&vm.types.type_)
        || !class.has_flag(plain)
        || class.has_flag(refused)
    {
        return None;
    }
    if !std::ptr::eq(class.layout.get(), PyBaseObject::def()) {
        return None;
    }
    let version = lookup::type_version(vm, class)?;
    let new = lookup::type_lookup(vm, class, &vm.names.__new__)?;
    let object_new = vm.types.object.dict_ref().get_str(&vm.names.__new__)?;
    if !new.is(&object_new) {
        return None;
    }
    let init = lookup::type_lookup(vm, class, &vm.names.__init__)?;
    if total == 0 && init.is(&vm.types.object.dict_ref().get_str(&vm.names.__init__)?) {
        class.init_cache.set(Some((version, Value::None)));
        return Some(version);
    }
    if init
        .downcast_exact::<PyFunction>(vm)?
        .code
        .with(|code| code.is_simple())
    {
        class.init_cache.set(Some((version, init)));
        return Some(version);
    }
    None
}

/// A class with a Python `__init__`: the instance waits on the stack while the loop goes on in `__init__`.
#[inline(always)]
pub fn call_py_class(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let total = total_args(r, oparg);
    if r.peek_kwnames().is_none()
        && let Some(class) = r.peek(total + 1).downcast_ref::<PyType>()
        && class.version.get() == r.cache_u32(FUNCTION_VERSION)
        && class.init_cache.with(|cache| is_noted(class, cache))
    {
        let Some(init) = cached_init(class, total + 1) else {
            return call_without_init(vm, r, oparg, total);
        };
        // Calling a class is a level of recursion itself, besides that of `__init__`; `leave_level` takes it back.
        std::mem::forget(raise!(vm.enter_recursive(protocol_call::RECURSION)));
        let instance = alloc::new_object(class, PyBaseObject).into_value();
        if let Err(error) = frame::enter_call(vm, r.thread()) {
            special::leave_level(r);
            return Next::Raise(error);
        }
        // SAFETY: localsplus is filled right here: the instance, the arguments, NULL behind.
        let callee = unsafe {
            let callee = frame::push_frame(vm, r.thread(), init, Return::Init);
            let locals = (*callee).locals();
            locals.write(instance.clone());
            r.move_many(total, locals.add(1));
            for index in total + 1..(*callee).stacktop as usize {
                locals.add(index).write(Value::NULL);
            }
            callee
        };
        r.drop_many(oparg as usize + 2 - total);
        r.push(instance);
        return enter(vm, r, callee, CACHE);
    }
    adaptive::miss(r, Opcode::CALL_ADAPTIVE);
    call(vm, r, oparg)
}

/// Whether an `__init__`, or that there is none, was noted for this version of the class.
#[inline(always)]
fn is_noted(class: &Py<PyType>, cache: &Option<(u32, Value)>) -> bool {
    cache
        .as_ref()
        .is_some_and(|(version, _)| *version == class.version.get())
}

/// A class whose instances nothing initialises, or else the general form.
#[inline(always)]
fn call_without_init(vm: &Vm, r: &mut Regs, oparg: u32, total: usize) -> Next {
    if total == 0
        && let Some(class) = r.peek(1).downcast_ref::<PyType>()
        && class
            .init_cache
            .with(|cache| matches!(cache, Some((_, init)) if init.is_none()))
    {
        let instance = alloc::new_object(class, PyBaseObject).into_value();
        drop(r.pop());
        r.set_top(instance);
        r.jump(CACHE);
        return super::jumps::check_breaker(vm, r);
    }
    adaptive::miss(r, Opcode::CALL_ADAPTIVE);
    call(vm, r, oparg)
}

/// The noted `__init__`, when it takes that many positional arguments, self included.
#[inline(always)]
fn cached_init(class: &Py<PyType>, given: usize) -> Option<PyRef<PyFunction>> {
    let init = class.init_cache.with(|cache| match cache {
        Some((version, init)) if *version == class.version.get() => Some(init.clone()),
        _ => None,
    })?;
    let function = init.downcast::<PyFunction>().ok()?;
    let fits = function
        .code
        .with(|code| code.is_simple() && code.argcount as usize == given);
    if fits { Some(function) } else { None }
}

#[inline(always)]
pub fn call_py_exact_args(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let total = total_args(r, oparg);
    if let Some(function) = r.peek(total + 1).downcast_exact::<PyFunction>(vm)
        && function.version.get() == r.cache_u32(FUNCTION_VERSION)
        && r.peek_kwnames().is_none()
    {
        raise!(frame::enter_call(vm, r.thread()));
        let function = NonNull::from(function);
        // SAFETY: the callable moves from the stack into the frame. Localsplus is filled right here: arguments first, NULL behind.
        let callee = unsafe {
            let callee = frame::push_frame(vm, r.thread(), PyRef::from_raw(function), Return::Push);
            let locals = (*callee).locals();
            r.move_many(total, locals);
            for index in total..(*callee).stacktop as usize {
                locals.add(index).write(Value::NULL);
            }
            // The callable moved; the NULL when there was no method owns nothing.
            r.forget_many(oparg as usize + 2 - total);
            callee
        };
        return enter(vm, r, callee, CACHE);
    }
    adaptive::miss(r, Opcode::CALL_ADAPTIVE);
    call(vm, r, oparg)
}

#[inline(always)]
pub fn call_py_with_defaults(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let total = total_args(r, oparg);
    if let Some(function) = r.peek(total + 1).downcast_exact::<PyFunction>(vm)
        && function.version.get() == r.cache_u32(FUNCTION_VERSION)
        && r.peek_kwnames().is_none()
    {
        let function = function.to_ref();
        let Some(defaults) = function.defaults.get() else {
            return call(vm, r, oparg);
        };
        raise!(frame::enter_call(vm, r.thread()));
        // SAFETY: localsplus is filled right here: arguments, defaults, NULL behind.
        let callee = unsafe {
            let callee = frame::push_frame(vm, r.thread(), function, Return::Push);
            let argcount = (&*callee).code.argcount as usize;
            let locals = (*callee).locals();
            r.move_many(total, locals);
            let defaults = defaults.as_slice();
            for index in total..argcount {
                locals
                    .add(index)
                    .write(defaults[defaults.len() - (argcount - index)].clone());
            }
            for index in argcount..(*callee).stacktop as usize {
                locals.add(index).write(Value::NULL);
            }
            callee
        };
        r.drop_many(oparg as usize + 2 - total);
        return enter(vm, r, callee, CACHE);
    }
    adaptive::miss(r, Opcode::CALL_ADAPTIVE);
    call(vm, r, oparg)
}

#[inline(never)]
fn call_function_ex_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let kwargs = if oparg & 1 != 0 { Some(r.pop()) } else { None };
    let positional = r.pop();
    let callable = r.pop();
    let positional = match positional.downcast::<PyTuple>() {
        Ok(tuple) => tuple,
        Err(other) => {
            raise!(check_iterable(vm, &callable, &other));
            PyTuple::new(vm, raise!(crate::protocol::iter::to_vec(vm, &other)))
        }
    };
    drop(r.pop());
    let mut values: Vec<Value> = positional.as_slice().to_vec();
    let mut kwnames = None;
    if let Some(kwargs) = kwargs {
        let Some(dict) = kwargs.downcast_ref::<PyDict>() else {
            return Next::Raise(vm.system_error("keyword arguments must be a dict"));
        };
        let mut names = Vec::with_capacity(dict.len());
        for (name, value) in dict.items() {
            names.push(name);
            values.push(value);
        }
        kwnames = if names.is_empty() {
            None
        } else {
            Some(PyTuple::new(vm, names))
        };
    }
    if let Some(function) = callable.downcast_exact::<PyFunction>(vm)
        && kwnames.as_ref().is_none_or(|names| call_py::all_str(names))
    {
        let frame = raise!(call_py::frame_from_values(
            vm,
            r.thread(),
            function.to_ref(),
            values,
            kwnames.as_deref(),
            Return::Push
        ));
        return enter(vm, r, frame, 0);
    }
    if kwnames
        .as_ref()
        .is_some_and(|names| !call_py::all_str(names))
    {
        return Next::Raise(vm.type_error("keywords must be strings"));
    }
    let result = raise!(protocol_call::call(
        vm,
        &callable,
        Args::new(&values, kwnames.as_deref())
    ));
    drop(values);
    r.push(result);
    super::jumps::check_breaker(vm, r)
}

fn check_iterable(vm: &Vm, callable: &Value, value: &Value) -> crate::context::PyResult<()> {
    let slots = &value.class(vm).slots;
    if slots.iter.get().is_none()
        && slots.sq_item.get().is_none()
        && slots.mp_subscript.get().is_none()
    {
        let name = call_py::callable_name(vm, callable)?;
        return Err(vm.type_error(format!(
            "{name} argument after * must be an iterable, not {}",
            value.class(vm).tp_name()
        )));
    }
    Ok(())
}

slow_handler!(call_function_ex, call_function_ex_slow);
