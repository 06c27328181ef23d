//! What one thread of an interpreter is doing: its frames, the exceptions being handled, how deep it is.
//!
//! CPython 3.11: `PyThreadState`.

use super::PyErr;
use super::data_stack::DataStack;
use crate::object::{PyCell, Value};
use std::cell::Cell;

/// State of one thread.
pub struct Thread {
    /// The innermost Python frame (an `InterpreterFrame` of `interp`), null when none runs.
    pub frame: Cell<*const ()>,
    /// Exceptions being handled, innermost last: one entry for the thread itself and one for each running generator.
    pub handled: PyCell<Vec<Option<PyErr>>>,
    /// Python and native calls that may still nest (`sys.setrecursionlimit`).
    pub recursion_remaining: Cell<i32>,
    /// Whether a RecursionError is being dealt with, which gives 50 more levels.
    pub recursion_headroom: Cell<i32>,
    /// Lowest address the native stack may reach.
    pub stack_limit: Cell<usize>,
    /// Objects whose repr is being made, for cycles.
    pub repr_stack: PyCell<Vec<u64>>,
    /// `threading.get_ident()`: the system's own number of the thread.
    pub ident: Cell<u64>,
    /// Whether it is the one that handles signals.
    pub is_main: Cell<bool>,
    /// A lock to release when the thread ends (`_thread._set_sentinel`), an object of `_thread`.
    pub sentinel: PyCell<Option<Value>>,
    /// How deep in deallocations the thread was when it last gave the interpreter's lock back.
    pub dealloc_nesting: Cell<u32>,
    /// Context variables' current context, an object of `_contextvars`.
    pub context: PyCell<Option<Value>>,
    /// `sys.settrace` function and the argument the native side gave with it.
    pub trace: PyCell<Option<Value>>,
    /// `sys.setprofile` function.
    pub profile: PyCell<Option<Value>>,
    /// Whether `sys.settrace` is putting one in the place of another.
    pub installing_trace: Cell<bool>,
    /// The same of `sys.setprofile`.
    pub installing_profile: Cell<bool>,
    /// Whether a trace or profile function is running, during which none is called.
    pub tracing: Cell<u32>,
    /// The event a trace function is being called for.
    pub tracing_event: Cell<TraceEvent>,
    /// The frame of that event.
    pub tracing_frame: Cell<*const ()>,
    /// Hooks of `sys.set_asyncgen_hooks`: firstiter, finalizer.
    pub asyncgen_hooks: PyCell<(Option<Value>, Option<Value>)>,
    /// The value an iterator's end carries (`StopIteration.value`), for whoever asked for the next item; reset before asking.
    pub stop_value: PyCell<Value>,
    /// An exception another thread raises here.
    pub async_exception: PyCell<Option<PyErr>>,
    /// The value the running loop was left with: handlers hand on no more than a word.
    pub left_value: PyCell<Value>,
    /// The exception it was left with.
    pub left_error: PyCell<Option<PyErr>>,
    /// Where the native stack should end while the running loop goes from handler to handler.
    pub loop_floor: Cell<usize>,
    /// Memory of the frames.
    pub data_stack: PyCell<DataStack>,
    /// `sys.set_coroutine_origin_tracking_depth`
    pub coroutine_origin_depth: Cell<u32>,
}

impl Default for Thread {
    fn default() -> Thread {
        Thread {
            frame: Cell::new(std::ptr::null()),
            handled: PyCell::new(vec![None]),
            recursion_remaining: Cell::new(1000),
            recursion_headroom: Cell::new(0),
            stack_limit: Cell::new(0),
            repr_stack: PyCell::new(Vec::new()),
            ident: Cell::new(0),
            is_main: Cell::new(false),
            sentinel: PyCell::new(None),
            dealloc_nesting: Cell::new(0),
            context: PyCell::new(None),
            trace: PyCell::new(None),
            profile: PyCell::new(None),
            installing_trace: Cell::new(false),
            installing_profile: Cell::new(false),
            tracing: Cell::new(0),
            tracing_event: Cell::new(TraceEvent::None),
            tracing_frame: Cell::new(std::ptr::null()),
            asyncgen_hooks: PyCell::new((None, None)),
            stop_value: PyCell::new(Value::None),
            async_exception: PyCell::new(None),
            left_value: PyCell::new(Value::NULL),
            left_error: PyCell::new(None),
            loop_floor: Cell::new(0),
            data_stack: PyCell::new(DataStack::default()),
            coroutine_origin_depth: Cell::new(0),
        }
    }
}

impl Thread {
    /// State of the calling thread, which may be at `depth_limit` levels of recursion.
    pub fn of_caller(depth_limit: i32, is_main: bool) -> Thread {
        let thread = Thread::default();
        thread.recursion_remaining.set(depth_limit);
        thread
            .stack_limit
            .set(super::recursion::native_stack_limit());
        thread.ident.set(native_ident());
        thread.is_main.set(is_main);
        thread
    }

    /// Whether a trace or profile function is set.
    pub fn is_traced(&self) -> bool {
        self.trace.with(Option::is_some) || self.profile.with(Option::is_some)
    }

    /// Drops the values the thread holds, before its interpreter ends.
    pub fn clear(&self) {
        drop(self.handled.replace(vec![None]));
        for value in [&self.context, &self.trace, &self.profile, &self.sentinel] {
            value.set(None);
        }
        self.async_exception.set(None);
        self.stop_value.set(Value::None);
        self.asyncgen_hooks.set((None, None));
    }

    /// Exchanges the exception being handled in the innermost frame group (the thread's, or the running generator's).
    pub fn replace_handled(&self, handled: Option<PyErr>) -> Option<PyErr> {
        self.handled.with_mut(|stack| match stack.last_mut() {
            Some(top) => std::mem::replace(top, handled),
            None => handled,
        })
    }

    /// The exception being handled, looking outward through generators (`sys.exc_info()`).
    pub fn current_exception(&self) -> Option<PyErr> {
        self.handled
            .with(|handled| handled.iter().rev().find_map(Clone::clone))
    }
}

/// The system's number of the calling thread.
pub fn native_ident() -> u64 {
    // SAFETY: there always is one.
    unsafe { libc::pthread_self() as u64 }
}

/// What a trace function is told of, as far as it matters for jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// Nothing.
    None,
    /// A frame begins.
    Call,
    /// A line begins.
    Line,
    /// Anything else.
    Other,
}

/// What a generator is resumed with.
pub enum Resume {
    /// `next()`, `send(value)`.
    Send(Value),
    /// `throw(exception)`.
    Throw(PyErr),
}

/// What `compile` is asked for.
pub struct CompileRequest<'a> {
    /// Source bytes.
    pub source: &'a [u8],
    /// Whether `source` came from a str (then it is UTF-8 and a coding cookie is ignored).
    pub is_str: bool,
    /// `co_filename`
    pub filename: &'a Value,
    /// `exec`, `eval`, `single` or `func_type`.
    pub mode: &'a str,
    /// `PyCF_*` and `CO_FUTURE_*` flags.
    pub flags: u32,
    /// -1 for the interpreter's own level.
    pub optimize: i32,
}
