//! `builtins`: the functions, types, exceptions and constants that every program sees.
//!
//! CPython 3.11: `Python/bltinmodule.c`.

pub mod build_class;
pub mod code_eval;
pub mod functions;
pub mod import;
pub mod iteration;
pub mod numeric;
pub mod print;

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Payload, Py, TypeDef, Value};
use crate::types;
use crate::types::dict::value::PyDict;

/// The module.
#[derive::pymodule(
    name = "builtins",
    parts(
        super::build_class::part,
        super::code_eval::part,
        super::functions::part,
        super::import::part,
        super::iteration::part,
        super::numeric::part,
        super::print::part
    )
)]
pub mod module {
    //! Built-in functions, types, exceptions, and other objects.
    //!
    //! This module provides direct access to all 'built-in' identifiers of Python.
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        super::fill(vm, module)
    }
}

/// Types under their names, in CPython's order.
static TYPES: &[(&str, fn() -> &'static TypeDef)] = &[
    ("bool", types::bool_::PyBool::def),
    ("bytearray", types::bytearray::value::PyByteArray::def),
    ("bytes", types::bytes::value::PyBytes::def),
    (
        "classmethod",
        types::descriptor::classmethod::PyClassMethod::def,
    ),
    ("complex", types::complex::value::PyComplex::def),
    ("dict", types::dict::value::PyDict::def),
    ("enumerate", types::enumerate::PyEnumerate::def),
    ("filter", types::filter::PyFilter::def),
    ("float", types::float::value::PyFloat::def),
    ("frozenset", types::set::table::PyFrozenSet::def),
    ("memoryview", types::memoryview::PyMemoryView::def),
    ("property", types::descriptor::property::PyProperty::def),
    ("int", types::int::value::PyInt::def),
    ("list", types::list::value::PyList::def),
    ("map", types::map::PyMap::def),
    ("object", types::object_::PyBaseObject::def),
    ("range", types::range::value::PyRange::def),
    ("reversed", types::reversed::PyReversed::def),
    ("set", types::set::table::PySet::def),
    ("slice", types::slice::value::PySlice::def),
    (
        "staticmethod",
        types::descriptor::staticmethod::PyStaticMethod::def,
    ),
    ("str", types::str::value::PyStr::def),
    ("super", types::super_::PySuper::def),
    ("tuple", types::tuple::value::PyTuple::def),
    ("type", crate::object::PyType::def),
    ("zip", types::zip::PyZip::def),
];

fn fill(vm: &Vm, module: &Value) -> PyResult<()> {
    let Some(module) = module.downcast_ref::<types::module::PyModule>() else {
        return Err(vm.type_error("a module is needed"));
    };
    let dict = module.dict(vm);
    let constants = [
        ("None", Value::None),
        ("Ellipsis", Value::Ellipsis),
        ("NotImplemented", Value::NotImplemented),
        ("False", Value::False),
        ("True", Value::True),
    ];
    for (name, value) in constants {
        dict.set_str(vm, &vm.intern_str(name), value);
    }
    for (name, def) in TYPES {
        dict.set_str(vm, &vm.intern_str(name), vm.native_type(def()).to_value());
    }
    add_exceptions(vm, &dict);
    dict.set_str(vm, &vm.names.__debug__, Value::True);
    if let Some(import) = dict.get_str(&vm.names.__import__) {
        vm.callables.import.set(import.bits());
    }
    Ok(())
}

fn add_exceptions(vm: &Vm, dict: &Py<PyDict>) {
    for kind in ExcKind::ALL {
        let class = vm.exception_class(*kind);
        dict.set_str(vm, &vm.intern_str(kind.name()), class.to_value());
        if matches!(kind, ExcKind::OSError) {
            dict.set_str(vm, &vm.intern_str("EnvironmentError"), class.to_value());
            dict.set_str(vm, &vm.intern_str("IOError"), class.to_value());
        }
    }
}
