//! From the code objects of the compiler and of marshal to those that run.
//!
//! The whole tree is verified once (`bytecode::verify`), then built from the inside out: names become interned strings, constants live
//! values. What was one object stays one object.
//!
//! CPython 3.11: `_PyCode_New`, `intern_strings`, `intern_string_constants` in `Objects/codeobject.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::object::{PyCell, PyRef, Value};
use crate::types::code::PyCode;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::{CodeObject, Constant, LocalKind, StrObj};
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

/// How deep constants may nest.
const DEPTH_MAX: usize = 2000;

/// A verified code object with live constants.
pub fn make_code(vm: &Vm, code: &CodeObject) -> PyResult<PyRef<PyCode>> {
    bytecode::verify::verify(code).map_err(|error| invalid(vm, &error))?;
    Builder {
        vm,
        shared: HashMap::default(),
        depth: 0,
    }
    .code(code)
}

#[cold]
fn invalid(vm: &Vm, error: &bytecode::verify::VerifyError) -> PyErr {
    vm.value_error(error.to_string())
}

/// A live value of a constant that needs no code object.
pub fn make_constant(vm: &Vm, constant: &Constant) -> PyResult<Value> {
    Builder {
        vm,
        shared: HashMap::default(),
        depth: 0,
    }
    .constant(constant)
}

struct Builder<'a> {
    vm: &'a Vm,
    /// Values made so far, by the address of what they were made from.
    shared: HashMap<*const (), Value, ahash::RandomState>,
    depth: usize,
}

impl Builder<'_> {
    fn code(&mut self, code: &CodeObject) -> PyResult<PyRef<PyCode>> {
        let vm = self.vm;
        let kinds = &code.localspluskinds;
        let count = |kind: u8| kinds.iter().filter(|k| **k & kind != 0).count() as u32;
        let consts = self.tuple(&code.consts)?;
        let names = self.names(&code.names);
        let localsplusnames = self.names(&code.localsplusnames);
        let payload = PyCode {
            argcount: code.argcount,
            posonlyargcount: code.posonlyargcount,
            kwonlyargcount: code.kwonlyargcount,
            stacksize: code.stacksize,
            flags: code.flags,
            firstlineno: code.firstlineno,
            code: (**code.code).into(),
            consts,
            names,
            localsplusnames,
            localspluskinds: (***kinds).into(),
            nlocals: count(LocalKind::LOCAL),
            ncellvars: count(LocalKind::CELL),
            nfreevars: count(LocalKind::FREE),
            filename: PyCell::new(self.plain_str(&code.filename)),
            name: self.interned(&code.name),
            qualname: self.interned(&code.qualname),
            linetable: (**code.linetable).into(),
            exceptiontable: (**code.exceptiontable).into(),
            quickened: PyCell::new(None),
            quickened_start: Cell::new(std::ptr::null()),
        };
        Ok(PyRef::new(vm, payload))
    }

    fn interned(&self, text: &StrObj) -> PyRef<PyStr> {
        self.vm
            .intern(PyStr::from_generalised_utf8(self.vm, text.as_bytes()))
    }

    fn plain_str(&mut self, text: &Rc<StrObj>) -> PyRef<PyStr> {
        match self.string(text).downcast() {
            Ok(text) => text,
            Err(_) => self.vm.empty_str(),
        }
    }

    fn names(&mut self, names: &Constant) -> PyRef<PyTuple> {
        let Constant::Tuple(items) = names else {
            return self.vm.empty_tuple();
        };
        let names = items.iter().map(|name| match name {
            Constant::Str(text) => self.interned(text).into_value(),
            _ => self.vm.empty_str().into_value(),
        });
        PyTuple::new(self.vm, names.collect())
    }

    fn tuple(&mut self, constant: &Constant) -> PyResult<PyRef<PyTuple>> {
        self.constant(constant)?
            .downcast()
            .map_err(|_| self.vm.value_error("a tuple was expected"))
    }

    fn string(&mut self, text: &Rc<StrObj>) -> Value {
        if text.is_interned() || is_name(text.as_bytes()) {
            return self.interned(text).into_value();
        }
        let key = Rc::as_ptr(text).cast();
        if let Some(known) = self.shared.get(&key) {
            return known.clone();
        }
        let value = PyStr::from_generalised_utf8(self.vm, text.as_bytes()).into_value();
        self.shared.insert(key, value.clone());
        value
    }

    fn constant(&mut self, constant: &Constant) -> PyResult<Value> {
        let vm = self.vm;
        let key: *const () = match constant {
            Constant::None => return Ok(Value::None),
            Constant::Bool(value) => return Ok(Value::bool(*value)),
            Constant::Ellipsis => return Ok(Value::Ellipsis),
            Constant::StopIteration => {
                return Ok(vm
                    .exception_class(crate::context::errors::ExcKind::StopIteration)
                    .into_value());
            }
            Constant::Str(text) => return Ok(self.string(text)),
            Constant::Code(code) => Rc::as_ptr(code).cast(),
            Constant::Int(number) => Rc::as_ptr(number).cast(),
            Constant::Float(number) => Rc::as_ptr(number).cast(),
            Constant::Complex(number) => Rc::as_ptr(number).cast(),
            Constant::Bytes(bytes) => Rc::as_ptr(bytes).cast(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => Rc::as_ptr(items).cast(),
        };
        if let Some(known) = self.shared.get(&key) {
            return Ok(known.clone());
        }
        if self.depth >= DEPTH_MAX {
            return Err(vm.recursion_error("constants nested too deeply"));
        }
        self.depth += 1;
        let value = self.fresh(constant);
        self.depth -= 1;
        let value = value?;
        // The empty slice has one address whatever it is of.
        if !matches!(constant, Constant::Tuple(items) | Constant::FrozenSet(items) if items.is_empty())
        {
            self.shared.insert(key, value.clone());
        }
        Ok(value)
    }

    fn fresh(&mut self, constant: &Constant) -> PyResult<Value> {
        let vm = self.vm;
        Ok(match constant {
            Constant::Code(code) => {
                vm.check_native_stack(" while making code objects")?;
                self.code(code)?.into_value()
            }
            Constant::Int(number) => vm.new_bigint((**number).clone()),
            Constant::Float(number) => vm.new_float(**number),
            Constant::Complex(number) => {
                let (real, imaginary) = **number;
                vm.new_complex(real, imaginary)
            }
            Constant::Bytes(bytes) => {
                crate::types::bytes::value::PyBytes::new(vm, bytes).into_value()
            }
            Constant::Tuple(items) => {
                vm.check_native_stack(" while making code objects")?;
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(self.constant(item)?);
                }
                PyTuple::new(vm, values).into_value()
            }
            Constant::FrozenSet(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(self.constant(item)?);
                }
                crate::types::set::table::PyFrozenSet::from_values(vm, values)?.into_value()
            }
            _ => Value::None,
        })
    }
}

/// Whether a string constant looks like a name, which CPython interns.
fn is_name(text: &[u8]) -> bool {
    text.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
}
