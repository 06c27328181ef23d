//! marshal streams into live values: what a warm import does.
//!
//! The reader of `bytecode::marshal` calls this sink for each value; strings are interned as the stream says, code objects are checked
//! as they are made, and verified then or when they are first called, so that nothing a damaged or hostile file says can reach the
//! interpreter loop unverified.
//!
//! CPython 3.11: `r_object` in `Python/marshal.c`, `_PyCode_New` in `Objects/codeobject.c`.

use super::live_code;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyCell, PyRef, Value};
use crate::types::bytes::value::PyBytes;
use crate::types::code::{Check, CodeBody, LazyBody, PyCode, kept_columns};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::set::table::{PyFrozenSet, PySet};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::LocalKind;
use bytecode::marshal::index::Index;
use bytecode::marshal::{CodeFields, ReadError, Sink, SliceInput, read_object};
use bytecode::verify::Verifier;
use num_bigint::BigInt;
use std::borrow::Cow;
use std::cell::Cell;
use std::vec::Drain;

mod pieces;

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

/// When the instructions of code objects are verified.
pub enum Verify {
    /// When they are read.
    Now(Box<Verifier>),
    /// When they run for the first time.
    Late,
    /// Not at all: this project's compiler wrote them.
    Never,
    /// As `Never`, and the objects shall be those of a compilation, not of a file: the names of code without a name and bytes of one byte
    /// are the ones that all others are.
    Compiled,
}

/// Makes live values of an interpreter.
pub struct LiveSink<'a> {
    vm: &'a Vm,
    mode: Verify,
}

impl<'a> LiveSink<'a> {
    /// A sink for this interpreter.
    pub fn new(vm: &'a Vm) -> LiveSink<'a> {
        LiveSink {
            vm,
            mode: Verify::Now(Box::new(Verifier::new())),
        }
    }
}

/// Reads one object from bytes that this project's compiler wrote and nobody could change since: code objects are not verified again. The
/// stream's index comes with it.
pub fn loads_trusted(vm: &Vm, bytes: &'static [u8], index: &'static [u8]) -> PyResult<Value> {
    if let Some(index) = Index::from_bytes(index) {
        return pieces::load(vm, Cow::Borrowed(bytes), 0, index, Check::Passed);
    }
    let mut sink = LiveSink {
        vm,
        mode: Verify::Never,
    };
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut sink).map_err(|error: LiveError| error.into_py(vm))
}

/// The body of a pyc.
pub enum Body<'a> {
    /// Bytes of somebody else.
    Part(&'a [u8]),
    /// A whole file, from this offset on. Its code objects keep it until they have been read.
    File(Vec<u8>, usize),
}

impl Body<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Body::Part(bytes) => bytes,
            Body::File(bytes, start) => bytes.get(*start..).unwrap_or_default(),
        }
    }
}

/// Reads one object from the body of a pyc; its instructions are verified before they run.
pub fn loads_pyc(vm: &Vm, body: Body<'_>) -> PyResult<Value> {
    let bytes = body.bytes();
    if let Some(index) = pieces::index(vm, bytes) {
        let (bytes, start) = match body {
            Body::Part(bytes) => (bytes.to_vec(), 0),
            Body::File(bytes, start) => (bytes, start),
        };
        return pieces::load(vm, Cow::Owned(bytes), start, index, Check::Pending);
    }
    let mut sink = LiveSink {
        vm,
        mode: Verify::Late,
    };
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut sink).map_err(|error: LiveError| error.into_py(vm))
}

/// Reads one object that the compiler wrote a moment ago, as if it had just been compiled here.
pub fn loads_compiled(vm: &Vm, bytes: &[u8]) -> PyResult<Value> {
    let mut sink = LiveSink {
        vm,
        mode: Verify::Compiled,
    };
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut sink).map_err(|error: LiveError| error.into_py(vm))
}

/// Reads one object from bytes.
pub fn loads(vm: &Vm, bytes: &[u8]) -> PyResult<Value> {
    let mut input = SliceInput::new(bytes);
    read_object(&mut input, &mut LiveSink::new(vm)).map_err(|error: LiveError| error.into_py(vm))
}

fn bytes_of(value: Value) -> Result<PyRef<PyBytes>, ReadError> {
    value
        .downcast::<PyBytes>()
        .map_err(|_| ReadError::BadCodeFields)
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

/// `co_name` or `co_qualname`.
fn name_of(vm: &Vm, value: Value, is_compiled: bool) -> Result<PyRef<PyStr>, ReadError> {
    let name = str_of(value)?;
    if is_compiled
        && !name.is_interned()
        && let Some(text) = name.as_ascii()
        && let Some(name) = live_code::anonymous_name(vm, text.as_bytes())
    {
        return Ok(name);
    }
    Ok(name)
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
    mode: &mut Verify,
    fields: CodeFields<Value>,
) -> Result<PyRef<PyCode>, LiveError> {
    let is_compiled = matches!(mode, Verify::Compiled);
    let mut localspluskinds = bytes_of(fields.localspluskinds.clone())?;
    if is_compiled {
        localspluskinds = PyBytes::fresh(vm, localspluskinds.as_slice());
    }
    let kinds = localspluskinds.as_slice();
    let bytecode = bytes_of(fields.code.clone())?;
    let locals_len = match fields.localsplusnames.downcast_ref::<PyTuple>() {
        Some(names) => names.len(),
        None => return Err(ReadError::BadCodeFields.into()),
    };
    fields.validate(bytecode.as_slice(), locals_len, kinds)?;
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
        nlocalsplus: kinds.len() as u32,
        nlocals,
        ncellvars,
        nfreevars,
        name: name_of(vm, fields.name, is_compiled)?,
        qualname: name_of(vm, fields.qualname, is_compiled)?,
        body: LazyBody::from(CodeBody {
            code: bytecode,
            localspluskinds,
            linetable: kept_columns(vm, bytes_of(fields.linetable)?),
            exceptiontable: bytes_of(fields.exceptiontable)?,
            consts: tuple_of(fields.consts)?,
            names: names_of(vm, fields.names)?,
            localsplusnames: names_of(vm, fields.localsplusnames)?,
            filename: PyCell::new(str_of(fields.filename)?),
        }),
        quickened: PyCell::new(None),
        quickened_start: Cell::new(std::ptr::null()),
        check: Cell::new(Check::Pending),
    };
    let verified = match mode {
        Verify::Now(verifier) => {
            code.check.set(Check::Passed);
            verifier.verify(&code)
        }
        Verify::Late => Verifier::verify_frame(&code),
        Verify::Never | Verify::Compiled => {
            code.check.set(Check::Passed);
            Ok(())
        }
    };
    if let Err(error) = verified {
        return Err(LiveError::Raised(
            vm.value_error(format!("bad marshal data ({error})")),
        ));
    }
    Ok(code.into_object(vm))
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
        if is_interned && is_ascii && text.len() > 1 {
            return Ok(self.vm.interned.intern_ascii(self.vm, text).into_value());
        }
        let string = if is_ascii {
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
        Ok(match self.mode {
            Verify::Compiled => PyBytes::new(self.vm, bytes),
            _ => PyBytes::fresh(self.vm, bytes),
        }
        .into_value())
    }
    fn tuple(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        if items.len() == 0 {
            return Ok(self.vm.empty_tuple().into_value());
        }
        Ok(PyTuple::from_iter_exact(&self.vm.types.tuple, items.len(), items).into_value())
    }
    fn frozenset(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        Ok(PyFrozenSet::from_values(self.vm, items)?.into_value())
    }
    fn code(&mut self, fields: CodeFields<Value>) -> Result<Value, LiveError> {
        Ok(make_code(self.vm, &mut self.mode, fields)?.into_value())
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
