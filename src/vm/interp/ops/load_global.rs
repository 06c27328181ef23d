//! FAMILY `LOAD_GLOBAL`; `STORE_GLOBAL`, `DELETE_GLOBAL`.
//!
//! A global is found again by its place in the globals dict as long as no key of that dict came or went (`keys_version`); a builtin as long
//! as that holds for both dicts.
//!
//! CPython 3.11: `LOAD_GLOBAL*` in `Python/ceval.c`, `_Py_Specialize_LoadGlobal`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::adaptive;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::raise;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use bytecode::Opcode;

const CACHE: usize = 5;
const INDEX: usize = 1;
const MODULE_VERSION: usize = 2;
const BUILTIN_VERSION: usize = 4;

#[inline(always)]
fn push_global(r: &mut Regs, oparg: u32, value: Value) -> Next {
    if oparg & 1 != 0 {
        r.push(Value::NULL);
    }
    r.push(value);
    r.jump(CACHE);
    Next::Continue
}

#[inline(always)]
pub fn load_global(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = raise!(lookup(
        vm,
        r.globals(),
        r.builtins(),
        r.name((oparg >> 1) as usize)
    ));
    push_global(r, oparg, value)
}

/// A name in globals, then builtins.
pub fn lookup(
    vm: &Vm,
    globals: &Py<PyDict>,
    builtins: &Py<PyDict>,
    name: &Py<PyStr>,
) -> PyResult<Value> {
    if let Some(value) = super::names::dict_lookup(vm, globals, name)? {
        return Ok(value);
    }
    match super::names::dict_lookup(vm, builtins, name)? {
        Some(value) => Ok(value),
        None => Err(undefined(vm, name)),
    }
}

/// `name 'x' is not defined`
#[cold]
#[inline(never)]
pub fn undefined(vm: &Vm, name: &Py<PyStr>) -> PyErr {
    vm.name_error_for(
        ExcKind::NameError,
        format!("name '{}' is not defined", name.to_string_lossy()),
        name,
    )
}

#[inline(always)]
pub fn load_global_adaptive(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    if adaptive::tick(r) {
        r.out_of_line(move |r| specialise(vm, r, oparg));
    }
    load_global(vm, r, oparg)
}

#[inline(never)]
fn specialise(vm: &Vm, r: &mut Regs, oparg: u32) {
    let name = r.name((oparg >> 1) as usize);
    let (globals, builtins) = (r.globals(), r.builtins());
    let Some(module_version) = globals.keys_version(vm) else {
        return adaptive::back_off(r);
    };
    if let Some(index) = globals.index_of_str(name) {
        let Ok(index) = u16::try_from(index) else {
            return adaptive::back_off(r);
        };
        r.set_unit(INDEX as isize, index);
        r.set_cache_u32(MODULE_VERSION, module_version);
        return adaptive::specialise_to(r, Opcode::LOAD_GLOBAL_MODULE);
    }
    let (Some(index), Some(version)) = (builtins.index_of_str(name), builtins.keys_version(vm))
    else {
        return adaptive::back_off(r);
    };
    let (Ok(index), Ok(version)) = (u16::try_from(index), u16::try_from(version)) else {
        return adaptive::back_off(r);
    };
    r.set_unit(INDEX as isize, index);
    r.set_cache_u32(MODULE_VERSION, module_version);
    r.set_unit(BUILTIN_VERSION as isize, version);
    adaptive::specialise_to(r, Opcode::LOAD_GLOBAL_BUILTIN);
}

#[inline(always)]
pub fn load_global_module(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let globals = r.globals();
    if globals.current_keys_version() == r.cache_u32(MODULE_VERSION)
        && let Some(value) = globals.value_at(r.unit(INDEX) as usize)
    {
        return push_global(r, oparg, value);
    }
    adaptive::miss(r, Opcode::LOAD_GLOBAL_ADAPTIVE);
    load_global(vm, r, oparg)
}

#[inline(always)]
pub fn load_global_builtin(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let builtins = r.builtins();
    if r.globals().current_keys_version() == r.cache_u32(MODULE_VERSION)
        && builtins.current_keys_version() == u32::from(r.unit(BUILTIN_VERSION))
        && let Some(value) = builtins.value_at(r.unit(INDEX) as usize)
    {
        return push_global(r, oparg, value);
    }
    adaptive::miss(r, Opcode::LOAD_GLOBAL_ADAPTIVE);
    load_global(vm, r, oparg)
}

#[inline(always)]
pub fn store_global(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    r.globals().set_str(vm, r.name(oparg as usize), value);
    Next::Continue
}

#[inline(always)]
pub fn delete_global(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let name = r.name(oparg as usize);
    match r.globals().pop_str(name) {
        Some(value) => {
            drop(value);
            Next::Continue
        }
        None => Next::Raise(undefined(vm, name)),
    }
}
