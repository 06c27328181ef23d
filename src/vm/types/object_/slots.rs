//! What every object does when its type says nothing else.
//!
//! CPython 3.11: `object_new`, `object_init`, `object_repr`, `object_richcompare` in `Objects/typeobject.c`.

use super::PyBaseObject;
use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::slots::{InitFn, NewFn};
use crate::object::{Args, CompareOp, Payload, Py, PyType, Table, Value, type_flag};
use crate::protocol::attr::{generic_getattr, generic_setattr};
use crate::types::type_::truth;

/// The slots.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.repr.set(Some(repr));
        slots.str.set(Some(str));
        slots.hash.set(Some(hash));
        slots.richcompare.set(Some(richcompare));
        slots.getattro.set(Some(generic_getattr));
        slots.setattro.set(Some(generic_setattr));
        slots.init.set(Some(init));
        slots.new.set(Some(new));
    },
};

/// `<module.Class object at 0x…>`
pub fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let class = self_.class(vm);
    let name = crate::types::type_::access::full_name(vm, class);
    Ok(vm.new_str(&format!("<{name} object at {:#x}>", self_.bits())))
}

fn str(vm: &Vm, self_: &Value) -> PyResult<Value> {
    match self_.class(vm).slots.repr.get() {
        Some(repr) => repr(vm, self_),
        None => repr(vm, self_),
    }
}

/// The hash by identity.
pub fn hash(_vm: &Vm, self_: &Value) -> PyResult<i64> {
    let hash = base::hash::hash_pointer(self_.bits() as usize);
    Ok(if hash == -1 { -2 } else { hash })
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    match op {
        CompareOp::Eq if self_.is(other) => Ok(Value::True),
        // By default `!=` is `==`, inverted.
        CompareOp::Ne => {
            let Some(compare) = self_.class(vm).slots.richcompare.get() else {
                return Ok(Value::NotImplemented);
            };
            let equal = compare(vm, self_, other, CompareOp::Eq)?;
            if equal.is_not_implemented() {
                return Ok(equal);
            }
            Ok(Value::bool(!truth(vm, &equal)?))
        }
        _ => Ok(Value::NotImplemented),
    }
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    if args.is_empty() {
        return Ok(());
    }
    let class = self_.class(vm);
    if !has_object_init(class) {
        return Err(vm.type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        ));
    }
    if has_object_new(class) {
        return Err(vm.type_error(format!(
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            class.tp_name()
        )));
    }
    Ok(())
}

fn has_object_init(class: &Py<PyType>) -> bool {
    let own = class.slots.init.get();
    own.is_some_and(|own| std::ptr::fn_addr_eq(own, init as InitFn))
}

fn has_object_new(class: &Py<PyType>) -> bool {
    let own = class.slots.new.get();
    own.is_some_and(|own| std::ptr::fn_addr_eq(own, new as NewFn))
}

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    if !args.is_empty() {
        if !has_object_new(class) {
            return Err(vm.type_error(
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if has_object_init(class) {
            return Err(vm.type_error(format!("{}() takes no arguments", class.tp_name())));
        }
    }
    if class.has_flag(type_flag::ABSTRACT) {
        return Err(crate::types::type_::access::abstract_error(vm, class)?);
    }
    if !std::ptr::eq(class.layout.get(), PyBaseObject::def()) {
        return Err(vm.type_error(format!(
            "object.__new__({0}) is not safe, use {0}.__new__()",
            class.tp_name()
        )));
    }
    Ok(new_object(class, PyBaseObject).into_value())
}
