//! `marshal`: values to bytes and back.
//!
//! The format is `bytecode::marshal`; reading into live values is `import::unmarshal`, writing them is here.
//!
//! CPython 3.11: `Python/marshal.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::import::loaders::generalised_utf8;
use crate::object::{PyType, Value};
use crate::protocol::buffer;
use crate::types::bytes::value::PyBytes;
use crate::types::code::PyCode;
use crate::types::complex::value::PyComplex;
use crate::types::dict::value::PyDict;
use crate::types::int::value::IntRef;
use crate::types::list::value::PyList;
use crate::types::set::table::{PyFrozenSet, PySet};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use ahash::AHashSet;
use bytecode::marshal::{CodeFields, Role, Source, View, WriteError, write_object};

/// Why a value cannot be written.
enum DumpError {
    Write(WriteError),
    Raised(PyErr),
}

impl From<WriteError> for DumpError {
    fn from(error: WriteError) -> DumpError {
        DumpError::Write(error)
    }
}

/// References the writer itself holds to an object while it asks about it, besides the container's.
const HANDLES: u64 = 2;

/// Shows live values to the encoder.
struct LiveSource<'a> {
    vm: &'a Vm,
    /// What `dumps` was called with.
    top: &'a Value,
    scratch: Vec<u8>,
    /// Keys given to objects that nothing else can be.
    fresh_keys: u64,
    /// Numbers in place that more than one object holds; found when first asked for.
    held_twice: Option<AHashSet<u64>>,
}

/// Whether CPython keeps this int for good.
fn is_cached_int(value: &Value) -> bool {
    value
        .as_small_int()
        .is_some_and(|n| (-5..=256).contains(&n))
}

impl LiveSource<'_> {
    /// Whether a number in place has two holders. It is no object and has no count, so equal numbers are taken for one object; the
    /// constants of a compilation are.
    fn is_held_twice(&mut self, number: &Value) -> bool {
        if self.held_twice.is_none() {
            self.held_twice = Some(self.numbers_held_twice());
        }
        self.held_twice
            .as_ref()
            .is_some_and(|held| held.contains(&number.bits()))
    }

    fn numbers_held_twice(&mut self) -> AHashSet<u64> {
        let (mut seen, mut held_twice) = (AHashSet::new(), AHashSet::new());
        let mut pending = vec![self.top.clone()];
        while let Some(value) = pending.pop() {
            let is_number = value.is_small_int() || value.is_small_float();
            if !value.is_object() && !is_number {
                continue;
            }
            if !seen.insert(value.bits()) {
                if is_number {
                    held_twice.insert(value.bits());
                }
            } else if let Some(code) = value.downcast_ref::<PyCode>() {
                pending.push(code.consts.to_value());
            } else if !is_number && self.items(&value, &mut pending).is_err() {
                break;
            }
        }
        held_twice
    }
}

impl Source for LiveSource<'_> {
    type Value = Value;
    type Error = DumpError;

    fn view<'a>(&'a mut self, value: &'a Value) -> Result<View<'a>, DumpError> {
        let vm = self.vm;
        if value.is_none() {
            return Ok(View::None);
        }
        if value.is_bool() {
            return Ok(View::Bool(value.is_true()));
        }
        if value.is(&Value::Ellipsis) {
            return Ok(View::Ellipsis);
        }
        if value.is_exact(vm, &vm.types.int) {
            return Ok(match value.as_int() {
                Some(IntRef::Small(n)) => View::Int(n),
                Some(IntRef::Big(n)) => View::BigInt(n),
                None => View::Unmarshallable,
            });
        }
        if value.is_exact(vm, &vm.types.float) {
            return Ok(View::Float(value.as_float().unwrap_or(0.0)));
        }
        if let Some(text) = value.downcast_exact::<PyStr>(vm) {
            let is_interned = text.is_interned();
            self.scratch = generalised_utf8(text);
            return Ok(View::Str {
                text: &self.scratch,
                is_interned,
            });
        }
        if let Some(bytes) = value.downcast_exact::<PyBytes>(vm) {
            return Ok(View::Bytes(bytes.as_slice()));
        }
        if let Some(complex) = value.downcast_exact::<PyComplex>(vm) {
            return Ok(View::Complex(complex.real, complex.imag));
        }
        if value
            .downcast_ref::<PyType>()
            .is_some_and(|class| class.is(&*vm.exception_class(ExcKind::StopIteration)))
        {
            return Ok(View::StopIteration);
        }
        let container = [
            (value.downcast_exact::<PyTuple>(vm).is_some(), View::Tuple),
            (value.downcast_exact::<PyList>(vm).is_some(), View::List),
            (value.downcast_exact::<PyDict>(vm).is_some(), View::Dict),
            (value.downcast_exact::<PySet>(vm).is_some(), View::Set),
            (
                value.downcast_exact::<PyFrozenSet>(vm).is_some(),
                View::FrozenSet,
            ),
            (value.downcast_exact::<PyCode>(vm).is_some(), View::Code),
        ];
        if let Some((_, view)) = container.into_iter().find(|(found, _)| *found) {
            return Ok(view);
        }
        if buffer::check(vm, value) {
            self.scratch = buffer::to_vec(vm, value).map_err(DumpError::Raised)?;
            return Ok(View::Bytes(&self.scratch));
        }
        Ok(View::Unmarshallable)
    }

    fn share_key(&mut self, value: &Value, role: Role) -> Option<u64> {
        if !value.is_object() {
            let counts = is_cached_int(value)
                || matches!(role, Role::Top | Role::SetItem)
                || self.is_held_twice(value);
            return counts.then(|| value.bits());
        }
        if role == Role::Code {
            // A fresh object in CPython, which the code object keeps.
            self.fresh_keys += 1;
            return Some(self.fresh_keys * 8 + 7);
        }
        let is_interned = value
            .downcast_ref::<PyStr>()
            .is_some_and(|text| text.is_interned());
        let counts = role == Role::SetItem || is_interned;
        (counts || value.refcount() > HANDLES).then(|| value.bits())
    }

    fn items(&mut self, value: &Value, out: &mut Vec<Value>) -> Result<(), DumpError> {
        if let Some(tuple) = value.downcast_ref::<PyTuple>() {
            out.extend_from_slice(tuple.as_slice());
        } else if let Some(list) = value.downcast_ref::<PyList>() {
            out.extend(list.to_vec());
        } else if let Some(dict) = value.downcast_ref::<PyDict>() {
            for (key, value) in dict.items() {
                out.extend([key, value]);
            }
        } else if let Some(set) = value.downcast_ref::<PySet>() {
            out.extend(set.items());
        } else if let Some(set) = value.downcast_ref::<PyFrozenSet>() {
            out.extend(set.items());
        }
        Ok(())
    }

    fn code(&mut self, value: &Value) -> Result<CodeFields<Value>, DumpError> {
        let Some(code) = value.downcast_ref::<PyCode>() else {
            return Err(WriteError::Unmarshallable.into());
        };
        Ok(CodeFields {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags as i32,
            code: code.code.to_value(),
            consts: code.consts.to_value(),
            names: code.names.to_value(),
            localsplusnames: code.localsplusnames.to_value(),
            localspluskinds: code.localspluskinds.to_value(),
            filename: code.filename.get().into_value(),
            name: code.name.to_value(),
            qualname: code.qualname.to_value(),
            firstlineno: code.firstlineno,
            linetable: code.linetable.to_value(),
            exceptiontable: code.exceptiontable.to_value(),
        })
    }
}

/// `marshal.dumps(value, version)`
pub fn dumps(vm: &Vm, value: &Value, version: i32) -> PyResult<Vec<u8>> {
    let mut source = LiveSource {
        vm,
        top: value,
        scratch: Vec::new(),
        fresh_keys: 0,
        held_twice: None,
    };
    match write_object(&mut source, value.clone(), version) {
        Ok(bytes) => Ok(bytes),
        Err(DumpError::Raised(error)) => Err(error),
        Err(DumpError::Write(error)) => Err(vm.value_error(error.to_string())),
    }
}

/// The module.
#[derive::pymodule(name = "marshal")]
pub mod module {
    //! This module contains functions that can read and write Python values in
    //! a binary format. The format is specific to Python, but independent of
    //! machine architecture issues.
    use crate::context::{PyResult, Vm};
    use crate::import::{unmarshal, util};
    use crate::object::Value;
    use crate::protocol::buffer;

    #[pyattr]
    fn version() -> i64 {
        bytecode::marshal::VERSION.into()
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[pyfunction(sig = "dumps($module, value, version=4, /)")]
    fn dumps(vm: &Vm, value: &Value, version: i32) -> PyResult<Value> {
        Ok(vm.new_bytes(&super::dumps(vm, value, version)?))
    }

    /// Write the value on the open file.
    #[pyfunction(sig = "dump($module, value, file, version=4, /)")]
    fn dump(vm: &Vm, value: &Value, file: &Value, version: i32) -> PyResult<Value> {
        let bytes = vm.new_bytes(&super::dumps(vm, value, version)?);
        util::call_method(vm, file, "write", &[bytes])
    }

    /// Convert the bytes-like object to a value.
    #[pyfunction(sig = "loads($module, bytes, /)")]
    fn loads(vm: &Vm, bytes: &Value) -> PyResult<Value> {
        unmarshal::loads(vm, &buffer::to_vec(vm, bytes)?)
    }

    /// Read one value from the open file and return it.
    #[pyfunction(sig = "load($module, file, /)")]
    fn load(vm: &Vm, file: &Value) -> PyResult<Value> {
        crate::import::unmarshal_file::load(vm, file)
    }
}
