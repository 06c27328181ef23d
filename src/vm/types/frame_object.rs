//! `frame`: what Python sees of a running or ended call.
//!
//! CPython 3.11: `Objects/frameobject.c`.

use crate::interp::frame::{Frame, Owner};
use crate::native_type;
use crate::object::{Object, PyCell, Value, Visitor, type_flag};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of frame objects.
pub struct PyFrameObject {
    /// The frame; null only when the object outlived an interpreter error.
    pub frame: Cell<*mut Frame>,
    /// The frame's words, after the call ended.
    pub memory: PyCell<Option<Box<[u64]>>>,
    /// `f_back`, fixed when the call ended.
    pub back: PyCell<Option<Value>>,
    /// `f_trace`
    pub trace: PyCell<Option<Value>>,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
    /// `f_lineno` set by a trace function, 0 when not.
    pub lineno: Cell<i32>,
    /// The dict `f_locals` gave for a function's frame.
    pub locals: PyCell<Option<Value>>,
}

native_type!(PyFrameObject, "frame", base: PyBaseObject,
    flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None, traverse: Some(traverse), clear: Some(clear), tables: [super::frame_methods::TABLE]);

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live frame objects; a frame they own is complete and not running.
    unsafe {
        let object = (*object).cast::<PyFrameObject>();
        for field in [&object.back, &object.trace, &object.locals] {
            field.with(|value| value.iter().for_each(&mut *visit));
        }
        let frame = object.frame.get();
        if !frame.is_null() && (*frame).owner == Owner::FrameObject {
            Frame::traverse(frame, visit);
        }
    }
}

fn clear(_vm: &crate::context::Vm, value: &Value) {
    if let Some(object) = value.downcast_ref::<PyFrameObject>() {
        object.back.set(None);
        object.trace.set(None);
        object.locals.set(None);
        let frame = object.frame.get();
        // SAFETY: a frame the object owns is complete and not running.
        unsafe {
            if !frame.is_null() && (*frame).owner == Owner::FrameObject {
                Frame::clear_locals(frame);
            }
        }
    }
}

impl PyFrameObject {
    /// The object of a running frame.
    pub fn new(frame: *mut Frame) -> PyFrameObject {
        PyFrameObject {
            frame: Cell::new(frame),
            memory: PyCell::new(None),
            back: PyCell::new(None),
            trace: PyCell::new(None),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            lineno: Cell::new(0),
            locals: PyCell::new(None),
        }
    }
}

impl Drop for PyFrameObject {
    fn drop(&mut self) {
        let frame = self.frame.get();
        // SAFETY: a frame the object owns is complete, not running, and in `memory`.
        unsafe {
            if !frame.is_null() && (*frame).owner == Owner::FrameObject {
                (*frame).frame_object.set(Value::NULL.bits());
                Frame::drop_contents(frame);
            }
        }
    }
}
