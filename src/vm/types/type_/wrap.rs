//! Slots called as methods: what stands behind `int.__add__(1, 2)`.
//!
//! Each function checks the number of arguments, calls the slot and turns the result into a value. The slot is an `Option` because the rows
//! of `slotdefs` read it from the class; a wrapper only exists for slots that are set.
//!
//! CPython 3.11: `wrap_*` in `Objects/typeobject.c`.

use super::slots;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::slots::{
    BinaryFn, CallFn, CompareFn, ContainsFn, DelFn, DescrGetFn, DescrSetFn, GetAttrFn, HashFn,
    InitFn, InquiryFn, ItemFn, IterNextFn, LenFn, RepeatFn, SetAttrFn, SetItemFn, SetSubscriptFn,
    TernaryFn, UnaryFn,
};
use crate::object::{Args, CompareOp, Py, PyType, Value};
use crate::types::str::value::PyStr;

#[cold]
fn count_error(vm: &Vm, expected: usize, given: usize) -> PyErr {
    let plural = if expected == 1 { "" } else { "s" };
    vm.type_error(format!("expected {expected} argument{plural}, got {given}"))
}

/// Exactly `N` positional arguments.
fn exactly<'a, const N: usize>(vm: &Vm, args: Args<'a>) -> PyResult<&'a [Value; N]> {
    let values = args.positional();
    values
        .try_into()
        .map_err(|_| count_error(vm, N, values.len()))
}

/// One or two positional arguments (`PyArg_UnpackTuple(args, "", 1, 2, …)`).
fn one_or_two<'a>(vm: &Vm, args: Args<'a>) -> PyResult<(&'a Value, Option<&'a Value>)> {
    match args.positional() {
        [first] => Ok((first, None)),
        [first, second] => Ok((first, Some(second))),
        [] => Err(vm.type_error("unpacked tuple should have at least 1 elements, but has 0")),
        more => Err(vm.type_error(format!(
            "unpacked tuple should have at most 2 elements, but has {}",
            more.len()
        ))),
    }
}

fn required<F>(vm: &Vm, slot: Option<F>) -> PyResult<F> {
    slot.ok_or_else(|| vm.system_error("the slot behind a wrapper is empty"))
}

pub(super) fn unary(vm: &Vm, f: Option<UnaryFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    required(vm, f)?(vm, self_)
}

pub(super) fn binary(
    vm: &Vm,
    f: Option<BinaryFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [other] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, other)
}

pub(super) fn binary_reflected(
    vm: &Vm,
    f: Option<BinaryFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [other] = exactly(vm, args)?;
    required(vm, f)?(vm, other, self_)
}

pub(super) fn ternary(
    vm: &Vm,
    f: Option<TernaryFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let (other, third) = one_or_two(vm, args)?;
    required(vm, f)?(vm, self_, other, third.unwrap_or(&Value::None))
}

pub(super) fn ternary_reflected(
    vm: &Vm,
    f: Option<TernaryFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let (other, third) = one_or_two(vm, args)?;
    required(vm, f)?(vm, other, self_, third.unwrap_or(&Value::None))
}

pub(super) fn hash(vm: &Vm, f: Option<HashFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    Ok(vm.new_int(required(vm, f)?(vm, self_)?))
}

pub(super) fn call(vm: &Vm, f: Option<CallFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    required(vm, f)?(vm, self_, args)
}

pub(super) fn getattribute(
    vm: &Vm,
    f: Option<GetAttrFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, name_of(vm, name)?)
}

fn name_of<'a>(vm: &Vm, name: &'a Value) -> PyResult<&'a Value> {
    match name.downcast_ref::<PyStr>() {
        Some(_) => Ok(name),
        None => Err(vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).tp_name()
        ))),
    }
}

pub(super) fn setattr(
    vm: &Vm,
    f: Option<SetAttrFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name, value] = exactly(vm, args)?;
    let f = required(vm, f)?;
    check_setattr_is_own(vm, self_, f, "__setattr__")?;
    f(vm, self_, name_of(vm, name)?, Some(value.clone()))?;
    Ok(Value::None)
}

pub(super) fn delattr(
    vm: &Vm,
    f: Option<SetAttrFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [name] = exactly(vm, args)?;
    let f = required(vm, f)?;
    check_setattr_is_own(vm, self_, f, "__delattr__")?;
    f(vm, self_, name_of(vm, name)?, None)?;
    Ok(Value::None)
}

/// Refuses to set attributes behind the back of a native type that has its own `__setattr__`: `object.__setattr__(int, 'x', 1)`.
fn check_setattr_is_own(vm: &Vm, self_: &Value, f: SetAttrFn, what: &str) -> PyResult<()> {
    let class = self_.class(vm);
    let same = |ty: &Py<PyType>, f: SetAttrFn| {
        ty.slots
            .setattro
            .get()
            .is_some_and(|own| std::ptr::fn_addr_eq(own, f))
    };
    let Some(mro) = class.mro_ref() else {
        return Ok(());
    };
    let mut defining = class.to_ref();
    for base in mro.as_slice().iter().rev() {
        let Some(base) = base.downcast_ref::<PyType>() else {
            continue;
        };
        let base_own = base.slots.setattro.get();
        if same(base, slots::setattro) {
            continue;
        }
        if base_own.is_some_and(|base_own| same(class, base_own)) {
            defining = base.to_ref();
            break;
        }
    }
    let mut base = Some(defining);
    while let Some(ty) = base {
        if same(&ty, f) {
            break;
        }
        if !same(&ty, slots::setattro) {
            return Err(vm.type_error(format!(
                "can't apply this {what} to {} object",
                class.tp_name()
            )));
        }
        base = ty.base.get();
    }
    Ok(())
}

pub(super) fn compare(
    vm: &Vm,
    f: Option<CompareFn>,
    self_: &Value,
    args: Args<'_>,
    op: CompareOp,
) -> PyResult<Value> {
    let [other] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, other, op)
}

pub(super) fn next(
    vm: &Vm,
    f: Option<IterNextFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    drop(vm.thread().stop_value.replace(Value::None));
    match required(vm, f)?(vm, self_)? {
        Some(value) => Ok(value),
        None => Err(vm.stop_iteration(vm.thread().stop_value.replace(Value::None))),
    }
}

pub(super) fn descr_get(
    vm: &Vm,
    f: Option<DescrGetFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let (instance, owner) = one_or_two(vm, args)?;
    let instance = Some(instance).filter(|value| !value.is_none());
    let owner = owner.filter(|value| !value.is_none());
    if instance.is_none() && owner.is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    required(vm, f)?(vm, self_, instance, owner)
}

pub(super) fn descr_set(
    vm: &Vm,
    f: Option<DescrSetFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [instance, value] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, instance, Some(value.clone()))?;
    Ok(Value::None)
}

pub(super) fn descr_delete(
    vm: &Vm,
    f: Option<DescrSetFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [instance] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, instance, None)?;
    Ok(Value::None)
}

pub(super) fn init(vm: &Vm, f: Option<InitFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    required(vm, f)?(vm, self_, args)?;
    Ok(Value::None)
}

pub(super) fn del(vm: &Vm, f: Option<DelFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    required(vm, f)?(vm, self_);
    Ok(Value::None)
}

pub(super) fn inquiry(
    vm: &Vm,
    f: Option<InquiryFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    Ok(Value::bool(required(vm, f)?(vm, self_)?))
}

pub(super) fn len(vm: &Vm, f: Option<LenFn>, self_: &Value, args: Args<'_>) -> PyResult<Value> {
    let [] = exactly(vm, args)?;
    Ok(vm.new_usize(required(vm, f)?(vm, self_)?))
}

pub(super) fn set_subscript(
    vm: &Vm,
    f: Option<SetSubscriptFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [key, value] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, key, Some(value.clone()))?;
    Ok(Value::None)
}

pub(super) fn delete_subscript(
    vm: &Vm,
    f: Option<SetSubscriptFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [key] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, key, None)?;
    Ok(Value::None)
}

pub(super) fn contains(
    vm: &Vm,
    f: Option<ContainsFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [key] = exactly(vm, args)?;
    Ok(Value::bool(required(vm, f)?(vm, self_, key)?))
}

pub(super) fn repeat(
    vm: &Vm,
    f: Option<RepeatFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [times] = exactly(vm, args)?;
    let times = slots::to_isize(
        vm,
        times,
        Some("cannot fit '{}' into an index-sized integer"),
    )?;
    required(vm, f)?(vm, self_, times)
}

/// An index as `sq_item` takes it: the length is added to negative ones.
fn item_index(vm: &Vm, self_: &Value, index: &Value) -> PyResult<isize> {
    let index = slots::to_isize(vm, index, None)?;
    if index < 0
        && let Some(len) = self_.class(vm).slots.sq_length.get()
    {
        return Ok(index.saturating_add(len(vm, self_)? as isize));
    }
    Ok(index)
}

pub(super) fn sq_item(
    vm: &Vm,
    f: Option<ItemFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [index] = exactly(vm, args)?;
    required(vm, f)?(vm, self_, item_index(vm, self_, index)?)
}

pub(super) fn sq_setitem(
    vm: &Vm,
    f: Option<SetItemFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [index, value] = exactly(vm, args)?;
    let index = item_index(vm, self_, index)?;
    required(vm, f)?(vm, self_, index, Some(value.clone()))?;
    Ok(Value::None)
}

pub(super) fn sq_delitem(
    vm: &Vm,
    f: Option<SetItemFn>,
    self_: &Value,
    args: Args<'_>,
) -> PyResult<Value> {
    let [index] = exactly(vm, args)?;
    let index = item_index(vm, self_, index)?;
    required(vm, f)?(vm, self_, index, None)?;
    Ok(Value::None)
}
