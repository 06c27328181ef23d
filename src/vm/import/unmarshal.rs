//! marshal streams into live values: what a warm import does.
//!
//! The reader of `bytecode::marshal` calls this sink for each value; strings are interned as the stream says, code objects are checked and
//! verified as they are made, so that nothing a damaged or hostile file says can reach the interpreter loop unverified.
//!
//! CPython 3.11: `r_object` in `Python/marshal.c`, `_PyCode_New` in `Objects/codeobject.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyCell, PyRef, Value};
use crate::types::bytes::value::PyBytes;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::set::table::{PyFrozenSet, PySet};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::LocalKind;
use bytecode::marshal::{CodeFields, ReadError, Sink, SliceInput, read_object};
use bytecode::verify::{ConstKind, Verifiable, Verifier};
use num_bigint::BigInt;
use std::cell::Cell;
use std::vec::Drain;

/// What can go wrong: the stream, or making a value of it.
pub enum LiveError {
    /// The stream is wrong.
    Read(ReadError),
    /// A value could not be made.
    Raised(PyErr),
}

impl From<ReadError> for LiveError {
    fn from(error: ReadError) -> LiveError {
        LiveError::Read(error)
    }
}

impl From<PyErr> for LiveError {
    fn from(error: PyErr) -> LiveError {
        LiveError::Raised(error)
    }
}

impl LiveError {
    /// The exception.
    pub fn into_py(self, vm: &Vm) -> PyErr {
        use bytecode::marshal::ReadErrorKind;
        let error = match self {
            LiveError::Raised(error) => return error,
            LiveError::Read(error) => error,
        };
        let kind = match error.kind() {
            ReadErrorKind::EofError => ExcKind::EOFError,
            ReadErrorKind::ValueError => ExcKind::ValueError,
            ReadErrorKind::TypeError => ExcKind::TypeError,
            ReadErrorKind::SystemError => ExcKind::SystemError,
            ReadErrorKind::UnicodeDecodeError => return bad_utf8(vm, &error),
        };
        vm.new_exception(kind, vm.new_str(&error.to_string()))
    }
}

fn bad_utf8(vm: &Vm, error: &ReadError) -> PyErr {
    let ReadError::BadUtf8 {
        bytes,
        start,
        end,
        reason,
    } = error
    else {
        return vm.value_error(error.to_string());
    };
    let class = vm.exception_class(ExcKind::UnicodeDecodeError);
    let args = [
        vm.new_str("utf-8"),
        vm.new_bytes(bytes),
        vm.new_usize(*start),
        vm.new_usize(*end),
        vm.new_str(reason),
    ];
    crate::types::exceptions::raise::instantiate(vm, &class, &args)
}

/// Makes live values of an interpreter.
pub struct LiveSink<'a> {
    vm: &'a Vm,
    verifier: Option<Verifier>,
}

impl<'a> LiveSink<'a> {
    /// A sink for this interpreter.
    pub fn new(vm: &'a Vm) -> LiveSink<'a> {
        LiveSink {
            vm,
            verifier: Some(Verifier::new()),
        }
    }
}

/// Reads one object from bytes that this project's compiler wrote and nobody could change since: code objects are not verified again.
pub fn loads_trusted(vm: &Vm, bytes: &'static [u8]) -> PyResult<Value> {
    let mut sink = LiveSink { vm, verifier: None };
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut sink).map_err(|error: LiveError| error.into_py(vm))
}

/// Reads one object from the start of bytes, and says how many are left.
pub fn loads_prefix(vm: &Vm, bytes: &[u8]) -> PyResult<(Value, usize)> {
    let mut input = SliceInput::new(bytes);
    let value = read_object(&mut input, &mut LiveSink::new(vm))
        .map_err(|error: LiveError| error.into_py(vm))?;
    Ok((value, input.rest().len()))
}

/// Reads one object from bytes.
pub fn loads(vm: &Vm, bytes: &[u8]) -> PyResult<Value> {
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut LiveSink::new(vm)).map_err(|error: LiveError| error.into_py(vm))
}

fn bytes_of(value: &Value) -> Result<&[u8], ReadError> {
    match value.downcast_ref::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_slice()),
        None => Err(ReadError::BadCodeFields),
    }
}

fn tuple_of(value: Value) -> Result<PyRef<PyTuple>, ReadError> {
    value
        .downcast::<PyTuple>()
        .map_err(|_| ReadError::BadCodeFields)
}

fn str_of(value: Value) -> Result<PyRef<PyStr>, ReadError> {
    value
        .downcast::<PyStr>()
        .map_err(|_| ReadError::BadCodeFields)
}

/// A tuple of interned names.
fn names_of(vm: &Vm, value: Value) -> Result<PyRef<PyTuple>, ReadError> {
    let names = tuple_of(value)?;
    let is_name = |name: &Value| name.downcast_ref::<PyStr>().is_some();
    if !names.as_slice().iter().all(is_name) {
        return Err(ReadError::BadCodeFields);
    }
    let is_interned = |name: &Value| {
        name.downcast_exact::<PyStr>(vm)
            .is_some_and(|n| n.is_interned())
    };
    if names.as_slice().iter().all(is_interned) {
        return Ok(names);
    }
    let interned = names
        .as_slice()
        .iter()
        .filter_map(|name| name.downcast_ref::<PyStr>())
        .map(|name| vm.intern(name.to_ref()).into_value())
        .collect();
    Ok(PyTuple::new(vm, interned))
}

/// A live code object from the fields of a stream or of `code()`, checked and verified.
pub fn make_code(
    vm: &Vm,
    verifier: Option<&mut Verifier>,
    fields: CodeFields<Value>,
) -> Result<PyRef<PyCode>, LiveError> {
    let kinds = bytes_of(&fields.localspluskinds)?;
    let locals_len = match fields.localsplusnames.downcast_ref::<PyTuple>() {
        Some(names) => names.len(),
        None => return Err(ReadError::BadCodeFields.into()),
    };
    fields.validate(bytes_of(&fields.code)?, locals_len, kinds)?;
    let count = |flag: u8| kinds.iter().filter(|&&kind| kind & flag != 0).count() as u32;
    let (nlocals, ncellvars, nfreevars) = (
        count(LocalKind::LOCAL),
        count(LocalKind::CELL),
        count(LocalKind::FREE),
    );
    let flags = fields.flags as u32;
    let code = PyCode {
        argcount: fields.argcount as u32,
        posonlyargcount: fields.posonlyargcount as u32,
        kwonlyargcount: fields.kwonlyargcount as u32,
        stacksize: fields.stacksize as u32,
        flags,
        firstlineno: fields.firstlineno,
        code: bytes_of(&fields.code)?.into(),
        localspluskinds: kinds.into(),
        linetable: bytes_of(&fields.linetable)?.into(),
        exceptiontable: bytes_of(&fields.exceptiontable)?.into(),
        consts: tuple_of(fields.consts)?,
        names: names_of(vm, fields.names)?,
        localsplusnames: names_of(vm, fields.localsplusnames)?,
        nlocals,
        ncellvars,
        nfreevars,
        filename: PyCell::new(str_of(fields.filename)?),
        name: vm.intern(str_of(fields.name)?),
        qualname: vm.intern(str_of(fields.qualname)?),
        quickened: PyCell::new(None),
        quickened_start: Cell::new(std::ptr::null()),
    };
    if let Some(verifier) = verifier
        && let Err(error) = verifier.verify(&LiveCode(&code))
    {
        return Err(LiveError::Raised(
            vm.value_error(format!("bad marshal data ({error})")),
        ));
    }
    Ok(PyRef::new(vm, code))
}

/// A code object as the verifier sees it.
pub struct LiveCode<'a>(pub &'a PyCode);

impl Verifiable for LiveCode<'_> {
    fn code(&self) -> &[u8] {
        &self.0.code
    }
    fn exceptiontable(&self) -> &[u8] {
        &self.0.exceptiontable
    }
    fn stacksize(&self) -> u32 {
        self.0.stacksize
    }
    fn flags(&self) -> u32 {
        self.0.flags
    }
    fn argcounts(&self) -> [u32; 3] {
        [
            self.0.argcount,
            self.0.posonlyargcount,
            self.0.kwonlyargcount,
        ]
    }
    fn consts_len(&self) -> usize {
        self.0.consts.len()
    }
    fn names_len(&self) -> usize {
        self.0.names.len()
    }
    fn localspluskinds(&self) -> &[u8] {
        &self.0.localspluskinds
    }
    fn const_kind(&self, index: usize) -> ConstKind {
        let Some(constant) = self.0.consts.as_slice().get(index) else {
            return ConstKind::Other;
        };
        if let Some(code) = constant.downcast_ref::<PyCode>() {
            return ConstKind::Code {
                freevars: code.nfreevars,
            };
        }
        match constant.downcast_ref::<PyTuple>() {
            Some(tuple) => {
                let is_name = |item: &Value| item.downcast_ref::<PyStr>().is_some();
                let len = tuple.len() as u32;
                if tuple.as_slice().iter().all(is_name) {
                    ConstKind::Names(len)
                } else {
                    ConstKind::Tuple(len)
                }
            }
            None => ConstKind::Other,
        }
    }
}

impl Sink for LiveSink<'_> {
    type Value = Value;
    type Error = LiveError;

    fn none(&mut self) -> Value {
        Value::None
    }
    fn bool(&mut self, value: bool) -> Value {
        Value::bool(value)
    }
    fn ellipsis(&mut self) -> Value {
        Value::Ellipsis
    }
    fn stop_iteration(&mut self) -> Value {
        self.vm.exception_class(ExcKind::StopIteration).into_value()
    }
    fn int(&mut self, value: i64) -> Result<Value, LiveError> {
        Ok(self.vm.new_int(value))
    }
    fn big_int(&mut self, value: BigInt) -> Result<Value, LiveError> {
        Ok(self.vm.new_bigint(value))
    }
    fn float(&mut self, value: f64) -> Result<Value, LiveError> {
        Ok(self.vm.new_float(value))
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Value, LiveError> {
        Ok(self.vm.new_complex(real, imag))
    }
    fn str(&mut self, text: &[u8], is_interned: bool, is_ascii: bool) -> Result<Value, LiveError> {
        let string = if is_ascii && text.is_ascii() {
            PyStr::from_ascii(self.vm, text)
        } else {
            PyStr::from_generalised_utf8(self.vm, text)
        };
        Ok(if is_interned {
            self.vm.intern(string).into_value()
        } else {
            string.into_value()
        })
    }
    fn bytes(&mut self, bytes: &[u8]) -> Result<Value, LiveError> {
        Ok(self.vm.new_bytes(bytes))
    }
    fn tuple(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        Ok(self.vm.new_tuple(items.collect()))
    }
    fn frozenset(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        Ok(PyFrozenSet::from_values(self.vm, items)?.into_value())
    }
    fn code(&mut self, fields: CodeFields<Value>) -> Result<Value, LiveError> {
        Ok(make_code(self.vm, self.verifier.as_mut(), fields)?.into_value())
    }
    fn list_new(&mut self, _len: usize) -> Result<Value, LiveError> {
        Ok(self.vm.new_list(Vec::new()))
    }
    fn list_push(&mut self, list: &Value, item: Value) -> Result<(), LiveError> {
        if let Some(list) = list.downcast_ref::<PyList>() {
            list.push(item);
        }
        Ok(())
    }
    fn dict_new(&mut self) -> Result<Value, LiveError> {
        Ok(PyDict::new(self.vm).into_value())
    }
    fn dict_insert(&mut self, dict: &Value, key: Value, value: Value) -> Result<(), LiveError> {
        if let Some(dict) = dict.downcast_ref::<PyDict>() {
            dict.set(self.vm, key, value)?;
        }
        Ok(())
    }
    fn set_new(&mut self) -> Result<Value, LiveError> {
        Ok(PySet::new(self.vm).into_value())
    }
    fn set_add(&mut self, set: &Value, item: Value) -> Result<(), LiveError> {
        if let Some(set) = set.downcast_ref::<PySet>() {
            set.add(self.vm, item)?;
        }
        Ok(())
    }
}
