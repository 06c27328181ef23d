//! `int.to_bytes`, `int.from_bytes`.

use super::arith::not_an_int;
use crate::context::{PyResult, Vm};
use crate::object::{Args, PyType, Value};
use crate::protocol::{buffer, call, convert_int, iter, special, truth};
use crate::types::native::bind;
use crate::types::str::value::PyStr;
use base::bigint::{self, ByteOrder};

fn byte_order(vm: &Vm, function: &str, value: Option<&Value>) -> PyResult<ByteOrder> {
    let Some(value) = value else {
        return Ok(ByteOrder::Big);
    };
    let Some(name) = value.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "{function}() argument 'byteorder' must be str, not {}",
            value.class(vm).tp_name()
        )));
    };
    if name.equals_str("big") {
        Ok(ByteOrder::Big)
    } else if name.equals_str("little") {
        Ok(ByteOrder::Little)
    } else {
        Err(vm.value_error("byteorder must be either 'little' or 'big'"))
    }
}

/// `int.to_bytes(length=1, byteorder='big', *, signed=False)`
pub fn to_bytes(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<Value> {
    let names = ["length", "byteorder", "signed"];
    let [length, order, signed] = bind(vm, "to_bytes", &args, names, 2, 0)?;
    let length = match length {
        Some(length) => convert_int::to_isize(vm, length)?,
        None => 1,
    };
    let order = byte_order(vm, "to_bytes", order)?;
    let signed = match signed {
        Some(signed) => truth::is_true(vm, signed)?,
        None => false,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    let Some(number) = this.as_int() else {
        return Err(not_an_int(vm, this));
    };
    vm.try_reserve(length)?;
    match bigint::to_bytes(&number.as_big(), length, order, signed) {
        Ok(bytes) => Ok(vm.new_bytes(&bytes)),
        Err(error) => Err(vm.overflow_error(error.message())),
    }
}

/// `int.from_bytes(bytes, byteorder='big', *, signed=False)`
pub fn from_bytes(vm: &Vm, class: &Value, args: Args<'_>) -> PyResult<Value> {
    let names = ["bytes", "byteorder", "signed"];
    let [bytes, order, signed] = bind(vm, "from_bytes", &args, names, 2, 1)?;
    let order = byte_order(vm, "from_bytes", order)?;
    let signed = match signed {
        Some(signed) => truth::is_true(vm, signed)?,
        None => false,
    };
    let bytes = match bytes {
        Some(value) => collect(vm, value)?,
        None => Vec::new(),
    };
    let value = vm.new_bigint(bigint::from_bytes(&bytes, order, signed));
    match class.downcast_ref::<PyType>() {
        Some(class) if class.is(&vm.types.int) => Ok(value),
        _ => call::call1(vm, class, &value),
    }
}

/// The bytes of an object (`PyObject_Bytes`).
fn collect(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    if buffer::check(vm, value) {
        return buffer::to_vec(vm, value);
    }
    if let Some(bytes) = special::call(vm, value, &vm.names.__bytes__, &[])? {
        return buffer::to_vec(vm, &bytes);
    }
    let iterable = value.class(vm).slots.iter.get().is_some()
        || crate::protocol::sequence::is_sequence(vm, value);
    if !iterable || value.downcast_ref::<PyStr>().is_some() {
        return Err(vm.type_error(format!(
            "cannot convert '{}' object to bytes",
            value.class(vm).tp_name()
        )));
    }
    let mut bytes = Vec::new();
    iter::iterate(vm, value, |item| {
        match u8::try_from(convert_int::to_isize(vm, &item)?) {
            Ok(byte) => bytes.push(byte),
            Err(_) => return Err(vm.value_error("bytes must be in range(0, 256)")),
        }
        Ok(())
    })?;
    Ok(bytes)
}
