//! Names of module and class code: the locals mapping, then globals and builtins. `__build_class__`, `__annotations__`.
//!
//! CPython 3.11: `LOAD_NAME`, `STORE_NAME`, `DELETE_NAME`, `LOAD_CLASSDEREF`, `SETUP_ANNOTATIONS`, `LOAD_BUILD_CLASS`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::frame::Frame;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::protocol::mapping;
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;

/// A name in a namespace dict; subclasses of dict are asked through `__getitem__`.
#[inline]
pub fn dict_lookup(vm: &Vm, dict: &Py<PyDict>, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    if dict.object().class().is(&vm.types.dict) {
        return Ok(dict.get_str(name));
    }
    mapping_lookup(vm, &dict.as_value(), name)
}

fn mapping_lookup(vm: &Vm, mapping: &Value, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    match mapping::get_item(vm, mapping, &name.as_value()) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(vm, ExcKind::KeyError) => Ok(None),
        Err(error) => Err(error),
    }
}

fn locals_lookup(vm: &Vm, frame: &Frame, name: &Py<PyStr>) -> PyResult<Option<Value>> {
    let locals = &frame.locals_mapping;
    if locals.is_null() {
        return Err(vm.system_error(format!(
            "no locals when loading '{}'",
            name.to_string_lossy()
        )));
    }
    match locals.downcast_exact::<PyDict>(vm) {
        Some(dict) => Ok(dict.get_str(name)),
        None => mapping_lookup(vm, &locals.clone(), name),
    }
}

/// The class namespace's own value for a free variable of the class body.
pub fn class_lookup(vm: &Vm, frame: &Frame, oparg: u32) -> PyResult<Option<Value>> {
    match frame
        .code
        .localsplusnames
        .as_slice()
        .get(oparg as usize)
        .and_then(|name| name.downcast_ref::<PyStr>())
    {
        Some(name) => locals_lookup(vm, frame, &name.to_ref()),
        None => Ok(None),
    }
}

#[inline(always)]
pub fn load_name(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    let value = match raise!(locals_lookup(vm, r.frame(), name)) {
        Some(value) => value,
        None => raise!(super::load_global::lookup(
            vm,
            r.globals(),
            r.builtins(),
            name
        )),
    };
    r.push(value);
    Next::Continue
}

#[inline(never)]
fn store_name_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    let value = r.pop();
    let locals = &r.frame().locals_mapping;
    if locals.is_null() {
        return Next::Raise(vm.system_error(format!(
            "no locals found when storing '{}'",
            name.to_string_lossy()
        )));
    }
    match locals.downcast_exact::<PyDict>(vm) {
        Some(dict) => dict.set_str(vm, name, value),
        None => raise!(mapping::set_item(
            vm,
            &locals.clone(),
            &name.as_value(),
            value
        )),
    }
    Next::Continue
}

#[inline(never)]
fn delete_name_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    let locals = r.frame().locals_mapping.clone();
    if locals.is_null() {
        return Next::Raise(vm.system_error(format!(
            "no locals when deleting '{}'",
            name.to_string_lossy()
        )));
    }
    let found = match locals.downcast_exact::<PyDict>(vm) {
        Some(dict) => dict.pop_str(name).is_some(),
        None => match mapping::del_item(vm, &locals, &name.as_value()) {
            Ok(()) => true,
            Err(error) if error.is(vm, ExcKind::KeyError) => false,
            Err(error) => return Next::Raise(error),
        },
    };
    if found {
        Next::Continue
    } else {
        Next::Raise(super::load_global::undefined(vm, name))
    }
}

#[inline(never)]
fn setup_annotations_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let locals = r.frame().locals_mapping.clone();
    if locals.is_null() {
        return Next::Raise(vm.system_error("no locals found when setting up annotations"));
    }
    let name = vm.names.__annotations__.clone();
    let present = match locals.downcast_exact::<PyDict>(vm) {
        Some(dict) => dict.get_str(&name).is_some(),
        None => raise!(mapping_lookup(vm, &locals, &name)).is_some(),
    };
    if !present {
        raise!(mapping::set_item(
            vm,
            &locals,
            &name.as_value(),
            PyDict::new(vm).into_value()
        ));
    }
    Next::Continue
}

#[inline(never)]
fn load_build_class_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    match raise!(dict_lookup(vm, r.builtins(), &vm.names.__build_class__)) {
        Some(value) => {
            r.push(value);
            Next::Continue
        }
        None => Next::Raise(vm.name_error("__build_class__ not found")),
    }
}

#[inline(always)]
pub fn load_assertion_error(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    r.push(vm.exception_class(ExcKind::AssertionError).into_value());
    Next::Continue
}
slow_handler!(store_name, store_name_slow);
slow_handler!(load_build_class, load_build_class_slow);
slow_handler!(setup_annotations, setup_annotations_slow);
slow_handler!(delete_name, delete_name_slow);
