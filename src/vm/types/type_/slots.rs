//! What a class statement puts into slots: functions that look the dunder up in the type and call it.
//!
//! CPython 3.11: `slot_*` in `Objects/typeobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::slots::{BinaryFn, SendResult};
use crate::object::{Args, CompareOp, Py, PyType, Slots, Value};
use crate::protocol::lookup::{
    Special, call_special, call_special_opt, lookup_special, type_lookup,
};
use crate::types::exceptions::value::PyAttributeError;
use crate::types::int::value::IntRef;
use crate::types::str::value::PyStr;

/// The value through `__index__` as a machine word. `overflow` is the text of the OverflowError, `{}` standing for the type; without it,
/// numbers too large are cut off and become the IndexError of CPython's `sq_item` callers.
pub(super) fn to_isize(vm: &Vm, value: &Value, overflow: Option<&str>) -> PyResult<isize> {
    let index = index_value(vm, value)?;
    let number = index.as_int().and_then(IntRef::to_i64);
    match number.and_then(|n| isize::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => {
            let type_name = value.class(vm).tp_name();
            let text = "cannot fit '{}' into an index-sized integer";
            let message = overflow.unwrap_or(text).replace("{}", &type_name);
            Err(vm.overflow_error(message))
        }
    }
}

/// The int that the value is or that its `__index__` gives (`_PyNumber_Index`).
fn index_value(vm: &Vm, value: &Value) -> PyResult<Value> {
    if value.as_int().is_some() {
        return Ok(value.clone());
    }
    let Some(index) = value.class(vm).slots.index.get() else {
        return Err(vm.type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            value.class(vm).tp_name()
        )));
    };
    let result = index(vm, value)?;
    if result.as_int().is_some() {
        return Ok(result);
    }
    Err(vm.type_error(format!(
        "__index__ returned non-int (type {})",
        result.class(vm).tp_name()
    )))
}

pub(super) fn is_true(vm: &Vm, value: &Value) -> PyResult<bool> {
    if value.is_bool() || value.is_none() {
        return Ok(value.is_true());
    }
    let slots = &value.class(vm).slots;
    match (
        slots.bool.get(),
        slots.mp_length.get().or(slots.sq_length.get()),
    ) {
        (Some(test), _) => test(vm, value),
        (None, Some(len)) => Ok(len(vm, value)? != 0),
        (None, None) => Ok(true),
    }
}

macro_rules! call_0 {
    ($( $slot:ident $dunder:ident, )*) => { $(
        pub(super) fn $slot(vm: &Vm, self_: &Value) -> PyResult<Value> {
            call_special(vm, self_, &vm.names.$dunder, &[])
        }
    )* };
}

call_0! {
    str __str__,
    am_await __await__,
    aiter __aiter__,
    anext __anext__,
    negative __neg__,
    positive __pos__,
    absolute __abs__,
    invert __invert__,
    int __int__,
    float __float__,
    index __index__,
}

macro_rules! call_1 {
    ($( $slot:ident $dunder:ident, )*) => { $(
        pub(super) fn $slot(vm: &Vm, self_: &Value, other: &Value) -> PyResult<Value> {
            call_special(vm, self_, &vm.names.$dunder, std::slice::from_ref(other))
        }
    )* };
}

call_1! {
    inplace_add __iadd__,
    inplace_subtract __isub__,
    inplace_multiply __imul__,
    inplace_remainder __imod__,
    inplace_lshift __ilshift__,
    inplace_rshift __irshift__,
    inplace_and __iand__,
    inplace_xor __ixor__,
    inplace_or __ior__,
    inplace_floor_divide __ifloordiv__,
    inplace_true_divide __itruediv__,
    inplace_matrix_multiply __imatmul__,
    mp_subscript __getitem__,
}

/// How a binary operator of Python classes finds its methods.
struct Operator<'a> {
    name: &'a Py<PyStr>,
    reflected: &'a Py<PyStr>,
    /// Whether a type's slot is the function that asks.
    has: fn(&Slots) -> bool,
}

fn call_maybe(vm: &Vm, self_: &Value, name: &Py<PyStr>, other: &Value) -> PyResult<Value> {
    Ok(
        call_special_opt(vm, self_, name, std::slice::from_ref(other))?
            .unwrap_or(Value::NotImplemented),
    )
}

/// Both directions of a binary operator: the right operand goes first when its class derives from the left one's and overrides the
/// reflected method.
fn binary(vm: &Vm, left: &Value, right: &Value, operator: &Operator<'_>) -> PyResult<Value> {
    let (left_class, right_class) = (left.class(vm), right.class(vm));
    let same = left_class.is(right_class);
    let mut try_right = !same && (operator.has)(&right_class.slots);
    if (operator.has)(&left_class.slots) {
        if try_right
            && right_class.is_subtype(left_class)
            && is_overridden(vm, left, right, operator.reflected)?
        {
            let result = call_maybe(vm, right, operator.reflected, left)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            try_right = false;
        }
        let result = call_maybe(vm, left, operator.name, right)?;
        if !result.is_not_implemented() || same {
            return Ok(result);
        }
    }
    if try_right {
        return call_maybe(vm, right, operator.reflected, left);
    }
    Ok(Value::NotImplemented)
}

/// Whether the right operand's class has another method than the left one's under the name.
fn is_overridden(vm: &Vm, left: &Value, right: &Value, name: &Py<PyStr>) -> PyResult<bool> {
    let Some(of_right) = type_lookup(vm, right.class(vm), name) else {
        return Ok(false);
    };
    let Some(of_left) = type_lookup(vm, left.class(vm), name) else {
        return Ok(true);
    };
    Ok(!(vm.hooks.eq.get())(vm, &of_left, &of_right)?)
}

fn is_slot(slot: Option<BinaryFn>, function: BinaryFn) -> bool {
    slot.is_some_and(|slot| std::ptr::fn_addr_eq(slot, function))
}

macro_rules! binary_operators {
    ($( $slot:ident $dunder:ident $reflected:ident, )*) => { $(
        pub(super) fn $slot(vm: &Vm, left: &Value, right: &Value) -> PyResult<Value> {
            let operator = Operator {
                name: &vm.names.$dunder,
                reflected: &vm.names.$reflected,
                has: |slots| is_slot(slots.$slot.get(), $slot),
            };
            binary(vm, left, right, &operator)
        }
    )* };
}

binary_operators! {
    add __add__ __radd__,
    subtract __sub__ __rsub__,
    multiply __mul__ __rmul__,
    remainder __mod__ __rmod__,
    divmod __divmod__ __rdivmod__,
    lshift __lshift__ __rlshift__,
    rshift __rshift__ __rrshift__,
    and __and__ __rand__,
    xor __xor__ __rxor__,
    or __or__ __ror__,
    floor_divide __floordiv__ __rfloordiv__,
    true_divide __truediv__ __rtruediv__,
    matrix_multiply __matmul__ __rmatmul__,
}

fn has_power(slots: &Slots) -> bool {
    slots
        .power
        .get()
        .is_some_and(|slot| std::ptr::fn_addr_eq(slot, power as crate::object::slots::TernaryFn))
}

pub(super) fn power(vm: &Vm, left: &Value, right: &Value, modulus: &Value) -> PyResult<Value> {
    if modulus.is_none() {
        let operator = Operator {
            name: &vm.names.__pow__,
            reflected: &vm.names.__rpow__,
            has: has_power,
        };
        return binary(vm, left, right, &operator);
    }
    // With a modulus there is no reflected form.
    if has_power(&left.class(vm).slots) {
        return call_special(
            vm,
            left,
            &vm.names.__pow__,
            &[right.clone(), modulus.clone()],
        );
    }
    Ok(Value::NotImplemented)
}

pub(super) fn inplace_power(
    vm: &Vm,
    self_: &Value,
    other: &Value,
    _modulus: &Value,
) -> PyResult<Value> {
    call_special(vm, self_, &vm.names.__ipow__, std::slice::from_ref(other))
}

pub(super) fn bool(vm: &Vm, self_: &Value) -> PyResult<bool> {
    if let Some(value) = call_special_opt(vm, self_, &vm.names.__bool__, &[])? {
        if value.is_bool() {
            return Ok(value.is_true());
        }
        return Err(vm.type_error(format!(
            "__bool__ should return bool, returned {}",
            value.class(vm).tp_name()
        )));
    }
    match call_special_opt(vm, self_, &vm.names.__len__, &[])? {
        Some(value) => is_true(vm, &value),
        None => Ok(true),
    }
}

pub(super) fn repr(vm: &Vm, self_: &Value) -> PyResult<Value> {
    match call_special_opt(vm, self_, &vm.names.__repr__, &[])? {
        Some(value) => Ok(value),
        None => Ok(vm.new_str(&format!(
            "<{} object at {:#x}>",
            self_.class(vm).tp_name(),
            self_.bits()
        ))),
    }
}

pub(super) fn hash(vm: &Vm, self_: &Value) -> PyResult<i64> {
    let method = lookup_special(vm, self_, &vm.names.__hash__)?;
    let Some(method) = method.filter(|method| !method.callable().is_none()) else {
        return Err(unhashable(vm, self_));
    };
    let value = method.call(vm, self_, &[])?;
    let Some(number) = value.as_int() else {
        return Err(vm.type_error("__hash__ method should return an integer"));
    };
    Ok(match number {
        // Like `PyLong_AsSsize_t`, whose overflow makes CPython take the int's own hash.
        IntRef::Small(-1) => -2,
        IntRef::Small(n) => n,
        IntRef::Big(n) => match i64::try_from(n) {
            Ok(-1) => -2,
            Ok(n) => n,
            Err(_) => base::hash::hash_bigint(n),
        },
    })
}

/// The error for a value without hash.
pub(super) fn unhashable(vm: &Vm, value: &Value) -> PyErr {
    vm.type_error(format!("unhashable type: '{}'", value.class(vm).tp_name()))
}

pub(super) fn call(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    match lookup_special(vm, self_, &vm.names.__call__)? {
        Some(method) => method.call_args(vm, self_, args),
        None => Err(vm.attribute_error("__call__")),
    }
}

/// `__getattribute__`, then `__getattr__` when that raises AttributeError.
pub(super) fn getattro(vm: &Vm, self_: &Value, name: &Value) -> PyResult<Value> {
    let class = self_.class(vm);
    let own = type_lookup(vm, class, &vm.names.__getattribute__);
    let generic = own
        .as_ref()
        .is_none_or(|own| super::update::is_object_getattribute(vm, own));
    let result = match (own, generic) {
        (_, true) | (None, _) => crate::protocol::attr::generic_getattr(vm, self_, name),
        (Some(_), false) => call_special(
            vm,
            self_,
            &vm.names.__getattribute__,
            std::slice::from_ref(name),
        ),
    };
    match result {
        Err(error) if error.is(vm, ExcKind::AttributeError) => {
            let args = std::slice::from_ref(name);
            match call_special_opt(vm, self_, &vm.names.__getattr__, args) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => Err(with_context(vm, error, self_, name)),
                Err(error) => Err(with_context(vm, error, self_, name)),
            }
        }
        result => result,
    }
}

/// An AttributeError that a program raised without saying of what, with that filled in (`set_attribute_error_context`).
fn with_context(vm: &Vm, error: PyErr, object: &Value, name: &Value) -> PyErr {
    if error.is(vm, ExcKind::AttributeError)
        && let Some(fields) = error.to_value().downcast_ref::<PyAttributeError>()
        && fields.name.with(Option::is_none)
        && fields.obj.with(Option::is_none)
    {
        fields.name.set(Some(name.clone()));
        fields.obj.set(Some(object.clone()));
    }
    error
}

pub(super) fn setattro(vm: &Vm, self_: &Value, name: &Value, value: Option<Value>) -> PyResult<()> {
    set_or_delete(
        vm,
        self_,
        name,
        value,
        [&vm.names.__setattr__, &vm.names.__delattr__],
    )
}

fn set_or_delete(
    vm: &Vm,
    self_: &Value,
    key: &Value,
    value: Option<Value>,
    [set, delete]: [&Py<PyStr>; 2],
) -> PyResult<()> {
    match value {
        Some(value) => call_special(vm, self_, set, &[key.clone(), value])?,
        None => call_special(vm, self_, delete, std::slice::from_ref(key))?,
    };
    Ok(())
}

pub(super) fn richcompare(vm: &Vm, self_: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let names = &vm.names;
    let name = match op {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    // A descriptor that fails counts as no method at all.
    match lookup_special(vm, self_, name) {
        Ok(Some(method)) => method.call(vm, self_, std::slice::from_ref(other)),
        _ => Ok(Value::NotImplemented),
    }
}

fn not_iterable(vm: &Vm, self_: &Value) -> PyErr {
    vm.type_error(format!(
        "'{}' object is not iterable",
        self_.class(vm).tp_name()
    ))
}

pub(super) fn iter(vm: &Vm, self_: &Value) -> PyResult<Value> {
    match lookup_special(vm, self_, &vm.names.__iter__)? {
        Some(method) if !method.callable().is_none() => method.call(vm, self_, &[]),
        _ => Err(not_iterable(vm, self_)),
    }
}

pub(super) fn iternext(vm: &Vm, self_: &Value) -> PyResult<Option<Value>> {
    match call_special(vm, self_, &vm.names.__next__, &[]) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(vm, ExcKind::StopIteration) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends into an iterator written in Python, so that the value of its StopIteration is not lost.
pub(super) fn send(vm: &Vm, self_: &Value, value: Value) -> PyResult<SendResult> {
    let result = if value.is_none() {
        call_special(vm, self_, &vm.names.__next__, &[])
    } else {
        let method = crate::protocol::attr::get(vm, self_, &vm.names.send)?;
        Special::Bound(method).call(vm, self_, &[value])
    };
    match result {
        Ok(value) => Ok(SendResult::Yield(value)),
        Err(error) if error.is(vm, ExcKind::StopIteration) => {
            let args = error.exception().args.get();
            let value = crate::protocol::attr::get_opt(vm, &error.to_value(), &vm.names.value)?;
            let first = || args.as_slice().first().cloned();
            Ok(SendResult::Return(
                value.or_else(first).unwrap_or(Value::None),
            ))
        }
        Err(error) => Err(error),
    }
}

pub(super) fn descr_get(
    vm: &Vm,
    self_: &Value,
    instance: Option<&Value>,
    owner: Option<&Value>,
) -> PyResult<Value> {
    // As CPython, `__get__` is not bound: it is called with the descriptor in front whatever it is.
    match type_lookup(vm, self_.class(vm), &vm.names.__get__) {
        Some(get) => Special::Unbound(get).call(
            vm,
            self_,
            &[
                instance.cloned().unwrap_or(Value::None),
                owner.cloned().unwrap_or(Value::None),
            ],
        ),
        None => Ok(self_.clone()),
    }
}

pub(super) fn descr_set(
    vm: &Vm,
    self_: &Value,
    instance: &Value,
    value: Option<Value>,
) -> PyResult<()> {
    set_or_delete(
        vm,
        self_,
        instance,
        value,
        [&vm.names.__set__, &vm.names.__delete__],
    )
}

pub(super) fn init(vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<()> {
    let result = match lookup_special(vm, self_, &vm.names.__init__)? {
        Some(method) => method.call_args(vm, self_, args)?,
        None => return Err(vm.attribute_error("__init__")),
    };
    if result.is_none() {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "__init__() should return None, not '{}'",
        result.class(vm).tp_name()
    )))
}

pub(super) fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let class_value = class.as_value();
    let function = crate::protocol::attr::get(vm, &class_value, &vm.names.__new__)?;
    Special::Unbound(function).call_args(vm, &class_value, args)
}

pub(super) fn finalize(vm: &Vm, self_: &Value) {
    let del = match lookup_special(vm, self_, &vm.names.__del__) {
        Ok(Some(del)) => del,
        _ => return,
    };
    if let Err(error) = del.call(vm, self_, &[]) {
        (vm.hooks.unraisable.get())(vm, error, del.callable());
    }
}

pub(super) fn len(vm: &Vm, self_: &Value) -> PyResult<usize> {
    let result = call_special(vm, self_, &vm.names.__len__, &[])?;
    let length = index_value(vm, &result)?;
    if length.as_int().is_some_and(IntRef::is_negative) {
        return Err(vm.value_error("__len__() should return >= 0"));
    }
    to_isize(vm, &length, None).map(|n| n as usize)
}

pub(super) fn mp_ass_subscript(
    vm: &Vm,
    self_: &Value,
    key: &Value,
    value: Option<Value>,
) -> PyResult<()> {
    set_or_delete(
        vm,
        self_,
        key,
        value,
        [&vm.names.__setitem__, &vm.names.__delitem__],
    )
}

pub(super) fn sq_item(vm: &Vm, self_: &Value, index: isize) -> PyResult<Value> {
    call_special(
        vm,
        self_,
        &vm.names.__getitem__,
        &[vm.new_int(index as i64)],
    )
}

pub(super) fn sq_ass_item(
    vm: &Vm,
    self_: &Value,
    index: isize,
    value: Option<Value>,
) -> PyResult<()> {
    mp_ass_subscript(vm, self_, &vm.new_int(index as i64), value)
}

pub(super) fn sq_contains(vm: &Vm, self_: &Value, item: &Value) -> PyResult<bool> {
    match lookup_special(vm, self_, &vm.names.__contains__)? {
        Some(method) if method.callable().is_none() => Err(vm.type_error(format!(
            "'{}' object is not a container",
            self_.class(vm).tp_name()
        ))),
        Some(method) => {
            let found = method.call(vm, self_, std::slice::from_ref(item))?;
            is_true(vm, &found)
        }
        None => search(vm, self_, item),
    }
}

/// Whether iterating gives the item.
fn search(vm: &Vm, self_: &Value, item: &Value) -> PyResult<bool> {
    let Some(iter) = self_.class(vm).slots.iter.get() else {
        return Err(vm.type_error(format!(
            "argument of type '{}' is not iterable",
            self_.class(vm).tp_name()
        )));
    };
    let iterator = iter(vm, self_)?;
    let Some(next) = iterator.class(vm).slots.iternext.get() else {
        return Err(not_iterable(vm, self_));
    };
    while let Some(candidate) = next(vm, &iterator)? {
        if candidate.is(item) || (vm.hooks.eq.get())(vm, &candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
