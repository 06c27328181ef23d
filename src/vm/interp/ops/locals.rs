//! Locals, constants, cells and free variables.
//!
//! CPython 3.11: `LOAD_FAST` … `COPY_FREE_VARS` in `Python/ceval.c`.

use crate::context::{PyErr, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::types::cell::PyCellObject;
use crate::types::code::PyCode;
use crate::types::str::value::PyStr;

#[inline(always)]
pub fn load_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.local(oparg as usize).clone();
    if value.is_null() {
        return Next::Raise(unbound_local(vm, r.code(), oparg));
    }
    r.push(value);
    Next::Continue
}

#[inline(always)]
pub fn load_const(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.constant(oparg as usize).clone();
    r.push(value);
    Next::Continue
}

#[inline(always)]
pub fn store_fast(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    drop(r.replace_local(oparg as usize, value));
    Next::Continue
}

#[inline(always)]
pub fn delete_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let old = r.replace_local(oparg as usize, Value::NULL);
    if old.is_null() {
        return Next::Raise(unbound_local(vm, r.code(), oparg));
    }
    Next::Continue
}

#[inline(always)]
fn second_oparg(r: &mut Regs) -> u32 {
    u32::from(r.fetch() >> 8)
}

#[inline(always)]
pub fn load_fast__load_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.local(oparg as usize).clone();
    if value.is_null() {
        return Next::Raise(unbound_local(vm, r.code(), oparg));
    }
    r.push(value);
    let oparg = second_oparg(r);
    load_fast(vm, r, oparg)
}

#[inline(always)]
pub fn load_fast__load_const(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.local(oparg as usize).clone();
    if value.is_null() {
        return Next::Raise(unbound_local(vm, r.code(), oparg));
    }
    r.push(value);
    let oparg = second_oparg(r);
    load_const(vm, r, oparg)
}

#[inline(always)]
pub fn load_const__load_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.constant(oparg as usize).clone();
    r.push(value);
    let oparg = second_oparg(r);
    load_fast(vm, r, oparg)
}

#[inline(always)]
pub fn store_fast__load_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    drop(r.replace_local(oparg as usize, value));
    let oparg = second_oparg(r);
    load_fast(vm, r, oparg)
}

#[inline(always)]
pub fn store_fast__store_fast(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    drop(r.replace_local(oparg as usize, value));
    let oparg = second_oparg(r);
    store_fast(vm, r, oparg)
}

#[inline(always)]
pub fn make_cell(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let content = r.replace_local(oparg as usize, Value::NULL);
    let cell = PyCellObject::new(vm, content).into_value();
    drop(r.replace_local(oparg as usize, cell));
    Next::Continue
}

#[inline(always)]
pub fn load_closure(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    load_fast(vm, r, oparg)
}

#[inline(always)]
fn cell_content(r: &Regs, oparg: u32) -> Value {
    match r.local(oparg as usize).downcast_ref::<PyCellObject>() {
        Some(cell) => cell.content.get(),
        None => Value::NULL,
    }
}

#[inline(always)]
pub fn load_deref(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = cell_content(r, oparg);
    if value.is_null() {
        return Next::Raise(unbound_deref(vm, r.code(), oparg));
    }
    r.push(value);
    Next::Continue
}

#[inline(always)]
pub fn store_deref(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    let old = match r.local(oparg as usize).downcast_ref::<PyCellObject>() {
        Some(cell) => cell.content.replace(value),
        None => value,
    };
    drop(old);
    Next::Continue
}

#[inline(always)]
pub fn delete_deref(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let old = match r.local(oparg as usize).downcast_ref::<PyCellObject>() {
        Some(cell) => cell.content.replace(Value::NULL),
        None => Value::NULL,
    };
    if old.is_null() {
        return Next::Raise(unbound_deref(vm, r.code(), oparg));
    }
    Next::Continue
}

#[inline(always)]
pub fn load_classderef(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    match super::names::class_lookup(vm, r.frame(), oparg) {
        Ok(Some(value)) => {
            r.push(value);
            Next::Continue
        }
        Ok(None) => load_deref(vm, r, oparg),
        Err(error) => Next::Raise(error),
    }
}

#[inline(always)]
pub fn copy_free_vars(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let count = oparg as usize;
    let start = r.code().nlocalsplus() - count;
    let function = r.frame().function.clone();
    if let Some(closure) = &function.closure {
        for (index, cell) in closure.as_slice().iter().take(count).enumerate() {
            drop(r.replace_local(start + index, cell.clone()));
        }
    }
    Next::Continue
}

/// The name of a localsplus slot.
pub fn local_name(code: &Py<PyCode>, index: usize) -> String {
    match code
        .localsplusnames
        .as_slice()
        .get(index)
        .and_then(|name| name.downcast_ref::<PyStr>())
    {
        Some(name) => name.to_string_lossy().into_owned(),
        None => String::from("?"),
    }
}

#[cold]
#[inline(never)]
fn unbound_local(vm: &Vm, code: &Py<PyCode>, oparg: u32) -> PyErr {
    let name = local_name(code, oparg as usize);
    vm.unbound_local_error(format!(
        "cannot access local variable '{name}' where it is not associated with a value"
    ))
}

#[cold]
#[inline(never)]
fn unbound_deref(vm: &Vm, code: &Py<PyCode>, oparg: u32) -> PyErr {
    let index = oparg as usize;
    let name = local_name(code, index);
    if index < code.nlocalsplus() - code.nfreevars as usize {
        return vm.unbound_local_error(format!(
            "cannot access local variable '{name}' where it is not associated with a value"
        ));
    }
    vm.name_error(format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope"))
}
