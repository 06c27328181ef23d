//! Slots of arrays.
//!
//! CPython 3.11: `Modules/arraymodule.c`.

use super::{EXPORTER, PyArray, item, to_list};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::buffer::Buffer;
use vm::object::{Args, CompareOp, Py, PyRef, PyType, Value};
use vm::protocol::{compare, number, repr};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;
use vm::types::slice::value::PySlice;
use vm::types::str::value::PyStr;

use derive::pymethods;

#[cold]
fn out_of_range(vm: &Vm) -> PyErr {
    vm.index_error("array index out of range")
}

fn index_of(vm: &Vm, zelf: &PyArray, key: &Value) -> PyResult<usize> {
    let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
    let index = if index < 0 {
        index + zelf.len() as isize
    } else {
        index
    };
    usize::try_from(index).map_err(|_| out_of_range(vm))
}

fn typecode(vm: &Vm, value: &Value) -> PyResult<u8> {
    let code = value
        .downcast_ref::<PyStr>()
        .filter(|text| text.len() == 1)
        .and_then(|text| text.char_at(0));
    let Some(code) = code else {
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not {}",
            value.class(vm).tp_name()
        )));
    };
    match u8::try_from(code) {
        Ok(code) if b"bBuhHiIlLqQfd".contains(&code) => Ok(code),
        _ => Err(vm.value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")),
    }
}

#[pymethods]
impl PyArray {
    #[pyslot]
    fn slot_new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<PyRef<PyArray>> {
        if args.kw_len() != 0 {
            return Err(vm.type_error("array.array() takes no keyword arguments"));
        }
        let (code, initial) = match args.positional() {
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            [] => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
            more => {
                return Err(vm.type_error(format!(
                    "array() takes at most 2 arguments ({} given)",
                    more.len()
                )));
            }
        };
        let code = typecode(vm, code)?;
        let array = PyArray::with(class, code, Vec::new());
        let Some(initial) = initial.filter(|initial| !initial.is_none()) else {
            return Ok(array);
        };
        if let Some(text) = initial.downcast_ref::<PyStr>() {
            if code != b'u' {
                return Err(vm.type_error(format!(
                    "cannot use a str to initialize an array with typecode '{}'",
                    char::from(code)
                )));
            }
            PyArray::fromunicode(vm, &array, text)?;
        } else if initial.downcast_ref::<PyBytes>().is_some()
            || initial.downcast_ref::<PyByteArray>().is_some()
        {
            PyArray::frombytes(vm, &array, initial)?;
        } else if let Some(other) = initial
            .downcast_ref::<PyArray>()
            .filter(|other| other.code != code)
        {
            PyArray::fromlist(vm, &array, &to_list(vm, other))?;
        } else {
            array.extend_with(vm, initial)?;
        }
        Ok(array)
    }

    #[pyslot]
    fn repr(vm: &Vm, zelf: &Py<PyArray>) -> PyResult<PyRef<PyStr>> {
        let name = zelf.object().class().name_str();
        let code = char::from(zelf.code);
        if zelf.len() == 0 {
            return Ok(PyStr::new(vm, &format!("{name}('{code}')")));
        }
        let items = if zelf.code == b'u' {
            item::text(vm, &zelf.bytes.get())?.into_value()
        } else {
            to_list(vm, zelf)
        };
        let items = repr::repr(vm, &items)?;
        let (head, tail) = (
            PyStr::new(vm, &format!("{name}('{code}', ")),
            PyStr::new(vm, ")"),
        );
        Ok(PyStr::join_all(vm, [&*head, &*items, &*tail].into_iter()))
    }

    #[pyslot]
    fn richcompare(
        vm: &Vm,
        zelf: &Py<PyArray>,
        other: &Py<PyArray>,
        op: CompareOp,
    ) -> PyResult<Value> {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && zelf.len() != other.len() {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        let mut index = 0;
        while let (Some(a), Some(b)) = (zelf.get(vm, index), other.get(vm, index)) {
            if !compare::eq(vm, &a, &b)? {
                return match op {
                    CompareOp::Eq => Ok(Value::False),
                    CompareOp::Ne => Ok(Value::True),
                    _ => compare::rich(vm, &a, &b, op),
                };
            }
            index += 1;
        }
        Ok(Value::bool(op.holds(zelf.len().cmp(&other.len()))))
    }

    #[pyslot]
    fn sq_length(zelf: &Py<PyArray>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn mp_length(zelf: &Py<PyArray>) -> usize {
        zelf.len()
    }

    #[pyslot]
    fn sq_concat(vm: &Vm, zelf: &Py<PyArray>, other: &Value) -> PyResult<PyRef<PyArray>> {
        let Some(right) = other.downcast_ref::<PyArray>() else {
            return Err(vm.type_error(format!(
                "can only append array (not \"{}\") to array",
                other.class(vm).tp_name()
            )));
        };
        if right.code != zelf.code {
            return Err(vm.type_error("bad argument type for built-in operation"));
        }
        let bytes = [zelf.bytes.get(), right.bytes.get()].concat();
        Ok(PyArray::with(
            <PyArray as vm::object::Payload>::class(vm),
            zelf.code,
            bytes,
        ))
    }

    #[pyslot]
    fn sq_inplace_concat(vm: &Vm, zelf: &Py<PyArray>, other: &Value) -> PyResult<Value> {
        if other.downcast_ref::<PyArray>().is_none() {
            return Err(vm.type_error(format!(
                "can only extend with array (not \"{}\")",
                other.class(vm).tp_name()
            )));
        }
        zelf.extend_with(vm, other)?;
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn sq_repeat(vm: &Vm, zelf: &Py<PyArray>, count: isize) -> PyResult<PyRef<PyArray>> {
        let bytes = repeated(vm, zelf, count)?;
        Ok(PyArray::with(
            <PyArray as vm::object::Payload>::class(vm),
            zelf.code,
            bytes,
        ))
    }

    #[pyslot]
    fn sq_inplace_repeat(vm: &Vm, zelf: &Py<PyArray>, count: isize) -> PyResult<Value> {
        let bytes = repeated(vm, zelf, count)?;
        zelf.resize(vm, |place| *place = bytes)?;
        Ok(zelf.to_value())
    }

    #[pyslot]
    fn sq_item(vm: &Vm, zelf: &Py<PyArray>, index: isize) -> PyResult<Value> {
        let found = usize::try_from(index)
            .ok()
            .and_then(|index| zelf.get(vm, index));
        found.ok_or_else(|| out_of_range(vm))
    }

    #[pyslot]
    fn sq_contains(vm: &Vm, zelf: &Py<PyArray>, wanted: &Value) -> PyResult<bool> {
        Ok(zelf.position(vm, wanted)?.is_some())
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyArray>, key: &Value) -> PyResult<Value> {
        if number::is_index(vm, key) {
            let index = index_of(vm, zelf, key)?;
            return zelf.get(vm, index).ok_or_else(|| out_of_range(vm));
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(vm.type_error("array indices must be integers"));
        };
        let span = slice.span(vm, || zelf.len())?;
        let size = zelf.size();
        let bytes = zelf.bytes.with(|bytes| {
            span.indices()
                .flat_map(|index| bytes[index * size..(index + 1) * size].to_vec())
                .collect()
        });
        Ok(PyArray::with(
            <PyArray as vm::object::Payload>::class(vm),
            zelf.code,
            bytes,
        )
        .into_value())
    }

    #[pyslot]
    fn mp_ass_subscript(
        vm: &Vm,
        zelf: &Py<PyArray>,
        key: &Value,
        value: Option<Value>,
    ) -> PyResult<()> {
        let size = zelf.size();
        if number::is_index(vm, key) {
            let index = index_of(vm, zelf, key)?;
            if index >= zelf.len() {
                return Err(vm.index_error("array assignment index out of range"));
            }
            let Some(value) = value else {
                return zelf.resize(vm, |bytes| {
                    drop(bytes.drain(index * size..(index + 1) * size))
                });
            };
            let packed = item::pack(vm, zelf.code, &value)?;
            zelf.bytes.with_mut(|bytes| {
                if let Some(place) = bytes.get_mut(index * size..(index + 1) * size) {
                    place.copy_from_slice(&packed);
                }
            });
            return Ok(());
        }
        let Some(slice) = key.downcast_ref::<PySlice>() else {
            return Err(vm.type_error("array indices must be integers"));
        };
        let new = match &value {
            None => Vec::new(),
            Some(value) => match value.downcast_ref::<PyArray>() {
                Some(other) if other.code == zelf.code => other.bytes.get(),
                Some(_) => return Err(vm.type_error("bad argument type for built-in operation")),
                None => {
                    return Err(vm.type_error(format!(
                        "can only assign array (not \"{}\") to array slice",
                        value.class(vm).tp_name()
                    )));
                }
            },
        };
        let span = slice.span(vm, || zelf.len())?;
        if span.step == 1 {
            let start = span.start as usize * size;
            let end = start + span.count * size;
            if new.len() == end - start {
                zelf.bytes
                    .with_mut(|bytes| bytes[start..end].copy_from_slice(&new));
                return Ok(());
            }
            return zelf.resize(vm, |bytes| drop(bytes.splice(start..end, new)));
        }
        if value.is_none() {
            let mut doomed: Vec<usize> = span.indices().collect();
            doomed.sort_unstable();
            return zelf.resize(vm, |bytes| {
                for index in doomed.into_iter().rev() {
                    bytes.drain(index * size..(index + 1) * size);
                }
            });
        }
        if new.len() != span.count * size {
            return Err(vm.value_error(format!(
                "attempt to assign array of size {} to extended slice of size {}",
                new.len() / size,
                span.count
            )));
        }
        zelf.bytes.with_mut(|bytes| {
            for (index, item) in span.indices().zip(new.chunks_exact(size)) {
                bytes[index * size..(index + 1) * size].copy_from_slice(item);
            }
        });
        Ok(())
    }

    #[pyslot]
    fn getbuffer(zelf: &Py<PyArray>, _flags: u32) -> Buffer {
        zelf.exports.set(zelf.exports.get() + 1);
        let code = if zelf.code == b'u' {
            'w'
        } else {
            char::from(zelf.code)
        };
        Buffer {
            owner: zelf.to_value(),
            exporter: &EXPORTER,
            offset: 0,
            len: zelf.bytes.with(Vec::len),
            itemsize: zelf.size(),
            format: code.to_string().into(),
            readonly: false,
            shape: vec![zelf.len()],
            strides: vec![zelf.size() as isize],
        }
    }
}

fn repeated(vm: &Vm, zelf: &Py<PyArray>, count: isize) -> PyResult<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let bytes = zelf.bytes.get();
    match bytes.len().checked_mul(count) {
        Some(total) if total <= isize::MAX as usize => {
            vm.try_reserve(total)?;
            Ok(bytes.repeat(count))
        }
        _ => Err(vm.no_memory()),
    }
}
