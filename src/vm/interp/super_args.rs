//! What lower layers ask about the innermost Python frame: its globals, and what `super()` without arguments means in it.
//!
//! CPython 3.11: `super_init_without_args` in `Objects/typeobject.c`, `PyEval_GetGlobals` in `Python/ceval.c`.

use super::frame::Frame;
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, PyType, Value};
use crate::protocol::attr::name_of;
use crate::types::cell::PyCellObject;
use crate::types::dict::value::PyDict;

/// `CO_FAST_CELL`
const CELL: u8 = 0x40;

/// The innermost Python frame.
fn current(vm: &Vm) -> Option<&Frame> {
    // SAFETY: the thread points at a frame that runs, or at none; it runs longer than the native call that asks.
    unsafe { vm.thread().frame.get().cast::<Frame>().as_ref() }
}

/// The globals of the innermost Python frame.
fn frame_globals(vm: &Vm) -> Option<PyRef<PyDict>> {
    // SAFETY: the frame's function keeps the globals alive.
    current(vm).map(|frame| unsafe { &*frame.globals }.to_ref())
}

/// The content of the `__class__` cell and the first argument of the innermost Python frame.
fn super_arguments(vm: &Vm) -> PyResult<(Value, Value)> {
    let Some(frame) = current(vm) else {
        return Err(vm.runtime_error("super(): no current frame"));
    };
    let code = &frame.code;
    if code.argcount == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    let slot = |index: usize| {
        // SAFETY: `index` is below `nlocalsplus`, and slots of localsplus are always initialised.
        unsafe { &*frame.locals().add(index) }.clone().non_null()
    };
    let mut first = slot(0);
    // A parameter that inner functions use is a cell here.
    if code
        .localspluskinds
        .first()
        .is_some_and(|kind| kind & CELL != 0)
        && let Some(value) = &first
        && let Some(cell) = value.downcast_ref::<PyCellObject>()
    {
        first = cell.content.get().non_null();
    }
    let Some(first) = first else {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    };
    let count = code.nlocalsplus();
    for index in count - code.nfreevars as usize..count {
        let Some(name) = code.localsplusnames.as_slice().get(index) else {
            break;
        };
        if !name_of(vm, name)?.equals(&vm.names.__class__) {
            continue;
        }
        let value = slot(index);
        let Some(cell) = value
            .as_ref()
            .and_then(|v| v.downcast_ref::<PyCellObject>())
        else {
            return Err(vm.runtime_error("super(): bad __class__ cell"));
        };
        let Some(class) = cell.content.get().non_null() else {
            return Err(vm.runtime_error("super(): empty __class__ cell"));
        };
        if class.downcast_ref::<PyType>().is_none() {
            return Err(vm.runtime_error(format!(
                "super(): __class__ is not a type ({})",
                class.class(vm).tp_name()
            )));
        }
        return Ok((class, first));
    }
    Err(vm.runtime_error("super(): __class__ cell not found"))
}

/// Sets the hooks.
pub fn install(vm: &Vm) {
    vm.hooks.frame_globals.set(frame_globals);
    vm.hooks.super_arguments.set(super_arguments);
}
