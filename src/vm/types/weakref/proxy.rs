//! `weakref.proxy`: a stand-in that passes every operation on to its object while that lives.
//!
//! CPython 3.11: `proxy_*` in `Objects/weakrefobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::weak::{self, PyWeakRef};
use crate::object::{
    Binding, MethodDef, NativeFn, Payload, Py, PyType, Slots, Table, TypeDef, TypeIndex, Value,
    type_flag,
};
use crate::protocol::{attr, call, compare, iter, mapping, number, repr, sequence, truth};
use crate::types::object_::PyBaseObject;

const fn definition(name: &'static str, tables: &'static [&'static Table]) -> TypeDef {
    TypeDef {
        name,
        doc: None,
        text_signature: None,
        base: Some(PyBaseObject::def),
        layout_base: Some(PyWeakRef::def),
        flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
        payload_size: size_of::<PyWeakRef>(),
        drop_payload: weak::drop_weakref,
        traverse: Some(weak::traverse_weakref),
        clear: None,
        tables,
        index: TypeIndex::new(),
    }
}

/// `weakref.ProxyType`
pub static PROXY: TypeDef = definition("weakref.ProxyType", &[&TABLE]);

/// `weakref.CallableProxyType`
pub static CALLABLE_PROXY: TypeDef =
    definition("weakref.CallableProxyType", &[&TABLE, &CALLABLE_TABLE]);

/// `weakref.proxy(referent, callback)`
pub fn new_proxy(vm: &Vm, referent: &Value, callback: Option<&Value>) -> PyResult<Value> {
    let def = if call::is_callable(vm, referent) {
        &CALLABLE_PROXY
    } else {
        &PROXY
    };
    super::make(vm, vm.native_type(def), referent, callback)
}

/// Whether a type is one of the proxies.
fn is_proxy(class: &Py<PyType>) -> bool {
    class
        .def
        .is_some_and(|def| std::ptr::eq(def, &PROXY) || std::ptr::eq(def, &CALLABLE_PROXY))
}

/// The object behind a proxy, or the value itself.
fn unwrap(vm: &Vm, value: &Value) -> PyResult<Value> {
    match value.downcast_ref::<PyWeakRef>() {
        Some(proxy) if is_proxy(value.class(vm)) => proxy
            .get()
            .ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists")),
        _ => Ok(value.clone()),
    }
}

/// What both proxies do.
static TABLE: Table = Table {
    methods: &[
        forwarded("__bytes__", |vm, self_| {
            let object = unwrap(vm, self_)?;
            attr::call_method(vm, &object, &vm.names.__bytes__, &[])
        }),
        forwarded("__reversed__", |vm, self_| {
            let object = unwrap(vm, self_)?;
            attr::call_method(vm, &object, &vm.names.__reversed__, &[])
        }),
    ],
    getsets: &[],
    consts: &[],
    fill_slots,
};

/// What makes a proxy callable.
static CALLABLE_TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.call.set(Some(|vm, self_, args| {
            call::call(vm, &unwrap(vm, self_)?, args)
        }));
    },
};

const fn forwarded(name: &'static str, function: fn(&Vm, &Value) -> PyResult<Value>) -> MethodDef {
    MethodDef {
        name,
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(function),
    }
}

macro_rules! unary {
    ($slots:ident: $( $slot:ident => $function:path, )*) => {
        $( $slots.$slot.set(Some(|vm, self_| $function(vm, &unwrap(vm, self_)?))); )*
    };
}

macro_rules! binary {
    ($slots:ident: $( $slot:ident => $function:path, )*) => {
        $( $slots.$slot.set(Some(|vm, a, b| $function(vm, &unwrap(vm, a)?, &unwrap(vm, b)?))); )*
    };
}

fn fill_slots(slots: &Slots) {
    slots.repr.set(Some(repr_slot));
    slots.getattro.set(Some(|vm, self_, name| {
        attr::get_by_value(vm, &unwrap(vm, self_)?, name)
    }));
    slots.setattro.set(Some(|vm, self_, name, value| {
        attr::set_or_delete(vm, &unwrap(vm, self_)?, attr::name_of(vm, name)?, value)
    }));
    slots.richcompare.set(Some(|vm, a, b, op| {
        compare::rich(vm, &unwrap(vm, a)?, &unwrap(vm, b)?, op)
    }));
    slots.iternext.set(Some(|vm, self_| {
        let object = unwrap(vm, self_)?;
        if !iter::is_iterator(vm, &object) {
            return Err(vm.type_error(format!(
                "Weakref proxy referenced a non-iterator '{}' object",
                object.class(vm).tp_name()
            )));
        }
        iter::next(vm, &object)
    }));
    slots
        .bool
        .set(Some(|vm, self_| truth::is_true(vm, &unwrap(vm, self_)?)));
    slots
        .mp_length
        .set(Some(|vm, self_| sequence::len(vm, &unwrap(vm, self_)?)));
    slots.sq_contains.set(Some(|vm, self_, item| {
        sequence::contains(vm, &unwrap(vm, self_)?, item)
    }));
    slots.mp_ass_subscript.set(Some(|vm, self_, key, value| {
        let object = unwrap(vm, self_)?;
        match value {
            Some(value) => mapping::set_item(vm, &object, key, value),
            None => mapping::del_item(vm, &object, key),
        }
    }));
    slots.power.set(Some(|vm, a, b, modulus| {
        let modulus = unwrap(vm, modulus)?;
        number::power(vm, &unwrap(vm, a)?, &unwrap(vm, b)?, &modulus)
    }));
    slots.inplace_power.set(Some(|vm, a, b, modulus| {
        let modulus = unwrap(vm, modulus)?;
        number::inplace_power(vm, &unwrap(vm, a)?, &unwrap(vm, b)?, &modulus)
    }));
    unary! { slots:
        str => str_value,
        iter => iter::get_iter,
        negative => number::negative,
        positive => number::positive,
        absolute => number::absolute,
        invert => number::invert,
        int => int_value,
        float => float_value,
        index => number::index_any,
    }
    fill_binary_slots(slots);
}

fn fill_binary_slots(slots: &Slots) {
    binary! { slots:
        add => number::add,
        subtract => number::subtract,
        multiply => number::multiply,
        floor_divide => number::floor_divide,
        true_divide => number::true_divide,
        remainder => number::remainder,
        divmod => number::divmod,
        lshift => number::lshift,
        rshift => number::rshift,
        and => number::and,
        xor => number::xor,
        or => number::or,
        matrix_multiply => number::matrix_multiply,
        inplace_add => number::inplace_add,
        inplace_subtract => number::inplace_subtract,
        inplace_multiply => number::inplace_multiply,
        inplace_floor_divide => number::inplace_floor_divide,
        inplace_true_divide => number::inplace_true_divide,
        inplace_remainder => number::inplace_remainder,
        inplace_lshift => number::inplace_lshift,
        inplace_rshift => number::inplace_rshift,
        inplace_and => number::inplace_and,
        inplace_xor => number::inplace_xor,
        inplace_or => number::inplace_or,
        inplace_matrix_multiply => number::inplace_matrix_multiply,
        mp_subscript => mapping::get_item,
    }
}

fn repr_slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
    let referent = self_
        .downcast_ref::<PyWeakRef>()
        .and_then(|proxy| proxy.get())
        .unwrap_or(Value::None);
    Ok(vm.new_str(&format!(
        "<weakproxy at {} to {} at {}>",
        repr::address(self_),
        referent.class(vm).tp_name(),
        repr::address(&referent)
    )))
}

fn str_value(vm: &Vm, object: &Value) -> PyResult<Value> {
    Ok(repr::str(vm, object)?.into_value())
}

fn int_value(vm: &Vm, object: &Value) -> PyResult<Value> {
    let number = number::int_from_number(vm, object)?;
    number.ok_or_else(|| {
        vm.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            object.class(vm).tp_name()
        ))
    })
}

fn float_value(vm: &Vm, object: &Value) -> PyResult<Value> {
    let number = number::float_from_number(vm, object)?;
    number.ok_or_else(|| {
        vm.type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            object.class(vm).tp_name()
        ))
    })
}
