//! `weakref.ref`: a reference that does not keep its object alive. The proxies are in `proxy`.
//!
//! The list an object keeps of its weak references and what happens when it dies are in `object/weak.rs`.
//!
//! CPython 3.11: `Objects/weakrefobject.c`.

pub mod proxy;
mod tidying;

use crate::context::{PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::weak::{self, PyWeakRef};
use crate::object::{
    Args, CompareOp, Payload, Py, PyType, Table, TypeDef, TypeIndex, Value, type_flag,
};
use crate::protocol::{compare, lookup, repr};
use crate::types::native::{CLASS_GETITEM, arity, member, no_keywords, this};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;

static DEF: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    doc: None,
    text_signature: None,
    base: Some(PyBaseObject::def),
    layout_base: Some(PyBaseObject::def),
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::IMMUTABLE,
    payload_size: size_of::<PyWeakRef>(),
    drop_payload: weak::drop_weakref,
    traverse: Some(weak::traverse_weakref),
    clear: Some(clear),
    tables: &[&TABLE],
    index: TypeIndex::new(),
};

crate::impl_payload!(PyWeakRef, DEF);

fn clear(_vm: &Vm, value: &Value) {
    if let Some(reference) = value.downcast_ref::<PyWeakRef>() {
        weak::detach(reference);
        let callback = reference.callback.take();
        drop(callback);
    }
}

/// What the type does.
static TABLE: Table = Table {
    methods: &[CLASS_GETITEM],
    getsets: &[member("__callback__", None, |vm, self_| {
        let callback = this::<PyWeakRef>(vm, self_)?.callback.borrow().clone();
        Ok(callback.unwrap_or(Value::None))
    })],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(init));
        slots.call.set(Some(call));
        slots.repr.set(Some(repr_slot));
        slots.hash.set(Some(hash));
        slots.richcompare.set(Some(richcompare));
    },
};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let values = args.positional();
    arity(vm, "__new__", values.len(), 1, 2)?;
    make(vm, class, &values[0], values.get(1))
}

fn init(vm: &Vm, _self: &Value, args: Args<'_>) -> PyResult<()> {
    no_keywords(vm, "ref", &args)?;
    arity(vm, "__init__", args.positional().len(), 1, 2)
}

/// A weak reference of a type: `weakref.ref`, a subclass, or one of the proxies. One without callback is shared.
pub fn make(
    vm: &Vm,
    class: &Py<PyType>,
    referent: &Value,
    callback: Option<&Value>,
) -> PyResult<Value> {
    let Some(object) = referent
        .as_object()
        .filter(|object| object.class().has_flag(type_flag::HAS_WEAKREF))
    else {
        return Err(vm.type_error(format!(
            "cannot create weak reference to '{}' object",
            referent.class(vm).tp_name()
        )));
    };
    let callback = callback.filter(|callback| !callback.is_none());
    if callback.is_none() && class.def.is_some() {
        let shared = weak::references(object).into_iter().find(|known| {
            known.class(vm).is(class)
                && known
                    .downcast_ref::<PyWeakRef>()
                    .is_some_and(|known| known.callback.borrow().is_none())
        });
        if let Some(shared) = shared {
            return Ok(shared);
        }
    }
    let reference = new_object(class, PyWeakRef::dead());
    reference.callback.replace(callback.cloned());
    if callback.is_some_and(|callback| !tidying::is_tidying(callback)) {
        vm.heap.count_noticed(reference.object());
    }
    let rank = match (callback, class.def) {
        (Some(_), _) | (None, None) => weak::Rank::Other,
        _ if class.is(PyWeakRef::class(vm)) => weak::Rank::Reference,
        _ => weak::Rank::Proxy,
    };
    weak::attach(&reference, object, rank);
    Ok(reference.into_value())
}

/// `weakref.ref(referent, callback)`
pub fn new_ref(vm: &Vm, referent: &Value, callback: Option<&Value>) -> PyResult<Value> {
    make(vm, PyWeakRef::class(vm), referent, callback)
}

fn call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    no_keywords(vm, "ref", &args)?;
    if !args.is_empty() {
        return Err(vm.type_error(format!(
            "__call__ expected 0 arguments, got {}",
            args.positional().len()
        )));
    }
    Ok(this::<PyWeakRef>(vm, self_)?.get().unwrap_or(Value::None))
}

fn repr_slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let address = repr::address(self_);
    let Some(referent) = this::<PyWeakRef>(vm, self_)?.get() else {
        return Ok(vm.new_str(&format!("<weakref at {address}; dead>")));
    };
    let name = match lookup::lookup_special(vm, &referent, &vm.names.__name__)? {
        Some(name) => Some(name.bind(vm, &referent)?),
        None => None,
    };
    let name = match name.as_ref().and_then(|name| name.downcast_ref::<PyStr>()) {
        Some(name) => format!(" ({})", name.to_string_lossy()),
        None => String::new(),
    };
    Ok(vm.new_str(&format!(
        "<weakref at {address}; to '{}' at {}{name}>",
        referent.class(vm).tp_name(),
        repr::address(&referent)
    )))
}

fn hash(vm: &Vm, self_: &Value) -> PyResult<i64> {
    let this = this::<PyWeakRef>(vm, self_)?;
    if this.hash.get() != -1 {
        return Ok(this.hash.get());
    }
    let Some(referent) = this.get() else {
        return Err(vm.type_error("weak object has gone away"));
    };
    let hash = vm.hash(&referent)?;
    this.hash.set(hash);
    Ok(hash)
}

fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (this, Some(that)) = (
        this::<PyWeakRef>(vm, self_)?,
        other.downcast_ref::<PyWeakRef>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NotImplemented);
    }
    match (this.get(), that.get()) {
        (Some(a), Some(b)) => compare::rich(vm, &a, &b, op),
        _ => Ok(Value::bool(self_.is(other) == (op == CompareOp::Eq))),
    }
}
