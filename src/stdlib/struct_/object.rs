//! `Struct` objects and the iterator of `iter_unpack`.
//!
//! CPython 3.11: `PyStructObject` in `Modules/_struct.c`.

use super::codes::{self, Format};
use super::error;
use derive::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::buffer::{Buffer, request};
use vm::object::{Args, Py, PyRef, PyType, Value};
use vm::protocol::{buffer, convert_int};
use vm::types::bytes::value::PyBytes;
use vm::types::str::value::PyStr;

/// A format with its text.
pub struct Compiled {
    /// The text.
    pub text: Vec<u8>,
    /// What it means.
    pub format: Format,
}

/// Payload of `Struct`.
#[pytype(
    name = "_struct.Struct",
    flags(BASETYPE, MUTABLE),
    doc = "Create a compiled struct object.\n\nReturn a new Struct object which writes and reads binary data according to\nthe format string.",
    tables(TABLE)
)]
pub struct PyStruct {
    compiled: RefCell<Option<Rc<Compiled>>>,
}

/// The bytes of a format argument.
pub fn format_text(vm: &Vm, value: &Value) -> PyResult<Vec<u8>> {
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Ok(
                vm::types::str::codec::encode(vm, text, Some("ascii"), None)?
                    .as_slice()
                    .to_vec(),
            ),
        };
    }
    match value.downcast_ref::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => Err(vm.type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            value.class(vm).tp_name()
        ))),
    }
}

/// A compiled format.
pub fn compile(vm: &Vm, value: &Value) -> PyResult<Rc<Compiled>> {
    let text = format_text(vm, value)?;
    let format = codes::parse(vm, &text)?;
    Ok(Rc::new(Compiled { text, format }))
}

impl Compiled {
    /// The bytes of values.
    pub fn pack(&self, vm: &Vm, function: &str, values: &[Value]) -> PyResult<Vec<u8>> {
        let format = &self.format;
        if values.len() != format.count {
            return Err(error(
                vm,
                &format!(
                    "{function} expected {} items for packing (got {})",
                    format.count,
                    values.len()
                ),
            ));
        }
        vm.try_reserve(format.size)?;
        let mut bytes = vec![0; format.size];
        let mut values = values.iter();
        for &item in &format.items {
            for index in 0..item.count {
                let start = item.offset + index * item.size;
                if let Some(value) = values.next() {
                    let place = &mut bytes[start..start + item.size];
                    codes::pack(vm, item, value, format.native, place, format.big)?;
                }
            }
        }
        Ok(bytes)
    }

    /// The values of bytes, which must have the size of the format.
    pub fn unpack(&self, vm: &Vm, bytes: &[u8]) -> Value {
        let format = &self.format;
        let mut values = Vec::with_capacity(format.count);
        for &item in &format.items {
            for index in 0..item.count {
                let start = item.offset + index * item.size;
                let bytes = bytes.get(start..start + item.size).unwrap_or(&[]);
                values.push(codes::unpack(vm, item, bytes, format.big));
            }
        }
        vm.new_tuple(values)
    }

    /// `unpack`
    pub fn unpack_all(&self, vm: &Vm, source: &Value) -> PyResult<Value> {
        let wrong = || {
            error(
                vm,
                &format!("unpack requires a buffer of {} bytes", self.format.size),
            )
        };
        if let Some(bytes) = source.downcast_ref::<PyBytes>() {
            if bytes.len() != self.format.size {
                return Err(wrong());
            }
            return Ok(self.unpack(vm, bytes.as_slice()));
        }
        let bytes = buffer::to_vec(vm, source)?;
        if bytes.len() != self.format.size {
            return Err(wrong());
        }
        Ok(self.unpack(vm, &bytes))
    }

    /// `unpack_from`
    pub fn unpack_from(&self, vm: &Vm, source: &Value, offset: isize) -> PyResult<Value> {
        let bytes = buffer::to_vec(vm, source)?;
        let size = self.format.size;
        let start = self.place(vm, bytes.len(), offset, "unpack")?;
        if bytes.len() - start < size {
            return Err(error(
                vm,
                &format!(
                    "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {start} (actual buffer size is {})",
                    start.saturating_add(size),
                    bytes.len()
                ),
            ));
        }
        Ok(self.unpack(vm, &bytes[start..start + size]))
    }

    /// The offset as a place in a buffer, clipped to its length.
    fn place(&self, vm: &Vm, len: usize, offset: isize, verb: &str) -> PyResult<usize> {
        let size = self.format.size;
        if offset >= 0 {
            return Ok((offset as usize).min(len.max(offset as usize))).and_then(|start| {
                if start > len {
                    Err(self.too_short(vm, len, start, verb))
                } else {
                    Ok(start)
                }
            });
        }
        if offset.saturating_add(size as isize) > 0 {
            let message = if verb == "pack" {
                format!("no space to pack {size} bytes at offset {offset}")
            } else {
                format!("not enough data to unpack {size} bytes")
            };
            return Err(error(vm, &message));
        }
        match usize::try_from(offset.saturating_add(len as isize)) {
            Ok(start) => Ok(start),
            Err(_) => Err(error(
                vm,
                &format!("offset {offset} out of range for {len}-byte buffer"),
            )),
        }
    }

    #[cold]
    fn too_short(&self, vm: &Vm, len: usize, start: usize, verb: &str) -> PyErr {
        let size = self.format.size;
        let function = if verb == "pack" {
            "pack_into"
        } else {
            "unpack_from"
        };
        error(
            vm,
            &format!(
                "{function} requires a buffer of at least {} bytes for {verb}ing {size} bytes at offset {start} (actual buffer size is {len})",
                start.saturating_add(size)
            ),
        )
    }

    /// `pack_into`
    pub fn pack_into(&self, vm: &Vm, args: &[Value]) -> PyResult<()> {
        let [target, offset, values @ ..] = args else {
            let missing = if args.is_empty() { "buffer" } else { "offset" };
            return Err(vm.type_error(format!("pack_into expected {missing} argument")));
        };
        if values.len() != self.format.count {
            return Err(error(
                vm,
                &format!(
                    "pack_into expected {} items for packing (got {})",
                    self.format.count,
                    values.len()
                ),
            ));
        }
        let target: Buffer = buffer::get(vm, target, request::WRITABLE)?;
        let offset = convert_int::to_isize(vm, offset)?;
        let start = self.place(vm, target.len, offset, "pack")?;
        if target.len - start < self.format.size {
            return Err(self.too_short(vm, target.len, start, "pack"));
        }
        let bytes = self.pack(vm, "pack_into", values)?;
        let start = start + usize::try_from(target.offset).unwrap_or(0);
        target
            .exporter
            .with_bytes_mut(&target.owner, &mut |memory| {
                if let Some(place) = memory.get_mut(start..start + bytes.len()) {
                    place.copy_from_slice(&bytes);
                }
            });
        Ok(())
    }

    /// `iter_unpack`
    pub fn iter_unpack(
        self: &Rc<Compiled>,
        vm: &Vm,
        source: &Value,
    ) -> PyResult<PyRef<PyUnpackIter>> {
        let size = self.format.size;
        if size == 0 {
            return Err(error(
                vm,
                "cannot iteratively unpack with a struct of length 0",
            ));
        }
        let bytes = buffer::to_vec(vm, source)?;
        if bytes.len() % size != 0 {
            return Err(error(
                vm,
                &format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
            ));
        }
        Ok(PyRef::new(
            vm,
            PyUnpackIter {
                compiled: self.clone(),
                bytes,
                at: Cell::new(0),
            },
        ))
    }
}

impl PyStruct {
    fn compiled(&self, vm: &Vm) -> PyResult<Rc<Compiled>> {
        self.compiled
            .borrow()
            .clone()
            .ok_or_else(|| vm.runtime_error("Struct object is not initialized"))
    }
}

#[pymethods]
impl PyStruct {
    #[pyslot]
    fn slot_new(class: &Py<PyType>, _args: Args<'_>) -> PyRef<PyStruct> {
        let payload = PyStruct {
            compiled: RefCell::new(None),
        };
        vm::object::alloc::new_object(class, payload)
    }

    #[pyslot(sig = "Struct(format)")]
    fn init(vm: &Vm, zelf: &Py<PyStruct>, format: &Value) -> PyResult<()> {
        let compiled = compile(vm, format)?;
        *zelf.compiled.borrow_mut() = Some(compiled);
        Ok(())
    }

    /// Return a bytes object containing values packed according to the format.
    #[pymethod(sig = "pack(*args)", no_text_signature)]
    fn pack(vm: &Vm, zelf: &Py<PyStruct>, args: &[Value]) -> PyResult<PyRef<PyBytes>> {
        Ok(PyBytes::new(
            vm,
            &zelf.compiled(vm)?.pack(vm, "pack", args)?,
        ))
    }

    /// Pack values according to the format and write them into a writable buffer at an offset.
    #[pymethod(sig = "pack_into(*args)", no_text_signature)]
    fn pack_into(vm: &Vm, zelf: &Py<PyStruct>, args: &[Value]) -> PyResult<()> {
        zelf.compiled(vm)?.pack_into(vm, args)
    }

    /// Return a tuple containing unpacked values.
    #[pymethod(sig = "unpack($self, buffer, /)")]
    fn unpack(vm: &Vm, zelf: &Py<PyStruct>, buffer: &Value) -> PyResult<Value> {
        zelf.compiled(vm)?.unpack_all(vm, buffer)
    }

    /// Return a tuple containing values unpacked from a place in the buffer.
    #[pymethod(sig = "unpack_from($self, /, buffer, offset=0)")]
    fn unpack_from(vm: &Vm, zelf: &Py<PyStruct>, buffer: &Value, offset: isize) -> PyResult<Value> {
        zelf.compiled(vm)?.unpack_from(vm, buffer, offset)
    }

    /// Return an iterator yielding tuples.
    #[pymethod(sig = "iter_unpack($self, buffer, /)")]
    fn iter_unpack(vm: &Vm, zelf: &Py<PyStruct>, buffer: &Value) -> PyResult<PyRef<PyUnpackIter>> {
        zelf.compiled(vm)?.iter_unpack(vm, buffer)
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[pymethod]
    fn __sizeof__(vm: &Vm, zelf: &Py<PyStruct>) -> PyResult<usize> {
        Ok(56 + 32 * (zelf.compiled(vm)?.format.items.len() + 1))
    }

    /// struct format string
    #[pygetset]
    fn format(vm: &Vm, zelf: &Py<PyStruct>) -> PyResult<PyRef<PyStr>> {
        Ok(PyStr::from_latin1(vm, &zelf.compiled(vm)?.text))
    }

    /// struct size in bytes
    #[pygetset]
    fn size(vm: &Vm, zelf: &Py<PyStruct>) -> PyResult<usize> {
        Ok(zelf.compiled(vm)?.format.size)
    }
}

/// Payload of the iterator of `iter_unpack`.
#[pytype(
    name = "_struct.unpack_iterator",
    flags(DISALLOW_INSTANTIATION),
    tables(ITER)
)]
pub struct PyUnpackIter {
    compiled: Rc<Compiled>,
    bytes: Vec<u8>,
    at: Cell<usize>,
}

#[pymethods(table = ITER)]
impl PyUnpackIter {
    #[pyslot]
    fn iter(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pyslot]
    fn iternext(vm: &Vm, zelf: &Py<PyUnpackIter>) -> Option<Value> {
        let at = zelf.at.get();
        let bytes = zelf.bytes.get(at..at + zelf.compiled.format.size)?;
        zelf.at.set(at + bytes.len());
        Some(zelf.compiled.unpack(vm, bytes))
    }

    #[pymethod]
    fn __length_hint__(&self) -> usize {
        (self.bytes.len() - self.at.get()) / self.compiled.format.size.max(1)
    }
}
