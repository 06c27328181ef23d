//! `types.UnionType`: `int | str`.
//!
//! CPython 3.11: `Objects/unionobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{CompareOp, PyCell, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{attr, compare, number};
use crate::types::generic_alias::methods::item_repr;
use crate::types::generic_alias::{is_alias, parameters};
use crate::types::native::{getter, join_pieces, member, this};
use crate::types::object_::PyBaseObject;
use crate::types::set::ops;
use crate::types::set::table::PyFrozenSet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;

/// Payload of `types.UnionType`.
pub struct PyUnion {
    /// `__args__`
    pub args: PyRef<PyTuple>,
    parameters: PyCell<Option<PyRef<PyTuple>>>,
}

native_type!(PyUnion, "types.UnionType", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: Some("Represent a PEP 604 union type\n\nE.g. for int | str"), signature: None,
    traverse: Some(crate::traverse_payload!(PyUnion, |this, visit| {
        visit(&this.args.as_value());
        this.parameters.with(|parameters| parameters.iter().for_each(|p| visit(&p.as_value())));
    })),
    clear: None, tables: [TABLE]);

static TABLE: Table = Table {
    methods: &[],
    getsets: &[
        member("__args__", None, |vm, value| {
            Ok(this::<PyUnion>(vm, value)?.args.to_value())
        }),
        getter(
            "__parameters__",
            Some("Type variables in the types.UnionType."),
            |vm, value| {
                let union = this::<PyUnion>(vm, value)?;
                Ok(union.parameters(vm)?.into_value())
            },
        ),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.repr.set(Some(union_repr));
        slots.hash.set(Some(union_hash));
        slots.richcompare.set(Some(richcompare));
        slots.getattro.set(Some(getattro));
        slots.mp_subscript.set(Some(subscript));
        slots.or.set(Some(type_or));
    },
};

impl PyUnion {
    fn new(vm: &Vm, args: Vec<Value>) -> Value {
        let payload = PyUnion {
            args: PyTuple::new(vm, args),
            parameters: PyCell::new(None),
        };
        PyRef::new(vm, payload).into_value()
    }

    fn parameters(&self, vm: &Vm) -> PyResult<PyRef<PyTuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known);
        }
        let made = parameters::make(vm, &self.args)?;
        self.parameters.set(Some(made.clone()));
        Ok(made)
    }
}

/// The members a value stands for in a union; `None` when it cannot stand in one.
fn members(vm: &Vm, value: &Value) -> Option<Vec<Value>> {
    if value.is_none() {
        return Some(vec![vm.types.none.to_value()]);
    }
    if let Some(union) = value.downcast_ref::<PyUnion>() {
        return Some(union.args.as_slice().to_vec());
    }
    let fits = value.downcast_ref::<PyType>().is_some() || is_alias(value);
    fits.then(|| vec![value.clone()])
}

/// `a | b` for types, aliases, unions and `None`.
pub fn type_or(vm: &Vm, a: &Value, b: &Value) -> PyResult<Value> {
    let (Some(left), Some(right)) = (members(vm, a), members(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    let mut all = left.clone();
    for item in right {
        let mut known = false;
        for other in &left {
            known = if is_alias(other) && is_alias(&item) {
                compare::eq(vm, other, &item)?
            } else {
                other.is(&item)
            };
            if known {
                break;
            }
        }
        if !known {
            all.push(item);
        }
    }
    if all.len() > left.len() {
        return Ok(PyUnion::new(vm, all));
    }
    // Nothing new: the left operand itself, with `None` as its type.
    Ok(if a.is_none() {
        vm.types.none.to_value()
    } else {
        a.clone()
    })
}

fn union_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let union = this::<PyUnion>(vm, value)?;
    let mut pieces = Vec::with_capacity(union.args.len());
    for arg in union.args.as_slice() {
        pieces.push(if arg.is(&vm.types.none.as_value()) {
            vm.intern_str("None")
        } else {
            item_repr(vm, arg)?
        });
    }
    join_pieces(vm, "", &pieces, &[" | "], "")
}

fn union_hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let args = this::<PyUnion>(vm, value)?.args.as_slice().to_vec();
    let set = PyFrozenSet::from_values(vm, args)?;
    vm.hash(&set.as_value())
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (a.downcast_ref::<PyUnion>(), b.downcast_ref::<PyUnion>())
    else {
        return Ok(Value::NotImplemented);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NotImplemented);
    }
    let left = ops::new_set(vm, &left.args.as_value())?.into_value();
    let right = ops::new_set(vm, &right.args.as_value())?.into_value();
    compare::rich(vm, &left, &right, op)
}

fn getattro(vm: &Vm, value: &Value, name: &Value) -> PyResult<Value> {
    if let Some(text) = name.downcast_ref::<PyStr>()
        && text.equals_str("__module__")
    {
        return attr::get(vm, &value.class(vm).to_value(), text);
    }
    attr::generic_getattr(vm, value, name)
}

fn subscript(vm: &Vm, value: &Value, item: &Value) -> PyResult<Value> {
    let union = this::<PyUnion>(vm, value)?;
    let known = union.parameters(vm)?;
    let args = parameters::substitute(vm, value, &union.args, &known, item)?;
    let Some((first, rest)) = args.split_first() else {
        return Ok(PyUnion::new(vm, Vec::new()));
    };
    let mut result = first.clone();
    for arg in rest {
        result = number::or(vm, &result, arg)?;
    }
    Ok(result)
}
