//! Attributes that are fields of an exception's payload, and reading of constructor arguments.
//!
//! CPython 3.11: `Python/structmember.c`, `Python/getargs.c`.

use super::value::Field;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Payload, Py, Value};
use crate::protocol::number;
use crate::types::str::value::PyStr;

/// The payload of `self`.
pub fn payload<'a, T: Payload>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<T>> {
    value
        .downcast_ref::<T>()
        .ok_or_else(|| wrong_self(vm, T::def().name, value))
}

#[cold]
#[inline(never)]
fn wrong_self(vm: &Vm, wanted: &str, value: &Value) -> PyErr {
    vm.type_error(format!(
        "descriptor requires a '{wanted}' object but received a '{}'",
        value.class(vm).tp_name()
    ))
}

/// A field as an attribute reads.
pub fn read(field: &Field) -> Value {
    field.get().unwrap_or(Value::None)
}

/// An attribute that is an object; `T_OBJECT` of CPython.
#[macro_export]
macro_rules! exception_member {
    ($payload:ty, $field:ident, $doc:expr) => {
        $crate::object::GetSetDef {
            name: stringify!($field),
            doc: $doc,
            get: Some(|vm, this| {
                let this = $crate::types::exceptions::member::payload::<$payload>(vm, this)?;
                Ok($crate::types::exceptions::member::read(&this.$field))
            }),
            set: Some(|vm, this, value| {
                $crate::types::exceptions::member::payload::<$payload>(vm, this)?
                    .$field
                    .set(value);
                Ok(())
            }),
            member: true,
        }
    };
}

/// Refuses keyword arguments.
pub fn no_keywords(vm: &Vm, class: &str, args: Args<'_>) -> PyResult<()> {
    if args.kw_len() == 0 {
        Ok(())
    } else {
        Err(vm.type_error(format!("{class}() takes no keyword arguments")))
    }
}

/// The optional keyword-only arguments of `function`, in the order of `names`.
pub fn keywords<const N: usize>(
    vm: &Vm,
    function: &str,
    names: [&str; N],
    args: Args<'_>,
) -> PyResult<[Option<Value>; N]> {
    if args.kw_len() > N {
        return Err(vm.type_error(format!(
            "{function}() takes at most {N} keyword argument{} ({} given)",
            if N == 1 { "" } else { "s" },
            args.kw_len()
        )));
    }
    let mut values = [const { None }; N];
    for (key, value) in args.keywords() {
        let name = key.downcast_ref::<PyStr>();
        match names
            .iter()
            .position(|known| name.is_some_and(|name| name.equals_str(known)))
        {
            Some(place) => values[place] = Some(value.clone()),
            None => {
                return Err(vm.type_error(format!(
                    "'{}' is an invalid keyword argument for {function}()",
                    name.map_or_else(|| "?".into(), |name| name.to_string_lossy())
                )));
            }
        }
    }
    Ok(values)
}

/// Checks the number of positional arguments of `function` ("function" when it has no name).
pub fn count(vm: &Vm, function: &str, given: usize, min: usize, max: usize) -> PyResult<()> {
    let (how, bound) = match given {
        _ if given < min => (if min == max { "exactly" } else { "at least" }, min),
        _ if given > max => (if min == max { "exactly" } else { "at most" }, max),
        _ => return Ok(()),
    };
    Err(vm.type_error(format!(
        "{function} takes {how} {bound} argument{} ({given} given)",
        if bound == 1 { "" } else { "s" }
    )))
}

/// An argument that must be a str.
pub fn str_arg(vm: &Vm, prefix: &str, place: usize, value: &Value) -> PyResult<Value> {
    if value.downcast_ref::<PyStr>().is_some() {
        return Ok(value.clone());
    }
    Err(vm.type_error(format!(
        "{prefix}argument {place} must be str, not {}",
        value.class(vm).tp_name()
    )))
}

/// An argument that must be an index.
pub fn index_arg(vm: &Vm, value: &Value) -> PyResult<isize> {
    number::index_any(vm, value)?;
    crate::protocol::convert_int::to_isize(vm, value)
}
