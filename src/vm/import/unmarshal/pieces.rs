//! Code objects of a file, each read when it is needed (`bytecode::marshal::index`).

use super::{LiveError, LiveSink, Verify, bytes_of, name_of, names_of, str_of, tuple_of};
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::types::code::{Check, CodeBody, CodeSource, LazyBody, PyCode, kept_columns};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::marshal::index::pieces::{PieceSink, Pieces};
use bytecode::marshal::index::{CodeEntry, Index, Slot};
use bytecode::marshal::{CodeFields, ReadError, Sink};
use num_bigint::BigInt;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::vec::Drain;

/// A stream that lives as long as a code object of it has not been read.
struct Stream {
    bytes: Cow<'static, [u8]>,
    /// Where it begins.
    start: usize,
    index: Index,
    /// What was read and is referred to from elsewhere in the stream.
    known: RefCell<Vec<Option<Value>>>,
    /// What is known of the instructions of its code objects.
    check: Check,
    /// `co_filename` that is replaced, and by what.
    renamed: RefCell<Option<(PyRef<PyStr>, PyRef<PyStr>)>>,
}

/// What walks over streams need, kept from one to the next.
#[derive(Default)]
struct Memory(RefCell<Vec<Slot>>);

/// The index of a stream; `None` leaves the stream to the ordinary reader.
pub(super) fn index(vm: &Vm, bytes: &[u8]) -> Option<Index> {
    let memory = vm.state.get::<Memory>();
    let mut slots = memory.0.borrow_mut();
    Index::of_with(bytes, &mut slots)
}

/// The outermost code object of the stream that begins at `start`.
pub(super) fn load(
    vm: &Vm,
    bytes: Cow<'static, [u8]>,
    start: usize,
    index: Index,
    check: Check,
) -> PyResult<Value> {
    let stream = Rc::new(Stream {
        known: RefCell::new(vec![None; index.indexed_len()]),
        bytes,
        start,
        index,
        check,
        renamed: RefCell::new(None),
    });
    let code = stream.with_pieces(vm, |pieces| pieces.code(0));
    code.map_err(|error| error.into_py(vm))
}

impl Stream {
    fn with_pieces<R>(
        self: &Rc<Self>,
        vm: &Vm,
        read: impl FnOnce(&mut Pieces<'_, StreamSink<'_>>) -> Result<R, LiveError>,
    ) -> Result<R, LiveError> {
        let mut sink = StreamSink {
            live: LiveSink {
                vm,
                mode: Verify::Never,
            },
            stream: self,
        };
        let mut known = self.known.take();
        let result = read(&mut Pieces::new(
            self.bytes.get(self.start..).unwrap_or_default(),
            &self.index,
            &mut known,
            &mut sink,
        ));
        self.known.replace(known);
        result
    }
}

impl CodeSource for Stream {
    fn read(self: Rc<Self>, vm: &Vm, number: usize) -> PyResult<CodeBody> {
        let body = self.with_pieces(vm, |pieces| {
            let fields = pieces.fields(number)?;
            let is_interned = self
                .index
                .code(number)
                .is_some_and(|entry| entry.has_interned_names);
            let names = |names| match is_interned {
                true => tuple_of(names),
                false => names_of(vm, names),
            };
            Ok(CodeBody {
                code: bytes_of(fields.code)?,
                consts: tuple_of(fields.consts)?,
                names: names(fields.names)?,
                localsplusnames: names(fields.localsplusnames)?,
                localspluskinds: bytes_of(fields.localspluskinds)?,
                filename: PyCell::new(str_of(fields.filename)?),
                linetable: kept_columns(vm, bytes_of(fields.linetable)?),
                exceptiontable: bytes_of(fields.exceptiontable)?,
            })
        });
        let body = body.map_err(|error| error.into_py(vm))?;
        if let Some((old, new)) = &*self.renamed.borrow()
            && body.filename.get().equals(old)
        {
            body.filename.set(new.clone());
        }
        Ok(body)
    }

    fn first_constant(self: Rc<Self>, vm: &Vm, number: usize) -> Option<Value> {
        self.with_pieces(vm, |pieces| pieces.first_constant(number))
            .ok()
            .flatten()
    }

    fn rename(&self, old: &Py<PyStr>, new: &Py<PyStr>) {
        let pair = (old.to_ref(), new.to_ref());
        self.renamed.replace(Some(pair));
    }
}

/// Makes live values; code objects know where they will be read from.
struct StreamSink<'a> {
    live: LiveSink<'a>,
    stream: &'a Rc<Stream>,
}

impl StreamSink<'_> {
    fn code_object(
        &self,
        entry: &CodeEntry,
        number: usize,
        name: Value,
        qualname: Value,
    ) -> Result<PyRef<PyCode>, LiveError> {
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = entry.counts;
        let vm = self.live.vm;
        let code = PyCode {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            firstlineno: entry.firstlineno,
            nlocalsplus: entry.nlocalsplus,
            nlocals: entry.nlocals,
            ncellvars: entry.ncellvars,
            nfreevars: entry.nfreevars,
            name: name_of(vm, name, false)?,
            qualname: name_of(vm, qualname, false)?,
            body: LazyBody::new(self.stream.clone(), number),
            quickened: PyCell::new(None),
            quickened_start: Cell::new(std::ptr::null()),
            check: Cell::new(self.stream.check),
        };
        Ok(code.into_object(vm))
    }
}

impl PieceSink for StreamSink<'_> {
    fn code_piece(
        &mut self,
        number: usize,
        name: Value,
        qualname: Value,
    ) -> Result<Value, LiveError> {
        match self.stream.index.code(number) {
            Some(entry) => Ok(self
                .code_object(entry, number, name, qualname)?
                .into_value()),
            None => Err(ReadError::BadCodeFields.into()),
        }
    }
}

/// All but code objects is as `LiveSink` has it.
impl Sink for StreamSink<'_> {
    type Value = Value;
    type Error = LiveError;

    fn none(&mut self) -> Value {
        self.live.none()
    }
    fn bool(&mut self, value: bool) -> Value {
        self.live.bool(value)
    }
    fn ellipsis(&mut self) -> Value {
        self.live.ellipsis()
    }
    fn stop_iteration(&mut self) -> Value {
        self.live.stop_iteration()
    }
    fn int(&mut self, value: i64) -> Result<Value, LiveError> {
        self.live.int(value)
    }
    fn big_int(&mut self, value: BigInt) -> Result<Value, LiveError> {
        self.live.big_int(value)
    }
    fn float(&mut self, value: f64) -> Result<Value, LiveError> {
        self.live.float(value)
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Value, LiveError> {
        self.live.complex(real, imag)
    }
    fn str(&mut self, text: &[u8], is_interned: bool, is_ascii: bool) -> Result<Value, LiveError> {
        self.live.str(text, is_interned, is_ascii)
    }
    fn bytes(&mut self, bytes: &[u8]) -> Result<Value, LiveError> {
        self.live.bytes(bytes)
    }
    fn tuple(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        // What a code object consists of is never part of a cycle.
        Ok(PyTuple::unwatched(self.live.vm, items).into_value())
    }
    fn frozenset(&mut self, items: Drain<'_, Value>) -> Result<Value, LiveError> {
        self.live.frozenset(items)
    }
    fn code(&mut self, fields: CodeFields<Value>) -> Result<Value, LiveError> {
        self.live.code(fields)
    }
    fn list_new(&mut self, len: usize) -> Result<Value, LiveError> {
        self.live.list_new(len)
    }
    fn list_push(&mut self, list: &Value, item: Value) -> Result<(), LiveError> {
        self.live.list_push(list, item)
    }
    fn dict_new(&mut self) -> Result<Value, LiveError> {
        self.live.dict_new()
    }
    fn dict_insert(&mut self, dict: &Value, key: Value, value: Value) -> Result<(), LiveError> {
        self.live.dict_insert(dict, key, value)
    }
    fn set_new(&mut self) -> Result<Value, LiveError> {
        self.live.set_new()
    }
    fn set_add(&mut self, set: &Value, item: Value) -> Result<(), LiveError> {
        self.live.set_add(set, item)
    }
}
