//! `match`.
//!
//! CPython 3.11: `match_keys`, `match_class` in `Python/ceval.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::object::{Py, PyType, Value, type_flag};
use crate::protocol::{attr, call, instance_check, sequence};
use crate::raise;
use crate::slow_handler;
use crate::types::dict::value::PyDict;
use crate::types::set::table::PySet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

#[inline(never)]
fn get_len_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let len = raise!(sequence::len(vm, r.peek(1)));
    r.push(vm.new_usize(len));
    Next::Continue
}

#[inline(always)]
pub fn match_mapping(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let matches = r.peek(1).class(vm).has_flag(type_flag::MAPPING);
    r.push(Value::bool(matches));
    Next::Continue
}

#[inline(always)]
pub fn match_sequence(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let matches = r.peek(1).class(vm).has_flag(type_flag::SEQUENCE);
    r.push(Value::bool(matches));
    Next::Continue
}

#[inline(never)]
fn match_keys_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let (subject, keys) = (r.peek(2).clone(), r.peek(1).clone());
    let values = raise!(keys_of(vm, &subject, &keys));
    r.push(values.unwrap_or(Value::None));
    Next::Continue
}

fn keys_of(vm: &Vm, subject: &Value, keys: &Value) -> PyResult<Option<Value>> {
    let keys: Vec<Value> = keys
        .downcast_ref::<PyTuple>()
        .map(|keys| keys.as_slice().to_vec())
        .unwrap_or_default();
    if keys.is_empty() {
        return Ok(Some(vm.empty_tuple().into_value()));
    }
    let seen = PySet::new(vm);
    let missing = PyDict::new(vm).into_value();
    let get = attr::get(vm, subject, &vm.names.get)?;
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        if seen.contains(vm, &key)? {
            let text = crate::protocol::repr::repr(vm, &key)?;
            return Err(vm.value_error(format!(
                "mapping pattern checks duplicate key ({})",
                text.to_string_lossy()
            )));
        }
        seen.add(vm, key.clone())?;
        let value = call::call_args(vm, &get, &[key, missing.clone()])?;
        if value.is(&missing) {
            return Ok(None);
        }
        values.push(value);
    }
    Ok(Some(vm.new_tuple(values)))
}

#[inline(never)]
fn match_class_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let names = r.pop();
    let class = r.pop();
    let subject = r.pop();
    let attributes = raise!(class_attributes(
        vm,
        &subject,
        &class,
        oparg as usize,
        &names
    ));
    r.push(attributes.unwrap_or(Value::None));
    Next::Continue
}

fn class_attributes(
    vm: &Vm,
    subject: &Value,
    class: &Value,
    count: usize,
    names: &Value,
) -> PyResult<Option<Value>> {
    let Some(ty) = class.downcast_ref::<PyType>() else {
        return Err(vm.type_error("called match pattern must be a type"));
    };
    if !instance_check::isinstance(vm, subject, class)? {
        return Ok(None);
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut values = Vec::new();
    if count > 0 {
        let match_args = attr::get_opt(vm, class, &vm.names.__match_args__)?;
        let (match_args, match_self) = match match_args {
            Some(args) => (args, false),
            None => (
                vm.empty_tuple().into_value(),
                ty.has_flag(type_flag::MATCH_SELF),
            ),
        };
        let Some(args) = match_args.downcast_exact::<PyTuple>(vm) else {
            let got = match_args.class(vm).tp_name();
            return Err(vm.type_error(format!(
                "{}.__match_args__ must be a tuple (got {got})",
                ty.tp_name()
            )));
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < count {
            let plural = if allowed == 1 { "" } else { "s" };
            let name = ty.tp_name();
            return Err(vm.type_error(format!(
                "{name}() accepts {allowed} positional sub-pattern{plural} ({count} given)"
            )));
        }
        if match_self {
            values.push(subject.clone());
        } else {
            for name in args.as_slice().iter().take(count) {
                let Some(name) = name.downcast_ref::<PyStr>() else {
                    let got = name.class(vm).tp_name();
                    return Err(vm.type_error(format!(
                        "__match_args__ elements must be strings (got {got})"
                    )));
                };
                match attribute(vm, subject, ty, name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(None),
                }
            }
        }
    }
    let names = names.downcast_ref::<PyTuple>();
    for name in names
        .map_or(&[][..], |names| names.as_slice())
        .iter()
        .filter_map(Value::downcast_ref::<PyStr>)
    {
        match attribute(vm, subject, ty, name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(vm.new_tuple(values)))
}

fn attribute(
    vm: &Vm,
    subject: &Value,
    ty: &Py<PyType>,
    name: &Py<PyStr>,
    seen: &mut Vec<Value>,
) -> PyResult<Option<Value>> {
    let name = vm.intern(name.to_ref());
    if seen.iter().any(|other| other.is(&name.as_value())) {
        let text = crate::protocol::repr::repr(vm, &name.as_value())?;
        return Err(vm.type_error(format!(
            "{}() got multiple sub-patterns for attribute {}",
            ty.tp_name(),
            text.to_string_lossy()
        )));
    }
    seen.push(name.to_value());
    match attr::get(vm, subject, &name) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(vm, ExcKind::AttributeError) => Ok(None),
        Err(error) => Err(error),
    }
}

slow_handler!(match_keys, match_keys_slow);
slow_handler!(match_class, match_class_slow);
slow_handler!(get_len, get_len_slow);
