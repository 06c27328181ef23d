//! `frame.f_lineno = line`: jumps, from a trace function.
//!
//! CPython 3.11: `frame_setlineno` in `Objects/frameobject.c`. Only the frame that the trace function was called for can jump; CPython
//! lets its callers jump too, whose stack is in the middle of a call then.

use crate::context::thread::TraceEvent;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::Value;
use crate::protocol::convert_int;
use crate::types::exceptions::value::PyBaseException;
use crate::types::frame_methods::frame_of;
use crate::types::frame_object::PyFrameObject;
use crate::types::native;
use bytecode::jumps::{JumpCode, Kind};

/// The setter.
pub fn set_lineno(vm: &Vm, value: &Value, line: Option<Value>) -> PyResult<()> {
    let object = native::this::<PyFrameObject>(vm, value)?;
    let Some(line) = line else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    if !line.class(vm).is(&vm.types.int) {
        return Err(vm.value_error("lineno must be an integer"));
    }
    let frame = frame_of(vm, value)?;
    let thread = vm.thread();
    match thread.tracing_event.get() {
        TraceEvent::Line if thread.tracing_frame.get() == frame.cast_const().cast() => {}
        // CPython says so outside of any event, too.
        TraceEvent::Call | TraceEvent::None => {
            return Err(vm.value_error("can't jump from the 'call' trace event of a new frame"));
        }
        _ => return Err(vm.value_error("can only jump from a 'line' trace event")),
    }
    if object.trace.with(Option::is_none) {
        return Err(vm.value_error("f_lineno can only be set by a trace function"));
    }
    let line = match convert_int::to_i64(vm, &line).map(i32::try_from) {
        Ok(Ok(line)) => line,
        _ => return Err(vm.value_error("lineno out of range")),
    };
    // SAFETY: a frame object's frame is complete, and the traced loop saved it before it called the trace function.
    let (code, unit, depth) = unsafe {
        let code = (*frame).code.clone();
        let depth = ((*frame).stacktop as usize).checked_sub(code.nlocalsplus());
        let unit = usize::try_from((*frame).lasti() / 2).unwrap_or(0);
        (code, unit, depth)
    };
    let jump = JumpCode {
        code: code.code.as_slice(),
        exceptiontable: code.exceptiontable.as_slice(),
        linetable: code.linetable.as_slice(),
        firstlineno: code.firstlineno,
        flags: code.flags,
    }
    .jump(unit, line)
    .map_err(|why| vm.value_error(why))?;
    if depth != Some(jump.depth) {
        return Err(vm.value_error("can't jump from unreachable code"));
    }
    let mut dropped = Vec::new();
    // SAFETY: the model has as many values as the stack, and the jump's target is an instruction with what is left; the traced loop takes
    // the frame up again where it stands.
    unsafe {
        (*frame).ip = (*frame).code_start().add(jump.unit + 1);
        for kind in jump.dropped {
            (*frame).stacktop -= 1;
            let top = (*frame).locals().add((*frame).stacktop as usize).read();
            dropped.push(match kind {
                Kind::Except => {
                    let outer = top.downcast::<PyBaseException>().ok().map(PyErr::new);
                    thread
                        .replace_handled(outer)
                        .map_or(Value::None, PyErr::into_value)
                }
                _ => top,
            });
        }
    }
    object.lineno.set(0);
    drop(dropped);
    Ok(())
}
