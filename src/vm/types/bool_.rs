//! `bool`. `True` and `False` are words without objects; this file has the type.
//!
//! CPython 3.11: `Objects/boolobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{Args, Py, PyType, Table, Value, type_flag};
use crate::protocol::truth;
use crate::types::int::arith;
use crate::types::int::value::PyInt;
use crate::types::native::{arity, no_keywords};

/// Payload of the type's objects, of which there are none on the heap.
#[repr(C)]
pub struct PyBool {
    base: PyInt,
}

native_type!(PyBool, "bool", base: PyInt, flags: type_flag::IMMUTABLE | type_flag::VARSIZE | type_flag::INT_SUBCLASS | type_flag::MATCH_SELF,
    doc: Some("bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed."),
    signature: None, traverse: None, clear: None, tables: [TABLE]);

macro_rules! logic {
    ($( $name:ident $op:tt; )*) => { $(
        fn $name(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
            if a.is_bool() && b.is_bool() {
                Ok(Value::bool(a.is_true() $op b.is_true()))
            } else {
                arith::$name(vm, a, b)
            }
        }
    )* };
}

logic! {
    and &;
    or |;
    xor ^;
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(|vm, value| {
            Ok(vm.new_str(if value.is_true() { "True" } else { "False" }))
        }));
        slots.and.set(Some(and));
        slots.or.set(Some(or));
        slots.xor.set(Some(xor));
    },
};

fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    no_keywords(vm, "bool", &args)?;
    arity(vm, "bool", args.positional().len(), 0, 1)?;
    match args.positional().first() {
        Some(value) => truth::is_true(vm, value).map(Value::bool),
        None => Ok(Value::False),
    }
}
