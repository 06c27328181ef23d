//! `array`: sequences of numbers of one machine type.
//!
//! CPython 3.11: `Modules/arraymodule.c`.

mod item;
mod slots;

pub use module::DEF;

use derive::{pymethods, pymodule, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::buffer::Exporter;
use vm::object::{Py, PyCell, PyRef, PyType, Value, alloc};
use vm::protocol::{attr, buffer, call, compare, convert_int, iter};
use vm::types::bytes::value::PyBytes;
use vm::types::list::value::PyList;
use vm::types::str::value::PyStr;

/// Payload of `array.array`.
#[pytype(
    name = "array.array",
    flags(BASETYPE, SEQUENCE, HAS_WEAKREF),
    doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value.",
    tables(slots::TABLE, METHODS),
    traverse = none
)]
pub struct PyArray {
    code: u8,
    bytes: PyCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl PyArray {
    fn with(class: &Py<PyType>, code: u8, bytes: Vec<u8>) -> PyRef<PyArray> {
        alloc::new_object(
            class,
            PyArray {
                code,
                bytes: PyCell::new(bytes),
                exports: Cell::new(0),
            },
        )
    }

    fn size(&self) -> usize {
        item::size(self.code)
    }

    fn len(&self) -> usize {
        self.bytes.with(Vec::len) / self.size()
    }

    fn get(&self, vm: &Vm, index: usize) -> Option<Value> {
        let size = self.size();
        let mut word = [0; 8];
        self.bytes.with(|bytes| {
            let item = bytes.get(index * size..(index + 1) * size)?;
            word[..size].copy_from_slice(item);
            Some(())
        })?;
        Some(item::unpack(vm, self.code, &word[..size]))
    }

    fn resize<R>(&self, vm: &Vm, f: impl FnOnce(&mut Vec<u8>) -> R) -> PyResult<R> {
        if self.exports.get() > 0 {
            return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(self.bytes.with_mut(f))
    }

    fn extend_bytes(&self, vm: &Vm, more: &[u8]) -> PyResult<()> {
        vm.try_reserve(more.len())?;
        self.resize(vm, |bytes| bytes.extend_from_slice(more))
    }

    fn extend_with(&self, vm: &Vm, source: &Value) -> PyResult<()> {
        if let Some(other) = source.downcast_ref::<PyArray>() {
            if other.code != self.code {
                return Err(vm.type_error("can only extend with array of same kind"));
            }
            return self.extend_bytes(vm, &other.bytes.get());
        }
        iter::iterate(vm, source, |value| {
            let packed = item::pack(vm, self.code, &value)?;
            self.extend_bytes(vm, &packed)
        })
    }

    fn position(&self, vm: &Vm, wanted: &Value) -> PyResult<Option<usize>> {
        let mut index = 0;
        while let Some(value) = self.get(vm, index) {
            if compare::eq(vm, &value, wanted)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }
}

struct ArrayExporter;

static EXPORTER: ArrayExporter = ArrayExporter;

impl Exporter for ArrayExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(array) = owner.downcast_ref::<PyArray>() {
            array.bytes.with(|bytes| f(bytes));
        }
    }

    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        if let Some(array) = owner.downcast_ref::<PyArray>() {
            array.bytes.with_mut(|bytes| f(bytes));
        }
    }

    fn release(&self, owner: &Value) {
        if let Some(array) = owner.downcast_ref::<PyArray>() {
            array.exports.set(array.exports.get().saturating_sub(1));
        }
    }
}

fn to_list(vm: &Vm, array: &PyArray) -> Value {
    let mut items = Vec::with_capacity(array.len());
    while let Some(value) = array.get(vm, items.len()) {
        items.push(value);
    }
    vm.new_list(items)
}

fn clamp(index: isize, len: usize) -> usize {
    let index = if index < 0 {
        index.saturating_add(len as isize)
    } else {
        index
    };
    usize::try_from(index).unwrap_or(0).min(len)
}

#[pymethods(table = METHODS)]
impl PyArray {
    /// Append new value v to the end of the array.
    #[pymethod(sig = "append($self, v, /)")]
    fn append(vm: &Vm, zelf: &Py<PyArray>, v: &Value) -> PyResult<()> {
        zelf.extend_bytes(vm, &item::pack(vm, zelf.code, v)?)
    }

    /// Append items to the end of the array.
    #[pymethod(sig = "extend($self, bb, /)")]
    fn extend(vm: &Vm, zelf: &Py<PyArray>, bb: &Value) -> PyResult<()> {
        zelf.extend_with(vm, bb)
    }

    /// Append items to array from list.
    #[pymethod(sig = "fromlist($self, list, /)")]
    fn fromlist(vm: &Vm, zelf: &Py<PyArray>, list: &Value) -> PyResult<()> {
        let Some(list) = list.downcast_ref::<PyList>() else {
            return Err(vm.type_error("arg must be list"));
        };
        let mut more = Vec::new();
        for value in list.to_vec() {
            more.extend(item::pack(vm, zelf.code, &value)?);
        }
        zelf.extend_bytes(vm, &more)
    }

    /// Appends items from the string, interpreting it as an array of machine values.
    #[pymethod(sig = "frombytes($self, buffer, /)")]
    fn frombytes(vm: &Vm, zelf: &Py<PyArray>, source: &Value) -> PyResult<()> {
        let more = buffer::to_vec(vm, source)?;
        if more.len() % zelf.size() != 0 {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        zelf.extend_bytes(vm, &more)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[pymethod(sig = "fromfile($self, f, n, /)")]
    fn fromfile(vm: &Vm, zelf: &Py<PyArray>, f: &Value, n: isize) -> PyResult<()> {
        let Ok(count) = usize::try_from(n) else {
            return Err(vm.value_error("negative count"));
        };
        let Some(wanted) = count
            .checked_mul(zelf.size())
            .filter(|n| *n <= isize::MAX as usize)
        else {
            return Err(vm.no_memory());
        };
        let data = attr::call_method(vm, f, &vm.intern_str("read"), &[vm.new_usize(wanted)])?;
        let Some(bytes) = data.downcast_ref::<PyBytes>() else {
            return Err(vm.type_error("read() didn't return bytes"));
        };
        PyArray::frombytes(vm, zelf, &data)?;
        if bytes.len() < wanted {
            return Err(vm.eof_error("read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Write all items (as machine values) to the file object f.
    #[pymethod(sig = "tofile($self, f, /)")]
    fn tofile(vm: &Vm, zelf: &Py<PyArray>, f: &Value) -> PyResult<()> {
        for chunk in zelf.bytes.get().chunks(64 << 10) {
            let data = PyBytes::new(vm, chunk).into_value();
            attr::call_method(vm, f, &vm.intern_str("write"), &[data])?;
        }
        Ok(())
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[pymethod(sig = "tobytes($self, /)")]
    fn tobytes(vm: &Vm, zelf: &Py<PyArray>) -> PyRef<PyBytes> {
        PyBytes::new(vm, &zelf.bytes.get())
    }

    /// Convert array to an ordinary list with the same items.
    #[pymethod(sig = "tolist($self, /)")]
    fn tolist(vm: &Vm, zelf: &Py<PyArray>) -> Value {
        to_list(vm, zelf)
    }

    /// Extends this array with data from the unicode string ustr.
    #[pymethod(sig = "fromunicode($self, ustr, /)")]
    fn fromunicode(vm: &Vm, zelf: &Py<PyArray>, ustr: &Py<PyStr>) -> PyResult<()> {
        if zelf.code != b'u' {
            return Err(vm.value_error("fromunicode() may only be called on unicode type arrays"));
        }
        let more: Vec<u8> = ustr.chars().flat_map(u32::to_le_bytes).collect();
        zelf.extend_bytes(vm, &more)
    }

    /// Extends this array with data from the unicode string ustr.
    #[pymethod(sig = "tounicode($self, /)")]
    fn tounicode(vm: &Vm, zelf: &Py<PyArray>) -> PyResult<PyRef<PyStr>> {
        if zelf.code != b'u' {
            return Err(vm.value_error("tounicode() may only be called on unicode type arrays"));
        }
        item::text(vm, &zelf.bytes.get())
    }

    /// Insert a new item v into the array before position i.
    #[pymethod(sig = "insert($self, i, v, /)")]
    fn insert(vm: &Vm, zelf: &Py<PyArray>, i: isize, v: &Value) -> PyResult<()> {
        let packed = item::pack(vm, zelf.code, v)?;
        let at = clamp(i, zelf.len()) * zelf.size();
        zelf.resize(vm, |bytes| drop(bytes.splice(at..at, packed)))
    }

    /// Return the i-th element and delete it from the array.
    #[pymethod(sig = "pop($self, i=-1, /)")]
    fn pop(vm: &Vm, zelf: &Py<PyArray>, i: isize) -> PyResult<Value> {
        let len = zelf.len();
        if len == 0 {
            return Err(vm.index_error("pop from empty array"));
        }
        let index = if i < 0 {
            i.saturating_add(len as isize)
        } else {
            i
        };
        let found = usize::try_from(index)
            .ok()
            .and_then(|index| Some((index, zelf.get(vm, index)?)));
        let Some((index, value)) = found else {
            return Err(vm.index_error("pop index out of range"));
        };
        let size = zelf.size();
        zelf.resize(vm, |bytes| {
            drop(bytes.drain(index * size..(index + 1) * size))
        })?;
        Ok(value)
    }

    /// Remove the first occurrence of v in the array.
    #[pymethod(sig = "remove($self, v, /)")]
    fn remove(vm: &Vm, zelf: &Py<PyArray>, v: &Value) -> PyResult<()> {
        let Some(index) = zelf.position(vm, v)? else {
            return Err(vm.value_error("array.remove(x): x not in array"));
        };
        let size = zelf.size();
        zelf.resize(vm, |bytes| {
            let end = ((index + 1) * size).min(bytes.len());
            bytes.drain((index * size).min(end)..end);
        })
    }

    /// Return index of first occurrence of v in the array.
    #[pymethod(sig = "index($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, zelf: &Py<PyArray>, v: &Value, start: isize, stop: isize) -> PyResult<usize> {
        let (start, stop) = (clamp(start, zelf.len()), clamp(stop, zelf.len()));
        for index in start..stop {
            match zelf.get(vm, index) {
                Some(value) if compare::eq(vm, &value, v)? => return Ok(index),
                Some(_) => {}
                None => break,
            }
        }
        Err(vm.value_error("array.index(x): x not in array"))
    }

    /// Return number of occurrences of v in the array.
    #[pymethod(sig = "count($self, v, /)")]
    fn count(vm: &Vm, zelf: &Py<PyArray>, v: &Value) -> PyResult<usize> {
        let (mut index, mut count) = (0, 0);
        while let Some(value) = zelf.get(vm, index) {
            count += usize::from(compare::eq(vm, &value, v)?);
            index += 1;
        }
        Ok(count)
    }

    /// Reverse the order of the items in the array.
    #[pymethod(sig = "reverse($self, /)")]
    fn reverse(zelf: &Py<PyArray>) {
        let size = zelf.size();
        zelf.bytes.with_mut(|bytes| {
            bytes.reverse();
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        });
    }

    /// Byteswap all items of the array.
    #[pymethod(sig = "byteswap($self, /)")]
    fn byteswap(zelf: &Py<PyArray>) {
        let size = zelf.size();
        zelf.bytes
            .with_mut(|bytes| bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse));
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer.
    #[pymethod(sig = "buffer_info($self, /)")]
    fn buffer_info(zelf: &Py<PyArray>) -> (usize, usize) {
        (zelf.bytes.with(|bytes| bytes.as_ptr().addr()), zelf.len())
    }

    #[pymethod(sig = "__copy__($self, /)")]
    fn __copy__(zelf: &Py<PyArray>) -> PyRef<PyArray> {
        PyArray::with(zelf.object().class(), zelf.code, zelf.bytes.get())
    }

    #[pymethod(sig = "__deepcopy__($self, unused, /)")]
    fn __deepcopy__(zelf: &Py<PyArray>, _unused: &Value) -> PyRef<PyArray> {
        PyArray::__copy__(zelf)
    }

    /// Return state information for pickling.
    #[pymethod(sig = "__reduce_ex__($self, value, /)")]
    fn __reduce_ex__(vm: &Vm, zelf: &Py<PyArray>, value: &Value) -> PyResult<Value> {
        let state = attr::get_opt(vm, &zelf.as_value(), &vm.names.__dict__)?.unwrap_or(Value::None);
        let code = vm.latin1_char(zelf.code).into_value();
        let class = zelf.object().class().to_value();
        if convert_int::to_i64(vm, value)? < 3 {
            let args = vm.new_tuple(vec![code, to_list(vm, zelf)]);
            return Ok(vm.new_tuple(vec![class, args, state]));
        }
        let import = vm.hooks.import_name.get();
        let name = vm.intern_str("array").into_value();
        let module = import(vm, &name, &Value::None, &Value::None, &Value::None, 0)?;
        let function = attr::get(vm, &module, &vm.intern_str("_array_reconstructor"))?;
        let format = vm.new_int(item::machine_format(zelf.code).into());
        let bytes = PyBytes::new(vm, &zelf.bytes.get()).into_value();
        let args = vm.new_tuple(vec![class, code, format, bytes]);
        Ok(vm.new_tuple(vec![function, args, state]))
    }

    /// Size of the array in memory, in bytes.
    #[pymethod(sig = "__sizeof__($self, /)")]
    fn __sizeof__(zelf: &Py<PyArray>) -> usize {
        64 + zelf.bytes.with(Vec::capacity)
    }

    /// the typecode character used to create the array
    #[pygetset]
    fn typecode(vm: &Vm, zelf: &Py<PyArray>) -> PyRef<PyStr> {
        vm.latin1_char(zelf.code)
    }

    /// the size, in bytes, of one array item
    #[pygetset]
    fn itemsize(zelf: &Py<PyArray>) -> usize {
        zelf.size()
    }
}

/// This module defines an object type which can efficiently represent an array of basic values.
#[pymodule(name = "array", types(super::PyArray))]
mod module {
    use super::*;

    #[pyattr]
    fn typecodes() -> &'static str {
        "bBuhHiIlLqQfd"
    }

    #[pyattr(name = "ArrayType")]
    fn array_type(vm: &Vm) -> Value {
        <PyArray as vm::object::Payload>::class(vm).to_value()
    }

    /// Internal. Used for pickling support.
    #[pyfunction(
        sig = "_array_reconstructor($module, arraytype, typecode, mformat_code, items, /)"
    )]
    fn _array_reconstructor(
        vm: &Vm,
        arraytype: &Value,
        typecode: &Value,
        mformat_code: i32,
        items: &Value,
    ) -> PyResult<Value> {
        let code = typecode
            .downcast_ref::<PyStr>()
            .and_then(|code| code.char_at(0));
        let code = code.and_then(|code| u8::try_from(code).ok()).unwrap_or(0);
        let native = item::machine_format(code);
        let array = call::call_args(vm, arraytype, &[typecode.clone(), items.clone()])?;
        if mformat_code == native {
            return Ok(array);
        }
        // The same items with the most significant byte first.
        if mformat_code != native + 1 || native < 2 {
            return Err(vm.unfinished("arrays of foreign machine formats"));
        }
        if let Some(array) = array.downcast_ref::<PyArray>() {
            PyArray::byteswap(array);
        }
        Ok(array)
    }
}
