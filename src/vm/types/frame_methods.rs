//! What Python sees of frames: the attributes of `frame`, and the locals of any frame as a mapping.
//!
//! CPython 3.11: `Objects/frameobject.c`, `_PyFrame_FastToLocalsWithError`.

use super::frame_object::PyFrameObject;
use crate::context::{PyResult, Vm};
use crate::interp::frame::{Frame, Owner};
use crate::interp::frame_ownership;
use crate::object::{GetSetDef, MethodDef, Py, Table, Value};
use crate::protocol::mapping;
use crate::types::cell::PyCellObject;
use crate::types::dict::value::PyDict;
use crate::types::native;
use crate::types::str::value::PyStr;
use bytecode::{CodeFlags, LocalKind};

/// What the type does.
pub static TABLE: Table = Table {
    methods: METHODS,
    getsets: GETSETS,
    consts: &[],
    fill_slots: |slots| slots.repr.set(Some(repr)),
};

const METHODS: &[MethodDef] = &[
    native::unsigned(native::no_args(
        "clear",
        "F.clear(): clear most references held by the frame",
        clear,
    )),
    native::unsigned(native::no_args(
        "__sizeof__",
        "F.__sizeof__() -> size of F in memory, in bytes",
        sizeof,
    )),
];

const GETSETS: &[GetSetDef] = &[
    GetSetDef {
        name: "f_trace_lines",
        doc: None,
        get: Some(|vm, this| Ok(Value::bool(object(vm, this)?.trace_lines.get()))),
        set: Some(set_trace_lines),
        member: true,
    },
    GetSetDef {
        name: "f_trace_opcodes",
        doc: None,
        get: Some(|vm, this| Ok(Value::bool(object(vm, this)?.trace_opcodes.get()))),
        set: Some(set_trace_opcodes),
        member: true,
    },
    native::getter("f_back", None, back),
    native::getter("f_locals", None, locals),
    GetSetDef {
        name: "f_lineno",
        doc: None,
        get: Some(lineno),
        set: Some(crate::interp::frame_jump::set_lineno),
        member: false,
    },
    GetSetDef {
        name: "f_trace",
        doc: None,
        get: Some(|vm, this| Ok(object(vm, this)?.trace.get().unwrap_or(Value::None))),
        set: Some(set_trace),
        member: false,
    },
    native::getter("f_lasti", None, lasti),
    native::getter("f_globals", None, globals),
    native::getter("f_builtins", None, builtins),
    native::getter("f_code", None, code),
];

fn object<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyFrameObject>> {
    native::this(vm, value)
}

/// The frame behind a frame object.
pub fn frame_of(vm: &Vm, value: &Value) -> PyResult<*mut Frame> {
    let frame = object(vm, value)?.frame.get();
    if frame.is_null() {
        Err(vm.runtime_error("the frame is gone"))
    } else {
        Ok(frame)
    }
}

/// The line a frame object is at; `None` when its instruction has none.
pub fn line_number(vm: &Vm, value: &Value) -> PyResult<Option<i32>> {
    let set = object(vm, value)?.lineno.get();
    if set != 0 {
        return Ok(Some(set));
    }
    let frame = frame_of(vm, value)?;
    // SAFETY: a frame object's frame is complete.
    unsafe { Ok((*frame).code.line_of((*frame).lasti())) }
}

fn lineno(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(line_number(vm, value)?.map_or(Value::None, |line| vm.new_int(line.into())))
}

fn flag(vm: &Vm, value: Option<Value>) -> PyResult<bool> {
    match value {
        Some(value) if value.is_bool() => Ok(value.is_true()),
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

fn set_trace_lines(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    object(vm, this)?.trace_lines.set(flag(vm, value)?);
    Ok(())
}

fn set_trace_opcodes(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    object(vm, this)?.trace_opcodes.set(flag(vm, value)?);
    Ok(())
}

fn set_trace(vm: &Vm, this: &Value, value: Option<Value>) -> PyResult<()> {
    object(vm, this)?.trace.set(value.and_then(Value::non_none));
    Ok(())
}

fn lasti(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    // SAFETY: a frame object's frame is complete.
    let lasti = unsafe { (*frame).lasti() };
    Ok(vm.new_int(i64::from(if lasti < 0 { -1 } else { lasti })))
}

fn globals(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    // SAFETY: a frame object's frame is complete; its function keeps the globals alive.
    Ok(unsafe { (*(*frame).globals).to_value() })
}

fn builtins(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    // SAFETY: as in `globals`.
    Ok(unsafe { (*(*frame).builtins).to_value() })
}

fn code(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    // SAFETY: a frame object's frame is complete.
    Ok(unsafe { (*frame).code.to_value() })
}

fn back(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = object(vm, value)?;
    if let Some(back) = this.back.get() {
        return Ok(back);
    }
    let frame = this.frame.get();
    // SAFETY: a frame object's frame is complete, and so is the chain of running frames.
    unsafe {
        if frame.is_null() || (*frame).owner == Owner::FrameObject {
            return Ok(Value::None);
        }
        let previous = frame_ownership::previous_complete((*frame).previous);
        Ok(if previous.is_null() {
            Value::None
        } else {
            frame_ownership::frame_object(vm, previous)
        })
    }
}

fn locals(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    locals_of_frame(vm, frame)
}

fn repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    let line = line_number(vm, value)?;
    // SAFETY: a frame object's frame is complete.
    let code = unsafe { (*frame).code.clone() };
    let filename = crate::protocol::repr::repr_text(vm, &code.filename.get().into_value())?;
    let line = line.map_or_else(|| String::from("None"), |line| line.to_string());
    let address = crate::protocol::repr::address(value);
    Ok(vm.new_str(&format!(
        "<frame at {address}, file {filename}, line {line}, code {}>",
        code.name.to_string_lossy()
    )))
}

fn sizeof(vm: &Vm, value: &Value) -> PyResult<Value> {
    let frame = frame_of(vm, value)?;
    // SAFETY: a frame object's frame is complete.
    let words = unsafe { Frame::body_words(&(*frame).code) };
    Ok(vm.new_usize(64 + 80 + words * 8))
}

/// Whether a frame is being run now, or is part of the chain of running frames.
fn is_running(vm: &Vm, frame: *mut Frame) -> bool {
    let mut place: *mut Frame = vm.thread().frame.get().cast_mut().cast();
    while !place.is_null() {
        if place == frame {
            return true;
        }
        // SAFETY: the chain of running frames is complete and alive.
        place = unsafe { (*place).previous };
    }
    false
}

fn clear(vm: &Vm, value: &Value) -> PyResult<Value> {
    let this = object(vm, value)?;
    let frame = this.frame.get();
    if frame.is_null() {
        return Ok(Value::None);
    }
    if is_running(vm, frame) {
        return Err(vm.runtime_error("cannot clear an executing frame"));
    }
    // SAFETY: the frame is complete and not running.
    unsafe {
        match (*frame).owner {
            Owner::Generator if !(*frame).generator.is_null() => {
                let generator = (*(*frame).generator).to_ref();
                super::generator_methods::finalize(vm, &generator.to_value());
                generator.clear_frame();
                this.locals.set(None);
            }
            Owner::FrameObject => {
                this.locals.set(None);
                Frame::clear_locals(frame);
            }
            _ => {}
        }
    }
    Ok(Value::None)
}

/// The mapping of a frame's locals: the namespace of module and class code, a dict of the variables of a function, brought up to date.
pub fn locals_of_frame(vm: &Vm, frame: *mut Frame) -> PyResult<Value> {
    // SAFETY: callers give complete frames.
    let (mapping, optimized) = unsafe {
        let frame = &*frame;
        (
            frame.locals_mapping.clone(),
            frame.code.flags & CodeFlags::OPTIMIZED != 0,
        )
    };
    let target = if mapping.is_null() {
        let value = frame_ownership::frame_object(vm, frame);
        let this = object(vm, &value)?;
        match this.locals.get() {
            Some(known) => known,
            None => {
                let fresh = PyDict::new(vm).into_value();
                this.locals.set(Some(fresh.clone()));
                fresh
            }
        }
    } else {
        mapping
    };
    let items = variables(vm, frame, optimized);
    for (name, value) in items {
        match (target.downcast_exact::<PyDict>(vm), value) {
            (Some(dict), Some(value)) => dict.set_str(vm, &name, value),
            (Some(dict), None) => drop(dict.pop_str(&name)),
            (None, Some(value)) => mapping::set_item(vm, &target, &name.as_value(), value)?,
            (None, None) => match mapping::del_item(vm, &target, &name.as_value()) {
                Err(error) if !error.is(vm, crate::context::errors::ExcKind::KeyError) => {
                    return Err(error);
                }
                _ => {}
            },
        }
    }
    Ok(target)
}

/// Takes the values of the dict that `f_locals` gave back into the frame's variables (`PyFrame_LocalsToFast`).
pub fn locals_to_frame(vm: &Vm, frame: *mut Frame) {
    let value = frame_ownership::frame_object(vm, frame);
    let dict = value
        .downcast_ref::<PyFrameObject>()
        .and_then(|object| object.locals.get());
    let Some(dict) = dict.as_ref().and_then(|dict| dict.downcast_ref::<PyDict>()) else {
        return;
    };
    let mut old = Vec::new();
    // SAFETY: callers give complete frames; slots of localsplus are initialised before and after, and the old values are dropped last.
    unsafe {
        let code = (*frame).code.clone();
        for (index, kind) in code.localspluskinds.as_slice().iter().enumerate() {
            let Some(name) = code.localsplusnames.as_slice()[index].downcast_ref::<PyStr>() else {
                continue;
            };
            let value = dict.get_str(name).unwrap_or(Value::NULL);
            let slot = (*frame).locals().add(index);
            if kind & (LocalKind::FREE | LocalKind::CELL) != 0 {
                if let Some(cell) = (*slot).downcast_ref::<PyCellObject>() {
                    old.push(cell.content.replace(value));
                }
            } else {
                old.push(std::ptr::replace(slot, value));
            }
        }
    }
}

/// The variables of a frame with their values; free variables only for functions (classes name theirs themselves).
fn variables(
    vm: &Vm,
    frame: *mut Frame,
    optimized: bool,
) -> Vec<(crate::object::PyRef<PyStr>, Option<Value>)> {
    let _ = vm;
    let mut items = Vec::new();
    // SAFETY: slots of localsplus of a complete frame are initialised.
    unsafe {
        let code = (*frame).code.clone();
        let first_free = code.nlocalsplus() - code.nfreevars as usize;
        for (index, kind) in code.localspluskinds.as_slice().iter().enumerate() {
            if kind & LocalKind::FREE != 0 && !optimized {
                continue;
            }
            let Some(name) = code.localsplusnames.as_slice()[index].downcast_ref::<PyStr>() else {
                continue;
            };
            let slot = &*(*frame).locals().add(index);
            let mut value = slot.clone();
            if kind & LocalKind::FREE != 0 && value.is_null() && (*frame).lasti() <= 0 {
                // The frame has not copied its closure yet.
                let function = &(*frame).function;
                if let Some(closure) = &function.closure {
                    value = closure
                        .as_slice()
                        .get(index - first_free)
                        .cloned()
                        .unwrap_or(Value::NULL);
                }
            }
            if kind & (LocalKind::FREE | LocalKind::CELL) != 0
                && let Some(cell) = value.downcast_ref::<PyCellObject>()
            {
                value = cell.content.get();
            }
            items.push((name.to_ref(), value.non_null()));
        }
    }
    items
}
