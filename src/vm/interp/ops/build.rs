//! Building containers, and adding to them in displays and comprehensions.
//!
//! CPython 3.11: `BUILD_*`, `LIST_*`, `SET_*`, `MAP_ADD`, `DICT_*` in `Python/ceval.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, Vm};
use crate::interp::call_py;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, Value};
use crate::protocol::iter;
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::set::table::PySet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

#[inline(always)]
pub fn build_tuple(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let tuple = if oparg == 0 {
        vm.empty_tuple()
    } else {
        let count = oparg as usize;
        // The items move from the stack into the tuple.
        let taken = r.take_many(count);
        PyTuple::from_iter_exact(&vm.types.tuple, count, taken)
    };
    r.push(tuple.into_value());
    Next::Continue
}

#[inline(always)]
pub fn build_list(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let items = r.pop_many(oparg as usize);
    r.push(PyList::new(vm, items).into_value());
    Next::Continue
}

#[inline(never)]
fn build_set_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let items = r.pop_many(oparg as usize);
    let set = PySet::new(vm);
    for item in items {
        raise!(set.add(vm, item));
    }
    r.push(set.into_value());
    Next::Continue
}

#[inline(always)]
pub fn build_map(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let dict = PyDict::new(vm);
    let mut items = r.pop_many(oparg as usize * 2).into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        raise!(dict.set(vm, key, value));
    }
    r.push(dict.into_value());
    Next::Continue
}

#[inline(always)]
pub fn build_const_key_map(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let keys = r.pop();
    let values = r.pop_many(oparg as usize);
    let Some(keys) = keys
        .downcast_ref::<PyTuple>()
        .filter(|keys| keys.len() == oparg as usize)
    else {
        return Next::Raise(vm.system_error("bad BUILD_CONST_KEY_MAP keys argument"));
    };
    let dict = PyDict::new(vm);
    for (key, value) in keys.as_slice().iter().zip(values) {
        raise!(dict.set(vm, key.clone(), value));
    }
    r.push(dict.into_value());
    Next::Continue
}

#[inline(always)]
pub fn build_string(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let joined = {
        let parts = r.top_slice(oparg as usize);
        let max = parts
            .iter()
            .filter_map(|part| part.downcast_ref::<PyStr>())
            .map(|part| part.width())
            .max()
            .unwrap_or(1);
        let len: usize = parts
            .iter()
            .filter_map(|part| part.downcast_ref::<PyStr>())
            .map(|part| part.len())
            .sum();
        if len * max > 1 << 20 {
            raise!(vm.try_reserve(len * max));
        }
        PyStr::join_all(
            vm,
            parts.iter().filter_map(|part| part.downcast_ref::<PyStr>()),
        )
    };
    r.drop_many(oparg as usize);
    r.push(joined.into_value());
    Next::Continue
}

#[inline(always)]
pub fn list_to_tuple(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let list = r.pop();
    let items = list
        .downcast_ref::<PyList>()
        .map(|list| list.to_vec())
        .unwrap_or_default();
    r.push(vm.new_tuple(items));
    Next::Continue
}

#[inline(always)]
pub fn list_append(_vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    if let Some(list) = r.peek(oparg as usize).downcast_ref::<PyList>() {
        list.push(value);
    }
    Next::Continue
}

#[inline(always)]
pub fn set_add(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    if let Some(set) = r.peek(oparg as usize).downcast_ref::<PySet>() {
        raise!(set.to_ref().add(vm, value));
    }
    Next::Continue
}

#[inline(always)]
pub fn map_add(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    let key = r.pop();
    if let Some(dict) = r.peek(oparg as usize).downcast_ref::<PyDict>() {
        raise!(dict.to_ref().set(vm, key, value));
    }
    Next::Continue
}

#[inline(never)]
fn list_extend_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let iterable = r.pop();
    let slots = &iterable.class(vm).slots;
    let iterable_like = slots.iter.get().is_some()
        || slots.sq_item.get().is_some()
        || slots.mp_subscript.get().is_some();
    let items = match iter::to_vec(vm, &iterable) {
        Ok(items) => items,
        Err(error) if error.is(vm, ExcKind::TypeError) && !iterable_like => {
            return Next::Raise(vm.type_error(format!(
                "Value after * must be an iterable, not {}",
                iterable.class(vm).tp_name()
            )));
        }
        Err(error) => return Next::Raise(error),
    };
    if let Some(list) = r.peek(oparg as usize).downcast_ref::<PyList>() {
        list.with_mut(|target| target.extend(items));
    }
    Next::Continue
}

#[inline(never)]
fn set_update_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let iterable = r.pop();
    if let Some(set) = r.peek(oparg as usize).downcast_ref::<PySet>() {
        let set = set.to_ref();
        for item in raise!(iter::to_vec(vm, &iterable)) {
            raise!(set.add(vm, item));
        }
    }
    Next::Continue
}

#[inline(never)]
fn dict_update_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let update = r.pop();
    let Some(dict) = r
        .peek(oparg as usize)
        .downcast_ref::<PyDict>()
        .map(Py::to_ref)
    else {
        return Next::Continue;
    };
    match call_py::update_dict(vm, &dict, &update) {
        Ok(()) => Next::Continue,
        Err(error) if error.is(vm, ExcKind::AttributeError) => Next::Raise(vm.type_error(format!(
            "'{}' object is not a mapping",
            update.class(vm).tp_name()
        ))),
        Err(error) => Next::Raise(error),
    }
}

#[inline(never)]
fn dict_merge_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let update = r.pop();
    let callable = r.peek(oparg as usize + 2).clone();
    let Some(dict) = r
        .peek(oparg as usize)
        .downcast_ref::<PyDict>()
        .map(Py::to_ref)
    else {
        return Next::Continue;
    };
    match call_py::merge_keywords(vm, &dict, &update) {
        Ok(()) => Next::Continue,
        Err(call_py::MergeError::Repeated(key)) => Next::Raise(repeated(vm, &callable, &key)),
        Err(call_py::MergeError::NotMapping) => Next::Raise(not_mapping(vm, &callable, &update)),
        Err(call_py::MergeError::Raised(error)) => Next::Raise(error),
    }
}

#[cold]
fn repeated(vm: &Vm, callable: &Value, key: &Value) -> PyErr {
    let name = match call_py::callable_name(vm, callable) {
        Ok(name) => name,
        Err(error) => return error,
    };
    match crate::protocol::repr::str_text(vm, key) {
        Ok(key) => vm.type_error(format!(
            "{name} got multiple values for keyword argument '{key}'"
        )),
        Err(error) => error,
    }
}

#[cold]
fn not_mapping(vm: &Vm, callable: &Value, update: &Value) -> PyErr {
    match call_py::callable_name(vm, callable) {
        Ok(name) => vm.type_error(format!(
            "{name} argument after ** must be a mapping, not {}",
            update.class(vm).tp_name()
        )),
        Err(error) => error,
    }
}
slow_handler!(dict_merge, dict_merge_slow);
slow_handler!(set_update, set_update_slow);
slow_handler!(dict_update, dict_update_slow);
slow_handler!(list_extend, list_extend_slow);
slow_handler!(build_set, build_set_slow);
