//! Reading and writing items of a view, comparing and hashing it.
//!
//! CPython 3.11: `memory_subscript`, `memory_ass_sub`, `memory_richcompare`, `memory_hash` in `Objects/memoryobject.c`.

use super::{Geometry, PyMemoryView, export};
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::{Buffer, request};
use crate::object::{CompareOp, Py, PyRef, Value};
use crate::protocol::{buffer, compare, number, repr};
use crate::types::buffer_format as codes;
use crate::types::slice::value::PySlice;
use crate::types::tuple::value::PyTuple;
use derive::pymethods;

#[cold]
fn unsupported(vm: &Vm, format: &str) -> PyErr {
    vm.not_implemented_error(format!("memoryview: format {format} not supported"))
}

/// The native code of a view's format.
pub(super) fn code_of(vm: &Vm, geometry: &Geometry) -> PyResult<u8> {
    codes::native_code(&geometry.format).ok_or_else(|| unsupported(vm, &geometry.format))
}

/// The item at an offset.
pub(super) fn item_at(vm: &Vm, view: &Py<PyMemoryView>, offset: isize) -> PyResult<Value> {
    let code = code_of(vm, &view.geometry)?;
    let mut word = [0; 8];
    let size = view.with_item(vm, offset, |item| {
        let size = item.len().min(8);
        word[..size].copy_from_slice(&item[..size]);
        size
    })?;
    Ok(codes::unpack(vm, code, &word[..size]))
}

/// The offset one index of a dimension adds.
fn step(vm: &Vm, geometry: &Geometry, dimension: usize, index: isize) -> PyResult<isize> {
    let size = geometry.shape[dimension] as isize;
    let at = if index < 0 { index + size } else { index };
    if at < 0 || at >= size {
        return Err(vm.index_error(format!(
            "index out of bounds on dimension {}",
            dimension + 1
        )));
    }
    Ok(at * geometry.strides[dimension])
}

/// What a key means.
enum Key {
    Item(isize),
    Part(Geometry),
    Whole,
}

fn is_all(items: &[Value], wanted: impl Fn(&Value) -> bool) -> bool {
    items.iter().all(wanted)
}

fn tuple_key(vm: &Vm, geometry: &Geometry, items: &[Value]) -> PyResult<Key> {
    let ndim = geometry.shape.len();
    if is_all(items, |item| number::is_index(vm, item)) {
        if items.len() < ndim {
            return Err(vm.not_implemented_error("sub-views are not implemented"));
        }
        if items.len() > ndim {
            return Err(vm.type_error(format!(
                "cannot index {ndim}-dimension view with {}-element tuple",
                items.len()
            )));
        }
        let mut offset = geometry.offset;
        for (dimension, item) in items.iter().enumerate() {
            let index = number::to_index_isize(vm, item, ExcKind::IndexError)?;
            offset += step(vm, geometry, dimension, index)?;
        }
        return Ok(Key::Item(offset));
    }
    if is_all(items, |item| item.downcast_ref::<PySlice>().is_some()) {
        return Err(vm.not_implemented_error("multi-dimensional slicing is not implemented"));
    }
    Err(vm.type_error("memoryview: invalid slice key"))
}

fn resolve(vm: &Vm, view: &Py<PyMemoryView>, key: &Value) -> PyResult<Key> {
    let geometry = &view.geometry;
    let ndim = geometry.shape.len();
    let tuple = key.downcast_ref::<PyTuple>();
    if ndim == 0 {
        if tuple.is_some_and(|tuple| tuple.len() == 0) {
            return Ok(Key::Item(geometry.offset));
        }
        if key.is(&Value::Ellipsis) {
            return Ok(Key::Whole);
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if number::is_index(vm, key) {
        let index = number::to_index_isize(vm, key, ExcKind::IndexError)?;
        if ndim > 1 {
            return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        return Ok(Key::Item(geometry.offset + step(vm, geometry, 0, index)?));
    }
    if let Some(slice) = key.downcast_ref::<PySlice>() {
        let span = slice.span(vm, || geometry.shape[0])?;
        let mut part = geometry.clone();
        part.offset += geometry.strides[0] * span.start;
        part.shape[0] = span.count;
        part.strides[0] *= span.step;
        return Ok(Key::Part(part));
    }
    match tuple {
        Some(tuple) => tuple_key(vm, geometry, tuple.as_slice()),
        None => Err(vm.type_error("memoryview: invalid slice key")),
    }
}

/// Nested lists of the items.
pub(super) fn to_list(vm: &Vm, view: &Py<PyMemoryView>) -> PyResult<Value> {
    let geometry = &view.geometry;
    view.base(vm)?;
    let code = code_of(vm, geometry)?;
    let bytes = view.to_vec(vm)?;
    let mut items: Vec<Value> = bytes
        .chunks_exact(geometry.itemsize.max(1))
        .map(|item| codes::unpack(vm, code, item))
        .collect();
    let Some((_, inner)) = geometry.shape.split_first() else {
        return items
            .pop()
            .ok_or_else(|| vm.index_error("index out of bounds"));
    };
    for (dimension, &size) in inner.iter().enumerate().rev() {
        let count: usize = geometry.shape[..=dimension].iter().product();
        let mut rest = items.into_iter();
        items = (0..count)
            .map(|_| vm.new_list(rest.by_ref().take(size).collect()))
            .collect();
    }
    Ok(vm.new_list(items))
}

/// The values of a buffer's items, for comparison; `None` when the format is not understood.
fn values(vm: &Vm, buffer: &Buffer) -> Option<Vec<Value>> {
    let code = codes::native_code(&buffer.format)?;
    let bytes = buffer.to_vec();
    let items = bytes.chunks_exact(buffer.itemsize.max(1));
    Some(items.map(|item| codes::unpack(vm, code, item)).collect())
}

fn equal(vm: &Vm, left: &Buffer, right: &Buffer) -> PyResult<bool> {
    if left.shape != right.shape {
        return Ok(false);
    }
    let integers = |format: &str| {
        codes::native_code(format).is_some_and(|code| !matches!(code, b'f' | b'd' | b'e' | b'?'))
    };
    if left.format == right.format && integers(&left.format) {
        return Ok(left.to_vec() == right.to_vec());
    }
    let (Some(left), Some(right)) = (values(vm, left), values(vm, right)) else {
        return Ok(false);
    };
    for (a, b) in left.iter().zip(&right) {
        if !compare::rich(vm, a, b, CompareOp::Eq)?.is_true() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn assign_part(vm: &Vm, view: &Py<PyMemoryView>, part: &Geometry, value: &Value) -> PyResult<()> {
    if view.geometry.shape.len() != 1 {
        return Err(vm.not_implemented_error(
            "memoryview slice assignments are currently restricted to ndim = 1",
        ));
    }
    let source = buffer::get(vm, value, request::FULL_RO)?;
    let same_format = {
        let plain = |format: &str| format.strip_prefix('@').unwrap_or(format).to_string();
        plain(&source.format) == plain(&part.format)
    };
    if source.shape != part.shape || !same_format || source.itemsize != part.itemsize {
        return Err(
            vm.value_error("memoryview assignment: lvalue and rvalue have different structures")
        );
    }
    let bytes = source.to_vec();
    if part.is_c_contiguous() {
        return view.write(vm, &[part.offset], bytes.len(), &bytes);
    }
    view.write(vm, &part.offsets(), part.itemsize, &bytes)
}

#[pymethods]
impl PyMemoryView {
    #[pyslot]
    fn repr(zelf: &Py<PyMemoryView>) -> String {
        let address = repr::address(&zelf.as_value());
        if zelf.is_released() {
            format!("<released memory at {address}>")
        } else {
            format!("<memory at {address}>")
        }
    }

    #[pyslot(name = "hash")]
    fn slot_hash(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<i64> {
        let known = zelf.hash_cell().get();
        if known != -1 {
            return Ok(known);
        }
        let base = zelf.base(vm)?;
        if !zelf.geometry.readonly {
            return Err(vm.value_error("cannot hash writable memoryview object"));
        }
        if !matches!(
            codes::native_code(&zelf.geometry.format),
            Some(b'B' | b'b' | b'c')
        ) {
            return Err(
                vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
            );
        }
        if !base.owner.is_null() {
            vm.hash(&base.owner)?;
        }
        let hash = vm.hash_secret.hash_bytes(&zelf.to_vec(vm)?);
        zelf.hash_cell().set(hash);
        Ok(hash)
    }

    #[pyslot]
    fn richcompare(vm: &Vm, zelf: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NotImplemented);
        }
        let Some(view) = zelf.downcast_ref::<PyMemoryView>() else {
            return Ok(Value::NotImplemented);
        };
        let other_view = other.downcast_ref::<PyMemoryView>();
        let any_released = view.is_released() || other_view.is_some_and(|view| view.is_released());
        let result = if any_released {
            zelf.is(other)
        } else {
            let left = export(vm, view, request::FULL_RO)?;
            match buffer::get(vm, other, request::FULL_RO) {
                Ok(right) => equal(vm, &left, &right)?,
                Err(_) => return Ok(Value::NotImplemented),
            }
        };
        Ok(Value::bool(result == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn sq_length(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<usize> {
        zelf.base(vm)?;
        Ok(zelf.geometry.shape.first().copied().unwrap_or(1))
    }

    #[pyslot]
    fn mp_length(vm: &Vm, zelf: &Py<PyMemoryView>) -> PyResult<usize> {
        PyMemoryView::sq_length(vm, zelf)
    }

    #[pyslot]
    fn sq_item(vm: &Vm, zelf: &Py<PyMemoryView>, index: isize) -> PyResult<Value> {
        zelf.base(vm)?;
        match zelf.geometry.shape.len() {
            0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
            1 => item_at(
                vm,
                zelf,
                zelf.geometry.offset + step(vm, &zelf.geometry, 0, index)?,
            ),
            _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    #[pyslot]
    fn mp_subscript(vm: &Vm, zelf: &Py<PyMemoryView>, key: &Value) -> PyResult<Value> {
        let base = zelf.base(vm)?;
        match resolve(vm, zelf, key)? {
            Key::Item(offset) => item_at(vm, zelf, offset),
            Key::Part(part) => Ok(PyMemoryView::with(vm, base, part).into_value()),
            Key::Whole => Ok(zelf.to_value()),
        }
    }

    #[pyslot]
    fn mp_ass_subscript(
        vm: &Vm,
        zelf: &Py<PyMemoryView>,
        key: &Value,
        value: Option<Value>,
    ) -> PyResult<()> {
        zelf.base(vm)?;
        let geometry = &zelf.geometry;
        if geometry.readonly {
            return Err(vm.type_error("cannot modify read-only memory"));
        }
        let Some(value) = value else {
            return Err(vm.type_error("cannot delete memory"));
        };
        let offset = match resolve(vm, zelf, key)? {
            Key::Item(offset) => offset,
            Key::Whole => geometry.offset,
            Key::Part(part) => return assign_part(vm, zelf, &part, &value),
        };
        let code = code_of(vm, geometry)?;
        let bytes = codes::pack(vm, &geometry.format, code, &value)?;
        // Packing may have run Python, which may have released the view; `write` asks again.
        zelf.write(vm, &[offset], bytes.len(), &bytes)
    }

    #[pyslot]
    fn getbuffer(vm: &Vm, zelf: &Py<PyMemoryView>, flags: u32) -> PyResult<Buffer> {
        export(vm, zelf, flags)
    }

    #[pyslot(sig = "memoryview(object)")]
    fn slot_new(
        vm: &Vm,
        class: &Py<crate::object::PyType>,
        object: &Value,
    ) -> PyResult<PyRef<PyMemoryView>> {
        let _ = class;
        PyMemoryView::of(vm, object)
    }
}
