//! `InterpreterFrame`: one running call of a code object.
//!
//! ```text
//!  | Frame | localsplus: locals, cells, free variables | value stack … |
//!            ^ frame.locals()                            ^ stack base     ^ sp
//! ```
//!
//! Frames of calls stand one behind the other on the thread's data stack; the frame of a generator stands in memory of its own, and moves
//! nowhere while it is suspended. A Python frame object is made only when somebody asks for one; when the call ends while the frame object
//! is still held, the frame's contents move into it (`frame_ownership.rs`).
//!
//! Invariants: a frame owns its code, function, locals and everything in localsplus and on its stack up to `stacktop`; slots of localsplus
//! are always initialised (`NULL` when unset); the stack's slots only below the stack pointer.
//!
//! CPython 3.11: `Include/internal/pycore_frame.h`, `Python/frame.c`.

use crate::context::{PyResult, Thread, Vm};
use crate::object::{Py, PyRef, Value, Visitor};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::generator::PyGenerator;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Who owns the memory of a frame, and what happens at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Owner {
    /// The thread's data stack.
    Thread,
    /// A generator, coroutine or async generator.
    Generator,
    /// A frame object, after the call ended.
    FrameObject,
}

/// What to do with what a frame gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Return {
    /// Leave the loop: native code called.
    Exit,
    /// Push it on the caller's stack.
    Push,
    /// A constructor ran `__init__`: check for None, and push the instance that waits below.
    Init,
    /// A binary operator called its left operand's method: replace the operands. `return_jump` is the operator.
    Binary,
    /// The same of a comparison, which also took a level of recursion.
    Compare,
    /// The method gave an iterator for `for`: check it, and replace the operand.
    Iter,
    /// The same for `await`.
    Await,
    /// Drop it and jump: the method was called for what it does.
    Discard,
    /// `for` over this generator: push, or at the end drop the iterator and jump.
    ForIter,
    /// `yield from` or `await` of this generator: replace the sent value, and at the end jump.
    Send,
}

impl Return {
    /// Whether the loop called a special method for an instruction of the caller's.
    #[inline(always)]
    pub fn is_special_method(self) -> bool {
        use Return::{Await, Binary, Compare, Discard, Init, Iter};
        matches!(self, Init | Binary | Compare | Iter | Await | Discard)
    }
}

/// The head of a frame; localsplus and the value stack follow.
#[repr(C)]
pub struct Frame {
    /// The code object, owned.
    pub code: PyRef<PyCode>,
    /// The function, owned.
    pub function: PyRef<PyFunction>,
    /// The first constant, kept alive by the code.
    pub consts: *const Value,
    /// The first name, kept alive by the code.
    pub names: *const Value,
    /// Keyword names for the next call (`KW_NAMES`), a tuple constant of the code; null when there are none.
    pub kwnames: *const Py<PyTuple>,
    /// Globals, kept alive by the function.
    pub globals: *const Py<PyDict>,
    /// Builtins, kept alive by the function.
    pub builtins: *const Py<PyDict>,
    /// The locals mapping of module and class code, `NULL` for functions.
    pub locals_mapping: Value,
    /// The frame object, `NULL` when nobody asked for one.
    pub frame_object: Cell<u64>,
    /// The frame that called this one.
    pub previous: *mut Frame,
    /// The next instruction to run.
    pub ip: *const u16,
    /// Values on the stack while the frame is not running, counted from the start of localsplus.
    pub stacktop: u32,
    /// Units to jump in the caller when a generator ends (`Return::ForIter`, `Return::Send`) or a method did its work (`Return::Discard`);
    /// the operator of `Return::Binary` and `Return::Compare`.
    pub return_jump: u32,
    /// The generator whose frame this is, for `Owner::Generator`.
    pub generator: *const Py<PyGenerator>,
    /// Who owns the memory.
    pub owner: Owner,
    /// What happens with the result.
    pub on_return: Return,
    /// Whether the frame has begun to run (RESUME was reached); incomplete frames are hidden from Python.
    pub complete: bool,
    /// The next exception to be raised comes back to this frame (see `unwind`).
    pub reraising: bool,
}

const _: () = assert!(size_of::<Frame>() % 8 == 0 && align_of::<Frame>() == 8);

/// Words a frame head takes.
pub const FRAME_WORDS: usize = size_of::<Frame>() / 8;

impl Frame {
    /// The first slot of localsplus.
    #[inline(always)]
    pub fn locals(&self) -> *mut Value {
        // SAFETY: localsplus begins right behind the head, in the same allocation.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut() }
    }

    /// The first instruction.
    #[inline(always)]
    pub fn code_start(&self) -> *const u16 {
        self.code.quickened_start()
    }

    /// Byte offset of the instruction that runs or ran last, -1 before the first (`f_lasti`).
    #[inline]
    pub fn lasti(&self) -> i32 {
        // SAFETY: `ip` points into the array that begins at `code_start`, or right behind it.
        let units = unsafe { self.ip.offset_from(self.code_start()) };
        (units as i32 - 1) * 2
    }

    /// Words of localsplus and stack.
    pub fn body_words(code: &PyCode) -> usize {
        code.nlocalsplus() + code.stacksize as usize
    }

    /// Visits what the frame refers to.
    ///
    /// # Safety
    /// The frame must be complete, saved and not running.
    pub unsafe fn traverse(this: *const Frame, visit: &mut Visitor<'_>) {
        // SAFETY: slots below `stacktop` are initialised.
        unsafe {
            visit(&(*this).code.as_value());
            visit(&(*this).function.as_value());
            visit(&(*this).locals_mapping);
            let locals = (*this).locals();
            for index in 0..(*this).stacktop as usize {
                visit(&*locals.add(index));
            }
        }
    }

    /// Empties localsplus and the stack (`frame.clear()`, breaking cycles).
    ///
    /// # Safety
    /// As for `traverse`.
    pub unsafe fn clear_locals(this: *mut Frame) {
        // SAFETY: each slot is initialised before and after; the old value is dropped when the slot is NULL already.
        unsafe {
            let locals = (*this).locals();
            for index in 0..(*this).stacktop as usize {
                drop(std::ptr::replace(locals.add(index), Value::NULL));
            }
        }
    }

    /// Drops everything the frame owns. Its memory stays with its owner.
    ///
    /// # Safety
    /// The frame must not run, and must not be used again. `stacktop` must be right.
    pub unsafe fn drop_contents(this: *mut Frame) {
        // SAFETY: passed on.
        unsafe { Frame::drop_contents_here(this) };
    }

    /// As `drop_contents`, inlined into the loop.
    ///
    /// # Safety
    /// As for `drop_contents`.
    #[inline(always)]
    unsafe fn drop_contents_here(this: *mut Frame) {
        // SAFETY: slots below `stacktop` are initialised; the caller gives the frame up.
        unsafe {
            let top = (*this).stacktop as usize;
            let locals = (*this).locals();
            (*this).stacktop = 0;
            for index in 0..top {
                drop(locals.add(index).read());
            }
            let object = (*this).frame_object.replace(Value::NULL.bits());
            drop(Value::from_bits(object));
            std::ptr::drop_in_place(&raw mut (*this).locals_mapping);
            std::ptr::drop_in_place(&raw mut (*this).code);
            std::ptr::drop_in_place(&raw mut (*this).function);
        }
    }
}

/// Makes a frame on the thread's data stack. Localsplus is not initialised yet.
///
/// # Safety
/// The caller must initialise all of localsplus before anything can look at the frame.
#[inline(always)]
pub unsafe fn push_frame(
    vm: &Vm,
    thread: &Thread,
    function: PyRef<PyFunction>,
    on_return: Return,
) -> *mut Frame {
    let code = function.code.get();
    let start = code.quicken(vm);
    let words = FRAME_WORDS + Frame::body_words(&code);
    let nlocalsplus = code.nlocalsplus() as u32;
    let place = thread
        .data_stack
        .with_mut(|stack| stack.push(words))
        .cast::<Frame>();
    let consts = code.consts.as_slice().as_ptr();
    let names = code.names.as_slice().as_ptr();
    let globals: *const Py<PyDict> = &*function.globals;
    let builtins: *const Py<PyDict> = &*function.builtins;
    // SAFETY: the memory was just taken from the data stack and has room for the frame.
    unsafe {
        place.write(Frame {
            code,
            function,
            globals,
            builtins,
            locals_mapping: Value::NULL,
            frame_object: Cell::new(Value::NULL.bits()),
            previous: std::ptr::null_mut(),
            ip: start,
            stacktop: nlocalsplus,
            return_jump: 0,
            generator: std::ptr::null(),
            owner: Owner::Thread,
            on_return,
            complete: false,
            reraising: false,
            kwnames: std::ptr::null(),
            consts,
            names,
        });
    }
    place
}

/// Ends a frame of the data stack: hands its contents to the frame object when somebody holds it, drops them otherwise.
///
/// # Safety
/// `frame` must be the last frame pushed on the thread's data stack, and not be used again.
#[inline(always)]
pub unsafe fn pop_frame(thread: &Thread, frame: *mut Frame) {
    // SAFETY: the frame is complete and not running any more.
    unsafe {
        let moved = (*frame).frame_object.get() != Value::NULL.bits()
            && super::frame_ownership::detach(frame);
        if !moved {
            Frame::drop_contents_here(frame);
        }
    }
    thread.data_stack.with_mut(|stack| stack.pop(frame.cast()));
}

/// The caller's view of `sys.setrecursionlimit`: one more Python frame, or RecursionError.
#[inline(always)]
pub fn enter_call(vm: &Vm, thread: &Thread) -> PyResult<()> {
    let remaining = thread.recursion_remaining.get() - 1;
    thread.recursion_remaining.set(remaining);
    if remaining < 0 {
        too_deep(vm, thread)
    } else {
        Ok(())
    }
}

#[cold]
#[inline(never)]
fn too_deep(vm: &Vm, thread: &Thread) -> PyResult<()> {
    if thread.recursion_headroom.get() > 0 && thread.recursion_remaining.get() >= -50 {
        return Ok(());
    }
    thread
        .recursion_remaining
        .set(thread.recursion_remaining.get() + 1);
    thread
        .recursion_headroom
        .set(thread.recursion_headroom.get() + 1);
    let error = vm.recursion_error("maximum recursion depth exceeded");
    thread
        .recursion_headroom
        .set(thread.recursion_headroom.get() - 1);
    Err(error)
}

/// One Python frame fewer.
#[inline(always)]
pub fn leave_call(thread: &Thread) {
    thread
        .recursion_remaining
        .set(thread.recursion_remaining.get() + 1);
}
