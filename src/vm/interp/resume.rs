//! Resuming and suspending generators, coroutines and async generators: everything about them that touches frames.
//!
//! CPython 3.11: `gen_send_ex2`, `gen_close`, `_gen_throw` in `Objects/genobject.c`.

use super::eval;
use super::frame::{FRAME_WORDS, Frame, Owner, Return};
use crate::context::errors::ExcKind;
use crate::context::thread::Resume;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::{Py, PyRef, SendResult, Value};
use crate::protocol::{call, special};
use crate::types::async_generator::PyAsyncGenerator;
use crate::types::exceptions::raise;
use crate::types::generator::{GeneratorState, PyCoroutine, PyGenerator};
use bytecode::{CodeFlags, Opcode};

/// Moves a frame that has just begun into a new generator, coroutine or async generator.
///
/// # Safety
/// `old` must be the last frame of the data stack, saved, and its memory is given back by the caller without dropping.
pub unsafe fn make_generator(vm: &Vm, old: *mut Frame) -> Value {
    // SAFETY: the frame's words are copied whole; from here on the copy owns its contents.
    unsafe {
        let code = (*old).code.clone();
        let words = FRAME_WORDS + Frame::body_words(&code);
        let mut memory = Box::<[u64]>::new_uninit_slice(words);
        let used = FRAME_WORDS + (*old).stacktop as usize;
        std::ptr::copy_nonoverlapping(old.cast::<u64>(), memory.as_mut_ptr().cast::<u64>(), used);
        let frame = memory.as_mut_ptr().cast::<Frame>();
        (*frame).owner = Owner::Generator;
        (*frame).previous = std::ptr::null_mut();
        super::frame_ownership::moved(frame);
        let name = (&*frame).function.name.get();
        let qualname = (&*frame).function.qualname.get();
        let generator = PyGenerator::new(code.clone(), frame, memory, name, qualname);
        if code.flags & CodeFlags::COROUTINE != 0 {
            if vm.thread().coroutine_origin_depth.get() > 0 {
                generator.origin.set(Some(origin(vm)));
            }
            let coroutine = PyCoroutine::create(vm, generator);
            link(frame, &coroutine.as_value());
            coroutine.into_value()
        } else if code.flags & CodeFlags::ASYNC_GENERATOR != 0 {
            let generator = PyAsyncGenerator::create(vm, generator);
            link(frame, &generator.as_value());
            generator.into_value()
        } else {
            let generator = PyRef::new(vm, generator);
            link(frame, &generator.as_value());
            generator.into_value()
        }
    }
}

/// `cr_origin`: file, line and function of the frames that made a coroutine, innermost first.
#[cold]
fn origin(vm: &Vm) -> Value {
    let mut rows = Vec::new();
    let mut frame = super::frame_ownership::current_frame(vm);
    for _ in 0..vm.thread().coroutine_origin_depth.get() {
        if frame.is_null() {
            break;
        }
        // SAFETY: the chain of running frames is complete and alive.
        unsafe {
            let code = &(*frame).code;
            let line = code
                .line_of((*frame).lasti())
                .map_or(Value::None, |line| vm.new_int(line.into()));
            let filename = code.filename.get().into_value();
            rows.push(vm.new_tuple(vec![filename, line, code.name.to_value()]));
            frame = super::frame_ownership::previous_complete((*frame).previous);
        }
    }
    vm.new_tuple(rows)
}

unsafe fn link(frame: *mut Frame, generator: &Value) {
    if let Some(generator) = generator.downcast_ref::<PyGenerator>() {
        // SAFETY: the generator owns the frame, so it outlives it.
        unsafe { (*frame).generator = generator };
    }
}

unsafe fn generator_of<'a>(frame: *mut Frame) -> &'a Py<PyGenerator> {
    // SAFETY: frames with `Owner::Generator` were linked by `make_generator`, and whoever resumed the generator holds a reference to it.
    unsafe { &*(*frame).generator }
}

impl Py<PyGenerator> {
    /// Takes the frame for running, unless the generator runs already or is finished. `sent` still has to be pushed.
    #[inline]
    pub fn start_resume(&self, vm: &Vm, on_return: Return, jump: u32) -> Option<*mut Frame> {
        match self.state.get() {
            GeneratorState::Created | GeneratorState::Suspended => {}
            GeneratorState::Running | GeneratorState::Finished => return None,
        }
        self.state.set(GeneratorState::Running);
        let frame = self.frame.get();
        // SAFETY: a generator that is not finished owns a complete frame.
        unsafe {
            (*frame).on_return = on_return;
            (*frame).return_jump = jump;
        }
        let handled = self.handled.take();
        vm.thread().handled.with_mut(|stack| stack.push(handled));
        Some(frame)
    }
}

/// Undoes `start_resume` for a frame that did not run.
///
/// # Safety
/// The frame must be one that `start_resume` just gave.
pub unsafe fn cancel_resume(thread: &Thread, frame: *mut Frame) {
    // SAFETY: passed on. A generator that never ran looks suspended afterwards, which differs only in messages.
    unsafe { suspend(thread, frame) };
}

/// The frame yielded.
///
/// # Safety
/// The frame must be that of a running generator, saved.
#[inline]
pub unsafe fn suspend(thread: &Thread, frame: *mut Frame) {
    // SAFETY: see the function.
    let generator = unsafe { generator_of(frame) };
    let handled = thread.handled.with_mut(Vec::pop).flatten();
    drop(generator.handled.replace(handled));
    generator.state.set(GeneratorState::Suspended);
}

/// The frame returned or raised: drops what it owns.
///
/// # Safety
/// The frame must be that of a running generator, saved, and not be used again.
pub unsafe fn finish(thread: &Thread, frame: *mut Frame) {
    // SAFETY: see the function; the reference keeps the generator through the drops.
    unsafe {
        let generator = generator_of(frame).to_ref();
        let handled = thread.handled.with_mut(Vec::pop);
        drop(handled);
        generator.clear_frame();
    }
}

impl Py<PyGenerator> {
    /// Marks the generator finished and drops its frame.
    pub fn clear_frame(&self) {
        self.state.set(GeneratorState::Finished);
        let frame = self.frame.replace(std::ptr::null_mut());
        let memory = self.memory.take();
        if !frame.is_null() {
            // SAFETY: the frame is complete and does not run; it is in `memory`, which lives to the end of this function.
            unsafe { super::frame_ownership::end(frame) };
        }
        drop(memory);
    }

    /// What the generator is delegating to (`gi_yieldfrom`, `cr_await`).
    pub fn yield_from(&self) -> Option<Value> {
        if self.state.get() != GeneratorState::Suspended {
            return None;
        }
        let frame = self.frame.get();
        // SAFETY: a suspended generator owns a complete frame whose ip is in its code; the stack's top is below `stacktop`.
        unsafe {
            let next = *(*frame).ip;
            let is_resume =
                next as u8 == Opcode::RESUME as u8 || next as u8 == Opcode::RESUME_QUICK as u8;
            if !is_resume || (next >> 8) < 2 {
                return None;
            }
            let top = (*frame).stacktop as usize;
            Some((*(*frame).locals().add(top - 1)).clone())
        }
    }

    /// `send` and `next`: runs to the next yield or to the end.
    pub fn resume(&self, vm: &Vm, sent: Value) -> PyResult<SendResult> {
        if self.is_created() && !sent.is_none() {
            let kind = self.kind_name();
            return Err(vm.type_error(format!(
                "can't send non-None value to a just-started {kind}"
            )));
        }
        let Some(frame) = self.start_resume(vm, Return::Exit, 0) else {
            return self.cannot_resume(vm);
        };
        self.run(vm, frame, Ok(sent))
    }

    /// `next()` from native code: the next item, `None` at the end, whose value goes to `Thread::stop_value`.
    #[inline]
    pub fn next(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(frame) = self.start_resume(vm, Return::Exit, 0) else {
            return match self.cannot_resume(vm)? {
                SendResult::Yield(value) => Ok(Some(value)),
                SendResult::Return(value) => Ok(stopped(vm, value)),
            };
        };
        let keep = self.to_ref();
        // SAFETY: `start_resume` gave the frame.
        let value = unsafe { eval::next_of_generator(vm, frame) }?;
        if keep.state.get() == GeneratorState::Finished {
            return Ok(stopped(vm, value));
        }
        Ok(Some(value))
    }

    /// `throw`, without delegation: raises in the frame.
    pub fn resume_with_error(&self, vm: &Vm, error: PyErr) -> PyResult<SendResult> {
        let Some(frame) = self.start_resume(vm, Return::Exit, 0) else {
            return match self.state.get() {
                GeneratorState::Running => self.cannot_resume(vm),
                _ if self.is_coroutine() => {
                    Err(vm.runtime_error("cannot reuse already awaited coroutine"))
                }
                _ => Err(error),
            };
        };
        let handles = vm
            .thread()
            .handled
            .with(|handled| handled.last().is_some_and(Option::is_some));
        if handles {
            // What the generator is handling is the context of what is thrown into it.
            raise::chain_context(vm, &error);
        }
        self.run(vm, frame, Err(error))
    }

    fn run(&self, vm: &Vm, frame: *mut Frame, sent: Result<Value, PyErr>) -> PyResult<SendResult> {
        let keep = self.to_ref();
        // SAFETY: `start_resume` gave the frame.
        let value = unsafe { eval::run_generator(vm, frame, sent) }?;
        Ok(match keep.state.get() {
            GeneratorState::Finished => SendResult::Return(value),
            _ => SendResult::Yield(value),
        })
    }

    fn cannot_resume(&self, vm: &Vm) -> PyResult<SendResult> {
        if self.state.get() == GeneratorState::Running {
            let kind = self.kind_name();
            return Err(vm.value_error(format!("{kind} already executing")));
        }
        if self.is_coroutine() {
            return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
        }
        Ok(SendResult::Return(Value::None))
    }
}

#[inline(never)]
fn stopped(vm: &Vm, value: Value) -> Option<Value> {
    drop(vm.thread().stop_value.replace(value));
    None
}

/// The hook behind `send`, `throw` and `next`.
pub fn resume_generator(vm: &Vm, generator: &Value, resume: Resume) -> PyResult<SendResult> {
    let Some(generator) = generator.downcast_ref::<PyGenerator>() else {
        return Err(vm.type_error("a generator was expected"));
    };
    match resume {
        Resume::Send(value) => generator.resume(vm, value),
        Resume::Throw(error) => generator.resume_with_error(vm, error),
    }
}

/// The value of a StopIteration, when the error is one.
pub fn stop_iteration_value(vm: &Vm, error: &PyErr) -> Option<Value> {
    if !error.is(vm, ExcKind::StopIteration) {
        return None;
    }
    Some(error.stop_value().unwrap_or(Value::None))
}

/// `iternext` slots end without an exception; the ones of generators leave their return value here.
pub fn take_stop_value(vm: &Vm) -> Value {
    vm.thread().stop_value.replace(Value::None)
}

/// What `await` iterates (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(vm: &Vm, object: &Value) -> PyResult<Value> {
    if object.downcast_exact::<PyCoroutine>(vm).is_some() {
        return Ok(object.clone());
    }
    if let Some(generator) = object.downcast_exact::<PyGenerator>(vm)
        && generator.code.flags & CodeFlags::ITERABLE_COROUTINE != 0
    {
        return Ok(object.clone());
    }
    let class = object.class(vm);
    let Some(slot) = class.slots.am_await.get() else {
        let name = class.tp_name();
        return Err(vm.type_error(format!("object {name} can't be used in 'await' expression")));
    };
    let iterator = slot(vm, object)?;
    check_awaited(vm, &iterator)?;
    Ok(iterator)
}

/// Whether what an `__await__` gave can be iterated by `await`; the error when not.
pub fn check_awaited(vm: &Vm, iterator: &Value) -> PyResult<()> {
    let iterable_coroutine = iterator
        .downcast_exact::<PyGenerator>(vm)
        .is_some_and(|generator| generator.code.flags & CodeFlags::ITERABLE_COROUTINE != 0);
    if iterator.downcast_exact::<PyCoroutine>(vm).is_some() || iterable_coroutine {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if iterator.class(vm).slots.iternext.get().is_none() {
        let name = iterator.class(vm).tp_name();
        return Err(vm.type_error(format!(
            "__await__() returned non-iterator of type '{name}'"
        )));
    }
    Ok(())
}

/// Whether a coroutine is being awaited already.
pub fn is_awaited(coroutine: &Py<PyCoroutine>) -> bool {
    let value = coroutine.as_value();
    value
        .downcast_ref::<PyGenerator>()
        .is_some_and(|generator| generator.yield_from().is_some())
}

/// What `throw` and `close` do to the generator's delegate happens inside the generator: it counts as running, and its frame is that of
/// the caller. Gives the frame before it.
fn enter_delegation(vm: &Vm, generator: &Py<PyGenerator>) -> *const () {
    let thread = vm.thread();
    let outer = thread.frame.get();
    generator.state.set(GeneratorState::Running);
    let frame = generator.frame.get();
    // SAFETY: a suspended generator owns a complete frame.
    unsafe { (*frame).previous = outer.cast_mut().cast() };
    thread.frame.set(frame.cast_const().cast());
    outer.cast()
}

fn leave_delegation(vm: &Vm, generator: &Py<PyGenerator>, outer: *const ()) {
    vm.thread().frame.set(outer.cast());
    // SAFETY: a running generator keeps its frame.
    unsafe { (*generator.frame.get()).previous = std::ptr::null_mut() };
    generator.state.set(GeneratorState::Suspended);
}

/// `throw(error)` with delegation: passes the exception to what the generator is waiting for first.
pub fn throw(vm: &Vm, generator: &Py<PyGenerator>, error: PyErr) -> PyResult<SendResult> {
    let Some(inner) = generator.yield_from() else {
        return generator.resume_with_error(vm, error);
    };
    let _guard = vm.enter_recursive(" in generator.throw")?;
    let result = if error.is(vm, ExcKind::GeneratorExit) {
        match close_iter(vm, &inner) {
            Ok(()) => return generator.resume_with_error(vm, error),
            Err(other) => return generator.resume_with_error(vm, other),
        }
    } else if let Some(inner) = inner.downcast_ref::<PyGenerator>() {
        let outer = enter_delegation(vm, generator);
        let result = throw(vm, inner, error);
        leave_delegation(vm, generator, outer);
        result
    } else {
        match special::getattr_opt(vm, &inner, &vm.names.throw)? {
            None => return generator.resume_with_error(vm, error),
            Some(method) => {
                let outer = enter_delegation(vm, generator);
                let result = call::call_args(vm, &method, &[error.to_value()]);
                leave_delegation(vm, generator, outer);
                match result {
                    Ok(value) => Ok(SendResult::Yield(value)),
                    Err(error) => match stop_iteration_value(vm, &error) {
                        Some(value) => Ok(SendResult::Return(value)),
                        None => Err(error),
                    },
                }
            }
        }
    };
    match result {
        Ok(SendResult::Yield(value)) => Ok(SendResult::Yield(value)),
        Ok(SendResult::Return(value)) => {
            skip_send(generator);
            generator.resume_after_send(vm, value)
        }
        Err(error) => generator.resume_with_error(vm, error),
    }
}

/// The delegate ended: drop it, and go on behind the loop of `SEND`.
fn skip_send(generator: &Py<PyGenerator>) {
    let frame = generator.frame.get();
    // SAFETY: a suspended generator owns a complete frame; the code around a delegating yield is always
    // `SEND n; YIELD_VALUE; RESUME; JUMP_BACKWARD_NO_INTERRUPT`, so SEND stands two units before the next instruction.
    unsafe {
        let top = (*frame).stacktop as usize - 1;
        drop((*frame).locals().add(top).read());
        (*frame).stacktop = top as u32;
        let send = (*frame).ip.sub(2);
        let jump = usize::from(*send >> 8);
        (*frame).ip = send.add(1 + jump);
    }
}

impl Py<PyGenerator> {
    fn resume_after_send(&self, vm: &Vm, value: Value) -> PyResult<SendResult> {
        match self.start_resume(vm, Return::Exit, 0) {
            Some(frame) => self.run(vm, frame, Ok(value)),
            None => self.cannot_resume(vm),
        }
    }
}

/// Closes what a generator delegates to.
pub fn close_iter(vm: &Vm, inner: &Value) -> PyResult<()> {
    if let Some(inner) = inner.downcast_ref::<PyGenerator>() {
        return close(vm, inner);
    }
    match special::getattr_opt(vm, inner, &vm.intern_str("close")) {
        Ok(Some(method)) => call::call_args(vm, &method, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(error) => {
            (vm.hooks.unraisable.get())(vm, error, inner);
            Ok(())
        }
    }
}

/// `close()`
pub fn close(vm: &Vm, generator: &Py<PyGenerator>) -> PyResult<()> {
    if generator.is_created() {
        generator.clear_frame();
        return Ok(());
    }
    let mut error = None;
    if let Some(inner) = generator.yield_from() {
        let outer = enter_delegation(vm, generator);
        error = close_iter(vm, &inner).err();
        leave_delegation(vm, generator, outer);
    }
    if generator.state.get() == GeneratorState::Finished {
        return Ok(());
    }
    let error = error.unwrap_or_else(|| vm.new_exception(ExcKind::GeneratorExit, Value::NULL));
    match generator.resume_with_error(vm, error) {
        Ok(SendResult::Yield(_)) => {
            let kind = generator.kind_name();
            Err(vm.runtime_error(format!("{kind} ignored GeneratorExit")))
        }
        Ok(SendResult::Return(_)) => Ok(()),
        Err(error)
            if error.is(vm, ExcKind::StopIteration) || error.is(vm, ExcKind::GeneratorExit) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// What `StopIteration` and its kin turn into when they leave a generator's frame (PEP 479).
pub fn convert_stop(vm: &Vm, frame: *mut Frame, error: PyErr) -> PyErr {
    // SAFETY: called for the complete frame of a generator.
    let flags = unsafe { (&*frame).code.flags };
    let message = if error.is(vm, ExcKind::StopIteration) {
        if flags & CodeFlags::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if flags & CodeFlags::COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if flags & CodeFlags::ASYNC_GENERATOR != 0 && error.is(vm, ExcKind::StopAsyncIteration) {
        "async generator raised StopAsyncIteration"
    } else {
        return error;
    };
    let converted = vm.runtime_error(message);
    converted.exception().cause.set(Some(error.to_value()));
    converted.exception().context.set(Some(error.into_value()));
    converted.exception().suppress_context.set(true);
    converted
}
