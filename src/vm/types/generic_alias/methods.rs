//! What generic aliases do.

use super::{PyGenericAlias, parameters};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object;
use crate::object::{Args, CompareOp, Payload, Py, PyCell, PyRef, PyType, Table, Value, type_flag};
use crate::protocol::{attr, call, compare, iter, repr, sequence};
use crate::types::list::value::PyList;
use crate::types::native::{
    arity, builtin, getter, join_pieces, member, no_args, no_keywords, one, self_iter, this,
    unsigned,
};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

/// Attributes that are the alias's own; every other one is the origin's.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(one("__mro_entries__", "", "", |vm, value, _| {
            let origin = this::<PyGenericAlias>(vm, value)?.origin.clone();
            Ok(vm.new_tuple(vec![origin]))
        })),
        unsigned(one("__instancecheck__", "", "", |vm, _, _| {
            Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
        })),
        unsigned(one("__subclasscheck__", "", "", |vm, _, _| {
            Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
        })),
        unsigned(no_args("__reduce__", "", reduce)),
        unsigned(no_args("__dir__", "", dir)),
    ],
    getsets: &[
        getter(
            "__parameters__",
            Some("Type variables in the GenericAlias."),
            |vm, value| {
                let alias = this::<PyGenericAlias>(vm, value)?;
                Ok(alias.parameters(vm)?.into_value())
            },
        ),
        getter("__typing_unpacked_tuple_args__", None, |vm, value| {
            let alias = this::<PyGenericAlias>(vm, value)?;
            let unpacked = alias.starred && alias.origin.is(&vm.types.tuple.as_value());
            Ok(if unpacked {
                alias.args.to_value()
            } else {
                Value::None
            })
        }),
        member("__origin__", None, |vm, value| {
            Ok(this::<PyGenericAlias>(vm, value)?.origin.clone())
        }),
        member("__args__", None, |vm, value| {
            Ok(this::<PyGenericAlias>(vm, value)?.args.to_value())
        }),
        member("__unpacked__", None, |vm, value| {
            Ok(Value::bool(this::<PyGenericAlias>(vm, value)?.starred))
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(alias_repr));
        slots.hash.set(Some(alias_hash));
        slots.richcompare.set(Some(richcompare));
        slots.call.set(Some(alias_call));
        slots.getattro.set(Some(getattro));
        slots.iter.set(Some(alias_iter));
        slots.mp_subscript.set(Some(subscript));
        slots.or.set(Some(crate::types::union::type_or));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    no_keywords(vm, "GenericAlias", &args)?;
    let given = args.positional();
    arity(vm, "GenericAlias", given.len(), 2, 2)?;
    let payload = PyGenericAlias::payload(vm, given[0].clone(), given[1].clone(), false);
    Ok(new_object(class, payload).into_value())
}

/// How an argument of an alias or a union shows: classes by their name.
pub fn item_repr(vm: &Vm, item: &Value) -> PyResult<PyRef<PyStr>> {
    if item.is(&Value::Ellipsis) {
        return Ok(vm.intern_str("..."));
    }
    let is_alias = attr::get_opt(vm, item, &vm.names.__origin__)?.is_some()
        && attr::get_opt(vm, item, &vm.names.__args__)?.is_some();
    if is_alias {
        return repr::repr(vm, item);
    }
    let Some(qualname) = attr::get_opt(vm, item, &vm.names.__qualname__)? else {
        return repr::repr(vm, item);
    };
    let module = attr::get_opt(vm, item, &vm.names.__module__)?;
    let Some(module) = module.filter(|module| !module.is_none()) else {
        return repr::repr(vm, item);
    };
    let qualname = repr::str(vm, &qualname)?;
    let module = repr::str(vm, &module)?;
    if module.equals_str("builtins") {
        return Ok(qualname);
    }
    let dotted = PyStr::concat(vm, &module, &vm.intern_str("."));
    Ok(PyStr::concat(vm, &dotted, &qualname))
}

fn alias_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    let _guard = vm.enter_recursive(" while getting the repr of an object")?;
    let origin = item_repr(vm, &alias.origin)?;
    let mut pieces = Vec::with_capacity(alias.args.len());
    for arg in alias.args.as_slice() {
        pieces.push(item_repr(vm, arg)?);
    }
    if pieces.is_empty() {
        pieces.push(vm.intern_str("()"));
    }
    let args = join_pieces(vm, "[", &pieces, &[", "], "]")?;
    let args = args
        .downcast::<PyStr>()
        .map_err(|_| vm.system_error("a text was expected"))?;
    let prefix = if alias.starred { "*" } else { "" };
    join_pieces(vm, prefix, &[origin, args], &[""], "")
}

fn alias_hash(vm: &Vm, value: &Value) -> PyResult<i64> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    let hash = vm.hash(&alias.origin)? ^ vm.hash(&alias.args.as_value())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn equal(vm: &Vm, a: &PyGenericAlias, b: &PyGenericAlias) -> PyResult<bool> {
    Ok(a.starred == b.starred
        && compare::eq(vm, &a.origin, &b.origin)?
        && compare::eq(vm, &a.args.as_value(), &b.args.as_value())?)
}

fn richcompare(vm: &Vm, a: &Value, b: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(left), Some(right)) = (
        a.downcast_ref::<PyGenericAlias>(),
        b.downcast_ref::<PyGenericAlias>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    Ok(match op {
        CompareOp::Eq => Value::bool(equal(vm, left, right)?),
        CompareOp::Ne => Value::bool(!equal(vm, left, right)?),
        _ => Value::NotImplemented,
    })
}

fn alias_call(vm: &Vm, value: &Value, args: Args<'_>) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    let object = call::call(vm, &alias.origin, args)?;
    match attr::set(vm, &object, &vm.names.__orig_class__, value.clone()) {
        Err(error)
            if !error.is(vm, ExcKind::AttributeError) && !error.is(vm, ExcKind::TypeError) =>
        {
            Err(error)
        }
        _ => Ok(object),
    }
}

fn getattro(vm: &Vm, value: &Value, name: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    if let Some(text) = name.downcast_ref::<PyStr>()
        && !OWN.iter().any(|own| text.equals_str(own))
    {
        return attr::get(vm, &alias.origin, text);
    }
    attr::generic_getattr(vm, value, name)
}

fn subscript(vm: &Vm, value: &Value, item: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    let known = alias.parameters(vm)?;
    let args = parameters::substitute(vm, value, &alias.args, &known, item)?;
    let payload =
        PyGenericAlias::payload(vm, alias.origin.clone(), vm.new_tuple(args), alias.starred);
    Ok(PyRef::new(vm, payload).into_value())
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    if alias.starred {
        let plain = PyGenericAlias::of(vm, alias.origin.clone(), alias.args.to_value())?;
        let iterator = iter::get_iter(vm, &plain.to_value())?;
        return Ok(vm.new_tuple(vec![builtin(vm, "next"), vm.new_tuple(vec![iterator])]));
    }
    let state = vm.new_tuple(vec![alias.origin.clone(), alias.args.to_value()]);
    Ok(vm.new_tuple(vec![value.class(vm).to_value(), state]))
}

fn dir(vm: &Vm, value: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAlias>(vm, value)?;
    let names = call::call1(vm, &builtin(vm, "dir"), &alias.origin)?;
    if let Some(list) = names.downcast_ref::<PyList>() {
        for own in OWN {
            let own = vm.intern_str(own).into_value();
            if !sequence::contains(vm, &names, &own)? {
                list.push(own);
            }
        }
    }
    Ok(names)
}

/// Payload of the iterator that gives `*alias` once.
pub struct PyGenericAliasIter {
    alias: PyCell<Option<Value>>,
}

native_type!(PyGenericAliasIter, "generic_alias_iterator", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
    doc: None, signature: None,
    traverse: Some(crate::traverse_payload!(PyGenericAliasIter, |this, visit| this.alias.with(|alias| alias.iter().for_each(visit)))),
    clear: None, tables: [ITER_TABLE]);

static ITER_TABLE: Table = Table {
    methods: &[unsigned(no_args("__reduce__", "", iter_reduce))],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.iter.set(Some(self_iter));
        slots.iternext.set(Some(iter_next));
    },
};

fn alias_iter(vm: &Vm, value: &Value) -> PyResult<Value> {
    let alias = PyCell::new(Some(value.clone()));
    Ok(PyRef::new(vm, PyGenericAliasIter { alias }).into_value())
}

fn iter_next(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    let Some(alias) = this::<PyGenericAliasIter>(vm, value)?.alias.take() else {
        return Ok(None);
    };
    let alias = this::<PyGenericAlias>(vm, &alias)?;
    let payload = PyGenericAlias::payload(vm, alias.origin.clone(), alias.args.to_value(), true);
    Ok(Some(PyRef::new(vm, payload).into_value()))
}

fn iter_reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let alias = this::<PyGenericAliasIter>(vm, value)?.alias.get();
    let state = alias.unwrap_or_else(|| vm.empty_tuple().into_value());
    Ok(vm.new_tuple(vec![builtin(vm, "iter"), vm.new_tuple(vec![state])]))
}

/// Whether the class of a value is that of aliases, for those who must not see through it.
pub fn is_exact_alias(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PyGenericAlias::class(vm))
}
