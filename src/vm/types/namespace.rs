//! `types.SimpleNamespace`.
//!
//! CPython 3.11: `Objects/namespaceobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, CompareOp, Py, PyRef, PyType, Table, Value, instance, type_flag};
use crate::protocol::{compare, repr};
use crate::types::dict::value::PyDict;
use crate::types::native::{member, no_args, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// Payload of `SimpleNamespace`; the attributes are the instance's dict.
pub struct PyNamespace;

native_type!(PyNamespace, "types.SimpleNamespace", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_DICT | type_flag::IMMUTABLE,
    doc: Some("A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)"), signature: None,
    traverse: None, clear: None, tables: [TABLE]);

/// What the type does.
static TABLE: Table = Table {
    methods: &[unsigned(no_args(
        "__reduce__",
        "Return state information for pickling",
        |vm, self_| {
            let class = self_.class(vm).to_value();
            let dict = dict_of(vm, self_)?.into_value();
            Ok(vm.new_tuple(vec![class, vm.new_tuple(Vec::new()), dict]))
        },
    ))],
    getsets: &[member("__dict__", None, |vm, self_| {
        Ok(dict_of(vm, self_)?.into_value())
    })],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(|_, class, _| {
            Ok(new_object(class, PyNamespace).into_value())
        }));
        slots.init.set(Some(init));
        slots.repr.set(Some(repr_slot));
        slots.richcompare.set(Some(richcompare));
    },
};

impl PyNamespace {
    /// A namespace with these attributes.
    pub fn new(vm: &Vm, attributes: PyRef<PyDict>) -> PyRef<PyNamespace> {
        let namespace = PyRef::new(vm, PyNamespace);
        instance::set_dict(namespace.object(), attributes);
        namespace
    }
}

fn dict_of(vm: &Vm, self_: &Value) -> PyResult<PyRef<PyDict>> {
    let this: &Py<PyNamespace> = this(vm, self_)?;
    Ok(instance::make_dict(vm, this.object()))
}

fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    if !args.positional().is_empty() {
        return Err(vm.type_error("no positional arguments expected"));
    }
    let dict = dict_of(vm, self_)?;
    for (name, value) in args.keywords() {
        dict.set(vm, name.clone(), value.clone())?;
    }
    Ok(())
}

fn repr_slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let class: &Py<PyType> = self_.class(vm);
    let name = if self_.downcast_exact::<PyNamespace>(vm).is_some() {
        "namespace".to_string()
    } else {
        class.tp_name()
    };
    let Some(_guard) = repr::enter(vm, self_) else {
        return Ok(vm.new_str(&format!("{name}(...)")));
    };
    let dict = dict_of(vm, self_)?;
    let mut pairs = Vec::new();
    for key in dict.keys() {
        let Some(text) = key.downcast_ref::<PyStr>().filter(|text| text.len() != 0) else {
            continue;
        };
        if let Some(value) = dict.get(vm, &key)? {
            let value = repr::repr_text(vm, &value)?;
            pairs.push(format!("{}={value}", text.to_string_lossy()));
        }
    }
    Ok(vm.new_str(&format!("{name}({})", pairs.join(", "))))
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    if other.downcast_ref::<PyNamespace>().is_none() {
        return Ok(Value::NotImplemented);
    }
    let (left, right) = (dict_of(vm, self_)?, dict_of(vm, other)?);
    compare::rich(vm, &left.into_value(), &right.into_value(), op)
}
