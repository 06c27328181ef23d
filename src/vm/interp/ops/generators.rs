//! Generators, coroutines, async generators.
//!
//! A generator that a `for` or a `yield from` drives runs in the same loop: its frame is linked in, and what it yields goes straight to the
//! caller's stack.
//!
//! CPython 3.11: `RETURN_GENERATOR` … `END_ASYNC_FOR` in `Python/ceval.c`, `Objects/genobject.c`.

use super::special;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::frame::{self, Frame, Owner, Return};
use crate::interp::stack::Regs;
use crate::interp::{resume, unwind};
use crate::object::{Py, SendResult, Value};
use crate::protocol::call;
use crate::raise;
use crate::slow_handler;
use crate::types::async_generator::{PyAsyncGenerator, wrap_value};
use crate::types::exceptions::value::PyBaseException;
use crate::types::generator::{PyCoroutine, PyGenerator};

/// Turns the running frame into a generator and returns that to the caller.
#[inline(never)]
fn return_generator_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    r.save();
    let old = r.frame;
    // SAFETY: the running frame is the last of the data stack; its contents move into the generator.
    let (generator, on_return, previous, oparg) = unsafe {
        let (on_return, previous, oparg) = ((*old).on_return, (*old).previous, (*old).return_jump);
        let generator = resume::make_generator(vm, old);
        r.thread().frame.set(previous.cast_const().cast());
        r.thread()
            .data_stack
            .with_mut(|stack| stack.pop(old.cast()));
        (generator, on_return, previous, oparg)
    };
    frame::leave_call(r.thread());
    match on_return {
        Return::Exit => Next::Exit(generator),
        Return::Init => {
            r.load(previous);
            special::leave_level(r);
            init_returned(vm, &generator)
        }
        Return::Binary | Return::Compare | Return::Iter | Return::Await | Return::Discard => {
            r.load(previous);
            special::method_done(vm, r, on_return, oparg, generator)
        }
        _ => {
            r.load(previous);
            r.push(generator);
            Next::Continue
        }
    }
}

/// What a constructor's `__init__` returned is not None.
#[cold]
#[inline(never)]
pub fn init_returned(vm: &Vm, value: &Value) -> Next {
    let class = value.class(vm).tp_name();
    Next::Raise(vm.type_error(format!("__init__() should return None, not '{class}'")))
}

/// Goes on in a generator's frame with the value sent.
#[inline(always)]
pub fn enter_generator(vm: &Vm, r: &mut Regs, callee: *mut Frame, sent: Value) -> Next {
    if let Err(error) = frame::enter_call(vm, r.thread()) {
        // SAFETY: the frame was just taken from its generator and did not run.
        unsafe { resume::cancel_resume(r.thread(), callee) };
        return Next::Raise(error);
    }
    r.save();
    // SAFETY: a suspended generator's frame is complete.
    unsafe { (*callee).previous = r.frame };
    r.thread().frame.set(callee.cast_const().cast());
    r.load(callee);
    r.push(sent);
    Next::Continue
}

#[inline(always)]
pub fn yield_value(_vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.pop();
    r.save();
    let frame = r.frame;
    // SAFETY: only frames of generators yield (verified), and they have a caller.
    let (on_return, previous) = unsafe {
        resume::suspend(r.thread(), frame);
        let previous = (*frame).previous;
        (*frame).previous = std::ptr::null_mut();
        ((*frame).on_return, previous)
    };
    r.thread().frame.set(previous.cast_const().cast());
    frame::leave_call(r.thread());
    if on_return == Return::Exit {
        return Next::Exit(value);
    }
    r.load(previous);
    r.push(value);
    Next::Continue
}

/// The end of a frame that does not simply return into the loop.
#[inline(never)]
pub fn finish_frame(vm: &Vm, r: &mut Regs, value: Value) -> Next {
    let frame = r.frame;
    r.save();
    // SAFETY: the running frame is complete; what it owns is given up in the order of the data stack.
    let (on_return, owner, previous, jump) = unsafe {
        (
            (*frame).on_return,
            (*frame).owner,
            (*frame).previous,
            (*frame).return_jump as usize,
        )
    };
    r.thread().frame.set(previous.cast_const().cast());
    // SAFETY: as above.
    unsafe {
        match owner {
            Owner::Generator => resume::finish(r.thread(), frame),
            _ => frame::pop_frame(r.thread(), frame),
        }
    }
    frame::leave_call(r.thread());
    match on_return {
        Return::Exit => Next::Exit(value),
        Return::Push => {
            r.load(previous);
            r.push(value);
            Next::Continue
        }
        Return::Init => {
            r.load(previous);
            special::leave_level(r);
            if !value.is_none() {
                return init_returned(vm, &value);
            }
            Next::Continue
        }
        Return::Binary | Return::Compare | Return::Iter | Return::Await | Return::Discard => {
            r.load(previous);
            special::method_done(vm, r, on_return, jump as u32, value)
        }
        Return::ForIter => {
            r.load(previous);
            drop(value);
            drop(r.pop());
            r.jump(jump);
            Next::Continue
        }
        Return::Send => {
            r.load(previous);
            r.set_top(value);
            r.jump(jump);
            Next::Continue
        }
    }
}

#[inline(always)]
pub fn send(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if let Some(generator) = exact_generator(vm, r.peek(2))
        && (r.peek(1).is_none() || !generator.is_created())
        && let Some(frame) = generator.start_resume(vm, Return::Send, oparg)
    {
        let value = r.pop();
        return enter_generator(vm, r, frame, value);
    }
    r.out_of_line(move |r| send_slow(vm, r, oparg))
}

#[inline(never)]
fn send_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    match raise!(send_to(vm, r.peek(1), value)) {
        SendResult::Yield(value) => r.push(value),
        SendResult::Return(value) => {
            r.set_top(value);
            r.jump(oparg as usize);
        }
    }
    Next::Continue
}

#[inline(always)]
fn exact_generator<'a>(vm: &Vm, value: &'a Value) -> Option<&'a Py<PyGenerator>> {
    let object = value.as_object()?;
    let class = object.class();
    if class.is(PyGenerator::class_of(vm)) || class.is(PyCoroutine::class_of(vm)) {
        object.downcast_ref::<PyGenerator>()
    } else {
        None
    }
}

/// Sends into anything that can be sent into (`PyIter_Send`).
pub fn send_to(vm: &Vm, receiver: &Value, value: Value) -> PyResult<SendResult> {
    let slots = &receiver.class(vm).slots;
    if let Some(send) = slots.send.get() {
        return send(vm, receiver, value);
    }
    if value.is_none()
        && let Some(next) = slots.iternext.get()
    {
        return match next(vm, receiver) {
            Ok(Some(value)) => Ok(SendResult::Yield(value)),
            Ok(None) => Ok(SendResult::Return(resume::take_stop_value(vm))),
            Err(error) => stop_value(vm, error),
        };
    }
    match call::call_method(vm, receiver, &vm.names.send, &[value]) {
        Ok(value) => Ok(SendResult::Yield(value)),
        Err(error) => stop_value(vm, error),
    }
}

fn stop_value(vm: &Vm, error: crate::context::PyErr) -> PyResult<SendResult> {
    match resume::stop_iteration_value(vm, &error) {
        Some(value) => Ok(SendResult::Return(value)),
        None => Err(error),
    }
}

#[inline(always)]
pub fn async_gen_wrap(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.pop();
    r.push(wrap_value(vm, value));
    Next::Continue
}

#[inline(never)]
fn get_yield_from_iter_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let iterable = r.peek(1);
    if let Some(coroutine) = iterable.downcast_exact::<PyCoroutine>(vm) {
        let _ = coroutine;
        let flags = r.code().flags;
        let allowed = bytecode::CodeFlags::COROUTINE | bytecode::CodeFlags::ITERABLE_COROUTINE;
        if flags & allowed == 0 {
            return Next::Raise(vm.type_error(
                "cannot 'yield from' a coroutine object in a non-coroutine generator",
            ));
        }
        return Next::Continue;
    }
    if iterable.downcast_exact::<PyGenerator>(vm).is_some() {
        return Next::Continue;
    }
    super::for_iter::get_iter(vm, r, 0)
}

#[inline(never)]
fn get_awaitable_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if special::has_python_class(r.peek(1))
        && let Some(next) = special::iterator(vm, r, Return::Await)
    {
        return next;
    }
    let iterator = match resume::awaitable_iter(vm, r.peek(1)) {
        Ok(iterator) => iterator,
        Err(error) => {
            let class = r.peek(1).class(vm);
            if class.slots.am_await.get().is_none() && error.is(vm, ExcKind::TypeError) {
                let name = class.tp_name();
                let method = match oparg {
                    1 => "__aenter__",
                    2 => "__aexit__",
                    _ => return Next::Raise(error),
                };
                let kind = "'async with' received an object from";
                return Next::Raise(vm.type_error(format!(
                    "{kind} {method} that does not implement __await__: {name}"
                )));
            }
            return Next::Raise(error);
        }
    };
    if let Some(coroutine) = iterator.downcast_exact::<PyCoroutine>(vm)
        && resume::is_awaited(coroutine)
    {
        return Next::Raise(vm.runtime_error("coroutine is being awaited already"));
    }
    r.set_top(iterator);
    Next::Continue
}

#[inline(never)]
fn get_aiter_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let object = r.pop();
    let class = object.class(vm);
    let Some(aiter) = class.slots.aiter.get() else {
        let name = class.tp_name();
        return Next::Raise(vm.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {name}"
        )));
    };
    let iterator = raise!(aiter(vm, &object));
    if iterator.class(vm).slots.anext.get().is_none() {
        let name = iterator.class(vm).tp_name();
        return Next::Raise(
            vm.type_error(format!("'async for' received an object from __aiter__ that does not implement __anext__: {name}")),
        );
    }
    r.push(iterator);
    Next::Continue
}

#[inline(never)]
fn get_anext_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let iterator = r.peek(1).clone();
    let class = iterator.class(vm);
    let Some(anext) = class.slots.anext.get() else {
        let name = class.tp_name();
        return Next::Raise(vm.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {name}"
        )));
    };
    let next = raise!(anext(vm, &iterator));
    if class.is(<PyAsyncGenerator as crate::object::Payload>::class(vm)) {
        r.push(next);
        return Next::Continue;
    }
    match resume::awaitable_iter(vm, &next) {
        Ok(awaitable) => {
            r.push(awaitable);
            Next::Continue
        }
        Err(cause) => {
            let name = next.class(vm).tp_name();
            let error = vm.type_error(format!(
                "'async for' received an invalid object from __anext__: {name}"
            ));
            error.exception().cause.set(Some(cause.to_value()));
            error.exception().context.set(Some(cause.into_value()));
            error.exception().suppress_context.set(true);
            Next::Raise(error)
        }
    }
}

#[inline(never)]
fn end_async_for_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let exception = r.pop();
    let stop = vm.exception_class(ExcKind::StopAsyncIteration);
    if exception.class(vm).is_subtype(&stop) {
        drop(r.pop());
        return Next::Continue;
    }
    match exception.downcast::<PyBaseException>() {
        Ok(exception) => {
            unwind::note_reraise(r);
            Next::Raise(crate::context::PyErr::new(exception))
        }
        Err(_) => Next::Raise(vm.system_error("END_ASYNC_FOR without an exception")),
    }
}

slow_handler!(return_generator, return_generator_slow);
slow_handler!(get_yield_from_iter, get_yield_from_iter_slow);
slow_handler!(get_awaitable, get_awaitable_slow);
slow_handler!(get_aiter, get_aiter_slow);
slow_handler!(get_anext, get_anext_slow);
slow_handler!(end_async_for, end_async_for_slow);
