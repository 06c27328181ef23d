//! Frame objects and the frames behind them: who owns what, when.
//!
//! A frame object points at a running frame; when the frame ends and the object is still held, the frame's words move into the object.
//!
//! CPython 3.11: `take_ownership`, `_PyFrame_MakeAndSetFrameObject` in `Python/frame.c`.

use super::frame::{FRAME_WORDS, Frame, Owner};
use crate::context::Vm;
use crate::object::{Py, PyRef, Value};
use crate::types::frame_object::PyFrameObject;
use crate::types::str::value::PyStr;
use std::mem::ManuallyDrop;

/// The frame object of a frame, made on first use; of a frame that an object owns, that object.
pub fn frame_object(vm: &Vm, frame: *mut Frame) -> Value {
    // SAFETY: callers give frames that are complete; the word holds an owned reference or NULL.
    unsafe {
        let word = (*frame).frame_object.get();
        if word != Value::NULL.bits() {
            let known = ManuallyDrop::new(Value::from_bits(word));
            return Value::clone(&known);
        }
        let object = PyRef::new(vm, PyFrameObject::new(frame)).into_value();
        (*frame).frame_object.set(object.clone().into_bits());
        object
    }
}

/// A frame's words were copied to a new place: its object must follow.
///
/// # Safety
/// `frame` must be the new, complete copy.
pub unsafe fn moved(frame: *mut Frame) {
    // SAFETY: see the function.
    unsafe {
        let word = (*frame).frame_object.get();
        if word != Value::NULL.bits() {
            let known = ManuallyDrop::new(Value::from_bits(word));
            if let Some(object) = known.downcast_ref::<PyFrameObject>() {
                object.frame.set(frame);
            }
        }
    }
}

/// The frame ends. When its object is held by somebody else, moves the contents there and gives true; the caller then only frees the
/// frame's memory.
///
/// # Safety
/// The frame must be complete, saved and not running any more.
pub unsafe fn detach(frame: *mut Frame) -> bool {
    // SAFETY: see the function; the words are copied whole, and the copy owns the contents from then on.
    unsafe {
        let value = Value::from_bits((*frame).frame_object.replace(Value::NULL.bits()));
        let Some(object) = value.downcast_ref::<PyFrameObject>() else {
            return false;
        };
        if value.refcount() == 1 {
            object.frame.set(std::ptr::null_mut());
            return false;
        }
        let previous = previous_complete((*frame).previous);
        if !previous.is_null() {
            let vm = object.object().class().vm();
            object.back.set(Some(frame_object(vm, previous)));
        }
        let words = FRAME_WORDS + (*frame).stacktop as usize;
        let mut memory = vec![0u64; words].into_boxed_slice();
        std::ptr::copy_nonoverlapping(frame.cast::<u64>(), memory.as_mut_ptr(), words);
        let copy = memory.as_mut_ptr().cast::<Frame>();
        (*copy).owner = Owner::FrameObject;
        // Not counted: the object owns the copy, and forgets the word before it drops the contents.
        (*copy).frame_object.set(value.bits());
        (*copy).previous = std::ptr::null_mut();
        object.frame.set(copy);
        object.memory.set(Some(memory));
        true
    }
}

/// Ends a frame that is no longer on the data stack: its contents go to its object when somebody holds that, and are dropped otherwise.
///
/// # Safety
/// The frame must be complete, not running, and not be used again.
pub unsafe fn end(frame: *mut Frame) {
    // SAFETY: passed on.
    unsafe {
        let moved = (*frame).frame_object.get() != Value::NULL.bits() && detach(frame);
        if !moved {
            Frame::drop_contents(frame);
        }
    }
}

/// The innermost frame from `frame` outward that has begun to run.
pub fn previous_complete(frame: *mut Frame) -> *mut Frame {
    let mut frame = frame;
    // SAFETY: the chain of running frames is complete and alive.
    unsafe {
        while !frame.is_null() && !(*frame).complete {
            frame = (*frame).previous;
        }
    }
    frame
}

/// The frame object of the running frame, and the offset of its instruction.
pub fn current_place(vm: &Vm) -> Option<(Value, i32)> {
    let frame = current_frame(vm);
    if frame.is_null() {
        return None;
    }
    // SAFETY: the running frame is complete.
    let lasti = unsafe { (*frame).lasti() };
    Some((frame_object(vm, frame), lasti))
}

/// Whether the running frame is of a function with this name, of the module with this `__name__`.
pub fn is_in_function(vm: &Vm, module: &str, function: &str) -> bool {
    let frame = current_frame(vm);
    if frame.is_null() {
        return false;
    }
    // SAFETY: the running frame is complete, and owns its code and, by its function, its globals.
    let (code, globals) = unsafe { (&(*frame).code, &*(*frame).globals) };
    let is = |text: &Py<PyStr>, wanted: &str| text.as_ascii() == Some(wanted);
    is(&code.name, function)
        && globals
            .get_str(&vm.names.__name__)
            .is_some_and(|name| name.downcast_ref().is_some_and(|name| is(name, module)))
}

/// The running thread's innermost frame that has begun to run.
pub fn current_frame(vm: &Vm) -> *mut Frame {
    previous_complete(vm.thread().frame.get().cast_mut().cast())
}
